"""Running sums: numbers that a loop only adds to, and nobody reads on the way.

    s = s + a   or   t = s + a; u = t - b; s = u

The adjoint of such a number is the same in all iterations.  Muchnick, *Advanced Compiler Design and
Implementation* (1997), section 14.1 (reductions).

Invariant: in the block, every statement that reads the number, or what it becomes on the way, adds
to it or subtracts from it, and every statement that assigns it ends such a sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from adcli.expr import App, Expr, Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import definition_counts, operands
from adcli.ir.types import REAL
from adcli.ops.arithmetic import add, sub


def running_sums(body: Sequence[ir.Stmt], function: ir.Function) -> set[str]:
    """The running sums of a loop's block in a function."""
    readers: dict[str, list[ir.Stmt]] = {}
    assigning: dict[str, int] = {}
    for stmt in ir.walk(body):
        for name in operands(stmt):
            readers.setdefault(name, []).append(stmt)
        for name in ir.assigned(stmt):
            assigning[name] = assigning.get(name, 0) + 1
    candidates = [n for n in assigning if n in readers and function.types[n] == REAL]
    if not candidates:
        return set()
    definitions = _definitions(function)
    found: set[str] = set()
    for name in candidates:
        endings = _endings(name, readers, definitions)
        if endings == assigning[name]:
            found.add(name)
    return found


@lru_cache(maxsize=1)
def _definitions(function: ir.Function) -> Counter[str]:
    """How many statements assign each variable; all loops of a function ask for it."""
    return definition_counts(function.body)


def _endings(
    name: str, readers: Mapping[str, list[ir.Stmt]], definitions: Mapping[str, int]
) -> int:
    """How many sums that start from a number end in it; 0 if anything else reads it."""
    count, todo, met = 0, [name], {name}
    while todo:
        term = todo.pop()
        for stmt in readers.get(term, ()):
            if not isinstance(stmt, ir.Let):
                return 0
            is_copy = isinstance(stmt.expr, Var) and stmt.target == name and term != name
            if not (is_copy or _adds_to(stmt.expr, term)):
                return 0
            if stmt.target == name:
                count += 1
            elif definitions[stmt.target] == 1 and stmt.target not in met:
                todo.append(stmt.target)
                met.add(stmt.target)
            else:
                return 0
    return count


def _adds_to(expr: Expr, name: str) -> bool:
    """Whether an expression is a number plus or minus another."""
    match expr:
        case App(op, (Var(first), other)) if op in (add, sub) and first == name:
            return not (isinstance(other, Var) and other.name == name)
        case App(op, (other, Var(second))) if op is add and second == name:
            return not (isinstance(other, Var) and other.name == name)
    return False
