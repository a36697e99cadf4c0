"""Implicit derivatives against textbooks, and formulas against numbers and re-solved curves."""

from __future__ import annotations

import json
from typing import Any

import pytest

import adcli
from adcli.applications.implicit_differentiation import implicit
from adcli.errors import NotDifferentiable, UsageError

#: Equation, y', a point on the curve.
CURVES: list[tuple[str, str, dict[str, float]]] = [
    ("x^2 + y^2 = 25", "-x/y", {"x": 3, "y": 4}),
    ("x*y = 1", "-y/x", {"x": 2, "y": 0.5}),
    ("x^3 + y^3 = 6*x*y", "(2*y - x^2)/(y^2 - 2*x)", {"x": 3, "y": 3}),
    ("y^2 = x^3 - x + 1", "(3*x^2 - 1)/(2*y)", {"x": 1, "y": 1}),
    ("sin(x + y) = y^2*cos(x)", "(y^2*sin(x) + cos(x+y))/(2*y*cos(x) - cos(x+y))",
     {"x": 0, "y": 0.8767262153950625}),
    ("exp(y) + x*y = e", "-y/(exp(y) + x)", {"x": 0, "y": 1}),
    ("x = tan(y)", "cos(y)^2", {"x": 1, "y": 0.7853981633974483}),
]  # fmt: skip


@pytest.mark.slow("formulas of implicit functions")
@pytest.mark.parametrize(("equation", "expected", "point"), CURVES, ids=[c[0] for c in CURVES])
def test_derivatives_are_those_of_textbooks(
    equation: str, expected: str, point: dict[str, float]
) -> None:
    """The formula equals the textbook's, the numbers at the point are those of the formulas."""
    found = implicit(equation, "y", "x", point)
    assert found.there is not None
    place = found.there.point
    first, second, book = (adcli.load(t) for t in (found.first, found.second, expected))
    slope = book(**{n: place[n] for n in book.inputs})
    assert first(**{n: place[n] for n in first.inputs}) == pytest.approx(slope, rel=1e-13)
    assert found.there.first == pytest.approx(slope, rel=1e-13)
    number = second(**{n: place[n] for n in second.inputs})
    assert found.there.second == pytest.approx(number, rel=1e-11, abs=1e-13)


@pytest.mark.slow("curves are solved again")
@pytest.mark.parametrize(("equation", "_", "point"), CURVES, ids=[c[0] for c in CURVES])
def test_numbers_are_those_of_curves_solved_again(
    equation: str, _: str, point: dict[str, float]
) -> None:
    """Differences of y(x), solved for again at points beside."""
    from adcli.applications.equation_parsing import difference

    found = implicit(equation, "y", "x", point).there
    assert found is not None
    f, h, x = adcli.load(difference(equation)), 1e-3, point["x"]

    def y(at: float) -> float:
        root = f.root({"x": at, "y": found.point["y"]}, wrt=["y"]).root["y"]
        assert isinstance(root, float)
        return root

    one, two = (y(x + h) - y(x - h)) / (2 * h), (y(x + 2 * h) - y(x - 2 * h)) / (4 * h)
    assert found.first == pytest.approx((4 * one - two) / 3, rel=1e-8, abs=1e-9)
    assert found.second == pytest.approx(
        (y(x + h) - 2 * y(x) + y(x - h)) / h**2, rel=1e-3, abs=1e-4
    )


def test_the_formula_is_short() -> None:
    """It is simplified, and its steps end with it."""
    found = implicit("x^2 + y^2 = 25", "y")
    assert (found.wrt, found.first) == ("x", "-x/y")
    assert found.steps[-1].formula == f"d2y/dx2 = {found.second}"


def test_a_point_close_to_the_curve_is_moved_to_it() -> None:
    """What is typed with few digits counts; what is far from the curve is an error."""
    found = implicit("x^2 + y^2 = 1", "y", "x", {"x": 0.5, "y": 0.866})
    assert found.there is not None
    assert found.there.point["y"] == pytest.approx(0.75**0.5, rel=1e-15)
    assert "moved to the curve" in found.notes[0]
    with pytest.raises(UsageError, match="not on the curve"):
        implicit("x^2 + y^2 = 1", "y", "x", {"x": 0.5, "y": 0.5})


def test_where_there_is_no_derivative() -> None:
    """The curve is vertical, or the equation does not determine y."""
    with pytest.raises(NotDifferentiable, match="vertical"):
        implicit("x^2 + y^2 = 25", "y", "x", {"x": 5, "y": 0})
    with pytest.raises(UsageError, match="does not occur"):
        implicit("x^2 = 25", "y", "x")
    with pytest.raises(NotDifferentiable, match="does not determine"):
        implicit("x^2 + 0*y = 25", "y", "x")


def test_names_and_equations_that_do_not_fit() -> None:
    """Which variable, and what is an equation."""
    for equation, wrt, message in [
        ("x*y = z", None, "by which variable"),
        ("x*y = 1", "y", "is the function"),
        ("x*y = 1 = z", "x", "is no equation"),
        ("x*y =", "x", "is no equation"),
    ]:
        with pytest.raises(UsageError, match=message):
            implicit(equation, "y", wrt)


def test_diff_has_it_too(adcli_command: Any) -> None:
    """`diff --implicit y` prints the formula in the formats of formulas."""
    equation = "x^2 + y^2 = 25"
    assert adcli_command("diff", equation, "--implicit", "y")[1] == "-x/y\n"
    _, out, _ = adcli_command("diff", equation, "--implicit", "y", "--json")
    assert json.loads(out)["derivative"] == {"x": "-x/y"}
    assert "frac" in adcli_command("diff", equation, "--implicit", "y", "--format", "latex")[1]
    code, _, err = adcli_command("diff", equation, "--implicit", "y", "--order", "2")
    assert code == 2
    assert "--implicit takes" in err
    _, out, _ = adcli_command("implicit", equation, "--of", "y", "--at", "x=3,y=4", "--json")
    found = json.loads(out)
    assert (found["slope"], found["curvature"]) == (-0.75, -0.390625)


def test_functions_for_scipy() -> None:
    """Values, gradients, Hessians and products of a flat vector; Jacobians of several results."""
    s = adcli.load("x[0]^2*y + x[1]^3").scipy({"x": [1.0, 2.0], "y": 3.0})
    assert (s.names, s.x0) == (("x[0]", "x[1]", "y"), [1.0, 2.0, 3.0])
    assert s.fun(s.x0) == 11.0
    assert s.jac(s.x0) == [6.0, 12.0, 1.0]
    assert s.hess(s.x0) == [[6.0, 0.0, 2.0], [0.0, 12.0, 0.0], [2.0, 0.0, 0.0]]
    assert s.hessp(s.x0, [1.0, 1.0, 0.0]) == [6.0, 12.0, 2.0]
    assert s.point([4, 5, 6]) == {"x": [4.0, 5.0], "y": 6.0}
    several = adcli.load("[x*y, x - y]").scipy({"x": 2.0, "y": 3.0}, wrt=["y"])
    assert several.fun([3.0]) == [6.0, -1.0]
    assert several.jac([3.0]) == [[2.0], [-1.0]]


def test_the_function_is_y_unless_it_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """An equation without y needs --of."""
    from adcli.cli.entry import run

    assert run(["implicit", "x^2 + y^2 = 25"]) == 0
    assert "dy/dx = -x/y" in capsys.readouterr().out
    assert run(["implicit", "u^2 + v^2 = 1"]) == 2
    said = capsys.readouterr().err
    assert "error: --of is missing, and 'y' does not occur in the equation" in said
    assert "hint: the variables are u, v" in said


def test_latex_is_mathematics(adcli_command: Any) -> None:
    """With steps, at a point, and by both commands."""
    equation = "u^3 + w^2 = 12"
    args = ("--of", "w", "--wrt", "u", "--at", "u=2,w=2", "--format", "latex")
    _, out, _ = adcli_command("implicit", equation, *args)
    assert r"\frac{\mathrm{d} w}{\mathrm{d} u} &= -\frac{3 u^{2}}{2 w}" in out
    assert r"\right|_{u = 2,\; w = 2} &= -3" in out
    assert "tabular" not in out
    _, out, _ = adcli_command("implicit", equation, *args[:2], "--steps", "--format", "latex")
    assert r"\frac{\partial F}{\partial u} &= 3 u^{2} && \text{w is held constant}" in out
    steps = ("diff", equation, "--implicit", "w", "--steps", "--format", "latex")
    assert adcli_command(*steps)[1] == out


def test_a_variable_on_which_all_others_depend_has_a_hint(adcli_command: Any) -> None:
    code, _, err = adcli_command("implicit", "r^2 + h^2 = 9", "--of", "h", "--wrt", "t")
    assert code == 2
    assert "dh/dt is dh/dr*dr/dt; --wrt r gives dh/dr" in err
    code, _, err = adcli_command("diff", "r^2 + h^2 = 9", "--implicit", "--steps")
    assert (code, "hint: --implicit y" in err) == (2, True)
