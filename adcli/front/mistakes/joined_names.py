"""Names that look like products or calls: xy, ax, πx, the xe of xe^x, sinx, xcos2x.

Invariant: a name that often stands for one quantity, such as dx, Δx or vx, is none.
"""

from __future__ import annotations

import re

_PRODUCTS = (
    "([abcxyz])([xyz])",
    "([abc][xyz]|[xyz]{2})([xyz])",
    "([kmn])(x)",
    "([abcxyz])(e)",
    # a Greek letter, or pi, and a letter; Δx and δx are one quantity each
    "(pi|[Α-Ωα-ωϑϕϵ](?<![Δδ]))([a-zα-ω](?<!pi[^rtxyz]))",
)

#: What is often written without brackets.
_CALLED = "a?(?:sin|cos|tan)h?|cot|sec|csc|ln|log|exp|sqrt"


def factors(name: str) -> tuple[str, ...]:
    """The names whose product a name looks like; none if it looks like one name."""
    for pattern in _PRODUCTS:
        if found := re.fullmatch(pattern, name):
            return tuple(found.groups())
    return ()


def product(name: str) -> str:
    """`x*y` for xy; empty for a name that looks like one."""
    parts = factors(name)
    return "*".join([letter for part in parts for letter in letters(part)])


def call(name: str) -> str:
    """`sin(x)` for sinx, `sin(2*x)` for sin2x, `x*sin(x)` for xsinx; empty for a name that looks
    like none of these."""
    found = re.fullmatch("([a-z]+[0-9]*)([xyztθ])", name)
    if found is not None:
        from adcli.front.builtin_names import known_functions

        if found[1] in known_functions():
            return f"{found[1]}({found[2]})"
    found = re.fullmatch(rf"([a-z]?)({_CALLED})([0-9]*)([xyztθ])", name)
    if found is None:
        return ""
    factor, function, number, letter = found.groups()
    inside = f"{number}*{letter}" if number else letter
    return f"{factor}*{function}({inside})" if factor else f"{function}({inside})"


def letters(part: str) -> tuple[str, ...]:
    """The letters of one or two, and pi."""
    return (part,) if part == "pi" else tuple(part)
