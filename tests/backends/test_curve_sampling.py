"""Curves: gaps where there is no value, and what is found on the way."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

import adcli
from adcli.backends.curve_sampling import Curve


def _curve(text: str, low: float = -3, high: float = 3, derivatives: int = 1) -> Curve:
    return adcli.load(text).curve("x", low, high, derivatives=derivatives)


def _gaps(curve: Curve, order: int) -> list[float]:
    """Where the curve is interrupted, without the places beyond its ends."""
    points = curve.orders[order]
    known = [k for k, (_, y) in enumerate(points) if not math.isnan(y)]
    return [points[a + 1][0] for a, b in pairwise(known) if b > a + 1]


@pytest.mark.parametrize(
    ("text", "features"),
    [
        (
            "x^3 - 3x",
            {
                "zero": [-math.sqrt(3), 0, math.sqrt(3)],
                "maximum": [-1],
                "minimum": [1],
                "inflection": [0],
            },
        ),
        ("(x - 1)^2", {"minimum": [1], "zero": [1]}),
        ("x^4", {"minimum": [0], "zero": [0]}),
        ("exp(-x^2)", {"inflection": [-math.sqrt(0.5), math.sqrt(0.5)], "maximum": [0]}),
        ("abs(x - 0.5)", {"kink": [0.5], "minimum": [0.5], "zero": [0.5]}),
        ("max(x, x^2)", {"kink": [0, 1], "minimum": [0], "zero": [0]}),
        ("1/x", {"pole": [0]}),
        ("1/x^2", {"pole": [0]}),
        ("tan(x)", {"pole": [-math.pi / 2, math.pi / 2], "zero": [0], "inflection": [0]}),
        ("x^2 if x < 1 else 4 - x", {"minimum": [0], "zero": [0], "jump": [1]}),
        ("cbrt(x)", {"zero": [0], "vertical tangent": [0]}),
        ("2*x + 7", {}),
        ("max(x, 0)", {"kink": [0]}),
        ("max(x, 0) - max(-x, 0)", {"zero": [0]}),
        ("sqrt(abs(x))", {"minimum": [0], "zero": [0]}),
        ("gamma(x + 2.5)", {"pole": [-2.5], "minimum": [1.4616321449683622 - 2.5]}),
        ("x + 1e15", {}),
        ("exp(x^2)", {"minimum": [0]}),
    ],
)
def test_features_are_where_the_mathematics_has_them(
    text: str, features: dict[str, list[float]]
) -> None:
    """Zeros, extrema, inflections, kinks and poles, each once, and no others."""
    found: dict[str, list[float]] = {}
    for feature in _curve(text).features:
        found.setdefault(feature.kind, []).append(feature.x)
    assert found.keys() == features.keys()
    for kind, places in features.items():
        assert found[kind] == pytest.approx(places, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("exp(x)", [709.782712893384]),
        ("sinh(x)", [-710.475860073944, 710.475860073944]),
        ("exp(x^2)", [-26.64174755704633, 26.64174755704633]),
        ("1e306*x", [-179.76931348623157, 179.76931348623157]),
        ("exp(-x)", [-709.782712893384]),
    ],
)
def test_numbers_that_are_too_large_are_no_poles(text: str, places: list[float]) -> None:
    """A curve ends where a double does."""
    features = _curve(text, -1000, 1000).features
    assert {f.kind for f in features} <= {"overflow", "minimum", "zero", "inflection"}
    found = [f.x for f in features if f.kind == "overflow"]
    assert found == pytest.approx(places, rel=1e-12)


def test_kinks_are_gaps_of_derivatives_only() -> None:
    """The line of |x - 0.5| is whole, that of its derivative is not."""
    found = _curve("abs(x - 0.5)")
    assert _gaps(found, 0) == []
    gaps = _gaps(found, 1)
    assert gaps
    assert gaps == pytest.approx([0.5] * len(gaps))


@pytest.mark.parametrize("text", ["1/x", "tan(x - pi/2)", "floor(x + 0.5 - 0.5)/2"])
def test_poles_and_jumps_are_gaps(text: str) -> None:
    """No line leads across 0."""
    assert any([abs(x) < 1e-9 for x in _gaps(_curve(text, -0.9, 0.9), 0)])


def test_a_curve_ends_where_the_domain_does() -> None:
    """The first point of sqrt(x) that has a value is 0 itself, to rounding."""
    points = _curve("sqrt(x)").orders[0]
    first = next(x for x, y in points if not math.isnan(y))
    assert first == pytest.approx(0, abs=1e-12)
    assert [x for x, _ in points] == sorted([x for x, _ in points])


def test_poles_do_not_flatten_the_rest() -> None:
    """What is shown of 1/x is near to where most of it is."""
    low, high = _curve("1/x", derivatives=0).visible() or (0, 0)
    assert -20 < low < -0.5
    assert 0.5 < high < 20
