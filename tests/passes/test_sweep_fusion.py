"""Which loops are fused with their adjoints, and that this changes nothing but the memory."""

from __future__ import annotations

import math

import pytest

from adcli.engines.interface import Limits
from adcli.engines.python_engine import PythonEngine
from adcli.ir import nodes as ir
from adcli.ir.verify import verify
from adcli.loading import load_program
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse
from adcli.source import Source

HEAD = "def f(x: list[float], y: list[float], c):\n    s = c\n    t = 0.0\n"
LOOP = "    for i in range(len(x)):\n"

#: What is reversed iteration by iteration.
FUSED = {
    "a sum": LOOP + "        s += sin(x[i]) * y[i]\n    return s / len(x)\n",
    "two sums, one under a condition":
        LOOP + "        if x[i] > 0.3:\n            t -= x[i] * c\n        s = x[i] + s\n"
        "    return 2 * s - t\n",
    "a sum of two terms": LOOP + "        s = s + x[i] ** 2 - c * y[i]\n    return s\n",
    "a sum in a loop inside":
        LOOP + "        for j in range(3):\n            s += exp(x[i] * j)\n"
        "    return c * y[0] - s\n",
    "a product of an iteration":
        LOOP + "        p = 1.0\n        for j in range(4):\n            p = p * (x[i] + j)\n"
        "        s += tanh(p)\n    return s\n",
    "arrays of an iteration":
        LOOP + "        z = [x[i] * v for v in y]\n        s += sum(z) ** 2\n"
        "    return s\n",
    "an array that each iteration fills":
        "    z = [0.0] * 3\n" + LOOP + "        for k in range(3):\n            z[k] = x[i] * k\n"
        "        s += z[1] * z[2]\n    return s\n",
    "a counter beside it":
        "    k = 0\n" + LOOP + "        k += 1\n        s += x[i] * k\n    return s\n",
    "a search": LOOP + "        u = 1.0\n        while u < 5:\n            u = u * (1 + x[i])\n"
        "        s += u\n    return s\n",
    "two loops": LOOP + "        s += x[i] ** 2\n" + LOOP.replace("i", "k").replace("kn", "in")
        + "        t += y[k] * c\n    return s - 3 * t\n",
}  # fmt: skip

#: What is not: iterations depend on each other, or the adjoints of the sums on the sums.
APART = {
    "a sum that is squared": LOOP + "        s += x[i] * y[i]\n    return s * s\n",
    "a product": LOOP + "        s = s * x[i]\n    return s\n",
    "a recurrence": LOOP + "        t = sin(t + x[i])\n        s += t\n    return s\n",
    "what an iteration leaves":
        LOOP + "        t = x[i] * x[i]\n        s += t\n    return s + t\n",
    "an array that is handed on":
        "    z = [1.0, 2.0]\n" + LOOP + "        z[0] = z[0] * x[i]\n        s += z[0]\n"
        "    return s\n",
    "a sum that is taken from":
        LOOP + "        s = x[i] - (s + y[i])\n    return s\n",
    "a sum that is read on the way":
        LOOP + "        u = s + x[i]\n        t = t + u * y[i]\n        s = u + c\n"
        "    return s + t\n",
    "a sum that is looked at":
        LOOP + "        if s < 1:\n            s += x[i]\n    return s\n",
    "an array that changes behind":
        "    z = [v for v in x]\n" + LOOP + "        s += z[i] ** 2\n    z[0] = c\n"
        "    return s * 1.0\n",
}  # fmt: skip

POINT = ([0.2, 0.4, 0.6], [1.5, 0.7, -0.3], 0.9)


def check(text: str) -> int:
    """The gradient is that of forward mode; how many loops run up where the value is computed and
    have their adjoints in them: all that the module has, if it has one."""
    f = load_program(Source(HEAD + text))
    derived = reverse(f.module, ("x", "y", "c"))
    verify(derived)
    found = PythonEngine().load(derived, Limits())((*POINT, 1.0))
    tangents = ([0.3, -0.8, 0.5], [1.1, 0.2, 0.7], -0.4)
    ahead = PythonEngine().load(forward(f.module, ("x", "y", "c")), Limits())((*POINT, *tangents))
    assert found[0] == ahead[0]
    pairs = [*zip(found[1], tangents[0], strict=True), *zip(found[2], tangents[1], strict=True)]
    slope = math.fsum([g * t for g, t in pairs] + [found[3] * tangents[2]])
    assert slope == pytest.approx(ahead[1], rel=1e-13)
    names = {stmt.var for stmt in ir.walk(f.module.main.body) if isinstance(stmt, ir.For)}
    return sum(isinstance(s, ir.For) and s.var in names for s in derived.main.body)


@pytest.mark.parametrize("name", FUSED)
def test_independent_turns_are_reversed_one_by_one(name: str) -> None:
    """There is one loop where there would be two."""
    loops = f"\n{FUSED[name]}".count("\n    for")
    assert check(FUSED[name]) == loops


@pytest.mark.parametrize("name", APART)
def test_other_loops_are_reversed_as_a_whole(name: str) -> None:
    assert check(APART[name]) >= 2
