"""What people read when something is wrong: the text of every class of error, whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adcli import errors
from adcli.cli.entry import exit_code, run

LOOP = """\
def entropy(p, n=4):
    s = 0.0
    for i in range(n):
        q = p - 0.25*i
        s = s + q*log(q)
    return s
"""
IMPORTS = "from math import log\n"
CALLS = """\
def f(x):
    return f(x + 1)
"""
ENDLESS = """\
def f(x):
    while x > 0:
        x = x + 1
    return x
"""
UNASSIGNED = """\
def f(x):
    if x > 1:
        y = x
    return y
"""
FOREIGN = """\
from nowhere import helper

def g(x):
    return 2 * helper(x)

def f(x):
    return g(x) + helper(1)
"""
SHORT = """\
def total(x, n=3):
    s = 0.0
    for i in range(n):
        s = s + x[i]
    return s
"""
CONVERGES = """\
def f(x):
    while x > 1:
        x = x/2
    return x
"""

#: name: (class of the error, program or None for an expression, arguments)
CASES: dict[str, tuple[type[errors.AdcliError], str | None, list[str]]] = {
    "usage-missing-input": (errors.UsageError, None, ["grad", "x*rate", "--at", "x=1"]),
    "usage-superfluous-input": (errors.UsageError, None, ["grad", "rate^2", "--at", "rat=1"]),
    "usage-not-a-number": (errors.UsageError, None, ["grad", "x", "--at", "x=two"]),
    "usage-option": (errors.UsageError, None, ["grad", "x", "--bakend", "reverse"]),
    "usage-command": (errors.UsageError, None, ["gard", "x"]),
    "syntax-operand": (errors.SyntaxFault, None, ["grad", "sin(x + )", "--at", "x=1"]),
    "syntax-parenthesis": (errors.SyntaxFault, None, ["grad", "2*(x + 1", "--at", "x=1"]),
    "syntax-two-readings": (errors.SyntaxFault, None, ["grad", "1/2x", "--at", "x=1"]),
    "name-function": (errors.NameFault, None, ["grad", "1 + sinn(x)", "--at", "x=1"]),
    "name-function-alone": (errors.NameFault, None, ["grad", "2*sin", "--at", "x=1"]),
    "type-arity": (errors.TypeFault, None, ["grad", "atan2(x)", "--at", "x=1"]),
    "type-comparison": (errors.TypeFault, None, ["grad", "2*(x > 1)", "--at", "x=1"]),
    "domain-log": (errors.DomainError, IMPORTS + LOOP, ["grad", "FILE", "--at", "p=0.6"]),
    "domain-division": (errors.DomainError, None, ["eval", "1 + 2/(x - x)", "--at", "x=3"]),
    "index": (errors.IndexFault, SHORT, ["grad", "FILE", "--at", "x=[1,2]"]),
    "overflow": (errors.OverflowFault, None, ["grad", "exp(10*x)", "--at", "x=100"]),
    "undefined": (errors.UndefinedError, UNASSIGNED, ["grad", "program.ad", "--at", "x=0.5"]),
    "raised": (errors.RaisedError, UNASSIGNED, ["grad", "FILE", "--at", "x=0.5"]),
    "not-followed": (errors.NotFollowed, FOREIGN, ["grad", "FILE", "--at", "x=0.5"]),
    "not-differentiable": (errors.NotDifferentiable, None, ["grad", "2*sqrt(x)", "--at", "x=0"]),
    "unsupported": (errors.Unsupported, CONVERGES, ["diff", "FILE"]),
    "limit-steps": (
        errors.LimitError,
        ENDLESS,
        ["grad", "FILE", "--at", "x=1", "--max-steps", "1000"],
    ),
    "limit-depth": (errors.LimitError, CALLS, ["grad", "FILE", "--at", "x=1"]),
}


@pytest.mark.parametrize("case", CASES)
def test_the_text_of_an_error(
    case: str,
    golden: Callable[[str, str], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """One sentence, the place, the line with a caret, a hint; and the exit code of its class."""
    kind, program, args = CASES[case]
    monkeypatch.chdir(tmp_path)
    if program is not None:
        for name in ("program.py", "program.ad"):
            (tmp_path / name).write_text(program)
    code = run(["program.py" if a == "FILE" else a for a in args])
    out, err = capsys.readouterr()
    assert out == ""
    assert code == exit_code(kind(""))
    golden(f"error-{case}.txt", err)


def test_every_class_of_error_is_among_the_cases() -> None:
    """A class that is added gets a case here; those that only group others are left out."""
    grouping = {errors.AdcliError, errors.ProgramError, errors.EvaluationError}
    waiting = {errors.MissingExtra, errors.Defect}  # nothing needs an extra, and no case is known
    classes = {
        c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.AdcliError)
    }
    assert {kind for kind, _, _ in CASES.values()} == classes - grouping - waiting


@pytest.mark.slow("machine code")
def test_both_engines_say_the_same(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The text does not depend on what ran the program."""
    monkeypatch.chdir(tmp_path)
    for program, point in ((LOOP, "p=0.6"), (UNASSIGNED, "x=0.5"), (CALLS, "x=1")):
        for name in ("program.py", "program.ad"):
            (tmp_path / name).write_text(program)
        texts = []
        for engine in ("interpreter", "python"):
            run(["grad", "program.py", "--at", point, "--engine", engine])
            texts.append(capsys.readouterr().err)
        assert texts[0] == texts[1] != ""


@pytest.mark.parametrize("depth", [33, 5000])
def test_brackets_without_end(capsys: pytest.CaptureFixture[str], depth: int) -> None:
    """An array has at most 32 indices, however many brackets are written."""
    assert run(["eval", "[" * depth + "1" + "]" * depth]) == 3
    assert "error: an array has at most 32 indices" in capsys.readouterr().err
    assert run(["eval", "[" * 32 + "1" + "]" * 32]) == 0


def test_a_function_that_is_written_as_an_assignment(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The hint has its name and its parameters."""
    path = tmp_path / "area.ad"
    path.write_text("area(r, h) = 2*r*h\n")
    assert run(["eval", str(path), "--at", "r=1,h=2"]) == 3
    assert "hint: a function is written so: def area(r, h): return ..." in capsys.readouterr().err


def test_a_label_is_no_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A script that uses the label of a result is told what to write, which works."""
    path = tmp_path / "divider.ad"
    path.write_text("v: 5*x\np: v^2\n")
    assert run(["eval", str(path), "--at", "x=1"]) == 2
    assert "hint: 'v:' labels a result; write v = ..., and v: v below" in capsys.readouterr().err
    path.write_text("v = 5*x\nv: v\np: v^2\n")
    assert run(["eval", str(path), "--at", "x=1"]) == 0
    assert capsys.readouterr().out == "v 5.0\np 25.0\n"
    path.write_text("v: 5*x\np: q^2\n")
    assert run(["eval", str(path), "--at", "x=1"]) == 2
    assert "hint: give one with --at q=..." in capsys.readouterr().err
