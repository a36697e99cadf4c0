"""Powers, roots, exponentials and logarithms in canonical form.

    (x^2)^(1/2)  is  |x|        exp(x*log(y))  is  y^x        log(exp(u))  is  u

Invariant: a power is split, or a root taken, only where the form has the value of what it was made
of wherever that has one; where that needs the sign of a base, the sign analysis is asked.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from adcli.ops.arithmetic import pow_
from adcli.ops.elementary_functions import abs_, exp, log, log2, log10
from adcli.ops.primitive import Primitive
from adcli.symbolic.canonical.rational_numbers import Number, exact_root, tidy
from adcli.symbolic.canonical.terms import (
    Application,
    Factors,
    Monomial,
    OpaqueConstant,
    Parts,
    Sum,
    is_even,
)

if TYPE_CHECKING:
    from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms

#: The logarithms with their bases.
LOGARITHMS = {row: row.algebra.base for row in (log, log2, log10)}


def power(forms: CanonicalForms, base: Sum, exponent: Sum) -> Sum:
    """base^exponent."""
    count = exponent.number
    if count is not None:
        if count.denominator == 1:
            return forms.multiply([(base, count)])
        return _root(forms, base, count)
    if base.number == 1:
        return forms.one
    for log_row, number in LOGARITHMS.items():
        if base.number == number and _has_factor(exponent, log_row):
            return exponential(forms, exponent, log_row)
    inner = base.base
    if isinstance(inner, OpaqueConstant) and inner.value == math.e:
        return forms.apply(exp, (exponent,))
    if isinstance(inner, Application) and inner.op is exp:
        return forms.apply(exp, (forms.multiply([inner.args[0], exponent]),))
    monomial = base.terms[0][0] if len(base.terms) == 1 else forms.unit
    if len(monomial.factors) == 1 and base.terms[0][1] == 1 and monomial.factors[0][1] != 1:
        below, times = monomial.factors[0]
        if forms.signs.positive(below):
            return power(forms, forms.from_base(below), forms.scaled(exponent, times))
    whole = next((n for p, n in exponent.terms if not p.factors), 0)
    if whole and forms.signs.not_zero(base):
        if whole.denominator != 1 and not forms.signs.positive(base):
            return forms.make(pow_, (base, exponent))
        rest = forms.add([exponent, forms.number(-whole)])
        outside = power(forms, base, forms.number(whole))
        return forms.multiply([outside, forms.make(pow_, (base, rest))])
    return forms.make(pow_, (base, exponent))


def _root(forms: CanonicalForms, base: Sum, exponent: Number) -> Sum:
    """base^exponent for an exponent that is not an integer."""
    if not base.terms:
        return forms.zero if exponent > 0 else forms.from_base(base, exponent)
    if len(base.terms) != 1:
        outside = forms.content(base)
        root = exact_root(outside, exponent)
        if root is None or outside == 1:
            return forms.from_base(base, exponent)
        smaller = forms.scaled(base, tidy(1 / Fraction(outside)))
        return forms.multiply([forms.from_base(smaller, exponent)], root)
    monomial, number = base.terms[0]
    if number == 1 and len(monomial.factors) == 1:
        return _root_of_power(forms, base, monomial, exponent)
    outside_number: Number = 1
    found: Parts = []
    inside: Factors = {}
    for inner, times in monomial.factors:
        if forms.signs.positive(inner):
            found.append(forms.from_base(inner, tidy(times * exponent)))
        else:
            inside[inner] = times
    if number > 0:
        root = exact_root(number, exponent)
        if root is not None:
            outside_number, number = root, 1
        elif not inside:
            found.append(forms.from_base(forms.number(number), exponent))
            number = 1
    if inside or number != 1:
        rest = forms.sum({forms.monomial(inside): number})
        alone = _root(forms, rest, exponent) if found or outside_number != 1 else None
        found.append(alone if alone is not None else forms.from_base(rest, exponent))
    return forms.multiply(found, outside_number)


def _root_of_power(forms: CanonicalForms, base: Sum, monomial: Monomial, exponent: Number) -> Sum:
    """(b^n)^r: b^(n r), or |b|^(n r) where n is even."""
    inner, times = monomial.factors[0]
    total = tidy(times * exponent)
    if is_even(times) and not forms.signs.at_least_zero(inner):
        size = forms.apply(abs_, (forms.from_base(inner),))
        return (
            forms.multiply([(size, total)])
            if total.denominator == 1
            else forms.from_base(size.base or size, total)
        )
    if isinstance(inner, Application) and inner.op in (exp, pow_) and total.denominator != 1:
        if inner.op is exp:
            return forms.apply(exp, (forms.scaled(inner.args[0], total),))
        if forms.signs.positive(inner.args[0]):
            return power(forms, inner.args[0], forms.scaled(inner.args[1], total))
        return forms.from_base(base.base or base, exponent)
    return (
        forms.multiply([(forms.from_base(inner), total)])
        if total.denominator == 1
        else forms.from_base(inner, total)
    )


def exponential(forms: CanonicalForms, inner: Sum, log_row: Primitive = log) -> Sum:
    """e^u, or the same power of the base of another logarithm; a term v*log(w) of u makes the
    factor w^v."""
    if not inner.terms:
        return forms.one
    for monomial, number in inner.terms:
        for base, exponent in monomial.factors:
            if isinstance(base, Application) and base.op is log_row and exponent == 1:
                others = dict(monomial.factors)
                del others[base]
                raised = forms.from_monomial(forms.monomial(others), number)
                rest = forms.add([inner, forms.from_monomial(monomial, number)], [1, -1])
                outside = power(forms, base.args[0], raised)
                return forms.multiply([outside, exponential(forms, rest, log_row)])
    if log_row is log:
        return forms.make(exp, (inner,))
    return power(forms, forms.number(int(LOGARITHMS[log_row])), inner)


def _has_factor(value: Sum, op: Primitive) -> bool:
    """Whether some term of a sum has an operation as a factor."""
    return any(
        isinstance(base, Application) and base.op is op and exponent == 1
        for monomial, _ in value.terms
        for base, exponent in monomial.factors
    )


def logarithm(forms: CanonicalForms, op: Primitive, inner: Sum) -> Sum:
    """log(e^u) is u, also to the bases 2 and 10."""
    base = inner.base
    if isinstance(base, Application) and _is_power_of(LOGARITHMS[op], base):
        return base.args[-1]
    if isinstance(base, OpaqueConstant) and base.value == LOGARITHMS[op]:
        return forms.one
    return forms.make(op, (inner,))


def _is_power_of(number: float, call: Application) -> bool:
    """Whether an operation is a power of a number, e^u among these."""
    if call.op is exp:
        return number == math.e
    return call.op is pow_ and call.args[0].number == number
