"""Tuples.

Invariant: a tuple is known entry by entry, and its entries are values of any kind.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.values import Iteration, Leaf, Maker, Moves, Owned, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.number_values import Number


class Tuple(Value):
    """A tuple: its entries are values of any kind."""

    __slots__ = ("items",)

    def __init__(self, items: Sequence[Value]) -> None:
        self.items = tuple(items)

    @property
    def what(self) -> str:
        return "a tuple"

    def named_parts(self, f: Frame) -> list[tuple[str, Value]] | None:
        return [("", item) for item in self.items]

    def contents(self) -> Sequence[Value]:
        return self.items

    def is_same(self, other: Value) -> bool:
        return (
            type(other) is type(self)
            and isinstance(other, Tuple)
            and len(self.items) == len(other.items)
            and all([a.is_same(b) for a, b in zip(self.items, other.items, strict=True)])
        )

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(bool(self.items))

    def length(self, f: Frame, node: ast.AST) -> Value:
        return f.known(len(self.items))

    def iterate(self, f: Frame, node: ast.AST) -> Iteration:
        return Iteration(list(self.items))

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        if symbol == "+" and isinstance(other, Tuple):
            return Tuple([*self.items, *other.items])
        times = other.known_value()
        if symbol == "*" and isinstance(times, int):
            return Tuple(self.items * times)
        return None

    def reflected(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return self.binary(f, symbol, other, node) if symbol == "*" else None

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        return f.item_of_known(self, list(self.items), index, node)

    def contains(self, f: Frame, item: Value, node: ast.AST) -> Number:
        return f.any_equal(item, self.items, node)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        if isinstance(other, Tuple):
            return f.compare_sequences(symbol, self.items, other.items, node)
        return None

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        return f.method_of_tuple(self, name, node)

    def unary(self, f: Frame, symbol: str, node: ast.AST) -> Value:
        raise f.raises(
            "TypeError", f"bad operand type for unary {symbol}: '{self.type_name()}'", node
        )

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Tuple, *[v.flatten(f, leaves) for v in self.items])

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return Tuple([part[0].rebuilt(f, part, make) for part in shape[1:]])

    def is_plain(self, f: Frame) -> bool:
        return all([v.is_plain(f) for v in self.items])

    def same_kind(self, items: Sequence[Value]) -> Tuple:
        """A tuple of the same class."""
        return Tuple(items)

    def goes_with(self, f: Frame, other: Value) -> bool:
        return type(other) is Tuple and len(self.items) == len(other.items)

    def template(self, f: Frame, other: Value, owned: Owned, hint: str) -> Value:
        assert isinstance(other, Tuple)
        items = [
            f.template(a, b, owned, hint) for a, b in zip(self.items, other.items, strict=True)
        ]
        is_same = all([a is b for a, b in zip(items, self.items, strict=True)])
        return self if is_same else self.same_kind(items)

    def moves(self, f: Frame, value: Value, into: Moves, node: ast.AST) -> None:
        assert isinstance(value, Tuple)
        for target, item in zip(self.items, value.items, strict=True):
            f.moves(target, item, into, node)

    def freshened(self, f: Frame, owned: Owned, hint: str) -> Value:
        return Tuple([v.freshened(f, owned, hint) for v in self.items])
