"""Stationary points of a function of two inputs: minima, maxima and saddles within a rectangle.

Cells of a grid in which both partial derivatives change their signs are where to begin; Newton's
method on the exact gradient follows, with differences of gradients as its matrix.  Its result is
right to rounding however rough the matrix is; the kind comes from that matrix.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

Point = tuple[float, float]
Gradient = Callable[[float, float], Point]

MINIMUM, MAXIMUM, SADDLE = "minimum", "maximum", "saddle"

#: Newton's steps at most, the step of differences as a part of a cell, and how far from its cell a
#: point may end, in cells.
_STEPS, _DIFFERENCE, _NEAR = 40, 1e-4, 2.0


class StationaryPoint(NamedTuple):
    """Where the gradient is 0."""

    kind: str
    at: Point


def stationary_points(
    gradient: Gradient, xs: Sequence[float], ys: Sequence[float]
) -> list[StationaryPoint]:
    """The stationary points between the lines of a grid, from left to right.  A point at which the
    Hessian is singular has no kind and is left out."""
    field = [[gradient(x, y) for x in xs] for y in ys]
    cell = xs[1] - xs[0], ys[1] - ys[0]
    found: list[StationaryPoint] = []
    for start in _cells(field, xs, ys):
        point = _newton(gradient, start, cell)
        if point is None or not all(_inside(point, xs, ys)):
            continue
        kind = _kind(_matrix(gradient, point, cell), cell)
        known = any([_close(point, other.at, cell) for other in found])
        if kind and not known:
            found.append(StationaryPoint(kind, point))
    return sorted(found, key=lambda p: p.at)


def _cells(
    field: Sequence[Sequence[Point]], xs: Sequence[float], ys: Sequence[float]
) -> Iterator[Point]:
    """The middles of cells in which both derivatives change their signs, or are 0."""
    for i, (lower, upper) in enumerate(pairwise(field)):
        for j in range(len(xs) - 1):
            corners = [lower[j], lower[j + 1], upper[j], upper[j + 1]]
            if all([_changes([corner[k] for corner in corners]) for k in (0, 1)]):
                yield (xs[j] + xs[j + 1]) / 2, (ys[i] + ys[i + 1]) / 2


def _changes(numbers: Sequence[float]) -> bool:
    return min(numbers) <= 0 <= max(numbers) and all(map(math.isfinite, numbers))


def _newton(gradient: Gradient, start: Point, cell: Point) -> Point | None:
    """The zero of the gradient near a place; None if there is none."""
    x, y = start
    for _ in range(_STEPS):
        (a, b), (c, d) = _matrix(gradient, (x, y), cell)
        u, v = gradient(x, y)
        determinant = a * d - b * c
        if not math.isfinite(determinant) or determinant == 0:
            return None
        dx, dy = (d * u - b * v) / determinant, (a * v - c * u) / determinant
        x, y = x - dx, y - dy
        if abs(x - start[0]) > _NEAR * cell[0] or abs(y - start[1]) > _NEAR * cell[1]:
            return None
        if abs(dx) <= 1e-14 * (abs(x) + cell[0]) and abs(dy) <= 1e-14 * (abs(y) + cell[1]):
            return _rounded(x, cell[0]), _rounded(y, cell[1])
    return None


def _rounded(x: float, width: float) -> float:
    """0 for what differs from it by rounding only."""
    return 0.0 if abs(x) < 1e-12 * width else x


def _matrix(gradient: Gradient, at: Point, cell: Point) -> tuple[Point, Point]:
    """The Hessian by central differences of the gradient: the derivatives of each component."""
    x, y = at
    h, k = cell[0] * _DIFFERENCE, cell[1] * _DIFFERENCE
    right, left, up, down = (gradient(*p) for p in ((x + h, y), (x - h, y), (x, y + k), (x, y - k)))
    by_x = [(p - m) / (2 * h) for p, m in zip(right, left, strict=True)]
    by_y = [(p - m) / (2 * k) for p, m in zip(up, down, strict=True)]
    return (by_x[0], by_y[0]), (by_x[1], by_y[1])


def _kind(matrix: tuple[Point, Point], cell: Point) -> str:
    """By the signs of the eigenvalues; empty where one is 0 within the error of the matrix."""
    (a, b), (c, d) = matrix
    # in cells as units, so that the two inputs count alike
    a, d = a * cell[0] * cell[0], d * cell[1] * cell[1]
    b = (b + c) / 2 * cell[0] * cell[1]
    determinant, size = a * d - b * b, a * a + d * d + 2 * b * b
    if not abs(determinant) > 1e-6 * size:
        return ""
    if determinant < 0:
        return SADDLE
    return MINIMUM if a > 0 else MAXIMUM


def _inside(point: Point, xs: Sequence[float], ys: Sequence[float]) -> tuple[bool, bool]:
    return xs[0] <= point[0] <= xs[-1], ys[0] <= point[1] <= ys[-1]


def _close(a: Point, b: Point, cell: Point) -> bool:
    """Whether two points are one but for rounding."""
    return all([abs(p - q) <= 1e-9 * width for p, q, width in zip(a, b, cell, strict=True)])
