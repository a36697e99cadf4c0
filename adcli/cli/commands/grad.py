"""adcli grad"""

from __future__ import annotations

import click

from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_json, print_notes, print_rows, result_json, value_rows
from adcli.program import Program, Result


@click.command(cls=Command)
@options.program_and_point
@options.derivative_options
@options.output_options
def command(f: Program, result: Result, as_json: bool, digits: int | None) -> None:
    """Gradient of PROGRAM at a point.

    PROGRAM is an expression, a file, FILE:NAME for one of its functions, or - for stdin.

    \b
    adcli grad "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5
    adcli grad samples/kepler.py --at e=0.3,m=1 --json
    """
    gradient = result.gradient(f)
    if as_json:
        content = {**result_json(result), "gradient": gradient}
        if result.errors:
            content["error_estimate"] = result.errors[0]
        print_json("grad", content)
        return
    print_rows([*value_rows(result), *gradient.items()], digits)
    print_notes(result.notes)
    if result.errors and gradient:
        estimates = [f"{name} {error:.1e}" for name, error in result.errors[0].items()]
        print_notes([f"estimated errors: {', '.join(estimates)}"])
