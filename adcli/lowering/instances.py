"""Instances of classes of the program: their attributes, and the operators that the class gives.

Invariant: an instance has its number as identity.  An attribute that only some paths have set is
there with the value `Unbound` on the others.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering import members
from adcli.lowering.constants import Constant
from adcli.lowering.numbers import Number
from adcli.lowering.objects import Object, Reference, new, replace
from adcli.lowering.optional_values import MISSING, if_there
from adcli.lowering.refusals import Refusal
from adcli.lowering.special_methods import BINARY, COMPARISONS, MIRRORED, UNARY, answered
from adcli.lowering.values import Iteration, Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.classes import Class
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]


class Instance(Object):
    """An instance: its class, and its attributes by name."""

    __slots__ = ("fields", "kind")
    is_merged = True

    def __init__(self, kind: Class, fields: dict[str, Value]) -> None:
        self.kind = kind
        self.fields = fields

    @property
    def what(self) -> str:  # type: ignore[override]
        return f"an instance of {self.kind.name}"

    def named_parts(self, f: Frame, me: Reference) -> list[tuple[str, Value]] | None:
        """The fields of a dataclass."""
        names = list(self.kind.fields)
        if not names or not all([name in self.fields for name in names]):
            return None
        return [(name, self.fields[name]) for name in names]

    def type_name(self) -> str:
        return self.kind.name

    def hashable(self) -> bool | None:
        found = self.kind.find("__hash__")
        return False if found is not None and found.is_none else None

    def kind_of_instance(self) -> Value | None:
        return self.kind

    def is_descriptor(self) -> bool:
        return self.kind.find("__get__") is not None

    # -- attributes --------------------------------------------------------------------------------

    def attribute(self, f: Frame, me: Reference, name: str, node: ast.AST) -> Value:
        if name == "__class__":
            return self.kind
        member = self.kind.find(name)
        if isinstance(member, members.Property):
            return members.bound(f, member, me, self.kind, node)

        def of_class() -> Value:
            if member is not None:
                return members.bound(f, member, me, self.kind, node)
            fallback = self.kind.find("__getattr__")
            if fallback is not None:
                return fallback.call(f, [me, Constant(name)], {}, node)
            if name[:2] == "__":
                raise Refusal(f"the attribute {name} of {self.what}", node)
            raise f.raises(
                "AttributeError", f"'{self.kind.name}' object has no attribute '{name}'", node
            )

        return if_there(f, self.fields.get(name, MISSING), node, lambda value: value, of_class)

    def set_attribute(
        self, f: Frame, me: Reference, name: str, value: Value, node: ast.AST
    ) -> None:
        member = self.kind.find(name)
        if isinstance(member, members.Property):
            if member.setter.is_none:
                raise f.raises(
                    "AttributeError",
                    f"property '{name}' of '{self.kind.name}' object has no setter",
                    node,
                )
            member.setter.call(f, [me, value], {}, node)
            return
        if member is not None and member.is_descriptor(f):
            raise Refusal("a descriptor of the program", node)
        if self.kind.is_frozen:
            raise f.raises("AttributeError", f"cannot assign to field '{name}'", node)
        self.set_field(f, me, name, value, node)

    def set_field(self, f: Frame, me: Reference, name: str, value: Value, node: ast.AST) -> None:
        """Set an attribute, whatever the class says of it."""
        if name in ("__class__", "__dict__"):
            raise Refusal(f"{name} of {self.what} is set", node)
        if not self.kind.allowed(name):
            raise f.raises(
                "AttributeError", f"'{self.kind.name}' object has no attribute '{name}'", node
            )
        self._change(f, me, {**self.fields, name: value}, node)

    def delete_attribute(self, f: Frame, me: Reference, name: str, node: ast.AST) -> None:
        if self.kind.is_frozen or self.kind.find(name) is not None:
            raise Refusal(f"'del' of the attribute {name}", node)
        self.attribute(f, me, name, node)
        self._change(f, me, {n: v for n, v in self.fields.items() if n != name}, node)

    def _change(self, f: Frame, me: Reference, fields: dict[str, Value], node: ast.AST) -> None:
        replace(f, me, Instance(self.kind, fields), node)

    # -- special methods ---------------------------------------------------------------------------

    def special(
        self, f: Frame, me: Reference, name: str, args: _Args, node: ast.AST
    ) -> Value | None:
        """What a special method of the class gives; None: there is none, or it gives
        NotImplemented."""
        member = self.kind.find(name)
        if member is None or member.is_none:
            return None
        return answered(members.bound(f, member, me, self.kind, node).call(f, args, {}, node))

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
        return self.special(f, me, name, [other], node)

    def reflected(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        theirs = _instance(f, other)
        if theirs is not None and theirs.kind is self.kind:
            return None
        return self.special(f, me, "__r" + BINARY[symbol][2:], [other], node)

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
        return members.bound(f, member, me, self.kind, node).call(f, args, keywords, node)

    # -- shapes and joins --------------------------------------------------------------------------

    def flatten(self, f: Frame, me: Reference, leaves: list[Leaf]) -> Shape:
        kind = self.kind.flatten(f, leaves)
        values = [value.flatten(f, leaves) for value in self.fields.values()]
        return (Reference, me.number, Instance, kind, tuple(self.fields), *values)

    @classmethod
    def rebuilt_reference(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        _, _, _, kind, names, *values = shape
        fields = [part[0].rebuilt(f, part, make) for part in values]
        return new(f, Instance(kind[1], dict(zip(names, fields, strict=True))))

    def slots(self) -> Sequence[Value]:
        return [self.fields[name] for name in sorted(self.fields)]

    def layout(self) -> object:
        return (Instance, self.kind, *sorted(self.fields))

    def rebuilt(self, slots: Sequence[Value]) -> Object:
        found = dict(zip(sorted(self.fields), slots, strict=True))
        return Instance(self.kind, {n: found[n] for n in self.fields})

    def aligned(self, other: Object) -> Object:
        if not isinstance(other, Instance) or other.kind is not self.kind:
            return self
        names = dict.fromkeys([*self.fields, *other.fields])
        fields = {name: self.fields.get(name, MISSING) for name in names}
        return Instance(self.kind, fields)


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


def set_field(f: Frame, me: Value, name: str, value: Value, node: ast.AST) -> None:
    """Set an attribute of an instance, whatever its class says of it."""
    thing = _instance(f, me)
    if thing is None or not isinstance(me, Reference):
        raise Refusal(f"an attribute of {me.what} is set", node)
    thing.set_field(f, me, name, value, node)
