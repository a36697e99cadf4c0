"""The laws of exponents: powers in a product that join.

    exp(u)*exp(v)  is  exp(u + v)        x^a*x^b  is  x^(a + b)        sqrt(3)*sqrt(12)  is  6

Invariant: the product of the factors and the coefficient keeps its value.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from adcli.ops.arithmetic import pow_
from adcli.ops.elementary_functions import abs_, exp, hypot
from adcli.symbolic.canonical.rational_numbers import (
    Number,
    exact_root,
    has_short_power,
    tidy,
    whole_power,
)
from adcli.symbolic.canonical.terms import Application, Factors, Sum, gather, is_even, is_whole

if TYPE_CHECKING:
    from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms


def combined(forms: CanonicalForms, factors: Factors, number: Number) -> tuple[Factors, Number]:
    """The factors and the coefficient of a product after the laws of exponents were applied."""
    exponents: list[tuple[Sum, Number]] = []
    powers: dict[Sum, list[tuple[Sum, Number]]] = {}
    roots: dict[int, list[tuple[Number, Number]]] = {}
    kept: Factors = {}
    for base, exponent in factors.items():
        match base:
            case Application(op=op, args=(inner,)) if op is exp:
                exponents.append((inner, exponent))
            case Application(op=op, args=(below, above)) if op is pow_ and (
                is_whole(exponent) or forms.signs.at_least_zero(below)
            ):
                powers.setdefault(below, []).append((above, exponent))
            case Application(op=op, args=(inner,)) if op is abs_ and is_even(exponent):
                gather(kept, inner.base or inner, exponent)
            case Application(op=op, args=(one, other)) if op is hypot and is_even(exponent):
                square = forms.add([forms.multiply([(u, 2)]) for u in (one, other)])
                gather(kept, square.base or square, tidy(exponent * Fraction(1, 2)))
            case Sum(number=value) if value and value > 0 and not is_whole(exponent):
                roots.setdefault(exponent.denominator, []).append((value, exponent))
            case Sum(number=value) if value and has_short_power(value, exponent):
                whole = int(exponent)
                number *= whole_power(value, whole)
                gather(kept, base, exponent - whole)
            case _:
                gather(kept, base, exponent)
    found = [_joined_power(forms, kept, base, parts) for base, parts in powers.items()]
    found += [_root_of_numbers(forms, degree, parts) for degree, parts in roots.items()]
    if exponents:
        found.append(_exponentials(forms, exponents))
    for part in found:
        if len(part.terms) != 1:
            gather(kept, part, 1)
            continue
        monomial, inside = part.terms[0]
        number *= inside
        for factor, times in monomial.factors:
            gather(kept, factor, times)
    return kept, number


def _root_of_numbers(forms: CanonicalForms, degree: int, parts: list[tuple[Number, Number]]) -> Sum:
    """Roots of the same degree: sqrt(15)*sqrt(5)*sqrt(3) = 15 if that is rational; else each root
    stays a factor."""
    inside: Number = 1
    for value, exponent in parts:
        if not has_short_power(value, exponent * degree):
            break
        inside *= whole_power(value, int(exponent * degree))
    else:
        root = exact_root(inside, Fraction(1, degree))
        if root is not None:
            return forms.number(root)
    number: Number = 1
    kept: Factors = {}
    for value, exponent in parts:
        whole = int(exponent) if has_short_power(value, exponent) else 0
        number *= whole_power(value, whole)
        gather(kept, forms.number(value), exponent - whole)
    return forms.sum({forms.monomial(kept): tidy(number)})


def _exponentials(forms: CanonicalForms, parts: list[tuple[Sum, Number]]) -> Sum:
    """e^(u r) e^(v s) ... as e^(u r + v s + ...)."""
    total = forms.add([u for u, _ in parts], [e for _, e in parts])
    alone = len(parts) == 1 and parts[0][1] == 1
    return forms.make(exp, (total,)) if alone else forms.apply(exp, (total,))


def _joined_power(
    forms: CanonicalForms, kept: Factors, base: Sum, parts: list[tuple[Sum, Number]]
) -> Sum:
    """u^v u^w ... as one power; a factor u^n of `kept` joins it unless u is known not to be 0."""
    total = forms.add([v for v, _ in parts], [e for _, e in parts])
    if total.number is None and not forms.signs.not_zero(base):
        single = base.base or base
        whole = kept.get(single)
        if whole is not None and is_whole(whole):
            del kept[single]
            total = forms.add([total, forms.number(whole)])
    if len(parts) == 1 and parts[0] == (total, 1):
        return forms.make(pow_, (base, total))
    return forms.power(base, total)
