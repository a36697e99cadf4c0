"""What is printed can be typed in again: formulas of one input or several, through a pipe too."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

PROGRAMS = [
    ("log(x)*y", {"x": 2.5, "y": 3.0}),
    ("x*sin(x)", {"x": 0.7}),
    ("[x^2*y, y]", {"x": 2.0, "y": 3.0}),
    ("x[0]^2*x[1]*y", {"x": [2.0, 3.0], "y": 0.5}),
    ("A[0,1]*A[1,0]", {"A": [[1.0, 2.0], [3.0, 4.0]]}),
    ("x if x > y else y^2", {"x": 1.0, "y": 2.0}),
    ("abs(x)*sqrt(x^2 + y^2)/3e-7", {"x": -1.0, "y": 2.0}),
    ("sin(x)*exp(sin(y)) + pi*x", {"x": 0.3, "y": 2.0}),
    ("samples/rosenbrock.py", {"x": 1.0, "y": 2.0, "b": 100.0, "a": 1.0}),
    ("samples/polar.py", {"x": 3.0, "y": -4.0}),
    ("samples/kepler.py", {"e": 0.3, "m": 1.0}),
]

LONG = pytest.mark.slow("formulas of several iterations")

#: The fast gear takes each program with the default options.
EACH_OPTION = pytest.mark.slow("three commands for each program, with each option")


class Pipe:
    """Commands whose output is the next one's stdin."""

    def __init__(self, adcli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.adcli = adcli
        self.monkeypatch = monkeypatch

    def __call__(self, text: str, *args: str) -> str:
        self.monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        code, out, err = self.adcli(*args)
        assert code == 0, err
        assert isinstance(out, str)
        return out


@pytest.fixture
def pipe(adcli: Any, monkeypatch: pytest.MonkeyPatch) -> Pipe:
    return Pipe(adcli, monkeypatch)


def at(point: dict[str, Any]) -> tuple[str, str]:
    return "--at", ",".join(f"{n}={json.dumps(v)}".replace(" ", "") for n, v in point.items())


def numbers(value: Any) -> list[float]:
    return [n for v in value for n in numbers(v)] if isinstance(value, list) else [value]


@pytest.mark.parametrize(
    ("program", "point"),
    [
        pytest.param(text, point, id=text, marks=LONG if "kepler" in text else [])
        for text, point in PROGRAMS
    ],
)
@pytest.mark.parametrize(
    "options",
    [
        (),
        pytest.param(("--cse",), marks=EACH_OPTION),
        pytest.param(("--no-simplify",), marks=EACH_OPTION),
        pytest.param(("--format", "python"), marks=EACH_OPTION),
    ],
)
def test_derivatives(
    pipe: Pipe, program: str, point: dict[str, Any], options: tuple[str, ...]
) -> None:
    """`adcli diff ... | adcli eval -` has the numbers of `adcli jac`."""
    needs_point = "[0" in program or program == "samples/kepler.py"
    formulas = pipe("", "diff", program, *(at(point) if needs_point else ()), *options)
    found = json.loads(pipe(formulas, "eval", "-", *at(point), "--json"))["value"]
    reply = json.loads(pipe("", "jac", program, *at(point), "--json"))
    by_input = list(reply["jacobian"].values())
    if isinstance(reply["value"], list):  # the formulas of a result stand together
        by_input = [[d[i] for d in by_input] for i in range(len(reply["value"]))]
    assert numbers([found]) == pytest.approx(numbers(by_input), rel=1e-9)


def test_names_stay(pipe: Pipe) -> None:
    """The results are called as the inputs were."""
    formulas = pipe("", "diff", "log(x)*y")
    assert formulas == "x: y/x\ny: log(x)\n"
    assert pipe(formulas, "eval", "-", "--at", "x=2,y=3").split()[::2] == ["x", "y"]
    assert pipe(formulas, "diff", "-").splitlines()[:2] == ["x/y: 1/x", "x/x: -y/x^2"]


@pytest.mark.parametrize("options", [("--hessian",), ("--hessian", "--cse"), ("--order", "2")])
def test_second_derivatives(pipe: Pipe, options: tuple[str, ...]) -> None:
    formulas = pipe("", "diff", "1/sqrt(x^2 + y^2)", *options)
    found = json.loads(pipe(formulas, "eval", "-", "--at", "x=3,y=4", "--json"))
    hessian = json.loads(pipe("", "hess", "1/sqrt(x^2 + y^2)", "--at", "x=3,y=4", "--json"))
    for name, value in zip(found["results"], found["value"], strict=True):
        first, _, second = name.partition(",")
        assert hessian["hessian"][first][second or first] == pytest.approx(value, rel=1e-12)


def test_several_lines(pipe: Pipe) -> None:
    """Each line of stdin that is an expression has its value and its derivative."""
    lines = "x^2\nx^3\n"
    assert pipe(lines, "diff", "-") == "value1/x: 2*x\nvalue2/x: 3*x^2\n"
    assert json.loads(pipe(lines, "diff", "-", "--json"))["derivative"] == {"x": ["2*x", "3*x^2"]}
    assert pipe(lines, "eval", "-", "--at", "x=2") == "value1 4.0\nvalue2 8.0\n"
    assert pipe(lines, "simplify", "-") == "value1: x^2\nvalue2: x^3\n"
    found = json.loads(pipe(lines, "jac", "-", "--at", "x=2", "--json"))
    assert (found["value"], found["jacobian"]) == ([4.0, 8.0], {"x": [4.0, 12.0]})


def test_a_gradient_is_of_one_number(adcli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is dropped: the error names the command for several."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"x^2\nx^3\n")))
    code, out, err = adcli("grad", "-", "--at", "x=2")
    assert (code, out) == (3, "")
    assert "adcli jac" in err


def test_what_nobody_uses_is_told(adcli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a note of every command that takes the script."""
    for args in (("eval", "--at", "x=2"), ("diff",), ("grad", "--at", "x=2"), ("simplify",),
                 ("taylor", "--at", "x=2", "--order", "1"), ("trace", "--at", "x=2")):  # fmt: skip
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"h = 3x\nx^3\n")))
        code, _, err = adcli(args[0], "-", *args[1:])
        assert (code, err) == (0, "note: line 1: the value of h is not used\n")


@pytest.mark.slow("a check of all backends")
def test_a_claim_of_several_lines(pipe: Pipe, tmp_path: Any) -> None:
    """The file that `diff` wrote is a claim for the inputs that its lines name, in any order."""
    path = tmp_path / "claim.ad"
    path.write_text("y: log(x)\nx: y/x\n")
    out = pipe("", "check", "log(x)*y", "--at", "x=2,y=3", "--claim", str(path), "--json")
    assert [c["ok"] for c in json.loads(out)["claims"]] == [True, True]


WIDE = "sin(x)^3/sqrt(1 - x^2)*exp(-y) if x > 0 else log(x^2)*1.5e-7"


@pytest.mark.slow("a process for each width")
@pytest.mark.parametrize("columns", ["20", "40", "80", "120"])
@pytest.mark.parametrize("options", [(), ("--cse",), ("--no-simplify",)])
def test_what_a_terminal_shows_in_lines(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch, columns: str, options: tuple[str, ...]
) -> None:
    """A formula that takes several lines is read as it stands there."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", columns)
    formulas = pipe("", "diff", WIDE, *options)
    monkeypatch.delenv("FORCE_COLOR")
    assert max(map(len, formulas.splitlines())) <= int(columns)
    found = json.loads(pipe(formulas, "eval", "-", "--at", "x=0.5,y=2", "--json"))
    gradient = json.loads(pipe("", "grad", WIDE, "--at", "x=0.5,y=2", "--json"))["gradient"]
    assert dict(zip(found["results"], found["value"], strict=True)) == pytest.approx(gradient)


@pytest.mark.parametrize("columns", [12, 20, 40])
def test_an_argument_in_lines(pipe: Pipe, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """The same between quotes on the command line."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    formula = pipe("", "diff", WIDE, "--wrt", "x")
    monkeypatch.delenv("FORCE_COLOR")
    assert "\n" in formula.strip()
    point = ("--at", "x=0.5,y=2", "--json")
    value = json.loads(pipe("", "eval", formula, *point))["value"]
    assert value == pytest.approx(json.loads(pipe("", "grad", WIDE, *point))["gradient"]["x"])


MINUS = [
    (("eval", "x − 3*−y", "--at", "x=−1.5e−3,y=2"), 5.9985),
    (("eval", "−x^2", "--at", "x=3"), -9.0),
    (("eval", "1e−3"), 0.001),
    (("eval", "sum(x)", "--at", "x=[−1,−.5]"), -1.5),
    (("eval", "x[0,0]*x[1,1]", "--at", "x=[[−1,2],[3,−4]]"), 4.0),
    (("jvp", "x^2", "--at", "x=1", "--direction", "x=−2"), 1.0),
    (("vjp", "x^2", "--at", "x=1", "--seed", "−2"), 1.0),
    (("grad", "x^2", "--at", "x=1", "--backend", "finite-difference", "--step", "1e−4"), 1.0),
]


@pytest.mark.parametrize(("args", "value"), MINUS, ids=[" ".join(a) for a, _ in MINUS])
def test_the_minus_sign_that_is_shown(pipe: Pipe, args: tuple[str, ...], value: float) -> None:
    """In expressions, points, directions, seeds and options."""
    assert json.loads(pipe("", *args, "--json"))["value"] == pytest.approx(value, rel=1e-12)


def test_the_minus_sign_in_files(pipe: Pipe, tmp_path: Any) -> None:
    """In scripts and in points of a file or stdin; Python does not have it, so .py files do not."""
    script, point, program = (tmp_path / n for n in ("a.ad", "point.json", "a.py"))
    script.write_text("a = −x\na − 1\n", encoding="utf-8")
    point.write_text('{"x": −2.5}', encoding="utf-8")
    program.write_text("def f(x):\n    return x − 1\n", encoding="utf-8")
    assert pipe("", "eval", str(script), "--at", f"@{point}") == "value 1.5\n"
    assert pipe('{"x": −2}', "eval", str(script), "--at", "-") == "value 1.0\n"
    code, _, err = pipe.adcli("eval", str(program), "--at", "x=1")
    assert code == 3
    assert "'−' is not part of the language" in err


def test_numbers_of_a_terminal(pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number is pasted back as it was shown."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = pipe("", "eval", "-pi*1e-6").split()[-1].removeprefix("\x1b[0m")
    assert shown == "−3.1415927e−6"
    monkeypatch.delenv("FORCE_COLOR")
    assert pipe("", "eval", f"x + {shown}", "--at", f"x={shown}") == "value -6.2831854e-06\n"
