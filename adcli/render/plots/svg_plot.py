"""Plots as SVG: one file without fonts or scripts from elsewhere, in light and dark.

Invariant: at the width of a printed column, 84 mm, the text has at least 8 pt.  Series differ in
their dashes too, not in colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import assert_never

from adcli.render.plots.figure import Arrows, Figure, Line, Mark, Note, Point, Points, Rule, ordered
from adcli.render.plots.scales import Scale, Tick, pieces, scales
from adcli.render.text_width_and_wrapping import cell_width, wrap

#: Units: the width of the picture, the height of the plot, the size of text.  A column of 84 mm has
#: 238 pt, and 480 units with text of 17 make that 8.4 pt.
_WIDTH, _HEIGHT, _SIZE = 480, 270, 17

#: How wide a character is on the average, and the height of a line of text.
_CHAR, _LEADING = 0.56 * _SIZE, 1.3 * _SIZE

#: The longest arrow.
_ARROW = 34

#: By series: colours on light and on dark ground, each with a contrast of at least 4.5, and dashes.
_LIGHT = ("#0b62a8", "#b3450b", "#0a7048", "#9b2d86", "#6b5800", "#444444")
_DARK = ("#6cb6ff", "#ff9d5c", "#52d0a0", "#ee8fdf", "#dcc64e", "#c0c0c0")
_DASHES = ("", "9 5", "3 4", "12 4 3 4", "6 3", "2 3")

_STYLE = """
.page{fill:#fff}.ink{fill:#1f2328}.axis{stroke:#59636e;fill:none}.grid{stroke:#e3e6ea;fill:none}
.rule{stroke:#59636e;stroke-dasharray:2 4;fill:none}.halo{fill:none;stroke:#fff;stroke-width:5}
"""
_NIGHT = """
.page{fill:#0d1117}.ink{fill:#f0f6fc}.axis{stroke:#9198a1}.grid{stroke:#262c36}
.rule{stroke:#9198a1}.halo{stroke:#0d1117}
"""


def stacked(figures: Sequence[Figure]) -> str:
    """Figures one below the other, as the text of one SVG file."""
    texts = [svg(figure) for figure in figures]
    if len(texts) == 1:
        return texts[0]
    parts, top = [], 0.0
    for text in texts:
        height = float(text.partition('viewBox="')[2].partition('"')[0].split()[3])
        size = f'<svg y="{_number(top)}" width="{_WIDTH}" height="{_number(height)}" '
        parts.append(text.replace("<svg ", size, 1))
        top += height
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_number(top)}">'
    return "\n".join([head, *[part.rstrip() for part in parts], "</svg>"]) + "\n"


def svg(figure: Figure) -> str:
    """The figure as the text of an SVG file."""
    x, y = scales(figure)
    box = _Box(x, y, figure)
    parts = [*_axes(box), *_marks(box, figure), *_legend(box)]
    label = escape(". ".join(filter(None, [figure.title, figure.summary])))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_number(box.height)}" '
        f'role="img" font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-size="{_SIZE}">'
    )
    style = f"<style>{_STYLE}{_colours(_LIGHT)}@media (prefers-color-scheme:dark){{{_NIGHT}"
    style += f"{_colours(_DARK)}}}</style>"
    page = f'<rect class="page" width="{_WIDTH}" height="{_number(box.height)}"/>'
    lines = [head, f"<title>{label}</title>", style, page, *parts, "</svg>"]
    return "\n".join(lines) + "\n"


def _colours(colours: Sequence[str]) -> str:
    """Of each series the strokes and the fillings."""
    return "".join(
        [f".s{k}{{stroke:{c};fill:none}}.f{k}{{fill:{c}}}\n" for k, c in enumerate(colours)]
    )


class _Box:
    """The place of the plot in the picture."""

    def __init__(self, x: Scale, y: Scale, figure: Figure) -> None:
        self.x, self.y = x, y
        self.y_ticks = y.ticks(6)
        widest = max([cell_width(text) for _, text in self.y_ticks], default=0)
        self.left = widest * _CHAR + 16
        self.right = _WIDTH - 22.0
        self.x_ticks = _apart(x, self.right - self.left)
        self.title = wrap(figure.title, int(_WIDTH / _CHAR) - 2)
        lines = len(self.title) + bool(y.label)
        self.top = lines * _LEADING + 10
        self.bottom = self.top + _HEIGHT
        self.legend = self.bottom + _LEADING * (1.25 + bool(x.label)) + 4
        self.entries = _rows_of(_entries(figure.marks))
        self.height = self.legend + len(self.entries) * _LEADING + 6

    def place(self, unit: Point) -> Point:
        """Where a place between 0 and 1 is in the picture."""
        across, up = self.right - self.left, self.bottom - self.top
        return self.left + unit[0] * across, self.bottom - unit[1] * up

    def holds(self, at: Point) -> bool:
        """Whether a place in the picture is inside the plot."""
        return self.left <= at[0] <= self.right and self.top <= at[1] <= self.bottom

    def point(self, point: Point) -> Point | None:
        """Where a point of the data is; None if it is outside."""
        unit = self.x.unit(point[0]), self.y.unit(point[1])
        return self.place(unit) if all([0 <= u <= 1 for u in unit]) else None


def _apart(x: Scale, width: float) -> list[Tick]:
    """Ticks whose texts do not touch."""
    for most in range(8, 1, -1):
        ticks = x.ticks(most)
        widest = max([cell_width(text) for _, text in ticks], default=0) * _CHAR + 12
        gaps = [b[0] - a[0] for a, b in pairwise(ticks)]
        if min(gaps, default=1.0) * width >= widest:
            break
    return ticks


def _axes(box: _Box) -> Iterator[str]:
    for k, line in enumerate(box.title):
        yield _text(_WIDTH / 2, (k + 1) * _LEADING, line, "middle", weight="bold")
    if box.y.label:
        yield _text(8, box.top - 10, box.y.label, "start")
    for place, text in box.x_ticks:
        x, _ = box.place((place, 0))
        yield _line(x, box.top, x, box.bottom, "grid")
        half = cell_width(text) * _CHAR / 2
        at = min(max(x, half + 2), _WIDTH - half - 2)
        yield _text(at, box.bottom + _LEADING, text, "middle")
    for place, text in box.y_ticks:
        _, y = box.place((0, place))
        yield _line(box.left, y, box.right, y, "grid")
        yield _text(box.left - 7, y + _SIZE / 3, text, "end")
    width, height = box.right - box.left, box.bottom - box.top
    yield (
        f'<rect class="axis" x="{_number(box.left)}" y="{_number(box.top)}" '
        f'width="{_number(width)}" height="{_number(height)}"/>'
    )
    if box.x.label:
        middle = (box.left + box.right) / 2
        yield _text(middle, box.bottom + 2.2 * _LEADING, box.x.label, "middle")


def _marks(box: _Box, figure: Figure) -> Iterator[str]:
    for mark in ordered(figure):
        match mark:
            case Line():
                yield from _curve(box, mark)
            case Points():
                for point in mark.points:
                    at = box.point(point)
                    if at is not None:
                        yield _dot(at, mark.series)
            case Arrows():
                yield from _arrows(box, mark)
            case Rule():
                unit = (box.x if mark.is_vertical else box.y).unit(mark.at)
                if 0 <= unit <= 1:
                    ends = (
                        ((unit, 0.0), (unit, 1.0))
                        if mark.is_vertical
                        else ((0.0, unit), (1.0, unit))
                    )
                    yield _line(*box.place(ends[0]), *box.place(ends[1]), "rule")
            case Note():
                at = box.point(mark.at)
                if at is not None:
                    yield from _note(box, at, mark.text)
            case _:
                assert_never(mark)


def _curve(box: _Box, line: Line) -> Iterator[str]:
    for piece in pieces(line.points, box.x, box.y):
        places = [box.place(unit) for unit in piece]
        points = " ".join([f"{_number(x)},{_number(y)}" for x, y in _thinned(places)])
        yield f'<polyline {_stroke(line.series)} points="{points}"/>'


def _thinned(places: Sequence[Point]) -> Iterator[Point]:
    """The places without those that a reader could not tell from their predecessor."""
    before: Point | None = None
    for k, place in enumerate(places):
        if before is None or k == len(places) - 1 or math.dist(before, place) >= 0.3:
            yield place
            before = place


def _stroke(series: int) -> str:
    k = series % len(_LIGHT)
    dashes = f' stroke-dasharray="{_DASHES[k]}"' if _DASHES[k] else ""
    return f'class="s{k}" stroke-width="2.2" stroke-linejoin="round"{dashes}'


def _dot(at: Point, series: int) -> str:
    return (
        f'<circle class="f{series % len(_LIGHT)}" cx="{_number(at[0])}" cy="{_number(at[1])}" '
        f'r="4.5"/>'
    )


def _arrows(box: _Box, mark: Arrows) -> Iterator[str]:
    """Arrows with their middles at the places; those that do not fit into the plot are left out."""
    across = (box.right - box.left) / (box.x.high - box.x.low)
    up = (box.bottom - box.top) / (box.y.high - box.y.low)
    longest = max([math.hypot(dx, dy) for _, (dx, dy) in mark.arrows], default=0.0)
    for place, (dx, dy) in mark.arrows:
        at = box.point(place)
        length = math.hypot(dx * across, dy * up)
        if at is None or not length or not math.isfinite(length):
            continue
        size = _ARROW * (0.4 + 0.6 * math.hypot(dx, dy) / longest)
        step = dx * across / length * size / 2, -dy * up / length * size / 2
        if box.holds((at[0] - step[0], at[1] - step[1])) and box.holds(
            (at[0] + step[0], at[1] + step[1])
        ):
            yield _arrow(at, step, mark.series)


def _arrow(middle: Point, step: Point, series: int) -> str:
    """An arrow from a step before its middle to a step behind it."""
    tip = middle[0] + step[0], middle[1] + step[1]
    wings = [
        (tip[0] - 0.6 * step[0] + s * 0.4 * step[1], tip[1] - 0.6 * step[1] - s * 0.4 * step[0])
        for s in (1, -1)
    ]
    tail = middle[0] - step[0], middle[1] - step[1]
    places = [tail, tip, wings[0], tip, wings[1]]
    points = " ".join([f"{_number(x)},{_number(y)}" for x, y in places])
    return f'<polyline class="s{series % len(_LIGHT)}" stroke-width="1.6" points="{points}"/>'


def _note(box: _Box, at: Point, text: str) -> Iterator[str]:
    half = cell_width(text) * _CHAR / 2
    x = min(max(at[0], box.left + half + 3), box.right - half - 3)
    y = min(max(at[1] + _SIZE / 3, box.top + _SIZE), box.bottom - 5)
    place = f'x="{_number(x)}" y="{_number(y)}" text-anchor="middle"'
    yield f'<text class="halo" {place} aria-hidden="true">{escape(text)}</text>'
    yield f'<text class="ink" {place}>{escape(text)}</text>'


# -- the legend ----------------------------------------------------------------------------------


def _entries(marks: Sequence[Mark]) -> list[Line | Points | Arrows]:
    return [m for m in marks if isinstance(m, Line | Points | Arrows) and m.label]


def _rows_of(entries: Sequence[Line | Points | Arrows]) -> list[list[Line | Points | Arrows]]:
    """The entries of the legend, as many in a row as fit."""
    rows: list[list[Line | Points | Arrows]] = []
    free = 0.0
    for entry in entries:
        width = _entry_width(entry)
        if width > free:
            rows.append([])
            free = _WIDTH - 16
        rows[-1].append(entry)
        free -= width
    return rows


def _entry_width(entry: Line | Points | Arrows) -> float:
    return 52 + cell_width(entry.label) * _CHAR


def _legend(box: _Box) -> Iterator[str]:
    for k, row in enumerate(box.entries):
        y = box.legend + (k + 0.7) * _LEADING
        x = 8.0
        for entry in row:
            middle = y - _SIZE / 3
            if isinstance(entry, Points):
                yield _dot((x + 17, middle), entry.series)
            elif isinstance(entry, Arrows):
                yield _arrow((x + 17, middle), (14, 0), entry.series)
            else:
                ends = f"{_number(x)},{_number(middle)} {_number(x + 34)},{_number(middle)}"
                yield f'<polyline {_stroke(entry.series)} points="{ends}"/>'
            yield _text(x + 42, y, entry.label, "start")
            x += _entry_width(entry)


# -- elements ------------------------------------------------------------------------------------


def _text(x: float, y: float, text: str, anchor: str, weight: str = "") -> str:
    bold = f' font-weight="{weight}"' if weight else ""
    place = f'x="{_number(x)}" y="{_number(y)}" text-anchor="{anchor}"'
    return f'<text class="ink" {place}{bold}>{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    ends = zip(("x1", "y1", "x2", "y2"), (x1, y1, x2, y2), strict=True)
    return f'<line class="{kind}" ' + " ".join([f'{n}="{_number(v)}"' for n, v in ends]) + "/>"


def _number(value: float) -> str:
    """A coordinate with two decimals at most: the same text on every machine."""
    return f"{value + 0.0:.2f}".rstrip("0").rstrip(".")
