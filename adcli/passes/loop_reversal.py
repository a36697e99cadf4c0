"""Loop reversal: a for loop that counts the other way, from the last value down to the first.

Invariant: it has as many iterations as the loop, also none; bounds that are literals stay literals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from adcli.expr import OPERATORS, Atom, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import INT
from adcli.ops.comparisons_logic_and_choice import gt, select
from adcli.ops.expression_as_operation import tidy


def counted_down(
    loop: ir.For, body: Sequence[ir.Stmt], fresh: Callable[[str], str], out: list[ir.Stmt]
) -> None:
    """Write the loop with another body and the order reversed; `fresh` declares a variable."""

    def integer(expr: Expr) -> Atom:
        """An integer expression as an atom."""
        expr = tidy(expr)
        if isinstance(expr, Num):
            return Num(int(expr.value))
        if isinstance(expr, Var):
            return expr
        name = fresh(INT)
        out.append(ir.Let(name, expr, loop.span, loop, ir.RESTORE))
        return Var(name)

    start, step = loop.start, loop.step
    if isinstance(step, Num) and step.value in (1, -1):
        last = integer(OPERATORS["-"](loop.stop, step))
    else:
        count = integer(_trip_count(loop))
        steps = integer((count - 1) * step)
        last = integer(start + steps)
    stop = integer(start - step)
    back = integer(-step)
    out.append(ir.For(loop.var, last, stop, back, body, loop.span, loop))


def _trip_count(loop: ir.For) -> Expr:
    """How often a loop runs (or a number below 1, if never): ceil((stop - start)/step)."""
    one = select(gt(loop.step, 0), 1, -1)
    return OPERATORS["//"](loop.stop - loop.start + loop.step - one, loop.step)
