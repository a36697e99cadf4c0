"""Tables as data: what each cell says, not how it looks.

A command describes what it found in tables; `adcli.render.tables.formats` writes them as text,
Markdown, LaTeX, HTML, SVG or CSV.

Invariant: a row has a cell for each column.  Numbers stay numbers until a format writes them, so
that `--digits` counts everywhere and each format has its own minus sign and power of ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from adcli.render.number_format import MINUS, for_pipe, for_reader, for_trace

#: How the cells of a column stand: at the left, at the right, in the middle, or with their decimal
#: points below each other.
LEFT, RIGHT, CENTRE, DECIMAL = "left", "right", "centre", "decimal"


class Formula(NamedTuple):
    """Mathematics in a cell or a heading: as text in Unicode, and as LaTeX for math mode."""

    text: str
    latex: str


#: What stands in a cell; None is an empty one.
Cell = str | float | int | Formula | None

#: From a number, how many digits it should have (None: as many as suit a reader) and the minus sign
#: to its text.
NumberText = Callable[[float, int | None, str], str]


def reader_number(value: float, digits: int | None, minus: str) -> str:
    """A number with enough digits to copy it down."""
    return for_reader(value, digits, minus=minus)


def trace_number(value: float, digits: int | None, minus: str) -> str:
    """A number of a trace, which has three decimals."""
    return for_trace(value, digits, minus=minus)


class Column(NamedTuple):
    """A column: its heading, how its cells stand, and how its numbers are written.

    `unit`    stands behind the heading in brackets.
    `group`   is a heading above those of neighbouring columns that have the same one.
    """

    heading: str | Formula = ""
    align: str = LEFT
    group: str | Formula = ""
    unit: str = ""
    number: NumberText = reader_number


class Section(NamedTuple):
    """A row of one cell across all columns: a heading of the rows below, or what is left out."""

    text: str


Row = Sequence[Cell] | Section


class Table:
    """Rows below headings.

    `title`    what the table is about; empty for one that needs no words.
    `footers`  rows below a rule, such as totals.
    `notes`    sentences to be read below the table.
    `keys`     how many of the first columns say what a row is about; they are repeated where a
               table is broken into blocks of columns.
    """

    __slots__ = ("columns", "footers", "keys", "notes", "rows", "title")

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Sequence[Row],
        *,
        title: str | Formula = "",
        footers: Sequence[Sequence[Cell]] = (),
        notes: Sequence[str] = (),
        keys: int = 0,
    ) -> None:
        self.columns = columns
        self.rows = rows
        self.title = title
        self.footers = footers
        self.notes = notes
        self.keys = keys

    @property
    def has_headings(self) -> bool:
        return any(plain(c.heading) for c in self.columns)

    def groups(self) -> list[tuple[str | Formula, int]]:
        """The headings of groups with the number of their columns; nothing if there are none."""
        found: list[tuple[str | Formula, int]] = []
        for column in self.columns:
            if found and found[-1][0] == column.group:
                found[-1] = (column.group, found[-1][1] + 1)
            else:
                found.append((column.group, 1))
        return found if any(plain(group) for group, _ in found) else []

    def lines(self) -> Iterator[Sequence[Cell]]:
        """The rows that have a cell for each column."""
        for row in (*self.rows, *self.footers):
            if not isinstance(row, Section):
                yield row

    def heading(self, index: int) -> str | Formula:
        """The heading of a column with its unit."""
        column = self.columns[index]
        if not column.unit:
            return column.heading
        text = f"{plain(column.heading)} [{column.unit}]"
        if isinstance(column.heading, str):
            return text
        return Formula(text, rf"{column.heading.latex}\ [\mathrm{{{column.unit}}}]")


def plain(cell: str | Formula) -> str:
    """A text or a formula as text."""
    return cell if isinstance(cell, str) else cell.text


class Numbers(NamedTuple):
    """How a format writes numbers: with so many digits, or with all that a pipe gets."""

    digits: int | None = None
    minus: str = MINUS
    exact: bool = False

    def text(self, cell: Cell, column: Column) -> str:
        """A cell as text."""
        match cell:
            case None:
                return ""
            case str():
                return cell
            case Formula():
                return cell.text
            case _ if self.exact:
                return for_pipe(cell, self.digits)
            case _:
                return column.number(cell, self.digits, self.minus)

    def texts(self, table: Table) -> list[list[str]]:
        """The rows of a table as text, without sections."""
        return [
            [self.text(cell, column) for cell, column in zip(row, table.columns, strict=True)]
            for row in table.lines()
        ]
