"""adcli grad"""

from __future__ import annotations

from typing import Any

import click

from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_json, print_notes, print_rows, result_json, value_rows
from adcli.errors import TypeFault


@click.command(cls=Command)
@options.program_argument
@options.point_option
@options.wrt_option
@options.backend_options
@options.run_options
@options.output_options
def command(
    program: str,
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
    """Gradient of PROGRAM at a point.

    PROGRAM is an expression, a file, FILE:NAME for one of its functions, or - for stdin.

    \b
    adcli grad "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5
    adcli grad samples/kepler.py --at e=0.3,m=1 --json
    """
    f, point = options.open_program(program, at)
    if f.results != 1:
        raise TypeFault(
            f"a gradient belongs to one result, and there are {f.results}",
            span=f.module.main.span,
            hint="adcli run shows the derivatives of each",
        )
    result = f.differentiate(
        point,
        wrt=options.names_of(wrt),
        backend=backend,
        engine=engine,
        limits=options.limits_of(max_steps, nonfinite),
        scheme=scheme,
        step=step,
    )
    gradient = result.jacobian[0]
    if as_json:
        content: dict[str, Any] = {**result_json(result), "gradient": gradient}
        if result.errors:
            content["error_estimate"] = result.errors[0]
        print_json("grad", content)
        return
    print_rows([*value_rows(result), *gradient.items()], digits)
    print_notes(result.notes)
    if result.errors:
        estimates = [f"{name} {error:.1e}" for name, error in result.errors[0].items()]
        print_notes([f"estimated errors: {', '.join(estimates)}"])
