"""The derivative of graph nodes by a variable: the chain rule over the graph.

Invariant: d(node) is the sum of partial * d(argument) over the node's arguments, with the partials
of its row of the table, each made once.  What does not depend on the variable has no derivative
here, and a factor of zero takes its product with it.  A choice is differentiated by branch.

This road shares the table with forward and reverse mode and nothing else.  Griewank & Walther,
*Evaluating Derivatives*, section 3.1; Laue, "On the equivalence of automatic and symbolic
differentiation" (2019): derivatives that share nodes do not swell.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import App, Expr, Num, Scalar, Var
from adcli.ops.arithmetic import add, mul
from adcli.ops.compare import select
from adcli.ops.primitive import Primitive
from adcli.symbolic.graph import Graph


class Differentiator:
    """Differentiates nodes of one graph.  `origins` tells for a node that was made here which
    node's derivative it serves."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.origins: dict[Expr, Expr] = {}
        self._partials: dict[tuple[Expr, int], Expr] = {}
        self._order: tuple[Sequence[Expr], list[Expr]] = ((), [])

    def derivatives(self, roots: Sequence[Expr], variable: str) -> list[Expr]:
        """The derivative of each root."""
        graph = self.graph
        if self._order[0] is not roots:
            self._order = roots, graph.below(roots)
        slopes: dict[Expr, Expr] = {}
        varied = slopes.keys()
        for node in self._order[1]:
            if node.__class__ is App:
                if not varied.isdisjoint(node.args):
                    before = len(graph.nodes)
                    slope = self._slope(node, slopes)
                    if slope is not graph.zero:
                        slopes[node] = slope
                    for new in graph.nodes[before:]:
                        self.origins[new] = node
            elif isinstance(node, Var) and node.name == variable:
                slopes[node] = graph.one
        return [slopes.get(root, graph.zero) for root in roots]

    def _slope(self, node: App, slopes: dict[Expr, Expr]) -> Expr:
        graph = self.graph
        if node.op is select:
            condition, then, otherwise = node.args
            arms = slopes.get(then, graph.zero), slopes.get(otherwise, graph.zero)
            return graph.apply(select, (condition, *arms))
        total = graph.zero
        for i, arg in enumerate(node.args):
            slope = slopes.get(arg)
            if slope is not None:
                partial = self._partial(node, i)
                if partial is graph.zero:
                    continue
                term = slope if partial is graph.one else graph.apply(mul, (partial, slope))
                total = term if total is graph.zero else graph.apply(add, (total, term))
        return total

    def _partial(self, node: App, index: int) -> Expr:
        """The derivative of a node by one of its arguments; 0 by a truth value or an integer."""
        op = node.op
        assert isinstance(op, Primitive)
        fixed = _fixed(op, index)
        if fixed is not None:
            return self.graph.number(fixed)
        found = self._partials.get((node, index))
        if found is None:
            partial = op.partial(index, node, node.args)
            assert partial is not None
            found = self.graph.insert(partial)
            self._partials[node, index] = found
        return found


_numbers: dict[tuple[Primitive, int], Scalar | None] = {}


def _fixed(op: Primitive, index: int) -> Scalar | None:
    """The partial of a row that is the same number everywhere; None: it is not."""
    key = (op, index)
    if key not in _numbers:
        names = tuple([Var(str(i)) for i in range(op.arity)])
        partial = op.partial(index, Var("y"), names) or Num(0)
        _numbers[key] = partial.value if isinstance(partial, Num) else None
    return _numbers[key]
