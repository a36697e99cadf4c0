"""Incremental assignments: stores that only add to an entry, and integer steps that can be undone.

Invariant: between the load and the store of an increment nothing changes the array, and nothing
else reads what was loaded.  So the adjoint of the entry stays as it is, and the adjoint of what is
added grows by it: the adjoint of `a[i] += e` is `e^ += a^[i]` (Griewank & Walther, *Evaluating
Derivatives*, section 3.2, incremental assignments).
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from adcli.expr import App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import definition_counts, operands
from adcli.ir.types import INT
from adcli.ops.arithmetic import add, sub


def entry_increments(function: ir.Function) -> dict[ir.Store, str]:
    """Stores that only add to an entry, `t = a[i]; v = t + e; a[i] = v`, with the name of `t`."""
    definitions = definition_counts(function.body)
    readers = Counter([name for stmt in ir.walk(function.body) for name in operands(stmt)])

    def is_temporary(name: str) -> bool:
        return definitions.get(name) == readers.get(name) == 1

    found: dict[ir.Store, str] = {}
    todo = [function.body]
    while todo:
        loads: dict[str, ir.Load] = {}
        sums: dict[str, str] = {}
        for stmt in todo.pop():
            match stmt:
                case ir.Load(target) if is_temporary(target):
                    loads[target] = stmt
                case ir.Let(target, expr):
                    loaded = _loaded_summand(expr, loads)
                    if loaded is not None:
                        sums[target] = loaded
                case ir.Store(array, index, Var(value)) if value in sums and is_temporary(value):
                    load = loads.get(sums[value])
                    if load is not None and load.array == array and _is_same(load.index, index):
                        found[stmt] = sums[value]
            if ir.blocks(stmt) or isinstance(stmt, ir.Store | ir.Append | ir.Take | ir.Call):
                loads = {}
                todo += ir.blocks(stmt)
            _forget(loads, stmt)
    return found


def _loaded_summand(expr: Expr, loads: dict[str, ir.Load]) -> str | None:
    """The variable of a load that something is added to, or subtracted from."""
    match expr:
        case App(op, (Var(first), _)) if op in (add, sub) and first in loads:
            return first
        case App(op, (_, Var(second))) if op is add and second in loads:
            return second
    return None


def _forget(loads: dict[str, ir.Load], stmt: ir.Stmt) -> None:
    """Drop the loads that a statement makes out of date by assigning a variable of theirs."""
    assigned = set(ir.assigned(stmt))
    for name, load in list(loads.items()):
        if load is not stmt and assigned & {load.array, name, *operands(load)}:
            del loads[name]


def _is_same(a: Expr, b: Expr) -> bool:
    """Whether two atoms are the same variable or the same number."""
    if isinstance(a, Num) and isinstance(b, Num):
        return a.value == b.value
    return isinstance(a, Var) and isinstance(b, Var) and a.name == b.name


def invertible_steps(function: ir.Function) -> dict[ir.Stmt, Expr]:
    """Assignments to integers that can be undone, with the old value in terms of the new: steps by
    an amount that never changes, as in `t = n + 1; n = t`."""
    definitions = definition_counts(function.body)

    def is_fixed(atom: Expr) -> bool:
        return isinstance(atom, Num) or (
            isinstance(atom, Var) and atom.name in function.params and atom.name not in definitions
        )

    found: dict[ir.Stmt, Expr] = {}
    todo = [function.body]
    while todo:
        body = todo.pop()
        todo += [block for stmt in body for block in ir.blocks(stmt)]
        for before, stmt in pairwise(body):
            match before, stmt:
                case ir.Let(total, App(op, (Var(name), step))), ir.Let(target, Var(source)):
                    if name != target or source != total or definitions[total] > 1:
                        continue
                    if function.types[name] != INT or op not in (add, sub) or not is_fixed(step):
                        continue
                    found[stmt] = sub(Var(name), step) if op is add else add(Var(name), step)
    return found
