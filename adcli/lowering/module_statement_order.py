"""Module order: which statements of a file must be followed in their order, because they change
objects that others read.

Invariant: a name that is not among those of the order holds one object that no statement of the
file changes, as far as its text tells, so the statement that binds it may be followed at any time.
"""

from __future__ import annotations

import ast
from typing import NamedTuple

from adcli.lowering.import_effects import (
    Definition,
    ImportEffects,
    changed_in_place,
    changes_any_name,
    outside,
)
from adcli.lowering.scopes import bound_names, names_bound_by, own_statements

#: What binds names of other files.
_Import = ast.Import | ast.ImportFrom
_Function = ast.FunctionDef | ast.AsyncFunctionDef


#: Among the names that a statement uses: it may change any.
ANY = "*"


class Order(NamedTuple):
    """The names whose objects change, and those that are made of them; the statements of both."""

    names: frozenset[str]
    numbers: tuple[int, ...]


class _Statement(NamedTuple):
    number: int
    binds: frozenset[str]
    uses: set[str]


def order_of(tree: ast.Module, effects: ImportEffects) -> Order:
    """What must be followed in order in a file."""
    running = [s for s in tree.body if not isinstance(s, Definition)]
    names = {n for s in running for n in changed_in_place(s)} | effects.changed
    if any([changes_any_name(s) for s in running]):
        names |= {ANY, *bound_names(tree.body)}
    if names:
        names -= imported_names(tree)
    if not names:
        return Order(frozenset(), ())
    todo = [_statement(number, s, effects) for number, s in enumerate(tree.body)
            if not isinstance(s, _Import)]  # fmt: skip
    numbers: set[int] = set()
    while True:
        met = [s for s in todo if not names.isdisjoint(s.binds) or not names.isdisjoint(s.uses)]
        if not met:
            return Order(frozenset(names), tuple(sorted(numbers)))
        for statement in met:
            numbers.add(statement.number)
            names |= statement.binds
        todo = [s for s in todo if s.number not in numbers]


def imported_names(tree: ast.Module) -> set[str]:
    """The names that imports of a file bind, and no other statement of it."""
    own = list(own_statements(tree.body))
    imported = {n for s in own if isinstance(s, _Import) for n in names_bound_by(s)}
    if not imported:
        return imported
    return imported - {n for s in own if not isinstance(s, _Import) for n in names_bound_by(s)}


def _statement(number: int, statement: ast.stmt, effects: ImportEffects) -> _Statement:
    """A statement with the names that it binds, and those that matter when it runs."""
    inside = list(own_statements([statement]))
    binds = {n for s in inside if not isinstance(s, _Import) for n in names_bound_by(s)}
    parts: list[ast.AST] = []
    for one in inside:
        if isinstance(one, _Function):
            parts += outside(one)
        elif one is statement or isinstance(one, ast.ClassDef):
            parts.append(one)
    if hasattr(statement, "body") and not isinstance(statement, _Function | ast.ClassDef):
        parts = [statement]
    uses = {n.id for part in parts for n in ast.walk(part) if isinstance(n, ast.Name)}
    uses.update(changed_in_place(statement))
    if changes_any_name(statement):
        uses.add(ANY)
    return _Statement(number, frozenset(binds), effects.used_by(uses))
