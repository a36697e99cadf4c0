"""Classes: their members, the order in which these are looked up, and how instances are made.

Invariant: a class does not change once its module is imported; a function that sets an attribute of
a class is refused.  *The Python Language Reference*, 3.3 and 8.8; C3: Barrett et al., OOPSLA 1996.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.lowering import class_members
from adcli.lowering.class_members import Method, is_abstract
from adcli.lowering.heap_objects import new
from adcli.lowering.instance_operators import Instance, set_by_object
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.values import Iteration, Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.number_values import Number

_Args = Sequence[Value]
_Keywords = dict[str, Value]


#: What the statement of a class does besides, and what makes an instance in another way.
Make = Callable[["Frame", "Class", ast.ClassDef], None]
New = Callable[["Frame", "Class", _Args, _Keywords, ast.AST], Value]


class Class(Value):
    """A class of the program, or a known one that programs derive from."""

    __slots__ = (
        "annotations", "bases", "built_in", "entries", "exception", "fields", "is_frozen",
        "is_local", "make", "mro", "name", "namespace", "new", "own_slots",
    )  # fmt: skip
    is_cyclic = True

    def __init__(
        self,
        name: str,
        bases: Sequence[Class],
        namespace: dict[str, Value],
        *,
        annotations: dict[str, ast.expr] | None = None,
        is_local: bool = False,
    ) -> None:
        self.name = name
        self.bases = tuple(bases)
        self.namespace = namespace
        self.annotations = annotations or {}
        #: whether it was made inside a function
        self.is_local = is_local
        #: whether its instances refuse changes, as those of frozen dataclasses do
        self.is_frozen: bool = any([b.is_frozen for b in bases])
        #: the names of `__slots__`; None: its instances have any attributes
        self.own_slots: frozenset[str] | None = None
        #: what the statement of a class that derives from this one does besides
        self.make: Make | None = None
        #: what makes an instance in another way; classes that derive from this one have it too
        self.new: New | None = next((b.new for b in bases if b.new is not None), None)
        #: the fields of a dataclass, or of a named tuple, in order
        self.fields: dict[str, Value] = {}
        #: the members of an enumeration, with their other names
        self.entries: dict[str, Value] = {}
        #: the class of exceptions whose instances it has
        self.exception: Value | None = None
        #: the built-in types that it derives from itself
        self.built_in: tuple[str, ...] = ()
        self.mro: tuple[Class, ...] = (self, *linearised([list(b.mro) for b in bases], bases))

    @property
    def what(self) -> str:
        return f"the class {self.name}"

    def find(self, name: str) -> Value | None:
        """The member of a name, here or in a class that it derives from."""
        for kind in self.mro:
            if name in kind.namespace:
                return kind.namespace[name]
        return None

    def derives_from(self, other: Value) -> bool:
        return any([kind is other for kind in self.mro])

    def builtin_bases(self) -> tuple[str, ...]:
        """The built-in types that its instances are of."""
        return tuple([name for kind in self.mro for name in kind.built_in])

    def allowed(self, name: str) -> bool:
        """Whether an instance may have an attribute, as `__slots__` say."""
        slots = [kind.own_slots for kind in self.mro if kind is not OBJECT]
        return any([s is None or name in s for s in slots])

    # -- Python's operations -----------------------------------------------------------------------

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if name in ("__name__", "__qualname__"):
            return Constant(self.name)
        if name == "__mro__":
            return Tuple(self.mro)
        member = self.find(name)
        if member is None:
            if name[:2] == "__":
                raise Refusal(f"the attribute {name} of a class", node)
            raise f.raises(
                "AttributeError", f"type object '{self.name}' has no attribute '{name}'", node
            )
        return class_members.bound(f, member, None, self, node)

    def set_attribute(self, f: Frame, name: str, value: Value, node: ast.AST) -> None:
        """The code of a module may set one, see `adcli.lowering.module_body`."""
        if f.variant is not None or name[:2] == "__":
            raise Refusal(f"an attribute of {self.what} is set", node)
        self.namespace[name] = value

    def lose(self, f: Frame, name: str, lost: Value) -> None:
        self.namespace[name] = lost

    def call(self, f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        missing = [n for kind in self.mro for n in kind.namespace if is_abstract(self.found(n))]
        if missing:
            names = ", ".join(dict.fromkeys(missing))
            raise f.raises(
                "TypeError", f"Can't instantiate abstract class {self.name} without {names}", node
            )
        if self.new is not None:
            return self.new(f, self, args, keywords, node)
        maker, start = self.found("__new__"), self.found("__init__")
        if maker is OBJECT.namespace["__new__"]:
            me: Value = new(f, Instance(self, {}))
        else:
            me = class_members.bound(f, maker, None, self, node).call(
                f, [self, *args], keywords, node
            )
            if not _is_instance(f, me, self, node) or start is OBJECT.namespace["__init__"]:
                return me
        result = class_members.bound(f, start, me, self, node).call(f, args, keywords, node)
        if not result.is_same(NONE):
            raise f.raises("TypeError", "__init__() should return None", node)
        return me

    def found(self, name: str) -> Value:
        """A member that is there."""
        member = self.find(name)
        assert member is not None
        return member

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(True)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return f.known((self is other) == (symbol == "==")) if symbol in ("==", "!=") else None

    def members_once(self) -> list[Value]:
        """The members of an enumeration, each once."""
        return list({id(m): m for m in self.entries.values()}.values())

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        if not self.entries or not isinstance(index, Constant):
            return super().item(f, index, node)
        if index.value not in self.entries:
            raise f.raises("KeyError", repr(index.value), node)
        return self.entries[str(index.value)]

    def length(self, f: Frame, node: ast.AST) -> Value:
        return f.known(len(self.members_once())) if self.entries else super().length(f, node)

    def contains(self, f: Frame, item: Value, node: ast.AST) -> Number:
        if not self.entries or item.kind_of_instance(f) is None:
            return super().contains(f, item, node)
        return f.known(any([item is m for m in self.members_once()]))

    def iterate(self, f: Frame, node: ast.AST) -> Iteration:
        if self.entries:
            return Iteration(self.members_once(), keeps_items=True)
        raise f.raises("TypeError", "'type' object is not iterable", node)

    def hashable(self, f: Frame) -> bool | None:
        return True

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        if self.is_local:
            raise Refusal("a class that was made inside a function is passed on")
        return (Class, self)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        found: Class = shape[1]
        return found

    def is_plain(self, f: Frame) -> bool:
        return not self.is_local

    def type_name(self) -> str:
        return "type"


def linearised(chains: list[list[Class]], bases: Sequence[Class]) -> list[Class]:
    """C3: the order of the bases that keeps the order in each of them.  Empty lists are none."""
    todo = [*chains, list(bases)]
    found: list[Class] = []
    while any(todo):
        todo = [chain for chain in todo if chain]
        for chain in todo:
            first = chain[0]
            if not any([first in other[1:] for other in todo]):
                break
        else:
            raise Refusal("base classes without a consistent order")
        found.append(first)
        todo = [chain[1:] if chain[0] is first else chain for chain in todo]
    return found


# -- object ----------------------------------------------------------------------------------------


def _made_bare(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if len(args) > 1 or keywords:
        raise f.raises("TypeError", "object.__init__() takes exactly one argument", node)
    return NONE


def _set_bare(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    me, name, value = args
    if not isinstance(name, Constant):
        raise Refusal("an attribute is set by a name that is not known", node)
    set_by_object(f, me, str(name.value), value, node)
    return NONE


def _new_bare(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    kind = args[0] if args else NONE
    if not isinstance(kind, Class) or kind.new is not None:
        raise Refusal(f"object.__new__ of {kind.what}", node)
    if len(args) > 1 or keywords:
        raise f.raises("TypeError", "object.__new__() takes exactly one argument", node)
    return new(f, Instance(kind, {}))


def _is_instance(f: Frame, made: Value, kind: Class, node: ast.AST) -> bool:
    """Whether what `__new__` gives is an instance of the class, which `__init__` is then given."""
    if isinstance(made, Union):
        raise Refusal("a __new__ that gives one of several things", node)
    found = made.kind_of_instance(f)
    return isinstance(found, Class) and found.derives_from(kind)


OBJECT = Class(
    "object", (),
    {
        "__init__": Method("__init__", _made_bare),
        "__new__": class_members.StaticMethod(Method("__new__", _new_bare)),
        "__setattr__": Method("__setattr__", _set_bare),
    },
)  # fmt: skip
