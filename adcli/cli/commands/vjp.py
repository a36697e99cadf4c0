"""adcli vjp"""

from __future__ import annotations

from typing import Any

import click

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.points import Point, read_seed
from adcli.cli.reply import Reply, result_reply, rows, single
from adcli.program import Program


@command()
@options.program_and_point
@click.option(
    "--seed",
    "seeds",
    multiple=True,
    required=True,
    metavar="SEED",
    callback=lambda _, __, texts: [read_seed(text) for text in texts],
    help="Adjoints of the results: 1; [1,0]; several in order or by name; @FILE with JSON.  "
    "May be repeated.",
)
@options.wrt_option
@options.engine_option
@options.limit_options
@options.digits_option
def reply(
    f: Program,
    point: Point,
    seeds: list[Any],
    **how: Any,
) -> Reply:
    """A seed times the Jacobian of PROGRAM at a point: the adjoints of the inputs.

    It is found by one pair of sweeps of reverse mode.  A seed has the shape of the result; for
    several results it names them (those left out are 0) or has one part for each.  In JSON `vjp` is
    {x: ...} in the shape of x, with several seeds a list of these.

    \b
    adcli vjp samples/polar.py --at x=3,y=-4 --seed 1,0
    adcli vjp samples/polar.py --at x=3,y=-4 --seed 1,0 --seed 0,1 --json
    """
    result = f.adjoints(seeds, point, **how)
    return result_reply(
        result,
        rows(result.value_rows, lambda: result.product_rows("vjp")),
        vjp=lambda: single(result.named()),
    )
