"""`adcli sensitivity`: how much each input matters."""

from __future__ import annotations

from adcli.cli import options
from adcli.cli.application_command_options import application_reply
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.point_reading import Point
from adcli.cli.reply import Reply
from adcli.program import Program

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
sensitivity: {*: {value: number, derivative: number, elasticity: number, change: number}}
condition: number
"""


@command(formats=TABLES, fields=_FIELDS)
@options.program_and_point
@options.wrt_option
@options.digits_option
def reply(f: Program, point: Point, wrt: list[str] | None) -> Reply:
    """Say how much each input of PROGRAM matters at a point.

    For each input x the derivative df/dx, the elasticity x/f df/dx (by how many per cent f changes
    for one per cent of x), and the change of f for 1 % of x, 0.01 x df/dx; the one that matters
    most comes first.  The condition number is the sum of the elasticities' sizes, the greatest
    relative change of f for a relative change of the inputs (Higham, Accuracy and Stability of
    Numerical Algorithms, 2002, section 1.6).

    \b
    adcli sensitivity "m*g*h + m*v^2/2" --at m=2,g=9.81,h=3,v=4
    """
    return application_reply(f.sensitivity(point, wrt=wrt))
