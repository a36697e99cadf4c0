"""Python programs as CPython runs them and as they are followed."""

from __future__ import annotations

import math
import sys
import textwrap
import types
import warnings
from typing import Any

import pytest

from adcli.loading import load_python
from adcli.program import Program
from adcli.source import Source

#: Machine code is made anew for each program, so it is for the slow gear.
ENGINES = [
    "interpreter",
    "python",
    pytest.param("native", marks=pytest.mark.slow("machine code for hundreds of programs")),
]


def followed(text: str, name: str | None = None) -> Program:
    """A function of a Python text, as adcli follows it."""
    return load_python(Source(textwrap.dedent(text), "program.py"), name)


def by_cpython(text: str, name: str, **point: Any) -> Any:
    """What CPython gives; an exception as it is raised.  What the text does to `math` is undone."""
    kept = dict(vars(math))
    module = sys.modules["program"] = types.ModuleType("program")  # where dataclasses look
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `~True` is deprecated from 3.12 on
        try:
            exec(compile(textwrap.dedent(text), "program.py", "exec"), module.__dict__)
            return module.__dict__[name](**point)
        finally:
            vars(math).update(kept)


def bits(value: Any) -> Any:
    """A value by which numbers are compared to the last bit, signs of zero included."""
    if isinstance(value, list | tuple):
        return [bits(v) for v in value]
    return float(value).hex()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    name: str = request.param
    if name == "native":
        pytest.importorskip("llvmlite")
    return name
