"""Protected calls in the interpreter: a failure inside one is a number, and the run goes on.

Python computes 1e308*10 = inf without an exception, and whether a later operation raises one
depends on that infinity.  So a module with protected calls runs without a look at what each
operation makes, as generated Python does.  If a result is not finite in the end, or infinity is
about to vanish, a second run finds the operation that made it first.

Invariant: when a protected call has failed, its loops and calls are closed, and what it pushed to
tapes is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from adcli.engines.absorbed_infinities import absorbed_operands, mentions_infinity
from adcli.engines.exception_semantics import (
    CaughtFailure,
    exception_number,
)
from adcli.errors import Defect
from adcli.expr import App, Var
from adcli.ir import nodes as ir
from adcli.nested_lists import flatten_all

if TYPE_CHECKING:
    from adcli.engines.interpreter import Environment, Execution


class InfiniteOperand(Exception):
    """Infinity was about to vanish in an operation."""


class RaisedAgain(Exception):
    """A failure that a protected call handed out was raised again, and nothing handled it."""


def start(execution: Execution, args: Sequence[Any]) -> tuple[Any, ...]:
    """Run a module with protected calls."""
    if execution.limits.propagate or execution.arithmetic is not None:
        return _in_words(execution, args)
    observer = execution.observer
    execution.observer, execution.checks = None, False
    execution.guards = not mentions_infinity(execution.module)
    try:
        found = _in_words(execution, args)
        is_finite = not any([number - number for number in flatten_all(found)])
    except InfiniteOperand:
        is_finite = False
    if is_finite and observer is None:
        return found
    execution.observer = observer
    execution.checks, execution.guards = not is_finite, False
    execution.reset()
    return _in_words(execution, args)


def _in_words(execution: Execution, args: Sequence[Any]) -> tuple[Any, ...]:
    """Run a module; a failure that is raised again is told as it was first."""
    try:
        return execution.start(args)
    except RaisedAgain:
        execution.reset()
        execution.words = {}
        return execution.start(args)


def call(execution: Execution, stmt: ir.Call, env: Environment) -> None:
    """Run a protected call."""
    heights = {tape: len(values) for tape, values in execution.tapes.items()}
    depth, loops, calls = execution.depth, execution.loops, len(execution.calls)
    running, observer = execution.running, execution.observer
    column = execution.column
    execution.column = "function"
    execution.protected += 1
    try:
        execution.run_call(stmt, env)
        env[stmt.status] = 0
    except CaughtFailure as failed:
        execution.depth, execution.loops, execution.running = depth, loops, running
        del execution.calls[calls:]
        for tape, values in execution.tapes.items():
            if len(values) < heights[tape]:
                raise Defect(f"a call that failed has taken from tape {tape}") from None
            del values[heights[tape] :]
        env[stmt.status] = failed.number
        if execution.words is not None and failed.error is not None:
            execution.words[failed.number] = failed.error
        if observer is not None:
            observer.fail(stmt, env, failed)
    finally:
        execution.protected -= 1
        execution.column = column


def exception(
    execution: Execution, stmt: ir.Stmt, env: Environment, overflow: bool
) -> Exception | None:
    """What a statement that failed raises, if it is for a protected call, or if a failure that was
    handled is raised again; None: an error ends the run."""
    if not execution.protected:
        if isinstance(stmt, ir.Raise) and isinstance(stmt.code, Var):
            return _raised_again(execution, env[stmt.code.name])
        return None
    number = exception_number(stmt, lambda name: env[name].real, overflow)
    if not number:
        return None
    failure = CaughtFailure(number, stmt, execution.running.name, env)
    if execution.words is not None:
        known = execution.words.get(number)  # of what is raised again
        is_again = isinstance(stmt, ir.Raise) and isinstance(stmt.code, Var)
        failure.error = known if is_again else execution.error(stmt, env, overflow)
    return failure


def derivative_call(execution: Execution, stmt: ir.Call, env: Environment) -> None:
    """Run a call that computes derivatives, inside a protected call: a failure ends the run."""
    protected, column = execution.protected, execution.column
    execution.protected = 0
    execution.column = "value" if execution.limits.propagate else "function"
    execution.run_call(stmt, env)
    execution.protected, execution.column = protected, column


def _raised_again(execution: Execution, number: int) -> Exception | None:
    """What a failure that was handled and is raised again is to the user; None: it was none."""
    if execution.words is None:
        return RaisedAgain()
    return execution.words.get(number)


def propagated(execution: Execution, stmt: ir.Let, env: Environment, error: Exception) -> Any:
    """The value as IEEE 754 has it, in a protected call, of an operation that raised an exception
    that the program cannot handle."""
    assert isinstance(stmt.expr, App)
    if exception_number(stmt, env.__getitem__, isinstance(error, OverflowError)):
        raise execution.failure(stmt, env, isinstance(error, OverflowError)) from None
    try:
        return stmt.expr.op.value(*[execution.evaluate(a, env) for a in stmt.expr.args])
    except execution.raised:
        raise execution.error(stmt, env, isinstance(error, OverflowError)) from None


def look_for_infinity(stmt: ir.Let, env: Environment, types: dict[str, str]) -> None:
    """End the run if infinity may vanish in an operation."""
    if any([env[name] - env[name] for name in absorbed_operands(stmt, types)]):
        raise InfiniteOperand
