"""Arrays that stay as they were read are read again; those that change are saved."""

from __future__ import annotations

import math
from typing import Any

import pytest
from strategies import Case, Measured

from adcli.engines.interface import Limits
from adcli.engines.interpreter import Execution, Interpreter
from adcli.engines.python_engine import PythonEngine
from adcli.ir.verify import verify
from adcli.nested_lists import flatten_all
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse

WRT = ("x", "a")
HEAD = "def f(x: list[float], a: list[list[float]]):\n    n = len(x)\n    s = 0.0\n"
LAYER = """\
def layer(w: list[list[float]], x: list[list[float]]):
    n = len(x[0])
    out = [[0.0] * n for i in range(len(w))]
    for i in range(len(w)):
        t = [1.0] * n
        for j in range(len(x)):
            for k in range(n):
                t[k] += w[i][j] * x[j][k]
        for k in range(n):
            out[i][k] = t[k] * t[k]
    return out

"""
SQUARE = """\
def square(y: list[float], k: int):
    return y[k] * y[k]

"""
SAME = """\
def same(y: list[float]):
    return y

"""
TWICE = """\
def twice(y: list[float]):
    t = y[0] * y[1]
    y[0] = y[1] * 0.5
    return t * y[0]

"""
DEEP = """\
def deep(y: list[float], depth: int):
    if depth == 0:
        return y[0] * y[-1]
    z = [v * v for v in y]
    s = z[0] * y[1]
    s += deep(z, depth - 1) * z[1]
    return s

"""

#: What needs no number on a tape, however long `x` is: the functions in front, the statements.
HOLDING = {
    "what calls have filled":
        (LAYER, "    z = layer(a, layer(a, [x, x]))\n    for k in range(n):\n"
         "        s += z[0][k] * z[1][k]\n"),
    "an array of each iteration":
        ("", "    for i in range(len(a)):\n        row = [a[i][0] * v for v in x]\n"
         "        for k in range(n):\n            row[k] += a[i][1]\n"
         "        for k in range(n):\n            s += row[k] * row[k]\n    s = s * 1.0\n"),
    "a matrix that is filled first":
        ("", "    z = [[0.0] * n for i in range(2)]\n    for i in range(2):\n"
         "        for k in range(n):\n            z[i][k] = a[i][0] * x[k]\n"
         "    for k in range(n):\n        s += z[0][k] * z[1][k]\n"),
}  # fmt: skip

#: What changes after it was read, or might.
CHANGING = {
    "an entry that is read and changed":
        ("", "    for k in range(n - 1):\n        s += x[k] * x[k + 1]\n"
         "        x[k + 1] = s * 0.5\n"),
    "a change behind a call": (SQUARE, "    y = [v for v in x]\n    s += square(y, 0)\n"
         "    y[0] = a[0][0]\n    s += square(y, 0) * y[0]\n"),
    "a change by a call": (TWICE, "    s = twice(x)\n    s += twice(x) * x[0]\n"),
    "a second name from a call": (SAME, "    y = [v for v in x]\n    z = same(y)\n"
         "    s += z[0] * z[1]\n    y[0] = a[0][1]\n    s += z[0] * z[1]\n"),
    "a change in the next iteration":
        (SQUARE, "    y = [v for v in x]\n    for k in range(n):\n"
         "        y[0] = y[0] * a[0][k % 2]\n        s += square(y, 0) * y[0]\n"),
    "rows put behind others":
        ("", "    z = [x]\n    for i in range(2):\n        z.append([v * a[i][0] for v in z[i]])\n"
         "        for k in range(n):\n            z[i + 1][k] *= z[i][k]\n"
         "        s += z[i][0] * z[i + 1][1]\n"),
    "a row in two places":
        ("", "    y = [v for v in x]\n    z = [y, y]\n    s += z[0][0] * z[1][1]\n"
         "    z[0][1] = a[1][1]\n    s += z[1][1] * z[1][0]\n"),
    "an array of many names":
        ("", "    b = [[sin(u) for u in row] for row in a]\n    y = [v for v in x]\n    r = a[0]\n"
         "    q = b[0]\n    for i in range(n):\n        q = [y[0] * u for u in r]\n"
         "        for j in range(i + 1):\n            q = y\n"
         "        q[0] += sin(y[0] * r[0] * y[0])\n    s += y[0] * q[0]\n"),
    "arrays of calls inside calls": (DEEP, "    s = deep(x, 3) * x[0]\n"),
    "an array from the other arm": ("", "    y = [v for v in x]\n    for k in range(n):\n"
         "        if k % 2 == 0:\n            s += y[k] * y[0]\n        else:\n"
         "            y[0] = y[k] * s\n"),
}  # fmt: skip


def modules(program: tuple[str, str]) -> tuple[Any, Any]:
    functions, body = program
    primal = Case(functions + HEAD + body + "    return s\n", {}).program().module
    return primal, reverse(primal, WRT)


def point(size: int) -> tuple[list[float], list[list[float]]]:
    return [0.5 + 0.1 * math.sin(i) for i in range(size)], [[0.9, -0.3], [0.4, 0.7]]


@pytest.mark.parametrize("name", [*HOLDING, *CHANGING])
def test_the_gradient_is_that_of_forward_mode(name: str) -> None:
    primal, back = modules((HOLDING | CHANGING)[name])
    verify(back)
    for size in (2, 5):
        value, *gradient = PythonEngine().load(back, Limits())((*point(size), 1.0))
        x, a = point(size)
        tangents = [[math.cos(i) for i in range(size)], [[0.3, 0.8], [-0.6, 0.1]]]
        run = PythonEngine().load(forward(primal, WRT), Limits())
        wanted, slope = run((x, a, *tangents))
        assert value == wanted
        terms = zip(flatten_all(gradient), flatten_all(tangents), strict=True)
        assert math.fsum(g * t for g, t in terms) == pytest.approx(slope, rel=1e-13)


def height(module: Any, size: int) -> int:
    machine = Execution(module, Limits(), Interpreter())
    machine.tapes = {name: Measured() for name in machine.tapes}
    machine.start((*point(size), 1.0))
    return sum(tape.height for tape in machine.tapes.values())  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", HOLDING)
def test_what_stays_is_not_saved(name: str) -> None:
    """The tapes hold as much for 40 numbers as for 4."""
    _, back = modules(HOLDING[name])
    assert height(back, 4) == height(back, 40)
