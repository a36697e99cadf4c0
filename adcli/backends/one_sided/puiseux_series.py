"""Puiseux series: the numbers that a program computes at x + t*d for small t > 0.

A series is a truncated sum of powers of t^(1/r).  It has a value at t = 0 and all one-sided
derivatives there; poles and roots are series too.

Invariant: the coefficient of t^0 is the number that the program computes at the point itself.
Every other coefficient counts as zero if it is no larger than the rounding of the terms that it is
the sum of.

Walker, *Algebraic Curves*, chapter IV (the field of Puiseux series).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import zip_longest
from typing import Any

#: A coefficient is zero if it is this small relative to the magnitudes of its terms.
ROUNDING = 2.0**-44

#: The largest ramification index: roots of t of a higher degree are refused.
MOST_ROOTS = 24


class NoSeries(Exception):
    """The program has numbers on this side of the point, but no series of this kind."""


class NoOneSidedValue(Exception):
    """The program has no value on this side of the point."""


class LogPolynomial:
    """A coefficient that is a polynomial in log(t): `c[n]` belongs to log(t)^n, and the degree is
    at least 1."""

    __slots__ = ("c",)

    def __init__(self, c: Sequence[float]) -> None:
        self.c = c

    def __add__(self, other: LogPolynomial | float) -> LogPolynomial | float:
        terms = other.c if isinstance(other, LogPolynomial) else [other]
        return _coefficient([a + b for a, b in zip_longest(self.c, terms, fillvalue=0.0)])

    def __mul__(self, other: LogPolynomial | float) -> LogPolynomial | float:
        terms = other.c if isinstance(other, LogPolynomial) else [other]
        found = [0.0] * (len(self.c) + len(terms) - 1)
        for i, a in enumerate(self.c):
            for j, b in enumerate(terms):
                found[i + j] += a * b
        return _coefficient(found)

    def __sub__(self, other: LogPolynomial | float) -> LogPolynomial | float:
        return self + other * -1.0

    def __rsub__(self, other: float) -> LogPolynomial | float:
        return self * -1.0 + other

    def __truediv__(self, other: float) -> LogPolynomial | float:
        return self * (1 / other)

    __radd__, __rmul__ = __add__, __mul__

    def __abs__(self) -> float:
        return sum(map(abs, self.c))

    @property
    def sign(self) -> int:
        """The sign for small t, where log(t) is far below zero."""
        is_odd = len(self.c) % 2 == 0
        return -1 if (self.c[-1] > 0) == is_odd else 1


def _coefficient(c: list[float]) -> LogPolynomial | float:
    """A polynomial in log(t) as a coefficient: of degree 0 it is a number."""
    while len(c) > 1 and c[-1] == 0:
        c.pop()
    return LogPolynomial(c) if len(c) > 1 else c[0]


def sign_of(c: Any) -> int:
    """The sign of a coefficient that is not 0."""
    return c.sign if isinstance(c, LogPolynomial) else 1 if c > 0 else -1


class PuiseuxSeries:
    """The sum of c[i] * t^((v + i)/r), known below t^((v + len(c))/r).

    `v` is the valuation in units of 1/r, and `r` the ramification index.  A coefficient is a number
    or a polynomial in log(t).

    `m[i]` is the sum of the magnitudes of the terms that c[i] is the sum of.  The constructor drops
    leading zeros, so c[0] is not 0.
    """

    __slots__ = ("c", "m", "r", "v")

    def __init__(self, v: int, c: list[Any], m: list[float], r: int = 1) -> None:
        first = 0
        while first < len(c) and c[first] == 0:
            first += 1
        self.v = v + first
        self.c = c[first:] if first else c
        self.m = m[first:] if first else m
        self.r = r

    def __repr__(self) -> str:
        """The value at the point: error messages show it."""
        return repr(self.value)

    @property
    def value(self) -> float:
        """The limit for t -> 0."""
        if self.v > 0 or (self.v == 0 and not self.c):
            return 0.0
        if not self.c:
            raise NoSeries
        first: Any = self.c[0]
        if self.v < 0 or isinstance(first, LogPolynomial):
            return math.copysign(math.inf, sign_of(first))
        return float(first)

    @property
    def end(self) -> int:
        """The first exponent, in units of 1/r, whose coefficient is not known."""
        return self.v + len(self.c)

    @property
    def has_logarithms(self) -> bool:
        """Whether a coefficient depends on log(t)."""
        return any([isinstance(c, LogPolynomial) for c in self.c])

    def leading(self, *, exact: bool = True) -> int | None:
        """The index of the first coefficient that is larger than its rounding.  With `exact` the
        value at the point is believed as it is, however small."""
        for i, (c, m) in enumerate(zip(self.c, self.m, strict=True)):
            if abs(c) > ROUNDING * m or (exact and self.v + i == 0 and c != 0):
                return i
        return None

    def without(self, count: int) -> PuiseuxSeries:
        """The series without its first coefficients, which are rounding."""
        if not count:
            return self
        return PuiseuxSeries(self.v + count, self.c[count:], self.m[count:], self.r)

    def in_roots(self, r: int) -> PuiseuxSeries:
        """The same series with ramification index r, a multiple of the present one."""
        factor = r // self.r
        if factor == 1:
            return self
        if r > MOST_ROOTS:
            raise NoSeries
        c, m = [0.0] * (factor * len(self.c)), [0.0] * (factor * len(self.c))
        c[::factor], m[::factor] = self.c, self.m
        return PuiseuxSeries(self.v * factor, c, m, r)

    def times_power(self, exponent: Fraction) -> PuiseuxSeries:
        """The series times t^exponent."""
        a = self.in_roots(math.lcm(self.r, exponent.denominator))
        return PuiseuxSeries(a.v + int(exponent * a.r), a.c, a.m, a.r)


#: A number of a run: a series if it depends on t, else a number as the engines have it.
Value = Any


def value_of(a: Value) -> Any:
    """The value at the point."""
    return a.value if isinstance(a, PuiseuxSeries) else a


def finite(a: PuiseuxSeries) -> PuiseuxSeries:
    """The series itself; refuse one with a coefficient that no double holds."""
    if not all([math.isfinite(abs(c)) for c in a.c]):
        raise NoSeries
    return a
