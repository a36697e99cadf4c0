"""Unroll and jam: the nests whose outer iterations share one inner loop."""

from __future__ import annotations

import pytest

from adcli.engines.native.llvm_module import LlvmModule
from adcli.engines.native.unroll_and_jam import unroll_and_jam
from adcli.ir.verify import verify
from adcli.loading import load_program
from adcli.passes.normalise import normalise
from adcli.source import Source

HEAD = "def f(x: list[float], y: list[float], a: list[list[float]], n: int):\n    s = 0.0\n"
ROWS = "for i in range(n):\n    {}\n    for j in range({}):\n        {}\n    {}"

#: Nests, and whether they are jammed with all precision, and without.
NESTS = {
    ROWS.format("t = 0.0", "len(x)", "t += a[i][j] * x[j]", "s += t * t"): (True, True),
    ROWS.format("t = 0.0", "len(a[0])", "t += a[i][j] * x[j]", "s += t * t"): (True, True),
    ROWS.format("t = y[i]", "n", "x[j] += t * a[i][j]", "s += t"): (True, True),
    ROWS.format("t = y[i]", "n", "x[j + 2] += t * a[i][j]", "s += t"): (True, True),
    ROWS.format("t = y[i]", "n", "x[j + 1] += t * x[j]", "s += t"): (False, False),
    # the order in which entries are added up changes
    ROWS.format("t = y[i]; x[i] += t", "n", "x[j] += t * a[i][j]", "s += t"): (False, True),
    # entries are read on the way, or one iteration makes what the next one reads
    ROWS.format("t = x[i]; x[i] += t", "n", "x[j] += t * a[i][j]", "s += t"): (False, False),
    ROWS.format("t = y[i]; x[i] = t", "n", "x[j] += t * a[i][j]", "s += t"): (False, False),
    ROWS.format("t = y[i]", "n", "x[j] += t * x[i]", "s += t"): (False, False),
    ROWS.format("t = s", "n", "t += a[i][j] * x[j]", "s += t * t"): (False, False),
}


@pytest.mark.parametrize("body", NESTS)
def test_joined_loops(body: str) -> None:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    module = normalise(load_program(Source(f"{HEAD}{lines}    return s\n")).module)
    for precise, is_joined in zip((True, False), NESTS[body], strict=True):
        found = unroll_and_jam(module, lambda expr: False, precise=precise)
        verify(found.module)
        assert bool(found.joined) == is_joined


def test_the_loops_of_what_is_left_are_not_interleaved() -> None:
    """They run for a few rows alone, and interleaving would make most of the code out of them."""
    body = ROWS.format("t = 0.0", "len(x)", "t += a[i][j] * x[j]", "s += t * t").split("\n")
    lines = "".join(f"    {line}\n" for line in body)
    text = LlvmModule(load_program(Source(f"{HEAD}{lines}    return s\n")).module).text
    assert text.count('"llvm.loop.interleave.count"') == 2
