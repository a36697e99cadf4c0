"""The chain rule over the graph: derivatives of nodes by a variable.

Invariant: d(node) is the sum of partial * d(argument) over the node's arguments, each product in
the order that its row of the table has for it.  A node that does not depend on the variable has no
derivative here, and a product with a factor of zero is zero.  Each arm of a choice is
differentiated.

This way to a derivative shares the table with forward and reverse mode, and nothing else.

Griewank & Walther, *Evaluating Derivatives*, section 3.1; Laue, "On the equivalence of automatic
and symbolic differentiation" (2019): derivatives that share nodes do not swell.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import App, Expr, Num, Var, is_number
from adcli.ops.arithmetic import add
from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.expression_as_operation import tidy
from adcli.ops.primitive import Primitive
from adcli.symbolic.shared_expression_graph import Graph


class Differentiator:
    """Differentiates nodes of one graph.  `origins` has for each new node the node whose derivative
    it belongs to."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.origins: dict[Expr, Expr] = {}
        self._order: tuple[Sequence[Expr], list[Expr]] = ((), [])

    def derivatives(
        self, roots: Sequence[Expr], variable: str, seed: Expr | None = None
    ) -> list[Expr]:
        """The derivative of each root, times `seed` if that is given as a node."""
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
                slopes[node] = seed or graph.one
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
                term = self._product(node, i, slope)
                if term is not graph.zero:
                    total = term if total is graph.zero else graph.apply(add, (total, term))
        return total

    def _product(self, node: App, index: int, slope: Expr) -> Expr:
        """The derivative of an argument times that of a node by the argument; 0 if that is a truth
        value or an integer."""
        op = node.op
        assert isinstance(op, Primitive)
        template = _template(op, index)
        if template is None:
            return self.graph.zero
        values = dict(zip(_ARGUMENTS, node.args, strict=False)) | {_RESULT: node, _SEED: slope}
        return self.graph.insert(template, values)


_SEED, _RESULT = "s", "y"
_ARGUMENTS = tuple(f"a{i}" for i in range(9))
_templates: dict[tuple[Primitive, int], Expr | None] = {}


def _template(op: Primitive, index: int) -> Expr | None:
    """The product of a seed and a partial of a row, over names; None where it is zero."""
    key = (op, index)
    if key not in _templates:
        args = tuple(map(Var, _ARGUMENTS[: op.arity]))
        found = tidy(op.product(index, Var(_SEED), Var(_RESULT), args) or Num(0))
        _templates[key] = None if is_number(found, 0) else found
    return _templates[key]
