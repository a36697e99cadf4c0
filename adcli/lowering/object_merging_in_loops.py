"""Merging: one object, at the head of a loop, stands for all those that the iterations make.

Invariant: where a name or a slot holds one object before a loop and another one at the end of its
body, a third one, the template, stands for them both, and its slots hold what is in the one or the
other.  A change of it would not be seen through other references to these, so where there may be
some, all three are noted as shared: they can be read and must not change.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from adcli.lowering.environment_and_heap import Key, State
from adcli.lowering.heap_objects import Object, Reference
from adcli.lowering.refusals import Refusal
from adcli.lowering.unbound_names import UNDEFINED
from adcli.lowering.unions import Union, each_value
from adcli.lowering.values import Moves, Owned, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: Who holds a reference: a name, or a slot of an object.
Holder = Key | tuple[int, int]


class Merger:
    """The templates of a loop, each with the one that holds it at the head."""

    def __init__(self, is_live: Callable[[Key], bool]) -> None:
        self.is_live = is_live
        self.own: dict[int, Holder] = {}
        #: what is in the templates at the head
        self.objects: dict[int, Object] = {}
        #: slots that a template stands for: at the head, and at the end
        self.pairs: list[tuple[Value, Value]] = []
        self.has_changed = False
        self.holder: Holder = (0, "")
        self._is_shared = False
        self._head = self._end = State({}, {})
        self._counts: dict[int, Counter[int]] = {}

    def begin(self, head: State, end: State) -> None:
        """Compare the end of a body with its head."""
        self._head, self._end = head, end
        self._counts = {}
        self.pairs = []
        self.has_changed = False

    def fits(self, one: Object, other: Object) -> bool:
        """Whether a template can stand for two objects."""
        return fits(one, other)

    def merged(
        self, f: Frame, me: Reference, other: Reference, owned: Owned, hint: str
    ) -> Reference:
        """The template for what is at the head and at the end."""
        before, now = self._content(f, me), f.object_in(self._end, other.number)
        one, two = before.aligned(now), now.aligned(before)
        number = me.number if self.own.get(me.number) == self.holder else self._made(f)
        is_shared = self._note_shared(f, number, me.number, other.number)
        self.pairs += zip(one.slots(), two.slots(), strict=True)
        slots = self._each(
            number, is_shared, zip(one.slots(), two.slots(), strict=True),
            lambda pair: f.template(pair[0], pair[1], owned, hint),
        )  # fmt: skip
        old = before.slots()
        is_kept = number == me.number and len(old) == len(slots)
        if is_kept and all([a is b for a, b in zip(slots, old, strict=True)]):
            return me
        self._keep(f, number, one.rebuilt(slots))
        return me if number == me.number else Reference(number)

    def fresh(self, f: Frame, me: Reference, owned: Owned, hint: str) -> Reference:
        """The template for what is at the end alone."""
        if me.number in self._head.heap or me.number not in self._end.heap:
            return me
        thing = self._end.heap[me.number]
        number = self._made(f)
        is_shared = self._note_shared(f, number, me.number, me.number)
        slots = self._each(
            number, is_shared, thing.slots(), lambda value: value.freshened(f, owned, hint)
        )
        self._keep(f, number, thing.rebuilt(slots))
        return Reference(number)

    def _content(self, f: Frame, me: Reference) -> Object:
        return self.objects.get(me.number) or f.object_in(self._head, me.number)

    def _made(self, f: Frame) -> int:
        number = f.session.next_number()
        self.own[number] = self.holder
        return number

    def _keep(self, f: Frame, number: int, thing: Object) -> None:
        self.objects[number] = f.session.templates[number] = f.state.heap[number] = thing
        self.has_changed = True

    def _each(
        self,
        number: int,
        is_shared: bool,
        parts: Iterable[object],
        what: Callable[..., Value],
    ) -> list[Value]:
        """What comes out of each slot of a template, which holds it."""
        outer, self._is_shared = (self.holder, self._is_shared), is_shared
        found = []
        for i, part in enumerate(parts):
            self.holder = (number, i)
            found.append(what(part))
        self.holder, self._is_shared = outer
        return found

    def _note_shared(self, f: Frame, number: int, one: int, other: int) -> bool:
        """Note that objects have other references too, if they may have some."""
        is_shared = (
            self._is_shared
            or self._count(self._head, one) > 1
            or self._count(self._end, other) > 1
            or one in f.session.frozen
            or other in f.session.frozen
            or bool({one, other} & f.session.shared)
        )
        if is_shared:
            f.session.shared |= {number, one, other}
        return is_shared

    def _count(self, state: State, number: int) -> int:
        """How many references there are to an object."""
        if id(state) not in self._counts:
            self._counts[id(state)] = _counted(state, self.is_live)
        return self._counts[id(state)][number]

    def is_given(self, number: int, end: State) -> bool:
        """Whether the holder of a template ends with another object, which then gives the
        template its slots."""
        holder = self.own.get(number)
        if holder is None:
            return False
        value: Value | None
        if isinstance(holder[1], int):
            thing = end.heap.get(holder[0])
            value = thing.slots()[holder[1]] if thing is not None else None
        else:
            value = end.names.get((holder[0], holder[1]))
        parts = each_value(value) if value is not None else ()
        return any([isinstance(p, Reference) and p.number != number for p in parts])


# -- references ------------------------------------------------------------------------------------


def _counted(state: State, is_live: Callable[[Key], bool]) -> Counter[int]:
    """The number of references to each object from live names, and from what these reach."""
    found: Counter[int] = Counter()
    todo = [value for key, value in state.names.items() if is_live(key)]
    seen: set[int] = set()
    cyclic: set[int] = set()
    while todo:
        for number in _references(todo.pop(), cyclic):
            found[number] += 1
            if number not in seen and number in state.heap:
                seen.add(number)
                todo += state.heap[number].slots()
    return found


def _references(value: object, cyclic: set[int]) -> Iterator[int]:
    """The numbers of the objects that a value refers to, whatever kind it is.  What refers to
    itself is looked into once."""
    if isinstance(value, Reference):
        yield value.number
    elif isinstance(value, Value):
        if value.is_cyclic:
            if id(value) in cyclic:
                return
            cyclic.add(id(value))
        for kind in type(value).__mro__:
            for slot in getattr(kind, "__slots__", ()):
                yield from _references(getattr(value, slot, None), cyclic)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _references(part, cyclic)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _references(part, cyclic)


def fits(one: Object, other: Object) -> bool:
    """Whether a template can stand for two objects."""
    return one.aligned(other).layout() == other.aligned(one).layout()


def is_for(f: Frame, target: Value, value: Value) -> bool:
    """Whether a template stands for an object."""
    if not isinstance(target, Reference) or not isinstance(value, Reference):
        return False
    thing = f.session.templates.get(target.number)
    other = f.object(value.number)
    return thing is not None and thing.is_merged and other.is_merged and fits(thing, other)


# -- moves -----------------------------------------------------------------------------------------


def moves_of_slots(
    f: Frame, target: Reference, value: Reference, into: Moves, node: ast.AST
) -> None:
    """The assignments after which a template is another object."""
    thing = f.session.templates[target.number]
    other = f.object(value.number).aligned(thing)
    for slot, part in zip(thing.slots(), other.slots(), strict=True):
        f.moves(slot, part, into, node)


def moves_of_choice(
    f: Frame, target: Value, union: Union, among: list[Value], into: Moves, node: ast.AST
) -> None:
    """The assignments after which a template is the one of several objects that a union is."""
    if not isinstance(target, Reference):
        raise Refusal(f"{target.what} that is one of several in each iteration", node)
    thing = f.session.templates[target.number]

    def slot_of(value: Value, i: int) -> Value:
        if not any([value is v for v in among]) or not isinstance(value, Reference):
            return UNDEFINED
        if value.number not in f.state.heap and value.number not in f.session.frozen:
            return UNDEFINED
        return f.object(value.number).aligned(thing).slots()[i]

    for i, slot in enumerate(thing.slots()):
        chosen = f.choose(union, node, lambda value, i=i: slot_of(value, i))  # type: ignore[misc]
        f.moves(slot, chosen, into, node)
