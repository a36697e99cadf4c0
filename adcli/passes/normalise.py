"""Normal form: three-address code with one operation in each assignment, as passes expect it.

Invariant of the result: a `Let` holds an atom, or one primitive operation on atoms; no statement
assigns a variable that it also reads; choices are `If` statements.  The same numbers come out, to
the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from adcli.expr import App, Atom, Expr, Num, Var, variables
from adcli.ir import nodes as ir
from adcli.ir.builder import Builder
from adcli.ir.types import INT, REAL, type_of
from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.expression_as_operation import FusedOperation
from adcli.passes.statement_rebuilding import with_body, with_targets


def normalise(module: ir.Module) -> ir.Module:
    """The module in normal form; itself if it is known to be in it, as programs are."""
    if module.normal:
        return module
    functions = {name: _Normaliser(f).function() for name, f in module.functions.items()}
    return ir.Module(functions, module.entry, module.tapes, normal=True)


def is_atom(expr: Expr) -> TypeGuard[Atom]:
    """Whether an expression is a literal or a variable."""
    return isinstance(expr, Num | Var)


class _Normaliser:
    def __init__(self, function: ir.Function) -> None:
        self.old = function
        self.types = dict(function.types)
        self.count = 0

    def function(self) -> ir.Function:
        return with_body(self.old, self.block(self.old.body), self.types)

    def fresh(self, kind: str) -> str:
        while True:
            self.count += 1
            name = f"%n{self.count}"
            if name not in self.types:
                self.types[name] = kind
                return name

    def block(self, body: Sequence[ir.Stmt]) -> list[ir.Stmt]:
        out: list[ir.Stmt] = []
        for stmt in body:
            self.statement(stmt, out)
        return out

    def statement(self, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        match stmt:
            case ir.Let(target, Var(name)) if name == target:
                return
            case ir.Let(target, expr):
                if not self.is_normal(target, expr):
                    self.assign(target, expr, stmt, out)
                    return
            case ir.If(condition, then, orelse):
                stmt = ir.If(condition, self.block(then), self.block(orelse), stmt.span)
            case ir.While(condition, body):
                stmt = ir.While(condition, self.block(body), stmt.span)
            case ir.For(var, start, stop, step, body):
                stmt = ir.For(var, start, stop, step, self.block(body), stmt.span)
            case ir.Call(targets, _, args):
                taken = {a.name for a in args if isinstance(a, Var)}
                if not taken.isdisjoint(targets):
                    self.through_new_targets(targets, stmt, out)
                    return
            case ir.Load(target, _, Var(index)) if index == target:
                self.through_new_targets((target,), stmt, out)
                return
        out.append(stmt)

    @staticmethod
    def is_normal(target: str, expr: Expr) -> bool:
        if not isinstance(expr, App):
            return True
        if isinstance(expr.op, FusedOperation) or expr.op is select:
            return False
        for arg in expr.args:
            if isinstance(arg, App) or (isinstance(arg, Var) and arg.name == target):
                return False
        return True

    def assign(self, target: str, expr: Expr, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        """`target = expr`, one operation at a time."""
        if isinstance(expr, App) and isinstance(expr.op, FusedOperation):
            expr = expr.op.expand(expr.args, lean=True)
        if isinstance(expr, App) and expr.op is select:
            if target in variables(expr):
                value = self.atom(expr, stmt, out)
                out.append(ir.Let(target, value, stmt.span, role=stmt.role))
            else:
                self.choose(target, expr, stmt, out)
            return
        if isinstance(expr, App):
            expr = App(expr.op, tuple(self.atom(a, stmt, out) for a in expr.args))
            if not self.is_normal(target, expr):
                name = self.fresh(self.types[target])
                out.append(ir.Let(name, expr, stmt.span, role=stmt.role))
                expr = Var(name)
        out.append(ir.Let(target, expr, stmt.span, role=stmt.role))

    def choose(self, target: str, expr: App, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        condition, then, otherwise = expr.args
        chosen = self.atom(condition, stmt, out)
        if isinstance(chosen, Num):
            self.assign(target, then if chosen.value else otherwise, stmt, out)
            return
        arms: list[list[ir.Stmt]] = [[], []]
        for arm, value in zip(arms, (then, otherwise), strict=True):
            self.assign(target, self.as_type(value, self.types[target], stmt, arm), stmt, arm)
        assert isinstance(chosen, Var)
        out.append(ir.If(chosen.name, arms[0], arms[1], stmt.span))

    def as_type(self, value: Expr, kind: str, stmt: ir.Stmt, out: list[ir.Stmt]) -> Expr:
        """An integer as a real where a real is wanted."""
        if kind != REAL or type_of(value, self.types) != INT:
            return value
        return Builder.real(self.atom(value, stmt, out))

    def atom(self, expr: Expr, stmt: ir.Stmt, out: list[ir.Stmt]) -> Atom:
        if is_atom(expr):
            return expr
        name = self.fresh(type_of(expr, self.types))
        self.assign(name, expr, stmt, out)
        return Var(name)

    def through_new_targets(
        self, targets: tuple[str, ...], stmt: ir.Stmt, out: list[ir.Stmt]
    ) -> None:
        """A statement whose targets are among its operands: it assigns new variables first."""
        names = tuple([self.fresh(self.types[t]) for t in targets])
        out.append(with_targets(stmt, names))
        out.extend(
            ir.Let(t, Var(n), stmt.span, role=stmt.role)
            for t, n in zip(targets, names, strict=True)
        )
