"""Hidden conditions: those of a program that a shorter formula does not imply.

    x/x  ->  1, for x != 0        d/dx log(log(x))  ->  1/(x*log(x)), for log(x) > 0

Invariant: where the conditions of the formula and the hidden ones hold, all conditions of the
program hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adcli.ops.arithmetic import pow_
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.sign_analysis import SignAnalysis
from adcli.symbolic.canonical.terms import Application, Sum, is_whole
from adcli.symbolic.domain_conditions import (
    AT_LEAST_ZERO,
    HOLDS,
    NONZERO,
    OTHER,
    POSITIVE,
    Condition,
)
from adcli.symbolic.node_text import operations


def learn(signs: SignAnalysis, conditions: Iterable[Condition]) -> None:
    """Take conditions that hold for every evaluation as facts."""
    for condition in conditions:
        if condition.arm is None:
            if condition.kind == POSITIVE:
                signs.learn_positive(condition.form)
            elif condition.kind == AT_LEAST_ZERO:
                signs.learn_at_least_zero(condition.form)
            elif condition.kind == NONZERO:
                signs.learn_nonzero(condition.form)


def hidden(
    forms: CanonicalForms, before: Sequence[Condition], after: Sequence[Condition]
) -> list[Condition]:
    """The conditions `before` that those of a new formula, `after`, do not imply; the strongest
    come first."""
    signs = SignAnalysis(forms)
    learn(signs, after)
    kept = {(c.kind, c.form, c.arm) for c in after}
    found = [
        c
        for c in before
        if kept.isdisjoint([(c.kind, c.form, c.arm), (c.kind, c.form, None)])
        and not is_implied(forms, signs, c, after)
    ]
    strongest: list[Condition] = []
    for condition in sorted(found, key=_order):
        if not is_implied(forms, signs, condition, after):
            strongest.append(condition)
            learn(signs, [condition])
    return strongest


def _order(condition: Condition) -> tuple[int, int]:
    """Stronger conditions first, and of the same kind the shorter ones."""
    return (POSITIVE, AT_LEAST_ZERO, NONZERO, OTHER, HOLDS).index(condition.kind), operations(
        condition.node
    )


def is_implied(
    forms: CanonicalForms, signs: SignAnalysis, condition: Condition, others: Sequence[Condition]
) -> bool:
    """Whether a condition follows from the facts on signs, or from other conditions."""
    form = condition.form
    if condition.kind == POSITIVE:
        return signs.positive(form)
    if condition.kind == AT_LEAST_ZERO:
        return signs.at_least_zero(form)
    if condition.kind == NONZERO:
        return signs.not_zero(form)
    if condition.kind == HOLDS:
        return form.number is not None
    powers = [c.form for c in others if c.kind == OTHER and c.arm in (None, condition.arm)]
    return _power_implied(forms, signs, form, powers)


def _power_implied(
    forms: CanonicalForms, signs: SignAnalysis, form: Sum, powers: Sequence[Sum]
) -> bool:
    """Whether u^v has a value: where u is positive, or where u^(v - n) has one."""
    call = power_in(form)
    if call is None:
        return form.number is not None
    base, exponent = call.args
    if signs.positive(base):
        return True
    for other in map(power_in, powers):
        if other is not None and other.args[0] is base:
            apart = forms.add([exponent, other.args[1]], [1, -1]).number
            whole = apart is not None and is_whole(apart)
            if whole and apart is not None and (apart >= 0 or signs.not_zero(base)):
                return True
    return False


def power_in(form: Sum) -> Application | None:
    """The first power with a variable exponent in a form."""
    for monomial, _ in form.terms:
        for base, _ in monomial.factors:
            if isinstance(base, Application) and base.op is pow_:
                return base
    return None
