"""Expression graph: every expression exists once.

Invariant: two nodes of one graph are the same object if and only if they are the same operation on
the same nodes.  A node is made after its arguments, so the order of making is an order of
evaluation.  `apply` simplifies by `adcli.symbolic.peephole`, which looks at an operation and its
arguments only: a node costs the same however large the graph below it is, and nothing here recurses
over the graph.

Nodes are shared by hash-consing: Ershov, "On programming of arithmetic operations", CACM 1 (1958);
Filliâtre & Conchon, "Type-safe modular hash-consing", ML Workshop (2006).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

from adcli.expr import App, Expr, Num, Op, Scalar, Var
from adcli.ops.comparisons_logic_and_choice import and_, or_, select
from adcli.ops.expression_as_operation import FusedOperation
from adcli.symbolic.peephole import simplified

#: Up to here every integer is a double, so an integer and a real of the same value are one node.
WHOLE = 2**53

#: The operations of which only the first argument is always evaluated.
LAZY = (select, and_, or_)


class Graph:
    """Makes nodes.  `nodes` holds all of them, arguments before what is made of them."""

    def __init__(self) -> None:
        self.nodes: list[Expr] = []
        self._place: dict[Expr, int] = {}
        self._known: dict[object, Expr] = {}
        self.zero = self.number(0)
        self.one = self.number(1)

    def __contains__(self, expr: Expr) -> bool:
        return expr in self._place

    def number(self, value: Scalar) -> Expr:
        """The node of a number; a real with an integer value is that integer, and -0.0 is no other
        number."""
        if value.__class__ is float:
            if value.is_integer() and -WHOLE <= value <= WHOLE:
                value = int(value) if value or math.copysign(1, value) > 0 else value
        elif not -WHOLE <= value <= WHOLE:
            value = float(value)
        key = (value.__class__, value)
        return self._known.get(key) or self._add(key, Num(value))

    def variable(self, name: str) -> Expr:
        """The node of a variable."""
        return self._known.get(name) or self._add(name, Var(name))

    def make(self, op: Op, args: tuple[Expr, ...]) -> Expr:
        """The node of an operation on nodes, as it stands."""
        key = (op, *args)
        return self._known.get(key) or self._add(key, App(op, args))

    def apply(self, op: Op, args: tuple[Expr, ...]) -> Expr:
        """The node of an operation on nodes, simplified."""
        found = simplified(self, op, args)
        return self.make(op, args) if found is None else found

    def insert(self, expr: Expr, values: Mapping[str, Expr] | None = None) -> Expr:
        """A small expression as a node; parts of it may be nodes already.

        `values` has nodes for its variables; without it they become variables of the graph.
        """
        if expr in self._place:
            return expr
        if isinstance(expr, Num):
            return self.number(expr.value)
        if isinstance(expr, Var):
            return self.variable(expr.name) if values is None else values[expr.name]
        if isinstance(expr.op, FusedOperation):
            return self.insert(expr.op.expand(expr.args, lean=True), values)
        return self.apply(expr.op, tuple([self.insert(a, values) for a in expr.args]))

    def ordered(self, nodes: Iterable[Expr]) -> list[Expr]:
        """The nodes with arguments before what is made of them."""
        return list(map(self.nodes.__getitem__, sorted(map(self._place.__getitem__, nodes))))

    def below(
        self, roots: Iterable[Expr], *, surely: bool = False, beyond: Collection[Expr] = ()
    ) -> list[Expr]:
        """The roots and all nodes below them, in order of evaluation.

        `surely` leaves out the nodes that only an arm of a choice or the second part of an `and`
        needs; `beyond` has nodes to leave out, with all below them.
        """
        found = dict.fromkeys([root for root in roots if root not in beyond])
        todo = list(found)
        while todo:
            node = todo.pop()
            if isinstance(node, App):
                args = node.args[:1] if surely and node.op in LAZY else node.args
                for arg in args:
                    if arg not in found and arg not in beyond:
                        found[arg] = None
                        todo.append(arg)
        return self.ordered(found)

    def _add(self, key: object, node: Expr) -> Expr:
        self._known[key] = node
        self._place[node] = len(self.nodes)
        self.nodes.append(node)
        return node
