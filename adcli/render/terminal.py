"""The terminal: whether there is one, how wide it is, and printing to it.

Invariant: NO_COLOR, FORCE_COLOR and TERM=dumb have the meaning that rich gives them; what is drawn
knows the encoding of the stream, so that it can do with ASCII.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.console import RenderableType as RenderableType
    from rich.measure import Measurement

#: From a text and a width to lines.
Wrap = Callable[[str, int], list[str]]


#: The width of a terminal that does not tell its own.
_COLUMNS = 80


def is_terminal() -> bool:
    """Whether stdout is a terminal, or FORCE_COLOR says to treat it as one."""
    return sys.stdout.isatty() or bool(os.environ.get("FORCE_COLOR"))


def window(stream: TextIO) -> int | None:
    """The width of a terminal in columns; None if the stream is no terminal."""
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


def draw(renderable: RenderableType) -> None:
    """Draw on stdout what rich can draw."""
    from rich.console import Console

    Console(file=sys.stdout, highlight=False).print(renderable)


def drawn(renderable: RenderableType) -> str:
    """What `draw` would print, with its colours."""
    from rich.console import Console

    console = Console(file=sys.stdout, highlight=False)
    with console.capture() as captured:
        console.print(renderable)
    return captured.get()


class Cell:
    """A cell of a table whose text `wrap` breaks over lines: rich would break words."""

    def __init__(self, text: str, wrap: Wrap) -> None:
        self.text = text
        self.wrap = wrap

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        for line in self.wrap(self.text, options.max_width):
            yield Text(line, no_wrap=True, overflow="ignore")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        from rich.measure import Measurement

        from adcli.render.text_width_and_wrapping import cell_width

        shortest = max(map(cell_width, self.wrap(self.text, 1)))
        return Measurement(shortest, max(shortest, cell_width(self.text)))


#: The escape sequences of the styles that `styled` knows.
_SEQUENCES = {"bold": "1", "dim": "2", "cyan": "36", "magenta": "35", "reverse": "7"}


def styled(words: Iterable[tuple[str, str]]) -> str:
    """Words with their styles as a line for a terminal; NO_COLOR leaves what is no colour."""
    plain = bool(os.environ.get("NO_COLOR"))
    found = []
    for text, style in words:
        code = _SEQUENCES.get(style, "")
        bare = not code or (plain and style in ("cyan", "magenta"))
        found.append(text if bare else f"\x1b[{code}m{text}\x1b[0m")
    return "".join(found)


def has_colour(stream: TextIO) -> bool:
    """Whether what is written there may be in colour."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream is not None and (stream.isatty() or bool(os.environ.get("FORCE_COLOR")))


def is_ascii() -> bool:
    """Whether the encoding of stdout is not sure to have characters beyond ASCII."""
    return not (sys.stdout.encoding or "").lower().startswith("utf")
