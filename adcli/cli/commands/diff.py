"""`adcli diff`: derivatives as formulas."""

from __future__ import annotations

import click

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.formula_options import FORMATS, Style, formula_options
from adcli.cli.formula_output import formulas_reply
from adcli.cli.output import JSON, TEXT
from adcli.cli.point_reading import read_name, read_point, text_of_stdin
from adcli.cli.reply import Reply
from adcli.errors import UsageError
from adcli.loading import load

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
derivative?: {*: formulas}          # by each input
hessian?: {*: {*: formulas}}        # with --hessian: by two inputs
operations?: {*: counts | {*: counts}}
definitions?: {*: text}             # with --cse: the shared parts
steps?: {*: derivations | {*: derivations}} | [{formula: text, rule: text}]
conditions?: {*: conditions | {*: conditions}}  # under which the formulas hold
of?: text                      # with --implicit and --steps: the function's name
wrt?: text
second?: {*: text}
point?: {*: tensor}
slope?: number
curvature?: number
"""


@command(formats=FORMATS, tell_format=True, fields=_FIELDS)
@options.program_text_and_point
@options.wrt_option
@click.option(
    "--implicit",
    "of",
    metavar="NAME",
    help="PROGRAM is an equation; differentiate this variable as a function of the other one.",
)
@click.option(
    "--order", type=click.IntRange(1, 100), help="How often to differentiate.  [default: 1]"
)
@click.option("--hessian", is_flag=True, help="Print the second derivatives by every two inputs.")
@formula_options
def reply(
    program: str,
    at: tuple[str, ...],
    wrt: list[str] | None,
    of: str | None,
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
    adcli diff "x^2 + y^2 = 25" --implicit y
    """
    if hessian and order not in (None, 2):
        raise UsageError("--hessian prints the derivatives of order 2, not of another --order")
    if of is not None:
        if order or hessian or effort != "normal" or (wrt and len(wrt) > 1):
            raise UsageError("--implicit takes one --wrt, --at and --steps, and nothing else")
        return _implicit(program, of, wrt, at, style)
    f, point = options.opened(program, at)
    order = 2 if hessian else order or 1
    found = f.formulas(point, wrt=wrt, order=order, mixed=hessian, effort=effort, steps=style.steps)
    if not found.rows or not any(found.rows):
        raise UsageError("there is no real input to differentiate by", hint="name one with --wrt")
    return formulas_reply(f, found, "hessian" if hessian else "derivative", style)


def _implicit(
    equation: str, of: str, wrt: list[str] | None, at: tuple[str, ...], style: Style
) -> Reply:
    """The derivative of an implicit function: as a formula, or with its steps and at a point."""
    from adcli.applications.implicit_differentiation import implicit, variables
    from adcli.cli.application_command_options import implicit_reply

    if of.startswith("-"):
        raise UsageError("--implicit is followed by the function's name", hint="--implicit y")
    function, by = read_name(of), wrt[0] if wrt else None
    point = read_point(at, text_of_stdin, lambda: variables(equation, function, by))
    found = implicit(equation, function, by, point)
    if not (style.steps or point):
        return formulas_reply(load(found.first), found.formula, "derivative", style)
    if style.format not in (TEXT, JSON, "latex"):
        raise UsageError(f"--implicit with --steps or --at has no --format {style.format}")
    return implicit_reply(found, steps=style.steps)
