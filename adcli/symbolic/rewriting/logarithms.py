"""Logarithms of products and powers, split into sums.

Invariant: every rewriting has the value of the form given, wherever that has one.
"""

from __future__ import annotations

from adcli.ops.elementary_functions import log
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.terms import Application, Base, Sum
from adcli.symbolic.rewriting import Rewritings


def split_logarithms(forms: CanonicalForms, value: Sum) -> Rewritings:
    """log(u*v) = log(u) + log(v) and log(u^n) = n*log(u), where u is known to be positive."""
    logs = [(p, b) for p, _ in value.terms for b, _ in p.factors if _is_log(b)]
    for monomial, call in logs if len(logs) > 1 else ():
        assert isinstance(call, Application)
        inner = call.args[0]
        if len(inner.terms) == 1 and dict(monomial.factors)[call] == 1:
            powers, number = inner.terms[0]
            known = {b: e for b, e in powers.factors if forms.signs.positive(b)}
            if known and powers.factors != ((next(iter(known)), 1),):
                parts = [forms.apply(log, (forms.from_base(b),)) for b in known]
                rest = {b: e for b, e in powers.factors if b not in known}
                last = forms.apply(log, (forms.multiply_powers(rest, None, number),))
                whole = forms.add([*parts, last], [*known.values(), 1])
                outside = forms.multiply(
                    [forms.from_monomial(monomial), (forms.from_base(call), -1)]
                )
                times = dict(value.terms)[monomial]
                old = forms.sum({monomial: times})
                new = forms.multiply([outside, whole], times)
                yield "log of a product", forms.add([value, old, new], [1, -1, 1])


def _is_log(base: Base) -> bool:
    return isinstance(base, Application) and base.op is log
