"""`adcli simplify`: a program as a short formula."""

from __future__ import annotations

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.formula_options import FORMATS, Style, formula_options
from adcli.cli.formula_output import formulas_reply
from adcli.cli.point_reading import Point
from adcli.cli.reply import Reply
from adcli.program import Program

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
expression: formulas
operations: counts
definitions?: {*: text}   # with --cse: the shared parts
steps?: derivations
conditions?: conditions   # under which the formula holds
"""


@command(formats=FORMATS, tell_format=True, fields=_FIELDS)
@options.program_and_point
@formula_options
def reply(f: Program, point: Point, effort: str, style: Style) -> Reply:
    """Simplify PROGRAM to the shortest formula that is found.

    With --steps each line names the rule that leads to it.

    \b
    adcli simplify "sin(x)^2 + cos(x)^2 + x/x"
    adcli simplify "sqrt(x^2)" --steps
    """
    found = f.formulas(point, order=0, effort=effort, steps=style.steps)
    return formulas_reply(f, found, "expression", style)
