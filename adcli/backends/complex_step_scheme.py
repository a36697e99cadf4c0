"""The complex step: Im f(x + ih) / h, exact to rounding where f is analytic.

Invariant: only operations that are known for complex arguments are evaluated; a branch is taken by
real parts.

Squire & Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review
40(1), 1998.
"""

from __future__ import annotations

import math

from adcli.backends.difference_quotient_samples import UNBOUNDED, Entry, SampledLine
from adcli.backends.rounding_noise import EPSILON
from adcli.engines.interface import Limits, Runner
from adcli.engines.interpreter import (
    Interpreter,
    complex_arithmetic,
    protected_complex_arithmetic,
)
from adcli.errors import EvaluationError, LimitError, Unsupported
from adcli.expr import App, Op
from adcli.ir import nodes as ir
from adcli.ir.call_graph import has_protected_calls

#: The complex step, as a part of |x|.
TINY = 1e-20

#: The least complex step that is a double with all its digits.
_LEAST = 1e-300


def complex_runner(module: ir.Module, limits: Limits) -> Runner:
    """Runs a module on complex numbers.  Raises `Unsupported` if an operation is not known
    there."""
    found = _without_complex(module)
    if found is not None:
        stmt, op = found
        raise Unsupported(
            f"the complex step needs {op.name} for complex arguments, and there is none",
            span=stmt.span,
            hint="use another scheme, such as richardson",
        )
    # the row's own function for complex arguments knows nothing of nan and inf
    protects = has_protected_calls(module)
    arithmetic = protected_complex_arithmetic if protects else complex_arithmetic
    return Interpreter(arithmetic=arithmetic).load(
        module, Limits(limits.max_steps, limits.max_depth)
    )


def is_analytic(module: ir.Module) -> bool:
    """Whether the complex step can be taken: all operations are known for complex arguments."""
    return _without_complex(module) is None


def _without_complex(module: ir.Module) -> tuple[ir.Stmt, Op] | None:
    """A statement and its operation that is not known for complex arguments."""
    for function in module.functions.values():
        for stmt in ir.walk(function.body):
            if isinstance(stmt, ir.Let):
                todo = [stmt.expr]
                while todo:
                    expr = todo.pop()
                    if isinstance(expr, App):
                        if getattr(expr.op, "analytic", None) is None:
                            return stmt, expr.op
                        todo.extend(reversed(expr.args))
    return None


def complex_step(line: SampledLine, step: float | None) -> list[Entry]:
    """Im f(x + ih) / h; the error from a neighbour a few units in the last place away."""
    h = step or max(TINY * line.scale, _LEAST)
    slopes = _slopes(line, line.x, h)
    if slopes is None:
        raise line.refusal("the complex step has no finite value")
    near = [s for sign in (1, -1) if (s := _slopes_nearby(line, h, sign))]
    found = []
    for i in line.live:
        value = slopes[i]
        error = max([abs(value - s[i]) for s in near], default=0.0) + 4 * EPSILON * abs(value)
        note = None
        if error > 1e-3 * abs(value):
            _check_bounded(line, h, i)
            note = f"{line.name}: the slope is another at neighbouring numbers"
        is_seen = error > 1e-6 * abs(line.values[i]) / line.scale + 1e-12
        found.append(Entry(value, error, note if is_seen else None))
    return line.entries(found)


def _slopes(line: SampledLine, x: float, h: float) -> list[float] | None:
    """The derivatives at a number of the line; None if one is not finite."""
    try:
        found = line.evaluate(complex(x, h))
    except EvaluationError:
        return None
    slopes = [v.imag / h for v in found]
    return slopes if all(math.isfinite(slopes[i]) for i in line.live) else None


def _slopes_nearby(line: SampledLine, h: float, sign: int) -> list[float] | None:
    """The slopes for another step, where the inputs have moved by a few units in their last place;
    None where there are none."""
    point = line.point
    line.point = list(point)
    for k, i in enumerate(line.active):
        line.point[i] += sign * (3 + k % 3) * math.ulp(point[i]) if point[i] else 0.0
    line.point[line.index] = line.point[line.index] or sign * h
    try:
        return _slopes(line, line.point[line.index], h * 2.0**-20)
    except LimitError:
        return None
    finally:
        line.point = point


def _check_bounded(line: SampledLine, h: float, result: int) -> None:
    """Refuse a derivative that grows as the complex step falls."""
    sizes = []
    for k in range(3):
        slopes = _slopes(line, line.x, h * 2.0 ** (-20 * k))
        if slopes is None:
            raise line.refusal("the complex step has no finite value")
        sizes.append(abs(slopes[result]))
    if 0 < 1.5 * sizes[0] < sizes[1] and 1.5 * sizes[1] < sizes[2]:
        raise line.refusal(UNBOUNDED)
