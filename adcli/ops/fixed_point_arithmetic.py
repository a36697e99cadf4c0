"""Fixed-point arithmetic: numbers as integers in units of 2^-bits, where doubles have too few.

Invariant: a function's error is a few units; callers ask for as many bits as they lose, and more.
This module is imported when a row that needs it is first computed.

Brent & Zimmermann, *Modern Computer Arithmetic*, chapter 4.
"""

from __future__ import annotations

import math
from functools import cache

#: Bits beyond those asked for, which the rounding of many terms uses up.
GUARD = 24

#: Euler's constant to 100 digits (DLMF 5.2.3).
_EULER = (
    "57721566490153286060651209008240243104215933593992"
    "35988057672348848677267776646709369470632917467"
)


def of(x: float, bits: int) -> int:
    """A double, rounded down where it has more digits than there is room for."""
    numerator, denominator = x.as_integer_ratio()
    return (numerator << bits) // denominator


def to_float(value: int, bits: int) -> float:
    """The nearest double."""
    return value / (1 << bits)


@cache
def pi(bits: int) -> int:
    """Machin's formula: pi/4 = 4 atan(1/5) - atan(1/239)."""
    more = bits + GUARD
    return 4 * (4 * _inverse_tangent(5, more) - _inverse_tangent(239, more)) >> GUARD


def _inverse_tangent(n: int, bits: int) -> int:
    """atan(1/n)"""
    term = (1 << bits) // n
    total, k = term, 1
    while term:
        term //= -n * n
        k += 2
        total += term // k
    return total


@cache
def log_of_two(bits: int) -> int:
    """ln(2) = 2 atanh(1/3)"""
    more = bits + GUARD
    return 2 * _inverse_hyperbolic_tangent((1 << more) // 3, more) >> GUARD


@cache
def euler(bits: int) -> int:
    """Euler's constant, to 320 bits."""
    scale: int = 10 ** len(_EULER)
    return (int(_EULER) << bits) // scale


def _inverse_hyperbolic_tangent(t: int, bits: int) -> int:
    """atanh(t) for |t| < 1/2"""
    square = t * t >> bits
    total = power = t
    k = 1
    while power:
        power = power * square >> bits
        k += 2
        total += power // k
        if power == -1:  # a shift rounds down
            break
    return total


def log(value: int, bits: int) -> int:
    """ln of a number above 0"""
    more = bits + GUARD
    exponent = value.bit_length() - bits
    mantissa = value << GUARD
    mantissa = mantissa >> exponent if exponent >= 0 else mantissa << -exponent  # in [1/2, 1)
    if mantissa * 4 < 3 << more:
        mantissa, exponent = mantissa * 2, exponent - 1
    one = 1 << more
    t = ((mantissa - one) << more) // (mantissa + one)
    found = 2 * _inverse_hyperbolic_tangent(t, more) + exponent * log_of_two(more)
    return found >> GUARD


def exp(value: int, bits: int) -> float:
    """e to a number, as a double."""
    two = log_of_two(bits)
    exponent = (value + two // 2) // two
    rest = to_float(value - exponent * two, bits)
    return math.ldexp(math.exp(rest), exponent)


def sine_and_cosine(angle: int, bits: int) -> tuple[int, int]:
    """The sine and the cosine of an angle between 0 and pi/2."""
    halvings = 8
    more = bits + GUARD + 2 * halvings
    small = angle << GUARD + 2 * halvings >> halvings
    square = small * small >> more
    # 1 - cos has no digits to lose in the doublings
    term = square >> 1
    versed, k = term, 2
    while term:
        term = term * square // -((k + 1) * (k + 2)) >> more
        k += 2
        versed += term
        if term == -1:
            break
    for _ in range(halvings):  # 1 - cos(2a) = 2 (1 - cos a) (1 + cos a)
        versed = 2 * versed * ((2 << more) - versed) >> more
    cosine = (1 << more) - versed
    sine = math.isqrt(versed * ((2 << more) - versed))
    down = more - bits
    return sine >> down, cosine >> down


def quadrant(x: float, bits: int) -> tuple[int, int]:
    """A positive double as an angle between 0 and pi/2, and by how many right angles it is less."""
    _, exponent = math.frexp(x)
    more = bits + max(exponent, 0)
    right = pi(more) >> 1
    turns, rest = divmod(of(x, more), right)
    return rest >> more - bits, turns % 4


def sine_and_cosine_of(x: float, bits: int) -> tuple[int, int]:
    """The sine and the cosine of a positive double."""
    angle, turns = quadrant(x, bits)
    sine, cosine = sine_and_cosine(angle, bits)
    for _ in range(turns):
        sine, cosine = cosine, -sine
    return sine, cosine
