"""Second derivatives of a scalar result: how each backend computes them.

The passes are closed under repetition, so modes compose: forward over reverse mode gives a column
of the Hessian for a small multiple of the program's time (Griewank & Walther, *Evaluating
Derivatives*, section 5.4; Pearlmutter, "Fast exact multiplication by the Hessian", 1994); reverse
over reverse mode a row, forward over forward mode one entry.

Invariant: finite differences evaluate only, at this order too: they difference a gradient of
differences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from adcli.backends.interface import (
    Answer,
    Capabilities,
    FirstOrderBackend,
    Matrix,
    Question,
    transposed,
    units,
)
from adcli.backends.products_with_vectors import second_products
from adcli.backends.scaled_sweeps import ADJOINT, TANGENT, ScaledSweeps, Seed
from adcli.engines.interface import Engine, Limits, Runner
from adcli.errors import DomainError, NotDifferentiable
from adcli.ir import nodes as ir
from adcli.ir.lazy_module import lazy_module
from adcli.nested_lists import flatten_all
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse

#: What composed passes and formulas can do: a Hessian takes two runs for each column, more or less.
_HESSIAN = Capabilities(runs=lambda columns, rows: 2 * columns)


class ForwardOverReverse:
    """Tangents of adjoints: a run for each column."""

    capabilities = _HESSIAN

    def hessian(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        return _composed(_forward_over_reverse, question, engine, limits)


class ForwardOverForward:
    """Tangents of tangents: a run for each pair of entries."""

    capabilities = _HESSIAN

    def hessian(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        return _composed(_forward_over_forward, question, engine, limits)


class ReverseOverReverse:
    """Adjoints of adjoints: a run for each row."""

    capabilities = _HESSIAN

    def hessian(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        return _composed(_reverse_over_reverse, question, engine, limits)


class SymbolicHessian:
    """The formulas of the second derivatives."""

    capabilities = _HESSIAN

    def hessian(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        from adcli.backends.symbolic import Symbolic

        return Symbolic().hessian(question, engine, limits)


class DifferencesOfGradients:
    """Differences of a gradient that is itself found by evaluating only.

    The inner one is the complex step, exact to rounding, where all operations have one; else
    Ridders' method.
    """

    capabilities = Capabilities(runs=_HESSIAN.runs, evaluates_only=True, estimates_errors=True)

    def hessian(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        from adcli.backends.complex_step_scheme import is_analytic
        from adcli.backends.finite_differences import FiniteDifference

        values = question.results(engine, limits)
        scheme = "complex-step" if is_analytic(question.module) else "richardson"
        gradients = _GradientEngine(question, FiniteDifference(scheme), engine)
        gradient = gradients.load(question.module, limits)(question.point)
        gradients.is_started = True
        found = FiniteDifference().derivative(
            Question(question.module, question.point, question.wrt, gradient), gradients, limits
        )
        return Answer(values, found.jacobian, found.errors, found.notes)


# -- modes composed --------------------------------------------------------------------------------

#: From a question to the Hessian and the number of runs.
_Composition = Callable[[Question, Engine, Limits], tuple[Matrix, int]]


def _composed(find: _Composition, question: Question, engine: Engine, limits: Limits) -> Answer:
    values = question.results(engine, limits)
    rows, sweeps = (
        find(question, engine, limits) if flatten_all(question.active_values) else ((), 0)
    )
    return Answer(values, rows, sweeps=sweeps)


def _forward_over_reverse(question: Question, engine: Engine, limits: Limits) -> tuple[Matrix, int]:
    found = second_products(question, units(question.active_values), engine, limits)
    columns = [flatten_all(product) for _, product in found]
    return transposed(columns, len(columns)), len(columns)


def _reverse_over_reverse(question: Question, engine: Engine, limits: Limits) -> tuple[Matrix, int]:
    """The adjoints of each adjoint."""
    wrt, point = question.wrt, question.point
    run = engine.load(lazy_module(reverse, lazy_module(reverse, question.module, wrt), wrt), limits)
    rows = []
    sweep = ScaledSweeps(question.module, run, engine, point)
    for seed in units(question.active_values):
        _, found = sweep(len(wrt), Seed(ADJOINT, (1.0,)), Seed(TANGENT, (0.0, *seed)))
        rows.append(tuple(flatten_all(found)))
    return tuple(rows), len(rows)


def _forward_over_forward(question: Question, engine: Engine, limits: Limits) -> tuple[Matrix, int]:
    """The tangent of a tangent along two directions, for each pair of them."""
    wrt, point = question.wrt, question.point
    run = engine.load(lazy_module(forward, lazy_module(forward, question.module, wrt), wrt), limits)
    sweep = ScaledSweeps(question.module, run, engine, point)
    rows: list[list[float]] = []
    for i, one in enumerate(units(question.active_values)):
        rows.append([])
        for j, other in enumerate(units(question.active_values)):
            if j > i:
                break
            _, (number,) = sweep(
                1, *[Seed(TANGENT, s, question.active_values) for s in (one, other)]
            )
            rows[i].append(number)
    size = len(rows)
    matrix = [[rows[max(i, j)][min(i, j)] for j in range(size)] for i in range(size)]
    return tuple(map(tuple, matrix)), size * (size + 1) // 2


# -- differences of gradients ----------------------------------------------------------------------


class _GradientEngine:
    """An engine whose runs give, in place of a module's results, the entries of its gradient."""

    name = "gradients"
    steps = 0
    notes: tuple[str, ...] = ()

    def __init__(self, question: Question, inner: FirstOrderBackend, engine: Engine) -> None:
        self.wrt = question.wrt
        self.inner = inner
        self.engine = engine
        self.is_started = False

    def load(self, module: ir.Module, limits: Limits) -> Runner:
        loaded = _LoadingOnce(self.engine)

        def run(args: Sequence[Any]) -> tuple[Any, ...]:
            asked = Question(module, tuple(args), self.wrt)
            try:
                found = self.inner.derivative(asked, loaded, limits)
            except NotDifferentiable as error:
                if not self.is_started:
                    raise
                # beside the point this is a place without a value like others
                raise DomainError(error.message, span=error.span) from None
            return tuple(found.jacobian[0])

        return run


class _LoadingOnce:
    """An engine that loads a module once."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.name = engine.name
        self.steps = 0
        self.notes: tuple[str, ...] = ()
        self.runners: dict[int, Runner] = {}

    def load(self, module: ir.Module, limits: Limits) -> Runner:
        if id(module) not in self.runners:
            self.runners[id(module)] = self.engine.load(module, limits)
        return self.runners[id(module)]
