"""What a Python program does, by CPython and as adcli follows it.

Invariant: an outcome of a program that is followed is CPython's, to the last bit of a number and to
the class of an exception, or it is a refusal.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from engine_names import PRECISE
from lowering.conftest import by_cpython, followed

from adcli.errors import (
    AdcliError,
    DomainError,
    EvaluationError,
    IndexFault,
    LimitError,
    OverflowFault,
    RaisedError,
    UndefinedError,
)
from adcli.program import Program

#: Names of exceptions that an error of a run stands for.
_CLASSES: dict[type[AdcliError], tuple[str, ...]] = {
    DomainError: ("ValueError", "ZeroDivisionError", "OverflowError"),
    IndexFault: ("IndexError",),
    OverflowFault: ("OverflowError",),
    UndefinedError: ("UnboundLocalError",),
}


class Value(NamedTuple):
    """A run that returns: the numbers of its result by their bits."""

    bits: tuple[str, ...]


class Failure(NamedTuple):
    """A run that ends by an exception of one of these classes."""

    classes: tuple[str, ...]
    message: str = ""


class Refused(NamedTuple):
    """A program, or a run of it, that is not followed."""

    why: str


Outcome = Value | Failure | Refused


def _bits(value: Any) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple([bit for part in value for bit in _bits(part)])
    return (float(value).hex(),)


def python_outcome(text: str, point: dict[str, Any], name: str = "f") -> Outcome:
    """What CPython does."""
    try:
        return Value(_bits(by_cpython(text, name, **point)))
    except Exception as error:
        return Failure(tuple([c.__name__ for c in type(error).__mro__]), str(error))


def our_outcome(program: Program, point: dict[str, Any], engine: str) -> Outcome:
    """What adcli finds."""
    try:
        found = program.evaluate(point, engine=engine, limits=PRECISE).values
    except RaisedError as error:
        return Failure((error.message.split(":")[0],), error.message)
    except LimitError as error:
        return Refused(error.message)
    except EvaluationError as error:
        if "no double equals it" in error.message:
            return Refused(error.message)
        return Failure(_CLASSES[type(error)], error.message)
    except AdcliError as error:
        return _refused(error)
    return Value(_bits(list(found)))


def _refused(error: AdcliError) -> Outcome:
    if "always raises" in error.message:
        return Failure((), error.message)
    return Refused(error.message)


def is_wrong(wanted: Outcome, found: Outcome) -> bool:
    """Whether an outcome is neither CPython's nor a refusal.

    A number that is not finite is an error here, and a complex one is none: so a failure of an
    operation stands for those.
    """
    if isinstance(found, Refused):
        return False
    if isinstance(wanted, Failure):
        if "RecursionError" in wanted.classes:
            return True
        if not isinstance(found, Failure):
            return True
        return bool(found.classes) and not set(found.classes) & set(wanted.classes)
    assert isinstance(wanted, Value)
    if any([not math.isfinite(float.fromhex(bit)) for bit in wanted.bits]):
        return isinstance(found, Value) and found != wanted
    return found != wanted


def program_of(text: str, name: str = "f") -> Program | Refused | Failure:
    """A program as adcli follows it, if it does."""
    try:
        program = followed(text, name)
        assert program.module is not None
    except AdcliError as error:
        found = _refused(error)
        assert isinstance(found, Refused | Failure)
        return found
    return program
