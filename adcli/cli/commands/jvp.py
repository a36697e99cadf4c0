"""adcli jvp"""

from __future__ import annotations

from typing import Any

import click

from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_json, print_rows, result_json, single
from adcli.program import Program


@click.command(cls=Command)
@options.program_and_point
@options.direction_option
@options.engine_option
@options.limit_options
@options.output_options
def command(
    f: Program,
    point: dict[str, Any],
    directions: list[dict[str, Any]],
    as_json: bool,
    digits: int | None,
    **how: Any,
) -> None:
    """Jacobian of PROGRAM at a point times a direction: how fast the result changes along it.

    It is found by one sweep of forward mode.  In JSON `jvp` has the shape of the result, a list of
    them if there are several; with several directions it is a list of these.

    \b
    adcli jvp samples/polar.py --at x=3,y=-4 --direction x=1
    adcli jvp samples/polar.py --at x=3,y=-4 --direction x=1,y=2 --direction y=1 --json
    """
    result = f.tangents(directions, point, **how)
    if as_json:
        products = [single(product) for product in result.products]
        print_json("jvp", {**result_json(result), "jvp": single(products)})
    else:
        print_rows(
            [*result.value_rows(), *result.product_rows("jvp", apart=True)], digits, result.notes
        )
