"""`adcli convergence`: the error of finite differences over their step size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.plot_output import PNG, plot_formats, plot_text, program_title
from adcli.cli.point_reading import Point, read_name
from adcli.cli.reply import table_reply
from adcli.engines.interface import Limits
from adcli.errors import UsageError
from adcli.program import Program

if TYPE_CHECKING:
    from adcli.backends.step_size_errors import StepSizeErrors
    from adcli.cli.reply import Reply
    from adcli.render.tables.table import Table

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
wrt: text
derivative: number
reference: text      # what the errors are measured against
schemes: {*: {best_step: number, best_error: number, evaluations: integer, points: [[number]]}}
"""


@command(formats=(*TABLES, PNG), fields=_FIELDS)
@options.program_and_point
@click.option(
    "--wrt",
    metavar="NAME",
    callback=lambda _, __, text: None if text is None else read_name(text),
    help="The input to differentiate by, or an entry of one: x, x[1].  [default: the first]",
)
@click.option(
    "--schemes",
    metavar="NAMES",
    callback=lambda _, __, text: None if text is None else _schemes(text),
    help="Show these schemes only: forward,central,richardson,complex-step.",
)
@options.tapeless_limit_options
@options.digits_option
def reply(
    f: Program, point: Point, wrt: str | None, schemes: list[str] | None, limits: Limits
) -> Reply:
    """Plot the error of finite differences over their step h.

    Large steps suffer from truncation, small ones from round-off; between them is the best step.
    It is marked where the largest error close by is least, so that no quotient counts that is
    right by luck.  Derivatives of 50 digits are the reference where mpmath is installed, else
    those of reverse mode.

    \b
    adcli convergence "64x*(1-x)*(1-2x)^2*(1-8x+8x^2)^2" --at x=0.2
    adcli convergence "log(x1)+x1*x2-sin(x2)" --at x1=2,x2=5 --wrt x2
    adcli convergence "sin(x)" --at x=1 --schemes forward,central -o errors.svg
    """
    from adcli.render.plots.step_size_error_plot import error_figure

    found = f.convergence(point, wrt=wrt, limits=limits)
    if schemes is not None:
        chosen = [scheme for scheme in found.schemes if scheme.name in schemes]
        if not chosen:
            raise UsageError("the program has no complex step", hint="leave --schemes out")
        found = found._replace(schemes=chosen)
    title = f"error of the derivative by {found.entry}: {program_title(f)}"
    figure = error_figure(title, found)
    return table_reply(
        lambda _: _fields(found),
        lambda _: _tables(found),
        above=[plot_text(figure)],
        notes=found.notes,
        remarks=lambda: [_reference(found)],
        formats=plot_formats(figure),
    )


def _reference(found: StepSizeErrors) -> str:
    """What the errors are measured from."""
    if any(note.startswith(("kink ", "tie ")) for note in found.notes):
        return (
            f"the reference is {found.derivative!r}, which grad gives at the kink; there is no "
            "derivative to compare with"
        )
    return f"the reference is {found.derivative!r}, by {found.reference}"


def _schemes(text: str) -> list[str]:
    """The names of `--schemes`."""
    from adcli.backends.step_size_errors import CENTRAL, COMPLEX, FORWARD, RICHARDSON
    from adcli.rank_specialisation import one_of

    known = (FORWARD, CENTRAL, RICHARDSON, COMPLEX)
    return [one_of(name.strip(), known, "scheme") for name in text.split(",")]


def _fields(found: StepSizeErrors) -> dict[str, object]:
    return {
        "backend": "finite-difference",
        "wrt": found.entry,
        "derivative": found.derivative,
        "reference": found.reference,
        "schemes": {
            scheme.name: {
                "best_step": scheme.best_step,
                "best_error": scheme.best_error,
                "evaluations": scheme.evaluations,
                "points": [[h, None if math.isnan(e) else e] for h, e in scheme.points],
            }
            for scheme in found.schemes
        },
    }


def _tables(found: StepSizeErrors) -> Sequence[Table]:
    from adcli.render.tables.curve_and_backend_tables import convergence_table

    return [convergence_table(found)]
