"""Second derivatives of one number, and the products of first and second ones with vectors.

Each backend has a second order of its own.  Passes are closed under repetition, so modes compose:
forward over reverse mode gives a column of the Hessian for a small multiple of the program's time
(Griewank & Walther, *Evaluating Derivatives*, section 5.4; Pearlmutter, "Fast exact multiplication
by the Hessian", 1994); reverse over reverse mode a row, forward over forward mode one entry.
Finite differences evaluate only, at this order too: they difference a gradient of differences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from adcli.backends.question import Answer, Matrix, Question, transposed, units
from adcli.backends.sweeps import ADJOINT, TANGENT, Seed, Sweeps
from adcli.engines.interface import Engine, Limits, Runner
from adcli.errors import DomainError, NotDifferentiable
from adcli.ir import nodes as ir
from adcli.ir.lazy_modules import later
from adcli.nested_lists import flatten_all
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse

#: The results, and the parts of a product.
Product = tuple[tuple[Any, ...], tuple[Any, ...]]


def hessian(question: Question, name: str, engine: Engine, limits: Limits) -> Answer:
    """The second derivatives of the entry's one number: an answer whose matrix has a row and a
    column for each entry of the inputs."""
    if name == "symbolic":
        from adcli.backends.symbolic import Symbolic

        return Symbolic().hessian(question, engine, limits)
    if name == "finite-difference":
        return _differences(question, engine, limits)
    find = {"forward": _forward_twice, "reverse": _reverse_twice}.get(name, _forward_over_reverse)
    values = question.results(engine, limits)
    rows, sweeps = find(question, engine, limits) if flatten_all(question.active) else ((), 0)
    return Answer(values, rows, sweeps=sweeps)


def _forward_over_reverse(question: Question, engine: Engine, limits: Limits) -> tuple[Matrix, int]:
    found = second_products(question, units(question.active), engine, limits)
    columns = [flatten_all(product) for _, product in found]
    return transposed(columns, len(columns)), len(columns)


def _reverse_twice(question: Question, engine: Engine, limits: Limits) -> tuple[Matrix, int]:
    """The adjoints of each adjoint."""
    wrt, point = question.wrt, question.point
    run = engine.load(later(reverse, later(reverse, question.module, wrt), wrt), limits)
    rows = []
    sweep = Sweeps(question.module, run, engine, point)
    for seed in units(question.active):
        _, found = sweep(len(wrt), Seed(ADJOINT, (1.0,)), Seed(TANGENT, (0.0, *seed)))
        rows.append(tuple(flatten_all(found)))
    return tuple(rows), len(rows)


def _forward_twice(question: Question, engine: Engine, limits: Limits) -> tuple[Matrix, int]:
    """The tangent of a tangent along two directions, for each pair of them."""
    wrt, point = question.wrt, question.point
    run = engine.load(later(forward, later(forward, question.module, wrt), wrt), limits)
    sweep = Sweeps(question.module, run, engine, point)
    rows: list[list[float]] = []
    for i, one in enumerate(units(question.active)):
        rows.append([])
        for j, other in enumerate(units(question.active)):
            if j > i:
                break
            _, (number,) = sweep(1, *[Seed(TANGENT, s, question.active) for s in (one, other)])
            rows[i].append(number)
    size = len(rows)
    matrix = [[rows[max(i, j)][min(i, j)] for j in range(size)] for i in range(size)]
    return tuple(map(tuple, matrix)), size * (size + 1) // 2


# -- products --------------------------------------------------------------------------------------


def tangents(
    question: Question, directions: Iterable[Sequence[Any]], engine: Engine, limits: Limits
) -> Iterator[Product]:
    """For each direction the results and their tangents: Jacobian times vector."""
    run = engine.load(later(forward, question.module, question.wrt), limits)
    sweep = Sweeps(question.module, run, engine, question.point)
    results = len(question.module.main.results)
    for direction in directions:
        found, derivatives = sweep(results, Seed(TANGENT, direction, question.active))
        yield tuple(found[:results]), tuple(derivatives)


def adjoints(
    question: Question, seeds: Iterable[Sequence[Any]], engine: Engine, limits: Limits
) -> Iterator[Product]:
    """For each seed of the results those and the adjoints of the inputs: vector times Jacobian."""
    run = engine.load(later(reverse, question.module, question.wrt, terse=True), limits)
    sweep = Sweeps(question.module, run, engine, question.point)
    results = len(question.module.main.results)
    for seed in seeds:
        found, derivatives = sweep(len(question.wrt), Seed(ADJOINT, seed))
        yield tuple(found[:results]), tuple(derivatives)


def second_products(
    question: Question, directions: Iterable[Sequence[Any]], engine: Engine, limits: Limits
) -> Iterator[Product]:
    """For each direction the result and the Hessian times it, by forward over reverse mode."""
    wrt, point = question.wrt, question.point
    run = engine.load(later(forward, later(reverse, question.module, wrt), wrt), limits)
    sweep = Sweeps(question.module, run, engine, point)
    for direction in directions:
        found, derivatives = sweep(
            len(wrt), Seed(ADJOINT, (1.0,)), Seed(TANGENT, direction, question.active)
        )
        yield tuple(found[:1]), tuple(derivatives)


# -- differences of differences --------------------------------------------------------------------


def _differences(question: Question, engine: Engine, limits: Limits) -> Answer:
    """Differences of a gradient that is itself found by evaluating only.

    The inner one is the complex step, exact to rounding, where all operations have one; else
    Ridders' method.
    """
    from adcli.backends.finite import FiniteDifference, is_analytic

    values = question.results(engine, limits)
    scheme = "complex-step" if is_analytic(question.module) else "richardson"
    slopes = _Slopes(question, FiniteDifference(scheme), engine)
    gradient = slopes.load(question.module, limits)(question.point)
    slopes.is_started = True
    found = FiniteDifference().derivative(
        Question(question.module, question.point, question.wrt, gradient), slopes, limits
    )
    return Answer(values, found.jacobian, found.errors, found.notes)


class _Slopes:
    """An engine whose runs give, in place of a module's results, the entries of its gradient."""

    name = "slopes"
    steps = 0
    notes: tuple[str, ...] = ()

    def __init__(self, question: Question, inner: Any, engine: Engine) -> None:
        self.wrt = question.wrt
        self.inner = inner
        self.engine = engine
        self.is_started = False

    def load(self, module: ir.Module, limits: Limits) -> Runner:
        loaded = _Loaded(self.engine)

        def run(args: Sequence[Any]) -> tuple[Any, ...]:
            asked = Question(module, tuple(args), self.wrt)
            try:
                found: Answer = self.inner.derivative(asked, loaded, limits)
            except NotDifferentiable as error:
                if not self.is_started:
                    raise
                # beside the point this is a place without a value like others
                raise DomainError(error.message, span=error.span) from None
            return tuple(found.jacobian[0])

        return run


class _Loaded:
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
