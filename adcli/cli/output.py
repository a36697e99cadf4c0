"""The one place that prints: replies in the format that was asked for, notes, errors.

Invariant: results go to stdout, all else to stderr; with `--json` stdout holds one JSON object,
also for an error; for several points one on each line.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from adcli.cli.reply import PLAIN, Page, Reply
from adcli.errors import AdcliError, UsageError
from adcli.nested_lists import surely_finite

SCHEMA = "adcli/1"

#: Under these names a command line notes that notes, or a pager, are not wanted.
QUIET, NO_PAGER = "adcli.quiet", "adcli.no-pager"

#: Under this name it keeps its words, for errors.
WORDS = "adcli.words"

#: The formats that every command has, that of an answer without names, and those of tables.
TEXT, JSON = "text", "json"
TABLES = ("markdown", "latex", "html", "svg", "csv")

#: What is called before anything is printed: it erases a line about progress.
before_printing: list[Callable[[], None]] = []

#: What every JSON object has, null where it says nothing.
_ALWAYS = ("backend", "engine", "value")


def print_reply(reply: Reply, command: str | None, format: str, digits: int | None) -> None:
    """Print what a command has found; numbers have so many digits, if any are asked for."""
    if format == JSON:
        for line in _json_lines(reply, command, digits):
            print_text(line)
        return
    if format == TEXT:
        _print_text(reply, digits)
    else:
        found = _formatted(reply, format, Page(digits))
        if isinstance(found, bytes):
            _print_bytes(found, format)
        elif found:
            print_text(found)
    print_notes([*reply.notes, *reply.remarks(), *_left_out(reply, format)])


def save_reply(
    reply: Reply, command: str | None, format: str, digits: int | None, path: str
) -> None:
    """Write what a command has found into a file."""
    from adcli.cli.output_file import save

    page = Page(digits, is_file=True)
    text: str | bytes
    if format == JSON:
        text = "\n".join(_json_lines(reply, command, digits))
    elif format == TEXT:
        text = "".join([_ended(piece) for part in reply.text for piece in map(str, part(page))])
    else:
        text = _formatted(reply, format, page)
    save(path, _ended(text) if isinstance(text, str) else text)
    if format != JSON:  # there the notes are in the object
        print_notes([*reply.notes, *reply.remarks(), *_left_out(reply, format)])


def _left_out(reply: Reply, format: str) -> list[str]:
    """That of a picture with a table only the table is written, and of a search that failed no
    numbers."""
    if format == PLAIN and reply.status and reply.each is None:
        return ["--format plain prints nothing of a search that did not converge"]
    if "png" not in reply.formats or format in (TEXT, JSON, *reply.formats):
        return []
    return [f"{format} has the table without the picture: -o FILE.svg or FILE.png writes that"]


def _print_bytes(data: bytes, format: str) -> None:
    """Write a picture to stdout, unless that is a terminal."""
    if sys.stdout.isatty():
        raise UsageError(f"a terminal cannot show {format}", hint=f"write a file: -o plot.{format}")
    sys.stdout.flush()
    sys.stdout.buffer.write(data)


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def _json_lines(reply: Reply, command: str | None, digits: int | None) -> Iterator[str]:
    """One object, or one for each reply that there is."""
    if reply.each is None:
        yield _reply_json(reply, command, digits)
        return
    for each in reply.each():
        if isinstance(each, AdcliError):
            yield _json(command, {"error": _error_fields(each)})
        else:
            yield _reply_json(each, command, digits)


def _reply_json(reply: Reply, command: str | None, digits: int | None) -> str:
    fields = {**reply.fields(Page(digits))}
    if reply.notes:
        fields.setdefault("notes", list(reply.notes))
    return _json(command, fields)


def _formatted(reply: Reply, format: str, page: Page) -> str | bytes:
    """A reply in a format that not every command has."""
    if format in reply.formats:
        return reply.formats[format](page)
    if format == PLAIN:
        raise UsageError("what was asked for is more than numbers", hint="leave --format plain out")
    if reply.tables is None:
        raise UsageError(
            f"what was asked for is text, not a table: it has no format {format}",
            hint="take --format text",
        )
    from adcli.render.tables.formats import written

    return written(reply.tables(page), format, page.digits, whole=page.is_file)


def _print_text(reply: Reply, digits: int | None) -> None:
    from adcli.render.terminal import draw, is_ascii, window

    columns = window(sys.stdout)
    page = Page(digits, columns, ascii=is_ascii())
    if columns is not None and not reply.is_interactive and _has_pager():
        _print_paged(reply, page)
        return
    for text in reply.text:
        for piece in text(page):
            if isinstance(piece, str):
                print_text(piece)
            else:
                draw(piece)


def _print_paged(reply: Reply, page: Page) -> None:
    """What does not fit on the screen goes to the pager."""
    from adcli.render.terminal import drawn

    page.has_pager = True
    pieces = [piece for text in reply.text for piece in text(page)]
    whole = "".join([_ended(p) if isinstance(p, str) else drawn(p) for p in pieces])
    if whole:
        _print_or_page(whole)


def print_help(text: str) -> None:
    """A help, which goes to the pager if it does not fit on the screen."""
    if _has_pager():
        _print_or_page(_ended(text))
    else:
        print_text(text)


def _print_or_page(text: str) -> None:
    import shutil

    from adcli.cli.terminal_paging import page_through

    if text.count("\n") < shutil.get_terminal_size().lines:
        print_text(text)
    else:
        page_through(text)


def _has_pager() -> bool:
    """Whether there is a user who reads in a pager."""
    from adcli.cli.terminal_paging import has_user, pager

    return has_user() and pager() is not None and not _is_asked(NO_PAGER)


def _is_quiet() -> bool:
    return _is_asked(QUIET)


def _is_asked(name: str) -> bool:
    import click

    ctx = click.get_current_context(silent=True)
    return ctx is not None and bool(ctx.meta.get(name))


def print_notes(notes: Iterable[str]) -> None:
    """Print notes to stderr, in the window's width if that is a terminal."""
    notes = list(notes)
    if not notes or _is_quiet():
        return
    from adcli.render.terminal import window

    columns = window(sys.stderr)
    for note in notes:
        text = f"note: {note}"
        if columns is not None:
            from adcli.explanations.registry import explanation_of_note
            from adcli.render.text_width_and_wrapping import wrap

            known = explanation_of_note(note)
            text = f"note[{known.code}]: {note}" if known else text
            text = "\n".join(wrap(text, columns, " " * len("note: ")))
        print_text(_in_colour(text), err=True)


def print_unused(names: Sequence[str]) -> None:
    """A note about values that are given for nothing, if there are any."""
    if names:
        quoted = ", ".join([f"'{name}'" for name in names])
        there_is = "there is no input" if len(names) == 1 else "there are no inputs"
        print_notes([f"not used: {there_is} {quoted}"])


def _in_colour(text: str) -> str:
    """What goes to stderr, in colour if that can show it."""
    from adcli.render.terminal import has_colour

    if not has_colour(sys.stderr):
        return text
    from adcli.render.error_text import coloured

    return coloured(text)


def print_error(error: AdcliError, as_json: bool, command: str | None = None) -> None:
    """An error as text on stderr, or as JSON on stdout."""
    if as_json:
        print_text(_json(command, {"error": _error_fields(error)}))
        return
    from adcli.render.error_text import error_text
    from adcli.render.terminal import window

    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    columns = window(sys.stderr)
    for each in (error, *error.others):
        # the code, for `adcli explain`, is for those who read along
        label = "error" if columns is None else f"error[{each.kind}]"
        text = error_text(each, label=label, encoding=encoding, window=columns)
        print_text(_in_colour(text), err=True)


def print_text(text: str, *, err: bool = False) -> None:
    """Print text; characters that the stream cannot encode are printed as escapes."""
    for erase in before_printing:
        erase()
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


# -- JSON ----------------------------------------------------------------------------------------


def _json(command: str | None, fields: Mapping[str, object]) -> str:
    """One object: numbers round-trip, one that is not finite is null and named under `status`."""
    import json

    status: dict[str, str] = {}
    missing = {key: None for key in _ALWAYS if key not in fields}
    finite = {key: _finite(value, (key,), status) for key, value in fields.items()}
    whole = {"schema": SCHEMA, "command": command, **missing, **finite}
    if status:
        whole["status"] = status
    return json.dumps(whole, allow_nan=False, ensure_ascii=not _is_utf8())


def _is_utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def _finite(value: object, path: tuple[str, ...], status: dict[str, str]) -> object:
    """The value with null for numbers that are not finite; `status` tells what they were."""
    if isinstance(value, float) and not math.isfinite(value):
        status[".".join(path)] = "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
        return None
    if isinstance(value, Mapping):
        return {k: _finite(v, (*path, str(k)), status) for k, v in value.items()}
    if isinstance(value, list | tuple):
        if surely_finite(value):
            return value
        return [_finite(v, (*path, str(i)), status) for i, v in enumerate(value)]
    return value


def _error_fields(error: AdcliError) -> dict[str, object]:
    span = error.span
    others = {"others": [_error_fields(e) for e in error.others]} if error.others else {}
    return {
        "kind": error.kind,
        "message": ", ".join([error.message, *error.notes]),
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_column": span.end_column if span else None,
        "source": span.source.name if span else None,
        "text": span.source.line(span.line) if span else None,
        "hint": error.hint,
        **others,
    }
