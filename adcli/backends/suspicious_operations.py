"""Operations of a short program after which digits may be lost: sums that cancel, tiny numbers.

Invariant: a program with loops, branches or calls is not looked at, and what is looked at runs once
more, a few microseconds.  How many digits are lost is measured by `adcli.backends.lost_digits`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adcli.backends.interface import Answer, Question
from adcli.expr import App, Var
from adcli.ir import nodes as ir
from adcli.ops.arithmetic import add, sub
from adcli.ops.primitive import REAL

#: Programs up to so many statements are looked at.
_MOST = 200

#: A sum cancels if it is so much smaller than its terms.
_CANCELS = 2.0**-20

#: Smaller numbers have fewer digits.
_SMALLEST_NORMAL = 2.0**-1022


def lost_digits(question: Question, answer: Answer) -> tuple[str, ...]:
    """A note on how many digits are right of the one value that is the result, and of its gradient
    if the answer has that."""
    if len(answer.values) != 1:
        return ()
    found = suspicious_operation(question.module, question.point)
    if found is None:
        return ()
    from adcli.backends.lost_digits import note_on_lost_digits

    return note_on_lost_digits(question, answer, *found)


def suspicious_operation(module: ir.Module, point: Sequence[Any]) -> tuple[ir.Let, float] | None:
    """The first statement of a short program that computes with numbers that were computed before,
    and has nearly equal ones cancel, or a number with few digits; with that number."""
    main = module.main
    body = main.body
    if len(module.functions) > 1 or len(body) > _MOST:
        return None
    env: dict[str, Any] = dict(zip(main.params, point, strict=True))
    given = {*env}
    try:
        for stmt in body:
            if stmt.__class__ is not ir.Let or main.types[stmt.target] != REAL:
                return None
            expr: Any = stmt.expr  # its fields are those of its class
            if expr.__class__ is App:
                operands: tuple[Any, ...] = expr.args
                args = [env[a.name] if a.__class__ is Var else a.value for a in operands]
                op = expr.op
                value = op.function(*args)
                if op is sub or op is add:
                    if abs(value) < _CANCELS * abs(args[0]) and not given.issuperset(
                        [a.name for a in operands if a.__class__ is Var]
                    ):
                        return stmt, value
                elif -_SMALLEST_NORMAL < value < _SMALLEST_NORMAL and value:
                    return stmt, value
            else:
                value = env[expr.name] if expr.__class__ is Var else expr.value
            env[stmt.target] = value
    except (ArithmeticError, ValueError, TypeError, KeyError, AttributeError):
        return None  # a program that has no such value, or no such form
    return None
