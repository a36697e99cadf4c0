"""`adcli run`: values and derivatives of a script."""

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
gradient?: {*: tensor}        # of one number: the derivative by each input
jacobian?: {*: tensor}        # else: in the shape of the result, then of the input
error_estimate?: {*: tensor}  # how far off finite differences may be
"""


@command(formats=(PLAIN, *TABLES), fields=_FIELDS)
@options.file_and_point
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
    """Compute values and derivatives of the script in FILE.

    FILE:NAME is one of the functions of a file.  The inputs of a file without functions are the
    names that it uses and does not define.  Its results are the expressions that stand on lines of
    their own; if there are none, its result is the last assignment.

    \b
    adcli run samples/logistic.py --at x=0.2
    """
    result = f.differentiate(point, backend=backend, scheme=scheme, step=step, **how)
    return derivatives_reply(result, "gradient" if result.is_number else "jacobian")
