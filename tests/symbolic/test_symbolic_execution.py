"""From a module to a graph: what is followed, what becomes a choice, what has no formula."""

from __future__ import annotations

import pytest

from adcli.front.lower import lower_program
from adcli.front.parse import parse_program
from adcli.ir import nodes as ir
from adcli.ops.expression_text import write
from adcli.source import Source
from adcli.symbolic.shared_expression_graph import Graph
from adcli.symbolic.symbolic_execution import OutOfSteps, unfold
from adcli.symbolic.symbolic_values import DataDependent, Failed


def module_of(text: str) -> ir.Module:
    source = Source(text)
    return lower_program(parse_program(source), source, None).module


def unfolded(text: str, steps: int = 10_000, depth: int = 100, **integers: int) -> str:
    """The first result as text."""
    found = unfold(Graph(), module_of(text), integers, steps, depth)
    return write(found.results[0]).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("s = 0\nfor i in range(1, 4):\n  s = s + x*i\ns\n", "0 + x + 2 * x + 3 * x"),
        ("k = 3\nwhile k > 0:\n  x = sin(x)\n  k = k - 1\nx\n", "sin(sin(sin(x)))"),
        ("y = 1/3\nx*y\n", "x * (1 / 3)"),
        ("if x > 0:\n  y = x\nelse:\n  y = -x\ny*2\n", "2 * (x if x > 0 else -x)"),
        ("x if 0 < x < 2 and not x == 1 else 3\n", "x if 0 < x and x < 2 and not x == 1 else 3"),
        ("def g(u, n):\n  return 1 if n == 0 else u*g(u, n-1)\ndef f(x):\n  return g(x, 3)\n",
         "x * (x * x)"),
        ("def f(x):\n  if x < 0:\n    return -x\n  return x*x\n", "-x if x < 0 else x * x"),
        ("if x > 0:\n  if x > 0:\n    y = 1\n  else:\n    y = 2\nelse:\n  y = x\ny\n",
         "1 if x > 0 else x"),
        ("def f(x):\n  for i in range(9):\n    if i == 2:\n      break\n    x = x + 1.5\n"
         "  return x\n", "x + 1.5 + 1.5"),
    ],
)  # fmt: skip
def test_formula_of_a_program(text: str, formula: str) -> None:
    """Loops are unrolled, functions inlined, branches on inputs are choices."""
    assert unfolded(text) == formula.replace(" ", "")


def test_integers_shape_the_formula() -> None:
    """An integer parameter is known."""
    text = "def f(x, n: int):\n  for i in range(n):\n    x = exp(x)\n  return x\n"
    assert unfolded(text, n=2) == "exp(exp(x))"
    assert unfolded(text, n=0) == "x"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("while x < 9:\n  x = x*2\nx\n", 1),
        ("y = 1\nfor i in range(5):\n  if x > i:\n    break\n  y = y*x\ny\n", 2),
        ("def f(x):\n  return x if x > 9 else f(x*2)\n", 2),
        ("if x > 0:\n  y = x\ny\n", 3),
    ],
)
def test_what_depends_on_inputs_has_no_formula(text: str, line: int) -> None:
    """A loop or a recursion that an input ends, a variable that an input may leave unassigned."""
    with pytest.raises(DataDependent) as caught:
        unfolded(text)
    assert caught.value.span is not None
    assert caught.value.span.line == line


def test_steps_and_depth_are_limited() -> None:
    """Unrolling stops where the caller says."""
    loop = "for i in range(1000):\n  x = sin(x)\nx\n"
    assert unfolded(loop, steps=5000).count("sin") == 1000
    with pytest.raises(OutOfSteps):
        unfolded(loop, steps=500)
    with pytest.raises(OutOfSteps):
        unfolded("k = 1\nwhile k > 0:\n  x = x + 1\nx\n")
    with pytest.raises(OutOfSteps) as caught:
        unfolded("def g(x, n):\n  return g(x, n+1)\ndef f(x):\n  return g(x, 0)\n")
    assert caught.value.deep


def test_a_number_without_a_value_fails_only_where_it_is_reached() -> None:
    """1/0 is an error, but not in an arm that may never be taken."""
    with pytest.raises(Failed):
        unfolded("x + 1/(2-2)\n")
    assert unfolded("x if x > 0 else 1/(2-2)\n") == "xifx>0else1/0"


def test_a_long_calculation_of_a_number_is_that_number() -> None:
    """Constants keep their form while it is short."""
    assert unfolded("x*sqrt(2)\n") == "x*sqrt(2)"
    assert unfolded("t = 0.1\nfor i in range(20):\n  t = t*1.5 + 0.1\nx*t\n").count("*") < 10
