"""Notes on failures that a program handles at the point and that do not happen close by.

At x = 0 `try: log(x)` goes to its handler; ever so little to the right it does not.  Derivatives
are those of the path taken, so the note says what they do not tell.

Invariant: nothing here changes a number, and there is no note where the program also fails at all
points close by.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import product
from typing import Any

from adcli.backends.interface import Question
from adcli.backends.nonfinite_notes import place_of
from adcli.engines.exception_semantics import CaughtFailure
from adcli.engines.failure_messages import describe
from adcli.engines.interface import Limits
from adcli.engines.interpreter import Environment, Interpreter, Observer
from adcli.errors import AdcliError
from adcli.expr import App, Var
from adcli.ir import nodes as ir
from adcli.ops.primitive import Primitive
from adcli.passes.activity_analysis import Activity

#: Runs of more statements are not looked at to their end.
MOST_STEPS = 200_000

#: At most so many notes are given.
_MOST_NOTES = 3

#: How far close by is, relative to a number or to 1.
_NUDGE = 2.0**-40


def handled_failures(question: Question, limits: Limits) -> tuple[str, ...]:
    """A note for each place where a program with protected calls fails at the point, and not close
    by."""
    module = question.module
    failures = _Failures(Activity(module, question.wrt))
    most = min(limits.steps, MOST_STEPS)
    with suppress(AdcliError):  # a limit, or what the run for the numbers raises too
        Interpreter(failures).load(module, Limits(most, limits.max_depth))(question.point)
    return tuple(failures.notes)[:_MOST_NOTES]


class _Failures(Observer):
    """Collects the notes."""

    def __init__(self, activity: Activity) -> None:
        self.activity = activity
        self.notes: dict[str, None] = {}

    def fail(self, call: ir.Call, env: Environment, failure: CaughtFailure) -> None:
        stmt = failure.stmt
        if not isinstance(stmt, ir.Let) or not isinstance(stmt.expr, App):
            return
        op, args = stmt.expr.op, stmt.expr.args
        assert isinstance(op, Primitive)
        active = self.activity.of(failure.function)
        moves = [isinstance(a, Var) and a.name in active for a in args]
        values = [failure.value(a) for a in args]
        if any(moves) and _succeeds_close_by(op, values, moves):
            place = place_of(AdcliError("", span=stmt.span or call.span))
            what = f"the program handles an exception at {place}: {describe(op, values)}"
            note = f"{what} has no value here, close by it has one; the derivative is that of the"
            self.notes[f"{note} path taken"] = None


def _succeeds_close_by(op: Primitive, values: Sequence[Any], moves: Sequence[bool]) -> bool:
    """Whether an operation has a value where some operands are moved a little."""
    for moved in product(*_near(values, moves)):
        try:
            found = op.function(*moved)
        except (ValueError, ArithmeticError):
            continue
        if not found - found:
            return True
    return False


def _near(values: Sequence[Any], moves: Sequence[bool]) -> Iterator[tuple[Any, ...]]:
    for value, is_moved in zip(values, moves, strict=True):
        step = _NUDGE * max(1.0, abs(value))
        yield (value, value - step, value + step) if is_moved else (value,)
