"""Finite differences as a backend: derivatives from values alone, with estimates of their errors.

Invariant: nothing here differentiates or transforms the module; it is evaluated at real points (at
complex ones for the complex step) as a black box.  So the tests of other backends compare with it.

A scheme gives, for one entry of the inputs, the derivatives of all results: one fixed step forwards
or to both sides (`fixed_step_differences`), extrapolation to step zero (`ridders`, the default),
or a step in the imaginary direction (`complex_step_scheme`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from adcli.backends.complex_step_scheme import complex_runner, complex_step
from adcli.backends.difference_quotient_samples import Entry, SampledLine
from adcli.backends.fixed_step_differences import central_difference, forward_difference
from adcli.backends.interface import Answer, Capabilities, Question, transposed
from adcli.backends.ridders import FIRST, richardson
from adcli.backends.rounding_noise import Noise
from adcli.engines.interface import Engine, Limits, Runner, run_by
from adcli.errors import UsageError
from adcli.ir import nodes as ir
from adcli.nested_lists import entry_names, flatten_all


class Scheme(NamedTuple):
    """How differences are taken: `derivatives` are those of all results along a line, for a step or
    None, which leaves the step to the scheme; `runner`, if there is one, evaluates the module in
    place of the engine."""

    derivatives: Callable[[SampledLine, float | None], list[Entry]]
    runner: Callable[[ir.Module, Limits], Runner] | None = None


SCHEMES = {
    "forward": Scheme(forward_difference),
    "central": Scheme(central_difference),
    "richardson": Scheme(richardson),
    "complex-step": Scheme(complex_step, complex_runner),
}

#: The evaluations that the search for steps takes for each entry of the inputs, more or less.
_EVALUATIONS = 20


class FiniteDifference:
    """Evaluates the program beside the point.

    `scheme`  `forward`, `central`, `richardson` or `complex-step`.
    `step`    the step of every input (for `richardson`: the first one); None: by the point.
    `start`   the first step of `richardson` as a part of |x|, if no step is given.
    """

    capabilities = Capabilities(
        runs=lambda columns, rows: _EVALUATIONS * columns,
        evaluates_only=True,
        estimates_errors=True,
        schemes=tuple(SCHEMES),
    )

    def __init__(
        self, scheme: str = "richardson", step: float | None = None, start: float = FIRST
    ) -> None:
        if scheme not in SCHEMES:
            raise UsageError(f"unknown scheme '{scheme}'", hint=f"there are {', '.join(SCHEMES)}")
        if step is not None and not 0 < step < math.inf:
            raise UsageError(f"a step must be a positive number, not {step}")
        self.scheme = scheme
        self.step = step
        self.start = start
        #: how often the program was evaluated
        self.evaluations = 0

    def derivative(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        values, columns = self.columns(question, engine, limits)
        return _answer(values, columns)

    def columns(
        self, question: Question, engine: Engine, limits: Limits
    ) -> tuple[tuple[Any, ...], list[list[Entry]]]:
        """The results, and for each entry of the inputs the derivatives of all results by it."""
        module = question.module
        counting = _Counting(engine, self)
        run = counting.load(module, limits)
        values = tuple(run(question.point))
        inputs = _active_entries(question)
        scheme = SCHEMES[self.scheme]
        if inputs and scheme.runner is not None:
            run = counting.counted(scheme.runner(module, limits))
        noise = Noise(module, counting, limits, question.point, flatten_all(values))
        columns = []
        for index in inputs:
            line = SampledLine(
                run, question, values, index, inputs, noise, self.start, propagate=limits.propagate
            )
            columns.append(scheme.derivatives(line, self.step))
        return values, columns


class _Counting:
    """An engine whose runs are counted."""

    def __init__(self, engine: Engine, backend: FiniteDifference) -> None:
        self._engine = engine
        self._backend = backend
        self.name = engine.name
        self.notes = engine.notes
        self.steps = 0

    def load(self, module: ir.Module, limits: Limits) -> Runner:
        return self.counted(run_by(self._engine, module, limits, self))

    def counted(self, run: Runner) -> Runner:
        def counting(args: Sequence[Any]) -> tuple[Any, ...]:
            self._backend.evaluations += 1
            return run(args)

        return counting


def _active_entries(question: Question) -> dict[int, str]:
    """Where the entries to differentiate by stand among those of all inputs, and their names."""
    places: dict[str, list[tuple[int, str]]] = {}
    start = 0
    for param, value in zip(question.module.main.params, question.point, strict=True):
        places[param] = list(enumerate(entry_names(param, value), start))
        start += len(places[param])
    return dict([place for name in question.wrt for place in places[name]])


def _answer(values: tuple[Any, ...], columns: Sequence[Sequence[Entry]]) -> Answer:
    count = len(flatten_all(values))
    notes = [entry.note for column in columns for entry in column if entry.note]
    return Answer(
        values,
        transposed([[e.value for e in column] for column in columns], count),
        transposed([[e.error for e in column] for column in columns], count),
        tuple(dict.fromkeys(notes)),
    )
