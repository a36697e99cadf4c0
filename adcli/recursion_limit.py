"""CPython's recursion limit, raised while adcli walks over deeply nested programs.

From Python 3.11 on, frames of Python functions called by Python functions lie on the heap: depth
costs memory there, not the C stack, and our walks end because trees are finite.  Calls that C makes
(`map`, `list(generator)`, `functools.partial`, a method as `f(*args)`) have a limit of their own
since 3.12, which cannot be raised; so no recursion of ours goes through one.

Invariant: all threads of a process share the limit.  It is set back as soon as no thread needs
more; a value that somebody else sets meanwhile stays.
"""

from __future__ import annotations

import sys
from functools import wraps
from threading import Lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec, TypeVar

    P = ParamSpec("P")
    R = TypeVar("R")

#: Frames enough for any text, and for as many nested calls as a run may have by default.
ENOUGH = 1_000_000


class _Limit:
    """CPython's limit, and the higher limits that are needed at present."""

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


class deep:  # noqa: N801, it reads as a function
    """Let the block recurse as deep as a user's text is nested; also a decorator."""

    __slots__ = ("frames",)

    def __init__(self, frames: int = ENOUGH) -> None:
        self.frames = frames

    def __enter__(self) -> None:
        _limit.take(self.frames)

    def __exit__(self, *_: object) -> None:
        _limit.give_back(self.frames)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def deeply(*args: P.args, **kwargs: P.kwargs) -> R:
            with self:
                return function(*args, **kwargs)

        return deeply
