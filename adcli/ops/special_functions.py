"""Special functions: error functions, gamma, its logarithm and the derivatives of that.

Invariant: every order of derivative exists here; `polygamma` is its own derivative one order up.

Abramowitz & Stegun 6.3, 6.4 and 7.1; DLMF 5.15.
"""

from __future__ import annotations

import math
from types import ModuleType

from adcli.expr import Expr
from adcli.ops.comparisons_logic_and_choice import and_, ne, or_, select
from adcli.ops.elementary_functions import abs_, exp, floor, sqrt
from adcli.ops.operation_notation import (
    ATOM,
    CONDITIONAL,
    POWER,
    Form,
    Python,
    Spelling,
    call,
    latex_call,
    prime,
)
from adcli.ops.primitive import (
    EPSILON,
    IN_LIBRARY,
    LEAST,
    ODD,
    POSITIVE,
    Algebra,
    Calculus,
    Domain,
    Native,
    Numerics,
    Overloads,
    Primitive,
    complex_step,
)


def _values() -> ModuleType:
    from adcli.ops import polygamma_values

    return polygamma_values


def _is_pole(x: float) -> bool:
    return x <= 0 and (x == -math.inf or x == math.floor(x))


def _gauss(x: float) -> float:
    """e^(-x^2), with x^2 in two parts: m^2 is exact."""
    if not abs(x) < 28:
        return x if math.isnan(x) else 0.0
    m = math.floor(x * 128) / 128
    return math.exp(-m * m) * math.exp((m - x) * (m + x))


def _gamma_limit(x: float) -> float:
    return math.copysign(math.inf, x) if x == 0 or not _is_pole(x) else math.nan


def _digamma_limit(x: float) -> float:
    return -math.copysign(math.inf, x) if x == 0 else math.nan


def _polygamma_limit(n: int, x: float) -> float:
    if n < 0 or math.isinf(x):
        return math.nan
    if n % 2 == 1:
        return math.inf
    return -math.copysign(math.inf, x) if not _is_pole(x) or x == 0 else math.nan


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


def _is_no_pole(x: Expr) -> Expr:
    """x is not 0, -1, -2, ..."""
    return or_(x > 0, ne(x, floor(x)))


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
        _is_no_pole,
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
        _is_no_pole,
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
    lambda x: _values().digamma(x),
    calculus=Calculus(
        lambda y, x: (polygamma(1, x),),
        products=lambda s, y, x: (select(abs_(x) < _NEAR, -(s / x) * y, s * polygamma(1, x)),),
        growth=3,
    ),
    domain=Domain(
        _is_no_pole,
        needs=_NEEDS,
        limit=_digamma_limit,
        samples=((0.1, 20.0),),
    ),
    numerics=Numerics(off_by=EPSILON),
    spelling=Spelling(trace=call("ψ", 1), latex=latex_call(r"\psi")),
    python=Python(elsewhere="scipy.special.digamma"),
    overloads=Overloads(complex=lambda z: complex_step().digamma(z)),
)
polygamma: Primitive = Primitive(
    "polygamma",
    lambda n, x: _values().polygamma(n, x),
    arity=2,
    integers=(0,),
    calculus=Calculus(
        lambda y, n, x: (None, polygamma(n + 1, x)),
        products=lambda s, y, n, x: (None, _polygamma_product(s, y, n, x)),
        growth=3,
    ),
    domain=Domain(
        lambda n, x: and_(n >= 0, _is_no_pole(x)),
        needs="an order from 0 on and an argument other than 0, -1, -2, ...",
        limit=_polygamma_limit,
        samples=((0, 6), (0.1, 20.0)),
    ),
    numerics=Numerics(absorbs=(1,), off_by=EPSILON),
    spelling=Spelling(
        indexed=lambda n: call("ψ" + prime(n), 1),
        latex=Form(r"\psi^{\left({0}\right)}\left({1}\right)", POWER, (CONDITIONAL, CONDITIONAL)),
    ),
    python=Python(elsewhere="scipy.special.polygamma"),
    overloads=Overloads(complex=lambda n, z: complex_step().polygamma(n, z)),
)
