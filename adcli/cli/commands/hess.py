"""`adcli hess`: the matrix of second derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from adcli.backends.registry import SECOND_ORDER, choices
from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.point_reading import Point
from adcli.cli.reply import PLAIN, Reply, error_remarks, matrix, matrix_tables, result_reply
from adcli.program import Program

if TYPE_CHECKING:
    from typing import Unpack

    from adcli.derivative_requests import Choices

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
hessian: {*: {*: tensor}}         # the second derivative by two inputs
error_estimate?: {*: {*: tensor}}  # how far off finite differences may be
"""


@command(formats=(PLAIN, *TABLES), fields=_FIELDS)
@options.program_and_points
@options.wrt_option
@click.option(
    "--backend",
    type=click.Choice(choices(SECOND_ORDER)),
    default="auto",
    help="The method of differentiation, see above.",
)
@options.engine_option
@options.limit_options
@options.digits_option
def reply(f: Program, point: Point, backend: str, **how: Unpack[Choices]) -> Reply:
    """Compute the Hessian of PROGRAM at a point.

    These are the second derivatives by every two inputs; the result of PROGRAM must be one number.
    In JSON `hessian` is {x: {y: ...}}, in the shape of x, then that of y.

    \b
    --backend forward-over-reverse  tangents of adjoints, a run for each column; the default
              reverse               adjoints of adjoints, a run for each row
              forward               tangents of tangents, a run for each pair of entries
              symbolic              formulas of the second derivatives
              finite-difference     differences of gradients; the gradients come from complex
                                    steps or, if an operation has none, from differences

    \b
    adcli hess "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5
    adcli hess samples/rosenbrock.py --at x=1,y=2 --json
    """
    result = f.differentiate_twice(point, backend=backend, **how)
    fields: dict[str, Callable[[], object]] = {"hessian": lambda: result.hessian}
    if result.error_matrix is not None:
        fields["error_estimate"] = lambda: result.errors
    return result_reply(
        result,
        matrix(result),
        answer=lambda: result.matrix,
        remarks=lambda: error_remarks(result.error_rows()),
        tables=matrix_tables(result),
        named=result.shown_rows,
        **fields,
    )
