"""Values of digamma and polygamma.

Invariant: correct to a few units in the last place, near the positive root of digamma too.  This
module is imported when one of them is first computed.

`digamma` sums psi(x) - psi(r), r its positive root, term by term, so that it loses no digit near
r; `polygamma` is Hurwitz' zeta function by Euler and Maclaurin's formula; negative arguments are
reflected.  Abramowitz & Stegun 6.3 and 6.4; DLMF 5.5.4, 5.7.6, 5.11.2, 5.15, 25.11.5.
"""

from __future__ import annotations

import math

#: The positive root of digamma, the nearest double and what it lacks.
ROOT, ROOT_LOW = 1.4616321449683622, 9.549995429965697e-17

#: B_2k/(2k), the coefficients of the asymptotic series of digamma.
PSI = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12, -3617 / 8160)

#: B_2k/(2k)!, the coefficients of Euler and Maclaurin's formula.
EULER_MACLAURIN = (
    0.08333333333333333,
    -0.001388888888888889,
    3.306878306878307e-05,
    -8.267195767195768e-07,
    2.08767569878681e-08,
    -5.284190138687493e-10,
    1.3382536530684679e-11,
    -3.3896802963225827e-13,
    8.586062056277845e-15,
    -2.174868698558062e-16,
    5.5090028283602295e-18,
    -1.3954464685812522e-19,
)


def _cot_pi(x: float) -> float:
    """cot(pi x), the multiple of pi taken off exactly."""
    f = x - round(x)
    if abs(f) < 0.25:
        return 1 / math.tan(math.pi * f)
    return math.copysign(math.tan(math.pi * (0.5 - abs(f))), f)


def is_pole(x: float) -> bool:
    return x <= 0 and (x == -math.inf or x == math.floor(x))


def _psi_series(x: float) -> float:
    """ln(x) - 1/(2x) - psi(x) for x >= 10, correct to the last place."""
    square = 1 / (x * x)
    total = 0.0
    for coefficient in reversed(PSI):
        total = (total + coefficient) * square
    return total


def digamma(x: float) -> float:
    """psi(x)."""
    if is_pole(x):
        raise ValueError("pole")
    if x < 0:
        return digamma(1 - x) - math.pi * _cot_pi(x)
    if not x < 10:
        return math.log(x) - 0.5 / x - _psi_series(x)
    distance = (x - ROOT) - ROOT_LOW
    far, root = x + 10, ROOT + 10
    total = _psi_series(root) - _psi_series(far)
    total += 0.5 * distance / (far * root) + math.log1p(distance / root)
    for k in range(9, -1, -1):
        total += distance / ((ROOT + k) * (x + k))
    return total


def _zeta_ratio(s: int, x: float) -> float:
    """x^s * zeta(s, x): the sum of (x/(x+k))^s over all k >= 0.

    The largest term is 1, so that neither large orders nor large arguments underflow.
    """
    steps = max(0, math.ceil(s + 15 - x))
    far = x + steps
    factor = s / far
    tail = 0.0
    for k, coefficient in enumerate(EULER_MACLAURIN):
        tail += coefficient * factor
        factor *= (s + 2 * k + 1) / far * ((s + 2 * k + 2) / far)
    total = (x / far) ** s * (far / (s - 1) + (0.5 + tail))
    for k in range(steps - 1, -1, -1):
        total += (x / (x + k)) ** s
    return total


def cot_polynomial(n: int) -> list[int]:
    """The coefficients of q in (d/dx)^n cot(x) = (-1)^n q(cot(x)); none is negative."""
    q = [0, 1]
    for _ in range(n):
        slope = [k * c for k, c in enumerate(q)][1:]
        q = [a + b for a, b in zip([*slope, 0, 0], [0, 0, *slope], strict=True)]
    return q


def polygamma(n: int, x: float) -> float:
    """The n-th derivative of psi."""
    if n < 0 or is_pole(x):
        raise ValueError("pole")
    if n == 0:
        return digamma(x)
    sign = -1 if n % 2 == 0 else 1
    if x < 0:
        value = 0.0
        cot = _cot_pi(x)
        for coefficient in reversed(cot_polynomial(n)):
            value = value * cot + coefficient
        return sign * (math.pi ** (n + 1) * value - polygamma(n, 1 - x))
    if not math.isfinite(x):
        return 0.0 if x > 0 else x
    factorial = math.factorial(n)
    spare = max(0, factorial.bit_length() - 64)
    mantissa, exponent = math.frexp(x)
    value = (factorial >> spare) * mantissa ** -(n + 1) * _zeta_ratio(n + 1, x)
    return sign * math.ldexp(value, spare - (n + 1) * exponent)
