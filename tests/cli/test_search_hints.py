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
