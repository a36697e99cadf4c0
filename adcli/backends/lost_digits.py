"""How many digits of an answer are right after nearly equal numbers have cancelled.

The program and its derivative run again, with every rounded result moved by a unit in the last
place.  Sums, products and quotients that are exact stay, so that x - 1 loses nothing.

Invariant: nothing here changes a number that is reported.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from adcli.backends.interface import Answer, Question
from adcli.backends.nonfinite_notes import place_of_span
from adcli.expr import App, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.lazy_module import lazy_module
from adcli.nested_lists import entry_names
from adcli.ops.arithmetic import add, div, mod, mul, pow_, sub
from adcli.ops.primitive import Primitive
from adcli.passes.normalise import normalise
from adcli.passes.reverse_mode import reverse

#: The runs with other roundings, and how many right digits are worth no note.
_RUNS, _ENOUGH = 12, 8

#: Powers that may be exact.
_POWERS = range(2, 9)

#: Operations on fractions, which round nothing.
_EXACT = {
    add: lambda a, b: a + b,
    sub: lambda a, b: a - b,
    mul: lambda a, b: a * b,
    div: lambda a, b: a / b,
    mod: lambda a, b: a % b,
}


def note_on_lost_digits(
    question: Question, answer: Answer, stmt: ir.Let, number: float
) -> tuple[str, ...]:
    """A note on how many digits of a value and of its gradient are right, if these are few, after
    a statement with that number."""
    module = question.module
    names, numbers, args = ["value"], [*answer.values], [*question.point]
    if answer.jacobian:
        module = lazy_module(reverse, module, question.wrt, terse=True)
        args.append(1.0)
        inputs = zip(question.wrt, question.active_values, strict=True)
        names += [n for name, value in inputs for n in entry_names(name, value)]
        numbers += answer.jacobian[0]
    errors = _errors(normalise(module), args, numbers)
    if errors is None:
        return ()
    few = []
    for name, error, value in zip(names, errors, numbers, strict=True):
        digits = _right(error, value)
        if math.isfinite(error) and digits < _ENOUGH:
            known = f"about {digits}" if digits else f"none, known to ±{error:.1g}"
            few.append(f"{name}: {known}")
    if not few:
        return ()
    is_sum = isinstance(stmt.expr, App) and stmt.expr.op in (add, sub)
    why = "the difference of nearly equal numbers" if is_sum else "a subnormal number"
    return (
        f"digits are lost at {place_of_span(stmt.span)}: {number:.4g} is {why}; right digits of "
        + ", of ".join(few),
    )


def _errors(module: ir.Module, args: Sequence[Any], numbers: Sequence[float]) -> list[float] | None:
    """How far other roundings move each number."""
    found = [0.0] * len(numbers)
    for seed in range(_RUNS):
        moved = _moved(module, args, random.Random(seed))
        if moved is None or len(moved) != len(numbers):
            return None
        found = [max(e, abs(m - n)) for e, m, n in zip(found, moved, numbers, strict=True)]
    return found


def _moved(module: ir.Module, args: Sequence[Any], draw: random.Random) -> list[float] | None:
    """The results of a straight-line program with other roundings."""
    main = module.main
    env = dict(zip(main.params, args, strict=True))
    try:
        for stmt in main.body:
            if not isinstance(stmt, ir.Let):
                return None
            expr = stmt.expr
            if not isinstance(expr, App):
                env[stmt.target] = _operand(expr, env)
                continue
            operands = [_operand(a, env) for a in expr.args]
            value = expr.op.function(*operands)
            if not _is_exact(expr, operands, value):
                value = math.nextafter(value, draw.choice((-math.inf, math.inf)))
            env[stmt.target] = value
        results = [env[name] for name in main.results]
    except (ArithmeticError, ValueError, TypeError, KeyError):
        return None
    return results if all(isinstance(r, float) for r in results) else None


def _operand(expr: Any, env: dict[str, Any]) -> Any:
    return (
        env[expr.name] if isinstance(expr, Var) else expr.value if isinstance(expr, Num) else None
    )


def _is_exact(expr: App, operands: Sequence[Any], value: Any) -> bool:
    """Whether a result was not rounded."""
    if not isinstance(value, float) or not math.isfinite(value):
        return True
    if isinstance(expr.op, Primitive) and expr.op.numerics.exact:
        return True
    if expr.op in _EXACT:
        return bool(_EXACT[expr.op](*map(Fraction, operands)) == value)
    if expr.op is pow_ and operands[1] in _POWERS and math.isfinite(operands[0]):
        return bool(Fraction(operands[0]) ** int(operands[1]) == value)
    return not any(operands)


def _right(error: float, number: float) -> int:
    """About how many decimal digits of a number are right."""
    if not error:
        return sys.float_info.dig
    if not abs(error) < abs(number):
        return 0
    return max(0, math.floor(-math.log10(error / abs(number))))
