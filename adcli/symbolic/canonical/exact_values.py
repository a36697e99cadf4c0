"""Exact values of forms at a rational number.

Invariant: a value that is given is that of the form in exact arithmetic.
"""

from __future__ import annotations

from fractions import Fraction

from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.rational_numbers import Number, tidy
from adcli.symbolic.canonical.terms import Application, Base, Sum


def exact_value(forms: CanonicalForms, value: Sum, symbol: Base, place: Number) -> Number | None:
    """The value of a form where its variable `symbol` is `place`; None if there are more variables,
    no value there, or none that is known to be rational, as that of sin(1)."""
    total = Fraction(0)
    for monomial, number in value.terms:
        product = Fraction(number)
        for base, exponent in monomial.factors:
            known = _of_base(forms, base, symbol, place)
            if known is None or (known == 0 and exponent < 0):
                return None
            if exponent.denominator != 1 and known not in (0, 1):
                return None
            product *= known if known in (0, 1) else Fraction(known) ** int(exponent)
        total += product
    return tidy(total)


def _of_base(forms: CanonicalForms, base: Base, symbol: Base, place: Number) -> Number | None:
    if base is symbol:
        return place
    if isinstance(base, Sum):
        return exact_value(forms, base, symbol, place)
    if not isinstance(base, Application):
        return None
    args = [exact_value(forms, arg, symbol, place) for arg in base.args]
    known = [forms.number(arg) for arg in args if arg is not None]
    return forms.apply(base.op, tuple(known)).number if len(known) == len(args) else None
