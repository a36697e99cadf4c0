"""Step functions of Puiseux series: floor, trunc, quotients and remainders, and signs.

Invariant: at a jump a function has the value that it tends to on this side of the point; an integer
that it returns is constant for small t > 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from adcli.backends.one_sided.puiseux_series import (
    NoOneSidedValue,
    NoSeries,
    PuiseuxSeries,
    Value,
    value_of,
)
from adcli.backends.one_sided.series_arithmetic import SeriesArithmetic
from adcli.expr import Op
from adcli.ops import arithmetic as ar
from adcli.ops import elementary_functions as el

#: From an operation of the table to what computes it on the numbers of a run.
Operation = Callable[[Op], Callable[..., Value]]


class StepFunctions:
    """Step functions on the numbers of a run; `operation` gives what computes other operations."""

    def __init__(self, arithmetic: SeriesArithmetic, operation: Operation) -> None:
        self.arithmetic = arithmetic
        self.operation = operation

    def sign(self, a: Value) -> float:
        return float(self.arithmetic.sign(a, matters=True))

    def copysign(self, a: Value, b: Value) -> Value:
        size = self.operation(el.abs_)(a)
        is_series = isinstance(b, PuiseuxSeries)
        sign = self.arithmetic.sign(b, matters=True) if is_series else 0
        return self.arithmetic.scaled(size, float(sign) if sign else math.copysign(1, value_of(b)))

    def floor(self, a: Value) -> int:
        here = _value_at_point(a)
        found = math.floor(here)
        jumps = found == here and self.arithmetic.compare(a, float(found))[1] < 0
        return found - 1 if jumps else found

    def ceil(self, a: Value) -> int:
        return -self.floor(self.arithmetic.negate(a))

    def trunc(self, a: Value) -> int:
        return self.ceil(a) if self.arithmetic.sign(a) < 0 else self.floor(a)

    def beside(
        self, function: Callable[[float], float], jumps: Callable[[float], bool], a: Value
    ) -> float:
        """A step function that jumps at some doubles: at those, the value at the next double on
        this side."""
        here = _value_at_point(a)
        if jumps(here) and (side := self.arithmetic.compare(a, here)[1]):
            here = math.nextafter(here, side * math.inf)
        return function(here)

    def exponent(self, a: Value) -> int:
        """The exponent as `math.frexp` has it; it has no limit at 0."""
        here = _value_at_point(a)
        if here == 0:
            raise NoOneSidedValue
        found = math.frexp(here)[1]
        is_least = abs(math.frexp(here)[0]) == 0.5
        shrinks = is_least and self.arithmetic.compare(a, here)[1] * here < 0
        return found - 1 if shrinks else found

    def next_after(self, a: Value, b: Value) -> Value:
        """The neighbour moves as the number does."""
        here = _value_at_point(a)
        moved = math.nextafter(here, value_of(b))
        return self.arithmetic.add(a, moved - here) if isinstance(a, PuiseuxSeries) else moved

    def floordiv(self, a: Value, b: Value) -> float:
        x, y = _value_at_point(a), _value_at_point(b)
        if y == 0:
            raise NoSeries
        found = x // y
        if x % y == 0:
            rest = self._rest(a, b, found)
            found -= self.arithmetic.sign(rest) * (1 if y > 0 else -1) < 0
        return found

    def mod(self, a: Value, b: Value) -> Value:
        return self._rest(a, b, self.floordiv(a, b))

    def fmod(self, a: Value, b: Value) -> Value:
        x, y = _value_at_point(a), _value_at_point(b)
        found = _quotient(math.fmod, x, y)
        if x != 0 and math.fmod(x, y) == 0:  # the rest has the sign of a
            wrong = self.arithmetic.sign(self._rest(a, b, found)) * (1 if x > 0 else -1) < 0
            found -= wrong * (1 if (x > 0) == (y > 0) else -1)
        return self._rest(a, b, found)

    def remainder(self, a: Value, b: Value) -> Value:
        x, y = _value_at_point(a), _value_at_point(b)
        found = _quotient(math.remainder, x, y)
        rest = self._rest(a, b, found)
        absolute = self.operation(el.abs_)
        if self.arithmetic.compare(self.arithmetic.scaled(absolute(rest), 2.0), absolute(b))[1] > 0:
            rest = self._rest(a, b, found + (1 if (value_of(rest) > 0) == (y > 0) else -1))
        return rest

    def _rest(self, a: Value, b: Value, quotient: float) -> Value:
        return self.operation(ar.sub)(a, self.operation(ar.mul)(b, float(quotient)))


def _value_at_point(a: Value) -> float:
    """The value at the point, finite."""
    here: float = value_of(a)
    if not math.isfinite(here):
        raise NoSeries
    return here


def _quotient(function: Callable[[float, float], float], x: float, y: float) -> int:
    """The integer quotient that belongs to a remainder."""
    if y == 0:
        raise NoSeries
    return round((x - function(x, y)) / y)
