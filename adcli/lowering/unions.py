"""Unions: values that are of one of several kinds when the program runs.

Invariant: the tag is the place of the alternative that holds; nobody reads the others.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from adcli.expr import Atom
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.values import Leaf, Maker, Owned, Shape, Value, same_atom

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.number_values import Number


class Union(Value):
    """A value of one of several kinds; the variable `tag` tells which, when the program runs."""

    __slots__ = ("alternatives", "tag")

    def __init__(self, tag: Atom, alternatives: Sequence[Value]) -> None:
        self.tag = tag
        self.alternatives = tuple(alternatives)

    @property
    def what(self) -> str:
        return " or ".join(dict.fromkeys([a.what for a in self.alternatives]))

    def is_same(self, other: Value) -> bool:
        return (
            isinstance(other, Union)
            and same_atom(self.tag, other.tag)
            and len(self.alternatives) == len(other.alternatives)
            and all(
                [a.is_same(b) for a, b in zip(self.alternatives, other.alternatives, strict=True)]
            )
        )

    def each(self, f: Frame, node: ast.AST, what: Callable[[Value], Value]) -> Value:
        """What comes out of each alternative, on a path of its own."""
        return f.choose(self, node, what)

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.number(self.each(f, node, lambda v: v.truth(f, node)), node)

    def unary(self, f: Frame, symbol: str, node: ast.AST) -> Value:
        return self.each(f, node, lambda v: v.unary(f, symbol, node))

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        return self.each(f, node, lambda v: v.attribute(f, name, node))

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        return self.each(f, node, lambda v: v.item(f, index, node))

    def set_item(self, f: Frame, index: Value, value: Value, node: ast.AST) -> None:
        def put(v: Value) -> Value:
            v.set_item(f, index, value, node)
            return NONE

        self.each(f, node, put)

    def delete_item(self, f: Frame, index: Value, node: ast.AST) -> None:
        def delete(v: Value) -> Value:
            v.delete_item(f, index, node)
            return NONE

        self.each(f, node, delete)

    def set_attribute(self, f: Frame, name: str, value: Value, node: ast.AST) -> None:
        def put(v: Value) -> Value:
            v.set_attribute(f, name, value, node)
            return NONE

        self.each(f, node, put)

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        return self.each(f, node, lambda v: v.call(f, args, keywords, node))

    def length(self, f: Frame, node: ast.AST) -> Value:
        return self.each(f, node, lambda v: v.length(f, node))

    def contains(self, f: Frame, item: Value, node: ast.AST) -> Number:
        return f.number(self.each(f, node, lambda v: v.contains(f, item, node)), node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        leaves.append((self.tag, "int"))
        return (Union, *[v.flatten(f, leaves) for v in self.alternatives])

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        tag = make("int")
        return Union(tag, [part[0].rebuilt(f, part, make) for part in shape[1:]])

    def is_plain(self, f: Frame) -> bool:
        return all([v.is_plain(f) for v in self.alternatives])

    def freshened(self, f: Frame, owned: Owned, hint: str) -> Value:
        tag = f.fresh("int", f"{hint}.kind" if hint != "%" else hint, owned)
        return Union(tag, [v.freshened(f, owned, hint) for v in self.alternatives])


def each_value(value: Value) -> Iterator[Value]:
    """A value and those that it is made of."""
    yield value
    inner = value.alternatives if isinstance(value, Union) else value.contents()
    for part in inner:
        yield from each_value(part)
