"""Sign analysis: where a form is positive, at least 0, or not 0.

Invariant: the answer True is right wherever the form has a value and the facts that were learnt
hold.  The answer False says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from adcli.ops.arithmetic import pow_
from adcli.ops.primitive import NOT_NEGATIVE, NOT_ZERO, POSITIVE
from adcli.symbolic.canonical.rational_numbers import Number, exact_root, tidy
from adcli.symbolic.canonical.terms import (
    Application,
    Base,
    Monomial,
    OpaqueConstant,
    Sum,
    Verbatim,
    is_even,
    is_whole,
)

if TYPE_CHECKING:
    from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms


class SignAnalysis:
    """Answers by the facts that were learnt, the rows of functions, and the rules of signs."""

    def __init__(self, forms: CanonicalForms) -> None:
        self.forms = forms
        self._above: set[Base] = set()
        self._from_zero: set[Base] = set()
        self._nonzero: set[Base] = set()
        self._found: dict[tuple[Base, str], bool] = {}

    # -- facts -----------------------------------------------------------------------------------

    def learn_positive(self, value: Sum) -> None:
        self._learn(self._above, value)
        self.learn_nonzero(value)
        self._learn_factors(self._above, value)

    def learn_at_least_zero(self, value: Sum) -> None:
        self._learn(self._from_zero, value)
        self._learn_factors(self._from_zero, value)

    def learn_nonzero(self, value: Sum) -> None:
        """If a product is not 0, neither are its opposite and its factors."""
        self._learn(self._nonzero, value)
        self._learn(self._nonzero, self.forms.scaled(value, -1))
        if len(value.terms) == 1:
            for base, _ in value.terms[0][0].factors:
                self._nonzero.add(base)

    def _learn(self, facts: set[Base], value: Sum) -> None:
        alike = self._without_number(value)
        facts.update((alike, alike.base or alike))
        self._found.clear()

    def _learn_factors(self, facts: set[Base], value: Sum) -> None:
        """Where a^2 - u^2 is positive, so are its factors a - u and a + u, for a > 0."""
        terms = dict(value.terms)
        number = terms.pop(self.forms.unit, 0)
        if number <= 0 or len(terms) != 1:
            return
        ((monomial, times),) = terms.items()
        half = Fraction(1, 2)
        outside, inside = exact_root(number, half), exact_root(-times, half) if times < 0 else None
        if outside and inside and all(is_even(e) for _, e in monomial.factors):
            powers = {b: tidy(e * half) for b, e in monomial.factors}
            root = self.forms.multiply_powers(powers, None, inside)
            for sign in (1, -1):
                self._learn(facts, self.forms.add([self.forms.number(outside), root], [1, sign]))

    def _without_number(self, value: Sum) -> Sum:
        """The sum divided by the greatest number that leaves integer coefficients."""
        number = self.forms.content(value)
        return self.forms.scaled(value, tidy(1 / Fraction(number))) if number else value

    # -- questions -------------------------------------------------------------------------------

    def positive(self, base: Base) -> bool:
        """Whether it is known to be greater than 0 where it has a value."""
        return self._ask(base, "positive", self._positive)

    def at_least_zero(self, base: Base) -> bool:
        """Whether it is known not to be negative where it has a value."""
        return self._ask(base, "at least zero", self._at_least_zero)

    def not_zero(self, base: Base) -> bool:
        """Whether it is known not to be 0 where it has a value."""
        return self._ask(base, "not zero", self._not_zero)

    def _ask(self, base: Base, question: str, answer: Callable[[Base], bool]) -> bool:
        if isinstance(base, Sum):
            base = base.base or self._without_number(base)
        key = (base, question)
        found = self._found.get(key)
        if found is None:
            self._found[key] = False  # while it is being found
            found = self._found[key] = answer(base)
        return found

    def _positive(self, base: Base) -> bool:
        if base in self._above:
            return True
        if isinstance(base, OpaqueConstant):
            return base.value > 0
        if isinstance(base, Verbatim):
            return self.positive(base.value)
        if isinstance(base, Application):
            if base.op is pow_:
                return self.positive(base.args[0])
            return base.op.algebra.sign == POSITIVE
        if not isinstance(base, Sum):
            return False
        return self._adds_up(base, strictly=True) or self._outweighs(base)

    def _outweighs(self, value: Sum) -> bool:
        """Whether it is sqrt(a) + b with a > b^2."""
        forms = self.forms
        for monomial, number in value.terms if len(value.terms) <= 3 else ():
            roots = [b for b, e in monomial.factors if e == Fraction(1, 2)]
            if len(monomial.factors) == 1 and roots and number > 0:
                root = forms.from_monomial(monomial, number)
                rest = forms.add([value, root], [1, -1])
                apart = forms.add(
                    [forms.multiply([(root, 2)]), forms.multiply([(rest, 2)])], [1, -1]
                )
                if apart.number is not None and apart.number > 0:
                    return True
        return False

    def _at_least_zero(self, base: Base) -> bool:
        if base in self._from_zero or self.positive(base):
            return True
        if isinstance(base, Verbatim):
            return self.at_least_zero(base.value)
        if isinstance(base, Application):
            if base.op is pow_:
                return self.at_least_zero(base.args[0])
            return base.op.algebra.sign == NOT_NEGATIVE
        return isinstance(base, Sum) and self._adds_up(base, strictly=False)

    def _not_zero(self, base: Base) -> bool:
        if base in self._nonzero or self.positive(base):
            return True
        if isinstance(base, Verbatim):
            return self.not_zero(base.value)
        if isinstance(base, Application):
            if base.op is pow_:
                return self.not_zero(base.args[0])
            return base.op.algebra.sign == NOT_ZERO
        if isinstance(base, Sum):
            if len(base.terms) == 1:
                for inner, exponent in base.terms[0][0].factors:
                    if exponent > 0 and not self.not_zero(inner):
                        return False
                return True
            return self.positive(self.forms.scaled(base, -1))
        return False

    def _adds_up(self, value: Sum, *, strictly: bool) -> bool:
        """Whether no term is negative, and with `strictly` some term is positive."""
        some = False
        for monomial, number in value.terms:
            if not self._term(monomial, number, strictly=False):
                return False
            some = some or self._term(monomial, number, strictly=True)
        return some or not strictly

    def _term(self, monomial: Monomial, number: Number, *, strictly: bool) -> bool:
        if number < 0:
            return False
        for base, exponent in monomial.factors:
            if strictly and exponent > 0 and not self.not_zero(base):
                return False
            odd = is_whole(exponent) and not is_even(exponent)
            if odd and not self.at_least_zero(base):
                return False
        return True
