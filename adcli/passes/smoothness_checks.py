"""Smoothness checks: statements that raise an error where a program has no one derivative.

A comparison of active numbers that are equal, and an operation outside the condition under which
its row is `smooth`, are ties: ever so little beside the point the program may go another way.

Invariant: a program that meets no tie computes what it did.  Griewank & Walther, *Evaluating
Derivatives*, definition 14.1.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import App, Expr, Var
from adcli.ir import nodes as ir
from adcli.ir.call_graph import differentiated, prune
from adcli.ir.types import BOOL
from adcli.ops.comparisons_logic_and_choice import COMPARISONS, ne, steady
from adcli.ops.primitive import Primitive
from adcli.passes.activity_analysis import Activity
from adcli.passes.normalise import normalise
from adcli.passes.statement_rebuilding import with_blocks, with_body
from adcli.passes.ties_and_while_loops import may_meet_ties


def with_smoothness_checks(module: ir.Module, wrt: Sequence[str]) -> ir.Module:
    """The module with a check before everything that may be a tie; the error that it raises is of
    the kind `NotDifferentiable` and says where and what.  Without any, the module itself."""
    module = normalise(module)
    if not may_meet_ties(module):
        return module
    activity = Activity(module, wrt)
    followed = differentiated(module)
    functions = {
        name: _Checking(function, activity).function()
        if name in activity.active and name in followed
        else function
        for name, function in module.functions.items()
    }
    return ir.Module(functions, module.entry, module.tapes, normal=True)


def smoothness_checks_alone(module: ir.Module, wrt: Sequence[str]) -> ir.Module:
    """The checks, and what decides them: the entry returns nothing."""
    from adcli.passes.program_slicing import Reduction

    module = with_smoothness_checks(module, wrt)
    main = module.main
    checking = [
        name
        for name, f in module.functions.items()
        if any([s.role == ir.SMOOTHNESS_CHECK for s in ir.walk(f.body)])
    ]
    reduction = Reduction(module, checking)
    cut = reduction.reduced(main.name, ())
    main = ir.Function(main.name, main.params, (), main.types, cut.body, main.span)
    functions = {**module.functions, **reduction.functions, main.name: main}
    return prune(ir.Module(functions, main.name, module.tapes, normal=True))


def smoothness_condition(app: App) -> Expr | None:
    """What holds where an operation is no tie; None if it never is one."""
    if app.op in COMPARISONS:
        return ne(*app.args)
    if isinstance(app.op, Primitive) and app.op.domain.smooth is not None:
        return app.op.domain.smooth(*app.args)
    return None


def has_active_argument(expr: Expr, active: set[str]) -> bool:
    """Whether an expression is an operation on active variables."""
    return isinstance(expr, App) and any(isinstance(a, Var) and a.name in active for a in expr.args)


class _Checking:
    """Puts the checks into one function."""

    def __init__(self, old: ir.Function, activity: Activity) -> None:
        self.old = old
        self.active = activity.of(old.name)
        self.types = dict(old.types)

    def function(self) -> ir.Function:
        return with_body(self.old, self.block(self.old.body), self.types)

    def block(self, body: Sequence[ir.Stmt]) -> list[ir.Stmt]:
        out: list[ir.Stmt] = []
        for stmt in body:
            match stmt:
                case ir.Let(_, App() as app) if has_active_argument(app, self.active):
                    condition = smoothness_condition(app)
                    if condition is not None:
                        name = f"%tie{len(self.types)}"
                        self.types[name] = BOOL
                        check = steady(condition)
                        out.append(ir.Let(name, check, stmt.span, stmt, ir.SMOOTHNESS_CHECK))
            out.append(with_blocks(stmt, self.block))
        return out
