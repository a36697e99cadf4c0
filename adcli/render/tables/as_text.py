"""Tables as plain text: columns below their headings, fitted to a terminal or as wide as they are.

Invariant: nothing is cut.  In a pipe a row is one line and numbers have all digits; on a terminal
cells that are too wide are broken over lines, and columns for which there is no room stand below
the others, behind the first ones once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from adcli.render.number_format import MINUS, align
from adcli.render.tables.column_blocks import blocks
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
from adcli.render.text_width_and_wrapping import cell_width, pad, wrap

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

#: What stands between columns, and what stands there where the page has no room for more.
_GAP, _NARROW_GAP = "  ", " "

#: A line of text and its style.
_Line = tuple[str, str]


def write(tables: Sequence[Table], digits: int | None) -> str:
    """The tables for a pipe or a file."""
    return "\n".join([_plain(table, Numbers(digits, "-", exact=True)) for table in tables])


def _plain(table: Table, numbers: Numbers) -> str:
    return "".join([f"{text.rstrip()}\n" for text, _ in _Drawing(table, numbers, None).lines()])


class TextTable:
    """A table for a Rich console, fitted to its width."""

    def __init__(self, table: Table, digits: int | None) -> None:
        self.table = table
        self.digits = digits

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.segment import Segment

        numbers = Numbers(self.digits, "-" if options.ascii_only else MINUS)
        room, ascii = options.max_width, options.ascii_only
        for part in blocks(self.table, lambda part: _Drawing(part, numbers, room).fits):
            drawing = _Drawing(part, numbers, room, ascii=ascii)
            for text, style in drawing.lines():
                yield Segment(text.rstrip(), console.get_style(style or "none"))
                yield Segment.line()


class _Drawing:
    def __init__(
        self, table: Table, numbers: Numbers, room: int | None, *, ascii: bool = False
    ) -> None:
        self.table = table
        self.rule = "-" if ascii or room is None else "─"
        self.room = room
        self.gap = _GAP
        self.texts = numbers.texts(table)
        for i, column in enumerate(table.columns):
            if column.align == DECIMAL:
                aligned = align([row[i] for row in self.texts])
                for row, text in zip(self.texts, aligned, strict=True):
                    row[i] = text if row[i] else ""
        self.widths = self._widths()

    def _widths(self) -> list[int]:
        columns = range(len(self.table.columns))
        lines = list(zip(self.table.lines(), self.texts, strict=True))
        headings = [cell_width(plain(self.table.heading(i))) for i in columns]
        natural = [max([headings[i], *[cell_width(text[i]) for _, text in lines]]) for i in columns]
        wide = widened(natural, self.table, len(_GAP), cell_width)
        self.fits = True
        if self.room is None:
            return [int(width) for width in wide]
        least = [
            max([headings[i], *[_longest(row[i], text[i]) for row, text in lines]]) for i in columns
        ]
        if sum(least) + len(_GAP) * (len(least) - 1) > self.room:
            self.gap = _NARROW_GAP
        room = self.room - len(self.gap) * (len(wide) - 1)
        self.fits = sum(least) <= room
        return [int(width) for width in fitted(wide, least, room)]

    def lines(self) -> Iterator[_Line]:
        table = self.table
        width = sum(self.widths) + len(self.gap) * (len(self.widths) - 1)
        if plain(table.title):
            yield from self._wrapped(plain(table.title), "bold")
        yield from self._head(width)
        texts = iter(self.texts)
        for k, row in enumerate((*table.rows, *table.footers)):
            if k == len(table.rows):
                yield self.rule * width, "dim"
            if isinstance(row, Section):
                yield from self._wrapped(row.text, "dim")
            else:
                yield from self._row(row, next(texts))
        for note in table.notes:
            yield from self._wrapped(note, "dim")

    def _wrapped(self, text: str, style: str) -> Iterator[_Line]:
        for piece in [text] if self.room is None else wrap(text, self.room):
            yield piece, style

    def _head(self, width: int) -> Iterator[_Line]:
        groups = self.table.groups()
        if groups:
            cells, first = [], 0
            for group, count in groups:
                wide = sum(self.widths[first : first + count]) + len(self.gap) * (count - 1)
                cells.append(pad(plain(group), wide))
                first += count
            yield self.gap.join(cells), "bold"
        if self.table.has_headings:
            columns = enumerate(zip(self.table.columns, self.widths, strict=True))
            heads = [_set(plain(self.table.heading(i)), wide, c) for i, (c, wide) in columns]
            yield self.gap.join(heads), "bold cyan"
        if self.table.has_headings or groups:
            yield self.rule * width, "dim"

    def _row(self, row: Sequence[Cell], texts: Sequence[str]) -> Iterator[_Line]:
        columns = self.table.columns
        cells = [
            broken(cell, text, width, cell_width)
            for cell, text, width in zip(row, texts, self.widths, strict=True)
        ]
        for k in range(max(map(len, cells))):
            line = [
                _set(cell[k] if k < len(cell) else "", width, column)
                for cell, width, column in zip(cells, self.widths, columns, strict=True)
            ]
            yield self.gap.join(line), ""


def _set(text: str, width: int, column: Column) -> str:
    """A text padded to the width of its column."""
    missing = width - cell_width(text)
    if column.align == RIGHT:
        return " " * missing + text
    if column.align == CENTRE:
        return " " * (missing // 2) + text + " " * (missing - missing // 2)
    return text + " " * missing


def _longest(cell: Cell, text: str) -> int:
    """How wide the longest part is that cannot be broken."""
    if isinstance(cell, int | float):
        return cell_width(text)
    return max(map(cell_width, broken(cell, text, 1, cell_width)))
