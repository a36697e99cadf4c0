"""Refusals: constructs of a Python file that cannot be followed, with the way that leads to each.

Invariant: a refusal is about code that the entry may reach.  Where it stands on one of several
paths, the program goes on without it and the refusal is raised when a run takes that path.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adcli.source import Span


class Refusal(Exception):
    """A construct cannot be followed: why, where, and what could be written instead."""

    def __init__(self, why: str, node: ast.AST | None = None, hint: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.node = node
        self.hint = hint
        #: its place, once a frame has told
        self.span: Span | None = None
        #: the entry and the calls that lead to it, outermost first: function and line
        self.way: tuple[str, ...] = ()

    def text(self) -> str:
        """What is refused, and the way to it."""
        return self.why + (f" ({in_words(self.way)})" if self.way else "")


class GrowingList(Refusal):
    """A list grows in a loop and holds what no array can hold; by iterations that are written out
    it may be followed."""


def in_words(way: Sequence[str]) -> str:
    """The calls that lead somewhere, the first name being that of the entry: `f calls g in line
    3, which calls h in line 7`.  A call that is met again is told once."""
    first, *calls = way
    told = []
    for call in dict.fromkeys(calls):
        name, _, line = call.rpartition(":")
        times = calls.count(call)
        told.append(f"calls {name} in line {line}" + (f" {times} times over" if times > 1 else ""))
    return f"{first} " + ", which ".join(told)


class Poisoned(Refusal):
    """A statement reads what a refused statement was to make: it is left out, and that is no
    refusal of its own."""


class NotHandedOut(Refusal):
    """A function returns what no call of the IR can hand out."""


class PathEnds(Exception):
    """The path that is being lowered surely ends here; the code that ends it is emitted."""


class Claim(Exception):
    """A parameter is used as an integer, or as a list: its function is lowered again so."""

    def __init__(self, parameter: int, what: str) -> None:
        super().__init__(what)
        self.parameter = parameter
        self.what = what


class Grown(Exception):
    """A list that was taken for one of integers holds a real number: its function is lowered again
    with this known."""


class Again(Exception):
    """Something that the whole program depends on has become known: it is lowered again."""
