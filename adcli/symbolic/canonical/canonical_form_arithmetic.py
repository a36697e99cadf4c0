"""Canonical form: sums of coefficients times monomials, in which like terms meet.

    2*x + 3*x  is  5*x        x^2*x/y  is  x^3*y^(-1)        sqrt(x)*x  is  x^(3/2)

Invariant: equal forms are one object, so they are compared and looked up by identity.  Coefficients
and exponents are exact rationals: 1/3 stays a third.  A form has the value of what it was made of
wherever that has one.  It may have values at further points, as x/x is 1 here;
`adcli.symbolic.conditions_lost_by_simplification` finds the conditions that are lost so.  A rule
that holds under a condition on signs asks `SignAnalysis`.

A sum that is a factor stays a factor, so making a form costs no more than its parts do.  Only short
products join the product, and only short sums the sum, that they are part of.

Moses, "Algebraic simplification: a guide for the perplexed", CACM 14 (1971); Cohen, *Computer
Algebra and Symbolic Computation: Mathematical Methods* (2003), chapter 3.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

from adcli.expr import Expr
from adcli.ops.primitive import Primitive
from adcli.symbolic.canonical import functions, powers
from adcli.symbolic.canonical.exponent_laws import combined
from adcli.symbolic.canonical.rational_numbers import Number, has_short_power, tidy, whole_power
from adcli.symbolic.canonical.sign_analysis import SignAnalysis
from adcli.symbolic.canonical.terms import (
    Application,
    Base,
    Factors,
    Monomial,
    OpaqueConstant,
    Parts,
    Sum,
    Variable,
    Verbatim,
    gather,
)

#: A sum with more terms stays one term of another sum; a product with more factors one factor.
LONG_SUM, LONG_PRODUCT = 64, 16


class CanonicalForms:
    """Makes canonical forms and calculates with them."""

    def __init__(self) -> None:
        self._known: dict[object, Base] = {}
        self._monomials: dict[frozenset[tuple[Base, Number]], Monomial] = {}
        self._sums: dict[frozenset[tuple[Monomial, Number]], Sum] = {}
        self._count = 0
        #: how many terms and factors were gathered so far: a measure of work that no clock is in
        self.work = 0
        self.signs = SignAnalysis(self)
        #: the u of each e^u, and the (u, v) of each u^v, that the program evaluates; the latter in
        #: order, since a search through them counts as work
        self.exponents: set[Sum] = set()
        self.powers: dict[tuple[Sum, Sum], None] = {}
        #: whether some number was written with a point; fractions are then written so too
        self.decimal = False
        self.unit = self.monomial({})
        self.zero = self.sum({})
        self.one = self.number(1)

    # -- hash-consing ------------------------------------------------------------------------------

    def _number(self, made: Base | Monomial) -> None:
        made.uid = self._count
        self._count += 1

    def _new(self, key: object, made: Base) -> Base:
        self._number(made)
        self._known[key] = made
        return made

    def monomial(self, factors: Factors) -> Monomial:
        """The product of powers; none of the exponents is 0."""
        self.work += len(factors)
        key = frozenset(factors.items())
        found = self._monomials.get(key)
        if found is None:
            found = self._monomials[key] = Monomial(tuple(factors.items()))
            self._number(found)
        return found

    def sum(self, terms: dict[Monomial, Number]) -> Sum:
        """The sum of coefficients times monomials; none of the coefficients is 0."""
        self.work += len(terms)
        key = frozenset(terms.items())
        found = self._sums.get(key)
        if found is None:
            found = self._sums[key] = Sum(tuple(terms.items()))
            self._number(found)
        return found

    def number(self, value: Number) -> Sum:
        return self.sum({self.unit: value} if value else {})

    def variable(self, name: str) -> Sum:
        return self.from_base(self._known.get(name) or self._new(name, Variable(name)))

    def opaque(self, value: float | bool) -> Sum:
        """A literal that exact arithmetic leaves alone; a negative one is -1 times its opposite."""
        if not isinstance(value, bool) and value < 0:
            return self.scaled(self.opaque(-value), -1)
        key = (value.__class__, value)
        return self.from_base(self._known.get(key) or self._new(key, OpaqueConstant(value)))

    def verbatim(self, value: Sum, node: Expr) -> Sum:
        """A sum that keeps the operations of a node."""
        key = (Verbatim, node)
        return self.from_base(self._known.get(key) or self._new(key, Verbatim(value, node)))

    def make(self, op: Primitive, args: tuple[Sum, ...]) -> Sum:
        """An operation as it stands, not simplified."""
        key = (op, *args)
        return self.from_base(self._known.get(key) or self._new(key, Application(op, args)))

    def is_known(self, op: Primitive, args: tuple[Sum, ...]) -> bool:
        """Whether an operation on these arguments was made before."""
        return (op, *args) in self._known

    def from_base(self, base: Base, exponent: Number = 1) -> Sum:
        """The power of a base."""
        if exponent == 1 and isinstance(base, Sum):
            return base
        return self.sum({self.monomial({base: exponent}): 1})

    def from_monomial(self, monomial: Monomial, number: Number = 1) -> Sum:
        """A coefficient times a monomial, which may be a single sum."""
        if number == 1 and len(monomial.factors) == 1:
            base, exponent = monomial.factors[0]
            if exponent == 1 and isinstance(base, Sum):
                return base
        return self.sum({monomial: number})

    # -- sums and products -------------------------------------------------------------------------

    def add(self, parts: Iterable[Sum], signs: Iterable[Number] | None = None) -> Sum:
        """The sum of `parts`, each times one of the numbers `signs`."""
        terms: dict[Monomial, Number] = {}
        for part, times in zip(parts, signs, strict=True) if signs else ((p, 1) for p in parts):
            inside = part.terms
            if len(inside) > LONG_SUM:
                inside = ((self.monomial({part: 1}), 1),)
            for monomial, number in inside:
                total = terms.get(monomial, 0) + number * times
                if total:
                    terms[monomial] = tidy(total)
                else:
                    del terms[monomial]
        return self._joined(terms)

    def _joined(self, terms: dict[Monomial, Number]) -> Sum:
        """The sum of terms; those of an inner sum with the coefficient 1 or -1 join it."""
        if len(terms) == 1:
            ((monomial, number),) = terms.items()
            return self.from_monomial(monomial, number)
        for monomial, number in terms.items():
            match monomial.factors:
                case ((Sum() as inner, 1),) if abs(number) == 1 and len(inner.terms) <= LONG_SUM:
                    rest = {p: n for p, n in terms.items() if p is not monomial}
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

        A sum of several terms stays a factor, even if a number is the only other factor.
        """
        factors: Factors = {}
        for part in parts:
            value, exponent = part if isinstance(part, tuple) else (part, 1)
            if len(value.terms) == 1 and exponent.denominator == 1:
                monomial, inside = value.terms[0]
                if has_short_power(inside, exponent):
                    number *= whole_power(inside, int(exponent))
                else:
                    gather(factors, self.number(inside), exponent)
                if len(monomial.factors) > LONG_PRODUCT:
                    gather(factors, self.from_monomial(monomial), exponent)
                    continue
                for base, times in monomial.factors:
                    gather(factors, base, times * exponent)
            elif not value.terms and exponent > 0:
                return self.zero
            else:
                gather(factors, value, exponent)
        return self._multiplied(factors, number)

    def multiply_powers(
        self, powers: Factors, monomial: Monomial | None = None, number: Number = 1
    ) -> Sum:
        """A number times powers, times a monomial if one is given."""
        parts: Parts = [self.from_monomial(monomial)] if monomial else []
        for base, exponent in powers.items():
            if exponent.denominator == 1:
                parts.append((self.from_base(base), exponent))
            else:
                parts.append(self.sum({self.monomial({base: exponent}): 1}))
        return self.multiply(parts, number)

    def content(self, value: Sum) -> Number:
        """The greatest number that divides all coefficients to integers; 0 for the sum 0."""
        numerators = [n.numerator for _, n in value.terms]
        denominators = [n.denominator for _, n in value.terms]
        return tidy(Fraction(math.gcd(*numerators), math.lcm(*denominators)))

    def _multiplied(self, factors: Factors, number: Number) -> Sum:
        """A number times gathered factors, after the laws of exponents."""
        if any(isinstance(base, Application | Sum | OpaqueConstant) for base in factors):
            factors, number = combined(self, factors, number)
        number = tidy(number)
        if len(factors) == 1 and number == 1:
            ((base, exponent),) = factors.items()
            return self.from_base(base, exponent)
        return self.sum({self.monomial(factors): number})

    # -- operations --------------------------------------------------------------------------------

    def power(self, base: Sum, exponent: Sum) -> Sum:
        """base^exponent."""
        return powers.power(self, base, exponent)

    def apply(self, op: Primitive, args: tuple[Sum, ...]) -> Sum:
        """An operation that is neither sum, product nor power, simplified."""
        return functions.apply(self, op, args)
