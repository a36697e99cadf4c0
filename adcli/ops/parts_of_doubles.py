"""Parts of doubles: mantissa and exponent, whole part and fraction, the neighbours.

Invariant: nothing is rounded, and a zero has the sign that C's functions give it.  Mantissa,
exponent and spacing jump at powers of two, the whole part at integers; between, the mantissa and
the fraction have a derivative and the others are constant.

C23, 7.12.6.7 (frexp), 7.12.6.18 (modf), 7.12.11.3 (nextafter).
"""

from __future__ import annotations

import math

from adcli.expr import Expr
from adcli.ops.arithmetic import neg
from adcli.ops.comparisons_logic_and_choice import and_, eq, ne, or_
from adcli.ops.elementary_functions import abs_, ldexp, trunc
from adcli.ops.operation_notation import Spelling
from adcli.ops.primitive import (
    INT,
    ODD,
    Algebra,
    Calculus,
    Domain,
    Native,
    Numerics,
    Overloads,
    Primitive,
    complex_step,
)


def _is_power_of_two(x: float) -> bool:
    return abs(math.frexp(x)[0]) == 0.5


def _exponent(x: float) -> int:
    return math.frexp(x)[1]


def _between_powers(x: Expr) -> Expr:
    return ne(abs_(frexp_mantissa(x)), 0.5)


#: frexp(x)[1], the e in x = m 2^e with 1/2 <= |m| < 1.
frexp_exponent: Primitive = Primitive(
    "frexp_exponent",
    _exponent,
    kind=INT,
    calculus=Calculus(lambda y, x: (0,)),
    domain=Domain(smooth=lambda x: and_(ne(x, 0), _between_powers(x)), samples=((2.1, 3.9),)),
    numerics=Numerics(absorbs=(0,), total=True, exact=True),
    spelling=Spelling(inner=True),
    native=Native("@adcli.frexp_exponent"),
    overloads=Overloads(
        complex=lambda z: _exponent(z.real), puiseux=lambda on, a: on.steps.exponent(a)
    ),
)

#: frexp(x)[0], the m.
frexp_mantissa: Primitive = Primitive(
    "frexp_mantissa",
    lambda x: math.frexp(x)[0],
    calculus=Calculus(
        lambda y, x: (ldexp(1, neg(frexp_exponent(x))),),
        products=lambda s, y, x: (ldexp(s, neg(frexp_exponent(x))),),
    ),
    domain=Domain(smooth=lambda x: and_(ne(x, 0), _between_powers(x)), samples=((2.1, 3.9),)),
    algebra=Algebra(parity=ODD),
    numerics=Numerics(total=True, exact=True),
    spelling=Spelling(inner=True),
    native=Native("@adcli.frexp_mantissa"),
    overloads=Overloads(
        complex=lambda z: complex_step().ldexp(z, -_exponent(z.real)),
        puiseux=lambda on, a: on.arithmetic.scaled(a, math.ldexp(1.0, -on.steps.exponent(a))),
    ),
)

_at_integers = Domain(smooth=lambda x: or_(eq(x, 0), ne(x, trunc(x))), samples=((-3.0, 3.0),))

#: modf(x)[0], the part behind the point, with the sign of x.
modf_fraction = Primitive(
    "modf_fraction",
    lambda x: math.modf(x)[0],
    calculus=Calculus(lambda y, x: (1,)),
    domain=_at_integers,
    algebra=Algebra(parity=ODD),
    numerics=Numerics(absorbs=(0,), total=True, exact=True),
    spelling=Spelling(inner=True),
    native=Native("@adcli.modf_fraction"),
    overloads=Overloads(
        complex=lambda z: complex(math.modf(z.real)[0], z.imag),
        puiseux=lambda on, a: on.arithmetic.subtract(a, float(on.steps.trunc(a))),
    ),
)

#: modf(x)[1], the part in front of the point as a real number, with the sign of x.
modf_whole = Primitive(
    "modf_whole",
    lambda x: math.modf(x)[1],
    calculus=Calculus(lambda y, x: (0,)),
    domain=_at_integers,
    algebra=Algebra(parity=ODD),
    numerics=Numerics(total=True, exact=True),
    spelling=Spelling(inner=True),
    native=Native("@llvm.trunc.f64"),
    overloads=Overloads(
        complex=lambda z: math.modf(z.real)[1],
        puiseux=lambda on, a: math.copysign(on.steps.trunc(a), on.steps.sign(a)),
    ),
)

#: The double next to a in the direction of b, which is as close to a as a double can be.
nextafter = Primitive(
    "nextafter",
    math.nextafter,
    arity=2,
    calculus=Calculus(lambda y, a, b: (1, 0)),
    numerics=Numerics(absorbs=(0, 1), exact=True),
    spelling=Spelling(inner=True),
    native=Native("@nextafter"),
    overloads=Overloads(
        complex=lambda a, b: complex(math.nextafter(a.real, b.real), a.imag),
        puiseux=lambda on, a, b: on.steps.next_after(a, b),
    ),
)

#: The distance from |x| to the next double.
ulp = Primitive(
    "ulp",
    math.ulp,
    calculus=Calculus(lambda y, x: (0,)),
    domain=Domain(smooth=_between_powers),
    numerics=Numerics(total=True, exact=True),
    spelling=Spelling(inner=True),
    native=Native("@adcli.ulp", uses=("@nextafter",)),
    overloads=Overloads(
        complex=lambda z: math.ulp(z.real),
        puiseux=lambda on, a: on.steps.beside(math.ulp, _is_power_of_two, a),
    ),
)
