"""`adcli hvp`: Hessian-vector products."""

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

    from adcli.derivative_requests import Choices

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
hvp: {*: tensor} | [{*: tensor}]  # the Hessian times the direction; a list for several
"""


@command(formats=(PLAIN, *TABLES), fields=_FIELDS)
@options.program_and_points
@options.direction_option
@options.wrt_option
@options.engine_option
@options.limit_options
@options.digits_option
def reply(
    f: Program,
    point: Point,
    directions: list[Point],
    **how: Unpack[Choices],
) -> Reply:
    """Multiply the Hessian of PROGRAM at a point by a direction.

    Forward over reverse mode computes the product without the matrix.  This takes a small multiple
    of the program's own time, however many inputs there are.  In JSON `hvp` is {x: ...} in the
    shape of x; with several directions, a list with one such value per direction.

    \b
    adcli hvp "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5 --direction x1=1
    adcli hvp "sum(x*x*x)" --at "x=[1,2]" --direction "x=[1,0]" --direction "x=[0,1]"
    """
    result = f.second_products(directions, point, **how)
    return numbers_reply(
        result,
        [result.value_rows, lambda: result.product_rows("hvp")],
        lambda: products_lines(result.products),
        hvp=lambda: single(result.named()),
    )
