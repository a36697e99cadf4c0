"""Logarithms of odds, of sums and of powers, as statistics has them.

Invariant: as in `adcli.ops.elementary_functions`, values and partials keep their digits; each row
is an expression over other rows.  Where ln(e^a + e^b) is close to 0, what its terms lose to
rounding is seen.

`sigmoid` there is the inverse of `logit`; SciPy calls it `expit`.
"""

from __future__ import annotations

import math

from adcli.expr import Expr
from adcli.ops.comparisons_logic_and_choice import and_, eq, or_, select
from adcli.ops.composition import Composition
from adcli.ops.elementary_functions import exp, log, log1p, sigmoid, softplus
from adcli.ops.operation_notation import Spelling
from adcli.ops.primitive import EPSILON, Calculus, Domain, Numerics


def _logit(x: Expr) -> Expr:
    """ln(x/(1 - x)); near 1/2 from the distance to it."""
    near = log1p((2 * x - 1) / (1 - x))
    return select(and_(x > 0.3, x < 0.65), near, log(x / (1 - x)))


logit = Composition(
    "logit",
    _logit,
    calculus=Calculus(lambda y, x: (1 / (1 - x) / x,), textbook=lambda y, x: (1 / (x * (1 - x)),)),
    domain=Domain(
        lambda x: and_(x > 0, x < 1),
        limit=lambda x: -math.inf if x == 0 else math.inf if x == 1 else math.nan,
        samples=((0.01, 0.99),),
    ),
    numerics=Numerics(total=True),
    spelling=Spelling(yielding=("logit",)),
)

#: ln(e^a + e^b)
logaddexp = Composition(
    "logaddexp",
    lambda a, b: select(a > b, a + softplus(b - a), b + softplus(a - b)),
    arity=2,
    calculus=Calculus(lambda y, a, b: (sigmoid(a - b), sigmoid(b - a))),
    domain=Domain(samples=((0.0, 5.0), (0.0, 5.0))),
    numerics=Numerics(absorbs=(0, 1), off_by=EPSILON),
    spelling=Spelling(yielding=("logaddexp",), expanded=lambda a, b: log(exp(a) + exp(b))),
)

#: x*ln(y), which is 0 at x = 0 whatever y is.
xlogy = Composition(
    "xlogy",
    lambda x, y: select(eq(x, 0), 0.0, x * log(y)),
    arity=2,
    calculus=Calculus(
        lambda v, x, y: (log(y), select(eq(x, 0), 0.0, x / y)),
        textbook=lambda v, x, y: (log(y), x / y),
    ),
    domain=Domain(
        lambda x, y: or_(y > 0, eq(x, 0)),
        smooth=lambda x, y: y > 0,
        limit=lambda x, y: -math.copysign(math.inf, x) if y == 0 else math.nan,
        samples=((-3.0, 3.0), (0.01, 100.0)),
    ),
    numerics=Numerics(absorbs=(1,)),
    spelling=Spelling(yielding=("xlogy",), expanded=lambda x, y: x * log(y)),
)
