"""Room for deep programs: CPython's guard against runaway recursion, moved out of the way.

From Python 3.11 on the frame of a Python function called by a Python function lies on the heap:
depth costs memory there, not the C stack, and our walks end, as they go over finite trees.  A call
that C makes (`map`, `list(generator)`, `functools.partial`, a method as `f(*args)`) is another
matter: since 3.12 these have a limit that nothing moves, so no recursion of ours goes through one.

Invariant: the limit is one for all threads of a process.  It is what it was before as soon as no
thread needs more, and whoever else sets it meanwhile has the last word.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

#: Frames for a text as deep as anybody's, and for as many calls as a run may nest by default.
ENOUGH = 1_000_000


class _Limit:
    """CPython's limit, and who needs it to be higher."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.needs: list[int] = []
        self.before = self.raised = 0

    def take(self, frames: int) -> None:
        with self.lock:
            found = sys.getrecursionlimit()
            if not self.needs or found != self.raised:
                self.before = found
            self.needs.append(frames)
            self._set(found)

    def give_back(self, frames: int) -> None:
        with self.lock:
            self.needs.remove(frames)
            found = sys.getrecursionlimit()
            if found == self.raised:
                self._set(found)

    def _set(self, found: int) -> None:
        self.raised = max([self.before, *self.needs])
        if self.raised != found:
            sys.setrecursionlimit(self.raised)


_limit = _Limit()


@contextmanager
def deep(frames: int = ENOUGH) -> Iterator[None]:
    """Let what runs inside recurse as deep as a user's text is nested; also a decorator."""
    _limit.take(frames)
    try:
        yield
    finally:
        _limit.give_back(frames)
