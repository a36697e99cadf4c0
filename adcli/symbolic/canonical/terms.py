"""What forms are made of; made by `adcli.symbolic.canonical.form.Forms` alone."""

from __future__ import annotations

from adcli.expr import Expr
from adcli.ops.primitive import Primitive
from adcli.symbolic.canonical.rationals import Number


class Base:
    """What can be raised to a power.  `uid` counts in the order of making."""

    __slots__ = ("uid",)

    uid: int


class Symbol(Base):
    """A variable."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Constant(Base):
    """A literal that does not take part in exact arithmetic, as pi; or a truth value."""

    __slots__ = ("value",)

    def __init__(self, value: float | bool) -> None:
        self.value = value


class Call(Base):
    """An operation on sums that is neither sum nor product nor a power with a rational exponent."""

    __slots__ = ("args", "op")

    def __init__(self, op: Primitive, args: tuple[Sum, ...]) -> None:
        self.op = op
        self.args = args


class Given(Base):
    """A sum in the very operations that the program has, for a reader of the signs of zeros: sums
    do not tell -(x - x), which is -0.0, from x - x.  `node` is what is written."""

    __slots__ = ("node", "value")

    def __init__(self, value: Sum, node: Expr) -> None:
        self.value = value
        self.node = node


class Product:
    """Powers of different bases, in the order met: `factors` has (base, exponent)."""

    __slots__ = ("factors", "uid")

    uid: int

    def __init__(self, factors: tuple[tuple[Base, Number], ...]) -> None:
        self.factors = factors


class Sum(Base):
    """Numbers times different products, in the order met: `terms` has (product, number)."""

    __slots__ = ("terms",)

    def __init__(self, terms: tuple[tuple[Product, Number], ...]) -> None:
        self.terms = terms

    @property
    def number(self) -> Number | None:
        """The number that this is, if it is one."""
        if not self.terms:
            return 0
        if len(self.terms) == 1 and not self.terms[0][0].factors:
            return self.terms[0][1]
        return None

    @property
    def base(self) -> Base | None:
        """The one base that this is, if it is one: to the first power, times 1."""
        if len(self.terms) == 1:
            product, number = self.terms[0]
            if number == 1 and len(product.factors) == 1 and product.factors[0][1] == 1:
                return product.factors[0][0]
        return None


def is_whole(exponent: Number) -> bool:
    return exponent.denominator == 1


def is_even(exponent: Number) -> bool:
    return exponent.denominator == 1 and exponent.numerator % 2 == 0
