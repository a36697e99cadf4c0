"""`adcli vjp`: vector-Jacobian products, by reverse mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.point_reading import Point, read_seed
from adcli.cli.reply import PLAIN, Reply, numbers_reply, products_lines, single
from adcli.program import Program

if TYPE_CHECKING:
    from typing import Unpack

    from adcli.derivative_requests import Choices

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
vjp: {*: tensor} | [{*: tensor}]  # the seed times the Jacobian; a list for several
"""


@command(formats=(PLAIN, *TABLES), fields=_FIELDS)
@options.program_and_points
@click.option(
    "--seed",
    "seeds",
    multiple=True,
    required=True,
    metavar="SEED",
    callback=lambda _, __, texts: [read_seed(text) for text in texts],
    help="Adjoints of the results: 1; [1,0]; a,b for two results in order; value2=1 by name; @FILE "
    "with JSON.  May be repeated.",
)
@options.wrt_option
@options.engine_option
@options.limit_options
@options.digits_option
def reply(
    f: Program,
    point: Point,
    seeds: list[Any],
    **how: Unpack[Choices],
) -> Reply:
    """Multiply a seed by the Jacobian of PROGRAM at a point.

    The products are the adjoints of the inputs; one forward and one backward sweep of reverse mode
    compute them.  A seed has the shape of the result.  For several results give one part per
    result, or name some (value2=1); the others get 0.  In JSON `vjp` is {x: ...} in the shape of x;
    with several seeds, a list with one such value per seed.

    \b
    adcli vjp samples/polar.py --at x=3,y=-4 --seed 1,0
    adcli vjp samples/polar.py --at x=3,y=-4 --seed 1,0 --seed 0,1 --json
    """
    result = f.adjoints(seeds, point, **how)
    return numbers_reply(
        result,
        [result.value_rows, lambda: result.product_rows("vjp")],
        lambda: products_lines(result.products),
        vjp=lambda: single(result.named()),
    )
