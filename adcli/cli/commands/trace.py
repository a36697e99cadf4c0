"""adcli trace"""

from __future__ import annotations

import click

from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_json, single, write
from adcli.engines.base import Limits
from adcli.errors import UsageError
from adcli.program import Program
from adcli.trace.tables import FORWARD, REVERSE, Trace, forward_trace, reverse_trace

#: A terminal shows this many rows of a trace.
_ROWS = 40


@click.command(cls=Command)
@options.program_argument
@options.point_option
@options.wrt_option
@click.option(
    "--mode",
    "--backend",
    "mode",
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
@click.option(
    "--nonfinite",
    type=click.Choice(["raise", "propagate"]),
    default="raise",
    help="Whether a number that is not finite is an error, or nan and inf as IEEE has them.",
)
@click.option("--max-steps", type=click.IntRange(min=1), help="Stop after this many statements.")
@options.output_options
def command(
    program: str,
    at: tuple[str, ...],
    wrt: str | None,
    mode: str,
    result: int,
    limit: int | None,
    nonfinite: str,
    max_steps: int | None,
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
    f, point = options.open_program(program, at)
    limits = options.limits_of(max_steps, nonfinite)
    args = f.bind(point, nonfinite=limits.propagate)
    trace = _trace(f, args, mode, options.names_of(wrt), result, limits)
    places = 3 if digits is None else digits
    if as_json:
        _print_json(f, args, trace, places, limit)
    else:
        _print(trace, places, limit)


def _trace(
    f: Program,
    args: tuple[float, ...],
    mode: str,
    wrt: list[str] | None,
    result: int,
    limits: Limits,
) -> Trace:
    from adcli.engines.record import record

    recorded = record(f.module, args, limits)
    reals = [float(v) for name, v in zip(f.inputs, args, strict=True) if name in f.reals]
    names = f.reals[: 1 if mode == FORWARD else None] if wrt is None else f.check_wrt(wrt)
    if mode == FORWARD:
        seeds = [float(name in names) for name in f.reals]
        return forward_trace(recorded, reals, seeds, limits)
    if result > f.results:
        raise UsageError(f"there is no result {result}, there are {f.results}")
    seeds = [float(i == result) for i in range(1, f.results + 1)]
    return reverse_trace(recorded, reals, seeds, limits, names)


def _print(trace: Trace, digits: int, limit: int | None) -> None:
    from adcli.render import trace as render
    from adcli.render.terminal import is_ascii, is_terminal, show

    if is_terminal():
        show(render.table(trace, digits, limit or _ROWS))
    else:
        write(render.plain_text(trace, digits=digits, limit=limit, ascii=is_ascii()))


def _print_json(
    f: Program, args: tuple[float, ...], trace: Trace, digits: int, limit: int | None
) -> None:
    from adcli.render.trace_data import as_data

    values = [step.value for step in trace.primal[len(trace.primal) - f.results :]]
    content = {
        "backend": trace.mode,
        "engine": "interpreter",
        "value": single(values),
        **as_data(trace, digits, limit),
        "inputs": dict(zip(f.inputs, args, strict=True)),
    }
    print_json("trace", content)
