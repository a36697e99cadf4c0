"""What commands print: JSON objects, results, notes and errors.

Invariant: results go to stdout, all else to stderr; with `--json` stdout holds one JSON object,
also for an error.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from adcli.backends.named_results import Result, Rows
from adcli.backends.question import Matrix
from adcli.errors import AdcliError
from adcli.nested_lists import plainly_finite

SCHEMA = "adcli/1"

#: So many error estimates are shown one by one.
_FEW = 8


def write(text: str, *, err: bool = False) -> None:
    """Print text; what the stream's encoding lacks is written as an escape."""
    stream = sys.stderr if err else sys.stdout
    if stream is None:  # stderr was closed before we started
        return
    encoding = stream.encoding or "utf-8"
    safe = text.encode(encoding, "backslashreplace").decode(encoding)
    try:
        stream.write(safe if safe.endswith("\n") else safe + "\n")
        if err:
            stream.flush()
    except OSError:
        if not err:
            raise  # what cannot be said on stderr cannot be said at all


def print_json(command: str | None, content: Mapping[str, Any]) -> None:
    """One object: numbers round-trip, one that is not finite is null and named under `status`."""
    import json

    status: dict[str, Any] = {}
    finite = {key: _finite(value, (key,), status) for key, value in content.items()}
    whole = {"schema": SCHEMA, "command": command, **finite}
    if status:
        whole["status"] = status
    write(json.dumps(whole, allow_nan=False, ensure_ascii=not _is_utf8()))


def _is_utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def _finite(value: Any, path: tuple[str, ...], status: dict[str, Any]) -> Any:
    """The value with null for numbers that are not finite; `status` tells what they were."""
    if isinstance(value, float) and not math.isfinite(value):
        status[".".join(path)] = "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
        return None
    if isinstance(value, Mapping):
        return {k: _finite(v, (*path, str(k)), status) for k, v in value.items()}
    if isinstance(value, list | tuple):
        if plainly_finite(value):
            return value
        return [_finite(v, (*path, str(i)), status) for i, v in enumerate(value)]
    return value


def single(values: Sequence[Any]) -> Any:
    """The only one of some values, or a list if there are several."""
    return values[0] if len(values) == 1 else list(values)


def result_json(result: Result) -> dict[str, Any]:
    """What every object about a result holds."""
    content: dict[str, Any] = {
        "backend": result.backend,
        "engine": result.engine,
        "value": single(result.values),
    }
    if len(result.values) > 1:
        content["results"] = list(result.names)
    if result.notes:
        content["notes"] = list(result.notes)
    if result.checkpointing:
        content["checkpointing"] = result.checkpointing._asdict()
    return content


def print_rows(rows: Rows, digits: int | None, notes: Sequence[str] = ()) -> None:
    """Named numbers: on a terminal a quiet table in which long arrays are cut, in a pipe plain
    lines; then the notes to them."""
    from adcli.render import result_tables
    from adcli.render.terminal import is_terminal, show

    if is_terminal():
        show(result_tables.table(rows, digits))
    elif rows:
        write(result_tables.plain_text(rows, digits))
    print_notes(notes)


def print_matrix(
    rows: Sequence[str], columns: Sequence[str], matrix: Matrix, digits: int | None
) -> None:
    """A matrix with names for its rows and columns, for a terminal."""
    from adcli.render import result_tables
    from adcli.render.terminal import show

    show(result_tables.MatrixTable(rows, columns, matrix, digits))


def print_errors(errors: Rows) -> None:
    """What is known about the errors of derivatives, as a note: all of a few, the largest of
    many."""
    if len(errors) > _FEW:
        name, error = max(errors, key=lambda row: row[1])
        print_notes([f"estimated errors: at most {error:.1e}, that of {name}"])
    elif errors:
        estimates = [f"{name} {error:.1e}" for name, error in errors]
        print_notes([f"estimated errors: {', '.join(estimates)}"])


def print_notes(notes: Sequence[str]) -> None:
    if not notes:
        return
    from adcli.render.terminal import window

    columns = window(sys.stderr)
    for note in notes:
        text = f"note: {note}"
        if columns is not None:
            from adcli.render.text_width import wrap

            text = "\n".join(wrap(text, columns, " " * len("note: ")))
        write(text, err=True)


def print_error(error: AdcliError, as_json: bool, command: str | None = None) -> None:
    """An error as text on stderr, or as JSON on stdout."""
    from adcli.render.error_text import error_text
    from adcli.render.terminal import window

    if as_json:
        nothing = {"backend": None, "engine": None, "value": None}
        print_json(command, {**nothing, "error": error_json(error)})
    else:
        encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
        write(error_text(error, encoding=encoding, window=window(sys.stderr)), err=True)


def error_json(error: AdcliError) -> dict[str, Any]:
    span = error.span
    return {
        "kind": error.kind,
        "message": ", ".join([error.message, *error.notes]),
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_column": span.end_column if span else None,
        "source": span.source.name if span else None,
        "text": span.source.line(span.line) if span else None,
        "hint": error.hint,
    }
