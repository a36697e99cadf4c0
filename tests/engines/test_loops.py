"""Loops of many shapes as machine code: the numbers of the other engines, to the last bit."""

from __future__ import annotations

import math
from typing import Any

import pytest
from optimised import Optimised
from strategies import outcome

from adcli.engines.interface import Limits, Runner
from adcli.engines.python_engine import PythonEngine
from adcli.ir import nodes as ir
from adcli.loading import load_program
from adcli.nested_lists import flatten_all
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse
from adcli.source import Source

pytestmark = pytest.mark.slow("many programs, each compiled or compared in every way")

WRT = ("x", "y", "a")
VECTOR = [0.25 + 0.37 * ((7 * i) % 11) / 11 for i in range(21)]
MATRIX = [[0.1 + ((5 * i + 3 * j) % 13) / 13 for j in range(21)] for i in range(21)]

LOOPS = {
    "neighbours": "for i in range(len(x) - 2):\n    s += x[i] * x[i + 1] - x[i + 2] ** 2",
    "neighbours, downwards": "for i in range(len(x) - 1, 0, -1):\n    s += x[i] * exp(x[i - 1])",
    "entries that are changed beside each other":
        "y = [0.0] * len(x)\nfor i in range(len(x) - 1):\n    y[i] = y[i] + x[i]\n"
        "    y[i + 1] = y[i] * x[i + 1]\ns = y[len(x) - 1]",
    "a recurrence": "y = [1.0] * len(x)\nfor i in range(2, len(x)):\n"
        "    y[i] = y[i - 1] * x[i] + y[i - 2]\ns = y[-1]",
    "a recurrence, downwards": "y = [1.0] * len(x)\nfor i in range(len(x) - 3, -1, -1):\n"
        "    y[i] = y[i + 1] * x[i] + y[i + 2]\ns = y[0]",
    "indices below zero": "for i in range(len(x)):\n    s += x[i] * x[i - 1]",
    "an index that a branch guards":
        "for i in range(len(x)):\n    if i > 0:\n        s += x[i - 1] ** 2\n    s += sin(x[i])",
    "a branch that leaves reads out":
        "for i in range(len(x)):\n    if x[i] > 0.4:\n        s += y[i] * x[i]",
    "an index that is counted":
        "k = 3\nfor i in range(len(x) - 3):\n    s += x[k] * y[i]\n    k += 1",
    "an index that is counted backwards in twos":
        "k = len(x) - 1\nfor i in range(len(x) // 2):\n    s += x[k] * y[i]\n    k -= 2",
    "indices that start elsewhere":
        "n = len(x) // 2\nz = [0.5] * len(x)\nfor i in range(n):\n    z[n + i] += x[i + n] * y[i]\n"
        "for i in range(n):\n    s += z[n + i] * x[i]",
    "indices that go back":
        "n = len(x) - 1\nfor i in range(len(x)):\n    s += x[n - i] * y[i] ** 2 * a[0][n - i]",
    "indices from a difference, downwards": "n = 3\nfor i in range(len(x) + 2, 3, -1):\n"
        "    k = i - n\n    s += x[k - 1] * y[k] if k < len(x) else 0.25",
    "indices in two steps, beside each other": "n = 1\nm = 1\nz = x[:]\n"
        "for i in range(len(x) - 3):\n    k = n + i\n    j = m + k\n"
        "    z[j] = z[j] + z[j + 1] * z[k]\nfor v in z:\n    s += v * v",
    "the nearest of rows": "for i in range(len(a)):\n    least = 1e300\n"
        "    for k in range(len(a)):\n        far = x[0] ** 2\n        for j in range(len(a[0])):\n"
        "            far += (a[i][j] - a[k][j] * y[j]) ** 2\n        least = min(least, far)\n"
        "    s += least",
    "entries that rows add to": "z = [0.0] * len(x)\nfor i in range(len(y)):\n"
        "    for j in range(len(x)):\n        z[j] += y[i] * a[i][j]\n"
        "for j in range(len(x)):\n    s += z[j] * z[j]",
    "entries that rows add to, in one of the rows": "z = a[1][:]\nb = [r[:] for r in a]\nb[1] = z\n"
        "for i in range(len(y)):\n    for j in range(len(x)):\n        z[j] += y[i] * b[i][j]\n"
        "for j in range(len(x)):\n    s += z[j] * z[j]",
    "entries that both loops add to": "z = [0.0] * len(x)\nfor i in range(len(x)):\n"
        "    z[i] += y[i]\n    for j in range(len(x)):\n        z[j] += y[i] * a[i][j]\n"
        "for j in range(len(x)):\n    s += z[j] * z[j]",
    "rows with sums": "for i in range(len(a)):\n    t = 0.0\n    for j in range(len(x)):\n"
        "        t += a[i][j] * x[j]\n    s += x[i] * t",
    "rows with sums and functions": "z = [0.0] * len(a)\nfor i in range(len(a)):\n    t = y[i]\n"
        "    for j in range(len(x)):\n        t += a[i][j] * x[j]\n    z[i] = tanh(t)\n"
        "for i in range(len(a)):\n    s += z[i] * y[i]",
    "rows, downwards": "z = [0.0] * len(a)\nfor i in range(len(a) - 1, -1, -1):\n    t = y[i]\n"
        "    for j in range(len(x) - 1, -1, -1):\n        t += a[i][j] * x[j]\n"
        "    z[i] = exp(-t)\nfor i in range(len(a)):\n    s += z[i] * y[i]",
    "a sum that goes through all rows": "for i in range(len(a)):\n    s = s + y[i]\n"
        "    for j in range(len(x)):\n        s += a[i][j] * x[j]",
    "rows that are needed later": "z = []\nfor i in range(len(y)):\n    t = 0.0\n"
        "    for j in range(len(y)):\n        t += a[i][j] * x[j]\n    z.append(tanh(t))\n"
        "s = z[-1] * z[0]",
    "a triangle": "for i in range(len(a)):\n    for j in range(i):\n        s += a[i][j] * x[j]",
    "triangles of sums": "z = [0.0] * len(x)\nw = [0.0] * len(x)\nfor i in range(len(x)):\n"
        "    t = 0.0\n    for j in range(i + 1):\n        t += x[j] * y[i]\n    z[i] = tanh(t)\n"
        "for i in range(len(x)):\n    t = 0.0\n    for j in range(i, len(x)):\n"
        "        t += x[j] * y[i]\n    w[i] = t\ns = w[0]\nfor i in range(len(x)):\n"
        "    s += z[i] * w[i]",
    "a counter that is read behind a function": "k = 0\nfor i in range(len(x)):\n    k += 1\n"
        "    t = 0.0\n    for j in range(len(x)):\n        t += x[j] * y[i]\n    s += tanh(t) * k",
    "a row that only its last iteration leaves":
        "r = x\nfor i in range(len(x)):\n    r = a[0]\n    s += x[i]\ns += r[-1]",
    "a nest that changes what it reads": "z = [0.5] * len(x)\nfor i in range(len(x)):\n"
        "    t = 0.0\n    for j in range(len(x)):\n        t += z[j] * x[j]\n"
        "    z[i] = 0.1 * t\ns = z[-1]",
    "one row in all places": "r = [0.0] * len(x)\nb = [r] * 9\nfor i in range(9):\n"
        "    for j in range(len(x)):\n        b[i][j] = b[i][j] * 0.5 + a[i][j] * tanh(x[i])\n"
        "for j in range(len(x)):\n    s += r[j]",
    "two rows that may be one": "b = [[v * w for v in x] for w in y]\nfor i in range(len(b)):\n"
        "    for k in range(i, len(b), 5):\n        f = b[k][i]\n"
        "        for j in range(len(x)):\n            b[k][j] = b[k][j] - 0.01 * f * b[i][j]\n"
        "for i in range(len(b)):\n    s += b[i][i]",
    "arrays of an iteration": "for i in range(len(x)):\n    z = [x[i] * v for v in y]\n"
        "    t = 0.0\n    for j in range(len(z)):\n        t += sin(z[j])\n    s += t * t",
    "arrays of an iteration that stay": "b = []\nfor i in range(len(x)):\n"
        "    b.append([x[i] * v for v in y])\n"
        "for i in range(len(x)):\n    s += b[i][0] * b[-1][i]",
    "an array that is handed on": "z = y\nfor i in range(len(x)):\n"
        "    z = [0.5 * v + x[i] for v in z]\nfor v in z:\n    s += v * v",
    "a search in every iteration": "for i in range(len(x)):\n    t = 1.0\n"
        "    while t * t - x[i] > 1e-9:\n"
        "        t = 0.5 * (t + x[i] / t)\n    s += t * y[i]",
    "long rows of a layer": "z = [y, x]\nfor i in range(len(a)):\n    t = [0.25] * len(x)\n"
        "    for j in range(2):\n        for k in range(len(x)):\n"
        "            t[k] += a[i][j] * z[j][k]\n"
        "    for k in range(len(x)):\n        t[k] = tanh(t[k])\n    for k in range(len(x)):\n"
        "        s += t[k] * y[k]",
    "one entry for all iterations": "z = [0.5, 0.5]\nfor i in range(len(x)):\n"
    "    z[1] += x[i] * y[i]\n"
        "s = z[0] * z[1]",
    "one entry that iterations replace": "z = [0.5, 0.5]\nfor i in range(len(x)):\n"
        "    z[1] = z[1] * x[i] + z[0] * y[i]\ns = z[1]",
    "one entry read twice, by two names": "for i in range(len(x)):\n    for k in range(len(y)):\n"
        "        s += sin(a[0][i] * y[k]) + a[0][i] * x[k]",
    "an entry that is the last one": "for k in range(len(x)):\n    s += x[0] * x[k] * y[-1]",
    "what the first iteration leaves behind": "t = 1.0\nfor i in range(len(x) - 1, -1, -1):\n"
        "    t = x[i] * y[i]\n    s += t\ns += t",
    "the greatest of rows": "t = y[:]\nfor r in a:\n    for k in range(len(x)):\n"
        "        t[k] = max(t[k], r[k])\nfor k in range(len(x)):\n    s += t[k] * x[k]",
    "sums and products":
        "p = 1.0\nfor i in range(len(x)):\n    s += x[i] * y[i]\n    p *= 1 + x[i]\ns += p",
}  # fmt: skip


def module(body: str) -> ir.Module:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    head = "def f(x: list[float], y: list[float], a: list[list[float]]):\n    s = 0.0\n"
    return load_program(Source(f"{head}{lines}    return s\n")).module


def loaded(derived: ir.Module, **limits: Any) -> Runner:
    return Optimised().load(derived, Limits(cache=False, **limits))


@pytest.mark.parametrize("name", LOOPS)
def test_loops_have_the_bits_of_python(name: str) -> None:
    """The value and the gradient, with all precision and by functions of several numbers; the
    gradient is the one that forward mode finds."""
    primal = module(LOOPS[name])
    ahead, back = forward(primal, WRT), reverse(primal, WRT)
    runs = [(m, loaded(m, precise=True), loaded(m)) for m in (primal, back)]
    for size in (2, 5, 8, 21):
        x, y, a = VECTOR[:size], VECTOR[::-1][:size], [row[:size] for row in MATRIX[: max(size, 9)]]
        for (derived, exact, quick), seeds in zip(runs, ((), (1.0,)), strict=True):
            args = (x, y, a, *seeds)
            wanted = outcome(lambda m=derived, a=args: PythonEngine().load(m, Limits())(a))
            found = outcome(lambda run=exact, a=args: run(a))
            assert repr(found) == repr(wanted)
            if not isinstance(wanted[0], str):  # no error
                close = pytest.approx(flatten_all(wanted), rel=1e-13, abs=1e-13)
                assert flatten_all(quick(args)) == close
        if not isinstance(wanted[0], str):
            tangents = [[math.cos(i + size) for i in range(size)], y, a]
            slope = PythonEngine().load(ahead, Limits())((x, y, a, *tangents))[1]
            products = zip(flatten_all(wanted[1:]), flatten_all(tangents), strict=True)
            assert slope == pytest.approx(math.fsum(g * t for g, t in products), rel=1e-12)


@pytest.mark.parametrize(
    "body",
    [
        "k = 9223372036854775800\nfor i in range(20):\n    y[k] = x[0]\n    k += 1",
        "k = -9223372036854775800\nfor i in range(20):\n    s += x[k]\n    k -= 1",
        "k = 0\nfor i in range(4):\n    s += x[k]\n    k += 4611686018427387904",
        "for i in range(9223372036854775790, 9223372036854775806):\n    s += x[i + 10]",
        "for i in range(-9223372036854775790, -9223372036854775800, -1):\n    s += x[i - 10]",
        "for i in range(len(x)):\n    s += x[i + 1]",
        "n = 1\nfor i in range(len(x)):\n    s += x[n + i]",
        "n = 5\nfor i in range(len(x)):\n    s += x[i - n]",
        "n = 9223372036854775800\nfor i in range(20):\n    s += x[n - i]",
        "n = 9223372036854775800\n"
        "for i in range(-9223372036854775800, -9223372036854775780):\n    s += x[n + i]",
        "for i in range(len(x), -1, -1):\n    s += x[i - 2] * y[i]",
    ],
)
def test_indices_out_of_range_are_seen(body: str) -> None:
    """However large they are."""
    args = ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [[1.0]])
    wanted = outcome(lambda: PythonEngine().load(module(body), Limits())(args))
    assert wanted[0] == "IndexFault"
    for limits in (Limits(precise=True, cache=False), Limits(cache=False)):
        assert outcome(lambda how=limits: Optimised().load(module(body), how)(args)) == wanted


@pytest.mark.parametrize("text", ["x**2", "x**0.5", "x**-1", "2**x", "hypot(1, x)", "tanh(x)"])
def test_precise_functions_are_those_of_python(text: str) -> None:
    """Powers too, which LLVM would make into products and roots."""
    derived = reverse(load_program(Source(text)).module, ("x",))
    exact = loaded(derived, precise=True)
    wanted = PythonEngine().load(derived, Limits())
    points = [0.05 + 1.25 * ((k * 0.6180339887498949) % 1) for k in range(3000)]
    assert [exact((x, 1.0)) for x in points] == [wanted((x, 1.0)) for x in points]
