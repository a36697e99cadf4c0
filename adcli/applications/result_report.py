"""Reports: what an application has found, as tables and lines for people.

Invariant: a report is data; numbers in it become text when it is shown, in the form that the page
asks for.  `None` stands for a number that there is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

#: What stands in a table: a text, a number, or nothing.
Cell = str | float | int | None

#: From a number to its text.
Format = Callable[[float], str]


class Table(NamedTuple):
    """Rows of cells below the names of columns; the first column names the row."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    title: str = ""


class Report(NamedTuple):
    """Tables and lines in order."""

    parts: Sequence[Table | str]

    def text(self, number: Format | None = None) -> str:
        """The report as plain text."""
        shown = [
            part if isinstance(part, str) else table_text(part, number or short)
            for part in self.parts
        ]
        return "\n\n".join([part.rstrip() for part in shown if part])


def short(value: float) -> str:
    """A number with as many digits as people copy down."""
    return str(value) if isinstance(value, int) else f"{value:.8g}"


def table_text(table: Table, number: Format) -> str:
    """A table as lines: the first column flush left, numbers flush right."""
    cells = [list(table.columns)] if any(table.columns) else []
    cells += [[_cell(cell, number) for cell in row] for row in table.rows]
    widths = [max([len(c) for c in column]) for column in zip(*cells, strict=True)]
    are_texts = [all([isinstance(row[k], str) for row in table.rows]) for k in range(len(widths))]
    lines = [table.title] if table.title else []
    for row in cells:
        parts = [
            cell.ljust(width) if is_text else cell.rjust(width)
            for cell, width, is_text in zip(row, widths, are_texts, strict=True)
        ]
        lines.append("  ".join(parts).rstrip())
    return "\n".join(lines)


def _cell(cell: Cell, number: Format) -> str:
    if cell is None:
        return "-"
    return cell if isinstance(cell, str) else number(cell)
