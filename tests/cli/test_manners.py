"""The manners of the command line: helps, short forms, quiet, colours."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from command_examples import GROUP, NAMES

from adcli.cli.command_group import cli


def test_help_is_a_command_too(adcli: Any) -> None:
    """`adcli help X`, `adcli X --help` and `adcli X ... -h` are the same."""
    text = adcli("help", "grad")[1]
    assert text == adcli("grad", "--help")[1] == adcli("grad", "sin(x)", "--at", "x=1", "-h")[1]
    assert adcli("help")[1] == adcli("--help")[1] == adcli("-h")[1]
    code, _, err = adcli("help", "jacobian")
    assert (code, "did you mean 'adcli jac'?" in err) == (2, True)
    assert adcli("-V") == adcli("--version")


@pytest.mark.parametrize("name", NAMES)
def test_helps_have_a_form(adcli: Any, name: str) -> None:
    """Examples under a heading, defaults, expert options last, nothing wider than 100 columns."""
    _, text, _ = adcli(name, "--help")
    assert f"\nExamples:\n  adcli {name}" in text
    assert "\nOutput:\n" in text
    options = re.split(r"\n  (?=-)", text)
    assert not [option for option in options if option.count("[default: ") > 1]
    if "Expert options:" in text:
        assert text.index("Expert options:") > text.index("--help")
    # an example may be longer: it is copied as one line
    explained = text.partition("\nExamples:\n")[0] + text.partition("\nOptions:\n")[2]
    assert max(map(len, explained.splitlines())) <= 100


def test_commands_are_grouped_and_fit_80_columns(
    adcli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, text, _ = adcli("--help")
    rows = text.partition("\nDerivatives:\n")[2]
    assert max(map(len, text.splitlines())) <= 80
    for name in NAMES:
        assert f"\n  {name} " in f"\n{rows}"


def test_short_forms(adcli: Any) -> None:
    call = ("x^2*y", "--at", "x=3,y=2")
    short = adcli("grad", *call, "-b", "forward", "-w", "x", "-j")
    assert short == adcli("grad", *call, "--backend", "forward", "--wrt", "x", "--json")
    assert short[0] == 0


@pytest.mark.parametrize("asked", [("--json",), ("-j",), ("--format", "json")])
def test_errors_are_json_where_the_reply_is(adcli: Any, tmp_path: Path, asked: Any) -> None:
    """Whatever form asks for it, also where a file cannot be written."""
    _, out, err = adcli("trace", "x", "--at", "y=1", *asked)
    assert (json.loads(out)["error"]["kind"], err) == ("usage", "")
    code, out, _ = adcli("trace", "x", "--at", "x=1", *asked, "-o", str(tmp_path / "none" / "t"))
    assert (code, json.loads(out)["error"]["message"][:12]) == (2, "cannot write")


def test_the_name_of_a_file_to_write_is_not_empty(adcli: Any) -> None:
    code, _, err = adcli("trace", "x", "--at", "x=1", "-o", "")
    assert (code, "is empty" in err) == (2, True)


def test_quiet_prints_no_notes(adcli: Any) -> None:
    """But errors."""
    call = ("eval", "x", "--at", "x=1,y=2")
    assert "note:" in adcli(*call)[2]
    assert adcli(*call, "-q") == (0, "value 1.0\n", "")
    assert "error:" in adcli("eval", "log(x)", "--at", "x=-1", "--quiet")[2]


def test_colours(adcli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caret is red where colours are asked for, and nowhere else."""
    for name in ("FORCE_COLOR", "NO_COLOR", "TERM"):
        monkeypatch.setenv(name, "")
    call = ("eval", "log(x)", "--at", "x=-1")
    plain = adcli(*call)[2]
    assert "\x1b" not in plain
    coloured = adcli(*call, "--color", "always")[2]
    assert "\x1b[1;31merror:\x1b[0m" in coloured
    assert "\x1b[1;31m^" in coloured.replace("m   ", "m").replace(" ", "")
    assert adcli(*call, "--color", "never")[2] == plain


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (["--", "-x", "--at", "x=1"], "options stand before --"),
        (["x", "-z", "r.json"], "if -z is to be an option: adcli grad --help tells more"),
        (["x", "+", "y"], "put in quotes"),
    ],
)
def test_too_much_is_given_for_a_reason(adcli: Any, args: list[str], hint: str) -> None:
    code, _, err = adcli("grad", *args)
    assert (code, hint in err) == (2, True), err


def test_short_flags_may_be_typed_as_one_word(adcli: Any) -> None:
    """Unless the word may be the expression."""
    assert adcli("grad", "x^2", "--at", "x=1,y=2", "-jq") == adcli(
        "grad", "x^2", "--at", "x=1,y=2", "-j", "-q"
    )
    assert adcli("grad", "-jq", "--at", "jq=1")[1] == "value -1.0\njq    -1.0\n"
    assert "too much is given: -jx" in adcli("grad", "x^2", "-jx", "--at", "x=1")[2]


def test_a_word_for_a_number_is_shown_with_its_place(adcli: Any) -> None:
    """Where a program takes words, it is an option."""
    _, _, err = adcli("grad", "x^2", "--at", "y=1, x=abc")
    assert "  1 | y=1, x=abc\n    |        ^^^\n" in err
    assert "hint: a number may be written as a constant" in err


def test_samples_fit_into_a_line(adcli: Any) -> None:
    assert max(map(len, adcli("samples")[1].splitlines())) <= 80


@pytest.mark.parametrize("name", NAMES)
def test_examples_can_be_typed_in_every_shell(name: str) -> None:
    """zsh and fish take brackets outside of quotes for patterns."""
    command = cli.get_command(GROUP, name)
    assert command is not None
    lines = [
        line for line in (command.help or "").splitlines() if line.strip().startswith("adcli ")
    ]
    assert not [line for line in lines if re.search(r"[\[*?]", re.sub(r'"[^"]*"', "", line))]
