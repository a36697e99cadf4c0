"""Compensated summation: what `sum` of reals does in Python from 3.12 on.

Beside a running sum runs a compensation, the sum of what its additions lost to rounding, and in the
end it is added.  Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen"
(1974); CPython's `builtin_sum_impl`.

Invariant: in exact arithmetic each row is its first argument.  So a derivative is that of the plain
sum, and so is a formula: the compensation is no function of the inputs, it is about how machines
round.
"""

from __future__ import annotations

import math

from adcli.ops.operation_notation import Spelling
from adcli.ops.primitive import Calculus, Native, Numerics, Overloads, Primitive

#: Whether the Python that runs us does so.
COMPENSATES = sum([1e16, 1.0, -1e16]) == 1.0


class Rounding(Primitive):
    """A row that differs from its first argument by rounding alone."""

    __slots__ = ()


def _compensation(c: float, s: float, v: float) -> float:
    total = s + v
    if not math.isfinite(total):
        return c
    return c + ((s - total) + v if abs(s) >= abs(v) else (v - total) + s)


def _compensated(s: float, c: float) -> float:
    return s + c if c else s


#: compensation(c, s, v) is c and what s + v loses to rounding.
compensation = Rounding(
    "compensation",
    _compensation,
    arity=3,
    calculus=Calculus(lambda y, c, s, v: (1, 0, 0)),
    numerics=Numerics(total=True),
    spelling=Spelling(inner=True),
    native=Native("@adcli.compensation"),
    overloads=Overloads(complex=lambda c, s, v: c, puiseux=lambda on, c, s, v: c),
)

#: compensated(s, c) is s + c; if c is 0, s with its sign.
compensated = Rounding(
    "compensated",
    _compensated,
    arity=2,
    calculus=Calculus(lambda y, s, c: (1, 0)),
    numerics=Numerics(total=True),
    spelling=Spelling(inner=True),
    native=Native("@adcli.compensated"),
    overloads=Overloads(complex=lambda s, c: s, puiseux=lambda on, s, c: s),
)
