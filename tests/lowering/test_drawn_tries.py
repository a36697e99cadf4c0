"""Drawn programs with `try` in all nestings do what CPython does."""

from __future__ import annotations

from typing import Any

import pytest
from engine_names import PRECISE
from lowering.conftest import bits, by_cpython, followed
from lowering.drawn_tries import DrawnProgram

from adcli.errors import EvaluationError, NotDifferentiable, RaisedError

POINTS = [(1.5, 3.0), (-1.0, 2.0), (0.5, -1.0), (5.0, -0.5), (-0.5, -3.0)]
SEEDS = range(24)


def _wanted(text: str, x: float, y: float) -> Any:
    try:
        return bits([by_cpython(text, "f", x=x, y=y)])
    except Exception as error:
        return error


@pytest.mark.slow("programs are drawn for each engine")
@pytest.mark.parametrize("seed", SEEDS)
def test_values_and_exceptions_are_those_of_cpython(seed: int, engine: str) -> None:
    """Whatever is nested in what, the value has CPython's bits, or CPython's exception comes."""
    text = DrawnProgram(seed).text
    program = followed(text, "f")
    for x, y in POINTS:
        wanted = _wanted(text, x, y)
        if not isinstance(wanted, Exception):
            assert (
                bits(list(program.evaluate({"x": x, "y": y}, engine=engine, limits=PRECISE).values))
                == wanted
            )
            continue
        with pytest.raises(EvaluationError) as found:
            program.evaluate({"x": x, "y": y}, engine=engine, limits=PRECISE)
        if isinstance(found.value, RaisedError):
            assert found.value.message.startswith(type(wanted).__name__)


@pytest.mark.slow("programs are drawn and derived")
@pytest.mark.parametrize("seed", SEEDS)
def test_both_modes_agree(seed: int) -> None:
    """Forward and reverse mode give one gradient of a program that handles exceptions."""
    text = DrawnProgram(seed).text
    program = followed(text, "f")
    for x, y in POINTS:
        if isinstance(_wanted(text, x, y), Exception):
            continue
        try:
            forward = program.gradient(backend="forward", x=x, y=y)
        except NotDifferentiable:
            continue
        reverse = program.gradient(backend="reverse", x=x, y=y)
        assert forward == pytest.approx(reverse, rel=1e-12, abs=1e-12)
