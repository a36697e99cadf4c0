"""Derivatives of choices whose condition holds at single points only: `1 if x == 0 else sin(x)/x`.

Around such a point the program is its other arm, so that is what is differentiated.  At the point
the derivative is the limit of difference quotients, which need not be the derivative of the arm
that is taken there: `0 if x == 0 else x` has the slope 1 everywhere.

Invariant: a formula has the derivative at such a point, has no value there, or has a note on it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from adcli.backends.interface import Question
from adcli.engines.interface import Limits
from adcli.expr import App, Expr, Var
from adcli.ir import nodes as ir
from adcli.ops.arithmetic import div
from adcli.ops.comparisons_logic_and_choice import OPPOSITE, and_, eq, ne, not_, or_, select
from adcli.ops.elementary_functions import abs_
from adcli.ops.primitive import Primitive
from adcli.symbolic.canonical.coefficient_lists import rational_zeros
from adcli.symbolic.canonical.terms import Sum, Variable
from adcli.symbolic.domain_conditions import DomainConditions
from adcli.symbolic.evaluate import NoValue, evaluate
from adcli.symbolic.places_without_derivative import Place
from adcli.symbolic.shared_expression_graph import Graph

#: At so many values of the other inputs a place is looked at.
_SAMPLES = 4

#: Numbers are the same if they differ by so little, relative to the greater one.
_SAME = 1e-9

#: A derivative at a point is written as a quotient with a denominator up to this.
_DENOMINATOR = 1000

#: Where there are no series: from one of these distances to the next the difference quotients come
#: closer to their limit, by this factor at least.
_DISTANCES, _CLOSER = (1e-2, 1e-4, 1e-6), 0.2

#: From one of the distances to the next a value grows by this factor at least beside a pole.
_GROWTH = 2

Point = Mapping[str, float]


class Slope(NamedTuple):
    """The derivative at a point, None if there is none; then whether the value jumps."""

    number: float | None
    jumps: bool = False


class SinglePoints(NamedTuple):
    """A program as it is `around` the points at which conditions hold, and for each such condition
    some of its points."""

    node: Expr
    around: Expr
    points: Mapping[Expr, Sequence[Point]]


class Verdict(NamedTuple):
    """The formula to show, places without a derivative, and equations of points where the
    derivative is not known."""

    formula: Expr
    places: list[Place]
    unknown: list[Expr]


class ChoicesAtSinglePoints:
    """Finds them in the nodes of a graph, and what their derivatives are there."""

    def __init__(
        self,
        conditions: DomainConditions,
        results: Sequence[Expr],
        module: ir.Module,
        place: Sequence[Any],
        limits: Limits,
    ) -> None:
        self.conditions, self.results = conditions, results
        self.graph: Graph = conditions.graph
        self.module, self.place, self.limits = module, place, limits

    def of(self, node: Expr, variables: Sequence[str]) -> SinglePoints | None:
        """The program around the single points of its choices; None if it has no such choice."""
        graph, new = self.graph, dict[Expr, Expr]()
        places: dict[Expr, tuple[App, ...]] = {}
        for part in graph.below([node]):
            new[part] = part
            if isinstance(part, App):
                args = tuple([new[arg] for arg in part.args])
                if part.op is select:
                    holds = self._holds_at_points(part.args[0], variables)
                    if holds is not None:
                        places.update(self._places(part.args[0], variables, holds=holds))
                        new[part] = args[2 if holds else 1]
                        continue
                if args != part.args:
                    new[part] = graph.apply(part.op, args)
        if not places:
            return None
        names = sorted({n.name for n in graph.below([node]) if isinstance(n, Var)})
        points = {where: self._common(where, es, names) for where, es in places.items()}
        return SinglePoints(node, new[node], points)

    def _holds_at_points(self, condition: Expr, variables: Sequence[str]) -> bool | None:
        """Whether a condition holds only at single points along a variable, or fails only there;
        None if neither is known."""
        if not isinstance(condition, App):
            return None
        parts = [self._holds_at_points(arg, variables) for arg in condition.args]
        if condition.op in (eq, ne):
            return condition.op is eq if self._moves(condition, variables) else None
        if condition.op is not_:
            return None if parts[0] is None else not parts[0]
        if condition.op in (and_, or_):
            rare = condition.op is and_
            return rare if rare in parts else (not rare if parts == [not rare] * 2 else None)
        return None

    def _places(
        self, condition: Expr, variables: Sequence[str], *, holds: bool
    ) -> Iterator[tuple[Expr, tuple[App, ...]]]:
        """The places at which a condition holds, or does not: what is true there, and the equations
        in it."""
        assert isinstance(condition, App)
        op, args = condition.op, condition.args
        if op in (eq, ne):
            equation = self.graph.make(eq, args)
            assert isinstance(equation, App)
            yield equation, (equation,)
        elif op is not_:
            yield from self._places(args[0], variables, holds=not holds)
        else:
            if (op is or_) is holds:
                for arg in args:
                    if self._holds_at_points(arg, variables) is holds:
                        yield from self._places(arg, variables, holds=holds)
            else:
                whole = condition if holds else opposite(self.graph, condition)
                yield whole, tuple(self._equations(whole))

    def _equations(self, condition: Expr) -> Iterator[App]:
        """The equations in a condition of which all parts hold."""
        if isinstance(condition, App) and condition.op is eq:
            yield condition
        elif isinstance(condition, App) and condition.op is and_:
            for arg in condition.args:
                yield from self._equations(arg)

    def _moves(self, equation: App, variables: Sequence[str]) -> bool:
        """Whether the sides of an equation move against each other along every variable, as far as
        can be told: steps, as of floor(x), are equal along intervals."""
        nodes = self.graph.below(equation.args)
        if any(_may_be_flat(node) for node in nodes):
            return False
        left, right = equation.args
        return all(
            self.graph.variable(name) in self.graph.below([self._apart(left, right)[1]])
            for name in variables
        )

    def _apart(self, left: Expr, right: Expr) -> tuple[Sum, Expr]:
        """The difference of two sides, as a form and as a node."""
        forms = self.conditions.forms
        form = forms.add(self.conditions.reader.read([left, right]), (1, -1))
        return form, self.conditions.writer.write(form)

    def _common(self, where: Expr, equations: Sequence[App], names: Sequence[str]) -> list[Point]:
        """Some points at which a condition with equations holds."""
        (first, free), *others = [self._points(e, names) for e in equations]
        found = [*first]
        for more, free in others:
            found = [p | {free: q[free]} for p in found for q in more if free]
        held = [p for p in found if self._value(where, p)]
        return [*{tuple(p.items()): p for p in held}.values()]

    def _points(self, equation: App, names: Sequence[str]) -> tuple[list[dict[str, float]], str]:
        """Some points at which an equation holds that says what a variable is, and the variable."""
        zeros = rational_zeros(self.conditions.forms, self._apart(*equation.args)[0])
        if zeros is not None and isinstance(zeros[0], Variable):
            name = zeros[0].name
            rests = _drawn([n for n in names if n != name])
            return [rest | {name: float(zero)} for rest in rests for zero in zeros[1]], name
        for side, other in (equation.args, equation.args[::-1]):
            if isinstance(side, Var) and side not in self.graph.below([other]):
                rests = _drawn([n for n in names if n != side.name])
                values = [(rest, self._value(other, rest)) for rest in rests]
                return [r | {side.name: v} for r, v in values if v is not None], side.name
        return [], ""

    def slope(self, point: Point, row: int, variables: Sequence[str]) -> Slope | None:
        """The derivative of a result at a point, of the order that `variables` has; None if it
        cannot be told."""
        from adcli.backends.one_sided.along_line import LineRuns
        from adcli.backends.one_sided.puiseux_series import NoSeries

        main, name, order = self.module.main, variables[0], len(variables)
        given = zip(main.params, self.place, strict=True)
        args = [point.get(p) if value is None else value for p, value in given]
        if None in args or name not in main.params or {*variables} != {name}:
            return None
        question = Question(self.module, wrt=(name,), point=tuple(args))
        names = [f"value{i}" for i in range(len(main.results))]
        try:
            runs = LineRuns(question, names, order, self.limits)
            line = runs.line((1.0,))
        except NoSeries:
            return None
        if line.left is None or line.right is None:
            return None
        return self._of_sides(line.left.entries, line.right.entries, point, row, order)

    def _of_sides(
        self, left: Mapping[str, Any], right: Mapping[str, Any], point: Point, row: int, order: int
    ) -> Slope | None:
        from adcli.backends.one_sided.reconcile_sides import agree, is_close

        sides = [[*side.values()] for side in (left, right)]
        if len(sides[0]) <= row or len(sides[1]) <= row:
            return None
        below, above = sides[0][row], sides[1][row]
        value = self._value(self.results[row], point)
        if value is None or not (is_close(below[0], value) and is_close(above[0], value)):
            return Slope(None, jumps=True)
        if not all(agree(a, b) for a, b in zip(below[1 : order + 1], above[1:], strict=False)):
            return Slope(None)
        number = above[order][0] + 0.0
        return Slope(number) if math.isfinite(number) else Slope(None)

    def _value(self, node: Expr, point: Point) -> float | None:
        try:
            (value,) = evaluate(self.graph, [node], point)
        except NoValue:
            return None
        return value

    def judged(
        self,
        found: SinglePoints,
        row: int,
        variables: Sequence[str],
        formula: Expr,
        whole: Callable[[], Expr],
    ) -> Verdict:
        """What is to be told.  `formula` is that of the program around the points; `whole` makes
        the one that has the derivatives of all arms."""
        places: list[Place] = []
        open_: list[Expr] = []
        for where, points in found.points.items():
            states = [self._state(found, p, formula) for p in points]
            if not states or None in states:
                open_.append(where)
            elif _JUMP in states:
                places.append(Place(where, True, _SAME_VALUE in states))
        unknown: list[Expr] = []
        around, everything = formula, whole() if open_ else formula
        for where in open_:
            points = found.points[where]
            slopes = [
                self.slope(p, row, variables) or self._at_pole(found, p, variables[0])
                for p in points
            ]
            known = [s for s in slopes if s is not None]
            pairs = zip(points, slopes, strict=True)
            if all(self._is_right(everything, found, p, s, variables) for p, s in pairs) and slopes:
                formula = everything
            elif slopes and known == slopes and all(s.number is None for s in known):
                places.append(Place(where, any(s.jumps for s in known), False))
            elif len(slopes) == len(known) == len(open_) == 1 and known[0].number is not None:
                formula = self.graph.apply(select, (where, self._written(known[0].number), around))
            else:
                unknown.append(where)
        return Verdict(formula, places, unknown)

    def _state(self, found: SinglePoints, point: Point, formula: Expr) -> str | None:
        """Whether the program has at a point the value that its other arm has; None if that has no
        value, or the formula has none."""
        here, around = self._value(found.node, point), self._value(found.around, point)
        if here is None or around is None:
            return None
        if not _close(here, around):
            return _JUMP
        return _SAME_VALUE if self._value(formula, point) is not None else None

    def _is_right(
        self,
        formula: Expr,
        found: SinglePoints,
        point: Point,
        slope: Slope | None,
        variables: Sequence[str],
    ) -> bool:
        """Whether a formula has the derivative at a point; where there are no series, whether the
        difference quotients tend to it."""
        claimed = self._value(formula, point)
        if claimed is None:
            return False
        if slope is not None:
            return slope.number is not None and _close(slope.number, claimed)
        return len(variables) == 1 and self._tend(found, point, variables[0], claimed)

    def _tend(self, found: SinglePoints, point: Point, name: str, claimed: float) -> bool:
        value = self._value(found.node, point)
        if value is None:
            return False
        spreads = []
        for distance in _DISTANCES:
            steps = [sign * distance * (1 + k / 16) for k in range(16) for sign in (1, -1)]
            values = [self._value(found.node, {**point, name: point[name] + s}) for s in steps]
            if None in values:
                return False
            quotients = [
                (v - value) / s for v, s in zip(values, steps, strict=True) if v is not None
            ]
            spreads.append(max(abs(q - claimed) for q in quotients))
        return all(b <= _CLOSER * a for a, b in pairwise(spreads))

    def _at_pole(self, found: SinglePoints, point: Point, name: str) -> Slope | None:
        """That the value jumps, if it grows without bound on both sides of a point."""
        for sign in (1, -1):
            sizes = []
            for distance in _DISTANCES:
                value = self._value(found.node, {**point, name: point[name] + sign * distance})
                sizes.append(math.inf if value is None else abs(value))
            if not all(_GROWTH * a < b < math.inf for a, b in pairwise(sizes)):
                return None
        return Slope(None, jumps=True)

    def _written(self, number: float) -> Expr:
        """A number as an integer or a quotient, if it is one up to rounding."""
        near = Fraction(number).limit_denominator(_DENOMINATOR)
        if abs(float(near) - number) > 1e-14 * max(1.0, abs(number)):
            return self.graph.number(number)
        parts = self.graph.number(near.numerator), self.graph.number(near.denominator)
        return parts[0] if near.denominator == 1 else self.graph.apply(div, parts)


#: What is seen at a point: the value jumps, or is that of the other arm.
_JUMP, _SAME_VALUE = "jump", "same"


def opposite(graph: Graph, condition: Expr) -> Expr:
    """What holds where a condition does not."""
    if isinstance(condition, App):
        if condition.op in OPPOSITE:
            return graph.make(OPPOSITE[condition.op], condition.args)
        if condition.op in (and_, or_):
            other = or_ if condition.op is and_ else and_
            return graph.apply(other, tuple([opposite(graph, arg) for arg in condition.args]))
    return graph.apply(not_, (condition,))


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= _SAME * max(1.0, abs(a), abs(b))


def _may_be_flat(node: Expr) -> bool:
    """Whether an operation may have the same value along an interval."""
    if not isinstance(node, App) or node.op is abs_:
        return False
    if not isinstance(node.op, Primitive) or node.op is select:
        return True
    smooth = node.op.domain.smooth
    return smooth is not None and getattr(smooth(*node.args), "op", None) is ne


def _drawn(names: Sequence[str]) -> list[dict[str, float]]:
    draw = random.Random(1)
    count = _SAMPLES if names else 1
    return [{name: draw.uniform(0.5, 2) for name in names} for _ in range(count)]
