"""Correction of answers at a kink, from the derivatives to both sides of it.

Invariant: nothing here is called where the program meets no tie at the point and its derivative
program does not fail.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from adcli.backends.interface import COLUMN, Answer, FirstOrderBackend, Question, unit
from adcli.backends.named_results import Result
from adcli.backends.one_sided.first_derivative_correction import FirstDerivatives, generic_direction
from adcli.backends.one_sided.first_tie import Reason, reason_to_correct
from adcli.backends.one_sided.higher_derivative_correction import HigherDerivatives
from adcli.backends.one_sided.kink_findings import KinkObserver
from adcli.backends.one_sided.kink_note import notes
from adcli.backends.one_sided.puiseux_series import NoSeries
from adcli.backends.one_sided.second_derivative_correction import SecondDerivatives
from adcli.backends.products_with_vectors import Product
from adcli.backends.sparse_jacobians import Sparse, SparseAnswer
from adcli.backends.taylor_and_mixed_partials import NAME, Expansion, MixedPartial
from adcli.engines.interface import Engine, Limits
from adcli.engines.interpreter import Interpreter
from adcli.errors import AdcliError, NotDifferentiable
from adcli.nested_lists import flatten_all, rebuilt_all
from adcli.passes.ties_and_while_loops import may_meet_ties

T = TypeVar("T")

#: From what a derivative program found, None if it failed, to the corrected answer.
Correction = Callable[["AnswerCorrector", T | None], T]


def corrected(
    found: T | None,
    failure: AdcliError | None,
    reason: Reason,
    correct: Correction[T],
    question: Question,
    names: Sequence[str],
    order: int,
    engine: Engine,
    limits: Limits,
) -> tuple[T, tuple[str, ...]]:
    """The corrected answer, and notes.  `found` is what the derivative program found, or `failure`
    how it failed; `names` are those of the results."""
    failed = failure is not None
    observer = KinkObserver(question, names, order, engine, limits, failed=failed)
    if reason.is_long:
        observer.runs.give_up()
    meets_ties = failed or observer.runs.meets_ties(generic_direction(len(observer.inputs)))
    if found is not None and not meets_ties:
        return found, ()
    try:
        answer = correct(AnswerCorrector(observer), found)
        return answer, notes(observer, reason.tie, engine, limits)
    except NoSeries:
        raise failure or reason.tie from None


def derivative(
    backend: FirstOrderBackend,
    question: Question,
    names: Sequence[str],
    engine: Engine,
    limits: Limits,
) -> Answer:
    """The Jacobian as a backend finds it, corrected at a kink; a backend that only evaluates needs
    no correction."""
    if backend.capabilities.evaluates_only:
        return backend.derivative(question, engine, limits)
    found: Answer | None = None
    failure: AdcliError | None = None
    try:
        found = backend.derivative(question, engine, limits)
    except NotDifferentiable as error:
        failure = error.with_traceback(None)
    if found is not None and not may_meet_ties(question.module):
        return found
    reason = reason_to_correct(failure, question, engine, limits)
    if found is not None and reason is None:
        return found
    assert reason is not None
    correct: Correction[Answer] = AnswerCorrector.jacobian
    return corrected(found, failure, reason, correct, question, names, 1, engine, limits)[0]


class AnswerCorrector:
    """Takes answers apart, has their numbers corrected, and puts them together again."""

    def __init__(self, observer: KinkObserver) -> None:
        self.observer = observer
        self.first_order = FirstDerivatives(observer)
        self.second_order = SecondDerivatives(observer)
        self.higher_order = HigherDerivatives(observer)
        self.question = observer.question
        self.values: tuple[Any, ...] = observer.question.values or ()

    def jacobian(self, found: Answer | None) -> Answer:
        return self.answer(found, self.first_order.jacobian(found.jacobian if found else None))

    def hessian(self, found: Answer | None) -> Answer:
        return self.answer(found, self.second_order.hessian(found.jacobian if found else None))

    def answer(self, found: Answer | None, matrix: Sequence[Sequence[float]]) -> Answer:
        found = found or Answer(self.values, ())
        found.jacobian = tuple(map(tuple, matrix))
        return found

    def sparse(self, found: SparseAnswer | None) -> SparseAnswer:
        size, rows = len(self.observer.inputs), len(self.observer.values)
        if found is None:
            found = SparseAnswer(self.values, Sparse(size, [{} for _ in range(rows)], 0), COLUMN)
            matrix = self.first_order.jacobian(None)
        else:
            old = [[row.get(j, 0.0) for j in range(size)] for row in found.jacobian.values]
            matrix = self.first_order.jacobian(old)
        for row, numbers in zip(found.jacobian.values, matrix, strict=True):
            row.update({j: number for j, number in enumerate(numbers) if number or j in row})
        return found

    def tangents(
        self, directions: Sequence[Sequence[Any]], found: list[Product] | None
    ) -> list[Product]:
        products = []
        for k, direction in enumerate(directions):
            name = f"direction {k + 1}" if len(directions) > 1 else "along the direction"
            old = flatten_all(found[k][1]) if found else [None] * len(self.observer.values)
            numbers = self.first_order.along(name, flatten_all(direction), old)
            values = found[k][0] if found else self.values
            products.append((values, tuple(rebuilt_all(iter(numbers), values))))
        return products

    def adjoints(
        self, seeds: Sequence[Sequence[Any]], found: list[Product] | None
    ) -> list[Product]:
        products = []
        for k, seed in enumerate(seeds):
            old = flatten_all(found[k][1]) if found else None
            products.append(self.first_order.weighted(flatten_all(seed), old))
        return self.by_input(products, found)

    def second(
        self, directions: Sequence[Sequence[Any]], found: list[Product] | None
    ) -> list[Product]:
        products = []
        for k, direction in enumerate(directions):
            name = f"direction {k + 1}" if len(directions) > 1 else "along the direction"
            old = flatten_all(found[k][1]) if found else None
            products.append(self.second_order.hessian_times(name, flatten_all(direction), old))
        return self.by_input(products, found)

    def by_input(
        self, products: Sequence[Sequence[float]], found: list[Product] | None
    ) -> list[Product]:
        active, values = self.question.active_values, found[0][0] if found else self.values
        return [(values, tuple(rebuilt_all(iter(p), active))) for p in products]

    def expansion(self, slopes: Sequence[float], found: Expansion | None) -> Expansion:
        moving = [i for i, slope in enumerate(slopes) if slope]
        is_axis = len(moving) == 1 and slopes[moving[0]] == 1
        name = self.observer.inputs[moving[0]] if is_axis else "along the direction"
        old = found.derivative_list if found else None
        derivatives = self.higher_order.series(name, slopes, old) if moving or not old else old
        series = [_coefficients(i, d, found) for i, d in enumerate(derivatives)]
        return Expansion(self.result(found), series, derivatives)

    def mixed_partial(self, entries: Sequence[str], found: MixedPartial | None) -> MixedPartial:
        inputs = self.observer.inputs
        factors = [(name, unit(len(inputs), inputs.index(name))) for name in entries]
        numbers = self.higher_order.partial(factors, found.numbers if found else None)
        return MixedPartial(self.result(found), entries, numbers)

    def result(self, found: Result | None) -> Result:
        values = found.values if found else self.values
        return Result(values, self.observer.names, Interpreter.name, NAME)


def _coefficients(entry: int, derivatives: Sequence[float], found: Expansion | None) -> list[float]:
    """The Taylor coefficients of an entry of the results; uncorrected ones keep their digits."""
    if found is not None and [*derivatives] == [*found.derivative_list[entry]]:
        return found.series[entry]
    return [d / math.factorial(k) for k, d in enumerate(derivatives)]
