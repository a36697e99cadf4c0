"""One-sided derivatives: a program's results and their derivatives to both sides, along a line.

Invariant: both sides of a line come from running the program itself with Puiseux series as numbers,
see `adcli.backends.one_sided.puiseux_operation_dispatch`.  No derivative program and no choice made
at a kink is involved.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from adcli.backends.interface import Question
from adcli.backends.one_sided.first_tie import MOST_STEPS
from adcli.backends.one_sided.puiseux_operation_dispatch import SeriesOperations
from adcli.backends.one_sided.puiseux_series import (
    ROUNDING,
    LogPolynomial,
    NoOneSidedValue,
    NoSeries,
    PuiseuxSeries,
    sign_of,
)
from adcli.backends.one_sided.reconcile_sides import Estimate
from adcli.engines.interface import Limits
from adcli.engines.interpreter import Interpreter
from adcli.errors import AdcliError, LimitError, NotDifferentiable
from adcli.ir.call_graph import has_protected_calls
from adcli.ir.lazy_module import lazy_module
from adcli.nested_lists import entry_names, flatten_all, rebuilt_all
from adcli.passes.reverse_mode import reverse
from adcli.passes.smoothness_checks import with_smoothness_checks

#: A statement on series counts for so many others.
SERIES = 16

#: There are no one-sided derivatives of higher orders.
MOST_ORDER = 100

#: Coefficients beyond the order of the derivatives that are tried first, and at most.
FEWEST, MOST = 2, 40

#: The derivatives of an entry of the results along a line, the value first.
Derivatives = list[Estimate]


class OneSidedResults(NamedTuple):
    """One side of a line: for each entry of the results, by name, its derivatives to this side.

    `branch_differs` says that a condition holds there and not at the point, or the other way round.
    """

    entries: dict[str, Derivatives]
    branch_differs: bool

    def mirrored(self) -> OneSidedResults:
        """The same side, with derivatives along the opposite direction."""
        entries = {
            name: [((-1) ** k * d, e) for k, (d, e) in enumerate(derivatives)]
            for name, derivatives in self.entries.items()
        }
        return OneSidedResults(entries, self.branch_differs)


class TwoSidedResults(NamedTuple):
    """Both sides of a line, with derivatives along the same direction; None for a side on which the
    program has no value."""

    left: OneSidedResults | None
    right: OneSidedResults | None

    @property
    def sides(self) -> list[OneSidedResults]:
        """The sides on which the program has a value."""
        return [side for side in self if side is not None]

    def both(self, entry: str, order: int) -> tuple[Estimate, Estimate]:
        """A derivative of an entry of the results to the left and to the right; if there is only
        one side, that counts for both."""
        left, right = self.left or self.right, self.right or self.left
        assert left is not None
        assert right is not None
        return left.entries[entry][order], right.entries[entry][order]


class LineRuns:
    """Runs the program of a question along lines through its point, for derivatives up to an order.

    Raises `NoSeries` where these cannot be had, or for too much work.
    """

    def __init__(
        self,
        question: Question,
        names: Sequence[str],
        order: int,
        limits: Limits,
        most: int = MOST_STEPS,
    ) -> None:
        self.question = question
        rules = [f for f in question.module.functions.values() if f.rule is not None]
        #: whether the user declares a derivative, which counts whatever the operations are
        self.declares = any([f.name[:1] != "%" for f in rules])
        self.names = names
        self.order = order
        self.depth = limits.max_depth
        self.most = most
        self.module = with_smoothness_checks(question.module, question.wrt)
        self.adjoint = lazy_module(reverse, question.module, question.wrt)
        self.contact: Fraction | None = None
        self.steps = self.size = 0

    def line(self, direction: Sequence[float]) -> TwoSidedResults:
        """Both sides along a direction, which has a number for each entry of the inputs."""
        if self.declares or self.order > MOST_ORDER:
            raise NoSeries
        right, left = self._side(direction), self._side([-d for d in direction])
        return TwoSidedResults(left and left.mirrored(), right)

    def gradients(
        self, direction: Sequence[float], order: int
    ) -> tuple[list[Derivatives], list[Derivatives]]:
        """The one result and the entries of its gradient, with derivatives up to an order along a
        direction, to the left and to the right; one run to each side, however many inputs."""
        found = []
        for sign in (-1, 1):
            try:
                values, _ = self._run(
                    [sign * d for d in direction], order + 3 * FEWEST, gradient=True
                )
            except (AdcliError, NoOneSidedValue):
                raise NoSeries from None
            found.append(
                [
                    [(sign**k * d, e) for k, (d, e) in enumerate(self._derivatives(n, order))]
                    for n in flatten_all(values)
                ]
            )
        left, right = found
        return left, right

    def meets_ties(self, direction: Sequence[float]) -> bool:
        """Whether numbers that are equal at the point are others beside it along a direction, or
        may be.  A number that is compared with itself is no tie."""
        for sign in (1.0, -1.0):
            try:
                _, operations = self._run([sign * d for d in direction], self.order + FEWEST)
            except (AdcliError, NoOneSidedValue, NoSeries):
                return True
            if operations.conditions.contact is not None or operations.arithmetic.undecided:
                return True
        return False

    @property
    def is_spent(self) -> bool:
        """Whether all steps were taken."""
        return self.steps >= self.most

    def give_up(self) -> None:
        """Refuse further runs: the program is too long."""
        self.steps = self.most

    def tie(self, direction: Sequence[float]) -> NotDifferentiable | None:
        """Along a direction, the first of the ties with the least order of contact."""
        for sign in (1.0, -1.0):
            try:
                self._run([sign * d for d in direction], self.size, self.contact)
            except NotDifferentiable as tie:
                return tie
            except (AdcliError, NoOneSidedValue, NoSeries):
                pass
        return None

    def _side(self, direction: Sequence[float]) -> OneSidedResults | None:
        """The results to one side, with as many coefficients as its comparisons take."""
        size = self.order + FEWEST
        while True:
            is_last = 2 * size > max(MOST, 4 * self.order)
            try:
                values, operations = self._run(direction, size)
                if is_last or not operations.arithmetic.undecided:
                    self.size = max(self.size, size)
                    return self._named(values, operations)
            except NoSeries:
                if is_last or self.is_spent:
                    raise
            except NoOneSidedValue:
                return None
            except LimitError:
                raise NoSeries from None
            except AdcliError:
                return None
            size *= 2

    def _named(self, values: Sequence[Any], operations: SeriesOperations) -> OneSidedResults:
        pairs = zip(self.names, values, strict=True)
        names = [n for name, value in pairs for n in entry_names(name, value)]
        found = [self._derivatives(n, self.order) for n in flatten_all(values)]
        contacts = [c for c in (self.contact, operations.conditions.contact) if c is not None]
        self.contact = min(contacts, default=None)
        entries = dict(zip(names, found, strict=True))
        return OneSidedResults(entries, operations.conditions.branch_differs)

    def _run(
        self,
        direction: Sequence[float],
        size: int,
        stop: Fraction | None = None,
        *,
        gradient: bool = False,
    ) -> tuple[tuple[Any, ...], SeriesOperations]:
        """The results as series, and with `gradient` that of the only one."""
        if has_protected_calls(self.question.module):
            raise NoSeries  # series know no exceptions
        module, seeds = (self.adjoint, (1.0,)) if gradient else (self.module, ())
        question, left = self.question, self.most - self.steps
        if left <= 0:
            raise NoSeries
        limits = Limits(left, self.depth)
        operations = SeriesOperations(size, limits, left // SERIES, stop)
        numbers = flatten_all(question.active_values)
        moving = [
            PuiseuxSeries(0, [x, d, *[0.0] * (size - 2)], [abs(x), abs(d), *[0.0] * (size - 2)])
            if d
            else x
            for x, d in zip(numbers, direction, strict=True)
        ]
        parts = dict(
            zip(question.wrt, rebuilt_all(iter(moving), question.active_values), strict=True)
        )
        pairs = zip(question.module.main.params, question.point, strict=True)
        engine = Interpreter(arithmetic=operations.operation)
        try:
            point = [parts.get(name, value) for name, value in pairs]
            return engine.load(module, limits)((*point, *seeds)), operations
        finally:
            self.steps += engine.steps + SERIES * operations.count

    @staticmethod
    def _derivatives(number: Any, order: int) -> Derivatives:
        """The derivatives of a number; infinite from the first one that does not exist."""
        if not isinstance(number, PuiseuxSeries):
            return [(float(number), 0.0), *[(0.0, 0.0)] * order]
        if math.isinf(number.value):
            raise NoSeries
        found: Derivatives = []
        infinite: float | None = None
        for i in range(order * number.r + 1):
            place = i - number.v
            is_known = place < len(number.c)
            c: Any
            c, m = (number.c[place], number.m[place]) if place >= 0 and is_known else (0.0, 0.0)
            if not is_known and infinite is None:
                raise NoSeries
            is_whole = i % number.r == 0
            if (
                infinite is None
                and abs(c) > ROUNDING * m
                and (isinstance(c, LogPolynomial) or not is_whole)
            ):
                infinite = math.copysign(math.inf, sign_of(c))
            if is_whole:
                factor = float(math.factorial(i // number.r))
                here = (c * factor, m * factor * ROUNDING) if infinite is None else (infinite, 0.0)
                found.append(here)
        return found
