"""The table of identities that simplification knows; those of less common functions are in
`adcli.symbolic.rewriting.rare_function_identities`.

Invariant: both sides of a row have the same value wherever the left one has one and the guard
holds; tests draw points and compare.  Where the right side has a value at further points, as
u/abs(u) -> sign(u) at 0, `adcli.symbolic.conditions_lost_by_simplification` tells the user.

The left side is a product or a sum.  The canonical form does by itself what holds for all powers,
as sqrt(u)^2 -> u and log(exp(u)) -> u.

DLMF 4.21, 4.35.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from adcli.expr import Expr, Var, lift
from adcli.ops.elementary_functions import (
    abs_,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cbrt,
    cos,
    cosh,
    degrees,
    exp,
    expm1,
    log1p,
    radians,
    relu,
    sech,
    sigmoid,
    sign,
    sin,
    sinh,
    softplus,
    tan,
    tanh,
)
from adcli.ops.special_functions import erf, erfc, gamma
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.terms import Sum

#: The values of a row's variables.
Binding = dict[str, Sum]
Guard = Callable[[CanonicalForms, Binding], bool]


class Identity(NamedTuple):
    """`left` equals `right` where the guard holds; `name` stands in a derivation."""

    name: str
    left: Expr
    right: Expr
    when: Guard | None = None


def _positive(name: str) -> Guard:
    return lambda forms, values: forms.signs.positive(values[name].base or values[name])


u, v = Var("u"), Var("v")
PI = lift(math.pi)

IDENTITIES = [
    Identity("sin/cos = tan", sin(u) / cos(u), tan(u)),
    Identity("tan*cos = sin", tan(u) * cos(u), sin(u)),
    Identity("sin/tan = cos", sin(u) / tan(u), cos(u)),
    Identity("sin^2 + cos^2 = 1", sin(u) ** 2 + cos(u) ** 2, lift(1)),
    Identity("1 - sin^2 = cos^2", 1 - sin(u) ** 2, cos(u) ** 2),
    Identity("1 - cos^2 = sin^2", 1 - cos(u) ** 2, sin(u) ** 2),
    Identity("1 + tan^2 = 1/cos^2", 1 + tan(u) ** 2, 1 / cos(u) ** 2),
    Identity("1 + 1/tan^2 = 1/sin^2", 1 + 1 / tan(u) ** 2, 1 / sin(u) ** 2),
    Identity("1/cos^2 - 1 = tan^2", 1 / cos(u) ** 2 - 1, tan(u) ** 2),
    Identity("double angle", sin(u) * cos(u), sin(2 * u) / 2),
    Identity("double angle", tan(u) + 1 / tan(u), 2 / sin(2 * u)),
    Identity("double angle", cos(u) ** 2 - sin(u) ** 2, cos(2 * u)),
    Identity("double angle", 2 * cos(u) ** 2 - 1, cos(2 * u)),
    Identity("double angle", 1 - 2 * sin(u) ** 2, cos(2 * u)),
    Identity("sum of angles", sin(u) * cos(v) + cos(u) * sin(v), sin(u + v)),
    Identity("sum of angles", sin(u) * cos(v) - cos(u) * sin(v), sin(u - v)),
    Identity("sum of angles", cos(u) * cos(v) - sin(u) * sin(v), cos(u + v)),
    Identity("sum of angles", cos(u) * cos(v) + sin(u) * sin(v), cos(u - v)),
    Identity("cosh^2 - sinh^2 = 1", cosh(u) ** 2 - sinh(u) ** 2, lift(1)),
    Identity("1 + sinh^2 = cosh^2", 1 + sinh(u) ** 2, cosh(u) ** 2),
    Identity("cosh^2 - 1 = sinh^2", cosh(u) ** 2 - 1, sinh(u) ** 2),
    Identity("1 - tanh^2 = sech^2", 1 - tanh(u) ** 2, sech(u) ** 2),
    Identity("1 - sech^2 = tanh^2", 1 - sech(u) ** 2, tanh(u) ** 2),
    Identity("sech^2 + tanh^2 = 1", sech(u) ** 2 + tanh(u) ** 2, lift(1)),
    Identity("sinh*sech = tanh", sinh(u) * sech(u), tanh(u)),
    Identity("sinh/cosh = tanh", sinh(u) / cosh(u), tanh(u)),
    Identity("tanh*cosh = sinh", tanh(u) * cosh(u), sinh(u)),
    Identity("sinh/tanh = cosh", sinh(u) / tanh(u), cosh(u)),
    Identity("sech*cosh = 1", sech(u) * cosh(u), lift(1)),
    Identity("double argument", sinh(u) * cosh(u), sinh(2 * u) / 2),
    Identity("double argument", cosh(u) ** 2 + sinh(u) ** 2, cosh(2 * u)),
    Identity("cosh in exponentials", exp(u) + exp(-u), 2 * cosh(u)),
    Identity("sinh in exponentials", exp(u) - exp(-u), 2 * sinh(u)),
    Identity("cosh + sinh = exp", cosh(u) + sinh(u), exp(u)),
    Identity("cosh - sinh = exp", cosh(u) - sinh(u), exp(-u)),
    Identity("u*sign(u) = |u|", u * sign(u), abs_(u)),
    Identity("|u|*sign(u) = u", abs_(u) * sign(u), u),
    Identity("sign(u)/|u| = 1/u", sign(u) / abs_(u), 1 / u),
    Identity("u/|u| = sign(u)", u / abs_(u), sign(u)),
    Identity("cube of a cube root", cbrt(u) ** 3, u),
    Identity("asin + acos = pi/2", asin(u) + acos(u), PI / 2),
    Identity("acos(u) + acos(-u) = pi", acos(u) + acos(-u), PI),
    Identity("atan(u) + atan(1/u) = pi/2", atan(u) + atan(1 / u), PI / 2, _positive("u")),
    Identity("1/(1 + exp) = sigmoid", 1 / (1 + exp(u)), sigmoid(-u)),
    Identity("exp*sigmoid(-u) = sigmoid", exp(u) * sigmoid(-u), sigmoid(u)),
    Identity("sigmoid(u) + sigmoid(-u) = 1", sigmoid(u) + sigmoid(-u), lift(1)),
    Identity("1 - sigmoid(u) = sigmoid(-u)", 1 - sigmoid(u), sigmoid(-u)),
    Identity("softplus(u) - softplus(-u) = u", softplus(u) - softplus(-u), u),
    Identity("erf + erfc = 1", erf(u) + erfc(u), lift(1)),
    Identity("1 - erf = erfc", 1 - erf(u), erfc(u)),
    Identity("1 - erfc = erf", 1 - erfc(u), erf(u)),
    Identity("erfc(u) + erfc(-u) = 2", erfc(u) + erfc(-u), lift(2)),
    Identity("relu(u) - relu(-u) = u", relu(u) - relu(-u), u),
    Identity("relu(u) + relu(-u) = |u|", relu(u) + relu(-u), abs_(u)),
    Identity("sine of an arc sine", sin(asin(u)), u),
    Identity("cosine of an arc cosine", cos(acos(u)), u),
    Identity("tangent of an arc tangent", tan(atan(u)), u),
    Identity("sinh of its inverse", sinh(asinh(u)), u),
    Identity("cosh of its inverse", cosh(acosh(u)), u),
    Identity("tanh of its inverse", tanh(atanh(u)), u),
    Identity("asinh of its inverse", asinh(sinh(u)), u),
    Identity("acosh(cosh(u)) = |u|", acosh(cosh(u)), abs_(u)),
    Identity("exp(log1p(u)) = 1 + u", exp(log1p(u)), 1 + u),
    Identity("expm1 of its inverse", expm1(log1p(u)), u),
    Identity("log1p of its inverse", log1p(expm1(u)), u),
    Identity("degrees of radians", degrees(radians(u)), u),
    Identity("radians of degrees", radians(degrees(u)), u),
    Identity("gamma(u + 1) = u*gamma(u)", gamma(u + 1) / gamma(u), u),
]
