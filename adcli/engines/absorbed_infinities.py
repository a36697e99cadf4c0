"""Infinity in operands: where an operation of the program would let it vanish.

`1/inf` is 0: no later result would tell that a number was too large.  So engines look at such
operands, unless the program itself writes infinity and means it.
"""

from __future__ import annotations

from adcli.expr import App, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import REAL
from adcli.ops.primitive import Primitive


def mentions_infinity(module: ir.Module) -> bool:
    """Whether infinity or nan is a literal of the program, so that meeting it is no accident."""
    for function in module.functions.values():
        for stmt in ir.walk(function.body):
            if isinstance(stmt, ir.Let):
                args = stmt.expr.args if isinstance(stmt.expr, App) else (stmt.expr,)
                if any(isinstance(a, Num) and a.value - a.value for a in args):
                    return True
    return False


def absorbed_operands(stmt: ir.Let, types: dict[str, str]) -> list[str]:
    """The real variables whose infinity would vanish in an assignment of the program itself."""
    expr = stmt.expr
    if not (isinstance(expr, App) and isinstance(expr.op, Primitive) and is_primal(stmt)):
        return []
    if not expr.op.numerics.absorbs:
        return []
    args = [expr.args[index] for index in expr.op.numerics.absorbs]
    return [a.name for a in args if isinstance(a, Var) and types[a.name] == REAL]


def is_primal(stmt: ir.Stmt) -> bool:
    """Whether a statement belongs to the program before the last pass."""
    return stmt.origin is None
