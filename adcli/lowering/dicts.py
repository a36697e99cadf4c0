"""Dicts whose keys are known: what can be done with their entries.

Invariant: where the key that is asked for is not known, every entry is tried in order.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS
from adcli.lowering.conditionally_set_values import if_there, is_optional
from adcli.lowering.dict_and_set_keys import found, key_error, known_key
from adcli.lowering.dict_contents import DictEntries, Entries, hashed
from adcli.lowering.heap_objects import Reference, new, replace
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.unions import Union
from adcli.lowering.values import Iteration, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


class Dict(DictEntries):
    """A dict, with its operators."""

    __slots__ = ()

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
            entry = self.entries[hashed(f, key, node)]
            return if_there(f, entry[1], node, lambda value: then(key, value), orelse)

        known = known_key(f, wanted, node)
        if known is None:
            keys = [key for key, _ in self.entries.values()]
            return found(f, wanted, keys, node, at, orelse)
        return at(self.entries[known][0]) if known in self.entries else orelse()

    # -- entries -----------------------------------------------------------------------------------

    def item(self, f: Frame, me: Reference, index: Value, node: ast.AST) -> Value:
        if isinstance(index, Union):
            return f.choose(index, node, lambda key: me.item(f, key, node))
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
        if isinstance(index, Union):
            f.each_alternative(index, node, lambda key: me.set_item(f, key, value, node))
            return
        known = known_key(f, index, node)
        if known is not None:
            self.put(f, me, known, index, value, node)
            return

        def change(key: Value) -> Value:
            self.put(f, me, hashed(f, key, node), key, value, node)
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
            gone = hashed(f, key, node)
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
