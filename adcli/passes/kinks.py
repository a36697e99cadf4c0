"""Places where a program has no one derivative: kinks, jumps, and branches taken at equality.

A comparison of active numbers that are equal, and an operation outside the condition under which
its row is `smooth`, are ties: ever so little beside the point the program may go another way.

Invariant: neither pass changes what a program computes where it meets no tie.  Griewank & Walther,
*Evaluating Derivatives*, chapter 14: directional derivatives of programs with branches, and
definition 14.1 of those points at which they are met.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adcli.expr import App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL
from adcli.ops.comparisons import COMPARISONS, eq, ne, select, steady
from adcli.ops.composite import Formula
from adcli.ops.elementary import abs_, max_
from adcli.ops.primitive import Primitive
from adcli.passes.activity_analysis import Activity
from adcli.passes.chain_rule import tangent
from adcli.passes.forward_mode import Tangents, forward
from adcli.passes.module_features import may_have_kinks
from adcli.passes.normalise import normalise
from adcli.passes.rebuild import with_blocks

#: How far beside a tie an operation is looked at, relative to its greatest argument or to 1.
NUDGE = 2.0**-40


def watched(module: ir.Module, wrt: Sequence[str]) -> ir.Module:
    """The module with a check before everything that may be a tie; the error that it raises is of
    the kind `NotDifferentiable` and says where and what.  Without any, the module itself."""
    module = normalise(module)
    if not may_have_kinks(module):
        return module
    activity = Activity(module, wrt)
    functions = {
        name: _Watch(function, activity).function()
        if name in activity.active and function.rule is None
        else function
        for name, function in module.functions.items()
    }
    return ir.Module(functions, module.entry, module.tapes, normal=True)


def sided(module: ir.Module, wrt: Sequence[str]) -> ir.Module:
    """Like `forward`, to one side: at a tie it goes where the program goes for small positive
    multiples of the tangents, and its results are those that the program tends to there."""
    return forward(module, wrt, _Sided)


def _condition(app: App) -> Expr | None:
    """What holds where an operation is no tie; None if it never is one."""
    if app.op in COMPARISONS:
        return ne(*app.args)
    smooth = app.op.domain.smooth if isinstance(app.op, Primitive) else None
    return None if smooth is None else smooth(*app.args)


def _has_active(expr: Expr, active: set[str]) -> bool:
    return isinstance(expr, App) and any(isinstance(a, Var) and a.name in active for a in expr.args)


class _Watch:
    """Puts the checks into one function."""

    def __init__(self, old: ir.Function, activity: Activity) -> None:
        self.old = old
        self.active = activity.of(old.name)
        self.types = dict(old.types)

    def function(self) -> ir.Function:
        old = self.old
        body = self.block(old.body)
        return ir.Function(old.name, old.params, old.results, self.types, body, old.span, old.rule)

    def block(self, body: Sequence[ir.Stmt]) -> list[ir.Stmt]:
        out: list[ir.Stmt] = []
        for stmt in body:
            match stmt:
                case ir.Let(_, App() as app) if _has_active(app, self.active):
                    condition = _condition(app)
                    if condition is not None:
                        name = f"%tie{len(self.types)}"
                        self.types[name] = BOOL
                        out.append(ir.Let(name, steady(condition), stmt.span, stmt, ir.WATCH))
            out.append(with_blocks(stmt, self.block))
        return out


class _Sided(Tangents):
    """Makes tangent functions that go to one side of a tie."""

    def statement(self, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        match stmt:
            case ir.Let(target, App() as app) if _has_active(app, self.active):
                if app.op in COMPARISONS:
                    self.compare(stmt, target, app, out)
                elif _condition(app) is not None:
                    self.operate(stmt, target, app, out)
                else:
                    super().statement(stmt, out)
            case _:
                super().statement(stmt, out)

    def compare(self, stmt: ir.Stmt, target: str, app: App, out: list[ir.Stmt]) -> None:
        """A comparison; of equal numbers, that of their tangents."""
        ahead = App(app.op, tuple(map(self.shadow, app.args)))
        decided = select(eq(*app.args), ahead, app)
        out.append(ir.Let(target, decided, stmt.span, stmt.origin, stmt.role))

    def operate(self, stmt: ir.Stmt, target: str, app: App, out: list[ir.Stmt]) -> None:
        """An operation and its tangent; at a tie, those of a place beside it."""
        tangents = [self.shadow(a) for a in app.args]
        active: dict[int, Expr] = {i: t for i, t in enumerate(tangents) if not isinstance(t, Num)}
        there = App(app.op, tuple(self.places(app, tangents, stmt, out)))
        if self.old.types[target] == INT:
            out.append(ir.Let(target, there, stmt.span, stmt.origin, stmt.role))
            return
        here, near = (self.let(found, REAL, stmt, out) for found in (app, there))
        slope = self.let(tangent(near, there, active), REAL, stmt, out)
        jumps = abs_(near - here) > 4 * NUDGE * _greatest([Num(1.0), *app.args])
        out.append(ir.Let(target + self.mark, slope, stmt.span, stmt, ir.TANGENT))
        value = _formula(select(jumps, near, here))
        out.append(ir.Let(target, value, stmt.span, stmt.origin, stmt.role))

    def places(
        self, app: App, tangents: Sequence[Expr], stmt: ir.Stmt, out: list[ir.Stmt]
    ) -> Iterator[Expr]:
        """The arguments; at a tie, ever so little along their tangents."""
        smooth, speed = _condition(app), _greatest(tangents)
        assert smooth is not None
        scale = NUDGE * _greatest([Num(1.0), *app.args]) / speed
        for arg, change in zip(app.args, tangents, strict=True):
            if isinstance(change, Num):
                yield arg
            else:
                moved = select(eq(change, 0), arg, arg + change * scale)
                yield self.let(_formula(select(smooth, arg, moved)), REAL, stmt, out)

    def let(self, value: Expr, kind: str, stmt: ir.Stmt, out: list[ir.Stmt]) -> Var:
        name = self.fresh(kind)
        out.append(ir.Let(name, value, stmt.span, stmt, ir.TANGENT))
        return Var(name)


def _formula(expr: Expr) -> App:
    """An expression over variables as one operation on them."""
    made = Formula(expr)
    return App(made, tuple(map(Var, made.parameters)))


def _greatest(exprs: Sequence[Expr]) -> Expr:
    """The greatest of some absolute values."""
    found: Expr = Num(0.0)
    for expr in exprs:
        found = max_(found, abs_(expr))
    return found
