"""Ties and while loops: does a module have them?  They decide which method suits it.

Invariant: a feature that is not found is not there; one that is found may never matter in a run.
"""

from __future__ import annotations

from adcli.expr import App, Op
from adcli.ir import nodes as ir
from adcli.ops.comparisons_logic_and_choice import COMPARISONS
from adcli.ops.primitive import Primitive


def may_meet_ties(module: ir.Module) -> bool:
    """Whether a module compares numbers, or has operations that are not smooth everywhere."""
    met: set[Op] = set()
    for function in module.functions.values():
        for stmt in ir.walk(function.body):
            if stmt.__class__ is ir.Let and stmt.expr.__class__ is App:
                met.add(stmt.expr.op)
    return any(
        op in COMPARISONS or (isinstance(op, Primitive) and op.domain.smooth is not None)
        for op in met
    )


def has_loops(module: ir.Module) -> bool:
    """Whether a module has loops of any kind."""
    return any(
        isinstance(s, ir.For | ir.While)
        for f in module.functions.values()
        for s in ir.control(f.body)
    )


def has_while_loops(module: ir.Module) -> bool:
    """Whether a module has loops that run until something holds."""
    return any(
        isinstance(s, ir.While) for f in module.functions.values() for s in ir.control(f.body)
    )
