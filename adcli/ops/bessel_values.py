"""Values of Bessel functions of whole order, each rounded once or twice.

Invariant: within one unit in the last place, near the zeros too: up to `_NEAR` the power series, in
fixed point with the bits that cancel; beyond, Hankel's expansions, whose smallest term is there far
below the last bit, and the angle reduced exactly.  This module is imported when a Bessel function
is first computed.

DLMF 10.2.2, 10.8.1, 10.17.3 to 10.17.4, 10.25.2, 10.40.1; Abramowitz & Stegun 9.1.10 to 9.1.13.
"""

from __future__ import annotations

import math

from adcli.ops import fixed_point_arithmetic as fp

#: So far the power series serves.  There the smallest term of Hankel's expansion is e^-2x = 2^-173.
_NEAR = 60.0

#: What a value has at least, behind the bits that cancel: enough close to a zero, where a double
#: may be 2^-60 of what it is elsewhere.
_BITS = 140

#: ln(2) - gamma
_LOG_TWO_LESS_EULER = 0.11593151565841245


def _bits(x: float, n: int) -> int:
    """Bits for a power series, whose terms grow to e^x, and whose first may be tiny."""
    small = max(0, -math.frexp(x)[1]) * (n + 1)
    return _BITS + int(1.5 * x) + small + 3 * n * n.bit_length()


def _series(x: float, n: int, sign: int, bits: int) -> int:
    """The sum of (sign x^2/4)^k (x/2)^n/(k! (k + n)!), for x >= 0."""
    half = fp.of(x, bits) >> 1
    square = half * half >> bits
    term = 1 << bits
    for k in range(1, n + 1):
        term = (term * half >> bits) // k
    total, k = term, 0
    while term:
        k += 1
        term = (term * square >> bits) // (k * (k + n))
        total += -term if sign < 0 and k % 2 else term
    return total


def _hankel(x: float, n: int, bits: int) -> tuple[int, int]:
    """P and Q of Hankel's expansion: the sums of its even and its odd terms, with their signs."""
    parts = [1 << bits, 0]
    term, mu, k = 1 << bits, 4 * n * n, 0
    eighth = 8 * fp.of(x, bits)
    least = abs(term)
    while True:
        k += 1
        term = ((term * (mu - (2 * k - 1) ** 2)) << bits) // (k * eighth)
        if term in (0, -1) or (abs(term) > least and k > 2 * n + 2):
            return parts[0], parts[1]
        least = abs(term)
        parts[k % 2] += -term if k % 4 in (2, 3) else term


def _far(x: float, n: int) -> tuple[float, float]:
    """J_n(x) and Y_n(x) for x beyond `_NEAR`."""
    bits = 240
    p, q = _hankel(x, n, bits)
    sine, cosine = fp.sine_and_cosine_of(x, bits)
    # of x - pi/4, without its factor of sqrt(1/2); then back by n right angles
    sine, cosine = sine - cosine, sine + cosine
    for _ in range(n % 4):
        sine, cosine = -cosine, sine
    scale = 0.5 / math.sqrt(math.pi / 4 * x)  # pi x overflows
    first, second = (p * cosine - q * sine) >> bits, (p * sine + q * cosine) >> bits
    return fp.to_float(first, bits) * scale, fp.to_float(second, bits) * scale


def j(n: int, x: float) -> float:
    """J_n(x)"""
    if n < 0:
        return _signed(n, j(-n, x))
    if x < 0:
        return _signed(n, j(n, -x))
    if not math.isfinite(x):
        return x - x if math.isnan(x) else 0.0
    if x > max(_NEAR, n * n):
        return _far(x, n)[0]
    bits = _bits(x, n)
    return fp.to_float(_series(x, n, -1, bits), bits)


def _signed(n: int, value: float) -> float:
    """(-1)^n times a value"""
    return -value if n % 2 else value


def y(n: int, x: float) -> float:
    """Y_0(x) or Y_1(x) for x > 0."""
    if x <= 0:
        raise ValueError("pole")
    if not math.isfinite(x):
        return x - x if math.isnan(x) else 0.0
    if x > _NEAR:
        return _far(x, n)[1]
    if x < 1e-20:  # the leading terms
        if n == 0:
            return 2 / math.pi * (math.log(x) - _LOG_TWO_LESS_EULER)
        return -2 / math.pi / x
    bits = _bits(x, 1)
    return fp.to_float(_second_kind(x, n, bits), bits)


def _second_kind(x: float, n: int, bits: int) -> int:
    """pi Y_n = 2 (ln(x/2) + gamma) J_n - [n = 1] 2/x - the sum of (-x^2/4)^k (x/2)^n (h + h')/...,
    with h and h' the harmonic numbers of k and of k + n."""
    half = fp.of(x, bits) >> 1
    square = half * half >> bits
    one = 1 << bits
    term = half if n else one
    harmonic, next_harmonic = 0, one if n else 0
    sum_j, sum_h, k = 0, 0, 0
    while term:
        signed = -term if k % 2 else term
        sum_j += signed
        sum_h += signed * (harmonic + next_harmonic) >> bits
        k += 1
        term = (term * square >> bits) // (k * (k + n))
        harmonic += one // k
        next_harmonic += one // (k + n)
    logarithm = fp.log(half, bits) + fp.euler(bits)
    found = (2 * logarithm * sum_j >> bits) - sum_h
    if n:
        found -= (one << bits) // half
    return (found << bits) // fp.pi(bits)


def i(n: int, x: float) -> float:
    """I_n(x)"""
    n = abs(n)
    if x < 0:
        return _signed(n, i(n, -x))
    if not math.isfinite(x):
        return x
    if x > max(_NEAR, n * n):
        return _growing(x, n)
    bits = _bits(x, n)
    return fp.to_float(_series(x, n, 1, bits), bits)


def _growing(x: float, n: int) -> float:
    """e^x/sqrt(2 pi x) times the sum of Hankel's terms, all with their own signs."""
    bits = 100
    term = total = 1 << bits
    mu, k = 4 * n * n, 0
    eighth = fp.of(8 * x, bits)
    while term not in (0, -1):
        k += 1
        last = abs(term)
        term = (-term * (mu - (2 * k - 1) ** 2) << bits) // (k * eighth)
        if abs(term) > last and k > 2 * n + 2:
            break
        total += term
    rest = 16.0 if x > 700 else 0.0
    found = math.exp(x - rest) * (fp.to_float(total, bits) / math.sqrt(2 * math.pi * x))
    return found * math.exp(rest) if rest else found
