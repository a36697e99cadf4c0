"""Symbolic differentiation as a backend: unfold the program, differentiate its graph, evaluate.

Invariant: the numbers come from the partials of the table, with their guards, on a graph that keeps
the order of the program's operations.

A program is taken as a whole if its loops end whatever the real inputs are; its branches may depend
on them and become choices.  Else the path that the point takes is recorded, and a note says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adcli.backends.interface import Answer, Capabilities, Question
from adcli.backends.scaled_sweeps import TANGENT, ScaledSweeps, Seed
from adcli.engines.failure_messages import depth_limit, explain, step_limit
from adcli.engines.interface import UNFOLDED_STEPS, Engine, Limits
from adcli.engines.straight_line_recording import record
from adcli.errors import AdcliError, LimitError, Unsupported
from adcli.expr import App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import REAL, is_array
from adcli.nested_lists import entry_names, flatten, flatten_all, rebuilt_all
from adcli.passes.forward_mode import forward
from adcli.recursion_limit import deep
from adcli.source import Span
from adcli.symbolic.evaluate import NoValue, evaluate
from adcli.symbolic.graph_differentiation import Differentiator
from adcli.symbolic.shared_expression_graph import Graph
from adcli.symbolic.symbolic_execution import OutOfSteps, Unfolded, unfold
from adcli.symbolic.symbolic_values import DataDependent, Failed

#: The names of the seeds of the first and the second derivatives, which no input can have.
_SEEDS = ("%seed", "%seed2")


class Symbolic:
    """Build the graph, differentiate it by each input, evaluate all of it at once."""

    capabilities = Capabilities()

    def derivative(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        return self._answer(question, 1, engine, limits)

    def hessian(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        """The derivatives of the derivatives of the one result."""
        return self._answer(question, 2, engine, limits)

    def _answer(self, question: Question, order: int, engine: Engine, limits: Limits) -> Answer:
        module, point, wrt = question.module, question.point, question.wrt
        values = tuple(engine.load(module, limits)(point))
        names, place = _entries(module, point, wrt)
        if not names:
            return Answer(values, ((),) * (len(flatten_all(values)) if order == 1 else 0))
        graph = Graph()
        found, notes = unfolded(graph, module, point, limits)
        rules = Differentiator(graph)
        seeds = [graph.variable(name) for name in _SEEDS[:order]]
        if notes and declares(module):
            seeds = []
            columns = _declared_columns(graph, question, names, order, limits)
        elif order == 1:
            columns = [rules.derivatives(found.results, name, seeds[0]) for name in names]
        else:
            first = [rules.derivatives(found.results, name, seeds[0])[0] for name in names]
            columns = [rules.derivatives(first, name, seeds[1]) for name in names]
        roots = [node for row in zip(*columns, strict=True) for node in row]

        def run(parts: Sequence[Any]) -> tuple[float, ...]:
            full = place | dict(zip(_SEEDS, parts, strict=False))
            try:
                return tuple(evaluate(graph, roots, full, propagate=limits.propagate))
            except NoValue as failure:
                raise _explained(graph, failure, full, rules.origins, found.spans) from None

        if seeds:
            at = (max(map(abs, flatten_all(question.active_values))),)
            sweep = ScaledSweeps(module, run, engine, ())
            numbers = sweep(len(roots), *[Seed(TANGENT, (1.0,), at)] * order)[1]
        else:
            numbers = [*run(())]
        width = len(columns)
        rows = [tuple(numbers[i : i + width]) for i in range(0, len(numbers), width)]
        return Answer(values, tuple(rows), notes=notes)


def _entries(
    module: ir.Module, point: Sequence[Any], wrt: Sequence[str]
) -> tuple[list[str], dict[str, Any]]:
    """The names of the numbers in `wrt`, and the value of every number of the point by its name."""
    given = dict(zip(module.main.params, point, strict=True))
    names = [n for name in wrt for n in entry_names(name, given[name])]
    place: dict[str, Any] = {}
    for name, value in given.items():
        place.update(zip(entry_names(name, value), flatten(value), strict=True))
    return names, place


def _declared_columns(
    graph: Graph, question: Question, names: Sequence[str], order: int, limits: Limits
) -> list[list[Expr]]:
    """The columns of the Jacobian, or with order 2 of the Hessian, where functions declare
    derivatives."""
    module, wrt, point = question.module, question.wrt, question.point
    if order == 1:
        return [declared(graph, module, wrt, point, [name], limits) for name in names]
    return [[declared(graph, module, wrt, point, [a, b], limits)[0] for a in names] for b in names]


def unfolded(
    graph: Graph, module: ir.Module, point: Sequence[Any], limits: Limits
) -> tuple[Unfolded, tuple[str, ...]]:
    """The module's nodes: of the whole if it has a formula, else of the path from the point."""
    given = dict(zip(module.main.params, point, strict=True))
    try:
        return _whole(graph, module, given, limits), ()
    except DataDependent as dependent:
        span = dependent.span
    except OutOfSteps as stop:
        # the point may keep away from where the steps go
        if None in point:
            raise _limit(stop, limits) from None
        span = stop.span
    if None in point:
        raise Unsupported(
            "what runs here depends on the inputs, so there is no one formula",
            span=span,
            hint="give a point with --at: the formula then holds on the path that it takes",
        )
    path = record(module, tuple(point), limits)
    given = dict.fromkeys(path.main.params)
    where = f": what runs in line {span.line} depends on the inputs" if span else ""
    note = f"symbolic: the derivative holds on the path that the point takes{where}"
    return _whole(graph, path, given, limits), (note,)


def declares(module: ir.Module) -> bool:
    """Whether a function has a derivative of its own."""
    return any(f.rule is not None for f in module.functions.values())


def declared(
    graph: Graph,
    module: ir.Module,
    wrt: Sequence[str],
    point: Sequence[Any],
    entries: Sequence[str],
    limits: Limits,
) -> list[Expr]:
    """The derivatives of the results by entries of the inputs, one after the other, on the path
    from the point, where functions declare derivatives: a recording knows operations only, so it is
    the tangents that are recorded."""
    given = dict(zip(module.main.params, point, strict=True))
    active = [given[name] for name in wrt]
    names = [n for name in wrt for n in entry_names(name, given[name])]
    derived, args = module, list(point)
    known: dict[str, float] = {}
    for entry in entries:
        derived = forward(derived, wrt)
        seeds = rebuilt_all(iter([float(n == entry) for n in names]), active)
        params = derived.main.params[len(args) :]
        args += seeds
        for param, seed in zip(params, seeds, strict=True):
            known.update(zip(entry_names(param, seed), flatten(seed), strict=True))
    path = _with_literals(record(derived, tuple(args), limits), known)
    found = _whole(graph, path, dict.fromkeys(path.main.params), limits)
    count = len(found.results) >> len(entries)
    return found.results[-count:]


def _with_literals(path: ir.Module, known: Mapping[str, float]) -> ir.Module:
    """A straight-line module with numbers in place of some of its parameters."""
    old = path.main

    def atom(expr: Expr) -> Expr:
        return Num(known[expr.name]) if isinstance(expr, Var) and expr.name in known else expr

    body: list[ir.Stmt] = []
    for stmt in old.body:
        assert isinstance(stmt, ir.Let)
        expr = stmt.expr
        expr = App(expr.op, tuple(map(atom, expr.args))) if isinstance(expr, App) else atom(expr)
        body.append(ir.Let(stmt.target, expr, stmt.span))
    params = tuple([p for p in old.params if p not in known])
    main = ir.Function(old.name, params, old.results, old.types, body, old.span)
    return ir.Module({old.name: main}, old.name, normal=True)


def _whole(graph: Graph, module: ir.Module, given: Mapping[str, Any], limits: Limits) -> Unfolded:
    main = module.main
    shaping = {p: given[p] for p in main.params if main.types[p] != REAL}
    missing = [p for p, value in shaping.items() if value is None]
    if missing:
        what = "an array whose size" if is_array(main.types[missing[0]]) else "an integer that"
        raise Unsupported(
            f"'{missing[0]}' is {what} shapes the formula: it needs a value",
            span=main.span,
            hint=f"give it with --at {missing[0]}=...",
        )
    steps = limits.max_steps or UNFOLDED_STEPS
    try:
        with deep():
            return unfold(graph, module, shaping, steps, limits.max_depth)
    except Failed as failure:
        raise _failed(failure) from None


def _limit(stop: OutOfSteps, limits: Limits) -> LimitError:
    if stop.deep:
        return depth_limit(limits.max_depth, stop.span)
    return step_limit(limits.max_steps or UNFOLDED_STEPS, stop.span)


def _failed(failure: Failed) -> AdcliError:
    """The engines' error for a statement without a value."""

    def look_up(name: str) -> Any:
        held = failure.env[name]
        return held if isinstance(held, list) else held.known

    return explain(failure.stmt, look_up, failure.overflow)


def _explained(
    graph: Graph,
    failure: NoValue,
    place: Mapping[str, Any],
    origins: Mapping[Expr, Expr],
    spans: Mapping[Expr, Span | None],
) -> AdcliError:
    """The engines' error for a derivative without a value: it is that of the operation which the
    node serves."""
    node: Expr = failure.node
    while node in origins:
        node = origins[node]
    assert isinstance(node, App)
    span = spans.get(node)
    found = evaluate(graph, node.args, place, propagate=True)
    numbers = [a if isinstance(a, Num) else Num(v) for a, v in zip(node.args, found, strict=True)]
    primal = ir.Let("", App(node.op, tuple(numbers)), span)
    served = primal if node is failure.node else ir.Let("", primal.expr, span, primal)
    nothing: dict[str, Any] = {}
    return explain(served, nothing.__getitem__, failure.overflow)
