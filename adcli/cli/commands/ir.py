"""adcli ir"""

from __future__ import annotations

import click

from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_json, write
from adcli.program import Program


@click.command(cls=Command)
@options.program_alone
@click.option(
    "--pass",
    "passes",
    multiple=True,
    type=click.Choice(["forward", "reverse"]),
    help="Differentiate first; may be repeated, and is applied in order.",
)
@options.wrt_option
@options.json_option
def command(
    f: Program,
    passes: tuple[str, ...],
    wrt: list[str] | None,
    as_json: bool,
) -> None:
    """The intermediate representation of PROGRAM, as it is or differentiated.

    \b
    adcli ir "x1*x2" --pass reverse
    """
    from adcli.ir.text import print_module

    text = print_module(f.transformed(passes, wrt))
    if as_json:
        print_json("ir", {"backend": None, "engine": None, "value": None, "ir": text})
    else:
        write(text)
