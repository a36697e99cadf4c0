"""adcli eval"""

from __future__ import annotations

from typing import Any

import click

from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_json, print_rows, result_json
from adcli.engines.interface import Limits
from adcli.program import Program


@click.command(cls=Command)
@options.program_and_point
@options.engine_option
@options.limit_options
@options.output_options
def command(
    f: Program,
    point: dict[str, Any],
    engine: str,
    limits: Limits,
    as_json: bool,
    digits: int | None,
) -> None:
    """Value of PROGRAM at a point.

    PROGRAM is an expression, a file, FILE:NAME for one of its functions, or - for stdin.

    \b
    adcli eval "2x^2 + 3sin(x)" --at x=1.5
    """
    result = f.evaluate(point, engine=engine, limits=limits)
    if as_json:
        print_json("eval", result_json(result))
    else:
        print_rows(result.value_rows(), digits, result.notes)
