"""`adcli ir`: the intermediate representation, as it is or differentiated."""

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
    help="Differentiate by this mode first.  May be repeated: passes run in the order given.",
)
@options.wrt_option
def reply(
    f: Program,
    passes: tuple[str, ...],
    wrt: list[str] | None,
) -> Reply:
    """Print the intermediate representation of PROGRAM.

    With --pass it is that of a derivative of PROGRAM.

    \b
    adcli ir "x1*x2" --pass reverse
    """
    from adcli.ir.printer import print_module

    text = print_module(f.transformed(passes, wrt))
    return Reply(lambda _: {"ir": text}, lambda _: [text])
