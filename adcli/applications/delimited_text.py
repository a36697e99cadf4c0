"""Tables in texts: CSV with commas, semicolons, tabs or spaces, as spreadsheets and loggers write
them.

Lines that are empty or start with # are no rows; `sep=;` above all, which Excel writes, names the
delimiter.  RFC 4180 has no decimal commas: a table with another delimiter than commas may have
them.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from adcli.applications.table_cells import as_number, is_missing, with_decimal_points
from adcli.errors import UsageError
from adcli.source import Source, Span

_DELIMITERS = (",", ";", "\t")

_Lines = list[tuple[int, str]]
_Rows = list[tuple[int, list[str]]]


class DelimitedTable(NamedTuple):
    """Columns of cells by their headings, the number of each row's line, and the delimiter (None:
    spaces)."""

    columns: dict[str, Sequence[str]]
    lines: list[int]
    delimiter: str | None


def read_delimited(source: Source, delimiter: str | None) -> DelimitedTable:
    """Columns with a line of names above."""
    lines: _Lines = [
        (i, line)
        for i, line in enumerate(source.text.splitlines(), 1)
        if line.strip() and line.lstrip()[0] != "#"
    ]
    if lines and (declared := re.fullmatch(r"sep=(.)\s*", lines[0][1])):
        delimiter = declared[1]
        del lines[0]
    if not lines:
        raise UsageError(f"{source.name} is empty", hint="a line with names of columns comes first")
    delimiter = delimiter or delimiter_of([line for _, line in lines])
    rows = _rows(source, lines, delimiter)
    names = [" ".join(cell.splitlines()).strip() for cell in rows[0][1]]
    _check_names(source, names, lines[0][0], delimiter)
    for line, row in rows:
        if len(row) != len(names):
            there = "there is 1 cell" if len(row) == 1 else f"there are {len(row)} cells"
            raise _error(source, line, f"{there} for {len(names)} columns")
    body: Sequence[Sequence[str]] = [row for _, row in rows[1:]]
    if delimiter != ",":
        body = with_decimal_points(body) or body
    cells = zip(*body, strict=True) if body else [()] * len(names)
    columns: dict[str, Sequence[str]] = dict(zip(names, cells, strict=True))
    return DelimitedTable(columns, [line for line, _ in rows[1:]], delimiter)


def delimiter_of(lines: Sequence[str]) -> str | None:
    """What stands between cells; None for spaces.  It cuts the first two lines into as many
    cells, and leaves the fewest in the second that are no numbers: a decimal comma cuts them."""
    head = re.sub(r'"[^"]*"', "", lines[0])
    there = sorted([d for d in _DELIMITERS if d in head], key=head.count, reverse=True)
    fitting = []
    for delimiter in there:
        first = list(csv.reader(lines[:2], delimiter=delimiter))
        if len(first) == 2 and len(first[0]) == len(first[1]) > 1:
            fitting.append((sum([not _may_be_number(cell) for cell in first[1]]), delimiter))
    if fitting:
        return min(fitting, key=itemgetter(0))[1]
    return there[0] if there else None


def _may_be_number(cell: str) -> bool:
    """Whether a cell is a number, with a decimal comma too, or missing."""
    return is_missing(cell) or as_number(cell.replace(",", ".")) is not None


def _rows(source: Source, lines: _Lines, delimiter: str | None) -> _Rows:
    """The rows, each with the number of the line in which it begins: a cell in quotes may go on in
    the next line."""
    if delimiter is None:
        return [(number, line.split()) for number, line in lines]
    reader = csv.reader([line + "\n" for _, line in lines], delimiter=delimiter, strict=False)
    found: _Rows = []
    begin = 0
    try:
        for row in reader:
            found.append((lines[begin][0], row))
            begin = reader.line_num
        return found
    except csv.Error as error:  # a cell that is longer than Python's reader takes
        line = lines[reader.line_num - 1][0]
        raise _error(source, line, f"this line cannot be read: {error}") from None


def _check_names(source: Source, names: Sequence[str], line: int, delimiter: str | None) -> None:
    """Refuse a first line that names no columns, or one of them twice."""
    if all(as_number(name) is not None for name in names):
        made = [*(["x"] if len(names) < 3 else [f"x{i}" for i in range(1, len(names))]), "y"]
        line_of_names = (delimiter or " ").join(made[-len(names) :])
        message = "there are numbers where the names of the columns should be"
        hint = f"write a line of names above, such as {line_of_names}"
        before = source.line(line - 1) if line > 1 else ""
        if before[:1] == "#" and len(before.split(delimiter)) == len(names):
            hint = f"if line {line - 1} has the names, remove its #"
        raise _error(source, line, message, hint)
    for index, name in enumerate(names):
        if Counter(names)[name] > 1:
            second = names.index(name, index + 1)
            span = span_of_cell(source, line, delimiter, second) or span_of_line(source, line)
            raise UsageError(f"there are two columns '{name}'", span=span)


def _error(source: Source, line: int, message: str, hint: str | None = None) -> UsageError:
    return UsageError(message, span=span_of_line(source, line), hint=hint)


def span_of_line(source: Source, line: int) -> Span:
    """A whole line."""
    start = source.line_start(line)
    return Span(source, start, start + len(source.line(line)))


def span_of_cell(source: Source, line: int, delimiter: str | None, index: int) -> Span | None:
    """Where a cell stands in a line, without its quotes and the spaces around it."""
    found = _cell_place(source.line(line), delimiter, index)
    if found is None:
        return None
    start = source.line_start(line)
    return Span(source, start + found[0], start + found[1])


def _cell_place(line: str, delimiter: str | None, index: int) -> tuple[int, int] | None:
    if delimiter is None:
        words = list(re.finditer(r"\S+", line))
        return words[index].span() if index < len(words) else None
    quote = r'"(?:[^"]|"")*"'
    mark = re.escape(delimiter)
    cells = list(re.finditer(rf"(?:^|(?<={mark}))[ ]*(?:{quote}|[^{mark}]*)", line))
    if index >= len(cells):
        return None
    start, end = cells[index].span()
    text = line[start:end]
    inside = text.strip().removeprefix('"').removesuffix('"')
    begin = start + text.find(inside)
    return begin, begin + len(inside)
