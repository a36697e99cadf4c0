"""Statements of a module that may change objects of it: `K[0] = 1`, `K.append(1)`, `register(K)`.

Invariant: a statement that changes an object that a name of the module holds is found here, by its
text alone; where the text does not tell, the statement counts as one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from adcli.lowering.scopes import expressions_of, own_statements

#: Methods that change what they belong to.
_CHANGING = frozenset([
    "append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse", "update", "add",
    "setdefault", "popitem", "discard", "__setitem__", "appendleft", "popleft", "rotate",
])  # fmt: skip

#: Functions that change none of their arguments.
_HARMLESS = frozenset([
    "len", "range", "sum", "zip", "sorted", "min", "max", "float", "int", "abs", "enumerate",
    "list", "tuple", "dict", "set", "frozenset", "str", "bool", "round", "any", "all", "print",
    "isinstance", "repr", "type", "reversed", "divmod", "pow",
])  # fmt: skip


def may_change(statement: ast.stmt) -> bool:
    """Whether a statement may change an object that another one has made."""
    for inner in own_statements([statement]):
        if isinstance(inner, ast.AugAssign | ast.Delete) or changes_parts(inner):
            return True
        if isinstance(inner, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
            continue
        if any([is_changing_call(call) for call in _calls(inner)]):
            return True
    return False


def changes_parts(statement: ast.stmt) -> bool:
    """Whether a statement sets or deletes an entry or an attribute."""
    return any([not isinstance(t, ast.Name) for t in _targets(statement)])


def touched_names(statement: ast.stmt) -> set[str]:
    """The names whose objects a statement may change."""
    found: set[str] = set()
    is_compound = hasattr(statement, "body")
    for inner in own_statements([statement]):
        if isinstance(inner, ast.FunctionDef | ast.ClassDef):
            continue
        parts: list[ast.AST] = [t for t in _targets(inner) if not isinstance(t, ast.Name)]
        if isinstance(inner, ast.AugAssign):
            parts.append(inner.target)
        parts += [call for call in _calls(inner) if is_changing_call(call)]
        if is_compound and isinstance(inner, ast.Assign | ast.For):
            parts.append(inner.value if isinstance(inner, ast.Assign) else inner.iter)
        for part in parts:
            found.update([n.id for n in ast.walk(part) if isinstance(n, ast.Name)])
    return found


def _targets(statement: ast.stmt) -> list[ast.expr]:
    """The targets of a statement, those inside tuples one by one."""
    match statement:
        case ast.Assign() | ast.Delete():
            todo = list(statement.targets)
        case ast.AugAssign() | ast.AnnAssign() | ast.For():
            todo = [statement.target]
        case _:
            return []
    found: list[ast.expr] = []
    while todo:
        target = todo.pop()
        if isinstance(target, ast.Tuple | ast.List):
            todo += target.elts
        else:
            found.append(target.value if isinstance(target, ast.Starred) else target)
    return found


def _calls(statement: ast.stmt) -> Iterator[ast.Call]:
    return (e for e in expressions_of(statement) if isinstance(e, ast.Call))


def is_changing_call(call: ast.Call) -> bool:
    """Whether a call may change something that a name holds: methods do by their names, functions
    if they have no harmless name."""
    if isinstance(call.func, ast.Attribute):
        return is_changing_method(call)
    return not (isinstance(call.func, ast.Name) and call.func.id in _HARMLESS)


def is_changing_method(call: ast.Call) -> bool:
    """Whether a call is one of a method that changes its object, by its name."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in _CHANGING
