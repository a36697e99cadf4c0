"""Checks find what is wrong, and let pass what is right."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

import adcli
from adcli.backends.registry import FIRST_ORDER, capabilities
from adcli.cli.entry import run
from adcli.derivative_checks import check
from adcli.engines.interface import Limits
from adcli.errors import NotDifferentiable, TypeFault, UsageError
from adcli.loading import load, load_program
from adcli.source import Source

WRONG_RULE = """\
def slope(x):
    return 6 * x

@derivative(x=slope)
def cube(x):
    return x ** 3

def f(x, y):
    return cube(x) * y
"""


WRONG_LOGARITHM = """\
from math import log
from adcli import derivative

def slope(t):
    return 1.001 / t

@derivative(t=slope)
def wrong(t):
    return log(t)

def f(x):
    return wrong(x)
"""


@pytest.mark.parametrize(
    ("text", "x"), [("log(x)", 1.0), ("x^2 - 4", 2.0), ("sin(x)", math.pi), ("exp(x) - 1", 0.0)]
)
def test_the_remainder_of_a_right_derivative_is_of_second_order_at_a_root(
    text: str, x: float
) -> None:
    """The rounding of the moved argument is no part of the remainder."""
    report = adcli.check(load(text), {"x": x})
    (order,) = [v.found for v in report.tests if v.test == "Taylor"]
    assert report.ok
    assert order is not None
    assert order > 1.9


@pytest.mark.slow("checks of all backends")
@pytest.mark.parametrize("x", [1.0, 1.5, 1.0 + 2.0**-52, 1.0 - 1e-12])
def test_a_wrong_derivative_is_found_at_a_root(x: float) -> None:
    """As it is beside it."""
    report = check(load_program(Source(WRONG_LOGARITHM, "wrong.py"), "f"), {"x": x})
    assert [v.ok for v in report.tests if v.test == "Taylor"] == [False]


def test_a_right_derivative_passes_all_tests() -> None:
    """For each input a verdict of every other backend and of two tests more, the remainder's order
    being 2."""
    report = adcli.check(load("exp(sin(x))*y"), {"x": 0.5, "y": 2.0})
    assert report.ok
    others = [n for n in reversed(FIRST_ORDER) if n != "reverse"]
    exact = [n for n in others if not capabilities(n).estimates_errors]
    wanted = [*exact, "finite-difference", "dot product", "Taylor"]
    assert [v.test for v in report.tests if v.input == "x"] == wanted
    assert {"forward", "symbolic"} <= set(exact)
    (order,) = [v.found for v in report.tests if v.input == "x" and v.test == "Taylor"]
    assert order == pytest.approx(2, abs=0.05)
    (linear,) = [v for v in report.tests if v.input == "y" and v.test == "Taylor"]
    assert linear.note == "linear here"


def test_a_wrong_declared_derivative_is_found() -> None:
    """Forward and reverse mode believe it; differences, the remainder and the function itself do
    not."""
    report = check(load_program(Source(WRONG_RULE)), {"x": 3.0, "y": 2.0})
    wrong = {(v.input, v.test) for v in report.tests if not v.ok}
    assert wrong == {("x", "finite-difference"), ("x", "Taylor"), ("cube: x", "declared")}
    (declared,) = [v for v in report.tests if v.test == "declared"]
    assert (declared.found, round(declared.wanted or 0, 6)) == (18.0, 27.0)
    (order,) = [v.found for v in report.tests if (v.input, v.test) == ("x", "Taylor")]
    assert order == pytest.approx(1, abs=0.05)


@pytest.mark.slow("every sample is checked")
@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parents[1].joinpath("samples").iterdir()), ids=lambda p: p.name
)
def test_samples_pass(path: Path) -> None:
    """Every sample at its own point."""
    from test_samples import point_of

    f = load(path)
    report = check(f, point_of(path))
    assert report.ok, [v for v in report.tests if not v.ok]


def test_arrays_name_their_worst_entry() -> None:
    """A verdict is about an input, its figures about an entry."""
    report = check(load("dot(A @ x, x)"), {"A": [[1.0, 2.0], [3.0, 4.0]], "x": [0.5, 0.25]})
    assert report.ok
    assert {v.input for v in report.tests} == {"A", "x"}
    assert all(v.entry.startswith(v.input) for v in report.tests)


def test_a_kink_is_no_mistake() -> None:
    """At a kink differences are not asked to agree with the documented choice."""
    for text in ("abs(x)", "max(x, 2*x)", "abs(x) + x"):
        report = check(load(text), {"x": 0.0})
        assert report.ok
        assert "not smooth here" in {v.note.split(":")[0] for v in report.tests}


@pytest.mark.slow("checks of all backends")
@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("log(x/y)", {"x": 1.0, "y": 1.0}),
        ("log(1+x)", {"x": 0.0}),
        ("exp(x)-1", {"x": 0.0}),
        ("sin(x)", {"x": 1e5}),
        ("exp(-x/1e-9)", {"x": 1e-9}),
        ("cos(x)-1", {"x": 1e-8}),
        ("acosh(1+x)^2", {"x": 1e-12}),
        ("x*log(x)", {"x": 1e-200}),
        ("sin(x)^2+cos(x)^2", {"x": 1e3}),
        ("(x-y)/(x+y)", {"x": 1e8, "y": 1e8}),
        ("x^7/(x*y)-sin(x*y)", {"x": -482.0, "y": -2431552.8}),
        ("sin(x)", {"x": 1e15}),
        ("sin(x)", {"x": 1e22}),
        ("x^1.1", {"x": 0.0}),
        ("abs(x)^1.5", {"x": 0.0}),
        ("x*sqrt(x)", {"x": 0.0}),
        ("x^1.5+y", {"x": 0.0, "y": 1.0}),
    ],
)
def test_right_derivatives_pass(text: str, point: dict[str, float]) -> None:
    """Where digits are lost inside, at great and small numbers."""
    report = check(load(text), point)
    assert report.ok, [v for v in report.tests if not v.ok]


WRONG_SLOPE = """\
from adcli import derivative
import math

def slope(t):
    return {slope}

@derivative(t=slope)
def s(t):
    return {value}

def f(a, t):
    return {use}
"""


@pytest.mark.slow("checks of all backends")
@pytest.mark.parametrize(
    ("slope", "value", "use", "a", "t"),
    [
        ("3 * math.cos(t)", "math.sin(t)", "s(2 * math.pi * a * t)", 1e6, 0.5),
        ("1.001 * math.cos(t)", "math.sin(t)", "s(a * t)", 1e6, 0.3),
        ("-math.exp(t)", "math.exp(t)", "s(-t / a)", 1e-9, 1e-9),
        ("1.001 / t", "math.log(t)", "s(1 + a * t)", 1.0, 1e-14),
        ("2 * t", "t * t + t", "a * s(t)", 1e-3, 1e-8),
        ("3 * math.cos(t)", "math.sin(t)", "s(t) + abs(a)", 1.0, 0.0),
    ],
)
def test_wrong_slopes_are_found(slope: str, value: str, use: str, a: float, t: float) -> None:
    """At all scales; nothing that looks like a kink excuses them."""
    text = WRONG_SLOPE.format(slope=slope, value=value, use=use)
    assert not check(load_program(Source(text), "f"), {"a": a, "t": t}).ok


@pytest.mark.slow("a check of all backends")
def test_a_wrong_slope_at_a_kink_is_found() -> None:
    """At a true kink the number must lie between the slopes of both sides."""
    text = WRONG_SLOPE.format(slope="6.0", value="t * 2", use="s(t) + abs(t) + a")
    assert not check(load_program(Source(text), "f"), {"a": 1.0, "t": 0.0}).ok
    text = WRONG_SLOPE.format(slope="2.0", value="t * 2", use="s(t) + abs(t) + a")
    assert check(load_program(Source(text), "f"), {"a": 1.0, "t": 0.0}).ok


@pytest.mark.slow("checks of all backends")
@pytest.mark.parametrize(
    ("program", "claims", "right"),
    [
        ("x*sin(x)", "sin(x)+x*cos(x)", True),
        ("x*sin(x)", "sin(x)-x*cos(x)", False),
        ("log(x)", "1/x", True),
        ("sin(x)^2", "sin(2x)", True),
        ("tan(x)", "1+tan(x)^2", True),
        ("sqrt(x)", "0.5*x^-0.5", True),
        ("(x-1)^7", "7*(x^6-6*x^5+15*x^4-20*x^3+15*x^2-6*x+1)", True),
        ("exp(x)", "exp(x)*(1+1e-7)", False),
        ("x^2", "2x if x < 5 else 0.0", False),
        ("x^2", "2*sqrt(x)^2", False),
        ("asec(x)", "1/(x*sqrt(x^2 - 1))", False),
        ("asec(x)", "1/(abs(x)*sqrt(x^2 - 1))", True),
        ("abs(x - 50)", "-1", False),
        ("max(x, 20)", "0", False),
        ("sqrt(x - 300)", "1/(2*sqrt(x - 300))", True),
    ],
)
def test_claims(program: str, claims: str, right: bool) -> None:
    """Forms that are equal pass, also where they lose digits; a wrong one is caught, and so is one
    that has no value where the derivative has."""
    report = check(load(program), None, load(claims))
    assert report.ok == right
    assert report.drawn
    if not right:
        (claim,) = report.claims
        assert claim.point is not None


@pytest.mark.slow("many checks")
def test_claims_for_several_inputs(tmp_path: Path) -> None:
    """By name, or a file with the derivatives in order; arrays as arrays."""
    f = load("x^2*y")
    assert check(f, None, {"x": load("2*x*y"), "y": load("x^2")}).ok
    found = check(f, None, {"y": load("x^3")})
    assert [c.input for c in found.claims if not c.ok] == ["y"]
    file = tmp_path / "gradient.py"
    file.write_text("def g(x, y):\n    return 2*x*y, x*x\n")
    assert check(f, None, load(file)).ok
    dot = load("dot(x, x)*a")
    claims = {"x": load("[2*a*v for v in x]"), "a": load("dot(x, x)")}
    assert check(dot, {"x": [1.0, 2.0], "a": 0.5}, claims).ok
    file.write_text("def g(x, a):\n    return [2*a*v for v in x], 2*sum([v*v for v in x])\n")
    wrong = check(dot, {"x": [1.0, 2.0], "a": 0.5}, load(file))
    assert [(c.input, c.ok) for c in wrong.claims] == [("x", True), ("a", False)]


def test_what_cannot_be_a_claim() -> None:
    """An unknown name, too few results, several results of the program."""
    with pytest.raises(UsageError, match="has an input 'z'"):
        check(load("x^2"), None, load("2*z"))
    with pytest.raises(TypeFault, match="one for 1 of the inputs x, y"):
        check(load("x*y"), None, load("y"))
    with pytest.raises(TypeFault, match="claim"):
        check(load("[x, x^2]"), None, load("1"))


@pytest.mark.slow("a check of several formulas")
def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1 when something disagrees; JSON has the verdicts."""
    assert run(["check", "x*sin(x)", "--claim", "sin(x)+x*cos(x)"]) == 0
    assert "right at" in capsys.readouterr().out
    assert run(["check", "x*sin(x)", "--claim", "sin(x)-x*cos(x)", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["command"] == "check"
    assert found["ok"] is False
    assert found["claims"][0]["ok"] is False
    assert {t["test"] for t in found["tests"]} >= {"forward", "Taylor"}
    assert run(["check", "x*y", "--claim", "x=y", "--claim", "x"]) == 2
    assert run(["check", "log(-1-x^2)"]) == 2


@pytest.mark.parametrize("text", ["1/x", "x*log(x)", "sqrt(x)", "x*exp(1/x^2)"])
def test_nothing_is_compared_where_numbers_are_not_finite(text: str) -> None:
    """A user who lets nan and infinity pass learns that there is nothing to check."""
    with pytest.raises(NotDifferentiable, match="not finite here"):
        check(load(text), {"x": 0.0}, limits=Limits(propagate=True))


@pytest.mark.slow("five checks of all backends")
@pytest.mark.parametrize(
    "words",
    [
        ["x*y", "--claim", "y,x"],
        ["x*y", "--claim", "x=y, y=x"],
        ["x*y", "--claim", "y", "--claim", "x"],
        ["x*y", "--wrt", "y", "--claim", "x"],
        [
            "max(x, 2)*y",
            "--at",
            "x=3,y=1",
            "--wrt",
            "y,x",
            "--claim",
            "max(x, 2), y if x > 2 else 0",
        ],
    ],
)
def test_claims_in_the_order_of_the_inputs(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    """As a gradient is written: y,x.  With --wrt in its order."""
    assert run(["check", *words]) == 0
    assert "right at 50 points" in capsys.readouterr().out


@pytest.mark.parametrize("claims", [("y=x", "y"), ("y", "y=x")])
def test_claims_with_and_without_a_name_are_not_mixed(
    capsys: pytest.CaptureFixture[str], claims: tuple[str, str]
) -> None:
    """A claim for y is never taken for that of x by its place."""
    assert run(["check", "x*y", "--claim", claims[0], "--claim", claims[1]]) == 2
    assert "each of several claims must have the form x=EXPRESSION" in capsys.readouterr().err


def test_a_claim_for_too_few_inputs_is_told_how_to_be_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The hint has the inputs."""
    assert run(["check", "x*y", "--claim", "y"]) == 3
    assert "hint: write --claim x=... --claim y=...," in capsys.readouterr().err
    assert run(["check", "x*y*z", "--claim", "y", "--claim", "x"]) == 2
    assert "hint: write --claim x=... --claim y=... --claim z=..." in capsys.readouterr().err


def test_what_a_point_leaves_open_has_its_default() -> None:
    """A check at `x=2` is one where the gradient at `x=2` is taken; only if there is no derivative
    at the defaults others are drawn."""
    text = "def f(x, a=10.0, b=3.0):\n    return a * x + b / x\n"
    f = load_program(Source(text, "f.py"))
    assert check(f, {"x": 2.0}).point == {"x": 2.0, "a": 10.0, "b": 3.0}
    assert check(f, {"x": 2.0, "b": 1.0}).point == {"x": 2.0, "b": 1.0, "a": 10.0}
    assert {n: v for n, v in check(f).point.items() if n != "x"} == {"a": 10.0, "b": 3.0}
    f = load_program(Source("def f(x, a=0.0):\n    return x * log(a)\n", "f.ad"))
    assert check(f, {"x": 2.0}).point["a"] > 0.0


def test_a_claim_that_is_right_at_the_given_point_only(capsys: pytest.CaptureFixture[str]) -> None:
    """6 is the derivative of x^2 at 3, and not the derivative of x^2."""
    assert run(["check", "x^2", "--claim", "6", "--at", "x=3"]) == 1
    assert "WRONG  right at 1 point, wrong at x=0.8" in capsys.readouterr().out
    assert run(["check", "x^2", "--claim", "5", "--at", "x=3"]) == 1
    assert "WRONG  wrong at x=3: 5 is claimed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "right"),
    [("(exp(x) - 1)/x", 0.5), ("(1 - cos(x))/x^2", 0.0), ("(sqrt(x^2 + 1) - 1)/x", 0.5)],
)
def test_where_terms_cancel_differences_do_not_say_ok(
    text: str, right: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """At 1e-8 rounding decides about the derivative, and differences find the right one."""
    assert run(["check", text, "--at", "x=1e-8"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if "finite" in line)
    assert line.split()[2] == "-", line
    assert "tells nothing: rounding moves this derivative by" in line
    assert abs(float(line.split(" against ")[1].split(";")[0]) - right) < 1e-7


def test_differences_that_agree_say_ok(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "(exp(x) - 1)/x", "--at", "x=0.5"]) == 0
    assert "tells nothing" not in capsys.readouterr().out
