"""Narrowed domains: where the formula of a derivative has no value, though the program has one.

A textbook's partial may be 0/0 where the derivative exists, as (cos(pi*x) - sinc(x))/x is at x = 0.

The logarithm in the derivative of u^v needs u > 0, or u = 0 < v where the formula has 0 there; the
power has a value at single points without it.  And u^(v - 1) has no value for u = v = 0, where the
power is 1 for all u.

Invariant: where the conditions hold, the derivative has a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adcli.expr import Expr, lift
from adcli.ops.comparisons_logic_and_choice import and_, eq, gt, or_
from adcli.ops.primitive import Primitive
from adcli.symbolic.canonical.coefficient_lists import rational_zeros
from adcli.symbolic.canonical.exact_values import exact_value
from adcli.symbolic.canonical.sign_analysis import SignAnalysis
from adcli.symbolic.canonical.terms import Application, Sum
from adcli.symbolic.conditions_lost_by_simplification import is_implied, learn, power_in
from adcli.symbolic.domain_conditions import NONZERO, OTHER, POSITIVE, Condition, DomainConditions

#: A partial that was taken: the operation, its arguments, and by which of them.
TakenPartial = tuple[Primitive, tuple[Expr, ...], int]


class NarrowedDomains:
    """Finds what derivatives need beyond what the program needs."""

    def __init__(self, conditions: DomainConditions) -> None:
        self.conditions = conditions
        self.forms = conditions.forms
        self.graph = conditions.graph

    def narrowed(self, before: Sequence[Condition], after: Sequence[Condition]) -> list[Condition]:
        """The conditions of powers among those `after` differentiation, beyond those `before`."""
        signs = SignAnalysis(self.forms)
        learn(signs, before)
        needed: dict[tuple[str, Sum], list[Condition]] = {}
        for condition in after:
            needed.setdefault((condition.kind, condition.form), []).append(condition)
        found: list[Condition] = []
        for power in [c for c in before if c.kind == OTHER]:
            call = power_in(power.form)
            if call is None or not call.args[0].terms or signs.positive(call.args[0]):
                continue
            for alone in self.conditions.sign_conditions(POSITIVE, call.args[0]):
                needing = needed.get((alone.kind, alone.form), [])
                if any(c.arm is None for c in needing):
                    found.append(alone)
                elif needing:
                    node = self._positive_or_raised(alone, call, signs)
                    found.append(power._replace(node=node))
            if self._is_lowered(call, after, signs):
                found.append(self._not_both_zero(call))
        return [c for c in found if not is_implied(self.forms, signs, c, ())]

    def quotients(
        self, before: Sequence[Condition], after: Sequence[Condition], taken: Iterable[TakenPartial]
    ) -> list[Condition]:
        """The conditions among those `after` differentiation that only the textbook's form of a
        partial brings in, because it divides by what may be 0."""
        signs = SignAnalysis(self.forms)
        learn(signs, before)
        needed = [c for c in after if c.kind == NONZERO and not signs.not_zero(c.form)]
        if not needed:
            return []
        divisors = {form for partial in taken for form in self._divisors(*partial)}
        lost = divisors.difference([c.form for c in needed])
        if any(isinstance(form.base, Application) for form in lost):
            return needed  # an identity made another divisor of it, as tan(x) of sin(x)
        return [c for c in needed if c.form in divisors]

    def _divisors(self, op: Primitive, args: tuple[Expr, ...], index: int) -> list[Sum]:
        """What must not be 0 for the textbook's form of a partial, if the row's own form has a
        value everywhere."""
        calculus = op.calculus
        result = self.graph.apply(op, args)
        if op.domain.smooth or calculus.textbook is None or calculus.partials is None:
            return []
        readable, computed = [
            self.conditions.of([self.graph.insert(lift(found))])
            for partials in (calculus.textbook, calculus.partials)
            if (found := partials(result, *args)[index]) is not None
        ]
        below = {(c.kind, c.form) for c in self.conditions.of(args)}
        if any((c.kind, c.form) not in below for c in computed):
            return []
        return [c.form for c in readable if c.kind == NONZERO and (c.kind, c.form) not in below]

    def _positive_or_raised(self, above: Condition, call: Application, signs: SignAnalysis) -> Expr:
        """u > 0 or u = 0 < v; if u cannot be negative, u > 0 or v > 0 is enough."""
        base, exponent = call.args
        raised = self.conditions.written(POSITIVE, gt, exponent).node
        if not signs.at_least_zero(base):
            equation = self.graph.make(eq, (self.conditions.writer.write(base), self.graph.zero))
            raised = self.graph.apply(and_, (equation, raised))
        return self.graph.apply(or_, (above.node, raised))

    def _is_lowered(
        self, call: Application, after: Sequence[Condition], signs: SignAnalysis
    ) -> bool:
        """Whether the derivative needs u^(v - 1) or the like, and u and v may both be 0."""
        base, exponent = call.args
        needed = [c.form for c in after if c.kind == OTHER and c.arm is None]
        powers = [other for other in map(power_in, needed) if other is not None]
        if signs.not_zero(base) or signs.not_zero(exponent):
            return False
        found = rational_zeros(self.forms, base)
        if found is not None:
            values = [exact_value(self.forms, exponent, found[0], place) for place in found[1]]
            if all(value is not None and value != 0 for value in values):
                return False
        steps = [
            self.forms.add([other.args[1], exponent], [1, -1]).number
            for other in powers
            if other.args[0] is base
        ]
        return any(step is not None and step < 0 for step in steps)

    def _not_both_zero(self, call: Application) -> Condition:
        """u and v are not both 0."""
        first, second = [
            [c.node for c in self.conditions.nonzero_factors(arg)] for arg in call.args
        ]
        if set(first) <= set(second) or set(second) <= set(first):
            node = self.conditions.conjunction(min(first, second, key=len))
        else:
            sides = self.conditions.conjunction(first), self.conditions.conjunction(second)
            node = self.graph.apply(or_, sides)
        (form,) = self.conditions.reader.read([node])
        return Condition(OTHER, form, node)
