"""Contour lines of a function that is known on a grid.

Marching squares, with the centre's mean deciding at saddles (Wenger, *Isosurfaces*, 2013, section
1.3); a cell with a corner that is not finite is a gap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from adcli.render.plots.figure import Line, Note, Point

Edge = tuple[int, int, bool]

_Segment = tuple[Edge, Edge]


def contour(
    xs: Sequence[float], ys: Sequence[float], grid: Sequence[Sequence[float]], level: float
) -> list[list[Point]]:
    """The lines on which the function has a value; `grid[i][j]` is that at `xs[j]`, `ys[i]`."""
    neighbours: dict[Edge, list[Edge]] = {}
    for i in range(len(ys) - 1):
        for j in range(len(xs) - 1):
            for a, b in _segments(grid, i, j, level):
                neighbours.setdefault(a, []).append(b)
                neighbours.setdefault(b, []).append(a)
    return [[_place(e, xs, ys, grid, level) for e in chain] for chain in _chains(neighbours)]


def _segments(grid: Sequence[Sequence[float]], i: int, j: int, level: float) -> list[_Segment]:
    """The segments in the cell whose lower left corner is (i, j), each from edge to edge."""
    corners = [grid[i][j], grid[i][j + 1], grid[i + 1][j + 1], grid[i + 1][j]]
    if not all(map(math.isfinite, corners)):
        return []
    above = [c > level for c in corners]
    bottom, right, top, left = (i, j, True), (i, j + 1, False), (i + 1, j, True), (i, j, False)
    edges = [bottom, right, top, left]
    crossed = [e for k, e in enumerate(edges) if above[k] != above[(k + 1) % 4]]
    if len(crossed) == 2:
        return [(crossed[0], crossed[1])]
    if not crossed:
        return []
    if (sum(corners) / 4 > level) == above[0]:  # a saddle: its middle joins the first corner
        return [(bottom, right), (top, left)]
    return [(left, bottom), (right, top)]


def _chains(neighbours: dict[Edge, list[Edge]]) -> list[list[Edge]]:
    """The edges in order along each line; open lines first, then rings."""
    found = []
    ends = [edge for edge, others in neighbours.items() if len(others) == 1]
    left = dict(neighbours)
    for start in [*ends, *neighbours]:
        if start not in left:
            continue
        chain = [start]
        while chain[-1] in left:
            others = left.pop(chain[-1])
            ahead = [e for e in others if e in left]
            if ahead:
                chain.append(ahead[0])
            elif len(chain) > 2 and start in others:
                chain.append(start)
        found.append(chain)
    return found


def _place(
    edge: Edge,
    xs: Sequence[float],
    ys: Sequence[float],
    grid: Sequence[Sequence[float]],
    level: float,
) -> Point:
    """Where the level lies on an edge, by linear interpolation."""
    i, j, along_x = edge
    a, b = grid[i][j], (grid[i][j + 1] if along_x else grid[i + 1][j])
    t = (level - a) / (b - a)
    if along_x:
        return xs[j] + t * (xs[j + 1] - xs[j]), ys[i]
    return xs[j], ys[i] + t * (ys[i + 1] - ys[i])


def labelled(
    lines: Sequence[Sequence[Point]], text: str, series: int, sizes: Point, taken: list[Point]
) -> list[Line | Note]:
    """Contour lines as marks, with the level's text on the longest, where it is farthest from the
    places that are `taken` by others; `sizes` are the lengths of the axes."""
    found: list[Line | Note] = [Line(line, series=series) for line in lines]
    longest = max(lines, key=len, default=())
    if len(longest) > 1:
        place = max(longest, key=lambda point: _distance(point, taken, sizes))
        taken.append(place)
        found.append(Note(place, text))
    return found


def _distance(point: Point, others: Sequence[Point], sizes: Point) -> float:
    """How far the nearest other place is, as a part of the plot; a third is far enough."""
    far = [math.hypot((point[0] - x) / sizes[0], (point[1] - y) / sizes[1]) for x, y in others]
    return min([1 / 3, *far])
