"""What a loop carries from one iteration to the next, found by lowering the body.

Invariant: at the head every name holds a template, see `adcli.lowering.value_joins`.  At first it
is what the name holds before the loop, with unknown leaves where the body assigns the name.  Where
the end of the body does not fit, the template grows and the body is lowered again.  Types only grow
and are bounded, so a loop is lowered at most (height of a type) x (slots) times.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, REAL
from adcli.lowering.environment_and_heap import HOW, Key, State
from adcli.lowering.heap_objects import Reference, check_not_shared
from adcli.lowering.lists import Items, array_of_list
from adcli.lowering.lists_of_records import kept
from adcli.lowering.loop_carried_objects import CarriedObjects
from adcli.lowering.number_values import WHOLE, Number, wider
from adcli.lowering.object_merging_in_loops import Merger
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unbound_names import UNDEFINED, Unbound
from adcli.lowering.unions import Union, each_value
from adcli.lowering.user_functions import Function
from adcli.lowering.value_joins import assign, moves, template
from adcli.lowering.values import Moves, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.scopes import LocalScope


#: A loop is lowered so many times until its types are found.  Published code needs 1.2 on average.
MOST_ROUNDS = 100

#: What a loop carries has tuples at most so deep in each other: with another one in each iteration
#: the rounds would come to no end.
MOST_NESTED = 6


class Body:
    """What a loop's body becomes: its code, the state at its head and at its end."""

    __slots__ = ("code", "end", "head", "prelude")

    def __init__(
        self, prelude: list[ir.Stmt], head: State, code: list[ir.Stmt], end: State
    ) -> None:
        self.prelude = prelude
        self.head = head
        self.code = code
        self.end = end


class Carried:
    """The slots that a loop carries, found round by round."""

    def __init__(self, f: Frame, node: ast.AST, names: Sequence[str]) -> None:
        self.f = f
        self.node = node
        self.entry = f.state
        self.owned: set[str] = set()
        self.names: dict[Key, Value] = {}
        #: the scopes with larger numbers are opened by the body
        self.newest = 0
        self.live = f.session.live.at_head(f, node)
        self.merger = Merger(self.is_live)
        self.objects = CarriedObjects(f, node, self.entry, self.owned, self.merger)
        for name in names:
            owner = f.scope.owner(name)
            if owner is None:
                continue
            key = (owner.number, name)
            value = self.entry.names.get(key)
            if value is not None and self.is_live(key):
                self.names[key] = self._widened(key, value.freshened(f, self.owned, name))

    def is_live(self, key: Key) -> bool:
        if key[0] > self.newest > 0:
            return False
        if key[0] != self.f.scope.number or self.live is None:
            return True
        return key[1][0] == "%" or key[1] in self.live

    def _widened(self, key: Key, value: Value) -> Value:
        """A template with the type that an earlier lowering of this loop came to."""
        known = self.f.session.loop_types.get((id(self.node), key[1]))
        if known is None or not isinstance(value, Number) or wider(known, value.kind) == value.kind:
            return value
        whole = self.f.fresh(BOOL, f"{key[1]}{WHOLE}", self.owned) if known == REAL else None
        return Number(self.f.fresh(known, key[1], self.owned), known, whole=whole)

    def settled(self, lower: Callable[[], None]) -> Body:
        """Lower the body until what it ends with fits its head."""
        f = self.f
        for _ in range(MOST_ROUNDS):
            prelude: list[ir.Stmt] = []
            f.state = self.entry.copy()
            with f.code_into(prelude):
                for number, kind in self.objects.arrays.items():
                    if not f.object(number).is_array:
                        kept(f, Reference(number), kind, self.node)
            before, head = f.state, f.state.copy()
            head.names.update(self.names)
            head.heap.update(self.objects.at_head)
            f.state = head.copy()
            code: list[ir.Stmt] = []
            count = len(f.session.refusals)
            self.newest = f.session.next_number()
            with f.code_into(code):
                try:
                    lower()
                except PathEnds:
                    f.state.is_dead = True
            end = f.state
            if end.is_dead or not self._grow(head, end):
                _check_shared(f, head, end, self.node)
                self._enter(before, head, prelude)
                return Body(prelude, head, code, end)
            del f.session.refusals[count:]
        raise Refusal("a loop that carries ever other kinds of values", self.node)

    def _enter(self, before: State, head: State, prelude: list[ir.Stmt]) -> None:
        """Give the slots what they hold before the loop."""
        f = self.f
        f.state = before
        with f.code_into(prelude):
            found: Moves = []
            for key, target in self.names.items():
                value = before.names.get(key, self._missing(key))
                moves(f, target, value, found, self.node)
            for number, thing in self.objects.at_head.items():
                if number in self.merger.own:
                    continue
                slots = before.heap[number].slots()
                for target, value in zip(thing.slots(), slots, strict=True):
                    moves(f, target, value, found, self.node)
            assign(f, found, self.node)

    @staticmethod
    def _missing(key: Key) -> Value:
        return UNDEFINED if key[1][0] == "%" else Unbound(key[1])

    def _open_scopes(self) -> set[int]:
        """The scopes that the loop stands in.  Names of others, as those of calls that are set in,
        end with the iteration."""
        found: set[int] = set()
        scope: LocalScope | None = self.f.scope
        while scope is not None:
            found.add(scope.number)
            scope = scope.outer
        return found

    def _grow(self, head: State, end: State) -> bool:
        """Let the templates hold what the body ends with; whether they had to change."""
        if self._share_lists(head, end):
            return True
        f = self.f
        f.merger = merger = self.merger
        merger.begin(head, end)
        # what the body makes is met by what is at the head
        f.state = State(head.names, {**end.heap, **head.heap})
        try:
            changed = self.objects.grow(head, end) | self._grow_names(head, end)
            for number in list(merger.objects):
                self.objects.carry_template(number, "%")
        finally:
            f.merger = None
        self.objects.at_head.update(merger.objects)
        changed |= self._share_lists(head, end)
        return changed or merger.has_changed

    def _grow_names(self, head: State, end: State) -> bool:
        f, changed = self.f, False
        opened = self._open_scopes()
        added = [k for k in end.names if k not in head.names and k[0] in opened]
        for key in [*head.names, *added]:
            if key == (self.f.scope.number, HOW) or not self.is_live(key):
                continue
            held = head.names.get(key, self._missing(key))
            value = end.names.get(key, self._missing(key))
            if value is held:
                continue
            hint = key[1] if key[1][0] != "%" else "%"
            self.merger.holder = key
            found = template(f, held, value, self.owned, hint)
            if found is not held and _depth(found) > max(MOST_NESTED, _depth(held)):
                what = "a tuple that holds the one of the iteration before"
                raise Refusal(what, self.node, "gather the numbers in a list")
            if found is held and (key in self.names or held.is_same(value)):
                continue
            self.names[key] = found = self.objects.carried_over(found, hint)
            self._refuse_new_closures(found)
            if isinstance(found, Number):
                f.session.loop_types[(id(self.node), key[1])] = found.kind
            changed = True
        return changed

    def _refuse_new_closures(self, value: Value) -> None:
        """The names of a scope that an iteration opens are not carried to another one."""
        for part in each_value(value):
            scope = part.scope if isinstance(part, Function) else None
            if scope is not None and scope.number > self.newest:
                raise Refusal("a function that an iteration makes and a later one may call",
                              self.node)  # fmt: skip

    def _share_lists(self, head: State, end: State) -> bool:
        """Lists of which a name is now one and then another one are arrays before the loop; whether
        there are such that were none."""
        changed = False
        for number, kind in self._met_lists(head, end).items():
            if isinstance(self.entry.heap.get(number), Items) and number not in self.objects.arrays:
                self.objects.arrays[number] = kind
                self.objects.at_head.pop(number, None)
                changed = True
        return changed

    def _met_lists(self, head: State, end: State) -> dict[int, str]:
        """The lists of which a name, or an entry of an object, is now one and then another one."""
        pairs = [
            (value, end.names[key])
            for key, value in head.names.items()
            if key in end.names and self.is_live(key)
        ]
        for number, thing in head.heap.items():
            now = end.heap.get(number, thing)
            if now is not thing and now.layout() == thing.layout():
                pairs += zip(thing.slots(), now.slots(), strict=True)
        pairs += self.merger.pairs
        found: dict[int, str] = {}
        for one, other in pairs:
            found.update(self.f.met_lists(one, head, other, end))
        return found

    def close(self, body: Body) -> None:
        """Put what the body ends with into the slots, at its end."""
        f = self.f
        if body.end.is_dead:
            return
        f.state = body.end
        with f.code_into(body.code):
            found: Moves = []
            for number, kind in self._met_lists(body.head, body.end).items():
                if isinstance(body.end.heap.get(number), Items):
                    array_of_list(f, Reference(number), self.node, kind)
            for key, target in self.names.items():
                moves(f, target, body.end.names.get(key, self._missing(key)), found, self.node)
            for number, thing in self.objects.at_head.items():
                if self.merger.is_given(number, body.end):
                    continue
                slots = body.end.heap[number].slots()
                for target, value in zip(thing.slots(), slots, strict=True):
                    moves(f, target, value, found, self.node)
            assign(f, found, self.node)


def _check_shared(f: Frame, head: State, end: State, node: ast.AST) -> None:
    """Refuse an object that the body changes before it is put where it must not change."""
    for number in f.session.shared & head.heap.keys():
        now = end.heap.get(number)
        if now is not None and now is not head.heap[number] and not now.is_array:
            check_not_shared(f, Reference(number), node)


def _depth(value: Value) -> int:
    """How many tuples are in each other."""
    if isinstance(value, Tuple):
        return 1 + max([_depth(v) for v in value.items], default=0)
    if isinstance(value, Union):
        return max([_depth(v) for v in value.alternatives])
    return 0
