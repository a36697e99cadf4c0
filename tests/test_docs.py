"""The README is true: every command in it prints what stands below it."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def sessions() -> list[tuple[str, str]]:
    """The commands of the console blocks with the output that follows each."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            while command.endswith("\\"):
                more, _, output = output.partition("\n")
                command = command[:-1] + more.strip()
            found.append((command, output.rstrip() + "\n"))
    return found


@pytest.mark.parametrize(("command", "expected"), sessions())
def test_a_command_prints_what_the_readme_says(command: str, expected: str) -> None:
    """Output and errors together, as a terminal shows them."""
    env = dict(os.environ, PYTHONIOENCODING="utf-8", PYTHONUTF8="1")
    env["PATH"] = os.path.dirname(sys.executable) + os.pathsep + env["PATH"]
    found = subprocess.run(
        command,
        shell=True,
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert found.stdout.rstrip() + "\n" == expected


def test_the_readme_shows_every_command() -> None:
    """A command that is added is shown in the tour."""
    names = [p.stem for p in (ROOT / "adcli/cli/commands").glob("*.py") if p.stem[0] != "_"]
    shown = " ".join(command for command, _ in sessions())
    assert [n for n in names if f"adcli {n} " not in shown] == []


def test_python_examples() -> None:
    """The examples from Python run as doctests."""
    examples = "\n".join(re.findall(r"```python\n(.*?)```", README, re.DOTALL))
    test = doctest.DocTestParser().get_doctest(examples, {}, "README", "README.md", 0)
    assert test.examples
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        assert doctest.DocTestRunner().run(test).failed == 0
    finally:
        os.chdir(before)


def test_the_first_command_prints_what_is_shown() -> None:
    """What follows the set-up in the first command gives the output below it."""
    match = re.search(r"<!-- first command -->\n```sh\n(.*?)```\n\n```text\n(.*?)```", README, re.S)
    assert match is not None
    command = match[1].rpartition("&&")[2].strip().removeprefix(".venv/bin/")
    test_a_command_prints_what_the_readme_says(command, match[2])
