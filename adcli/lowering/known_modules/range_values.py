"""Ranges: `range(start, stop, step)` as a value."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.number_values import Number, as_integer, natural
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Iteration, Leaf, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]


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


def _range(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if keywords or not 1 <= len(args) <= 3:
        raise f.raises("TypeError", f"range expected 1 to 3 arguments, got {len(args)}", node)
    bounds = [as_integer(f, a, "a bound of range", node) for a in args]
    if len(bounds) == 1:
        bounds.insert(0, f.known(0))
    if len(bounds) == 2:
        bounds.append(f.known(1))
    start, stop, step = bounds
    if step.is_known and step.known == 0:
        raise f.raises("ValueError", "range() arg 3 must not be zero", node)
    if all([b.is_known for b in bounds]) and f.variant is None:
        return Tuple([f.known(i) for i in range(start.known, stop.known, step.known)])
    return Range(start, stop, step)


BUILTINS: dict[str, Value] = {"range": Builtin("range", _range)}
