"""Texts of functions of the running Python: the file, or the cell of a notebook, and the syntax.

Invariant: a text is that of the code that runs, or it is refused.
"""

from __future__ import annotations

import ast
import linecache
import types
from collections.abc import Iterator

from adcli.errors import UsageError
from adcli.lowering.python_file import PythonFile
from adcli.lowering.scopes import FunctionNode
from adcli.source import Source


def source_of(function: types.FunctionType) -> Source:
    """The text of the file, or of the cell of a notebook, that a function was defined in."""
    name = function.__code__.co_filename
    linecache.checkcache(name)
    lines = linecache.getlines(name, function.__globals__)
    if not lines:
        raise UsageError(
            f"the text of {function.__name__} is not found",
            hint="define the function in a file or in a cell of a notebook",
        )
    return Source("".join(lines), name)


def node_of(file: PythonFile, function: types.FunctionType) -> FunctionNode:
    """The syntax of a function in its file."""
    code = function.__code__
    same = [c for c in _codes_in(file) if _is_same(c, code)]
    nodes = [n for n in ast.walk(file.tree) if _may_be(n, code)]
    if len(nodes) > 1:
        place = _body_start(code)
        holding = [n for n in nodes if _holds(n, place)]
        nodes = [max(holding, key=_start)] if holding else []  # a lambda inside a lambda
    if not same or len(nodes) != 1:
        raise UsageError(
            f"the text of {function.__name__} in {file.source.name} is not the one that runs",
            hint="has the file changed since it was imported?",
        )
    node = nodes[0]
    assert isinstance(node, ast.FunctionDef | ast.Lambda)
    return node


def _codes_in(file: PythonFile) -> Iterator[types.CodeType]:
    """The code of every function of a file, which is compiled for that and not run."""
    todo = [compile(file.tree, file.source.name, "exec", dont_inherit=True)]
    while todo:
        code = todo.pop()
        yield code
        todo += [c for c in code.co_consts if isinstance(c, types.CodeType)]


def _is_same(one: types.CodeType, other: types.CodeType) -> bool:
    return (one.co_name, one.co_firstlineno, one.co_code, one.co_names, one.co_varnames) == (
        other.co_name, other.co_firstlineno, other.co_code, other.co_names, other.co_varnames,
    )  # fmt: skip


def _may_be(node: ast.AST, code: types.CodeType) -> bool:
    """Whether a node is a function of that name in that line."""
    if isinstance(node, ast.Lambda):
        return code.co_name == "<lambda>" and node.lineno == code.co_firstlineno
    if not isinstance(node, ast.FunctionDef):
        return False
    first = min([node.lineno, *[d.lineno for d in node.decorator_list]])
    return node.name == code.co_name and first == code.co_firstlineno


def _body_start(code: types.CodeType) -> tuple[int, int]:
    """Where the first expression of a function's body is."""
    places = [(line, column) for line, _, column, _ in code.co_positions() if line and column]
    return min(places, default=(0, 0))


def _start(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _holds(node: ast.AST, place: tuple[int, int]) -> bool:
    body = getattr(node, "body", node)
    if isinstance(body, list):
        return True
    assert isinstance(body, ast.expr)
    end = (body.end_lineno or 0, body.end_col_offset or 0)
    return (body.lineno, body.col_offset) <= place < end
