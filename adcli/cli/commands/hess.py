"""adcli hess"""

from __future__ import annotations

from typing import Any

import click

from adcli.backends.registry import SECOND_ORDER, choices
from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import (
    print_errors,
    print_json,
    print_matrix,
    print_notes,
    print_rows,
    result_json,
)
from adcli.program import Program


@click.command(cls=Command)
@options.program_and_point
@options.wrt_option
@click.option(
    "--backend",
    type=click.Choice(choices(SECOND_ORDER)),
    default="auto",
    help="How second derivatives are found, see above.",
)
@options.engine_option
@options.limit_options
@options.output_options
def command(
    f: Program, point: dict[str, Any], as_json: bool, digits: int | None, **how: Any
) -> None:
    """Hessian of PROGRAM at a point: the second derivatives of its one result.

    In JSON `hessian` is {x: {y: ...}}, in the shape of x, then that of y.

    \b
    --backend forward-over-reverse  tangents of adjoints, a run for each column; this is auto
              reverse               adjoints of adjoints, a run for each row
              forward               tangents of tangents, a run for each pair of entries
              symbolic              the formulas of the second derivatives
              finite-difference     differences of gradients by the complex step, or, where an
                                    operation has none, of gradients by differences

    \b
    adcli hess "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5
    adcli hess samples/rosenbrock.py --at x=1,y=2 --json
    """
    result = f.differentiate_twice(point, **how)
    if as_json:
        content = {**result_json(result), "hessian": result.hessian}
        if result.error_matrix is not None:
            content["error_estimate"] = result.errors
        print_json("hess", content)
        return
    from adcli.render.terminal import is_terminal

    if is_terminal():
        print_rows(result.value_rows(), digits)
        print_matrix(result.columns(), result.columns(), result.matrix, digits)
    else:
        print_rows([*result.value_rows(), *result.derivative_rows()], digits)
    print_notes(result.notes)
    print_errors(result.error_rows())
