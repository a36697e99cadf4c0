"""adcli trace"""

from __future__ import annotations

from typing import Any

import click

from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_json, single, write
from adcli.engines.base import Limits
from adcli.program import Program
from adcli.trace.tables import FORWARD, REVERSE, Trace

#: A terminal shows this many rows of a trace, and this many decimals.
_ROWS, _DIGITS = 40, 3


@click.command(cls=Command)
@options.program_and_point
@options.wrt_option
@click.option(
    "--mode",
    type=click.Choice([FORWARD, REVERSE]),
    default=FORWARD,
    help="Tangents beside the operations, or adjoints back to the inputs.",
)
@click.option(
    "--of",
    "result",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Of several results the one whose adjoint reverse mode starts from.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=None,
    help=f"Rows to show; the middle is left out.  [{_ROWS} on a terminal, else all]",
)
@options.limit_options
@options.output_options
def command(
    f: Program,
    point: dict[str, Any],
    wrt: list[str] | None,
    mode: str,
    result: int,
    limit: int | None,
    limits: Limits,
    as_json: bool,
    digits: int | None,
) -> None:
    """Evaluation trace of PROGRAM at a point, beside it its derivatives.

    Every operation that ran is a row.  With --mode forward each has its tangent, along the inputs
    of --wrt, by default the first; with --mode reverse the adjoints run backwards, read upwards.

    \b
    adcli trace "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5
    adcli trace "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5 --mode reverse
    """
    trace = f.trace(point, mode=mode, wrt=wrt, result=result - 1, limits=limits)
    places = _DIGITS if digits is None else digits
    if as_json:
        _print_json(f, point, trace, places, limit)
    else:
        _print(trace, places, limit)


def _print(trace: Trace, digits: int, limit: int | None) -> None:
    from adcli.render import trace as render
    from adcli.render.terminal import is_ascii, is_terminal, show

    if is_terminal():
        show(render.table(trace, digits, limit or _ROWS))
    else:
        write(render.plain_text(trace, digits=digits, limit=limit, ascii=is_ascii()))


def _print_json(
    f: Program, point: dict[str, Any], trace: Trace, digits: int, limit: int | None
) -> None:
    from adcli.render.trace_data import as_data

    values = [step.value for step in trace.primal[len(trace.primal) - f.results :]]
    args = f.bind(point, nonfinite=True)
    content = {
        "backend": trace.mode,
        "engine": "interpreter",
        "value": single(values),
        **as_data(trace, digits, limit),
        "inputs": dict(zip(f.inputs, args, strict=True)),
    }
    print_json("trace", content)
