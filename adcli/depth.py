"""Room for deep programs: CPython's guard against runaway recursion, moved out of the way.

From Python 3.11 on the frames of Python functions lie on the heap, so depth costs memory, not the
C stack; the guard is there for functions that never stop, and ours walk over finite trees.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_ENOUGH = 1_000_000


@contextmanager
def deep() -> Iterator[None]:
    """Let what runs inside recurse as deep as a user's text is nested; also a decorator."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _ENOUGH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
