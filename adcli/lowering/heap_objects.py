"""Objects: lists, dicts, instances and whatever else a program can change, by numbers in the heap.

Invariant: an object is never changed in place, it is replaced under its number, so all references
see the change and other paths do not.  A list whose entries are known may become an array of the
IR under the same number.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Iteration, Leaf, Maker, Moves, Owned, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.number_values import Number


class Object:
    """What is in an object; each kind says what it can do.  `me` is the reference to it."""

    __slots__ = ()

    @property
    def what(self) -> str:
        """What messages call it."""
        return "an object"

    #: whether it is one array of the IR, which a call can be given as it is
    is_array = False
    #: whether it is made of variables of the IR, which only the function that made them has
    is_made_by_code = False
    #: whether a loop may have one object that stands for two, see
    #: `adcli.lowering.object_merging_in_loops`
    is_merged = False

    def binary(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        return None

    def reflected(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        return None

    def inplace(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        """`me symbol= other` where that changes the object; None: it is like `me symbol other`."""
        return None

    def unary(self, f: Frame, me: Reference, symbol: str, node: ast.AST) -> Value:
        raise Refusal(f"'{symbol}' of {self.what}", node)

    def compare(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        return None

    def truth(self, f: Frame, me: Reference, node: ast.AST) -> Number:
        raise Refusal(f"the truth of {self.what}", node)

    def contains(self, f: Frame, me: Reference, item: Value, node: ast.AST) -> Number:
        raise Refusal(f"'in' for {self.what}", node)

    def attribute(self, f: Frame, me: Reference, name: str, node: ast.AST) -> Value:
        raise f.raises(
            "AttributeError", f"'{self.type_name()}' object has no attribute '{name}'", node
        )

    def set_attribute(
        self, f: Frame, me: Reference, name: str, value: Value, node: ast.AST
    ) -> None:
        raise Refusal(f"an attribute of {self.what} is set", node)

    def item(self, f: Frame, me: Reference, index: Value, node: ast.AST) -> Value:
        raise Refusal(f"an index of {self.what}", node)

    def set_item(self, f: Frame, me: Reference, index: Value, value: Value, node: ast.AST) -> None:
        raise Refusal(f"an entry of {self.what} is set", node)

    def delete_item(self, f: Frame, me: Reference, index: Value, node: ast.AST) -> None:
        raise Refusal(f"an entry of {self.what} is deleted", node)

    def call(
        self, f: Frame, me: Reference, args: Sequence[Value], keywords: dict[str, Value],
        node: ast.AST,
    ) -> Value:  # fmt: skip
        raise f.raises("TypeError", f"'{self.type_name()}' object is not callable", node)

    def iterate(self, f: Frame, me: Reference, node: ast.AST) -> Iteration:
        raise Refusal(f"a loop over {self.what}", node)

    def lazily(self, f: Frame, me: Reference, node: ast.AST) -> Iteration:
        return self.iterate(f, me, node)

    def length(self, f: Frame, me: Reference, node: ast.AST) -> Value:
        raise Refusal(f"the length of {self.what}", node)

    def flatten(self, f: Frame, me: Reference, leaves: list[Leaf]) -> Shape:
        raise Refusal(f"{self.what} is passed on")

    def named_parts(self, f: Frame, me: Reference) -> list[tuple[str, Value]] | None:
        """What it is made of as a result of the entry; None: it is no row of results."""
        return None

    def type_name(self) -> str:
        return type(self).__name__.lower()

    def hashable(self) -> bool | None:
        return None

    def kind_of_instance(self) -> Value | None:
        return None

    def is_descriptor(self) -> bool:
        return False

    def delete_attribute(self, f: Frame, me: Reference, name: str, node: ast.AST) -> None:
        raise Refusal(f"an attribute of {self.what} is deleted", node)

    def special(
        self, f: Frame, me: Reference, name: str, args: Sequence[Value], node: ast.AST
    ) -> Value | None:
        """What a special method of a class of the program gives; None: there is none."""
        return None

    def text(self, f: Frame, me: Reference, conversion: str, node: ast.AST) -> Value | None:
        """What `str()` or, with the conversion `r`, `repr()` gives; None: nobody knows."""
        return None

    def has_changed(self, items: Sequence[Value], start: int) -> bool:
        """What `Value.has_changed` asks."""
        return False

    # -- joins, see `adcli.lowering.value_joins` ---------------------------------------------------

    def slots(self) -> Sequence[Value]:
        """The values inside, in an order that depends on the layout alone."""
        return ()

    def layout(self) -> object:
        """What two objects must have in common to be joined slot by slot."""
        return self

    def rebuilt(self, slots: Sequence[Value]) -> Object:
        """The same layout with other values."""
        return self

    def aligned(self, other: Object) -> Object:
        """The same object with the layout that it shares with another one, if there is one."""
        return self

    def goes_with(self, f: Frame, me: Reference, thing: Object, other: Reference) -> bool:
        """Whether a reference can stand for this object and another one without a union."""
        return False

    def template(
        self, f: Frame, me: Reference, other: Reference, owned: Owned, hint: str
    ) -> Reference:
        """The reference that stands for this object and another one that goes with it."""
        raise NotImplementedError(type(self).__name__)

    def moves(self, f: Frame, me: Reference, value: Reference, into: Moves, node: ast.AST) -> None:
        """The assignments after which this object, a template, is another one."""

    @classmethod
    def rebuilt_reference(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        """A reference to an object of a shape, (Reference, number, class, ...)."""
        raise NotImplementedError(cls.__name__)


class Reference(Value):
    """A value that refers to an object."""

    __slots__ = ("number",)
    is_reference = True

    def __init__(self, number: int) -> None:
        self.number = number

    what = "an object"

    def is_same(self, other: Value) -> bool:
        return isinstance(other, Reference) and other.number == self.number

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return f.object(self.number).binary(f, self, symbol, other, node)

    def reflected(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return f.object(self.number).reflected(f, self, symbol, other, node)

    def inplace(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return f.object(self.number).inplace(f, self, symbol, other, node)

    def unary(self, f: Frame, symbol: str, node: ast.AST) -> Value:
        return f.object(self.number).unary(f, self, symbol, node)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return f.object(self.number).compare(f, self, symbol, other, node)

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.object(self.number).truth(f, self, node)

    def contains(self, f: Frame, item: Value, node: ast.AST) -> Number:
        return f.object(self.number).contains(f, self, item, node)

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        return f.object(self.number).attribute(f, self, name, node)

    def set_attribute(self, f: Frame, name: str, value: Value, node: ast.AST) -> None:
        f.object(self.number).set_attribute(f, self, name, value, node)

    def lose(self, f: Frame, name: str, lost: Value) -> None:
        f.session.modules.changed.add(self.number)

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        return f.object(self.number).item(f, self, index, node)

    def set_item(self, f: Frame, index: Value, value: Value, node: ast.AST) -> None:
        f.object(self.number).set_item(f, self, index, value, node)

    def delete_item(self, f: Frame, index: Value, node: ast.AST) -> None:
        f.object(self.number).delete_item(f, self, index, node)

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        return f.object(self.number).call(f, self, args, keywords, node)

    def iterate(self, f: Frame, node: ast.AST) -> Iteration:
        return f.object(self.number).iterate(f, self, node)

    def lazily(self, f: Frame, node: ast.AST) -> Iteration:
        return f.object(self.number).lazily(f, self, node)

    def length(self, f: Frame, node: ast.AST) -> Value:
        return f.object(self.number).length(f, self, node)

    def named_parts(self, f: Frame) -> list[tuple[str, Value]] | None:
        return f.object(self.number).named_parts(f, self)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        thing = f.object(self.number)
        if self.number not in f.state.heap and not thing.is_array:
            return (_Frozen, self.number)
        return thing.flatten(f, self, leaves)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        kind: type[Object] = shape[2]
        return kind.rebuilt_reference(f, shape, make)

    def hashable(self, f: Frame) -> bool | None:
        return f.object(self.number).hashable()

    def kind_of_instance(self, f: Frame) -> Value | None:
        return f.object(self.number).kind_of_instance()

    def is_descriptor(self, f: Frame) -> bool:
        return f.object(self.number).is_descriptor()

    def special(self, f: Frame, name: str, args: Sequence[Value], node: ast.AST) -> Value | None:
        """What a special method of a class of the program gives; None: there is none."""
        return f.object(self.number).special(f, self, name, args, node)

    def has_changed(self, f: Frame, items: Sequence[Value], start: int) -> bool:
        return f.object(self.number).has_changed(items, start)

    def is_plain(self, f: Frame) -> bool:
        return f.object(self.number).is_array or self.number not in f.state.heap

    def goes_with(self, f: Frame, other: Value) -> bool:
        if not isinstance(other, Reference):
            return False
        if self.number == other.number:
            return True
        # what another path has made goes with nothing here
        mine, theirs = self.found(f), other.found(f)
        if mine is None or theirs is None:
            return False
        if f.merger is not None and mine.is_merged and theirs.is_merged:
            return f.merger.fits(mine, theirs)
        return mine.goes_with(f, self, theirs, other)

    def found(self, f: Frame) -> Object | None:
        """The object; None if only another path has it."""
        for objects in (f.state.heap, f.session.templates, f.session.frozen):
            if self.number in objects:
                return objects[self.number]
        return None

    def template(self, f: Frame, other: Value, owned: Owned, hint: str) -> Value:
        assert isinstance(other, Reference)
        mine = f.object(self.number)
        if f.merger is not None and mine.is_merged:
            return f.merger.merged(f, self, other, owned, hint)
        return mine.template(f, self, other, owned, hint)

    def freshened(self, f: Frame, owned: Owned, hint: str) -> Value:
        if f.merger is not None and f.object(self.number).is_merged:
            return f.merger.fresh(f, self, owned, hint)
        return self

    def moves(self, f: Frame, value: Value, into: Moves, node: ast.AST) -> None:
        assert isinstance(value, Reference)
        thing = f.session.templates.get(self.number) or self.found(f)
        if thing is None or self.number == value.number:
            return
        if thing.is_merged:
            f.moves_of_slots(self, value, into, node)
        else:
            thing.moves(f, self, value, into, node)


class _Frozen(Value):
    """In shapes: an object of a module, which all calls share."""

    __slots__ = ()

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return Reference(shape[1])


def new(f: Frame, thing: Object) -> Reference:
    """A reference to a new object."""
    number = f.session.next_number()
    f.state.heap[number] = thing
    return Reference(number)


def frozen(f: Frame, thing: Object) -> Reference:
    """A reference to an object that nobody may change here."""
    number = f.session.next_number()
    f.session.frozen[number] = thing
    return Reference(number)


def is_of_module(f: Frame, me: Reference) -> bool:
    """Whether an object is one that nobody may change here."""
    return me.number not in f.state.heap


def replace(f: Frame, me: Reference, thing: Object, node: ast.AST | None) -> None:
    """Change an object."""
    if me.number not in f.state.heap:
        if f.variant is None:
            f.session.modules.changed.add(me.number)
        else:
            f.forget(me)
        raise Refusal(
            f"{f.object(me.number).what} of a module is changed here, and all calls share it",
            node,
            "change a copy",
        )
    check_not_shared(f, me, node)
    f.note_change(me.number)
    f.state.heap[me.number] = thing


def check_not_shared(f: Frame, me: Reference, node: ast.AST | None) -> None:
    """Refuse a change of an object that another one may stand for."""
    if me.number in f.session.shared:
        f.session.modules.findings.keep_objects_apart()
        raise Refusal(
            f"{f.object(me.number).what} is changed that may have another name from before a loop, "
            "or is in a list whose length is not known",
            node,
        )
