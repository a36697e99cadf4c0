"""Formulas without the middle of long sums and products, for tables that have no room for all.

Invariant: what is left is a formula, in which `OMITTED` stands for the terms or factors that are
left out, so that it can be written as text and as LaTeX.
"""

from __future__ import annotations

from adcli.expr import App, Expr, Op, Var
from adcli.ops.arithmetic import add, mul, sub
from adcli.ops.primitive import Primitive
from adcli.symbolic.node_text import operations

#: The variable that stands for what is left out; no program has a variable of this name.
OMITTED = Var("...")

#: An operand and the operation that joins it to those before it.
_Joined = tuple[Primitive, Expr]


def elided(node: Expr, most: int) -> Expr:
    """The formula with about so many operations at most: without the middle terms of sums and
    factors of products, and without what is too deep inside."""
    if not isinstance(node, App) or operations(node) <= most:
        return node
    if most < 2:
        return OMITTED
    first, rest = _chain(node)
    if len(rest) < 2:
        args = [elided(arg, (most - 1) // len(node.args)) for arg in node.args]
        return OMITTED if len(args) == 2 and args[0] is OMITTED else App(node.op, tuple(args))
    made = elided(first, most // 2)
    room = most // 2 - operations(made)
    while len(rest) > 1 and operations(rest[0][1]) < room:
        op, operand = rest.pop(0)
        room -= operations(operand) + 1
        made = App(op, (made, operand))
    op, last = rest[-1]
    last = elided(last, most // 2)
    if len(rest) > 1:
        made = App(mul if op is mul else add, (made, OMITTED))
        if last is OMITTED:
            return made
    return App(op, (made, last))


def _chain(root: App) -> tuple[Expr, list[_Joined]]:
    """The first operand of a sum or a product, and the others in their order."""
    joins: tuple[Op, ...] = (mul,) if root.op is mul else (add, sub)
    node: Expr = root
    rest: list[_Joined] = []
    while isinstance(node, App) and node.op in joins:
        assert isinstance(node.op, Primitive)
        rest.append((node.op, node.args[1]))
        node = node.args[0]
    return node, rest[::-1]
