"""Lambert's W and the normalised sinc.

Invariant: as in `adcli.ops.special_functions`, every order of derivative exists; those of sinc are
a row of their own, `sincn`, which keeps the digits near 0 that formulas of sines lose.

`sinc` is sin(pi x)/(pi x), as NumPy, SciPy, MATLAB and signal processing have it; for the
mathematician's sin(x)/x write sinc(x/pi).  The names are SciPy's.  DLMF 4.13.
"""

from __future__ import annotations

import math
from types import ModuleType

from adcli.ops.elementary_functions import cos, exp
from adcli.ops.operation_notation import (
    CONDITIONAL,
    POWER,
    Form,
    Python,
    Spelling,
    call,
    latex_call,
    latex_circular,
    prime,
)
from adcli.ops.primitive import (
    EVEN,
    Algebra,
    Calculus,
    Domain,
    Numerics,
    Overloads,
    Primitive,
    complex_step,
)


def _lambert() -> ModuleType:
    from adcli.ops import lambert_values

    return lambert_values


def _sinc() -> ModuleType:
    from adcli.ops import sinc_values

    return sinc_values


#: The principal branch, from -1/e on: the double next to that counts as -1/e.
lambertw = Primitive(
    "lambertw",
    lambda x: _lambert().lambertw(x),
    calculus=Calculus(lambda y, x: (1 / (x + exp(y)),)),
    domain=Domain(
        lambda x: x >= -1 / math.e,
        smooth=lambda x: x > -1 / math.e,
        needs="x >= -1/e",
        samples=((-0.3, 50.0),),
    ),
    numerics=Numerics(total=True),
    spelling=Spelling(yielding=("lambertw",), trace=call("W", 1), latex=latex_call("W")),
    python=Python(elsewhere="scipy.special.lambertw"),
    overloads=Overloads(complex=lambda z: complex_step().lambertw(z)),
)
#: The n-th derivative of sinc.
sincn: Primitive = Primitive(
    "sincn",
    lambda n, x: _sinc().sincn(n, x),
    arity=2,
    integers=(0,),
    calculus=Calculus(lambda y, n, x: (None, sincn(n + 1, x)), growth=3),
    domain=Domain(lambda n, x: n >= 0, samples=((0, 4), (-5.0, 5.0))),
    numerics=Numerics(absorbs=(1,), total=True),
    spelling=Spelling(
        yielding=("sincn",),
        indexed=lambda n: call("sinc" + prime(n), 1),
        latex=Form(
            r"\operatorname{sinc}^{\left({0}\right)}\left({1}\right)", POWER, (CONDITIONAL,) * 2
        ),
    ),
)
sinc = Primitive(
    "sinc",
    lambda x: _sinc().sinc(x),
    calculus=Calculus(
        lambda y, x: (sincn(1, x),), textbook=lambda y, x: ((cos(math.pi * x) - y) / x,), growth=3
    ),
    domain=Domain(samples=((0.1, 5.0),)),
    algebra=Algebra(parity=EVEN),
    numerics=Numerics(absorbs=(0,), total=True),
    spelling=Spelling(yielding=("sinc",), latex=latex_circular(r"\operatorname{sinc}")),
    python=Python(elsewhere="numpy.sinc"),
    overloads=Overloads(complex=lambda z: complex_step().sinc(z)),
)
