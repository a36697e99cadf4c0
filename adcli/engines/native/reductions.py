"""What a loop of a backward sweep only adds up.

The order in which an adjoint is added up is nobody's choice: the sweep adds the terms as it meets
them.  So these sums may be made of several partial ones, and a loop that does nothing else with
what its turns share may run from its first turn to its last, which is the order in which arrays lie
in memory.  (Sums of the program itself are made in their order.)  Allen and Kennedy, *Optimizing
Compilers for Modern Architectures* (2001), section 4.4.3.

Invariant: what is found is the same numbers up to the rounding of such sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from adcli.engines.native.bounds_checks import Checks, Place
from adcli.expr import App, Expr, Num, Var, variables
from adcli.ir import nodes as ir
from adcli.ir.dataflow import operands
from adcli.ir.types import REAL, array_of
from adcli.ops.arithmetic import add, sub
from adcli.ops.composite import Formula


class Sums:
    """The sums of a loop; `behind` is what is read behind it, or by its next turn.

    `entries` has for an array the index of the only entry that the loop meets, `loose` the
    statements that add to a number or to such an entry what nobody in the loop reads.
    """

    def __init__(self, found: Checks, types: Mapping[str, str], behind: set[str]) -> None:
        self._found = found
        self._stmts = list(ir.walk(found.loop.body))
        self._makers = Counter([n for s in self._stmts for n in ir.assigned(s)])
        self._readers = Counter([n for s in self._stmts for n in operands(s)])
        self._behind = behind
        self.entries: dict[str, Expr] = {}
        for array in sorted(found.stored):
            first, *others = [place for name, place in found.accesses if name == array]
            if types[array] != array_of(REAL) or not isinstance(first, Expr):
                continue
            if all(_is_same(first, place) for place in others):
                self.entries[array] = first
        self.loose: set[ir.Stmt] = set()
        #: the numbers and the arrays whose entries are only added up
        self._numbers: set[str] = set()
        self._arrays = set(self.entries)
        self._find_numbers(types)
        self._find_entries()

    def _find_numbers(self, types: Mapping[str, str]) -> None:
        for stmt in self._stmts:
            if isinstance(stmt, ir.Let) and stmt.role == ir.ADJOINT and types[stmt.target] == REAL:
                name = stmt.target
                if self._is_passing(name) and is_sum(stmt.expr, name):
                    self._numbers.add(name)
                    self.loose.add(stmt)

    def _find_entries(self) -> None:
        """Find `t = a[i]; v = t + e; a[i] = v`."""
        loads: dict[str, str] = {}
        sums: dict[str, tuple[str, ir.Let]] = {}
        for stmt in self._stmts:
            match stmt:
                case ir.Load(target, array, _) if array in self.entries:
                    loads[target] = array
                    if not self._is_own(target):
                        self._arrays.discard(array)
                case ir.Let(target, expr) if stmt.role == ir.ADJOINT and self._is_own(target):
                    for name in {n for n in operands(stmt) if n in loads and is_sum(expr, n)}:
                        sums[target] = loads.pop(name), stmt
                case ir.Store(array, _, value) if array in self.entries:
                    name = value.name if isinstance(value, Var) else ""
                    if name in sums and sums[name][0] == array:
                        self.loose.add(sums.pop(name)[1])
                    else:
                        self._arrays.discard(array)
        self._arrays -= {*loads.values(), *[array for array, _ in sums.values()]}

    def _is_passing(self, name: str) -> bool:
        """Whether one statement assigns a variable, and one reads it."""
        return self._makers[name] == self._readers[name] == 1

    def _is_own(self, name: str) -> bool:
        return self._is_passing(name) and name not in self._behind

    def may_turn(self) -> bool:
        """Whether the turns may come in another order."""
        found, made = self._found, set(self._makers)
        if any(isinstance(s, ir.Push | ir.Pop) for s in self._stmts):
            return False
        if not (made & self._behind) - {found.loop.var} <= self._numbers:
            return False
        here = Place(found.loop.var, 0)
        return all(
            place == here or array not in found.stored or array in self._arrays
            for array, place in found.accesses
        )


def is_sum(expr: Expr, name: str) -> bool:
    """Whether an expression is a variable and something that is added to it or taken from it."""
    match top(expr):
        case App(op, (Var(first), other)) if op in (add, sub) and first == name:
            return name not in variables(other)
        case App(op, (other, Var(second))) if op is add and second == name:
            return name not in variables(other)
    return False


def top(expr: Expr) -> Expr:
    """An expression with an operation of the table on top."""
    while isinstance(expr, App) and isinstance(expr.op, Formula):
        expr = expr.op.expand(expr.args, lean=True)
    return expr


def _is_same(a: Place | Expr, b: Place | Expr) -> bool:
    """Whether two operands that the loop does not change are the same."""
    if isinstance(a, Var) and isinstance(b, Var):
        return a.name == b.name
    return isinstance(a, Num) and isinstance(b, Num) and a.value == b.value
