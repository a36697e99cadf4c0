"""Ranges: `range(start, stop, step)` as a value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.numbers import Number, as_integer, natural
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Iteration, Leaf, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


class Range(Value):
    """`range(start, stop, step)`."""

    __slots__ = ("start", "step", "stop")
    what = "a range"

    def __init__(self, start: Number, stop: Number, step: Number) -> None:
        self.start = start
        self.stop = stop
        self.step = step

    def iterate(self, f: Frame, node: ast.AST) -> Iteration:
        return Iteration(start=self.start.atom, stop=self.stop.atom, step=self.step.atom)

    def length(self, f: Frame, node: ast.AST) -> Value:
        return f.session.library_call(f, "range_length", [self.start, self.stop, self.step], node)

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        place = as_integer(f, index, "range indices", node)
        if natural(place):
            return f.binary("+", self.start, f.binary("*", place, self.step, node), node)
        raise Refusal("an entry of a range by this index", node)

    def contains(self, f: Frame, item: Value, node: ast.AST) -> Number:
        found = f.session.library_call(
            f, "in_range", [item, self.start, self.stop, self.step], node
        )
        return f.number(found, node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        raise Refusal("a range is passed on")
