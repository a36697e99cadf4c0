"""`adcli jac`: the Jacobian, dense or by its nonzero entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from adcli.backends.named_results import SparseDerivatives
from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.point_reading import Point
from adcli.cli.reply import PLAIN, Page, Reply, derivatives_reply, result_reply, row_tables, rows
from adcli.errors import UsageError
from adcli.program import Program

if TYPE_CHECKING:
    from typing import Unpack

    from adcli.derivative_requests import Choices

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
jacobian?: {*: tensor}        # in the shape of the result, then of the input
error_estimate?: {*: tensor}  # how far off finite differences may be
sparsity?: {rows: integer, columns: integer, nonzeros: integer, colours: integer, sweeps: integer,
    entries: [[integer]]}     # the pattern, and what it costs
entries?: [[number]]          # row, column, value
"""


@command(formats=(PLAIN, *TABLES), fields=_FIELDS)
@options.program_and_points
@click.option(
    "--sparsity",
    is_flag=True,
    help="Print the nonzero entries only, computed with as few sweeps as their pattern allows.",
)
@options.how_options
@options.digits_option
def reply(
    f: Program,
    point: Point,
    sparsity: bool,
    backend: str,
    scheme: str | None,
    step: float | None,
    **how: Unpack[Choices],
) -> Reply:
    """Compute the Jacobian of PROGRAM at a point.

    It holds the derivative of each result by each input.  Without --backend forward or reverse mode
    computes it, whichever needs fewer sweeps.  In JSON the derivative by an input has the shape of
    the result, then that of the input; for several results it is a list with one entry per result,
    in the order of `results`.

    With --sparsity a first run finds which entries are not zero at the point.  Columns that share
    no row, or rows that share no column, are then computed in one sweep.  In JSON `entries` has the
    row, the column and the value of each entry; rows count the entries of the results and columns
    those of the inputs.

    \b
    adcli jac samples/polar.py --at x=3,y=-4
    adcli jac samples/polar.py --at x=3,y=-4 --json
    adcli jac "[x[0]^2, x[0]*x[1], x[2]]" --at "x=[1,2,3]" --sparsity
    """
    if not sparsity:
        result = f.differentiate(point, backend=backend, scheme=scheme, step=step, **how)
        return derivatives_reply(result, "jacobian", as_matrix=not result.is_number)
    if scheme or step:
        raise UsageError(
            "--sparsity works by forward or reverse mode, which have no --scheme and no --step"
        )
    return _sparse_reply(f.sparse_jacobian(point, backend=backend, **how))


def _sparse_reply(result: SparseDerivatives) -> Reply:
    """The nonzero entries, and a picture of where they are."""
    found = result.jacobian
    counts = {
        "rows": found.rows,
        "columns": found.columns,
        "nonzeros": found.nonzeros,
        "colours": found.colours,
        "sweeps": result.sweeps,
    }

    def pattern(_: Page) -> Iterator[str]:
        from adcli.render.named_number_text import pattern_text

        yield pattern_text(found.columns, found.values)

    said = [f"{number} {word if number != 1 else word[:-1]}" for word, number in counts.items()]
    return result_reply(
        result,
        pattern,
        rows(result.entry_rows),
        answer=found.entries,
        remarks=lambda: [", ".join(said)],
        tables=row_tables(result.entry_rows),
        sparsity=lambda: {**counts, "entries": [(i, j) for i, j, _ in found.entries()]},
        entries=found.entries,
    )
