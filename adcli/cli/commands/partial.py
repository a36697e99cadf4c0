"""`adcli partial`: one mixed partial derivative of any order."""

from __future__ import annotations

import click

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.point_reading import Point, read_entries
from adcli.cli.reply import PLAIN, Reply, lines_of, numbers_reply, single
from adcli.engines.interface import Limits
from adcli.program import Program

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
partial: tensor  # the mixed derivative
wrt: [text]      # as it was asked
"""


@command(formats=(PLAIN, *TABLES), fields=_FIELDS)
@options.program_and_points
@click.option(
    "--wrt",
    metavar="NAMES",
    required=True,
    callback=lambda _, __, text: read_entries(text),
    help="Differentiate by these, one after the other: x,x,y or A[0,1],x[3].",
)
@options.recording_limit_options
@options.digits_option
def reply(
    f: Program,
    point: Point,
    wrt: list[str],
    limits: Limits,
) -> Reply:
    """Compute one mixed partial derivative of PROGRAM, of any order.

    One propagation of Taylor series, in one variable per distinct name in --wrt, computes it.  In
    JSON `partial` has the shape of the result; for several results it is a list with one entry per
    result.

    \b
    adcli partial "x^3*y^2" --at x=1,y=2 --wrt x,x,y
    adcli partial "x[0]^2*x[1]" --at "x=[1,2]" --wrt "x[0],x[1]" --json
    """
    result = f.mixed_partial(point, wrt, limits=limits)
    return numbers_reply(
        result,
        [result.value_rows, result.partial_rows],
        lambda: lines_of(result.partials),
        partial=lambda: single(result.partials),
        wrt=lambda: result.wrt,
    )
