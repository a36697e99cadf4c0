"""Analytic functions of Puiseux series: by Taylor recurrences, by integration, and at infinity.

Invariant: the coefficient of t^0 is what the row of the function computes at the point.

Griewank & Walther, *Evaluating Derivatives*, section 13.2 (the recurrences).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from adcli.backends.one_sided.puiseux_series import (
    ROUNDING,
    NoOneSidedValue,
    NoSeries,
    PuiseuxSeries,
    Value,
    finite,
    sign_of,
    value_of,
)
from adcli.backends.one_sided.series_arithmetic import SeriesArithmetic
from adcli.backends.one_sided.series_conditions import SidedTruth, holds_on_side
from adcli.backends.one_sided.series_step_functions import Operation
from adcli.backends.taylor_series_propagation import Box, Propagation, Series
from adcli.engines.interface import Limits
from adcli.expr import App, Expr, Num, Var, lift
from adcli.ir import nodes as ir
from adcli.ops import arithmetic as ar
from adcli.ops import comparisons_logic_and_choice as co
from adcli.ops import elementary_functions as el
from adcli.ops.primitive import Primitive

#: The recurrences belong to a run of a module in general; here there is none.
_NO_MODULE = ir.Module({"": ir.Function("", (), (), {}, [])}, "")

#: The names of arguments where a row's partials or domain are taken of them.
_NAMES = "abcdefgh"


class AnalyticFunctions:
    """Functions on the numbers of a run; `operation` gives what computes other operations."""

    def __init__(self, arithmetic: SeriesArithmetic, operation: Operation, limits: Limits) -> None:
        self.arithmetic = arithmetic
        self.operation = operation
        self._limits = limits
        self._box = Box((max(arithmetic.size - 1, 1),))

    def apply(self, row: Primitive, args: Sequence[Value]) -> Value:
        """A function that is analytic at the arguments, or whose derivative at least has a series
        there."""
        args = [bool(a) if isinstance(a, SidedTruth) else a for a in args]
        if row.domain.condition is not None and row is not ar.pow_:
            places = dict(zip(_NAMES, args, strict=False))
            if not holds_on_side(self.instance(row.domain.condition(*map(Var, places)), places)):
                raise NoOneSidedValue
        if any([isinstance(a, PuiseuxSeries) and a.v < 0 for a in args]):
            return self._at_infinity(row, args)
        try:
            return finite(self._by_recurrence(row, args))
        except OverflowError:
            raise NoSeries from None
        except (ValueError, ArithmeticError):
            return self._integrated(row, args)

    def _by_recurrence(self, row: Primitive, args: Sequence[Value]) -> PuiseuxSeries:
        """By the recurrences of Taylor series, in the root of t."""
        r = math.lcm(*[a.r for a in args if isinstance(a, PuiseuxSeries)])
        powers = [a.in_roots(r) if isinstance(a, PuiseuxSeries) else a for a in args]
        if any([isinstance(a, PuiseuxSeries) and a.has_logarithms for a in powers]):
            raise NoSeries
        length = min([a.end for a in powers if isinstance(a, PuiseuxSeries)])
        length = min(length, self.arithmetic.size)
        if length <= 0:
            raise NoSeries
        propagation = Propagation(_NO_MODULE, self._box, self._limits)
        found = propagation.apply(row, *[_taylor_series(a, length) for a in powers])
        c = [found.at(k) for k in range(length)]
        slopes = _slopes(row, c[0], [value_of(a) for a in args])
        m = [abs(x) for x in c]
        for a, slope in zip(powers, slopes, strict=True):
            if isinstance(a, PuiseuxSeries) and slope:
                for k, size in zip(range(a.v, length), a.m, strict=False):
                    m[k] += abs(slope) * size
        return PuiseuxSeries(0, c, m, r)

    def _integrated(self, row: Primitive, args: Sequence[Value]) -> PuiseuxSeries:
        """Term by term from v' = f_a a' + f_b b', where the partials have poles or roots."""
        try:
            value = row.function(*map(value_of, args))
        except (ValueError, ArithmeticError):
            raise NoSeries from None
        slope = self.arithmetic.lifted(self._slope(row, args))
        c, m = [], []
        for i, (number, size) in enumerate(zip(slope.c, slope.m, strict=True)):
            exponent = (slope.v + i) / slope.r + 1
            if exponent <= 0 and abs(number) > ROUNDING * size:
                raise NoSeries  # a logarithm, or no value at the point
            c.append(number / exponent if exponent > 0 else 0.0)
            m.append(size / exponent if exponent > 0 else 0.0)
        rest = PuiseuxSeries(slope.v + slope.r, c, m, slope.r)
        return finite(self.arithmetic.add(value, rest))

    def _slope(self, row: Primitive, args: Sequence[Value]) -> Value:
        """The derivative by t: the sum of partials times the derivatives of the arguments."""
        partials = row.calculus.partials
        assert partials is not None
        places = dict(zip(_NAMES, args, strict=False))
        slope: Value = 0.0
        for a, partial in zip(args, partials(Var(""), *map(Var, places)), strict=True):
            if isinstance(a, PuiseuxSeries) and partial is not None:
                factor = self.instance(lift(partial), places)
                change = self.operation(ar.mul)(factor, _derivative(a))
                slope = self.operation(ar.add)(slope, change)
        return slope

    def instance(self, expr: Expr, places: Mapping[str, Value]) -> Value:
        """The value of an expression for these numbers."""
        match expr:
            case Num(value):
                return value
            case Var(name):
                if name not in places:
                    raise NoSeries
                return places[name]
            case App(op, (condition, then, otherwise)) if op is co.select:
                taken = then if holds_on_side(self.instance(condition, places)) else otherwise
                return self.instance(taken, places)
            case App(op, args):
                return self.operation(op)(*[self.instance(a, places) for a in args])

    def _at_infinity(self, row: Primitive, args: Sequence[Value]) -> Value:
        """A function whose argument tends to infinity."""
        tails = row.overloads.tails
        if tails is None:
            raise NoSeries
        a = self.arithmetic.stripped(args[0])
        tail = tails[sign_of(a.c[0]) > 0]
        if tail is None:
            raise NoSeries
        if callable(tail):
            return tail(self, a)
        return self.arithmetic.lifted(tail) if tail else PuiseuxSeries(self.arithmetic.size, [], [])

    def far_angle(self, row: Primitive, limit: float, a: Value) -> Value:
        """The arc tangent where its argument tends to infinity."""
        return self.arithmetic.subtract(limit, self.apply(row, [self.arithmetic.divide(1.0, a)]))

    def atan2(self, a: Value, b: Value) -> Value:
        arithmetic = self.arithmetic
        if value_of(a) == 0 and value_of(b) == 0:
            a, b = arithmetic.together(a, b)
            firsts = [(x, x.leading()) for x in (a, b)]
            orders = [x.v + first for x, first in firsts if first is not None]
            if not orders:
                raise NoSeries
            exponent = Fraction(-min(orders), a.r)
            a, b = a.times_power(exponent), b.times_power(exponent)
        found = self.apply(el.atan2, (a, b))
        if value_of(a) == 0 and value_of(b) < 0 and isinstance(a, PuiseuxSeries):
            sign = arithmetic.sign(a, matters=True)
            jump = math.copysign(2 * math.pi, found.value) if sign * found.value < 0 else 0.0
            return arithmetic.add(found, -jump) if jump else found
        return found


def _taylor_series(a: Value, length: int) -> Series:
    """A number as a Taylor series in the root of t; its valuation is not negative."""
    if not isinstance(a, PuiseuxSeries):
        return Series([a])
    c = ([0.0] * a.v + a.c)[:length]
    return Series(c, lambda k: 0.0)


def _derivative(a: PuiseuxSeries) -> PuiseuxSeries:
    """The derivative by t."""
    if a.has_logarithms:
        raise NoSeries
    exponents = [(a.v + i) / a.r for i in range(len(a.c))]
    c = [e * c for e, c in zip(exponents, a.c, strict=True)]
    m = [abs(e) * m for e, m in zip(exponents, a.m, strict=True)]
    return PuiseuxSeries(a.v - a.r, c, m, a.r)


def _slopes(row: Primitive, result: float, args: Sequence[float]) -> list[float]:
    """The partials of a row at numbers; 0 where there is none."""
    partials = row.calculus.partials
    assert partials is not None
    found = partials(Num(result), *map(Num, args))
    return [0.0 if f is None else float(_number(lift(f))) for f in found]


def _number(expr: Expr) -> Any:
    """The value of an expression in literals; 0 if it is not finite."""
    match expr:
        case Num(value):
            return value
        case App(Primitive() as op, args):
            value = op.value(*map(_number, args))
            return value if math.isfinite(value) else 0.0
    return 0.0
