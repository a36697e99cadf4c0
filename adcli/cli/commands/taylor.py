"""`adcli taylor`: derivatives of many orders along a line."""

from __future__ import annotations

import click

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.point_reading import Point, read_direction, read_name
from adcli.cli.reply import PLAIN, Reply, lines_of, numbers_reply, single
from adcli.engines.interface import Limits
from adcli.program import Program

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
derivatives: [tensor]   # f, f', f'', ...
coefficients: [tensor]  # f, f', f''/2!, ...
"""


@command(formats=(PLAIN, *TABLES), fields=_FIELDS)
@options.program_and_points
@click.option("--order", type=click.IntRange(min=0), required=True, help="The highest order.")
@click.option(
    "--direction",
    metavar="DIRECTION",
    callback=lambda _, __, text: None if text is None else read_direction(text),
    help="A direction: x=1,y=[0,1]; @FILE with JSON.  Inputs left out are 0.",
)
@click.option(
    "--wrt",
    metavar="NAME",
    callback=lambda _, __, text: None if text is None else read_name(text),
    help="Go along this input, or this entry of one: x, x[3].",
)
@click.option(
    "--coefficients",
    is_flag=True,
    help="Print Taylor coefficients: the k-th derivative divided by k!.",
)
@options.recording_limit_options
@options.digits_option
def reply(
    f: Program,
    point: Point,
    order: int,
    direction: Point | None,
    wrt: str | None,
    coefficients: bool,
    limits: Limits,
) -> Reply:
    """Compute the derivatives of PROGRAM along a line, up to an order.

    The line goes through the point in the --direction, or along the input that --wrt names; without
    both along the only real input.  One propagation of Taylor series computes all orders, in a time
    that grows with the square of the order, and for some special functions with its cube.  In JSON
    `derivatives` is [f, f', f'', ...] and `coefficients` is [f, f', f''/2!, ...]; each entry of an
    array has such a list, and for several results there is a list with one entry per result.

    \b
    adcli taylor "exp(sin(x))" --at x=0.5 --order 8
    adcli taylor "x^2*y^3" --at x=1,y=2 --direction x=1,y=-2 --order 5
    """
    result = f.expand(point, order=order, direction=direction, wrt=wrt, limits=limits)
    numbers = result.series if coefficients else result.derivative_list
    return numbers_reply(
        result,
        [lambda: result.order_rows("c" if coefficients else "d")],
        lambda: lines_of([numbers[0] if result.is_number else numbers]),
        derivatives=lambda: single(result.derivatives),
        coefficients=lambda: single(result.coefficients),
    )
