"""Stationary points of functions of two inputs."""

from __future__ import annotations

import math

import pytest

import adcli
from adcli.backends.stationary_points import stationary_points

XS = [k / 15 - 2 for k in range(61)]


@pytest.mark.slow("hundreds of evaluations")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x*y", [("saddle", 0, 0)]),
        ("exp(-x^2 - y^2)", [("maximum", 0, 0)]),
        ("(1-x)^2 + 100*(y - x^2)^2", [("minimum", 1, 1)]),
        (
            "x^2 - x*y + y^4",
            [
                ("minimum", -math.sqrt(1 / 32), -math.sqrt(1 / 8)),
                ("saddle", 0, 0),
                ("minimum", math.sqrt(1 / 32), math.sqrt(1 / 8)),
            ],
        ),
        ("x + y", []),
        ("x^3 - 3*x*y^2", []),
        ("abs(x) + y^2", []),
        ("log(x)*y", [("saddle", 1, 0)]),
    ],
)
def test_points_and_their_kinds(text: str, expected: list[tuple[str, float, float]]) -> None:
    """To rounding; where the Hessian is singular or there is none, nothing is said."""
    surface = adcli.load(text).surface(["x", "y"])
    found = stationary_points(surface.gradient, XS, XS)
    assert [p.kind for p in found] == [kind for kind, _, _ in expected]
    places = [x for p in found for x in p.at]
    assert places == pytest.approx([x for _, *at in expected for x in at], abs=1e-12)
