"""Classification: whether a number is finite, infinite, or no number at all.

Invariant: who asks whether a number is finite is prepared for one that is not.  So it is no error
of the program that the operation which made the number overflowed, see `Numerics.asks`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from adcli.ops.primitive import BOOL, Domain, Native, Numerics, Overloads, Primitive
from adcli.ops.spelling import Spelling


def _question(name: str, function: Callable[[float], bool]) -> Primitive:
    return Primitive(
        name,
        function,
        kind=BOOL,
        domain=Domain(samples=((-3.0, 3.0),)),
        numerics=Numerics(absorbs=(0,), total=True, asks=True),
        spelling=Spelling(inner=True),
        native=Native(f"@adcli.{name}"),
        overloads=Overloads(
            complex=lambda z: function(z.real),
            puiseux=lambda on, a: on.conditions.at_point(function, a),
        ),
    )


isnan = _question("isnan", math.isnan)
isinf = _question("isinf", math.isinf)
isfinite = _question("isfinite", math.isfinite)
