"""Plots of functions: curves with what was found on them, and contour lines with gradients."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from adcli.backends.adaptive_curve_sampling import Curve
from adcli.backends.poles_jumps_holes import Feature
from adcli.backends.stationary_points import (
    MAXIMUM,
    MINIMUM,
    SADDLE,
    StationaryPoint,
    stationary_points,
)
from adcli.render.number_format import for_reader
from adcli.render.plots.contours import contour, labelled
from adcli.render.plots.figure import Arrows, Axis, Figure, Line, Mark, Point, Points

#: The points of a straight line or a polynomial, and the lines of the grid below contours.
_POINTS, _GRID = 121, 61

#: How many arrows there are in each direction, and about how many contour lines.
_ARROWS, _LEVELS = (9, 7), 9


class Polynomial(NamedTuple):
    """A polynomial about a place, by its coefficients from the constant one on."""

    label: str
    about: float
    coefficients: Sequence[float]

    def __call__(self, x: float) -> float:
        found = 0.0
        for coefficient in reversed(self.coefficients):
            found = found * (x - self.about) + coefficient
        return found


def curve_figure(
    title: str, name: str, curve: Curve, polynomials: Iterable[Polynomial] = ()
) -> Figure:
    """A function of one input with its derivatives, and polynomials that touch it."""
    labels = ["f" + "'" * order for order in range(len(curve.orders))]
    marks: list[Mark] = [
        Line(curve.drawn(order), label, order) for order, label in enumerate(labels)
    ]
    low, high = curve.orders[0][0][0], curve.orders[0][-1][0]
    steps = [k / (_POINTS - 1) for k in range(_POINTS)]
    xs = [low * (1 - t) + high * t for t in steps]
    for series, polynomial in enumerate(polynomials, len(marks)):
        points = [(x, polynomial(x)) for x in xs]
        marks.append(Line(points, polynomial.label, series))
        marks.append(Points([(polynomial.about, polynomial(polynomial.about))], "", series))
    shown = [f for f in curve.features if math.isfinite(f.value)]
    if shown:
        marks.append(Points([(f.x, f.value) for f in shown], kinds(shown), 0))
    return Figure(
        title,
        Axis(name, limits=(low, high)),
        Axis("", limits=_roomy(curve.visible())),
        marks,
        _summary(name, curve.features),
    )


def kinds(features: Sequence[Feature]) -> str:
    """The kinds of features, each once: zero, minimum."""
    return ", ".join(dict.fromkeys([f.kind for f in features]))


def _summary(name: str, features: Sequence[Feature]) -> str:
    return "; ".join([f"{f.kind} at {name} = {for_reader(f.x, 5)}" for f in features])


def _roomy(ends: tuple[float, float] | None) -> tuple[float, float] | None:
    """Ends of an axis with a margin."""
    if ends is None:
        return None
    low, high = ends
    margin = (high / 2 - low / 2) / 8 or abs(low) / 2 or 1.0
    return low - margin, high + margin


class Grid(NamedTuple):
    """The values of a function of two inputs: `values[i][j]` is that at `xs[j]`, `ys[i]`; places
    with the gradients there; and stationary points with their values."""

    xs: Sequence[float]
    ys: Sequence[float]
    values: Sequence[Sequence[float]]
    gradients: Sequence[tuple[Point, Point]]
    stationary: Sequence[tuple[StationaryPoint, float]]


def grid(
    value: Callable[[float, float], float],
    gradient: Callable[[float, float], Point],
    x_ends: tuple[float, float],
    y_ends: tuple[float, float],
) -> Grid:
    """A function on a grid, with its gradients on a coarser one."""
    xs, ys = _divided(*x_ends, _GRID), _divided(*y_ends, _GRID)
    values = [[value(x, y) for x in xs] for y in ys]
    coarse = [_inside(*ends, count) for ends, count in zip((x_ends, y_ends), _ARROWS, strict=True)]
    places = [(x, y) for y in coarse[1] for x in coarse[0]]
    gradients = [(place, gradient(*place)) for place in places]
    known = [(p, g) for p, g in gradients if all(map(math.isfinite, g))]
    found = [(p, value(*p.at)) for p in stationary_points(gradient, xs, ys)]
    return Grid(xs, ys, values, known, found)


def _divided(low: float, high: float, count: int) -> list[float]:
    last = count - 1
    return [low * ((last - k) / last) + high * (k / last) for k in range(count)]


def _inside(low: float, high: float, count: int) -> list[float]:
    """The middles of equal parts."""
    return [low + (high - low) * (2 * k + 1) / (2 * count) for k in range(count)]


def levels(found: Grid) -> list[float]:
    """The levels of contour lines, round numbers: evenly spaced, or where most of the values are
    close to one end, at equal parts of the area."""
    values = sorted([v for row in found.values for v in row if math.isfinite(v)])
    if not values or values[0] == values[-1]:
        return []
    low, high, middle = values[0], values[-1], values[len(values) // 2]
    if 0.2 < (middle - low) / (high - low) < 0.8:
        step = _nice((high - low) / _LEVELS)
        first = math.floor(low / step) + 1
        return [k * step for k in range(first, math.ceil(high / step)) if k * step < high]
    parts = [values[round((len(values) - 1) * (k + 0.5) / _LEVELS)] for k in range(_LEVELS)]
    rounded = dict.fromkeys([float(f"{v:.1g}") for v in parts])
    apart: list[float] = []
    for level in rounded:
        if low < level < high and (not apart or abs(level - apart[-1]) > 0.2 * abs(level)):
            apart.append(level)
    return apart


def _nice(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= rough * (1 - 1e-9))


def contour_figure(title: str, names: Sequence[str], found: Grid) -> Figure:
    """Contour lines with the gradient field."""
    marks: list[Mark] = []
    sizes = found.xs[-1] - found.xs[0], found.ys[-1] - found.ys[0]
    taken: list[Point] = [p.at for p, _ in found.stationary]
    for level in levels(found):
        lines = contour(found.xs, found.ys, found.values, level)
        marks += labelled(lines, for_reader(level, 3), 0, sizes, taken)
    marks.append(Arrows(found.gradients, "gradient", 1))
    for series, kind in enumerate((MINIMUM, MAXIMUM, SADDLE), 2):
        places = [p.at for p, _ in found.stationary if p.kind == kind]
        if places:
            marks.append(Points(places, kind, series))
    ends = [(a[0], a[-1]) for a in (found.xs, found.ys)]
    axes = [Axis(name, limits=pair) for name, pair in zip(names, ends, strict=True)]
    points = [
        f"{p.kind} at {for_reader(p.at[0], 5)}, {for_reader(p.at[1], 5)}"
        for p, _ in found.stationary
    ]
    return Figure(
        title, axes[0], axes[1], marks, "; ".join(["contour lines and gradients", *points])
    )
