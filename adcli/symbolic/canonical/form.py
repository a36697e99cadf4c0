"""Sums of numbers times products of powers: the form in which like terms meet.

    2*x + 3*x  is  5*x        x^2*x/y  is  x^3*y^(-1)        sqrt(x)*x  is  x^(3/2)

Invariant: equal forms are one object, so that they are compared and looked up by identity; numbers
are exact, 1/3 stays a third; and a form has the value of what it was made of wherever that has one.
It may have one at further points: x/x is 1 here.  Who hides a condition has to say so, see
`adcli.symbolic.domain_conditions`.  A rule that needs more than that asks `Signs`, which knows
where an expression is positive or not 0.

A sum as a factor stays a factor, so making a form costs no more than its parts.  What a product
inside a product or a sum inside a sum joins is bounded.

Moses, "Algebraic simplification: a guide for the perplexed", CACM 14 (1971); Cohen, *Computer
Algebra and Symbolic Computation: Mathematical Methods* (2003), chapter 3.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from adcli.expr import Expr, Num
from adcli.ops.arithmetic import pow_
from adcli.ops.comparisons import select
from adcli.ops.elementary import abs_, cbrt, copysign, exp, hypot, log, log2, log10, sign
from adcli.ops.primitive import EVEN, ODD, Primitive
from adcli.symbolic.canonical.rationals import Number, exact_root, size, tidy
from adcli.symbolic.canonical.signs import Signs
from adcli.symbolic.canonical.terms import (
    Base,
    Call,
    Constant,
    Given,
    Product,
    Sum,
    Symbol,
    is_even,
    is_whole,
)

#: Sums and products with more parts than this are one part of another.
LONG_SUM, LONG_PRODUCT = 64, 16

#: Numbers to higher powers than this stay powers, and so do powers of more bits.
_HIGH, _LARGEST = 64, 900


#: The logarithms with their bases.
LOGARITHMS: dict[Primitive, float] = {log: math.e, log2: 2, log10: 10}

Factors = dict[Base, Number]

#: What is multiplied: sums, and powers of sums.
Parts = list[Sum | tuple[Sum, Number]]


class Forms:
    """Makes forms and calculates with them."""

    def __init__(self) -> None:
        self._known: dict[object, Base] = {}
        self._products: dict[frozenset[tuple[Base, Number]], Product] = {}
        self._sums: dict[frozenset[tuple[Product, Number]], Sum] = {}
        self._count = 0
        #: how many terms and factors were gathered so far: a measure of time that no clock is in
        self.work = 0
        self.signs = Signs(self)
        #: exponents u, and u^v as (u, v), of which the program evaluates the power
        self.exponents: set[Sum] = set()
        self.powers: set[tuple[Sum, Sum]] = set()
        #: whether some number was written with a point; fractions are then written so too
        self.decimal = False
        self.unit = self._product({})
        self.zero = self.sum({})
        self.one = self.number(1)

    # -- making ----------------------------------------------------------------------------------

    def _number(self, made: Base | Product) -> None:
        made.uid = self._count
        self._count += 1

    def _new(self, key: object, made: Base) -> Base:
        self._number(made)
        self._known[key] = made
        return made

    def _product(self, factors: Factors) -> Product:
        self.work += len(factors)
        key = frozenset(factors.items())
        found = self._products.get(key)
        if found is None:
            found = self._products[key] = Product(tuple(factors.items()))
            self._number(found)
        return found

    def sum(self, terms: dict[Product, Number]) -> Sum:
        """The sum of numbers times products; none of the numbers is 0."""
        self.work += len(terms)
        key = frozenset(terms.items())
        found = self._sums.get(key)
        if found is None:
            found = self._sums[key] = Sum(tuple(terms.items()))
            self._number(found)
        return found

    def number(self, value: Number) -> Sum:
        return self.sum({self.unit: value} if value else {})

    def symbol(self, name: str) -> Sum:
        return self.of(self._known.get(name) or self._new(name, Symbol(name)))

    def constant(self, value: float | bool) -> Sum:
        """A literal as a base; a negative one as -1 times it."""
        if not isinstance(value, bool) and value < 0:
            return self.scaled(self.constant(-value), -1)
        key = (value.__class__, value)
        return self.of(self._known.get(key) or self._new(key, Constant(value)))

    def given(self, value: Sum, node: Expr) -> Sum:
        """A sum that is written as a node, to the signs of its zeros."""
        key = (Given, node)
        return self.of(self._known.get(key) or self._new(key, Given(value, node)))

    def plain(self, op: Primitive, args: tuple[Sum, ...]) -> Sum:
        """An operation as it stands."""
        key = (op, *args)
        return self.of(self._known.get(key) or self._new(key, Call(op, args)))

    def is_known(self, op: Primitive, args: tuple[Sum, ...]) -> bool:
        return (op, *args) in self._known

    def of(self, base: Base, exponent: Number = 1) -> Sum:
        """A base to a power."""
        if exponent == 1 and isinstance(base, Sum):
            return base
        return self.sum({self._product({base: exponent}): 1})

    def term(self, product: Product, number: Number = 1) -> Sum:
        """A number times a product, which may be a sum alone."""
        if number == 1 and len(product.factors) == 1:
            base, exponent = product.factors[0]
            if exponent == 1 and isinstance(base, Sum):
                return base
        return self.sum({product: number})

    # -- calculating -----------------------------------------------------------------------------

    def add(self, parts: Iterable[Sum], signs: Iterable[Number] | None = None) -> Sum:
        """The sum of sums, each times a number."""
        terms: dict[Product, Number] = {}
        for part, times in zip(parts, signs, strict=True) if signs else ((p, 1) for p in parts):
            inside = part.terms
            if len(inside) > LONG_SUM:
                inside = ((self._product({part: 1}), 1),)
            for product, number in inside:
                total = terms.get(product, 0) + number * times
                if total:
                    terms[product] = tidy(total)
                else:
                    del terms[product]
        return self._joined(terms)

    def _joined(self, terms: dict[Product, Number]) -> Sum:
        """A sum of terms; one that is a sum with the number 1 or -1 joins the others."""
        if len(terms) == 1:
            ((product, number),) = terms.items()
            return self.term(product, number)
        for product, number in terms.items():
            match product.factors:
                case ((Sum() as inner, 1),) if abs(number) == 1 and len(inner.terms) <= LONG_SUM:
                    rest = {p: n for p, n in terms.items() if p is not product}
                    return self.add([inner, self.sum(rest)], [number, 1])
        return self.sum(terms)

    def scaled(self, value: Sum, number: Number) -> Sum:
        """A number times a sum, term by term."""
        if number == 1:
            return value
        if not number:
            return self.zero
        return self.sum({p: tidy(n * number) for p, n in value.terms})

    def multiply(self, parts: Sequence[Sum | tuple[Sum, Number]], number: Number = 1) -> Sum:
        """The product of sums, or of powers of sums, times a number.

        Sums stay factors, also one that is alone with a number.
        """
        factors: Factors = {}
        for part in parts:
            value, exponent = part if isinstance(part, tuple) else (part, 1)
            if len(value.terms) == 1 and exponent.denominator == 1:
                product, inside = value.terms[0]
                if _has_short_power(inside, exponent):
                    number *= power_of(inside, int(exponent))
                else:
                    _gather(factors, self.number(inside), exponent)
                if len(product.factors) > LONG_PRODUCT:
                    _gather(factors, self.term(product), exponent)
                    continue
                for base, times in product.factors:
                    _gather(factors, base, times * exponent)
            elif not value.terms and exponent > 0:
                return self.zero
            else:
                _gather(factors, value, exponent)
        return self._multiplied(factors, number)

    def multiply_powers(
        self, powers: Factors, product: Product | None = None, number: Number = 1
    ) -> Sum:
        """A number times powers, and times a product."""
        parts: Parts = [self.term(product)] if product else []
        for base, exponent in powers.items():
            if exponent.denominator == 1:
                parts.append((self.of(base), exponent))
            else:
                parts.append(self.sum({self._product({base: exponent}): 1}))
        return self.multiply(parts, number)

    def content(self, value: Sum) -> Number:
        """The greatest number that divides all numbers of a sum to integers; 0 of nothing."""
        numerators = [n.numerator for _, n in value.terms]
        denominators = [n.denominator for _, n in value.terms]
        return tidy(Fraction(math.gcd(*numerators), math.lcm(*denominators)))

    def _multiplied(self, factors: Factors, number: Number) -> Sum:
        """A number times powers that were gathered, with the laws of exponents."""
        if any(isinstance(base, Call | Sum | Constant) for base in factors):
            factors, number = self._laws(factors, number)
        number = tidy(number)
        if len(factors) == 1 and number == 1:
            ((base, exponent),) = factors.items()
            return self.of(base, exponent)
        return self.sum({self._product(factors): number})

    def _laws(self, factors: Factors, number: Number) -> tuple[Factors, Number]:
        """e^u e^v, u^v u^w, |u|^2, hypot(u, v)^2 and powers of numbers, put together."""
        exponents: list[tuple[Sum, Number]] = []
        powers: dict[Sum, list[tuple[Sum, Number]]] = {}
        roots: dict[int, list[tuple[Number, Number]]] = {}
        kept: Factors = {}
        for base, exponent in factors.items():
            match base:
                case Call(op=op, args=(inner,)) if op is exp:
                    exponents.append((inner, exponent))
                case Call(op=op, args=(below, above)) if op is pow_ and (
                    is_whole(exponent) or self.signs.at_least_zero(below)
                ):
                    powers.setdefault(below, []).append((above, exponent))
                case Call(op=op, args=(inner,)) if op is abs_ and is_even(exponent):
                    _gather(kept, inner.base or inner, exponent)
                case Call(op=op, args=(one, other)) if op is hypot and is_even(exponent):
                    square = self.add([self.multiply([(u, 2)]) for u in (one, other)])
                    _gather(kept, square.base or square, tidy(exponent * Fraction(1, 2)))
                case Sum(number=value) if value and value > 0 and not is_whole(exponent):
                    roots.setdefault(exponent.denominator, []).append((value, exponent))
                case Sum(number=value) if value and _has_short_power(value, exponent):
                    whole = int(exponent)
                    number *= power_of(value, whole)
                    _gather(kept, base, exponent - whole)
                case _:
                    _gather(kept, base, exponent)
        found = [self._power(kept, base, parts) for base, parts in powers.items()]
        found += [self._root_of_numbers(degree, parts) for degree, parts in roots.items()]
        if exponents:
            found.append(self._exponentials(exponents))
        for part in found:
            if len(part.terms) != 1:
                _gather(kept, part, 1)
                continue
            product, inside = part.terms[0]
            number *= inside
            for factor, times in product.factors:
                _gather(kept, factor, times)
        return kept, number

    def _root_of_numbers(self, degree: int, parts: list[tuple[Number, Number]]) -> Sum:
        """sqrt(15)*sqrt(5)*sqrt(3) = 15, if that is no root any more; else number by number."""
        inside: Number = 1
        for value, exponent in parts:
            if not _has_short_power(value, exponent * degree):
                break
            inside *= power_of(value, int(exponent * degree))
        else:
            root = exact_root(inside, Fraction(1, degree))
            if root is not None:
                return self.number(root)
        number: Number = 1
        kept: Factors = {}
        for value, exponent in parts:
            whole = int(exponent) if _has_short_power(value, exponent) else 0
            number *= power_of(value, whole)
            _gather(kept, self.number(value), exponent - whole)
        return self.sum({self._product(kept): tidy(number)})

    def _exponentials(self, parts: list[tuple[Sum, Number]]) -> Sum:
        """e^(u r) e^(v s) ...; one that stands alone stays as it is."""
        total = self.add([u for u, _ in parts], [e for _, e in parts])
        alone = len(parts) == 1 and parts[0][1] == 1
        return self.plain(exp, (total,)) if alone else self.call(exp, (total,))

    def _power(self, kept: Factors, base: Sum, parts: list[tuple[Sum, Number]]) -> Sum:
        """u^v u^w ... as one power; a factor u^n joins it unless u is known not to be 0."""
        total = self.add([v for v, _ in parts], [e for _, e in parts])
        if total.number is None and not self.signs.not_zero(base):
            single = base.base or base
            beside = kept.get(single)
            if beside is not None and is_whole(beside):
                del kept[single]
                total = self.add([total, self.number(beside)])
        if len(parts) == 1 and parts[0] == (total, 1):
            return self.plain(pow_, (base, total))
        return self.power(base, total)

    def power(self, base: Sum, exponent: Sum) -> Sum:
        """base^exponent."""
        count = exponent.number
        if count is not None:
            if count.denominator == 1:
                return self.multiply([(base, count)])
            return self._root(base, count)
        if base.number == 1:
            return self.one
        for logarithm, number in LOGARITHMS.items():
            if base.number == number and self._has_factor(exponent, logarithm):
                return self._exponential(exponent, logarithm)
        inner = base.base
        if isinstance(inner, Constant) and inner.value == math.e:
            return self.call(exp, (exponent,))
        if isinstance(inner, Call) and inner.op is exp:
            return self.call(exp, (self.multiply([inner.args[0], exponent]),))
        product = base.terms[0][0] if len(base.terms) == 1 else self.unit
        if len(product.factors) == 1 and base.terms[0][1] == 1 and product.factors[0][1] != 1:
            below, times = product.factors[0]
            if self.signs.positive(below):
                return self.power(self.of(below), self.scaled(exponent, times))
        whole = next((n for p, n in exponent.terms if not p.factors), 0)
        if whole and self.signs.not_zero(base):
            if whole.denominator != 1 and not self.signs.positive(base):
                return self.plain(pow_, (base, exponent))
            rest = self.add([exponent, self.number(-whole)])
            outside = self.power(base, self.number(whole))
            return self.multiply([outside, self.plain(pow_, (base, rest))])
        return self.plain(pow_, (base, exponent))

    def _root(self, base: Sum, exponent: Number) -> Sum:
        """base^exponent with an exponent that is not whole."""
        if not base.terms:
            return self.zero if exponent > 0 else self.of(base, exponent)
        if len(base.terms) != 1:
            outside = self.content(base)
            root = exact_root(outside, exponent)
            if root is None or outside == 1:
                return self.of(base, exponent)
            smaller = self.scaled(base, tidy(1 / Fraction(outside)))
            return self.multiply([self.of(smaller, exponent)], root)
        product, number = base.terms[0]
        if number == 1 and len(product.factors) == 1:
            return self._root_of_power(base, product, exponent)
        outside_number: Number = 1
        found: Parts = []
        inside: Factors = {}
        for inner, times in product.factors:
            if self.signs.positive(inner):
                found.append(self.of(inner, tidy(times * exponent)))
            else:
                inside[inner] = times
        if number > 0:
            root = exact_root(number, exponent)
            if root is not None:
                outside_number, number = root, 1
            elif not inside:
                found.append(self.of(self.number(number), exponent))
                number = 1
        if inside or number != 1:
            rest = self.sum({self._product(inside): number})
            alone = self._root(rest, exponent) if found or outside_number != 1 else None
            found.append(alone if alone is not None else self.of(rest, exponent))
        return self.multiply(found, outside_number)

    def _root_of_power(self, base: Sum, product: Product, exponent: Number) -> Sum:
        """(b^n)^r: b^(n r), or |b|^(n r) where n is even."""
        inner, times = product.factors[0]
        total = tidy(times * exponent)
        if is_even(times) and not self.signs.at_least_zero(inner):
            size = self.call(abs_, (self.of(inner),))
            return (
                self.multiply([(size, total)])
                if total.denominator == 1
                else self.of(size.base or size, total)
            )
        if isinstance(inner, Call) and inner.op in (exp, pow_) and total.denominator != 1:
            if inner.op is exp:
                return self.call(exp, (self.scaled(inner.args[0], total),))
            if self.signs.positive(inner.args[0]):
                return self.power(inner.args[0], self.scaled(inner.args[1], total))
            return self.of(base.base or base, exponent)
        return (
            self.multiply([(self.of(inner), total)])
            if total.denominator == 1
            else self.of(inner, total)
        )

    def call(self, op: Primitive, args: tuple[Sum, ...]) -> Sum:
        """An operation on sums, in its simplest spelling."""
        numbers = [a.number for a in args]
        if None not in numbers:
            known = _exact_value(op, numbers)
            if known is not None:
                return self.number(known)
        match op, args:
            case (_, (inner,)) if op is exp:
                return self._exponential(inner)
            case (_, (inner,)) if op in LOGARITHMS:
                return self._logarithm(op, inner)
            case (_, (inner,)) if op is abs_:
                return self._size(inner)
            case (_, (inner,)) if op is cbrt:
                return self._cube_root(inner)
            case (_, (inner,)) if op is sign and self.signs.positive(inner.base or inner):
                return self.one
            case (_, (one, other)) if op is hypot and not (one.terms and other.terms):
                return self._size(one if one.terms else other)
            case (_, (one, other)) if op is hypot and one in (other, self.scaled(other, -1)):
                root = self.power(self.number(2), self.number(Fraction(1, 2)))
                return self.multiply([root, self._size(one)])
            case (_, (size, signed)) if op is copysign:
                return self._with_sign_of(size, signed)
            case (_, (condition, then, otherwise)) if op is select:
                return self._choice(condition, then, otherwise)
        if op.parity and len(args) == 1:
            return self._mirrored(op, args[0])
        return self.plain(op, args)

    def _choice(self, condition: Sum, then: Sum, otherwise: Sum) -> Sum:
        base = condition.base
        if isinstance(base, Constant):
            return then if base.value else otherwise
        return then if then is otherwise else self.plain(select, (condition, then, otherwise))

    def _with_sign_of(self, value: Sum, signed: Sum) -> Sum:
        """copysign(u, v); where the sign of v is known, that of a zero too, |u| or -|u|."""
        base = signed.base
        minus_zero = isinstance(base, Given) and isinstance(base.node, Num)
        if minus_zero or self.signs.positive(self.scaled(signed, -1)):
            return self.scaled(self.call(abs_, (value,)), -1)
        if not signed.terms or self.signs.positive(signed):
            return self.call(abs_, (value,))
        return self.plain(copysign, (value, signed))

    def _mirrored(self, op: Primitive, arg: Sum) -> Sum:
        """f(-u) as f(u) or -f(u), if -u has its sign in front or f(u) is there already."""
        if op.parity not in (EVEN, ODD) or not arg.terms:
            return self.plain(op, (arg,))
        other = self.scaled(arg, -1)
        signs = [n < 0 for _, n in arg.terms]
        known = self.is_known(op, (other,)) and not self.is_known(op, (arg,))
        if not (all(signs) or known):
            return self.plain(op, (arg,))
        return self.scaled(self.plain(op, (other,)), -1 if op.parity == ODD else 1)

    def _exponential(self, inner: Sum, logarithm: Primitive = log) -> Sum:
        """e^u, or a power of the base of another logarithm; what is v*log(w) in u becomes w^v."""
        if not inner.terms:
            return self.one
        for product, number in inner.terms:
            for base, exponent in product.factors:
                if isinstance(base, Call) and base.op is logarithm and exponent == 1:
                    others = dict(product.factors)
                    del others[base]
                    raised = self.term(self._product(others), number)
                    rest = self.add([inner, self.term(product, number)], [1, -1])
                    outside = self.power(base.args[0], raised)
                    return self.multiply([outside, self._exponential(rest, logarithm)])
        if logarithm is log:
            return self.plain(exp, (inner,))
        return self.power(self.number(int(LOGARITHMS[logarithm])), inner)

    def _has_factor(self, value: Sum, op: Primitive) -> bool:
        """Whether some term of a sum has an operation as a factor."""
        return any(
            isinstance(base, Call) and base.op is op and exponent == 1
            for product, _ in value.terms
            for base, exponent in product.factors
        )

    def _logarithm(self, op: Primitive, inner: Sum) -> Sum:
        """log(e^u) and its like for the bases 2 and 10."""
        base = inner.base
        if isinstance(base, Call) and self._is_power_of(LOGARITHMS[op], base):
            return base.args[-1]
        if isinstance(base, Constant) and base.value == LOGARITHMS[op]:
            return self.one
        return self.plain(op, (inner,))

    def _is_power_of(self, number: float, call: Call) -> bool:
        if call.op is exp:
            return number == math.e
        return call.op is pow_ and call.args[0].number == number

    def _cube_root(self, inner: Sum) -> Sum:
        """cbrt(8*u^3*v) = 2*u*cbrt(v)"""
        if len(inner.terms) != 1:
            return self._mirrored(cbrt, inner)
        product, number = inner.terms[0]
        outside: Parts = []
        inside: Factors = {}
        for base, exponent in product.factors:
            times = exponent // 3 if exponent >= 3 and is_whole(exponent) else 0
            outside.append((self.of(base), times))
            if exponent != 3 * times:
                inside[base] = tidy(exponent - 3 * times)
        root = exact_root(size(number), Fraction(1, 3))
        if root is None:
            root, rest = 1, number
        else:
            root, rest = root if number > 0 else -root, 1
        if inside or rest != 1:
            outside.append(self._mirrored(cbrt, self.term(self._product(inside), rest)))
        return self.multiply(outside, root)

    def _size(self, inner: Sum) -> Sum:
        """|u|: numbers come out, and what has a known sign."""
        if len(inner.terms) != 1:
            if self.signs.at_least_zero(inner):
                return inner
            return self._mirrored(abs_, inner)
        product, number = inner.terms[0]
        outside: Parts = []
        inside: Factors = {}
        for base, exponent in product.factors:
            if is_even(exponent) or exponent.denominator != 1 or self.signs.at_least_zero(base):
                outside.append(self.of(base, exponent))
            else:
                inside[base] = exponent
        if inside:
            outside.append(self.plain(abs_, (self.term(self._product(inside)),)))
        return self.multiply(outside, size(number))


def _has_short_power(value: Number, exponent: Number) -> bool:
    """Whether a power of a number is written as a number, rather than as a power."""
    if abs(value) == 1:
        return True
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    times = size(exponent)
    return times <= _HIGH and bits * times < _LARGEST


def power_of(value: Number, exponent: int) -> Number:
    """A rational number, not 0, to a whole power."""
    if value == 1 or exponent == 1:
        return value
    if value == -1:
        return -1 if exponent % 2 else 1
    return tidy(Fraction(value) ** exponent)


def _gather(factors: Factors, base: Base, exponent: Number) -> None:
    total = tidy(factors.get(base, 0) + exponent)
    if total:
        factors[base] = total
    elif base in factors:
        del factors[base]


def _exact_value(op: Primitive, numbers: Sequence[Any]) -> Number | None:
    """The value on numbers where no rounding can have had a part in it: a whole number at 0 or 1,
    and whatever operations that keep integers do with integers."""
    if all(n.denominator == 1 for n in numbers) and op.kind == "same" and op is not pow_:
        pass
    elif any(n not in (0, 1) for n in numbers):
        return None
    try:
        value = op.function(*[int(n) for n in numbers])
    except (ValueError, ArithmeticError, TypeError):
        return None
    if isinstance(value, bool) or not math.isfinite(value) or value != int(value):
        return None
    return int(value)
