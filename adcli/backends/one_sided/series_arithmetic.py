"""Arithmetic of Puiseux series: their ordered field, truncated.

Invariant: two series that are equal at t = 0 are told apart by the first coefficient of their
difference that is more than rounding, so a program takes the branches that it takes for small
t > 0.

Griewank & Walther, *Evaluating Derivatives*, section 13.2 (the recurrences); Walker, *Algebraic
Curves*, chapter IV (the order of the field).
"""

from __future__ import annotations

import math
from fractions import Fraction
from operator import mul
from typing import Any

from adcli.backends.one_sided.puiseux_series import (
    LogPolynomial,
    NoOneSidedValue,
    NoSeries,
    PuiseuxSeries,
    Value,
    finite,
    sign_of,
    value_of,
)


class SeriesArithmetic:
    """The operations and the order of the field, for series of `size` coefficients.

    `undecided` says that two numbers were taken as equal because all their known coefficients are.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.undecided = False

    def lifted(self, a: Value, r: int = 1) -> PuiseuxSeries:
        """A number as a series with ramification index r, or a multiple of it."""
        if isinstance(a, PuiseuxSeries):
            return a.in_roots(math.lcm(a.r, r))
        rest = [0.0] * (self.size - 1)
        return PuiseuxSeries(0, [float(a), *rest], [abs(float(a)), *rest], r)

    def together(self, *args: Value) -> list[PuiseuxSeries]:
        """Numbers as series with the same ramification index."""
        r = math.lcm(*[a.r for a in args if isinstance(a, PuiseuxSeries)])
        return [self.lifted(a, r) for a in args]

    def add(self, a: Value, b: Value) -> Value:
        a, b = self.together(a, b)
        v, end = min(a.v, b.v), min(a.end, b.end)
        length = max(0, min(end - v, self.size))
        c, m = [*a.c[:length]], [*a.m[:length]]
        if a.v > v:
            c, m = [0.0] * (a.v - v) + c, [0.0] * (a.v - v) + m
        for i, (number, size) in enumerate(zip(b.c, b.m, strict=True), b.v - v):
            if i >= length:
                break
            c[i] += number
            m[i] += size
        return finite(PuiseuxSeries(v, c[:length], m[:length], a.r))

    def negate(self, a: Value) -> Value:
        return self.scaled(a, -1.0)

    def subtract(self, a: Value, b: Value) -> Value:
        return self.add(a, self.negate(b))

    def scaled(self, a: Value, factor: float) -> Value:
        if not isinstance(a, PuiseuxSeries):
            return a * factor
        if factor == 0:
            return factor * (self.sign(a) or 1)  # zero has a sign too
        size = abs(factor)
        c, m = [factor * c for c in a.c], [size * m for m in a.m]
        return finite(PuiseuxSeries(a.v, c, m, a.r))

    def multiply(self, a: Value, b: Value) -> Value:
        for one, other in ((a, b), (b, a)):
            if not isinstance(one, PuiseuxSeries):
                return self.scaled(other, float(one))
        a, b = self.together(a, b)
        length = min(len(a.c), len(b.c))
        c, m = (
            [sum(map(mul, left[: k + 1], right[k::-1])) for k in range(length)]
            for left, right in ((a.c, b.c), (a.m, b.m))
        )
        return finite(PuiseuxSeries(a.v + b.v, c, m, a.r))

    def divide(self, a: Value, b: Value) -> Value:
        if not isinstance(b, PuiseuxSeries):
            if b == 0:
                raise NoOneSidedValue
            size = abs(b)
            c, m = [c / b for c in a.c], [m / size for m in a.m]
            return finite(PuiseuxSeries(a.v, c, m, a.r))
        if not isinstance(a, PuiseuxSeries) and a == 0:
            return 0.0
        a, b = self.together(a, b)
        b = self.stripped(b)
        if b.v > 0:  # rounding over something that tends to 0 is no pole
            first = a.leading(exact=False)
            a = a.without(len(a.c) if first is None else first)
        return finite(_quotient(a, b))

    def stripped(self, a: PuiseuxSeries) -> PuiseuxSeries:
        """The series from its first coefficient that is more than rounding; that one decides how
        the series tends to 0 or to infinity."""
        first = a.leading()
        if first is None:
            self.undecided = True
            raise NoSeries
        if isinstance(a.c[first], LogPolynomial):
            raise NoSeries
        return a.without(first)

    def compare(self, a: Value, b: Value, *, matters: bool = False) -> tuple[int, int, Any]:
        """Whether a is less than, equal to or greater than b, as -1, 0 or 1: at the point, and for
        small t > 0; and the order of contact of a and b.  If the answer `matters`, a tie of all
        known coefficients makes the run `undecided`."""
        here, there = value_of(a), value_of(b)
        if here != there:
            order = 1 if here > there else -1
            return order, order, None
        if a is b:
            return 0, 0, None
        if math.isinf(here):
            raise NoSeries
        difference = self.add(a, self.scaled(b, -1.0))
        first = difference.leading(exact=False)
        if first is None:
            self.undecided |= matters
            return 0, 0, None
        order = sign_of(difference.c[first])
        return 0, order, Fraction(difference.v + first, difference.r)

    def sign(self, a: Value, *, matters: bool = False) -> int:
        """The sign of a number for small t > 0."""
        return self.compare(a, 0.0, matters=matters)[1]

    def magnitude(self, a: Value) -> Value:
        """The absolute value for small t > 0."""
        return self.negate(a) if self.sign(a) < 0 else a


def _quotient(a: PuiseuxSeries, b: PuiseuxSeries) -> PuiseuxSeries:
    """a/b, coefficient by coefficient, where the first coefficient of b is more than rounding."""
    length = min(len(a.c), len(b.c))
    c: list[float] = []
    m: list[float] = []
    for k in range(length):
        earlier = range(1, k + 1)
        c.append((a.c[k] - sum([b.c[j] * c[k - j] for j in earlier])) / b.c[0])
        m.append((a.m[k] + sum([b.m[j] * abs(c[k - j]) for j in earlier])) / abs(b.c[0]))
    return PuiseuxSeries(a.v - b.v, c, m, a.r)
