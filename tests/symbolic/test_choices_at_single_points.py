"""Formulas of programs that take another branch at single points have the derivative there, have no
value there, or say what is amiss."""

from __future__ import annotations

import pytest

import adcli

JUMP = "the value jumps there"


def formulas(text: str, wrt: str = "x", order: int = 1) -> tuple[str, tuple[str, ...]]:
    found = adcli.load(text).formulas(wrt=[wrt], order=order)
    return found.rows[0][wrt].text, found.notes


@pytest.mark.parametrize(
    ("text", "derivative"),
    [
        ("2x if x == 0 else x^3", "3*x^2"),
        ("0 if x == 0 else 4x", "4"),
        ("6x if x != 0 else 0", "6"),
        ("4 if x^2 == 4 else x^2", "2*x"),
        ("0 if x == 0 else x*abs(x)", "2*abs(x)"),
        ("0 if not x != 0 else x^2", "2*x"),
        ("3 if x == 1 else (x^2 + x - 2)/(x - 1)", "1"),
        # the other arm has no value at the point
        ("1 if x == 0 else sin(x)/x", "0 if x == 0 else (x*cos(x) - sin(x))/x^2"),
        ("0 if x == 0 else (1 - cos(x))/x", "1/2 if x == 0 else (x*sin(x) - 1 + cos(x))/x^2"),
        # nor is there a power series
        ("0 if x == 0 else x^2*sin(1/x)", "0 if x == 0 else 2*x*sin(1/x) - cos(1/x)"),
        ("0 if x == 0 and y == 0 else x*y^2/(x^2 + y^2)", None),
    ],
)
def test_the_derivative_at_the_point_is_that_of_the_function(
    text: str, derivative: str | None
) -> None:
    found, notes = formulas(text)
    assert not notes
    assert found == derivative or derivative is None


@pytest.mark.parametrize("text", ["0 if x == 0 else 4x", "0 if x == 0 else (1 - cos(x))/x"])
def test_the_formula_has_the_value_of_the_gradient(text: str) -> None:
    slope = adcli.load(text).gradient(x=0)["x"]
    assert adcli.load(formulas(text)[0] + " + 0x")(x=0) == pytest.approx(slope)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("5 if x == 3 else x", "x == 3"),
        ("7 if x == 1 or x == 2 else x^2", "x == 1"),
        ("0 if x == 0 else atan(1/x)", "x == 0"),
        ("1 if x == 0 else 1/x", "x == 0"),
    ],
)
def test_jumps_at_single_points_are_told(text: str, where: str) -> None:
    assert f"no derivative where {where}: {JUMP}" in formulas(text)[1]


def test_what_is_not_known_is_told() -> None:
    (note,) = formulas("0 if x^2 + y^2 == 1 else x*y")[1]
    assert note.startswith("the derivative where x^2 + y^2 == 1 is not known")


def test_arms_stay_along_other_inputs() -> None:
    assert formulas("n*x if n == 2 else x")[0] == "n if n == 2 else 1"


def test_arms_stay_where_the_condition_holds_along_intervals() -> None:
    assert formulas("0 if floor(x) == 0 else x")[0] == "0 if floor(x) == 0 else 1"


def test_second_derivatives_are_those_of_the_function() -> None:
    found, _ = formulas("1 if x == 0 else sin(x)/x", order=2)
    assert found.startswith("-1/3 if x == 0 else ")


def test_a_derivation_begins_with_the_program() -> None:
    found = adcli.load("0 if x == 0 else x^4").formulas(steps=True).rows[0]["x"]
    assert [line.rule for line in found.lines] == ["", "where x != 0", "power rule"]


@pytest.mark.parametrize(
    ("text", "simple"),
    [
        ("x if x == x else 0", "x"),
        ("x if x != x else 1", "1"),
        ("x if x^2 + 1 > 0 else 1", "x"),
        ("x if exp(y) < 0 else 1", "1"),
        ("x if 0.1 + 0.2 == 0.3 else 1", None),
    ],
)
def test_conditions_that_are_decided_are_not_shown(text: str, simple: str | None) -> None:
    found = adcli.load(text).formulas(order=0).rows[0][""].text
    assert found == (simple or "1")
