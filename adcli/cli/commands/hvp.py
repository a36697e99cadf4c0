"""adcli hvp"""

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
@options.wrt_option
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
    """Hessian of PROGRAM at a point times a direction.

    It is found by forward over reverse mode, for a small multiple of the program's own time however
    many inputs there are.  In JSON `hvp` is {x: ...} in the shape of x, with several directions a
    list of these.

    \b
    adcli hvp "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5 --direction x1=1
    adcli hvp "sum(x*x*x)" --at x=[1,2] --direction x=[1,0] --direction x=[0,1]
    """
    result = f.second_products(directions, point, **how)
    if as_json:
        print_json("hvp", {**result_json(result), "hvp": single(result.named())})
    else:
        print_rows([*result.value_rows(), *result.product_rows("hvp")], digits, result.notes)
