"""Arithmetic: sums, products, quotients, powers and what keeps integers whole.

Integers are Python's own.  They are bounded only so that a short program cannot fill the memory:
beyond `INTEGER_BITS` an operation overflows.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

from adcli.expr import Expr
from adcli.ops.comparisons_logic_and_choice import and_, eq, ne, or_, select
from adcli.ops.elementary_functions import abs_, floor, log, whole_product
from adcli.ops.operation_notation import (
    ATOM,
    COMPARE,
    CONDITIONAL,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    Form,
    Python,
    Spelling,
    call,
    infix,
    prefix,
)
from adcli.ops.primitive import (
    IN_LIBRARY,
    LEAST,
    SAME,
    Algebra,
    Calculus,
    Domain,
    Native,
    Numerics,
    Overloads,
    Primitive,
    Raises,
    complex_step,
)

#: Enough for every integer that converts to a double, four times over.
INTEGER_BITS = 4096

#: Powers that are smaller may have lost digits.
_SMALL = 1e-290


def bounded(value: Any) -> Any:
    """A number as it is, an integer only within bounds."""
    if isinstance(value, int) and value.bit_length() > INTEGER_BITS:
        raise OverflowError("integer")
    return value


def multiply(a: Any, b: Any) -> Any:
    """a*b; integers within bounds."""
    return bounded(a * b)


def power(a: Any, b: Any) -> Any:
    """a**b: of integers with b >= 0 an integer, else the C library's pow."""
    if isinstance(a, int) and isinstance(b, int):
        if b < 0:
            raise ValueError("negative exponent")
        if b * (a.bit_length() - 1) > INTEGER_BITS:
            raise OverflowError("integer")
        return bounded(a**b)
    return math.pow(a, b)


def _power_limit(a: float, b: float) -> float:
    odd = b == math.floor(b) and b % 2 == 1
    if a == 0:
        return math.copysign(math.inf, a) if odd else math.inf
    if b != math.floor(b) or (isinstance(a, int) and isinstance(b, int) and b < 0):
        return math.nan
    return -math.inf if a < 0 and odd else math.inf


def _power_partials(y: Expr, a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """b*a^(b-1), which is 0 at a = b = 0 too; and y*ln(a), which is 0 at a = 0 < b.

    b-1 is exact from b = 1/2 on.  Below, its rounding costs |ln(a)|/2 ulp; b*y/a would not, but it
    has no value at a = 0 and none where y underflows: `_power_products` takes it elsewhere.
    """
    by_base = select(and_(eq(a, 0), eq(b, 0)), 0, b * a ** (b - 1))
    by_exponent = select(and_(eq(a, 0), b > 0), 0, y * log(a))
    return by_base, by_exponent


def _power_products(s: Expr, y: Expr, a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """By the base with b*y/a below b = 1: for negative b a^(b-1) may underflow, and overflow, where
    its product with s does not.  At a = 0 it is infinite there."""
    below_one = s * select(ne(a, 0), y / a, 1 / a) * b
    by_base = select(b < 1, below_one, s * (b * a ** (b - 1)))
    by_base = select(and_(eq(a, 0), eq(b, 0)), 0, by_base)
    by_base = select(b < 0, s / a * (b * y), by_base)
    return by_base, select(and_(eq(a, 0), b > 0), 0, s * y * log(a))


def _power_series(s: Expr, y: Expr, a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """The same with b*y/a wherever that has all its digits."""
    by_base, by_exponent = _power_products(s, y, a, b)
    has_digits = and_(abs_(y) > _SMALL, abs_(y) < math.inf)
    return select(and_(ne(a, 0), has_digits), s / a * (b * y), by_base), by_exponent


def _power_fault(values: Sequence[Any]) -> tuple[str, str] | None:
    if all([isinstance(v, int) for v in values]):
        return "{}: an integer to a negative power", "write a real base, such as 2.0 for 2"
    if isinstance(values[0], float) and values[0] < 0 and values[1] == 1 / 3:
        return "^ is not defined here: {}", "write cbrt(x) for the cube root of a negative number"
    return None


def _division_by_zero(values: Sequence[Any]) -> tuple[str, str] | None:
    return ("division by zero: {}", "") if values[1] == 0 else None


def _no_quotient(values: Sequence[Any]) -> tuple[str, str] | None:
    if values[0] == 0 == values[1]:
        hint = "/ needs a divisor that is not 0; adcli plot shows whether there is a limit"
        return "division by zero: {}", hint
    return _division_by_zero(values)


#: Of a negative base to a fraction Python makes a complex number, of an integer to a negative power
#: a real one.
_POWER_RAISES: tuple[Raises, ...] = ((ZeroDivisionError, lambda a, b: eq(a, 0)), (None, None))

_DIVISION_RAISES: tuple[Raises, ...] = (
    (ZeroDivisionError, lambda a, b: eq(b, 0)),
    (ValueError, None),
)


def _quotient_limit(a: float, b: float) -> float:
    if a == 0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


add = Primitive(
    "add",
    operator.add,
    arity=2,
    kind=SAME,
    calculus=Calculus(lambda y, a, b: (1, 1)),
    numerics=Numerics(total=True, cheap=True),
    spelling=Spelling(operator="+", text=infix("+", SUM), latex=Form("{0} + {1}", SUM, (SUM, SUM))),
    python=Python(
        form=infix("+", SUM), integer=call("iadd", 2), calls={"iadd": lambda a, b: bounded(a + b)}
    ),
    native=Native("fadd", integer="@llvm.sadd.with.overflow.i64"),
    overloads=Overloads(puiseux=lambda on, a, b: on.arithmetic.add(a, b), complex=operator.add),
)
sub = Primitive(
    "sub",
    operator.sub,
    arity=2,
    kind=SAME,
    calculus=Calculus(lambda y, a, b: (1, -1)),
    numerics=Numerics(total=True, cheap=True),
    spelling=Spelling(
        operator="-", text=infix("-", SUM), trace=infix("−", SUM), latex=infix("-", SUM)
    ),
    python=Python(
        form=infix("-", SUM), integer=call("isub", 2), calls={"isub": lambda a, b: bounded(a - b)}
    ),
    native=Native("fsub", integer="@llvm.ssub.with.overflow.i64"),
    overloads=Overloads(
        puiseux=lambda on, a, b: on.arithmetic.subtract(a, b), complex=operator.sub
    ),
)
mul = Primitive(
    "mul",
    multiply,
    arity=2,
    kind=SAME,
    calculus=Calculus(lambda y, a, b: (b, a)),
    numerics=Numerics(total=True, off_by=LEAST, cheap=True),
    spelling=Spelling(
        operator="*",
        text=infix("*", PRODUCT, ""),
        trace=infix("×", PRODUCT),
        latex=Form("{0} {1}", PRODUCT, (PRODUCT, PRODUCT)),
    ),
    python=Python(form=infix("*", PRODUCT), integer=call("imul", 2), calls={"imul": multiply}),
    native=Native("fmul", integer="@llvm.smul.with.overflow.i64"),
    overloads=Overloads(
        puiseux=lambda on, a, b: on.arithmetic.multiply(a, b), complex=operator.mul
    ),
)
div = Primitive(
    "div",
    operator.truediv,
    arity=2,
    calculus=Calculus(
        lambda y, a, b: (1 / b, -y / b), products=lambda s, y, a, b: (s / b, -(s / b * y))
    ),
    domain=Domain(
        lambda a, b: ne(b, 0),
        needs="a divisor that is not 0",
        fault=_no_quotient,
        raises=_DIVISION_RAISES,
        limit=_quotient_limit,
        samples=((-3.0, 3.0), (0.25, 4.0)),
    ),
    numerics=Numerics(absorbs=(1,), off_by=LEAST, cheap=True),
    spelling=Spelling(
        operator="/",
        text=infix("/", PRODUCT, ""),
        trace=infix("/", PRODUCT),
        latex=Form(r"\frac{{0}}{{1}}", POWER, (CONDITIONAL, CONDITIONAL)),
    ),
    python=Python(form=infix("/", PRODUCT)),
    native=Native("fdiv"),
    overloads=Overloads(
        puiseux=lambda on, a, b: on.arithmetic.divide(a, b), complex=operator.truediv
    ),
)
neg = Primitive(
    "neg",
    operator.neg,
    kind=SAME,
    calculus=Calculus(lambda y, a: (-1,)),
    numerics=Numerics(total=True, exact=True, cheap=True),
    spelling=Spelling(
        operator="neg",
        text=prefix("-", SIGN, SIGN),
        trace=prefix("−", SIGN, SIGN),
        latex=prefix("-", SIGN, PRODUCT),
    ),
    python=Python(form=prefix("-", SIGN, SIGN)),
    native=Native("fneg", integer="@adcli.neg.int"),
    overloads=Overloads(puiseux=lambda on, a: on.arithmetic.negate(a), complex=operator.neg),
)
pow_ = Primitive(
    "pow",
    power,
    arity=2,
    kind=SAME,
    calculus=Calculus(
        _power_partials,
        products=_power_products,
        series=_power_series,
        rules=("power rule", "derivative of an exponential"),
        textbook=lambda y, a, b: (b * a ** (b - 1), y * log(a)),
    ),
    domain=Domain(
        lambda a, b: or_(or_(a > 0, and_(eq(a, 0), b >= 0)), and_(ne(a, 0), eq(b, floor(b)))),
        fault=_power_fault,
        raises=_POWER_RAISES,
        needs="a positive base, 0 to a power that is not negative, or an integer exponent",
        limit=_power_limit,
        samples=((0.25, 4.0), (-2.0, 2.0)),
    ),
    algebra=Algebra(folds=True),
    numerics=Numerics(absorbs=(0, 1), off_by=LEAST),
    spelling=Spelling(
        aliases=("pow",),
        operator="**",
        text=Form("{0}^{1}", POWER, (POWER + 1, POWER)),
        latex=Form("{0}^{{1}}", POWER, (ATOM, CONDITIONAL)),
    ),
    python=Python(integer=call("ipow", 2), calls={"pow": math.pow, "ipow": power}),
    native=Native("@pow", integer="@adcli.pow.int", vector=IN_LIBRARY, literal=True),
    overloads=Overloads(
        puiseux=lambda on, a, b: on.powers.power(a, b),
        complex=lambda a, b: complex_step().power(a, b),
    ),
)
floordiv = Primitive(
    "floordiv",
    operator.floordiv,
    arity=2,
    kind=SAME,
    calculus=Calculus(lambda y, a, b: (0, 0)),
    domain=Domain(
        lambda a, b: ne(b, 0),
        needs="a divisor that is not 0",
        fault=_division_by_zero,
        raises=_DIVISION_RAISES,
        smooth=lambda a, b: ne(mod(a, b), 0),
        limit=_quotient_limit,
        samples=((-9.0, 9.0), (0.7, 2.0)),
    ),
    numerics=Numerics(absorbs=(1,)),
    spelling=Spelling(
        operator="//",
        text=infix("//", PRODUCT),
        latex=Form(r"\left\lfloor \frac{{0}}{{1}} \right\rfloor", ATOM, (CONDITIONAL, CONDITIONAL)),
    ),
    python=Python(form=infix("//", PRODUCT)),
    native=Native("@adcli.floordiv", integer="@adcli.floordiv.int"),
    overloads=Overloads(
        puiseux=lambda on, a, b: on.steps.floordiv(a, b),
        complex=lambda a, b: complex_step().floordiv(a, b),
    ),
)
mod: Primitive = Primitive(
    "mod",
    operator.mod,
    arity=2,
    kind=SAME,
    calculus=Calculus(
        lambda y, a, b: (1, -floordiv(a, b)),
        products=lambda s, y, a, b: (s, whole_product(s, y, a, b, floordiv(a, b))),
    ),
    domain=Domain(
        lambda a, b: ne(b, 0),
        needs="a divisor that is not 0",
        fault=_division_by_zero,
        raises=_DIVISION_RAISES,
        smooth=lambda a, b: ne(mod(a, b), 0),
        samples=((-9.0, 9.0), (0.7, 2.0)),
    ),
    numerics=Numerics(absorbs=(1,)),
    spelling=Spelling(
        operator="%",
        text=infix("%", PRODUCT),
        latex=Form(r"{0} \bmod {1}", COMPARE, (POWER, POWER)),
    ),
    python=Python(form=infix("%", PRODUCT)),
    native=Native("@adcli.mod", integer="@adcli.mod.int"),
    overloads=Overloads(
        puiseux=lambda on, a, b: on.steps.mod(a, b),
        complex=lambda a, b: complex_step().mod(a, b),
    ),
)


#: Python's `^`, of integers only.
xor = Primitive(
    "xor",
    operator.xor,
    arity=2,
    kind=SAME,
    integers=(0, 1),
    calculus=Calculus(lambda y, a, b: (None, None)),
    domain=Domain(samples=((-99, 99), (-99, 99))),
    spelling=Spelling(
        inner=True, operator="^", latex=Form(r"{0} \oplus {1}", SUM, (PRODUCT, PRODUCT))
    ),
    python=Python(form=Form("{0} ^ {1}", COMPARE, (SUM, SUM))),
    native=Native(integer="xor"),
)


def _exactly(a: Any) -> float:
    """float(a); an integer that no double equals would change what the program means."""
    value = float(a)
    if value != a and isinstance(a, int):
        raise OverflowError("integer")
    return value


#: An integer as a real number, exactly.
real = Primitive(
    "real",
    _exactly,
    calculus=Calculus(lambda y, a: (1,)),
    numerics=Numerics(total=True, exact=True, cheap=True),
    spelling=Spelling(inner=True, latex=Form("{0}", ATOM, (ATOM,))),
    native=Native("@adcli.real"),
    overloads=Overloads(puiseux=lambda on, a: on.conditions.real(a), complex=operator.pos),
)

#: Python's float(n): the double that is nearest to an integer, of two the even one.
nearest_real = Primitive(
    "nearest_real",
    float,
    integers=(0,),
    calculus=Calculus(lambda y, n: (None,)),
    domain=Domain(samples=((-9999, 9999),)),
    numerics=Numerics(total=True, cheap=True),
    spelling=Spelling(inner=True, latex=Form("{0}", ATOM, (ATOM,))),
    native=Native("@adcli.nearest_real"),
)
