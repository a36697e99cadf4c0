"""Lengths of lists that a loop cannot change are not asked again; others are."""

from __future__ import annotations

import pytest

from adcli.engines.interface import Limits
from adcli.engines.python_engine import PythonEngine
from adcli.ir import nodes as ir
from adcli.ir.parser import parse_module
from adcli.ir.printer import print_module
from adcli.ir.verify import verify_normal
from adcli.loading import load_python
from adcli.passes.list_preallocation import preallocated
from adcli.passes.reverse_mode import reverse
from adcli.passes.unchanged_lengths import without_length_checks
from adcli.source import Source

HEAD = "def f(a: list[list[float]]):\n    s = 0.0\n"
TAIL = "    for v in y:\n        s += v * v\n    return s\n"

#: Bodies with the number of checks that there are, and of those that stay.
BODIES = {
    "a comprehension": ("x = a[0]\ny = [tanh(v) for v in x]", 1, 0),
    "one inside the other": ("b = [[tanh(v) for v in row] for row in a]\ny = b[-1]", 2, 1),
    "another list grows": ("x = a[0]\ny = [v for v in x if v > 0.3]", 1, 1),
}


def primal(body: str) -> ir.Module:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return load_python(Source(f"from math import tanh\n{HEAD}{lines}{TAIL}")).module


def checks(module: ir.Module) -> int:
    return sum(isinstance(s, ir.Raise) for f in module.functions.values() for s in ir.walk(f.body))


@pytest.mark.parametrize("name", BODIES)
def test_checks_that_cannot_fail_go(name: str) -> None:
    body, before, left = BODIES[name]
    module = primal(body)
    found = without_length_checks(preallocated(module))
    verify_normal(found)
    assert (checks(module), checks(found)) == (before, left)
    assert checks(reverse(module, ("a",))) == left
    point, python = ([[0.5, 0.25], [0.75, 0.5]],), PythonEngine()
    assert python.load(found, Limits())(point) == python.load(module, Limits())(point)


CHECKED = """\
module entry f
function f(x, n) -> s
  real: s
  int: n, size, i, now
  bool: ok
  real[]: x, y
  y = x
  size = len(x)
  for i in 0..n by 1:
    {change}
    now = len({array})
    ok = now == size
    if ok:
      pass
    else:
      raise refused(2) "it changes" ()
  s = x[0]
"""

#: What may change a length, or whose length it is: then the check stays.
CHANGES = {
    "the list itself": ("append x 1.0", "x"),
    "the list by another name": ("append y 1.0", "x"),
    "it becomes shorter": ("take y s", "x"),
    "it becomes another list": ("x = array(2)", "x"),
    "the number changes": ("size = 3", "x"),
    "of another list": ("s = 1.0", "y"),
}


def checked(change: str, array: str) -> ir.Module:
    return parse_module(CHECKED.format(change=change, array=array))


@pytest.mark.parametrize("name", CHANGES)
def test_checks_that_may_fail_stay(name: str) -> None:
    module = checked(*CHANGES[name])
    assert checks(without_length_checks(module)) == 1


def test_what_computes_a_check_goes_with_it() -> None:
    found = print_module(without_length_checks(checked("s = 1.0", "x")))
    assert "now = " not in found
    assert "ok = " not in found
    assert "size = len(x)" in found


def test_a_comparison_in_an_arm_says_nothing_behind_it() -> None:
    """There its variables may hold what they held before."""
    text = CHECKED.format(change="s = 1.0", array="x")
    lines = text.splitlines()
    at = lines.index("    now = len(x)")
    lines[at : at + 2] = ["    if early:", *("  " + line for line in lines[at : at + 2])]
    module = parse_module("\n".join(lines).replace("bool: ok", "bool: ok, early") + "\n")
    assert checks(without_length_checks(module)) == 1
