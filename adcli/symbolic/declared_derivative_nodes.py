"""Declared derivatives in a graph: nodes that carry the partials declared by a function.

Invariant: a marked node has the value of the node that it marks.  The derivative of
`with_partial(y, p, x)` is that of y plus p times that of x, and the derivative of
`stop_gradient(y)` is 0, so what the body of the function would give is held back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from adcli.expr import App, Expr
from adcli.ir import nodes as ir
from adcli.ir.types import REAL, base
from adcli.nested_lists import flatten, flatten_all, rebuilt
from adcli.ops.primitive import Calculus, Primitive
from adcli.symbolic.shared_expression_graph import Graph
from adcli.symbolic.symbolic_values import (
    Contents,
    DataDependent,
    SymbolicEvaluator,
    SymbolicValue,
)

with_partial = Primitive(
    "with_partial",
    lambda y, p, x: y,
    arity=3,
    calculus=Calculus(lambda v, y, p, x: (1, 0, p), rule="declared derivative"),
)
stop_gradient = Primitive("stop_gradient", lambda y: y, calculus=Calculus(lambda v, y: (0,)))


class Leaf:
    """A value that `flatten` takes for a number: it would take the tuple for a list."""

    __slots__ = ("node", "value")

    def __init__(self, value: SymbolicValue) -> None:
        self.value = value
        self.node = value.node


def with_leaves(contents: Contents) -> Any:
    """Contents as lists that `flatten` goes through."""
    return [with_leaves(v) for v in contents] if isinstance(contents, list) else Leaf(contents)


class DeclaredDerivatives:
    """Marks the results of functions that declare derivatives.

    `results_of` gives the results of a function on arguments, `keep` notes a new array.
    """

    def __init__(
        self,
        module: ir.Module,
        evaluator: SymbolicEvaluator,
        results_of: Callable[[ir.Function, Sequence[Contents]], list[Contents]],
        keep: Callable[[Contents], None],
    ) -> None:
        self.module = module
        self.evaluator = evaluator
        self.results_of = results_of
        self.keep = keep

    def marked(
        self,
        callee: ir.Function,
        rule: ir.Rule,
        args: list[Contents],
        found: list[Contents],
        stmt: ir.Stmt,
    ) -> list[Contents]:
        """The results of a call, those that are real with the partials of the declared rule."""
        if not rule.forward:
            raise DataDependent(stmt.span)
        forward = self.module.functions[rule.forward]
        reals = [a for a, p in zip(args, callee.params, strict=True) if _is_real(callee, p)]
        results = [r for r in callee.results if _is_real(callee, r)]
        whole = [with_leaves(f) for f, r in zip(found, callee.results, strict=True) if r in results]
        made = [self._stopped(leaf.value) for leaf in flatten_all(whole)]
        graph, zero = self.evaluator.graph, self.evaluator.number(0.0)
        zeros = [_zeros(with_leaves(a), zero) for a in reals]
        for place, argument in enumerate(reals):
            for number, leaf in enumerate(flatten(with_leaves(argument))):
                if leaf.value.known is not None:
                    continue
                seeds: list[Contents] = list(zeros)
                seeds[place] = self._unit(argument, number)
                tangents = self.results_of(forward, [*args, *found, *seeds])
                slopes = [t.value for t in flatten_all([with_leaves(t) for t in tangents])]
                for i, slope in enumerate(slopes):
                    if slope.known != 0:
                        parts = (made[i].node, slope.node, leaf.node)
                        made[i] = SymbolicValue(graph.make(with_partial, parts))
        numbers = iter(made)
        return [
            self._kept(rebuilt(numbers, with_leaves(f)) if r in results else f)
            for f, r in zip(found, callee.results, strict=True)
        ]

    def _stopped(self, value: SymbolicValue) -> SymbolicValue:
        if value.known is not None:
            return value
        return SymbolicValue(self.evaluator.graph.make(stop_gradient, (value.node,)))

    def _unit(self, argument: Contents, number: int) -> Contents:
        """The direction of one number of an argument."""
        shaped = with_leaves(argument)
        count = len(flatten(shaped))
        leaves = [self.evaluator.number(float(i == number)) for i in range(count)]
        return self._kept(rebuilt(iter(leaves), shaped))

    def _kept(self, contents: Contents) -> Contents:
        self.keep(contents)
        return contents


def _is_real(function: ir.Function, name: str) -> bool:
    return base(function.types[name]) == REAL


def _zeros(contents: Any, zero: SymbolicValue) -> Contents:
    return [_zeros(v, zero) for v in contents] if isinstance(contents, list) else zero


def without_markers(graph: Graph, nodes: Sequence[Expr]) -> list[Expr]:
    """The nodes without their markers, once all derivatives are taken."""
    plain: dict[Expr, Expr] = {}
    for node in graph.below(nodes):
        if not isinstance(node, App):
            plain[node] = node
        elif node.op is stop_gradient or node.op is with_partial:
            plain[node] = plain[node.args[0]]
        else:
            args = tuple([plain[a] for a in node.args])
            plain[node] = node if args == node.args else graph.apply(node.op, args)
    return [plain[node] for node in nodes]
