"""The commands, and the calls that their help shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click

from adcli.cli.command_group import cli

#: Where the calls work: they read `samples/`.
ROOT = Path(__file__).parents[1]

GROUP = click.Context(cli)
NAMES = cli.list_commands(GROUP)


def examples(name: str) -> list[list[str]]:
    """The calls of a command in its help, as lists of arguments."""
    command = cli.get_command(GROUP, name)
    assert command is not None
    text = re.sub(r"\\\n *", "", command.help or "")  # a call may go on in the next line
    lines = [line.strip() for line in text.splitlines()]
    return [shlex.split(line)[1:] for line in lines if f"{line} ".startswith(f"adcli {name} ")]
