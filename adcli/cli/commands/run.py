"""adcli run"""

from __future__ import annotations

from typing import Any

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.points import Point
from adcli.cli.reply import Reply, derivatives_reply
from adcli.program import Program


@command()
@options.file_and_point
@options.how_options
@options.digits_option
def reply(f: Program, point: Point, **how: Any) -> Reply:
    """Values and derivatives of the script in FILE (or FILE:NAME).

    A file without functions is a function of its free names; its lines that are expressions are its
    results, or else its last assignment is.

    \b
    adcli run samples/logistic.py --at x=0.2
    """
    result = f.differentiate(point, **how)
    return derivatives_reply(result, "gradient" if result.is_number else "jacobian")
