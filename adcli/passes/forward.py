"""Forward mode: beside every variable runs its tangent.

Invariant: after each statement `v'` is the directional derivative of `v` along the tangents that
the inputs were given.  Griewank & Walther, *Evaluating Derivatives*, section 3.1; Baydin et al.
2018, section 3.1.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import App, Expr, Num, Var
from adcli.ir.nodes import (
    TANGENT,
    Call,
    For,
    Function,
    If,
    Let,
    Module,
    Pop,
    Push,
    Stmt,
    While,
)
from adcli.ops.primitive import REAL
from adcli.passes.activity import Activity
from adcli.passes.common import TANGENT_MARK, new_mark, normalised, prune
from adcli.passes.shapes import tangent


def forward(module: Module, wrt: Sequence[str]) -> Module:
    """The module whose entry also takes tangents of `wrt` and also returns those of its results.

    Parameters: those of the entry, then a tangent for each name in `wrt`.  Results: those of the
    entry, then a tangent for each of them.
    """
    module = normalised(module)
    mark = new_mark(module, TANGENT_MARK)
    activity = Activity(module, wrt)
    functions: dict[str, Function] = {}
    todo = [module.entry]
    while todo:
        name = todo.pop()
        if name + mark not in functions:
            maker = _Tangents(module, name, mark, activity)
            functions[name + mark] = maker.function(wrt if name == module.entry else None)
            todo.extend(maker.called)
    functions.update(module.functions)
    tapes = dict(module.tapes)
    tapes |= {tape + mark: kind for tape, kind in module.tapes.items() if kind == REAL}
    return prune(Module(functions, module.entry + mark, tapes))


class _Tangents:
    """Makes the tangent function of one function."""

    def __init__(self, module: Module, name: str, mark: str, activity: Activity) -> None:
        self.module = module
        self.old = module.functions[name]
        self.mark = mark
        self.activity = activity
        self.active = activity.of(name)
        self.types = dict(self.old.types)
        self.types.update((v + mark, REAL) for v in self.old.types if v in self.active)
        self.called: list[str] = []

    def function(self, wrt: Sequence[str] | None) -> Function:
        """The tangent function; of the entry if `wrt` is given, with a tangent for every result."""
        old, mark = self.old, self.mark
        body = self.block(old.body)
        if wrt is None:
            wrt = [old.params[i] for i in self.activity.params(old)]
            results = [old.results[i] for i in self.activity.results(old)]
        else:
            results = list(old.results)
            for result in results:
                if result not in self.active:
                    self.types[result + mark] = REAL
                    body.append(Let(result + mark, Num(0.0), old.span, None, TANGENT))
        params = (*old.params, *(p + mark for p in wrt))
        outs = (*old.results, *(r + mark for r in results))
        return Function(old.name + mark, params, outs, self.types, body, old.span)

    def block(self, body: Sequence[Stmt]) -> list[Stmt]:
        out: list[Stmt] = []
        for stmt in body:
            self.statement(stmt, out)
        return out

    def statement(self, stmt: Stmt, out: list[Stmt]) -> None:
        match stmt:
            case Let(target, expr):
                out.append(stmt)
                if target in self.active:
                    value = self.tangent(target, expr)
                    out.append(Let(target + self.mark, value, stmt.span, stmt, TANGENT))
            case If(condition, then, orelse):
                out.append(If(condition, self.block(then), self.block(orelse), stmt.span, stmt))
            case While(condition, body):
                out.append(While(condition, self.block(body), stmt.span, stmt))
            case For(var, start, stop, step, body):
                out.append(For(var, start, stop, step, self.block(body), stmt.span, stmt))
            case Call():
                self.call(stmt, out)
            case Push(tape, value):
                out.append(stmt)
                if self.module.tapes[tape] == REAL:
                    out.append(Push(tape + self.mark, self.shadow(value), stmt.span, stmt))
            case Pop(tape, target):
                out.append(stmt)
                if self.module.tapes[tape] == REAL:
                    out.append(Pop(tape + self.mark, target + self.mark, stmt.span, stmt))

    def tangent(self, target: str, expr: Expr) -> Expr:
        if not isinstance(expr, App):
            return self.shadow(expr)
        active: dict[int, Expr] = {
            i: Var(a.name + self.mark)
            for i, a in enumerate(expr.args)
            if isinstance(a, Var) and a.name in self.active
        }
        return tangent(Var(target), expr, active) if active else Num(0.0)

    def shadow(self, atom: Expr) -> Expr:
        """The tangent of an atom."""
        if isinstance(atom, Var) and atom.name in self.active:
            return Var(atom.name + self.mark)
        return Num(0.0)

    def call(self, stmt: Call, out: list[Stmt]) -> None:
        callee = self.module.functions[stmt.function]
        targets: list[str] = []
        if self.activity.is_active_call(stmt, self.old.name):
            self.called.append(stmt.function)
            targets = [stmt.targets[i] for i in self.activity.results(callee)]
            tangents = [self.shadow(stmt.args[i]) for i in self.activity.params(callee)]
            out.append(
                Call(
                    (*stmt.targets, *(t + self.mark for t in targets)),
                    stmt.function + self.mark,
                    (*stmt.args, *tangents),
                    stmt.span,
                    stmt,
                )
            )
        else:
            out.append(stmt)
        for target in stmt.targets:
            if target in self.active and target not in targets:
                out.append(Let(target + self.mark, Num(0.0), stmt.span, stmt, TANGENT))
