"""Import effects: what changes when a file is imported besides what its statements bind.

Invariant: nothing is followed here, only read.  A name that a function changes is told if the
function may be called during an import: by the file itself, or by another file as a decorator is.
The names that a function uses stand for what it calls, so more is told than happens.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from adcli.lowering.scopes import HOLDING, own_statements, statements_inside, target_names
from adcli.lowering.syntax_tree_walks import inner, names_in, walk

#: Methods that change the object that they belong to and whose results are seldom used.
CHANGING = frozenset({
    "add", "append", "appendleft", "clear", "discard", "extend", "insert", "remove", "reverse",
    "sort", "update",
})  # fmt: skip

#: Methods that change the object and give something of it.
_TAKING = frozenset({"pop", "popitem", "popleft", "setdefault"})

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_IMPORTS = frozenset([ast.Import, ast.ImportFrom])
_DEFINITIONS = frozenset([ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef])


class _Facts(NamedTuple):
    """What the text of a definition says: the names in it, and the global ones that it changes."""

    used: frozenset[str]
    changed: frozenset[str]


class ImportEffects:
    """What the text of a file says of its import."""

    def __init__(self, tree: ast.Module) -> None:
        self._statements = list(own_statements(tree.body))
        self._definitions: dict[str, list[Definition]] = {}
        self._facts: dict[str, _Facts] = {}
        for statement in self._statements:
            if isinstance(statement, Definition):
                self._definitions.setdefault(statement.name, []).append(statement)

    @cached_property
    def changed(self) -> frozenset[str]:
        """The global names that functions change which may be called during an import."""
        if self._is_mostly_data and not any([self._of(n).changed for n in self._definitions]):
            return frozenset()
        return self._changed_by({*self._roots, *self._handing})

    @property
    def _is_mostly_data(self) -> bool:
        """Whether definitions are the smaller part of the file, so that they are read first."""
        last = self._statements[-1].end_lineno if self._statements else 0
        defined = [d for same in self._definitions.values() for d in same]
        return 2 * sum([(d.end_lineno or 0) - d.lineno for d in defined]) < (last or 0)

    @cached_property
    def _roots(self) -> set[str]:
        """The names in what runs during an import."""
        found: set[str] = set()
        for statement in self._statements:
            if isinstance(statement, Definition):
                found.update(names_in(outside(statement)))
            elif type(statement) not in _IMPORTS:
                found.update(names_in(_parts(statement)))
        return found

    @cached_property
    def _handing(self) -> set[str]:
        """The functions that may be decorators."""
        functions = [s for s in self._statements if isinstance(s, _Function)]
        return {function.name for function in functions if _hands_back(function)}

    @cached_property
    def changed_by_others(self) -> frozenset[str]:
        """Those that another file may change, which uses a function of this one as a decorator."""
        return self._changed_by(self._handing)

    def _changed_by(self, roots: Iterable[str]) -> frozenset[str]:
        found = [self._of(name).changed for name in self._reached(roots)]
        return frozenset().union(*found)

    def used_by(self, names: Iterable[str]) -> set[str]:
        """Names, and those that what they name may use when it is called."""
        found = set(names)
        for name in self._reached(names):
            found |= self._of(name).used
        return found

    def _reached(self, roots: Iterable[str]) -> set[str]:
        """The definitions that may run where some names are used."""
        seen: set[str] = set()
        todo = [name for name in roots if name in self._definitions]
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += [used for used in self._of(name).used if used in self._definitions]
        return seen

    def _of(self, name: str) -> _Facts:
        found = self._facts.get(name)
        if found is None:
            parts = [_facts(definition) for definition in self._definitions[name]]
            used = frozenset[str]().union(*[p.used for p in parts])
            found = _Facts(used, frozenset[str]().union(*[p.changed for p in parts]))
            self._facts[name] = found
        return found


def outside(statement: Definition) -> list[ast.expr]:
    """What a definition evaluates when it is made, besides the body of a class."""
    found = list(statement.decorator_list)
    if isinstance(statement, ast.ClassDef):
        return [*found, *statement.bases, *[k.value for k in statement.keywords]]
    args = statement.args
    return [*found, *args.defaults, *[d for d in args.kw_defaults if d is not None]]


def _parts(statement: ast.stmt) -> Iterator[ast.AST]:
    """What stands in a statement itself, without the statements inside it."""
    for child in inner(statement):
        if isinstance(child, ast.excepthandler | ast.match_case):
            yield from [c for c in inner(child) if not isinstance(c, ast.stmt)]
        elif not isinstance(child, ast.stmt):
            yield child


def _hands_back(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function may be a decorator: it gives back what it is given, or a function."""
    returned: list[str] = []
    made: list[str] = []
    todo: list[ast.stmt] = list(function.body)
    while todo:
        statement = todo.pop()
        kind = type(statement)
        if kind is ast.Return:
            value = statement.value  # type: ignore[attr-defined]
            if type(value) is ast.Name:
                returned.append(value.id)
            elif type(value) is ast.Lambda:
                return True
        elif kind in HOLDING:
            todo += statements_inside(statement)
        elif kind in _DEFINITIONS:
            made.append(statement.name)  # type: ignore[attr-defined]
    given = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    return not {*given, *made}.isdisjoint(returned)


def _facts(definition: Definition) -> _Facts:
    """What a definition uses, and what it changes when it is called, or what is inside it."""
    used: set[str] = set()
    world: set[str] = set()
    local: set[str] = set()
    changed: set[str] = set()
    for node in walk([definition]):
        match node:
            case ast.Name():
                used.add(node.id)
            case ast.Global():
                world.update(node.names)
            case ast.arg():
                local.add(node.arg)
            case ast.Assign():
                local.update([n for t in node.targets for n in target_names(t)])
                changed.update(_bases(node.targets))
            case ast.For() | ast.comprehension():
                local.update(target_names(node.target))
            case ast.AugAssign() | ast.Delete() | ast.Call():
                changed.update(_bases(_targets(node)))
    return _Facts(frozenset(used), frozenset((changed - local) | world))


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


def changed_in_place(statement: ast.stmt) -> Iterator[str]:
    """The names whose objects a statement of a file changes, as far as the statement itself tells;
    of calls those are seen that are the whole statement or the value that it assigns."""
    for node in own_statements([statement]):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        targets = [*_targets(node)]
        value = getattr(node, "value", None)
        if isinstance(value, ast.Call):
            targets += _targets(value)
            if isinstance(value.func, ast.Name) and value.func.id in ("setattr", "delattr"):
                yield from [a.id for a in value.args[:1] if isinstance(a, ast.Name)]
        yield from _bases(targets)
        yield from [key for t in targets if (key := _key_of_names(t)) is not None]


def attributes_set(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    """The attributes that a statement sets or deletes, each with the name of its object; those of
    entries and of attributes stand for all that is in them."""
    for node in own_statements([statement]):
        targets = [*_targets(node)]
        value = getattr(node, "value", None)
        if isinstance(value, ast.Call):
            targets += _targets(value)
            if isinstance(value.func, ast.Name) and value.func.id in ("setattr", "delattr"):
                match value.args[:2]:
                    case [ast.Name(id=base), ast.Constant(value=str(name))]:
                        yield base, name
        for target in targets:
            path: list[str] = []
            base_node = target
            while isinstance(base_node, ast.Attribute | ast.Subscript):
                path.append(base_node.attr if isinstance(base_node, ast.Attribute) else "")
                base_node = base_node.value
            if isinstance(base_node, ast.Name) and path and path[-1]:
                yield base_node.id, path[-1]


def changes_any_name(statement: ast.stmt) -> bool:
    """Whether a statement may give names of its file values, and nobody can tell which."""
    for node in own_statements([statement]):
        value = getattr(node, "value", None)
        if isinstance(value, ast.Call):
            if isinstance(value.func, ast.Name) and value.func.id == "exec":
                return True
            if any([_is_names(t.value) for t in _targets(value) if isinstance(t, ast.Attribute)]):
                return True
        for target in _targets(node):
            is_entry = isinstance(target, ast.Subscript) and _is_names(target.value)
            if is_entry and _key_of_names(target) is None:
                return True
    return False


def _key_of_names(target: ast.AST) -> str | None:
    """The name that `globals()["NAME"]` sets; None if that is not what a target is."""
    if isinstance(target, ast.Subscript) and _is_names(target.value):
        key = target.slice.value if isinstance(target.slice, ast.Constant) else None
        return key if isinstance(key, str) else None
    return None


def _is_names(node: ast.AST) -> bool:
    """Whether an expression gives the names of a file as a dict."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("globals", "vars", "locals")
        and not node.args
    )
