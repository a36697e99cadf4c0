"""Piecewise functions: choices with the same condition merged, maxima and minima resolved.

Invariant: every rewriting has the value of the form given, wherever that has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.elementary_functions import abs_, max_, min_
from adcli.ops.primitive import Primitive
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.rational_numbers import Number
from adcli.symbolic.canonical.terms import Application, Base, Monomial, Sum
from adcli.symbolic.rewriting import Rewritings


def merged_choices(forms: CanonicalForms, value: Sum) -> Rewritings:
    """(a if c else b) + (d if c else e) = (a + d if c else b + e), and the same for products."""
    for condition in _conditions(value):
        arms: list[list[Sum]] = [[], []]
        rest: dict[Monomial, Number] = {}
        for monomial, number in value.terms:
            choices = [b for b, e in monomial.factors if _is_choice(b, condition) and e == 1]
            others = {b: e for b, e in monomial.factors if b not in choices}
            if not choices:
                rest[monomial] = number
                continue
            cofactor = forms.multiply_powers(others, None, number)
            for side, arm in enumerate(arms):
                taken = [b.args[side + 1] for b in choices if isinstance(b, Application)]
                arm.append(forms.multiply([cofactor, *taken]))
        then, otherwise = map(forms.add, arms)
        choice = forms.apply(select, (condition, then, otherwise))
        yield "case by case", forms.add([choice, forms.sum(rest)])


def _conditions(value: Sum) -> Iterable[Sum]:
    """The conditions of the choices among the factors of the terms."""
    return dict.fromkeys(
        base.args[0]
        for monomial, _ in value.terms
        for base, exponent in monomial.factors
        if isinstance(base, Application) and base.op is select and exponent == 1
    )


def _is_choice(base: Base, condition: Sum) -> bool:
    return isinstance(base, Application) and base.op is select and base.args[0] is condition


def resolved_extremes(forms: CanonicalForms, monomial: Monomial, number: Number) -> Rewritings:
    """max(u, u) = u, max(u, -u) = |u|; max(u, v) = u where u - v is known not to be negative."""
    for base, exponent in monomial.factors:
        if isinstance(base, Application) and base.op in (max_, min_):
            new = _extreme(forms, base)
            if new is not None:
                others = {b: e for b, e in monomial.factors if b is not base}
                rest = forms.multiply_powers(others, None, number)
                yield (
                    "the greater" if base.op is max_ else "the smaller",
                    forms.multiply([rest, (new, exponent)])
                    if exponent.denominator == 1
                    else forms.multiply([rest, forms.power(new, forms.number(exponent))]),
                )


def _extreme(forms: CanonicalForms, call: Application) -> Sum | None:
    one, other = call.args
    sign = 1 if call.op is max_ else -1
    for first, second in ((one, other), (other, one)):
        if forms.signs.at_least_zero(forms.add([first, second], [sign, -sign])):
            return first
    if one is forms.scaled(other, -1):
        return forms.scaled(forms.apply(abs_, (one,)), sign)
    return None


def max_plus_min(forms: CanonicalForms, value: Sum) -> Rewritings:
    """max(u, v) + min(u, v) = u + v"""
    greater = {frozenset(b.args): (p, b) for p, b in _extremes(value, max_)}
    for monomial, base in _extremes(value, min_):
        pair = greater.get(frozenset(base.args))
        times = dict(value.terms)
        if pair is not None and times[monomial] == times[pair[0]]:
            cofactor = forms.multiply([forms.from_monomial(monomial), (forms.from_base(base), -1)])
            if cofactor is forms.multiply(
                [forms.from_monomial(pair[0]), (forms.from_base(pair[1]), -1)]
            ):
                number = times[monomial]
                old = [forms.sum({p: number}) for p in (monomial, pair[0])]
                new = [forms.multiply([cofactor, arg], number) for arg in base.args]
                yield (
                    "the greater and the smaller",
                    forms.add([value, *old, *new], [1, -1, -1, 1, 1]),
                )


def _extremes(value: Sum, op: Primitive) -> Iterator[tuple[Monomial, Application]]:
    for monomial, _ in value.terms:
        for base, exponent in monomial.factors:
            if isinstance(base, Application) and base.op is op and exponent == 1:
                yield monomial, base
