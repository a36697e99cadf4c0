"""Dicts whose keys are known: their entries are values of any kind.

Invariant: the entries are in Python's order.  An entry that only some paths have made is there too:
its value is `Unbound` on the others, and whoever asks for it branches.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS
from adcli.lowering.absent import Unbound
from adcli.lowering.constants import NONE, Constant
from adcli.lowering.keys import Identity, found, key_error, known_key, written
from adcli.lowering.numbers import Number
from adcli.lowering.objects import Object, Reference, new, replace
from adcli.lowering.optional_values import MISSING, if_there, is_optional
from adcli.lowering.refusals import Refusal
from adcli.lowering.unions import Union
from adcli.lowering.values import Iteration, Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: The entries of a dict by their keys: the key as it was first given, and the value.
Entries = dict[Hashable, tuple[Value, Value]]


class Dict(Object):
    """A dict, or a kind of dict of `collections`; `factory` makes missing entries, if any does."""

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
    def what(self) -> str:  # type: ignore[override]
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

    def with_entries(self, entries: Entries) -> Dict:
        return Dict(entries, self.kind, self.factory, is_ordered=self.is_ordered)

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

    def truth(self, f: Frame, me: Reference, node: ast.AST) -> Number:
        is_there = f.known(False)
        for _, value in self.entries.values():
            held = _presence(f, value, node)
            is_there = held if is_there.is_known and not is_there.known else f.apply(
                OPERATORS["or"], (is_there, held), node
            )  # fmt: skip
            if held.is_known and held.known:
                return held
        return is_there

    def length(self, f: Frame, me: Reference, node: ast.AST) -> Value:
        return f.known(len(self.settled(node)))

    def iterate(self, f: Frame, me: Reference, node: ast.AST) -> Iteration:
        return Iteration(self.keys(node), keeps_items=True)

    def has_changed(self, items: Sequence[Value], start: int) -> bool:
        """Whether a loop over the keys meets others than it began with."""
        now = list(self.entries.values())
        return len(now) != len(items) or any(
            [a is not b for (a, _), b in zip(now, items, strict=True)]
        )

    def contains(self, f: Frame, me: Reference, item: Value, node: ast.AST) -> Number:
        there = self.look_up(
            f, item, node, lambda key, value: f.known(True), lambda: f.known(False)
        )
        return f.number(there, node)

    def look_up(
        self,
        f: Frame,
        wanted: Value,
        node: ast.AST,
        then: Callable[[Value, Value], Value],
        orelse: Callable[[], Value],
    ) -> Value:
        """What `then` makes of the entry of a key, else `orelse`."""

        def at(key: Value) -> Value:
            entry = self.entries[_hashed(f, key, node)]
            return if_there(f, entry[1], node, lambda value: then(key, value), orelse)

        known = known_key(f, wanted, node)
        if known is None:
            keys = [key for key, _ in self.entries.values()]
            return found(f, wanted, keys, node, at, orelse)
        return at(self.entries[known][0]) if known in self.entries else orelse()

    # -- entries -----------------------------------------------------------------------------------

    def item(self, f: Frame, me: Reference, index: Value, node: ast.AST) -> Value:
        return self.look_up(
            f, index, node, lambda _, value: value, lambda: self.missing(f, me, index, node)
        )

    def missing(self, f: Frame, me: Reference, index: Value, node: ast.AST) -> Value:
        """What an entry is that is not there."""
        if self.kind == "Counter":
            return f.known(0)
        if self.kind == "defaultdict" and self.factory is not NONE:
            made = self.factory.call(f, [], {}, node)
            me.set_item(f, index, made, node)
            return made
        raise key_error(f, index, node)

    def set_item(self, f: Frame, me: Reference, index: Value, value: Value, node: ast.AST) -> None:
        known = known_key(f, index, node)
        if known is not None:
            self.put(f, me, known, index, value, node)
            return

        def change(key: Value) -> Value:
            self.put(f, me, _hashed(f, key, node), key, value, node)
            return NONE

        def make() -> Value:
            raise Refusal("an entry of a dict is made whose key is not known", node)

        found(f, index, [key for key, _ in self.entries.values()], node, change, make)

    def put(
        self, f: Frame, me: Reference, known: Hashable, key: Value, value: Value, node: ast.AST
    ) -> None:
        """Give a known key a value: the old entry keeps its place and its key."""
        old = self.entries.get(known)
        is_last = not self.is_ordered or not self.entries or known == list(self.entries)[-1]
        if old is None or is_last or not is_optional(old[1]):
            entries = {**self.entries, known: (key if old is None else old[0], value)}
            replace(f, me, self.with_entries(entries), node)
            return

        def change(_: Value) -> Value:
            replace(f, me, self.with_entries({**self.entries, known: (key, value)}), node)
            return NONE

        def append() -> Value:
            entries = {k: e for k, e in self.entries.items() if k != known}
            replace(f, me, self.with_entries({**entries, known: (key, value)}), node)
            return NONE

        if_there(f, old[1], node, change, append)

    def delete_item(self, f: Frame, me: Reference, index: Value, node: ast.AST) -> None:
        def delete(key: Value, _: Value) -> Value:
            gone = _hashed(f, key, node)
            entries = {k: e for k, e in self.entries.items() if k != gone}
            replace(f, me, self.with_entries(entries), node)
            return NONE

        def fail() -> Value:
            raise key_error(f, index, node)

        self.look_up(f, index, node, delete, fail)

    # -- operators ---------------------------------------------------------------------------------

    def compare(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        theirs = f.object(other.number) if isinstance(other, Reference) else None
        if symbol not in ("==", "!="):
            return None
        if not isinstance(theirs, Dict):
            return f.known(symbol == "!=")
        mine, others = self.settled(node), theirs.settled(node)
        if "Counter" in (self.kind, theirs.kind):
            raise Refusal("an equality of Counters", node)
        is_ordered = self.kind == theirs.kind == "OrderedDict"
        if set(mine) != set(others) or (
            is_ordered and list(self.in_order(node)) != list(theirs.in_order(node))
        ):
            return f.known(symbol == "!=")
        same = [
            key for key, (_, value) in mine.items() if not value.is_same(others[key][1])
        ]  # Python takes a value that is one object for equal
        found = f.compare_sequences(
            "==", [mine[k][1] for k in same], [others[k][1] for k in same], node
        )
        return found if symbol == "==" else f.negated(found, node)

    def binary(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        if self.kind == "Counter":
            raise Refusal(f"'{symbol}' of a Counter", node)
        theirs = f.object(other.number) if isinstance(other, Reference) else None
        if symbol != "|" or not isinstance(theirs, Dict):
            return None
        made = new(f, self.with_entries(dict(self.entries)))
        update(f, made, other, node)
        return made

    def inplace(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        if symbol != "|" or self.kind == "Counter":
            return None
        update(f, me, other, node)
        return me

    def attribute(self, f: Frame, me: Reference, name: str, node: ast.AST) -> Value:
        return f.method_of_dict(me, name, node)

    # -- shapes and joins --------------------------------------------------------------------------

    def flatten(self, f: Frame, me: Reference, leaves: list[Leaf]) -> Shape:
        keys = tuple([written(f, key) for key, _ in self.entries.values()])
        factory = self.factory.flatten(f, leaves)
        values = [value.flatten(f, leaves) for _, value in self.entries.values()]
        return (Reference, me.number, Dict, self.kind, factory, self.is_ordered, keys, *values)

    @classmethod
    def rebuilt_reference(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        _, _, _, kind, factory, is_ordered, keys, *values = shape
        made = factory[0].rebuilt(f, factory, make)
        entries: Entries = {}
        for written_key, part in zip(keys, values, strict=True):
            key = written_key[0].rebuilt(f, written_key, make)
            entries[_hashed(f, key, ast.Pass())] = (key, part[0].rebuilt(f, part, make))
        return new(f, Dict(entries, kind, made, is_ordered=is_ordered))

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
        if not isinstance(other, Dict) or other.kind != self.kind:
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
        return Dict(entries, self.kind, self.factory, is_ordered=is_ordered)


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


def _hashed(f: Frame, key: Value, node: ast.AST) -> Hashable:
    known = known_key(f, key, node)
    assert known is not None
    return known


# -- entries that may be missing -------------------------------------------------------------------


def _presence(f: Frame, value: Value, node: ast.AST) -> Number:
    there = if_there(f, value, node, lambda _: f.known(True), lambda: f.known(False))
    return f.number(there, node)


# -- making dicts ----------------------------------------------------------------------------------


def of_pairs(f: Frame, pairs: Iterable[tuple[Value, Value]], node: ast.AST) -> Entries:
    """Entries of keys that must be known."""
    entries: Entries = {}
    for key, value in pairs:
        known = known_key(f, key, node)
        if known is None:
            raise Refusal("a dict with a key that is not known", node)
        old = entries.get(known)
        entries[known] = (key if old is None else old[0], value)
    return entries


def new_dict(f: Frame, items: Sequence[tuple[Value, Value]], node: ast.AST) -> Reference:
    return new(f, Dict(of_pairs(f, items, node)))


def display(f: Frame, node: ast.Dict) -> Value:
    """`{k: v, **d}`."""
    pairs: list[tuple[Value, Value]] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is not None:
            pairs.append((f.evaluate(key), f.evaluate(value)))
        else:
            pairs += pairs_of(f, f.evaluate(value), node)
    return new_dict(f, pairs, node)


def pairs_of(f: Frame, value: Value, node: ast.AST) -> list[tuple[Value, Value]]:
    """The entries of a dict."""
    thing = f.object(value.number) if isinstance(value, Reference) else None
    if not isinstance(thing, Dict):
        raise Refusal(f"{value.what} where a dict is wanted", node)
    return list(thing.in_order(node).values())


def pairs_in(f: Frame, value: Value, node: ast.AST) -> list[tuple[Value, Value]]:
    """The entries of a dict, or pairs in something that can be run over."""
    if isinstance(value, Reference) and isinstance(f.object(value.number), Dict):
        return pairs_of(f, value, node)
    pairs: list[tuple[Value, Value]] = []
    for item in _items_of(f, value, node):
        pair = _items_of(f, item, node)
        if len(pair) != 2:
            raise f.raises("ValueError", "dictionary update sequence element has another length "
                           "than 2", node)  # fmt: skip
        pairs.append((pair[0], pair[1]))
    return pairs


def _items_of(f: Frame, value: Value, node: ast.AST) -> list[Value]:
    over = value.iterate(f, node)
    if over.items is None:
        raise Refusal("a dict of a list whose length is not known", node)
    return list(over.items)


def update(f: Frame, me: Reference, other: Value, node: ast.AST) -> None:
    for key, value in pairs_in(f, other, node):
        me.set_item(f, key, value, node)


def as_keywords(f: Frame, value: Value, node: ast.AST) -> dict[str, Value]:
    """`**d` in a call."""
    found: dict[str, Value] = {}
    thing = f.object(value.number) if isinstance(value, Reference) else None
    if not isinstance(thing, Dict):
        raise Refusal(f"'**' of {value.what}", node)
    for key, item in thing.settled(node).values():
        if not isinstance(key, Constant) or not isinstance(key.value, str):
            raise f.raises("TypeError", "keywords must be strings", node)
        found[key.value] = item
    return found
