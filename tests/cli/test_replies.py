"""Every command, whichever there are, and a command that somebody adds."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from command_examples import GROUP, NAMES, ROOT, examples
from reply_validation import validate

import adcli.cli.commands
from adcli.cli.command import Command
from adcli.cli.command_group import cli

EXAMPLES = [
    pytest.param(
        call,
        id=shlex.join(call),
        marks=[pytest.mark.slow("the first example of each command is in the fast gear")]
        if place or name == "swell"
        else [],
    )
    for name in NAMES
    for place, call in enumerate(examples(name))
]


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_documented(name: str) -> None:
    """It has an example in its help, `--json`, and each of its options has a help text."""
    command = cli.get_command(GROUP, name)
    assert isinstance(command, Command)
    assert examples(name)
    options = [param for param in command.params if isinstance(param, click.Option)]
    assert "--json" in [spelling for option in options for spelling in option.opts]
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize("call", EXAMPLES)
def test_every_example_works_as_text_and_as_json(
    adcli: Any, call: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The JSON object of every reply has the fields of the contract and those that the command's
    schema describes, and no others; its notes are sentences."""
    monkeypatch.chdir(ROOT)
    plain = [word for word in call if word != "--json"]
    written = tmp_path / "written"
    if "-o" in plain:
        plain[plain.index("-o") + 1] = str(written) + Path(plain[plain.index("-o") + 1]).suffix
    code, out, _ = adcli(*plain)
    assert (code, bool(out or [*tmp_path.iterdir()])) == (0, True)
    code, out, err = adcli(*plain, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out or next(tmp_path.iterdir()).read_text())
    assert list(found)[:2] == ["schema", "command"]
    assert {"backend", "engine", "value"} < set(found)
    assert (found["schema"], found["command"]) == ("adcli/1", call[0])
    assert all(isinstance(note, str) for note in found.get("notes", []))
    validate(found)


SLOPE = '''"""adcli slope"""

from __future__ import annotations

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.point_reading import Point
from adcli.cli.reply import Reply, result_reply, rows
from adcli.program import Program


@command(fields="slope: {*: tensor}")
@options.program_and_point
@options.digits_option
def reply(f: Program, point: Point) -> Reply:
    """Slope of PROGRAM at a point: the derivative by its first input.

    \\b
    adcli slope "x^2" --at x=3
    """
    result = f.differentiate(point, wrt=f.reals[:1])
    return result_reply(result, rows(result.derivative_rows), slope=result.by_input)
'''


@pytest.fixture
def slope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command of one file, in a folder that the package of commands has besides its own."""
    (tmp_path / "slope.py").write_text(SLOPE)
    folders = [*adcli.cli.commands.__path__, str(tmp_path)]
    monkeypatch.setattr(adcli.cli.commands, "__path__", folders)
    monkeypatch.delitem(sys.modules, "adcli.cli.commands.slope", raising=False)


@pytest.mark.usefixtures("slope")
def test_a_command_is_added_by_adding_a_file(adcli: Any) -> None:
    """It is listed, has help, prints text with `--digits` and JSON, and its errors are as all."""
    code, out, _ = adcli("--help")
    assert (code, "slope" in out) == (0, True)
    code, out, _ = adcli("slope", "--help")
    assert code == 0
    assert all(word in out for word in ("Slope of PROGRAM", "--json", "--digits", "--at"))
    assert adcli("slope", "x^3/7", "--at", "x=3") == (0, "x 3.857142857142857\n", "")
    assert adcli("slope", "x^3/7", "--at", "x=3", "--digits", "3") == (0, "x 3.86\n", "")
    code, out, _ = adcli("slope", "x^2", "--at", "x=3", "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["command"], found["backend"], found["value"]) == ("slope", "forward", 9.0)
    assert found["slope"] == {"x": 6.0}
    validate(found)
    code, out, _ = adcli("slope", "log(x)", "--at", "x=-1", "--json")
    assert code == 4
    assert (json.loads(out)["command"], json.loads(out)["error"]["kind"]) == ("slope", "domain")
