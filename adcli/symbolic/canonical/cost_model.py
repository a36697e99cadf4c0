"""Cost model: what the text of a formula costs a reader.

Invariant: the cost of a form is that of the text that is written.  It counts the operations, a call
and a minus before something other than a number among them, and one more for each number of more
than two digits, which is as long to read.  Where these agree, the shorter text is cheaper.
"""

from __future__ import annotations

from typing import NamedTuple

from adcli.expr import App, Expr, Num, Op, Var
from adcli.ops.arithmetic import add, neg, sub
from adcli.symbolic.node_text import own_operations

_SHORT_NUMBER = 99
_EXTRA: dict[Op, int] = {neg: 1, add: 1, sub: 2}


class Cost(NamedTuple):
    """The costs of a text, the most important one first.

    `risks`       powers that may overflow where those of the program do not.
    `operations`  operations and long numbers.
    `letters`     the characters of names and numbers, and the signs of sums.
    """

    risks: int
    operations: int
    letters: int

    def minus(self, other: Cost) -> Cost:
        return Cost(*[here - there for here, there in zip(self, other, strict=True)])


class CostModel:
    """The costs of the nodes of one graph."""

    def __init__(self) -> None:
        self._costs: dict[Expr, Cost] = {}
        self._risks: set[Expr] = set()

    def mark_risk(self, node: Expr) -> None:
        """Note a power that may overflow where those of the program do not."""
        self._risks.add(node)

    def cost(self, node: Expr) -> Cost:
        costs = self._costs
        known = costs.get(node)
        if known is None:
            todo = [node]
            while todo:
                top = todo[-1]
                missing = [a for a in top.args if a not in costs] if isinstance(top, App) else []
                if missing:
                    todo += missing
                else:
                    costs[todo.pop()] = self._own_cost(top)
            known = costs[node]
        return known

    def _own_cost(self, node: Expr) -> Cost:
        """The cost of a node from those of its arguments."""
        if isinstance(node, Var):
            return Cost(0, 0, len(node.name))
        if isinstance(node, Num):
            text = repr(node.value)
            long = isinstance(node.value, int) and abs(node.value) > _SHORT_NUMBER
            return Cost(0, int(long), len(text))
        risks = int(node in self._risks)
        operations, letters = own_operations(node), _EXTRA.get(node.op, 0)
        for arg in node.args:
            inside = self._costs[arg]
            risks += inside.risks
            operations += inside.operations
            letters += inside.letters
        return Cost(risks, operations, letters)
