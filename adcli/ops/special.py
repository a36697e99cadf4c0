"""Special functions: error functions, gamma, its logarithm and the derivatives of that.

Invariant: every order of derivative exists here; `polygamma` is its own derivative one order up.

`digamma` sums psi(x) - psi(r), r its positive root, term by term, so that it loses no digit near
r; `polygamma` is Hurwitz' zeta function by Euler and Maclaurin's formula; negative arguments are
reflected.  Abramowitz & Stegun 6.3 and 6.4, 7.1; DLMF 5.5.4, 5.7.6, 5.11.2, 5.15, 25.11.5.
"""

from __future__ import annotations

import math

from adcli.expr import Expr
from adcli.ops.comparisons import and_, ne, or_, select
from adcli.ops.elementary import abs_, exp, floor, sqrt
from adcli.ops.primitive import (
    ATOM,
    CONDITIONAL,
    EPSILON,
    IN_LIBRARY,
    LEAST,
    ODD,
    POSITIVE,
    POWER,
    Algebra,
    Calculus,
    Domain,
    Form,
    Native,
    Numerics,
    Overloads,
    Primitive,
    Spelling,
    call,
    complex_step,
    latex_call,
)

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


def _gauss(x: float) -> float:
    """e^(-x^2), with x^2 in two parts: m^2 is exact."""
    if not abs(x) < 28:
        return x if math.isnan(x) else 0.0
    m = math.floor(x * 128) / 128
    return math.exp(-m * m) * math.exp((m - x) * (m + x))


def _cot_pi(x: float) -> float:
    """cot(pi x), the multiple of pi taken off exactly."""
    f = x - round(x)
    if abs(f) < 0.25:
        return 1 / math.tan(math.pi * f)
    return math.copysign(math.tan(math.pi * (0.5 - abs(f))), f)


def _pole(x: float) -> bool:
    return x <= 0 and (x == -math.inf or x == math.floor(x))


def _psi_series(x: float) -> float:
    """ln(x) - 1/(2x) - psi(x) for x >= 10, correct to the last place."""
    square = 1 / (x * x)
    total = 0.0
    for coefficient in reversed(PSI):
        total = (total + coefficient) * square
    return total


def _digamma(x: float) -> float:
    """psi(x)."""
    if _pole(x):
        raise ValueError("pole")
    if x < 0:
        return _digamma(1 - x) - math.pi * _cot_pi(x)
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


def _polygamma(n: int, x: float) -> float:
    """The n-th derivative of psi."""
    if n < 0 or _pole(x):
        raise ValueError("pole")
    if n == 0:
        return _digamma(x)
    sign = -1 if n % 2 == 0 else 1
    if x < 0:
        value = 0.0
        cot = _cot_pi(x)
        for coefficient in reversed(cot_polynomial(n)):
            value = value * cot + coefficient
        return sign * (math.pi ** (n + 1) * value - _polygamma(n, 1 - x))
    if not math.isfinite(x):
        return 0.0 if x > 0 else x
    factorial = math.factorial(n)
    spare = max(0, factorial.bit_length() - 64)
    mantissa, exponent = math.frexp(x)
    value = (factorial >> spare) * mantissa ** -(n + 1) * _zeta_ratio(n + 1, x)
    return sign * math.ldexp(value, spare - (n + 1) * exponent)


def _gamma_limit(x: float) -> float:
    return math.copysign(math.inf, x) if x == 0 or not _pole(x) else math.nan


def _digamma_limit(x: float) -> float:
    return -math.copysign(math.inf, x) if x == 0 else math.nan


def _polygamma_limit(n: int, x: float) -> float:
    if n < 0 or math.isinf(x):
        return math.nan
    if n % 2 == 1:
        return math.inf
    return -math.copysign(math.inf, x) if not _pole(x) or x == 0 else math.nan


#: Nearer to 0 than this, and beyond its inverse, the functions are their leading terms to the last
#: digit.
_NEAR = 1e-20


def _polygamma_product(s: Expr, y: Expr, n: Expr, x: Expr) -> Expr:
    """s times the derivative of psi^(n).  Near 0 that is -(n + 1)/x times the function, and far out
    -n/x (DLMF 5.15.8), which does not leave the range where the product is in it."""
    order = select(abs_(x) < _NEAR, n + 1, n)
    is_leading = or_(abs_(x) < _NEAR, and_(x > 1 / _NEAR, n > 0))
    return select(is_leading, -(s / x) * (order * y), s * polygamma(n + 1, x))


_NEEDS = "an argument other than 0, -1, -2, ..."

erf = Primitive(
    "erf",
    math.erf,
    calculus=Calculus(
        lambda y, x: (2 / sqrt(math.pi) * gauss(x),),
        textbook=lambda y, x: (2 * exp(-(x**2)) / sqrt(math.pi),),
    ),
    algebra=Algebra(parity=ODD),
    numerics=Numerics(absorbs=(0,), total=True),
    native=Native("@erf", vector=IN_LIBRARY),
    overloads=Overloads(tails=(-1.0, 1.0), complex=lambda z: complex_step().erf(z)),
)
erfc = Primitive(
    "erfc",
    math.erfc,
    calculus=Calculus(
        lambda y, x: (-2 / sqrt(math.pi) * gauss(x),),
        textbook=lambda y, x: (-2 * exp(-(x**2)) / sqrt(math.pi),),
    ),
    algebra=Algebra(sign=POSITIVE),
    numerics=Numerics(absorbs=(0,), total=True, off_by=LEAST),
    native=Native("@erfc", vector=IN_LIBRARY),
    overloads=Overloads(tails=(2.0, 0.0), complex=lambda z: complex_step().erfc(z)),
)
#: e^(-x^2) as one step, since x^2 overflows, and since rounding it costs up to 400 units in the
#: last place of the result.  It is written out, so the language needs no name for it.
gauss: Primitive = Primitive(
    "gauss",
    _gauss,
    calculus=Calculus(lambda y, x: (-2 * (x * y),)),
    numerics=Numerics(absorbs=(0,), total=True, off_by=LEAST),
    spelling=Spelling(
        text=Form("exp(-{0}^2)", ATOM, (ATOM,)),
        trace=Form("exp(−{0}²)", ATOM, (ATOM,)),
        latex=Form("e^{-{0}^2}", POWER, (ATOM,)),
    ),
    native=Native("@adcli.gauss", uses=("@exp",)),
    overloads=Overloads(complex=lambda z: complex_step().gauss(z)),
)
gamma = Primitive(
    "gamma",
    math.gamma,
    calculus=Calculus(
        lambda y, x: (y * digamma(x),), products=lambda s, y, x: (s * y * digamma(x),), growth=3
    ),
    domain=Domain(
        lambda x: or_(x > 0, ne(x, floor(x))),
        needs=_NEEDS,
        limit=_gamma_limit,
        samples=((0.1, 20.0),),
    ),
    spelling=Spelling(trace=call("Γ", 1), latex=latex_call(r"\Gamma")),
    overloads=Overloads(complex=lambda z: complex_step().gamma(z)),
)
lgamma = Primitive(
    "lgamma",
    math.lgamma,
    calculus=Calculus(lambda y, x: (digamma(x),), growth=3),
    domain=Domain(
        lambda x: or_(x > 0, ne(x, floor(x))),
        needs=_NEEDS,
        limit=lambda x: math.inf,
        samples=((0.1, 20.0),),
    ),
    numerics=Numerics(off_by=EPSILON),
    spelling=Spelling(latex=Form(r"\ln\left|\Gamma\left({0}\right)\right|", POWER, (CONDITIONAL,))),
    overloads=Overloads(complex=lambda z: complex_step().lgamma(z)),
)
digamma: Primitive = Primitive(
    "digamma",
    _digamma,
    calculus=Calculus(
        lambda y, x: (polygamma(1, x),),
        products=lambda s, y, x: (select(abs_(x) < _NEAR, -(s / x) * y, s * polygamma(1, x)),),
        growth=3,
    ),
    domain=Domain(
        lambda x: or_(x > 0, ne(x, floor(x))),
        needs=_NEEDS,
        limit=_digamma_limit,
        samples=((0.1, 20.0),),
    ),
    numerics=Numerics(off_by=EPSILON),
    spelling=Spelling(trace=call("ψ", 1), latex=latex_call(r"\psi")),
    overloads=Overloads(complex=lambda z: complex_step().digamma(z)),
)
polygamma: Primitive = Primitive(
    "polygamma",
    _polygamma,
    arity=2,
    integers=(0,),
    calculus=Calculus(
        lambda y, n, x: (None, polygamma(n + 1, x)),
        products=lambda s, y, n, x: (None, _polygamma_product(s, y, n, x)),
        growth=3,
    ),
    domain=Domain(
        lambda n, x: and_(n >= 0, or_(x > 0, ne(x, floor(x)))),
        needs="an order from 0 on and an argument other than 0, -1, -2, ...",
        limit=_polygamma_limit,
        samples=((0, 6), (0.1, 20.0)),
    ),
    numerics=Numerics(absorbs=(1,), off_by=EPSILON),
    spelling=Spelling(
        latex=Form(r"\psi^{\left({0}\right)}\left({1}\right)", POWER, (CONDITIONAL, CONDITIONAL))
    ),
    overloads=Overloads(complex=lambda n, z: complex_step().polygamma(n, z)),
)
