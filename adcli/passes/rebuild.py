"""Rebuild statements with other targets or blocks, and functions with another body.

Invariant: a statement keeps its span, its origin and its role; a function keeps its name, its
parameters and results, its span and its declared derivative.
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


def with_body(function: ir.Function, body: Sequence[ir.Stmt], types: dict[str, str]) -> ir.Function:
    """A function with another body, and the types of the variables in it."""
    name, params, results = function.name, function.params, function.results
    return ir.Function(name, params, results, types, body, function.span, function.rule)


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
