"""Instances of classes of the program: the operators that the class gives them.

Invariant: an operator is asked of both operands in the order in which Python asks them.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering import class_members
from adcli.lowering.heap_objects import Reference
from adcli.lowering.instance_attributes import Attributes
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.special_method_names import (
    BINARY,
    COMPARISONS,
    MIRRORED,
    UNARY,
    answered,
    is_partly_implemented,
)
from adcli.lowering.values import Iteration, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]


class Instance(Attributes):
    """An instance of a class, with the special methods of the class."""

    __slots__ = ()

    def special(
        self, f: Frame, me: Reference, name: str, args: _Args, node: ast.AST
    ) -> Value | None:
        """What a special method of the class gives; None: there is none, or it gives
        NotImplemented."""
        found = self._asked(f, me, name, args, node)
        return None if found is None else answered(found)

    def _asked(
        self, f: Frame, me: Reference, name: str, args: _Args, node: ast.AST
    ) -> Value | None:
        """The same, or NotImplemented."""
        member = self.kind.find(name)
        if member is None or member.is_none:
            return None
        return class_members.bound(f, member, me, self.kind, node).call(f, args, {}, node)

    def needed(self, f: Frame, me: Reference, name: str, args: _Args, node: ast.AST) -> Value:
        """What a special method gives that must be there."""
        found = self.special(f, me, name, args, node)
        if found is None:
            raise f.raises("TypeError", f"'{self.kind.name}' object does not support {name}", node)
        return found

    def binary(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        name = BINARY[symbol]
        reflected = "__r" + name[2:]
        theirs = _asked_first(f, self, other, reflected)
        if theirs is not None:
            assert isinstance(other, Reference)
            found = theirs.special(f, other, reflected, [me], node)
            if found is not None:
                return found
        return self._operated(f, me, name, other, node)

    def _operated(
        self, f: Frame, me: Reference, name: str, other: Value, node: ast.AST
    ) -> Value | None:
        """What an operator gives, which may be NotImplemented on some paths."""
        found = self._asked(f, me, name, [other], node)
        return found if found is None or is_partly_implemented(found) else answered(found)

    def reflected(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        theirs = _instance(f, other)
        if theirs is not None and theirs.kind is self.kind:
            return None
        return self._operated(f, me, "__r" + BINARY[symbol][2:], other, node)

    def inplace(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        return self.special(f, me, "__i" + BINARY[symbol][2:], [other], node)

    def unary(self, f: Frame, me: Reference, symbol: str, node: ast.AST) -> Value:
        return self.needed(f, me, UNARY[symbol], [], node)

    def compare(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        theirs = _asked_first(f, self, other, COMPARISONS[MIRRORED[symbol]])
        if theirs is not None:
            assert isinstance(other, Reference)
            found = theirs.compared(f, other, MIRRORED[symbol], me, node)
            if found is not None:
                return found
        theirs = _instance(f, other)
        found = self.compared(f, me, symbol, other, node)
        if found is None and theirs is not None and symbol in ("==", "!="):
            assert isinstance(other, Reference)
            found = theirs.compared(f, other, MIRRORED[symbol], me, node)
            if found is not None:
                return found
            return f.known(f.is_one_object(me, other, node) == (symbol == "=="))
        return found

    def compared(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        """What the class itself says of a comparison."""
        found = self.special(f, me, COMPARISONS[symbol], [other], node)
        if found is None and symbol == "!=" and self.kind.find("__ne__") is None:
            equal = self.special(f, me, "__eq__", [other], node)
            return None if equal is None else f.negated(equal.truth(f, node), node)
        return found

    def truth(self, f: Frame, me: Reference, node: ast.AST) -> Number:
        held = self.special(f, me, "__bool__", [], node)
        if held is not None:
            if not isinstance(held, Number) or held.kind != "bool":
                raise Refusal("a __bool__ that does not give a truth value", node)
            return held
        length = self.special(f, me, "__len__", [], node)
        return f.known(True) if length is None else length.truth(f, node)

    def contains(self, f: Frame, me: Reference, item: Value, node: ast.AST) -> Number:
        found = self.special(f, me, "__contains__", [item], node)
        if found is not None:
            return found.truth(f, node)
        over = self.iterate(f, me, node)
        if over.items is None:
            raise Refusal(f"'in' for {self.what}", node)
        return f.any_equal(item, list(over.items), node)

    def item(self, f: Frame, me: Reference, index: Value, node: ast.AST) -> Value:
        return self.needed(f, me, "__getitem__", [index], node)

    def set_item(self, f: Frame, me: Reference, index: Value, value: Value, node: ast.AST) -> None:
        self.needed(f, me, "__setitem__", [index, value], node)

    def delete_item(self, f: Frame, me: Reference, index: Value, node: ast.AST) -> None:
        self.needed(f, me, "__delitem__", [index], node)

    def length(self, f: Frame, me: Reference, node: ast.AST) -> Value:
        return self.needed(f, me, "__len__", [], node)

    def iterate(self, f: Frame, me: Reference, node: ast.AST) -> Iteration:
        if self.kind.find("__iter__") is None and self.kind.find("__getitem__") is not None:
            raise Refusal(f"a loop over {self.what} by its __getitem__", node)
        over = self.needed(f, me, "__iter__", [], node)
        if _instance(f, over) is not None:
            raise Refusal("an iterator of the program, with a method __next__", node)
        return over.iterate(f, node)

    def call(
        self, f: Frame, me: Reference, args: _Args, keywords: _Keywords, node: ast.AST
    ) -> Value:
        member = self.kind.find("__call__")
        if member is None:
            raise f.raises("TypeError", f"'{self.kind.name}' object is not callable", node)
        return class_members.bound(f, member, me, self.kind, node).call(f, args, keywords, node)


def _instance(f: Frame, value: Value) -> Instance | None:
    """The instance that a value refers to; None if it is something else."""
    thing = f.object(value.number) if isinstance(value, Reference) else None
    return thing if isinstance(thing, Instance) else None


def _asked_first(f: Frame, one: Instance, other: Value, name: str) -> Instance | None:
    """The right operand, if its class derives from that of the left one and gives the method anew:
    then Python asks it first."""
    theirs = _instance(f, other)
    if theirs is None or theirs.kind is one.kind or not theirs.kind.derives_from(one.kind):
        return None
    return None if theirs.kind.find(name) is one.kind.find(name) else theirs


def set_by_object(f: Frame, me: Value, name: str, value: Value, node: ast.AST) -> None:
    """Set an attribute of an instance as `object.__setattr__` does."""
    thing = _instance(f, me)
    if thing is None or not isinstance(me, Reference):
        raise Refusal(f"an attribute of {me.what} is set", node)
    thing.set_by_object(f, me, name, value, node)


def set_field(f: Frame, me: Value, name: str, value: Value, node: ast.AST) -> None:
    """Set an attribute of an instance, whatever its class says of it."""
    thing = _instance(f, me)
    if thing is None or not isinstance(me, Reference):
        raise Refusal(f"an attribute of {me.what} is set", node)
    thing.set_field(f, me, name, value, node)
