"""Rebuild statements: the same ones with other targets, or around other blocks.

Invariant: the span, the origin and the role of a statement stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from adcli.expr import Var
from adcli.ir import nodes as ir


def with_targets(stmt: ir.Stmt, targets: tuple[str, ...]) -> ir.Stmt:
    """A statement that assigns other variables."""
    about = stmt.span, stmt.origin, stmt.role
    match stmt:
        case ir.Call(_, function, args):
            return ir.Call(targets, function, args, *about)
        case ir.Let(_, expr):
            return ir.Let(targets[0], expr, *about)
        case ir.Load(_, array, index):
            return ir.Load(targets[0], array, index, *about)
        case ir.Pop(tape, _):
            return ir.Pop(tape, targets[0], *about)
    raise TypeError(f"{stmt!r} cannot assign {targets}")


def with_blocks(
    stmt: ir.Stmt, rebuilt: Callable[[Sequence[ir.Stmt]], Sequence[ir.Stmt]]
) -> ir.Stmt:
    """A statement with what `rebuilt` makes of the blocks directly inside it."""
    about = stmt.span, stmt.origin, stmt.role
    match stmt:
        case ir.If(condition, then, orelse):
            return ir.If(condition, rebuilt(then), rebuilt(orelse), *about)
        case ir.While(condition, body):
            return ir.While(condition, rebuilt(body), *about)
        case ir.For(var, start, stop, step, body):
            return ir.For(var, start, stop, step, rebuilt(body), *about)
    return stmt


def with_copied_results(body: Sequence[ir.Stmt], copies: Mapping[str, str]) -> list[ir.Stmt]:
    """A function's body that assigns some of its results by way of other variables: those can be
    read, which results cannot."""
    out: list[ir.Stmt] = []
    for stmt in body:
        targets = ir.assigned(stmt)
        results = [t for t in targets if t in copies]
        if results:
            stmt = with_targets(stmt, tuple([copies.get(t, t) for t in targets]))
        out.append(stmt)
        out += [ir.Let(r, Var(copies[r]), stmt.span) for r in results]
    return out
