"""Where formulas have values: what their operations ask for, and what a shorter formula hides.

Invariant: at a point where the given formula has a value, each of its conditions holds.  So they
are facts that rules may use; and a condition that the new formula does not imply is told.

    x/x  ->  1, for x != 0        d/dx log(log(x))  ->  1/(x*log(x)), for log(x) > 0
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from adcli.expr import App, Expr, Num, Op
from adcli.ops.arithmetic import pow_
from adcli.ops.comparisons import and_, eq, ge, gt, le, lt, ne, not_, or_, select
from adcli.ops.elementary import abs_
from adcli.ops.primitive import Primitive
from adcli.symbolic.canonical.form import CanonicalForms
from adcli.symbolic.canonical.from_graph import GraphReader
from adcli.symbolic.canonical.signs import SignAnalysis
from adcli.symbolic.canonical.terms import Application, Sum, is_even, is_whole
from adcli.symbolic.canonical.to_graph import GraphWriter
from adcli.symbolic.canonical.univariate import polynomial_value, rational_zeros
from adcli.symbolic.graph import LAZY, Graph
from adcli.symbolic.node_text import operations

ABOVE, FROM_ZERO, NONZERO, OTHER = "above", "from zero", "not zero", "other"


#: A side of a choice: the form of its condition, and which argument of the choice it is.
Case = tuple[Sum, int]


class Condition(NamedTuple):
    """A form is above 0, at least 0, or not 0; or a truth value holds.  `node` is the condition as
    it is written; `case` is the side of a choice that asks for it, None if all evaluations do, and
    `unless` is true where that side is not evaluated."""

    kind: str
    form: Sum
    node: Expr
    case: Case | None = None
    unless: Expr | None = None

    @property
    def is_impossible(self) -> bool:
        """Whether it holds nowhere."""
        number = self.form.number
        if number is None or self.kind == OTHER or self.case is not None:
            return False
        return number < 0 or (number == 0 and self.kind != FROM_ZERO)


class Conditions:
    """Finds the conditions of nodes of one graph."""

    def __init__(self, graph: Graph, reader: GraphReader) -> None:
        self.graph = graph
        self.reader = reader
        self.forms: CanonicalForms = reader.forms
        self.writer = GraphWriter(reader.forms, graph)

    def of(self, roots: Sequence[Expr]) -> list[Condition]:
        """What the operations below some nodes ask of their arguments."""
        found: dict[tuple[str, Sum, Case | None], Condition] = {}
        for case, unless, nodes in self._cases(roots):
            for node in nodes:
                if (
                    isinstance(node, App)
                    and isinstance(node.op, Primitive)
                    and node.op.domain.condition
                ):
                    for asked in self._asked(node):
                        key = asked.kind, asked.form, case
                        if key in found and unless is not None:
                            others = found[key].unless
                            assert others is not None
                            both = self.graph.apply(and_, (others, unless))
                            found[key] = found[key]._replace(unless=both)
                        else:
                            found.setdefault(key, asked._replace(case=case, unless=unless))
        return list(found.values())

    def told(self, condition: Condition) -> Condition:
        """The condition of one case as one that is true wherever the case is not evaluated."""
        if condition.unless is None:
            return condition
        node = self.graph.apply(or_, (condition.unless, condition.node))
        return condition._replace(node=node, case=None, unless=None)

    def narrowed(self, before: Sequence[Condition], after: Sequence[Condition]) -> list[Condition]:
        """What the derivative of u^v asks for beyond the power.  Its logarithm asks for u > 0, or
        for u = 0 < v where the formula has 0 there: at single points the power has a value without
        it.  And u^(v - 1) has none for u = v = 0, where the power is 1 for all u."""
        signs = SignAnalysis(self.forms)
        learn(signs, before)
        cases: dict[tuple[str, Sum], list[Condition]] = {}
        for condition in after:
            cases.setdefault((condition.kind, condition.form), []).append(condition)
        found: list[Condition] = []
        for power in [c for c in before if c.kind == OTHER]:
            call = _power(power.form)
            if call is None or not call.args[0].terms or signs.positive(call.args[0]):
                continue
            for alone in self._inner(ABOVE, call.args[0]):
                asking = cases.get((alone.kind, alone.form), [])
                if any(c.case is None for c in asking):
                    found.append(alone)
                elif asking:
                    node = self._above_or_raised(alone, call, signs)
                    found.append(power._replace(node=node))
            if self._is_lowered(call, after, signs):
                found.append(self._origin_left_out(call))
        return [c for c in found if not _implied(self.forms, signs, c, ())]

    def _above_or_raised(self, above: Condition, call: Application, signs: SignAnalysis) -> Expr:
        """u > 0 or u = 0 < v; the equation is not said where u cannot be negative."""
        base, exponent = call.args
        raised = self._written(ABOVE, gt, exponent).node
        if not signs.at_least_zero(base):
            equation = self.graph.make(eq, (self.writer.write(base), self.graph.zero))
            raised = self.graph.apply(and_, (equation, raised))
        return self.graph.apply(or_, (above.node, raised))

    def _is_lowered(
        self, call: Application, after: Sequence[Condition], signs: SignAnalysis
    ) -> bool:
        """Whether u^(v - 1) or the like is asked for, and u and v may both be 0."""
        base, exponent = call.args
        asked = [c.form for c in after if c.kind == OTHER and c.case is None]
        powers = [other for other in map(_power, asked) if other is not None]
        if signs.not_zero(base) or signs.not_zero(exponent):
            return False
        found = rational_zeros(self.forms, base)
        if found is not None:
            values = [polynomial_value(exponent, found[0], place) for place in found[1]]
            if all(value is not None and value != 0 for value in values):
                return False
        steps = [
            self.forms.add([other.args[1], exponent], [1, -1]).number
            for other in powers
            if other.args[0] is base
        ]
        return any(step is not None and step < 0 for step in steps)

    def _origin_left_out(self, call: Application) -> Condition:
        """u and v are not both 0."""
        first, second = [[c.node for c in self._factors(arg)] for arg in call.args]
        if set(first) <= set(second) or set(second) <= set(first):
            node = self._all(min(first, second, key=len))
        else:
            node = self.graph.apply(or_, (self._all(first), self._all(second)))
        (form,) = self.reader.read([node])
        return Condition(OTHER, form, node)

    def _all(self, nodes: Sequence[Expr]) -> Expr:
        whole, *others = nodes
        for node in others:
            whole = self.graph.apply(and_, (whole, node))
        return whole

    def _cases(
        self, roots: Sequence[Expr]
    ) -> Iterator[tuple[Case | None, Expr | None, list[Expr]]]:
        """What is evaluated whatever is chosen; and what each side of each choice adds to it, with
        what is true where that side is not evaluated."""
        always = self.graph.below(roots, surely=True)
        yield None, None, always
        known = set(always)
        outside: dict[Expr, Expr] = {}
        found: list[tuple[Case, Expr, list[Expr]]] = []
        for node in reversed([n for n in self.graph.below(roots) if _is_lazy(n)]):
            assert isinstance(node, App)
            (condition,) = self.reader.read([node.args[0]])
            for side, arm in enumerate(node.args[1:], 1):
                unless = self._skipped(node, side)
                if node in outside:
                    unless = self.graph.apply(or_, (outside[node], unless))
                nodes = self.graph.below([arm], surely=True, beyond=known)
                for inner in filter(_is_lazy, nodes):
                    before = outside.get(inner)
                    both = unless if before is None else self.graph.apply(and_, (before, unless))
                    outside[inner] = both
                found.append(((condition, side), unless, nodes))
        yield from reversed(found)

    def _skipped(self, node: App, side: int) -> Expr:
        """The condition under which a choice does not evaluate a side."""
        condition = node.args[0]
        if node.op is or_ or (node.op is select and side == 2):
            return condition
        match condition:
            case App(op, sides) if op in _OPPOSITE:
                return self.graph.make(_OPPOSITE[op], sides)
        return self.graph.apply(not_, (condition,))

    def _asked(self, node: App) -> Iterator[Condition]:
        assert isinstance(node.op, Primitive)
        if node.op is pow_:
            yield from self._asked_by_power(node)
            return
        assert node.op.domain.condition is not None
        asked = node.op.domain.condition(*node.args)
        for part in _conjuncts(asked):
            yield from self._condition(self.graph.insert(part))

    def _asked_by_power(self, node: App) -> Iterator[Condition]:
        """A rational exponent asks for a sign only; any other for the whole of the row."""
        base, exponent = node.args
        (known,) = self.reader.read([exponent])
        number = known.number
        zero = self.graph.zero
        (below,) = self.reader.read([base])
        if self.forms.signs.positive(below.base or below):
            return
        if number is None:
            assert isinstance(node.op, Primitive)
            assert node.op.domain.condition is not None
            whole = self.graph.insert(node.op.domain.condition(base, exponent))
            if not below.terms:
                whole = self.graph.insert(ge(exponent, zero))
            elif self.forms.signs.at_least_zero(below):
                nonzero = self._all([c.node for c in self._factors(below)])
                whole = self.graph.insert(or_(nonzero, ge(exponent, zero)))
            (power,) = self.reader.read([node])
            yield Condition(OTHER, power, whole)
        elif number.denominator != 1:
            asked = gt(base, zero) if number < 0 else ge(base, zero)
            yield from self._condition(self.graph.insert(asked))
        elif number < 0:
            yield from self._condition(self.graph.insert(ne(base, zero)))

    def _condition(self, node: Expr) -> Iterator[Condition]:
        match node:
            case Num(True):
                return
            case App(op, (a, b)) if op in _KINDS:
                kind, turned = _KINDS[op]
                left, right = self.reader.read([a, b])
                form = self.forms.add([left, right], (-1, 1) if turned else (1, -1))
                if form.number is not None:
                    yield Condition(kind, form, node)
                elif kind == NONZERO:
                    yield from self._factors(form)
                else:
                    yield from self._inner(kind, form)
            case _:
                (form,) = self.reader.read([node])
                yield Condition(OTHER, form, node)

    def _inner(self, kind: str, form: Sum) -> Iterator[Condition]:
        """u^3 > 0 and sqrt(u) > 0 are u > 0, |u| > 0 and u^2 > 0 are u != 0."""
        monomial, number = form.terms[0]
        plain = gt if kind == ABOVE else ge
        if len(form.terms) > 1 or number < 0 or len(monomial.factors) > 1:
            yield self._written(kind, plain, form)
            return
        base, exponent = monomial.factors[0]
        alone = self.forms.from_base(base)
        is_size = isinstance(base, Application) and base.op is abs_
        if is_size or is_even(exponent):
            if kind == ABOVE or exponent < 0:
                yield from self._factors(alone)
        elif exponent == 1:
            yield self._written(kind, plain, form)
        else:
            asked = gt if kind == ABOVE or exponent < 0 else ge
            yield self._written(ABOVE if asked is gt else FROM_ZERO, asked, alone)

    def _factors(self, form: Sum) -> Iterator[Condition]:
        """A product is not 0: none of its factors is; a root is above 0; of |u|, u is not 0."""
        single = len(form.terms) == 1
        for base, exponent in form.terms[0][0].factors if single else ((form, 1),):
            if exponent < 0:
                continue
            if isinstance(base, Application) and base.op is abs_:
                yield self._written(NONZERO, ne, base.args[0])
            elif is_whole(exponent):
                yield self._written(NONZERO, ne, self.forms.from_base(base))
            else:
                yield self._written(ABOVE, gt, self.forms.from_base(base))

    def _written(self, kind: str, op: Primitive, form: Sum) -> Condition:
        """u - c > 0 as u > c, c - u > 0 as u < c."""
        number = dict(form.terms).get(self.forms.unit, 0)
        left, right = form, self.forms.zero
        if number and len(form.terms) > 1:
            rest = self.forms.add([form, self.forms.number(-number)])
            sign = 1 if rest.terms[0][1] > 0 else -1
            left, right = self.forms.scaled(rest, sign), self.forms.number(-sign * number)
            op = _TURNED.get(op, op) if sign < 0 else op
        sides = self.writer.write(left), self.writer.write(right)
        return Condition(kind, form, self.graph.make(op, sides))


_KINDS = {
    gt: (ABOVE, False),
    lt: (ABOVE, True),
    ge: (FROM_ZERO, False),
    le: (FROM_ZERO, True),
    ne: (NONZERO, False),
}


_TURNED: dict[Op, Primitive] = {gt: lt, ge: le}

_OPPOSITE: dict[Op, Primitive] = {gt: le, le: gt, lt: ge, ge: lt, eq: ne, ne: eq}


def _is_lazy(node: Expr) -> bool:
    return isinstance(node, App) and node.op in LAZY


def _conjuncts(condition: Expr) -> Iterator[Expr]:
    match condition:
        case App(op, (a, b)) if op is and_:
            yield from _conjuncts(a)
            yield from _conjuncts(b)
        case _:
            yield condition


def learn(signs: SignAnalysis, conditions: Iterable[Condition]) -> None:
    """Take conditions that always hold for facts."""
    for condition in conditions:
        if condition.case is None:
            if condition.kind == ABOVE:
                signs.learn_positive(condition.form)
            elif condition.kind == FROM_ZERO:
                signs.learn_at_least_zero(condition.form)
            elif condition.kind == NONZERO:
                signs.learn_nonzero(condition.form)


def hidden(
    forms: CanonicalForms, before: Sequence[Condition], after: Sequence[Condition]
) -> list[Condition]:
    """The conditions that a new formula does not imply; those first that say most."""
    signs = SignAnalysis(forms)
    learn(signs, after)
    kept = {(c.kind, c.form, c.case) for c in after}
    found = [
        c
        for c in before
        if kept.isdisjoint([(c.kind, c.form, c.case), (c.kind, c.form, None)])
        and not _implied(forms, signs, c, after)
    ]
    strongest: list[Condition] = []
    for condition in sorted(found, key=_order):
        if not _implied(forms, signs, condition, after):
            strongest.append(condition)
            learn(signs, [condition])
    return strongest


def _order(condition: Condition) -> tuple[int, int]:
    """The strong conditions first, of these the simple ones."""
    return (ABOVE, FROM_ZERO, NONZERO, OTHER).index(condition.kind), operations(condition.node)


def _implied(
    forms: CanonicalForms, signs: SignAnalysis, condition: Condition, others: Sequence[Condition]
) -> bool:
    form = condition.form
    if condition.kind == ABOVE:
        return signs.positive(form)
    if condition.kind == FROM_ZERO:
        return signs.at_least_zero(form)
    if condition.kind == NONZERO:
        return signs.not_zero(form)
    powers = [c.form for c in others if c.kind == OTHER and c.case in (None, condition.case)]
    return _power_implied(forms, signs, form, powers)


def _power_implied(
    forms: CanonicalForms, signs: SignAnalysis, form: Sum, powers: Sequence[Sum]
) -> bool:
    """u^v has a value where u is positive, or where u^(v - n) has one."""
    call = _power(form)
    if call is None:
        return form.number is not None
    base, exponent = call.args
    if signs.positive(base):
        return True
    for other in map(_power, powers):
        if other is not None and other.args[0] is base:
            apart = forms.add([exponent, other.args[1]], [1, -1]).number
            whole = apart is not None and is_whole(apart)
            if whole and apart is not None and (apart >= 0 or signs.not_zero(base)):
                return True
    return False


def _power(form: Sum) -> Application | None:
    for monomial, _ in form.terms:
        for base, _ in monomial.factors:
            if isinstance(base, Application) and base.op is pow_:
                return base
    return None
