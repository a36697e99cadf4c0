"""The terminal: whether there is one, and printing to it.

Invariant: NO_COLOR, FORCE_COLOR and TERM=dumb mean what they mean to rich; a renderable gets the
encoding of the stream, so that it can keep to ASCII.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import RenderableType


#: The columns of a terminal that does not tell.
_COLUMNS = 80


def is_terminal() -> bool:
    """Whether stdout gets tables: it is a terminal, or FORCE_COLOR says to take it as one."""
    return sys.stdout.isatty() or bool(os.environ.get("FORCE_COLOR"))


def window(stream: TextIO) -> int | None:
    """How many columns a stream has room for; None if it is no terminal."""
    if stream is None or not (stream.isatty() or (stream is sys.stdout and is_terminal())):
        return None
    try:
        return int(os.environ["COLUMNS"])
    except (KeyError, ValueError):
        pass
    try:
        return os.get_terminal_size(stream.fileno()).columns or _COLUMNS
    except OSError:
        return _COLUMNS


def show(renderable: RenderableType) -> None:
    """Print to stdout."""
    from rich.console import Console

    Console(file=sys.stdout, highlight=False).print(renderable)


def is_ascii() -> bool:
    """Whether stdout has no characters beyond ASCII that one could count on."""
    return not (sys.stdout.encoding or "").lower().startswith("utf")
