"""How many steps a run has at least."""

from __future__ import annotations

from typing import Any

import pytest

from adcli.engines.interface import Limits
from adcli.engines.least_steps import least_steps
from adcli.engines.python_engine import PythonEngine
from adcli.engines.tiered_execution import TieredEngine
from adcli.ir import nodes as ir
from adcli.loading import load_program
from adcli.passes.reverse_mode import reverse
from adcli.source import Source

NESTED = "def f(x, n: int):\n    s = 0.0\n    for i in range(n):\n        for j in range(n - 3):\n"
NESTED += "            s += x * j\n    return s\n"

MATRIX = """\
import numpy as np


def f(a, x):
    y = a @ x
    for i in range(len(x)):
        y = y + np.sin(a[i] * i)
    return y @ y
"""

TRIANGLE = "def f(x: list[float]):\n    s = 0.0\n    for i in range(len(x)):\n"
TRIANGLE += "        for j in range(i):\n            s += x[i] * x[j]\n    return s\n"

WINDOWS = "def f(x: list[float]):\n    s = 0.0\n    for i in range(4, len(x)):\n"
WINDOWS += "        for j in range(i - 4, i + 1):\n            s += x[i] * x[j]\n    return s\n"

GROWING = "def f(x, n: int):\n    a = [x]\n    for i in range(n):\n        a.append(a[i] * x)\n"
GROWING += "    s = 0.0\n    for v in a:\n        s += v\n    return s\n"

ENDS = "def f(x, n: int):\n    if n > 10:\n        raise ValueError('many')\n    s = 0.0\n"
ENDS += "    for i in range(n):\n        s += x\n    return s\n"

CALLED = "def g(x, n: int):\n    s = x\n    for i in range(n):\n        s = s * x\n    return s\n"
CALLED += "def f(x, n: int):\n    return g(x, 2 * n) + g(x, n // 2)\n"

SEARCH = "def f(x, n: int):\n    s = x\n    while s < n:\n        s = s * 2\n"
SEARCH += "    for i in range(n):\n        if s > 40:\n            s = s - x\n    return s\n"

VECTOR = [0.5, 1.5, -0.25, 2.0, 1.0, 0.125]


def at(text: str, point: dict[str, Any]) -> tuple[ir.Module, tuple[Any, ...]]:
    program = load_program(Source(text, "f.py")).for_point(point)
    return program.module, program.bind(point)


def counted(module: ir.Module, args: tuple[Any, ...]) -> int:
    engine = PythonEngine()
    engine.load(module, Limits())(args)
    return engine.steps


@pytest.mark.parametrize(
    ("text", "point", "share"),
    [
        (NESTED, {"x": 0.5, "n": 12}, 1.0),
        (WINDOWS, {"x": VECTOR * 3}, 1.0),
        (CALLED, {"x": 0.5, "n": 20}, 0.3),
        (MATRIX, {"a": [VECTOR] * 6, "x": VECTOR}, 0.8),
        (TRIANGLE, {"x": VECTOR}, 0.1),
        (GROWING, {"x": 0.5, "n": 20}, 0.3),
        (SEARCH, {"x": 0.5, "n": 20}, 0.5),
    ],
    ids=["nested", "windows", "called", "matrix", "triangle", "growing", "search"],
)
def test_no_run_has_fewer(text: str, point: dict[str, Any], share: float) -> None:
    """And most have hardly more; where bounds are known, none."""
    module, args = at(text, point)
    for found, given in (
        (module, args),
        (reverse(module, (module.main.params[0],), terse=True), (*args, 1.0)),
    ):
        steps = counted(found, given)
        assert share * steps <= least_steps(found, given, 1 << 60) <= steps


def test_of_a_run_that_fails_nothing_is_known() -> None:
    for n, fewest in ((10, 20), (11, 0)):
        found = least_steps(*at(ENDS, {"x": 0.5, "n": n}), 1 << 60)
        assert found >= fewest if fewest else found == 0


def test_it_stops_where_enough_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    module, args = at(MATRIX, {"a": [VECTOR] * 6, "x": VECTOR})
    assert 100 < least_steps(module, args, 100) < least_steps(module, args, 1 << 60)
    monkeypatch.setattr("adcli.engines.least_steps.MOST", 3)
    assert least_steps(module, args, 1 << 60) < 100


def test_a_run_that_is_surely_long_is_not_begun_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit of steps below is met there all the same."""
    module, args = at(NESTED, {"x": 0.5, "n": 10_000})
    begun: list[str] = []
    monkeypatch.setattr(TieredEngine, "_as_machine_code", lambda *_: lambda _: begun.append("code"))
    monkeypatch.setattr(PythonEngine, "load", lambda *_: lambda _: begun.append("Python"))
    for steps in (10**12, 10**6):
        TieredEngine().load(module, Limits(max_steps=steps, cache=False))(args)
    assert begun == ["code", "Python"]
