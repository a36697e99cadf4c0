"""`adcli root`: roots of equations and systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from adcli.cli import options
from adcli.cli.application_command_options import (
    application_reply,
    equations_and_point,
    names_option,
    ranges_option,
    unknowns_option,
)
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.point_reading import Point
from adcli.cli.reply import PLAIN, Numbers, Reply, lines_of
from adcli.nested_lists import flatten_all
from adcli.program import Program

if TYPE_CHECKING:
    from typing import Unpack

    from adcli.applications.root_finding import RootChoices
    from adcli.applications.root_result import Root

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
root: {*: tensor}
residual: number
status: text | {*: text}    # how it ended
iterations: integer
order: number               # of convergence
multiplicity: integer | null
sensitivity: {*: {*: number}} | null
steps: [{point: [number], residual: number, step: number}]
roots?: [{*: tensor}]       # with --all
"""


@command(formats=(PLAIN, *TABLES), fields=_FIELDS)
@equations_and_point
@unknowns_option("The unknowns: x,y.  [default: those of --at, or that of --bracket]")
@ranges_option("--bracket", "bracket", "Look between two values at which the signs differ: x=0:2.")
@click.option("--all", "every", is_flag=True, help="Find all roots in the bracket.")
@names_option("--sensitivity", "Differentiate the root by these parameters: p,q.")
@click.option("--max-iterations", "limit", type=click.IntRange(min=1), help="Stop after these.")
@click.option(
    "--parts",
    type=click.IntRange(min=1),
    default=1000,
    help="With --all, divide the bracket into so many parts and look for a root in each.",
)
@click.option(
    "--steps", "shown", type=click.IntRange(min=0), default=20, help="Show so many iterations."
)
@options.digits_option
def reply(f: Program, point: Point, shown: int, **choices: Unpack[RootChoices]) -> Reply:
    """Solve SYSTEM: find where its results are 0.

    SYSTEM is an expression or an equation, "cos(x) = x", several with semicolons between them, a
    list, a file or FILE:NAME.  --wrt names the unknowns; the other inputs are parameters.

    Newton's method solves J s = -f with the exact Jacobian J and shortens the step s until |f|
    falls (Dennis & Schnabel 1996, section 6.3); with --bracket, Brent's method (1973, chapter 4).
    A root of multiplicity m is found as a root of the derivative of order m-1.  The sensitivities
    are dx/dp = -inv(J_x) J_p, by the implicit function theorem.  The exit code is 1 if no root was
    found.

    \b
    adcli root "cos(x) = x" --at x=1
    adcli root "m = E - e*sin(E)" --at E=1,e=0.3,m=1 --wrt E --sensitivity e,m
    adcli root "x^2 + y^2 = 4; x*y = 1" --at x=2,y=0.5
    adcli root "x*sin(x) - 1" --bracket x=0:10 --all
    """
    found = f.root(point, **choices)
    return application_reply(
        found, answer=lambda: _answer(found, is_all=choices["every"]), report=found.report(shown)
    )


def _answer(found: Root, *, is_all: bool) -> Numbers:
    """The unknowns one to a line; of several roots each has a line."""
    lines = [flatten_all([*root.values()]) for root in found.roots]
    return lines if is_all else lines_of(lines[0])
