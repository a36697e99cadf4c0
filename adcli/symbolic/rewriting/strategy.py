"""The strategy: which rules rewrite a polynomial in one variable, a product, a sum, in which order.

Invariant: every rewriting has the value of the form given, wherever that has one.  The order
of the rules is fixed, and the next one is tried only when the caller asks for it.
"""

from __future__ import annotations

from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.coefficient_lists import generator
from adcli.symbolic.canonical.rational_numbers import Number
from adcli.symbolic.canonical.terms import Monomial, Sum, Variable
from adcli.symbolic.rewriting import Rewritings
from adcli.symbolic.rewriting.common_factors import common_factors, grouped, without_content
from adcli.symbolic.rewriting.expansion import distributed, expanded, factored
from adcli.symbolic.rewriting.fractions import (
    cancelled,
    cleared_fractions,
    joined_denominators,
)
from adcli.symbolic.rewriting.identity_matching import IdentityMatcher
from adcli.symbolic.rewriting.logarithms import split_logarithms
from adcli.symbolic.rewriting.piecewise import max_plus_min, merged_choices, resolved_extremes

#: The terms of longer sums are not rewritten one by one.
_SHORT_SUM = 12


class RewritingRules:
    """All rules, for forms of one `CanonicalForms`."""

    def __init__(self, forms: CanonicalForms) -> None:
        self.forms = forms
        self._identities = IdentityMatcher(forms)

    def rewritings(self, value: Sum) -> Rewritings:
        """The forms that one rule makes of a form."""
        if _is_polynomial(value):
            yield from self._of_polynomial(value)
        elif len(value.terms) == 1:
            yield from self._of_term(*value.terms[0], value)
        elif value.terms:
            yield from self._of_sum(value)

    def _of_polynomial(self, value: Sum) -> Rewritings:
        """A polynomial in one variable is shortest expanded, or factored."""
        forms = self.forms
        if len(value.terms) == 1:
            yield from without_content(forms, *value.terms[0])
        else:
            yield from common_factors(forms, value)
            yield from factored(forms, value)
        yield from expanded(forms, value)

    def _of_term(self, monomial: Monomial, number: Number, value: Sum) -> Rewritings:
        forms = self.forms
        yield from self._identities.product(monomial, number)
        yield from resolved_extremes(forms, monomial, number)
        if len(monomial.factors) > 1 or number != 1:
            yield from merged_choices(forms, value)
        if any(isinstance(b, Sum) for b, _ in monomial.factors):
            yield from without_content(forms, monomial, number)
            yield from cancelled(forms, monomial, number)
            yield from cleared_fractions(forms, monomial, number)
            yield from joined_denominators(forms, monomial, number)
            yield from distributed(forms, monomial, number)
            yield from expanded(forms, value)

    def _of_sum(self, value: Sum) -> Rewritings:
        forms = self.forms
        yield from self._identities.sum(value)
        yield from max_plus_min(forms, value)
        yield from common_factors(forms, value)
        yield from factored(forms, value)
        yield from expanded(forms, value)
        yield from grouped(forms, value)
        yield from split_logarithms(forms, value)
        yield from merged_choices(forms, value)
        for monomial, number in value.terms if len(value.terms) <= _SHORT_SUM else ():
            if forms.from_monomial(monomial, number) is not value:
                term = forms.sum({monomial: number})
                for rule, new in self._of_term(monomial, number, term):
                    old = forms.sum({monomial: number})
                    yield rule, forms.add([value, old, new], [1, -1, 1])


def _is_polynomial(value: Sum) -> bool:
    single = generator(value)
    return single is not None and isinstance(single[0], Variable)
