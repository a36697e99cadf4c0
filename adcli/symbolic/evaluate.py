"""Evaluation of graph nodes at a point.

Invariant: each node that is needed is evaluated once, and only the arm that a choice takes.  The
error names the first operation on finite numbers that has no finite value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from adcli.expr import App, Expr, Num, Var
from adcli.ops.comparisons_logic_and_choice import or_, select
from adcli.ops.primitive import Primitive
from adcli.symbolic.shared_expression_graph import LAZY, Graph


class NoValue(Exception):
    """A node has no value; with `overflow` because it is too large."""

    def __init__(self, node: App, overflow: bool) -> None:
        super().__init__(node)
        self.node = node
        self.overflow = overflow


def evaluate(
    graph: Graph, roots: Sequence[Expr], point: Mapping[str, float], *, propagate: bool = False
) -> list[float]:
    """The values of the roots.  With `propagate` they are nan and inf as IEEE 754 has them, where
    otherwise `NoValue` is raised."""
    run = _Evaluation(point, propagate)
    for node in graph.below(roots, surely=True):
        if not isinstance(node, App):
            run.values[node] = run.leaf(node)
        elif node.op in LAZY:
            run.demand(node)
        else:
            run.values[node] = run.operation(node)
    return [float(run.values[root]) for root in roots]


class _Evaluation:
    """The values so far."""

    def __init__(self, point: Mapping[str, float], propagate: bool) -> None:
        self.point = point
        self.propagate = propagate
        self.values: dict[Expr, Any] = {}

    def demand(self, root: Expr) -> None:
        """Evaluate a node and what it needs."""
        values, todo = self.values, [root]
        while todo:
            node = todo[-1]
            if node in values:
                todo.pop()
                continue
            if not isinstance(node, App):
                values[node] = self.leaf(node)
                continue
            needed: Sequence[Expr] = node.args
            if node.op in LAZY:
                needed = (self.decisive(node),)
            missing = [a for a in needed if a not in values]
            if missing:
                todo.extend(reversed(missing))
            elif node.op not in LAZY:
                values[node] = self.operation(node)
            elif self.decisive(node) is needed[0]:
                values[node] = values[needed[0]]

    def decisive(self, node: App) -> Expr:
        """The argument whose value a choice, an `and` or an `or` has; the first argument until that
        has a value."""
        first = node.args[0]
        if first not in self.values:
            return first
        holds = self.values[first]
        if node.op is select:
            return node.args[1 if holds else 2]
        return first if bool(holds) is (node.op is or_) else node.args[1]

    def leaf(self, node: Expr) -> Any:
        if isinstance(node, Num):
            return node.value if isinstance(node.value, bool) else float(node.value)
        assert isinstance(node, Var)
        return self.point[node.name]

    def operation(self, node: App) -> Any:
        known = self.values
        values = [known[a] for a in node.args]
        op = node.op
        assert isinstance(op, Primitive)
        for i in op.integers:
            if values[i] - values[i]:
                return math.nan
            values[i] = int(values[i])
        if self.propagate:
            try:
                return op.value(*values)
            except ValueError:  # of a check, which has no other value to give
                return math.nan
        try:
            value = op.function(*values)
        except (ValueError, ArithmeticError) as error:
            raise NoValue(node, isinstance(error, OverflowError)) from None
        if value - value and not any(v - v for v in values):
            raise NoValue(node, True)
        return value
