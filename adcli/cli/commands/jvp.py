"""`adcli jvp`: Jacobian-vector products, by forward mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.point_reading import Point
from adcli.cli.reply import PLAIN, Reply, numbers_reply, products_lines, single
from adcli.program import Program

if TYPE_CHECKING:
    from typing import Unpack

    from adcli.derivative_requests import Running

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
jvp: tensor  # the Jacobian times the direction; a list for several
"""


@command(formats=(PLAIN, *TABLES), fields=_FIELDS)
@options.program_and_points
@options.direction_option
@options.engine_option
@options.tapeless_limit_options
@options.digits_option
def reply(
    f: Program,
    point: Point,
    directions: list[Point],
    **how: Unpack[Running],
) -> Reply:
    """Multiply the Jacobian of PROGRAM at a point by a direction.

    The product tells how fast the result changes along the direction; one sweep of forward mode
    computes it.  In JSON `jvp` has the shape of the result; for several results it is a list
    with one entry per result; with several directions, a list with one such value per direction.

    \b
    adcli jvp samples/polar.py --at x=3,y=-4 --direction x=1
    adcli jvp samples/polar.py --at x=3,y=-4 --direction x=1,y=2 --direction y=1 --json
    """
    result = f.tangents(directions, point, **how)
    return numbers_reply(
        result,
        [result.value_rows, lambda: result.product_rows("jvp", apart=True)],
        lambda: products_lines(result.products),
        jvp=lambda: single([single(product) for product in result.products]),
    )
