"""Rewriting: identities, which a pattern states, and rules that no pattern can state.

Such a rule is a generator function: from a form, or from the monomial and coefficient of one term,
it yields the name of a rule and the form that the rule makes.
"""

from __future__ import annotations

from collections.abc import Iterator

from adcli.symbolic.canonical.terms import Sum

#: Names of rules and the forms that these make.
Rewritings = Iterator[tuple[str, Sum]]
