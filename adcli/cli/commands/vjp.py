"""adcli vjp"""

from __future__ import annotations

from typing import Any

import click

from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_json, print_rows, result_json, single
from adcli.cli.points import read_seed
from adcli.program import Program


@click.command(cls=Command)
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
@options.output_options
def command(
    f: Program,
    point: dict[str, Any],
    seeds: list[Any],
    as_json: bool,
    digits: int | None,
    **how: Any,
) -> None:
    """A seed times the Jacobian of PROGRAM at a point: the adjoints of the inputs.

    It is found by one pair of sweeps of reverse mode.  A seed has the shape of the result; for
    several results it names them (those left out are 0) or has one part for each.  In JSON `vjp` is
    {x: ...} in the shape of x, with several seeds a list of these.

    \b
    adcli vjp samples/polar.py --at x=3,y=-4 --seed 1,0
    adcli vjp samples/polar.py --at x=3,y=-4 --seed 1,0 --seed 0,1 --json
    """
    result = f.adjoints(seeds, point, **how)
    if as_json:
        print_json("vjp", {**result_json(result), "vjp": single(result.named())})
    else:
        print_rows([*result.value_rows(), *result.product_rows("vjp")], digits, result.notes)
