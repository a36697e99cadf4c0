"""adcli grad"""

from __future__ import annotations

from typing import Any

import click

from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_errors, print_json, print_rows, result_json
from adcli.program import Program


@click.command(cls=Command)
@options.program_and_point
@options.how_options
@options.output_options
def command(
    f: Program, point: dict[str, Any], how: dict[str, Any], as_json: bool, digits: int | None
) -> None:
    """Gradient of PROGRAM at a point.

    PROGRAM is an expression, a file, FILE:NAME for one of its functions, or - for stdin.  Its
    result is one number; `jac` takes others too.

    \b
    adcli grad "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5
    adcli grad samples/kepler.py --at e=0.3,m=1 --json
    adcli grad "sum(x*x)" --at x=[1,2,3]
    """
    f.require_number("a gradient", point)
    result = f.differentiate(point, **how)
    if as_json:
        content = {**result_json(result), "gradient": result.by_input()}
        if result.error_matrix is not None:
            content["error_estimate"] = result.errors_by_input()
        print_json("grad", content)
        return
    print_rows([*result.value_rows(), *result.derivative_rows()], digits, result.notes)
    print_errors(result.error_rows())
