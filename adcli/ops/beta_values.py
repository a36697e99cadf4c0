"""Values of the beta function, its logarithm, and differences of polygamma functions.

Invariant: rounded once or twice; what cancels, cancels in fixed point.  This module is imported
when one of them is first computed.

Stirling's series after a shift to where it is good: DLMF 5.11.1, 5.5.1, 5.15.8, 5.15.5.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache

from adcli.ops import fixed_point_arithmetic as fp
from adcli.ops.polygamma_values import polygamma

#: Beyond these the leading terms are all that a double holds, and fixed point would need thousands
#: of bits.
TINY, HUGE = 2.0**-64, 2.0**64

#: What remains when everything has cancelled.
_BITS = 104


def betaln(a: float, b: float) -> float:
    """ln B(a, b) for a, b > 0."""
    if not (a > 0 and b > 0):
        return _outside(a, b)
    small, large = min(a, b), max(a, b)
    if small < TINY:
        return math.log1p(small / large) - math.log(small)
    if large < HUGE:
        bits = _bits(a, b)
        return fp.to_float(_log_beta(a, b, bits), bits)
    ratio = small / large
    if small < 1e6:
        return math.lgamma(small) - small * math.log(large) - small * (small - 1) / 2 / large
    found = 0.5 * math.log(2 * math.pi / large) - large * math.log1p(ratio)
    return found + (small - 0.5) * (math.log(ratio) - math.log1p(ratio))


def beta(a: float, b: float) -> float:
    """B(a, b) for a, b > 0."""
    if not (a > 0 and b > 0):
        return _outside(a, b)
    small, large = min(a, b), max(a, b)
    if small < TINY:
        return 1 / small + 1 / large
    if large < HUGE:
        bits = _bits(a, b)
        return fp.exp(_log_beta(a, b, bits), bits)
    return math.gamma(small) * math.pow(large, -small) if small < 100 else 0.0


def polygamma_gain(n: int, a: float, b: float) -> float:
    """psi^(n)(a + b) - psi^(n)(a) for a, b > 0."""
    if n < 0 or not (a > 0 and b > 0):
        return _outside(a, b)
    if b < TINY * a:
        slope: float = polygamma(n + 1, a)
        return b * slope
    sign = -1 if n % 2 else 1
    if max(a, b) < TINY or (a < TINY and b < 1):
        return _difference(n + 1, sign * math.factorial(n), a, b)
    if max(a, b) > HUGE and a > 1e9:
        if n == 0:
            return math.log1p(b / a)
        return _difference(n, sign * math.factorial(n - 1), a, b)
    if a < TINY or b > HUGE:
        far: float = polygamma(n, a + b)
        return far - float(polygamma(n, a))
    bits = _bits(a, b) + (n + 1) * abs(math.frexp(a)[1]) + 8 * n
    x, y = Fraction(a), Fraction(b)
    return fp.to_float(_fixed_polygamma(n, x + y, bits) - _fixed_polygamma(n, x, bits), bits)


def _difference(n: int, factor: int, a: float, b: float) -> float:
    """factor (a^-n - (a + b)^-n)"""
    power: float = a**-n
    return -float(factor) * power * math.expm1(-n * math.log1p(b / a))


def _outside(a: float, b: float) -> float:
    if math.isnan(a + b):
        return math.nan
    raise ValueError("pole")


def _bits(a: float, b: float) -> int:
    return _BITS + 2 * sum([abs(math.frexp(x)[1]) for x in (a, b)])


def _log_beta(a: float, b: float, bits: int) -> int:
    x, y = Fraction(a), Fraction(b)
    return _log_gamma(x, bits) + _log_gamma(y, bits) - _log_gamma(x + y, bits)


def _fixed(x: Fraction, bits: int) -> int:
    return (x.numerator << bits) // x.denominator


def _shift(x: Fraction, bits: int) -> int:
    """By how many ones an argument is raised: from bits/8 on Stirling's series has bits enough."""
    return max(0, bits // 8 - math.floor(x))


def _log_gamma(x: Fraction, bits: int) -> int:
    steps = _shift(x, bits)
    product, small = 1 << bits, _fixed(x, bits)
    for k in range(steps):
        product = product * (small + (k << bits)) >> bits
    z = small + (steps << bits)
    total = ((z - (1 << bits - 1)) * fp.log(z, bits) >> bits) - z
    total += fp.log(2 * fp.pi(bits), bits) >> 1
    square, power, k = z * z >> bits, (1 << 2 * bits) // z, 1
    while True:
        b = bernoulli(2 * k)
        term = power * b.numerator // (b.denominator * 2 * k * (2 * k - 1))
        if term in (0, -1):
            break
        total += term
        power = (power << bits) // square
        k += 1
    return total - (fp.log(product, bits) if steps else 0)


def _fixed_polygamma(n: int, x: Fraction, bits: int) -> int:
    """psi^(n) at x > 0: the series after a shift, and the sum over what was shifted."""
    steps = _shift(x, bits)
    small = _fixed(x, bits)
    z = small + (steps << bits)
    one = 1 << bits
    inverse = (one << bits) // z
    sign = 1 if n % 2 else -1
    if n == 0:
        total = -fp.log(z, bits) + (inverse >> 1)
    else:
        total = math.factorial(n - 1) * _power(inverse, n, bits)
        total += math.factorial(n) * _power(inverse, n + 1, bits) >> 1
    power, square, k = _power(inverse, n + 2, bits), inverse * inverse >> bits, 1
    while True:
        b = bernoulli(2 * k)
        rising = math.factorial(2 * k + n - 1) * b.numerator
        term = power * rising // (b.denominator * math.factorial(2 * k))
        if term in (0, -1):
            break
        total += term
        power = power * square >> bits
        k += 1
    for k in range(steps):
        one_over = (one << bits) // (small + (k << bits))
        total += math.factorial(n) * _power(one_over, n + 1, bits)
    return sign * total


def _power(x: int, n: int, bits: int) -> int:
    found = 1 << bits
    for _ in range(n):
        found = found * x >> bits
    return found


@cache
def bernoulli(n: int) -> Fraction:
    """The Bernoulli number B_n for even n."""
    total = Fraction(1, 2) - Fraction(1, n + 1)
    for k in range(2, n, 2):
        total -= Fraction(math.comb(n + 1, k), n + 1) * bernoulli(k)
    return total
