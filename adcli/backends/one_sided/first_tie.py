"""The first tie that a program meets at its point: it decides whether an answer needs correction.

Invariant: where there is none, and the derivative program does not fail, what follows a program to
both sides of the point is not even imported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from adcli.backends.interface import Answer, Question
from adcli.engines.interface import Engine, Limits
from adcli.errors import AdcliError, NotDifferentiable
from adcli.ir.call_graph import has_protected_calls
from adcli.ir.lazy_module import lazy_module
from adcli.ir.types import is_array
from adcli.passes.smoothness_checks import smoothness_checks_alone, with_smoothness_checks
from adcli.passes.ties_and_while_loops import has_while_loops

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


def found_with_checks(
    find: Callable[[Question, Engine, Limits], Answer],
    question: Question,
    engine: Engine,
    limits: Limits,
) -> Answer | None:
    """What a derivative program finds that looks for ties itself: one program is compiled and run
    where there would be two.  None where it meets a tie or fails, and for programs with several
    results, which run it several times, or with runs of unknown length."""
    module = question.module
    if len(module.main.results) != 1 or is_array(module.main.types[module.main.results[0]]):
        return None
    if has_while_loops(module) or has_protected_calls(module):
        return None
    checked = lazy_module(with_smoothness_checks, module, question.wrt)
    try:
        return find(Question(checked, question.point, question.wrt), engine, limits)
    except AdcliError:
        return None


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
