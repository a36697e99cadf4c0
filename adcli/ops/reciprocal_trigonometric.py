"""Reciprocals of the circular and hyperbolic functions, and their inverses.

Invariant: each row is an expression over other rows that keeps its digits: near the ends of a
domain, where the argument's reciprocal would lose them, at 0 and far out.

The ranges are those of ISO 80000-2: `acot` falls from pi to 0 and is smooth at 0, as textbooks have
it (others take atan(1/x), which jumps there); `asec` is between 0 and pi, `acsc` between -pi/2 and
pi/2.  Abramowitz & Stegun 4.3, 4.4 and 4.6; DLMF 4.14, 4.23, 4.28 and 4.37.
"""

from __future__ import annotations

import math

from adcli.expr import Expr
from adcli.ops.comparisons_logic_and_choice import and_, ne, or_, select
from adcli.ops.composition import Composition
from adcli.ops.elementary_functions import (
    abs_,
    asin,
    asinh,
    atan2,
    copysign,
    cos,
    exp,
    hypot,
    log,
    log1p,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)
from adcli.ops.operation_notation import Spelling, latex_call, latex_circular, prefix
from adcli.ops.primitive import (
    EVEN,
    NOT_ZERO,
    ODD,
    POSITIVE,
    Algebra,
    Calculus,
    Domain,
    Numerics,
    Overloads,
    Primitive,
)


def _pole_at_zero(x: float) -> float:
    return math.copysign(math.inf, x) if x == 0 else math.nan


def _pole_at_one(x: float) -> float:
    return math.copysign(math.inf, x) if abs(x) == 1 else math.nan


def _leg(x: Expr) -> Expr:
    """sqrt(x^2 - 1) for |x| >= 1."""
    return sqrt((abs_(x) - 1) * (abs_(x) + 1))


def _long_leg(x: Expr) -> Expr:
    """The same, which does not overflow."""
    return sqrt(abs_(x) - 1) * sqrt(abs_(x) + 1)


# Circular functions.

sec = Composition(
    "sec",
    lambda x: 1 / cos(x),
    calculus=Calculus(lambda y, x: (y * tan(x),)),
    domain=Domain(samples=((-1.5, 1.5),)),
    algebra=Algebra(parity=EVEN, sign=NOT_ZERO),
    numerics=Numerics(total=True),
    spelling=Spelling(trace=prefix("sec "), latex=latex_circular(r"\sec"), yielding=("sec",)),
)
csc: Primitive = Composition(
    "csc",
    lambda x: 1 / sin(x),
    calculus=Calculus(lambda y, x: (-y * cot(x),)),
    domain=Domain(lambda x: ne(sin(x), 0), limit=_pole_at_zero, samples=((0.1, 3.0),)),
    algebra=Algebra(parity=ODD, sign=NOT_ZERO),
    spelling=Spelling(trace=prefix("csc "), latex=latex_circular(r"\csc"), yielding=("csc",)),
)
cot: Primitive = Composition(
    "cot",
    lambda x: 1 / tan(x),
    calculus=Calculus(lambda y, x: (-(1 + y**2),), textbook=lambda y, x: (-(csc(x) ** 2),)),
    domain=Domain(lambda x: ne(sin(x), 0), limit=_pole_at_zero, samples=((0.1, 3.0),)),
    algebra=Algebra(parity=ODD),
    spelling=Spelling(trace=prefix("cot "), latex=latex_circular(r"\cot"), yielding=("cot",)),
)
asec = Composition(
    "asec",
    lambda x: atan2(_leg(x), copysign(1, x)),
    calculus=Calculus(
        lambda y, x: (1 / _long_leg(x) / abs_(x),),
        textbook=lambda y, x: (1 / (abs_(x) * sqrt(x**2 - 1)),),
    ),
    domain=Domain(
        lambda x: or_(x >= 1, x <= -1),
        smooth=lambda x: or_(x > 1, x < -1),
        samples=((1.01, 50.0),),
    ),
    numerics=Numerics(absorbs=(0,), total=True),
    spelling=Spelling(
        trace=prefix("asec "),
        latex=latex_call(r"\operatorname{arcsec}"),
        yielding=("asec", "arcsec"),
    ),
)
acsc = Composition(
    "acsc",
    lambda x: copysign(select(abs_(x) < 2, atan2(1, _leg(x)), asin(1 / abs_(x))), x),
    calculus=Calculus(
        lambda y, x: (-1 / _long_leg(x) / abs_(x),),
        textbook=lambda y, x: (-1 / (abs_(x) * sqrt(x**2 - 1)),),
    ),
    domain=Domain(
        lambda x: or_(x >= 1, x <= -1),
        smooth=lambda x: or_(x > 1, x < -1),
        samples=((1.01, 50.0),),
    ),
    algebra=Algebra(parity=ODD, sign=NOT_ZERO),
    numerics=Numerics(absorbs=(0,), total=True),
    spelling=Spelling(
        trace=prefix("acsc "),
        latex=latex_call(r"\operatorname{arccsc}"),
        yielding=("acsc", "arccsc"),
    ),
)
acot = Composition(
    "acot",
    lambda x: atan2(1, x),
    calculus=Calculus(
        lambda y, x: (-1 / hypot(1, x) / hypot(1, x),),
        products=lambda s, y, x: (-s / hypot(1, x) / hypot(1, x),),
        textbook=lambda y, x: (-1 / (1 + x**2),),
    ),
    algebra=Algebra(sign=POSITIVE),
    numerics=Numerics(absorbs=(0,), total=True),
    spelling=Spelling(
        trace=prefix("acot "),
        latex=latex_call(r"\operatorname{arccot}"),
        yielding=("acot", "arccot"),
    ),
)

# Hyperbolic functions.


def _csch(x: Expr) -> Expr:
    """1/sinh(x), which overflows far out; there with t = e^-|x|."""
    t = exp(-abs_(x))
    return select(abs_(x) < 1, 1 / sinh(x), copysign(2 * t / ((1 - t) * (1 + t)), x))


csch: Primitive = Composition(
    "csch",
    _csch,
    calculus=Calculus(lambda y, x: (-y * coth(x),)),
    domain=Domain(lambda x: ne(x, 0), limit=_pole_at_zero, samples=((0.05, 3.0),)),
    algebra=Algebra(parity=ODD, sign=NOT_ZERO),
    numerics=Numerics(absorbs=(0,)),
    spelling=Spelling(
        trace=prefix("csch "), latex=latex_circular(r"\operatorname{csch}"), yielding=("csch",)
    ),
    overloads=Overloads(tails=(0.0, 0.0)),
)
coth: Primitive = Composition(
    "coth",
    lambda x: 1 / tanh(x),
    calculus=Calculus(
        lambda y, x: (-(csch(x) ** 2),),
        products=lambda s, y, x: (-s * csch(x) * csch(x),),
    ),
    domain=Domain(lambda x: ne(x, 0), limit=_pole_at_zero, samples=((0.05, 3.0),)),
    algebra=Algebra(parity=ODD, sign=NOT_ZERO),
    numerics=Numerics(absorbs=(0,)),
    spelling=Spelling(trace=prefix("coth "), latex=latex_circular(r"\coth"), yielding=("coth",)),
    overloads=Overloads(tails=(-1.0, 1.0)),
)
asech = Composition(
    "asech",
    lambda x: select(x < 1e-300, log(2) - log(x), asinh(sqrt((1 - x) * (1 + x)) / x)),
    calculus=Calculus(
        lambda y, x: (-1 / sqrt((1 - x) * (1 + x)) / x,),
        textbook=lambda y, x: (-1 / (x * sqrt(1 - x**2)),),
    ),
    domain=Domain(
        lambda x: and_(x > 0, x <= 1),
        smooth=lambda x: and_(x > 0, x < 1),
        limit=lambda x: math.inf if x == 0 else math.nan,
        samples=((0.05, 0.99),),
    ),
    spelling=Spelling(
        trace=prefix("asech "),
        latex=latex_call(r"\operatorname{arsech}"),
        yielding=("asech", "arcsech"),
    ),
)
acsch = Composition(
    "acsch",
    lambda x: select(abs_(x) < 1e-300, copysign(log(2) - log(abs_(x)), x), asinh(1 / x)),
    calculus=Calculus(
        lambda y, x: (-1 / hypot(1, x) / abs_(x),),
        textbook=lambda y, x: (-1 / (abs_(x) * sqrt(1 + x**2)),),
    ),
    domain=Domain(lambda x: ne(x, 0), limit=_pole_at_zero, samples=((0.05, 3.0),)),
    algebra=Algebra(parity=ODD, sign=NOT_ZERO),
    numerics=Numerics(absorbs=(0,)),
    spelling=Spelling(
        trace=prefix("acsch "),
        latex=latex_call(r"\operatorname{arcsch}"),
        yielding=("acsch", "arccsch"),
    ),
)
acoth = Composition(
    "acoth",
    lambda x: copysign(log1p(2 / (abs_(x) - 1)) / 2, x),
    calculus=Calculus(
        lambda y, x: (1 / (1 - x) / (1 + x),), textbook=lambda y, x: (1 / (1 - x**2),)
    ),
    domain=Domain(
        lambda x: or_(x > 1, x < -1),
        limit=_pole_at_one,
        samples=((1.01, 50.0),),
    ),
    algebra=Algebra(parity=ODD, sign=NOT_ZERO),
    numerics=Numerics(absorbs=(0,)),
    spelling=Spelling(
        trace=prefix("acoth "),
        latex=latex_call(r"\operatorname{arcoth}"),
        yielding=("acoth", "arccoth"),
    ),
)
