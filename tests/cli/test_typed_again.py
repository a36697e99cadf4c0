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


@pytest.mark.parametrize(("program", "point"), PROGRAMS, ids=[p[0] for p in PROGRAMS])
@pytest.mark.parametrize("options", [(), ("--cse",), ("--no-simplify",), ("--format", "python")])
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


def test_a_claim_of_several_lines(pipe: Pipe, tmp_path: Any) -> None:
    """The file that `diff` wrote is a claim for the inputs that its lines name, in any order."""
    path = tmp_path / "claim.ad"
    path.write_text("y: log(x)\nx: y/x\n")
    out = pipe("", "check", "log(x)*y", "--at", "x=2,y=3", "--claim", str(path), "--json")
    assert [c["ok"] for c in json.loads(out)["claims"]] == [True, True]
