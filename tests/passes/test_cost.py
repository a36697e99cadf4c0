"""Derivatives cost what the theory promises, counted in statements."""

from __future__ import annotations

import math

import pytest
from strategies import Case, Measured

from adcli.engines.interface import Limits
from adcli.engines.interpreter import Execution, Interpreter
from adcli.ir import nodes as ir
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse


def steps(module: ir.Module, *args: float) -> int:
    """The statements that run."""
    interpreter = Interpreter()
    interpreter.load(module, Limits())(args)
    return interpreter.steps


def speelpenning(n: int) -> ir.Module:
    """x1 * x2 * ... * xn."""
    names = [f"x{i}" for i in range(1, n + 1)]
    text = f"def f({', '.join(names)}):\n    return {'*'.join(names)}\n"
    return Case(text, {}).program().module


@pytest.mark.parametrize("n", [10, 100, 1000])
def test_speelpenning_s_gradient(n: int) -> None:
    """The gradient by n inputs takes n - 1 products forwards, two adjoints for each of them
    backwards, and a copy for each input and for the result: four statements for one, whatever n."""
    module = speelpenning(n)
    derived = reverse(module, module.main.params)
    point = [1 + i / n for i in range(n)]
    assert steps(module, *point) == n
    assert steps(derived, *point, 1.0) == (n - 1) * 3 + 2 + n
    assert not derived.tapes
    found = Interpreter().load(derived, Limits())((*point, 1.0))
    product = math.prod(point)
    assert found[1:] == pytest.approx([product / x for x in point], rel=1e-12)


@pytest.mark.parametrize("n", [10, 100, 1000])
def test_a_tangent_costs_two_statements_for_one(n: int) -> None:
    """Forward mode adds one statement to each."""
    module = speelpenning(n)
    point = [1 + i / n for i in range(n)]
    assert steps(forward(module, module.main.params), *point, *[1.0] * n) <= 2 * n


LOGISTIC = "def f(x, n: int):\n    for i in range(n):\n        x = 4 * x * (1 - x)\n    return x\n"
EARLY = (
    "def f(x, n: int):\n    for i in range(n):\n        x = 4 * x * (1 - x)\n"
    "        if x > 2:\n            return x\n    return x\n"
)


@pytest.mark.parametrize("text", [LOGISTIC, EARLY])
def test_the_gradient_of_a_loop_grows_as_the_loop(text: str) -> None:
    """Value and gradient of n iterations take a + b*n statements each, and the gradient's b is at
    most five times the value's."""
    module = Case(text, {}).program().module
    derived = reverse(module, ("x",))
    values = [steps(module, 0.3, n) for n in (0, 10, 100, 1000)]
    gradients = [steps(derived, 0.3, n, 1.0) for n in (0, 10, 100, 1000)]
    for counts in (values, gradients):
        rate = (counts[3] - counts[2]) / 900
        assert counts[2] - counts[1] == 90 * rate
    assert gradients[3] - gradients[2] <= 5 * (values[3] - values[2])


def test_an_input_that_is_not_asked_for_costs_nothing() -> None:
    """Only what depends on the chosen inputs has adjoints."""
    text = "def f(x, y):\n    return sin(y) * cos(y) * exp(y) + x\n"
    module = Case(text, {}).program().module
    point = (0.5, 0.25)
    assert steps(reverse(module, ("x",)), *point, 1.0) < steps(reverse(module, ("y",)), *point, 1.0)


def test_nothing_is_saved_where_nothing_is_needed() -> None:
    """A loop of sums overwrites its variable and no derivative needs the old value."""
    text = "def f(x, n: int):\n    s = 0.0\n    for i in range(n):\n        s = s + i * x\n"
    text += "    return s\n"
    derived = reverse(Case(text, {}).program().module, ("x",))
    assert not derived.tapes
    assert Interpreter().load(derived, Limits())((0.5, 4, 1.0)) == (3.0, 6.0)


ROSENBROCK = """\
def f(x):
    s = 0.0
    for i in range(len(x) - 1):
        s = s + 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2
    return s
"""


@pytest.mark.slow("10,000 variables")
def test_the_gradient_of_rosenbrock_s_function_is_linear_in_time_and_memory() -> None:
    """At 1,000 and 10,000 variables the gradient runs 35 statements for each, no more than three
    times those of the value, and its tapes hold nothing."""
    program = Case(ROSENBROCK, {}).program()
    derived = reverse(program.module, ("x",))
    counts: list[int] = []
    heights: list[int] = []
    sizes = (1_000, 10_000)
    for n in sizes:
        point = [0.5 + (i % 7) / 100 for i in range(n)]
        machine = Execution(derived, Limits(), Interpreter())
        machine.tapes = {name: Measured() for name in machine.tapes}
        machine.start((point, 1.0))
        counts.append(machine.steps)
        heights.append(sum(tape.height for tape in machine.tapes.values()))  # type: ignore[attr-defined]
        assert machine.steps <= 3 * steps(program.module, point)
    for found in (counts, heights):
        rate = (found[1] - found[0]) / (sizes[1] - sizes[0])
        assert rate == round(rate)
        assert found[0] <= rate * sizes[0] + 100
    assert heights == [0, 0]


def test_a_loop_saves_its_state_and_nothing_else() -> None:
    """One number for each step of the logistic map: what it is made into is computed again."""
    text = "def f(x, r, n: int):\n    for i in range(n):\n        x = r*x*(1 - x)\n    return x\n"
    derived = reverse(Case(text, {}).program().module, ("x", "r"))
    machine = Execution(derived, Limits(), Interpreter())
    machine.tapes = {name: Measured() for name in machine.tapes}
    machine.start((0.5, 3.0, 1000, 1.0))
    assert [tape.height for tape in machine.tapes.values()] == [1000]  # type: ignore[attr-defined]
