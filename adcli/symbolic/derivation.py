"""Derivations: the lines of a differentiation by hand, one rule after the other.

Invariant: a derivative that is still to be taken is written as d/dx[...], and the lines end with
the very form that the rules give at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from adcli.ops.elementary_functions import exp, log
from adcli.ops.expression_latex import DERIVATIVE
from adcli.ops.operation_notation import ATOM, CONDITIONAL, Form, Spelling
from adcli.ops.primitive import Calculus, Primitive
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.rational_numbers import Number
from adcli.symbolic.canonical.terms import Application, Base, Sum, is_whole
from adcli.symbolic.canonical_derivative_rules import AppliedRule, DerivativeRules
from adcli.symbolic.declared_derivative_nodes import stop_gradient

#: pending(u, x) is the derivative of u by x, still to be taken.
pending = Primitive(
    "pending",
    lambda u, x: u,
    arity=2,
    calculus=Calculus(lambda y, u, x: (None, None)),
    spelling=Spelling(text=Form("d/d{1}[{0}]", ATOM, (CONDITIONAL, ATOM)), latex=DERIVATIVE),
)


class Derivation:
    """Differentiates forms by one variable, line by line."""

    def __init__(self, forms: CanonicalForms, variable: str) -> None:
        self.forms = forms
        self.rules = DerivativeRules(forms, variable)

    def steps(self, value: Sum) -> Iterator[tuple[AppliedRule, Sum]]:
        """The derivative of a form with one rule applied after the other, from d/dx[value] on."""
        whole = self.forms.make(pending, (value, self.rules.variable))
        yield AppliedRule(""), whole
        while (target := self._pending(whole)) is not None:
            inner = target.args[0].base
            if self.rules.is_general_power(inner):
                assert isinstance(inner, Application)
                whole = self._replaced(whole, target, self.left(self._exponential(inner)))
                yield AppliedRule("u^v = exp(v*log(u))"), whole
                continue
            rule, new = self.rules.rule(target.args[0], self.left)
            whole = self._replaced(whole, target, new)
            yield rule, whole
        end = self.rules.derivative(value)
        if whole is not end:
            yield AppliedRule("exp(v*log(u)) = u^v"), end

    def left(self, value: Sum) -> Sum:
        """d/dx[u]; a derivative that needs no rule is taken at once."""
        if value is self.rules.variable:
            return self.forms.one
        if not self.rules.depends(value) or self._is_stopped(value.base):
            return self.forms.zero
        return self.forms.make(pending, (value, self.rules.variable))

    def _is_stopped(self, base: Base | None) -> bool:
        return isinstance(base, Application) and base.op is stop_gradient

    def _pending(self, value: Sum) -> Application | None:
        """The first derivative that is still to be taken."""
        for monomial, _ in value.terms:
            for base, _ in monomial.factors:
                if isinstance(base, Application):
                    if base.op is pending:
                        return base
                    for arg in base.args:
                        found = self._pending(arg)
                        if found is not None:
                            return found
                elif isinstance(base, Sum):
                    found = self._pending(base)
                    if found is not None:
                        return found
        return None

    def _replaced(self, value: Sum, target: Application, new: Sum) -> Sum:
        """The form with one pending derivative replaced."""
        forms = self.forms
        parts: list[Sum] = []
        numbers: list[Number] = []
        for monomial, number in value.terms:
            factors: list[Sum | tuple[Sum, Number]] = []
            for base, exponent in monomial.factors:
                part = forms.from_base(base)
                if base is target:
                    part = new
                elif isinstance(base, Sum):
                    part = self._replaced(base, target, new)
                elif (
                    isinstance(base, Application) and base.op is not exp and base.op is not pending
                ):
                    args = tuple([self._replaced(a, target, new) for a in base.args])
                    part = part if args == base.args else forms.apply(base.op, args)
                whole = is_whole(exponent)
                factors.append((part, exponent) if whole else forms.from_base(base, exponent))
            parts.append(forms.multiply(factors, number))
            numbers.append(1)
        return forms.add(parts, numbers)

    def _exponential(self, call: Application) -> Sum:
        """u^v as exp(v*log(u)), which `CanonicalForms.apply` would make u^v again."""
        exponent = self.forms.multiply([call.args[1], self.forms.apply(log, (call.args[0],))])
        return self.forms.make(exp, (exponent,))
