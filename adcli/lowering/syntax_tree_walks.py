"""Walks over Python's syntax trees, past the nodes that hold no others.

Invariant: constants, contexts and operators are never met; they are most of the nodes of a file
with tables of numbers, and hold no name.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: What stands in a field and holds no other node.
_LEAVES = frozenset([
    type(None), str, int, bool, ast.Constant, ast.Pass, ast.Break, ast.Continue,
    *ast.expr_context.__subclasses__(), *ast.boolop.__subclasses__(),
    *ast.operator.__subclasses__(), *ast.unaryop.__subclasses__(), *ast.cmpop.__subclasses__(),
])  # fmt: skip

#: What the rows of tables are.
_ROWS = frozenset([ast.Tuple, ast.List])


def inner(node: ast.AST) -> list[ast.AST]:
    """The nodes directly inside a node, but for those that hold no others."""
    found: list[ast.AST] = []
    for field in node._fields:
        part = getattr(node, field, None)
        if type(part) is list:
            if not _LEAVES.issuperset(map(type, part)):
                found += [p for p in part if type(p) not in _LEAVES]
        elif part is not None and type(part) not in _LEAVES:
            found.append(part)
    return found


def walk(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes inside some, and these, in no order."""
    todo = [node for node in nodes if type(node) not in _LEAVES]
    while todo:
        node = todo.pop()
        yield node
        if type(node) is not ast.Name:
            todo += inner(node)


def names_in(nodes: Iterable[ast.AST]) -> list[str]:
    """The names in nodes.  A file may have tables of ten thousand rows, so these are gone through
    without asking each row for its fields, and rows of constants without asking each of these."""
    found: list[str] = []
    todo = list(nodes)
    while todo:
        node = todo.pop()
        kind = type(node)
        if kind in _ROWS:
            parts = node.elts  # type: ignore[attr-defined]
            if not _LEAVES.issuperset(map(type, parts)):
                todo += [part for part in parts if type(part) not in _LEAVES]
        elif kind is ast.UnaryOp:
            todo.append(node.operand)  # type: ignore[attr-defined]
        elif kind is ast.Name:
            found.append(node.id)  # type: ignore[attr-defined]
        elif kind not in _LEAVES:
            todo += inner(node)
    return found
