"""Programs that hold NaN, as data with gaps do.

Where such a program computes with all its data and then leaves some out, these have the adjoint 0,
and reverse mode multiplies it by partial derivatives that are NaN.  The product counts as 0: the
result does not depend on what was left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import App, Expr, Num
from adcli.ir import nodes as ir


def holds_nan(module: ir.Module) -> bool:
    """Whether NaN is among the literals of a module.  A gradient of 100,000 terms has a million."""
    for function in module.functions.values():
        for stmt in ir.walk(function.body):
            if stmt.__class__ is ir.Let:
                expr = stmt.expr
                atoms: Sequence[Expr] = expr.args if expr.__class__ is App else (expr,)
            else:
                atoms = _literals(stmt)
            for atom in atoms:
                if atom.__class__ is Num and atom.value != atom.value:
                    return True
    return False


def _literals(stmt: ir.Stmt) -> Sequence[Expr]:
    match stmt:
        case ir.Call(_, _, args):
            return args
        case ir.Store(_, _, atom) | ir.Append(_, atom) | ir.Push(_, atom):
            return (atom,)
    return ()
