"""What a function's own domain says: which nodes are not 0 wherever the function has a value.

Invariant: a node is found only if every evaluation of the function puts it into an operation whose
domain, in the table, excludes 0 there.  So where log(x) stands, x may be divided out.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import App, Expr, Num, substitute, variables
from adcli.ops.arithmetic import div, mul, neg, pow_
from adcli.ops.formula import compose
from adcli.ops.primitive import Primitive
from adcli.symbolic.graph import Graph


def nonzero(graph: Graph, roots: Sequence[Expr]) -> list[Expr]:
    """Nodes that are not 0 wherever all the roots have a value."""
    found: dict[Expr, None] = {}
    known: dict[tuple[object, ...], list[int]] = {}
    for node in graph.below(roots, surely=True):
        if isinstance(node, App) and isinstance(node.op, Primitive) and node.op.domain:
            numbers = [a.value if isinstance(a, Num) else None for a in node.args]
            key = (node.op, *numbers)
            if key not in known:
                known[key] = [i for i in range(len(numbers)) if _excludes_zero(node, i)]
            found.update((node.args[i], None) for i in known[key])
    return _parts(found)


def _excludes_zero(node: App, index: int) -> bool:
    """Whether the row's domain has no place for a 0 there, whatever the other arguments are."""
    row = node.op
    assert isinstance(row, Primitive)
    condition = row.condition()
    if condition is None or isinstance(node.args[index], Num):
        return False
    names = row.parameters
    numbers = {n: a for n, a in zip(names, node.args, strict=True) if isinstance(a, Num)}
    condition = substitute(condition, dict(numbers))
    if variables(condition) != [names[index]]:
        return False
    return not compose(condition, (names[index],), lambda r: r.value)(0.0)


def _parts(found: dict[Expr, None]) -> list[Expr]:
    """With a product also its factors, with a power its base."""
    todo = list(found)
    while todo:
        match todo.pop():
            case App(op, args) if op is mul:
                parts = args
            case App(op, (base, _)) if op is div:
                parts = (base,)
            case App(op, (base, Num(exponent))) if op is pow_ and exponent:
                parts = (base,)
            case App(op, (inner,)) if op is neg:
                parts = (inner,)
            case _:
                parts = ()
        for part in parts:
            if part not in found:
                found[part] = None
                todo.append(part)
    return list(found)
