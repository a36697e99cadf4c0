"""Puiseux series as numbers: what a program computes at x + t*d for small t > 0.

A number is a truncated series in powers of t^(1/r): it has a value at t = 0, all of its one-sided
derivatives there, poles and roots too.  Numbers that are equal at t = 0 are told apart by the first
coefficient that differs, so the program takes the branches that it takes beside the point.

Invariant: a coefficient of t^0 is the number that the program itself computes at the point.  Other
coefficients are zero if they are no more than the rounding of what they were made from.

Griewank & Walther, *Evaluating Derivatives*, section 13.2 (the recurrences) and chapter 14 (one
side of a tie); Walker, *Algebraic Curves*, chapter IV (the field of Puiseux series).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import zip_longest
from operator import mul
from typing import Any

from adcli.backends.taylor_series import Box, Propagation, Series
from adcli.engines.interface import Limits
from adcli.expr import App, Expr, Num, Op, Var, lift
from adcli.ir import nodes as ir
from adcli.ops import arithmetic as ar
from adcli.ops import comparisons as co
from adcli.ops import elementary as el
from adcli.ops import special as sp
from adcli.ops.compensated_sum import compensated, compensation
from adcli.ops.composite import Formula
from adcli.ops.primitive import Primitive

#: A coefficient is zero if it is so small beside the terms that it is the sum of.
ROUNDING = 2.0**-44

#: Roots of t beyond this are not followed.
MOST_ROOTS = 24


class NoSeries(Exception):
    """Beside the point the program has numbers, but no series of this kind."""


class NoValue(Exception):
    """Beside the point the program has no value."""


class Logs:
    """A polynomial in log(t), as a coefficient: `c[n]` belongs to log(t)^n, n > 0 for one."""

    __slots__ = ("c",)

    def __init__(self, c: Sequence[float]) -> None:
        self.c = c

    def __add__(self, other: Logs | float) -> Logs | float:
        terms = other.c if isinstance(other, Logs) else [other]
        return _tidy([a + b for a, b in zip_longest(self.c, terms, fillvalue=0.0)])

    def __mul__(self, other: Logs | float) -> Logs | float:
        terms = other.c if isinstance(other, Logs) else [other]
        found = [0.0] * (len(self.c) + len(terms) - 1)
        for i, a in enumerate(self.c):
            for j, b in enumerate(terms):
                found[i + j] += a * b
        return _tidy(found)

    def __sub__(self, other: Logs | float) -> Logs | float:
        return self + other * -1.0

    def __rsub__(self, other: float) -> Logs | float:
        return self * -1.0 + other

    def __truediv__(self, other: float) -> Logs | float:
        return self * (1 / other)

    __radd__, __rmul__ = __add__, __mul__

    def __abs__(self) -> float:
        return sum(map(abs, self.c))

    @property
    def sign(self) -> int:
        """The sign for small t, where log(t) is far below zero."""
        is_odd = len(self.c) % 2 == 0
        return -1 if (self.c[-1] > 0) == is_odd else 1


def _tidy(c: list[float]) -> Logs | float:
    """A polynomial in log(t), or a number if it is one."""
    while len(c) > 1 and c[-1] == 0:
        c.pop()
    return Logs(c) if len(c) > 1 else c[0]


def sign_of(c: Any) -> int:
    """The sign of a coefficient that is not 0."""
    return c.sign if isinstance(c, Logs) else 1 if c > 0 else -1


class Puiseux:
    """The sum of c[i] * t^((v + i)/r), known below t^((v + len(c))/r).  A coefficient is a number,
    or a polynomial in log(t).

    `m[i]` is the sum of the magnitudes of what c[i] was added up from.  Zeros in front are left
    out, so c[0] is not 0 if there is one.
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
        """The value at the point: this is what messages show."""
        return repr(self.value)

    @property
    def value(self) -> float:
        """The limit for t -> 0."""
        if self.v > 0 or (self.v == 0 and not self.c):
            return 0.0
        if not self.c:
            raise NoSeries
        first: Any = self.c[0]
        if self.v < 0 or isinstance(first, Logs):
            return math.copysign(math.inf, sign_of(first))
        return float(first)

    @property
    def end(self) -> int:
        """The first exponent, in units of 1/r, whose coefficient is not known."""
        return self.v + len(self.c)

    def leading(self, *, exact: bool = True) -> int | None:
        """The place of the first coefficient that is more than rounding; the value at the point, if
        `exact`, is what it is."""
        for i, (c, m) in enumerate(zip(self.c, self.m, strict=True)):
            if abs(c) > ROUNDING * m or (exact and self.v + i == 0 and c != 0):
                return i
        return None

    def without(self, count: int) -> Puiseux:
        """Without some coefficients in front, which are rounding."""
        return Puiseux(self.v + count, self.c[count:], self.m[count:], self.r) if count else self

    def in_roots(self, r: int) -> Puiseux:
        """The same in powers of t^(1/r), r a multiple of the present one."""
        factor = r // self.r
        if factor == 1:
            return self
        if r > MOST_ROOTS:
            raise NoSeries
        c, m = [0.0] * (factor * len(self.c)), [0.0] * (factor * len(self.c))
        c[::factor], m[::factor] = self.c, self.m
        return Puiseux(self.v * factor, c, m, r)

    def times_power(self, exponent: Fraction) -> Puiseux:
        """This times t^exponent."""
        a = self.in_roots(math.lcm(self.r, exponent.denominator))
        return Puiseux(a.v + int(exponent * a.r), a.c, a.m, a.r)


#: A number of a run: a series if it depends on t.
Value = Any


class Truth:
    """The outcome of a comparison: at the point `here`, and `beside` it.  `contact` is the order in
    t to which numbers that are equal here agree, if that is what decided."""

    __slots__ = ("arithmetic", "beside", "contact", "here")

    def __init__(
        self, arithmetic: Arithmetic, here: bool, beside: bool, contact: Fraction | None
    ) -> None:
        self.arithmetic = arithmetic
        self.here = here
        self.beside = beside
        self.contact = contact

    def __bool__(self) -> bool:
        """Take the way that the program takes beside the point."""
        if self.here != self.beside:
            self.arithmetic.turned = True
        return self.beside


def _beside(condition: Any) -> bool:
    """Whether a condition of ours, not of the program, holds beside the point."""
    return bool(condition.beside if isinstance(condition, Truth) else condition)


def value_of(a: Value) -> Any:
    """The value at the point."""
    return a.value if isinstance(a, Puiseux) else a


class Arithmetic:
    """The operations of the table on series of so many coefficients, and no more than `most`.

    `undecided` says that numbers were taken as equal because all known coefficients are; `turned`
    that a condition held beside the point and not at it, or the other way round; `contact` is the
    least order to which numbers agree at a tie.  It stops at the first tie with a contact of no
    more than `stop`.
    """

    def __init__(self, size: int, limits: Limits, most: int, stop: Fraction | None = None) -> None:
        self.size = size
        self.most = most
        self.limits = limits
        self.box = Box((max(size - 1, 1),))
        self.stop = stop
        self.count = 0
        self.undecided = self.turned = False
        self.contact: Fraction | None = None
        self.made: dict[Op, Callable[..., Value]] = {}
        self.special: Mapping[Op, Callable[..., Value]] = {
            ar.add: self.add,
            ar.sub: lambda a, b: self.add(a, self.scaled(b, -1.0)),
            ar.neg: lambda a: self.scaled(a, -1.0),
            ar.mul: self.multiply,
            ar.div: self.divide,
            ar.pow_: self.power,
            ar.floordiv: self.floordiv,
            ar.mod: lambda a, b: self.rest(a, b, self.floordiv(a, b)),
            ar.real: lambda a: float(bool(a)) if isinstance(a, Truth) else a,
            el.sqrt: lambda a: self.root(a, 2, math.sqrt),
            el.cbrt: lambda a: self.root(a, 3, math.cbrt),
            el.hypot: self.hypot,
            el.exp: self.exponential,
            el.log: lambda a: self.logarithm(el.log, a, a),
            el.log2: lambda a: self.logarithm(el.log2, a, a),
            el.log10: lambda a: self.logarithm(el.log10, a, a),
            el.log1p: lambda a: self.logarithm(el.log1p, a, self.add(a, 1.0)),
            el.atan2: self.atan2,
            el.abs_: lambda a: self.scaled(a, -1.0) if self.sign(a) < 0 else a,
            el.sign: lambda a: float(self.sign(a, matters=True)),
            el.copysign: self.copysign,
            el.relu: lambda a: a if self.sign(a) > 0 else 0.0,
            el.max_: lambda a, b: b if self.compare(b, a)[1] > 0 else a,
            el.min_: lambda a, b: b if self.compare(b, a)[1] < 0 else a,
            el.floor: self.floor,
            el.ceil: lambda a: -self.floor(self.scaled(a, -1.0)),
            el.trunc: self.trunc,
            el.fmod: self.fmod,
            el.remainder: self.remainder,
            el.ldexp: lambda a, n: self.scaled(a, math.ldexp(1.0, n)),
            co.and_: self.both,
            co.or_: lambda a, b: self.opposite(self.both(self.opposite(a), self.opposite(b))),
            co.not_: self.opposite,
            co.regular: lambda a: self.stripped(a) and a,
            co.select: co.select.function,
            co.defined: co.defined.function,
            compensation: lambda c, s, v: c,
            compensated: lambda s, c: s,
        }
        self.special |= {row: self.comparison(row) for row in co.COMPARISONS}

    def operation(self, row: Any) -> Callable[..., Value]:
        """What computes a row: its own function where nothing depends on t."""
        if row is co.steady:
            return self.steady
        if isinstance(row, Formula):
            return lambda *args: self.instance(
                row.lean, dict(zip(row.parameters, args, strict=True))
            )
        if row not in self.made:
            on_series = self.special.get(row) or (lambda *args: self.analytic(row, args))

            def compute(*args: Value) -> Value:
                if any([a.__class__ is Puiseux or a.__class__ is Truth for a in args]):
                    self.spend()
                    try:
                        return on_series(*args)
                    except (ValueError, ArithmeticError):
                        raise NoSeries from None
                return row.function(*args)

            self.made[row] = compute
        return self.made[row]

    def spend(self) -> None:
        """Count an operation on series, long ones for more."""
        self.count += 1 + self.size * self.size // 400
        if self.count > self.most:
            raise NoSeries

    def lifted(self, a: Value, r: int = 1) -> Puiseux:
        """A number as a series, in the root of t or in one of which that is a root."""
        if isinstance(a, Puiseux):
            return a.in_roots(math.lcm(a.r, r))
        rest = [0.0] * (self.size - 1)
        return Puiseux(0, [float(a), *rest], [abs(float(a)), *rest], r)

    def together(self, *args: Value) -> list[Puiseux]:
        """Numbers as series in the same root of t."""
        r = math.lcm(*[a.r for a in args if isinstance(a, Puiseux)])
        return [self.lifted(a, r) for a in args]

    # -- arithmetic --------------------------------------------------------------------------------

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
        return self.finite(Puiseux(v, c[:length], m[:length], a.r))

    def scaled(self, a: Value, factor: float) -> Value:
        if not isinstance(a, Puiseux):
            return a * factor
        if factor == 0:
            return factor * (self.sign(a) or 1)  # zero has a sign too
        size = abs(factor)
        c, m = [factor * c for c in a.c], [size * m for m in a.m]
        return self.finite(Puiseux(a.v, c, m, a.r))

    def multiply(self, a: Value, b: Value) -> Value:
        for one, other in ((a, b), (b, a)):
            if not isinstance(one, Puiseux):
                return self.scaled(other, float(one))
        a, b = self.together(a, b)
        length = min(len(a.c), len(b.c))
        c, m = (
            [sum(map(mul, left[: k + 1], right[k::-1])) for k in range(length)]
            for left, right in ((a.c, b.c), (a.m, b.m))
        )
        return self.finite(Puiseux(a.v + b.v, c, m, a.r))

    def divide(self, a: Value, b: Value) -> Value:
        if not isinstance(b, Puiseux):
            if b == 0:
                raise NoValue
            size = abs(b)
            return self.finite(Puiseux(a.v, [c / b for c in a.c], [m / size for m in a.m], a.r))
        if not isinstance(a, Puiseux) and a == 0:
            return 0.0
        a, b = self.together(a, b)
        b = self.stripped(b)
        if b.v > 0:  # rounding over something that vanishes is no pole
            first = a.leading(exact=False)
            a = a.without(len(a.c) if first is None else first)
        length = min(len(a.c), len(b.c))
        c: list[float] = []
        m: list[float] = []
        for k in range(length):
            earlier = range(1, k + 1)
            c.append((a.c[k] - sum([b.c[j] * c[k - j] for j in earlier])) / b.c[0])
            m.append((a.m[k] + sum([b.m[j] * abs(c[k - j]) for j in earlier])) / abs(b.c[0]))
        return self.finite(Puiseux(a.v - b.v, c, m, a.r))

    def stripped(self, a: Puiseux) -> Puiseux:
        """A series that begins with what it tends to 0 or infinity like."""
        first = a.leading()
        if first is None:
            self.undecided = True
            raise NoSeries
        if isinstance(a.c[first], Logs):
            raise NoSeries
        return a.without(first)

    def finite(self, a: Puiseux) -> Puiseux:
        """A series as far as its coefficients are doubles."""
        if not all([math.isfinite(abs(c)) for c in a.c]):
            raise NoSeries
        return a

    # -- powers ------------------------------------------------------------------------------------

    def root(self, a: Puiseux, n: int, function: Callable[[float], float]) -> Value:
        return self.to_power(a, Fraction(1, n), function, odd=n % 2 == 1)

    def power(self, a: Value, b: Value) -> Value:
        if isinstance(b, Puiseux):
            if value_of(a) > 0:
                return self.analytic(ar.pow_, (a, b))
            if not isinstance(a, Puiseux) and a == 0 and self.sign(b) > 0:
                return 0.0
            if self.sign(a) <= 0:
                raise NoSeries
            return self.exponential(self.multiply(b, self.operation(el.log)(a)))
        if b == 0:
            return 1.0
        exponent = Fraction(b).limit_denominator(MOST_ROOTS)
        if float(exponent) != float(b):
            if a.value == 0:
                raise NoSeries
            exponent = Fraction(b)
        return self.to_power(a, exponent, lambda c: math.pow(c, b))

    def to_power(
        self, a: Puiseux, p: Fraction, function: Callable[[float], float], *, odd: bool = False
    ) -> Value:
        """a^p: from y = a^p follows y' a = p y a'."""
        first = a.leading()
        if first is None:
            if p < 0:
                self.undecided = True
                raise NoSeries
            return Puiseux(math.floor(a.end * p), [], [], a.r)
        a = a.without(first)
        if isinstance(a.c[0], Logs):
            raise NoSeries
        if a.c[0] < 0 and p.denominator > 1 and not odd:
            raise NoValue
        if a.v:
            a = a.in_roots(math.lcm(a.r, (Fraction(a.v, a.r) * p).denominator * a.r))
        try:
            c = [function(a.c[0])]
        except (ValueError, ArithmeticError):
            raise NoSeries from None
        m, exponent, slope = [abs(c[0])], float(p), abs(float(p))
        for k in range(1, len(a.c)):
            factors = [exponent * j - (k - j) for j in range(1, k + 1)]
            terms = [f * a.c[j] * c[k - j] for j, f in enumerate(factors, 1)]
            sizes = [abs(f) * a.m[j] * abs(c[k - j]) for j, f in enumerate(factors, 1)]
            c.append(sum(terms) / (k * a.c[0]))
            m.append(sum(sizes) / (k * abs(a.c[0])) + slope * abs(c[0]) * a.m[k] / abs(a.c[0]))
        return self.finite(Puiseux(int(a.v * p), c, m, a.r))

    def hypot(self, a: Value, b: Value) -> Value:
        if value_of(a) == 0 and value_of(b) == 0:
            squares = [self.multiply(x, x) for x in self.together(a, b)]
            return self.root(self.add(*squares), 2, math.sqrt)
        return self.analytic(el.hypot, (a, b))

    def logarithm(self, row: Primitive, a: Puiseux, argument: Puiseux) -> Value:
        """log(a), or of another base; where the argument tends to 0 with log(t) in it."""
        if argument.value != 0:
            return self.analytic(row, (a,))
        whole = self.stripped(argument)
        if whole.c[0] < 0:
            raise NoValue
        order = Fraction(whole.v, whole.r)
        rest = self.lifted(self.analytic(el.log, (whole.times_power(-order),)))
        c, m = [0.0] * rest.v + rest.c, [0.0] * rest.v + rest.m
        c[0] = Logs([c[0], float(order)])
        base = {el.log2: 2.0, el.log10: 10.0}.get(row, math.e)
        return self.scaled(Puiseux(0, c, m, rest.r), 1 / math.log(base))

    def exponential(self, a: Puiseux) -> Value:
        """exp(a), a power of t where a tends to a multiple of log(t)."""
        if not any([isinstance(c, Logs) for c in a.c]):
            return self.analytic(el.exp, (a,))
        first: Any = a.c[0] if a.v == 0 else 0.0
        constant, order = (*first.c, 0.0)[:2] if isinstance(first, Logs) else (first, 0.0)
        if a.v < 0 or (isinstance(first, Logs) and len(first.c) > 2):
            raise NoSeries
        exponent = Fraction(order).limit_denominator(MOST_ROOTS)
        if float(exponent) != order:
            raise NoSeries
        rest = a.without(1) if a.v == 0 else a
        term, total = self.lifted(1.0, rest.r), self.lifted(1.0, rest.r)
        for n in range(1, self.size):
            term = self.scaled(self.multiply(term, rest), 1 / n)
            total = self.add(total, term)
        return self.scaled(total.times_power(exponent), math.exp(constant))

    # -- what decides ------------------------------------------------------------------------------

    def compare(self, a: Value, b: Value, *, matters: bool = False) -> tuple[int, int, Any]:
        """Whether a is less than, equal to or greater than b, as -1, 0 or 1: at the point, beside
        it, and the order of contact.  If it `matters`, all that is known must not be equal."""
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
        """The sign of a number beside the point."""
        return self.compare(a, 0.0, matters=matters)[1]

    def comparison(self, row: Primitive) -> Callable[..., Value]:
        def compare(a: Value, b: Value) -> Truth:
            here, beside, contact = self.compare(a, b, matters=True)
            return Truth(self, row.function(here, 0), row.function(beside, 0), contact)

        return compare

    def truth(self, a: Any) -> Truth:
        return a if isinstance(a, Truth) else Truth(self, a, a, None)

    def both(self, a: Any, b: Any) -> Truth:
        a, b = self.truth(a), self.truth(b)
        contacts = [x.contact for x in (a, b) if x.contact is not None]
        here, beside = a.here and b.here, a.beside and b.beside
        return Truth(self, here, beside, min(contacts, default=None))

    def opposite(self, a: Any) -> Truth:
        a = self.truth(a)
        return Truth(self, not a.here, not a.beside, a.contact)

    def steady(self, a: Truth | bool) -> bool:
        """Note a tie, see `adcli.passes.kinks`."""
        if isinstance(a, Truth) and not a.here and a.contact is not None:
            if self.contact is None or a.contact < self.contact:
                self.contact = a.contact
            if self.stop is not None and a.contact <= self.stop:
                raise ValueError("a tie")
        return True

    def copysign(self, a: Value, b: Value) -> Value:
        size = self.operation(el.abs_)(a)
        sign = self.sign(b, matters=True) if isinstance(b, Puiseux) else 0
        return self.scaled(size, float(sign) if sign else math.copysign(1.0, value_of(b)))

    def floor(self, a: Value) -> int:
        here = self.value_here(a)
        found = math.floor(here)
        return found - 1 if found == here and self.compare(a, float(found))[1] < 0 else found

    def trunc(self, a: Value) -> int:
        is_negative = self.sign(a) < 0
        return -self.floor(self.scaled(a, -1.0)) if is_negative else self.floor(a)

    def value_here(self, a: Value) -> float:
        """The value at the point, finite."""
        here: float = value_of(a)
        if not math.isfinite(here):
            raise NoSeries
        return here

    def floordiv(self, a: Value, b: Value) -> float:
        x, y = self.value_here(a), self.value_here(b)
        if y == 0:
            raise NoSeries
        found = x // y
        if x % y == 0:
            rest = self.rest(a, b, found)
            found -= self.sign(rest) * (1 if y > 0 else -1) < 0
        return found

    def fmod(self, a: Value, b: Value) -> Value:
        x, y = self.value_here(a), self.value_here(b)
        found = self.quotient(math.fmod, x, y)
        if x != 0 and math.fmod(x, y) == 0:  # the rest has the sign of a
            wrong = self.sign(self.rest(a, b, found)) * (1 if x > 0 else -1) < 0
            found -= wrong * (1 if (x > 0) == (y > 0) else -1)
        return self.rest(a, b, found)

    def remainder(self, a: Value, b: Value) -> Value:
        x, y = self.value_here(a), self.value_here(b)
        found = self.quotient(math.remainder, x, y)
        rest = self.rest(a, b, found)
        absolute = self.operation(el.abs_)
        if self.compare(self.scaled(absolute(rest), 2.0), absolute(b))[1] > 0:
            rest = self.rest(a, b, found + (1 if (value_of(rest) > 0) == (y > 0) else -1))
        return rest

    def quotient(self, function: Callable[[float, float], float], x: float, y: float) -> int:
        """The integer that goes with a remainder."""
        if y == 0:
            raise NoSeries
        return round((x - function(x, y)) / y)

    def rest(self, a: Value, b: Value, quotient: float) -> Value:
        return self.operation(ar.sub)(a, self.operation(ar.mul)(b, float(quotient)))

    # -- functions ---------------------------------------------------------------------------------

    def atan2(self, a: Value, b: Value) -> Value:
        if value_of(a) == 0 and value_of(b) == 0:
            a, b = self.together(a, b)
            firsts = [(x, x.leading()) for x in (a, b)]
            orders = [x.v + first for x, first in firsts if first is not None]
            if not orders:
                raise NoSeries
            exponent = Fraction(-min(orders), a.r)
            a, b = a.times_power(exponent), b.times_power(exponent)
        found = self.analytic(el.atan2, (a, b))
        if value_of(a) == 0 and value_of(b) < 0 and isinstance(a, Puiseux):
            sign = self.sign(a, matters=True)
            turn = math.copysign(2 * math.pi, found.value) if sign * found.value < 0 else 0.0
            return self.add(found, -turn) if turn else found
        return found

    def analytic(self, row: Primitive, args: Sequence[Value]) -> Value:
        """A function that is analytic at the arguments, or at least its derivative has a series."""
        args = [bool(a) if isinstance(a, Truth) else a for a in args]
        if row.domain is not None and row is not ar.pow_:
            places = dict(zip("abcdefgh", args, strict=False))
            if not _beside(self.instance(row.domain(*map(Var, places)), places)):
                raise NoValue
        if any([isinstance(a, Puiseux) and a.v < 0 for a in args]):
            return self.far(row, args)
        try:
            return self.finite(self.regular(row, args))
        except OverflowError:
            raise NoSeries from None
        except (ValueError, ArithmeticError):
            return self.integrated(row, args)

    def regular(self, row: Primitive, args: Sequence[Value]) -> Puiseux:
        """By the recurrences of Taylor series, in the root of t."""
        r = math.lcm(*[a.r for a in args if isinstance(a, Puiseux)])
        powers = [a.in_roots(r) if isinstance(a, Puiseux) else a for a in args]
        if any([isinstance(c, Logs) for a in powers if isinstance(a, Puiseux) for c in a.c]):
            raise NoSeries
        length = min([a.end for a in powers if isinstance(a, Puiseux)])
        length = min(length, self.size)
        if length <= 0:
            raise NoSeries
        propagation = Propagation(_NOTHING, self.box, self.limits)
        found = propagation.apply(row, *[_power_series(a, length) for a in powers])
        c = [found.at(k) for k in range(length)]
        slopes = _slopes(row)(c[0], [value_of(a) for a in args])
        m = [abs(x) for x in c]
        for a, slope in zip(powers, slopes, strict=True):
            if isinstance(a, Puiseux) and slope:
                for k, size in zip(range(a.v, length), a.m, strict=False):
                    m[k] += abs(slope) * size
        return Puiseux(0, c, m, r)

    def integrated(self, row: Primitive, args: Sequence[Value]) -> Puiseux:
        """From v' = f_a a' + f_b b', where the partials have poles or roots, term by term."""
        assert row.partials is not None
        try:
            value = row.function(*map(value_of, args))
        except (ValueError, ArithmeticError):
            raise NoSeries from None
        places = dict(zip("abcdefgh", args, strict=False))
        slope: Value = 0.0
        for a, partial in zip(args, row.partials(Var(""), *map(Var, places)), strict=True):
            if isinstance(a, Puiseux) and partial is not None:
                change = self.operation(ar.mul)(
                    self.instance(lift(partial), places), _derivative(a)
                )
                slope = self.operation(ar.add)(slope, change)
        slope = self.lifted(slope)
        c, m = [], []
        for i, (number, size) in enumerate(zip(slope.c, slope.m, strict=True)):
            exponent = (slope.v + i) / slope.r + 1
            if exponent <= 0 and abs(number) > ROUNDING * size:
                raise NoSeries  # a logarithm, or no value at the point
            c.append(number / exponent if exponent > 0 else 0.0)
            m.append(size / exponent if exponent > 0 else 0.0)
        return self.finite(self.add(value, Puiseux(slope.v + slope.r, c, m, slope.r)))

    def instance(self, expr: Expr, places: Mapping[str, Value]) -> Value:
        """An expression in these numbers."""
        match expr:
            case Num(value):
                return value
            case Var(name):
                if name not in places:
                    raise NoSeries
                return places[name]
            case App(op, (condition, then, otherwise)) if op is co.select:
                chosen = then if _beside(self.instance(condition, places)) else otherwise
                return self.instance(chosen, places)
            case App(op, args):
                return self.operation(op)(*[self.instance(a, places) for a in args])
        raise TypeError(f"no series for {expr!r}")

    def far(self, row: Primitive, args: Sequence[Value]) -> Value:
        """A function where its argument tends to infinity."""
        (a,) = args if len(args) == 1 else (None,)
        if a is None or row not in _LIMITS:
            raise NoSeries
        a = self.stripped(a)
        is_up = sign_of(a.c[0]) > 0
        limit = _LIMITS[row][is_up]
        if row is el.atan:
            return self.add(limit, self.scaled(self.analytic(row, [self.divide(1.0, a)]), -1.0))
        if row is el.softplus and is_up:
            return a
        if limit is None:
            raise NoSeries
        return self.lifted(limit) if limit else Puiseux(self.size, [], [])


#: What functions tend to at minus infinity and at infinity, faster than any power; None: not.
_LIMITS: dict[Op, tuple[float | None, float | None]] = {
    el.exp: (0.0, None),
    el.exp2: (0.0, None),
    el.expm1: (-1.0, None),
    el.tanh: (-1.0, 1.0),
    el.sech: (0.0, 0.0),
    el.sigmoid: (0.0, 1.0),
    el.softplus: (0.0, None),
    el.atan: (-math.pi / 2, math.pi / 2),
    sp.erf: (-1.0, 1.0),
    sp.erfc: (2.0, 0.0),
}

_NOTHING = ir.Module({"": ir.Function("", (), (), {}, [])}, "")


def _power_series(a: Value, length: int) -> Series:
    """A series for the propagation; its first exponent is not negative."""
    if not isinstance(a, Puiseux):
        return Series([a])
    c = ([0.0] * a.v + a.c)[:length]
    return Series(c, lambda k: 0.0)


def _derivative(a: Puiseux) -> Puiseux:
    """The derivative by t."""
    if any([isinstance(c, Logs) for c in a.c]):
        raise NoSeries
    exponents = [(a.v + i) / a.r for i in range(len(a.c))]
    c = [e * c for e, c in zip(exponents, a.c, strict=True)]
    m = [abs(e) * m for e, m in zip(exponents, a.m, strict=True)]
    return Puiseux(a.v - a.r, c, m, a.r)


def _slopes(row: Primitive) -> Callable[[float, Sequence[float]], list[float]]:
    """The partials of a row at numbers; 0 where there is none."""

    def slopes(result: float, args: Sequence[float]) -> list[float]:
        assert row.partials is not None
        found = row.partials(Num(result), *map(Num, args))
        return [0.0 if f is None else float(_number(lift(f))) for f in found]

    return slopes


def _number(expr: Expr) -> Any:
    """The value of an expression in literals; 0 if it is not finite."""
    match expr:
        case Num(value):
            return value
        case App(Primitive() as op, args):
            value = op.value(*map(_number, args))
            return value if math.isfinite(value) else 0.0
    return 0.0
