"""Common subexpressions: names for operations that formulas use more than once.

Invariant: after the definitions the formulas have the values that they had, and definitions and
formulas together are as long as the graph that they come from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from adcli.expr import App, Expr, Var, postorder
from adcli.symbolic.node_text import own_operations


class Named(NamedTuple):
    """Formulas that use the names which `definitions` define."""

    definitions: list[tuple[str, Expr]]
    formulas: list[Expr]


def shared(roots: Sequence[Expr]) -> Named:
    """The roots with names t1, t2, ... for operations that are used more than once.  This takes the
    time of the graph, however long the formulas would be without names."""
    order = postorder(roots)
    uses = Counter([*roots, *[a for node in order if isinstance(node, App) for a in node.args]])
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
