"""Roots against mpmath at 40 digits, honest failures, and sensitivities of re-solved problems."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import pytest

import adcli
from adcli.applications.equation_parsing import system
from adcli.errors import EvaluationError, UsageError

#: Name, equation, the same for mpmath, start, reference start, parameters.
SCALAR: list[tuple[str, str, Any, float]] = [
    ("cosine", "cos(x) - x", lambda x: mpmath.cos(x) - x, 1.0),
    ("kepler", "x - 0.9*sin(x) - 0.3", lambda x: x - d("0.9") * mpmath.sin(x) - d("0.3"), 1.0),
    ("kepler, steep", "x - 0.99*sin(x) - 0.05",
     lambda x: x - d("0.99") * mpmath.sin(x) - d("0.05"), 0.5),
    ("colebrook", "1/sqrt(x) + 2*log10(1e-4/3.7 + 2.51/(1e5*sqrt(x)))",
     lambda x: 1 / mpmath.sqrt(x)
     + 2 * mpmath.log10(d("1e-4") / d("3.7") + d("2.51") / (10**5 * mpmath.sqrt(x))), 0.02),
    ("van der waals", "(10 + 3.592/x^2)*(x - 0.04267) - 0.082054*300",
     lambda x: (10 + d("3.592") / x**2) * (x - d("0.04267")) - d("0.082054") * 300, 2.5),
    ("redlich kwong", "8.314*500/(x-3e-5) - 14/(sqrt(500)*x*(x+3e-5)) - 1e7",
     lambda x: d("8.314") * 500 / (x - d("3e-5"))
     - 14 / (mpmath.sqrt(500) * x * (x + d("3e-5"))) - 10**7, 4e-4),
    ("wien", "(x - 5)*exp(x) + 5", lambda x: (x - 5) * mpmath.exp(x) + 5, 5.0),
    ("lambert", "x*exp(x) - 1", lambda x: x * mpmath.exp(x) - 1, 0.5),
    ("newton 1669", "x^3 - 2*x - 5", lambda x: x**3 - 2 * x - 5, 2.0),
    ("square root", "x^2 - 2", lambda x: x**2 - 2, 1.0),
    ("golden section", "x^2 - x - 1", lambda x: x**2 - x - 1, 2.0),
    ("exp against line", "exp(x) - 3*x", lambda x: mpmath.exp(x) - 3 * x, 0.5),
    ("logarithm", "log(x) + x - 2", lambda x: mpmath.log(x) + x - 2, 1.0),
    ("bessel zero", "j0(x)", lambda x: mpmath.besselj(0, x), 2.4),
    ("gamma", "gamma(x) - 3", lambda x: mpmath.gamma(x) - 3, 3.5),
    ("normal quantile", "erf(x/sqrt(2)) - 0.95",
     lambda x: mpmath.erf(x / mpmath.sqrt(2)) - d("0.95"), 1.5),
    ("compound interest", "1000*((1+x)^10 - 1)/x - 15000",
     lambda x: 1000 * ((1 + x) ** 10 - 1) / x - 15000, 0.1),
    ("catenary", "x*cosh(50/x) - x - 10", lambda x: x * mpmath.cosh(50 / x) - x - 10, 100.0),
    ("transcendental", "x*sin(x) - 1", lambda x: x * mpmath.sin(x) - 1, 1.0),
    ("beam", "cos(x)*cosh(x) + 1", lambda x: mpmath.cos(x) * mpmath.cosh(x) + 1, 2.0),
    ("tangent", "tan(x) - x", lambda x: mpmath.tan(x) - x, 4.5),
    ("antoine", "8.07131 - 1730.63/(x + 233.426) - log10(500)",
     lambda x: d("8.07131") - d("1730.63") / (x + d("233.426")) - mpmath.log10(500), 80.0),
    ("wilkinson-like", "(x-1)*(x-2)*(x-3)*(x-4)*(x-5) - 0.01",
     lambda x: (x - 1) * (x - 2) * (x - 3) * (x - 4) * (x - 5) - d("0.01"), 5.1),
    ("large numbers", "x^3 - 1e30", lambda x: x**3 - d("1e30"), 1e9),
    ("small numbers", "x^2 - 1e-20", lambda x: x**2 - d("1e-20"), 1.0),
]  # fmt: skip


def d(text: str) -> Any:
    """The double that a decimal in the equation is."""
    return mpmath.mpf(float(text))


@pytest.mark.parametrize(
    ("text", "oracle", "start"), [pytest.param(*c[1:], id=c[0]) for c in SCALAR]
)
def test_classic_equations(text: str, oracle: Any, start: float) -> None:
    """The root has all digits that the equation leaves."""
    found = adcli.load(text).root({"x": start})
    with mpmath.workdps(40):
        expected = float(mpmath.findroot(oracle, mpmath.mpf(found.root["x"]), verify=False))
    assert found.status == "converged"
    assert found.root["x"] == pytest.approx(expected, rel=3e-15)
    assert found.sensitivity == {"x": {}}


def test_a_step_beyond_all_doubles_is_shortened() -> None:
    """The first step of Newton's method is 3.7e299 long."""
    found = adcli.load("exp(x) - 1e300").root({"x": 1.0})
    assert found.status == "converged"
    assert found.root["x"] == pytest.approx(300 * math.log(10), rel=1e-15)


@pytest.mark.parametrize(
    ("text", "root", "multiplicity"),
    [
        ("(x-1)^2*(x-3)", 1.0, 2),
        ("(x-1)^3", 1.0, 3),
        ("x^3 - 3*x^2 + 3*x - 1", 1.0, 3),
        ("x^2 - 2*sqrt(2)*x + 2", 2**0.5, 2),
        ("(cos(x) - 1)*x", 0.0, 3),
        ("(x-2)^5", 2.0, 5),
        ("(x-1)^10", 1.0, 10),
        ("1 - sin(x)", 1.5707963267948966, 2),
    ],
)
def test_multiple_roots(text: str, root: float, multiplicity: int) -> None:
    """They are right to the last digits too, by the derivative whose simple root they are."""
    found = adcli.load(text).root({"x": root + 0.4})
    assert found.status == "converged"
    assert found.root["x"] == pytest.approx(root, rel=3e-15, abs=1e-12)
    assert found.multiplicity == multiplicity


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("x^2 + 1", 3.0),
        ("x^2 + 1e-6", 3.0),
        ("exp(x)", 0.0),
        ("exp(-1/x^2)", 0.5),
        ("1/x", 1.0),
        ("x^(1/3)*0 + 1", 1.0),
        ("sqrt(x)+1", 1.0),
        ("atan(x) + 2", 1.0),
    ],
)
def test_no_root_is_no_success(text: str, start: float) -> None:
    """Where there is no root, or none that doubles show, the status says so."""
    found = adcli.load(text).root({"x": start})
    assert not found.converged
    assert found.notes


def test_newton_converges_quadratically() -> None:
    """The order that is seen is 2 at a simple root."""
    found = adcli.load("x^3 - 2*x - 5").root({"x": 2})
    assert found.order == pytest.approx(2, abs=0.1)
    assert adcli.load("(x-1)^2*(x-3)").root({"x": 1.4}).orders[4] == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(
    ("text", "ends", "root"),
    [
        ("cos(x) - x", (0.0, 1.0), 0.7390851332151607),
        ("x^9", (-1.0, 1.5), 0.0),
        ("(x-1)*exp(-1/(x-1)^2)", (0.0, 3.0), None),
        ("x^3 - 2*x - 5", (2.0, 3.0), 2.0945514815423265),
        ("exp(-x) - 1e-10", (0.0, 1000.0), 23.025850929940457),
    ],
)
def test_brackets(text: str, ends: tuple[float, float], root: float | None) -> None:
    """Brent's method narrows a bracket to rounding; a flat function has no digits to give."""
    found = adcli.load(text).root({}, bracket={"x": ends})
    if root is None:
        assert abs(adcli.load(text)(x=found.root["x"])) < 1e-300
        return
    assert found.status == "converged"
    assert found.root["x"] == pytest.approx(root, rel=3e-15, abs=1e-30)


@pytest.mark.parametrize(
    ("text", "ends"),
    [("1/(x-1)", (0.0, 3.0)), ("tan(x)", (1.0, 2.0)), ("floor(x) - 0.5", (0.0, 3.0)),
     ("1/(x-0.7)", (0.0, 1.0))],
)  # fmt: skip
def test_poles_and_jumps_are_no_roots(text: str, ends: tuple[float, float]) -> None:
    """The sign changes in the bracket, but not through 0."""
    found = adcli.load(text).root({}, bracket={"x": ends})
    assert found.status == "pole"
    assert "no root" in found.notes[0]


@pytest.mark.slow("hundreds of evaluations")
def test_all_roots_of_an_interval() -> None:
    """Simple ones, one that touches 0, and none at a pole."""
    found = adcli.load("x*sin(x) - 1").root({}, bracket={"x": (0.0, 20.0)}, every=True)
    assert len(found.roots) == 7
    touching = adcli.load("(x-1)^2*(x-2.5)/(x-4)").root({}, bracket={"x": (0.0, 5.0)}, every=True)
    assert [r["x"] for r in touching.roots] == pytest.approx([1, 2.5], abs=1e-12)
    none = adcli.load("x^2+1").root({}, bracket={"x": (-1.0, 1.0)}, every=True)
    assert (none.status, none.converged, none.roots) == ("none", False, [])


def test_where_a_function_is_0_all_along() -> None:
    """An interval of zeros is said once and is no root; roots beside it are."""
    found = adcli.load("0*x").root({}, bracket={"x": (0.0, 1.0)}, every=True, parts=20)
    assert (found.status, found.roots) == ("flat", [])
    assert found.notes[0] == "the function is 0 from 0 to 1"
    found = adcli.load("max(x, 0)*(x - 2)").root(
        {}, bracket={"x": (-1.0, 3.0)}, every=True, parts=20
    )
    assert (found.status, found.roots) == ("converged", [{"x": 2.0}])


#: Systems: equations, starts, roots (None: checked by the residual at 40 digits alone).
SYSTEMS: list[tuple[str, str, dict[str, Any], dict[str, float] | None]] = [
    ("circle and line", "[x^2 + y^2 - 2, x - y]", {"x": 2, "y": 0.5}, {"x": 1, "y": 1}),
    ("hyperbola", "[x*y - 1, x^2 + y^2 - 4]", {"x": 2, "y": 0.4},
     {"x": 1.9318516525781366, "y": 0.5176380902050415}),
    ("rosenbrock", "[10*(y - x^2), 1 - x]", {"x": -1.2, "y": 1}, {"x": 1, "y": 1}),
    ("freudenstein and roth", "[-13 + x + ((5-y)*y-2)*y, -29 + x + ((y+1)*y-14)*y]",
     {"x": 10, "y": 4.5}, {"x": 5, "y": 4}),
    ("powell badly scaled", "[1e4*x*y - 1, exp(-x) + exp(-y) - 1.0001]", {"x": 0, "y": 1}, None),
    ("helical valley", "[10*(z - 10*atan2(y, x)/(2*pi)), 10*(sqrt(x^2+y^2) - 1), z]",
     {"x": -1, "y": 0.5, "z": 0}, {"x": 1, "y": 0, "z": 0}),
    ("beale", "[1.5 - x*(1-y), 2.25 - x*(1-y^2)]", {"x": 2, "y": 0.2}, {"x": 3, "y": 0.5}),
    ("exponentials", "[exp(x) + y - 1, x + exp(y) - 2]", {"x": 2, "y": -6}, None),
    ("two link arm", "[cos(a) + cos(a+b) - 1, sin(a) + sin(a+b) - 1]", {"a": 0.1, "b": 1.2},
     {"a": 0, "b": 1.5707963267948966}),
    ("equilibrium", "[x + y + z - 3, x*y*z - 0.4, x^2 + y^2 + z^2 - 4.5]",
     {"x": 0.2, "y": 0.9, "z": 1.8}, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "start", "root"), [pytest.param(*c[1:], id=c[0]) for c in SYSTEMS]
)
def test_classic_systems(text: str, start: dict[str, Any], root: dict[str, float] | None) -> None:
    """The unknowns are right to rounding."""
    found = adcli.load(text).root(start)
    assert found.status == "converged"
    if root is not None:
        assert found.root == pytest.approx(root, rel=1e-14, abs=1e-14)
    names = {"sqrt": mpmath.sqrt, "exp": mpmath.exp, "atan2": mpmath.atan2, "pi": mpmath.pi,
             "cos": mpmath.cos, "sin": mpmath.sin}  # fmt: skip
    with mpmath.workdps(40):
        code = compile(text.replace("^", "**"), "system", "eval")
        exact = [found.root[n] for n in start]
        better = mpmath.findroot(
            lambda *v: eval(code, names, dict(zip(start, v, strict=True))), exact
        )
    assert exact == pytest.approx([float(b) for b in better], rel=1e-14, abs=1e-14)


@pytest.mark.parametrize(
    ("text", "point", "unknowns", "parameters"),
    [
        ("E - e*sin(E) - m", {"E": 1, "e": 0.3, "m": 1}, ["E"], ["e", "m"]),
        ("[x^2 + y^2 - r^2, y - a*x]", {"x": 1, "y": 1, "r": 2, "a": 0.7}, ["x", "y"], ["r", "a"]),
        ("(p + a/v^2)*(v - b) - t", {"p": 10, "a": 3.592, "b": 0.04267, "t": 24.6, "v": 2.5},
         ["v"], ["a", "b", "t"]),
    ],
)  # fmt: skip
def test_sensitivities_are_those_of_solutions_solved_again(
    text: str, point: dict[str, float], unknowns: list[str], parameters: list[str]
) -> None:
    """Differences of re-solved problems agree with the implicit function theorem to 1e-8."""
    f = adcli.load(text)
    found = f.root(point, wrt=unknowns, sensitivity=parameters)
    assert found.sensitivity is not None
    for p in parameters:
        h = 1e-3 * abs(point[p])
        weights = {-2: 1 / 12, -1: -8 / 12, 1: 8 / 12, 2: -1 / 12}
        solved = {
            k: f.root({**point, **found.root, p: point[p] + k * h}, wrt=unknowns).root
            for k in weights
        }
        for x in unknowns:
            difference = sum(w * solved[k][x] for k, w in weights.items()) / h
            assert found.sensitivity[x][p] == pytest.approx(difference, rel=1e-8, abs=1e-8)


def test_a_root_that_is_one_of_many_says_so() -> None:
    """Where equations depend on each other there is a line of roots, or none."""
    start = {"x": 0, "y": 1}
    found = adcli.load("[x + y - 3, 2*x + 2*y - 6]").root(start)
    assert (found.status, "singular" in found.notes[0]) == ("converged", True)
    assert adcli.load("[x + y - 3, 2*x + 2*y - 7]").root(start).status == "no-progress"


def test_vectors_of_unknowns() -> None:
    """Unknowns may be a list; the root has its shape."""
    found = adcli.load("[x[0] + x[1] - 3, x[0]*x[1] - 2]").root({"x": [0.5, 3]})
    assert found.root["x"] == pytest.approx([1, 2])
    assert found.names == ("x[0]", "x[1]")


def test_what_does_not_fit_is_an_error() -> None:
    """Counts of equations and unknowns, brackets, names."""
    f = adcli.load("x^2 + y")
    for start, choices, message in [
        ({"x": 1, "y": 1}, {}, "there is 1 equation for 2 unknowns"),
        ({"x": 1, "y": 1}, {"wrt": ["z"]}, "no input 'z'"),
        ({"y": 1}, {"bracket": {"x": (1.0, 2.0)}}, "the same sign at both ends"),
        ({"y": 1}, {"bracket": {"x": (2.0, 1.0)}}, "is no interval"),
        ({"y": 1, "x": 1}, {"wrt": ["x"], "every": True}, "all roots of what interval"),
        ({"y": -1, "x": 1}, {"wrt": ["x"], "sensitivity": ["x"]}, "is an unknown"),
    ]:  # type: ignore[var-annotated]
        with pytest.raises(UsageError, match=message):
            f.root(start, **choices)  # type: ignore[arg-type]


def test_an_equation_may_have_two_equals_signs() -> None:
    """`==` between the sides makes an equation; in parentheses and conditions it compares."""
    assert system("cos(x) == x") == "(cos(x)) - (x)"
    assert system("x == 0") == "x"
    for text in ("a + b*(x == 1)", "x - (1 if x == 2 else 3)", "x == 1 and 2 or 3"):
        assert system(text) == text


@pytest.mark.parametrize(("ends", "end"), [((0.0, 1.0), "0"), ((-1.0, 0.0), "0")])
def test_an_end_without_a_value(ends: tuple[float, float], end: str) -> None:
    """The error says at which end of the bracket."""
    with pytest.raises(EvaluationError) as caught:
        adcli.load("1/x - 3").root({}, bracket={"x": ends})
    assert caught.value.notes == (f"at the end {end} of the bracket, which may be moved a little",)
