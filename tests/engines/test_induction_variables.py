"""Induction variables: integers that move on with the iterations, so that bounds are checked
beforehand."""

from __future__ import annotations

import pytest

from adcli.engines.native.hoistable_bounds_checks import hoistable_accesses
from adcli.ir import nodes as ir
from adcli.loading import load_program
from adcli.passes.normalise import normalise
from adcli.source import Source

HEAD = "def f(x: list[float], n: int, m: int):\n    s = 0.0\n    for i in range(len(x)):\n"

#: Bodies of loops, and by how much iterations move on each integer that is shifted; None: the loop
#: has to check its accesses itself.
BODIES = {
    "s += x[n + i]": [1],
    "s += x[i + n]": [1],
    "s += x[i - n]": [1],
    "s += x[n - i]": [-1],
    "s += x[n + i - 1] * x[m - i]": [-1, 1],
    "k = n - i; j = m - k; s += x[j]": [-1, 1],
    "s += x[i + 1]": [],
    # it moves on by something else
    "s += x[i + i]": None,
    "n = n + i; s += x[n]": None,
    "k = n + i; k = k + 1; s += x[k]": None,
    "m = i; s += x[n + i * m]": None,
}


@pytest.mark.parametrize("body", BODIES)
def test_shifted(body: str) -> None:
    module = normalise(load_program(Source(f"{HEAD}        {body}\n    return s\n")).module)
    (loop,) = [stmt for stmt in module.main.body if isinstance(stmt, ir.For)]
    found = hoistable_accesses(loop, module.main.types)
    if BODIES[body] is None:
        assert found is None
    else:
        assert found is not None
        assert sorted(found.strides[name] for name in found.shifted) == BODIES[body]
