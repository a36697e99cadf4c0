"""adcli run"""

from __future__ import annotations

import click

from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_json, print_notes, print_rows, result_json, value_rows


@click.command(cls=Command)
@click.argument("file", metavar="FILE")
@options.point_option
@options.wrt_option
@options.backend_options
@options.run_options
@options.output_options
def command(
    file: str,
    at: tuple[str, ...],
    wrt: str | None,
    backend: str,
    scheme: str | None,
    step: float | None,
    engine: str,
    max_steps: int | None,
    nonfinite: str,
    as_json: bool,
    digits: int | None,
) -> None:
    """Values and derivatives of the script in FILE (or FILE:NAME).

    A file without functions is a function of its free names; its last expression, or else its last
    assignment, is the result.

    \b
    adcli run samples/logistic.ad --at x=0.2
    """
    f, point = options.open_file(file, at)
    result = f.differentiate(
        point,
        wrt=options.names_of(wrt),
        backend=backend,
        engine=engine,
        limits=options.limits_of(max_steps, nonfinite),
        scheme=scheme,
        step=step,
    )
    if as_json:
        content = result_json(result)
        if f.results == 1:
            content["gradient"] = result.jacobian[0]
        else:
            names = result.jacobian[0].keys()
            content["jacobian"] = {n: [row[n] for row in result.jacobian] for n in names}
        print_json("run", content)
        return
    rows = value_rows(result)
    for i, row in enumerate(result.jacobian, 1):
        rows += [(n if f.results == 1 else f"value{i}/{n}", v) for n, v in row.items()]
    print_rows(rows, digits)
    print_notes(result.notes)
