"""Functions that keep what they gave, as `functools.lru_cache` makes them.

Invariant: a function whose result cannot change gives the same when it is called again, so nothing
has to be kept.  A result that can change would be one object for all calls, and is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.objects import Reference
from adcli.lowering.refusals import Refusal
from adcli.lowering.unions import each_value
from adcli.lowering.values import Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.numbers import Number


class Cached(Value):
    """A function of hashable arguments."""

    __slots__ = ("function",)

    def __init__(self, function: Value) -> None:
        self.function = function

    @property
    def what(self) -> str:  # type: ignore[override]
        return self.function.what

    def is_same(self, other: Value) -> bool:
        return isinstance(other, Cached) and other.function.is_same(self.function)

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        for value in [*args, *keywords.values()]:
            for part in each_value(value):
                if part.hashable(f) is False:
                    raise f.raises("TypeError", f"unhashable type: '{f.type_name(part)}'", node)
        found = self.function.call(f, args, keywords, node)
        for part in each_value(found):
            if isinstance(part, Reference) and part.number in f.state.heap:
                raise Refusal(
                    f"{f.object(part.number).what} that a function keeps for all its calls", node
                )
        return found

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if name == "__wrapped__":
            return self.function
        return self.function.attribute(f, name, node)

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(True)

    def hashable(self, f: Frame) -> bool | None:
        return True

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Cached, self.function.flatten(f, leaves))

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        kind: type[Value] = shape[1][0]
        return Cached(kind.rebuilt(f, shape[1], make))

    def is_plain(self, f: Frame) -> bool:
        return self.function.is_plain(f)

    def type_name(self) -> str:
        return "functools._lru_cache_wrapper"
