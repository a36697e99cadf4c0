"""Import effects: what changes when a file is imported besides what its statements bind.

Invariant: nothing is followed here, only read.  A name that a function changes is told if the
function may be called during an import: by the file itself, or by another file as a decorator is.
The names that a function uses stand for what it calls, so more is told than happens.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from adcli.lowering.scopes import own_statements, target_names

#: Methods that change the object that they belong to and whose results are seldom used.
CHANGING = frozenset({
    "add", "append", "appendleft", "clear", "discard", "extend", "insert", "remove", "reverse",
    "sort", "update",
})  # fmt: skip

#: Methods that change the object and give something of it.
_TAKING = frozenset({"pop", "popitem", "popleft", "setdefault"})

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class ImportEffects:
    """What the text of a file says of its import."""

    def __init__(self, tree: ast.Module) -> None:
        #: the global names that functions change which may be called during an import
        self.changed = _changed_names(tree)


def _changed_names(tree: ast.Module) -> frozenset[str]:
    """The global names that functions change which may be called during an import."""
    changed: dict[str, set[str]] = {}
    uses: dict[str, set[str]] = {}
    roots: set[str] = set()
    for statement in own_statements(tree.body):
        if not isinstance(statement, _Definition):
            roots.update(_names_in([statement]))
            continue
        outside = list(statement.decorator_list)
        if isinstance(statement, ast.ClassDef):
            outside += [*statement.bases, *[k.value for k in statement.keywords]]
        elif _hands_back(statement):
            roots.add(statement.name)
        roots.update(_names_in(outside))
        changed.setdefault(statement.name, set()).update(_changed_in(statement))
        uses.setdefault(statement.name, set()).update(_names_in(statement.body))
    if not any(changed.values()):
        return frozenset()
    found: set[str] = set()
    seen: set[str] = set()
    todo = [name for name in roots if name in changed]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            found |= changed[name]
            todo += [used for used in uses[name] if used in changed]
    return frozenset(found)


def _hands_back(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function may be a decorator: it gives back what it is given, or a function."""
    given = {a.arg for a in (*function.args.posonlyargs, *function.args.args)}
    given |= {s.name for s in own_statements(function.body) if isinstance(s, _Definition)}
    for statement in own_statements(function.body):
        if isinstance(statement, ast.Return):
            if isinstance(statement.value, ast.Lambda):
                return True
            if isinstance(statement.value, ast.Name) and statement.value.id in given:
                return True
    return False


def _names_in(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                yield part.id


def _changed_in(definition: _Definition) -> set[str]:
    """The global names that a definition changes when it is called, or what is inside it."""
    found: set[str] = set()
    local: set[str] = set()
    for node in ast.walk(definition):
        if isinstance(node, ast.Global):
            found.update(node.names)
        elif isinstance(node, ast.arg):
            local.add(node.arg)
        elif isinstance(node, ast.Assign):
            local.update([n for t in node.targets for n in target_names(t)])
        elif isinstance(node, ast.For | ast.comprehension):
            local.update(target_names(node.target))
    changed: set[str] = set()
    for node in ast.walk(definition):
        changed.update(_bases(_targets(node)))
    return (changed - local) | found


def _targets(node: ast.AST) -> Sequence[ast.AST]:
    """What a node changes in place, if it does."""
    if isinstance(node, ast.Assign | ast.Delete):
        return node.targets
    if isinstance(node, ast.AugAssign):
        return [node.target]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return [node.func] if node.func.attr in CHANGING | _TAKING else []
    return []


def _bases(targets: Iterable[ast.AST]) -> Iterator[str]:
    """The names of the objects whose parts are targets."""
    for target in targets:
        base = target
        while isinstance(base, ast.Subscript | ast.Attribute):
            base = base.value
        if isinstance(base, ast.Name) and base is not target:
            yield base.id
