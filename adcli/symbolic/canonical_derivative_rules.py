"""The rules of differentiation, on canonical forms.

Invariant: a rule is stated once, for a form whose parts have derivatives; the caller says what
those are.  `DerivativeRules.derivative` takes them by the rules again, and the lines of
`adcli.symbolic.derivation` leave them to be taken.

The rules for functions are the partials of their rows, in the textbook's form where they have one.
Each part of a form is differentiated once, however often it is used: Laue, "On the equivalence of
automatic and symbolic differentiation" (2019).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from adcli.expr import Expr, Num, Var, lift
from adcli.ops.arithmetic import pow_
from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.elementary_functions import log
from adcli.ops.primitive import BOOL, INT, Primitive
from adcli.symbolic.canonical.canonical_form_arithmetic import LONG_PRODUCT, CanonicalForms
from adcli.symbolic.canonical.coefficient_lists import rational_zeros
from adcli.symbolic.canonical.exact_values import exact_value
from adcli.symbolic.canonical.from_graph import insert
from adcli.symbolic.canonical.rational_numbers import Number, tidy
from adcli.symbolic.canonical.terms import Application, Base, Monomial, Sum, Verbatim
from adcli.symbolic.canonical.zero_sets import may_be_zero_on_an_interval

#: From a part of a form to its derivative.
Derive = Callable[[Sum], Sum]
Factor = tuple[Base, Number]


class AppliedRule(NamedTuple):
    """The name of a rule that was applied, and the inner function of a chain rule."""

    name: str
    inner: Sum | None = None


class DerivativeRules:
    """Differentiates forms by one variable."""

    def __init__(self, forms: CanonicalForms, variable: str) -> None:
        self.forms = forms
        self.variable = forms.variable(variable)
        self._symbol = self.variable.base
        self._known: dict[Sum, Sum] = {}
        self._depends: dict[Base, bool] = {}
        #: the operations whose partials were taken in the textbook's form, and by which argument
        self.textbook_partials: dict[tuple[Application, int], None] = {}

    def derivative(self, value: Sum) -> Sum:
        """The derivative by the rules alone, not simplified.  Recurses as deep as the form is."""
        found = self._known.get(value)
        if found is None:
            found = self._known[value] = self.rule(value, self.derivative)[1]
        return found

    def depends(self, base: Base) -> bool:
        """Whether the variable occurs in a base."""
        found = self._depends.get(base)
        if found is None:
            found = self._depends[base] = base is self._symbol or self._inside(base)
        return found

    def _inside(self, base: Base) -> bool:
        if isinstance(base, Application):
            for arg in base.args:
                if self.depends(arg):
                    return True
        elif isinstance(base, Sum):
            for monomial, _ in base.terms:
                for inner, _ in monomial.factors:
                    if self.depends(inner):
                        return True
        elif isinstance(base, Verbatim):
            return self.depends(base.value)
        return False

    def rule(self, value: Sum, d: Derive) -> tuple[AppliedRule, Sum]:
        """The derivative of a form from the derivatives `d` of its parts, and the rule's name."""
        if value is self.variable:
            return AppliedRule("derivative of the variable"), self.forms.one
        if not self.depends(value):
            return AppliedRule("a constant"), self.forms.zero
        if len(value.terms) > 1:
            return self._sum(value, d)
        monomial, number = value.terms[0]
        fixed = [self.forms.from_base(*f) for f in monomial.factors if not self.depends(f[0])]
        varied = [f for f in monomial.factors if self.depends(f[0])]
        constant = self.forms.multiply(fixed, number)
        below = [f for f in varied if f[1] < 0]
        if len(varied) > 1:
            if below and len(below) < len(varied):
                return self._quotient(varied, constant, d)
            return self._product(varied, constant, d)
        if constant is not self.forms.one:
            return self._constant_factor(varied[0], constant, d)
        base, exponent = varied[0]
        return self._power(base, exponent, d)

    def _sum(self, value: Sum, d: Derive) -> tuple[AppliedRule, Sum]:
        """(u + v)' = u' + v'"""
        parts = [(self.forms.from_monomial(p), n) for p, n in value.terms if self._varies(p)]
        slopes = [d(part) for part, _ in parts]
        return AppliedRule("sum rule"), self.forms.add(slopes, [n for _, n in parts])

    def _varies(self, monomial: Monomial) -> bool:
        return any(self.depends(base) for base, _ in monomial.factors)

    def _constant_factor(self, factor: Factor, constant: Sum, d: Derive) -> tuple[AppliedRule, Sum]:
        """(c u)' = c u'"""
        return AppliedRule("constant factor"), self.forms.multiply(
            [constant, d(self.forms.from_base(*factor))]
        )

    def _product(self, factors: list[Factor], constant: Sum, d: Derive) -> tuple[AppliedRule, Sum]:
        """(c u v w)' = c u' v w + c u v' w + c u v w'.  A long product is differentiated by halves:
        the text of this rule grows with the square of the length."""
        forms = self.forms
        if len(factors) > LONG_PRODUCT:
            half = len(factors) // 2
            parts = [
                forms.multiply([forms.from_base(*f) for f in fs])
                for fs in (factors[:half], factors[half:])
            ]
            factors = [(part, 1) for part in parts]
        powers = [forms.from_base(*f) for f in factors]
        terms = []
        for i, power in enumerate(powers):
            slope = d(power)
            if slope is not forms.zero:
                terms.append(forms.multiply([constant, *powers[:i], slope, *powers[i + 1 :]]))
        return AppliedRule("product rule"), forms.add(terms)

    def _quotient(self, factors: list[Factor], constant: Sum, d: Derive) -> tuple[AppliedRule, Sum]:
        """(c u/v)' = c (u' v - u v')/v^2"""
        forms = self.forms
        above = forms.multiply([forms.from_base(*f) for f in factors if f[1] > 0])
        below = forms.multiply([forms.from_base(b, -e) for b, e in factors if e < 0])
        first = forms.multiply([d(above), below])
        second = forms.multiply([above, d(below)])
        whole = forms.add([first, second], [1, -1])
        return AppliedRule("quotient rule"), forms.multiply([constant, whole, (below, -2)])

    def _power(self, base: Base, exponent: Number, d: Derive) -> tuple[AppliedRule, Sum]:
        """(u^n)' = n u^(n - 1) u'"""
        forms = self.forms
        if exponent == 1:
            if isinstance(base, Verbatim):
                return self.rule(base.value, d)
            assert isinstance(base, Application)
            return self._call(base, d)
        inner = forms.from_base(base)
        outer = forms.power(inner, forms.number(tidy(exponent - 1)))
        chain = None if base is self._symbol else inner
        return AppliedRule("power rule", chain), forms.multiply([outer, d(inner)], exponent)

    def _call(self, call: Application, d: Derive) -> tuple[AppliedRule, Sum]:
        """f(u)' = f'(u) u', and the sum of these for several arguments."""
        forms, op, args = self.forms, call.op, call.args
        if op is select:
            condition, then, otherwise = args
            arms = d(then), d(otherwise)
            return AppliedRule("case by case"), forms.apply(select, (condition, *arms))
        if self.is_general_power(call):
            return self._general_power(call, d)
        varied = [i for i, arg in enumerate(args) if self.depends(arg)]
        terms = []
        for i in varied:
            partial = self._partial(call, i)
            if partial is not forms.zero:
                terms.append(self._times(partial, d(args[i])))
        single = len(varied) == 1 and args[varied[0]] is not self.variable
        chain = args[varied[0]] if single else None
        return AppliedRule(op.rule(varied), chain), forms.add(terms)

    def _times(self, partial: Sum, slope: Sum) -> Sum:
        """A partial times a derivative; where a choice makes the partial 0, the product is 0."""
        forms, choice = self.forms, partial.base
        if (
            isinstance(choice, Application)
            and choice.op is select
            and forms.zero in choice.args[1:]
        ):
            condition, *arms = choice.args
            return forms.apply(select, (condition, *[self._times(arm, slope) for arm in arms]))
        return forms.multiply([partial, slope])

    def _general_power(self, call: Application, d: Derive) -> tuple[AppliedRule, Sum]:
        """u^v = e^(v ln u), so (u^v)' = u^v (v ln u)'"""
        forms = self.forms
        exponent = forms.multiply([call.args[1], forms.apply(log, (call.args[0],))])
        power = forms.from_base(call)
        return AppliedRule("u^v = exp(v*log(u))", exponent), forms.multiply([power, d(exponent)])

    def _partial(self, call: Application, index: int) -> Sum:
        """The partial of an operation by one argument."""
        guarded = call.op is pow_ and (
            may_be_zero_on_an_interval(call.args[0])
            or (index == 1 and self._is_zero_in_its_domain(call))
        )
        template = _template(call.op, index, guarded)
        if call.op.calculus.textbook and not guarded:
            self.textbook_partials[call, index] = None
        values = dict(zip(_NAMES, call.args, strict=False))
        return insert(self.forms, template, values | {"result": self.forms.from_base(call)})

    def is_general_power(self, base: Base | None) -> bool:
        """Whether a base is u^v with both parts variable, and u not 0 where the power has a
        value."""
        if not isinstance(base, Application) or base.op is not pow_:
            return False
        below, above = base.args
        if not self.depends(below) or may_be_zero_on_an_interval(below):
            return False
        if self.derivative(above) is self.forms.zero:
            return False
        return not self._is_zero_in_its_domain(base)

    def _is_zero_in_its_domain(self, power: Application) -> bool:
        """Whether u may be 0 where v > 0 in u^v: there the derivative by v is 0, and log(u) has no
        value."""
        base, exponent = power.args
        forms = self.forms
        opposite = forms.scaled(exponent, -1)
        if base is exponent or forms.signs.not_zero(base) or forms.signs.at_least_zero(opposite):
            return False
        found = rational_zeros(forms, base)
        if found is None:
            return True
        symbol, roots = found
        values = [exact_value(forms, exponent, symbol, root) for root in roots]
        return any(value is None or value > 0 for value in values)


_NAMES = ("first", "second", "third")
_templates: dict[tuple[Primitive, int, bool], Expr] = {}


def _template(op: Primitive, index: int, guarded: bool) -> Expr:
    """A row's partial in the result and the arguments by name: in the textbook's form, or `guarded`
    where that has no value though the derivative exists."""
    found = _templates.get((op, index, guarded))
    if found is None:
        names = [Var(name) for name in _NAMES[: op.arity]]
        partial = None
        if op.kind not in (BOOL, INT):
            calculus = op.calculus
            partials = calculus.partials if guarded else calculus.textbook or calculus.partials
            partial = partials(Var("result"), *names)[index] if partials else None
        found = _templates[op, index, guarded] = Num(0) if partial is None else lift(partial)
    return found
