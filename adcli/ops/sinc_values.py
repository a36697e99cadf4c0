"""Values of sinc(x) = sin(pi x)/(pi x) and of its derivatives.

Invariant: the multiple of pi is taken off exactly; near 0 derivatives are summed in fixed point, as
their terms cancel.  This module is imported when sinc is first computed.
"""

from __future__ import annotations

import math

from adcli.ops import fixed_point_arithmetic as fp


def sine_and_cosine(x: float) -> tuple[float, float]:
    """sin(pi x) and cos(pi x)."""
    whole = round(x)
    part = x - whole
    sign = -1 if whole % 2 else 1
    cosine = math.cos(math.pi * part)
    if abs(part) > 0.25:
        cosine = math.sin(math.pi * (0.5 - abs(part)))
    return sign * math.sin(math.pi * part), sign * cosine


def sinc(x: float) -> float:
    if not math.isfinite(x):
        return x if math.isnan(x) else 0.0
    if abs(x) < 1e-9:
        return 1.0
    return sine_and_cosine(x)[0] / (math.pi * x)


def sincn(n: int, x: float) -> float:
    """The n-th derivative: from x f = sin(pi x)/pi follows x f^(n) + n f^(n-1) = ..."""
    if n < 0:
        raise ValueError("order")
    if not math.isfinite(x):
        return x if math.isnan(x) else 0.0
    if abs(x) < 6 + n:
        return _near(n, x)
    sine, cosine = sine_and_cosine(x)
    turned = (sine, cosine, -sine, -cosine)
    found = sine / (math.pi * x)
    for k in range(1, n + 1):
        found = (math.pi ** (k - 1) * turned[k % 4] - k * found) / x
    return found


def _near(n: int, x: float) -> float:
    """The sum of (-1)^k pi^2k x^(2k - n)/((2k - n)! (2k + 1))"""
    bits = 100 + int(9 * abs(x)) + 4 * n + max(0, -math.frexp(x)[1])
    square = fp.of(x, bits) ** 2 >> bits
    pi_squared = fp.pi(bits) ** 2 >> bits
    k = (n + 1) // 2
    term = 1 << bits
    for _ in range(k):
        term = -term * pi_squared >> bits
    term //= 2 * k + 1
    if 2 * k > n:
        term = term * fp.of(x, bits) >> bits
    total = 0
    while abs(term) > 1:
        total += term
        term = (-term * pi_squared >> bits) * square >> bits
        k += 1
        term = term * (2 * k - 1) // ((2 * k + 1) * (2 * k - n) * (2 * k - n - 1))
    return fp.to_float(total, bits)
