"""Stochastic rounding: the same program, every rounded result moved in its last digits.

Invariant: real numbers that were rounded are moved, each by one or two units in the last place, up
or down by chance, so that what is computed twice seldom moves in step.  Literals, integers and what
is exact (a sign, a choice, a product with a power of two) stay.  So the results differ from those
of the program by about what rounding inside it does to them, whatever cancels later.

A pattern is a number: the same module and pattern give the same module.  The patterns 0 and 1 move
everything in opposite directions, so that one of them stays inside an edge of a domain.

J. Vignes, "A stochastic arithmetic for reliable scientific computation", Math. Comput. Simulation
35 (1993); D. S. Parker, "Monte Carlo arithmetic", UCLA CSD-970002 (1997).
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence

from adcli.expr import App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import REAL, type_of
from adcli.ops.arithmetic import add, div, mul
from adcli.ops.primitive import EPSILON, Primitive
from adcli.passes.normalise import normalise
from adcli.passes.statement_rebuilding import with_blocks, with_body


def perturbed(module: ir.Module, pattern: int, scale: int = 1) -> ir.Module:
    """The module with roundings of its own, so many times as great as others."""
    module = normalise(module)
    chance, sign = random.Random(max(pattern, 1)), -scale if pattern == 0 else scale
    functions = {
        name: _Perturbing(f, chance, sign).function() for name, f in module.functions.items()
    }
    return ir.Module(functions, module.entry, module.tapes, normal=True)


class _Perturbing:
    def __init__(self, old: ir.Function, chance: random.Random, sign: int) -> None:
        self.old = old
        self.types = dict(old.types)
        self.chance = chance
        self.sign = sign

    def function(self) -> ir.Function:
        return with_body(self.old, self.block(self.old.body), self.types)

    def block(self, body: Sequence[ir.Stmt]) -> list[ir.Stmt]:
        return [new for stmt in body for new in self.statements(stmt)]

    def statements(self, stmt: ir.Stmt) -> Iterator[ir.Stmt]:
        span, origin, role = stmt.span, stmt.origin, stmt.role
        match stmt:
            case ir.Let(target, App(Primitive() as row) as app) if self.is_rounded(row, app):
                name, units = self.fresh(), self.units()
                moved = mul(Var(name), 1 + units * EPSILON)
                yield ir.Let(name, app, span, origin, role)
                if row.numerics.off_by:
                    name = self.fresh()
                    yield ir.Let(name, moved, span, origin, role)
                    moved = add(Var(name), units * row.numerics.off_by)
                yield ir.Let(target, moved, span, origin, role)
            case _:
                yield with_blocks(stmt, self.block)

    def fresh(self) -> str:
        name = f"%u{len(self.types)}"
        while name in self.types:
            name += "'"
        self.types[name] = REAL
        return name

    def units(self) -> int:
        """By how many units in the last place a number moves."""
        return self.sign * (-2, -1, 1, 2)[self.chance.getrandbits(2)]

    def is_rounded(self, row: Primitive, app: App) -> bool:
        if row.numerics.exact or type_of(app, self.old.types) != REAL:
            return False
        scales = app.args if app.op is mul else app.args[1:]
        is_product = app.op in (mul, div)
        return not (is_product and any(map(_is_power_of_two, scales)))


def _is_power_of_two(expr: Expr) -> bool:
    return isinstance(expr, Num) and abs(math.frexp(expr.value)[0]) == 0.5
