"""Tables of data: named columns from CSV, TSV, JSON Lines and Parquet, with the place of each cell.

Invariant: a cell stays what the file has until its column is asked for as numbers, so text in a
column that nobody uses does no harm.
"""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adcli.errors import MissingExtra, UsageError
from adcli.front.lex import normal
from adcli.rank_specialisation import hint_for
from adcli.source import Source, Span, ascii_minus
from adcli.text_input import POINT, read_file, read_stdin

#: Cells that hold no number, in lower case.
MISSING = ("", "na", "n/a", "nan", "null", "none", ".")

#: A heading that is a name and a unit in parentheses or brackets.
_WITH_UNIT = re.compile(r"([^\W\d]\w*)\s*(?:\(.*\)|\[.*\])")

#: What a person can do about a row without a number.
DROP = "--missing drop leaves such rows out"


class DataTable:
    """Columns of cells by name, all of one length; `name` is the file's.

    `lines` are the lines of the file in which rows stand, where it is a text.
    """

    def __init__(
        self,
        name: str,
        columns: Mapping[str, Sequence[Any]],
        lines: Sequence[int] = (),
        source: Source | None = None,
    ) -> None:
        self.name = name
        full = [normal(n) for n in columns]
        self.short = short_names(full)
        self.columns = {
            self.short.get(n, n): list(c) for n, c in zip(full, columns.values(), strict=True)
        }
        self.lines = list(lines)
        self.source = source
        sizes = {len(cells) for cells in self.columns.values()}
        if len(sizes) > 1:
            raise UsageError(f"the columns of {name} have different lengths")
        self.rows = sizes.pop() if sizes else 0

    def named(self, text: str) -> str:
        """The name by which a column is known here, of its whole heading or of itself."""
        return self.short.get(text, text)

    def numbers(self, column: str, remedy: str | None = DROP) -> list[float]:
        """A column as finite numbers.  Raises `UsageError`, with its place, for another cell, and
        with a remedy for one without a number."""
        if column not in self.columns:
            raise UsageError(
                f"{self.name} has no column '{column}'",
                hint=hint_for(column, tuple(self.columns), "the columns are"),
            )
        return [
            self._number(column, i, cell, remedy) for i, cell in enumerate(self.columns[column])
        ]

    def _number(self, column: str, row: int, cell: Any, remedy: str | None) -> float:
        found = as_number(cell)
        if found is not None and math.isfinite(found):
            return found
        if is_missing(cell) or found is not None:
            what = "is missing" if is_missing(cell) else f"is {cell}"
        else:
            what, remedy = f"is not a number: {str(cell)[:40]!r}", None
            if re.fullmatch(r"\s*[-+]?\d+,\d+\s*", str(cell)):
                remedy = "write decimal points instead of commas"
        raise self.error(f"the value of '{column}' {what}", row, cell, remedy)

    def error(
        self, message: str, row: int, cell: Any = None, hint: str | None = None
    ) -> UsageError:
        """An error about a row, or one of its cells, with its place in the file."""
        if self.source is None or not self.lines:
            return UsageError(f"{message} in row {row + 1} of {self.name}", hint=hint)
        return UsageError(message, span=self._span(self.lines[row], cell), hint=hint)

    def _span(self, line: int, cell: Any) -> Span:
        source = self.source
        assert source is not None
        text = source.line(line)
        start = sum([len(t) for t in source.text.splitlines(keepends=True)[: line - 1]])
        found = text.find(str(cell)) if cell not in (None, "") else -1
        if found < 0:
            return Span(source, start, start + len(text))
        return Span(source, start + found, start + found + len(str(cell)))

    def complete(self, columns: Iterable[str]) -> DataTable:
        """The table without rows in which one of the columns is missing."""
        used = [self.columns[c] for c in columns if c in self.columns]
        kept = [i for i in range(self.rows) if not any(is_missing(cells[i]) for cells in used)]
        parts = {n: [cells[i] for i in kept] for n, cells in self.columns.items()}
        lines = [self.lines[i] for i in kept] if self.lines else []
        return DataTable(self.name, parts, lines, self.source)


def short_names(headings: Sequence[str]) -> dict[str, str]:
    """For headings with a unit, `Time (s)` or `U [mV]`, the name before it, if no other column has
    this name."""
    found = {h: m[1] for h in headings if (m := _WITH_UNIT.fullmatch(h))}
    count = Counter([found.get(h, h) for h in headings])
    return {h: name for h, name in found.items() if count[name] == 1}


def as_number(cell: Any) -> float | None:
    """A cell as a number; None if it is none."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        try:
            return float(cell)
        except OverflowError:
            return None
    try:
        return float(ascii_minus(str(cell).strip()))
    except ValueError:
        return None


def is_missing(cell: Any) -> bool:
    """Whether a cell is empty or says that there is nothing."""
    if isinstance(cell, float):
        return math.isnan(cell)
    return cell is None or str(cell).strip().lower() in MISSING


def table(data: Any) -> DataTable:
    """A table from columns by name, or from anything with columns, such as a data frame."""
    if isinstance(data, DataTable):
        return data
    if isinstance(data, str | os.PathLike):
        return read_table(os.fspath(data))
    columns = {str(n): _listed(data[n]) for n in data}
    return DataTable("the data", columns)


def _listed(column: Any) -> list[Any]:
    return list(column.tolist() if hasattr(column, "tolist") else column)


def read_table(path: str) -> DataTable:
    """The table in a file, by its ending; `-` is CSV or JSON Lines on stdin."""
    ending = os.path.splitext(path)[1].lower()
    if ending in (".parquet", ".pq"):
        return _parquet(path)
    name = "<stdin>" if path == "-" else path
    source = Source(read_stdin(POINT) if path == "-" else read_file(path, POINT), name)
    is_json = ending in (".jsonl", ".ndjson", ".json")
    if is_json or (path == "-" and source.text.lstrip()[:1] in ("{", "[")):
        return _json(source)
    return _delimited(source, "\t" if ending in (".tsv", ".tab") else None)


def _delimited(source: Source, delimiter: str | None) -> DataTable:
    """Columns with a line of names above; lines that are empty or start with # are no rows."""
    import csv

    numbered = [
        (i, line)
        for i, line in enumerate(source.text.splitlines(), 1)
        if line.strip() and line.lstrip()[0] != "#"
    ]
    if not numbered:
        raise UsageError(f"{source.name} is empty", hint="a line with names of columns comes first")
    head = numbered[0][1]
    if delimiter is None:
        delimiter = max((",", ";", "\t"), key=head.count)
        delimiter = delimiter if delimiter in head else None
    if delimiter is None:
        rows = [line.split() for _, line in numbered]
    else:
        reader = csv.reader([line for _, line in numbered], delimiter=delimiter, strict=False)
        try:
            rows = list(reader)
        except csv.Error as error:  # a cell that is longer than Python's reader takes
            place = DataTable(source.name, {}, [numbered[reader.line_num - 1][0]], source)
            raise place.error(f"this line cannot be read: {error}", 0) from None
    names = [cell.strip() for cell in rows[0]]
    _check_names(source, names, numbered[0][0])
    for (line, _), row in zip(numbered, rows, strict=False):
        if len(row) != len(names):
            found = DataTable(source.name, {}, [line], source)
            raise found.error(f"there are {len(row)} cells for {len(names)} columns", 0)
    columns = dict(zip(names, zip(*rows[1:], strict=True) if rows[1:] else [[]] * len(names),
                       strict=True))  # fmt: skip
    return DataTable(source.name, columns, [line for line, _ in numbered[1:]], source)


def _check_names(source: Source, names: Sequence[str], line: int) -> None:
    """Refuse a first line that names no columns, or one of them twice."""
    place = DataTable(source.name, {}, [line], source)
    if all(as_number(name) is not None for name in names):
        raise place.error("there are numbers where the names of the columns should be", 0)
    for name, count in Counter(names).items():
        if count > 1:
            raise place.error(f"there are two columns '{name}'", 0, name)


def _json(source: Source) -> DataTable:
    """JSON Lines, one object for each row; or one JSON object with a list for each column, or a
    list of objects."""
    import json

    try:
        whole = json.loads(source.text)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, dict) and whole and all(isinstance(v, list) for v in whole.values()):
        return DataTable(source.name, whole)
    if isinstance(whole, list):
        return _records(source, [(0, row) for row in whole])
    rows = []
    for i, line in enumerate(source.text.splitlines(), 1):
        if line.strip():
            try:
                rows.append((i, json.loads(line)))
            except (ValueError, RecursionError) as error:
                place = DataTable(source.name, {}, [i], source)
                raise place.error(f"this line is not JSON: {error}", 0) from None
    return _records(source, rows)


def _records(source: Source, rows: Sequence[tuple[int, Any]]) -> DataTable:
    for i, row in rows:
        if not isinstance(row, dict):
            place = DataTable(source.name, {}, [i] if i else [], source)
            raise place.error('a row is a JSON object such as {"x": 1}', 0)
    names = dict.fromkeys(name for _, row in rows for name in row)
    columns = {name: [row.get(name) for _, row in rows] for name in names}
    return DataTable(source.name, columns, [i for i, _ in rows if i], source)


def _parquet(path: str) -> DataTable:
    """Columns of a Parquet file, through pyarrow."""
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise MissingExtra(
            "Parquet files need pyarrow", hint="pip install 'adcli[parquet]'"
        ) from None
    if not os.path.exists(path):
        raise UsageError(f"there is no file {path}")
    try:
        found = parquet.read_table(path)
    except Exception as error:  # pyarrow's own errors share no parent
        raise UsageError(f"{path} is no Parquet file: {str(error).splitlines()[0]}") from None
    return DataTable(path, {name: found.column(name).to_pylist() for name in found.column_names})
