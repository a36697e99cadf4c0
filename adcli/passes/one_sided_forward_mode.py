"""One-sided forward mode: at a tie the program goes where its tangents point.

Its results and their tangents are those that the program tends to for small positive multiples of
the tangents of its inputs: directional derivatives.

Invariant: a program that meets no tie computes what it does in forward mode.  Griewank & Walther,
*Evaluating Derivatives*, chapter 14 (directional derivatives of programs with branches).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adcli.expr import App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import INT, REAL
from adcli.ops.comparisons_logic_and_choice import COMPARISONS, eq, select
from adcli.ops.elementary_functions import abs_, max_
from adcli.ops.expression_as_operation import FusedOperation
from adcli.passes.chain_rule import tangent
from adcli.passes.forward_mode import TangentFunction, forward
from adcli.passes.smoothness_checks import has_active_argument, smoothness_condition

#: How far beside a tie an operation is evaluated, relative to its greatest argument or to 1.
NUDGE = 2.0**-40


def one_sided_forward(module: ir.Module, wrt: Sequence[str]) -> ir.Module:
    """Like `forward`, to one side: at a tie it goes where the program goes for small positive
    multiples of the tangents, and its results are those that the program tends to there."""
    return forward(module, wrt, _write_one_sided)


def _write_one_sided(function: TangentFunction, stmt: ir.Let, out: list[ir.Stmt]) -> bool:
    """Write an operation that may be a tie, and its tangent; whether it was one."""
    app = stmt.expr
    if not isinstance(app, App) or not has_active_argument(app, function.active):
        return False
    if app.op in COMPARISONS:
        # of equal numbers, the comparison of their tangents
        ahead = App(app.op, tuple(map(function.tangent_of, app.args)))
        decided = select(eq(*app.args), ahead, app)
        out.append(ir.Let(stmt.target, decided, stmt.span, stmt.origin, stmt.role))
        return True
    smooth = smoothness_condition(app)
    if smooth is None:
        return False
    _Beside(function, stmt, app, smooth, out).write()
    return True


class _Beside:
    """An operation and its tangent; at a tie, those of a place beside it."""

    def __init__(
        self,
        function: TangentFunction,
        stmt: ir.Let,
        app: App,
        smooth: Expr,
        out: list[ir.Stmt],
    ) -> None:
        self.function = function
        self.stmt = stmt
        self.app = app
        self.smooth = smooth
        self.out = out
        self.tangents = [function.tangent_of(a) for a in app.args]

    def write(self) -> None:
        stmt, app, target = self.stmt, self.app, self.stmt.target
        active: dict[int, Expr] = {
            i: t for i, t in enumerate(self.tangents) if not isinstance(t, Num)
        }
        there = App(app.op, tuple(self.moved_arguments()))
        if self.function.old.types[target] == INT:
            self.out.append(ir.Let(target, there, stmt.span, stmt.origin, stmt.role))
            return
        here, near = self.let(app, ir.PRIMAL), self.let(there, ir.PRIMAL)
        slope = self.let(tangent(near, there, active))
        jumps = abs_(near - here) > 4 * NUDGE * _greatest([Num(1.0), *app.args])
        name = target + self.function.mark
        self.out.append(ir.Let(name, slope, stmt.span, stmt, ir.TANGENT))
        value = _formula(select(jumps, near, here))
        self.out.append(ir.Let(target, value, stmt.span, stmt.origin, stmt.role))

    def moved_arguments(self) -> Iterator[Expr]:
        """The arguments; at a tie, ever so little along their tangents."""
        speed = _greatest(self.tangents)
        scale = NUDGE * _greatest([Num(1.0), *self.app.args]) / speed
        for arg, change in zip(self.app.args, self.tangents, strict=True):
            if isinstance(change, Num):
                yield arg
            else:
                moved = select(eq(change, 0), arg, arg + change * scale)
                yield self.let(_formula(select(self.smooth, arg, moved)))

    def let(self, value: Expr, role: str = ir.TANGENT) -> Var:
        name = self.function.fresh(REAL)
        self.out.append(ir.Let(name, value, self.stmt.span, self.stmt, role))
        return Var(name)


def _formula(expr: Expr) -> App:
    """An expression over variables as one operation on them."""
    made = FusedOperation(expr)
    return App(made, tuple(map(Var, made.parameters)))


def _greatest(exprs: Sequence[Expr]) -> Expr:
    """The greatest of some absolute values."""
    found: Expr = Num(0.0)
    for expr in exprs:
        found = max_(found, abs_(expr))
    return found
