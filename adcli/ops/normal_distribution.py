"""The normal distribution: its density and distribution function, and the inverse error function.

Invariant: the tails keep their digits.  What rounding takes from x/sqrt(2) is put right to first
order, for there it would cost x^2 units in the last place.

The names are SciPy's.  DLMF 7.2, 7.17; Abramowitz & Stegun 26.2.
"""

from __future__ import annotations

import math

from adcli.ops.comparisons_logic_and_choice import and_
from adcli.ops.elementary_functions import exp, sqrt
from adcli.ops.operation_notation import ATOM, POWER, Form, Python, Spelling, latex_call
from adcli.ops.primitive import (
    LEAST,
    ODD,
    Algebra,
    Calculus,
    Domain,
    Numerics,
    Overloads,
    Primitive,
    complex_step,
)
from adcli.ops.special_functions import gauss

#: sqrt(1/2), the nearest double and what it lacks.
_ROOT, _ROOT_LOW = 0.7071067811865476, -4.833646656726457e-17

#: A double times this and that difference is its upper half (Dekker, "A floating-point technique
#: for extending the available precision", 1971).
_SPLIT = 134217729.0


def _over_root_two(x: float) -> tuple[float, float]:
    """x/sqrt(2), rounded, and what it lacks; for |x| < 1e100."""
    product = x * _ROOT
    (a, b), (c, d) = _halves(x), _halves(_ROOT)
    lost = ((a * c - product) + a * d + b * c) + b * d
    return product, lost + x * _ROOT_LOW


def _halves(x: float) -> tuple[float, float]:
    big = x * _SPLIT
    high = big - (big - x)
    return high, x - high


def _bell(x: float) -> float:
    """e^(-x^2/2), with x in two parts, the first of which has an exact square."""
    if not abs(x) < 40:
        return x if math.isnan(x) else 0.0
    m = math.floor(x * 128) / 128
    return math.exp(-m * m / 2) * math.exp((m - x) * (m + x) / 2)


def _ndtr(x: float) -> float:
    """erfc(-x/sqrt(2))/2"""
    if not -40 < x < 10:
        return x if math.isnan(x) else 0.0 if x < 0 else 1.0
    t, low = _over_root_two(-x)
    slope: float = 2 / math.sqrt(math.pi) * gauss.function(t)
    return (math.erfc(t) - low * slope) / 2


def _erfinv(x: float) -> float:
    """Newton's method from Winitzki's approximation; 1 - |x| is exact where it counts."""
    if not -1 < x < 1:
        raise ValueError("outside")
    if abs(x) < 1e-8:
        return x * math.sqrt(math.pi) / 2
    size, a = abs(x), 0.147
    log = math.log1p(-size * size)
    half = 2 / (math.pi * a) + log / 2
    y = math.sqrt(math.sqrt(half * half - log / a) - half)
    for _ in range(4):
        off = math.erf(y) - size if size < 0.5 else (1 - size) - math.erfc(y)
        step = off * math.sqrt(math.pi) / 2 / gauss.function(y)
        y -= step / (1 + y * step)  # Halley's method
    return math.copysign(y, x)


#: e^(-x^2/2) as one step, for the reasons that `gauss` has.
bell: Primitive = Primitive(
    "bell",
    _bell,
    calculus=Calculus(lambda y, x: (-x * y,)),
    numerics=Numerics(absorbs=(0,), total=True, off_by=LEAST),
    spelling=Spelling(
        text=Form("exp(-{0}^2/2)", ATOM, (ATOM,)),
        trace=Form("exp(−{0}²/2)", ATOM, (ATOM,)),
        latex=Form("e^{-{0}^2/2}", POWER, (ATOM,)),
    ),
    overloads=Overloads(complex=lambda z: complex_step().bell(z)),
)
#: The distribution function of the standard normal distribution.
ndtr = Primitive(
    "ndtr",
    _ndtr,
    calculus=Calculus(
        lambda y, x: (bell(x) / sqrt(math.tau),),
        textbook=lambda y, x: (exp(-(x**2) / 2) / sqrt(2 * math.pi),),
    ),
    domain=Domain(samples=((-6.0, 3.0),)),
    numerics=Numerics(absorbs=(0,), total=True, off_by=LEAST),
    spelling=Spelling(yielding=("ndtr",), latex=latex_call(r"\Phi")),
    python=Python(definition="def ndtr(x):\n    return erfc(-x / sqrt(2)) / 2\n"),
    overloads=Overloads(complex=lambda z: complex_step().ndtr(z), tails=(0.0, 1.0)),
)
erfinv = Primitive(
    "erfinv",
    _erfinv,
    calculus=Calculus(
        lambda y, x: (math.sqrt(math.pi) / 2 / gauss(y),),
        textbook=lambda y, x: (sqrt(math.pi) * exp(y**2) / 2,),
    ),
    domain=Domain(
        lambda x: and_(x > -1, x < 1),
        limit=lambda x: math.copysign(math.inf, x) if abs(x) == 1 else math.nan,
        samples=((-0.99, 0.99),),
    ),
    algebra=Algebra(parity=ODD),
    numerics=Numerics(total=True),
    spelling=Spelling(yielding=("erfinv",), latex=latex_call(r"\operatorname{erf}^{-1}")),
    python=Python(elsewhere="scipy.special.erfinv"),
    overloads=Overloads(complex=lambda z: complex_step().erfinv(z, _erfinv)),
)
