"""Elementary functions: roots, exponentials, logarithms, circular and hyperbolic functions, and
the piecewise linear ones.

Invariant: a partial is as accurate as the value and overflows only where the derivative does; where
it may underflow though its product with a tangent or an adjoint does not, the row has `products`.
So it is at times not the textbook's first form: 1/(1+x^2) is `1/hypot(1, x)/hypot(1, x)`, since x^2
overflows at 1e154, and 1-x^2 is (1-x)*(1+x) near 1, where that keeps its digits.

At a kink the partials give one documented choice: `abs` and `relu` have 0 at 0; `max` and `min` at
a tie follow the argument that Python returns, the first; the steps `sign`, `floor`, `ceil` and
`trunc` have 0 everywhere.  `sqrt` and `cbrt` at 0 and `hypot` and `atan2` at the origin have no
derivative: their partials divide by zero there, and `adcli.backends.one_sided.kink_findings`
looks to both sides.

Abramowitz & Stegun 4.1 to 4.6; DLMF 4.7, 4.20, 4.24, 4.34, 4.37, 4.38.
"""

from __future__ import annotations

import math

from adcli.expr import Expr, Num, lift
from adcli.ops.comparisons_logic_and_choice import and_, eq, ne, or_, select
from adcli.ops.operation_notation import (
    CONDITIONAL,
    POWER,
    PRODUCT,
    SUM,
    Form,
    Python,
    Spelling,
    around,
    latex_call,
    latex_circular,
    prefix,
)
from adcli.ops.primitive import (
    EVEN,
    IN_LIBRARY,
    INT,
    LEAST,
    NOT_NEGATIVE,
    ODD,
    POSITIVE,
    SAME,
    Algebra,
    Calculus,
    Domain,
    Native,
    Numerics,
    Overloads,
    Primitive,
    VectorForm,
    complex_step,
)

_PI = lift(math.pi)


def _one_less_square(x: Expr) -> Expr:
    """1-x^2 with its digits near 1, and with a derivative that has its digits near 0."""
    return select(abs_(x) < 0.5, 1 - x * x, (1 - x) * (1 + x))


# Roots, exponentials, logarithms.

sqrt = Primitive(
    "sqrt",
    math.sqrt,
    calculus=Calculus(lambda y, x: (1 / (2 * y),)),
    domain=Domain(lambda x: x >= 0, smooth=lambda x: x > 0, samples=((0.01, 100.0),)),
    algebra=Algebra(sign=NOT_NEGATIVE),
    numerics=Numerics(cheap=True),
    spelling=Spelling(trace=prefix("√"), latex=Form(r"\sqrt{{0}}", POWER, (CONDITIONAL,))),
    native=Native("@llvm.sqrt.f64"),
    overloads=Overloads(puiseux=lambda on, a: on.powers.square_root(a)),
)
cbrt = Primitive(
    "cbrt",
    math.cbrt,
    calculus=Calculus(lambda y, x: (1 / (3 * y**2),)),
    domain=Domain(smooth=lambda x: ne(x, 0)),
    algebra=Algebra(parity=ODD),
    numerics=Numerics(total=True),
    spelling=Spelling(trace=prefix("∛"), latex=Form(r"\sqrt[3]{{0}}", POWER, (CONDITIONAL,))),
    native=Native("@cbrt", vector=IN_LIBRARY),
    overloads=Overloads(
        puiseux=lambda on, a: on.powers.cube_root(a),
        complex=lambda z: complex_step().cbrt(z),
    ),
)
_EXPONENTIAL = "vector_exponential.ll"

exp: Primitive = Primitive(
    "exp",
    math.exp,
    calculus=Calculus(lambda y, x: (y,)),
    algebra=Algebra(sign=POSITIVE),
    numerics=Numerics(absorbs=(0,), off_by=LEAST),
    spelling=Spelling(trace=prefix("exp "), latex=Form("e^{{0}}", POWER, (CONDITIONAL,))),
    native=Native("@exp", vector=VectorForm(file=_EXPONENTIAL)),
    overloads=Overloads(tails=(0.0, None), puiseux=lambda on, a: on.powers.exponential(a)),
)
expm1 = Primitive(
    "expm1",
    math.expm1,
    calculus=Calculus(lambda y, x: (exp(x),)),
    numerics=Numerics(absorbs=(0,)),
    spelling=Spelling(trace=prefix("expm1 "), latex=Form("e^{{0}} - 1", SUM, (CONDITIONAL,))),
    native=Native("@expm1", vector=IN_LIBRARY),
    overloads=Overloads(tails=(-1.0, None), complex=lambda z: complex_step().expm1(z)),
)
exp2 = Primitive(
    "exp2",
    math.exp2,
    calculus=Calculus(lambda y, x: (y * log(2),)),
    algebra=Algebra(sign=POSITIVE),
    numerics=Numerics(absorbs=(0,), off_by=LEAST),
    spelling=Spelling(trace=prefix("exp2 "), latex=Form("2^{{0}}", POWER, (CONDITIONAL,))),
    native=Native("@exp2", vector=IN_LIBRARY),
    overloads=Overloads(tails=(0.0, None), complex=lambda z: complex_step().exp2(z)),
)
log: Primitive = Primitive(
    "log",
    math.log,
    calculus=Calculus(lambda y, x: (1 / x,)),
    domain=Domain(
        lambda x: x > 0, limit=lambda x: -math.inf if x == 0 else math.nan, samples=((0.01, 100.0),)
    ),
    algebra=Algebra(base=math.e),
    spelling=Spelling(aliases=("ln",), trace=prefix("ln "), latex=latex_call(r"\ln")),
    native=Native("@log", vector=IN_LIBRARY),
    overloads=Overloads(
        puiseux=lambda on, a: on.powers.logarithm(log, a, a),
        complex=lambda z: complex_step().log(z),
    ),
)
# Not 1/(x*log(10)): that product overflows for the largest x.
log2: Primitive = Primitive(
    "log2",
    math.log2,
    calculus=Calculus(lambda y, x: (1 / log(2) / x,), textbook=lambda y, x: (1 / (x * log(2)),)),
    domain=Domain(
        lambda x: x > 0, limit=lambda x: -math.inf if x == 0 else math.nan, samples=((0.01, 100.0),)
    ),
    algebra=Algebra(base=2),
    spelling=Spelling(trace=prefix("log₂ "), latex=latex_call(r"\log_2")),
    native=Native("@log2", vector=IN_LIBRARY),
    overloads=Overloads(
        puiseux=lambda on, a: on.powers.logarithm(log2, a, a),
        complex=lambda z: complex_step().log2(z),
    ),
)
log10: Primitive = Primitive(
    "log10",
    math.log10,
    calculus=Calculus(lambda y, x: (1 / log(10) / x,), textbook=lambda y, x: (1 / (x * log(10)),)),
    domain=Domain(
        lambda x: x > 0, limit=lambda x: -math.inf if x == 0 else math.nan, samples=((0.01, 100.0),)
    ),
    algebra=Algebra(base=10),
    spelling=Spelling(trace=prefix("log₁₀ "), latex=latex_call(r"\log_{10}")),
    native=Native("@log10", vector=IN_LIBRARY),
    overloads=Overloads(
        puiseux=lambda on, a: on.powers.logarithm(log10, a, a),
        complex=lambda z: complex_step().log10(z),
    ),
)
log1p: Primitive = Primitive(
    "log1p",
    math.log1p,
    calculus=Calculus(lambda y, x: (1 / (1 + x),)),
    domain=Domain(
        lambda x: x > -1,
        limit=lambda x: -math.inf if x == -1 else math.nan,
        samples=((-0.99, 10.0),),
    ),
    spelling=Spelling(
        trace=prefix("log1p "), latex=Form(r"\ln\left(1 + {0}\right)", POWER, (SUM,))
    ),
    native=Native("@log1p", vector=IN_LIBRARY),
    overloads=Overloads(
        puiseux=lambda on, a: on.powers.logarithm(log1p, a, on.arithmetic.add(a, 1.0)),
        complex=lambda z: complex_step().log1p(z),
    ),
)

# Circular functions.

_SINE_AND_COSINE = VectorForm(file="vector_sine_and_cosine.ll", together=("@sin", "@cos"))

sin = Primitive(
    "sin",
    math.sin,
    calculus=Calculus(lambda y, x: (cos(x),)),
    algebra=Algebra(parity=ODD),
    numerics=Numerics(total=True),
    spelling=Spelling(trace=prefix("sin "), latex=latex_circular(r"\sin")),
    native=Native("@sin", vector=_SINE_AND_COSINE),
)
cos: Primitive = Primitive(
    "cos",
    math.cos,
    calculus=Calculus(lambda y, x: (-sin(x),)),
    algebra=Algebra(parity=EVEN),
    numerics=Numerics(total=True),
    spelling=Spelling(trace=prefix("cos "), latex=latex_circular(r"\cos")),
    native=Native("@cos", vector=_SINE_AND_COSINE),
)
tan = Primitive(
    "tan",
    math.tan,
    calculus=Calculus(lambda y, x: (1 + y**2,)),
    algebra=Algebra(parity=ODD),
    numerics=Numerics(total=True),
    spelling=Spelling(trace=prefix("tan "), latex=latex_circular(r"\tan")),
    native=Native("@tan", vector=IN_LIBRARY),
)
asin = Primitive(
    "asin",
    math.asin,
    calculus=Calculus(
        lambda y, x: (1 / sqrt(_one_less_square(x)),), textbook=lambda y, x: (1 / sqrt(1 - x**2),)
    ),
    domain=Domain(
        lambda x: and_(x >= -1, x <= 1),
        smooth=lambda x: and_(x > -1, x < 1),
        needs="an argument between -1 and 1",
        samples=((-0.99, 0.99),),
    ),
    algebra=Algebra(parity=ODD),
    spelling=Spelling(yielding=("arcsin",), trace=prefix("asin "), latex=latex_call(r"\arcsin")),
    native=Native("@asin", vector=IN_LIBRARY),
)
acos = Primitive(
    "acos",
    math.acos,
    calculus=Calculus(
        lambda y, x: (-1 / sqrt(_one_less_square(x)),), textbook=lambda y, x: (-1 / sqrt(1 - x**2),)
    ),
    domain=Domain(
        lambda x: and_(x >= -1, x <= 1),
        smooth=lambda x: and_(x > -1, x < 1),
        needs="an argument between -1 and 1",
        samples=((-0.99, 0.99),),
    ),
    spelling=Spelling(yielding=("arccos",), trace=prefix("acos "), latex=latex_call(r"\arccos")),
    native=Native("@acos", vector=IN_LIBRARY),
)
atan: Primitive = Primitive(
    "atan",
    math.atan,
    calculus=Calculus(
        lambda y, x: (1 / hypot(1, x) / hypot(1, x),),
        products=lambda s, y, x: (s / hypot(1, x) / hypot(1, x),),
        textbook=lambda y, x: (1 / (1 + x**2),),
    ),
    algebra=Algebra(parity=ODD),
    numerics=Numerics(absorbs=(0,), total=True),
    spelling=Spelling(yielding=("arctan",), trace=prefix("atan "), latex=latex_call(r"\arctan")),
    native=Native("@atan", vector=IN_LIBRARY),
    overloads=Overloads(
        tails=(
            lambda on, a: on.far_angle(atan, -math.pi / 2, a),
            lambda on, a: on.far_angle(atan, math.pi / 2, a),
        )
    ),
)


def _square(a: Expr) -> Expr:
    """a^2, of a small number as a number."""
    if isinstance(a, Num) and 0 <= a.value < 100 and a.value % 1 == 0:
        return Num(a.value**2)
    return a**2


def _shared(s: Expr, a: Expr, h: Expr) -> Expr:
    """s*(a/h) for |a| <= h; where a/h is close to underflow, the smaller of a and 1/h meets s
    first."""
    tiny = select(abs_(a) < 1 / h, s * a / h, s / h * a)
    return select(abs_(a) < 2.0**-500 * h, tiny, s * (a / h))


hypot: Primitive = Primitive(
    "hypot",
    math.hypot,
    arity=2,
    calculus=Calculus(
        lambda y, a, b: (a / y, b / y),
        products=lambda s, y, a, b: (_shared(s, a, y), _shared(s, b, y)),
    ),
    domain=Domain(smooth=lambda a, b: or_(ne(a, 0), ne(b, 0))),
    algebra=Algebra(sign=NOT_NEGATIVE),
    spelling=Spelling(expanded=lambda a, b: sqrt(_square(a) + _square(b))),
    native=Native("@hypot", vector=IN_LIBRARY, own_bits=True),
    overloads=Overloads(
        puiseux=lambda on, a, b: on.powers.hypot(a, b),
        complex=lambda a, b: complex_step().hypot(a, b),
    ),
)
# The angle jumps by 2*pi across the negative half axis.
atan2: Primitive = Primitive(
    "atan2",
    math.atan2,
    arity=2,
    calculus=Calculus(
        lambda y, a, b: (b / hypot(a, b) / hypot(a, b), -a / hypot(a, b) / hypot(a, b)),
        products=lambda s, y, a, b: (
            _shared(s, b, hypot(a, b)) / hypot(a, b),
            -(_shared(s, a, hypot(a, b)) / hypot(a, b)),
        ),
        textbook=lambda y, a, b: (b / (a**2 + b**2), -a / (a**2 + b**2)),
    ),
    domain=Domain(smooth=lambda a, b: or_(ne(a, 0), b > 0)),
    algebra=Algebra(signed=(0, 1)),
    numerics=Numerics(absorbs=(0, 1), total=True),
    spelling=Spelling(yielding=("arctan2",)),
    native=Native("@atan2", vector=IN_LIBRARY),
    overloads=Overloads(
        puiseux=lambda on, a, b: on.functions.atan2(a, b),
        complex=lambda a, b: complex_step().atan2(a, b),
    ),
)
radians = Primitive(
    "radians",
    math.radians,
    calculus=Calculus(lambda y, x: (_PI / 180,)),
    numerics=Numerics(total=True),
    spelling=Spelling(latex=Form(r"\frac{\pi}{180} \cdot {0}", PRODUCT, (PRODUCT,))),
    native=Native("@adcli.radians"),
    overloads=Overloads(complex=lambda z: complex_step().radians(z)),
)
degrees = Primitive(
    "degrees",
    math.degrees,
    calculus=Calculus(lambda y, x: (180 / _PI,)),
    spelling=Spelling(latex=Form(r"\frac{180}{\pi} \cdot {0}", PRODUCT, (PRODUCT,))),
    native=Native("@adcli.degrees"),
    overloads=Overloads(complex=lambda z: complex_step().degrees(z)),
)

# Hyperbolic functions.


def _sech(x: float) -> float:
    """1/cosh(x) in a form that nothing overflows in: 2*t/(1 + t^2) with t = e^-|x|."""
    t = math.exp(-abs(x))
    return 2 * t / (1 + t * t)


#: tanh |x| = e/(e + 2) for e = expm1(2|x|), in half of the time that the library takes: the error
#: is at most that of expm1 and two roundings more.  From 20 on, tanh is 1.
_TANH = """\
define internal <{n} x double> @{form}(<{n} x double> %x) #0 {{
  %size = call <{n} x double> @llvm.fabs.v{n}f64(<{n} x double> %x)
  %far = fcmp oge <{n} x double> %size, splat (double 20.0)
  %least = select <{n} x i1> %far, <{n} x double> splat (double 20.0), <{n} x double> %size
  %twice = fadd <{n} x double> %least, %least
  %e = call <{n} x double> @{inner}(<{n} x double> %twice)
  %below = fadd <{n} x double> %e, splat (double 2.0)
  %ratio = fdiv <{n} x double> %e, %below
  %signed = call <{n} x double> @llvm.copysign.v{n}f64(<{n} x double> %ratio, <{n} x double> %x)
  ret <{n} x double> %signed
}}"""

sinh = Primitive(
    "sinh",
    math.sinh,
    calculus=Calculus(lambda y, x: (cosh(x),)),
    domain=Domain(limit=lambda x: math.copysign(math.inf, x)),
    algebra=Algebra(parity=ODD),
    spelling=Spelling(trace=prefix("sinh "), latex=latex_circular(r"\sinh")),
    native=Native("@sinh", vector=IN_LIBRARY),
)
cosh: Primitive = Primitive(
    "cosh",
    math.cosh,
    calculus=Calculus(lambda y, x: (sinh(x),)),
    algebra=Algebra(sign=POSITIVE, parity=EVEN),
    spelling=Spelling(trace=prefix("cosh "), latex=latex_circular(r"\cosh")),
    native=Native("@cosh", vector=IN_LIBRARY),
)
tanh = Primitive(
    "tanh",
    math.tanh,
    calculus=Calculus(
        lambda y, x: (sech(x) ** 2,),
        products=lambda s, y, x: (select(abs_(x) < 300, s * sech(x) ** 2, s * sech(x) * sech(x)),),
        textbook=lambda y, x: (1 - y**2,),
    ),
    algebra=Algebra(parity=ODD),
    numerics=Numerics(absorbs=(0,), total=True),
    spelling=Spelling(trace=prefix("tanh "), latex=latex_circular(r"\tanh")),
    native=Native("@tanh", vector=VectorForm("expm1", _TANH, file=_EXPONENTIAL)),
    overloads=Overloads(tails=(-1.0, 1.0)),
)
sech: Primitive = Primitive(
    "sech",
    _sech,
    calculus=Calculus(lambda y, x: (-y * tanh(x),)),
    algebra=Algebra(sign=POSITIVE, parity=EVEN),
    numerics=Numerics(absorbs=(0,), total=True, off_by=LEAST),
    spelling=Spelling(trace=prefix("sech "), latex=latex_circular(r"\operatorname{sech}")),
    python=Python(definition="def sech(x):\n    return 1 / cosh(x)\n"),
    native=Native("@adcli.sech", uses=("@exp",)),
    overloads=Overloads(tails=(0.0, 0.0), complex=lambda z: complex_step().sech(z)),
)
asinh = Primitive(
    "asinh",
    math.asinh,
    calculus=Calculus(lambda y, x: (1 / hypot(1, x),), textbook=lambda y, x: (1 / sqrt(1 + x**2),)),
    algebra=Algebra(parity=ODD),
    numerics=Numerics(total=True),
    spelling=Spelling(
        yielding=("arcsinh",),
        trace=prefix("asinh "),
        latex=latex_call(r"\operatorname{arsinh}"),
    ),
    native=Native("@asinh", vector=IN_LIBRARY),
)
acosh = Primitive(
    "acosh",
    math.acosh,
    calculus=Calculus(
        lambda y, x: (1 / (sqrt(x - 1) * sqrt(x + 1)),), textbook=lambda y, x: (1 / sqrt(x**2 - 1),)
    ),
    domain=Domain(lambda x: x >= 1, smooth=lambda x: x > 1, samples=((1.01, 100.0),)),
    spelling=Spelling(
        yielding=("arccosh",),
        trace=prefix("acosh "),
        latex=latex_call(r"\operatorname{arcosh}"),
    ),
    native=Native("@acosh", vector=IN_LIBRARY),
)
atanh = Primitive(
    "atanh",
    math.atanh,
    calculus=Calculus(
        lambda y, x: (1 / _one_less_square(x),), textbook=lambda y, x: (1 / (1 - x**2),)
    ),
    domain=Domain(
        lambda x: and_(x > -1, x < 1),
        needs="an argument between -1 and 1, and neither of them",
        limit=lambda x: math.copysign(math.inf, x) if abs(x) == 1 else math.nan,
        samples=((-0.99, 0.99),),
    ),
    algebra=Algebra(parity=ODD),
    spelling=Spelling(
        yielding=("arctanh",),
        trace=prefix("atanh "),
        latex=latex_call(r"\operatorname{artanh}"),
    ),
    native=Native("@atanh", vector=IN_LIBRARY),
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
    calculus=Calculus(lambda y, x: (y * sigmoid(-x),)),
    algebra=Algebra(sign=POSITIVE),
    numerics=Numerics(absorbs=(0,), total=True, off_by=LEAST),
    spelling=Spelling(yielding=("expit",)),
    python=Python(
        definition="def sigmoid(x):\n    return 1 / (1 + exp(-x)) if x >= 0 else 1 - sigmoid(-x)\n"
    ),
    native=Native("@adcli.sigmoid", uses=("@exp",)),
    overloads=Overloads(tails=(0.0, 1.0), complex=lambda z: complex_step().sigmoid(z)),
)
softplus = Primitive(
    "softplus",
    _softplus,
    calculus=Calculus(lambda y, x: (sigmoid(x),)),
    algebra=Algebra(sign=POSITIVE),
    numerics=Numerics(absorbs=(0,), total=True),
    python=Python(definition="def softplus(x):\n    return max(x, 0.0) + log1p(exp(-abs(x)))\n"),
    native=Native("@adcli.softplus", uses=("@exp", "@log1p")),
    overloads=Overloads(
        tails=(0.0, lambda on, a: a),
        complex=lambda z: complex_step().softplus(z),
    ),
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
    kind=SAME,
    calculus=Calculus(lambda y, x: (sign(x),)),
    domain=Domain(smooth=lambda x: ne(x, 0)),
    algebra=Algebra(sign=NOT_NEGATIVE, parity=EVEN),
    numerics=Numerics(total=True, exact=True, cheap=True),
    spelling=Spelling(
        aliases=("fabs",), trace=around("|", "|"), latex=around(r"\left|", r"\right|")
    ),
    native=Native("@llvm.fabs.f64", integer="@adcli.abs.int"),
    overloads=Overloads(
        puiseux=lambda on, a: on.arithmetic.magnitude(a), complex=lambda z: complex_step().abs_(z)
    ),
)
sign: Primitive = Primitive(
    "sign",
    _sign,
    calculus=Calculus(lambda y, x: (0,)),
    domain=Domain(smooth=lambda x: ne(x, 0)),
    algebra=Algebra(parity=ODD),
    numerics=Numerics(absorbs=(0,), total=True, exact=True, cheap=True),
    spelling=Spelling(trace=prefix("sign "), latex=latex_call(r"\operatorname{sgn}")),
    python=Python(definition="def sign(x):\n    return 1.0 if x > 0 else -1.0 if x < 0 else 0.0\n"),
    native=Native("@adcli.sign"),
    overloads=Overloads(
        puiseux=lambda on, a: on.steps.sign(a),
        complex=lambda z: complex_step().sign(z),
    ),
)
copysign: Primitive = Primitive(
    "copysign",
    math.copysign,
    arity=2,
    calculus=Calculus(lambda y, a, b: (sign(a) * copysign(1, b), 0)),
    domain=Domain(smooth=lambda a, b: and_(ne(a, 0), ne(b, 0))),
    algebra=Algebra(signed=(1,)),
    numerics=Numerics(absorbs=(1,), total=True, exact=True),
    native=Native("@llvm.copysign.f64"),
    overloads=Overloads(
        puiseux=lambda on, a, b: on.steps.copysign(a, b),
        complex=lambda a, b: complex_step().copysign(a, b),
    ),
)
relu = Primitive(
    "relu",
    _relu,
    calculus=Calculus(lambda y, x: (select(x > 0, 1, 0),)),
    domain=Domain(smooth=lambda x: ne(x, 0)),
    algebra=Algebra(sign=NOT_NEGATIVE),
    numerics=Numerics(absorbs=(0,), total=True, exact=True, cheap=True),
    python=Python(definition="def relu(x):\n    return max(x, 0.0)\n"),
    native=Native("@adcli.relu"),
    overloads=Overloads(
        puiseux=lambda on, a: a if on.arithmetic.sign(a) > 0 else 0.0,
        complex=lambda z: complex_step().relu(z),
    ),
)
max_ = Primitive(
    "max",
    max,
    arity=2,
    kind=SAME,
    calculus=Calculus(lambda y, a, b: (select(b > a, 0, 1), select(b > a, 1, 0))),
    domain=Domain(smooth=lambda a, b: ne(a, b)),
    numerics=Numerics(absorbs=(0, 1), total=True, exact=True, cheap=True),
    spelling=Spelling(latex=latex_call(r"\max", 2)),
    native=Native("@adcli.max", integer="@adcli.max.int"),
    overloads=Overloads(
        puiseux=lambda on, a, b: b if on.arithmetic.compare(b, a)[1] > 0 else a,
        complex=lambda a, b: complex_step().max_(a, b),
    ),
)
min_ = Primitive(
    "min",
    min,
    arity=2,
    kind=SAME,
    calculus=Calculus(lambda y, a, b: (select(b < a, 0, 1), select(b < a, 1, 0))),
    domain=Domain(smooth=lambda a, b: ne(a, b)),
    numerics=Numerics(absorbs=(0, 1), total=True, exact=True, cheap=True),
    spelling=Spelling(latex=latex_call(r"\min", 2)),
    native=Native("@adcli.min", integer="@adcli.min.int"),
    overloads=Overloads(
        puiseux=lambda on, a, b: b if on.arithmetic.compare(b, a)[1] < 0 else a,
        complex=lambda a, b: complex_step().min_(a, b),
    ),
)
floor: Primitive = Primitive(
    "floor",
    math.floor,
    kind=INT,
    calculus=Calculus(lambda y, x: (0,)),
    domain=Domain(smooth=lambda x: ne(x, floor(x)), limit=lambda x: x),
    numerics=Numerics(total=True, exact=True),
    spelling=Spelling(trace=around("⌊", "⌋"), latex=around(r"\left\lfloor ", r" \right\rfloor")),
    native=Native("@llvm.floor.f64"),
    overloads=Overloads(
        puiseux=lambda on, a: on.steps.floor(a), complex=lambda z: complex_step().floor(z)
    ),
)
ceil = Primitive(
    "ceil",
    math.ceil,
    kind=INT,
    calculus=Calculus(lambda y, x: (0,)),
    domain=Domain(smooth=lambda x: ne(x, floor(x)), limit=lambda x: x),
    numerics=Numerics(total=True, exact=True),
    spelling=Spelling(trace=around("⌈", "⌉"), latex=around(r"\left\lceil ", r" \right\rceil")),
    native=Native("@llvm.ceil.f64"),
    overloads=Overloads(
        puiseux=lambda on, a: on.steps.ceil(a),
        complex=lambda z: complex_step().ceil(z),
    ),
)
trunc: Primitive = Primitive(
    "trunc",
    math.trunc,
    kind=INT,
    calculus=Calculus(lambda y, x: (0,)),
    domain=Domain(smooth=lambda x: or_(eq(x, 0), ne(x, trunc(x))), limit=lambda x: x),
    numerics=Numerics(total=True, exact=True),
    native=Native("@llvm.trunc.f64"),
    overloads=Overloads(
        puiseux=lambda on, a: on.steps.trunc(a), complex=lambda z: complex_step().trunc(z)
    ),
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
    calculus=Calculus(
        lambda y, a, b: (1, -_quotient(y, a, b)),
        products=lambda s, y, a, b: (s, whole_product(s, y, a, b, _quotient(y, a, b))),
    ),
    domain=Domain(
        lambda a, b: ne(b, 0),
        smooth=lambda a, b: or_(eq(a, 0), ne(fmod(a, b), 0)),
        samples=((-9.0, 9.0), (0.7, 2.0)),
    ),
    numerics=Numerics(absorbs=(1,), exact=True),
    native=Native("@fmod"),
    overloads=Overloads(
        puiseux=lambda on, a, b: on.steps.fmod(a, b),
        complex=lambda a, b: complex_step().fmod(a, b),
    ),
)
remainder: Primitive = Primitive(
    "remainder",
    math.remainder,
    arity=2,
    calculus=Calculus(
        lambda y, a, b: (1, -_quotient(y, a, b)),
        products=lambda s, y, a, b: (s, whole_product(s, y, a, b, _quotient(y, a, b))),
    ),
    domain=Domain(
        lambda a, b: ne(b, 0),
        smooth=lambda a, b: ne(2 * abs_(remainder(a, b)), abs_(b)),
        samples=((-9.0, 9.0), (0.7, 2.0)),
    ),
    numerics=Numerics(absorbs=(1,), exact=True),
    native=Native("@remainder"),
    overloads=Overloads(
        puiseux=lambda on, a, b: on.steps.remainder(a, b),
        complex=lambda a, b: complex_step().remainder(a, b),
    ),
)
ldexp: Primitive = Primitive(
    "ldexp",
    math.ldexp,
    arity=2,
    integers=(1,),
    calculus=Calculus(
        lambda y, x, n: (ldexp(1, n), None), products=lambda s, y, x, n: (ldexp(s, n), None)
    ),
    domain=Domain(limit=lambda x, n: math.copysign(math.inf, x), samples=((-3.0, 3.0), (-8, 8))),
    spelling=Spelling(latex=Form(r"{0} \cdot 2^{{1}}", PRODUCT, (PRODUCT, CONDITIONAL))),
    native=Native("@adcli.ldexp"),
    overloads=Overloads(
        puiseux=lambda on, a, n: on.arithmetic.scaled(a, math.ldexp(1.0, n)),
        complex=lambda z, n: complex_step().ldexp(z, n),
    ),
)
