"""The commands as a user meets them: arguments, output, JSON, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PAPER = "log(x1)+x1*x2-sin(x2)"
POINT = ["--at", "x1=2,x2=5"]


def process(*args: str, stdin: str | bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a process of its own."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    return subprocess.run(
        [sys.executable, "-m", "adcli", *args], input=data, capture_output=True, check=False
    )


def object_of(out: str) -> dict[str, Any]:
    """The one JSON object on stdout, with no constants that JSON does not have."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    found = json.loads(out, parse_constant=refuse)
    assert found["schema"] == "adcli/1"
    return dict(found)


def test_gradient_in_a_pipe_is_lines_of_name_and_number(adcli: Any) -> None:
    """Each line is a name and a number that round-trips."""
    code, out, err = adcli("grad", PAPER, *POINT)
    assert (code, err) == (0, "")
    rows = {name: float(number) for name, number in map(str.split, out.splitlines())}
    assert rows == {"value": 11.652071455223084, "x1": 5.5, "x2": 1.7163378145367738}


@pytest.mark.parametrize("backend", ["forward", "reverse", "symbolic", "finite-difference"])
def test_gradient_as_json_names_its_backend(adcli: Any, backend: str) -> None:
    """The object holds schema, command, backend, engine, value and gradient."""
    code, out, _ = adcli("grad", PAPER, *POINT, "--backend", backend, "--json")
    found = object_of(out)
    assert code == 0
    assert (found["command"], found["backend"]) == ("grad", backend)
    assert found["engine"] in ("interpreter", "python")
    assert found["value"] == 11.652071455223084
    assert found["gradient"]["x1"] == pytest.approx(5.5, rel=1e-9)
    assert found["gradient"]["x2"] == pytest.approx(1.7163378145367738, rel=1e-9)


def test_the_default_backend_follows_the_shape(adcli: Any) -> None:
    """One input: a forward sweep; many: a reverse sweep.  The object says which."""
    assert object_of(adcli("grad", "x^2", "--at", "x=3", "--json")[1])["backend"] == "forward"
    assert object_of(adcli("grad", PAPER, *POINT, "--json")[1])["backend"] == "reverse"


def test_finite_differences_estimate_their_error(adcli: Any) -> None:
    """Every derivative from finite differences comes with an error estimate."""
    args = ["--backend", "finite-difference", "--scheme", "central", "--json"]
    found = object_of(adcli("grad", PAPER, *POINT, *args)[1])
    assert set(found["error_estimate"]) == {"x1", "x2"}
    assert all(0 <= e < 1e-4 for e in found["error_estimate"].values())


@pytest.mark.parametrize("engine", ["interpreter", "python"])
def test_the_engine_can_be_chosen(adcli: Any, engine: str) -> None:
    """Both engines give the same numbers."""
    found = object_of(adcli("grad", PAPER, *POINT, "--engine", engine, "--json")[1])
    assert found["engine"] == engine
    assert found["gradient"] == {"x1": 5.5, "x2": 1.7163378145367738}


def test_wrt_chooses_among_the_inputs(adcli: Any) -> None:
    """Only the inputs named are differentiated by, in the order named."""
    found = object_of(adcli("grad", "x*y*z", "--at", "x=2,y=3,z=5", "--wrt", "z,x", "--json")[1])
    assert found["gradient"] == {"z": 6.0, "x": 15.0}


def test_an_inactive_exponent_needs_no_logarithm(adcli: Any) -> None:
    """x^n is differentiated by x at a negative x, n being an input too."""
    found = object_of(adcli("grad", "x^n", "--at", "x=-2,n=3", "--wrt", "x", "--json")[1])
    assert found["gradient"] == {"x": 12.0}


def test_an_expression_may_start_with_a_minus_sign(adcli: Any) -> None:
    """No `--` is needed, wherever the options stand."""
    assert adcli("grad", "-x^2", "--at", "x=3") == adcli("grad", "--at", "x=3", "--", "-x^2")
    assert adcli("eval", "--at", "h=1", "-sinh(h)")[0] == 0
    assert adcli("eval", "--at=x=3", "-0.5*x")[1] == "value -1.5\n"


def test_points_add_up(adcli: Any, tmp_path: Path) -> None:
    """--at may be repeated, and read JSON from a file."""
    file = tmp_path / "point.json"
    file.write_text('{"y": 2.5}')
    code, out, _ = adcli("eval", "x*y", "--at", "x=2", "--at", f"@{file}")
    assert (code, out) == (0, "value 5.0\n")


@pytest.mark.slow("other processes")
def test_stdin_is_a_program_or_a_point() -> None:
    """`-` stands for stdin in either place, but not in both."""
    text = "def f(x):\n    return x*x\n"
    assert process("eval", "-", "--at", "x=3", stdin=text).stdout == b"value 9.0\n"
    assert process("eval", "x^2", "--at", "-", stdin='{"x": 3}').stdout == b"value 9.0\n"
    assert process("eval", "-", "--at", "-", stdin="x").returncode == 2


def test_a_file_and_one_of_its_functions(adcli: Any, tmp_path: Path) -> None:
    """FILE runs the last function, FILE:NAME the one that is named."""
    file = tmp_path / "two.py"
    file.write_text("def f(x):\n    return x + 1\ndef g(x):\n    return 2*f(x)\n")
    assert adcli("eval", str(file), "--at", "x=1")[1] == "value 4.0\n"
    assert adcli("eval", f"{file}:f", "--at", "x=1")[1] == "value 2.0\n"
    assert adcli("eval", f"{file}:h", "--at", "x=1")[0] == 3


def test_run_shows_every_result(adcli: Any, tmp_path: Path) -> None:
    """Several results: values and derivatives are told apart by their number."""
    file = tmp_path / "polar.py"
    file.write_text("def f(x, y):\n    return x*y, x + y\n")
    code, out, _ = adcli("run", str(file), "--at", "x=2,y=3")
    assert code == 0
    assert dict(map(str.split, out.splitlines())) == {
        "value1": "6.0",
        "value2": "5.0",
        "value1/x": "3.0",
        "value1/y": "2.0",
        "value2/x": "1.0",
        "value2/y": "1.0",
    }
    found = object_of(adcli("run", str(file), "--at", "x=2,y=3", "--json")[1])
    assert found["value"] == [6.0, 5.0]
    assert found["jacobian"] == {"x": [3.0, 1.0], "y": [2.0, 1.0]}


def test_a_gradient_of_several_results_is_refused(adcli: Any, tmp_path: Path) -> None:
    """The message counts the results."""
    file = tmp_path / "polar.py"
    file.write_text("def f(x, y):\n    return x*y, x + y\n")
    code, _, err = adcli("grad", str(file), "--at", "x=2,y=3")
    assert code == 3
    assert "there are 2" in err


def test_numbers_that_are_not_finite_are_null_with_a_status(adcli: Any) -> None:
    """With --nonfinite=propagate nan and inf come out as IEEE has them, never as bad JSON."""
    found = object_of(adcli("eval", "1/x", "--at", "x=0", "--nonfinite", "propagate", "--json")[1])
    assert found["value"] is None
    assert found["status"] == {"value": "inf"}
    found = object_of(
        adcli("grad", "log(x)+y", "--at", "x=-1,y=0", "--nonfinite=propagate", "--json")[1]
    )
    assert found["status"]["value"] == "nan"


@pytest.mark.parametrize(
    ("code", "kind", "args"),
    [
        (2, "usage", ["grad", "x*z", "--at", "x=1,y=2"]),
        (2, "usage", ["grad", "x*y", "--at", "x=1"]),
        (2, "usage", ["grad", "x", "--at", "x=abc"]),
        (2, "usage", ["grad", "x", "--at", "x=nan"]),
        (2, "usage", ["grad", "x", "--at", "x"]),
        (2, "usage", ["grad", "x", "--at", "x=1", "--at", "x=2"]),
        (2, "usage", ["grad", "x", "--at", "x=1", "--wrt", "z"]),
        (2, "usage", ["grad", "x", "--at", "@missing.json"]),
        (2, "usage", ["grad", "x", "--at", "x=[1,2"]),
        (2, "usage", ["grad", "x[0]", "--at", "x=1"]),
        (2, "usage", ["grad", "x[0]", "--at", "x=[1,[2]]"]),
        (2, "usage", ["jac", "x", "--at", "x=1", "--sparsity", "--step", "1"]),
        (2, "usage", ["jvp", "x", "--at", "x=1"]),
        (2, "usage", ["jvp", "x", "--at", "x=1", "--direction", "y=1"]),
        (2, "usage", ["jvp", "x", "--at", "x=1", "--direction", "x=[1]"]),
        (2, "usage", ["vjp", "x", "--at", "x=1", "--seed", "1,2"]),
        (2, "usage", ["vjp", "x", "--at", "x=1", "--seed", "y=1"]),
        (2, "usage", ["hvp", "x*y", "--at", "x=1,y=1", "--direction", "y=1", "--wrt", "x"]),
        (2, "usage", ["hvp", "x", "--at", "x=1", "--direction", "-"]),
        (2, "usage", ["grad", "missing.ad", "--at", "x=1"]),
        (2, "usage", ["grad", "x", "--bakend", "reverse"]),
        (2, "usage", ["gard", "x"]),
        (2, "usage", ["grad"]),
        (3, "syntax", ["grad", "x+", "--at", "x=1"]),
        (3, "name", ["grad", "sinn(x)", "--at", "x=1"]),
        (3, "name", ["grad", "sin", "--at", "x=1"]),
        (3, "type", ["grad", "sin(x, x)", "--at", "x=1"]),
        (3, "type", ["grad", "x == 2", "--at", "x=1"]),
        (3, "type", ["grad", "[x, x]", "--at", "x=1"]),
        (3, "type", ["grad", "x[0]", "--at", "x=[[1],[2]]"]),
        (3, "type", ["hess", "[x, x]", "--at", "x=1"]),
        (5, "unsupported", ["jac", "x", "--at", "x=1", "--sparsity", "--backend", "symbolic"]),
        (4, "domain", ["grad", "log(x)", "--at", "x=-1"]),
        (4, "domain", ["eval", "1/x", "--at", "x=0"]),
        (4, "overflow", ["eval", "exp(x)", "--at", "x=1000"]),
        (4, "overflow", ["eval", "x*1e308*10", "--at", "x=1"]),
        (4, "overflow", ["eval", "1/(x*1e308*10)", "--at", "x=1"]),
        (5, "not-differentiable", ["grad", "sqrt(x)", "--at", "x=0"]),
        (5, "not-differentiable", ["grad", "x^(1/3)", "--at", "x=0"]),
    ],
)
def test_each_kind_of_error_has_its_exit_code(
    adcli: Any, code: int, kind: str, args: list[str]
) -> None:
    """As text on stderr or as one object on stdout: the same exit code."""
    found, out, err = adcli(*args)
    assert found == code
    assert out == ""
    assert err.startswith("error: ")
    found, out, err = adcli(*args, "--json")
    assert (found, err) == (code, "")
    assert object_of(out)["error"]["kind"] == kind


def test_files_that_are_no_text(adcli: Any, tmp_path: Path) -> None:
    """A directory, a missing file and bytes that are not UTF-8 are told apart."""
    binary = tmp_path / "binary.ad"
    binary.write_bytes(b"x + \xff\xfe")
    assert "is a directory" in adcli("grad", str(tmp_path), "--at", "x=1")[2]
    assert "there is no file" in adcli("grad", str(tmp_path / "no.ad"), "--at", "x=1")[2]
    assert "is not UTF-8" in adcli("grad", str(binary), "--at", "x=1")[2]


def test_an_endless_loop_ends_by_a_limit(adcli: Any, tmp_path: Path) -> None:
    """--max-steps stops a loop, and the message says which limit it was."""
    file = tmp_path / "loop.py"
    file.write_text("def f(x):\n    while x > 0:\n        x = x + 1\n    return x\n")
    for engine in ("interpreter", "python"):
        code, _, err = adcli(
            "grad", str(file), "--at", "x=1", "--max-steps", "10000", "--engine", engine
        )
        assert code == 6
        assert "--max-steps" in err


@pytest.mark.slow("a recursion to the limit")
def test_a_runaway_recursion_ends_by_a_limit(adcli: Any, tmp_path: Path) -> None:
    """The depth of calls is bounded in both engines, without a word of Python's own."""
    file = tmp_path / "deep.py"
    file.write_text("def f(x):\n    return f(x + 1)\n")
    for engine in ("interpreter", "python"):
        code, _, err = adcli("grad", str(file), "--at", "x=1", "--engine", engine)
        assert code == 6
        assert "calls inside one another" in err
        assert "Recursion" not in err


@pytest.mark.slow("another process")
def test_a_closed_pipe_is_no_error() -> None:
    """`adcli ... | head -0` ends quietly."""
    command = [sys.executable, "-m", "adcli", "ir", "+".join(f"sin({k}*x)" for k in range(3000))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 141


@pytest.mark.slow("10,000 levels")
def test_deep_and_long_expressions_work(adcli: Any) -> None:
    """Depth and length are bounded by memory only."""
    deep = "sin(" * 10_000 + "x" + ")" * 10_000
    assert adcli("grad", deep, "--at", "x=1")[0] == 0
    assert adcli("grad", "(" * 10_000 + "x" + ")" * 10_000, "--at", "x=1")[0] == 0
    many = "+".join(f"sin({k}*x1)*x2" for k in range(1, 3001))
    code, out, _ = adcli("grad", many, "--at", "x1=0.3,x2=0.7", "--json")
    assert code == 0
    assert object_of(out)["gradient"]["x2"] == pytest.approx(
        object_of(out)["value"] / 0.7, rel=1e-12
    )


def test_ir_shows_the_passes(adcli: Any) -> None:
    """The representation is text; passes apply in order."""
    code, out, _ = adcli("ir", "x1*x2", "--pass", "reverse", "--pass", "forward")
    assert code == 0
    assert out.startswith("module entry f^'")
    assert object_of(adcli("ir", "x1*x2", "--json")[1])["ir"].startswith("module entry f\n")
