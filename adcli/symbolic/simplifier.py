"""The cheapest form that is found within a budget.

Invariant: every form that is looked at has the value of the one that was given wherever that has
one, so whenever the search ends, the best so far is right.

From the inside to the outside, each sum and each product is rewritten by named rules as long as
forms come out that are cheaper, or not much dearer, than the best so far;
`adcli.symbolic.canonical.to_graph` says what is cheap.  Each form is searched once, however often
it occurs, so a graph that shares much stays small.

Carette, "Understanding expression simplification", ISSAC (2004); Moses (1971).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from adcli.ops.arithmetic import pow_
from adcli.symbolic.canonical.form import CanonicalForms
from adcli.symbolic.canonical.fractions import cancelled, cleared, multiplied_below
from adcli.symbolic.canonical.terms import Application, Base, Sum, Variable
from adcli.symbolic.canonical.to_graph import Cost, GraphWriter
from adcli.symbolic.identities import Matcher
from adcli.symbolic.rewriting import (
    both_extremes,
    cases,
    common_factors,
    expanded,
    extremes,
    factored,
    generator,
    grouped,
    logarithms,
    spread,
    without_numbers,
)


class Breadth(NamedTuple):
    """How widely one round searches: of one sum or product `width` forms are rewritten further;
    these may be dearer than the best so far by `slack` operations; and parts that came out of rules
    are simplified inside one another `depth` times."""

    width: int
    slack: int
    depth: int


#: What has no more operations is not looked at a second time.
_SMALL = 3

#: A first round that takes what is cheaper at once, and one that looks around.
ROUNDS = (Breadth(2, 0, 2), Breadth(4, 4, 3))


class Step(NamedTuple):
    """A form was rewritten by a rule."""

    rule: str
    after: Sum


class Simplifier:
    """Simplifies forms; `steps` has the first rewriting of each on the way to its best."""

    def __init__(self, forms: CanonicalForms, writer: GraphWriter, effort: int) -> None:
        self.forms = forms
        self.writer = writer
        self.steps: dict[Sum, Step] = {}
        self._matcher = Matcher(forms)
        self._best: dict[Sum, Sum] = {}
        self._rewritten: dict[Sum, Sequence[tuple[str, Sum]]] = {}
        self._left = effort
        self._end = 0
        self._depth = 0
        self._breadth = ROUNDS[0]

    def simplified(self, value: Sum, among: int = 1) -> Sum:
        """The cheapest form found, with one share `among` so many of what is left of the budget."""
        start = self.forms.work
        self._end = start + self._left // among
        for breadth in ROUNDS:
            if self._breadth is not breadth:
                self._breadth = breadth
                self._best.clear()
            value = self.best(value)
            if self.writer.cost(value).operations <= _SMALL:
                break
        self._left -= min(self.forms.work - start, self._left // among)
        return value

    def path(self, value: Sum, end: Sum) -> Iterator[Step]:
        """The rewritings that lead from a form to its simplified one, one at a time."""
        seen = {value}
        while value is not end:
            found = self._next(value)
            if found is None or found.after in seen:
                yield Step("collect terms", end)
                return
            yield found
            value = found.after
            seen.add(value)

    def _next(self, value: Sum) -> Step | None:
        """The first rewriting of a part, or of the whole."""
        for monomial, _ in value.terms:
            for base, _ in monomial.factors:
                for part in _parts(base):
                    found = self._next(part)
                    if found is not None:
                        return Step(found.rule, self.replaced(value, part, found.after))
        return self.steps.get(value)

    def replaced(self, value: Sum, old: Sum, new: Sum) -> Sum:
        """The form with a part of its operations and factors replaced."""
        return self.rebuilt(value, lambda part: new if part is old else part)

    def best(self, value: Sum) -> Sum:
        """The cheapest form that one round finds.  Recurses as deep as the form is."""
        found = self._best.get(value)
        if found is None:
            self._best[value] = value  # what comes back to itself is no shorter
            found = self._best[value] = self._search(self.inside(value))
        return found

    def inside(self, value: Sum) -> Sum:
        """The form with the cheapest parts."""
        return self.rebuilt(value, self.best)

    def rebuilt(self, value: Sum, change: Callable[[Sum], Sum]) -> Sum:
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
                    new = forms.from_base(base) if args == base.args else _called(forms, base, args)
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
    def spent(self) -> bool:
        """Whether the budget is used up."""
        return self.forms.work >= self._end

    def _search(self, start: Sum) -> Sum:
        """Rewrite the cheapest forms so far, again and again."""
        best, least = start, self.writer.cost(start)
        if not least.operations or self.spent or self._depth > self._breadth.depth:
            return start
        self._depth += 1
        came: dict[Sum, tuple[Sum, Step] | None] = {start: None}
        open_: list[tuple[Cost, int, Sum]] = [(least, 0, start)]
        for _ in range(self._breadth.width):
            if not open_ or self.spent:
                break
            cost, _, current = heapq.heappop(open_)
            if cost.operations > least.operations + self._breadth.slack:
                break
            for rule, raw in self.moves(current):
                new = self.inside(raw)
                if new in came:
                    continue
                came[new] = (current, Step(rule, raw))
                price = self.writer.cost(new)
                heapq.heappush(open_, (price, len(came), new))
                if price < least:
                    best, least = new, price
                if self.spent:
                    break
        self._depth -= 1
        self._remember(came, best)
        return best

    def _remember(self, came: dict[Sum, tuple[Sum, Step] | None], best: Sum) -> None:
        at = came[best]
        while at is not None:
            before, step = at
            self.steps[before] = step
            at = came[before]

    def moves(self, value: Sum) -> Sequence[tuple[str, Sum]]:
        """The forms that one rule makes of a form, each with the rule; found once."""
        known = self._rewritten.get(value)
        if known is not None:
            return known
        found = []
        for move in self._moves(value):
            found.append(move)
            if self.spent:
                return found
        self._rewritten[value] = found
        return found

    def _moves(self, value: Sum) -> Iterator[tuple[str, Sum]]:
        if _is_polynomial(value):
            yield from self._polynomial_moves(value)
        elif len(value.terms) == 1:
            yield from self._product_moves(value)
        elif value.terms:
            yield from self._sum_moves(value)

    def _polynomial_moves(self, value: Sum) -> Iterator[tuple[str, Sum]]:
        """A polynomial in one variable is best multiplied out, or in factors."""
        forms = self.forms
        if len(value.terms) == 1:
            yield from without_numbers(forms, *value.terms[0])
        else:
            yield from common_factors(forms, value)
            yield from factored(forms, value)
        yield from expanded(forms, value)

    def _product_moves(self, value: Sum) -> Iterator[tuple[str, Sum]]:
        forms = self.forms
        monomial, number = value.terms[0]
        yield from self._matcher.product(monomial, number)
        yield from extremes(forms, monomial, number)
        if len(monomial.factors) > 1 or number != 1:
            yield from cases(forms, value)
        if any(isinstance(b, Sum) for b, _ in monomial.factors):
            yield from without_numbers(forms, monomial, number)
            yield from cancelled(forms, monomial, number)
            yield from cleared(forms, monomial, number)
            yield from multiplied_below(forms, monomial, number)
            yield from spread(forms, monomial, number)
            yield from expanded(forms, value)

    def _sum_moves(self, value: Sum) -> Iterator[tuple[str, Sum]]:
        forms = self.forms
        yield from self._matcher.sum(value)
        yield from both_extremes(forms, value)
        yield from common_factors(forms, value)
        yield from factored(forms, value)
        yield from expanded(forms, value)
        yield from grouped(forms, value)
        yield from logarithms(forms, value)
        yield from cases(forms, value)
        for monomial, number in value.terms if len(value.terms) <= 12 else ():
            alone = forms.from_monomial(monomial, number)
            if alone is not value:
                for rule, new in self._product_moves(forms.sum({monomial: number})):
                    yield rule, forms.add([value, forms.sum({monomial: number}), new], [1, -1, 1])


def _is_polynomial(value: Sum) -> bool:
    single = generator(value)
    return single is not None and isinstance(single[0], Variable)


def _parts(base: Base) -> tuple[Sum, ...]:
    """The sums that a base is made of."""
    if isinstance(base, Application):
        return base.args
    return (base,) if isinstance(base, Sum) else ()


def _called(forms: CanonicalForms, call: Application, args: tuple[Sum, ...]) -> Sum:
    """An operation on changed arguments."""
    if call.op is pow_:
        return forms.power(*args)
    return forms.apply(call.op, args)
