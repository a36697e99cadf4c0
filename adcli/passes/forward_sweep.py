"""The forward sweep: it runs the primal statements and saves what the backward sweep needs.

Invariant: the primal's numbers are computed by the primal's statements, in their order.  What
happens to the references of active arrays happens to those of their adjoints.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import Atom, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import REAL
from adcli.passes.adjoint_variables import AdjointVariables, forward_name
from adcli.passes.reversal_plan import ReversalPlan


class ForwardSweep:
    """Makes the forward sweep of one function; `called` are the functions whose forward sweeps it
    calls."""

    def __init__(self, variables: AdjointVariables, plan: ReversalPlan) -> None:
        self.variables = variables
        self.plan = plan
        self.called: list[str] = []

    def block(self, body: Sequence[ir.Stmt], *, in_loop: bool) -> list[ir.Stmt]:
        """The sweep of a block; `in_loop` says that it may run more than once."""
        plain = not self.plan.reassigned and not self.variables.arrays
        if plain and not ir.non_assignments(body):
            return list(body)
        out: list[ir.Stmt] = []
        for stmt in body:
            self._statement(stmt, out, in_loop)
        return out

    def _statement(self, stmt: ir.Stmt, out: list[ir.Stmt], in_loop: bool) -> None:
        if stmt not in self.plan.undone:
            self._save(self.plan.saved_before.get(stmt, ()), stmt, out)
        match stmt:
            case ir.If(condition, then, orelse):
                first = self.block(then, in_loop=in_loop)
                second = self.block(orelse, in_loop=in_loop)
                out.append(ir.If(condition, first, second, stmt.span, stmt))
            case ir.For(var, start, stop, step, _):
                out.append(ir.For(var, start, stop, step, self._iteration(stmt), stmt.span, stmt))
            case ir.While():
                self._while(stmt, out, in_loop)
            case ir.Call() if self.variables.is_active_call(stmt):
                self._call(stmt, out)
            case _:
                out.append(stmt)
                if self.variables.arrays:
                    self._mirror(stmt, out)

    def _save(self, names: Sequence[str], stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        for name in names:
            out.append(ir.Push(self.variables.tape_of(name), Var(name), stmt.span, stmt))

    def _iteration(self, loop: ir.For | ir.While) -> list[ir.Stmt]:
        """One iteration, which saves what its backward side starts with."""
        body = self.block(loop.body, in_loop=True)
        self._save(self.plan.saved_at_iteration_end.get(loop, ()), loop, body)
        return body

    def _while(self, stmt: ir.While, out: list[ir.Stmt], in_loop: bool) -> None:
        body = self._iteration(stmt)
        counter = self.plan.counters.get(stmt)
        if counter is not None:
            if in_loop:
                self._save([counter], stmt, out)
            out.append(ir.Let(counter, Num(0), stmt.span, stmt, ir.SAVE))
            body.append(ir.Let(counter, Var(counter) + 1, stmt.span, stmt, ir.SAVE))
        out.append(ir.While(stmt.condition, body, stmt.span, stmt))

    def _call(self, stmt: ir.Call, out: list[ir.Stmt]) -> None:
        self.called.append(stmt.function)
        passed = [a.name for a in stmt.args if isinstance(a, Var)]
        adjoints = self.variables.array_adjoints
        out.append(
            ir.Call(
                (*stmt.targets, *adjoints(stmt.targets)),
                forward_name(stmt.function, self.variables.mark),
                (*stmt.args, *map(Var, adjoints(passed))),
                stmt.status,
                stmt.span,
                stmt,
            )
        )

    def _mirror(self, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        """Do to the adjoints of an array what a statement does to the array; numbers that come or
        go are zeros there."""
        mark, arrays, adjoints = self.variables.mark, self.variables.arrays, self.variables.adjoints
        span, late = stmt.span, self.variables.with_late_shadows
        match stmt:
            case ir.Alloc(target) | ir.Let(target) if target in late:
                pass
            case ir.Alloc(target, size) if target in arrays:
                out.append(ir.Alloc(target + mark, size, span, stmt, ir.ADJOINT))
            case ir.Let(target, Var(value)) if target in arrays:
                out.append(ir.Let(target + mark, adjoints[value], span, stmt, ir.ADJOINT))
            case ir.Load(target, array, index) if target in arrays:
                out.append(ir.Load(target + mark, array + mark, index, span, stmt, ir.ADJOINT))
            case ir.Store(array, index, Var(value)) if value in arrays:
                out.append(ir.Store(array + mark, index, adjoints[value], span, stmt, ir.ADJOINT))
            case ir.Append(array, value) if array in arrays:
                adjoint: Atom = Num(0.0)
                if isinstance(value, Var) and value.name in arrays:
                    adjoint = adjoints[value.name]
                out.append(ir.Append(array + mark, adjoint, span, stmt, ir.ADJOINT))
            case ir.Take(array, target) if array in arrays:
                taken = target + mark if target in arrays else self.variables.fresh(REAL)
                out.append(ir.Take(array + mark, taken, span, stmt, ir.ADJOINT))
            case ir.Push(tape, Var(value)) if value in arrays:
                out.append(ir.Push(tape + mark, adjoints[value], span, stmt))
            case ir.Pop(tape, target) if target in arrays:
                out.append(ir.Pop(tape + mark, target + mark, span, stmt))
