"""Progress of long runs: after half a second a line on stderr says what runs, and for how long.

Invariant: the line is erased before anything else is printed, also an error; the command shows none
where stderr is no terminal or nobody wants notes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from adcli.cli.output import before_printing

if TYPE_CHECKING:
    import threading

#: In seconds: when the line comes, and how often it changes.
_AFTER, _EVERY = 0.5, 0.25

#: To the start of the line, and erase it.
_ERASE = "\r\x1b[K"


class _Line:
    """The line of a run, written by a thread of its own until it is stopped."""

    def __init__(self, what: str) -> None:
        import threading

        self.what = what
        self.begin = time.monotonic()
        self.ended: threading.Event = threading.Event()
        self.thread: threading.Thread = threading.Thread(target=self._write, daemon=True)
        self.thread.start()

    def _write(self) -> None:
        wait = _AFTER
        while not self.ended.wait(wait):
            seconds = time.monotonic() - self.begin
            sys.stderr.write(f"{_ERASE}{self.what}: {seconds:.1f} s, Ctrl-C stops it")
            sys.stderr.flush()
            wait = _EVERY

    def stop(self) -> None:
        self.ended.set()
        self.thread.join()
        if time.monotonic() - self.begin >= _AFTER:
            sys.stderr.write(_ERASE)
            sys.stderr.flush()


_running: list[_Line] = []


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Show that something runs, while it does."""
    _running.append(_Line(what))
    try:
        yield
    finally:
        stop()


def stop() -> None:
    """Erase the line, if there is one: something else is to be printed."""
    while _running:
        _running.pop().stop()


before_printing.append(stop)
