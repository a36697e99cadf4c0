"""`adcli grad`: the gradient of a program with one result."""

from __future__ import annotations

from typing import Any

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.points import Point
from adcli.cli.reply import Reply, derivatives_reply
from adcli.engines.interface import Limits
from adcli.program import Program


@command()
@options.program_and_point
@options.how_options
@options.digits_option
def reply(
    f: Program, point: Point, wrt: list[str] | None, engine: str, limits: Limits, **how: Any
) -> Reply:
    """Compute the gradient of PROGRAM at a point.

    PROGRAM is an expression, a file, FILE:NAME for one of the functions of a file, or - for stdin.
    Its result must be one number; `jac` differentiates arrays and several results.

    \b
    adcli grad "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5
    adcli grad samples/kepler.py --at e=0.3,m=1 --json
    adcli grad "sum(x*x)" --at x=[1,2,3]
    """
    found = f.at(point, wrt, engine=engine, limits=limits).gradient(**how)
    return derivatives_reply(found, "gradient")
