"""Named tuples: tuples of a class of the program, whose entries have names too."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering import class_members
from adcli.lowering.class_members import ClassMethod, Method
from adcli.lowering.classes import OBJECT, Class
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.special_method_names import BINARY, COMPARISONS, UNARY, answered
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Leaf, Maker, Owned, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]


class NamedTuple(Tuple):
    """A tuple of a class that gives its entries names."""

    __slots__ = ("kind",)

    def __init__(self, kind: Class, items: Sequence[Value]) -> None:
        super().__init__(items)
        self.kind = kind

    @property
    def what(self) -> str:
        return f"a tuple {self.kind.name}"

    def type_name(self) -> str:
        return self.kind.name

    def kind_of_instance(self, f: Frame) -> Value | None:
        return self.kind

    def same_kind(self, items: Sequence[Value]) -> Tuple:
        return NamedTuple(self.kind, items)

    def named_parts(self, f: Frame) -> list[tuple[str, Value]] | None:
        return list(zip(self.kind.fields, self.items, strict=False))

    def goes_with(self, f: Frame, other: Value) -> bool:
        return isinstance(other, NamedTuple) and other.kind is self.kind

    def is_same(self, other: Value) -> bool:
        return isinstance(other, NamedTuple) and other.kind is self.kind and super().is_same(other)

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if name == "__class__":
            return self.kind
        member = self.kind.find(name)
        if name in self.kind.fields and not isinstance(member, class_members.Property):
            return self.items[list(self.kind.fields).index(name)]
        if name == "_fields":
            return Tuple([Constant(n) for n in self.kind.fields])
        if member is not None:
            return class_members.bound(f, member, self, self.kind, node)
        if name in ("index", "count"):
            return super().attribute(f, name, node)
        raise f.raises(
            "AttributeError", f"'{self.kind.name}' object has no attribute '{name}'", node
        )

    def set_attribute(self, f: Frame, name: str, value: Value, node: ast.AST) -> None:
        raise f.raises("AttributeError", "can't set attribute", node)

    def special(self, f: Frame, name: str, args: _Args, node: ast.AST) -> Value | None:
        member = self.kind.find(name)
        if member is None:
            return None
        return answered(
            class_members.bound(f, member, self, self.kind, node).call(f, args, {}, node)
        )

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        found = self.special(f, BINARY[symbol], [other], node)
        return found if found is not None else super().binary(f, symbol, other, node)

    def reflected(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        found = self.special(f, "__r" + BINARY[symbol][2:], [other], node)
        return found if found is not None else super().reflected(f, symbol, other, node)

    def unary(self, f: Frame, symbol: str, node: ast.AST) -> Value:
        found = self.special(f, UNARY[symbol], [], node)
        return found if found is not None else super().unary(f, symbol, node)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        found = self.special(f, COMPARISONS[symbol], [other], node)
        return found if found is not None else super().compare(f, symbol, other, node)

    def truth(self, f: Frame, node: ast.AST) -> Number:
        found = self.special(f, "__bool__", [], node)
        return found.truth(f, node) if found is not None else super().truth(f, node)

    def call(self, f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        member = self.kind.find("__call__")
        if member is None:
            raise f.raises("TypeError", f"'{self.kind.name}' object is not callable", node)
        return class_members.bound(f, member, self, self.kind, node).call(f, args, keywords, node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        kind = self.kind.flatten(f, leaves)
        return (NamedTuple, kind[1], *[v.flatten(f, leaves) for v in self.items])

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return NamedTuple(shape[1], [part[0].rebuilt(f, part, make) for part in shape[2:]])

    def freshened(self, f: Frame, owned: Owned, hint: str) -> Value:
        return NamedTuple(self.kind, [v.freshened(f, owned, hint) for v in self.items])


# -- their classes ---------------------------------------------------------------------------------

#: Members of a class of tuples that would change how the tuple itself behaves.
_REFUSED = ("__getitem__", "__len__", "__iter__", "__contains__", "__init__", "__hash__")


def new_tuple(f: Frame, kind: Class, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    """A tuple of a class, from the entries in order or by name."""
    fields = list(kind.fields)
    if len(args) > len(fields):
        raise f.raises(
            "TypeError", f"{kind.name} takes {len(fields)} entries but {len(args)} were given", node
        )
    found = dict(zip(fields, args, strict=False))
    for name, value in keywords.items():
        if name not in kind.fields or name in found:
            raise f.raises("TypeError", f"{kind.name} got an unexpected argument '{name}'", node)
        found[name] = value
    for name, default in kind.fields.items():
        if name not in found and default is class_members.NO_DEFAULT:
            raise f.raises("TypeError", f"{kind.name} missing a required argument: '{name}'", node)
        found.setdefault(name, default)
    return NamedTuple(kind, [found[name] for name in fields])


def _replaced(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    me = args[0]
    if not isinstance(me, NamedTuple) or len(args) > 1:
        raise Refusal("_replace of this", node)
    unknown = [name for name in keywords if name not in me.kind.fields]
    if unknown:
        raise f.raises("ValueError", f"Got unexpected field names: {unknown!r}", node)
    pairs = zip(me.kind.fields, me.items, strict=True)
    return NamedTuple(me.kind, [keywords.get(name, value) for name, value in pairs])


def _as_dict(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    me = args[0]
    if not isinstance(me, NamedTuple):
        raise Refusal("_asdict of this", node)
    pairs = zip(me.kind.fields, me.items, strict=True)
    return f.new_dict([(Constant(name), value) for name, value in pairs], node)


def _made(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    kind = args[0]
    over = args[1].iterate(f, node)
    if not isinstance(kind, Class) or over.items is None or len(over.items) != len(kind.fields):
        raise Refusal("_make of this", node)
    return NamedTuple(kind, list(over.items))


_METHODS: dict[str, Value] = {
    "_replace": Method("_replace", _replaced),
    "_asdict": Method("_asdict", _as_dict),
    "_make": ClassMethod(Method("_make", _made)),
}


def tuple_class(
    name: str, fields: dict[str, Value], namespace: dict[str, Value], *, is_local: bool
) -> Class:
    """A class of tuples."""
    made = Class(name, [OBJECT], {**_METHODS, **namespace}, is_local=is_local)
    made.fields = fields
    made.new = new_tuple
    made.built_in = ("tuple",)
    made.make = _derived
    return made


def _derived(f: Frame, made: Class, node: ast.ClassDef) -> None:
    """A class that derives from a class of tuples."""
    refused = [name for name in _REFUSED if name in made.namespace]
    if refused:
        raise Refusal(f"a class of tuples with {refused[0]}", node)
    for kind in made.mro[1:]:
        if kind.fields:
            made.fields = kind.fields
            return


def _of_body(f: Frame, made: Class, node: ast.ClassDef) -> None:
    """`class P(NamedTuple)`: the annotated names are the fields."""
    if made.bases != (NAMED_TUPLE,):
        _derived(f, made, node)
        return
    refused = [name for name in _REFUSED if name in made.namespace]
    if refused:
        raise Refusal(f"a class of tuples with {refused[0]}", node)
    for name in made.annotations:
        made.fields[name] = made.namespace.pop(name, class_members.NO_DEFAULT)
    made.namespace.update({k: v for k, v in _METHODS.items() if k not in made.namespace})
    made.new = new_tuple
    made.built_in = ("tuple",)


#: `typing.NamedTuple`.
NAMED_TUPLE = Class("NamedTuple", [OBJECT], {})
NAMED_TUPLE.make = _of_body
