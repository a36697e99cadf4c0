"""`adcli grad`: the gradient of a program with one result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.point_reading import Point
from adcli.cli.reply import PLAIN, Reply, derivatives_reply
from adcli.program import Program

if TYPE_CHECKING:
    from typing import Unpack

    from adcli.derivative_requests import Choices

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
gradient: {*: tensor}         # the derivative by each input, in its shape
error_estimate?: {*: tensor}  # how far off finite differences may be
"""


@command(formats=(PLAIN, *TABLES), fields=_FIELDS)
@options.program_and_points
@options.how_options
@options.digits_option
def reply(
    f: Program,
    point: Point,
    backend: str,
    scheme: str | None,
    step: float | None,
    **how: Unpack[Choices],
) -> Reply:
    """Compute the gradient of PROGRAM at a point.

    PROGRAM is an expression, a file, FILE:NAME for one of the functions of a file, or - for stdin.
    Its result must be one number; `jac` differentiates arrays and several results.

    \b
    adcli grad "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5
    adcli grad samples/kepler.py --at e=0.3,m=1 --json
    adcli grad "sum(x*x)" --at "x=[1,2,3]"
    """
    found = f.at(point, **how).gradient(backend, scheme=scheme, step=step)
    return derivatives_reply(found, "gradient")
