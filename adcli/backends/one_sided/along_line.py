"""One-sided derivatives: a program's results and their derivatives to both sides, along a line.

Invariant: both sides of a line come from running the program itself with Puiseux series as numbers,
see `adcli.backends.one_sided.series_operations`.  No derivative program and no choice made at a
kink is involved.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from adcli.backends.one_sided.puiseux_series import (
    ROUNDING,
    LogPolynomial,
    NoOneSidedValue,
    NoSeries,
    PuiseuxSeries,
    sign_of,
)
from adcli.backends.one_sided.series_operations import SeriesOperations
from adcli.backends.question import Question
from adcli.engines.interface import Limits
from adcli.engines.interpreter import Interpreter
from adcli.errors import AdcliError, LimitError, NotDifferentiable
from adcli.ir.lazy_modules import later
from adcli.nested_lists import entry_names, flatten_all, rebuilt_all
from adcli.passes.reverse_mode import reverse
from adcli.passes.smoothness_checks import with_smoothness_checks

#: So many statements may run beside a point, along all lines together: a second or two's worth.
#: One on series takes the time of so many others.
MOST_STEPS, SERIES = 400_000, 16

#: Derivatives of higher orders are not looked at.
MOST_ORDER = 100

#: Coefficients beyond the order of the derivatives that are tried first, and at most.
FEWEST, MOST = 2, 40

#: The derivatives of an entry of the results along a line, the value first, each with what may be
#: rounding in it.
Orders = list[tuple[float, float]]


class Side(NamedTuple):
    """One side of a line: for each entry of the results, by name, its derivatives to this side.

    `turned` says that a condition holds there and not at the point, or the other way round.
    """

    entries: dict[str, Orders]
    turned: bool

    def reversed(self) -> Side:
        """The same by the opposite direction."""
        entries = {
            name: [((-1) ** k * d, e) for k, (d, e) in enumerate(orders)]
            for name, orders in self.entries.items()
        }
        return Side(entries, self.turned)


class Line(NamedTuple):
    """Both sides of a line, derivatives by the same direction; None where there is no value."""

    left: Side | None
    right: Side | None


class Beside:
    """The program of a question along lines through its point, with derivatives up to an order.

    Raises `NoSeries` where they cannot be had, or for too much work.
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
        #: whether a declared derivative counts, whatever the operations are
        self.declares = any([f.name[:1] != "%" for f in rules])
        self.names = names
        self.order = order
        self.depth = limits.max_depth
        self.most = most
        self.module = with_smoothness_checks(question.module, question.wrt)
        self.adjoint = later(reverse, question.module, question.wrt)
        self.contact: Fraction | None = None
        self.steps = self.size = 0

    def line(self, direction: Sequence[float]) -> Line:
        """The line along a direction, given by a number for each entry of the inputs."""
        if self.declares or self.order > MOST_ORDER:
            raise NoSeries
        right, left = self._side(direction), self._side([-d for d in direction])
        return Line(left and left.reversed(), right)

    def gradients(
        self, direction: Sequence[float], order: int
    ) -> tuple[list[Orders], list[Orders]]:
        """The one result and the entries of its gradient, with derivatives up to an order along a
        direction, to the left and to the right: one run each, whatever the number of inputs."""
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
                    [(sign**k * d, e) for k, (d, e) in enumerate(self._orders(n, order))]
                    for n in flatten_all(values)
                ]
            )
        left, right = found
        return left, right

    @property
    def is_spent(self) -> bool:
        """Whether all steps are taken."""
        return self.steps >= self.most

    def give_up(self) -> None:
        """Do without series: the program is too long."""
        self.steps = self.most

    def tie(self, direction: Sequence[float]) -> NotDifferentiable | None:
        """The first of the ties along a direction at which numbers agree to the least order."""
        for sign in (1.0, -1.0):
            try:
                self._run([sign * d for d in direction], self.size, self.contact)
            except NotDifferentiable as tie:
                return tie
            except (AdcliError, NoOneSidedValue, NoSeries):
                pass
        return None

    def _side(self, direction: Sequence[float]) -> Side | None:
        """What is found to one side, with as many coefficients as it takes."""
        size = self.order + FEWEST
        while True:
            is_last = 2 * size > max(MOST, 4 * self.order)
            try:
                values, operations = self._run(direction, size)
                if is_last or not operations.arithmetic.undecided:
                    self.size = max(self.size, size)
                    return self._seen(values, operations)
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

    def _seen(self, values: Sequence[Any], operations: SeriesOperations) -> Side:
        pairs = zip(self.names, values, strict=True)
        names = [n for name, value in pairs for n in entry_names(name, value)]
        orders = [self._orders(n, self.order) for n in flatten_all(values)]
        contacts = [c for c in (self.contact, operations.conditions.contact) if c is not None]
        self.contact = min(contacts, default=None)
        return Side(dict(zip(names, orders, strict=True)), operations.conditions.branch_differs)

    def _run(
        self,
        direction: Sequence[float],
        size: int,
        stop: Fraction | None = None,
        *,
        gradient: bool = False,
    ) -> tuple[tuple[Any, ...], SeriesOperations]:
        """The results beside the point, with the `gradient` of the only one if that is wanted."""
        module, seeds = (self.adjoint, (1.0,)) if gradient else (self.module, ())
        question, left = self.question, self.most - self.steps
        if left <= 0:
            raise NoSeries
        limits = Limits(left, self.depth)
        operations = SeriesOperations(size, limits, left // SERIES, stop)
        numbers = flatten_all(question.active)
        moving = [
            PuiseuxSeries(0, [x, d, *[0.0] * (size - 2)], [abs(x), abs(d), *[0.0] * (size - 2)])
            if d
            else x
            for x, d in zip(numbers, direction, strict=True)
        ]
        parts = dict(zip(question.wrt, rebuilt_all(iter(moving), question.active), strict=True))
        pairs = zip(question.module.main.params, question.point, strict=True)
        engine = Interpreter(arithmetic=operations.operation)
        try:
            point = [parts.get(name, value) for name, value in pairs]
            return engine.load(module, limits)((*point, *seeds)), operations
        finally:
            self.steps += engine.steps + SERIES * operations.count

    def _orders(self, number: Any, order: int) -> Orders:
        """The derivatives that a number has; infinite from the first one that does not exist."""
        if not isinstance(number, PuiseuxSeries):
            return [(float(number), 0.0), *[(0.0, 0.0)] * order]
        if math.isinf(number.value):
            raise NoSeries
        found: Orders = []
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
