"""Values and derivatives as text: tables on a terminal, lines of name and number in a pipe.

Invariant: in a pipe each row is a line whose last word is the number, with all digits unless fewer
were asked for.  On a terminal long arrays are cut in the middle, and a line says how many entries
are left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from adcli.render.number_format import MINUS, align, for_pipe, for_reader

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

NamedNumbers = Sequence[tuple[str, float]]

#: A terminal shows arrays up to this length whole, and this many entries at each end of others.
_WHOLE, _END = 12, 5

#: The space between columns of a matrix; the rows and columns of the largest pattern that is drawn.
_GAP, _DRAWN = "  ", (60, 100)


def plain_text(rows: NamedNumbers, digits: int | None = None) -> str:
    """Lines such as `x1     5.5`, the numbers below each other."""
    width = _name_width([name for name, _ in rows])
    return "".join([f"{name:<{width}} {for_pipe(value, digits)}\n" for name, value in rows])


def table(rows: NamedNumbers, digits: int | None = None) -> ResultTable:
    """The same rows for a Rich console."""
    return ResultTable(rows, digits)


class ResultTable:
    """Names and numbers, decimal points below each other.

    It writes its segments itself: a Rich table of 100,000 rows takes 16 s, this takes 0.7.
    """

    def __init__(self, rows: NamedNumbers, digits: int | None) -> None:
        self.rows = rows
        self.digits = digits

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.segment import Segment
        from rich.style import Style

        minus = "-" if options.ascii_only else MINUS
        names = Style(color="cyan")
        shown = list(_cut_arrays(self.rows))
        rows = [row for row in shown if not isinstance(row, int)]
        width = _name_width([name for name, _ in rows])
        room = options.max_width - width - len(_GAP)
        numbers = iter(
            _aligned([for_reader(value, self.digits, minus=minus) for _, value in rows], room)
        )
        for row in shown:
            if isinstance(row, int):
                yield Segment(_left_out(row, options.ascii_only))
                yield Segment.line()
                continue
            for k, part in enumerate(_in_lines(next(numbers), room)):
                yield Segment(f"{row[0] if k == 0 else '':<{width}}{_GAP}", names)
                yield Segment(part)
                yield Segment.line()


class MatrixTable:
    """A matrix with names for its rows and columns, cut where the window has no room."""

    def __init__(
        self,
        rows: Sequence[str],
        columns: Sequence[str],
        matrix: Sequence[Sequence[float]],
        digits: int | None,
    ) -> None:
        self.rows = rows
        self.columns = columns
        self.matrix = matrix
        self.digits = digits

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.segment import Segment
        from rich.style import Style

        names = Style(color="cyan")
        rows = _ends(len(self.rows), _WHOLE, _END)
        width = _name_width([self.rows[i] for i in rows])
        columns = self._columns(rows, options.max_width - width, options.ascii_only)
        left_out = len(self.columns) - sum(len(c) > 0 for c in columns)
        head = [c[0] if c else self._dots(options.ascii_only) for c in columns]
        yield Segment(" " * width + "".join([_GAP + cell for cell in head]).rstrip(), names)
        yield Segment.line()
        before = -1
        for k, i in enumerate(rows):
            if i > before + 1:
                yield Segment(_left_out(i - before - 1, options.ascii_only, "rows"))
                yield Segment.line()
            before = i
            yield Segment(f"{self.rows[i]:<{width}}", names)
            cells = [c[k + 1] if c else self._dots(options.ascii_only) for c in columns]
            yield Segment("".join([_GAP + cell for cell in cells]).rstrip())
            yield Segment.line()
        if left_out:
            yield Segment(_left_out(left_out, options.ascii_only, "columns"))
            yield Segment.line()

    def _dots(self, ascii: bool) -> str:
        return "..." if ascii else "…"

    def _columns(self, rows: Sequence[int], room: int, ascii: bool) -> list[list[str]]:
        """The columns that there is room for, each its name and its numbers.  An empty list stands
        for columns in the middle that are left out."""
        room -= len(_GAP) + len(self._dots(ascii))
        head: list[list[str]] = []
        tail: list[list[str]] = []
        count = len(self.columns)
        for k in range(count):
            j = k // 2 if k % 2 == 0 else count - 1 - k // 2
            column = self._column(j, rows, ascii)
            room -= len(_GAP) + len(column[0])
            last = k == count - 1 and room + len(_GAP) + len(self._dots(ascii)) >= 0
            if room < 0 and not last and k > 0:
                return [*head, [], *reversed(tail)]
            (head if k % 2 == 0 else tail).append(column)
        return [*head, *reversed(tail)]

    def _column(self, j: int, rows: Sequence[int], ascii: bool) -> list[str]:
        minus = "-" if ascii else MINUS
        numbers = align([for_reader(self.matrix[i][j], self.digits, minus=minus) for i in rows])
        width = max([len(self.columns[j]), *map(len, numbers)])
        return [f"{cell:<{width}}" for cell in (self.columns[j], *numbers)]


def pattern_text(columns: int, rows: Sequence[Collection[int]]) -> str:
    """The pattern of a matrix: a cross for each entry, a dot elsewhere; nothing if it is large."""
    if len(rows) > _DRAWN[0] or columns > _DRAWN[1]:
        return ""
    lines = ["".join(["x" if j in row else "." for j in range(columns)]) for row in rows]
    return "".join([f"{line}\n" for line in lines])


def _cut_arrays(rows: NamedNumbers) -> Iterator[tuple[str, float] | int]:
    """The rows; in the middle of a long array a count stands for those that are left out."""
    for _, group in groupby(rows, lambda row: row[0].rpartition("[")[0]):
        entries = list(group)
        before = -1
        for i in _ends(len(entries), _WHOLE, _END) if "[" in entries[0][0] else range(len(entries)):
            if i > before + 1:
                yield i - before - 1
            before = i
            yield entries[i]


def _aligned(numbers: list[str], room: int) -> list[str]:
    """Numbers with their decimal points below each other; those that have no room for that, as an
    integer of many digits may have, are left as they are."""
    fitting = [number for number in numbers if len(number) <= room]
    if any(len(number) > room for number in align(fitting)):
        return numbers
    aligned = iter(align(fitting))
    return [next(aligned) if len(number) <= room else number for number in numbers]


def _in_lines(number: str, room: int) -> list[str]:
    """A number in lines that fit: the console would cut off its last digits."""
    room = max(room, 1)
    return [number[at : at + room] for at in range(0, len(number), room)] or [""]


def _ends(count: int, whole: int, end: int) -> Sequence[int]:
    """The indices of a list that are shown."""
    if count <= whole:
        return range(count)
    return [*range(end), *range(count - end, count)]


def _left_out(count: int, ascii: bool, what: str = "entries") -> str:
    dots = "..." if ascii else "…"
    return f"{dots} {count:,} {what} left out {dots}"


def _name_width(names: Sequence[str]) -> int:
    return max([len(name) for name in names], default=0)
