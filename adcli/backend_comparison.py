"""All ways to a gradient side by side: what each finds, how far it is off, and what it costs.

Invariant: all but the seconds is the same on every machine.  `evaluations` counts how often the
program runs, with derivatives or without; `operations` are those of all these runs, counted on the
straight-line code of the point; `tape` counts the values that the backward sweep needs.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from adcli.backends import registry
from adcli.backends.expression_swell import operations
from adcli.backends.finite_differences import SCHEMES, FiniteDifference
from adcli.backends.named_results import Derivatives
from adcli.backends.reference_derivatives import Reference, reference
from adcli.backends.symbolic import unfolded
from adcli.derivatives_at_point import ProgramAtPoint
from adcli.engines.interface import Limits
from adcli.engines.straight_line_recording import record
from adcli.errors import AdcliError, MissingExtra, Unsupported
from adcli.expr import App
from adcli.frameworks import framework_process as frameworks
from adcli.frameworks.framework_process import FrameworkRun
from adcli.ir import nodes as ir
from adcli.ir.dataflow import operands
from adcli.nested_lists import flatten_all
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse
from adcli.program import Program
from adcli.rank_specialisation import Point
from adcli.recursion_limit import deep
from adcli.symbolic.graph_differentiation import Differentiator
from adcli.symbolic.shared_expression_graph import Graph

#: The best of so many runs is the time that a backend takes.
_REPEATS = 3

FINITE = "finite-difference"


class BackendRow(NamedTuple):
    """What one backend finds; where it fails, `message` says why and the numbers are None."""

    backend: str
    scheme: str | None
    found: Derivatives | None
    errors: Sequence[float]
    evaluations: int
    operations: int
    tape: int
    seconds: float
    message: str = ""

    @property
    def error(self) -> float | None:
        """The largest error of a partial derivative."""
        return max(self.errors, default=None)


class FrameworkRow(NamedTuple):
    """What a framework finds; `ulps` are the distances of its derivatives from those of reverse
    mode, in units of the last place; where it fails, `message` says why."""

    framework: str
    run: FrameworkRun | None
    ulps: Sequence[float]
    message: str = ""


class Comparison(NamedTuple):
    """All rows, by reference derivatives of which `reference` says where they come from."""

    entries: Sequence[str]
    value: float
    reference: str
    backends: Sequence[BackendRow]
    frameworks: Sequence[FrameworkRow]
    notes: tuple[str, ...]


@deep()
def compare(
    f: Program,
    point: Point,
    wrt: Sequence[str] | None,
    with_frameworks: Sequence[str] = (),
    python: str | None = None,
) -> Comparison:
    """The gradient of the one number that is the result, by all backends and schemes, and by the
    frameworks that are named, in processes of `python`.  Raises `MissingExtra` if none of them is
    installed, `UsageError` for one that adcli does not know."""
    for name in with_frameworks:
        frameworks.framework(name)
    bound = f.at(point, wrt)
    exact = bound.gradient(registry.REVERSE)
    against = reference(bound.question, exact.matrix[0], bound.limits)
    counts = _Counts(bound)
    rows = [_row(bound, name, None, against, counts) for name in _BACKENDS]
    rows += [_row(bound, FINITE, scheme, against, counts) for scheme in SCHEMES]
    others = _framework_rows(with_frameworks, bound, exact, python)
    return Comparison(
        exact.column_names(), exact.values[0], against.source, rows, others, exact.notes
    )


#: The backends that are no difference quotients.
_BACKENDS = tuple(name for name in registry.FIRST_ORDER if name != FINITE)


class _Counts:
    """The operations of the straight-line code of the point and of its derivatives."""

    def __init__(self, bound: ProgramAtPoint) -> None:
        question = bound.question
        self.recorded = record(question.module, question.point, bound.limits)
        params = self.recorded.main.params
        self.active = [p for p in params if p.partition("[")[0] in question.wrt]
        self.value = operations(self.recorded)

    def of(self, backend: str, evaluations: int) -> tuple[int, int]:
        """The operations of all runs, and the values that are kept on the way."""
        if backend == registry.FORWARD:
            # a sweep may carry the tangents of several inputs beside one evaluation
            tangents = operations(forward(self.recorded, self.active)) - self.value
            return evaluations * self.value + len(self.active) * tangents, 0
        if backend == registry.REVERSE:
            module = reverse(self.recorded, self.active, terse=True)
            return operations(module), _kept(module)
        if backend == FINITE:
            return evaluations * self.value, 0
        return self._of_graph(), 0

    def _of_graph(self) -> int:
        """Those of the formulas of the value and of all derivatives, in which equal expressions
        exist once."""
        graph = Graph()
        given = [None] * len(self.recorded.main.params)
        found, _ = unfolded(graph, self.recorded, given, Limits())
        rules = Differentiator(graph)
        slopes = [s for name in self.active for s in rules.derivatives(found.results, name)]
        return sum(isinstance(node, App) for node in graph.below([*found.results, *slopes]))


def _kept(module: ir.Module) -> int:
    """How many values of the forward sweep, inputs included, the backward sweep reads."""
    statements = [stmt for stmt in module.main.body if isinstance(stmt, ir.Let)]
    values = {stmt.target for stmt in statements if stmt.role == ir.PRIMAL}
    values |= {*module.main.params}
    read = {n for s in statements if s.role == ir.ADJOINT for n in operands(s)}
    return len(values & read)


def _row(
    bound: ProgramAtPoint, backend: str, scheme: str | None, against: Reference, counts: _Counts
) -> BackendRow:
    found: Derivatives | None = None
    seconds, evaluations = math.inf, 1
    try:
        for _ in range(_REPEATS):
            start = time.perf_counter()
            found = bound.differentiate(backend, scheme=scheme)
            seconds = min(seconds, time.perf_counter() - start)
        assert found is not None
        if scheme is not None:
            evaluations = _evaluations(bound, scheme)
        elif found.sweeps:
            evaluations = found.sweeps
        cost, tape = counts.of(backend, evaluations)
    except AdcliError as error:
        return BackendRow(backend, scheme, None, (), 0, 0, 0, 0.0, error.message)
    errors = [against.error(i, slope) for i, slope in enumerate(found.matrix[0])]
    return BackendRow(backend, scheme, found, errors, evaluations, cost, tape, seconds)


def _evaluations(bound: ProgramAtPoint, scheme: str) -> int:
    """How often a scheme evaluates the program."""
    inquiry = bound.inquiry(20)
    backend = FiniteDifference(scheme)
    backend.derivative(bound.question, inquiry.engine, bound.limits)
    return backend.evaluations


def _framework_rows(
    names: Sequence[str], bound: ProgramAtPoint, exact: Derivatives, python: str | None
) -> list[FrameworkRow]:
    """What the frameworks find; one that is not installed has a message beside another that is."""
    rows, missing = [], []
    for name in names:
        try:
            rows.append(framework_row(name, bound, exact, python))
        except MissingExtra as error:
            missing.append(error)
            rows.append(FrameworkRow(name, None, (), f"{error.message} ({error.hint})"))
    if missing and len(missing) == len(rows):
        raise missing[0]
    return rows


def framework_row(
    name: str, bound: ProgramAtPoint, exact: Derivatives, python: str | None
) -> FrameworkRow:
    """What a framework finds for the run at the point."""
    module, numbers = straight_line(bound)
    try:
        found = frameworks.run(name, module, numbers, python)
    except Unsupported as error:
        return FrameworkRow(name, None, (), error.message)
    by_name = dict(zip(module.main.params, found.gradient, strict=True))
    slopes = [by_name[entry] for entry in exact.column_names()]
    ulps = [abs(a - b) / math.ulp(b) for a, b in zip(slopes, exact.matrix[0], strict=True)]
    return FrameworkRow(name, found._replace(gradient=slopes), ulps)


def straight_line(bound: ProgramAtPoint) -> tuple[ir.Module, list[float]]:
    """The recorded run at the point, and the numbers of its parameters."""
    question = bound.question
    module = record(question.module, question.point, bound.limits)
    roots = {param.partition("[")[0] for param in module.main.params}
    values: list[Any] = [
        value
        for name, value in zip(question.module.main.params, question.point, strict=True)
        if name in roots
    ]
    return module, [float(number) for number in flatten_all(values)]
