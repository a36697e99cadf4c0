"""adcli diff"""

from __future__ import annotations

import click

from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_json, print_notes, write


@click.command(cls=Command)
@options.program_argument
@options.point_option
@options.wrt_option
@click.option("--order", type=click.IntRange(min=1), default=1, help="Differentiate so often.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(program: str, at: tuple[str, ...], wrt: str | None, order: int, as_json: bool) -> None:
    """The derivative of PROGRAM as a formula, which can be typed in again.

    A program with loops is unfolded; where they depend on the inputs, a point chooses the path.

    \b
    adcli diff "x*sin(x)"
    adcli diff samples/logistic.py --at n=4
    """
    f, point = options.open_program(program, at)
    formulas = f.formulas(point, wrt=options.names_of(wrt), order=order)
    if as_json:
        print_json(
            "diff",
            {
                "backend": "symbolic",
                "engine": None,
                "value": None,
                "derivative": formulas.by_name(lambda text: text.text),
                "operations": formulas.by_name(lambda text: text.operations),
                **({"notes": list(formulas.notes)} if formulas.notes else {}),
            },
        )
        return
    for head, text in formulas.named():
        write(f"{head}: {text.text}" if head else text.text)
    print_notes(formulas.notes)
