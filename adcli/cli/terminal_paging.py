"""Paging at a terminal: text in a pager, frames by keys, and whether a user is there."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from adcli.errors import UsageError

#: The alternate screen of a terminal on and off; the cursor to the top and the screen empty.
_ON, _OFF, _CLEAR = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l", "\x1b[H\x1b[2J"

#: What keys do: how far they go, or the first or the last frame.
_FURTHER = {" ": 1, "n": 1, "j": 1, "\r": 1, "\n": 1, "\x1b[C": 1, "\x1b[B": 1}
_FURTHER |= dict.fromkeys(["b", "p", "k", "\x7f", "\x1b[D", "\x1b[A"], -1)
_FIRST = ("g", "\x1b[H", "\x1b[1~", "\x1bOH")
_LAST = ("G", "\x1b[F", "\x1b[4~", "\x1bOF")
#: A key: an escape sequence, or a character.
_KEY = re.compile(r"\x1b[\[O][\d;]*[A-Za-z~]|.", re.DOTALL)
_QUIT = ("q", "Q", "\x1b", "\x04")


def has_user() -> bool:
    """Whether somebody reads what is printed and can answer by keys."""
    return bool(sys.stdin and sys.stdin.isatty() and sys.stdout.isatty())


def pager() -> str | None:
    """The user's pager: `ADCLI_PAGER`, else `PAGER`; empty for the one that the system has, None
    where none is wanted."""
    found = os.environ.get("ADCLI_PAGER", os.environ.get("PAGER"))
    if found is None:
        return ""
    return None if found.strip() in ("", "cat") else found


def page_through(text: str) -> None:
    """Show a long text in the pager, by default `less`, which leaves long lines whole."""
    os.environ.setdefault("LESS", "-FRSX")
    chosen = pager()
    if chosen:
        os.environ["PAGER"] = chosen
    with _interrupts_left_to_the_pager():
        click.echo_via_pager(text, color=True)


@contextmanager
def _interrupts_left_to_the_pager() -> Iterator[None]:
    """Ctrl-C is for the pager, which ends or goes on as it sees fit.  If this process ended first,
    the pager would go on without a terminal that is its own, and leave it without echo."""
    import signal

    # a handler, since a signal that is ignored would be ignored by the pager too
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def step_through(count: int, frame: Callable[[int, int, int], str]) -> None:
    """Show `frame(i, columns, lines)` for i from 1 to `count`, as the keys say, until one quits.

    Raises `UsageError` if there is no terminal to show them on and to read keys from.
    """
    if not has_user():
        raise UsageError(
            "--step-through needs a terminal", hint="without it all rows are printed at once"
        )
    at = 1
    sys.stdout.write(_ON)
    try:
        while True:
            columns, lines = shutil.get_terminal_size()
            sys.stdout.write(_CLEAR + frame(at, columns, lines).replace("\n", "\r\n"))
            sys.stdout.flush()
            # keys that were hit fast come together
            for key in _KEY.findall(click.getchar()):
                if key in _QUIT:
                    return
                at = 1 if key in _FIRST else count if key in _LAST else at + _FURTHER.get(key, 0)
                at = max(1, min(at, count))
    finally:
        sys.stdout.write(_OFF)
        sys.stdout.flush()
