"""A plot as data: axes and what is drawn between them, in the coordinates of the data.

Invariant: a figure says nothing about pixels or characters, so that every writer draws the same.  A
coordinate that is not finite, or not positive on a logarithmic axis, is a gap in a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Point = tuple[float, float]


class Axis(NamedTuple):
    """What an axis is called, how it is divided, and where it begins and ends (None: the range of
    the data); an axis that is `whole` has integers only."""

    label: str = ""
    logarithmic: bool = False
    limits: tuple[float, float] | None = None
    whole: bool = False


class Line(NamedTuple):
    """A line through points.  Lines of one `series` have one colour and one pattern of dashes;
    one with a `label` is in the legend."""

    points: Sequence[Point]
    label: str = ""
    series: int = 0


class Points(NamedTuple):
    """Marks at points; their series have the same colours as those of lines."""

    points: Sequence[Point]
    label: str = ""
    series: int = 0


class Arrows(NamedTuple):
    """Arrows: a tail, and the direction in which the arrow points, whose length counts relative to
    the longest."""

    arrows: Sequence[tuple[Point, Point]]
    label: str = ""
    series: int = 0


class Rule(NamedTuple):
    """A thin line across the whole plot: vertical at an x, else horizontal at a y."""

    at: float
    is_vertical: bool = True


class Note(NamedTuple):
    """A short text centred at a point."""

    at: Point
    text: str


Mark = Line | Points | Arrows | Rule | Note


class Figure(NamedTuple):
    """A plot.  `summary` says in a sentence what is to be seen, for those who cannot see it."""

    title: str
    x: Axis
    y: Axis
    marks: Sequence[Mark]
    summary: str = ""


#: What is drawn later lies above.
_ORDER: tuple[type, ...] = (Rule, Line, Arrows, Points, Note)


def ordered(figure: Figure) -> list[Mark]:
    """The marks in the order in which they are drawn."""
    return sorted(figure.marks, key=lambda mark: _ORDER.index(type(mark)))
