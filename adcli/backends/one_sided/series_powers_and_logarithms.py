"""Powers, roots, logarithms and exponentials of Puiseux series.

Invariant: where the argument tends to 0 or to infinity, the result is a power of t times a series,
or has a multiple of log(t) in its constant coefficient.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from adcli.backends.one_sided.puiseux_series import (
    MOST_ROOTS,
    LogPolynomial,
    NoOneSidedValue,
    NoSeries,
    PuiseuxSeries,
    Value,
    finite,
    value_of,
)
from adcli.backends.one_sided.series_analytic_functions import AnalyticFunctions
from adcli.backends.one_sided.series_arithmetic import SeriesArithmetic
from adcli.ops import arithmetic as ar
from adcli.ops import elementary_functions as el
from adcli.ops.primitive import Primitive


class Powers:
    """Powers on the numbers of a run."""

    def __init__(self, arithmetic: SeriesArithmetic, functions: AnalyticFunctions) -> None:
        self.arithmetic = arithmetic
        self.functions = functions

    def square_root(self, a: PuiseuxSeries) -> Value:
        return self._to_power(a, Fraction(1, 2), math.sqrt)

    def cube_root(self, a: PuiseuxSeries) -> Value:
        return self._to_power(a, Fraction(1, 3), math.cbrt, odd=True)

    def hypot(self, a: Value, b: Value) -> Value:
        if value_of(a) == 0 and value_of(b) == 0:
            arithmetic = self.arithmetic
            squares = [arithmetic.multiply(x, x) for x in arithmetic.together(a, b)]
            return self.square_root(arithmetic.add(*squares))
        return self.functions.apply(el.hypot, (a, b))

    def power(self, a: Value, b: Value) -> Value:
        if isinstance(b, PuiseuxSeries):
            if value_of(a) > 0:
                return self.functions.apply(ar.pow_, (a, b))
            if not isinstance(a, PuiseuxSeries) and a == 0 and self.arithmetic.sign(b) > 0:
                return 0.0
            if self.arithmetic.sign(a) <= 0:
                raise NoSeries
            logarithm = self.functions.operation(el.log)(a)
            return self.exponential(self.arithmetic.multiply(b, logarithm))
        if b == 0:
            return 1.0
        exponent = Fraction(b).limit_denominator(MOST_ROOTS)
        if float(exponent) != float(b):
            if a.value == 0:
                raise NoSeries
            exponent = Fraction(b)
        return self._to_power(a, exponent, lambda c: math.pow(c, b))

    def _to_power(
        self,
        a: PuiseuxSeries,
        p: Fraction,
        function: Callable[[float], float],
        *,
        odd: bool = False,
    ) -> Value:
        """a^p; `function` is that power of a number, which negative ones have too if `odd`."""
        first = a.leading()
        if first is None:
            if p < 0:
                self.arithmetic.undecided = True
                raise NoSeries
            return PuiseuxSeries(math.floor(a.end * p), [], [], a.r)
        a = a.without(first)
        if isinstance(a.c[0], LogPolynomial):
            raise NoSeries
        if a.c[0] < 0 and p.denominator > 1 and not odd:
            raise NoOneSidedValue
        if a.v:
            a = a.in_roots(math.lcm(a.r, (Fraction(a.v, a.r) * p).denominator * a.r))
        try:
            constant = function(a.c[0])
        except (ValueError, ArithmeticError):
            raise NoSeries from None
        return finite(_power_by_recurrence(a, p, constant))

    def logarithm(self, row: Primitive, a: PuiseuxSeries, argument: PuiseuxSeries) -> Value:
        """log(argument) to the base of a row that has `a` for its argument; it has log(t) in it
        where the argument tends to 0."""
        arithmetic = self.arithmetic
        if argument.value != 0:
            return self.functions.apply(row, (a,))
        whole = arithmetic.stripped(argument)
        if whole.c[0] < 0:
            raise NoOneSidedValue
        order = Fraction(whole.v, whole.r)
        rest = arithmetic.lifted(self.functions.apply(el.log, (whole.times_power(-order),)))
        c, m = [0.0] * rest.v + rest.c, [0.0] * rest.v + rest.m
        c[0] = LogPolynomial([c[0], float(order)])
        return arithmetic.scaled(
            PuiseuxSeries(0, c, m, rest.r), 1 / math.log(row.algebra.base or math.e)
        )

    def exponential(self, a: PuiseuxSeries) -> Value:
        """exp(a), a power of t where a tends to a multiple of log(t)."""
        if not a.has_logarithms:
            return self.functions.apply(el.exp, (a,))
        first: Any = a.c[0] if a.v == 0 else 0.0
        has_log = isinstance(first, LogPolynomial)
        constant, order = (*first.c, 0.0)[:2] if has_log else (first, 0.0)
        if a.v < 0 or (has_log and len(first.c) > 2):
            raise NoSeries
        exponent = Fraction(order).limit_denominator(MOST_ROOTS)
        if float(exponent) != order:
            raise NoSeries
        arithmetic = self.arithmetic
        rest = a.without(1) if a.v == 0 else a
        term, total = arithmetic.lifted(1.0, rest.r), arithmetic.lifted(1.0, rest.r)
        for n in range(1, arithmetic.size):
            term = arithmetic.scaled(arithmetic.multiply(term, rest), 1 / n)
            total = arithmetic.add(total, term)
        return arithmetic.scaled(total.times_power(exponent), math.exp(constant))


def _power_by_recurrence(a: PuiseuxSeries, p: Fraction, constant: float) -> PuiseuxSeries:
    """y = a^p from its constant coefficient, by y' a = p y a'."""
    c = [constant]
    m, exponent, slope = [abs(c[0])], float(p), abs(float(p))
    for k in range(1, len(a.c)):
        factors = [exponent * j - (k - j) for j in range(1, k + 1)]
        terms = [f * a.c[j] * c[k - j] for j, f in enumerate(factors, 1)]
        sizes = [abs(f) * a.m[j] * abs(c[k - j]) for j, f in enumerate(factors, 1)]
        c.append(sum(terms) / (k * a.c[0]))
        m.append(sum(sizes) / (k * abs(a.c[0])) + slope * abs(c[0]) * a.m[k] / abs(a.c[0]))
    return PuiseuxSeries(int(a.v * p), c, m, a.r)
