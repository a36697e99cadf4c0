"""Simplification: best-first search over rewritings with a cost model, within a budget of work.

Invariant: every form that the search looks at has the value of the one that was given wherever that
has one, so whenever the search ends, the best form so far is right.

The search goes from the inside to the outside: it rewrites each sum and each product by the named
rules of `adcli.symbolic.rewriting.strategy` as long as the forms that these make are cheaper, or
not much dearer, than the best so far; `adcli.symbolic.canonical.cost_model` says what is cheap.
Each form is searched once, however often it occurs, so a graph that shares much stays small.

Carette, "Understanding expression simplification", ISSAC (2004); Moses (1971).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from adcli.ops.arithmetic import pow_
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.cost_model import Cost
from adcli.symbolic.canonical.terms import Application, Base, Sum
from adcli.symbolic.canonical.to_graph import GraphWriter
from adcli.symbolic.rewriting.strategy import RewritingRules


class Breadth(NamedTuple):
    """How widely one round searches: it rewrites `width` forms of one sum or product further; these
    may be dearer than the best form so far by `slack` operations; and `depth` is how often it
    simplifies parts that rules made inside parts that rules made."""

    width: int
    slack: int
    depth: int


#: A form with no more operations is not searched in a second round.
_SMALL = 3

#: The first round takes only cheaper forms, the second one also goes through dearer ones.
ROUNDS = (Breadth(2, 0, 2), Breadth(4, 4, 3))


class Rewriting(NamedTuple):
    """A rule made `after` of a form."""

    rule: str
    after: Sum


class Simplifier:
    """Simplifies forms with a budget of work.

    `rewritings` has for each form on the way to a best one the first rewriting on that way.
    """

    def __init__(self, forms: CanonicalForms, writer: GraphWriter, budget: int) -> None:
        self.forms = forms
        self.writer = writer
        self.rewritings: dict[Sum, Rewriting] = {}
        self._rules = RewritingRules(forms)
        self._best: dict[Sum, Sum] = {}
        self._known: dict[Sum, Sequence[tuple[str, Sum]]] = {}
        self._left = budget
        self._end = 0
        self._depth = 0
        self._breadth = ROUNDS[0]

    def simplified(self, value: Sum, among: int = 1) -> Sum:
        """The cheapest form found; the search may spend one of `among` equal shares of what is left
        of the budget."""
        start = self.forms.work
        self._end = start + self._left // among
        for breadth in ROUNDS:
            if self._breadth is not breadth:
                self._breadth = breadth
                self._best.clear()
            value = self._cheapest(value)
            if self.writer.cost(value).operations <= _SMALL:
                break
        self._left -= min(self.forms.work - start, self._left // among)
        return value

    def path(self, value: Sum, end: Sum) -> Iterator[Rewriting]:
        """The rewritings that lead from a form to its simplified one, one at a time."""
        seen = {value}
        while value is not end:
            found = self._next(value)
            if found is None or found.after in seen:
                yield Rewriting("collect terms", end)
                return
            yield found
            value = found.after
            seen.add(value)

    def _next(self, value: Sum) -> Rewriting | None:
        """The first rewriting of a part, or of the whole."""
        for monomial, _ in value.terms:
            for base, _ in monomial.factors:
                for part in _parts(base):
                    found = self._next(part)
                    if found is not None:
                        return Rewriting(found.rule, self._replaced(value, part, found.after))
        return self.rewritings.get(value)

    def _replaced(self, value: Sum, old: Sum, new: Sum) -> Sum:
        """The form with one of its inner sums replaced."""
        return self._rebuilt(value, lambda part: new if part is old else part)

    def _cheapest(self, value: Sum) -> Sum:
        """The cheapest form that one round finds.  Recurses as deep as the form is."""
        found = self._best.get(value)
        if found is None:
            self._best[value] = value  # a form that leads back to itself is no shorter
            found = self._best[value] = self._search(self._inside(value))
        return found

    def _inside(self, value: Sum) -> Sum:
        """The form with the cheapest inner sums."""
        return self._rebuilt(value, self._cheapest)

    def _rebuilt(self, value: Sum, change: Callable[[Sum], Sum]) -> Sum:
        """The form with its inner sums changed."""
        forms = self.forms
        if not any(_parts(base) for monomial, _ in value.terms for base, _ in monomial.factors):
            return value
        parts = []
        for monomial, number in value.terms:
            factors = []
            for base, exponent in monomial.factors:
                if isinstance(base, Application):
                    args = tuple([change(a) for a in base.args])
                    same = args == base.args
                    new = forms.from_base(base) if same else _applied(forms, base, args)
                elif isinstance(base, Sum):
                    new = change(base)
                else:
                    new = forms.from_base(base)
                if exponent.denominator != 1:
                    new, exponent = forms.power(new, forms.number(exponent)), 1
                factors.append((new, exponent))
            parts.append(forms.multiply(factors, number))
        return parts[0] if len(parts) == 1 else forms.add(parts)

    @property
    def _is_spent(self) -> bool:
        """Whether the budget is used up."""
        return self.forms.work >= self._end

    def _search(self, start: Sum) -> Sum:
        """Rewrite the cheapest form so far, again and again."""
        best, least = start, self.writer.cost(start)
        if not least.operations or self._is_spent or self._depth > self._breadth.depth:
            return start
        self._depth += 1
        came: dict[Sum, tuple[Sum, Rewriting] | None] = {start: None}
        open_: list[tuple[Cost, int, Sum]] = [(least, 0, start)]
        for _ in range(self._breadth.width):
            if not open_ or self._is_spent:
                break
            cost, _, current = heapq.heappop(open_)
            if cost.operations > least.operations + self._breadth.slack:
                break
            for rule, raw in self._rewritings_of(current):
                new = self._inside(raw)
                if new in came:
                    continue
                came[new] = (current, Rewriting(rule, raw))
                price = self.writer.cost(new)
                heapq.heappush(open_, (price, len(came), new))
                if price < least:
                    best, least = new, price
                if self._is_spent:
                    break
        self._depth -= 1
        self._remember(came, best)
        return best

    def _remember(self, came: dict[Sum, tuple[Sum, Rewriting] | None], best: Sum) -> None:
        """Keep the rewritings that led to the best form."""
        at = came[best]
        while at is not None:
            before, rewriting = at
            self.rewritings[before] = rewriting
            at = came[before]

    def _rewritings_of(self, value: Sum) -> Sequence[tuple[str, Sum]]:
        """The forms that one rule makes of a form, each with the rule; all of them are found once,
        or as many as the budget allows."""
        known = self._known.get(value)
        if known is not None:
            return known
        found = []
        for rewriting in self._rules.rewritings(value):
            found.append(rewriting)
            if self._is_spent:
                return found
        self._known[value] = found
        return found


def _parts(base: Base) -> tuple[Sum, ...]:
    """The sums that a base is made of."""
    if isinstance(base, Application):
        return base.args
    return (base,) if isinstance(base, Sum) else ()


def _applied(forms: CanonicalForms, old: Application, args: tuple[Sum, ...]) -> Sum:
    """An operation on changed arguments."""
    if old.op is pow_:
        return forms.power(*args)
    return forms.apply(old.op, args)
