"""Kinks and jumps of formulas: each is told with its place, and none that is not there."""

from __future__ import annotations

import pytest

import adcli

SIDES = "the derivatives on the two sides differ there"
JUMP = "the value jumps there"


def notes(text: str, order: int = 1) -> tuple[str, ...]:
    return adcli.load(text).formulas(order=order).notes


@pytest.mark.parametrize(
    ("text", "where", "why"),
    [
        ("abs(x)", "x == 0", SIDES),
        ("abs(3x - 1)", "x == 1/3", SIDES),
        ("abs(x - 7)", "x == 7", SIDES),
        ("sqrt(x^2)", "x == 0", SIDES),
        ("abs(x - y^2)*z", "x - y^2 == 0", SIDES),
        ("abs(sin(x))", "sin(x) == 0", SIDES),
        ("abs(tan(x))", "tan(x) == 0", SIDES),
        ("abs(log(x) - 2)", "log(x) == 2", SIDES),
        ("max(x, 0)", "x == 0", SIDES),
        ("min(x, y)", "x == y", SIDES),
        ("relu(x - 2)", "x == 2", SIDES),
        ("x^2 if x > 1 else x", "x == 1", SIDES),
        ("x^2 if x > 1 else 3x", "x == 1", JUMP),
        ("sign(x)", "x == 0", JUMP),
        ("floor(x)*x", "x == floor(x)", JUMP),
        ("ceil(x)", "x == floor(x)", JUMP),
        ("x % 2", "x % 2 == 0", JUMP),
    ],
)
def test_places_are_told(text: str, where: str, why: str) -> None:
    assert notes(text) == (f"no derivative where {where}: {why}",)


@pytest.mark.parametrize(
    "text",
    [
        "x^2",
        "x*abs(x)",
        "abs(x)^2",
        "abs(x)*sin(x)",
        "abs(x^2 + 1)",
        "max(x^2, -1)",
        "x if x > 0 else sin(x)",
        "1 if x == 0 else sin(x)/x",
        "cbrt(x)",
        "atan(1/x)",
        # these have no value at the place itself
        "log(abs(x))",
        "abs(x)/x",
    ],
)
def test_nothing_is_told_of_what_is_smooth(text: str) -> None:
    assert not [note for note in notes(text) if note.startswith("no derivative")]


def test_derivatives_of_higher_order_have_places_of_their_own() -> None:
    assert notes("x*abs(x)", order=2) == (f"no derivative where x == 0: {SIDES}",)
    assert notes("abs(x)", order=2) == (f"no derivative where x == 0: {SIDES}",)
    assert notes("x^3*abs(x)", order=2) == ()


def test_each_place_is_told() -> None:
    found = notes("abs(x - 1) + relu(y)")
    assert [note.split(":")[0] for note in found] == [
        "no derivative where x == 1", "no derivative where y == 0",
    ]  # fmt: skip


def test_places_of_which_some_are_smooth() -> None:
    """The place at 1 is a kink, the one at 0 is none."""
    found = notes("abs(x*(x - 1))*x^2")
    assert found == (f"no derivative at places where x*(x - 1) == 0: {SIDES}",)


@pytest.mark.parametrize(
    ("text", "nowhere"),
    [
        ("x/0", "0 != 0"),
        ("sqrt(-x^2 - 1)", "x^2 <= -1"),
        ("log(-x^2)", "-x^2 > 0"),
        ("log(-1 - exp(x))", "exp(x) < -1"),
    ],
)
def test_what_has_a_value_nowhere_is_told(text: str, nowhere: str) -> None:
    assert notes(text) == (f"there is no value at any point, as nowhere {nowhere}",)
    assert not notes("sqrt(1 - x^2)")
