"""Lists: known entry by entry, or arrays of the IR.

Invariant: a list is known entry by entry until an index that is not known, a loop of an unknown
number of iterations, or another list that is an array meets it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from adcli.expr import Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL, array_of, element, is_array, join, rank
from adcli.lowering.environment_and_heap import State
from adcli.lowering.heap_objects import (
    Object,
    Reference,
    check_not_shared,
    frozen,
    is_of_module,
    new,
    replace,
)
from adcli.lowering.list_entry_types import (
    Site,
    as_entry,
    entry_of,
    grow,
    note_part,
    note_same,
    note_site,
    note_source,
)
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number, as_integer
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Iteration, Leaf, Maker, Moves, Owned, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


class ListObject(Object):
    """What lists have in common, however they are kept."""

    __slots__ = ()
    what = "a list"

    def type_name(self) -> str:
        return "list"

    def hashable(self) -> bool | None:
        return False

    def attribute(self, f: Frame, me: Reference, name: str, node: ast.AST) -> Value:
        return f.method_of_list(me, name, node)

    def contains(self, f: Frame, me: Reference, item: Value, node: ast.AST) -> Number:
        found = f.session.library_call(f, "contains", [me, item], node)
        return f.number(found, node)

    def compare(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        if not isinstance(other, Reference) or not isinstance(f.object(other.number), ListObject):
            return f.known(symbol == "!=") if symbol in ("==", "!=") else None
        mine, theirs = f.object(me.number), f.object(other.number)
        if isinstance(mine, Items) and isinstance(theirs, Items):
            return f.compare_sequences(symbol, mine.items, theirs.items, node)
        return f.session.library_call(f, "compared_lists", [Constant(symbol), me, other], node)

    def binary(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        if symbol == "+" and isinstance(other, Reference):
            if isinstance(f.object(other.number), ListObject):
                return f.concatenated(me, other, node)
            return None
        if symbol == "*" and isinstance(other, Number):
            times = as_integer(f, other, "what a list is multiplied by", node)
            return f.repeated(me, times, node)
        return None

    def reflected(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        return self.binary(f, me, symbol, other, node) if symbol == "*" else None

    def goes_with(self, f: Frame, me: Reference, thing: Object, other: Reference) -> bool:
        return isinstance(thing, ListObject) and common_kind(f, me, other) is not None

    def template(
        self, f: Frame, me: Reference, other: Reference, owned: Owned, hint: str
    ) -> Reference:
        kind = common_kind(f, me, other)
        assert kind is not None
        is_owned = isinstance(self, Array) and owned is not None and self.variable.name in owned
        if is_owned and isinstance(self, Array) and self.kind == kind:
            note_either(f, self.variable, other)
            return me
        made = Array(f.fresh(kind, hint, owned), kind)
        note_either(f, made.variable, me, other)
        is_shared = is_of_module(f, me) or is_of_module(f, other)
        found = frozen(f, made) if is_shared else new(f, made)
        f.session.templates[found.number] = made
        return found

    def inplace(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        if symbol == "+":
            me.attribute(f, "extend", node).call(f, [other], {}, node)
            return me
        if symbol == "*":
            f.repeat_in_place(me, as_integer(f, other, "what a list is multiplied by", node), node)
            return me
        return None

    def delete_item(self, f: Frame, me: Reference, index: Value, node: ast.AST) -> None:
        f.delete_from_list(me, index, node)


class Items(ListObject):
    """A list whose entries are known one by one."""

    __slots__ = ("items", "site")

    def __init__(self, items: Sequence[Value], site: Site) -> None:
        self.items = tuple(items)
        self.site = site

    def truth(self, f: Frame, me: Reference, node: ast.AST) -> Number:
        return f.known(bool(self.items))

    def length(self, f: Frame, me: Reference, node: ast.AST) -> Value:
        return f.known(len(self.items))

    def iterate(self, f: Frame, me: Reference, node: ast.AST) -> Iteration:
        return Iteration(list(self.items))

    def contains(self, f: Frame, me: Reference, item: Value, node: ast.AST) -> Number:
        return f.any_equal(item, self.items, node)

    def item(self, f: Frame, me: Reference, index: Value, node: ast.AST) -> Value:
        return f.item_of_known(me, list(self.items), index, node)

    def set_item(self, f: Frame, me: Reference, index: Value, value: Value, node: ast.AST) -> None:
        if isinstance(index, Slice):
            f.set_slice(me, index, value, node)
            return
        place = as_integer(f, index, "list indices", node)
        if not place.is_known:
            made = array_of_list(f, me, node)
            made.set_item(f, me, index, value, node)
            return
        items = list(self.items)
        try:
            items[place.known] = value
        except IndexError:
            raise f.raises("IndexError", "list assignment index out of range", node) from None
        replace(f, me, Items(items, self.site), node)

    def flatten(self, f: Frame, me: Reference, leaves: list[Leaf]) -> Shape:
        return (Reference, me.number, Items, *[v.flatten(f, leaves) for v in self.items])

    @classmethod
    def rebuilt_reference(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return f.new_list([part[0].rebuilt(f, part, make) for part in shape[3:]], None)

    def slots(self) -> Sequence[Value]:
        return self.items

    def layout(self) -> object:
        return ("items", len(self.items))

    def rebuilt(self, slots: Sequence[Value]) -> Object:
        return Items(slots, self.site)

    def has_changed(self, items: Sequence[Value], start: int) -> bool:
        return len(self.items) != len(items) or any(
            [not a.is_same(b) for a, b in zip(self.items[start:], items[start:], strict=True)]
        )


class Array(ListObject):
    """A list that is an array of the IR."""

    __slots__ = ("kind", "variable")
    is_array = is_made_by_code = True

    def __init__(self, variable: Var, kind: str) -> None:
        self.variable = variable
        self.kind = kind

    def truth(self, f: Frame, me: Reference, node: ast.AST) -> Number:
        return f.number(self.length(f, me, node), node).truth(f, node)

    def length(self, f: Frame, me: Reference, node: ast.AST) -> Value:
        target = f.fresh(INT)
        f.add(ir.Length(target.name, self.variable.name, f.span(node)))
        return Number(target, INT, is_natural=True)

    def iterate(self, f: Frame, me: Reference, node: ast.AST) -> Iteration:
        count = self.length(f, me, node)
        assert isinstance(count, Number)
        return Iteration(
            stop=count.atom,
            at=lambda g, i: self.load(g, i, node, is_inside=True),
            watched=[(lambda g: me.length(g, node), count)],
        )

    def item(self, f: Frame, me: Reference, index: Value, node: ast.AST) -> Value:
        if isinstance(index, Slice):
            return f.session.library_call(f, "sliced", [me, *index.bounds], node)
        return self.load(f, as_integer(f, index, "list indices", node), node)

    def load(self, f: Frame, index: Number, node: ast.AST, *, is_inside: bool = False) -> Value:
        """An entry; `is_inside` says that the index is surely one of its indices."""
        kind = element(self.kind) or INT
        target = f.fresh(kind)
        if is_inside:
            f.fallibility.sure.add(target.name)
        f.add(ir.Load(target.name, self.variable.name, index.atom, f.span(node)))
        note_source(f, target, self.variable)
        if is_array(kind):
            note_part(f, target, self.variable)
            return new(f, Array(target, kind))
        return entry_of(f, target, kind, self.variable)

    def set_item(self, f: Frame, me: Reference, index: Value, value: Value, node: ast.AST) -> None:
        if isinstance(index, Slice):
            f.set_slice(me, index, value, node)
            return
        place = as_integer(f, index, "list indices", node)
        atom = self.fitted(f, me, value, node)
        f.add(ir.Store(self.variable.name, place.atom, atom, f.span(node)))

    def append(self, f: Frame, me: Reference, value: Value, node: ast.AST) -> None:
        atom = self.fitted(f, me, value, node)
        f.add(ir.Append(self.variable.name, atom, f.span(node)))

    def fitted(self, f: Frame, me: Reference, value: Value, node: ast.AST) -> Any:
        """A value as an entry; the type of the array grows if it must."""
        if me.number not in f.state.heap:
            if f.variant is not None:
                f.forget(me)
            raise Refusal("a list of a module is changed here, and all calls share it", node)
        check_not_shared(f, me, node)
        kind = kind_as_entry(f, value)
        if kind is None:
            raise Refusal(f"{value.what} in a list whose length is not known", node)
        wanted = element(self.kind)
        both = kind if not wanted else join(kind, wanted)
        if both is None:
            raise Refusal("numbers and lists in one list whose length is not known", node)
        if both != wanted:
            grow(f, self.variable, array_of(both), node)
        if isinstance(value, Reference):
            variable = array_of_list(f, value, node, both).variable
            note_same(f, self.variable, variable)
            return variable
        return as_entry(f, f.number(value, node), both, node, self.variable)

    def flatten(self, f: Frame, me: Reference, leaves: list[Leaf]) -> Shape:
        leaves.append((self.variable, self.kind))
        is_frozen = me.number not in f.state.heap
        is_input = self.variable.name in f.input_arrays
        return (Reference, me.number, type(self), self.kind, is_frozen, is_input)

    @classmethod
    def rebuilt_reference(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        *_, kind, is_frozen, is_input = shape
        made = cls(make(kind), kind)
        if is_input:
            f.input_arrays.add(made.variable.name)
        return frozen(f, made) if is_frozen else new(f, made)

    def moves(self, f: Frame, me: Reference, value: Reference, into: Moves, node: ast.AST) -> None:
        held = array_of_list(f, value, node, self.kind)
        if held.variable.name != self.variable.name:
            into.append((self.variable, held.variable, self.kind))

    def layout(self) -> object:
        return ("array", self.variable.name)


class TupleOfNumbers(Array):
    """A tuple of unknown length: nobody can change it, so it is one array."""

    __slots__ = ()
    what = "a tuple"

    def type_name(self) -> str:
        return "tuple"

    def attribute(self, f: Frame, me: Reference, name: str, node: ast.AST) -> Value:
        if name in ("index", "count"):
            return super().attribute(f, me, name, node)
        raise f.raises("AttributeError", f"'tuple' object has no attribute '{name}'", node)

    def set_item(self, f: Frame, me: Reference, index: Value, value: Value, node: ast.AST) -> None:
        raise f.raises("TypeError", "'tuple' object does not support item assignment", node)

    def inplace(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        return None

    def delete_item(self, f: Frame, me: Reference, index: Value, node: ast.AST) -> None:
        raise f.raises("TypeError", "'tuple' object doesn't support item deletion", node)


class Slice(Value):
    """`start:stop:step` in an index."""

    __slots__ = ("bounds",)
    what = "a slice"

    def __init__(self, bounds: Sequence[Value]) -> None:
        self.bounds = tuple(bounds)

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if name in ("start", "stop", "step"):
            return self.bounds[("start", "stop", "step").index(name)]
        return super().attribute(f, name, node)

    @property
    def known(self) -> slice | None:
        """The slice, if its bounds are known."""
        found: list[int | None] = []
        for bound in self.bounds:
            if isinstance(bound, Constant):
                found.append(None)
            elif isinstance(bound, Number) and bound.is_known:
                found.append(bound.known)
            else:
                return None
        return slice(*found)


# -- lists as arrays -------------------------------------------------------------------------------


def kind_as_entry(f: Frame, value: Value) -> str | None:
    """The type that a value has as an entry of an array; None if it cannot be one."""
    if isinstance(value, Number):
        return value.kind
    if isinstance(value, Reference):
        return kind_of_list(f, value)
    return None


def kind_of_list(f: Frame, value: Value) -> str | None:
    """The type of a list as an array; None if it can be none."""
    thing = value.found(f) if isinstance(value, Reference) else None
    if isinstance(thing, Array):
        return thing.kind
    if not isinstance(thing, Items):
        return None
    kind = kind_of_items(f, thing.items)
    if kind is None:
        return None
    grown = f.session.grown.get(thing.site)
    return kind if grown is None else join(kind, grown)


def kind_of_items(f: Frame, items: Sequence[Value]) -> str | None:
    """The type of an array with such entries."""
    kind = ""
    for value in items:
        found = kind_as_entry(f, value)
        both = found if not kind or found is None else join(kind, found)
        if both is None:
            if {kind, found} <= {BOOL, INT, REAL}:  # truths among numbers
                both = INT if REAL not in (kind, found) else REAL
            else:
                return None
        kind = both
    return array_of(kind)


def note_either(f: Frame, variable: Var, *values: Value) -> None:
    """Note that an array may be any of some lists."""
    for value in values:
        thing = value.found(f) if isinstance(value, Reference) else None
        if isinstance(thing, Array):
            note_source(f, variable, thing.variable)
        elif isinstance(thing, Items):
            note_site(f, variable, thing.site)


def common_kind(f: Frame, a: Value, b: Value) -> str | None:
    one, other = kind_of_list(f, a), kind_of_list(f, b)
    return None if one is None or other is None else join(one, other)


def common_kind_of(f: Frame, x: Object, a: State, y: Object, b: State) -> str | None:
    """The type of two lists as arrays, each in its state."""
    if not isinstance(x, ListObject) or not isinstance(y, ListObject):
        return None
    kinds: list[str | None] = []
    for thing, state in ((x, a), (y, b)):
        f.state = state
        if isinstance(thing, Array):
            kinds.append(thing.kind)
        elif isinstance(thing, Items):
            kind = kind_of_items(f, thing.items)
            grown = f.session.grown.get(thing.site)
            kinds.append(kind if grown is None or kind is None else join(kind, grown))
    if len(kinds) < 2 or kinds[0] is None or kinds[1] is None:
        return None
    return join(kinds[0], kinds[1])


def array_of_list(f: Frame, me: Reference, node: ast.AST, kind: str | None = None) -> Array:
    """A list as an array; from now on it is one for all who refer to it."""
    thing = f.object(me.number)
    if isinstance(thing, Array):
        if kind is not None and kind != thing.kind and rank(kind) == rank(thing.kind):
            grow(f, thing.variable, kind, node)
        return thing
    if not isinstance(thing, Items):
        raise Refusal(f"{thing.what} where a list is wanted", node)
    own = kind_of_list(f, me)
    if own is None:
        raise Refusal("a list of other things than numbers, by an unknown index", node)
    kind = own if kind is None else (join(own, kind) or own)
    if me.number not in f.state.heap:
        return f.frozen_array(me, kind, node)
    made = made_array(f, thing, kind, node)
    if f.changes is not None:
        f.changes.note_array(me.number, kind)
    f.state.heap[me.number] = made
    return made


def frozen_array(f: Frame, me: Reference, kind: str, node: ast.AST) -> Array:
    """A list of a module as an array, made at the start of the function."""
    thing = f.object(me.number)
    assert isinstance(thing, Items)
    found = f.constant_arrays.get(me.number)
    if found is None:
        with f.code_into(f.prologue):
            found = f.constant_arrays[me.number] = made_array(f, thing, kind, node)
    return found


def made_array(f: Frame, thing: Items, kind: str, node: ast.AST) -> Array:
    """The code that makes an array of known entries."""
    variable = f.fresh(kind, "%array")
    span = f.span(node)
    inner = element(kind)
    made = Array(variable, kind)
    note_site(f, variable, thing.site)
    if not thing.items or is_array(inner):
        f.add(ir.Alloc(variable.name, Num(0), span))
        for value in thing.items:
            assert isinstance(value, Reference)
            entry = array_of_list(f, value, node, inner)
            note_same(f, variable, entry.variable)
            f.add(ir.Append(variable.name, entry.variable, span))
        return made
    f.add(ir.Alloc(variable.name, Num(len(thing.items)), span))
    for i, value in enumerate(thing.items):
        assert isinstance(value, Number)
        atom = as_entry(f, value, inner, node, variable)
        store = ir.Store(variable.name, Num(i), atom, span)
        f.fallibility.sure_stores[id(store)] = store
        f.add(store)
    return made


def constant_array(f: Frame, items: list[Value], node: ast.AST) -> Array:
    """A tuple of numbers as an array that nobody else has; a known one is made once, at the start
    of the function."""
    kind = kind_of_items(f, items)
    assert kind is not None
    thing = Items(items, ("tuple",))
    if not all([isinstance(v, Number) and v.is_known for v in items]):
        return made_array(f, thing, kind, node)
    key = tuple([repr(v.known) for v in items if isinstance(v, Number)])
    found = f.constant_arrays.get(key)
    if found is None:
        with f.code_into(f.prologue):
            found = f.constant_arrays[key] = made_array(f, thing, kind, node)
    return found
