"""Legality of unroll and jam: may the outer iterations of a nest of two loops run side by side?

Invariant: where they may, what one iteration hands on to the next stays in one of the parts, and
entries of arrays that one part changes and another part uses differ from iteration to iteration,
or lie in arrays of which `pairs` says that they must be different ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import chain, combinations, combinations_with_replacement, product

from adcli.engines.native.hoistable_bounds_checks import LoopAccesses, hoistable_accesses
from adcli.engines.native.loop_sum_reductions import only_adds_to
from adcli.expr import Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import live_in, operands
from adcli.ir.types import INT, REAL, is_array

#: Inner loops with longer bodies stay as they are: so many numbers do not fit into registers.
_LONGEST = 12

ArrayPairs = list[tuple[str, str]]


def inner_loop(loop: ir.For) -> ir.For | None:
    """The only loop in a loop, if all the rest is straight-line code."""
    found = None
    for stmt in loop.body:
        if isinstance(stmt, ir.For) and found is None:
            found = stmt
        elif not isinstance(stmt, ir.Let | ir.Load | ir.Store | ir.Length | ir.Push | ir.Pop):
            return None
    return found


class LoopNest:
    """A loop with one loop in it.

    Its parts are those before the inner loop, its body, and those behind it; an assignment of which
    `divides` is true is a part of its own.

    `defined`     the variables that an iteration assigns.
    `carried`     those of them that it reads as an iteration before left them.
    `fixed`       integers, and rows of arrays, that every iteration assigns, the same each time.
    `subarrays`   arrays that the inner loop loads from arrays of arrays, with the latter.
    `pairs`       arrays that must be different ones if the nest is jammed.

    `uses` counts the uses of each variable in the function; with it, the entries of an array that
    the nest only adds to may be added up in another order.
    """

    def __init__(
        self,
        loop: ir.For,
        types: dict[str, str],
        divides: Callable[[Expr], bool],
        uses: Mapping[str, int] | None,
    ) -> None:
        inner = inner_loop(loop)
        assert inner is not None
        self.loop, self.inner, self.types = loop, inner, types
        place = list(loop.body).index(inner)
        self.before = _divided(loop.body[:place], divides)
        self.behind = _divided(loop.body[place + 1 :], divides)
        self.divides = divides
        self.uses = uses
        self.defined = {n for s in ir.walk(loop.body) for n in ir.assigned(s)}
        self.carried = live_in(loop.body) & self.defined
        self.fixed = self._fixed()
        self.pairs: ArrayPairs = []
        self.subarrays = {
            s.target: s.array
            for s in inner.body
            if isinstance(s, ir.Load) and is_array(types[s.target])
        }

    def gains(self, has_vector_form: Callable[[Expr], bool]) -> bool:
        """Whether there is something to gain: sums, or functions that have a vector form."""
        if not self.inner.body:
            return False
        lets = [s for s in self.loop.body if isinstance(s, ir.Let)]
        return self.shares_iterations() or any(has_vector_form(s.expr) for s in lets)

    def may_jam(self) -> bool:
        loop, inner, types = self.loop, self.inner, self.types
        for each in (loop, inner):
            if not (isinstance(each.step, Num) and each.step.value in (1, -1)):
                return False
        bounds = {n for n in (*operands(loop), *operands(inner)) if n not in self.fixed}
        if not bounds.isdisjoint(self.defined | {loop.var}) or inner.var == loop.var:
            return False
        return (
            all(isinstance(s, ir.Let | ir.Load | ir.Store) for s in inner.body)
            and not any(is_array(types[n]) for n in self.carried)
            and self._accesses is not None
            and self._carries_within_parts()
            and self._tapes_stay_in_order()
            and self._entries_differ()
        )

    def shares_iterations(self) -> bool:
        """Whether the inner loops become one: it adds up, and is short."""
        return (self.adds_up() or self.adds_to_entries()) and len(self.inner.body) <= _LONGEST

    def adds_up(self) -> bool:
        """Whether the inner loop carries a number from iteration to iteration."""
        inner = self.inner
        carried = live_in(inner.body) & {n for s in inner.body for n in ir.assigned(s)}
        return any(self.types[n] == REAL for n in carried)

    def adds_to_entries(self) -> bool:
        """Whether all iterations of the outer loop change the same entries, one in each iteration
        of the inner loop: side by side they read and write each of them once."""
        loaded = {(s.array, self._moving(s)) for s in self.inner.body if isinstance(s, ir.Load)}
        return any(
            isinstance(s, ir.Store)
            and s.array not in self.defined
            and self._moving(s) is not None
            and (s.array, self._moving(s)) in loaded
            for s in self.inner.body
        )

    @cached_property
    def _accesses(self) -> LoopAccesses | None:
        """The accesses of the inner loop, if their checks can be hoisted."""
        return hoistable_accesses(self.inner, self.types)

    def _moving(self, access: ir.Load | ir.Store) -> object:
        """What the index of an access is, if it meets another entry in each iteration of the inner
        loop, and the same ones for each iteration of the outer loop; else None."""
        found = self._accesses.index_of(access.index) if self._accesses else None
        if found is None or self._accesses is None:
            return None
        variable: str = found.variable
        while variable in self._accesses.shifted:
            shift = self._accesses.shifted[variable]
            if shift.base in self.defined or shift.base == self.loop.var:
                return None
            variable = shift.moving.variable
        return found if variable == self.inner.var else None

    def _fixed(self) -> set[str]:
        found: set[str] = set()
        assigned = Counter([n for s in ir.walk(self.loop.body) for n in ir.assigned(s)])

        def is_fixed(name: str) -> bool:
            return name in found or name not in self.defined | {self.loop.var}

        for stmt in chain(*self.before):
            match stmt:
                case ir.Let(target) if self.types[target] == INT:
                    names = operands(stmt)
                case ir.Length(target, array):
                    names = [array]
                case ir.Load(target, array) if is_array(self.types[target]):
                    names = [array, *operands(stmt)]
                    if not self._keeps_rows(array):
                        continue
                case _:
                    continue
            if assigned[target] == 1 and target not in self.carried and all(map(is_fixed, names)):
                found.add(target)
        return found

    def _keeps_rows(self, array: str) -> bool:
        """Whether nothing in the nest puts another array into an array of arrays."""
        stores = [s.array for s in ir.walk(self.loop.body) if isinstance(s, ir.Store)]
        return all(self.types[a] != self.types[array] for a in stores)

    def _parts(self) -> list[Sequence[ir.Stmt]]:
        return [*self.before, self.inner.body, *self.behind]

    def _carries_within_parts(self) -> bool:
        """Whether what an iteration hands on to the next is used in one straight part only."""
        for name in self.carried:
            uses = [
                any(name in (*operands(s), *ir.assigned(s)) for s in part) for part in self._parts()
            ]
            if uses[len(self.before)] or sum(uses) > 1 or name in operands(self.inner):
                return False
        return True

    def _tapes_stay_in_order(self) -> bool:
        """Whether each tape is used in one part only."""
        used: set[str] = set()
        for part in self._parts():
            tapes = {s.tape for s in part if isinstance(s, ir.Push | ir.Pop)}
            if not tapes.isdisjoint(used):
                return False
            used |= tapes
        return True

    def _entries_differ(self) -> bool:
        """Whether no entry that one part changes is used in another part by another iteration."""
        parts = [[s for s in part if isinstance(s, ir.Load | ir.Store)] for part in self._parts()]
        for part, other in combinations(parts, 2):
            for a, b in product(part, other):
                if not self._may_swap(a, b):
                    return False
        inner = parts[len(self.before)] if self.shares_iterations() else []
        return all(self._may_mix(a, b) for a, b in combinations_with_replacement(inner, 2))

    def _may_mix(self, a: ir.Load | ir.Store, b: ir.Load | ir.Store) -> bool:
        """Whether two accesses of the inner loop may run in the other order where both loops are at
        other iterations: if they meet the same entry, the inner loop is at the same iteration."""
        if isinstance(a, ir.Load) and isinstance(b, ir.Load):
            return True
        if self.types[a.array] != self.types[b.array]:
            return True
        moving = self._moving(a)
        if moving is not None and moving == self._moving(b):
            return True
        return self._must_differ(a.array, b.array)

    def _must_differ(self, a: str, b: str) -> bool:
        """Note that two arrays must be different ones; whether that can be checked."""
        self.pairs.append((a, b))
        return a != b and {a, b} & self.defined <= set(self.subarrays)

    def _may_swap(self, a: ir.Load | ir.Store, b: ir.Load | ir.Store) -> bool:
        """Whether two accesses of different iterations may run in the other order."""
        if isinstance(a, ir.Load) and isinstance(b, ir.Load):
            return True
        if self.types[a.array] != self.types[b.array]:
            return True
        if a.array != b.array:
            return self._must_differ(a.array, b.array)
        own = self.loop.var
        if all(isinstance(s.index, Var) and s.index.name == own for s in (a, b)):
            return True
        return self.uses is not None and only_adds_to(a.array, self._parts(), self.uses)


def _divided(body: Sequence[ir.Stmt], divides: Callable[[Expr], bool]) -> list[list[ir.Stmt]]:
    """The parts of straight-line code: some assignments are a part of their own."""
    parts: list[list[ir.Stmt]] = [[]]
    for stmt in body:
        if isinstance(stmt, ir.Let) and divides(stmt.expr):
            parts += [[stmt], []]
        else:
            parts[-1].append(stmt)
    return parts
