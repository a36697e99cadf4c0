"""The syntax tree: what the grammars make of a text.

Invariant: `rule` is the name of a rule or alias in `grammars/`, `children` are trees and tokens in
the order of the text, and `start`, `end` are offsets into it.
"""

from __future__ import annotations


class Token:
    """A word of the text: `type` is its terminal's name in the grammar."""

    __slots__ = ("end", "start", "type", "value")

    def __init__(self, type: str, value: str, start: int, end: int) -> None:
        self.type = type
        self.value = value
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"{self.type}:{self.value!r}"


class Tree:
    """A rule of the grammar and what it was made of."""

    __slots__ = ("children", "end", "rule", "start")

    def __init__(self, rule: str, children: list[Tree | Token], start: int, end: int) -> None:
        self.rule = rule
        self.children = children
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"{self.rule}({', '.join(map(repr, self.children))})"
