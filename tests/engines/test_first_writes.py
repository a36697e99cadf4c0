"""New arrays that are not filled with zeros, as a loop gives all entries their first values."""

from __future__ import annotations

from functools import partial

import pytest
from optimised import Optimised
from strategies import outcome

from adcli.engines.interface import Limits
from adcli.engines.native.llvm_module import LlvmModule
from adcli.engines.python_engine import PythonEngine
from adcli.ir import nodes as ir
from adcli.loading import load_program
from adcli.passes.reverse_mode import reverse
from adcli.source import Source

pytestmark = pytest.mark.slow("each program and its gradient are compiled with optimisation")

#: Programs that make an array y, and whether the zeros of one are left out.
BODIES = {
    "all entries": ("for i in range(n):\n    y[i] = x[i] * 2", True),
    "some entries": ("for i in range(2, n - 1):\n    y[i] = x[i] * 2", True),
    "no entries": ("for i in range(n, 2):\n    y[i] = x[i] * 2", True),
    "downwards": ("for i in range(n - 2, 0, -1):\n    y[i] = x[i] * 2", True),
    "under a condition": ("for i in range(n):\n    if x[i] > 0.4:\n        y[i] = x[i] * 2", True),
    "added to": ("for i in range(n):\n    y[i] = y[i] + x[i]", True),
    "neighbours": ("for i in range(n - 1):\n    y[i] += x[i]\n    y[i + 1] -= x[i] * x[i]", True),
    "neighbours, downwards":
        ("for i in range(n - 2, 0, -1):\n    y[i + 1] += x[i]\n    y[i - 1] += 2.0", True),
    "read in a branch, under another name": ("z = y\nfor i in range(n):\n    z[i] = x[i]", True),
    "an entry before the loop": ("y[1] = 7.0\nfor i in range(3, n):\n    y[i] = x[i]", False),
    "a loop that reads only": ("for i in range(n):\n    s += y[i] + x[i]", False),
    "one entry": ("for i in range(n):\n    y[1] = y[1] + x[i]", False),
    "far apart": ("for i in range(n - 9):\n    y[i] = x[i]\n    y[i + 9] = x[i]", False),
    "every second entry": ("for i in range(0, n, 2):\n    y[i] = x[i]", False),
    "a row of rows": ("m = [y, x]\nfor i in range(n):\n    m[0][i] = x[i]", False),
    "two names in one loop": ("z = y\nfor i in range(n):\n    z[i] = x[i]\n    y[i] += 1", True),
    "a nest": ("for k in range(2):\n    for i in range(n):\n        y[i] = y[i] + x[i]", False),
    "an array in each iteration":
        ("for k in range(3):\n    y = [0.0] * n\n    for i in range(1, n):\n"
         "        y[i - 1] += x[i]\n    s += y[0] * k + y[n - 1]", True),
}  # fmt: skip


def _module(body: str) -> ir.Module:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    head = "def f(x: list[float]):\n    n = len(x)\n    s = 0.0\n    y = [0.0] * n\n"
    tail = "    for i in range(len(y)):\n        s += y[i] * (i + 1)\n    return s\n"
    return load_program(Source(head + lines + tail)).module


@pytest.mark.parametrize("name", BODIES)
def test_what_is_left_open_counts_as_zeros(name: str) -> None:
    """Though memory is used again and again, and is full of other numbers; the gradients too."""
    body, leaves_open = BODIES[name]
    primal = _module(body)
    assert ("call ptr @adcli.open(i64 %t" in LlvmModule(primal).text) == leaves_open
    for module, seeds in ((primal, ()), (reverse(primal, ("x",)), (1.5,))):
        runs = [
            engine.load(module, Limits(cache=False, precise=True))
            for engine in (Optimised(), PythonEngine())
        ]
        for size in (21, 12, 5, 3, 2, 1, 0, 21):
            args = ([0.1 + ((7 * i) % 11) / 11 for i in range(size)], *seeds)
            found, wanted = [outcome(partial(run, args)) for run in runs]
            assert repr(found) == repr(wanted)
