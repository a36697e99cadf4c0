"""The shell completes commands, options and values."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from command_examples import ROOT

from adcli.cli import completions
from adcli.loading import load


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_each_shell(adcli: Any, shell: str) -> None:
    code, script, err = adcli("completion", shell)
    assert (code, err) == (0, "")
    assert f"_ADCLI_COMPLETE={shell}_complete" in script


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["adcli", "gr"], "grad"),
        (["adcli", "grad", "--back"], "--backend"),
        (["adcli", "grad", "--backend", "rev"], "reverse"),
    ],
)
def test_what_a_shell_asks_for(words: list[str], found: str) -> None:
    assert f"plain,{found}" in asked(" ".join(words), len(words) - 1)


def asked(line: str, at: int, shell: str = "bash") -> list[str]:
    """What is said to a shell that asks how word `at` of a line may go on."""
    env = {
        **os.environ,
        "_ADCLI_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(at),
    }
    run = subprocess.run(
        [sys.executable, "-m", "adcli"],
        env=env,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stderr == ""
    return run.stdout.split()


@pytest.mark.parametrize(
    ("line", "at", "found"),
    [
        ('adcli grad "x1*x2" --at ', 4, ["x1=", "x2="]),
        ('adcli grad "x1*x2" --at x1 = 1,', 6, ["1,x2="]),  # bash makes three words of x1=1,
        ('adcli grad "x1*x2" --wrt x1,', 4, ["x1,x2"]),
        ('adcli jvp "x1*x2" --at x1=1,x2=2 --direction x', 6, ["x1=", "x2="]),
        ('adcli root "x^2 + y = 1; x = z" --at ', 4, ["x=", "y=", "z="]),
        ("adcli grad samples/kepler.py --at ", 4, ["e=", "m="]),
        ("adcli grad samples/fft.ad : ", 4, ["fft", "power"]),
        ("adcli grad samples/fft.ad : power --wrt ", 6, ["x"]),
        ("adcli samples ne", 2, ["newton.py"]),
        ("adcli eval x --at @ docs/data/po", 5, ["@docs/data/point.json", "@docs/data/points.csv"]),
        ("adcli eval x*y --at x =@ docs/data/mat", 6, ["@docs/data/matrix.csv"]),
        ("adcli eval x --at @ docs/da", 5, ["@docs/data/"]),
        ("adcli eval x --at @ docs/no/fi", 5, []),
        ("adcli fit x --data docs/data/misra1a.csv --y ", 6, ["x", "y"]),
        ('adcli propagate "V/I" --at V = 1,', 6, ["1,I="]),
        ("adcli schema he", 2, ["help", "hess"]),
        ("adcli ops sinc", 2, ["sinc", "sincn"]),
        ('adcli grad "x*(" --at ', 4, []),
        ("adcli grad - --at ", 4, []),
        ("adcli grad no-such-file.py --at ", 4, []),
        ("adcli grad x --at [1,", 4, []),
    ],
)
def test_names_that_bash_asks_for(line: str, at: int, found: list[str]) -> None:
    """Bash replaces what is behind the last colon or equals sign only."""
    assert asked(line, at) == [f"plain,{each}" for each in found]


def test_a_word_in_quotes_is_replaced_as_a_whole() -> None:
    """Bash does not cut it at an equals sign."""
    words = ["adcli", "grad", '"x*y"', "--at", '"x=1,']
    assert asked("\n".join(words), 4) == ["plain,x=1,y="]


@pytest.mark.slow("reads the words of several commands")
def test_other_shells_get_whole_words() -> None:
    """They cut words at blanks only."""
    assert asked("adcli grad x1*x2 --at x1=1,", 4, "zsh") == ["plain", "x1=1,x2=", "_"]
    assert asked("adcli grad samples/fft.ad:f", 2, "zsh") == ["plain", "samples/fft.ad:fft", "_"]


@pytest.mark.slow("reads the words of many commands")
def test_files_are_left_to_the_shell() -> None:
    assert asked("adcli grad sam", 2) == ["file,sam"]
    for line in ("fit x --data", "propagate x --data", "eval x -o", "fit x --predict"):
        words = f"adcli {line} doc".split()
        assert asked(" ".join(words), len(words) - 1) == ["file,doc"]


@pytest.mark.parametrize("path", sorted(ROOT.glob("samples/*")), ids=lambda path: path.name)
def test_the_inputs_are_those_of_the_program(path: Path) -> None:
    """Also of files of Python, of which only the syntax is looked at; there parameters with
    defaults, which a point may name too, are among them."""
    command = click.Command("grad", params=[click.Argument(["program"])])
    ctx = click.Context(command, resilient_parsing=True)
    ctx.args = [str(path)]
    found = [str(item.value) for item in completions.names(ctx, "")]
    inputs = list(load(path).inputs)
    assert [name for name in found if name in inputs] == inputs
    assert path.suffix == ".py" or found == inputs


@pytest.mark.slow("reads the words of several commands")
def test_parameters_of_a_fit_are_completed() -> None:
    """Inputs that are columns of the data have values already."""
    line = 'adcli fit "y = b1*(1-exp(-b2*x))" --data docs/data/misra1a.csv --start '
    assert asked(line, 6) == ["plain,b1=", "plain,b2="]
    assert asked(line + "b1=2,", 6) == ["plain,2,b2="]  # bash cuts words at =


@pytest.mark.parametrize(
    ("instruction", "message"),
    [
        ("bash_complete", "COMP_WORDS is not set"),
        ("zsh_complete", "COMP_WORDS is not set"),
        ("foo", "_ADCLI_COMPLETE cannot be 'foo'"),
        ("", ""),
        ("csh_source", "_ADCLI_COMPLETE cannot be 'csh_source'"),
    ],
)
def test_an_odd_environment_is_told(
    adcli: Any, monkeypatch: pytest.MonkeyPatch, instruction: str, message: str
) -> None:
    monkeypatch.setenv("_ADCLI_COMPLETE", instruction)
    monkeypatch.delenv("COMP_WORDS", raising=False)
    code, out, err = adcli("eval", "1+1")
    if not message:
        assert (code, out) == (0, "value 2\n")
        return
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {message}")
