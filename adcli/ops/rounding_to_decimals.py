"""Rounding as CPython's `round` does it: to the nearest number with so many decimals, and from
halfway to the even one.

Invariant: what is rounded is the exact value of a double, not the decimals that are shown for it:
`round(2.675, 2)` is 2.67.  So a double is a tie, which is where the result jumps, only if it is
exactly halfway; that is what `halfway` tells.
"""

from __future__ import annotations

import math

from adcli.ops.arithmetic import INTEGER_BITS, bounded
from adcli.ops.comparisons_logic_and_choice import ne, not_
from adcli.ops.elementary_functions import floor
from adcli.ops.operation_notation import ATOM, CONDITIONAL, Form, Spelling
from adcli.ops.primitive import (
    BOOL,
    INT,
    SAME,
    Calculus,
    Domain,
    Native,
    Numerics,
    Overloads,
    Primitive,
)

#: Doubles have at most so many decimals, and so many digits in front of the point.
_DECIMALS, _WHOLE = 1074, 309

#: Integers have fewer decimal digits.
_DIGITS = INTEGER_BITS // 3


def _is_halfway(x: float, n: int) -> bool:
    """Whether 2 x 10^n is an odd integer."""
    if not math.isfinite(x) or not -_WHOLE <= n <= _DECIMALS:
        return False
    above, below = x.as_integer_ratio()
    scale: int = 10 ** abs(n)
    above, below = (2 * above * scale, below) if n >= 0 else (2 * above, below * scale)
    quotient, rest = divmod(above, below)
    return rest == 0 and quotient % 2 == 1


halfway: Primitive = Primitive(
    "halfway",
    _is_halfway,
    arity=2,
    kind=BOOL,
    integers=(1,),
    domain=Domain(samples=((-3.0, 3.0), (-2, 3))),
    numerics=Numerics(absorbs=(0,), total=True),
    spelling=Spelling(inner=True),
    overloads=Overloads(
        complex=lambda z, n: _is_halfway(z.real, n),
        puiseux=lambda on, a, n: on.conditions.at_single_points(lambda x: _is_halfway(x, n), a),
    ),
)

#: round(x), an integer.
round_ = Primitive(
    "round",
    round,
    kind=INT,
    calculus=Calculus(lambda y, x: (0,)),
    domain=Domain(smooth=lambda x: ne(x - floor(x), 0.5), limit=lambda x: x),
    numerics=Numerics(total=True, exact=True),
    spelling=Spelling(inner=True),
    native=Native("@llvm.rint.f64"),
    overloads=Overloads(
        complex=lambda z: round(z.real),
        puiseux=lambda on, a: on.steps.beside(round, lambda x: _is_halfway(x, 0), a),
    ),
)

#: round(x, n) of a real number.
round_decimals = Primitive(
    "round_decimals",
    lambda x, n: round(float(x), n),
    arity=2,
    integers=(1,),
    calculus=Calculus(lambda y, x, n: (0, None)),
    domain=Domain(smooth=lambda x, n: not_(halfway(x, n)), samples=((-3.0, 3.0), (-2, 3))),
    spelling=Spelling(inner=True, text=Form("round({0}, {1})", ATOM, (CONDITIONAL, CONDITIONAL))),
    overloads=Overloads(
        complex=lambda z, n: round(z.real, n),
        puiseux=lambda on, a, n: on.steps.beside(
            lambda x: round(x, n), lambda x: _is_halfway(x, n), a
        ),
    ),
)


def _rounded_integer(a: int, n: int) -> int:
    found: int = bounded(round(a, max(n, -_DIGITS)))
    return found


#: round(a, n) of an integer: it has zeros at its end if n is negative.
round_integer = Primitive(
    "round_integer",
    _rounded_integer,
    arity=2,
    kind=SAME,
    integers=(0, 1),
    calculus=Calculus(lambda y, a, n: (None, None)),
    domain=Domain(samples=((-9999, 9999), (-4, 2))),
    spelling=Spelling(inner=True, text=Form("round({0}, {1})", ATOM, (CONDITIONAL, CONDITIONAL))),
)
