"""Scripts: a file without functions is the function of the names that it reads and does not bind.

Invariant: what a script computes is what CPython computes of the same statements, run from first
to last; its last expression is the result, or else what it assigns last.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from adcli.errors import SyntaxFault, TypeFault
from adcli.lowering.scopes import bound_names, names_bound_by, target_names
from adcli.source import Source, Span


def script(
    source: Source, body: Sequence[ast.stmt], is_known: Callable[[str], bool]
) -> ast.FunctionDef:
    """The function that a script is; `is_known` tells names that have a meaning in Python.

    Raises `SyntaxFault` and `TypeFault` if it has no result.
    """
    if not body:
        raise SyntaxFault("nothing to evaluate: the program is empty", span=Span(source, 0, 0))
    own = set(bound_names([s for s in body if not isinstance(s, ast.Import | ast.ImportFrom)]))
    statements = [s for s in body if not _only_imports(s, own)]
    last = statements[-1] if statements else body[-1]
    if isinstance(last, ast.Expr):
        returned = ast.copy_location(ast.Return(last.value), last)
        statements[-1] = returned
    else:
        name = _last_assigned(statements)
        if not name:
            raise TypeFault("the program has no result", span=Span(source, 0, 0))
        value = ast.copy_location(ast.Name(name, ast.Load()), last)
        statements.append(ast.copy_location(ast.Return(value), last))
    functions = _called(statements) - own
    free = [n for n in free_names(statements) if n in own or not (is_known(n) or n in functions)]
    made = ast.FunctionDef("f", _parameters(free, body[0]), statements, [])
    return ast.copy_location(made, body[0])


def is_script(node: ast.FunctionDef) -> bool:
    """Whether a function is what a script is made into."""
    first = node.body[0]
    return (node.lineno, node.col_offset) == (first.lineno, first.col_offset)


def _only_imports(statement: ast.stmt, own: set[str]) -> bool:
    """Whether a statement binds names that nothing else in the script binds: then it says what
    these names mean everywhere."""
    if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
        return not own
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return own.isdisjoint(names_bound_by(statement))
    return False


def _parameters(names: Sequence[str], place: ast.stmt) -> ast.arguments:
    args = [ast.copy_location(ast.arg(name), place) for name in names]
    return ast.arguments([], args, None, [], [], None, [])


def _last_assigned(statements: Sequence[ast.stmt]) -> str:
    """The name assigned last in the text; that of a loop counts if nothing else is assigned."""
    found = ""
    for statement in statements:
        for name in bound_names([statement]):
            found = name
    return found


def free_names(statements: Sequence[ast.stmt]) -> list[str]:
    """The names that are read before the text assigns them, in the order of their appearance."""
    known: set[str] = set()
    free: dict[str, None] = {}
    for node in _parts_in_order(statements):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if node.id not in known:
                free[node.id] = None
        elif isinstance(node, ast.stmt):
            known.update(names_bound_by(node))
    return list(free)


def _called(statements: Sequence[ast.stmt]) -> set[str]:
    """The names that are called, which no number can be."""
    return {
        node.func.id
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def _parts_in_order(statements: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """What is read, in order; a statement comes behind the expressions in it whose names it does
    not bind yet, and before the statements in it."""
    for statement in statements:
        inner: list[ast.stmt] = []
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            yield ast.Name(statement.target.id, ast.Load())
        for _, value in ast.iter_fields(statement):
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, ast.stmt):
                    inner.append(part)
                elif isinstance(part, ast.ExceptHandler | ast.match_case):
                    inner.extend(part.body)
                elif isinstance(part, ast.AST):
                    yield from _read_in(part, frozenset())
        yield statement
        yield from _parts_in_order(inner)


def _read_in(tree: ast.AST, hidden: frozenset[str]) -> Iterator[ast.Name]:
    """The names that an expression reads, but for those that it binds itself."""
    todo: list[tuple[ast.AST, frozenset[str]]] = [(tree, hidden)]
    while todo:
        node, within = todo.pop()
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load) and node.id not in within:
                yield node
            continue
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            within |= {n for c in node.generators for n in target_names(c.target)}
        elif isinstance(node, ast.Lambda):
            within |= {a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)}
        todo += [(child, within) for child in reversed(list(ast.iter_child_nodes(node)))]


__all__ = ["free_names", "is_script", "script"]
