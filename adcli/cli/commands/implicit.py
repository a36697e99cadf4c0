"""`adcli implicit`: derivatives of functions that an equation defines."""

from __future__ import annotations

import click

from adcli.applications.implicit_differentiation import implicit, variables
from adcli.cli import options
from adcli.cli.application_command_options import implicit_reply
from adcli.cli.command import command, completing
from adcli.cli.output import TABLES
from adcli.cli.point_reading import read_name, read_point, text_of_stdin
from adcli.cli.reply import PLAIN, Reply
from adcli.errors import UsageError

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
of: text
wrt: text
derivative: {*: text}
second: {*: text}
steps: [{formula: text, rule: text}]
point?: {*: tensor}  # with --at
slope?: number
curvature?: number
"""


@command(formats=(PLAIN, *TABLES), fields=_FIELDS)
@click.argument("equation", metavar="EQUATION", shell_complete=completing("programs"))
@click.option("--of", metavar="NAME", help="The function: y for dy/dx.  [default: y]")
@click.option(
    "--wrt",
    metavar="NAME",
    help="The variable to differentiate by.  [default: the only other one]",
)
@options.point_option
@click.option("--steps", is_flag=True, help="Print the derivation.")
@options.digits_option
def reply(
    equation: str, of: str | None, wrt: str | None, at: tuple[str, ...], steps: bool
) -> Reply:
    """Differentiate a function y(x) that EQUATION defines implicitly.

    With the equation as F(x, y) = 0, dy/dx = -F_x / F_y by the implicit function theorem (Spivak,
    Calculus on Manifolds, 1965, theorem 2-12), and the second derivative by the chain rule; other
    variables are constants.  --at adds the numbers at a point of the curve, by the exact gradient
    and Hessian of F; a point that is close to the curve is moved to it.

    \b
    adcli implicit "x^2 + y^2 = 25" --of y --wrt x --at x=3,y=4
    adcli implicit "x^3 + y^3 = 3*a*x*y" --of y --wrt x --steps
    """
    if wrt is not None and "," in wrt:
        raise UsageError("--wrt names one variable")
    function = "y" if of is None else read_name(of)
    by = None if wrt is None else read_name(wrt)
    point = read_point(at, text_of_stdin, lambda: variables(equation, function, by))
    try:
        found = implicit(equation, function, by, point)
    except UsageError as error:
        if of is None and error.message.startswith("'y' does not occur"):
            raise UsageError(f"--of is missing, and {error.message}", hint=error.hint) from None
        raise
    return implicit_reply(found, steps=steps)
