"""The width of text on a terminal, and breaking text into lines of a width.

Invariant: `cell_width` agrees with `rich.cells.cell_len` on the texts that adcli prints.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache


def cell_width(text: str) -> int:
    """How many cells a text without control characters takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(map(_char_width, text))


@cache
def _char_width(char: str) -> int:
    if ord(char) < 0x300:
        return 1
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def pad(text: str, width: int) -> str:
    """The text with spaces behind it up to a width in cells."""
    return text + " " * (width - cell_width(text))


def shortened(text: str, width: int) -> str:
    """A text, cut to a width in cells."""
    return text if cell_width(text) <= width else text[: max(1, width - 3)] + "..."


#: How wide a text is, in the unit of the widths that go with it.
Measure = Callable[[str], float]


def wrap(text: str, width: float, indent: str = "", *, measure: Measure = cell_width) -> list[str]:
    """The text in lines of at most `width` cells, all but the first behind `indent`.

    It is broken at spaces, and words that are too long behind operators; names and numbers are not
    broken.  With another `measure` the width is in its unit.
    """
    pieces: list[str] = []
    room = width - measure(indent)
    for word in text.split(" "):
        pieces += [*(_operands(word) if measure(word) > room else [word]), " "]
    return _filled(pieces[:-1], width, indent, measure)


def wrap_formula(
    text: str, width: float, indent: str = "", *, measure: Measure = cell_width
) -> list[str]:
    """A formula in lines of at most `width` cells, all but the first behind `indent`.

    It is broken behind operators, of those in the second half of a line behind one in the fewest
    brackets, and rather between terms than between factors; behind an opening bracket only where
    there is no other way.
    """
    room = width - measure(indent)
    pieces: list[str] = []
    for piece in _operands(text, _SIGNS):
        pieces += [piece] if measure(piece) <= room else _operands(piece)
    ranks = _ranks(pieces)
    lines: list[str] = []
    while pieces:
        lead = indent if lines else ""
        count = _fitting(pieces, width - measure(lead), measure)
        if count < len(pieces):
            half = _fitting(pieces, (width - measure(lead)) / 2, measure)
            # the last of the best
            count = min(range(count, min(half, count - 1), -1), key=lambda k: ranks[k - 1])
        lines.append(lead + "".join(pieces[:count]).rstrip())
        pieces, ranks = pieces[count:], ranks[count:]
        pieces[:1] = [piece.lstrip() for piece in pieces[:1]]
    return lines or [""]


def _fitting(pieces: list[str], room: float, measure: Measure) -> int:
    """How many of the pieces fit into a line, at least one."""
    line = ""
    for count, piece in enumerate(pieces):
        if count and measure(line) + measure(piece.rstrip()) > room:
            return count
        line += piece
    return len(pieces)


def _ranks(pieces: list[str]) -> list[tuple[int, bool]]:
    """How bad it is to break a formula behind each of its pieces: in how many brackets that would
    be, and whether in a product."""
    found = []
    depth = 0
    for piece in pieces:
        depth += sum(map(piece.count, "([")) - sum(map(piece.count, ")]"))
        found.append((depth, piece.rstrip().endswith(("*", "/", "@", "%", "×", "·"))))
    return found


def _filled(pieces: Iterable[str], width: float, indent: str, measure: Measure) -> list[str]:
    """As many of the pieces on each line as fit; a piece is never broken."""
    lines: list[str] = []
    line = ""
    for piece in pieces:
        if line.strip() and measure(line) + measure(piece.rstrip()) > width:
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
