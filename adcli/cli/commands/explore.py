"""`adcli explore`: a page to step through a program's derivatives in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.plot_output import program_title
from adcli.cli.point_reading import Point
from adcli.cli.reply import Reply
from adcli.engines.interface import Limits
from adcli.errors import AdcliError
from adcli.program import Program

if TYPE_CHECKING:
    from adcli.backends.formulas_with_derivations import Formulas

#: Formulas of longer runs are not derived step by step.
_DERIVED = 60

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
rows: integer       # of the trace
left_out: integer
inputs: [text]
bytes: integer      # of the page
"""


@command(formats=("html",), fields=_FIELDS)
@options.program_and_point
@options.trace_limit_options
def reply(f: Program, point: Point, limits: Limits) -> Reply:
    """Make a page to step through PROGRAM in a browser: -o page.html.

    The page shows the source, the trace and the graph side by side, forwards with tangents or dual
    numbers, backwards with adjoints.  It is one file and needs no network.  Inputs and seeds can
    be changed; a node shows its partial derivatives and its chain rule; there are steps of gradient
    descent and a practice mode.

    The page repeats the operations that ran at the point, whatever its inputs are.  Where a program
    may take another path for other inputs, the page says so.

    \b
    adcli explore "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5
    """
    from adcli.render.explore.page import ExplorePage

    trace = f.trace(point, wrt=f.for_point(point).reals or None, limits=limits)
    derivations = _derivations(f, point) if len(trace.primal) <= _DERIVED else None
    page = ExplorePage(program_title(f), f.source.text, trace, derivations)
    rows = len(trace.primal)
    return Reply(
        lambda _: {
            "backend": "forward",
            "rows": rows,
            "left_out": page.data.left_out,
            "inputs": list(trace.inputs),
            "bytes": len(page.html().encode()),
        },
        lambda _: [f"a page for a trace of {rows:,} rows; write it with -o page.html"],
        notes=page.notes,
        formats={"html": lambda _: page.html()},
    )


def _derivations(f: Program, point: Point) -> Formulas | None:
    """The formulas with their derivations; None where there are none."""
    try:
        return f.formulas(point, steps=True)
    except AdcliError:
        return None
