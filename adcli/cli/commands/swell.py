"""`adcli swell`: expression swell, how formulas grow with an integer input of the program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.plot_output import plot_text
from adcli.cli.point_reading import Point, read_name
from adcli.cli.reply import Page, Reply
from adcli.errors import UsageError
from adcli.program import Program
from adcli.source import ascii_minus

if TYPE_CHECKING:
    from adcli.backends.expression_swell import SwellRow
    from adcli.render.tables.table import Table
    from adcli.render.terminal import RenderableType

#: The table has no more rows than this.
_MOST = 101

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
over: text  # the integer input
rows: [{
    number: integer            # its value
    expression: text | null    # null where the formula is too long
    derivative: text | null
    simplified: text | null
    operations: {*: integer}
}]
"""


@command(formats=TABLES, fields=_FIELDS)
@options.program_and_point
@options.wrt_option
@click.option(
    "--over",
    metavar="N=FIRST..LAST",
    required=True,
    help="The input that is an integer here, and its values: n=1..8.",
)
def reply(f: Program, point: Point, wrt: list[str] | None, over: str) -> Reply:
    """Show how a formula and its derivative grow with an integer input.

    For each integer the table has the formula of PROGRAM, its derivative by the rules of calculus
    alone, the simplified derivative, and the number of operations of each.  It also counts the
    operations of the derivative as a graph in which equal expressions exist once, and those of
    forward and reverse mode, and plots how they grow.

    \b
    adcli swell samples/logistic.py --over n=1..8
    adcli swell "sin(x)^n" --over n=1..5
    """
    name, numbers = _range(over)
    rows = [f.swell(name, number, point, wrt=wrt) for number in numbers]
    return Reply(
        lambda _: _fields(name, rows),
        lambda page: _table(name, rows, page),
        lambda page: _growth(name, rows, page),
        tables=lambda _: _tables(name, rows),
    )


def _fields(name: str, rows: Sequence[SwellRow]) -> dict[str, object]:
    from adcli.render.swell_table import row_fields

    backend = {"backend": "symbolic", "engine": None, "value": None}
    return {**backend, "over": name, "rows": [row_fields(row) for row in rows]}


def _table(name: str, rows: Sequence[SwellRow], page: Page) -> Iterator[str | RenderableType]:
    from adcli.render import swell_table

    if page.columns is not None and page.columns >= swell_table.NARROW:
        yield swell_table.table(name, rows)
        return
    for row in rows:
        yield swell_table.lines(name, row, page.columns)


def _growth(name: str, rows: Sequence[SwellRow], page: Page) -> Iterator[str | RenderableType]:
    """The plot of the operations, where there are enough rows for one."""
    from adcli.render.plots.swell_plot import FEWEST, swell_figure

    if len(rows) >= FEWEST:
        yield ""
        yield from plot_text(swell_figure(name, rows))(page)


def _tables(name: str, rows: Sequence[SwellRow]) -> Sequence[Table]:
    from adcli.render.tables.results import swell_table

    return [swell_table(name, rows)]


def _range(text: str) -> tuple[str, range]:
    """`n=1..8` as a name and its integers."""
    whole = r"\s*([^\s=]+)\s*=\s*(-?\d+)\s*(?:\.\.\s*(-?\d+)\s*)?"
    found = re.fullmatch(whole, ascii_minus(text))
    if found is None:
        raise UsageError(f"cannot read '{text}' as a range of integers", hint="write --over n=1..8")
    first = int(found[2])
    last = int(found[3]) if found[3] else first
    if last < first:
        raise UsageError(
            f"there are no integers from {first} to {last}",
            hint=f"write --over {found[1]}={last}..{first}",
        )
    if last - first >= _MOST:
        raise UsageError(f"--over takes at most {_MOST} integers")
    return read_name(found[1]), range(first, last + 1)
