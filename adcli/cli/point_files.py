"""Points in files and on stdin: JSON, arrays of NumPy (`.npy`, `.npz`), and tables.

Invariant: nothing in a file is run; NumPy is imported for its own files alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from adcli.errors import MissingExtra, UsageError
from adcli.front.lex import normal
from adcli.source import ascii_minus
from adcli.text_input import files_like

if TYPE_CHECKING:
    from adcli.applications.data_table_reading import DataTable

#: The heading of a column that has an entry of a list.
_ENTRY = re.compile(r"([^\W\d]\w*)\[(\d+)\]")

_POINT_IN_JSON = 'a point in JSON is such as {"x": 1.5, "y": [1, 2]}'

#: The first bytes of a file of NumPy: of one array, of several in a ZIP archive.
_NUMPY = (b"\x93NUMPY", b"PK\x03\x04")

#: The names of the inputs in order.
Inputs = Callable[[], Sequence[str]] | None


def point_of_file(path: str, inputs: Inputs) -> dict[str, Any]:
    """The point in a file, of the format that its name ends in; else JSON or a table."""
    return _only(points_of_file(path, inputs), path)


def points_of_file(path: str, inputs: Inputs) -> dict[str, Any] | DataTable:
    """The point in a file, or the table of it: rows below names, or objects of JSON."""
    ending = os.path.splitext(path)[1].lower()
    if ending in (".npy", ".npz"):
        return _of_numpy(path, inputs)
    if ending in (".csv", ".tsv", ".parquet", ".pq"):
        from adcli.applications.data_table_reading import read_table

        return read_table(path)
    return _points_in(_text_of(path), path, may_be_table=ending != ".json")


def value_of_file(path: str, name: str) -> Any:
    """The value of one input in a file of its own: an array of NumPy, a table of numbers, JSON."""
    ending = os.path.splitext(path)[1].lower()
    if ending in (".npy", ".npz"):
        found = _of_numpy(path, lambda: [name])
        if len(found) > 1 and name not in found:
            raise UsageError(f"{path} has no array '{name}'", hint=f"it has {', '.join(found)}")
        return found[name] if name in found else next(iter(found.values()))
    if path == "-":
        raise UsageError("there is no file -", hint=f"write {name}=@/dev/stdin for stdin")
    text = _text_of(path)
    if ending in (".csv", ".tsv") or (ending != ".json" and not _is_json(text)):
        return _numbers_of_table(text, path, "\t" if ending == ".tsv" else None)
    return _parsed(text, path)


def point_of_stdin(text: str) -> dict[str, Any]:
    """The point that stands on stdin, as JSON or as a table of one row."""
    return _only(points_of_stdin(text), "stdin")


def points_of_stdin(text: str) -> dict[str, Any] | DataTable:
    """The same, or the table that stands there."""
    return _points_in(text, "stdin", may_be_table=True)


def _points_in(text: str, place: str, *, may_be_table: bool) -> dict[str, Any] | DataTable:
    if _has_objects(text):
        from adcli.applications.data_table_reading import json_table

        return json_table(ascii_minus(text), place)
    if may_be_table and _is_table(text) and not _is_json(text):
        from adcli.applications.data_table_reading import delimited_table

        return delimited_table(text, place)
    return _object_in(_parsed(text, place), place)


def _has_objects(text: str) -> bool:
    """Whether a text is a list of objects, or has an object on each of several lines."""
    start = text.lstrip()
    if start[:1] == "[":
        return start[1:].lstrip()[:1] == "{"
    lines = [line for line in start.splitlines() if line.strip()][:2]
    return len(lines) == 2 and lines[0].rstrip()[-1:] == "}" and lines[1].lstrip()[:1] == "{"


def _only(found: dict[str, Any] | DataTable, place: str) -> dict[str, Any]:
    return found if isinstance(found, dict) else _row_of(found, place)


def _is_table(text: str) -> bool:
    """Whether a text is lines below each other, of which the first can be names of columns."""
    lines = [line for line in text.splitlines() if line.strip() and line[:1] != "#"]
    return len(lines) > 1 and not any(c in lines[0] for c in "=:")


def _is_json(text: str) -> bool:
    """Whether a text is JSON, or begins as an object or a list does."""
    import json

    if not text.strip() or text.lstrip()[0] in "{[":
        return True
    try:
        json.loads(ascii_minus(text))
    except (ValueError, RecursionError):
        return False
    return True


def inline_json(text: str) -> dict[str, Any] | None:
    """The point that a text is as JSON; None if it is none."""
    import json

    try:
        found = json.loads(ascii_minus(text))
    except (ValueError, RecursionError):
        return None
    return _object_in(_parsed(text, "the point"), "the point") if isinstance(found, dict) else None


def json_of_file(path: str) -> Any:
    """What is in a file with JSON."""
    return _parsed(_text_of(path), path)


def _text_of(path: str) -> str:
    from adcli.text_input import POINT, read_file

    return read_file(path, POINT)


def _object_in(found: Any, place: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise UsageError(f'{place}: a point is a JSON object such as {{"x": 1}}')
    return _of_reply(found, place) if str(found.get("schema", ""))[:6] == "adcli/" else found


def _of_reply(reply: dict[str, Any], place: str) -> dict[str, Any]:
    """The point that a search has found, from its reply."""
    for key in ("point", "root"):
        if reply.get("command") in ("minimize", "root") and isinstance(reply.get(key), dict):
            point: dict[str, Any] = reply[key]
            if reply.get("status") == "converged":
                return point
            message = f"{place} is a search that did not converge: {reply.get('status')}"
            raise UsageError(message, hint=f"jq .{key} takes the point where it stopped")
    hint = "minimize and root print one"
    if isinstance(reply.get("parameters"), dict):  # estimates alone have no correlations
        hint = "jq '.parameters | map_values(.estimate)' takes the estimates"
    command = reply.get("command")
    raise UsageError(f"{place} is a reply of adcli {command}, which is no point", hint=hint)


def _object(pairs: list[tuple[str, Any]], place: str) -> dict[str, Any]:
    found = {normal(name.strip()): value for name, value in pairs}
    if len(found) < len(pairs):
        raise UsageError(f"{place}: a name is given twice")
    return found


def _parsed(text: str, place: str) -> Any:
    import json

    text = ascii_minus(text)
    if not text.strip():
        raise UsageError(f"{place} is empty", hint=_POINT_IN_JSON)
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, place))
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{place} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}",
            hint=_POINT_IN_JSON,
        ) from None
    except RecursionError:
        raise UsageError(f"{place} has too many brackets in one another") from None
    except ValueError:
        hint = "a double has no more than 17 digits that matter: 1.5e300"
        raise UsageError(f"{place} has a number of too many digits", hint=hint) from None


def _of_numpy(path: str, inputs: Inputs) -> dict[str, Any]:
    """The arrays of a file by their names; one array alone is the first input."""
    import zipfile

    try:
        import numpy
    except ImportError:
        raise MissingExtra(
            f"{path} needs NumPy, which is not installed", hint="pip install 'adcli[all]'"
        ) from None
    _check_numpy(path)
    try:
        found = numpy.load(os.path.expanduser(path), allow_pickle=False)
        if isinstance(found, numpy.ndarray):
            names = list(inputs() if inputs is not None else ())
            if not names:
                raise UsageError(f"{path} names no input", hint="an .npz file has names")
            return {names[0]: _plain(path, found)}
        return {normal(name.strip()): _plain(path, found[name]) for name in found.files}
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}", hint=files_like(path)) from None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        if "allow_pickle" in str(error):
            message = f"{path} holds objects of Python, which are not read"
            raise UsageError(message, hint="save an array of numbers") from None
        raise UsageError(f"cannot read {path}: {error}") from None


def _check_numpy(path: str) -> None:
    """Refuse a file that is none of NumPy's before NumPy takes it for a pickle."""
    try:
        with open(os.path.expanduser(path), "rb") as file:
            start = file.read(6)
    except (OSError, ValueError):
        return  # numpy.load says why
    if not start.startswith(_NUMPY):
        hint = "numpy.save writes one; other files are read by their endings: .json, .csv, .tsv"
        raise UsageError(f"{path} is no file of NumPy", hint=hint)


def _plain(path: str, array: Any) -> Any:
    if array.dtype.kind not in "biuf":
        raise UsageError(f"{path} holds values of type {array.dtype}, which are no real numbers")
    return array.tolist()


def _numbers_of_table(text: str, path: str, separator: str | None) -> Any:
    """A table of numbers, with or without names of its columns, as a matrix; one row or one column
    is a list."""
    import csv
    from itertools import chain

    from adcli.applications.delimited_text import delimiter_of
    from adcli.applications.table_cells import as_number, hint_for_cell, with_decimal_points

    lines = [line for line in text.splitlines() if line.strip()]
    found = delimiter_of(lines) if lines else None
    separator = separator or found or ","
    texts = list(csv.reader([line + "\n" for line in lines], delimiter=separator))
    if separator != ",":
        texts = with_decimal_points(texts) or texts
    rows: list[list[float]] = []
    for number, cells in enumerate(texts, 1):
        numbers = [as_number(cell) for cell in cells]
        row = [number for number in numbers if number is not None]
        if len(row) == len(cells):
            rows.append(row)
        elif row or number > 1 or len(lines) == 1:  # no names of columns
            cell = cells[numbers.index(None)]
            message = f"{path}: row {number} is not made of numbers: {cell!r}"
            raise UsageError(message, hint=hint_for_cell(cell, chain.from_iterable(texts)))
    widths = set(map(len, rows))
    if len(widths) != 1:
        raise UsageError(f"{path}: its rows have different lengths, or there are none")
    if len(rows) == 1:
        return rows[0]
    return [row[0] for row in rows] if widths == {1} else rows


def _row_of(table: DataTable, path: str) -> dict[str, Any]:
    """The only row of a table by the names of its columns."""
    if table.rows != 1:
        is_file = os.path.isfile(os.path.expanduser(path))
        take = f'head -n 2 "{path}" > row.csv' if is_file else "| head -n 2 |"
        hint = f"{take} takes the first; a column alone in a file is a list: x=@FILE; " + (
            "adcli eval, grad and others answer each row"
        )
        raise UsageError(
            f"{path} has {table.rows} rows below the names of its columns, and a point is one",
            hint=hint if table.rows else None,
        )
    return next(points_of_table(table))


def points_of_table(table: DataTable) -> Iterator[dict[str, Any]]:
    """The rows by the names of their columns; columns `x[0]`, `x[1]`, ... are the entries of x."""
    from adcli.applications.table_cells import as_number

    names = {short: full for full, short in table.short.items()}
    entries = {name: found for name in table.columns
               if (found := _ENTRY.fullmatch(names.get(name, name)))}  # fmt: skip
    arrays = _whole_arrays(entries)
    for cells in zip(*table.columns.values(), strict=True):
        row: dict[str, Any] = {}
        for name, cell in zip(table.columns, cells, strict=True):
            if cell is None:  # what an object of JSON lacks
                continue
            number = as_number(cell) if isinstance(cell, str) else None
            value = cell if number is None else number
            if (found := entries.get(name)) is not None and found[1] in arrays:
                row.setdefault(found[1], []).append(value)
            else:
                row[name] = value
        yield row


def _whole_arrays(entries: Mapping[str, re.Match[str]]) -> set[str]:
    """The lists all of whose entries are there and in order."""
    indices: dict[str, list[int]] = {}
    for found in entries.values():
        indices.setdefault(found[1], []).append(int(found[2]))
    return {name for name, there in indices.items() if there == [*range(len(there))]}
