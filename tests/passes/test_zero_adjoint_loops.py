"""Loops that add multiples of zero."""

from __future__ import annotations

import pytest

from adcli.engines.interface import Limits
from adcli.engines.python_engine import PythonEngine
from adcli.ir import nodes as ir
from adcli.ir.verify import verify
from adcli.loading import load_program
from adcli.nested_lists import flatten_all
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse
from adcli.source import Source

HEAD = "def f(x: list[float], n: int):\n    s = 0.0\n    for k in range(n):\n        t = x[0]\n"
SUM = "        for j in range(n):\n            t += (x[j] - 0.5 * k) ** 2\n"
MIN = "        s = min(s + 1.0 + x[k], t)\n"

#: Bodies of loops, and how many loops of the backward sweep are left out where they add zeros.
BODIES = {
    "the smaller": (SUM + MIN, 1),
    "relu, times something": (SUM + "        s += 2 * x[1] * max(t - 3.0, 0.0)\n", 1),
    "both sides of a choice, and a loop for each": (
        SUM
        + SUM.replace("t +=", "u +=").replace("        for", "        u = 0.0\n        for", 1)
        + "        s += min(t, u * x[1])\n",
        2,
    ),
    "loops in the loop": (
        "        for j in range(n):\n            for i in range(j):\n"
        "                t += x[i] * x[j]\n" + MIN,
        1,
    ),
    "nothing is chosen": (SUM + "        s += t\n", 0),
    "the sum is needed besides": (SUM + MIN + "        s += t\n", 0),
    "the loop makes another number": (
        "        u = 1.0\n        for j in range(n):\n            t += x[j]\n"
        "            u += x[j] * x[k]\n" + MIN + "        s += u\n",
        0,
    ),
    "the loop needs a tape": (
        "        for j in range(n):\n            t = t * x[j] + 1.0\n" + MIN,
        0,
    ),
}


def guarded_loops(module: ir.Module) -> int:
    choices = [s for s in ir.walk(module.main.body) if isinstance(s, ir.If)]
    return len([s for s in choices if any(isinstance(inner, ir.For) for inner in s.then)])


@pytest.mark.parametrize("name", BODIES)
def test_derivatives(name: str) -> None:
    """The first and the second are those of forward mode."""
    body, count = BODIES[name]
    primal = load_program(Source(f"{HEAD}{body}    return s\n")).module
    derived = reverse(primal, ("x",))
    verify(derived)
    assert guarded_loops(derived) == count
    x, n = [0.3, 1.1, 0.8, 1.7], 4
    second = reverse(derived, ("x",))
    ahead = forward(derived, ("x",))

    def run(module: ir.Module, *args: object) -> list[float]:
        return flatten_all(PythonEngine().load(module, Limits())(args))

    gradient = run(derived, x, n, 1.0)[1:]
    units = [[float(i == k) for i in range(4)] for k in range(4)]
    slopes = [run(forward(primal, ("x",)), x, n, unit)[-1] for unit in units]
    assert gradient == pytest.approx(slopes, rel=1e-14)
    for unit in units:
        row = run(second, x, n, 1.0, 0.0, unit)[-4:]
        assert row == pytest.approx(run(ahead, x, n, 1.0, unit)[-4:], rel=1e-13)
