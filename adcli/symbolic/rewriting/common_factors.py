"""Factoring out: common powers, denominators, exponentials and coefficients of terms.

Invariant: every rewriting has the value of the form given, wherever that has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from adcli.ops.elementary_functions import exp
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.coefficient_lists import generator
from adcli.symbolic.canonical.rational_numbers import Number, tidy
from adcli.symbolic.canonical.terms import Application, Base, Monomial, Sum, least_exponents
from adcli.symbolic.rewriting import Rewritings


def common_factors(forms: CanonicalForms, value: Sum) -> Rewritings:
    """a*b + a*c = a*(b + c); with a denominator: b/a + c = (b + a*c)/a."""
    terms = value.terms
    least = least_exponents(terms)
    above = {b: e for b, e in least.items() if e > 0}
    below = {b: e for b, e in least.items() if e < 0}
    number = forms.content(value)
    has_number = number != 1 and not (forms.decimal and number.denominator != 1)
    if above and has_number:
        inner = forms.scaled(value, tidy(1 / Fraction(number)))
        yield "common factor", forms.multiply([_factored_out(forms, inner.terms, above)], number)
    if above:
        yield "common factor", _factored_out(forms, terms, above)
    if below:
        yield "common denominator", _factored_out(forms, terms, above | below)
    if len(below) > 1 or above:
        for base, exponent in below.items():
            yield "common denominator", _factored_out(forms, terms, {base: exponent})
    yield from _common_exponentials(forms, terms)
    if has_number:
        inner = forms.scaled(value, tidy(1 / Fraction(number)))
        yield "common factor", forms.multiply([inner], number)


def _common_exponentials(
    forms: CanonicalForms, terms: Sequence[tuple[Monomial, Number]]
) -> Rewritings:
    """e^u a + e^v b = e^u (a + e^(v-u) b)"""
    found = [
        base.args[0]
        for monomial, _ in terms
        for base, _ in monomial.factors
        if isinstance(base, Application) and base.op is exp
    ]
    if len(found) > 1:
        for inner in list(dict.fromkeys(found))[:4]:
            back = forms.apply(exp, (forms.scaled(inner, -1),))
            parts = [forms.multiply([forms.from_monomial(p, n), back]) for p, n in terms]
            whole = forms.apply(exp, (inner,))
            yield "common factor", forms.multiply([whole, forms.add(parts)])


def _factored_out(
    forms: CanonicalForms, terms: Sequence[tuple[Monomial, Number]], common: dict[Base, Number]
) -> Sum:
    """Terms as common powers times the sum of what is left of each."""
    outside = forms.multiply_powers(common)
    inverse = {b: -e for b, e in common.items()}
    inner = [forms.multiply_powers(inverse, p, n) for p, n in terms]
    return forms.multiply([outside, forms.add(inner)])


def grouped(forms: CanonicalForms, value: Sum) -> Rewritings:
    """a*b + a*c + d = a*(b + c) + d, but for polynomials in one base times whatever they have in
    common: 2*e^x + x*(4 + x)*e^x would be no simpler than (x^2 + 4*x + 2)*e^x."""
    common = least_exponents(value.terms)
    inverse = {b: -e for b, e in common.items()}
    bare = forms.add([forms.multiply_powers(inverse, p, n) for p, n in value.terms])
    if generator(value) is not None or generator(bare) is not None:
        return
    terms = value.terms
    places: dict[tuple[Base, bool], list[int]] = {}
    for i, (monomial, _) in enumerate(terms):
        for base, exponent in monomial.factors:
            places.setdefault((base, exponent > 0), []).append(i)
    groups = dict.fromkeys(tuple(p) for p in places.values() if 2 <= len(p) < len(terms))
    for group in sorted(groups, key=len, reverse=True)[:8]:
        selected = [terms[i] for i in group]
        common = {
            b: e
            for b, e in least_exponents(selected).items()
            if all(b in dict(p.factors) for p, _ in selected)
        }
        rest = forms.sum({p: n for i, (p, n) in enumerate(terms) if i not in group})
        inside = forms.sum(dict(selected))
        new = _factored_out(forms, selected, common)
        number = forms.content(inside)
        if number != 1 and not (forms.decimal and number.denominator != 1):
            smaller = forms.scaled(inside, tidy(1 / Fraction(number)))
            new = forms.multiply([_factored_out(forms, smaller.terms, common)], number)
        if len(new.terms) == 1:
            yield "common factor of some", forms.add([rest, new])


def without_content(forms: CanonicalForms, monomial: Monomial, number: Number) -> Rewritings:
    """(2*x - 2)/(1 - x) = -2*(x - 1)/(x - 1): the content of sums that are factors in front."""
    parts: list[Sum | tuple[Sum, Number]] = []
    changed = False
    for base, exponent in monomial.factors:
        if isinstance(base, Sum) and exponent.denominator == 1 and len(base.terms) > 1:
            divisor = forms.content(base)
            if forms.decimal and divisor.denominator != 1:
                divisor = 1
            last = max(base.terms, key=lambda t: t[0].uid)
            if last[1] < 0:
                divisor = -divisor
            if divisor != 1:
                base = forms.scaled(base, tidy(1 / Fraction(divisor)))
                parts.append((forms.number(divisor), exponent))
                changed = True
        parts.append(
            (forms.from_base(base), exponent)
            if exponent.denominator == 1
            else forms.from_base(base, exponent)
        )
    if changed:
        yield "numbers in front", forms.multiply(parts, number)
