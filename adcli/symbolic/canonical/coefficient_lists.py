"""Polynomials in one base: from a canonical form to a list of coefficients, and back.

Invariant: a form and its list of coefficients have the same value.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from adcli.ops.elementary_functions import abs_
from adcli.symbolic.canonical import univariate_polynomials as polynomials
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.rational_numbers import Number, tidy
from adcli.symbolic.canonical.terms import Application, Base, Sum, Variable, least_exponents

#: The coefficients of a polynomial of a higher degree are not listed.
_DEGREE = 64


def generator(value: Sum) -> tuple[Base, int] | None:
    """The base of a polynomial in one base, and the n of the root base^(1/n) that it is a
    polynomial in; None if there are several bases.  A sum that occurs several times is visited
    once: written out, there may be a power of two of them."""
    found: set[Base] = set()
    roots: set[int] = set()
    todo, seen = [value], {value}
    while todo:
        for monomial, _ in todo.pop().terms:
            for base, exponent in monomial.factors:
                if exponent < 0 or (isinstance(base, Sum) and base.number is not None):
                    return None
                if isinstance(base, Sum) and exponent.denominator == 1:
                    if base not in seen:
                        seen.add(base)
                        todo.append(base)
                else:
                    found.add(base)
                    roots.add(exponent.denominator)
            if len(found) > 1:
                return None
    return (found.pop(), math.lcm(*roots)) if found else None


def coefficients_in(value: Sum, base: Base, root: int) -> polynomials.Coefficients | None:
    """The coefficients of a polynomial in base^(1/root), from the constant up; None if its degree
    is too high."""
    total: polynomials.Coefficients = []
    for monomial, number in value.terms:
        part: polynomials.Coefficients = [number]
        for inner, exponent in monomial.factors:
            if inner is base:
                shift = int(exponent * root)
                if shift > _DEGREE:
                    return None
                part = [*[0] * shift, *part]
                continue
            assert isinstance(inner, Sum)
            factor = coefficients_in(inner, base, root)
            for _ in range(int(exponent)):
                if factor is None or len(part) + len(factor) > _DEGREE + 2:
                    return None
                part = polynomials.multiplied(part, factor)
        total = polynomials.added(total, part)
    return total


def from_coefficients(forms: CanonicalForms, listed: Sequence[int], base: Base, root: int) -> Sum:
    """The form of a polynomial, with the highest power in front if that has a positive
    coefficient, else with the constant in front."""
    order = list(enumerate(listed))
    if listed[-1] > 0:
        order.reverse()
    return forms.add([term_of_degree(forms, base, i, root, n) for i, n in order if n])


def term_of_degree(
    forms: CanonicalForms, base: Base, degree: int, root: int, number: Number
) -> Sum:
    """number * base^(degree/root)"""
    exponent = tidy(Fraction(degree, root))
    return forms.multiply_powers({base: exponent} if exponent else {}, None, number)


def rational_zeros(forms: CanonicalForms, value: Sum) -> tuple[Base, list[Number]] | None:
    """The variable and the zeros of a quotient of polynomials in it, of its absolute value, or of
    a positive power; None if not all zeros are rational."""
    while (alone := _under_a_power(value)) is not None:
        value = alone
    below = {b: -e for b, e in least_exponents(value.terms).items() if e < 0}
    above = forms.add([forms.multiply_powers(below, p, n) for p, n in value.terms])
    single = generator(above)
    if single is None or single[1] != 1 or not isinstance(single[0], Variable):
        return None
    listed = coefficients_in(above, single[0], 1)
    if listed is None or len(listed) < 2:
        return None
    _, parts = polynomials.factors(listed)
    if any(len(part) > 2 for part, _ in parts):
        return None
    return single[0], [tidy(Fraction(-part[0], part[1])) for part, _ in parts]


def _under_a_power(value: Sum) -> Sum | None:
    """The u of |u| or u^r for r > 0, times a number; None if it is no such form."""
    if len(value.terms) != 1 or len(value.terms[0][0].factors) != 1:
        return None
    ((base, exponent),) = value.terms[0][0].factors
    if isinstance(base, Application) and base.op is abs_ and exponent > 0:
        return base.args[0]
    return base if isinstance(base, Sum) and exponent > 0 else None
