"""`adcli trace`: the evaluation trace with tangents or adjoints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.points import Point
from adcli.cli.reply import Page, Reply, single
from adcli.engines.interface import Limits
from adcli.engines.interpreter import Interpreter
from adcli.errors import UsageError
from adcli.program import Program
from adcli.source import EXPRESSION
from adcli.trace.row_selection import LAST, Choice, chosen
from adcli.trace.tables import FORWARD, RESULT, REVERSE, Trace

if TYPE_CHECKING:
    from adcli.render.tables.table import Table
    from adcli.render.terminal import RenderableType

#: A terminal shows this many rows of a trace.
_ROWS = 40


@command(formats=TABLES)
@options.program_and_point
@options.wrt_option
@click.option(
    "--mode",
    type=click.Choice([FORWARD, REVERSE]),
    default=FORWARD,
    help="Whether tangents or adjoints stand beside the operations.",
)
@click.option(
    "--of",
    "result",
    type=click.IntRange(min=1),
    metavar="N",
    help="Start reverse mode from the N-th result.  [default: 1]",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=None,
    help=f"Show at most this many rows; leave out the middle.  [{_ROWS} on a terminal, else all]",
)
@click.option(
    "--lines",
    metavar="LINES",
    callback=lambda _, __, text: _ranges(text, "--lines", {}),
    help="Show only what these lines of the program do: 4-9 or 4,7-9.",
)
@click.option(
    "--iterations",
    metavar="NUMBERS",
    callback=lambda _, __, text: _ranges(text, "--iterations", {"last": LAST}),
    help="Show only these iterations of loops, counted from 0: 0,last or 0-2.",
)
@options.trace_limit_options
@options.digits_option
def reply(
    f: Program,
    point: Point,
    wrt: list[str] | None,
    mode: str,
    result: int | None,
    limit: int | None,
    lines: list[tuple[int, int]] | None,
    iterations: list[tuple[int, int]] | None,
    limits: Limits,
) -> Reply:
    """Show the evaluation trace of PROGRAM with its derivatives.

    Each operation that ran is a row; a program's rows stand under the line that they belong to.
    With --mode forward the tangent of each row stands beside it; the tangents are those along the
    inputs of --wrt, by default along the first input.  With --mode reverse the adjoints stand
    beside the rows and are read upwards.

    \b
    adcli trace "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5
    adcli trace "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5 --mode reverse
    """
    if mode == FORWARD and result is not None:
        raise UsageError(
            "--of is for --mode reverse; forward mode shows the tangents of all results"
        )
    trace = f.trace(point, mode=mode, wrt=wrt, result=(result or 1) - 1, limits=limits)
    choice = Choice(lines, iterations, limit)
    _check_choice(f, trace, choice)
    return Reply(
        lambda page: _fields(trace, choice, page),
        lambda page: _rows(trace, choice, page),
        notes=trace.notes,
        tables=lambda page: _tables(f, trace, choice, page),
    )


def _ranges(text: str | None, option: str, words: dict[str, int]) -> list[tuple[int, int]] | None:
    """`4,7-9` as ranges, both ends included."""
    if text is None:
        return None
    found: list[tuple[int, int]] = []
    for part in text.split(","):
        ends = [end.strip() for end in part.split("-", 1)]
        try:
            numbers = [words[end] if end in words else int(end) for end in ends]
        except ValueError:
            example = "0,last or 0-2" if words else "4-9 or 4,7-9"
            raise UsageError(
                f"{option} cannot be '{text}'", hint=f"write {option} {example}"
            ) from None
        first, last = numbers[0], numbers[-1]
        if first > last != LAST or last > first == LAST:
            raise UsageError(f"the range '{part.strip()}' of {option} ends before it begins")
        found.append((first, last))
    return found


def _check_choice(f: Program, trace: Trace, choice: Choice) -> None:
    """Refuse to show nothing: lines that the program does not have or that did not run."""
    count = f.source.text.rstrip().count("\n") + 1
    for first, last in choice.lines or ():
        if not 1 <= first <= last <= count:
            there = f"the program has {count} lines" if count > 1 else "the program has one line"
            raise UsageError(f"there is no line {last if first else first}: {there}")
    loops = any(place.iterations for place in trace.places.values())
    if choice.iterations and not loops:
        raise UsageError("--iterations chooses iterations of loops, but no loop ran")
    if trace.places and not chosen(trace, choice):
        lines = sorted({p.span.line for p in trace.places.values() if p.span is not None})
        ran = ", ".join(map(str, lines))
        where = "iterations" if choice.iterations else "lines"
        raise UsageError(f"no operation ran in these {where}", hint=f"lines with operations: {ran}")


def _rows(trace: Trace, choice: Choice, page: Page) -> Iterator[str | RenderableType]:
    from adcli.render import trace_table

    if page.is_terminal:
        if choice.limit is None:
            choice = choice._replace(limit=_ROWS)
        yield trace_table.table(trace, digits=page.digits, choice=choice)
    else:
        yield trace_table.plain_text(trace, digits=page.digits, choice=choice, ascii=page.ascii)


def _tables(f: Program, trace: Trace, choice: Choice, page: Page) -> list[Table]:
    from adcli.render.tables.trace import trace_table

    source = f.source
    program = source.text.strip() if source.name == EXPRESSION else source.name
    return [trace_table([trace], choice, page.digits, program)]


def _fields(trace: Trace, choice: Choice, page: Page) -> dict[str, object]:
    from adcli.render.trace_json import trace_fields

    values = [step.value for step in trace.primal if step.operation == RESULT]
    return {
        "backend": trace.mode,
        "engine": Interpreter.name,
        **({"notes": list(trace.notes)} if trace.notes else {}),
        "value": single(values),
        **trace_fields(trace, page.digits, choice),
        "inputs": dict(trace.arguments),
    }
