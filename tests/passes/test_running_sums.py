"""Numbers that a loop only adds to."""

from __future__ import annotations

import pytest

from adcli.ir import nodes as ir
from adcli.loading import load_program
from adcli.passes.normalise import normalise
from adcli.passes.running_sums import running_sums
from adcli.source import Source

HEAD = "def f(x, n: int):\n    s = 0.0\n    t = 1.0\n    for i in range(n):\n"

#: Bodies of loops, and their running sums.
BODIES = {
    "        s = s + x\n        t = x + t - s * 0\n": {"t"},
    "        s = s + x - t\n        s = 2 + s\n": {"s"},
    "        if x > i:\n            s += x\n        else:\n            s -= 1\n": {"s"},
    "        for j in range(i):\n            s += x\n        t += i\n": {"s", "t"},
    "        s = x - s\n": set(),
    "        s = s + s\n": set(),
    "        s = s + x\n        t = s + t\n": {"t"},
    # two numbers that go round in a circle
    "        s = t + x\n        t = s + 2\n": set(),
    "        s = 0.0\n        s = s + x\n        t = t * s\n": set(),
}


@pytest.mark.parametrize("body", BODIES)
def test_running_sums(body: str) -> None:
    module = normalise(load_program(Source(f"{HEAD}{body}    return s * t\n")).module)
    function = module.main
    (loop,) = [stmt for stmt in function.body if isinstance(stmt, ir.For)]
    assert running_sums(loop.body, function) & {"s", "t"} == BODIES[body]
