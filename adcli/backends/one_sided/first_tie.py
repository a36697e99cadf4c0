"""The first tie that a program meets at its point: it decides whether an answer needs correction.

Invariant: where there is none, and the derivative program does not fail, what follows a program to
both sides of the point is not even imported.
"""

from __future__ import annotations

from typing import NamedTuple

from adcli.backends.interface import Question
from adcli.engines.interface import Engine, Limits
from adcli.errors import AdcliError, NotDifferentiable
from adcli.ir.lazy_module import lazy_module
from adcli.passes.smoothness_checks import smoothness_checks_alone, with_smoothness_checks

#: So many statements may run at most to follow a program along all lines together, which takes a
#: second or two.
MOST_STEPS = 400_000

#: A derivative program that ran more statements than this stands for a program too long for series.
LONG = 10 * MOST_STEPS


class Reason(NamedTuple):
    """Why an answer needs correction: the first tie, or in its words how the derivative program
    failed.  A program `is_long` if too many statements ran to follow it again."""

    tie: NotDifferentiable
    is_long: bool


def reason_to_correct(
    failure: AdcliError | None, question: Question, engine: Engine, limits: Limits
) -> Reason | None:
    """Why what a derivative program found needs correction, if it does; `failure` is how the
    program failed, if it did."""
    is_long = engine.steps > LONG
    if failure is None:
        tie = first_tie(question, engine, limits, is_long=is_long)
        return None if tie is None else Reason(tie, is_long)
    question.results(engine, limits)  # a program without a value raises its own error
    is_worded = isinstance(failure, NotDifferentiable)
    message = failure.message if is_worded else "the derivative is not finite here"
    return Reason(NotDifferentiable(message, span=failure.span, notes=failure.notes), is_long)


def first_tie(
    question: Question, engine: Engine, limits: Limits, *, is_long: bool
) -> NotDifferentiable | None:
    """The first tie that the program meets at the point.  Of a long run only what decides that is
    repeated."""
    checks = smoothness_checks_alone if is_long else with_smoothness_checks
    try:
        checked = lazy_module(checks, question.module, question.wrt)
        engine.load(checked, limits)(question.point)
    except NotDifferentiable as tie:
        return tie
    except AdcliError:  # the run for the numbers raises it too
        pass
    return None
