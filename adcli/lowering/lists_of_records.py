"""Lists of records: lists of unknown length whose entries are tuples, dicts or instances alike.

Invariant: such a list is as many arrays as an entry has numbers, its columns, which are equally
long.  An entry is made anew wherever it is read, so what a program can change in it must not change
any more from the moment when it is put into the list: such objects are noted as shared.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from adcli.ir.types import BOOL, array_of, join
from adcli.lowering.heap_objects import Object, Reference, new
from adcli.lowering.lists import (
    Array,
    Items,
    ListObject,
    Slice,
    array_of_list,
)
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number, as_integer
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Iteration, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.list_entry_types import Site


class Leaf(NamedTuple):
    """A number, or a list of numbers that is an array."""

    kind: str


class Fixed(NamedTuple):
    """What is the same in all entries: a string, None, a function."""

    value: Value


class Parts(NamedTuple):
    """A tuple or an object: what makes it of its parts, and whether it is a changeable object."""

    key: object
    parts: tuple[Pattern, ...]
    make: Callable[[Sequence[Value]], Value | Object]


#: What all entries of a list have in common.
Pattern: TypeAlias = "Leaf | Fixed | Parts"


def pattern_of(f: Frame, value: Value) -> Pattern | None:
    """The pattern of an entry in the present state; None if it can be no record."""
    if isinstance(value, Number):
        return Leaf(value.kind)
    if isinstance(value, Tuple):
        key = (type(value), getattr(value, "kind", None), len(value.items))
        return _parts(f, key, value.items, value.same_kind)
    if isinstance(value, Constant) or (value.functions() and not value.is_closure):
        return Fixed(value)
    if not isinstance(value, Reference):
        return None
    thing = value.found(f)
    if thing is None or value.number not in f.state.heap:
        return Fixed(value) if thing is not None else None
    if isinstance(thing, Array):
        return Leaf(thing.kind)
    if isinstance(thing, ListObject) and not isinstance(thing, Items):
        return None
    layout = thing.layout()
    if layout is thing or not (isinstance(thing, Items) or thing.slots()):
        return None
    return _parts(f, (type(thing), layout), thing.slots(), thing.rebuilt)


def _parts(
    f: Frame,
    key: object,
    values: Sequence[Value],
    make: Callable[[Sequence[Value]], Value | Object],
) -> Pattern | None:
    parts: list[Pattern] = []
    for value in values:
        part = pattern_of(f, value)
        if part is None:
            return None
        parts.append(part)
    return Parts(key, tuple(parts), make)


def joined(a: Pattern | None, b: Pattern | None) -> Pattern | None:
    """The pattern of entries of two patterns; None if there is none."""
    if isinstance(a, Leaf) and isinstance(b, Leaf):
        kind = join(a.kind, b.kind) if (a.kind == BOOL) == (b.kind == BOOL) else None
        return None if kind is None else Leaf(kind)
    if isinstance(a, Fixed) and isinstance(b, Fixed):
        return a if a.value.is_same(b.value) else None
    if isinstance(a, Parts) and isinstance(b, Parts):
        if a.key != b.key:
            return None
        parts = [joined(x, y) for x, y in zip(a.parts, b.parts, strict=True)]
        found = tuple([p for p in parts if p is not None])
        return Parts(a.key, found, a.make) if len(found) == len(parts) else None
    return None


def pattern_of_list(f: Frame, thing: Object) -> Pattern | None:
    """What all entries of a list have in common; `Parts` of nothing if it is empty."""
    if isinstance(thing, Records):
        return thing.pattern
    if not isinstance(thing, Items):
        return None
    found: Pattern | None = EMPTY
    for value in thing.items:
        own = pattern_of(f, value)
        found = own if found is EMPTY else joined(found, own)
        if found is None:
            return None
    return found


#: The pattern of the entries of an empty list.
EMPTY: Pattern = Parts("empty", (), Tuple)


def common_pattern(a: Pattern | None, b: Pattern | None) -> Pattern | None:
    """The pattern of the entries of two lists, if it has numbers in it."""
    found = b if a is EMPTY else a if b is EMPTY else joined(a, b)
    return found if found is not None and any(True for _ in _kinds(found)) else None


def _kinds(pattern: Pattern) -> Iterator[str]:
    """The types of the columns."""
    if isinstance(pattern, Leaf):
        yield pattern.kind
    elif isinstance(pattern, Parts):
        for part in pattern.parts:
            yield from _kinds(part)


def _leaves(f: Frame, pattern: Pattern, value: Value, node: ast.AST) -> Iterator[Value]:
    """The entries of the columns for an entry of the list; what is in it must not change."""
    if isinstance(pattern, Leaf):
        yield value
    elif isinstance(pattern, Parts):
        if isinstance(value, Tuple):
            parts: Sequence[Value] = value.items
        else:
            assert isinstance(value, Reference)
            f.session.shared.add(value.number)
            parts = f.object(value.number).slots()
        for part, inner in zip(pattern.parts, parts, strict=True):
            yield from _leaves(f, part, inner, node)


def _built(f: Frame, pattern: Pattern, leaves: Iterator[Value]) -> Value:
    """An entry of the list of entries of the columns."""
    if isinstance(pattern, Leaf):
        return next(leaves)
    if isinstance(pattern, Fixed):
        return pattern.value
    made = pattern.make([_built(f, part, leaves) for part in pattern.parts])
    if isinstance(made, Value):
        return made
    found = new(f, made)
    f.session.shared.add(found.number)
    return found


class Records(ListObject):
    """A list of records."""

    __slots__ = ("columns", "pattern")

    def __init__(self, pattern: Pattern, columns: Sequence[Reference]) -> None:
        self.pattern = pattern
        self.columns = tuple(columns)

    is_made_by_code = True
    what = "a list of records"

    def layout(self) -> object:
        return ("records", self.columns)

    def _column(self, f: Frame, number: int) -> Array:
        found = f.object(self.columns[number].number)
        assert isinstance(found, Array)
        return found

    def length(self, f: Frame, me: Reference, node: ast.AST) -> Value:
        return self.columns[0].length(f, node)

    def truth(self, f: Frame, me: Reference, node: ast.AST) -> Number:
        return self.columns[0].truth(f, node)

    def iterate(self, f: Frame, me: Reference, node: ast.AST) -> Iteration:
        count = f.number(self.length(f, me, node), node)
        return Iteration(
            stop=count.atom,
            at=lambda g, i: self._load(g, i, node, is_inside=True),
            watched=[(lambda g: me.length(g, node), count)],
        )

    def _load(self, f: Frame, place: Number, node: ast.AST, *, is_inside: bool = False) -> Value:
        columns = [self._column(f, i) for i in range(len(self.columns))]
        entries = [c.load(f, place, node, is_inside=is_inside) for c in columns]
        return _built(f, self.pattern, iter(entries))

    def item(self, f: Frame, me: Reference, index: Value, node: ast.AST) -> Value:
        if isinstance(index, Slice):
            return f.session.library_call(f, "sliced", [me, *index.bounds], node)
        return self._load(f, as_integer(f, index, "list indices", node), node)

    def set_item(self, f: Frame, me: Reference, index: Value, value: Value, node: ast.AST) -> None:
        if isinstance(index, Slice):
            f.set_slice(me, index, value, node)
            return
        for column, leaf in zip(self.columns, self._fitted(f, value, node), strict=True):
            column.set_item(f, index, leaf, node)

    def append(self, f: Frame, me: Reference, value: Value, node: ast.AST) -> None:
        for i, leaf in enumerate(self._fitted(f, value, node)):
            self._column(f, i).append(f, self.columns[i], leaf, node)

    def pop(self, f: Frame, node: ast.AST) -> Value:
        taken = [c.attribute(f, "pop", node).call(f, [], {}, node) for c in self.columns]
        return _built(f, self.pattern, iter(taken))

    def _fitted(self, f: Frame, value: Value, node: ast.AST) -> list[Value]:
        """The parts of a value as entries of the columns."""
        if joined(self.pattern, pattern_of(f, value)) is None:
            raise Refusal(
                f"{value.what} in a list of other things, whose length is not known", node
            )
        return list(_leaves(f, self.pattern, value, node))


def records_of_list(f: Frame, me: Reference, pattern: Pattern, node: ast.AST) -> Records:
    """A list as one of records; from now on it is one for all who refer to it."""
    thing = f.object(me.number)
    if isinstance(thing, Records):
        return thing
    assert isinstance(thing, Items)
    if f.changes is not None or me.number not in f.state.heap:
        raise Refusal("a list that holds other things than numbers, and grows", node)
    rows = [list(_leaves(f, pattern, value, node)) for value in thing.items]
    columns: list[Reference] = []
    for i, kind in enumerate(_kinds(pattern)):
        site: Site = (*thing.site, "column", i)
        column = new(f, Items([row[i] for row in rows], site))
        array_of_list(f, column, node, kind_of_column(f, site, kind))
        columns.append(column)
    found = Records(pattern, columns)
    f.state.heap[me.number] = found
    return found


def kind_of_column(f: Frame, site: Site, kind: str) -> str:
    """The type of a column as an array."""
    grown = f.session.grown.get(site)
    own = array_of(kind)
    return own if grown is None else join(own, grown) or own


def kept(f: Frame, me: Reference, kind: str | Pattern, node: ast.AST) -> None:
    """A list as what it has to be before a loop: an array, or a list of records."""
    if isinstance(kind, str):
        array_of_list(f, me, node, kind)
    else:
        records_of_list(f, me, kind, node)


__all__ = ["Records", "common_pattern", "kept", "pattern_of_list"]
