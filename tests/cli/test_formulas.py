"""Formulas on the command line: what is printed reads back, in every format."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import adcli as package
from adcli.loading import load_program
from adcli.source import Source

PROGRAM = "log(x)*sin(y)^2 + x*exp(-y)/sqrt(x^2 + y^2)"
POINT = {"x": 1.25, "y": 0.75}


def test_text_reads_back(adcli: Any) -> None:
    """Each line after its name is an expression with the derivative's value."""
    code, out, err = adcli("diff", PROGRAM)
    assert (code, err) == (0, "note: x: for x > 0\n")
    wanted = package.load(PROGRAM).gradient(**POINT)
    for line in out.splitlines():
        name, _, text = line.partition(": ")
        assert package.load(text)(**POINT) == pytest.approx(wanted[name], rel=1e-13)


def test_names_for_what_is_shared_make_a_script(adcli: Any) -> None:
    """The lines of --cse are a program whose last expression is the derivative."""
    _, out, _ = adcli("diff", PROGRAM, "--wrt", "y", "--cse")
    assert "t1 = " in out
    wanted = package.load(PROGRAM).gradient(**POINT)["y"]
    assert load_program(Source(out))(**POINT) == pytest.approx(wanted, rel=1e-13)


def test_python_runs(adcli: Any) -> None:
    """A function of the inputs that Python runs as it stands."""
    text = "abs(x)*relu(y) + sigmoid(x*y) + pi*x"
    _, out, _ = adcli("diff", text, "--format", "python")
    names: dict[str, Any] = {}
    exec(out, names)
    wanted = package.load(text).gradient(**POINT)
    assert names["formula"](**POINT) == pytest.approx((wanted["x"], wanted["y"]), rel=1e-13)


def test_entries_are_rows_and_columns_in_python(adcli: Any) -> None:
    """A[0,1] is A[0][1] there."""
    point = {"A": [[1.0, 2.0], [3.0, 4.0]]}
    text = "sin(A[0,1])*A[1,0]"
    _, out, _ = adcli("diff", text, "--at", "A=[[1,2],[3,4]]", "--format", "python")
    names: dict[str, Any] = {}
    exec(out, names)
    wanted = package.load(text).gradient(**point)["A"]
    flat = [n for row in wanted for n in row]
    assert names["formula"](**point) == pytest.approx(flat, rel=1e-13)


def test_what_python_lacks_is_refused(adcli: Any) -> None:
    """digamma is in no module that Python brings along."""
    code, _, err = adcli("diff", "gamma(x)", "--format", "python")
    assert code == 5
    assert "digamma" in err
    assert "hint: scipy.special.digamma computes it" in err


def test_json_has_steps_and_conditions(adcli: Any) -> None:
    """The lines of a derivation end with the derivative."""
    _, out, err = adcli("diff", "log(log(x))", "--steps", "--json")
    found = json.loads(out)
    assert err == ""
    assert found["derivative"] == {"x": "1/(x*log(x))"}
    assert found["operations"] == {"x": 3}
    assert found["conditions"] == {"x": ["log(x) > 0"]}
    lines = found["steps"]["x"]
    assert lines[0] == {"rule": "", "expression": "d/dx[log(log(x))]"}
    assert lines[1]["rule"] == "chain rule, u = log(x): derivative of log"
    assert lines[-1]["expression"] == "1/(x*log(x))"


def test_json_of_a_hessian(adcli: Any) -> None:
    """For each input and each other one, in their shapes."""
    _, out, _ = adcli("diff", "x[0]^2*x[1]*y", "--at", "x=[1,2]", "--hessian", "--json")
    found = json.loads(out)["hessian"]
    assert found["x"]["x"] == [["2*x[1]*y", "2*x[0]*y"], ["2*x[0]*y", "0"]]
    assert found["y"] == {"x": ["2*x[0]*x[1]", "x[0]^2"], "y": "0"}


def test_latex(adcli: Any) -> None:
    """One input has a formula, several have equations, a derivation is a block."""
    assert adcli("diff", "sin(alpha)", "--format", "latex")[1] == "\\cos(\\alpha)\n"
    _, out, _ = adcli("diff", "x1^2*y", "--format", "latex")
    assert out.splitlines()[0] == r"\frac{\partial f}{\partial x_{1}} = 2 x_{1} y"
    _, out, _ = adcli("diff", "x^x", "--steps", "--format", "latex")
    assert out.startswith("\\begin{align*}\n")
    assert out.endswith("\\end{align*}\n")
    assert r"u^{v} = e^{v \ln u}" in out
    _, out, _ = adcli("diff", "x^2*y", "--steps", "--format", "latex")
    assert r"\frac{\partial}{\partial x}[x^{2} y] &= y" in out
    assert "mathrm" not in out, "derivatives of a function of two inputs are partial"


def test_markdown(adcli: Any, tmp_path: Path) -> None:
    """A display for each formula or derivation, without what only TeX can do."""
    assert adcli("diff", "x*y", "--format", "markdown")[1] == (
        "$$\n\\frac{\\partial f}{\\partial x} = y\n$$\n\n"
        "$$\n\\frac{\\partial f}{\\partial y} = x\n$$\n"
    )
    text = "exp(x^2)*y/(1 + x^2)^3*cos(x*exp(y))"
    assert adcli("diff", text, "--steps", "-o", str(tmp_path / "s.md"))[0] == 0
    blocks = (tmp_path / "s.md").read_text(encoding="utf-8").split("$$")
    assert [b.strip() for b in blocks[::2]] == ["", "", ""]
    for block in blocks[1::2]:
        assert block.startswith("\n\\begin{aligned}\n")
        assert block.endswith("\n\\end{aligned}\n")
        assert "parbox" not in block


def test_simplify(adcli: Any) -> None:
    """The expression itself, and where it holds."""
    code, out, err = adcli("simplify", "x/x + sin(y)^2 + cos(y)^2")
    assert (code, out, err) == (0, "2\n", "note: for x != 0\n")
    _, out, _ = adcli("simplify", "x/x + y*y", "--json", "--steps")
    found = json.loads(out)
    assert (found["expression"], found["operations"]) == ("1 + y^2", 2)
    assert found["conditions"] == ["x != 0"]
    assert [s["rule"] for s in found["steps"]] == ["", "like terms and powers"]


def test_bare_rules(adcli: Any) -> None:
    """Without simplification the terms of the rules stand as they came."""
    _, out, _ = adcli("diff", "x*log(x)*exp(x)", "--no-simplify")
    assert out == "log(x)*exp(x) + exp(x) + x*log(x)*exp(x)\n"


def test_the_papers_table_of_swell(adcli: Any) -> None:
    """Baydin et al. (2018), Table 1: the operations of its four rows, as printed and simplified."""
    _, out, _ = adcli("swell", "samples/logistic.py", "--over", "n=1..4", "--json")
    counts = [row["operations"] for row in json.loads(out)["rows"]]
    assert [c["derivative"] for c in counts] == [0, 4, 19, 57]
    assert [c["simplified"] for c in counts] == [0, 2, 9, 21]
    assert [c["graph"] for c in counts] == [0, 5, 13, 21]
    for mode in ("forward", "reverse"):
        steps = [b[mode] - a[mode] for a, b in pairwise(counts)]
        assert steps == [8, 8, 8]


@pytest.mark.parametrize("over", ["n", "n=4..1", "n=a..b", "x=1..3", "k=1..2"])
def test_integers_that_cannot_be_used(adcli: Any, over: str) -> None:
    """A range is needed, and another input to differentiate by."""
    code, _, err = adcli("swell", "samples/logistic.py", "--over", over)
    assert code == 2
    assert err.startswith("error: ")


def test_swell_of_an_expression_with_an_integer(adcli: Any) -> None:
    """A real input may be the integer: the formulas are those of the literal in its place."""
    code, out, _ = adcli("swell", "sin(x)^n", "--over", "n=1..3", "--json")
    assert code == 0
    texts = [(r["expression"], r["simplified"]) for r in json.loads(out)["rows"]]
    assert texts == [
        ("sin(x)", "cos(x)"),
        ("sin(x)^2", "sin(2*x)"),
        ("sin(x)^3", "3*sin(x)^2*cos(x)"),
    ]
    code, out, _ = adcli("swell", "sin(x)^n", "--over", "n=1..3")
    assert "operations" in out
    assert adcli("swell", "x^n", "--over", "n=1..3", "--wrt", "n")[0] == 2


def test_a_point_may_hold_more_than_a_formula_needs(adcli: Any) -> None:
    """If all inputs have a value, others are named in a note; else they may be slips."""
    code, out, err = adcli("eval", "x1*x3", "--at", "x1=1,x2=2,x3=3")
    assert (code, out) == (0, "value 3.0\n")
    assert err == "note: not used: there is no input 'x2'\n"
    assert adcli("eval", "x1*x3", "--at", "x1=1,x2=2")[0] == 2


RAISES = """
import math

def root(x, y):
    if x <= 0:
        raise ValueError("x must be positive")
    return math.sqrt(x * x) * y

def nested(x):
    if x > 0:
        if x > 10 or x == 5:
            raise ValueError("x is out of range")
        return x**2
    return -x

def asserted(x):
    assert not math.isnan(x) and x != 3
    return x**3

def between(x):
    if 0 < x < 1:
        return x * math.log(x)
    raise ValueError("outside")

def array(x):
    v = [x, 1]
    if x < 2:
        v[0] = 0
        raise ValueError(v)
    return v[0]**2
"""


@pytest.mark.parametrize(
    ("name", "formulas", "notes"),
    [
        ("root", "x: y\ny: x\n", "note: for x > 0\n"),
        (
            "nested",
            "2*x if x > 0 else -1\n",
            "note: no derivative where x == 0: the derivatives on the two sides differ there\n"
            "note: for (x <= 0 or x <= 10 and x != 5)\n",
        ),
        ("asserted", "3*x^2\n", "note: for x != 3\n"),
        ("between", "log(x) + 1\n", "note: for x < 1\n"),
        ("array", "2*x\n", "note: for x >= 2\n"),
    ],
)
def test_exceptions_are_conditions(
    adcli: Any, tmp_path: Path, name: str, formulas: str, notes: str
) -> None:
    """Where the program raises there is no formula, and the note says where that is not."""
    (tmp_path / "program.py").write_text(RAISES)
    assert adcli("diff", f"{tmp_path / 'program.py'}:{name}") == (0, formulas, notes)


def test_html(adcli: Any, tmp_path: Path) -> None:
    """A paragraph of MathML for each formula, or the derivation as a table; a file is a page."""
    out = adcli("diff", "x*y", "--format", "html")[1]
    assert (out.count("<p>"), out.count("<math")) == (2, 2)
    ElementTree.fromstring(f"<div>{out}</div>")
    path = tmp_path / "page.html"
    adcli("diff", "sin(x)*x^2", "--steps", "-o", str(path))
    page = path.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "<h1>Derivative of sin(x)*x^2</h1>" in page
    ElementTree.fromstring(
        page.partition("<main>")[2].partition("</main>")[0].partition("</h1>")[2]
    )
    assert "product rule" in page
