"""Tables as SVG, legible at the width of a column of text.

Invariant: a table is at most as wide as a column, and type has 9 or 8 pt.  Where a table would be
wider, its cells are broken over lines, its type is smaller, and at last its columns are broken into
blocks below each other; only a word that is wider than the column by itself is left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from adcli.render import svg_frame
from adcli.render.number_format import before_point
from adcli.render.tables.column_blocks import blocks
from adcli.render.tables.column_widths import broken, fitted, widened
from adcli.render.tables.table import (
    CENTRE,
    DECIMAL,
    RIGHT,
    Cell,
    Column,
    Formula,
    Numbers,
    Section,
    Table,
    plain,
)
from adcli.render.text_width_and_wrapping import wrap

#: The distance of baselines, the margin of the picture, the space between columns, and that of a
#: rule above and below.
_LEADING, _MARGIN, _RULE = 12.0, 8.0, 4.0
_GAP, _NARROW_GAP = 10.0, 6.0

#: How wide titles and notes of a narrow table are.
_SENTENCE = 120.0

#: Groups of columns stand below each other before a cell is broken over more lines than this.
_LINES = 6

#: The sizes of type: the smaller one keeps columns side by side.
_SIZES = (svg_frame.TYPE_SIZE, 8.0)


def write(tables: Sequence[Table], digits: int | None) -> str:
    """All tables in one picture, one below the other."""
    parts: list[str] = []
    width, y = 0.0, _MARGIN
    for table in tables:
        for drawing in _drawings(table, Numbers(digits)):
            y = drawing.draw(y) + _LEADING
            width = max(width, drawing.width)
            parts += drawing.parts
    title = next((plain(t.title) for t in tables if plain(t.title)), "table")
    return svg_frame.document(width + 2 * _MARGIN, y, title, parts)


def _drawings(table: Table, numbers: Numbers) -> list[_Drawing]:
    """A table in the largest type in which it fits, or the blocks of its columns."""
    for size in _SIZES:
        drawing = _Drawing(table, numbers, size)
        if drawing.fits:
            return [drawing]
    found = blocks(table, lambda part: _Drawing(part, numbers, svg_frame.TYPE_SIZE).fits)
    return [_Drawing(part, numbers, svg_frame.TYPE_SIZE) for part in found]


class _Place(NamedTuple):
    """Where a column stands, and where in it the decimal points are."""

    left: float
    width: float
    point: float


class _Drawing:
    def __init__(self, table: Table, numbers: Numbers, size: float) -> None:
        self.table = table
        self.numbers = numbers
        self.size = size
        self.leading = _LEADING * size / svg_frame.TYPE_SIZE
        self.parts: list[str] = []
        self.gap = _GAP
        self.places = self._places()
        last = self.places[-1] if self.places else _Place(_MARGIN, 0, 0)
        self.width = last.left + last.width - _MARGIN

    @property
    def fits(self) -> bool:
        """Whether it is no wider than a column of text, and no group of it so narrow that cells
        become towers of short lines."""
        is_narrow = self.width <= svg_frame.COLUMN - 2 * _MARGIN + 0.01
        return is_narrow and (not self.table.groups() or self._tallest() <= _LINES)

    def _tallest(self) -> int:
        """How many lines the cell has that is broken over most of them."""
        rows = self.table.lines()
        cells = [c for row in rows for c in zip(row, self.table.columns, self.places, strict=True)]
        return max([len(self._broken(*cell)) for cell in cells], default=0)

    def _broken(self, cell: Cell, column: Column, place: _Place) -> list[str]:
        text = self.numbers.text(cell, column)
        if _is_split(cell, column):
            return [text]
        return broken(cell, text, place.width + 0.01, self._measure)

    # -- widths ------------------------------------------------------------------------------------

    def _measure(self, text: str) -> float:
        return svg_frame.text_width(text, self.size)

    def _bold(self, text: str) -> float:
        return svg_frame.text_width(text, self.size, bold=True)

    def _places(self) -> list[_Place]:
        table = self.table
        measured = [self._column_widths(i) for i in range(len(table.columns))]
        natural, least, points = zip(*measured, strict=True) if measured else ((), (), ())
        room = svg_frame.COLUMN - 2 * _MARGIN
        if sum(least) + _GAP * (len(least) - 1) > room:
            self.gap = _NARROW_GAP
        room -= self.gap * (len(measured) - 1)
        wanted = widened(natural, table, self.gap, self._bold)
        found = []
        left = _MARGIN
        for width, point in zip(fitted(wanted, least, room), points, strict=True):
            found.append(_Place(left, width, point))
            left += width + self.gap
        return found

    def _column_widths(self, index: int) -> tuple[float, float, float]:
        """How wide a column is if nothing is broken, and at least; and what its numbers have
        before their points."""
        column = self.table.columns[index]
        cells = [(row[index], self.numbers.text(row[index], column)) for row in self.table.lines()]
        split = [text for cell, text in cells if _is_split(cell, column)]
        before = max(map(self._before, split), default=0.0)
        numbers = [before + self._measure(text) - self._before(text) for text in split]
        others = [(cell, text) for cell, text in cells if not _is_split(cell, column)]
        scale = self.size / svg_frame.TYPE_SIZE
        words = [scale * _least_width(text, isinstance(cell, Formula)) for cell, text in others]
        heading = plain(self.table.heading(index))
        natural = [self._bold(heading), *numbers, *[self._measure(text) for _, text in others]]
        least = [*map(self._bold, heading.split(" ")), *numbers, *words]
        return max(natural), max(least), before

    def _before(self, number: str) -> float:
        return self._measure(before_point(number))

    # -- drawing -----------------------------------------------------------------------------------

    def draw(self, top: float) -> float:
        """Draw the table from `top` down; where it ends."""
        table = self.table
        y = self._sentence(top, plain(table.title), "strong")
        y = self._head(self._rule(y))
        for row in table.rows:
            y = self._row(y, row)
        if table.footers:
            y = self._rule(y)
            for row in table.footers:
                y = self._row(y, row)
        y = self._rule(y)
        for note in table.notes:
            y = self._sentence(y, note, "quiet")
        return y

    def _sentence(self, y: float, text: str, style: str) -> float:
        """Words across all columns, or wider if those are few."""
        measure = self._bold if style == "strong" else self._measure
        for piece in wrap(text, max(self.width, _SENTENCE), measure=measure) if text else []:
            y += self.leading
            self.parts.append(svg_frame.text(_MARGIN, y, piece, size=self.size, style=style))
        return y

    def _rule(self, y: float, left: float = _MARGIN, width: float | None = None) -> float:
        y += _RULE
        right = left + (self.width if width is None else width)
        self.parts.append(svg_frame.line(left, y, right, y))
        return y

    def _head(self, y: float) -> float:
        y = self._groups(y)
        if not self.table.has_headings:
            return y
        columns = zip(self.table.columns, self.places, strict=True)
        heads = [
            (self._wrapped_heading(self.table.heading(i), place.width), column, place)
            for i, (column, place) in enumerate(columns)
        ]
        height = max([len(lines) for lines, _, _ in heads])
        for lines, column, place in heads:
            for k, piece in enumerate(lines, 1 + height - len(lines)):
                self._set(piece, y + k * self.leading, column, place, style="strong")
        return self._rule(y + height * self.leading)

    def _groups(self, y: float) -> float:
        """The headings of groups, with rules below them."""
        heads = []
        first = 0
        for group, count in self.table.groups():
            left, last = self.places[first].left, self.places[first + count - 1]
            width = last.left + last.width - left
            heads.append((self._wrapped_heading(group, width), left, width))
            first += count
        height = max([len(lines) for lines, _, _ in heads], default=0)
        for lines, left, width in heads:
            for k, piece in enumerate(lines, 1 + height - len(lines)):
                place = y + k * self.leading
                self.parts.append(
                    svg_frame.text(left, place, piece, size=self.size, style="strong")
                )
            if any(lines):
                self._rule(y + height * self.leading, left, width)
        return y + height * self.leading + (_RULE if heads else 0)

    def _wrapped_heading(self, heading: str | Formula, width: float) -> list[str]:
        return wrap(plain(heading), width + 0.01, measure=self._bold)

    def _row(self, y: float, row: Sequence[Cell] | Section) -> float:
        if isinstance(row, Section):
            return self._sentence(y, row.text, "quiet")
        height = 1
        for cell, column, place in zip(row, self.table.columns, self.places, strict=True):
            lines = self._broken(cell, column, place)
            if _is_split(cell, column):
                x = place.left + place.point - self._before(lines[0])
                self.parts.append(svg_frame.text(x, y + self.leading, lines[0], size=self.size))
                continue
            height = max(height, len(lines))
            for k, piece in enumerate(lines, 1):
                self._set(piece, y + k * self.leading, column, place)
        return y + height * self.leading

    def _set(self, words: str, y: float, column: Column, place: _Place, style: str = "") -> None:
        if not words:
            return
        if column.align == RIGHT:
            x, anchor = place.left + place.width, "end"
        elif column.align == CENTRE:
            x, anchor = place.left + place.width / 2, "middle"
        else:
            x, anchor = place.left, ""
        self.parts.append(svg_frame.text(x, y, words, size=self.size, anchor=anchor, style=style))


@lru_cache(1 << 14)
def _least_width(text: str, is_formula: bool) -> float:
    """How wide the longest part of a text is that cannot be broken."""
    cell = Formula(text, "") if is_formula else text
    return max(map(svg_frame.text_width, broken(cell, text, 1, svg_frame.text_width)))


def _is_split(cell: Cell, column: Column) -> bool:
    """Whether a cell stands by its decimal point."""
    return column.align == DECIMAL and isinstance(cell, int | float)
