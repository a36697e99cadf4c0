"""`adcli minimize`: a minimum of a program with one result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from adcli.applications.gradient_descent import SCHEDULES
from adcli.applications.minimisation import METHODS
from adcli.cli import options
from adcli.cli.application_command_options import (
    application_reply,
    bound_option,
    constraint_option,
    unknowns_option,
)
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.plot_output import plot_option, plot_text, program_title, save_plot
from adcli.cli.point_reading import Point
from adcli.cli.reply import PLAIN, Page, Reply, Text, lines_of
from adcli.program import Program

if TYPE_CHECKING:
    from typing import Unpack

    from adcli.applications.minimisation import MinimumChoices
    from adcli.applications.minimisation_result import Minimum
    from adcli.render.plots.figure import Figure
    from adcli.render.terminal import RenderableType

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
point: {*: tensor}
gradient_norm: number
status: text | {*: text}    # how it ended
kind: text | null           # minimum, saddle, ...; null where the end was not looked at
method: text
iterations: integer
condition: number           # of the Hessian
evaluations: {*: integer}
steps: [{point: [number], value: number, gradient_norm: number, step: number}]
multipliers?: {*: number}
minima?: [{point: {*: tensor}, value: number}]  # with --starts
"""


@command(formats=(PLAIN, *TABLES), fields=_FIELDS)
@options.program_and_point
@unknowns_option("Vary these inputs: x,y.  [default: those that --at gives]")
@click.option("--maximize", is_flag=True, help="Look for a maximum.")
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default="auto",
    help="How to search.  Those from bfgs on need scipy.  auto: damped-newton, with constraints "
    "sqp.",
)
@click.option(
    "--rate", type=float, help="The rate η of gradient-descent and adam.  [default: 0.01; 0.001]"
)
@click.option("--momentum", type=float, default=0.0, help="The momentum μ of gradient-descent.")
@click.option(
    "--schedule",
    type=click.Choice(tuple(SCHEDULES)),
    default="constant",
    help="How the rate changes with the iteration t: by 1/(1+t), 1/sqrt(1+t), or half a cosine.",
)
@bound_option
@constraint_option
@click.option("--starts", type=click.IntRange(min=1), default=1, help="Search from so many starts.")
@click.option("--seed", type=int, default=0, help="The seed by which further starts are drawn.")
@click.option(
    "--tolerance", type=float, default=1e-6, help="The length of the gradient at which to stop."
)
@click.option("--max-iterations", "limit", type=click.IntRange(min=1), help="Stop after these.")
@click.option(
    "--steps", "shown", type=click.IntRange(min=0), default=20, help="Show so many iterations."
)
@plot_option
@options.digits_option
def reply(
    f: Program,
    point: Point,
    wrt: list[str] | None,
    shown: int,
    plot: str | None,
    **choices: Unpack[MinimumChoices],
) -> Reply:
    """Find a minimum of PROGRAM near the point where it starts.

    gradient-descent steps by θ(t+1) = θ(t) + v(t+1) with v(t+1) = μ v(t) - η ∇f(θ(t)); without
    momentum that is θ(t) - η ∇f(θ(t)).  adam is algorithm 1 of Kingma & Ba (2015).  damped-newton
    solves (H + λI) p = -∇f for the step p, with the exact Hessian H and the least damping λ for
    which H + λI has no negative eigenvalue and p is in a trust region; with more than 30 inputs, by
    conjugate gradients (Nocedal & Wright, Numerical Optimization, 2006, section 4.3, algorithm
    7.2).  The other methods are those of scipy with exact gradients, Hessians and Jacobians of
    constraints.

    The end is judged by the length of the gradient, by the gain of one more Newton step, and by the
    eigenvalues of the Hessian: a minimum, a saddle, flat, at a bound.  The exit code is 1 if the
    search did not converge to a minimum.

    \b
    adcli minimize "(x-1)^2 + x*y + y^2" --at x=0,y=0 --method gradient-descent --rate 0.2
    adcli minimize "(x-1)^2 + (y+2)^2" --at x=0,y=0 --method adam --rate 0.1 --bound y=0:
    """
    found = f.minimize(point, wrt=wrt, **choices)
    if plot is not None:
        save_plot(plot, [_figure(f, found)])
    return application_reply(
        found,
        _values(found),
        answer=lambda: lines_of(found.point.values()),
        report=found.report(shown),
    )


def _figure(f: Program, found: Minimum) -> Figure:
    """The path of two variables, of others the values."""
    from adcli.render.plots.application_plots import path_figure, values_figure

    title = program_title(f)
    if len(found.names) == 2:
        return path_figure(title, found)
    return values_figure(title, found.steps)


def _values(found: Minimum) -> Text:
    """On a terminal the value against the iteration."""

    def text(page: Page) -> Iterator[str | RenderableType]:
        if page.is_terminal and found.iterations > 1:
            from adcli.render.plots.application_plots import values_figure

            yield from plot_text(values_figure("", found.steps))(page)

    return text
