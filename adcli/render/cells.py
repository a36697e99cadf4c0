"""How wide text is on a terminal, without rich.

Invariant: agrees with `rich.cells.cell_len` on the texts that adcli prints.
"""

from __future__ import annotations

import unicodedata
from functools import cache


def cells(text: str) -> int:
    """How many cells of a terminal a text without control characters takes."""
    if text.isascii():
        return len(text)
    return sum(map(_char_cells, text))


@cache
def _char_cells(char: str) -> int:
    if ord(char) < 0x300:
        return 1
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def pad(text: str, width: int) -> str:
    """The text with spaces behind it up to a width in cells."""
    return text + " " * (width - cells(text))


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken at spaces; longer words are broken too."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if cells(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while cells(word) > width:
            cut = _fitting(word, width)
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line]


def _fitting(word: str, width: int) -> int:
    """How many characters of a word fit, at least one, combining characters staying with theirs."""
    used = 0
    for i, char in enumerate(word):
        used += _char_cells(char)
        if used > width and i:
            return i
    return len(word)
