r"""The width of formulas in LaTeX, about as TeX sets them in display style at 10 pt.

The widths of signs are those of Computer Modern, rounded; what stands in exponents, in indices and
in the fractions of fractions is smaller.
"""

from __future__ import annotations

import re

_TOKENS = re.compile(r"\\[a-zA-Z]+|\\.|\s+|.", re.DOTALL)

#: Widths in pt of signs with the space around them, of letters by their fonts, and of the rest.
_SIGNS = {
    **dict.fromkeys("+-", 12.2), **dict.fromkeys("=<>", 13.3), **dict.fromkeys("()", 3.9),
    **dict.fromkeys("[]|.,", 2.8), r"\cdot": 7.2, r"\times": 12.2, r"\qquad": 20.0, r"\quad": 10.0,
    r"\,": 1.7, r"\ ": 3.3, r"\left": 1.5, r"\right": 1.5, r"\land": 11.1, r"\lor": 11.1,
    r"\displaystyle": 0.0, "&": 0.0, "^": 0.0, "_": 0.0, "{": 0.0, "}": 0.0,
}  # fmt: skip
_LETTER, _UPRIGHT, _DIGIT, _SPACE, _OTHER = 5.6, 4.5, 5.0, 3.3, 6.0

#: What a bar, a root sign, and the space behind the name of a function take.
_BAR, _ROOT, _THIN = 2.4, 8.3, 1.0

_SMALL = 0.72
_TEXT = frozenset([r"\text", r"\mathrm", r"\mathit", r"\textit", r"\operatorname"])
_FUNCTIONS = frozenset([
    r"\sin", r"\cos", r"\tan", r"\sec", r"\csc", r"\cot", r"\sinh", r"\cosh", r"\tanh", r"\coth",
    r"\arcsin", r"\arccos", r"\arctan", r"\ln", r"\log", r"\exp", r"\max", r"\min",
])  # fmt: skip


class _Group:
    """What stands between two braces: its size, its width so far, and what its groups are for."""

    def __init__(self, size: float, is_text: bool, depth: int) -> None:
        self.size, self.is_text, self.depth = size, is_text, depth
        self.width = 0.0
        self.waits_for = ""
        self.above: float | None = None


def width(latex: str) -> float:
    """The width of a formula in pt."""
    open_ = [_Group(1.0, is_text=False, depth=0)]
    for token in _TOKENS.findall(latex):
        group = open_[-1]
        if token == "{":
            open_.append(_inner(group))
        elif token == "}" and len(open_) > 1:
            found = open_.pop().width
            _close(open_[-1], found)
        elif token == r"\frac" or token in _TEXT or token in ("^", "_", r"\sqrt"):
            group.waits_for = token
        else:
            group.width += group.size * _sign(token, group.is_text)
    return sum(group.width for group in open_)


def _inner(group: _Group) -> _Group:
    """A group within another."""
    wanted = group.waits_for
    is_small = wanted in ("^", "_") or (wanted == r"\frac" and group.depth > 0)
    depth = group.depth + (wanted == r"\frac")
    is_text = wanted in _TEXT or (group.is_text and not wanted)
    return _Group(group.size * (_SMALL if is_small else 1.0), is_text, depth)


def _close(group: _Group, found: float) -> None:
    """Add the width of an inner group, if it is not the first of a fraction."""
    if group.waits_for == r"\frac":
        if group.above is None:
            group.above = found
            return
        found, group.above = max(group.above, found) + _BAR, None
    elif group.waits_for == r"\sqrt":
        found += _ROOT * group.size
    group.width += found
    group.waits_for = ""


def _sign(token: str, is_text: bool) -> float:
    if token.isspace():
        return _SPACE if is_text else 0.0
    if token in _FUNCTIONS:
        return (len(token) - 1) * _UPRIGHT + _THIN
    if is_text:
        return _UPRIGHT
    return _SIGNS.get(token, _DIGIT if token.isdigit() else _plain(token))


def _plain(token: str) -> float:
    return _LETTER if token.isalpha() else _OTHER
