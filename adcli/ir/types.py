"""Types of variables and expressions: real, int and bool."""

from __future__ import annotations

from collections.abc import Mapping

from adcli.expr import App, Expr, Num, Var
from adcli.ops.primitive import BOOL, INT, REAL, SAME, Primitive

__all__ = ["BOOL", "INT", "REAL", "join", "type_of"]


def join(a: str, b: str) -> str | None:
    """The type of a variable that is `a` on one path and `b` on another; None: there is none."""
    if a == b:
        return a
    return None if BOOL in (a, b) else REAL


def type_of(expr: Expr, types: Mapping[str, str]) -> str:
    """The type of an expression over declared variables."""
    if isinstance(expr, Var):
        return types[expr.name]
    if isinstance(expr, Num):
        return _LITERALS[type(expr.value)]
    if not isinstance(expr, App) or not isinstance(expr.op, Primitive):
        return REAL
    if expr.op.kind != SAME:
        return expr.op.kind
    # a truth value among numbers is a condition, it does not shape the result
    found = BOOL
    for arg in expr.args:
        kind = type_of(arg, types)
        if kind == REAL:
            return REAL
        if kind != BOOL:
            found = kind
    return found


_LITERALS = {bool: BOOL, int: INT, float: REAL}
