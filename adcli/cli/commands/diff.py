"""`adcli diff`: derivatives as formulas."""

from __future__ import annotations

import click

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.formula_options import FORMATS, Style, formula_options
from adcli.cli.formula_output import formulas_reply
from adcli.cli.points import Point
from adcli.cli.reply import Reply
from adcli.errors import UsageError
from adcli.program import Program


@command(formats=FORMATS, tell_format=True)
@options.program_and_point
@options.wrt_option
@click.option(
    "--order", type=click.IntRange(1, 100), help="How often to differentiate.  [default: 1]"
)
@click.option("--hessian", is_flag=True, help="Print the second derivatives by every two inputs.")
@formula_options
def reply(
    f: Program,
    point: Point,
    wrt: list[str] | None,
    order: int | None,
    hessian: bool,
    effort: str,
    style: Style,
) -> Reply:
    """Differentiate PROGRAM and print the derivative as a formula.

    What is printed can be typed in again.  Loops are unrolled.  Where a loop or a branch depends on
    the inputs, the derivative is that of the path that the point takes.

    \b
    adcli diff "x*sin(x)"
    adcli diff "sin(x)^sin(x)" --steps
    adcli diff samples/logistic.py --at n=4
    """
    if hessian and order not in (None, 2):
        raise UsageError("--hessian prints the derivatives of order 2, not of another --order")
    order = 2 if hessian else order or 1
    found = f.formulas(point, wrt=wrt, order=order, mixed=hessian, effort=effort, steps=style.steps)
    if not found.rows or not any(found.rows):
        raise UsageError("there is no real input to differentiate by", hint="name one with --wrt")
    return formulas_reply(f, found, "hessian" if hessian else "derivative", style)
