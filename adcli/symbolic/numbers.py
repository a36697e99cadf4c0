"""Rational numbers as people write them: factors and exponents of collected terms.

Invariant: a number takes part in this arithmetic only if it is short, that is, has at most fifteen
digits without its trailing zeros.  Then 0.1 is one tenth, as its writer meant, sums of integers are
exact as doubles, and pi stays pi.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from adcli.expr import Expr, Num

_DIGITS = 15
_LARGEST = 10**_DIGITS


class Rational(NamedTuple):
    """A rational number; `decimal` if some number that it comes from was written with a point."""

    value: int | Fraction
    decimal: bool = False

    def times(self, other: Rational) -> Rational | None:
        """The product; None: it is not short."""
        if self.value == 1:
            return other
        return _short(self.value * other.value, self.decimal or other.decimal)

    def over(self, other: Rational) -> Rational | None:
        """The quotient; None: it is not short, or a division by zero."""
        if other.value == 1:
            return self
        if other.value == 0:
            return None
        quotient = Fraction(self.value) / other.value
        return _short(quotient, self.decimal or other.decimal)

    def plus(self, other: Rational) -> Rational | None:
        """The sum; None: it is not short."""
        return _short(self.value + other.value, self.decimal or other.decimal)

    def power(self, exponent: int) -> Rational | None:
        """A power with a small exponent; None: it is not short."""
        if abs(exponent) > 50 or (self.value == 0 and exponent <= 0):
            return None
        return _short(Fraction(self.value) ** exponent, self.decimal)

    def negated(self) -> Rational:
        return Rational(-self.value, self.decimal)

    def as_decimal(self) -> float | None:
        """The double that reads as this number; None: it is better written as a quotient."""
        value = float(self.value)
        return value if self.decimal and Fraction(repr(value)) == self.value else None


ONE = Rational(1)


def rational(node: Expr) -> Rational | None:
    """A literal as a rational number; None: it is none, or not short."""
    if not isinstance(node, Num) or isinstance(node.value, bool):
        return None
    value = node.value
    if isinstance(value, int):
        return _short(value, False)
    if value - value:
        return None
    return _short(Fraction(repr(value)), True)


def _short(value: int | Fraction, decimal: bool) -> Rational | None:
    if isinstance(value, int):
        return Rational(value, decimal) if _few_digits(value) else None
    if value.denominator == 1:
        return Rational(value.numerator, decimal) if _few_digits(value.numerator) else None
    if not (_few_digits(value.numerator) and _few_digits(value.denominator)):
        return None
    return Rational(value, decimal)


def _few_digits(value: int) -> bool:
    if -_LARGEST < value < _LARGEST:
        return True
    return value.bit_length() < 1000 and len(str(abs(value)).rstrip("0")) <= _DIGITS
