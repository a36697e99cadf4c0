"""A node as text that parses back, and how many operations that text has.

Invariant: the operations are counted on the graph, node by node; text is written only when the
count says that it stays readable for a machine.  Derivatives of long programs share so much that
their text would fill the memory while their graph is small.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from adcli.errors import LimitError
from adcli.expr import App, Expr, Num, Var
from adcli.ops.arithmetic import neg
from adcli.ops.primitive import Primitive
from adcli.ops.write import number_text, write
from adcli.source import Span

LARGEST_TEXT = 200_000

_CONSTANTS = {math.pi: "pi", math.e: "e", math.tau: "tau", math.inf: "inf"}
_SIGNS = re.compile(r"\w+\(|[-+*/%^<>=!]+|\b(?:and|or|not|if)\b")
_signs: dict[Primitive, int] = {}


def operations(node: Expr) -> int:
    """How many operators and calls the text of a node has; a minus on a number is none."""
    counts: dict[Expr, int] = {}
    todo = [node]
    while todo:
        top = todo[-1]
        if top in counts:
            todo.pop()
        elif not isinstance(top, App):
            counts[todo.pop()] = 0
        else:
            missing = [a for a in top.args if a not in counts]
            if missing:
                todo.extend(missing)
            else:
                counts[todo.pop()] = own_operations(top) + sum(counts[a] for a in top.args)
    return counts[node]


def to_text(node: Expr, span: Span | None = None) -> str:
    """The node as input text."""
    size = operations(node)
    if size > LARGEST_TEXT:
        shown = f"{size:,}" if size < 10**15 else f"about 1e{len(str(size)) - 1}"
        raise LimitError(
            f"the formula would have {shown} operations; at most {LARGEST_TEXT:,} are written",
            span=span,
            hint="--cse names what is shared; its value at a point is no problem: use grad",
        )
    taken = _names([node])

    def number(value: float | bool) -> str:
        name = _CONSTANTS.get(abs(value))
        if name is None or name in taken or isinstance(value, bool):
            return number_text(value)
        return name if value > 0 else "-" + name

    return write(node, "text", number=number)


class Named(NamedTuple):
    """Formulas in which what occurs several times has a name: `definitions` are read first."""

    definitions: list[tuple[str, Expr]]
    formulas: list[Expr]


def shared(roots: Sequence[Expr]) -> Named:
    """The roots with names t1, t2, ... for operations that are used more than once.  The effort is
    that of the graph, however long the formulas would be without names."""
    order, uses = _used(roots)
    names = (name for i in count(1) if (name := f"t{i}") not in _names(roots))
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


def own_operations(app: App) -> int:
    """The operations that one node writes; a few rows write several."""
    op = app.op
    assert isinstance(op, Primitive)
    if op is neg and isinstance(app.args[0], Num):
        return 0
    if op not in _signs:
        _signs[op] = len(_SIGNS.findall(op.text.template))
    return _signs[op]


def _names(roots: Sequence[Expr]) -> set[str]:
    found: set[str] = set()
    seen = set(roots)
    todo = list(roots)
    while todo:
        node = todo.pop()
        if isinstance(node, Var):
            found.add(node.name)
        elif isinstance(node, App):
            new = [a for a in node.args if a not in seen]
            seen.update(new)
            todo.extend(new)
    return found
