"""Expressions as trees: the diagram of a formula, and a tree of lines for terminals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from adcli.expr import App, Expr, Num, Var
from adcli.ops.expression_text import number_text
from adcli.ops.primitive import Primitive
from adcli.render.graphs.diagram import (
    CONSTANT,
    INPUT,
    OPERATION,
    Arrow,
    Diagram,
    DiagramNode,
    Words,
)

#: A form whose operands stand around or behind a sign or a name.
_BARE = re.compile(r"(?:\{0\})? ?([^\s{}()|]+) ?\{\d\}")


def tree_diagram(expr: Expr, title: str) -> Diagram:
    """The tree of an expression; a part that occurs twice is drawn twice."""
    nodes: list[DiagramNode] = []
    arrows: list[Arrow] = []

    todo: list[tuple[Expr, str]] = [(expr, "")]
    while todo:
        node, above = todo.pop()
        name = f"t{len(nodes)}"
        kind = {Var: INPUT, Num: CONSTANT}.get(type(node), OPERATION)
        nodes.append(DiagramNode(name, kind, (Words(sign(node)),)))
        if above:
            arrows.append(Arrow(name, above))
        if isinstance(node, App):
            todo += [(argument, name) for argument in reversed(node.args)]
    return Diagram(title, tuple(nodes), tuple(arrows))


def size(expr: Expr, most: int) -> int:
    """How many nodes the tree has, counted up to a little more than `most`."""
    count = 0
    todo = [expr]
    while todo and count <= most:
        node = todo.pop()
        count += 1
        if isinstance(node, App):
            todo += node.args
    return count


def sign(node: Expr) -> str:
    """What stands in a node."""
    match node:
        case Var(name):
            return name
        case Num(value):
            return number_text(value)
        case App(op, _) if isinstance(op, Primitive):
            bare = _BARE.fullmatch(op.spelling.trace.template)
            return bare[1] if bare else op.name
        case App(op, _):
            return op.name


def tree_lines(expr: Expr, *, ascii: bool = False) -> Iterator[str]:
    """The tree as lines, each node below the one that it is an operand of."""
    branch, corner, bar = ("+- ", "`- ", "|  ") if ascii else ("├─ ", "└─ ", "│  ")
    todo: list[tuple[Expr, str, str]] = [(expr, "", "")]
    while todo:
        node, head, indent = todo.pop()
        yield head + sign(node)
        arguments: Sequence[Expr] = node.args if isinstance(node, App) else ()
        for i, argument in reversed(list(enumerate(arguments))):
            is_last = i == len(arguments) - 1
            own = indent + (corner if is_last else branch)
            todo.append((argument, own, indent + ("   " if is_last else bar)))


def nested(expr: Expr) -> object:
    """The tree for JSON: a name, a number, or a list of an operation's name and its operands."""
    match expr:
        case App(op, args):
            return [op.name, *map(nested, args)]
        case Var(name):
            return name
        case Num(value):
            return value
