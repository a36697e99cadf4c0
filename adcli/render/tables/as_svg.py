"""Tables as SVG, legible at the width of a column of text.

Invariant: type has 9 pt, and a table is at most as wide as a column if the longest words of its
cells allow that: cells that are wider are broken over lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from adcli.render import svg
from adcli.render.number_format import before_point
from adcli.render.tables.column_widths import broken, fitted, widened
from adcli.render.tables.table import (
    CENTRE,
    DECIMAL,
    RIGHT,
    Cell,
    Column,
    Numbers,
    Section,
    Table,
    plain,
)
from adcli.render.text_width import wrap

#: The distance of baselines, the margin of the picture, the space between columns, and that of a
#: rule above and below.
_LEADING, _MARGIN, _RULE = 12.0, 8.0, 4.0
_GAP, _NARROW_GAP = 10.0, 6.0


def write(tables: Sequence[Table], digits: int | None) -> str:
    """All tables in one picture, one below the other."""
    parts: list[str] = []
    width, y = 0.0, _MARGIN
    for table in tables:
        drawing = _Drawing(table, Numbers(digits))
        y = drawing.draw(y) + _LEADING
        width = max(width, drawing.width)
        parts += drawing.parts
    title = next((plain(t.title) for t in tables if plain(t.title)), "table")
    return svg.document(width + 2 * _MARGIN, y, title, parts)


class _Place(NamedTuple):
    """Where a column stands, and where in it the decimal points are."""

    left: float
    width: float
    point: float


class _Drawing:
    def __init__(self, table: Table, numbers: Numbers) -> None:
        self.table = table
        self.numbers = numbers
        self.parts: list[str] = []
        self.gap = _GAP
        self.places = self._places()
        last = self.places[-1] if self.places else _Place(_MARGIN, 0, 0)
        self.width = last.left + last.width - _MARGIN

    def _places(self) -> list[_Place]:
        table = self.table
        widths, least, points = [], [], []
        for i, column in enumerate(table.columns):
            cells = [(row[i], self.numbers.text(row[i], column)) for row in table.lines()]
            heading = svg.text_width(plain(table.heading(i)))
            before = max([_before(t) for c, t in cells if _is_split(c, column)], default=0)
            natural = [heading]
            words = [heading]
            for cell, text in cells:
                if _is_split(cell, column):
                    width = before + svg.text_width(text) - _before(text)
                    natural.append(width)
                    words.append(width)
                else:
                    natural.append(svg.text_width(text))
                    words += [
                        svg.text_width(piece) for piece in broken(cell, text, 1, svg.text_width)
                    ]
            points.append(before)
            widths.append(max(natural))
            least.append(max(words))
        room = svg.COLUMN - 2 * _MARGIN
        if sum(least) + _GAP * (len(least) - 1) > room:
            self.gap = _NARROW_GAP
        room -= self.gap * (len(widths) - 1)
        widths = widened(widths, table, self.gap, svg.text_width)
        found = []
        left = _MARGIN
        for width, point in zip(fitted(widths, least, room), points, strict=True):
            found.append(_Place(left, width, point))
            left += width + self.gap
        return found

    def draw(self, top: float) -> float:
        """Draw the table from `top` down; where it ends."""
        table = self.table
        y = top
        for piece in self._wrapped(plain(table.title)):
            y += _LEADING
            self.parts.append(svg.text(_MARGIN, y, piece, style="strong"))
        y = self._rule(y)
        y = self._head(y)
        for row in table.rows:
            y = self._row(y, row)
        if table.footers:
            y = self._rule(y)
            for row in table.footers:
                y = self._row(y, row)
        y = self._rule(y)
        for note in table.notes:
            for piece in self._wrapped(note):
                y += _LEADING
                self.parts.append(svg.text(_MARGIN, y, piece, style="quiet"))
        return y

    def _wrapped(self, text: str) -> list[str]:
        room = max(self.width, 120.0)
        return wrap(text, room, measure=svg.text_width) if text else []

    def _rule(self, y: float, left: float = _MARGIN, width: float | None = None) -> float:
        y += _RULE
        right = left + (self.width if width is None else width)
        self.parts.append(svg.line(left, y, right, y))
        return y

    def _head(self, y: float) -> float:
        groups = self.table.groups()
        if groups:
            y += _LEADING
            first = 0
            for group, count in groups:
                left, last = self.places[first].left, self.places[first + count - 1]
                first += count
                if plain(group):
                    self.parts.append(svg.text(left, y, plain(group), style="strong"))
                    self._rule(y, left, last.left + last.width - left)
            y += _RULE
        if self.table.has_headings:
            y += _LEADING
            for i, (column, place) in enumerate(zip(self.table.columns, self.places, strict=True)):
                heading = plain(self.table.heading(i))
                self._set(heading, y, column, place, style="strong")
            y = self._rule(y)
        return y

    def _row(self, y: float, row: Sequence[Cell] | Section) -> float:
        if isinstance(row, Section):
            for piece in self._wrapped(row.text):
                y += _LEADING
                self.parts.append(svg.text(_MARGIN, y, piece, style="quiet"))
            return y
        height = 1
        for cell, column, place in zip(row, self.table.columns, self.places, strict=True):
            text = self.numbers.text(cell, column)
            if _is_split(cell, column):
                x = place.left + place.point - _before(text)
                self.parts.append(svg.text(x, y + _LEADING, text))
                continue
            lines = broken(cell, text, place.width + 0.01, svg.text_width)
            height = max(height, len(lines))
            for k, piece in enumerate(lines, 1):
                self._set(piece, y + k * _LEADING, column, place)
        return y + height * _LEADING

    def _set(self, words: str, y: float, column: Column, place: _Place, style: str = "") -> None:
        if not words:
            return
        if column.align == RIGHT:
            x, anchor = place.left + place.width, "end"
        elif column.align == CENTRE:
            x, anchor = place.left + place.width / 2, "middle"
        else:
            x, anchor = place.left, ""
        self.parts.append(svg.text(x, y, words, anchor=anchor, style=style))


def _is_split(cell: Cell, column: Column) -> bool:
    """Whether a cell stands by its decimal point."""
    return column.align == DECIMAL and isinstance(cell, int | float)


def _before(number: str) -> float:
    return svg.text_width(before_point(number))
