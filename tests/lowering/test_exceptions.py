"""Exceptions of Python files: raised, handled, and on their way through `finally`."""

from __future__ import annotations

from typing import Any

import pytest
from engine_names import PRECISE
from lowering.conftest import bits, by_cpython, followed
from lowering.exception_sources import PROGRAMS, REFUSED

from adcli.errors import EvaluationError, NotDifferentiable, NotFollowed, RaisedError, Unsupported
from adcli.program import Program

POINTS = [(1.5, 3.0), (-1.0, 2.0), (2.5, 2.0), (0.0, -1.0), (4.0, -0.5), (-0.5, -3.0)]

#: Programs in which a call changes an array and then fails: reverse mode cannot go back.
BEYOND_REVERSE = ("an array changed in a function that fails", "an entry that is not there")


def _by_cpython(text: str, x: float, y: float) -> Any:
    """The value by its bits, or the exception."""
    try:
        return bits([by_cpython(text, "f", x=x, y=y)])
    except Exception as error:
        return error


def _followed(program: Program, x: float, y: float, engine: str) -> Any:
    """The value by its bits, or the error."""
    try:
        return bits(list(program.evaluate({"x": x, "y": y}, engine=engine, limits=PRECISE).values))
    except (EvaluationError, NotFollowed) as error:
        return error


def _shown(error: Exception) -> str:
    """An exception as the last line of a traceback has it."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


@pytest.mark.parametrize("name", PROGRAMS)
def test_values_and_exceptions_are_those_of_cpython(name: str, engine: str) -> None:
    """A program has CPython's value to the last bit, or ends with CPython's exception."""
    program = followed(PROGRAMS[name], "f")
    for x, y in POINTS:
        wanted = _by_cpython(PROGRAMS[name], x, y)
        found = _followed(program, x, y, engine)
        if not isinstance(wanted, Exception):
            assert found == wanted, (x, y)
        elif isinstance(found, RaisedError):
            assert found.message == _shown(wanted)
        else:  # an operation that has no value
            assert isinstance(found, EvaluationError), (x, y, wanted)
            assert isinstance(wanted, ArithmeticError | ValueError | LookupError)


@pytest.mark.slow("each program is derived in both modes")
@pytest.mark.parametrize("name", PROGRAMS)
def test_both_modes_agree(name: str) -> None:
    """Forward and reverse mode give one gradient wherever there is a value."""
    program, compared = followed(PROGRAMS[name], "f"), 0
    for x, y in POINTS:
        if isinstance(_by_cpython(PROGRAMS[name], x, y), Exception):
            continue
        try:
            forward = program.gradient(backend="forward", x=x, y=y)
            reverse = program.gradient(backend="reverse", x=x, y=y)
        except NotDifferentiable:
            continue
        except Unsupported:
            if name in BEYOND_REVERSE:
                continue
            raise
        compared += 1
        assert forward == pytest.approx(reverse, rel=1e-13, abs=1e-13)
    assert compared or name in BEYOND_REVERSE


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_followed_is_refused_where_it_is_reached(name: str) -> None:
    """Such a program has CPython's value, or it is refused at a point; never another value."""
    program, refused = followed(REFUSED[name], "f"), 0
    for x, y in POINTS:
        found = _followed(program, x, y, "python")
        refused += isinstance(found, NotFollowed)
        if not isinstance(found, Exception):
            assert found == _by_cpython(REFUSED[name], x, y)
    assert refused
