"""The entries of dicts whose keys are known: values of any kind, in the order of the program.

Invariant: the entries are in Python's order.  An entry that only some paths have made is there too:
its value is `Unbound` on the others, and whoever asks for it branches.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Self

from adcli.lowering.conditionally_set_values import MISSING, is_optional
from adcli.lowering.dict_and_set_keys import Identity, known_key, written
from adcli.lowering.heap_objects import Object, Reference, new
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.refusals import Refusal
from adcli.lowering.unbound_names import Unbound
from adcli.lowering.unions import Union
from adcli.lowering.values import Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: The entries of a dict by their keys: the key as it was first given, and the value.
Entries = dict[Hashable, tuple[Value, Value]]


class DictEntries(Object):
    """What is in a dict, or in a kind of dict of `collections`; `factory` makes missing entries, if
    any does."""

    __slots__ = ("entries", "factory", "is_ordered", "kind")
    is_merged = True

    def __init__(
        self,
        entries: Entries,
        kind: str = "dict",
        factory: Value = NONE,
        *,
        is_ordered: bool = True,
    ) -> None:
        self.entries = entries
        self.kind = kind
        self.factory = factory
        #: whether the entries have one order on all paths
        self.is_ordered = is_ordered

    @property
    def what(self) -> str:
        return f"a {self.kind}"

    def named_parts(self, f: Frame, me: Reference) -> list[tuple[str, Value]] | None:
        """The entries by their keys, if all of them are there on every path."""
        found: list[tuple[str, Value]] = []
        for key, value in self.entries.values():
            kinds = value.alternatives if isinstance(value, Union) else (value,)
            if any([isinstance(v, Unbound) for v in kinds]):
                return None
            known = key.value if isinstance(key, Constant) else key.known_value()
            if known is None:
                return None
            found.append((str(known), value))
        return found

    def type_name(self) -> str:
        return self.kind

    def hashable(self) -> bool | None:
        return False

    def with_entries(self, entries: Entries) -> Self:
        return type(self)(entries, self.kind, self.factory, is_ordered=self.is_ordered)

    # -- what is there -----------------------------------------------------------------------------

    def settled(self, node: ast.AST) -> Entries:
        """The entries, where all paths have made all of them."""
        if any([is_optional(v) for _, v in self.entries.values()]):
            raise Refusal(f"the entries of {self.what} of which some are not made on all paths",
                          node)  # fmt: skip
        return self.entries

    def in_order(self, node: ast.AST) -> Entries:
        """The entries in an order that all paths share."""
        if not self.is_ordered:
            raise Refusal(f"the order of {self.what}, which depends on the path", node)
        return self.settled(node)

    def keys(self, node: ast.AST) -> list[Value]:
        return [key for key, _ in self.in_order(node).values()]

    def values(self, node: ast.AST) -> list[Value]:
        return [value for _, value in self.in_order(node).values()]

    # -- shapes and joins --------------------------------------------------------------------------

    def flatten(self, f: Frame, me: Reference, leaves: list[Leaf]) -> Shape:
        keys = tuple([written(f, key) for key, _ in self.entries.values()])
        factory = self.factory.flatten(f, leaves)
        values = [value.flatten(f, leaves) for _, value in self.entries.values()]
        return (
            Reference,
            me.number,
            type(self),
            self.kind,
            factory,
            self.is_ordered,
            keys,
            *values,
        )

    @classmethod
    def rebuilt_reference(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        _, _, _, kind, factory, is_ordered, keys, *values = shape
        made = factory[0].rebuilt(f, factory, make)
        entries: Entries = {}
        for written_key, part in zip(keys, values, strict=True):
            key = written_key[0].rebuilt(f, written_key, make)
            entries[hashed(f, key, ast.Pass())] = (key, part[0].rebuilt(f, part, make))
        return new(f, cls(entries, kind, made, is_ordered=is_ordered))

    def slots(self) -> Sequence[Value]:
        return [value for _, value in self.entries.values()]

    def layout(self) -> object:
        keys = (tuple(self.entries), repr(list(self.entries)))
        return (self.kind, Identity(self.factory), self.is_ordered, *keys)

    def rebuilt(self, slots: Sequence[Value]) -> Object:
        pairs = zip(self.entries.items(), slots, strict=True)
        return self.with_entries({known: (key, value) for (known, (key, _)), value in pairs})

    def aligned(self, other: Object) -> Object:
        """With the entries that only another path has made."""
        if not isinstance(other, DictEntries) or other.kind != self.kind:
            return self
        if _spelled_differently(self.entries, other.entries):
            return self
        order = None
        if self.is_ordered and other.is_ordered:
            order = _merged(list(self.entries), list(other.entries))
        is_ordered = order is not None
        if order is None:
            order = sorted({*self.entries, *other.entries}, key=repr)
        entries = {k: self.entries.get(k) or (other.entries[k][0], MISSING) for k in order}
        return type(self)(entries, self.kind, self.factory, is_ordered=is_ordered)


def _merged(mine: list[Hashable], theirs: list[Hashable]) -> list[Hashable] | None:
    """An order that has two others in it; None if they contradict each other.  It is the same for
    both sides."""
    if len(theirs) < len(mine) or (len(theirs) == len(mine) and repr(theirs) < repr(mine)):
        mine, theirs = theirs, mine
    places = {key: i for i, key in enumerate(theirs)}
    merged: list[Hashable] = []
    at = 0
    for key in mine:
        if key not in places:
            merged.append(key)
            continue
        if places[key] < at:
            return None
        merged += theirs[at : places[key] + 1]
        at = places[key] + 1
    return merged + theirs[at:]


def _spelled_differently(mine: Entries, theirs: Entries) -> bool:
    """Whether an entry has the key 1 in one dict and True or 1.0 in the other."""
    spelled = {key: repr(key) for key in theirs}
    return any([spelled.get(key, repr(key)) != repr(key) for key in mine])


def hashed(f: Frame, key: Value, node: ast.AST) -> Hashable:
    """The key of an entry, which is known."""
    known = known_key(f, key, node)
    assert known is not None
    return known
