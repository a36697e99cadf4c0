"""Late shadows: adjoints of local arrays that the backward sweep makes where it needs them.

What a function makes for itself and never hands on needs no array of adjoints in the forward sweep.
The backward sweep makes it before the backward side of the last statement that uses the array.  So
nothing is made, filled and kept from one sweep to the other, and an iteration finds the memory of
the one before still in the cache.  Tofte and Talpin, "Region-based memory management" (1997).

Invariant: such an array of reals is made by one statement, is used in the block of that statement
only, by reading, storing and measuring, and its length stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from adcli.expr import Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import definition_counts, operands, used_variables
from adcli.ir.types import REAL, array_of


class LateShadow(NamedTuple):
    """An array, and the statement that makes it (perhaps under another name that only names it)."""

    array: str
    made: ir.Alloc

    def statement(self, mark: str) -> ir.Alloc:
        """What makes the shadow."""
        return ir.Alloc(self.array + mark, self.made.size, self.made.span, self.made, ir.ADJOINT)


def late_shadows(function: ir.Function, arrays: Collection[str]) -> dict[ir.Stmt, list[LateShadow]]:
    """For a statement the shadows that are made before its backward side; `arrays` are the active
    ones."""
    users = _users(function, arrays)
    found: dict[ir.Stmt, list[LateShadow]] = {}
    todo: list[Sequence[ir.Stmt]] = [function.body] if users else []
    while todo:
        body = todo.pop()
        for place, stmt in enumerate(body):
            todo += ir.blocks(stmt)
            if isinstance(stmt, ir.Alloc) and stmt.target in users:
                name, own = _named(stmt.target, users)
                if name:
                    around = [s for s in body[place + 1 :] if not own.isdisjoint(ir.walk([s]))]
                    if around and own <= {s for outer in around for s in ir.walk([outer])}:
                        found.setdefault(around[-1], []).append(LateShadow(name, stmt))
    return found


def _named(name: str, users: Mapping[str, set[ir.Stmt]]) -> tuple[str, set[ir.Stmt]]:
    """The name by which a new array is used, and the statements that use it.  A name may be given
    at once to another variable, which is the only one from then on."""
    own = users[name]
    if len(own) == 1:
        (only,) = own
        if isinstance(only, ir.Let):
            name, own = only.target, users.get(only.target, set())
    return (name, own) if not any(isinstance(s, ir.Let) for s in own) else ("", set())


def _users(function: ir.Function, arrays: Collection[str]) -> dict[str, set[ir.Stmt]]:
    """The arrays that one statement makes or names and that are never handed on otherwise, each
    with the statements that use it."""
    definitions = definition_counts(function.body)
    users: dict[str, set[ir.Stmt]] = {}
    for stmt in ir.walk(function.body):
        match stmt:
            case ir.Alloc(target, size):
                keeps_size = not isinstance(size, Var) or definitions.get(size.name, 0) <= 1
            case ir.Let(target, Var(source)):
                keeps_size = source in arrays
            case _:
                continue
        is_flat = function.types[target] == array_of(REAL)
        if target in arrays and keeps_size and is_flat and definitions[target] == 1:
            users[target] = set()
    for name in (*function.params, *function.results):
        users.pop(name, None)
    for stmt in ir.walk(function.body) if users else ():
        names = used_variables(stmt) if isinstance(stmt, ir.Append | ir.Take) else operands(stmt)
        if isinstance(stmt, ir.Let) and stmt.target in users:
            names = []
            for name in operands(stmt):
                users.get(name, set()).add(stmt)
        for name in names:
            users.pop(name, None)
        if isinstance(stmt, ir.Load | ir.Store | ir.Length) and stmt.array in users:
            users[stmt.array].add(stmt)
    return users
