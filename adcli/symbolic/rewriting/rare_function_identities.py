"""The identities of functions that few programs call; imported when a formula has one of these.

Invariant: that of `adcli.symbolic.rewriting.identities`.  A row has a function here that is not
among the common ones of `adcli.ops.registry`; so no other formula is searched for it.

DLMF 4.13, 4.14, 4.23, 4.28, 4.37; Abramowitz & Stegun 26.2.
"""

from __future__ import annotations

from adcli.expr import lift
from adcli.ops.elementary_functions import (
    abs_,
    atan,
    cos,
    cosh,
    exp,
    sech,
    sigmoid,
    sin,
    sinh,
    tan,
    tanh,
)
from adcli.ops.lambert_and_sinc import lambertw
from adcli.ops.logit_logaddexp_xlogy import logit
from adcli.ops.normal_distribution import erfinv, ndtr
from adcli.ops.reciprocal_trigonometric import (
    acot,
    acoth,
    acsc,
    acsch,
    asec,
    asech,
    cot,
    coth,
    csc,
    csch,
    sec,
)
from adcli.ops.special_functions import erf
from adcli.symbolic.rewriting.identities import PI, Identity, u

RARE_IDENTITIES = [
    Identity("1/sec = cos", 1 / sec(u), cos(u)),
    Identity("1/csc = sin", 1 / csc(u), sin(u)),
    Identity("1/cot = tan", 1 / cot(u), tan(u)),
    Identity("sec*cos = 1", sec(u) * cos(u), lift(1)),
    Identity("csc*sin = 1", csc(u) * sin(u), lift(1)),
    Identity("tan*cot = 1", tan(u) * cot(u), lift(1)),
    Identity("sec*sin = tan", sec(u) * sin(u), tan(u)),
    Identity("csc*cos = cot", csc(u) * cos(u), cot(u)),
    Identity("cot*sin = cos", cot(u) * sin(u), cos(u)),
    Identity("csc*tan = sec", csc(u) * tan(u), sec(u)),
    Identity("sec*cot = csc", sec(u) * cot(u), csc(u)),
    Identity("sec^2 - tan^2 = 1", sec(u) ** 2 - tan(u) ** 2, lift(1)),
    Identity("sec^2 - 1 = tan^2", sec(u) ** 2 - 1, tan(u) ** 2),
    Identity("csc^2 - cot^2 = 1", csc(u) ** 2 - cot(u) ** 2, lift(1)),
    Identity("csc^2 - 1 = cot^2", csc(u) ** 2 - 1, cot(u) ** 2),
    Identity("1 + cot^2 = csc^2", 1 + cot(u) ** 2, csc(u) ** 2),
    Identity("1/csch = sinh", 1 / csch(u), sinh(u)),
    Identity("1/coth = tanh", 1 / coth(u), tanh(u)),
    Identity("csch*sinh = 1", csch(u) * sinh(u), lift(1)),
    Identity("tanh*coth = 1", tanh(u) * coth(u), lift(1)),
    Identity("csch*cosh = coth", csch(u) * cosh(u), coth(u)),
    Identity("coth*sinh = cosh", coth(u) * sinh(u), cosh(u)),
    Identity("csch*tanh = sech", csch(u) * tanh(u), sech(u)),
    Identity("sech*coth = csch", sech(u) * coth(u), csch(u)),
    Identity("coth^2 - csch^2 = 1", coth(u) ** 2 - csch(u) ** 2, lift(1)),
    Identity("coth^2 - 1 = csch^2", coth(u) ** 2 - 1, csch(u) ** 2),
    Identity("1 + csch^2 = coth^2", 1 + csch(u) ** 2, coth(u) ** 2),
    Identity("atan + acot = pi/2", atan(u) + acot(u), PI / 2),
    Identity("asec + acsc = pi/2", asec(u) + acsc(u), PI / 2),
    Identity("acot(u) + acot(-u) = pi", acot(u) + acot(-u), PI),
    Identity("asec(u) + asec(-u) = pi", asec(u) + asec(-u), PI),
    Identity("secant of an arc secant", sec(asec(u)), u),
    Identity("cosecant of an arc cosecant", csc(acsc(u)), u),
    Identity("cotangent of an arc cotangent", cot(acot(u)), u),
    Identity("sech of its inverse", sech(asech(u)), u),
    Identity("csch of its inverse", csch(acsch(u)), u),
    Identity("coth of its inverse", coth(acoth(u)), u),
    Identity("asech(sech(u)) = |u|", asech(sech(u)), abs_(u)),
    Identity("acsch of its inverse", acsch(csch(u)), u),
    Identity("acoth of its inverse", acoth(coth(u)), u),
    Identity("sigmoid of its inverse", sigmoid(logit(u)), u),
    Identity("logit of its inverse", logit(sigmoid(u)), u),
    Identity("erf of its inverse", erf(erfinv(u)), u),
    Identity("erfinv of its inverse", erfinv(erf(u)), u),
    Identity("w*exp(w) = u for w = lambertw(u)", lambertw(u) * exp(lambertw(u)), u),
    Identity("ndtr(u) + ndtr(-u) = 1", ndtr(u) + ndtr(-u), lift(1)),
    Identity("1 - ndtr(u) = ndtr(-u)", 1 - ndtr(u), ndtr(-u)),
]
