"""Derivatives whose numbers leave the range of doubles on the way, by every way there is."""

from __future__ import annotations

import math
from typing import Any

import pytest
from strategies import Case

import adcli
from adcli.backends.scaled_sweeps import ADJOINT, TANGENT, ScaledSweeps, Seed
from adcli.engines.interface import Limits
from adcli.engines.interpreter import Interpreter
from adcli.engines.registry import engine
from adcli.errors import NotDifferentiable
from adcli.nested_lists import flatten
from adcli.passes.forward_mode import forward

#: An expression, a point, f' and f'' there (50 digits, rounded).
EXTREME = [
    ("log(1/exp(x))", 400.0, -1.0, 0.0),
    ("2^x/3^x", 500.0, -3.6502613459818767e-89, 1.4800536112715968e-89),
    ("1/(1+exp(x))^2", 200.0, -3.8303391934280115e-174, 7.660678386856023e-174),
    ("exp(x)^(-1)", 400.0, -1.9151695967140057e-174, 1.9151695967140057e-174),
    ("atan(exp(x))", 400.0, 1.9151695967140057e-174, -1.9151695967140057e-174),
    ("atan(exp(x))", 700.0, 9.859676543759770e-305, -9.859676543759770e-305),
    ("1/(1/exp(x))", 600.0, 3.7730203009299397e260, 3.7730203009299397e260),
    ("log(1/cosh(x))", 500.0, -1.0, 0.0),
    ("log(exp(x)^(-2.5))", 250.0, -2.5, 0.0),
    ("log(exp(x)^(-3))", 230.0, -3.0, 0.0),
    ("cbrt(exp(x))", 600.0, 2.4086579227085823e86, 8.028859742361944e85),
    ("log(exp(-x)/exp(x))", 300.0, -2.0, 0.0),
    ("atan2(1, exp(x))", 400.0, -1.9151695967140057e-174, 1.9151695967140057e-174),
    ("log(exp(x^2))", 26.6, 53.2, 2.0),
    ("log(1/x)", 1e300, -1e-300, 0.0),
    ("1e200/(x*1e-100)", 1e150, -1e0, 2e-150),
    ("sqrt(1/exp(x))", 700.0, -4.9647951981324896e-153, 2.4823975990662448e-153),
    ("hypot(exp(x), 1e300)", -100.0, 0.0, 0.0),
    ("log(gamma(1/exp(x)))", 300.0, 1.0, 0.0),
]
BACKENDS = ("forward", "reverse", "symbolic")


def _close(found: float, exact: float) -> bool:
    return found == pytest.approx(exact, rel=1e-11, abs=1e-12 if exact == 0 else 0)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("text", "x", "slope", "_"), EXTREME)
def test_gradients(text: str, x: float, slope: float, _: float, backend: str) -> None:
    """Where value and derivative are doubles, the derivative has its digits."""
    assert _close(adcli.load(text).gradient(x=x, backend=backend)["x"], slope)


@pytest.mark.parametrize("backend", [*BACKENDS, "auto"])
@pytest.mark.parametrize(("text", "x", "_", "bend"), EXTREME)
def test_hessians(text: str, x: float, _: float, bend: float, backend: str) -> None:
    """Second derivatives likewise, where f'' is no difference of far larger numbers."""
    found = adcli.load(text).hessian(x=x, backend=backend)["x"]["x"]
    assert found == pytest.approx(bend, rel=1e-11, abs=1e-12)
    if abs(bend) < 1e-12 and bend:
        assert found == pytest.approx(bend, rel=1e-11)


@pytest.mark.parametrize(("text", "x", "slope", "bend"), EXTREME)
def test_series(text: str, x: float, slope: float, bend: float) -> None:
    """Taylor series likewise."""
    found = adcli.load(text).taylor(2, x=x)
    assert _close(found[1], slope)
    assert found[2] == pytest.approx(bend, rel=1e-11, abs=1e-12)


@pytest.mark.parametrize(("text", "x", "slope", "bend"), EXTREME)
def test_products(text: str, x: float, slope: float, bend: float) -> None:
    """And products with vectors, in the units of these."""
    f = adcli.load(text)
    if abs(slope) < 1e200:
        assert _close(f.jvp({"x": 1e-60}, x=x), slope * 1e-60)
        assert _close(f.vjp(1e60, x=x)["x"], slope * 1e60)
        assert f.hvp({"x": 1e60}, x=x)["x"] == pytest.approx(bend * 1e60, rel=1e-11, abs=1e48)


@pytest.mark.slow("machine code")
@pytest.mark.parametrize("name", ["interpreter", "python", "native"])
@pytest.mark.parametrize("backend", ["forward", "reverse"])
def test_engines(name: str, backend: str) -> None:
    """In every engine."""
    if name == "native":
        pytest.importorskip("llvmlite")
    for text, x, slope, _ in EXTREME[:7]:
        found = adcli.load(text).differentiate({"x": x}, backend=backend, engine=name)
        assert _close(found.by_input()["x"], slope), text


def test_loops_and_arrays() -> None:
    """A product that leaves the doubles and comes back, over entries of an array, and a loop."""
    text = "def f(x):\n    s = 0.0\n    for i in range(len(x)):\n"
    text += "        s = s + atan(exp(x[i]))/(1/exp(x[i]))\n    return s\n"
    program = Case(text, {}).program()
    for backend in BACKENDS:
        found = program.gradient(x=[400.0, 1.0], backend=backend)["x"]
        e = math.exp(1.0)
        wanted = [math.pi / 2 * math.exp(400), e * math.atan(e) + e * e / (1 + e * e)]
        assert found == pytest.approx(wanted, rel=1e-13)


@pytest.mark.slow("rules of matrices are lowered and derived")
@pytest.mark.parametrize(
    ("text", "point", "wrt", "wanted"),
    [
        ("det(A)", {"A": [[1e8, 1.0], [0.0, 1e8]]}, "A", [[1e8, 0.0], [-1.0, 1e8]]),
        ("det(A)", {"A": [[1e200, 0.0], [0.0, 1e-200]]}, "A", [[1e-200, 0.0], [0.0, 1e200]]),
        ("inv(A)[0,0]", {"A": [[1e-5, 0.0], [0.0, 1e-5]]}, "A", [[-1e10, 0.0], [0.0, 0.0]]),
        ("solve(A,b)[0]", {"A": [[1e-200, 0.0], [0.0, 1.0]], "b": [1e-200, 1.0]}, "b", [1e200, 0]),
    ],
)
@pytest.mark.parametrize("backend", ["forward", "reverse"])
def test_rules_of_linear_algebra(
    text: str, point: dict[str, Any], wrt: str, wanted: list[Any], backend: str
) -> None:
    """What overflows in a rule of ours is no error of the program's."""
    found = adcli.load(text).gradient(wrt=[wrt], backend=backend, **point)[wrt]
    assert flatten(found) == pytest.approx(flatten(wanted), rel=1e-13)


def test_a_derivative_that_is_too_large_is_an_error() -> None:
    """No seed makes a double of it."""
    f = adcli.load("exp(x)^1.5/exp(x)")
    assert f.gradient(x=400.0)["x"] == pytest.approx(0.5 * math.exp(200), rel=1e-13)
    for backend in BACKENDS:
        with pytest.raises(NotDifferentiable, match="too large"):
            adcli.load("x^(-2.0)").gradient(x=1e-140, backend=backend)


def test_seeds_are_scaled_exactly() -> None:
    """At ordinary points the bits are those of a sweep with the seeds as they are given."""
    module = adcli.load("sin(x)*y/(x + exp(y))").module
    run = Interpreter().load(forward(module, ("x", "y")), Limits())
    for point in ((0.3, 0.7), (12.5, -3.0), (1e3, 2.0)):
        for seed in ((1.0, 0.0), (0.1, -7.3)):
            sweep = ScaledSweeps(module, run, engine("interpreter", module), point)
            found, tangents = sweep(1, Seed(TANGENT, seed, point))
            assert tuple(tangents) == run((*point, *seed))[1:]
            assert found[0] == run((*point, *seed))[0]


def test_a_declared_derivative_gets_the_seeds_that_were_given() -> None:
    """It is code of the user's own."""
    seen: list[float] = []

    def run(args: tuple[float, ...]) -> tuple[float, ...]:
        seen.append(args[1])
        return 1.0, 2.0 * args[1]

    text = "@derivative(forward=g)\ndef f(x):\n    return x\ndef g(x, y, t):\n    return t\n"
    text += "def h(x):\n    return f(x)\n"
    module = Case(text, {}).program().module
    sweep = ScaledSweeps(module, run, engine("interpreter", module), (1.0,))  # type: ignore[arg-type]
    assert sweep(1, Seed(ADJOINT, (1.0,))) == ((1.0, 2.0), [2.0])
    assert seen == [1.0]
