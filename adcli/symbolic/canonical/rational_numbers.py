"""Rational numbers: the coefficients and exponents of canonical forms.

Invariant: a literal takes part in exact arithmetic only if it is short, with at most fifteen digits
before its trailing zeros.  So 0.1 is one tenth, as its writer meant, sums of integers are exact as
doubles, and pi stays pi.
"""

from __future__ import annotations

import math
from fractions import Fraction

from adcli.expr import Expr, Num

#: An integer is an `int`, every other number a `Fraction`.
Number = int | Fraction

#: A number to a higher power than this stays a power, and so does a power of more bits.
_HIGHEST_POWER, _MOST_BITS = 64, 900

_DIGITS = 15
_LARGEST = 10**_DIGITS
_EXPONENT = 64


def tidy(value: Number) -> Number:
    """The number, as an `int` if it is an integer."""
    return value.numerator if value.denominator == 1 else value


def size(value: Number) -> Number:
    """The number without its sign."""
    return -value if value < 0 else value


def literal(node: Expr) -> Number | None:
    """A literal as a rational number; None if it is no number, or not a short one."""
    if not isinstance(node, Num) or isinstance(node.value, bool):
        return None
    value = node.value
    if isinstance(value, int):
        return value if _few_digits(value) else None
    if not math.isfinite(value):
        return None
    text = repr(value)
    digits = text.partition("e")[0].replace(".", "").lstrip("-0")
    return tidy(Fraction(text)) if len(digits.rstrip("0")) <= _DIGITS else None


def decimal(value: Number) -> float | None:
    """The double whose decimal text is exactly this number; None if there is none."""
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) and Fraction(repr(found)) == value else None


def exact_root(value: Number, exponent: Number) -> Number | None:
    """value^exponent for a positive value, if that is rational."""
    degree, power = exponent.denominator, exponent.numerator
    if degree > _EXPONENT or abs(power) > _EXPONENT:
        return None
    numerator = _whole_root(value.numerator, degree)
    denominator = _whole_root(value.denominator, degree)
    if numerator is None or denominator is None:
        return None
    return tidy(Fraction(numerator, denominator) ** power)


def has_short_power(value: Number, exponent: Number) -> bool:
    """Whether a power of a number is written as a number, rather than as a power."""
    if abs(value) == 1:
        return True
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    times = size(exponent)
    return times <= _HIGHEST_POWER and bits * times < _MOST_BITS


def whole_power(value: Number, exponent: int) -> Number:
    """A rational number, not 0, to an integer power."""
    if value == 1 or exponent == 1:
        return value
    if value == -1:
        return -1 if exponent % 2 else 1
    return tidy(Fraction(value) ** exponent)


def _whole_root(value: int, degree: int) -> int | None:
    """The root of a positive integer, if it is one."""
    if value == 1:
        return 1
    if degree == 2:
        found = math.isqrt(value)
    elif value.bit_length() < 1000:
        found = round(value ** (1 / degree))
    else:
        return None
    return found if found**degree == value else None


def _few_digits(value: int) -> bool:
    if -_LARGEST < value < _LARGEST:
        return True
    return value.bit_length() < 1000 and len(str(abs(value)).rstrip("0")) <= _DIGITS
