"""Lists that loops fill are made in their length, and stay what they are."""

from __future__ import annotations

import math

import pytest
from optimised import Optimised
from strategies import Case, outcome

from adcli.engines.interface import Limits
from adcli.engines.native.engine import NativeEngine
from adcli.engines.python_engine import PythonEngine
from adcli.ir import nodes as ir
from adcli.ir.verify import verify, verify_normal
from adcli.nested_lists import flatten_all
from adcli.passes.forward_mode import forward
from adcli.passes.list_preallocation import preallocated
from adcli.passes.reverse_mode import reverse

HEAD = "def f(x: list[float], n: int):\n    s = 0.0\n"
TAIL = "    for v in y:\n        s += v * v\n    return s + len(y)\n"

#: Bodies with the number of appends that stay.
BODIES = {
    "a comprehension": ("y = [sin(v) for v in x]", 0),
    "over a range": ("y = [x[0] * i for i in range(n)]", 0),
    "over no iterations, or fewer": ("y = [x[0] * i for i in range(n - 3)]", 0),
    "one inside the other": ("a = [[u * v for u in x] for v in x]\ny = a[-1]", 1),
    "two at a time": ("y = []\nz = []\nfor v in x:\n    y.append(v)\n    z.append(2 * v)\n"
        "s += z[0]", 0),
    "more behind it": ("y = [v * v for v in x]\ny.append(x[0])", 1),
    "under a condition": ("y = [v for v in x if v > 0.4]", 1),
    "twice in an iteration": ("y = []\nfor v in x:\n    y.append(v)\n    y.append(2 * v)", 2),
    "read while it grows": ("y = []\nfor v in x:\n    y.append(v + len(y))", 1),
    "not empty before": ("y = [1.0]\nfor v in x:\n    y.append(v)", 1),
    "made once, filled again and again":
        ("y = []\nfor i in range(2):\n    for v in x:\n        y.append(v * i)", 1),
    "from the middle": ("y = [x[i] for i in range(1, len(x))]", 1),
}  # fmt: skip


def module(body: str) -> ir.Module:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return Case(HEAD + lines + TAIL, {}).program().module


@pytest.mark.slow("each program is compiled")
@pytest.mark.parametrize("name", BODIES)
def test_values_and_gradients_stay(name: str) -> None:
    body, _ = BODIES[name]
    primal = module(body)
    verify_normal(preallocated(primal))
    back = reverse(primal, ("x",))
    verify(back)
    for n in (0, 3, 5):
        x = [0.5, 0.25, 0.75]
        (wanted,) = PythonEngine().load(primal, Limits())((x, n))
        assert PythonEngine().load(preallocated(primal), Limits())((x, n)) == (wanted,)
        for engine in (PythonEngine, NativeEngine, Optimised):
            value, gradient = engine().load(back, Limits(precise=True))((x, n, 1.0))
            assert value == wanted
            tangent = [0.3, -0.7, 0.2]
            _, slope = PythonEngine().load(forward(primal, ("x",)), Limits())((x, n, tangent))
            terms = zip(flatten_all([gradient]), tangent, strict=True)
            assert math.fsum(g * t for g, t in terms) == pytest.approx(slope, rel=1e-13)


@pytest.mark.parametrize("name", BODIES)
def test_only_lists_that_one_loop_fills_are_sized(name: str) -> None:
    body, appends = BODIES[name]
    found = preallocated(module(body))
    assert (
        sum(isinstance(s, ir.Append) for f in found.functions.values() for s in ir.walk(f.body))
        == appends
    )


@pytest.mark.slow("three engines, the native one compiles")
def test_errors_stay_where_they_are() -> None:
    """An index that an iteration has wrong is wrong there, also if it is the first."""
    primal = module("y = [x[i + n] for i in range(len(x))]")
    for n in (2, 7):
        wanted = outcome(lambda n=n: PythonEngine().load(primal, Limits())(([0.5, 0.25], n)))
        assert wanted[0] == "IndexFault"
        for engine in (PythonEngine, NativeEngine, Optimised):
            run = engine().load(reverse(primal, ("x",)), Limits())
            assert outcome(lambda run=run, n=n: run(([0.5, 0.25], n, 1.0))) == wanted
