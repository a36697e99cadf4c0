"""The error of difference quotients over their step: truncation at large steps, round-off at small.

Forward and central differences, one step of Richardson's extrapolation of central differences, and
the complex step, each at steps from 1 down to 1e-17 times the size of the input.

The best step is that of the envelope, the largest error within half a power of ten to both sides: a
single quotient may be right by luck, its neighbours are not.

Nocedal & Wright, *Numerical Optimization* (2006), section 8.1; Squire & Trapp (1998).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from adcli.backends.complex_step_scheme import complex_runner, is_analytic
from adcli.backends.interface import Question
from adcli.backends.reference_derivatives import Reference
from adcli.engines.interface import Limits, Runner
from adcli.engines.registry import AUTO, engine
from adcli.errors import EvaluationError
from adcli.nested_lists import entry_names, flatten_all, rebuilt_all

FORWARD, CENTRAL, RICHARDSON, COMPLEX = "forward", "central", "richardson", "complex-step"

#: Steps in each power of ten, the powers of ten, and the steps to each side that an envelope takes.
_PER_DECADE, _DECADES, _REACH = 8, 17, 4

#: The powers of ten between which the largest step lies, so that all steps are doubles.
_LOWEST, _HIGHEST = -290, 307

#: From a step to an estimate.
Quotient = Callable[[float], float]


class Scheme(NamedTuple):
    """A scheme's errors: `[(h, error), ...]` from the largest step down, nan where there is no
    estimate.  `best_error` is the one at the best step; both are None if there is none."""

    name: str
    points: Sequence[tuple[float, float]]
    best_step: float | None
    best_error: float | None
    evaluations: int


class StepSizeErrors(NamedTuple):
    """The errors of all schemes in the derivative by one entry of the inputs."""

    entry: str
    derivative: float
    reference: str
    schemes: Sequence[Scheme]
    notes: tuple[str, ...] = ()


def step_size_errors(
    question: Question, entry: str, index: int, reference: Reference, limits: Limits
) -> StepSizeErrors:
    """The errors in the derivative of the one result by an entry, which is number `index` among
    those of the active inputs."""
    line = _Line(question, entry, limits)
    power = math.ceil(math.log10(abs(line.x))) if line.x else 0
    scale = 10.0 ** min(max(power, _LOWEST), _HIGHEST)
    count = _PER_DECADE * _DECADES
    steps = [scale * 10.0 ** (-k / _PER_DECADE) for k in range(count + 1)]
    notes: tuple[str, ...] = ()
    if not line.has_complex:
        notes = ("there is no complex step: an operation is not known for complex arguments",)
    schemes = []
    for name, (quotient, evaluations) in line.quotients().items():
        points = [(h, _error(reference, index, quotient(h))) for h in steps]
        best = best_step(points)
        schemes.append(Scheme(name, points, *best, evaluations))
    found = float(reference.numbers[index])
    return StepSizeErrors(entry, found, reference.source, schemes, notes)


def best_step(points: Sequence[tuple[float, float]]) -> tuple[float | None, float | None]:
    """The largest step at which the envelope is least, and the error there."""
    found: tuple[float, float] | None = None
    least = math.inf
    for k, (step, error) in enumerate(points):
        near = points[max(0, k - _REACH) : k + _REACH + 1]
        highest = max([e for _, e in near])
        if math.isnan(error) or any([math.isnan(e) for _, e in near]) or len(near) <= _REACH:
            continue
        if highest < least:
            found, least = (step, error), highest
    return (None, None) if found is None else found


def _error(reference: Reference, index: int, estimate: float) -> float:
    return reference.error(index, estimate) if math.isfinite(estimate) else math.nan


class _Line:
    """The program along one entry of its inputs."""

    def __init__(self, question: Question, entry: str, limits: Limits) -> None:
        main = question.module.main
        self._point = list(flatten_all(question.point))
        self._shapes = question.point
        names = [
            name
            for param, value in zip(main.params, question.point, strict=True)
            for name in entry_names(param, value)
        ]
        self._at = names.index(entry)
        self.x = float(self._point[self._at])
        self._run = engine(AUTO, question.module, 1000).load(question.module, limits)
        self.has_complex = is_analytic(question.module)
        self._complex = complex_runner(question.module, limits) if self.has_complex else None

    def quotients(self) -> dict[str, tuple[Quotient, int]]:
        """The quotients by the names of their schemes, with how often each evaluates."""
        f, x = self._value, self.x

        def central(h: float) -> float:
            return (f(x + h) - f(x - h)) / (2 * h)

        found: dict[str, tuple[Quotient, int]] = {
            FORWARD: (lambda h: (f(x + h) - f(x)) / h, 2),
            CENTRAL: (central, 2),
            RICHARDSON: (lambda h: _extrapolated(central(h), central(h / 2)), 4),
        }
        if self._complex is not None:
            run = self._complex
            found[COMPLEX] = (lambda h: self._evaluated(run, complex(x, h)).imag / h, 1)
        return found

    def _value(self, x: float) -> float:
        return float(self._evaluated(self._run, x))

    def _evaluated(self, run: Runner, x: Any) -> Any:
        """The result at a number; nan where there is none."""
        numbers = [*self._point]
        numbers[self._at] = x
        try:
            return run(rebuilt_all(iter(numbers), self._shapes))[0]
        except EvaluationError:
            return math.nan if not isinstance(x, complex) else complex(math.nan, math.nan)


def _extrapolated(whole: float, half: float) -> float:
    """Richardson's extrapolation of central differences with a step and with half of it."""
    return half + (half - whole) / 3
