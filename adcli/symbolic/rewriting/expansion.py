"""Expansion and factorisation: products of sums multiplied out, polynomials as powers of others.

Invariant: every rewriting has the value of the form given, wherever that has one.
"""

from __future__ import annotations

from collections.abc import Iterable

from adcli.symbolic.canonical import univariate_polynomials as polynomials
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.coefficient_lists import (
    coefficients_in,
    from_coefficients,
    generator,
    term_of_degree,
)
from adcli.symbolic.canonical.rational_numbers import Number, tidy
from adcli.symbolic.canonical.terms import Base, Monomial, Sum
from adcli.symbolic.rewriting import Rewritings

#: A product is multiplied out if that makes no more terms than this.
_TERMS = 24

#: Longer numbers are not made: formulas with them are hard to read, and lose digits by cancelling.
_LONGEST = 10**6


def expanded(forms: CanonicalForms, value: Sum) -> Rewritings:
    """Products of sums multiplied out."""
    if any(
        isinstance(b, Sum) and e.denominator == 1 and e > 0
        for p, _ in value.terms
        for b, e in p.factors
    ):
        terms = _multiplied_out(forms, value)
        if terms is not None and not _are_long(terms.values()):
            new = forms.add([forms.sum(terms)])
            if new is not value:
                yield "multiply out", new


def distributed(forms: CanonicalForms, monomial: Monomial, number: Number) -> Rewritings:
    """c*a*(b + d) = c*a*b + c*a*d, for one of the factors."""
    for base, exponent in monomial.factors:
        if isinstance(base, Sum) and exponent == 1:
            others = [forms.from_base(b, e) for b, e in monomial.factors if b is not base]
            outside = forms.multiply(others, number)
            parts = [forms.multiply([outside, forms.from_monomial(p)], n) for p, n in base.terms]
            yield "multiply out", forms.add(parts)


def factored(forms: CanonicalForms, value: Sum) -> Rewritings:
    """A polynomial in one base as powers of others."""
    single = generator(value)
    if single is None:
        return
    base, root = single
    listed = coefficients_in(value, base, root)
    if (
        listed is None
        or len(listed) < 3
        or (forms.decimal and any(n.denominator != 1 for n in listed))
    ):
        return
    number, parts = polynomials.factors(listed)
    if any(_are_long(part) for part, _ in parts):
        return
    if len(parts) > 1 or parts[0][1] > 1:
        powers = [(from_coefficients(forms, part, base, root), times) for part, times in parts]
        yield "factor", forms.multiply(powers, number)
    elif number != 1 and len(parts) == 1:
        alone = from_coefficients(forms, parts[0][0], base, root)
        yield "common factor", forms.multiply([alone], number)


def _multiplied_out(forms: CanonicalForms, value: Sum) -> dict[Monomial, Number] | None:
    """The terms of a sum after its products are multiplied out; None if there are too many."""
    single = generator(value)
    if single is not None:
        base, root = single
        listed = coefficients_in(value, base, root)
        if listed is not None:
            powers = reversed(list(enumerate(listed)))
            return dict(
                forms.add([term_of_degree(forms, base, i, root, n) for i, n in powers if n]).terms
            )
    total: dict[Monomial, Number] = {}
    for monomial, number in value.terms:
        rest: dict[Base, Number] = {}
        sums: list[tuple[Sum, int]] = []
        for base, exponent in monomial.factors:
            if isinstance(base, Sum) and exponent.denominator == 1 and exponent > 0:
                sums.append((base, int(exponent)))
            else:
                rest[base] = exponent
        part = dict(forms.multiply_powers(rest, None, number).terms)
        for inner, times in sums:
            factor = _multiplied_out(forms, inner)
            for _ in range(times):
                if factor is None or len(part) * len(factor) > 10 * _TERMS:
                    return None
                part = _product_of_terms(forms, part, factor)
        for p, n in part.items():
            total[p] = tidy(total.get(p, 0) + n)
    total = {p: n for p, n in total.items() if n}
    return total if len(total) <= _TERMS else None


def _product_of_terms(
    forms: CanonicalForms, one: dict[Monomial, Number], other: dict[Monomial, Number]
) -> dict[Monomial, Number]:
    found: dict[Monomial, Number] = {}
    for p, m in one.items():
        for q, n in other.items():
            for monomial, number in forms.multiply(
                [forms.from_monomial(p), forms.from_monomial(q)], m * n
            ).terms:
                found[monomial] = tidy(found.get(monomial, 0) + number)
    return {p: n for p, n in found.items() if n}


def _are_long(numbers: Iterable[Number]) -> bool:
    return any(max(abs(n.numerator), n.denominator) > _LONGEST for n in numbers)
