"""First writes: loops that give all entries of a new array their first values.

A new array is full of zeros.  Where a loop is the first to use its entries, and moves over them one
by one, zeros need neither be written nor read: an entry starts as the number 0.0, and only what the
loop leaves out is filled.  (Adjoints begin like that, and so do lists that a program fills.)

Invariant: between an allocation that leaves its entries open and the loop nothing reads or changes
them, and no other array, tape or function gets to know the new one.  A function that stands for a
routine which sets all entries does as well as a loop.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.engines.native.hoistable_bounds_checks import hoistable_accesses, window_offsets
from adcli.expr import Num, Var
from adcli.ir import nodes as ir
from adcli.ir.blas_routines import ROUTINES
from adcli.ir.dataflow import used_variables
from adcli.ir.types import REAL, array_of


class InitialisingLoops:
    """The allocations of a module that leave entries open, and for each loop that is the first to
    use such entries the names of the arrays."""

    def __init__(self, module: ir.Module) -> None:
        self.allocations: set[ir.Stmt] = set()
        self.loops: dict[ir.Stmt, list[str]] = {}
        #: the functions that set all entries of their first argument
        self._setters = {
            name
            for name, f in module.functions.items()
            if f.routine and ROUTINES[f.routine].overwrites
        }
        for function in module.functions.values():
            todo = [function.body]
            while todo:
                body = todo.pop()
                for place, stmt in enumerate(body):
                    todo += ir.blocks(stmt)
                    if isinstance(stmt, ir.Alloc):
                        self._follow(function, stmt, body[place + 1 :])

    def _follow(self, function: ir.Function, made: ir.Alloc, behind: Sequence[ir.Stmt]) -> None:
        """Find what uses the entries of a new array first, and note it if it is such a loop."""
        if function.types[made.target] != array_of(REAL):
            return
        names = {made.target}
        for stmt in behind:
            match stmt:
                case ir.Let(target, Var(source)) if source in names:
                    names.add(target)
                    continue
                case ir.Alloc(target) | ir.Let(target) if target in names:
                    return
            inside = [s for s in ir.walk([stmt]) if not isinstance(s, ir.Length)]
            if isinstance(stmt, ir.Call) and stmt.function in self._setters:
                given = [a.name if isinstance(a, Var) else "" for a in stmt.args]
                if given[0] in names and not names.intersection(given[1:]):
                    self.allocations.add(made)
                    return
            used = {n for s in inside for n in (*used_variables(s), *ir.assigned(s))} & names
            if used:
                name = used.pop()
                if isinstance(stmt, ir.For) and not used and _moves_over(stmt, name, function):
                    self.allocations.add(made)
                    self.loops.setdefault(stmt, []).append(name)
                return


def _moves_over(loop: ir.For, name: str, function: ir.Function) -> bool:
    """Whether a loop changes an array, and only at places that move with its variable."""
    if not (isinstance(loop.step, Num) and loop.step.value in (1, -1)):
        return False
    accesses = hoistable_accesses(loop, function.types)
    return accesses is not None and name in window_offsets(accesses, function.types, [name])
