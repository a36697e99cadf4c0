"""adcli eval"""

from __future__ import annotations

import click

from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_json, print_rows, result_json, value_rows


@click.command(cls=Command)
@options.program_argument
@options.point_option
@options.run_options
@options.output_options
def command(
    program: str,
    at: tuple[str, ...],
    engine: str,
    max_steps: int | None,
    nonfinite: str,
    as_json: bool,
    digits: int | None,
) -> None:
    """Value of PROGRAM at a point.

    PROGRAM is an expression, a file, FILE:NAME for one of its functions, or - for stdin.

    \b
    adcli eval "2x^2 + 3sin(x)" --at x=1.5
    """
    f, point = options.open_program(program, at)
    limits = options.limits_of(max_steps, nonfinite)
    result = f.evaluate(point, engine=engine, limits=limits)
    if as_json:
        print_json("eval", result_json(result))
    else:
        print_rows(value_rows(result), digits)
