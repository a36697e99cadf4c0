"""`adcli propagate`: results with their uncertainties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from adcli.cli import options
from adcli.cli.application_command_options import application_reply
from adcli.cli.command import command, completing
from adcli.cli.output import TABLES
from adcli.cli.reply import PLAIN, Reply
from adcli.cli.uncertain_points import pairs_option, read_uncertain_point, uncertain_point_options
from adcli.errors import UsageError
from adcli.loading import load, load_stdin

if TYPE_CHECKING:
    from typing import Unpack

    from adcli.applications.uncertainty_propagation import PropagationChoices

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
uncertainty: tensor
rounded: text | [text]
budget: {*: number} | [{*: number}]  # the share of each input
gradient: {*: number} | [{*: number}]
order: integer
second_order?: {bias: number, variance: number}
covariance?: [[number]]     # of several results
monte_carlo?: {mean: tensor, deviation: tensor, mean_error: tensor, deviation_error: tensor,
    interval: tensor, samples: integer, failures: integer}
"""


@command(formats=(PLAIN, *TABLES), fields=_FIELDS)
@click.argument("program", metavar="PROGRAM", shell_complete=completing("programs"))
@uncertain_point_options
@pairs_option("--correlation", "correlations", "The correlation of two inputs: x,y=0.3.")
@pairs_option("--covariance", "covariances", "The covariance of two inputs: x,y=0.02.")
@click.option(
    "--order",
    type=click.IntRange(1, 2),
    default=1,
    help="2 adds the bias and the variance of second order, by the exact Hessian.",
)
@click.option(
    "--samples",
    type=click.IntRange(min=0),
    default=0,
    help="Draw so many samples beside, by Monte Carlo.",
)
@click.option("--seed", type=int, default=0, help="The seed by which samples are drawn.")
@options.digits_option
def reply(program: str, at: tuple[str, ...], **choices: Unpack[PropagationChoices]) -> Reply:
    """Propagate the uncertainties of inputs through PROGRAM.

    First order: u^2(f) = g' C g with the exact gradient g and the covariances C of the inputs (GUM,
    JCGM 100:2008, equation 13); an input's share of that is in the budget.  Second order, with the
    exact Hessian H and for normal inputs: f + tr(HC)/2, and tr(HCHC)/2 more of the variance (Wang &
    Iyer 2005).  A note says where the program is not linear enough over the uncertainties.  The
    result is rounded to two digits of its uncertainty; JSON has all.

    With --data, inputs that are columns of a file are repeated observations: each is their mean,
    with the standard uncertainty s/sqrt(n) and the correlations seen (GUM 4.2 and 5.2.3).

    \b
    adcli propagate "m*g*h" --at "m=1.20±0.05,g=9.81,h=3.1(2)"
    adcli propagate "x - y" --at "x=1.0+/-0.1,y=1.0+/-0.1" --correlation x,y=1
    adcli propagate "exp(x)" --at "x=1.0(5)" --order 2 --samples 10000 --seed 1
    """
    if program == "-" and "-" in at:
        raise UsageError("stdin cannot be both the program and the point")
    f = load_stdin() if program == "-" else load(program)
    point = read_uncertain_point(at, f.inputs)
    found = f.propagate(point, **choices)
    return application_reply(found, answer=lambda: found.measurements)
