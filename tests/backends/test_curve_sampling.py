"""Curves: gaps where there is no value, and what is found on the way."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

import adcli
from adcli.backends.adaptive_curve_sampling import Curve


def _curve(text: str, low: float = -3, high: float = 3, derivatives: int = 1) -> Curve:
    return adcli.load(text).curve("x", low, high, derivatives=derivatives)


def _gaps(curve: Curve, order: int) -> list[float]:
    """Where the curve is interrupted, without the places beyond its ends."""
    points = curve.orders[order]
    known = [k for k, (_, y) in enumerate(points) if not math.isnan(y)]
    return [points[a + 1][0] for a, b in pairwise(known) if b > a + 1]


@pytest.mark.slow("hundreds of evaluations")
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
        ("sqrt(x^2 - 1)", {"zero": [-1, 1], "vertical tangent": [-1, 1]}),
        ("sqrt(x + 1) + 2", {"vertical tangent": [-1]}),
        ("2*x + 7", {}),
        ("max(x, 0)", {"kink": [0]}),
        ("max(x, 0) - max(-x, 0)", {"zero": [0]}),
        ("sqrt(abs(x))", {"minimum": [0], "zero": [0]}),
        ("gamma(x + 2.5)", {"pole": [-2.5], "minimum": [1.4616321449683622 - 2.5]}),
        ("x + 1e15", {}),
        ("exp(x^2)", {"minimum": [0]}),
        ("(x^2 - 1)/(x - 1)", {"hole": [1], "zero": [-1]}),
        ("(x^3 - 1)/(x - 1)", {"hole": [1], "minimum": [-0.5]}),
        ("(x - 1)/(x^2 - 1)", {"hole": [1], "pole": [-1]}),
        ("(exp(x) - 1)/x", {"hole": [0]}),
        ("(sqrt(x + 4) - 2)/x", {"hole": [0]}),
        ("x*(x + 1)/x", {"hole": [0], "zero": [-1]}),
        ("abs(x)/x", {"jump": [0]}),
        ("x/x^2", {"pole": [0]}),
        ("(x - 1)^2/(x - 1)^4", {"pole": [1]}),
        ("x^2 - 9", {"minimum": [0], "zero": [-3, 3]}),
        ("sin(x)^2 + cos(x)^2", {}),
        ("(x + 1)^2 - x^2 - 2*x - 1", {}),
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
    # what is infinite is not 0, as at the end of the interval
    assert not [f for f in features if f.kind == "zero" and abs(f.x) == 1000]


@pytest.mark.slow("hundreds of evaluations")
@pytest.mark.parametrize(
    ("text", "width", "places"),
    [
        ("exp(-x^2)", 40, [-math.sqrt(0.5), 0, math.sqrt(0.5)]),
        ("exp(-100*x^2)", 5, [-math.sqrt(0.005), 0, math.sqrt(0.005)]),
        ("1/(1 + x^2)", 1e4, [-math.sqrt(1 / 3), 0, math.sqrt(1 / 3)]),
        ("sech(x)", 800, [-math.asinh(1), 0, math.asinh(1)]),
    ],
)
def test_a_narrow_bump_is_no_pole(text: str, width: float, places: list[float]) -> None:
    """It is shown in its whole height, with a maximum between two inflections."""
    found = _curve(text, -width, width)
    assert [f.kind for f in found.features] == ["inflection", "maximum", "inflection"]
    assert [f.x for f in found.features] == pytest.approx(places, abs=1e-12)
    seen = found.visible()
    assert seen is not None
    assert seen[0] < 1e-7
    assert seen[1] == 1


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


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("(exp(x) - 1)/x", 0.3, 6.4), ("(1 - cos(x))/x^2", 0.2, 0.5), ("(x^2 - 1)/(x - 1)", -2, 4)],
)
def test_beside_a_hole_no_rounding_is_drawn(text: str, low: float, high: float) -> None:
    """Next to the place where 0/0 stands, 0/5e-324 would be 0 and 2e-16/1e-16 would be 2."""
    ys = [y for _, y in _curve(text).orders[0] if not math.isnan(y)]
    assert low <= min(ys)
    assert max(ys) <= high


@pytest.mark.parametrize(("text", "level"), [("sin(x)^2 + cos(x)^2", 1), ("(x+1)^2-x^2-2x-1", 0)])
def test_what_is_constant_but_for_rounding_is_drawn_as_a_constant(text: str, level: float) -> None:
    """The axis does not show differences in the last digit."""
    found = _curve(text, derivatives=0)
    assert {y for _, y in found.drawn(0)} == {level}
    assert found.visible() == (level, level)


def test_the_value_at_a_zero_is_0_in_each_row() -> None:
    """Beside pi sin is 1.2e-16, and an inflection and a zero at one place have one value."""
    features = _curve("sin(x)", 0, 2 * math.pi).features
    assert [f.value for f in features if f.kind in ("zero", "inflection")] == [0, 0, 0, 0]
    assert [f.x for f in features if f.kind == "zero"] == [0, math.pi, 2 * math.pi]


def _square_root(x: float) -> float:
    y, step = x, 1.0
    while abs(step) > 1e-15:
        step = (y - x / y) / 2
        y -= step
    return y


def test_a_search_that_does_not_end_with_other_roundings_is_plotted() -> None:
    """Newton's iteration waits for a step that is smaller than roundings that are magnified."""
    found = adcli.load(_square_root).curve("x", 3, 4, derivatives=0)
    assert "zero" not in {f.kind for f in found.features}
    assert found.visible() == pytest.approx((math.sqrt(3), 2))


def test_poles_do_not_flatten_the_rest() -> None:
    """What is shown of 1/x is near to where most of it is."""
    low, high = _curve("1/x", derivatives=0).visible() or (0, 0)
    assert -20 < low < -0.5
    assert 0.5 < high < 20


@pytest.mark.parametrize(
    ("text", "low", "high", "kind", "x"),
    [
        ("(x^2 - 4)/(x - 2)", -1, 4, "hole", 2),
        ("sin(x)/x", -2, 3, "hole", 0),
        ("(x^2 - 1)/(x - 1)", -1.7, 3.05, "hole", 1),
        # infinities on the way vanish, and there is no value all the same
        ("1/(2 - 1/x)", -2, 3, "hole", 0),
        ("atan(1/x)", -2, 3, "jump", 0),
    ],
)
def test_holes_at_integers_are_found_in_any_interval(
    text: str, low: float, high: float, kind: str, x: float
) -> None:
    found = {(f.kind, f.x): f.value for f in _curve(text, low, high).features}
    assert math.isnan(found[kind, x])
    assert ("zero", x) not in found


def test_large_numbers_on_the_way_leave_the_value() -> None:
    (curve,) = _curve("1/(1 + exp(-900*x))", -2, 3).orders[:1]
    assert not [x for x, y in curve if math.isnan(y)]
