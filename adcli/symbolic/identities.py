"""The identities that simplification knows, one row each, and how they are found in forms.

Invariant: both sides of a row have the same value wherever the left one has one and the guard
holds; tests draw points and compare.  Where the right side has a value at further points, as
u/abs(u) -> sign(u) at 0, `adcli.symbolic.domain_conditions` tells the user.

A row's left side is a product or a sum.  A product is found inside greater products, and as often
as it is there, or its inverse: sin(u)^3/cos(u)^2 has sin(u)/cos(u) twice.  The terms of a sum are
found among others, times any number and any factors, which all of them share.  CanonicalForms do by
themselves what holds for all powers, as sqrt(u)^2 -> u and log(exp(u)) -> u.

DLMF 4.21, 4.35.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from adcli.expr import App, Expr, Var, lift
from adcli.ops.arithmetic import add, neg, sub
from adcli.ops.elementary import (
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
from adcli.ops.primitive import Primitive
from adcli.ops.special import erf, erfc, gamma
from adcli.symbolic.canonical.form import CanonicalForms
from adcli.symbolic.canonical.from_graph import insert
from adcli.symbolic.canonical.rationals import Number, tidy
from adcli.symbolic.canonical.terms import Application, Base, Monomial, Parts, Sum

#: A function, or two of which the second is the argument of the first.
Chain = tuple[Primitive, ...]
Binding = dict[str, Sum]
Guard = Callable[[CanonicalForms, Binding], bool]


#: The functions inside a sum that is a factor are looked at if it has no more terms.
_SHORT = 3


class Identity(NamedTuple):
    """`left` is `right` where the guard holds; `name` is what a reader sees."""

    name: str
    left: Expr
    right: Expr
    when: Guard | None = None


def _positive(name: str) -> Guard:
    return lambda forms, values: forms.signs.positive(values[name].base or values[name])


u, v = Var("u"), Var("v")
_PI = lift(math.pi)

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
    Identity("asin + acos = pi/2", asin(u) + acos(u), _PI / 2),
    Identity("acos(u) + acos(-u) = pi", acos(u) + acos(-u), _PI),
    Identity("atan(u) + atan(1/u) = pi/2", atan(u) + atan(1 / u), _PI / 2, _positive("u")),
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


class Matcher:
    """Finds the identities in the forms of one `CanonicalForms`."""

    def __init__(self, forms: CanonicalForms) -> None:
        self.forms = forms
        self._sides: dict[tuple[Expr, tuple[Sum, ...]], Sum] = {}

    def product(self, monomial: Monomial, number: Number) -> Iterator[tuple[str, Sum]]:
        """What identities make of a number times powers."""
        powers = dict(monomial.factors)
        arguments = _arguments([monomial])
        for pattern in _PRODUCTS if arguments else ():
            for values in self._bindings(pattern, arguments):
                left = self._side(pattern.row.left, values)
                times = _times(left.terms[0][0], powers) if len(left.terms) == 1 else 0
                if times:
                    right = self._side(pattern.row.right, values)
                    parts: Parts = [
                        self.forms.from_monomial(monomial),
                        (left, -times),
                        (right, times),
                    ]
                    yield pattern.row.name, self.forms.multiply(parts, number)

    def sum(self, value: Sum) -> Iterator[tuple[str, Sum]]:
        """What identities make of terms of a sum."""
        arguments = _arguments([p for p, _ in value.terms])
        products = [dict(p.factors) for p, _ in value.terms]
        for pattern in _SUMS if arguments else ():
            for values in self._bindings(pattern, arguments):
                left = self._side(pattern.row.left, values)
                if len(left.terms) == pattern.terms and self._may_have(products, left):
                    right = self._side(pattern.row.right, values)
                    for found in self._replaced(value, left, right):
                        yield pattern.row.name, found

    def _may_have(self, products: list[dict[Base, Number]], left: Sum) -> bool:
        """Whether all terms of the left side are in some term, each times something."""
        return all(
            any(_times(wanted, powers) > 0 for powers in products)
            for wanted, _ in left.terms
            if wanted.factors
        )

    def _side(self, expr: Expr, values: Binding) -> Sum:
        """A side of a row for such arguments."""
        key = (expr, tuple(values.values()))
        found = self._sides.get(key)
        if found is None:
            found = self._sides[key] = insert(self.forms, expr, values)
        return found

    def _bindings(self, pattern: _Pattern, arguments: dict[Chain, list[Sum]]) -> Iterator[Binding]:
        """Arguments of functions for the pattern's variables, all different."""
        choices = [arguments.get(chain, ()) for chain in pattern.anchors.values()]
        for chosen in itertools.product(*choices) if all(choices) else ():
            values = dict(zip(pattern.anchors, chosen, strict=True))
            if len(set(chosen)) == len(chosen):
                guard = pattern.row.when
                if guard is None or guard(self.forms, values):
                    yield values

    def _replaced(self, value: Sum, left: Sum, right: Sum) -> Iterator[Sum]:
        """The sum with the left side's terms, times a number and common factors, replaced."""
        forms, terms = self.forms, dict(value.terms)
        head = max((p for p, _ in left.terms), key=lambda p: len(p.factors))
        for monomial, _ in value.terms:
            if _times(head, dict(monomial.factors)) < 1:
                continue
            beside = forms.multiply(
                [forms.from_monomial(monomial), (forms.from_monomial(head), -1)]
            )
            parts = [forms.multiply([beside, forms.from_monomial(p)], n) for p, n in left.terms]
            if all(len(p.terms) == 1 and p.terms[0][0] in terms for p in parts):
                new = forms.multiply([beside, right])
                ratios = {tidy(Fraction(terms[p.terms[0][0]]) / p.terms[0][1]) for p in parts}
                for times in sorted(ratios):
                    signs = [1, *[-times] * len(parts), times]
                    yield forms.add([value, *parts, new], signs)


class _Pattern:
    """A row made ready: `anchors` has for each variable functions that it is inside of, as it is
    of sin and asin in sin(asin(u))."""

    def __init__(self, row: Identity) -> None:
        self.row = row
        self.anchors: dict[str, Chain] = {}
        self.terms = _count(row.left)
        self._look(row.left, ())

    def _look(self, expr: Expr, around: Chain) -> None:
        match expr:
            case Var(name) if around:
                self.anchors.setdefault(name, around)
            case App(op, (arg,)) if op is not neg:
                assert isinstance(op, Primitive)
                self._look(arg, (*around, op))
            case App(_, args):
                for arg in args:
                    self._look(arg, ())


def _count(expr: Expr) -> int:
    """How many terms a sum has."""
    match expr:
        case App(op, (a, b)) if op is add or op is sub:
            return _count(a) + _count(b)
    return 1


def _arguments(products: Iterable[Monomial]) -> dict[Chain, list[Sum]]:
    """The arguments that functions have, and functions of functions."""
    found: dict[Chain, dict[Sum, None]] = {}
    for call in _calls(products):
        (arg,) = call.args
        found.setdefault((call.op,), {})[arg] = None
        inner = arg.base
        if isinstance(inner, Application) and len(inner.args) == 1:
            found.setdefault((call.op, inner.op), {})[inner.args[0]] = None
    return {chain: list(args) for chain, args in found.items()}


def _calls(products: Iterable[Monomial]) -> Iterator[Application]:
    """The functions of one argument among the factors, and in short sums among these."""
    for monomial in products:
        for base, _ in monomial.factors:
            if isinstance(base, Application) and len(base.args) == 1:
                yield base
            elif isinstance(base, Sum) and len(base.terms) <= _SHORT:
                yield from _calls([p for p, _ in base.terms])


def _times(left: Monomial, powers: dict[Base, Number]) -> int:
    """How often a product is in others; negative if its inverse is."""
    counts = []
    for base, exponent in left.factors:
        counts.append(int(Fraction(powers.get(base, 0)) / exponent))
    least, most = min(counts, default=0), max(counts, default=0)
    return least if least > 0 else most if most < 0 else 0


_PATTERNS = [_Pattern(row) for row in IDENTITIES]
_SUMS = [p for p in _PATTERNS if p.terms > 1]
_PRODUCTS = [p for p in _PATTERNS if p.terms == 1]
