"""Hints: what people type first is answered by what they should type."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from adcli.cli.click_error_messages import _MEANT as COMMANDS
from adcli.cli.entry import run
from adcli.front.foreign_function_names import _MEANT as FUNCTIONS


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("jacobian x", "there is no command 'jacobian'", "did you mean 'adcli jac'?"),
        ("gard x", "there is no command 'gard'", "did you mean 'grad'?"),
        (
            "limit sin(x)/x",
            "there is no command 'limit': a plot shows",
            'plot "sin(x)/x" --over x=-1:1',
        ),
        (
            "maximize x",
            "there is no command 'maximize': where f is",
            'adcli minimize "-(4x - x^2)" --at x=0',
        ),
        ("integrate x^2", "there is no command 'integrate'", 'adcli check "x^3/3" --claim "x^2"'),
        ("chain", "there is no command 'chain'", "adcli explain chain rule"),
        ("help 'product rule'", "there is no command 'product rule'", "adcli explain product rule"),
        ("tangent x^2", "there is no command 'tangent'", 'taylor "x^2" --at x=1 --polynomial'),
        ("check x^2 2x", "too much is given: 2x", '--claim "2x"'),
        ("diff x*y x", "too much is given: x", "--wrt x"),
        ("check x^2 --claim", "--claim has no value", '--claim "sin(x)+x*cos(x)"'),
        ("'sin(x)' --at 3", "there is no command", "comes first: adcli grad 'sin(x)' --at 3"),
        ("grad x^2 -at x=3", "too much is given", "two dashes: --at"),
        ("diff xsin(x)", "unknown function 'xsin'", "write x*sin(...) for a product"),
        ("version", "there is no command 'version'", "did you mean 'adcli --version'?"),
        ("'x^2 + 1'", "there is no command", "a command comes first: adcli diff 'x^2 + 1'"),
        ("grad", "PROGRAM is missing", "for example: adcli grad"),
        ("grad x y", "too much is given: y", 'adcli grad "x + y"'),
        ("grad x --digits 0", "--digits cannot be '0'", "write --digits 1; it may be 1 to 17"),
        ("propagate x --samples 1e5", "--samples cannot be '1e5'", "write --samples 100000"),
        ("propagate x --samples 10,000", "--samples cannot be '10,000'", "write --samples 10000"),
        ("propagate x --samples 1e999", "--samples cannot be '1e999'", "it may be a number from 0"),
        (
            "propagate x*y --at x=3(1),y=2(1) --correlation x,y=.5 --covariance y,x=.9",
            "'y' and 'x' have both a correlation and a covariance",
            "leave one of them out",
        ),
        ("fit a*x --data d.csv --fix a", "'a' is not of the form", "behind the name: a=1"),
        ("jvp x --at x=1 --direction x", "'x' is not of the form", "behind the name: x=1"),
        ("propagate x --order 3", "--order cannot be '3'", "write --order 2; it may be 1 to 2"),
        ("propagate x --corr x,y=1", "there is no option", "did you mean '--correlation'?"),
        ("minimize x --constraint x>1", "there is no option", "write --subject-to"),
        ("root x --for x", "there is no option '--for'", "write --wrt"),
        ("minimize x --bound x>=1", "'x>=1' is not of the form name=from:to", "write x=1:"),
        (
            "minimize x --bound '0 <= x < 1'",
            "'0 <= x < 1' is not of the form name=from:to",
            "write x=0:1",
        ),
        ("minimize x --bound '5 > x'", "'5 > x' is not of the form name=from:to", "write x=:5"),
        ("minimize x --bound '5 > x > y/2'", "'5 > x > y/2' is not of the form", "write x=y/2:5"),
        ("minimize x --bound x", "'x' is not of the form", "write x=0:10, x=0: for a least value"),
        (
            "minimize x --subject-to '0<=x<=1'",
            "'0<=x<=1' is no constraint",
            "write two: 0 <= x and x <= 1",
        ),
        (
            "root 'x + y = 4, x*y = 1'",
            "'x + y = 4, x*y = 1' is no equation",
            "between equations: x + y = 4; x*y = 1",
        ),
        ("fit a*x --data d.csv --at a=1", "there is no option '--at'", "write --start"),
        ("grad x --start x=1", "there is no option '--start'", "write --at"),
        ("grad x --output-format csv", "there is no option", "write --format"),
        ("grad x --zzz", "there is no option '--zzz'", "adcli grad --help"),
        ("grad x --bakend reverse", "there is no option '--bakend'", "did you mean '--backend'?"),
        ("grad x --backend revers", "--backend cannot be 'revers'", "did you mean 'reverse'?"),
        ("grad x --backend zzz", "--backend cannot be 'zzz'", "the values are auto,"),
        ("grad x --digits 99", "--digits cannot be '99'", "write --digits 17; it may be 1 to 17"),
        ("grad x 3", "too much is given: 3", '--at "3"'),
        ("grad y --at y = 3", "too much is given: = 3", '--at "y = 3"'),
        ("diff x*y by x", "too much is given: by x", 'adcli diff "x + y"'),
        ("quiz x", "too much is given: x", "for example: adcli quiz"),
        ("ops sin cos", "too much is given: cos", "for example: adcli ops"),
        ("diff x --latex", "there is no option '--latex'", "write --format latex"),
        ("diff x --tex", "there is no option '--tex'", "write --format latex"),
        ("trace x --reverse", "there is no option '--reverse'", "write --mode reverse"),
        ("grad x --symbolic", "there is no option '--symbolic'", "write --backend symbolic"),
        ("plot x --range 0:1", "there is no option '--range'", "write --over"),
        ("quiz --worksheet", "there is no option '--worksheet'", "write --sheet"),
        ("graph x --tree", "there is no option '--tree'", "did you mean '--expression-tree'?"),
        ("graph x --adjoint", "there is no option '--adjoint'", "did you mean '--adjoints'?"),
        ("diff x --taylor 3", "there is no option '--taylor'", "adcli diff --help tells more"),
        ("convergence x --over h=1", "there is no option '--over'", "adcli convergence --help"),
        ("jvp x --at x=1", "--direction is missing", "for example: adcli jvp"),
        ("grad foo.txt", "attributes are not part of the language", "./foo.txt"),
        ("grad x*xy --at x=1,y=2", "'y' is given a value", "to multiply, write x*y"),
        ("grad sin(2πx) --at x=1", "'x' is given a value", "to multiply, write π*x"),
        ("grad sinx --at x=1", "'x' is given a value but is no input", "write sin(x)"),
        ("eval '5 mod 3'", "an operator is missing here", "write % for the remainder"),
        (
            "eval 'x div 3' --at x=7",
            "an operator is missing here",
            "write // for the whole quotient",
        ),
        ("eval tg(x)", "unknown function 'tg'", "write tan(x)"),
        ("eval log_3(x)", "unknown function 'log_3'", "write log(x)/log(3)"),
        ("eval log_2(x)", "unknown function 'log_2'", "write log2(x)"),
        ("eval 'diff(x^2)'", "unknown function 'diff'", "the command is adcli diff"),
        ("eval 'integrate(x)'", "unknown function 'integrate'", "does not compute an integral"),
        ("eval 'interp(x)'", "unknown function 'interp'", "does not compute an interpolation"),
        ("eval 'mean(x)'", "unknown function 'mean'", "write sum(x)/len(x)"),
    ],
)
def test_hints(adcli: Any, line: str, message: str, hint: str) -> None:
    code, _, err = adcli(*shlex.split(line))
    assert code in (2, 3)
    assert err.startswith(f"error: {message}")
    assert hint in err


def test_commands_that_are_meant_exist(adcli: Any) -> None:
    for name in COMMANDS.values():
        assert adcli(*([name] if name == "--version" else [name, "--help"]))[0] == 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_written_instead_of_a_function_works(adcli: Any, name: str) -> None:
    """The hint is followed literally."""
    _, _, err = adcli("eval", f"{name}(x)" if name != "if" else "iif(x)", "--at", "x=0.5")
    (text,) = re.findall(r"hint: write (.*)", err)
    if text.startswith("a if"):
        text = text.replace("condition", "a > b")
    point = {"x": "[1,2]"} if "sum(" in text else {"x": "1.5" if "acosh" in text else "0.5"}
    point |= {"low": "0", "high": "1", "v": "2"}
    point |= {"y": "2", "n": "5", "k": "2", "A": "[1,2;3,4]", "B": "[1,2]", "a": "1", "b": "2"}
    for part in re.split(r", (?=\w*\()| or ", text) if " or " in text else [text]:
        used = ",".join(f"{k}={v}" for k, v in point.items() if re.search(rf"\b{k}\b", part))
        assert adcli("eval", part, "--at", used)[0] == 0, part


@pytest.mark.parametrize(
    ("at", "value"), [("2.5", 2.0), ("-3.5", -4.0), ("0.49999999999999994", 0.0)]
)
def test_what_is_written_for_rint_goes_to_the_even_number_at_halves(
    adcli: Any, at: str, value: float
) -> None:
    text = FUNCTIONS["rint"]
    assert float(adcli("eval", text, "--at", f"x={at}")[1].split()[-1]) == value


def test_a_step_chooses_finite_differences(adcli: Any) -> None:
    found = [
        adcli("grad", "x^3", "--at", "x=2", "--step", "1/1000", *more, "--json")
        for more in ([], ["--backend", "finite-difference"])
    ]
    assert found[0] == found[1]
    assert '"backend": "finite-difference"' in found[0][1]


def test_a_missing_file_is_named(adcli: Any, tmp_path: Path) -> None:
    code, _, err = adcli("grad", str(tmp_path / "none.py"), "--at", "x=1")
    assert code == 2
    assert "there is no file" in err


def test_a_file_without_its_option(
    adcli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hint names the file; without one it is the example of the help."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "the data.csv").write_text("x,y\n1,2\n")
    for words in (["a*x", "the data.csv"], ["the data.csv", "a*x"]):
        code, _, err = adcli("fit", *words)
        assert (code, "--data is missing" in err) == (2, True)
        assert "hint: write --data 'the data.csv'\n" in err
    assert "hint: for example: adcli fit" in adcli("fit", "a*x")[2]


def test_an_equation_of_a_file(adcli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told what the file has to define."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text("def f(x):\n    return x**2\n")
    code, _, err = adcli("root", "model.py:f = 5e4", "--at", "x=1")
    assert (code, "'model.py:f' is a file" in err) == (2, True)
    assert "write a function into model.py that returns f(...) - (5e4)" in err


def test_a_quotient_of_differentials_is_told_to_be_one_of_names(adcli: Any) -> None:
    """dy/dx is differentiated by dy and dx, which nobody means."""
    code, _, err = adcli("diff", "dy/dx")
    assert (code, "adcli implicit finds dy/dx of an equation" in err) == (0, True)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("grad sqrt(x) --at x=0", "the derivative of sqrt(x) needs x > 0"),
        ("grad asin(x) --at x=1", "the derivative of asin(x) needs x > -1 and x < 1"),
        ("eval sin(x)/x --at x=0", "adcli plot shows whether there is a limit"),
        ("eval 1/x --at x=0", "/ needs a divisor that is not 0\n"),
        ("grad x^(1/3) --at x=-8", "write cbrt(x) for the cube root of a negative number"),
    ],
)
def test_places_without_a_derivative_or_a_value(adcli: Any, line: str, hint: str) -> None:
    """The hint says where there is one, or what to write."""
    code, _, err = adcli(*shlex.split(line))
    assert code in (4, 5)
    assert f"hint: {hint}" in err or err.endswith(f"; {hint}\n")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["grad", "x^2", "–at", "x=1"], "write the hyphens of the keyboard: --at"),
        (["grad", "x^2", "—wrt", "x"], "write the hyphens of the keyboard: --wrt"),
        (["grad", "x^2", "–w", "x"], "write the hyphens of the keyboard: -w"),
        (["plot", "sin(x)", "--over", "0<=x<=2pi"], "write --over x=0:2pi"),
        (["root", "cos x = x", "--at", "x=1"], "write it so: cos(x) = x"),
        (["implicit", "x²+y²=25"], "write it so: x^2+y^2 = 25"),
        (["diff", "x -> x^2"], "of x -> x^2 write x^2 alone"),
        (["diff", "x ↦ x^2"], "of x -> x^2 write x^2 alone"),
        (["diff", "||x|-1|"], "write 'or' for the logical operation, abs(abs(x) - 1) for"),
        (["eval", "print(x)", "--at", "x=1"], "remove it: what is on the last line"),
        (["jac", "(x, y)"], "several results are written in brackets: [x, y]"),
        (["jac", "x, y"], "remove what follows the ','; several results are written in brackets"),
    ],
)
def test_what_students_paste(
    words: list[str], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) in (2, 3)
    assert f"hint: {hint}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("body", "hint"), [("x² + 1", "write **2 for a power"), ("2x + 1", "write 2*x")]
)
def test_hints_for_a_python_file_are_python(
    body: str, hint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "f.py"
    path.write_text(f"def f(x):\n    return {body}\n")
    assert run(["grad", str(path), "--at", "x=1"]) == 3
    assert f"hint: {hint}" in capsys.readouterr().err


def test_a_mistake_in_an_equation_is_shown_in_the_equation(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["root", "x^2 = 2 y", "--at", "x=1,y=1", "--wrt", "x"]) == 3
    assert "  1 | x^2 = 2 y\n    |         ^\n" in capsys.readouterr().err
