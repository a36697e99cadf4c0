"""adcli jac"""

from __future__ import annotations

from typing import Any

import click

from adcli.backends.named_results import Derivatives, SparseDerivatives
from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import (
    print_errors,
    print_json,
    print_matrix,
    print_notes,
    print_rows,
    result_json,
    write,
)
from adcli.errors import UsageError
from adcli.program import Program


@click.command(cls=Command)
@options.program_and_point
@click.option(
    "--sparsity",
    is_flag=True,
    help="Find which entries are zero, show the others, and take only as many sweeps as needed.",
)
@options.how_options
@options.output_options
def command(
    f: Program,
    point: dict[str, Any],
    sparsity: bool,
    how: dict[str, Any],
    as_json: bool,
    digits: int | None,
) -> None:
    """Jacobian of PROGRAM at a point: the derivative of each result by each input.

    In JSON the derivative by an input has the shape of the result, then that of the input; of
    several results it is a list of theirs, and `results` names them.  Without --backend it is found
    by forward or reverse mode, whichever needs fewer sweeps.

    With --sparsity the pattern of nonzero entries at the point is found first; rows count the
    entries of the results and columns those of the inputs.  Columns that share no row, or rows that
    share no column, are then found together.  In JSON `entries` has row, column and value of each.

    \b
    adcli jac samples/polar.py --at x=3,y=-4
    adcli jac samples/polar.py --at x=3,y=-4 --json
    adcli jac "[x[0]^2, x[0]*x[1], x[2]]" --at x=[1,2,3] --sparsity
    """
    if sparsity:
        if how.pop("scheme") or how.pop("step"):
            raise UsageError("--sparsity goes with forward and reverse mode, not with differences")
        _print_sparse(f.sparse_jacobian(point, **how), as_json, digits)
    else:
        _print(f.differentiate(point, **how), as_json, digits)


def _print(result: Derivatives, as_json: bool, digits: int | None) -> None:
    if as_json:
        content = {**result_json(result), "jacobian": result.by_input()}
        if result.error_matrix is not None:
            content["error_estimate"] = result.errors_by_input()
        print_json("jac", content)
        return
    from adcli.render.terminal import is_terminal

    if is_terminal() and not result.is_number:
        print_rows(result.value_rows(), digits)
        names = [name for name, _ in result.value_rows()]
        print_matrix(names, result.columns(), result.matrix, digits)
    else:
        print_rows([*result.value_rows(), *result.derivative_rows()], digits)
    print_notes(result.notes)
    print_errors(result.error_rows())


def _print_sparse(result: SparseDerivatives, as_json: bool, digits: int | None) -> None:
    found = result.jacobian
    counts = {
        "rows": found.rows,
        "columns": found.columns,
        "nonzeros": found.nonzeros,
        "colours": found.colours,
        "sweeps": result.sweeps,
    }
    if as_json:
        entries = found.entries()
        pattern = {**counts, "entries": [(i, j) for i, j, _ in entries]}
        print_json("jac", {**result_json(result), "sparsity": pattern, "entries": entries})
        return
    from adcli.render.result_tables import pattern_text

    write(pattern_text(found.columns, found.values))
    print_rows(result.entry_rows(), digits, result.notes)
    said = [f"{number} {word if number != 1 else word[:-1]}" for word, number in counts.items()]
    print_notes([", ".join(said)])
