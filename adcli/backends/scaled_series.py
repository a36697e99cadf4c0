"""Scaled series: each variable is scaled by a power of two, so that coefficients stay in range.

The coefficients of sin fall as 1/k!, and from some order 170 on they are below the normal doubles,
while the derivatives, k! times as large, are ordinary numbers.  In a unit of 2^u coefficient k is
2^(u k) times as large.  That is exact as long as nothing leaves the range of doubles, so that
numbers do not depend on the units.

Invariant: a number counts where no coefficient of its order or a lower one, in any series on the
way, is so small that digits of it are lost; beyond, where a run in other units has the same number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from adcli.backends.taylor_series_propagation import Box, Moves, Propagation
from adcli.engines.interface import Limits
from adcli.errors import AdcliError, NotDifferentiable
from adcli.ir import nodes as ir

#: By these exponents of two the highest coefficients are made smaller where something overflows.
_SMALLER = (0, 100, 200, 400, 600, 900)

#: Sums of products of coefficients below 2^-FAINT may lose digits.
_FAINT = 1000

#: So many larger units are tried.
_MOST_TRIALS = 16

#: A share and a size by which numbers found in two units may differ.
_SHARE, _SIZE = 2.0**-48, 2.0**-1070


class Danger(NamedTuple):
    """How small coefficients become: by how much the exponent of the unit should grow (0: they are
    in range, also if they go on to fall as fast up to the highest order), and the first order at
    which some are so small that digits may be lost."""

    growth: int
    lost_from: int | None


class ScaledSeries:
    """The coefficients of all results, with each variable measured in 2^unit; `units` has the units
    by the strides of the variables.  `other` has the series in other units if these lose digits."""

    def __init__(
        self,
        propagation: Propagation,
        units: Mapping[int, int],
        results: Sequence[list[float]],
    ) -> None:
        box = propagation.box
        self.box = box
        self.units = dict(units)
        self.orders: Sequence[int] = range(box.size)
        if len(box.orders) != 1:
            self.orders = [sum(box.digits(k)) for k in range(box.size)]
        self.shifts = [0] * box.size
        if any(units.values()):
            self.shifts = [-self._exponent(k) for k in range(box.size)]
        self.results = results
        self.danger = self._danger([series.c for series in propagation.series()])
        self.other: ScaledSeries | None = None

    def _exponent(self, k: int) -> int:
        pairs = zip(self.box.digits(k), self.box.strides, strict=True)
        return sum([digit * self.units.get(stride, 0) for digit, stride in pairs])

    def _danger(self, all_series: Sequence[list[float]]) -> Danger:
        highest = max(1, self.orders[-1])
        bounds: list[float] = []
        highest_bound = math.ldexp(1.0, -(_FAINT // highest))
        growth, lost = 0, self.orders[-1] + 1
        for c in all_series:
            if min(map(abs, filter(None, c)), default=1.0) >= highest_bound:
                continue
            bounds = bounds or [math.ldexp(1.0, -(_FAINT * o // highest)) for o in self.orders]
            for k, (x, bound) in enumerate(zip(c, bounds, strict=False)):
                if k and x and -bound < x < bound:
                    order, exponent = self.orders[k], math.frexp(x)[1]
                    start = min(0, math.frexp(c[0])[1]) if c[0] else 0
                    if exponent < start - (_FAINT + start) * order / highest:
                        growth = max(growth, 1, -((exponent - start) // order))
                    if exponent < -_FAINT:
                        growth = max(growth, 1, -((exponent + _FAINT) // order))
                        lost = min(lost, order)
        return Danger(growth, lost if lost <= self.orders[-1] else None)

    def coefficients(self, result: int) -> list[float]:
        """The coefficients of a result in the units of the inputs."""
        c = self.results[result]
        if any(self.shifts):
            return [_scaled(x, 1, shift) for x, shift in zip(c, self.shifts, strict=True)]
        return c

    def derivatives(self, result: int, factors: Iterable[tuple[int, int]]) -> list[float]:
        """The coefficients of a result in the units of the inputs, each times a factor m*2^e."""
        numbers = zip(self.results[result], factors, self.shifts, strict=True)
        return [_scaled(x, m, e + shift) for x, (m, e), shift in numbers]

    def number(self, result: int, k: int, factor: tuple[int, int] = (1, 0)) -> float:
        """Coefficient k of a result in the units of the inputs, times the factor m*2^e."""
        mantissa, exponent = factor
        return _scaled(self.results[result][k], mantissa, exponent + self.shifts[k])

    def is_lost(self, result: int, k: int, factor: tuple[int, int]) -> bool:
        """Whether that number may be wrong, as coefficients were too small for doubles."""
        if self.other is None or self._is_confirmed(self.other, result, k):
            return False
        a, b = self.number(result, k, factor), self.other.number(result, k, factor)
        is_zero = self.results[result][k] == 0
        return self.other is self or is_zero or not abs(a - b) <= _SIZE

    def _is_confirmed(self, other: ScaledSeries, result: int, k: int) -> bool:
        """Whether coefficient k is of too low an order to be harmed, or the other run has the same.
        Zeros in both may be underflow: they count if every other coefficient down to one that is
        not harmed is 0, as in odd and even functions and polynomials, and the series does not fall
        so fast that it leaves the range."""
        lost = self.danger.lost_from
        if lost is None or self.orders[k] < lost:
            return True
        c = self.results[result]
        if c[k] == 0:
            before = range(k, max(0, lost - 3), -2)
            is_plain = len(self.box.orders) == 1 and before[-1] < lost
            return is_plain and not self.is_falling[result] and all([c[j] == 0 for j in before])
        b = _scaled(other.results[result][k], 1, other.shifts[k] - self.shifts[k])
        return other is not self and (c[k] == b or abs(c[k] - b) <= _SHARE * abs(c[k]))

    @cached_property
    def is_falling(self) -> list[bool]:
        """For each result, whether its own coefficients become too small."""
        return [self._danger([result]).growth > 0 for result in self.results]

    @property
    def step(self) -> int:
        """By how much the exponent of the unit should grow next.  What is too small on the way only
        may be negligible, as Bessel functions of high order are: the next unit will tell."""
        if self.danger.lost_from is None:
            return self.danger.growth
        return max(1, self._danger(self.results).growth)

    def agrees_with(self, other: ScaledSeries) -> bool:
        """Whether no number is lost, as another run in other units has the same ones."""
        places = range(1, self.box.size)
        return all(
            [self._is_confirmed(other, i, k) for i in range(len(self.results)) for k in places]
        )

    @property
    def is_finite(self) -> bool:
        """Whether all coefficients are finite in the units of the inputs."""
        return all(
            [math.isfinite(n) for i in range(len(self.results)) for n in self.coefficients(i)]
        )


class Units:
    """The search for units in which the coefficients of a straight-line module stay in range."""

    def __init__(
        self, path: ir.Module, box: Box, limits: Limits, point: Sequence[float], moves: Moves
    ) -> None:
        self.path = path
        self.box = box
        self.limits = limits
        self.point = point
        self.moves = moves

    def found(self, units: Mapping[int, int]) -> ScaledSeries:
        """The series in the given units, or in smaller ones where something overflows, or in larger
        ones where coefficients are too small."""
        failure: NotDifferentiable | None = None
        for less in (None, *_SMALLER):
            if less is not None:
                units = dict.fromkeys(units, -less // max(1, *self.box.orders))
            try:
                series = self.run(units)
            except NotDifferentiable as error:
                failure = failure or error
                if not error.is_overflow:
                    break
            else:
                if failure is None or series.is_finite:
                    return self.enlarged(series) if series.danger.growth else series
        assert failure is not None
        raise failure

    def run(self, units: Mapping[int, int]) -> ScaledSeries:
        """The series in these units."""
        steps = {n: (place, math.ldexp(s, units[place])) for n, (place, s) in self.moves.items()}
        propagation = Propagation(self.path, self.box, self.limits)
        results = propagation.run(self.point, steps)
        return ScaledSeries(propagation, units, results)

    def enlarged(self, first: ScaledSeries) -> ScaledSeries:
        """The series in larger units, in which no coefficient is too small.  If there are none, the
        series in the largest units, to be compared with those in other ones."""
        low, before, high, tried = 0, 0, math.inf, [first]
        for _ in range(_MOST_TRIALS):
            more = low + tried[-1].step
            if len(tried) > 1 and more == low + 1:
                if tried[-1].agrees_with(tried[-2]):
                    break
                if low - before == 1:
                    more = low + tried[-1].danger.growth
            if more >= high:
                more = (low + int(high)) // 2
            if more == low:
                break
            series = self.trial(first, more)
            if series is None:
                high = more
            elif series.danger.growth:
                before, low = low, more
                tried.append(series)
            else:
                return series
        unharmed = [series for series in tried if series.danger.lost_from is None]
        if unharmed:
            return unharmed[0]
        best = tried[-1]
        best.other = tried[-2] if len(tried) > 1 else self.trial(first, -1) or best
        return best

    def trial(self, first: ScaledSeries, more: int) -> ScaledSeries | None:
        """The series in units larger by a power of two; None if something overflows."""
        try:
            found = self.run({stride: unit + more for stride, unit in first.units.items()})
        except (AdcliError, OverflowError):
            return None
        pairs = zip(first.results, found.results, strict=True)
        spoilt = any(
            [
                math.isfinite(a[k]) and not math.isfinite(b[k])
                for a, b in pairs
                for k in range(self.box.size)
            ]
        )
        return None if spoilt else found


def _scaled(number: float, mantissa: int, exponent: int = 0) -> float:
    """number*mantissa*2^exponent, rounded, or infinity."""
    spare = max(0, mantissa.bit_length() - 128)
    fraction, power = math.frexp(number)
    try:
        return math.ldexp(fraction * float(mantissa >> spare), power + exponent + spare)
    except OverflowError:
        return math.copysign(math.inf, number)
