"""Elementary functions: roots, exponentials, logarithms, circular and hyperbolic functions, and
the piecewise linear ones.

Invariant: a partial is as accurate as the value and overflows only where the derivative does; where
it may underflow though its product with a tangent or an adjoint does not, the row has `products`.
So it is at times not the textbook's first form: 1/(1+x^2) is `1/hypot(1, x)/hypot(1, x)`, since x^2
overflows at 1e154, and 1-x^2 is (1-x)*(1+x), which keeps its digits near 1.

At a kink the partials give one documented choice: `abs` and `relu` have 0 at 0; `max` and `min` at
a tie follow the argument that Python returns, the first; the steps `sign`, `floor`, `ceil` and
`trunc` have 0 everywhere.  `sqrt` and `cbrt` at 0 and `hypot` and `atan2` at the origin have no
derivative: their partials divide by zero there, and `adcli.backends.one_sided.at_kinks` looks to
both sides.

Abramowitz & Stegun 4.1 to 4.6; DLMF 4.7, 4.20, 4.24, 4.34, 4.37, 4.38.
"""

from __future__ import annotations

import math

from adcli.expr import Expr, lift
from adcli.ops.comparisons import and_, eq, ne, or_, select
from adcli.ops.primitive import (
    CONDITIONAL,
    EVEN,
    INT,
    NOT_NEGATIVE,
    ODD,
    POSITIVE,
    POWER,
    PRODUCT,
    SAME,
    SUM,
    Form,
    Primitive,
    around,
    later,
    latex_call,
    latex_circular,
    prefix,
)

_PI = lift(math.pi)

# Roots, exponentials, logarithms.

sqrt = Primitive(
    "sqrt",
    math.sqrt,
    partials=lambda y, x: (1 / (2 * y),),
    sign=NOT_NEGATIVE,
    domain=lambda x: x >= 0,
    smooth=lambda x: x > 0,
    samples=((0.01, 100.0),),
    analytic=later("sqrt"),
    trace=prefix("√"),
    latex=Form(r"\sqrt{{0}}", POWER, (CONDITIONAL,)),
    llvm="@llvm.sqrt.f64",
)
cbrt = Primitive(
    "cbrt",
    math.cbrt,
    partials=lambda y, x: (1 / (3 * y**2),),
    parity=ODD,
    smooth=lambda x: ne(x, 0),
    analytic=later("cbrt"),
    trace=prefix("∛"),
    latex=Form(r"\sqrt[3]{{0}}", POWER, (CONDITIONAL,)),
    llvm="@cbrt",
    total=True,
)
exp = Primitive(
    "exp",
    math.exp,
    partials=lambda y, x: (y,),
    sign=POSITIVE,
    analytic=later("exp"),
    absorbs=(0,),
    trace=prefix("exp "),
    latex=Form("e^{{0}}", POWER, (CONDITIONAL,)),
    llvm="@exp",
)
expm1 = Primitive(
    "expm1",
    math.expm1,
    partials=lambda y, x: (exp(x),),
    analytic=later("expm1"),
    absorbs=(0,),
    trace=prefix("expm1 "),
    latex=Form("e^{{0}} - 1", SUM, (CONDITIONAL,)),
    llvm="@expm1",
)
exp2 = Primitive(
    "exp2",
    math.exp2,
    partials=lambda y, x: (y * log(2),),
    sign=POSITIVE,
    analytic=later("exp2"),
    absorbs=(0,),
    trace=prefix("exp2 "),
    latex=Form("2^{{0}}", POWER, (CONDITIONAL,)),
    llvm="@exp2",
)
log: Primitive = Primitive(
    "log",
    math.log,
    partials=lambda y, x: (1 / x,),
    domain=lambda x: x > 0,
    limit=lambda x: -math.inf if x == 0 else math.nan,
    samples=((0.01, 100.0),),
    analytic=later("log"),
    aliases=("ln",),
    trace=prefix("ln "),
    latex=latex_call(r"\ln"),
    llvm="@log",
)
# Not 1/(x*log(10)): that product overflows for the largest x.
log2 = Primitive(
    "log2",
    math.log2,
    partials=lambda y, x: (1 / log(2) / x,),
    textbook=lambda y, x: (1 / (x * log(2)),),
    domain=lambda x: x > 0,
    limit=lambda x: -math.inf if x == 0 else math.nan,
    samples=((0.01, 100.0),),
    analytic=later("log2"),
    trace=prefix("log₂ "),
    latex=latex_call(r"\log_2"),
    llvm="@log2",
)
log10 = Primitive(
    "log10",
    math.log10,
    partials=lambda y, x: (1 / log(10) / x,),
    textbook=lambda y, x: (1 / (x * log(10)),),
    domain=lambda x: x > 0,
    limit=lambda x: -math.inf if x == 0 else math.nan,
    samples=((0.01, 100.0),),
    analytic=later("log10"),
    trace=prefix("log₁₀ "),
    latex=latex_call(r"\log_{10}"),
    llvm="@log10",
)
log1p = Primitive(
    "log1p",
    math.log1p,
    partials=lambda y, x: (1 / (1 + x),),
    domain=lambda x: x > -1,
    limit=lambda x: -math.inf if x == -1 else math.nan,
    samples=((-0.99, 10.0),),
    analytic=later("log1p"),
    trace=prefix("log1p "),
    latex=Form(r"\ln\left(1 + {0}\right)", POWER, (SUM,)),
    llvm="@log1p",
)

# Circular functions.

sin = Primitive(
    "sin",
    math.sin,
    partials=lambda y, x: (cos(x),),
    parity=ODD,
    analytic=later("sin"),
    trace=prefix("sin "),
    latex=latex_circular(r"\sin"),
    llvm="@sin",
    total=True,
)
cos: Primitive = Primitive(
    "cos",
    math.cos,
    partials=lambda y, x: (-sin(x),),
    parity=EVEN,
    analytic=later("cos"),
    trace=prefix("cos "),
    latex=latex_circular(r"\cos"),
    llvm="@cos",
    total=True,
)
tan = Primitive(
    "tan",
    math.tan,
    partials=lambda y, x: (1 + y**2,),
    parity=ODD,
    analytic=later("tan"),
    trace=prefix("tan "),
    latex=latex_circular(r"\tan"),
    llvm="@tan",
    total=True,
)
asin = Primitive(
    "asin",
    math.asin,
    partials=lambda y, x: (1 / sqrt((1 - x) * (1 + x)),),
    parity=ODD,
    textbook=lambda y, x: (1 / sqrt(1 - x**2),),
    domain=lambda x: and_(x >= -1, x <= 1),
    smooth=lambda x: and_(x > -1, x < 1),
    needs="an argument between -1 and 1",
    samples=((-0.99, 0.99),),
    analytic=later("asin"),
    trace=prefix("asin "),
    latex=latex_call(r"\arcsin"),
    llvm="@asin",
)
acos = Primitive(
    "acos",
    math.acos,
    partials=lambda y, x: (-1 / sqrt((1 - x) * (1 + x)),),
    textbook=lambda y, x: (-1 / sqrt(1 - x**2),),
    domain=lambda x: and_(x >= -1, x <= 1),
    smooth=lambda x: and_(x > -1, x < 1),
    needs="an argument between -1 and 1",
    samples=((-0.99, 0.99),),
    analytic=later("acos"),
    trace=prefix("acos "),
    latex=latex_call(r"\arccos"),
    llvm="@acos",
)
atan = Primitive(
    "atan",
    math.atan,
    partials=lambda y, x: (1 / hypot(1, x) / hypot(1, x),),
    products=lambda s, y, x: (s / hypot(1, x) / hypot(1, x),),
    parity=ODD,
    textbook=lambda y, x: (1 / (1 + x**2),),
    analytic=later("atan"),
    absorbs=(0,),
    trace=prefix("atan "),
    latex=latex_call(r"\arctan"),
    llvm="@atan",
    total=True,
)


def _shared(s: Expr, a: Expr, h: Expr) -> Expr:
    """s*(a/h) for |a| <= h; where a/h is close to underflow, the smaller of a and 1/h meets s
    first."""
    tiny = select(abs_(a) < 1 / h, s * a / h, s / h * a)
    return select(abs_(a) < 2.0**-500 * h, tiny, s * (a / h))


# LaTeX has it as a root, see `adcli.ops.latex`.
hypot: Primitive = Primitive(
    "hypot",
    math.hypot,
    arity=2,
    partials=lambda y, a, b: (a / y, b / y),
    products=lambda s, y, a, b: (_shared(s, a, y), _shared(s, b, y)),
    sign=NOT_NEGATIVE,
    smooth=lambda a, b: or_(ne(a, 0), ne(b, 0)),
    analytic=later("hypot"),
    llvm="@hypot",
)
# The angle jumps by 2*pi across the negative half axis.
atan2 = Primitive(
    "atan2",
    math.atan2,
    arity=2,
    partials=lambda y, a, b: (b / hypot(a, b) / hypot(a, b), -a / hypot(a, b) / hypot(a, b)),
    products=lambda s, y, a, b: (
        _shared(s, b, hypot(a, b)) / hypot(a, b),
        -(_shared(s, a, hypot(a, b)) / hypot(a, b)),
    ),
    textbook=lambda y, a, b: (b / (a**2 + b**2), -a / (a**2 + b**2)),
    smooth=lambda a, b: or_(ne(a, 0), b > 0),
    analytic=later("atan2"),
    absorbs=(0, 1),
    signed=(0, 1),
    llvm="@atan2",
    total=True,
)
radians = Primitive(
    "radians",
    math.radians,
    partials=lambda y, x: (_PI / 180,),
    analytic=later("radians"),
    latex=Form(r"\frac{\pi}{180} \cdot {0}", PRODUCT, (PRODUCT,)),
    llvm="@adcli.radians",
    total=True,
)
degrees = Primitive(
    "degrees",
    math.degrees,
    partials=lambda y, x: (180 / _PI,),
    analytic=later("degrees"),
    latex=Form(r"\frac{180}{\pi} \cdot {0}", PRODUCT, (PRODUCT,)),
    llvm="@adcli.degrees",
)

# Hyperbolic functions.


def _sech(x: float) -> float:
    """1/cosh(x) in a form that nothing overflows in: 2*t/(1 + t^2) with t = e^-|x|."""
    t = math.exp(-abs(x))
    return 2 * t / (1 + t * t)


sinh = Primitive(
    "sinh",
    math.sinh,
    partials=lambda y, x: (cosh(x),),
    parity=ODD,
    limit=lambda x: math.copysign(math.inf, x),
    analytic=later("sinh"),
    trace=prefix("sinh "),
    latex=latex_circular(r"\sinh"),
    llvm="@sinh",
)
cosh: Primitive = Primitive(
    "cosh",
    math.cosh,
    partials=lambda y, x: (sinh(x),),
    sign=POSITIVE,
    parity=EVEN,
    analytic=later("cosh"),
    trace=prefix("cosh "),
    latex=latex_circular(r"\cosh"),
    llvm="@cosh",
)
tanh = Primitive(
    "tanh",
    math.tanh,
    partials=lambda y, x: (sech(x) ** 2,),
    products=lambda s, y, x: (select(abs_(x) < 300, s * sech(x) ** 2, s * sech(x) * sech(x)),),
    parity=ODD,
    textbook=lambda y, x: (1 - y**2,),
    analytic=later("tanh"),
    absorbs=(0,),
    trace=prefix("tanh "),
    latex=latex_circular(r"\tanh"),
    llvm="@tanh",
    total=True,
)
sech: Primitive = Primitive(
    "sech",
    _sech,
    partials=lambda y, x: (-y * tanh(x),),
    sign=POSITIVE,
    parity=EVEN,
    analytic=later("sech"),
    absorbs=(0,),
    trace=prefix("sech "),
    latex=latex_circular(r"\operatorname{sech}"),
    llvm="@adcli.sech",
    total=True,
)
asinh = Primitive(
    "asinh",
    math.asinh,
    partials=lambda y, x: (1 / hypot(1, x),),
    parity=ODD,
    textbook=lambda y, x: (1 / sqrt(1 + x**2),),
    analytic=later("asinh"),
    trace=prefix("asinh "),
    latex=latex_call(r"\operatorname{arsinh}"),
    llvm="@asinh",
    total=True,
)
acosh = Primitive(
    "acosh",
    math.acosh,
    partials=lambda y, x: (1 / (sqrt(x - 1) * sqrt(x + 1)),),
    textbook=lambda y, x: (1 / sqrt(x**2 - 1),),
    domain=lambda x: x >= 1,
    smooth=lambda x: x > 1,
    samples=((1.01, 100.0),),
    analytic=later("acosh"),
    trace=prefix("acosh "),
    latex=latex_call(r"\operatorname{arcosh}"),
    llvm="@acosh",
)
atanh = Primitive(
    "atanh",
    math.atanh,
    partials=lambda y, x: (1 / ((1 - x) * (1 + x)),),
    parity=ODD,
    textbook=lambda y, x: (1 / (1 - x**2),),
    domain=lambda x: and_(x > -1, x < 1),
    needs="an argument between -1 and 1, and neither of them",
    limit=lambda x: math.copysign(math.inf, x) if abs(x) == 1 else math.nan,
    samples=((-0.99, 0.99),),
    analytic=later("atanh"),
    trace=prefix("atanh "),
    latex=latex_call(r"\operatorname{artanh}"),
    llvm="@atanh",
)

# The logistic function and its integral.


def _sigmoid(x: float) -> float:
    """1/(1 + e^-x), without its overflow."""
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    t = math.exp(x)
    return t / (1 + t)


def _softplus(x: float) -> float:
    """ln(1 + e^x), without its overflow."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


sigmoid: Primitive = Primitive(
    "sigmoid",
    _sigmoid,
    partials=lambda y, x: (y * sigmoid(-x),),
    sign=POSITIVE,
    analytic=later("sigmoid"),
    absorbs=(0,),
    llvm="@adcli.sigmoid",
    total=True,
)
softplus = Primitive(
    "softplus",
    _softplus,
    partials=lambda y, x: (sigmoid(x),),
    sign=POSITIVE,
    analytic=later("softplus"),
    absorbs=(0,),
    llvm="@adcli.softplus",
    total=True,
)

# Piecewise linear functions and steps.


def _sign(x: float) -> float:
    """1, -1 or 0; nan of nan."""
    return 1.0 if x > 0 else -1.0 if x < 0 else x + 0.0


def _relu(x: float) -> float:
    """max(0, x); nan of nan."""
    return 0.0 if x <= 0 else float(x)


abs_: Primitive = Primitive(
    "abs",
    abs,
    partials=lambda y, x: (sign(x),),
    sign=NOT_NEGATIVE,
    parity=EVEN,
    smooth=lambda x: ne(x, 0),
    kind=SAME,
    analytic=later("abs_"),
    aliases=("fabs",),
    trace=around("|", "|"),
    latex=around(r"\left|", r"\right|"),
    llvm="@llvm.fabs.f64",
    llvm_int="@adcli.abs.int",
    total=True,
)
sign: Primitive = Primitive(
    "sign",
    _sign,
    partials=lambda y, x: (0,),
    parity=ODD,
    smooth=lambda x: ne(x, 0),
    analytic=later("sign"),
    absorbs=(0,),
    trace=prefix("sign "),
    latex=latex_call(r"\operatorname{sgn}"),
    llvm="@adcli.sign",
    total=True,
)
copysign: Primitive = Primitive(
    "copysign",
    math.copysign,
    arity=2,
    partials=lambda y, a, b: (sign(a) * copysign(1, b), 0),
    smooth=lambda a, b: and_(ne(a, 0), ne(b, 0)),
    analytic=later("copysign"),
    absorbs=(1,),
    signed=(1,),
    llvm="@llvm.copysign.f64",
    total=True,
)
relu = Primitive(
    "relu",
    _relu,
    partials=lambda y, x: (select(x > 0, 1, 0),),
    sign=NOT_NEGATIVE,
    smooth=lambda x: ne(x, 0),
    analytic=later("relu"),
    absorbs=(0,),
    llvm="@adcli.relu",
    total=True,
)
max_ = Primitive(
    "max",
    max,
    arity=2,
    partials=lambda y, a, b: (select(b > a, 0, 1), select(b > a, 1, 0)),
    smooth=lambda a, b: ne(a, b),
    kind=SAME,
    analytic=later("max_"),
    absorbs=(0, 1),
    latex=latex_call(r"\max", 2),
    llvm="@adcli.max",
    llvm_int="@adcli.max.int",
    total=True,
)
min_ = Primitive(
    "min",
    min,
    arity=2,
    partials=lambda y, a, b: (select(b < a, 0, 1), select(b < a, 1, 0)),
    smooth=lambda a, b: ne(a, b),
    kind=SAME,
    analytic=later("min_"),
    absorbs=(0, 1),
    latex=latex_call(r"\min", 2),
    llvm="@adcli.min",
    llvm_int="@adcli.min.int",
    total=True,
)
floor: Primitive = Primitive(
    "floor",
    math.floor,
    partials=lambda y, x: (0,),
    smooth=lambda x: ne(x, floor(x)),
    limit=lambda x: x,
    kind=INT,
    analytic=later("floor"),
    trace=around("⌊", "⌋"),
    latex=around(r"\left\lfloor ", r" \right\rfloor"),
    llvm="@llvm.floor.f64",
    total=True,
)
ceil = Primitive(
    "ceil",
    math.ceil,
    partials=lambda y, x: (0,),
    smooth=lambda x: ne(x, floor(x)),
    limit=lambda x: x,
    kind=INT,
    analytic=later("ceil"),
    trace=around("⌈", "⌉"),
    latex=around(r"\left\lceil ", r" \right\rceil"),
    llvm="@llvm.ceil.f64",
    total=True,
)
trunc: Primitive = Primitive(
    "trunc",
    math.trunc,
    partials=lambda y, x: (0,),
    smooth=lambda x: or_(eq(x, 0), ne(x, trunc(x))),
    limit=lambda x: x,
    kind=INT,
    analytic=later("trunc"),
    llvm="@llvm.trunc.f64",
    total=True,
)


def _quotient(y: Expr, a: Expr, b: Expr) -> Expr:
    """The integer q in y = a - q*b.  a/b rounds at times to the wrong one, (a-y)/b never does."""
    return floor((a - y) / b + 0.5)


def whole_product(s: Expr, y: Expr, a: Expr, b: Expr, q: Expr) -> Expr:
    """-s*q for the integer q in y = a - q*b.  Where doubles do not tell one integer from the next
    it is a quotient of reals, and where that overflows the seed is divided first."""
    is_small, is_finite = (abs_(a - y) * 2.0**-n < abs_(b) for n in (52, 1020))
    return select(is_small, s * -q, select(is_finite, -s * ((a - y) / b), -(s / b) * (a - y)))


fmod: Primitive = Primitive(
    "fmod",
    math.fmod,
    arity=2,
    partials=lambda y, a, b: (1, -_quotient(y, a, b)),
    products=lambda s, y, a, b: (s, whole_product(s, y, a, b, _quotient(y, a, b))),
    domain=lambda a, b: ne(b, 0),
    smooth=lambda a, b: or_(eq(a, 0), ne(fmod(a, b), 0)),
    samples=((-9.0, 9.0), (0.7, 2.0)),
    analytic=later("fmod"),
    absorbs=(1,),
    llvm="@fmod",
)
remainder: Primitive = Primitive(
    "remainder",
    math.remainder,
    arity=2,
    partials=lambda y, a, b: (1, -_quotient(y, a, b)),
    products=lambda s, y, a, b: (s, whole_product(s, y, a, b, _quotient(y, a, b))),
    domain=lambda a, b: ne(b, 0),
    smooth=lambda a, b: ne(2 * abs_(remainder(a, b)), abs_(b)),
    samples=((-9.0, 9.0), (0.7, 2.0)),
    analytic=later("remainder"),
    absorbs=(1,),
    llvm="@remainder",
)
ldexp: Primitive = Primitive(
    "ldexp",
    math.ldexp,
    arity=2,
    partials=lambda y, x, n: (ldexp(1, n), None),
    products=lambda s, y, x, n: (ldexp(s, n), None),
    limit=lambda x, n: math.copysign(math.inf, x),
    samples=((-3.0, 3.0), (-8, 8)),
    integers=(1,),
    analytic=later("ldexp"),
    latex=Form(r"{0} \cdot 2^{{1}}", PRODUCT, (PRODUCT, CONDITIONAL)),
    llvm="@adcli.ldexp",
)
