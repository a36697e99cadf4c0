"""Reference derivatives, in more digits than a double has.

The run at the point is recorded as straight-line code, which mpmath evaluates with 150 digits at
both sides of the point; the central difference of step 1e-40 is right to 50 digits and more.  So a
reference shares no derivative code with any backend.  Where mpmath is not installed or does not
have an operation, or a side of the point is outside its domain, reverse mode gives the derivatives,
which are right to a double's last digits.

Invariant: constants of the program are the doubles that it has; the path through branches and loops
is the one that the point takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from adcli.backends.interface import Question
from adcli.engines.interface import Limits
from adcli.engines.interpreter import Interpreter
from adcli.engines.straight_line_recording import record
from adcli.expr import Op
from adcli.nested_lists import entry_names, flatten
from adcli.ops.operations_in_other_libraries import NotThere, multiprecision

#: What the derivatives come from.
PRECISE, AUTOMATIC = "mpmath, 50 digits", "reverse mode"

#: The digits that mpmath computes with, and the power of ten of the step.
_DIGITS, _STEP = 150, -40

#: The relative error from which on the digits of a reference say something.
_RESOLVED = 1e-50


class Reference(NamedTuple):
    """The derivatives of one result by entries of the inputs, and what they come from; `numbers`
    are doubles or numbers of mpmath."""

    source: str
    numbers: Sequence[Any]

    def error(self, index: int, estimate: float) -> float:
        """How far an estimate is from a derivative; 0 where the reference's digits end."""
        number = self.numbers[index]
        error = float(abs(number - estimate))
        return error if error > _RESOLVED * abs(float(number)) else 0.0


def reference(question: Question, gradient: Sequence[float], limits: Limits) -> Reference:
    """The reference for the derivatives of the first result by all entries of the active inputs;
    `gradient` are those of reverse mode."""
    try:
        found = _precise(question, limits)
    except (ImportError, NotThere):
        return Reference(AUTOMATIC, gradient)
    # a failure of mpmath leaves numbers that have nothing to do with the derivatives
    close = [abs(a - b) <= 1e-6 * (abs(a) + abs(b)) for a, b in zip(found, gradient, strict=True)]
    return Reference(PRECISE, found) if all(close) else Reference(AUTOMATIC, gradient)


def _precise(question: Question, limits: Limits) -> list[Any]:
    import mpmath

    module = record(question.module, question.point, limits)
    names = module.main.params
    place = dict(zip(question.module.main.params, question.point, strict=True))
    values = [
        float(number)
        for name in question.module.main.params
        if name in _roots(names)
        for number in flatten(place[name])
    ]
    active = [entry for name in question.wrt for entry in entry_names(name, place[name])]
    with mpmath.workdps(_DIGITS):
        point = [mpmath.mpf(value) for value in values]
        run = Interpreter(arithmetic=cache(_converting)).load(module, limits)
        return [_slope(run, point, names.index(name)) for name in active]


def _roots(entries: Sequence[str]) -> set[str]:
    """The names of the inputs to which entries belong."""
    return {entry.partition("[")[0] for entry in entries}


def _slope(run: Any, point: list[Any], index: int) -> Any:
    import mpmath

    x = point[index]
    step = mpmath.mpf(10) ** _STEP * max(abs(x), mpmath.mpf(10) ** _STEP)
    ends = []
    for sign in (1, -1):
        moved = [*point]
        moved[index] = x + sign * step
        ends.append(run(moved)[0])
    return (ends[0] - ends[1]) / (2 * step)


def _converting(op: Op) -> Any:
    """An operation in mpmath whose literals are exact.  It raises `NotThere` where the result is
    complex."""
    import mpmath

    compute = multiprecision(op)

    def converted(*values: Any) -> Any:
        found = compute(*[v if v is True or v is False else mpmath.mpf(v) for v in values])
        if isinstance(found, mpmath.mpc):
            raise NotThere(f"{op.name} of reals")
        return found

    return converted
