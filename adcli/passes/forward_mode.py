"""Forward mode: beside every variable runs its tangent.

Invariant: after each statement `v'` is the directional derivative of `v` along the tangents that
the inputs were given.  An active array has a second one beside it, of the same shape, that holds
the tangents of its entries; what happens to the references of arrays happens to those of their
tangents.  Griewank & Walther, *Evaluating Derivatives*, section 3.1; Baydin et al. 2018, section
3.1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, assert_never

from adcli.expr import App, Atom, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.call_graph import prune
from adcli.ir.types import BOOL, REAL, array_of, is_array, rank
from adcli.ops.comparisons_logic_and_choice import eq
from adcli.passes.activity_analysis import Activity, with_activity
from adcli.passes.chain_rule import tangent
from adcli.passes.tangent_adjoint_marks import TANGENT_MARK, new_mark

if TYPE_CHECKING:
    from adcli.passes.whole_array_loop_builder import WholeArrayStatements

#: Writes an assignment and its tangent in a way of its own; whether it has done so.
LetRule: TypeAlias = "Callable[[TangentFunction, ir.Let, list[ir.Stmt]], bool]"


def forward(module: ir.Module, wrt: Sequence[str], let_rule: LetRule | None = None) -> ir.Module:
    """The module whose entry also takes tangents of `wrt` and also returns those of its results.

    Parameters: those of the entry, then a tangent for each name in `wrt`.  Results: those of the
    entry, then a tangent for each of them.  The tangent of an array is an array of its shape.
    `let_rule` is asked first how an assignment is written.
    """
    if not module.normal:
        from adcli.passes.normalise import normalise

        module = normalise(module)
    mark = new_mark(module, TANGENT_MARK)
    module, activity = with_activity(module, wrt)
    functions: dict[str, ir.Function] = {}
    entry = TangentFunction(module, module.entry, mark, activity, let_rule)
    functions[module.entry + mark] = entry.of_entry(wrt)
    todo = entry.called
    while todo:
        name = todo.pop()
        called = _called_name(module, name, mark)
        if called in functions:
            continue
        old = module.functions[name]
        if old.rule is not None:
            from adcli.passes.declared_derivatives import declared_tangent

            functions[called] = declared_tangent(old, called, mark, activity.of(name))
        else:
            made = TangentFunction(module, name, mark, activity, let_rule)
            functions[called] = made.of_called_function()
            todo.extend(made.called)
    functions.update(module.functions)
    tapes = dict(module.tapes)
    tapes |= {
        tape + mark: kind for tape, kind in module.tapes.items() if activity.is_mirrored(tape)
    }
    return prune(ir.Module(functions, module.entry + mark, tapes))


def _called_name(module: ir.Module, name: str, mark: str) -> str:
    """The tangent function that calls go to.  A call of the entry needs one of its own: it may have
    other active parameters than the inputs that are asked for."""
    return f"{name}.inner{mark}" if name == module.entry else name + mark


class TangentFunction:
    """Writes the tangent function of one function; `called` are those whose tangent functions it
    calls."""

    def __init__(
        self,
        module: ir.Module,
        name: str,
        mark: str,
        activity: Activity,
        let_rule: LetRule | None,
    ) -> None:
        self.module = module
        self.old = module.functions[name]
        self.mark = mark
        self.activity = activity
        self.active = activity.of(name)
        self.arrays = activity.arrays(name)
        self.types = dict(self.old.types)
        self.types.update((v + mark, REAL) for v in self.old.types if v in self.active)
        self.types.update((v + mark, self.old.types[v]) for v in sorted(self.arrays))
        self.called: list[str] = []
        self._let_rule = let_rule
        self._fresh_count = 0

    def of_called_function(self) -> ir.Function:
        """The tangent function that calls go to."""
        old = self.old
        params = [old.params[i] for i in self.activity.params(old)]
        results = [old.results[i] for i in self.activity.results(old)]
        name = _called_name(self.module, old.name, self.mark)
        return self._made(name, params, results, self._block(old.body))

    def of_entry(self, wrt: Sequence[str]) -> ir.Function:
        """That of the entry, with tangents of `wrt` and a tangent for every result."""
        old, mark = self.old, self.mark
        body: list[ir.Stmt] = []
        for param in old.params:
            if param in self.arrays and param not in wrt:
                self._array_statements.zeros(param + mark, param, old.types[param], body)
        for param in wrt:
            self.types.setdefault(param + mark, _real(old.types[param]))
        constant = [r for r in old.results if r not in self.active]
        copies = {r: self.fresh(old.types[r]) for r in constant if is_array(old.types[r])}
        primal = old.body
        if copies:
            from adcli.passes.statement_rebuilding import with_copied_results

            primal = with_copied_results(primal, copies)
        body += self._block(primal)
        for result in constant:
            kind = self.types[result + mark] = _real(old.types[result])
            value: Expr = Num(0.0)
            if result in copies:
                value = Var(self.fresh(kind))
                self._array_statements.zeros(value.name, copies[result], old.types[result], body)
            body.append(ir.Let(result + mark, value, old.span, None, ir.TANGENT))
        return self._made(old.name + mark, wrt, old.results, body)

    def _made(
        self, name: str, wrt: Sequence[str], results: Sequence[str], body: list[ir.Stmt]
    ) -> ir.Function:
        """A function that also takes tangents of `wrt` and also returns those of `results`."""
        params = (*self.old.params, *(p + self.mark for p in wrt))
        outs = (*self.old.results, *(r + self.mark for r in results))
        return ir.Function(name, params, outs, self.types, body, self.old.span)

    def fresh(self, kind: str) -> str:
        """A new variable of a type."""
        self._fresh_count += 1
        name = f"%t{self._fresh_count}{self.mark}"
        self.types[name] = kind
        return name

    @cached_property
    def _array_statements(self) -> WholeArrayStatements:
        """What makes arrays like others; most programs have none."""
        from adcli.passes.whole_array_loop_builder import WholeArrayStatements

        return WholeArrayStatements(self.fresh, ir.TANGENT, self.old.span)

    # -- statements ------------------------------------------------------------------------------

    def _block(self, body: Sequence[ir.Stmt]) -> list[ir.Stmt]:
        out: list[ir.Stmt] = []
        for stmt in body:
            self._statement(stmt, out)
        return out

    def _statement(self, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        match stmt:
            case ir.Let(target, expr):
                if self._let_rule is not None and self._let_rule(self, stmt, out):
                    return
                out.append(stmt)
                if target in self.active:
                    value = self._tangent(target, expr)
                    out.append(ir.Let(target + self.mark, value, stmt.span, stmt, ir.TANGENT))
            case ir.Load() | ir.Store() | ir.Length() | ir.Alloc() | ir.Append() | ir.Take():
                out.append(stmt)
                self._array_statement(stmt, out)
            case ir.If(condition, then, orelse):
                arms = self._block(then), self._block(orelse)
                out.append(ir.If(condition, *arms, stmt.span, stmt))
            case ir.While(condition, body):
                out.append(ir.While(condition, self._block(body), stmt.span, stmt))
            case ir.For(var, start, stop, step, body):
                out.append(ir.For(var, start, stop, step, self._block(body), stmt.span, stmt))
            case ir.Call():
                self._call(stmt, out)
            case ir.Raise():
                out.append(stmt)
            case ir.Push(tape, value):
                out.append(stmt)
                if self.activity.is_mirrored(tape):
                    out.append(ir.Push(tape + self.mark, self.tangent_of(value), stmt.span, stmt))
            case ir.Pop(tape, target):
                out.append(stmt)
                if self.activity.is_mirrored(tape):
                    out.append(ir.Pop(tape + self.mark, target + self.mark, stmt.span, stmt))
            case _:
                assert_never(stmt)

    def _array_statement(self, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        """Do to the tangents of an array what a statement does to the array."""
        mark, span = self.mark, stmt.span
        match stmt:
            case ir.Alloc(target, size) if target in self.arrays:
                out.append(ir.Alloc(target + mark, size, span, stmt, ir.TANGENT))
            case ir.Load(target, array, index) if array in self.arrays:
                out.append(ir.Load(target + mark, array + mark, index, span, stmt, ir.TANGENT))
            case ir.Store(array, index, value) if array in self.arrays:
                tangent_ = self.tangent_of(value)
                out.append(ir.Store(array + mark, index, tangent_, span, stmt, ir.TANGENT))
            case ir.Append(array, value) if array in self.arrays:
                out.append(ir.Append(array + mark, self.tangent_of(value), span, stmt, ir.TANGENT))
            case ir.Take(array, target) if array in self.arrays:
                out.append(ir.Take(array + mark, target + mark, span, stmt, ir.TANGENT))
            case ir.Load(target) | ir.Take(_, target) if target in self.active:
                out.append(ir.Let(target + mark, Num(0.0), span, stmt, ir.TANGENT))

    def _tangent(self, target: str, expr: Expr) -> Expr:
        """The tangent of what an assignment computes."""
        if not isinstance(expr, App):
            return self.tangent_of(expr)
        active: dict[int, Expr] = {
            i: Var(a.name + self.mark)
            for i, a in enumerate(expr.args)
            if isinstance(a, Var) and a.name in self.active
        }
        return tangent(Var(target), expr, active) if active else Num(0.0)

    def tangent_of(self, atom: Expr) -> Atom:
        """The tangent of an atom."""
        if isinstance(atom, Var) and atom.name in self.active:
            return Var(atom.name + self.mark)
        return Num(0.0)

    def _call(self, stmt: ir.Call, out: list[ir.Stmt]) -> None:
        callee = self.module.functions[stmt.function]
        targets: list[str] = []
        if self.activity.is_active_call(stmt, self.old.name):
            self.called.append(stmt.function)
            targets = [stmt.targets[i] for i in self.activity.results(callee)]
            tangents = [self.tangent_of(stmt.args[i]) for i in self.activity.params(callee)]
            out.append(
                ir.Call(
                    (*stmt.targets, *(t + self.mark for t in targets)),
                    _called_name(self.module, stmt.function, self.mark),
                    (*stmt.args, *tangents),
                    stmt.status,
                    stmt.span,
                    stmt,
                )
            )
        else:
            out.append(stmt)
        zeros: list[ir.Stmt] = [
            ir.Let(target + self.mark, Num(0.0), stmt.span, stmt, ir.TANGENT)
            for target in stmt.targets
            if target in self.active and target not in targets
        ]
        if stmt.status and zeros:  # where the call failed its targets keep their tangents
            has_returned = self.fresh(BOOL)
            out.append(ir.Let(has_returned, eq(Var(stmt.status), 0), stmt.span, stmt, ir.TANGENT))
            zeros = [ir.If(has_returned, zeros, (), stmt.span, stmt)]
        out += zeros


def _real(kind: str) -> str:
    """The type of a tangent."""
    return array_of(REAL, rank(kind))
