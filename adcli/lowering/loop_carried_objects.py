"""The objects that a loop carries from one iteration to the next: lists, instances, dicts.

Invariant: at the head an object holds templates in its slots, see
`adcli.lowering.loop_carried_values`.  What an iteration makes anew is carried only as an array or
as a merged object, never by reference.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.environment_and_heap import State
from adcli.lowering.heap_joins import Torn
from adcli.lowering.heap_objects import Object, Reference
from adcli.lowering.lists import Array, common_kind_of, kind_of_list, note_either
from adcli.lowering.lists_of_records import Pattern, common_pattern, pattern_of_list
from adcli.lowering.number_values import Number
from adcli.lowering.object_merging_in_loops import Merger
from adcli.lowering.refusals import GrowingList, Refusal
from adcli.lowering.unbound_names import Lost
from adcli.lowering.unions import Union
from adcli.lowering.value_joins import template
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


class CarriedObjects:
    """The objects at the head of a loop; `owned` are the variables that the loop assigns."""

    def __init__(
        self, f: Frame, node: ast.AST, entry: State, owned: set[str], merger: Merger
    ) -> None:
        self.f = f
        self.node = node
        self.entry = entry
        self.owned = owned
        self.merger = merger
        #: what the objects are at the head, by their numbers
        self.at_head: dict[int, Object] = {}
        #: lists that have to be arrays, or lists of records, before the loop, with their types
        self.arrays: dict[int, str | Pattern] = {}
        #: the templates in whose slots references are looked for
        self._open_templates: set[int] = set()

    def grow(self, head: State, end: State) -> bool:
        f, changed = self.f, False
        for number, thing in head.heap.items():
            now = end.heap.get(number, thing)
            if now is thing:
                continue
            if now.layout() != thing.layout() and self._aligned(number, thing, now):
                changed = True
                continue
            if now.is_array or thing.is_array or now.layout() != thing.layout():
                changed |= self._as_array(number, thing, head, now, end)
                continue
            slots: list[Value] = []
            for i, (a, b) in enumerate(zip(thing.slots(), now.slots(), strict=True)):
                self.merger.holder = (number, i)
                slots.append(self.carried_over(template(f, a, b, self.owned, "%"), "%"))
            if all([a is b for a, b in zip(slots, thing.slots(), strict=True)]):
                continue
            if number not in self.at_head:
                slots = [
                    a.freshened(f, self.owned, "%") if isinstance(a, Number) and a is b else a
                    for a, b in zip(slots, thing.slots(), strict=True)
                ]
            self._put(number, thing.rebuilt(slots))
            changed = True
        return changed

    def _put(self, number: int, thing: Object) -> None:
        """What an object is at the head."""
        self.at_head[number] = thing
        if number in self.merger.own:
            self.merger.objects[number] = self.f.session.templates[number] = thing

    def _aligned(self, number: int, thing: Object, now: Object) -> bool:
        """What the body may set is there from the start, as something missing."""
        aligned = thing.aligned(now)
        if aligned is thing:
            return False
        if number in self.merger.own:
            self._put(number, aligned)
            return True
        if number not in self.entry.heap:
            return False
        self.entry.heap[number] = self.entry.heap[number].aligned(aligned)
        self.at_head.pop(number, None)
        return True

    def _as_array(self, number: int, thing: Object, head: State, now: Object, end: State) -> bool:
        """A list that the body makes longer, or reads by unknown indices, is an array before it."""
        if isinstance(now, Torn):
            now.ask(self.f)
        if thing.is_array and now.is_array and thing.layout() == now.layout():
            return False
        if isinstance(thing, Array) and isinstance(now, Array):
            raise Refusal("a list that is another one in each iteration", self.node)
        outer = self.f.state
        kind: str | Pattern | None = common_kind_of(self.f, thing, head, now, end)
        if kind is None:
            patterns = []
            for one, self.f.state in ((thing, head), (now, end)):
                patterns.append(pattern_of_list(self.f, one))
            kind = common_pattern(*patterns)
        self.f.state = outer
        is_apart = self.f.keeps_objects_apart and not isinstance(kind, str)
        if kind is None or is_apart or number in self.arrays:
            raise GrowingList(
                f"{thing.what} that grows in a loop and holds other things than numbers",
                self.node,
                "make an array before the loop and set its rows: a = np.zeros((n, 2)); a[i] = ...",
            )
        self.arrays[number] = kind
        self.at_head.pop(number, None)
        return True

    def carried_over(self, value: Value, hint: str) -> Value:
        """A template without references to what an iteration makes anew: lists are arrays that the
        loop carries."""
        f = self.f
        known = value.alternatives if isinstance(value, Union) else value.contents()
        if known:
            parts = [self.carried_over(v, hint) for v in known]
            if all([a is b for a, b in zip(parts, known, strict=True)]):
                return value
            return Union(value.tag, parts) if isinstance(value, Union) else value.same_kind(parts)
        if not isinstance(value, Reference) or value.number in f.session.frozen:
            return value
        if value.number in self.entry.heap:
            return value
        if value.number in self.merger.own:
            self.carry_template(value.number, hint)
            return value
        if value.number not in f.session.templates:
            kind = kind_of_list(f, value)
            if kind is None:
                return Lost()
            before, value = value, Reference(f.session.next_number())
            made = f.session.templates[value.number] = Array(f.fresh(kind, hint, self.owned), kind)
            note_either(f, made.variable, before)
        thing = f.session.templates[value.number]
        if isinstance(thing, Array):
            self.owned.add(thing.variable.name)
            self.entry.heap[value.number] = thing
        return value

    def carry_template(self, number: int, hint: str) -> None:
        """The same for what is in a template."""
        thing = self.merger.objects[number]
        if number in self._open_templates:
            what = f"{thing.what} that leads to the one of the iteration before"
            raise Refusal(what, self.node, "gather the numbers in a list")
        self._open_templates.add(number)
        slots = [self.carried_over(v, hint) for v in thing.slots()]
        self._open_templates.discard(number)
        if any([a is not b for a, b in zip(slots, thing.slots(), strict=True)]):
            self._put(number, thing.rebuilt(slots))
