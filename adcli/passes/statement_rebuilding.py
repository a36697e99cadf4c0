"""Rebuild statements with other variables, targets or blocks, and functions with another body.

Invariant: a statement keeps its span, its origin and its role; a function keeps its name, its
parameters and results, its span and its declared derivative.  The fields that change are found by
the lists of fields in `adcli.ir.nodes`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adcli.expr import App, Atom, Expr, Var
from adcli.ir import nodes as ir


def with_targets(stmt: ir.Stmt, targets: tuple[str, ...]) -> ir.Stmt:
    """A statement that assigns other variables, in the order of `ir.assigned`."""
    if not isinstance(stmt, ir.Call):
        return _with_fields(stmt, {stmt.targets_field: targets[0]})
    if not stmt.status:
        return _with_fields(stmt, {"targets": targets})
    return _with_fields(stmt, {"targets": targets[:-1], "status": targets[-1]})


def with_blocks(
    stmt: ir.Stmt, rebuilt: Callable[[Sequence[ir.Stmt]], Sequence[ir.Stmt]]
) -> ir.Stmt:
    """A statement with what `rebuilt` makes of the blocks directly inside it."""
    if not stmt.block_fields:
        return stmt
    return _with_fields(stmt, {field: rebuilt(getattr(stmt, field)) for field in stmt.block_fields})


def _with_fields(stmt: ir.Stmt, new: Mapping[str, Any]) -> ir.Stmt:
    return _like(
        stmt, [new[field] if field in new else getattr(stmt, field) for field in stmt.fields]
    )


def _like(stmt: ir.Stmt, values: Sequence[Any]) -> ir.Stmt:
    """A statement of the same class with other values in its own fields."""
    statement: Any = stmt.__class__
    made: ir.Stmt = statement(*values, stmt.span, stmt.origin, stmt.role)
    return made


class Renaming:
    """Gives statements other variables and other tapes; blocks inside them stay as they are."""

    def __init__(
        self, variable: Callable[[str], str], tape: Callable[[str], str] = lambda tape: tape
    ) -> None:
        self.variable = variable
        #: how a field changes, by the name of its type
        self.changes: dict[str, Callable[[Any], Any]] = {
            "Target": variable,
            "Variable": variable,
            "Array": variable,
            "Tape": tape,
            "Status": lambda name: variable(name) if name else "",
            "Targets": lambda names: tuple([variable(name) for name in names]),
            "Expr": self.expression,
            "Atom": self.atom,
            "Atoms": lambda args: tuple([self.atom(arg) for arg in args]),
        }

    def atom(self, atom: Atom) -> Atom:
        return Var(self.variable(atom.name)) if isinstance(atom, Var) else atom

    def expression(self, expr: Expr) -> Expr:
        if isinstance(expr, App):
            return App(expr.op, tuple([self.expression(arg) for arg in expr.args]))
        return self.atom(expr)

    def statement(self, stmt: ir.Stmt) -> ir.Stmt:
        changes = self.changes
        return _like(
            stmt,
            [
                changes[kind](getattr(stmt, field)) if kind in changes else getattr(stmt, field)
                for field, kind in stmt.fields.items()
            ],
        )


def with_body(function: ir.Function, body: Sequence[ir.Stmt], types: dict[str, str]) -> ir.Function:
    """A function with another body, and the types of the variables in it."""
    name, params, results = function.name, function.params, function.results
    span, rule, routine = function.span, function.rule, function.routine
    return ir.Function(name, params, results, types, body, span, rule, routine)


def with_copied_results(body: Sequence[ir.Stmt], copies: Mapping[str, str]) -> list[ir.Stmt]:
    """A function's body that assigns some of its results by way of other variables: those can be
    read, which results cannot."""
    out: list[ir.Stmt] = []
    for stmt in body:
        targets = ir.assigned(stmt)
        results = [t for t in targets if t in copies]
        if results:
            stmt = with_targets(stmt, tuple([copies.get(t, t) for t in targets]))
        out.append(stmt)
        out += [ir.Let(r, Var(copies[r]), stmt.span) for r in results]
    return out
