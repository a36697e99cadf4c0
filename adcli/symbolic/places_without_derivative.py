"""Places where the formula of a derivative has a value and there is no derivative: kinks, jumps.

    abs(x)  at  x == 0        max(x, y)  at  x == y        floor(x)  at  x == floor(x)

The rows of operations say where these are smooth, and choices change their arm where the sides of a
comparison are equal.  Whether the program is smooth there all the same, as `x*abs(x)` is, is tried
out: on lines through the domain each such place is enclosed by bisection, and the values beside it
are compared at two distances.

Invariant: a place is told only where values or derivatives differ on both sides of one that was
enclosed; where none is found, nothing is told.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from adcli.expr import App, Expr, Var
from adcli.ops.comparisons_logic_and_choice import COMPARISONS, eq, ne, select
from adcli.ops.primitive import Primitive
from adcli.symbolic.canonical.sign_analysis import SignAnalysis
from adcli.symbolic.canonical.terms import Sum
from adcli.symbolic.conditions_lost_by_simplification import learn
from adcli.symbolic.domain_conditions import NONZERO, Condition, DomainConditions
from adcli.symbolic.evaluate import evaluate
from adcli.symbolic.shared_expression_graph import Graph

#: So many places of a formula are looked at, with so many nodes evaluated for all of them.
_MOST_PLACES, _MOST_WORK = 6, 60_000

#: How far lines reach, how many points of each are looked at first, and how many places that lines
#: enclose are compared.
_REACH, _POINTS, _ENOUGH = (1.0, 4.0, 20.0, 100.0) * 2, 33, 3

#: How often an interval is halved, and how far from its ends the values are compared.
_HALVINGS, _NEAR, _FAR = 60, 1e-9, 1e-6

#: What counts as a difference between two sides, as a part of their size, and what as a pole.
_DIFFERENT, _POLE = 1e-4, 10


class Place(NamedTuple):
    """Where there is no derivative, as an equation; whether the value itself jumps there, and
    whether that is so only at some of the places."""

    where: Expr
    jumps: bool
    partly: bool


class PlacesWithoutDerivative:
    """Finds the places of formulas of one graph, under the conditions `asked` of the program."""

    def __init__(self, conditions: DomainConditions, asked: Sequence[Condition]) -> None:
        self.graph: Graph = conditions.graph
        self.conditions = conditions
        self.signs = SignAnalysis(conditions.forms)
        learn(self.signs, asked)
        self.left = _MOST_WORK

    def of(self, value: Expr, derivatives: Sequence[Expr]) -> list[Place]:
        """The places of a formula; `derivatives` are all that were taken of it."""
        found: dict[Expr, Place] = {}
        switches = dict.fromkeys(_switches(self.graph.below([value])))
        for left, right in list(switches)[:_MOST_PLACES]:
            sides = self.graph.insert(left), self.graph.insert(right)
            form = self.conditions.forms.add(self.conditions.reader.read(sides), (1, -1))
            if form.number is not None or self.signs.not_zero(form):
                continue  # the same everywhere, or never equal where the program has a value
            seen = self._seen(sides, value, derivatives)
            if any(seen):
                where = self._written(sides, form)
                partly = None in seen
                found.setdefault(where, Place(where, _JUMP in seen, partly))
        return list(found.values())

    def _written(self, sides: tuple[Expr, Expr], form: Sum) -> Expr:
        """The equation of a place, with a number on the right if it has one."""
        if isinstance(sides[1], App | Var):
            return self.graph.make(eq, sides)
        forms = self.conditions.forms
        rest = [number for monomial, number in form.terms if monomial is not forms.unit]
        if len(rest) == 1:
            form = forms.scaled(form, Fraction(1) / rest[0])
        return self.conditions.written(NONZERO, eq, form).node

    def _seen(
        self, sides: tuple[Expr, Expr], value: Expr, derivatives: Sequence[Expr]
    ) -> list[str | None]:
        """What differs at the places that lines have enclosed, None for nothing."""
        names = sorted({n.name for n in self.graph.below([*sides, value]) if isinstance(n, Var)})
        draw = random.Random(1)
        size = len(self.graph.below(sides)) * (_POINTS + _HALVINGS)
        seen: list[str | None] = []
        for reach in _REACH:
            self.left -= size
            line = _Line(self.graph, sides, names, reach, draw)
            if self.left < 0 or len(seen) == _ENOUGH:
                break
            if (ends := line.enclosed()) is not None:
                if line.differs(value, *ends):
                    seen.append(_JUMP)
                else:
                    bent = any(line.differs(node, *ends) for node in derivatives)
                    seen.append(_KINK if bent else None)
        return seen


#: What is seen at a place.
_JUMP, _KINK = "jump", "kink"


def _switches(nodes: Sequence[Expr]) -> Iterator[tuple[Expr, Expr]]:
    """The pairs that are equal where an operation is not smooth, or a choice takes another arm."""
    for node in nodes:
        if not (isinstance(node, App) and isinstance(node.op, Primitive)):
            continue
        if node.op is select:
            for part in _comparisons(node.args[0]):
                yield part.args[0], part.args[1]
        elif node.op.domain.smooth is not None:
            match node.op.domain.smooth(*node.args):
                case App(op, (left, right)) if op is ne:
                    yield left, right


def _comparisons(condition: Expr) -> Iterator[App]:
    if isinstance(condition, App):
        if condition.op in COMPARISONS:
            yield condition
        else:
            for arg in condition.args:
                yield from _comparisons(arg)


class _Line:
    """A line through the space of the inputs, and what a graph has along it."""

    def __init__(
        self,
        graph: Graph,
        sides: tuple[Expr, Expr],
        names: Sequence[str],
        reach: float,
        draw: random.Random,
    ) -> None:
        self.graph, self.sides = graph, sides
        self.middle = {n: reach * draw.uniform(-0.3, 0.3) for n in names}
        self.slope = {n: reach * draw.choice([-1, 1]) * draw.uniform(0.5, 1) for n in names}

    def at(self, part: float, nodes: Sequence[Expr]) -> list[float]:
        point = {n: self.middle[n] + part * self.slope[n] for n in self.middle}
        return evaluate(self.graph, nodes, point, propagate=True)

    def distance(self, part: float) -> float:
        left, right = self.at(part, self.sides)
        return left - right

    def enclosed(self) -> tuple[float, float] | None:
        """Two parts of the line close to each other with the place between them: the distance of
        the sides changes its sign there, or jumps."""
        parts = [2 * i / (_POINTS - 1) - 1 for i in range(_POINTS)]
        found = [self.distance(part) for part in parts]
        size = max([abs(d) for d in found if math.isfinite(d)], default=0.0)
        steps = [
            (a * b < 0, abs(b - a), (p, a), (q, b))
            for p, q, a, b in zip(parts, parts[1:], found, found[1:], strict=False)
            if math.isfinite(a) and math.isfinite(b)
        ]
        if not steps:
            return None
        changes, _, (low, a), (high, b) = max(steps)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            m = self.distance(middle)
            if not (low < middle < high and math.isfinite(m)):
                break
            if a * m <= 0 if changes else abs(m - a) > abs(b - m):
                high, b = middle, m
            else:
                low, a = middle, m
        if changes:  # at a pole of the distance the sides are not equal
            return (low, high) if max(abs(a), abs(b)) <= size else None
        return (low, high) if abs(b - a) > _DIFFERENT * size else None

    def differs(self, node: Expr, low: float, high: float) -> bool:
        """Whether a node has other values on both sides, and not because it is steep."""
        sides = [self._beside(node, low - away, high + away) for away in (_FAR, _NEAR)]
        (a, b), (c, d) = sides
        if not all(map(math.isfinite, (a, b, c, d))):
            return False
        size = max(abs(c), abs(d))
        if size > _POLE * max(abs(a), abs(b)):
            return False  # there is no value, and the formula has none either
        return abs(d - c) > max(_DIFFERENT * size, abs(b - a) / 2)

    def _beside(self, node: Expr, low: float, high: float) -> tuple[float, float]:
        return self.at(low, [node])[0], self.at(high, [node])[0]
