"""`adcli repl`: definitions stay, a colon calls a command, an error ends a line and no session."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest

from adcli.cli.command_group import cli
from adcli.cli.entry import run
from adcli.cli.repl_session import Session, help_lines, recorded, split_options
from adcli.cli.session_definitions import Definitions
from adcli.errors import AdcliError


def told(*lines: str) -> list[str]:
    """What each line of a session prints."""
    return [each["output"] for each in recorded(Session(cli, run), lines)]  # type: ignore[arg-type]


def test_definitions_stay() -> None:
    """Values are inputs, formulas and functions are parts of the program."""
    found = told("x = 2", "y = x^2 + 1", "f(a, b) = a*b", "f(x, y)", ":grad f(x, y)", ":diff y")
    assert found == ["", "", "", "value 10.0", "value 10.0\nx     13.0", "2*x"]


@pytest.mark.parametrize("line", ["diff x^2", "help", "quit", "grad x --json", "trace sin(x)"])
def test_a_command_without_its_colon_is_told(line: str) -> None:
    """The hint is the line to write; a name that is defined is none."""
    found = told("x = 2", line)[1]
    assert f"'{line.split()[0]}' is a command, and commands begin with ':'" in found
    assert found.endswith(f"hint: write :{line}")
    assert told("x = 2", f":{line}")[1:] != [found]


def test_names_of_commands_may_be_defined() -> None:
    assert told("fit = 3", "fit", "check = 2 fit", "diff - x")[1] == "value 3.0"
    assert "no value yet" in told("check*2")[0]


def test_what_has_no_value_is_a_formula() -> None:
    (found,) = told("x*x*a")
    assert found.splitlines() == ["x^2*a", "  (x, a have no value yet: x = 1 gives one)"]


def test_commands_use_the_last_expression_and_take_options() -> None:
    found = told("x = 2", "y = 3", "x^2*y", ":grad --wrt y", ":hess x^2 - y --json", ":grad")
    assert found[3] == "value 12.0\ny     4.0"
    assert json.loads(found[4])["hessian"]["x"]["x"] == 2.0
    assert found[5] == "value 1.0\nx     4.0\ny     -1.0"
    assert "tangent trace" in told("x = 1", ":trace sin(x)")[1]


def test_equations_are_solved_at_the_values_of_a_session() -> None:
    """They are taken as they stand, with spaces and equals signs."""
    found = told(
        "x = 1", "a = 4", ":root x^2 - a --wrt x", ":root x^2 = a --bracket x=0:3 --at a=9"
    )
    assert "x         2.0" in found[2]
    assert "x         3.0" in found[3]
    assert "-x/y" in told(":implicit x^2 + y^2 = 25 --of y")[0]


def test_later_definitions_replace_earlier_ones() -> None:
    assert told("x = 2", "x = 3", "x")[2] == "value 3.0"
    assert told("f(t) = t", "f = 2", "3f")[2] == "value 6.0"
    assert told("y = x^2", "x = 3", "y", ":del y", "y = 4", "y")[2::3] == ["value 9.0", "value 4.0"]


def test_formulas_may_use_formulas_defined_before_or_after() -> None:
    lines = ("z = y + x", "y = x^2", "g(t) = h(t) + 1", "h(t) = 2t", "x = 3", "z", "g(z)")
    assert told(*lines)[-2:] == ["value 12.0", "value 25.0"]


@pytest.mark.parametrize(
    ("lines", "message", "hint"),
    [
        (["y = y + 1"], "'y' would be defined by itself", "another name"),
        (["a = b + 1", "b = a"], "'b' would be defined by itself", "another name"),
        (["f(t) = v*t"], "'v' is no parameter of 'f'", "write f(t, v) = v*t"),
        ([":foo"], "there is no command ':foo'", ":help"),
        ([":gradd x"], "there is no command ':gradd'", "did you mean 'grad'?"),
        ([":grad"], "there is no expression yet", ":grad x^2"),
        ([":del q"], "'q' is not defined", ""),
        (["log("], "'(' is never closed", ""),
        (["1/0"], "division by zero", ""),
        ([":ops 'log"], "a quote is not closed", ""),
        ([":repl"], "there is no command ':repl'", ""),
    ],
)
def test_an_error_ends_the_line(lines: list[str], message: str, hint: str) -> None:
    *_, error, after = told(*lines, "1+1")
    assert message in error
    assert hint in error
    assert after == "value 2"


def test_a_session_tells_what_it_knows() -> None:
    found = told("x = 2", "f(t) = t", ":vars", ":help", ":quit", "never read")
    assert found[2] == "x = 2\nf(t) = t"
    assert ":trace y --mode reverse" in found[3]
    assert len(found) == 5


def test_expressions_and_options_are_told_apart() -> None:
    assert split_options("x - 1 --wrt x") == ("x - 1", "--wrt x")
    assert split_options("x --y") == ("x", "--y")
    assert split_options("a -b x") == ("a", "-b x")
    assert split_options("a - b") == ("a - b", "")
    assert split_options("--wrt x") == ("", "--wrt x")


def test_words_are_completed() -> None:
    session = Session(cli, run)  # type: ignore[arg-type]
    session.run("alpha = 2")
    assert session.complete("2*al") == ["alpha"]
    assert session.complete("sin(asi") == ["asin", "asinh"]
    assert session.complete(":gr") == [":grad", ":graph"]
    assert ":vars" in session.complete(":")


def test_a_definition_is_no_comparison() -> None:
    known = Definitions()
    assert not known.define("x == 2")
    assert not known.define("f(x)")
    with pytest.raises(AdcliError):
        known.define("x = log(")


def test_lines_come_from_a_pipe(monkeypatch: Any, adcli: Any) -> None:
    """As text, and as one JSON object."""
    lines = "x = 2\nx^2\n# a comment\n:quit\nnever\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    code, out, err = adcli("repl")
    assert (code, out.splitlines()[1:], err) == (0, ["value 4.0"], "")
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    found = json.loads(adcli("repl", "--json")[1])["lines"]
    assert found[1] == {"input": "x^2", "output": "value 4.0"}
    assert len(found) == 4


@pytest.mark.parametrize(
    "line",
    [
        ":root f(x) --at x=1",
        ":root y --at x=1",
        ":root f(x)=0 --at x=1",
        ":root f(x) --bracket x=0:2",
    ],
)
def test_roots_of_what_is_defined(line: str) -> None:
    found = told("f(x) = x^2 - 2", "y = x^2 - 2", f"{line} --digits 6")[2]
    assert re.search(r"^x +1\.41421$", found, re.M), found


def test_a_root_starts_where_the_session_is() -> None:
    found = told("x = -1", "y = x^2 - 2", ":root y --digits 6")[2]
    assert re.search(r"^x +-1\.41421$", found, re.M), found


def test_derivatives_with_primes() -> None:
    """Of what a function is now: values, formulas, inside of others, of functions of adcli."""
    found = told(
        "f(x) = x^3", "f'(2)", "f''(2)", "f'(x)", ":diff f", "h(t) = f'(t)*2", "h(3)",
        "f(s) = s^2", "h(3)", "cos'(0)", "f", "x = 5", ":grad f'(x)", "f'",
    )  # fmt: skip
    assert [found[i].splitlines()[0] for i in (1, 2, 3, 4, 6)] == [
        "value 12", "value 12", "3*x^2", "3*x^2", "value 54"
    ]  # fmt: skip
    assert (found[8], found[9][:5], found[10].splitlines()[0]) == ("value 12", "value", "s^2")
    assert (found[12], found[13].splitlines()[0]) == ("value 10.0\nx     2.0", "2*s")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("g(a, b) = a*b", "g'(1, 2)"), "several parameters, a, b"),
        (("f(x) = x", "f(x) = f'(x)"), "'f' would be defined by itself"),
        (("f(x) = x", "g(x) = f'(x)", "f(x) = g'(x)", "f(1)"), "would be defined by itself"),
        (("k(x) = log(x)", "k'(-1)"), "log is not defined here"),
        (("q'(1)",), "a prime is not part of the language"),
    ],
)
def test_what_has_no_derivative_is_told(lines: tuple[str, ...], message: str) -> None:
    """And what has one where the function has a value only."""
    assert message in told(*lines)[-1]


@pytest.mark.parametrize("columns", [30, 49, 60, 80])
def test_help_fits_its_window(columns: int) -> None:
    """No line is wider; every line of the help is there."""
    lines = help_lines(columns).splitlines()
    assert max(map(len, lines)) <= columns
    assert " ".join(" ".join(lines).split()) == " ".join(help_lines(None).split())


@pytest.mark.parametrize("line", ["pi = 3", "e = x^2", "sin = 2"])
def test_a_name_of_the_language_takes_no_value(line: str) -> None:
    assert "give it another name" in told(line)[0]


def test_a_derivative_at_a_kink_is_told() -> None:
    found = told("h(x) = abs(x)", "h'(0)", "h(2)")
    assert "note: h': no derivative where x == 0" in found[1]
    assert "note" not in found[2]
