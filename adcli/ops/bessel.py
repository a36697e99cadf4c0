"""Bessel functions of the orders 0 and 1.

Values are within two units in the last place everywhere, at the zeros too (measured over the whole
range of doubles).  The derivative of order 1 is that of its neighbours, j0 and j2, since j0 - j1/x
has no value at 0; `jn` and `iv` have every order, so that every order of derivative exists.

The names are SciPy's.  DLMF 10.6.1, 10.6.3, 10.29.1, 10.29.3.
"""

from __future__ import annotations

import math
from types import ModuleType

from adcli.ops.operation_notation import (
    CONDITIONAL,
    POWER,
    Form,
    Python,
    Spelling,
    call,
    latex_circular,
    subscript,
)
from adcli.ops.primitive import EVEN, ODD, POSITIVE, Algebra, Calculus, Domain, Numerics, Primitive


def _values() -> ModuleType:
    """What computes the values; who has no Bessel function does not wait for it."""
    from adcli.ops import bessel_values

    return bessel_values


def _spelling(name: str, trace: str, latex: str) -> Spelling:
    return Spelling(yielding=(name,), trace=call(trace, 1), latex=latex_circular(latex))


_DECAYS = Numerics(absorbs=(0,), total=True)
_POSITIVE = Domain(
    lambda x: x > 0,
    limit=lambda x: -math.inf if x == 0 else math.nan,
    samples=((0.1, 20.0),),
)
_BOTH_SIDES = Domain(samples=((0.1, 20.0),))

jn: Primitive = Primitive(
    "jn",
    lambda n, x: _values().j(n, x),
    arity=2,
    integers=(0,),
    calculus=Calculus(lambda y, n, x: (None, (jn(n - 1, x) - jn(n + 1, x)) / 2), growth=3),
    domain=Domain(samples=((0, 5), (0.1, 20.0))),
    numerics=Numerics(absorbs=(1,), total=True),
    spelling=Spelling(
        yielding=("jn",),
        indexed=lambda n: call("J" + subscript(n), 1),
        latex=Form(r"J_{{0}}\left({1}\right)", POWER, (CONDITIONAL,) * 2),
    ),
    python=Python(elsewhere="scipy.special.jv"),
)
iv: Primitive = Primitive(
    "iv",
    lambda n, x: _values().i(n, x),
    arity=2,
    integers=(0,),
    calculus=Calculus(lambda y, n, x: (None, (iv(n - 1, x) + iv(n + 1, x)) / 2), growth=3),
    domain=Domain(samples=((0, 5), (0.1, 20.0))),
    spelling=Spelling(
        yielding=("iv",),
        indexed=lambda n: call("I" + subscript(n), 1),
        latex=Form(r"I_{{0}}\left({1}\right)", POWER, (CONDITIONAL,) * 2),
    ),
    python=Python(elsewhere="scipy.special.iv"),
)
j0: Primitive = Primitive(
    "j0",
    lambda x: _values().j(0, x),
    calculus=Calculus(lambda y, x: (-j1(x),), growth=3),
    domain=_BOTH_SIDES,
    algebra=Algebra(parity=EVEN),
    numerics=_DECAYS,
    spelling=_spelling("j0", "J₀", "J_0"),
    python=Python(elsewhere="scipy.special.j0"),
)
j1: Primitive = Primitive(
    "j1",
    lambda x: _values().j(1, x),
    calculus=Calculus(
        lambda y, x: ((j0(x) - jn(2, x)) / 2,), textbook=lambda y, x: (j0(x) - y / x,), growth=3
    ),
    domain=_BOTH_SIDES,
    algebra=Algebra(parity=ODD),
    numerics=_DECAYS,
    spelling=_spelling("j1", "J₁", "J_1"),
    python=Python(elsewhere="scipy.special.j1"),
)
y0: Primitive = Primitive(
    "y0",
    lambda x: _values().y(0, x),
    calculus=Calculus(lambda y, x: (-y1(x),)),
    domain=_POSITIVE,
    numerics=Numerics(absorbs=(0,)),
    spelling=_spelling("y0", "Y₀", "Y_0"),
    python=Python(elsewhere="scipy.special.y0"),
)
y1: Primitive = Primitive(
    "y1",
    lambda x: _values().y(1, x),
    calculus=Calculus(lambda y, x: (y0(x) - y / x,)),
    domain=_POSITIVE,
    numerics=Numerics(absorbs=(0,)),
    spelling=_spelling("y1", "Y₁", "Y_1"),
    python=Python(elsewhere="scipy.special.y1"),
)
i0: Primitive = Primitive(
    "i0",
    lambda x: _values().i(0, x),
    calculus=Calculus(lambda y, x: (i1(x),), growth=3),
    domain=_BOTH_SIDES,
    algebra=Algebra(parity=EVEN, sign=POSITIVE),
    spelling=_spelling("i0", "I₀", "I_0"),
    python=Python(elsewhere="scipy.special.i0"),
)
i1: Primitive = Primitive(
    "i1",
    lambda x: _values().i(1, x),
    calculus=Calculus(
        lambda y, x: ((i0(x) + iv(2, x)) / 2,), textbook=lambda y, x: (i0(x) - y / x,), growth=3
    ),
    domain=_BOTH_SIDES,
    algebra=Algebra(parity=ODD),
    spelling=_spelling("i1", "I₁", "I_1"),
    python=Python(elsewhere="scipy.special.i1"),
)
