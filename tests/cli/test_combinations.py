"""Options that have nothing to do with one another are refused; those that have, work."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

FORMULA = "x^2*sin(x^2)"
REFUSED = [
    ("diff", FORMULA, "--steps", "--format", "python"),
    ("diff", FORMULA, "--steps", "--cse"),
    ("diff", FORMULA, "--steps", "--cse", "--format", "latex"),
    ("diff", FORMULA, "--json", "--format", "latex"),
    ("diff", FORMULA, "--json", "--format", "python"),
    ("diff", FORMULA, "--json", "--format", "text"),
    ("diff", FORMULA, "--no-simplify", "--effort", "high"),
    ("diff", FORMULA, "--hessian", "--order", "1"),
    ("diff", FORMULA, "--hessian", "--order", "3"),
    ("diff", FORMULA, "--at", "x=3"),
    ("diff", "a*x^2", "--at", "a=3", "--wrt", "x"),
    ("diff", FORMULA, "--at", "x=3", "--json"),
    ("simplify", "x + x", "--at", "x=3"),
    ("simplify", "x + x", "--steps", "--format", "python"),
    ("simplify", "x + x", "--json", "--format", "python"),
    ("trace", "x*2", "--at", "x=1", "--lines", "99"),
    ("trace", "x*2", "--at", "x=1", "--lines", "0"),
    ("trace", "x*2", "--at", "x=1", "--lines", "1,2"),
    ("trace", "x*2", "--at", "x=1", "--lines", "1-2"),
    ("trace", "x*2", "--at", "x=1", "--iterations", "0"),
    ("trace", "x*2", "--at", "x=1", "--of", "1"),
    ("trace", "samples/newton.py", "--at", "a=2", "--lines", "6-5"),
    ("trace", "samples/newton.py", "--at", "a=2", "--lines", "1-2"),
    ("trace", "samples/newton.py", "--at", "a=2", "--iterations", "99"),
    ("trace", "samples/newton.py", "--at", "a=2", "--iterations", "last-0"),
]


@pytest.mark.parametrize("args", REFUSED, ids=lambda args: " ".join([args[0], *args[2:]]))
def test_refused(adcli: Any, args: tuple[str, ...]) -> None:
    """With a sentence, and in JSON if that was asked for."""
    code, out, err = adcli(*args)
    assert code == 2
    if "--json" in args:
        assert json.loads(out)["error"]["kind"] == "usage"
    else:
        assert (out, err[:7]) == ("", "error: ")


def test_latex_of_what_is_shared(adcli: Any) -> None:
    """The names come first, as they do in text."""
    _, out, _ = adcli("diff", "sin(x)*exp(sin(x))", "--cse", "--format", "latex")
    assert out.splitlines() == [
        r"t_{1} = \sin(x)",
        r"\cos(x) (1 + t_{1}) e^{t_{1}}",
    ]


def test_json_has_both(adcli: Any) -> None:
    """The lines of a derivation and names for what is shared are different keys."""
    _, out, _ = adcli("diff", FORMULA, "--json", "--steps", "--cse")
    found = json.loads(out)
    assert found["definitions"] == {"t1": "x^2"}
    assert found["steps"]["x"][-1]["expression"] == "2*x*(sin(x^2) + x^2*cos(x^2))"
    assert found["derivative"] == {"x": "2*x*(sin(t1) + t1*cos(t1))"}
    assert adcli("diff", FORMULA, "--json", "--format", "json")[0] == 0
    assert adcli("diff", FORMULA, "--no-simplify", "--effort", "none")[0] == 0


@pytest.mark.slow("several formulas of programs")
@pytest.mark.parametrize(
    ("program", "at"),
    [
        ("x[0]*x[1]", "x=[1,2]"),
        ("samples/logistic.py", "n=3"),
        ("samples/logistic.py", "n=3,x=0.2"),
        ("samples/newton.py", "a=2"),
        ("e*x", "e=2"),
    ],
)
def test_a_point_that_shapes_the_formula(adcli: Any, program: str, at: str) -> None:
    """An integer, the length of an array, the path that a loop takes, a constant's name."""
    assert adcli("diff", program, "--at", at)[0] == 0


def test_a_point_for_a_file(adcli: Any, tmp_path: Path) -> None:
    """A file keeps its point for all commands: a note says that a formula has no use for it."""
    path = tmp_path / "square.ad"
    path.write_text("x^2\n")
    code, out, err = adcli("diff", str(path), "--at", "x=3")
    assert (code, out) == (0, "2*x\n")
    assert err == "note: the formula is the same at every point: it does not depend on --at\n"


ABSENT = [
    ("5", "x", {"x": "0"}),
    ("y^2", "x", {"x": "0"}),
    ("y^2", "x,y", {"x": "0", "y": "2*y"}),
    ("sin(2)", "cos", {"cos": "0"}),
    ("pi", "e", {"e": "0"}),
    ("[5, 6]", "x", {"x": ["0", "0"]}),
]


@pytest.mark.parametrize(("text", "wrt", "derivative"), ABSENT)
def test_what_does_not_occur(adcli: Any, text: str, wrt: str, derivative: Any) -> None:
    """The derivative by a name that does not occur is 0, and a note says why."""
    code, out, _ = adcli("diff", text, "--wrt", wrt, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["derivative"] == derivative
    assert "does not occur" in found["notes"][0]


@pytest.mark.parametrize("order", [("--order", "2"), ("--hessian",), ("--steps",)])
def test_higher_orders_of_what_does_not_occur(adcli: Any, order: tuple[str, ...]) -> None:
    code, out, err = adcli("diff", "y^2", "--wrt", "x", *order)
    assert code == 0
    assert "0" in out
    assert "'x' does not occur" in err


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("xy", ["x*y"]),
        ("ax^2 + bx", ["a*x", "b*x"]),
        ("sinx + lnt", ["sin(x)", "ln(t)"]),
        ("sin(2πx) + ωt", ["π*x", "ω*t"]),
        ("cos(2pix)", ["pi*x"]),
        ("αβ^2", ["α*β"]),
        ("sin2x", ["sin(2*x)"]),
        ("3xcosx", ["x*cos(x)"]),
        ("xln3t", ["x*ln(3*t)"]),
        ("log2x", ["log2(x)"]),
    ],
)
def test_a_product_written_as_one_word_is_told(adcli: Any, text: str, instead: list[str]) -> None:
    """The formula is that of another function, so a note says what to write, which is no such."""
    code, _, err = adcli("diff", text)
    assert code == 0
    assert re.findall(r"is one name; a (?:product|call) is (.*)", err) == instead
    assert "one name" not in adcli("diff", " + ".join(instead))[2]


@pytest.mark.parametrize(
    ("text", "meant"),
    [("sin3x", "sin(3*x)"), ("xexpx", "x*exp(x)"), ("x*tan2x", "tan(2*x)"), ("tanx", "tan(x)")],
)
def test_a_call_written_as_one_word_has_a_hint_at_a_point(
    adcli: Any, text: str, meant: str
) -> None:
    code, _, err = adcli("grad", text, "--at", "x=1")
    assert code == 2
    assert f"hint: write {meant}: '" in err
    assert adcli("grad", meant, "--at", "x=1")[0] == 0


def test_what_a_file_computes_beside_its_function_is_told(adcli: Any, tmp_path: Path) -> None:
    file = tmp_path / "power.ad"
    file.write_text("c = 2\ne = c + 1\ndef f(x):\n    return e*x\ny = f(x)\n")
    code, _, err = adcli("eval", str(file), "--at", "x=5")
    assert code == 0
    assert err == "note: line 5: the value of y is not used: the program is the function 'f'\n"


def test_names_of_several_letters_are_names(adcli: Any, tmp_path: Path) -> None:
    """Where --wrt has the name, in a file, and where nothing speaks for a product."""
    (tmp_path / "f.ad").write_text("def f(xy):\n    return xy^2\n")
    for line in (
        ["xy^2", "--wrt", "xy"],
        ["rate*dt + x1 + t"],
        ["Δx*pin + α1*θ_x"],
        [str(tmp_path / "f.ad")],
    ):
        code, _, err = adcli("diff", *line)
        assert (code, err) == (0, "")


def test_a_slip_is_told(adcli: Any) -> None:
    """The note names an input of nearly that name."""
    assert "did you mean 'speed'?" in adcli("diff", "speed^2", "--wrt", "sped")[2]


@pytest.mark.parametrize(
    ("program", "wrt"),
    [("sin(x)", "sin"), ("x", "x+1"), ("x", "3"), ("samples/kepler.py", "z")],
)
def test_what_is_no_input(adcli: Any, program: str, wrt: str) -> None:
    """A function, what is no name, and what is no parameter of a function."""
    code, _, err = adcli("diff", program, "--wrt", wrt)
    assert code == 2
    assert f"no input '{wrt}' to differentiate by" in err


def test_what_a_script_computes(adcli: Any, tmp_path: Path) -> None:
    """A name that the text assigns is no input: no value is taken for it, and no derivative."""
    path = tmp_path / "script.ad"
    path.write_text("a = 2x\na^2\n")
    assert "no input 'a'" in adcli("diff", str(path), "--wrt", "a")[2]
    code, out, err = adcli("eval", str(path), "--at", "x=1,a=3")
    assert (code, out) == (2, "")
    assert "'a' is computed by the program and cannot be given a value" in err
