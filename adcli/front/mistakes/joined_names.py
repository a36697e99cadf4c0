"""Names that look like products of two names: xy, ax, πx, and the xe of xe^x.

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


def letters(part: str) -> tuple[str, ...]:
    """The letters of one or two, and pi."""
    return (part,) if part == "pi" else tuple(part)
