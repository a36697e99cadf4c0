"""Domain conditions: what the operations of a formula need their arguments to satisfy.

Invariant: at a point where the formula has a value, each of its conditions holds.  So they are
facts that rules may use, and a condition that a shorter formula does not imply is told the user,
see `adcli.symbolic.conditions_lost_by_simplification`.

    log(log(x))  needs  log(x) > 0        sqrt(x - 1)  needs  x >= 1
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from adcli.expr import App, Expr, Num, Op
from adcli.ops.arithmetic import pow_
from adcli.ops.comparisons_logic_and_choice import (
    OPPOSITE,
    and_,
    ge,
    gt,
    le,
    lt,
    ne,
    not_,
    or_,
    select,
)
from adcli.ops.elementary_functions import abs_
from adcli.ops.primitive import Primitive
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.from_graph import GraphReader
from adcli.symbolic.canonical.terms import Application, Sum, is_even, is_whole
from adcli.symbolic.canonical.to_graph import GraphWriter
from adcli.symbolic.shared_expression_graph import LAZY, Graph

#: What a form is; OTHER: the form is a truth value, or a power, and the node says more; HOLDS: it
#: is a truth value that the program wants besides.
POSITIVE, AT_LEAST_ZERO, NONZERO, OTHER = "positive", "at least zero", "not zero", "other"
HOLDS = "holds"

#: An arm of a choice: the form of the choice's condition, and which argument the arm is.
Arm = tuple[Sum, int]


class Condition(NamedTuple):
    """A form is positive, at least 0, or not 0; or a truth value holds.

    `node` is the condition as it is written.  `arm` is the arm of a choice that needs it, None if
    every evaluation does; `unless` is true where that arm is not evaluated.
    """

    kind: str
    form: Sum
    node: Expr
    arm: Arm | None = None
    unless: Expr | None = None

    def is_impossible(self, forms: CanonicalForms) -> bool:
        """Whether it holds nowhere, by the signs of forms of which nothing else is known."""
        if self.kind in (OTHER, HOLDS) or self.arm is not None:
            return False
        number = self.form.number
        if number is not None:
            return number < 0 or (number == 0 and self.kind != AT_LEAST_ZERO)
        opposite = forms.scaled(self.form, -1)
        if self.kind == POSITIVE:
            return forms.signs.at_least_zero(opposite)
        return self.kind == AT_LEAST_ZERO and forms.signs.positive(opposite)


class DomainConditions:
    """Finds the conditions of nodes of one graph."""

    def __init__(self, graph: Graph, reader: GraphReader) -> None:
        self.graph = graph
        self.reader = reader
        self.forms: CanonicalForms = reader.forms
        self.writer = GraphWriter(reader.forms, graph)

    def of(self, roots: Sequence[Expr], required: Sequence[Expr] = ()) -> list[Condition]:
        """The conditions of the operations below some nodes, and those required besides."""
        found: dict[tuple[str, Sum, Arm | None], Condition] = {}
        for node in required:
            for part in _conjuncts(node):
                for needed in self._condition(part):
                    if needed.kind == OTHER:
                        needed = needed._replace(kind=HOLDS)
                    found.setdefault((needed.kind, needed.form, None), needed)
        for arm, unless, nodes in self._arms(roots):
            for node in nodes:
                if (
                    isinstance(node, App)
                    and isinstance(node.op, Primitive)
                    and node.op.domain.condition
                ):
                    for needed in self._required(node):
                        key = needed.kind, needed.form, arm
                        if key in found and unless is not None:
                            others = found[key].unless
                            assert others is not None
                            both = self.graph.apply(and_, (others, unless))
                            found[key] = found[key]._replace(unless=both)
                        else:
                            found.setdefault(key, needed._replace(arm=arm, unless=unless))
        return list(found.values())

    def unconditional(self, condition: Condition) -> Condition:
        """The condition of an arm as one that also holds wherever the arm is not evaluated."""
        if condition.unless is None:
            return condition
        node = self.graph.apply(or_, (condition.unless, condition.node))
        return condition._replace(node=node, arm=None, unless=None)

    def conjunction(self, nodes: Sequence[Expr]) -> Expr:
        """The node that says that all conditions hold."""
        whole, *others = nodes
        for node in others:
            whole = self.graph.apply(and_, (whole, node))
        return whole

    def _arms(self, roots: Sequence[Expr]) -> Iterator[tuple[Arm | None, Expr | None, list[Expr]]]:
        """The nodes that every evaluation needs; then for each arm of each choice the nodes that it
        adds, and a condition that holds where the arm is not evaluated."""
        always = self.graph.below(roots, surely=True)
        yield None, None, always
        known = set(always)
        outside: dict[Expr, Expr] = {}
        found: list[tuple[Arm, Expr, list[Expr]]] = []
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
        """The condition under which a choice does not evaluate an arm."""
        condition = node.args[0]
        if node.op is or_ or (node.op is select and side == 2):
            return condition
        match condition:
            case App(op, sides) if op in OPPOSITE:
                return self.graph.make(OPPOSITE[op], sides)
        return self.graph.apply(not_, (condition,))

    def _required(self, node: App) -> Iterator[Condition]:
        """The conditions of one operation."""
        assert isinstance(node.op, Primitive)
        if node.op is pow_:
            yield from self._required_by_power(node)
            return
        assert node.op.domain.condition is not None
        for part in _conjuncts(node.op.domain.condition(*node.args)):
            yield from self._condition(self._inserted(part))

    def _inserted(self, condition: Expr) -> Expr:
        """A condition as a node; one that is false says so, as `0 != 0`."""
        node = self.graph.insert(condition)
        match node, condition:
            case Num(False), App(op, (a, b)):
                return self.graph.make(op, (self.graph.insert(a), self.graph.insert(b)))
        return node

    def _required_by_power(self, node: App) -> Iterator[Condition]:
        """A rational exponent needs a sign only, any other the whole condition of the row."""
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
                nonzero = self.conjunction([c.node for c in self.nonzero_factors(below)])
                whole = self.graph.insert(or_(nonzero, ge(exponent, zero)))
            if isinstance(whole, App) and whole.op in _KINDS:
                yield from self._condition(whole)
                return
            (power,) = self.reader.read([node])
            yield Condition(OTHER, power, whole)
        elif number.denominator != 1:
            needed = gt(base, zero) if number < 0 else ge(base, zero)
            yield from self._condition(self.graph.insert(needed))
        elif number < 0:
            yield from self._condition(self.graph.insert(ne(base, zero)))

    def _condition(self, node: Expr) -> Iterator[Condition]:
        """A condition on forms."""
        match node:
            case Num(True):
                return
            case App(op, (a, b)) if op in _KINDS:
                kind, swapped = _KINDS[op]
                left, right = self.reader.read([a, b])
                form = self.forms.add([left, right], (-1, 1) if swapped else (1, -1))
                if form.number is not None:
                    yield Condition(kind, form, node)
                elif kind == NONZERO:
                    yield from self.nonzero_factors(form)
                else:
                    yield from self.sign_conditions(kind, form)
            case _:
                (form,) = self.reader.read([node])
                yield Condition(OTHER, form, node)

    def sign_conditions(self, kind: str, form: Sum) -> Iterator[Condition]:
        """u^3 > 0 and sqrt(u) > 0 as u > 0; |u| > 0 and u^2 > 0 as u != 0."""
        monomial, number = form.terms[0]
        plain = gt if kind == POSITIVE else ge
        if len(form.terms) > 1 or number < 0 or len(monomial.factors) > 1:
            yield self.written(kind, plain, form)
            return
        base, exponent = monomial.factors[0]
        alone = self.forms.from_base(base)
        is_absolute = isinstance(base, Application) and base.op is abs_
        if is_absolute or is_even(exponent):
            if kind == POSITIVE or exponent < 0:
                yield from self.nonzero_factors(alone)
        elif exponent == 1:
            yield self.written(kind, plain, form)
        else:
            needed = gt if kind == POSITIVE or exponent < 0 else ge
            yield self.written(POSITIVE if needed is gt else AT_LEAST_ZERO, needed, alone)

    def nonzero_factors(self, form: Sum) -> Iterator[Condition]:
        """A product is not 0 if no factor is: sqrt(u) if u > 0, and |u| if u != 0."""
        single = len(form.terms) == 1
        for base, exponent in form.terms[0][0].factors if single else ((form, 1),):
            if exponent < 0:
                continue
            if isinstance(base, Application) and base.op is abs_:
                yield self.written(NONZERO, ne, base.args[0])
            elif is_whole(exponent):
                yield self.written(NONZERO, ne, self.forms.from_base(base))
            else:
                yield self.written(POSITIVE, gt, self.forms.from_base(base))

    def written(self, kind: str, op: Primitive, form: Sum) -> Condition:
        """u - c > 0 as u > c, c - u > 0 as u < c."""
        number = dict(form.terms).get(self.forms.unit, 0)
        left, right = form, self.forms.zero
        if number and len(form.terms) > 1:
            rest = self.forms.add([form, self.forms.number(-number)])
            sign = 1 if rest.terms[0][1] > 0 else -1
            left, right = self.forms.scaled(rest, sign), self.forms.number(-sign * number)
            op = _SWAPPED.get(op, op) if sign < 0 else op
        sides = self.writer.write(left), self.writer.write(right)
        return Condition(kind, form, self.graph.make(op, sides))


#: What a comparison says of the difference of its sides, and whether that is second minus first.
_KINDS = {
    gt: (POSITIVE, False),
    lt: (POSITIVE, True),
    ge: (AT_LEAST_ZERO, False),
    le: (AT_LEAST_ZERO, True),
    ne: (NONZERO, False),
}

#: Comparisons with both sides negated.
_SWAPPED: dict[Op, Primitive] = {gt: lt, ge: le}


def _is_lazy(node: Expr) -> bool:
    return isinstance(node, App) and node.op in LAZY


def _conjuncts(condition: Expr) -> Iterator[Expr]:
    """The conditions that an `and` consists of."""
    match condition:
        case App(op, (a, b)) if op is and_:
            yield from _conjuncts(a)
            yield from _conjuncts(b)
        case _:
            yield condition
