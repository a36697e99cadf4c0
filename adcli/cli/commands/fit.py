"""`adcli fit`: the parameters of a model from data, with their errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from adcli.applications.robust_losses import LOSSES
from adcli.cli import options
from adcli.cli.application_command_options import application_reply, bound_option, point_like_option
from adcli.cli.command import command, completing
from adcli.cli.output import TABLES
from adcli.cli.plot_output import plot_option, program_title, save_plot
from adcli.cli.point_reading import Point
from adcli.cli.reply import PLAIN, Reply
from adcli.errors import UsageError
from adcli.loading import load_equation

if TYPE_CHECKING:
    from typing import Unpack

    from adcli.applications.fitting import FitChoices

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
parameters: {*: {estimate: number, standard_error: number, t: number, interval: [number] | null}}
fixed: {*: tensor}
observed: text
residual_standard_deviation: number
degrees_of_freedom: integer
sum_of_squares: number
r_squared: number
aic: number
bic: number
correlation: {*: {*: number}} | null
status: text | {*: text}  # how it ended
iterations: integer
level: number             # of the intervals
predictions?: {*: [any]}  # with --predict: columns
"""


@command(formats=(PLAIN, *TABLES), fields=_FIELDS)
@click.argument("model", metavar="MODEL", shell_complete=completing("programs"))
@click.option(
    "--data",
    required=True,
    metavar="FILE",
    shell_complete=completing("files"),
    help="The data: CSV, TSV, JSON Lines or Parquet, by the file's ending; - for stdin.",
)
@point_like_option(
    "--start", "start", "POINT", "Where the parameters start: b1=500,b2=1e-4.  [default: each 1]"
)
@click.option(
    "--y",
    metavar="COLUMN",
    shell_complete=completing("columns"),
    help='What is fitted: a column or an expression of columns, "log(y)".  [default: y, or the '
    "only column that is left]",
)
@click.option(
    "--sigma", metavar="COLUMN", help="The column with the standard deviations of what is fitted."
)
@click.option(
    "--absolute-sigma",
    is_flag=True,
    help="Take sigma as it is, with intervals of the normal distribution.  Else it weights rows "
    "only, and standard errors are scaled by the residuals, as lmfit and R do.",
)
@bound_option
@point_like_option("--fix", "fixed", "POINT", "Parameters that are not fitted: b=2.")
@click.option(
    "--loss",
    type=click.Choice(tuple(LOSSES)),
    default="linear",
    help="How residuals count: linear, by their squares; the others let outliers count less.",
)
@click.option(
    "--loss-scale",
    type=float,
    default=1.0,
    help="From where a residual is an outlier, in units of what is fitted, or of sigma.",
)
@click.option(
    "--missing",
    type=click.Choice(["raise", "drop"]),
    default="raise",
    help="What to do with a row in which a value is missing.",
)
@click.option("--level", type=float, default=0.95, help="The level of the intervals.")
@click.option(
    "--max-iterations", "limit", type=click.IntRange(min=1), default=1000, help="Stop after these."
)
@click.option(
    "--predict",
    metavar="FILE",
    shell_complete=completing("files"),
    help="Print the model at the rows of this file, with confidence and prediction intervals.",
)
@plot_option
@options.digits_option
def reply(
    model: str,
    data: str,
    start: Point,
    predict: str | None,
    plot: str | None,
    **choices: Unpack[FitChoices],
) -> Reply:
    """Fit the parameters of MODEL to data by nonlinear least squares.

    MODEL is an expression, an equation y = EXPRESSION, a file, FILE:NAME or - for stdin.  Its
    inputs that are columns of the data are the predictors, the others are the parameters b.

    The sum of ((y - f(x, b)) / sigma)^2 is made smallest by the Levenberg-Marquardt method (Moré
    1978) with the exact Jacobian J.  The covariance of b is s^2 inv(J'J) with s^2 = sum of squares
    / (n - p), intervals are those of Student's t (Bates & Watts 1988, section 2.3).  AIC and BIC
    count the variance as a parameter, as in R.  The exit code is 1 if the fit did not converge.

    \b
    adcli fit "b1*(1-exp(-b2*x))" --data docs/data/misra1a.csv --start b1=500,b2=1e-4
    adcli fit "log(y) = a + b*x" --data docs/data/misra1a.csv
    """
    if model == data == "-":
        raise UsageError("stdin cannot be both the model and the data")
    f, observed = load_equation(model)
    if observed is not None:
        if choices.get("y"):
            raise UsageError(
                "the left side of the equation and --y exclude each other", hint="leave --y out"
            )
        choices["y"] = observed
    found = f.fit(data, start, **choices)
    if plot is not None:
        from adcli.render.plots.application_plots import fit_figures

        save_plot(plot, fit_figures(program_title(f), found))
    if predict is None:
        return application_reply(
            found, answer=lambda: [[p.estimate] for p in found.parameters.values()]
        )
    return application_reply(found.predict(predict))
