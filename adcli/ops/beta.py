"""Euler's beta function and its logarithm.

Invariant: as in `adcli.ops.special_functions`, every order of derivative exists; differences of
polygamma functions are a row of their own, which keeps the digits that they lose where b is small
beside a.

The names are SciPy's.  DLMF 5.12.
"""

from __future__ import annotations

from types import ModuleType

from adcli.expr import Expr
from adcli.ops.comparisons_logic_and_choice import and_, select
from adcli.ops.operation_notation import (
    CONDITIONAL,
    POWER,
    SUM,
    Form,
    Python,
    Spelling,
    latex_call,
    prime,
)
from adcli.ops.primitive import (
    NOT_NEGATIVE,
    Algebra,
    Calculus,
    Domain,
    Numerics,
    Overloads,
    Primitive,
    complex_step,
)
from adcli.ops.special_functions import digamma, polygamma


def _beta() -> ModuleType:
    from adcli.ops import beta_values

    return beta_values


#: Beyond it psi(x) is ln(x) - 1/(2x) to the last digit.
_FAR = 1e20

_POSITIVE = Domain(
    lambda a, b: and_(a > 0, b > 0),
    samples=((0.2, 8.0), (0.2, 8.0)),
)

#: psi^(n)(a + b) - psi^(n)(a), which loses the digits that it has where b is small beside a.
polygamma_gain: Primitive = Primitive(
    "polygamma_gain",
    lambda n, a, b: _beta().polygamma_gain(n, a, b),
    arity=3,
    integers=(0,),
    calculus=Calculus(
        lambda y, n, a, b: (None, polygamma_gain(n + 1, a, b), polygamma(n + 1, a + b)), growth=3
    ),
    domain=Domain(
        lambda n, a, b: and_(n >= 0, and_(a > 0, b > 0)),
        samples=((0, 3), (0.2, 8.0), (0.2, 8.0)),
    ),
    numerics=Numerics(absorbs=(1, 2)),
    spelling=Spelling(
        text=Form("polygamma({0}, {1} + {2}) - polygamma({0}, {1})", SUM, (CONDITIONAL, SUM, SUM)),
        trace=Form("polygamma({0}, {1} + {2}) − polygamma({0}, {1})", SUM, (CONDITIONAL, SUM, SUM)),
        indexed=lambda n: Form(f"ψ{prime(n)}({{0}} + {{1}}) − ψ{prime(n)}({{0}})", SUM, (SUM, SUM)),
        expanded=lambda n, a, b: polygamma(n, a + b) - polygamma(n, a),
        latex=latex_call(r"\Delta\psi", 3),
    ),
)


def _beta_slope(y: Expr, a: Expr, b: Expr) -> Expr:
    """The derivative by a.  Where a is large beside b, psi(a + b) - psi(a) is b/a, which may be
    below all doubles though B(a, b)*b/a is not."""
    is_far = and_(a > _FAR, b < a / _FAR)
    return select(is_far, -(y * b / a), -y * polygamma_gain(0, a, b))


beta = Primitive(
    "beta",
    lambda a, b: _beta().beta(a, b),
    arity=2,
    calculus=Calculus(
        lambda y, a, b: (_beta_slope(y, a, b), _beta_slope(y, b, a)),
        series=lambda s, y, a, b: (
            s * (-y * polygamma_gain(0, a, b)),
            s * (-y * polygamma_gain(0, b, a)),
        ),
        textbook=lambda y, a, b: (
            y * (digamma(a) - digamma(a + b)),
            y * (digamma(b) - digamma(a + b)),
        ),
        growth=3,
    ),
    domain=_POSITIVE,
    algebra=Algebra(sign=NOT_NEGATIVE),
    numerics=Numerics(absorbs=(0, 1)),
    spelling=Spelling(yielding=("beta",), latex=latex_call(r"\mathrm{B}", 2)),
    python=Python(elsewhere="scipy.special.beta"),
    overloads=Overloads(complex=lambda a, b: complex_step().beta(a, b)),
)
betaln = Primitive(
    "betaln",
    lambda a, b: _beta().betaln(a, b),
    arity=2,
    calculus=Calculus(
        lambda y, a, b: (-polygamma_gain(0, a, b), -polygamma_gain(0, b, a)),
        textbook=lambda y, a, b: (digamma(a) - digamma(a + b), digamma(b) - digamma(a + b)),
        growth=3,
    ),
    domain=_POSITIVE,
    spelling=Spelling(
        yielding=("betaln",),
        latex=Form(r"\ln \mathrm{B}\left({0}, {1}\right)", POWER, (CONDITIONAL, CONDITIONAL)),
    ),
    python=Python(elsewhere="scipy.special.betaln"),
    overloads=Overloads(complex=lambda a, b: complex_step().betaln(a, b)),
)
