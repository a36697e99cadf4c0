"""The computational graph of a run: its operations, and between them the local partial derivatives.

Invariant: a node is a row of the primal trace, and an edge leads from a row to one that reads it.
The derivative of a result by an input is the sum over all paths between them of the products of the
partials on each (Bauer 1974; Griewank & Walther, *Evaluating Derivatives*, section 3.3).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from adcli.errors import UsageError
from adcli.expr import App, Expr, Num, Var, variables
from adcli.ir import nodes as ir
from adcli.ops.expression_as_operation import tidy
from adcli.ops.primitive import Primitive
from adcli.passes.normalise import normalise
from adcli.trace.evaluation_traces import (
    FORWARD,
    Trace,
    TraceRow,
    evaluated,
    input_rows,
    primal_row,
    symbols,
    taken,
)


class Edge(NamedTuple):
    """From the row `source` to the row `target`, which reads it as its argument `argument`.

    `partial` is the local partial derivative as an expression over the names of rows, and `value`
    its number; None where the row copies, or the argument has no derivative.
    """

    source: int
    target: int
    argument: int
    partial: Expr | None
    value: float | None


class Literal(NamedTuple):
    """A literal number that the row `target` reads as its argument `argument`."""

    value: float
    target: int
    argument: int


class ComputationalGraph(NamedTuple):
    """The rows of a trace with the edges and the literals between them."""

    trace: Trace
    edges: tuple[Edge, ...]
    literals: tuple[Literal, ...]


def computational_graph(trace: Trace) -> ComputationalGraph:
    """The graph of what a trace recorded."""
    rows = {step.target: i for i, step in enumerate(trace.primal)}
    edges: list[Edge] = []
    literals: list[Literal] = []
    for i, step in enumerate(trace.primal):
        formula = step.formula
        arguments = formula.args if isinstance(formula, App) else (formula,)
        partials = list(_partials(step))
        for k, argument in enumerate(arguments):
            if isinstance(argument, Num):
                literals.append(Literal(float(argument.value), i, k))
            for name in dict.fromkeys(variables(argument)):
                if name in rows and rows[name] < i:
                    partial = partials[k] if isinstance(argument, Var) else None
                    edges.append(Edge(rows[name], i, k, partial, _value(partial, step)))
    return ComputationalGraph(trace, tuple(edges), tuple(literals))


def _partials(step: TraceRow) -> Iterator[Expr | None]:
    """The partial derivatives of a row by its arguments, as people write them."""
    formula = step.formula
    if not isinstance(formula, App):
        yield None
        return
    found = None
    if isinstance(formula.op, Primitive):
        calculus = formula.op.calculus
        rule = calculus.textbook or calculus.partials
        found = rule(Var(step.target), *formula.args) if rule else None
    for partial in found if found is not None else (None,) * len(formula.args):
        yield Num(float(partial)) if isinstance(partial, int | float) else partial


def _value(partial: Expr | None, step: TraceRow) -> float | None:
    if partial is None:
        return None
    try:
        return float(evaluated(partial, {**step.operands, step.target: step.value}))
    except (ArithmeticError, ValueError):
        return math.nan


def partial_formula(edge: Edge, trace: Trace) -> Expr | None:
    """The partial of an edge with choices made, as a formula over the names of rows."""
    if edge.partial is None:
        return None
    step = trace.primal[edge.target]
    return taken(tidy(edge.partial), {**step.operands, step.target: step.value})


def open_trace(module: ir.Module) -> Trace:
    """The rows of a program whose inputs have no values; those of the rows are nan.

    Raises `UsageError` for a program with loops, branches or calls: what it computes depends on
    the point.
    """
    main = normalise(module).main
    if len(module.functions) > 1 or not all(isinstance(stmt, ir.Let) for stmt in main.body):
        raise UsageError(
            "the graph of this program depends on the point: it has loops, branches or calls",
            hint="give one with --at",
        )
    rows = input_rows(main.params, [math.nan] * len(main.params))
    for stmt in main.body:
        assert isinstance(stmt, ir.Let)
        operands = dict.fromkeys(variables(stmt.expr), math.nan)
        rows.append(primal_row(main, stmt, operands, math.nan, len(rows)))
    inputs = dict.fromkeys(main.params, math.nan)
    return Trace(FORWARD, inputs, symbols(main, "", ""), "", rows, [], {})
