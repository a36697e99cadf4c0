"""Reconcile the derivatives of both sides: do they agree, and which number counts?

Invariant: where both sides agree, the derivative is theirs.  Where they differ, it is the
documented choice that the derivative program made if that lies between the sides, else their mean.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from adcli.backends.one_sided.puiseux_series import NoSeries

#: Two derivatives are the same if they differ by this, relative to the greater one; and so are a
#: value at the point and one that the results tend to.
SAME, SAME_VALUE = 1e-9, 1e-12

#: A number, and how much of it may be rounding.
Estimate = tuple[float, float]


def agree(left: Estimate, right: Estimate) -> bool:
    """Whether two derivatives are the same."""
    (a, e), (b, f) = left, right
    if not math.isfinite(a - b):
        return a == b
    return abs(a - b) <= SAME * max(abs(a), abs(b)) + e + f


def is_close(limit: Estimate, value: float) -> bool:
    """Whether the results tend to their value at the point."""
    number, error = limit
    return number == value or abs(number - value) <= SAME_VALUE * abs(value) + error


def reconciled(given: float | None, left: Estimate, right: Estimate) -> float:
    """The derivative, see the invariant above; `given` is what the derivative program found."""
    (a, e), (b, f) = left, right
    both = a if a == b else (a + b) / 2
    if agree(left, right) and math.isfinite(both):
        return given if given is not None and agree((given, 0.0), (both, e + f)) else both + 0.0
    if given is None:
        if not (math.isfinite(a) and math.isfinite(b)):
            raise NoSeries
        return both
    slack = SAME * max(abs(a), abs(b)) + e + f
    is_between = min(a, b) - slack <= given <= max(a, b) + slack
    return given if is_between or not math.isfinite(both) else both


def weighted_sum(weights: Sequence[float], numbers: Sequence[Estimate]) -> Estimate:
    """A weighted sum, with its rounding."""
    pairs = [(w, n) for w, n in zip(weights, numbers, strict=True) if w]
    rounding = [abs(w) * (e + 1e-15 * abs(d)) for w, (d, e) in pairs]
    return sum([w * d for w, (d, _) in pairs]), sum(rounding)
