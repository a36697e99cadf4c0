"""Quantiles of Student's t and of the normal distribution, for confidence intervals.

Sources: Press et al., *Numerical Recipes* (3rd ed.), section 6.4 (the incomplete beta function by a
continued fraction); Abramowitz & Stegun 26.7.1 (Student's t by it).
"""

from __future__ import annotations

import math
from statistics import NormalDist

_TINY = 1e-300


def normal_quantile(probability: float) -> float:
    """The number below which a standard normal variable is with a probability."""
    return NormalDist().inv_cdf(probability)


def student_quantile(probability: float, degrees: float) -> float:
    """The number below which Student's t is with a probability above 1/2, by bisection."""
    if degrees > 1e7:
        return normal_quantile(probability)
    high = 1.0
    while _student_cdf(high, degrees) < probability:
        high *= 2
    low = 0.0
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        if _student_cdf(middle, degrees) < probability:
            low = middle
        else:
            high = middle


def _student_cdf(t: float, degrees: float) -> float:
    """The probability that Student's t is below t >= 0."""
    x = degrees / (degrees + t * t)
    return 1 - 0.5 * _incomplete_beta(degrees / 2, 0.5, x, t * t / (degrees + t * t))


def _incomplete_beta(a: float, b: float, x: float, rest: float) -> float:
    """The regularised incomplete beta function; `rest` is 1 - x."""
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(rest)
    )
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, rest) / b


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or _TINY)
    found = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for factor in (even, odd):
            d = 1 / ((1 + factor * d) or _TINY)
            c = (1 + factor / c) or _TINY
            found *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return found
