"""Terms of the canonical form: sums of coefficients times monomials, which are powers of bases.

Invariant: `adcli.symbolic.canonical.canonical_form_arithmetic.CanonicalForms` alone makes them,
each once, so equal ones are the same object.

Cohen, *Computer Algebra and Symbolic Computation: Mathematical Methods* (2003), chapter 3.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import Expr
from adcli.ops.primitive import Primitive
from adcli.symbolic.canonical.rational_numbers import Number, tidy


class Base:
    """The base of a power.  `uid` counts in the order of making."""

    __slots__ = ("uid",)

    uid: int


class Variable(Base):
    """A variable."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class OpaqueConstant(Base):
    """A literal that exact arithmetic leaves alone: pi, for example, or a truth value."""

    __slots__ = ("value",)

    def __init__(self, value: float | bool) -> None:
        self.value = value


class Application(Base):
    """An operation applied to sums; it is no sum, product, or power with a rational exponent."""

    __slots__ = ("args", "op")

    def __init__(self, op: Primitive, args: tuple[Sum, ...]) -> None:
        self.op = op
        self.args = args


class Verbatim(Base):
    """A sum that keeps the operations of the program, those of `node`, because an operation reads
    the signs of its zeros: a sum does not tell -(x - x), which is -0.0, from x - x."""

    __slots__ = ("node", "value")

    def __init__(self, value: Sum, node: Expr) -> None:
        self.value = value
        self.node = node


class Monomial:
    """A product of powers of different bases, in the order met: `factors` has (base, exponent)."""

    __slots__ = ("factors", "uid")

    uid: int

    def __init__(self, factors: tuple[tuple[Base, Number], ...]) -> None:
        self.factors = factors


class Sum(Base):
    """Coefficients times different monomials, in the order met: `terms` has (monomial,
    coefficient)."""

    __slots__ = ("terms",)

    def __init__(self, terms: tuple[tuple[Monomial, Number], ...]) -> None:
        self.terms = terms

    @property
    def number(self) -> Number | None:
        """The number that the sum is; None if it is no number."""
        if not self.terms:
            return 0
        if len(self.terms) == 1 and not self.terms[0][0].factors:
            return self.terms[0][1]
        return None

    @property
    def base(self) -> Base | None:
        """The base that the sum is, if it is one: to the power 1, with the coefficient 1."""
        if len(self.terms) == 1:
            monomial, number = self.terms[0]
            if number == 1 and len(monomial.factors) == 1 and monomial.factors[0][1] == 1:
                return monomial.factors[0][0]
        return None


#: The exponents of the bases in a product.
Factors = dict[Base, Number]

#: What is multiplied: sums, and powers of sums.
Parts = list[Sum | tuple[Sum, Number]]


def gather(factors: Factors, base: Base, exponent: Number) -> None:
    """Multiply factors by a power."""
    total = tidy(factors.get(base, 0) + exponent)
    if total:
        factors[base] = total
    elif base in factors:
        del factors[base]


def least_exponents(terms: Sequence[tuple[Monomial, Number]]) -> dict[Base, Number]:
    """For each base the least exponent that it has in the terms, where that is not 0."""
    powers = [dict(monomial.factors) for monomial, _ in terms]
    bases = dict.fromkeys(base for power in powers for base in power)
    least = {b: min(power.get(b, 0) for power in powers) for b in bases}
    return {b: e for b, e in least.items() if e}


def is_whole(exponent: Number) -> bool:
    return exponent.denominator == 1


def is_even(exponent: Number) -> bool:
    return exponent.denominator == 1 and exponent.numerator % 2 == 0
