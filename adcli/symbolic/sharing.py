"""Names for what occurs several times in formulas.

Invariant: with the definitions in front the formulas mean what they meant, and all together are as
long as the graph that they come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from adcli.expr import App, Expr, Var
from adcli.symbolic.text import own_operations


class Named(NamedTuple):
    """Formulas in which what occurs several times has a name: `definitions` are read first."""

    definitions: list[tuple[str, Expr]]
    formulas: list[Expr]


def shared(roots: Sequence[Expr]) -> Named:
    """The roots with names t1, t2, ... for operations that are used more than once.  The effort is
    that of the graph, however long the formulas would be without names."""
    order, uses = _used(roots)
    taken = {node.name for node in order if isinstance(node, Var)}
    names = (name for i in count(1) if (name := f"t{i}") not in taken)
    short: dict[Expr, Expr] = {}
    definitions: list[tuple[str, Expr]] = []
    for node in order:
        new = node
        if isinstance(node, App):
            args = tuple([short[a] for a in node.args])
            new = node if args == node.args else App(node.op, args)
            if uses[node] > 1 and own_operations(node):
                name = next(names)
                definitions.append((name, new))
                new = Var(name)
        short[node] = new
    return Named(definitions, [short[root] for root in roots])


def _used(roots: Sequence[Expr]) -> tuple[list[Expr], dict[Expr, int]]:
    """All nodes, arguments first, and how often each is used; a formula is a use of its root."""
    uses: dict[Expr, int] = {}
    order: list[Expr] = []
    todo: list[tuple[Expr, bool]] = [(root, False) for root in reversed(roots)]
    while todo:
        node, done = todo.pop()
        if done:
            order.append(node)
        elif node in uses:
            uses[node] += 1
        else:
            uses[node] = 1
            todo.append((node, True))
            if isinstance(node, App):
                todo += [(a, False) for a in reversed(node.args)]
    return order, uses
