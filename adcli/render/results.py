"""A value and its derivatives: a small table on a terminal, lines of name and number in a pipe.

Invariant: the plain form has one line for each row and the number is its last word, in full.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.render.numbers import MINUS, align, plain, short

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

Rows = Sequence[tuple[str, float]]


def plain_text(rows: Rows) -> str:
    """Lines such as `x1     5.5`, the numbers below each other."""
    width = _name_width(rows)
    return "".join([f"{name:<{width}} {plain(value)}\n" for name, value in rows])


def table(rows: Rows, digits: int = 3) -> ResultTable:
    """What a Rich console prints for the same rows."""
    return ResultTable(rows, digits)


class ResultTable:
    """Names and numbers, decimal points below each other.

    It writes its segments itself: a Rich table of 100,000 rows takes 16 s, this takes 0.7.
    """

    def __init__(self, rows: Rows, digits: int) -> None:
        self.rows = rows
        self.digits = digits

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.segment import Segment
        from rich.style import Style

        minus = "-" if options.ascii_only else MINUS
        names = Style(color="cyan")
        width = _name_width(self.rows)
        numbers = align([short(value, self.digits, minus=minus) for _, value in self.rows])
        for (name, _), number in zip(self.rows, numbers, strict=True):
            yield Segment(f"{name:<{width}}  ", names)
            yield Segment(number)
            yield Segment.line()


def _name_width(rows: Rows) -> int:
    return max([len(name) for name, _ in rows], default=0)
