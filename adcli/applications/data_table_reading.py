"""Tables of data: named columns from CSV, TSV, JSON Lines and Parquet, with the place of each cell.

Invariant: a cell stays what the file has until its column is asked for as numbers, so text in a
column that nobody uses does no harm.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from adcli.applications.delimited_text import read_delimited, span_of_cell, span_of_line
from adcli.applications.table_cells import as_number, hint_for_cell, is_missing
from adcli.applications.table_headings import short_names
from adcli.errors import MissingExtra, UsageError
from adcli.front.lex import normal
from adcli.rank_specialisation import hint_for
from adcli.source import Source, Span
from adcli.text_input import POINT, read_file, read_stdin

#: What a person can do about a row without a number, and about one with inf.
DROP = "--missing drop leaves such rows out"
EMPTY = "empty the cell: --missing drop leaves rows with empty cells out"


class DataTable:
    """Columns of cells by name, all of one length; `name` is the file's.

    `lines` are the lines of the file in which rows stand, where it is a text; `delimiter` is what
    stands between its cells, None for spaces, and not given where a row is no list of cells.
    """

    def __init__(
        self,
        name: str,
        columns: Mapping[str, Sequence[Any]],
        lines: Sequence[int] = (),
        source: Source | None = None,
        delimiter: str | None = "",
    ) -> None:
        self.name = name
        self.delimiter = delimiter
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
        if is_missing(cell):
            what = "is missing"
        elif found is not None:
            what, remedy = f"is {cell}", EMPTY if remedy == DROP else remedy
        else:
            others = chain.from_iterable(self.columns.values())
            what, remedy = f"is not a number: {str(cell)[:40]!r}", hint_for_cell(cell, others)
        raise self.error(f"the value of '{column}' {what}", row, column, remedy)

    def error(
        self, message: str, row: int, column: str | None = None, hint: str | None = None
    ) -> UsageError:
        """An error about a row, or its cell in a column, with its place in the file."""
        if self.source is None or not self.lines:
            return UsageError(f"{message} in row {row + 1} of {self.name}", hint=hint)
        return UsageError(message, span=self._span(self.lines[row], column), hint=hint)

    def _span(self, line: int, column: str | None) -> Span:
        source = self.source
        assert source is not None
        found = None
        if self.delimiter != "" and column in self.columns:
            index = list(self.columns).index(column)
            found = span_of_cell(source, line, self.delimiter, index)
        return found or span_of_line(source, line)

    def complete(self, columns: Iterable[str]) -> DataTable:
        """The table without rows in which one of the columns is missing."""
        used = [self.columns[c] for c in columns if c in self.columns]
        kept = [i for i in range(self.rows) if not any(is_missing(cells[i]) for cells in used)]
        parts = {n: [cells[i] for i in kept] for n, cells in self.columns.items()}
        lines = [self.lines[i] for i in kept] if self.lines else []
        return DataTable(self.name, parts, lines, self.source, self.delimiter)


def table(data: Any) -> DataTable:
    """A table from columns by name, or from anything with columns, such as a data frame."""
    if isinstance(data, DataTable):
        return data
    if isinstance(data, str | os.PathLike):
        return read_table(os.fspath(data))
    if isinstance(data, tuple | list) or (hasattr(data, "dtype") and not hasattr(data, "columns")):
        raise UsageError(
            f"the data are a file, a mapping of columns or a data frame, not of type "
            f"'{type(data).__name__}'",
            hint='name the columns: {"x": x, "y": y}',
        )
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
    return delimited_table(source.text, name, "\t" if ending in (".tsv", ".tab") else None)


def delimited_table(text: str, name: str, delimiter: str | None = None) -> DataTable:
    """The table in a text of lines of cells."""
    source = Source("\n".join(text.splitlines()), name)
    found = read_delimited(source, delimiter)
    return DataTable(name, found.columns, found.lines, source, found.delimiter)


def json_table(text: str, name: str) -> DataTable:
    """The table in a text of objects of JSON."""
    return _json(Source(text, name))


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
