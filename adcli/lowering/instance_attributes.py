"""The attributes of instances of classes of the program.

Invariant: an instance has its number as identity.  An attribute that only some paths have set is
there with the value `Unbound` on the others.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from adcli.lowering import class_members
from adcli.lowering.conditionally_set_values import MISSING, if_there
from adcli.lowering.heap_objects import Object, Reference, new, replace
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.classes import Class
    from adcli.lowering.frame import Frame


class Attributes(Object):
    """A class, and attributes by name."""

    __slots__ = ("fields", "kind")
    is_merged = True

    def __init__(self, kind: Class, fields: dict[str, Value]) -> None:
        self.kind = kind
        self.fields = fields

    def with_fields(self, fields: dict[str, Value]) -> Self:
        return type(self)(self.kind, fields)

    @property
    def what(self) -> str:
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
        if isinstance(member, class_members.Property):
            return class_members.bound(f, member, me, self.kind, node)

        def of_class() -> Value:
            if member is not None:
                return class_members.bound(f, member, me, self.kind, node)
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
        setter = self.kind.find("__setattr__")
        if setter is not None and not isinstance(setter, class_members.Method):
            if f.variant is None:
                raise Refusal(f"an attribute of {self.what} is set, which has __setattr__", node)
            bound = class_members.bound(f, setter, me, self.kind, node)
            bound.call(f, [Constant(name), value], {}, node)
            return
        if self.kind.is_frozen:
            raise f.raises("AttributeError", f"cannot assign to field '{name}'", node)
        self.set_by_object(f, me, name, value, node)

    def set_by_object(
        self, f: Frame, me: Reference, name: str, value: Value, node: ast.AST
    ) -> None:
        """Set an attribute as `object.__setattr__` does."""
        member = self.kind.find(name)
        if isinstance(member, class_members.Property):
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
        replace(f, me, self.with_fields(fields), node)

    # -- shapes and joins --------------------------------------------------------------------------

    def flatten(self, f: Frame, me: Reference, leaves: list[Leaf]) -> Shape:
        kind = self.kind.flatten(f, leaves)
        values = [value.flatten(f, leaves) for value in self.fields.values()]
        return (Reference, me.number, type(self), kind, tuple(self.fields), *values)

    @classmethod
    def rebuilt_reference(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        _, _, _, kind, names, *values = shape
        fields = [part[0].rebuilt(f, part, make) for part in values]
        return new(f, cls(kind[1], dict(zip(names, fields, strict=True))))

    def slots(self) -> Sequence[Value]:
        return [self.fields[name] for name in sorted(self.fields)]

    def layout(self) -> object:
        return (type(self), self.kind, *sorted(self.fields))

    def rebuilt(self, slots: Sequence[Value]) -> Object:
        found = dict(zip(sorted(self.fields), slots, strict=True))
        return self.with_fields({n: found[n] for n in self.fields})

    def aligned(self, other: Object) -> Object:
        if not isinstance(other, Attributes) or other.kind is not self.kind:
            return self
        names = dict.fromkeys([*self.fields, *other.fields])
        return self.with_fields({name: self.fields.get(name, MISSING) for name in names})
