"""Pattern matching: the identities of the table found in canonical forms.

A product is found inside greater products, and as often as it is there, or its inverse:
sin(u)^3/cos(u)^2 has sin(u)/cos(u) twice.  The terms of a sum are found among other terms, all of
them times the same number and the same factors.

Invariant: a rewriting has the value of the form given wherever that has one, if the identity holds.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cache

from adcli.expr import App, Expr, Var
from adcli.ops.arithmetic import add, neg, sub
from adcli.ops.primitive import Primitive
from adcli.ops.registry import TABLE
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.from_graph import insert
from adcli.symbolic.canonical.rational_numbers import Number, tidy
from adcli.symbolic.canonical.terms import Application, Base, Monomial, Parts, Sum
from adcli.symbolic.rewriting.identities import IDENTITIES, Binding, Identity

#: A function, or two of which the second is the argument of the first.
Chain = tuple[Primitive, ...]

#: The functions inside a sum that is a factor count if it has no more terms than this.
_SHORT = 3


class IdentityMatcher:
    """Finds the identities in the forms of one `CanonicalForms`."""

    def __init__(self, forms: CanonicalForms) -> None:
        self.forms = forms
        self._sides: dict[tuple[Expr, tuple[Sum, ...]], Sum] = {}

    def product(self, monomial: Monomial, number: Number) -> Iterator[tuple[str, Sum]]:
        """The forms that identities make of a coefficient times a monomial."""
        powers = dict(monomial.factors)
        arguments = _arguments([monomial])
        for pattern in _patterns(arguments).products if arguments else ():
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
        """The forms that identities make of a sum, by some of its terms."""
        arguments = _arguments([p for p, _ in value.terms])
        products = [dict(p.factors) for p, _ in value.terms]
        for pattern in _patterns(arguments).sums if arguments else ():
            for values in self._bindings(pattern, arguments):
                left = self._side(pattern.row.left, values)
                if len(left.terms) == pattern.terms and self._may_have(products, left):
                    right = self._side(pattern.row.right, values)
                    for found in self._replaced(value, left, right):
                        yield pattern.row.name, found

    def _may_have(self, products: list[dict[Base, Number]], left: Sum) -> bool:
        """Whether each term of the left side divides some term of the sum."""
        return all(
            any(_times(wanted, powers) > 0 for powers in products)
            for wanted, _ in left.terms
            if wanted.factors
        )

    def _side(self, expr: Expr, values: Binding) -> Sum:
        """A side of a row with forms for its variables."""
        key = (expr, tuple(values.values()))
        found = self._sides.get(key)
        if found is None:
            found = self._sides[key] = insert(self.forms, expr, values)
        return found

    def _bindings(self, pattern: _Pattern, arguments: dict[Chain, list[Sum]]) -> Iterator[Binding]:
        """Different arguments of functions in the form, for the variables of a pattern."""
        choices = [arguments.get(chain, ()) for chain in pattern.anchors.values()]
        for matched in itertools.product(*choices) if all(choices) else ():
            values = dict(zip(pattern.anchors, matched, strict=True))
            if len(set(matched)) == len(matched):
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
            cofactor = forms.multiply(
                [forms.from_monomial(monomial), (forms.from_monomial(head), -1)]
            )
            parts = [forms.multiply([cofactor, forms.from_monomial(p)], n) for p, n in left.terms]
            if all(len(p.terms) == 1 and p.terms[0][0] in terms for p in parts):
                new = forms.multiply([cofactor, right])
                ratios = {tidy(Fraction(terms[p.terms[0][0]]) / p.terms[0][1]) for p in parts}
                for times in sorted(ratios):
                    signs = [1, *[-times] * len(parts), times]
                    yield forms.add([value, *parts, new], signs)


class _Pattern:
    """A row ready for matching: `anchors` has for each variable the functions around it, such as
    sin and asin in sin(asin(u))."""

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
    """The arguments of each function, and of each function of a function."""
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
    """How often a monomial divides a product; negative if its inverse does."""
    counts = []
    for base, exponent in left.factors:
        counts.append(int(Fraction(powers.get(base, 0)) / exponent))
    least, most = min(counts, default=0), max(counts, default=0)
    return least if least > 0 else most if most < 0 else 0


class _Patterns:
    """Rows ready for matching, those of products and those of sums apart."""

    def __init__(self, rows: Sequence[Identity]) -> None:
        found = [_Pattern(row) for row in rows]
        self.products = [p for p in found if p.terms == 1]
        self.sums = [p for p in found if p.terms > 1]


_COMMON = _Patterns(IDENTITIES)


@cache
def _with_rare() -> _Patterns:
    from adcli.symbolic.rewriting.rare_function_identities import RARE_IDENTITIES

    return _Patterns([*IDENTITIES, *RARE_IDENTITIES])


def _patterns(chains: Iterable[Chain]) -> _Patterns:
    """The rows that may match where these functions are."""
    common = TABLE.common
    for chain in chains:
        if chain[-1].name not in common:
            return _with_rare()
    return _COMMON
