"""Which bounds checks can be hoisted out of an innermost loop, by the indices of its accesses.

Invariant: if the hoisted checks hold, no access that they stand for is outside of its array.  Each
index is an induction variable plus a constant, or does not change in the loop.  The sum of an
induction variable and a number that does not change is an induction variable too.  Muchnick,
*Advanced Compiler Design and Implementation* (1997), sections 14.1 (induction variables) and 14.2
(bounds checking).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from adcli.expr import App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import used_variables
from adcli.ir.types import INT, REAL, array_of, element, is_array
from adcli.ops.arithmetic import add, sub

#: Steps and offsets are no greater, so that no sum of them overflows.
_GREATEST_OFFSET = 1 << 20


#: A window of entries that the iterations of a loop share has no more of them.
_WIDEST = 8


class InductionIndex(NamedTuple):
    """An integer that is an induction variable plus a constant."""

    variable: str
    offset: int


class Shift(NamedTuple):
    """A variable that does not change in a loop, plus or minus an induction variable: it moves on
    with the other by as much (`sign` 1), or back (-1); `negates` says that the former is taken
    away from it."""

    base: str
    negates: bool
    moving: InductionIndex
    sign: int


#: An index: one that moves with the iterations, or an operand that does not change in the loop.
Index = InductionIndex | Expr


class LoopAccesses:
    """The accesses to arrays that a loop makes.

    `accesses`    arrays with their indices; `stored` are the arrays whose entries change.
    `subarrays`   arrays that are entries of arrays and do not change in the loop.
    `strides`     the induction variables, and by how much an iteration moves them on.
    `shifted`     those of them that are the sum or difference of another one and a variable that
                  does not change in the loop.
    `derived`     all integers that are computed from these by adding constants, or shifted.
    """

    def __init__(self, loop: ir.For) -> None:
        assert isinstance(loop.step, Num)
        self.loop = loop
        self.accesses: list[tuple[str, Index]] = []
        self.stored: set[str] = set()
        self.subarrays: dict[str, ir.Load] = {}
        self.strides: dict[str, int] = {loop.var: int(loop.step.value)}
        self.shifted: dict[str, Shift] = {}
        self.derived: set[str] = set()
        #: what a variable equals throughout an iteration
        self._equals: dict[str, InductionIndex] = {}

    def index_of(self, index: Expr) -> InductionIndex | None:
        """What an index equals throughout an iteration, if it moves with the iterations."""
        if not isinstance(index, Var):
            return None
        if index.name == self.loop.var or index.name in self.shifted:
            return InductionIndex(index.name, 0)
        return self._equals.get(index.name)

    def note_equal(self, variable: str, index: InductionIndex) -> None:
        self.derived.add(variable)
        if variable not in self.strides:
            self._equals[variable] = index


def hoistable_accesses(loop: ir.For, types: Mapping[str, str]) -> LoopAccesses | None:
    """The accesses of a loop; None if an iteration has to check some access itself."""
    definitions: dict[str, int] = {loop.var: 1}
    for stmt in ir.walk(loop.body):
        if isinstance(stmt, ir.For | ir.While | ir.Call | ir.Alloc | ir.Append | ir.Take):
            return None
        if isinstance(stmt, ir.Store) and is_array(element(types[stmt.array])):
            return None
        for name in ir.assigned(stmt):
            definitions[name] = definitions.get(name, 0) + 1
    return _Collector(loop, types, definitions).collected()


class _Collector:
    """Collects the accesses of one loop."""

    def __init__(
        self, loop: ir.For, types: Mapping[str, str], definitions: Mapping[str, int]
    ) -> None:
        self.found = LoopAccesses(loop)
        self.types = types
        #: how many statements of the loop assign a variable
        self.definitions = definitions
        #: accesses that some iterations may leave out
        self.conditional: list[tuple[str, Index]] = []
        #: arrays that an earlier statement uses, perhaps as the iteration before left them
        self.used: set[str] = set()

    def collected(self) -> LoopAccesses | None:
        self.find_induction_variables()
        known = {name: InductionIndex(name, 0) for name in self.found.strides}
        if not self.follow(self.found.loop.body, known, is_certain=True):
            return None
        return self.found if all(map(self.is_covered, self.conditional)) else None

    def find_induction_variables(self) -> None:
        """Those that an iteration moves on by a constant: `n = n + 2`, or `m = n + 2; n = m`."""
        found, sums = self.found, dict[str, tuple[str, int]]()
        for stmt in found.loop.body:
            if not isinstance(stmt, ir.Let) or self.types[stmt.target] != INT:
                continue
            if self.definitions[stmt.target] != 1:
                continue
            name, terms = stmt.target, constant_sum(stmt.expr)
            if isinstance(stmt.expr, Var):
                terms = sums.get(stmt.expr.name)
            if terms is not None and terms[0] == name:
                found.strides[name] = terms[1]
            elif terms is not None and isinstance(stmt.expr, App):
                sums[name] = terms

    def follow(
        self, body: Sequence[ir.Stmt], known: dict[str, InductionIndex], *, is_certain: bool
    ) -> bool:
        """Collect the accesses of a block, of which `is_certain` says that every iteration runs it;
        False if the check of some access cannot be hoisted.  `known` is what variables equal."""
        for stmt in body:
            if isinstance(stmt, ir.Load) and is_array(self.types[stmt.target]):
                if stmt.target in self.used or not self.keep_subarray(stmt, known, is_certain):
                    return False
                continue
            self.used.update(used_variables(stmt))
            match stmt:
                case ir.If(_, then, orelse):
                    for arm in (then, orelse):
                        if not self.follow(arm, dict(known), is_certain=False):
                            return False
                case ir.Let(target, expr):
                    self.follow_assignment(target, expr, known)
                case ir.Load() | ir.Store():
                    if not self.keep_access(stmt, known, is_certain):
                        return False
        return True

    def keep_subarray(
        self, load: ir.Load, known: Mapping[str, InductionIndex], is_certain: bool
    ) -> bool:
        self.used.update(used_variables(load))
        index = self.index(load, known)
        if index is None or isinstance(index, InductionIndex) or not is_certain:
            return False
        if self.definitions[load.target] > 1:
            return False
        self.found.subarrays[load.target] = load
        return True

    def keep_access(
        self, stmt: ir.Load | ir.Store, known: Mapping[str, InductionIndex], is_certain: bool
    ) -> bool:
        index = self.index(stmt, known)
        if index is None:
            return False
        self.found.accesses.append((stmt.array, index))
        if not is_certain:
            self.conditional.append((stmt.array, index))
        if isinstance(stmt, ir.Store):
            self.found.stored.add(stmt.array)
        return True

    def index(self, stmt: ir.Load | ir.Store, known: Mapping[str, InductionIndex]) -> Index | None:
        """The index of an access; None if the array or an index of another kind changes."""
        if stmt.array in self.definitions and stmt.array not in self.found.subarrays:
            return None
        index = stmt.index
        if isinstance(index, Var) and index.name in known:
            return known[index.name]
        return None if isinstance(index, Var) and index.name in self.definitions else index

    def follow_assignment(self, target: str, expr: Expr, known: dict[str, InductionIndex]) -> None:
        found = known.get(expr.name) if isinstance(expr, Var) else None
        terms = constant_sum(expr)
        if terms is not None and terms[0] in known:
            variable, offset = known[terms[0]]
            found = InductionIndex(variable, offset + terms[1])
        shift = self.shift(expr, known)
        known.pop(target, None)
        if shift is not None and self.definitions[target] == 1:
            self.found.shifted[target] = shift
            self.found.strides[target] = shift.sign * self.found.strides[shift.moving.variable]
            found = InductionIndex(target, 0)
        if found is None or abs(found.offset) > _GREATEST_OFFSET or self.definitions[target] > 1:
            return
        known[target] = found
        self.found.note_equal(target, found)

    def shift(self, expr: Expr, known: Mapping[str, InductionIndex]) -> Shift | None:
        """What an expression is of an induction variable and one that does not change."""
        match expr:
            case App(op, (Var(first), Var(second))) if op in (add, sub):
                if self.types[first] != INT or self.types[second] != INT:
                    return None
                if first in known and second not in self.definitions:
                    return Shift(second, op is sub, known[first], 1)
                if second in known and first not in self.definitions:
                    return Shift(first, False, known[second], 1 if op is add else -1)
        return None

    def is_covered(self, access: tuple[str, Index]) -> bool:
        """Whether an access that some iterations may leave out is expected to be inside: it lies
        between others of the array that every iteration makes, or is at the loop's variable."""
        array, index = access
        certain = [i for name, i in self.found.accesses if name == array]
        for other in self.conditional:
            certain.remove(other[1]) if other[0] == array else None
        if not isinstance(index, InductionIndex):
            return index in certain
        if index == InductionIndex(self.found.loop.var, 0):
            return True
        offsets = [
            i.offset
            for i in certain
            if isinstance(i, InductionIndex) and i.variable == index.variable
        ]
        return bool(offsets) and min(offsets) <= index.offset <= max(offsets)


def constant_sum(expr: Expr) -> tuple[str, int] | None:
    """A variable and the constant that is added to it, if that is what an expression is."""
    match expr:
        case App(op, (Var(name), Num(value))) if op in (add, sub):
            sign = 1 if op is add else -1
        case App(op, (Num(value), Var(name))) if op is add:
            sign = 1
        case _:
            return None
    is_near = isinstance(value, int) and abs(value) <= _GREATEST_OFFSET
    return (name, sign * int(value)) if is_near else None


def window_offsets(
    accesses: LoopAccesses, types: Mapping[str, str], unfilled: Collection[str]
) -> dict[str, list[int]]:
    """The arrays of reals that change and of which iterations share entries, or that are in
    `unfilled`, with the offsets from the loop's variable, the first to the last."""
    found: dict[str, list[int]] = {}
    for array in sorted(accesses.stored):
        indices = [index for name, index in accesses.accesses if name == array]
        offsets = [
            index.offset
            for index in indices
            if isinstance(index, InductionIndex) and index.variable == accesses.loop.var
        ]
        if len(offsets) < len(indices) or types[array] != array_of(REAL):
            continue
        least = 0 if array in unfilled else 1
        if least <= max(offsets) - min(offsets) < _WIDEST:
            found[array] = list(range(min(offsets), max(offsets) + 1))
    return found


def neighbouring_reads(accesses: LoopAccesses) -> list[tuple[str, InductionIndex]]:
    """The indices of arrays that the loop only reads, at several distances from one variable.

    Each of them is told to LLVM as memory of its own, so that it reads an entry twice.  Else it
    would hand entries from one iteration to the next, and have to shuffle vectors for that, which
    takes longer than to read them.
    """
    found: dict[str, set[InductionIndex]] = {}
    for array, index in accesses.accesses:
        if isinstance(index, InductionIndex) and array not in accesses.stored:
            found.setdefault(array, set()).add(index)
    return [
        (array, index)
        for array, indices in found.items()
        if 1 < len(indices) <= _WIDEST and len({i.variable for i in indices}) == 1
        for index in sorted(indices)
    ]
