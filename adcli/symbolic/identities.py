"""The identities that simplification knows, one row each, and how they are found in forms.

Invariant: both sides of a row have the same value wherever the left one has one and the guard
holds; tests draw points and compare.  Where the right side has a value at further points, as
u/abs(u) -> sign(u) at 0, `adcli.symbolic.conditions` tells the user.

A row's left side is a product or a sum.  A product is found inside greater products, and as often
as it is there, or its inverse: sin(u)^3/cos(u)^2 has sin(u)/cos(u) twice.  The terms of a sum are
found among others, times any number and any factors, which all of them share.

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
    asin,
    atan,
    cbrt,
    cos,
    cosh,
    exp,
    sech,
    sign,
    sin,
    sinh,
    tan,
    tanh,
)
from adcli.ops.primitive import Primitive
from adcli.ops.special import gamma
from adcli.symbolic.bases import Base, Call, Product, Sum
from adcli.symbolic.forms import Forms, Parts
from adcli.symbolic.numbers import Number, tidy
from adcli.symbolic.reading import insert

Binding = dict[str, Sum]
Guard = Callable[[Forms, Binding], bool]


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
    Identity("1 - tanh^2 = 1/cosh^2", 1 - tanh(u) ** 2, 1 / cosh(u) ** 2),
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
    Identity("atan(u) + atan(1/u) = pi/2", atan(u) + atan(1 / u), _PI / 2, _positive("u")),
    Identity("gamma(u + 1) = u*gamma(u)", gamma(u + 1) / gamma(u), u),
]


class Matcher:
    """Finds the identities in the forms of one `Forms`."""

    def __init__(self, forms: Forms) -> None:
        self.forms = forms
        self._sides: dict[tuple[Expr, tuple[Sum, ...]], Sum] = {}

    def product(self, product: Product, number: Number) -> Iterator[tuple[str, Sum]]:
        """What identities make of a number times powers."""
        powers = dict(product.factors)
        arguments = _arguments([product])
        for pattern in _PRODUCTS if arguments else ():
            for values in self._bindings(pattern, arguments):
                left = self._side(pattern.row.left, values)
                times = _times(left.terms[0][0], powers) if len(left.terms) == 1 else 0
                if times:
                    right = self._side(pattern.row.right, values)
                    parts: Parts = [self.forms.term(product), (left, -times), (right, times)]
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

    def _bindings(
        self, pattern: _Pattern, arguments: dict[Primitive, list[Sum]]
    ) -> Iterator[Binding]:
        """Arguments of functions for the pattern's variables, all different."""
        choices = [arguments.get(op, ()) for op in pattern.anchors.values()]
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
        for product, _ in value.terms:
            if _times(head, dict(product.factors)) < 1:
                continue
            beside = forms.multiply([forms.term(product), (forms.term(head), -1)])
            parts = [forms.multiply([beside, forms.term(p)], n) for p, n in left.terms]
            if all(len(p.terms) == 1 and p.terms[0][0] in terms for p in parts):
                new = forms.multiply([beside, right])
                ratios = {tidy(Fraction(terms[p.terms[0][0]]) / p.terms[0][1]) for p in parts}
                for times in sorted(ratios):
                    signs = [1, *[-times] * len(parts), times]
                    yield forms.add([value, *parts, new], signs)


class _Pattern:
    """A row made ready: `anchors` has for each variable a function that it is the argument of."""

    def __init__(self, row: Identity) -> None:
        self.row = row
        self.anchors: dict[str, Primitive] = {}
        self.terms = _count(row.left)
        self._look(row.left)

    def _look(self, expr: Expr) -> None:
        match expr:
            case App(op, (Var(name),)) if op is not neg:
                assert isinstance(op, Primitive)
                self.anchors.setdefault(name, op)
            case App(_, args):
                for arg in args:
                    self._look(arg)


def _count(expr: Expr) -> int:
    """How many terms a sum has."""
    match expr:
        case App(op, (a, b)) if op is add or op is sub:
            return _count(a) + _count(b)
    return 1


def _arguments(products: Iterable[Product]) -> dict[Primitive, list[Sum]]:
    """The arguments that functions have."""
    found: dict[Primitive, dict[Sum, None]] = {}
    for product in products:
        for base, _ in product.factors:
            if isinstance(base, Call) and len(base.args) == 1:
                found.setdefault(base.op, {})[base.args[0]] = None
    return {op: list(args) for op, args in found.items()}


def _times(left: Product, powers: dict[Base, Number]) -> int:
    """How often a product is in others; negative if its inverse is."""
    counts = []
    for base, exponent in left.factors:
        counts.append(int(Fraction(powers.get(base, 0)) / exponent))
    least, most = min(counts, default=0), max(counts, default=0)
    return least if least > 0 else most if most < 0 else 0


_PATTERNS = [_Pattern(row) for row in IDENTITIES]
_SUMS = [p for p in _PATTERNS if p.terms > 1]
_PRODUCTS = [p for p in _PATTERNS if p.terms == 1]
