"""What stands in a class: properties, static and class methods, and how an attribute binds them.

Invariant: a member is bound when it is read, as by Python's descriptors; a class that has
descriptors of its own is refused where they are read.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.cached_functions import Cached
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.heap_objects import Reference
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.refusals import Refusal
from adcli.lowering.user_functions import BoundMethod, Function
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]


class Method(Builtin):
    """A method that a class has without a text, as those of dataclasses."""

    __slots__ = ()


class Property(Value):
    """`property(getter, setter)`."""

    __slots__ = ("getter", "setter")
    what = "a property"

    def __init__(self, getter: Value, setter: Value = NONE) -> None:
        self.getter = getter
        self.setter = setter

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        def changed(g: Frame, args: _Args, keywords: _Keywords, at: ast.AST) -> Value:
            if name == "setter":
                return Property(self.getter, args[0])
            return Property(args[0], self.setter) if name == "getter" else self

        if name in ("setter", "getter", "deleter"):
            return Builtin(name, changed)
        return super().attribute(f, name, node)


class KeptProperty(Value):
    """`functools.cached_property(getter)`: it sets the attribute when it is first read."""

    __slots__ = ("getter", "name")
    what = "a cached property"

    def __init__(self, getter: Value, name: str) -> None:
        self.getter = getter
        self.name = name

    def value(self, f: Frame, owner: Value, node: ast.AST) -> Value:
        found = self.getter.call(f, [owner], {}, node)
        if isinstance(owner, Reference) and owner.number in f.state.heap:
            f.set_field(owner, self.name, found, node)
        return found


class StaticMethod(Value):
    """`staticmethod(function)`."""

    __slots__ = ("function",)
    what = "a static method"

    def __init__(self, function: Value) -> None:
        self.function = function

    def call(self, f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        return self.function.call(f, args, keywords, node)


class ClassMethod(Value):
    """`classmethod(function)`."""

    __slots__ = ("function",)
    what = "a class method"

    def __init__(self, function: Value) -> None:
        self.function = function


class Abstract(Value):
    """A method that a class must give before it has instances."""

    __slots__ = ("function",)
    what = "an abstract method"

    def __init__(self, function: Value) -> None:
        self.function = function


def is_abstract(member: Value) -> bool:
    """Whether a member must be given by a class that has instances."""
    match member:
        case Abstract():
            return True
        case StaticMethod() | ClassMethod():
            return is_abstract(member.function)
        case Property():
            return is_abstract(member.getter) or is_abstract(member.setter)
    return False


def bound(f: Frame, member: Value, owner: Value | None, kind: Value, node: ast.AST) -> Value:
    """What an attribute gives that found a member: by an instance, or by its class if `owner` is
    None."""
    match member:
        case Abstract():
            return bound(f, member.function, owner, kind, node)
        case Function() | Method() | Cached():
            return member if owner is None else BoundMethod(member, owner)
        case StaticMethod():
            return member.function
        case ClassMethod():
            return BoundMethod(member.function, kind)
        case Property():
            return member if owner is None else member.getter.call(f, [owner], {}, node)
        case KeptProperty():
            return member if owner is None else member.value(f, owner, node)
        case Foreign():
            raise Refusal(f"{member.name} is read, and {member.why}", node)
    if member.is_descriptor(f):
        raise Refusal("a descriptor of the program", node)
    return member


class NoDefault(Value):
    """What a field has that must be given."""

    __slots__ = ()
    what = "a field without a default"


NO_DEFAULT = NoDefault()
