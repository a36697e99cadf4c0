"""Fractions: common divisors cancelled, denominators joined, and nested fractions cleared.

Invariant: every rewriting has the value of the form given, wherever that has one.  Cancelling may
add a point to the domain, see `adcli.symbolic.conditions_lost_by_simplification`.
"""

from __future__ import annotations

from collections.abc import Iterator

from adcli.ops.elementary_functions import exp
from adcli.symbolic.canonical import univariate_polynomials as polynomials
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.coefficient_lists import coefficients_in, from_coefficients, generator
from adcli.symbolic.canonical.rational_numbers import Number, tidy
from adcli.symbolic.canonical.terms import (
    Application,
    Monomial,
    Parts,
    Sum,
    is_whole,
    least_exponents,
)
from adcli.symbolic.rewriting import Rewritings
from adcli.symbolic.rewriting.expansion import expanded


def cancelled(forms: CanonicalForms, monomial: Monomial, number: Number) -> Rewritings:
    """(x^2 - 1)/(x - 1) = x + 1"""
    above = [(b, e) for b, e in monomial.factors if isinstance(b, Sum) and e >= 1 and e == int(e)]
    below = [(b, e) for b, e in monomial.factors if isinstance(b, Sum) and e < 0]
    for top, e in above:
        for bottom, f in below:
            shared = _shared(forms, top, bottom)
            if shared is not None:
                common, left, right = shared
                rest = {b: x for b, x in monomial.factors if b is not top and b is not bottom}
                parts: Parts = [forms.multiply_powers(rest, None, number)]
                parts += [(left, 1), (forms.from_base(top), tidy(e - 1)), (common, 1)]
                if f.denominator != 1:
                    if right.number != 1:
                        continue
                    parts.append(forms.from_base(common.base or common, f))
                else:
                    parts += [(common, f), (right, f)]
                yield "cancel", forms.multiply(parts)


def _shared(forms: CanonicalForms, top: Sum, bottom: Sum) -> tuple[Sum, Sum, Sum] | None:
    """The common divisor of two polynomials in one base, and what is left of both."""
    one, other = generator(top), generator(bottom)
    if one is None or other is None or one[0] is not other[0]:
        return None
    base, root = one[0], max(one[1], other[1])
    if root % one[1] or root % other[1]:
        return None
    p, q = coefficients_in(top, base, root), coefficients_in(bottom, base, root)
    if not p or not q or len(p) < 2 or len(q) < 2:
        return None
    m, above = polynomials.primitive(p)
    n, below = polynomials.primitive(q)
    found = polynomials.common_divisor(above, below)
    if len(found) < 2:
        return None
    left, right = polynomials.divided(above, found), polynomials.divided(below, found)
    assert left is not None
    assert right is not None
    return (
        from_coefficients(forms, found, base, root),
        forms.scaled(from_coefficients(forms, left, base, root), m),
        forms.scaled(from_coefficients(forms, right, base, root), n),
    )


def joined_denominators(forms: CanonicalForms, monomial: Monomial, number: Number) -> Rewritings:
    """1/((1 - x)*(1 + x)) = 1/(1 - x^2)"""
    below = [(b, e) for b, e in monomial.factors if isinstance(b, Sum) and e < 0 and is_whole(e)]
    for exponent in sorted({e for _, e in below}):
        alike = [forms.from_base(b) for b, e in below if e == exponent]
        if len(alike) > 1:
            for _, whole in expanded(forms, forms.multiply(alike)):
                rest = {b: e for b, e in monomial.factors if forms.from_base(b) not in alike}
                outside = forms.multiply_powers(rest, None, number)
                parts: Parts = [outside, (whole, exponent)]
                yield "multiply out", forms.multiply(parts)


def cleared_fractions(forms: CanonicalForms, monomial: Monomial, number: Number) -> Rewritings:
    """1/(x*(1 + 1/x)) = 1/(x + 1), and the same for e^(-u) in a factor."""
    for base, exponent in monomial.factors:
        if not isinstance(base, Sum) or exponent.denominator != 1:
            continue
        for outside, inner in _without_fractions(forms, base):
            others = {b: e for b, e in monomial.factors if b is not base}
            rest = forms.multiply_powers(others, None, number)
            yield "clear fractions", forms.multiply([rest, (outside, exponent), (inner, exponent)])


def _without_fractions(forms: CanonicalForms, value: Sum) -> Iterator[tuple[Sum, Sum]]:
    """A sum as powers with negative exponents times a sum without these."""
    below = {b: e for b, e in least_exponents(value.terms).items() if e < 0}
    if below:
        up = {b: -e for b, e in below.items()}
        inner = forms.add([forms.multiply_powers(up, p, n) for p, n in value.terms])
        yield forms.multiply_powers(below), inner
    for base in dict.fromkeys(b for monomial, _ in value.terms for b, _ in monomial.factors):
        if (
            isinstance(base, Application)
            and base.op is exp
            and all(n < 0 for _, n in base.args[0].terms)
        ):
            up_ = forms.apply(exp, (forms.scaled(base.args[0], -1),))
            inner = forms.add(
                [forms.multiply([forms.from_monomial(p, n), up_]) for p, n in value.terms]
            )
            yield forms.from_base(base), inner
