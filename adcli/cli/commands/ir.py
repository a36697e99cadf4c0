"""adcli ir"""

from __future__ import annotations

import click

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.reply import Reply
from adcli.program import Program


@command()
@options.program_alone
@click.option(
    "--pass",
    "passes",
    multiple=True,
    type=click.Choice(["forward", "reverse"]),
    help="Differentiate first; may be repeated, and is applied in order.",
)
@options.wrt_option
def reply(
    f: Program,
    passes: tuple[str, ...],
    wrt: list[str] | None,
) -> Reply:
    """The intermediate representation of PROGRAM, as it is or differentiated.

    \b
    adcli ir "x1*x2" --pass reverse
    """
    from adcli.ir.text import print_module

    text = print_module(f.transformed(passes, wrt))
    return Reply(lambda _: {"ir": text}, lambda _: [text])
