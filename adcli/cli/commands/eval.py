"""`adcli eval`: the value of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.point_reading import Point
from adcli.cli.reply import PLAIN, Reply, lines_of, numbers_reply
from adcli.program import Program

if TYPE_CHECKING:
    from typing import Unpack

    from adcli.derivative_requests import Running


@command(formats=(PLAIN, *TABLES))
@options.program_and_points
@options.engine_option
@options.tapeless_limit_options
@options.digits_option
def reply(
    f: Program,
    point: Point,
    **how: Unpack[Running],
) -> Reply:
    """Evaluate PROGRAM at a point.

    PROGRAM is an expression, a file, FILE:NAME for one of the functions of a file, or - for stdin.

    \b
    adcli eval "2x^2 + 3sin(x)" --at x=1.5
    """
    result = f.evaluate(point, **how)
    return numbers_reply(result, [result.value_rows], lambda: lines_of(result.values))
