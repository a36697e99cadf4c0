"""What searches say of mistakes, in the words and at the places that were typed."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("call", "place", "line"),
    [
        (["speed(V) = 3000", "--at", "V=1"], "<expression>:1:1", "  1 | speed(V) = 3000"),
        (["y = log(x)", "--at", "x=-1,y=2", "--wrt", "x"], ":1:5", "  1 | y = log(x)"),
        (["x + y = 1; y = log(x)", "--at", "x=-1,y=2"], ":1:16", "  1 | x + y = 1; y = log(x)"),
    ],
)
def test_an_error_has_its_place_in_the_equations(
    adcli: Any, call: list[str], place: str, line: str
) -> None:
    code, _, err = adcli("root", *call)
    assert code != 0
    assert place in err
    assert line in err


def test_an_unknown_function_may_be_defined(adcli: Any) -> None:
    err = adcli("root", "speed(V) = 3000", "--at", "V=1")[2]
    assert "hint: to multiply, write speed*(...); to define it, write def speed(...)" in err


def test_a_search_that_ends_at_a_kink_says_how_to_write_it(adcli: Any) -> None:
    """And written so, the minimum is found."""
    code, _, err = adcli("minimize", "abs(x-1) + 0.3*x", "--at", "x=0")
    assert code == 1
    assert "write the pieces as constraints: minimize t with t >= x and t >= -x" in err


def test_shortened_newton_steps_are_told(adcli: Any) -> None:
    """Only where there are some."""
    head, first, *_ = adcli("root", "tanh(x)", "--at", "x=2")[1].splitlines()
    assert head.endswith("shortened")
    assert first.split()[-1].startswith("1/")
    assert "shortened" not in adcli("root", "x^2 - 3", "--at", "x=2")[1]


@pytest.mark.slow("two searches")
def test_a_minimum_at_a_kink_is_told_as_one(adcli: Any) -> None:
    err = adcli("minimize", "abs(x - 3)", "--at", "x=1")[2]
    assert err.startswith("note: kink at line 1, column 1: abs(0.0)")
    assert "Hessian" not in err
    assert "the Hessian is 0" in adcli("minimize", "x^4", "--at", "x=1")[2]


@pytest.mark.slow("many steps, with mpmath")
def test_a_reference_at_a_kink_is_no_derivative(adcli: Any) -> None:
    _, out, err = adcli("convergence", "abs(x)", "--at", "x=0")
    assert "note: the reference is 0.0, which grad gives at the kink; there is no " in err
    forward = next(line for line in out.splitlines() if line.startswith("forward"))
    assert "none here" not in forward


@pytest.mark.slow("many steps, with mpmath")
def test_straight_lines_have_no_truncation(adcli: Any) -> None:
    rows = [r for r in adcli("convergence", "3x - 4", "--at", "x=1")[1].splitlines() if "1/h" in r]
    assert len(rows) == 3
    assert all("none here" in row for row in rows)
    out = adcli("convergence", "x^2", "--at", "x=1")[1]
    assert [("none here" in r) for r in out.splitlines() if "1/h" in r] == [False, True, True]
