"""How wide text is on a terminal, without rich.

Invariant: agrees with `rich.cells.cell_len` on the texts that adcli prints.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
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


def wrap(text: str, width: int, indent: str = "") -> list[str]:
    """The text in lines of at most `width` cells, all but the first behind `indent`.

    It is broken at spaces, and longer words behind operators; a name or a number never is.
    """
    pieces: list[str] = []
    for word in text.split(" "):
        room = width - len(indent)
        pieces += [*(_operands(word) if cells(word) > room else [word]), " "]
    return _filled(pieces[:-1], width, indent)


def wrap_formula(text: str, width: int, indent: str = "") -> list[str]:
    """A formula in lines of at most `width` cells, broken behind operators, so that what stands in
    lines is read as the formula that it is; behind brackets only where there is no other way."""
    room = width - len(indent)
    pieces: list[str] = []
    for piece in _operands(text, _SIGNS):
        pieces += [piece] if cells(piece) <= room else _operands(piece)
    return _filled(pieces, width, indent)


def _filled(pieces: Iterable[str], width: int, indent: str) -> list[str]:
    """As many of the pieces on each line as fit; a piece is never broken."""
    lines: list[str] = []
    line = ""
    for piece in pieces:
        if line.strip() and cells(line) + cells(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = indent
            piece = piece.lstrip()
        line += piece
    return [*lines, line.rstrip()]


#: A quotient of differentials, a number, a name, an operator, a bracket, any other character.
_TOKENS = re.compile(r"[d∂]\w*/[d∂]\w+|\d[\d.]*(?:e[-+−]?\d+)?|\w+|\*\*|//|[<>=!]=|.", re.DOTALL)
_SIGNS = frozenset(["+", "-", "−", "*", "/", "//", "%", "@", "<", ">", "≤", "≥", "×", "·"])
_SIGNS |= {"<=", ">=", "==", "!=", "if", "else", "and", "or", ","}
_BRACKETS = frozenset("([")
_ALL = _SIGNS | _BRACKETS | {"^", "**", "="}


def _operands(text: str, ends: frozenset[str] = _ALL) -> list[str]:
    """The text in pieces that end behind an operator, a comma or an opening bracket."""
    pieces = [""]
    before, may_break = "(", False
    for token in _TOKENS.findall(text):
        if may_break and token != " ":
            pieces.append("")
        pieces[-1] += token
        if token != " ":
            # a sign before its operand is no operator
            may_break = token in ends and (token in _BRACKETS or before not in _ALL)
            before = token
    return pieces
