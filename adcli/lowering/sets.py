"""Sets whose entries are known.

Invariant: a set is asked what is in it and joined with others; its order is never seen, because
Python's depends on hashes and on what was in it before.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.dict_and_set_keys import found, key_error, known_key, written
from adcli.lowering.heap_objects import Object, Reference, new, replace
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Iteration, Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: The entries of a set by their keys.
Entries = dict[Hashable, Value]


class Set(Object):
    """A set, or a frozenset."""

    __slots__ = ("entries", "is_frozen")
    is_merged = True

    def __init__(self, entries: Entries, *, is_frozen: bool = False) -> None:
        self.entries = entries
        self.is_frozen = is_frozen

    what = "a set"

    def type_name(self) -> str:
        return "frozenset" if self.is_frozen else "set"

    def hashable(self) -> bool | None:
        return None if self.is_frozen else False

    def with_entries(self, entries: Entries) -> Set:
        return Set(entries, is_frozen=self.is_frozen)

    def truth(self, f: Frame, me: Reference, node: ast.AST) -> Number:
        return f.known(bool(self.entries))

    def length(self, f: Frame, me: Reference, node: ast.AST) -> Value:
        return f.known(len(self.entries))

    def iterate(self, f: Frame, me: Reference, node: ast.AST) -> Iteration:
        if len(self.entries) > 1:
            raise Refusal("the order of a set", node, "run over a tuple, or a sorted list")
        return Iteration(list(self.entries.values()), keeps_items=True)

    def has_changed(self, items: Sequence[Value], start: int) -> bool:
        return len(items) != len(self.entries)

    def contains(self, f: Frame, me: Reference, item: Value, node: ast.AST) -> Number:
        known = known_key(f, item, node)
        if known is not None:
            return f.known(known in self.entries)
        there = found(
            f, item, list(self.entries.values()), node,
            lambda _: f.known(True), lambda: f.known(False),
        )  # fmt: skip
        return f.number(there, node)

    def compare(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        theirs = set_in(f, other)
        if theirs is None:
            return None
        return f.known(_COMPARED[symbol](set(self.entries), set(theirs.entries)))

    def binary(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        theirs = set_in(f, other)
        if theirs is None or symbol not in _JOINED:
            return None
        return new(f, self.with_entries(_JOINED[symbol](self.entries, theirs.entries)))

    def inplace(
        self, f: Frame, me: Reference, symbol: str, other: Value, node: ast.AST
    ) -> Value | None:
        theirs = set_in(f, other)
        if theirs is None or symbol not in _JOINED or self.is_frozen:
            return None
        self._change(f, me, _JOINED[symbol](self.entries, theirs.entries), node)
        return me

    def _change(self, f: Frame, me: Reference, entries: Entries, node: ast.AST) -> None:
        if self.is_frozen:
            raise Refusal("a frozenset is changed", node)
        replace(f, me, self.with_entries(entries), node)

    def attribute(self, f: Frame, me: Reference, name: str, node: ast.AST) -> Value:
        def run(g: Frame, args: Sequence[Value], keywords: dict[str, Value], at: ast.AST) -> Value:
            thing = set_in(g, me)
            assert thing is not None
            if keywords:
                raise g.raises("TypeError", f"{name}() takes no keyword arguments", at)
            if name in _METHODS:
                return thing._joined(g, _METHODS[name], args, at)
            if name in _TESTS and len(args) == 1:
                return g.known(_TESTS[name](set(thing.entries), set(entries_in(g, args[0], at))))
            return thing._changed(g, me, name, args, at)

        if name not in dir(frozenset if self.is_frozen else set):
            raise f.raises(
                "AttributeError", f"'{self.type_name()}' object has no attribute '{name}'", node
            )
        return Builtin(name, run)

    def _joined(self, f: Frame, symbol: str, args: Sequence[Value], node: ast.AST) -> Value:
        entries = self.entries
        for arg in args:
            entries = _JOINED[symbol](entries, entries_in(f, arg, node))
        return new(f, self.with_entries(dict(entries)))

    def _changed(
        self, f: Frame, me: Reference, name: str, args: Sequence[Value], node: ast.AST
    ) -> Value:
        """The methods that change a set."""
        entries = dict(self.entries)
        if name == "copy" and not args:
            return new(f, self.with_entries(entries))
        if name == "update":
            for arg in args:
                entries = _JOINED["|"](entries, entries_in(f, arg, node))
        elif name == "clear" and not args:
            entries = {}
        elif name in ("add", "discard", "remove") and len(args) == 1:
            known = known_key(f, args[0], node)
            if known is None:
                raise Refusal("an entry of a set that is not known", node)
            if name == "add":
                entries.setdefault(known, args[0])
            elif known not in entries and name == "remove":
                raise key_error(f, args[0], node)
            else:
                entries.pop(known, None)
        else:
            raise Refusal(f"the method {name} of a set", node)
        self._change(f, me, entries, node)
        return NONE

    # -- shapes and joins --------------------------------------------------------------------------

    def flatten(self, f: Frame, me: Reference, leaves: list[Leaf]) -> Shape:
        entries = tuple([written(f, value) for value in self.entries.values()])
        return (Reference, me.number, Set, self.is_frozen, entries)

    @classmethod
    def rebuilt_reference(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        _, _, _, is_frozen, entries = shape
        values = [part[0].rebuilt(f, part, make) for part in entries]
        return new(f, Set(of_values(f, values, ast.Pass()), is_frozen=is_frozen))

    def layout(self) -> object:
        keys = (frozenset(self.entries), tuple(sorted([repr(key) for key in self.entries])))
        return (Set, self.is_frozen, *keys)


def _union(a: Entries, b: Entries) -> Entries:
    return {**b, **a}


def _both(a: Entries, b: Entries) -> Entries:
    return {key: value for key, value in a.items() if key in b}


def _without(a: Entries, b: Entries) -> Entries:
    return {key: value for key, value in a.items() if key not in b}


def _either(a: Entries, b: Entries) -> Entries:
    return {**_without(a, b), **_without(b, a)}


_JOINED: dict[str, Callable[[Entries, Entries], Entries]] = {
    "|": _union, "&": _both, "-": _without, "^": _either,
}  # fmt: skip

_METHODS = {
    "union": "|", "intersection": "&", "difference": "-", "symmetric_difference": "^",
}  # fmt: skip

_Sets = Callable[[set[Hashable], set[Hashable]], bool]

_TESTS: dict[str, _Sets] = {
    "issubset": lambda a, b: a <= b,
    "issuperset": lambda a, b: a >= b,
    "isdisjoint": lambda a, b: not a & b,
}

_COMPARED: dict[str, _Sets] = {
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip


def set_in(f: Frame, value: Value) -> Set | None:
    """The set that a value refers to; None if it is something else."""
    thing = f.object(value.number) if isinstance(value, Reference) else None
    return thing if isinstance(thing, Set) else None


def of_values(f: Frame, values: Iterable[Value], node: ast.AST) -> Entries:
    """Entries that must be known."""
    entries: Entries = {}
    for value in values:
        known = known_key(f, value, node)
        if known is None:
            raise Refusal("a set with an entry that is not known", node)
        entries.setdefault(known, value)
    return entries


def entries_in(f: Frame, value: Value, node: ast.AST) -> Entries:
    """What is in a set, or in something that can be run over."""
    thing = set_in(f, value)
    if thing is not None:
        return thing.entries
    over = value.iterate(f, node)
    items = over.items
    if items is None and over.known_counts is not None:
        items = [f.known(i) for i in over.known_counts]
    if items is None:
        raise Refusal("a set of a list whose length is not known", node)
    return of_values(f, items, node)


def made(f: Frame, args: Sequence[Value], node: ast.AST, *, is_frozen: bool) -> Value:
    """`set(items)`, `frozenset(items)`."""
    entries = dict(entries_in(f, args[0], node)) if args else {}
    return new(f, Set(entries, is_frozen=is_frozen))


def display(f: Frame, node: ast.Set) -> Value:
    """`{a, b, *c}`."""
    values: list[Value] = []
    for part in node.elts:
        if isinstance(part, ast.Starred):
            values += entries_in(f, f.evaluate(part.value), node).values()
        else:
            values.append(f.evaluate(part))
    return new(f, Set(of_values(f, values, node)))


def of_list(f: Frame, value: Value, node: ast.AST) -> Value:
    return made(f, [value], node, is_frozen=False)
