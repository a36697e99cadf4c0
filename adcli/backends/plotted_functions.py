"""Programs as functions of one or two of their inputs, the others fixed: for plots.

Invariant: a place where the program has no value, or raises, gives nan; a limit that is reached is
an error as everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from adcli.backends.interface import Question
from adcli.backends.plotted_curve_noise import Function
from adcli.backends.rounding_noise import PATTERNS
from adcli.engines.interface import Limits, Runner
from adcli.engines.registry import AUTO, engine
from adcli.errors import DomainError, EvaluationError, LimitError, UsageError
from adcli.ir import nodes as ir
from adcli.ir.types import REAL
from adcli.passes.pass_registry import transformed
from adcli.passes.stochastic_rounding import perturbed

#: For how many runs the engine is chosen.
_RUNS = 1000

#: The iterations of a search that waits for a small step may not end with other roundings.
_PERTURBED_STEPS = 50_000


def along(question: Question, order: int, limits: Limits) -> Function:
    """The program as a function of its one active input: from x to f, f', ..., f of that order."""
    module = transformed(question.module, ["forward"] * order, question.wrt)
    function = _orders(_runner(module, limits), question, order)
    point, (at,) = list(question.point), _places(question)

    @cache
    def strict() -> Runner:
        return engine(AUTO, question.module, _RUNS).load(question.module, limits)

    def checked(x: float) -> Sequence[float]:
        """An infinity on the way may vanish, as in atan(1/x) at 0: there is no value."""
        found = function(x)
        if order and math.isfinite(found[0]) and math.isnan(found[1]):
            point[at] = x
            try:
                strict()(point)
            except DomainError:
                return [math.nan] * len(found)
            except EvaluationError:
                pass  # too large a number on the way
        return found

    return checked


def rounding_along(question: Question, order: int, limits: Limits) -> Function:
    """From x to how far 16 times the program's own rounding moves f, f', ..., f of that order: by
    inf where a moved number is infinite, by 0 where the number itself is.

    A pattern of roundings with which a loop does not end tells nothing."""

    @cache
    def patterns() -> list[Function]:
        module = transformed(question.module, ["forward"] * order, question.wrt)
        short = limits.within(_PERTURBED_STEPS)
        runs = [_runner(perturbed(module, pattern, 16), short) for pattern in range(PATTERNS)]
        return [_orders(run, question, order) for run in runs]

    exact = along(question, order, limits)

    @cache
    def rounding(x: float) -> Sequence[float]:
        moved: list[Sequence[float]] = []
        for pattern in [*patterns()]:
            try:
                moved.append(pattern(x))
            except LimitError:
                patterns().remove(pattern)
        return [_farthest(y, [values[k] for values in moved]) for k, y in enumerate(exact(x))]

    return rounding


def _farthest(y: float, others: Iterable[float]) -> float:
    if not math.isfinite(y):
        return 0.0
    return max([abs(other - y) for other in others if not math.isnan(other)], default=0.0)


def _orders(run: Runner, question: Question, order: int) -> Function:
    """Of runs of a module after `order` passes of forward mode the derivatives from 0 on."""
    point, (at,) = list(question.point), _places(question)

    def function(x: float) -> Sequence[float]:
        point[at] = x
        found = _values(run, [*point, *[1.0] * order])
        if found is None or math.isnan(found[0]):
            return [math.nan] * (order + 1)
        # after k passes the last of the 2^k results is the k-th derivative
        return [found[2**k - 1] for k in range(order + 1)]

    return function


class Surface:
    """The program as a function of its two active inputs."""

    def __init__(self, question: Question, limits: Limits) -> None:
        self._places = _places(question)
        self._point = list(question.point)
        self._value = _runner(question.module, limits)
        self._gradient = _runner(transformed(question.module, ["forward"], question.wrt), limits)

    def value(self, x: float, y: float) -> float:
        found = _values(self._value, self._at(x, y))
        return math.nan if found is None else float(found[0])

    def gradient(self, x: float, y: float) -> tuple[float, float]:
        """Both partial derivatives."""
        seeds = (1.0, 0.0), (0.0, 1.0)
        found = [_values(self._gradient, [*self._at(x, y), *seed]) for seed in seeds]
        first, second = [math.nan if f is None else float(f[1]) for f in found]
        return first, second

    def _at(self, x: float, y: float) -> list[Any]:
        for place, number in zip(self._places, (x, y), strict=True):
            self._point[place] = number
        return self._point


def _places(question: Question) -> list[int]:
    """The places of the active inputs among the arguments; all are numbers."""
    main = question.module.main
    for name in question.wrt:
        if main.types[name] != REAL:
            raise UsageError(f"'{name}' is no real number, but an array or an integer")
    return [main.params.index(name) for name in question.wrt]


def _runner(module: ir.Module, limits: Limits) -> Runner:
    ranging = Limits(limits.max_steps, limits.max_depth, propagate=True)
    return engine(AUTO, module, _RUNS).load(module, ranging)


def _values(run: Runner, arguments: Sequence[Any]) -> tuple[Any, ...] | None:
    try:
        return run(arguments)
    except EvaluationError:
        return None
