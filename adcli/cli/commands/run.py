"""adcli run"""

from __future__ import annotations

import click

from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_json, print_notes, print_rows, result_json, value_rows
from adcli.program import Program, Result


@click.command(cls=Command)
@options.file_and_point
@options.derivative_options
@options.output_options
def command(f: Program, result: Result, as_json: bool, digits: int | None) -> None:
    """Values and derivatives of the script in FILE (or FILE:NAME).

    A file without functions is a function of its free names; its last expression, or else its last
    assignment, is the result.

    \b
    adcli run samples/logistic.py --at x=0.2
    """
    one = f.results == 1
    if as_json:
        names = result.jacobian[0]
        content = result_json(result)
        if one:
            content["gradient"] = names
        else:
            content["jacobian"] = {n: [row[n] for row in result.jacobian] for n in names}
        print_json("run", content)
        return
    rows = value_rows(result)
    for i, row in enumerate(result.jacobian, 1):
        rows += [(name if one else f"value{i}/{name}", v) for name, v in row.items()]
    print_rows(rows, digits)
    print_notes(result.notes)
