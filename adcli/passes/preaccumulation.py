"""Preaccumulation: the backward side of an iteration that hands on one number.

First come the derivatives of that number by all that it was made from, then their products with its
adjoint, so that from iteration to iteration there is one multiplication.  Griewank & Walther,
*Evaluating Derivatives*, section 10.2.

Invariant: adjoints are multiplied by products of partials only where that cannot leave the range of
doubles when multiplication one by one would not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from adcli.expr import OPERATORS, App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import operands
from adcli.ir.types import REAL
from adcli.passes.adjoint_state import AdjointState
from adcli.passes.adjoint_variables import AdjointVariables
from adcli.passes.chain_rule import literals_of, multiplies_partial
from adcli.passes.reversal_plan import ReversalPlan


def only_carried_number(
    body: Sequence[ir.Stmt], variables: AdjointVariables, plan: ReversalPlan
) -> str | None:
    """The only number that straight iterations of a loop hand on, if there is just one that counts:
    all other active variables that they assign are local.  None too where a partial would be
    multiplied by others before it meets the adjoint, and might leave the range of doubles.  (The
    adjoint of a running sum needs no products.)"""
    active, arrays = variables.active, variables.arrays
    carried: list[str] = []
    for stmt in body:
        if not isinstance(stmt, ir.Let | ir.Load | ir.Length):
            return None
        if isinstance(stmt, ir.Let) and not _multiplies_partials(stmt.expr, active):
            return None
        if stmt.target in arrays:
            if isinstance(stmt, ir.Let):
                return None
        elif stmt.target in active and stmt.target not in plan.block_local:
            if not isinstance(stmt, ir.Let):
                return None
            carried.append(stmt.target)
    return carried[0] if len(carried) == 1 else None


def _multiplies_partials(expr: Expr, active: set[str]) -> bool:
    """Whether adjoints are multiplied by each partial as a whole."""
    if not isinstance(expr, App):
        return True
    literals = literals_of(expr)
    return all(
        multiplies_partial(expr.op, index, literals)
        for index, arg in enumerate(expr.args)
        if isinstance(arg, Var) and arg.name in active
    )


def preaccumulated(
    body: Sequence[ir.Stmt],
    carried: str,
    variables: AdjointVariables,
    state: AdjointState,
    reverse: Callable[[Sequence[ir.Stmt], list[ir.Stmt]], None],
    out: list[ir.Stmt],
) -> None:
    """The backward side of an iteration; `reverse` writes that of a block."""
    adjoints, outer, last = state.adjoints, state.nonzero, body[-1]
    seed, times = adjoints[carried], OPERATORS["*"]
    inside = {n for stmt in body for n in (*operands(stmt), *ir.assigned(stmt)) if n in adjoints}
    numbers = sorted(inside - variables.arrays)
    state.adjoints = adjoints | {n: Var(f"d.{n}{variables.mark}") for n in numbers}
    variables.types.update((state.adjoints[n].name, REAL) for n in numbers)
    outside = state.renewed
    state.nonzero, state.renewed = {carried}, outside | {carried}
    out.append(ir.Let(state.adjoints[carried].name, Num(1.0), last.span, last, ir.ADJOINT))
    for stmt in reversed(body):
        if isinstance(stmt, ir.Load) and stmt.target in state.nonzero:
            share = times(seed, state.adjoints[stmt.target])
            state.adjoints[stmt.target] = adjoints[stmt.target]
            out.append(ir.Let(adjoints[stmt.target].name, share, stmt.span, stmt, ir.ADJOINT))
        reverse([stmt], out)
    shares = {n: times(seed, state.adjoints[n]) for n in variables.types if n in state.nonzero}
    state.adjoints, state.nonzero, state.renewed = adjoints, outer, outside
    own = shares.pop(carried, Num(0.0))
    for name, share in shares.items():
        state.add(Var(name), share, last, out)
    out.append(ir.Let(seed.name, own, last.span, last, ir.ADJOINT))
