"""Reductions: numbers and entries of arrays that a loop only adds up.

Unless the program's own bits are wanted, such a sum may be reassociated into several partial ones,
and a loop whose iterations share nothing but such sums may be reversed: then it runs in the order
in which arrays lie in memory.  Allen and Kennedy, *Optimizing Compilers for Modern Architectures*
(2001), section 4.4.3.  (Products keep their order: a partial product may underflow where the
product in order does not.)

Invariant: the results are the same up to the rounding of these sums.  A loop that is known to have
few iterations keeps its order: partial sums of one or two terms gain neither time nor digits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from adcli.engines.native.hoistable_bounds_checks import Index, InductionIndex, LoopAccesses
from adcli.expr import App, Expr, Num, Var, variables
from adcli.ir import nodes as ir
from adcli.ir.dataflow import operands
from adcli.ir.types import REAL, array_of
from adcli.ops.arithmetic import add, sub
from adcli.ops.expression_as_operation import expanded

#: A loop that is known to have fewer iterations adds up in order.
_FEW = 16


class Reductions:
    """The reductions of a loop; `live` are the variables that are live where an iteration ends.

    `accumulated`     for an array of which the loop accesses only one entry, the entry's index.
    `reassociable`    the statements that add to a number, or to such an entry, which no other
                      statement of the loop reads.
    `share_only_sums` whether no iteration waits for another one but to add to these.
    """

    def __init__(self, accesses: LoopAccesses, types: Mapping[str, str], live: set[str]) -> None:
        self._accesses = accesses
        self._stmts = list(ir.walk(accesses.loop.body))
        self._definitions = Counter([n for s in self._stmts for n in ir.assigned(s)])
        self._uses = Counter([n for s in self._stmts for n in operands(s)])
        self._live = live
        self.accumulated: dict[str, Expr] = {}
        for array in sorted(accesses.stored):
            first, *others = [index for name, index in accesses.accesses if name == array]
            if types[array] != array_of(REAL) or not isinstance(first, Expr):
                continue
            if all(_is_same(first, other) for other in others):
                self.accumulated[array] = first
        self.reassociable: set[ir.Stmt] = set()
        #: the numbers, and the arrays with entries, that are only added up
        self._numbers: set[str] = set()
        self._arrays = set(self.accumulated)
        self._find_numbers(types)
        self._find_entries()
        self.share_only_sums = self._share_only_sums()
        if _has_few_iterations(accesses.loop):
            self.reassociable.clear()

    def _share_only_sums(self) -> bool:
        accesses, uses = self._accesses, self._uses + Counter(self._live)
        handed_on = (set(self._definitions) & self._live) - {accesses.loop.var} - self._numbers
        if not all(map(self._is_unchanged, handed_on)):
            return False
        for array in accesses.stored - self._arrays:
            indices = {index for name, index in accesses.accesses if name == array}
            is_own = len(indices) == 1 and all(isinstance(i, InductionIndex) for i in indices)
            is_straight = len(self._stmts) == len(accesses.loop.body)
            if not (is_own or (is_straight and only_adds_to(array, [accesses.loop.body], uses))):
                return False
        return True

    def _find_numbers(self, types: Mapping[str, str]) -> None:
        """Find sums: `v = v + e`, or `t = v + e; u = t + f; v = u`, once or several times."""
        readers: dict[str, list[ir.Stmt]] = {}
        for stmt in self._stmts:
            for name in operands(stmt):
                readers.setdefault(name, []).append(stmt)
        for name, count in self._definitions.items():
            if types[name] != REAL or self._is_temporary(name):
                continue
            additions = self._additions(name, readers)
            if additions and count == sum([name in ir.assigned(s) for s in additions]):
                self._numbers.add(name)
                self.reassociable.update([s for s in additions if isinstance(s.expr, App)])

    def _additions(self, name: str, readers: Mapping[str, list[ir.Stmt]]) -> list[ir.Let]:
        """The statements that read a number, or what it becomes on the way, if all of them are
        parts of sums that end in it."""
        found: list[ir.Let] = []
        todo = [name]
        while todo:
            term = todo.pop()
            for stmt in readers.get(term, ()):
                if not isinstance(stmt, ir.Let) or stmt in found:
                    return []
                is_copy = isinstance(stmt.expr, Var) and stmt.target == name
                if not (is_copy or _adds_to(stmt.expr, term)):
                    return []
                if stmt.target != name:
                    if not self._is_temporary(stmt.target):
                        return []
                    todo.append(stmt.target)
                found.append(stmt)
        return found

    def _is_unchanged(self, name: str) -> bool:
        """Whether a variable only goes through `u = v; v = u`."""
        lets = [s for s in self._stmts if isinstance(s, ir.Let)]
        copies = {s.target: e.name for s in lets if isinstance(e := expanded(s.expr), Var)}
        other = copies.get(name, "")
        return (
            copies.get(other) == name and self._definitions[name] == self._definitions[other] == 1
        )

    def _find_entries(self) -> None:
        """Find `t = a[i]; v = t + e; a[i] = v`."""
        loads: dict[str, str] = {}
        sums: dict[str, tuple[str, ir.Let]] = {}
        for stmt in self._stmts:
            match stmt:
                case ir.Load(target, array, _) if array in self.accumulated:
                    loads[target] = array
                    if not self._is_temporary(target):
                        self._arrays.discard(array)
                case ir.Let(target, expr) if self._is_temporary(target):
                    for name in {n for n in operands(stmt) if n in loads and _adds_to(expr, n)}:
                        sums[target] = loads.pop(name), stmt
                case ir.Store(array, _, value) if array in self.accumulated:
                    name = value.name if isinstance(value, Var) else ""
                    if name in sums and sums[name][0] == array:
                        self.reassociable.add(sums.pop(name)[1])
                    else:
                        self._arrays.discard(array)
        self._arrays -= {*loads.values(), *[array for array, _ in sums.values()]}

    def _is_used_once(self, name: str) -> bool:
        """Whether one statement assigns a variable, and one uses it."""
        return self._definitions[name] == self._uses[name] == 1

    def _is_temporary(self, name: str) -> bool:
        return self._is_used_once(name) and name not in self._live

    def allow_reversal(self) -> bool:
        """Whether the iterations may run in another order."""
        accesses, defined = self._accesses, set(self._definitions)
        if any(isinstance(s, ir.Push | ir.Pop) for s in self._stmts):
            return False
        if not (defined & self._live) - {accesses.loop.var} <= self._numbers:
            return False
        indices: dict[str, Index] = {}
        return all(
            isinstance(index, InductionIndex) and indices.setdefault(array, index) == index
            for array, index in accesses.accesses
            if array in accesses.stored and array not in self._arrays
        )


def only_adds_to(array: str, parts: Iterable[Sequence[ir.Stmt]], uses: Mapping[str, int]) -> bool:
    """Whether all that straight-line code does to an array is `t = a[i]; v = t + e; a[i] = v`, each
    time in one part; `uses` counts the uses of variables wherever they may be read."""
    for part in parts:
        loaded: ir.Load | None = None
        total = ""
        for stmt in part:
            match stmt:
                case ir.Load(target, name, _) if name == array:
                    if loaded is not None or uses[target] != 1:
                        return False
                    loaded, total = stmt, ""
                case ir.Store(name, index, value) if name == array:
                    if loaded is None or not _is_same(index, loaded.index):
                        return False
                    if not (isinstance(value, Var) and value.name == total):
                        return False
                    loaded = None
                case ir.Let(target, expr) if loaded and loaded.target in operands(stmt):
                    if not _adds_to(expr, loaded.target) or uses[target] != 1:
                        return False
                    total = target
                case _ if loaded and not {total, *operands(loaded)}.isdisjoint(ir.assigned(stmt)):
                    return False
        if loaded is not None:
            return False
    return True


def _has_few_iterations(loop: ir.For) -> bool:
    bounds = [int(b.value) for b in (loop.start, loop.stop, loop.step) if isinstance(b, Num)]
    return len(bounds) == 3 and len(range(*bounds)) < _FEW


def _adds_to(expr: Expr, name: str) -> bool:
    """Whether an expression adds something to a variable, or subtracts something from it."""
    match expanded(expr):
        case App(op, (Var(first), other)) if op in (add, sub) and first == name:
            return name not in variables(other)
        case App(op, (other, Var(second))) if op is add and second == name:
            return name not in variables(other)
    return False


def _is_same(a: Index, b: Index) -> bool:
    """Whether two operands that do not change in the loop are the same."""
    if isinstance(a, Var) and isinstance(b, Var):
        return a.name == b.name
    return isinstance(a, Num) and isinstance(b, Num) and a.value == b.value
