"""Loops of the backward sweep that add multiples of zero are left out.

`min`, `max` and `relu` hand their adjoint on to one argument and zero to the others.  Where a loop
made such an argument, as the distance from a centre that is not the nearest, its backward side adds
zeros.  The choice is known before it:

    g = w * (1 if c else 0); for j: a^[j] += g * p[j]
    becomes
    flag = c; g = w * (1 if c else 0); if flag: for j: a^[j] += g * p[j]

What counts is a choice of the constant 0, not that the adjoint is zero: where c is false, all
derivatives of g are zero too, so the derivative of the new program is that of the old.

Invariant: a loop that is left out would have changed no entry, and no variable that is read later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from adcli.expr import App, Expr, is_number
from adcli.ir import nodes as ir
from adcli.ir.dataflow import definitely_assigned, live_in
from adcli.ir.types import BOOL
from adcli.ops.arithmetic import mul, neg
from adcli.ops.comparisons_logic_and_choice import not_, select
from adcli.ops.expression_as_operation import expanded
from adcli.passes.no_op_if_zero_analysis import follow_assignment, has_no_effect
from adcli.passes.statement_rebuilding import with_blocks

_Fresh = Callable[[str], str]


def without_zero_adjoint_loops(
    body: Sequence[ir.Stmt], live_out: set[str], fresh: _Fresh
) -> Sequence[ir.Stmt]:
    """A block of which such loops are left out; what is in `live_out` may be read behind it."""
    if not any(_choice_of_zero(stmt) for stmt in ir.walk(body)):
        return body
    return _Rewriting(fresh).block(body, live_out)


class _Rewriting:
    def __init__(self, fresh: _Fresh) -> None:
        self.fresh = fresh

    def block(self, body: Sequence[ir.Stmt], live_out: set[str]) -> list[ir.Stmt]:
        behind: dict[ir.Stmt, set[str]] = {}
        live = live_out
        for stmt in reversed(body):
            behind[stmt] = live
            live = live_in([stmt]) | (live - definitely_assigned([stmt]))
        flags: dict[ir.Stmt, str] = {}
        guarded: dict[ir.Stmt, str] = {}
        for place, stmt in enumerate(body):
            if _choice_of_zero(stmt) is not None:
                for loop in _without_effect(stmt, body[place + 1 :], behind):
                    if stmt not in flags:
                        flags[stmt] = self.fresh(BOOL)
                    guarded.setdefault(loop, flags[stmt])
        out: list[ir.Stmt] = []
        for stmt in body:
            condition = _choice_of_zero(stmt) if stmt in flags else None
            if condition is not None:
                out.append(ir.Let(flags[stmt], condition, stmt.span, stmt.origin, ir.ADJOINT))
            made = self.statement(stmt, behind[stmt])
            if stmt in guarded:
                made = ir.If(guarded[stmt], [made], [], stmt.span, stmt.origin)
            out.append(made)
        return out

    def statement(self, stmt: ir.Stmt, live: set[str]) -> ir.Stmt:
        if isinstance(stmt, ir.For | ir.While):
            live = live | live_in([stmt])
        return with_blocks(stmt, lambda block: self.block(block, live))


def _without_effect(
    choice: ir.Stmt, rest: Sequence[ir.Stmt], behind: dict[ir.Stmt, set[str]]
) -> Iterator[ir.Stmt]:
    """The loops behind a choice that have no effect if it is zero."""
    zeros = set(ir.assigned(choice))
    for stmt in rest:
        if isinstance(stmt, ir.Let):
            follow_assignment(stmt, zeros)
        elif isinstance(stmt, ir.For) and has_no_effect(stmt, zeros, behind[stmt]):
            yield stmt
            zeros -= {name for s in ir.walk([stmt]) for name in ir.assigned(s)} - behind[stmt]
        else:
            zeros -= {name for s in ir.walk([stmt]) for name in ir.assigned(s)}
        if not zeros:
            return


def _choice_of_zero(stmt: ir.Stmt) -> Expr | None:
    """The condition under which what an assignment computes is no multiple of the constant 0."""
    if not isinstance(stmt, ir.Let) or not isinstance(stmt.expr, App):
        return None
    return _condition(expanded(stmt.expr))


def _condition(expr: Expr) -> Expr | None:
    match expanded(expr):
        case App(op, args) if op is mul or op is neg:
            return next((c for c in map(_condition, args) if c is not None), None)
        case App(op, (condition, _, otherwise)) if op is select and is_number(otherwise, 0):
            return condition
        case App(op, (condition, then, _)) if op is select and is_number(then, 0):
            return not_(condition)
    return None
