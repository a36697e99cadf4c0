"""The commands `taylor` and `partial`: text, JSON, errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def test_taylor_as_text(adcli: Any) -> None:
    """One line for each order, or for each coefficient."""
    code, out, err = adcli("taylor", "x^3", "--at", "x=2", "--order", "3")
    assert (code, err) == (0, "")
    assert out == "value 8.0\nd1    12.0\nd2    12.0\nd3    6.0\n"
    _, out, _ = adcli("taylor", "x^3", "--at", "x=2", "--order", "3", "--coefficients")
    assert out == "value 8.0\nc1    12.0\nc2    6.0\nc3    1.0\n"


def test_taylor_as_json(adcli: Any) -> None:
    """order + 1 numbers in both lists."""
    code, out, _ = adcli("taylor", "x^3", "--at", "x=2", "--order", "4", "--json")
    found = json.loads(out)
    assert code == 0
    assert found == {
        "schema": "adcli/1",
        "command": "taylor",
        "backend": "taylor",
        "engine": "interpreter",
        "value": 8.0,
        "derivatives": [8.0, 12.0, 12.0, 6.0, 0.0],
        "coefficients": [8.0, 12.0, 6.0, 1.0, 0.0],
    }


def test_taylor_of_several_results(adcli: Any, tmp_path: Path) -> None:
    """A list for each result, nested in the shape of an array."""
    file = tmp_path / "two.py"
    file.write_text("def f(x: list):\n    return x[0]*x[1], [x[0], x[1]*x[1]]\n")
    words = ["taylor", str(file), "--at", "x=[2,3]", "--order", "2", "--direction", "x=[1,2]"]
    code, out, _ = adcli(*words, "--json")
    assert code == 0
    assert json.loads(out)["derivatives"] == [[6, 7, 4], [[2, 1, 0], [9, 12, 8]]]
    _, out, _ = adcli(*words)
    rows = {name: float(number) for name, number in map(str.split, out.splitlines())}
    assert rows["value1/d2"] == 4
    assert rows["value2[1]"] == 9
    assert rows["value2[1]/d1"] == 12


def test_partial(adcli: Any) -> None:
    """Names and entries, as text and as JSON."""
    code, out, _ = adcli("partial", "x^3*y^2", "--at", "x=1,y=2", "--wrt", "x,x,y")
    assert (code, out) == (0, "value 4.0\nx,x,y 24.0\n")
    words = ["partial", "A[0][1]*x[0]^2", "--at", "A=[[1,2]],x=[3]", "--wrt", "A[0,1], x,x[0]"]
    code, out, _ = adcli(*words, "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["partial"], found["wrt"]) == (2.0, ["A[0,1]", "x[0]", "x[0]"])


def test_a_derivative_that_overflows_is_null_where_asked(adcli: Any) -> None:
    """Else it is an error that names the order."""
    words = ["taylor", "1/(1-x)", "--at", "x=0.5", "--order", "160", "--json"]
    code, out, _ = adcli(*words)
    assert code == 4
    assert json.loads(out)["error"]["kind"] == "overflow"
    code, out, _ = adcli(*words, "--nonfinite", "propagate")
    found = json.loads(out)
    assert code == 0
    assert found["derivatives"][160] is None
    assert found["status"]["derivatives.160"] == "inf"
    assert found["coefficients"][160] == 2.0**161


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["taylor", "x*y", "--at", "x=1,y=2", "--order", "2"], 2, "give --wrt x"),
        (["taylor", "angle^2", "--at", "angle=1", "--order", "2", "--wrt", "angel"], 2, "angle"),
        (["taylor", "x", "--at", "x=1", "--order", "-1"], 2, "--order"),
        (["taylor", "sqrt(x)", "--at", "x=0", "--order", "1"], 5, "not finite"),
        (["taylor", "x^2.5", "--at", "x=0", "--order", "3"], 5, "at order 3"),
        (["taylor", "log(x)", "--at", "x=-1", "--order", "1"], 4, "log"),
        (["partial", "x", "--at", "x=1"], 2, "--wrt"),
        (["partial", "x", "--at", "x=1", "--wrt", ","], 2, "no input"),
        (["partial", "x", "--at", "x=1", "--wrt", "x[0]"], 2, "no entry"),
    ],
)
def test_errors(adcli: Any, words: list[str], code: int, message: str) -> None:
    """Each says what is wrong, with its exit code."""
    found, out, err = adcli(*words)
    assert found == code
    assert out == ""
    assert message in err


@pytest.mark.parametrize(
    ("words", "polynomial", "tangent"),
    [
        ("sin(x) x=0", "x - x^3/6 + x^5/120 + O(x^7)", "y = x"),
        ("log(x) x=1 --order 2", "(x - 1) - (x - 1)^2/2 + O((x - 1)^3)", "y = x - 1"),
        ("sin(t) t=pi/2 --order 3", "1 - (t - pi/2)^2/2 + O((t - pi/2)^4)", "y = 1"),
        ("sqrt(4+x)*y x=0,y=3 --wrt x --order 1", "6 + 3*x/4 + O(x^2)", "y = 6 + 3*x/4"),
        ("x^(5/2) x=0 --order 2", "o(x^2)", "y = 0"),
        ("x^2/3 x=-1/3 --order 1", "1/27 - 2*(x + 1/3)/9 + O((x + 1/3)^2)", None),
        ("exp(x) x=1 --order 1 --digits 4", "2.718 + 2.718*(x - 1) + O((x - 1)^2)", None),
    ],
)
def test_polynomials_as_formulas(
    adcli: Any, words: str, polynomial: str, tangent: str | None
) -> None:
    """With fractions and parts of pi where the doubles are those, and the order of the rest."""
    program, at, *options = words.split()
    _, out, err = adcli("taylor", program, "--at", at, "--polynomial", *options)
    assert err == ""
    first, second = out.splitlines()
    assert first.split(maxsplit=1) == ["polynomial", polynomial]
    if tangent is not None:
        assert second.split(maxsplit=1) == ["tangent", tangent]


def test_a_polynomial_in_json_is_near_the_function(adcli: Any) -> None:
    """It can be typed in again."""
    call = ("taylor", "exp(sin(x))", "--at", "x=0.5", "--polynomial", "--json")
    found = json.loads(adcli(*call)[1])
    assert found["remainder"] == "O((x - 1/2)^6)"
    _, near, _ = adcli("eval", found["polynomial"], "--at", "x=0.51")
    _, right, _ = adcli("eval", "exp(sin(x))", "--at", "x=0.51")
    assert float(near.split()[1]) == pytest.approx(float(right.split()[1]), abs=1e-12)


def test_a_polynomial_as_latex(adcli: Any) -> None:
    """A line for the polynomial and one for the tangent."""
    call = ("taylor", "cos(x1)", "--at", "x1=0", "--order", "2", "--polynomial")
    out = adcli(*call, "--format", "latex")[1]
    assert out == "1 - \\frac{x_{1}^{2}}{2} + O\\left(x_{1}^{4}\\right)\ny = 1\n"


@pytest.mark.parametrize("program", ["x*[1,2]", "x @ x"])
def test_there_is_no_polynomial_of_lists(adcli: Any, program: str) -> None:
    """Nor along a list."""
    at = "x=1" if "*" in program else "x=[1,2]"
    words = ["--wrt", "x[0]"] * ("@" in program)
    code, _, err = adcli("taylor", program, "--at", at, "--polynomial", *words)
    assert (code, "one result along one input" in err) == (2, True)
