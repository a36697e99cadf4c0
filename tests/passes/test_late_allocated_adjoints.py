"""Adjoints of local arrays that only the backward sweep makes."""

from __future__ import annotations

import math

import pytest

from adcli.engines.interface import Limits
from adcli.engines.python_engine import PythonEngine
from adcli.ir import nodes as ir
from adcli.ir.verify import verify
from adcli.loading import load_program
from adcli.passes.forward_mode import forward
from adcli.passes.late_allocated_adjoints import late_shadows
from adcli.passes.reverse_mode import reverse
from adcli.source import Source

HEAD = "def f(x: list[float], n: int):\n    s = 0.0\n"
TAIL = "    return s\n"
FILL = "    y = [0.0] * len(x)\n    for i in range(len(x)):\n        y[i] = x[i] * x[i]\n"
USE = "    for i in range(len(x)):\n        s += y[i] * y[0]\n"

#: Programs, and how many of their arrays get their shadows in the backward sweep.
BODIES = {
    "an array of the function": (FILL + USE, 1),
    "an array of each iteration": (
        "    for k in range(n):\n        z = [0.0] * n\n        for i in range(n):\n"
        "            z[i] = x[k] * x[i]\n        for i in range(n):\n"
        "            s += z[i] ** 2 * s\n",
        1,
    ),
    "an array that a loop changes": (
        FILL + "    for k in range(n):\n        for i in range(1, len(x)):\n"
        "            y[i] = y[i] * 0.5 + y[i - 1] * x[i]\n" + USE,
        1,
    ),
    "an array under a condition": (
        "    if x[0] > 0.2:\n" + (FILL + USE).replace("    ", "        ", 99),
        1,
    ),
    "a size that changes": (
        "    m = 2\n    y = [0.0] * m\n    y[1] = x[1] ** 2\n    m = 3\n    z = [0.0] * m\n"
        "    z[2] = y[1] * x[0]\n    s = z[2] * z[2]\n",
        2,
    ),
    "a size that a loop counts": (
        "    m = 1\n    for k in range(n):\n        m += 1\n        z = [0.0] * m\n"
        "        z[1] = x[0] * x[k]\n        s += z[1] * z[1] * s + z[1]\n",
        0,
    ),
    "an array with another name": (FILL + "    z = y\n    if n > 2:\n        z = x\n" + USE, 0),
    "three names": (FILL + "    z = y\n    w = z\n    w[0] = 2.0\n" + USE, 1),
    "an array in an array": (FILL + "    m = [y, x]\n    s += m[n % 2][0]\n" + USE, 0),
    "a list that grows": (
        "    y = []\n    for i in range(len(x)):\n        if x[i] > 0.1:\n"
        "            y.append(x[i] * x[i])\n    for v in y:\n        s += v * v * s + v\n",
        0,
    ),
    "an array that outlives its block": (
        FILL + "    for k in range(n):\n        y2 = [0.0] * 2\n        y2[0] = x[k] * y[0]\n"
        "        s += y2[0] * s + y2[0]\n" + USE,
        2,
    ),
}


def _late(module: ir.Module) -> int:
    """How many arrays of a program have late shadows."""
    made = late_shadows(module.main, set(module.main.types)).values()
    return sum(map(len, made))


@pytest.mark.parametrize("name", BODIES)
def test_local_arrays_get_their_shadows_late(name: str) -> None:
    """The gradient is the one that forward mode finds; what others may refer to has its shadow
    from the start."""
    body, late = BODIES[name]
    primal = load_program(Source(HEAD + body + TAIL)).module
    back, ahead = reverse(primal, ("x",)), forward(primal, ("x",))
    verify(back)
    assert _late(primal) == late
    for size in (3, 5):
        x = [0.3 + 0.1 * i for i in range(size)]
        direction = [math.cos(i) for i in range(size)]
        _, gradient = PythonEngine().load(back, Limits())((x, size, 1.0))
        slope = PythonEngine().load(ahead, Limits())((x, size, direction))[1]
        assert slope == pytest.approx(
            math.fsum(map(math.prod, zip(gradient, direction, strict=True))), rel=1e-12
        )
