"""Values of the principal branch of Lambert's W: the w >= -1 with w e^w = x.

Invariant: within four units in the last place.  Near the branch point -1/e the distance from it is
taken with more digits than doubles have, and the equation is solved for q = w + 1.  This module is
imported when W is first computed.

Corless, Gonnet, Hare, Jeffrey & Knuth, "On the Lambert W function", Adv. Comput. Math. 5 (1996).
"""

from __future__ import annotations

import math
from fractions import Fraction

#: e to 40 digits.
_E = Fraction(27182818284590452353602874713526624977572, 10**40)

#: Below this q is found.
_NEAR = -0.27


def lambertw(x: float) -> float:
    """W(x); of the double next to -1/e it is -1."""
    if x < -1 / math.e:
        raise ValueError("below the branch point")
    if not math.isfinite(x) or x == 0:
        return x
    if x < _NEAR:
        return _from_branch_point(max(0.0, float(Fraction(x) * _E + 1))) - 1
    w = math.log1p(x) if x < 3 else math.log(x) - math.log(math.log(x))
    for _ in range(8):  # Halley's method
        power = math.exp(w)
        off = w * power - x
        step = off / (power * (w + 1) - (w + 2) * off / (2 * w + 2))
        w -= step
        if abs(step) <= 1e-9 * abs(w):  # it converges cubically
            break
    return w


def _from_branch_point(distance: float) -> float:
    """The q > 0 with 1 + (q - 1) e^q = `distance`, by Newton's method."""
    q = math.sqrt(2 * distance)
    for _ in range(6 if q else 0):
        q -= (_excess(q) - distance) / (q * math.exp(q))
    return q


def _excess(q: float) -> float:
    """1 + (q - 1) e^q, the sum of q^k (k - 1)/k! from k = 2 on."""
    total, term = 0.0, q
    for k in range(2, 30):
        term *= q / k
        total += term * (k - 1)
    return total
