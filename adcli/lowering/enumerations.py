"""Enumerations: classes whose names are their members, as `enum.Enum` and `enum.IntEnum` make them.

Invariant: a member is one value that nobody changes; a member of an `IntEnum` is a known integer
too.  *The Python Library Reference*, `enum`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.expr import Num
from adcli.lowering import class_members
from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.cached_functions import Cached
from adcli.lowering.classes import OBJECT, Class
from adcli.lowering.heap_objects import new
from adcli.lowering.instance_operators import Instance
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.user_functions import Function
from adcli.lowering.values import Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]

#: What stands in the body of a class and is no member.
_NO_MEMBERS = (
    Function, Cached, class_members.Property, class_members.KeptProperty,
    class_members.StaticMethod, class_members.ClassMethod, class_members.Abstract,
)  # fmt: skip

#: Methods that change how members are made, found or shown.
_REFUSED = ("_missing_", "_generate_next_value_", "_ignore_", "__new__", "__call__")


class _Auto(Value):
    """`auto()`."""

    __slots__ = ()
    what = "auto()"


AUTO = _Auto()


class Member(Value):
    """A member of an enumeration."""

    __slots__ = ("fields", "kind", "name", "value")

    def __init__(self, kind: Class, name: str, value: Value, fields: dict[str, Value]) -> None:
        self.kind = kind
        self.name = name
        self.value = value
        self.fields = fields

    @property
    def what(self) -> str:
        return f"{self.kind.name}.{self.name}"

    def is_same(self, other: Value) -> bool:
        return self is other

    def type_name(self) -> str:
        return self.kind.name

    def kind_of_instance(self, f: Frame) -> Value | None:
        return self.kind

    def hashable(self, f: Frame) -> bool | None:
        return True

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(True)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return f.known((self is other) == (symbol == "==")) if symbol in ("==", "!=") else None

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        return _attribute(f, self, name, node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Member, self)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        found: Member = shape[1]
        return found


class IntMember(Number):
    """A member of an `IntEnum`: a known integer with a name."""

    __slots__ = ("fields", "member", "value")

    def __init__(self, kind: Class, name: str, value: Value, fields: dict[str, Value]) -> None:
        assert isinstance(value, Number)
        super().__init__(Num(value.known), "int")
        self.member = (kind, name)
        self.value = value
        self.fields = fields

    def is_same(self, other: Value) -> bool:
        return self is other

    def kind_of_instance(self, f: Frame) -> Value | None:
        return self.member[0]

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        return _attribute(f, self, name, node)

    def goes_with(self, f: Frame, other: Value) -> bool:
        return False

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (IntMember, self)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        found: IntMember = shape[1]
        return found


def _attribute(f: Frame, me: Member | IntMember, name: str, node: ast.AST) -> Value:
    kind, own = (me.kind, me.name) if isinstance(me, Member) else me.member
    if name in ("value", "_value_"):
        return me.value
    if name in ("name", "_name_"):
        return Constant(own)
    if name == "__class__":
        return kind
    member = kind.find(name)
    if isinstance(member, class_members.Property):
        return class_members.bound(f, member, me, kind, node)
    if name in me.fields:
        return me.fields[name]
    if member is not None:
        return class_members.bound(f, member, me, kind, node)
    if isinstance(me, IntMember):
        return f.known(me.known).attribute(f, name, node)
    raise f.raises("AttributeError", f"'{kind.name}' object has no attribute '{name}'", node)


# -- their classes ---------------------------------------------------------------------------------


def _made(f: Frame, made: Class, node: ast.ClassDef) -> None:
    """What the statement of a class that derives from `Enum` does."""
    refused = [name for name in _REFUSED if name in made.namespace]
    if refused:
        raise Refusal(f"an enumeration with {refused[0]}", node)
    if any([base.entries for base in made.mro]):
        raise f.raises("TypeError", f"<enum '{made.name}'> cannot extend another one", node)
    found: dict[str, Value] = {}
    for name, value in list(made.namespace.items()):
        if name[:1] == "_" or isinstance(value, _NO_MEMBERS):
            continue
        if isinstance(value, Builtin | Class):
            raise Refusal(f"a member {name} that is {value.what}", node)
        given = _numbered(f, value, found, node)
        found[name] = made.namespace[name] = _member(f, made, name, given, found, node)
    made.entries = found
    made.new = _by_value


def _numbered(f: Frame, value: Value, found: dict[str, Value], node: ast.AST) -> Value:
    """The value of a member; `auto()` is one more than the largest before it."""
    if value is not AUTO:
        return value
    before = [_value(m).known_value() for m in found.values()]
    if not all([type(v) is int for v in before]):
        raise Refusal("auto() behind members that are no integers", node)
    return f.known(max(before, default=0) + 1)


def _value(member: Value) -> Value:
    assert isinstance(member, Member | IntMember)
    return member.value


def _member(
    f: Frame, kind: Class, name: str, value: Value, found: dict[str, Value], node: ast.AST
) -> Value:
    """A member, or the one that has the same value already."""
    for other in found.values():
        equal = f.compare("==", _value(other), value, node)
        if not equal.is_known:
            raise Refusal("members of an enumeration with values that are not known", node)
        if equal.known:
            return other
    is_integer = kind.derives_from(INT_ENUM)
    if is_integer and not (isinstance(value, Number) and type(value.known_value()) is int):
        raise Refusal(f"a member of an IntEnum that is {value.what}", node)
    make: Callable[..., Value] = IntMember if is_integer else Member
    start = kind.find("__init__")
    if start is None or start is OBJECT.namespace["__init__"]:
        return make(kind, name, value, {})
    me = new(f, Instance(kind, {}))
    args = value.items if isinstance(value, Tuple) else (value,)
    class_members.bound(f, start, me, kind, node).call(f, args, {}, node)
    thing = f.object(me.number)
    assert isinstance(thing, Instance)
    return make(kind, name, value, thing.fields)


def _by_value(f: Frame, kind: Class, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    """`Kind(value)`: the member of a value, or that itself."""
    if len(args) != 1 or keywords or not kind.entries:
        raise Refusal(f"a call of {kind.what} with these arguments", node)
    wanted = args[0]
    candidates = kind.members_once()

    def from_member(i: int) -> Value:
        if i == len(candidates):
            raise f.raises("ValueError", f"not a valid {kind.name}", node)
        if wanted is candidates[i]:
            return wanted
        is_this = f.compare("==", _value(candidates[i]), wanted, node)
        return f.branch(is_this, node, lambda: candidates[i], lambda: from_member(i + 1))

    return from_member(0)


ENUM = Class("Enum", [OBJECT], {})
ENUM.make = _made

INT_ENUM = Class("IntEnum", [ENUM], {})
INT_ENUM.make = _made
INT_ENUM.built_in = ("int",)
