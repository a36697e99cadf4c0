"""`adcli trace`: the evaluation trace with tangents or adjoints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import click

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.point_reading import Point
from adcli.cli.reply import Page, Reply, single
from adcli.engines.interface import Limits
from adcli.engines.interpreter import Interpreter
from adcli.errors import UsageError
from adcli.program import Program
from adcli.source import EXPRESSION
from adcli.trace.evaluation_traces import FORWARD, RESULT, REVERSE, SECOND, Trace
from adcli.trace.row_selection import LAST, Choice, chosen

if TYPE_CHECKING:
    from adcli.render.tables.table import Table
    from adcli.render.terminal import RenderableType

#: The traces that stand beside the operations.
_MODES = {FORWARD: [FORWARD], REVERSE: [REVERSE], "both": [FORWARD, REVERSE]}

#: What one, two and three traces stand for in JSON; None stands for the mode of the only one.
_BACKENDS = {1: None, 2: "both", 3: "forward-over-reverse"}

#: A terminal shows this many rows of a trace, and a pager this many.
_ROWS, _PAGED = 40, 5000

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
inputs: {*: tensor}
seeds: {*: number}
rows: [{
    name: text              # v1
    symbol: text            # v₁
    operation: text
    formula: text
    numbers: text
    args: [text | number | truth]
    value: tensor | truth
    span: span | null       # the place in the program
    turns?: [{name: text | null, value: number}]  # the iterations of the loops around it
    calls?: [any]           # the calls that it is in
    tangent?: number
    tangent_formula?: text
    tangent_numbers?: text
    adjoint?: number
    adjoint_tangent?: number  # with --second
    dual?: text             # with --dual
    rule?: text | null
}]
adjoints?: [{
    name: text
    symbol: text
    operation: text
    formula: text
    numbers: text
    from: text              # the row that contributes to it
    chain: text | null
    value: number
    span: span | null
    tangent?: number        # with --second
    tangent_formula?: text
    tangent_numbers?: text
}]
left_out?: integer          # the rows that were cut
"""


@command(formats=TABLES, fields=_FIELDS)
@options.program_and_point
@options.wrt_option
@click.option(
    "--mode",
    type=click.Choice([*_MODES]),
    help="Whether tangents, adjoints or both stand beside the operations.  [default: forward]",
)
@click.option(
    "--dual", is_flag=True, help="Write forward mode as dual numbers, with the rule of each row."
)
@click.option(
    "--second",
    is_flag=True,
    help="Show tangents, adjoints and the tangents of adjoints: forward over reverse mode.",
)
@click.option(
    "--of",
    "result",
    type=click.IntRange(min=1),
    metavar="N",
    help="Start reverse mode from the N-th result.  [default: 1]",
)
@click.option(
    "--step-through",
    is_flag=True,
    help="Show one row after the other, forwards and backwards, at a key.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=None,
    help=f"Show at most this many rows; leave out the middle.  [default: all; on a terminal more "
    f"than {_ROWS} rows are shown in a pager]",
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
    mode: str | None,
    dual: bool,
    second: bool,
    result: int | None,
    step_through: bool,
    limit: int | None,
    lines: list[tuple[int, int]] | None,
    iterations: list[tuple[int, int]] | None,
    limits: Limits,
) -> Reply:
    """Show the evaluation trace of PROGRAM with its derivatives.

    Each operation that ran is a row; a program's rows stand under the line that they belong to.
    With --mode forward the tangent of each row stands beside it; the tangents are those along the
    inputs of --wrt, by default along the first input.  With --mode reverse the adjoints stand
    beside the rows and are read upwards.  With --second the tangents of the adjoints do too: they
    end in a product of the Hessian with the direction.

    \b
    adcli trace "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5
    adcli trace "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5 --mode reverse
    """
    modes = _modes(mode, dual, second)
    if REVERSE not in modes and result is not None:
        raise UsageError(
            "--of is for --mode reverse; forward mode shows the tangents of all results"
        )
    made = [
        f.trace(point, mode=each, wrt=wrt, result=(result or 1) - 1, limits=limits)
        for each in modes
    ]
    choice = Choice(lines, iterations, limit)
    _check_choice(f, made[0], choice)
    traces = Traces(f, made, choice, dual)
    return Reply(
        lambda page: _fields(traces, page),
        lambda page: (_steps if step_through else _rows)(traces, page),
        notes=list(dict.fromkeys([note for trace in made for note in trace.notes])),
        tables=lambda page: _tables(traces, page),
        is_interactive=step_through,
    )


class Traces(NamedTuple):
    """The traces of one run of a program, which of their rows are shown, and whether as dual
    numbers."""

    program: Program
    traces: list[Trace]
    choice: Choice
    dual: bool


def _modes(mode: str | None, dual: bool, second: bool) -> list[str]:
    if dual and second:
        raise UsageError("--dual and --second exclude each other")
    if dual and mode not in (None, FORWARD):
        raise UsageError("--dual is a way to write forward mode", hint="write --mode forward")
    if second and mode is not None:
        raise UsageError("--second shows both modes: leave --mode out")
    return [FORWARD, REVERSE, SECOND] if second else _MODES[mode or FORWARD]


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
            hint = f"write {option} {ends[-1]}-{ends[0]}"
            raise UsageError(
                f"the range '{part.strip()}' of {option} ends before it begins", hint=hint
            )
        found.append((first, last))
    return found


def _check_choice(f: Program, trace: Trace, choice: Choice) -> None:
    """Refuse to show nothing: lines that the program does not have or that did not run."""
    count = f.source.text.rstrip().count("\n") + 1
    for first, last in choice.lines or ():
        if not 1 <= first <= last <= count:
            there = f"the program has {count} lines" if count > 1 else "the program has one line"
            raise UsageError(
                f"there is no line {last if first else first}: {there}",
                hint=f"write --lines 1-{count}" if count > 1 else "leave --lines out",
            )
    loops = any(place.iterations for place in trace.places.values())
    if choice.iterations and not loops:
        raise UsageError(
            "--iterations chooses iterations of loops, but no loop ran",
            hint="leave --iterations out",
        )
    if trace.places and not chosen(trace, choice):
        lines = sorted({p.span.line for p in trace.places.values() if p.span is not None})
        ran = ", ".join(map(str, lines))
        where = "iterations" if choice.iterations else "lines"
        raise UsageError(f"no operation ran in these {where}", hint=f"lines with operations: {ran}")


def _rows(shown: Traces, page: Page) -> Iterator[str | RenderableType]:
    from adcli.render import trace_table

    traces, choice, dual = shown.traces, shown.choice, shown.dual
    if page.is_terminal:
        if choice.limit is None:
            choice = choice._replace(limit=_PAGED if page.has_pager else _ROWS)
        yield trace_table.table(*traces, digits=page.digits, choice=choice, dual=dual)
    else:
        yield trace_table.plain_text(
            *traces, digits=page.digits, choice=choice, ascii=page.ascii, dual=dual
        )


def _steps(shown: Traces, page: Page) -> Iterator[str]:
    """Step through the rows, at a key each, until the user quits."""
    from adcli.cli.terminal_paging import step_through
    from adcli.render.trace_step_frames import Steps

    steps = Steps(shown.traces, page.digits, shown.choice, ascii=page.ascii, dual=shown.dual)
    step_through(len(steps), steps.frame)
    return iter(())


def _tables(shown: Traces, page: Page) -> list[Table]:
    from adcli.render.tables.trace import trace_table

    source = shown.program.source
    program = source.text.strip() if source.name == EXPRESSION else source.name
    return [trace_table(shown.traces, shown.choice, page.digits, program, dual=shown.dual)]


def _fields(shown: Traces, page: Page) -> dict[str, object]:
    from adcli.render.trace_json import trace_fields

    first = shown.traces[0]
    values = [step.value for step in first.primal if step.operation == RESULT]
    notes = list(dict.fromkeys([note for trace in shown.traces for note in trace.notes]))
    return {
        "backend": _BACKENDS[len(shown.traces)] or first.mode,
        "engine": Interpreter.name,
        **({"notes": notes} if notes else {}),
        "value": single(values),
        **trace_fields(*shown.traces, digits=page.digits, choice=shown.choice, dual=shown.dual),
        "inputs": dict(first.arguments),
    }
