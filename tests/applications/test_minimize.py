"""Minima: the methods of textbooks to the bit, published problems, and honest ends."""

from __future__ import annotations

import math
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import adcli
from adcli.errors import DomainError, TypeFault, UsageError

ROSENBROCK = "(1-x)^2 + 100*(y-x^2)^2"
PROGRAMS = sorted(Path(__file__).with_name("programs").glob("mgh*.py"))


#: Most methods are those of scipy.
NEEDS_SCIPY = pytest.mark.skipif(find_spec("scipy") is None, reason="needs scipy")


# -- gradient descent and Adam ---------------------------------------------------------------------


def rosenbrock_gradient(x: float, y: float) -> tuple[float, float]:
    found = adcli.load(ROSENBROCK).gradient(x=x, y=y)
    return found["x"], found["y"]


@pytest.mark.slow("300 gradients")
def test_gradient_descent_has_the_bits_of_the_formula() -> None:
    """Each point is θ - η ∇f(θ) as plain Python computes it."""
    x, y = -1.0, 1.0
    path = [(x, y)]
    for _ in range(300):
        gx, gy = rosenbrock_gradient(x, y)
        x, y = x - 0.001 * gx, y - 0.001 * gy
        path.append((x, y))
    found = adcli.load(ROSENBROCK).minimize(
        {"x": -1, "y": 1}, method="gradient-descent", rate=0.001, limit=300
    )
    assert [tuple(row.vector) for row in found.steps] == path


def test_momentum_has_the_bits_of_the_formula() -> None:
    """v = μ v - η ∇f(θ) and θ + v."""
    x, y, vx, vy = -1.0, 1.0, 0.0, 0.0
    path = [(x, y)]
    for _ in range(100):
        gx, gy = rosenbrock_gradient(x, y)
        vx, vy = 0.9 * vx - 0.0005 * gx, 0.9 * vy - 0.0005 * gy
        x, y = x + vx, y + vy
        path.append((x, y))
    found = adcli.load(ROSENBROCK).minimize(
        {"x": -1, "y": 1}, method="gradient-descent", rate=0.0005, momentum=0.9, limit=100
    )
    assert [tuple(row.vector) for row in found.steps] == path


def test_adam_has_the_bits_of_algorithm_1() -> None:
    """The lines of Kingma & Ba (2015), for one variable."""
    f = adcli.load("(x-3)^2 + sin(x)")
    x, m, v = 0.0, 0.0, 0.0
    path = [x]
    for t in range(1, 101):
        g = f.gradient(x=x)["x"]
        m = 0.9 * m + (1 - 0.9) * g
        v = 0.999 * v + (1 - 0.999) * g**2
        m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
        x = x - 0.1 * m_hat / (math.sqrt(v_hat) + 1e-8)
        path.append(x)
    found = f.minimize({"x": 0}, method="adam", rate=0.1, limit=100)
    assert [row.vector[0] for row in found.steps] == path


def test_the_table_of_gradient_descent(golden: Any) -> None:
    """What a lecture shows of gradient descent on Rosenbrock's function."""
    found = adcli.load(ROSENBROCK).minimize(
        {"x": -1.2, "y": 1}, method="gradient-descent", rate=0.001, limit=10
    )
    golden("minimize_gradient_descent.txt", str(found) + "\n")


@pytest.mark.parametrize("schedule", ["constant", "inverse", "inverse-sqrt", "cosine"])
def test_schedules(schedule: str) -> None:
    """The first step has the whole rate, later ones what the schedule says."""
    found = adcli.load("3*x").minimize(
        {"x": 0}, method="gradient-descent", rate=0.1, schedule=schedule, limit=4
    )
    factors = {
        "constant": [1, 1, 1, 1],
        "inverse": [1, 1 / 2, 1 / 3, 1 / 4],
        "inverse-sqrt": [1, 2**-0.5, 3**-0.5, 0.5],
        "cosine": [(1 + math.cos(math.pi * t / 4)) / 2 for t in range(4)],
    }[schedule]
    steps = [row.step for row in found.steps[:-1]]
    assert steps == pytest.approx([0.3 * f for f in factors], rel=1e-14)
    assert found.status == "limit"


@pytest.mark.slow("a long search")
def test_a_rate_that_is_too_large_is_no_success() -> None:
    """Points that run away end the search with a hint."""
    found = adcli.load("x^2").minimize({"x": 1}, method="gradient-descent", rate=1.5)
    assert found.status == "no-progress"
    assert "smaller --rate" in found.notes[0]


def test_a_step_into_nowhere_is_no_success() -> None:
    """A next point without a value ends the search with the reason."""
    found = adcli.load("x - log(x)").minimize({"x": 0.1}, method="gradient-descent", rate=-0 + 5)
    assert not found.converged or found.value == pytest.approx(1)
    worse = adcli.load("sqrt(x)*x").minimize({"x": 1}, method="gradient-descent", rate=2)
    assert worse.status == "no-progress"
    assert "sqrt" in worse.notes[0]


def test_bounds_project_each_step() -> None:
    """Gradient descent stays in the box and ends at its side."""
    found = adcli.load("(x-1)^2 + (y+2)^2").minimize(
        {"x": 0, "y": 1}, method="gradient-descent", rate=0.1, bounds={"y": (0.0, math.inf)}
    )
    assert found.converged
    assert found.kind == "at a bound"
    assert found.point["y"] == 0.0
    assert found.point["x"] == pytest.approx(1, abs=1e-6)


# -- damped Newton steps, and scipy's methods ------------------------------------------------------


@pytest.mark.slow("problems are solved from two starts")
@pytest.mark.parametrize("factor", [1, 10])
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.stem)
def test_published_problems(path: Path, factor: int) -> None:
    """Moré, Garbow & Hillstrom (1981): the minimum from the standard start and ten times it."""
    text = path.read_text(encoding="utf-8")
    (start,) = re.findall(r"inputs: x=\[(.*)\]", text)
    (known,) = re.findall(r"known minimum .*: (\S+)", text)
    begin = [factor * float(x) for x in start.split(",")]
    found = adcli.load(f"{path}:ss").minimize({"x": begin})
    assert found.converged
    assert found.value == pytest.approx(float(known), rel=2e-6, abs=1e-20)


@pytest.mark.slow("several minimisations")
@NEEDS_SCIPY
@pytest.mark.parametrize(
    "method", ["bfgs", "l-bfgs", "newton", "trust", "sqp", "nelder-mead", "auto"]
)
def test_every_method_finds_the_minimum(method: str) -> None:
    """The minimum of Rosenbrock's function, to all digits that its condition leaves."""
    found = adcli.load(ROSENBROCK).minimize({"x": -1.2, "y": 1}, method=method)
    assert (found.status, found.kind) == ("converged", "minimum")
    assert found.point == pytest.approx({"x": 1, "y": 1}, abs=1e-9)
    assert found.condition == pytest.approx(2508.0096, rel=1e-6)


@pytest.mark.slow("a search with a hundred variables")
def test_a_hundred_variables() -> None:
    """Steps for many variables come from conjugate gradients."""
    f = adcli.load("sum((1-x[:-1])^2) + 100*sum((x[1:]-x[:-1]^2)^2)")
    found = f.minimize({"x": [-1.2, 1.0] * 50})
    assert found.method == "damped-newton"
    assert found.converged
    assert found.value == pytest.approx(0, abs=1e-12) or found.value == pytest.approx(3.98, abs=0.1)


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("x - log(x)", {"x": 50}, {"x": 1}),
        ("sqrt(x) + 1/x", {"x": 20}, {"x": 2 ** (2 / 3)}),
        ("x*log(x)", {"x": 3}, {"x": math.exp(-1)}),
        ("x^1.5 - x", {"x": 4}, {"x": 4 / 9}),
        ("-sqrt(1 - x^2 - y^2)", {"x": 0.9, "y": 0.1}, {"x": 0, "y": 0}),
        # no slope in y at the start, where the curvature is negative
        ("x^2 - y^2 + y^4", {"x": 1, "y": 0}, {"x": 0, "y": 0.5**0.5}),
        (f"1e-20*({ROSENBROCK})", {"x": -1.2, "y": 1}, {"x": 1, "y": 1}),
        ("(x - 1e8)^2", {"x": 0}, {"x": 1e8}),
        # so close to a maximum that the first step gains less than rounding
        ("cos(x)", {"x": 1e-9}, {"x": math.pi}),
    ],
)
def test_damped_newton_steps(text: str, start: Any, expected: Any) -> None:
    """Steps out of the domain are shortened, and a small unit or a far minimum does no harm."""
    found = adcli.load(text).minimize(start)
    assert (found.method, found.status, found.kind) == ("damped-newton", "converged", "minimum")
    assert found.point == pytest.approx(expected, rel=1e-8, abs=1e-8)


@pytest.mark.slow("some hundred steps")
def test_entries_of_very_different_sizes() -> None:
    """Moré, Garbow & Hillstrom (1981), problems 3 and 10, from ten times their standard starts: the
    units of steps are the sizes of the entries, and a first radius that leads astray is reduced."""
    powell = adcli.load("(1e4*x*y - 1)^2 + (exp(-x) + exp(-y) - 1.0001)^2")
    found = powell.minimize({"x": 0, "y": 10})
    assert (found.converged, found.value) == (True, pytest.approx(0, abs=1e-20))
    meyer = adcli.load("sum((a*exp(b/(t + c)) - v)^2)")
    data = {
        "t": [50 + 5 * k for k in range(16)],
        "v": [34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427,
              3820, 3307, 2872],
    }  # fmt: skip
    found = meyer.minimize({"a": 0.2, "b": 40000, "c": 2500, **data}, wrt=["a", "b", "c"])
    assert (found.converged, found.value) == (True, pytest.approx(87.9458, rel=1e-6))


def test_bounds_hold_damped_newton_steps() -> None:
    """The minimum in a box is at its side, with the free entry where its slope is 0."""
    choices: Any = {"bounds": {"x": (-2.0, 0.5)}}
    found = adcli.load(ROSENBROCK).minimize({"x": -1.2, "y": 1}, **choices)
    assert (found.status, found.kind) == ("converged", "at a bound")
    assert found.point == pytest.approx({"x": 0.5, "y": 0.25}, rel=1e-12)
    assert all(-2 <= step.vector[0] <= 0.5 for step in found.steps)
    corner = adcli.load("x + y").minimize({"x": 3, "y": 3}, bounds=dict.fromkeys("xy", (1.0, 9.0)))
    assert corner.point == {"x": 1.0, "y": 1.0}


def test_inputs_with_defaults_stay(tmp_path: Path) -> None:
    """What varies is what the start gives, or what is named."""
    file = tmp_path / "f.py"
    file.write_text("def f(x, k=3.0):\n    return (x - k)**2\n")
    f = adcli.load(str(file))
    assert f.minimize({"x": 1.0}).point == pytest.approx({"x": 3.0})
    assert set(f.minimize({"x": 1.0}, wrt=["x", "k"]).point) == {"x", "k"}
    assert f.root({"x": 1.0, "k": 2.0}, wrt="x").root == pytest.approx({"x": 2.0})
    assert f.root({"x": 1.0}).root == pytest.approx({"x": 3.0})


@pytest.mark.parametrize("text", ["x^4", "(x - 3)^4"])
def test_a_flat_end_is_not_called_a_minimum(text: str) -> None:
    """The Hessian vanishes at the end, and cannot tell."""
    found = adcli.load(text).minimize({"x": 1})
    assert (found.status, found.kind) == ("converged", "flat")


@NEEDS_SCIPY
def test_how_searches_end() -> None:
    """A saddle, an end at infinity, no lower bound, and a flat minimum are told apart."""
    saddle = adcli.load("x^2 - y^2").minimize({"x": 1, "y": 0}, method="newton")
    assert saddle.status in ("saddle", "unbounded")
    at_saddle = adcli.load("x^2*y + y^2 - x^2").minimize({"x": 0, "y": 0}, method="bfgs")
    assert at_saddle.status == "saddle"
    assert "negative curvature" in at_saddle.notes[0]
    far = adcli.load("exp(-x)").minimize({"x": 1})
    assert far.status == "no-progress"
    assert "at infinity" in far.notes[0]
    assert adcli.load("x^3 - x").minimize({"x": -1}).status == "unbounded"
    flat = adcli.load("(x+y)^2").minimize({"x": 1, "y": 2})
    assert (flat.status, flat.kind) == ("converged", "flat")
    few = adcli.load(ROSENBROCK).minimize({"x": -1.2, "y": 1}, method="nelder-mead", limit=5)
    assert few.status == "limit"


def test_a_maximum() -> None:
    """The sign of the value is that of the program."""
    found = adcli.load("x*exp(-x)").minimize({"x": 0.5}, maximize=True)
    assert (found.converged, found.kind) == (True, "maximum")
    assert found.value == pytest.approx(math.exp(-1), rel=1e-15)
    assert found.steps[0].value == pytest.approx(0.5 * math.exp(-0.5))


@pytest.mark.slow("several minimisations")
@NEEDS_SCIPY
@pytest.mark.parametrize("method", ["sqp", "trust"])
def test_constraints_and_their_multipliers(method: str) -> None:
    """The largest box of a given surface is a cube; the multiplier is dV/dA."""
    found = adcli.load("x*y*z").minimize(
        {"x": 1, "y": 2, "z": 3},
        method=method,
        maximize=True,
        subject_to=["x*y + y*z + z*x <= 3"],
        bounds=dict.fromkeys("xyz", (0.0, math.inf)),
    )
    assert found.converged
    assert found.point == pytest.approx({"x": 1, "y": 1, "z": 1}, abs=1e-5)
    (multiplier,) = found.fields()["multipliers"].values()
    assert multiplier == pytest.approx(0.5, abs=1e-6)
    area = adcli.load("x*y").minimize(
        {"x": 1, "y": 2}, method=method, maximize=True, subject_to=["x + y = 10"]
    )
    assert area.fields()["multipliers"] == pytest.approx({"x + y = 10": 5})


@NEEDS_SCIPY
def test_a_maximum_along_constraints_is_no_minimum() -> None:
    """The conditions of first order hold at both ends of a circle's diameter; those of second order
    tell them apart."""
    f = adcli.load("x + y")
    circle = ["x^2 + y^2 = 2"]
    found = f.minimize({"x": 1, "y": 1}, subject_to=circle)
    assert (found.status, found.kind) == ("saddle", "saddle")
    assert "falls along the constraints" in found.notes[0]
    assert f.minimize({"x": 1, "y": 1}, subject_to=circle, maximize=True).converged
    found = f.minimize({"x": 0.5, "y": -1}, subject_to=circle)
    assert (found.converged, found.value) == (True, pytest.approx(-2))


@pytest.mark.slow("a long search")
@NEEDS_SCIPY
def test_a_gradient_that_is_short_beside_large_inputs_is_no_end() -> None:
    """The surface of a can falls without end where its radius is negative: there the direction
    along the constraint is all but that of the height, and the gradient along it is short."""
    f = adcli.load("2*pi*r^2 + 2*pi*r*h")
    can = ["pi*r^2*h = 1"]
    found = f.minimize({"r": 1, "h": 1}, subject_to=can)
    assert found.point["r"] < 0
    assert (found.status, found.converged) == ("no-progress", False)
    assert "still falls along the constraints" in found.notes[0]
    assert "a bound" in found.notes[0]
    bounded = f.minimize({"r": 1, "h": 1}, subject_to=can, bounds={"r": (0.01, math.inf)})
    assert bounded.converged
    assert bounded.point["r"] == pytest.approx((1 / (2 * math.pi)) ** (1 / 3), rel=1e-9)
    far = adcli.load("(x - 3)^2 + (y - 1e6)^2").minimize({"x": 1, "y": 1}, subject_to=["x + y = 0"])
    assert far.converged


@pytest.mark.slow("SciPy searches to its limit")
@NEEDS_SCIPY
def test_constraints_that_exclude_each_other() -> None:
    """There is no point where all hold, and the result says which one fails."""
    found = adcli.load("x + y").minimize(
        {"x": 1, "y": 1}, subject_to=["x*y = 4", "x <= 1", "y <= 1"], limit=100
    )
    assert found.status == "infeasible"
    assert "does not hold" in found.notes[0]


def test_several_starts_find_several_minima() -> None:
    """The same seed gives the same points; the best one comes first."""
    f = adcli.load("sin(x) + x^2/20")
    choices: dict[str, Any] = {"starts": 12, "seed": 3, "bounds": {"x": (-20.0, 20.0)}}
    found, again = f.minimize({"x": 5}, **choices), f.minimize({"x": 5}, **choices)
    assert found.minima == again.minima
    assert len(found.minima) == 4
    assert found.value == min(value for _, value in found.minima)
    assert found.point["x"] == pytest.approx(-1.4275517787645942)


@NEEDS_SCIPY
def test_what_does_not_fit_is_an_error() -> None:
    """Names, constraints, and options that a method does not have."""
    f = adcli.load("x^2 + y^2")
    start = {"x": 1, "y": 1}
    for choices, message in [
        ({"method": "steepest"}, "unknown method"),
        ({"bounds": {"z": (0.0, 1.0)}}, "'z' is bounded but does not vary"),
        ({"bounds": {"x": (2.0, 1.0)}}, "nothing lies between"),
        ({"subject_to": ["x + y"]}, "is no constraint"),
        ({"subject_to": ["x + z <= 1"]}, "'z' in the constraint"),
        ({"method": "bfgs", "subject_to": ["x <= 1"]}, "takes no constraints"),
        ({"method": "newton", "bounds": {"x": (0.0, 1.0)}}, "takes no bounds"),
        ({"method": "bfgs", "rate": 0.1}, "has no rate"),
        ({"method": "adam", "rate": -1.0}, "a rate is above 0"),
        ({"method": "adam", "rate": math.inf}, "a rate is above 0 and finite"),
        ({"tolerance": -1.0}, "a tolerance is from 0 on"),
        ({"method": "gradient-descent", "momentum": 1.0}, "below 1"),
    ]:
        with pytest.raises(UsageError, match=message):
            f.minimize(start, **choices)  # type: ignore[arg-type]
    with pytest.raises(TypeFault, match="a minimum belongs to one number"):
        adcli.load("[x, y]").minimize(start)
    with pytest.raises(DomainError):
        adcli.load("log(x)").minimize({"x": -1})


@pytest.mark.parametrize(
    ("text", "kind"), [("1 + x^3", "saddle"), ("(x-1)^5", "saddle"), ("1 + (x-2)^4", "flat")]
)
def test_an_inflection_is_no_minimum(text: str, kind: str) -> None:
    """Where the curvature vanishes the values beside the point decide."""
    found = adcli.load(text).minimize({"x": 1.3})
    assert (found.kind, found.converged) == (kind, kind == "flat")
