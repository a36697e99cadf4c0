"""adcli diff"""

from __future__ import annotations

from typing import Any

import click

from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_json, print_notes, write
from adcli.program import Program


@click.command(cls=Command)
@options.program_and_point
@options.wrt_option
@click.option("--order", type=click.IntRange(min=1), default=1, help="Differentiate so often.")
@options.json_option
def command(
    f: Program, point: dict[str, Any], wrt: list[str] | None, order: int, as_json: bool
) -> None:
    """The derivative of PROGRAM as a formula, which can be typed in again.

    A program with loops is unfolded; where they depend on the inputs, a point chooses the path.

    \b
    adcli diff "x*sin(x)"
    adcli diff samples/logistic.py --at n=4
    """
    formulas = f.formulas(point, wrt=wrt, order=order)
    if as_json:
        content: dict[str, Any] = {"backend": "symbolic", "engine": None, "value": None}
        content["derivative"] = formulas.by_name(lambda text: text.text)
        content["operations"] = formulas.by_name(lambda text: text.operations)
        if formulas.notes:
            content["notes"] = list(formulas.notes)
        print_json("diff", content)
        return
    for head, text in formulas.named():
        write(f"{head}: {text.text}" if head else text.text)
    print_notes(formulas.notes)
