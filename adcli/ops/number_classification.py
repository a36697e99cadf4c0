"""Classification: whether a number is finite, infinite, no number at all, whole, or a zero.

Invariant: who asks whether a number is finite is prepared for one that is not.  So it is no error
of the program that the operation which made the number overflowed, see `Numerics.asks`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from adcli.ops.operation_notation import Spelling
from adcli.ops.primitive import BOOL, Algebra, Domain, Native, Numerics, Overloads, Primitive


def _question(
    name: str,
    function: Callable[[float], bool],
    answer: bool | None = None,
    *,
    asks: bool = True,
) -> Primitive:
    return Primitive(
        name,
        function,
        kind=BOOL,
        domain=Domain(samples=((-3.0, 3.0),)),
        algebra=Algebra(answer=answer),
        numerics=Numerics(absorbs=(0,), total=True, asks=asks),
        spelling=Spelling(inner=True),
        native=Native(f"@adcli.{name}"),
        overloads=Overloads(
            complex=lambda z: function(z.real),
            puiseux=lambda on, a: on.conditions.at_point(function, a),
        ),
    )


isnan = _question("isnan", math.isnan, answer=False)
isinf = _question("isinf", math.isinf, answer=False)
isfinite = _question("isfinite", math.isfinite, answer=True)


def _is_minus_zero(x: float) -> bool:
    return x == 0 and math.copysign(1.0, x) < 0


def _is_whole(x: float) -> bool:
    return math.isfinite(x) and x == math.trunc(x) and not _is_minus_zero(x)


#: What a number may be in Python: of the three, `is_whole` holds of what may be an integer.
is_zero = _question("is_zero", lambda x: x == 0, asks=False)
is_minus_zero = _question("is_minus_zero", _is_minus_zero, answer=False, asks=False)
is_whole = _question("is_whole", _is_whole, answer=False, asks=False)
