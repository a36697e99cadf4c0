"""`adcli plot`: a function with its derivatives as a picture."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.plot_output import PNG, plot_formats, plot_text, program_title
from adcli.cli.point_reading import Point, read_name, read_number
from adcli.cli.reply import Page, Reply, table_reply
from adcli.errors import UsageError
from adcli.program import Program

if TYPE_CHECKING:
    from adcli.backends.adaptive_curve_sampling import Curve
    from adcli.render.plots.function_plots import Grid, Polynomial
    from adcli.render.tables.table import Table

#: An input and the ends of its interval.
Interval = tuple[str, float, float]

#: Two inputs go so far to both sides of 0 if nobody says how far.
_HALF = 5.0

#: A terminal shows so many of the features.
_ROWS = 30

#: The highest order of a polynomial.
_MOST_ORDERS = 60

#: The middle of the picture of two inputs is no tangent's place.
_ONE_INPUT = "is for the plot of one input"

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
over: text | [text]  # the input, or both
curves?: [{order: integer, points: [[number]]}]  # null in a gap
features: [{kind: text, value: number, *: number}]  # zeros, extrema and the like
polynomials?: [{about: number, coefficients: [number]}]
values?: [[number]]  # of two inputs: on the grid
levels?: [number]
gradients?: [{at: [number], gradient: [number]}]
*: [number]          # the grid along each of two inputs, by its name
"""


@command(formats=(*TABLES, PNG), fields=_FIELDS)
@options.program_and_point
@click.option(
    "--over",
    metavar="X=LOW:HIGH",
    multiple=True,
    callback=lambda _, __, texts: [_interval(part) for t in texts for part in t.split(",")],
    help="The input and its interval: x=-3:3.  With two inputs, x=-3:3,y=-2:2, contour lines.  "
    "[default: where there is something to see]",
)
@click.option(
    "--derivatives",
    type=click.IntRange(0, 4),
    default=0,
    help="Draw as many derivatives beside the function.",
)
@click.option(
    "--tangent-at",
    metavar="NUMBER",
    callback=lambda _, __, text: None if text is None else read_number("--tangent-at", text),
    help="Draw the tangent line at this number.",
)
@click.option(
    "--taylor",
    metavar="ORDERS",
    multiple=True,
    callback=lambda _, __, texts: [_order(part) for t in texts for part in t.split(",")],
    help="Draw the Taylor polynomials of these orders, 1,3,5, about the number of --tangent-at, "
    "else about the middle of the interval.",
)
@options.digits_option
def reply(
    f: Program,
    point: Point,
    over: list[Interval],
    derivatives: int,
    tangent_at: float | None,
    taylor: list[int],
) -> Reply:
    """Plot PROGRAM over an interval of one input, or over two inputs as contour lines.

    Zeros, extrema, inflections, kinks, poles and holes are found by exact derivatives and listed
    below the picture; of two inputs the minima, maxima and saddles.  A line has a gap where the
    function has no value or a derivative jumps.  As CSV (-o FILE.csv) the points are written.

    \b
    adcli plot "x^3 - 3x"
    adcli plot "x^3 - 3x" --over x=-2.5:2.5 --derivatives 1
    adcli plot "sin(x)" --over x=-4:4 --tangent-at 1 --taylor 5
    adcli plot "cos(x)" --over x=-6:6 --taylor 2,4,8
    adcli plot "x^2 - x*y + y^4" --over x=-2:2,y=-1.5:1.5
    """
    over = over or _chosen(f, point, tangent_at)
    if len(over) == 2:
        for option, value in (("--tangent-at", tangent_at), ("--taylor", taylor)):
            if value not in (None, []):
                raise UsageError(f"{option} {_ONE_INPUT}")
        if derivatives:
            raise UsageError(f"--derivatives {_ONE_INPUT}")
        return _contours(f, point, over)
    if len(over) != 1:
        raise UsageError("--over takes one input or two")
    return _curves(f, point, over[0], derivatives, tangent_at, taylor)


def _chosen(f: Program, point: Point, tangent_at: float | None) -> list[Interval]:
    """The intervals of the inputs that have no value, or of the only input around its value."""
    there = f.for_point(point)
    names = [n for n in there.reals if n not in point and n not in there.default_values(point)]
    if not names and len(there.reals) == 1:
        names = list(there.reals)
    if len(names) not in (1, 2):
        raise _without_interval(names, there.reals)
    if len(names) == 2:
        return [(name, -_HALF, _HALF) for name in names]
    about = point.get(names[0]) if tangent_at is None else tangent_at
    if not isinstance(about, int | float | None):
        raise UsageError(f"--over is missing, and '{names[0]}' is no number")
    return [(names[0], *f.curve_interval(names[0], point, about))]


def _without_interval(open: Sequence[str], reals: Sequence[str]) -> UsageError:
    """That it is not plain which input to plot over; `open` are those without a value."""
    names = open or reals
    message = "--over is missing: it says which input to plot over"
    if not names:
        return UsageError(message)
    over = "x" if "x" in names else names[0]
    values = ",".join([f"{name}=1" for name in open if name != over])
    hint = f"write --over {over}=-5:5" + (f" --at {values}" if values else "")
    return UsageError(message, hint=hint)


def _curves(
    f: Program,
    point: Point,
    over: Interval,
    derivatives: int,
    tangent_at: float | None,
    taylor: list[int],
) -> Reply:
    from adcli.render.plots.function_plots import curve_figure

    name, low, high = over
    curve = f.curve(name, low, high, point, derivatives=derivatives)
    polynomials = list(_polynomials(f, point, over, tangent_at, taylor))
    figure = curve_figure(program_title(f), name, curve, polynomials)
    notes = [] if curve.visible() else [f"there is no finite value between {low} and {high}"]
    return table_reply(
        lambda _: _curve_fields(name, curve, polynomials),
        lambda page: _feature_tables(name, curve, _ROWS if page.is_terminal else None),
        above=[plot_text(figure)],
        notes=notes,
        formats={**plot_formats(figure), "csv": _csv_of(lambda: _points(name, curve, polynomials))},
    )


def _polynomials(
    f: Program, point: Point, over: Interval, tangent_at: float | None, taylor: list[int]
) -> Iterator[Polynomial]:
    """The tangent line and the Taylor polynomials that were asked for."""
    from adcli.render.plots.function_plots import Polynomial

    name, low, high = over
    about = low / 2 + high / 2 if tangent_at is None else tangent_at
    labels = {} if tangent_at is None else {"tangent": 1}
    labels |= {f"Taylor polynomial of order {order}": order for order in taylor}
    for label, order in labels.items():
        found = f.expand({**point, name: about}, order=order, wrt=name)
        yield Polynomial(label, about, found.series[0])


def _contours(f: Program, point: Point, over: Sequence[Interval]) -> Reply:
    from adcli.render.plots.function_plots import contour_figure, grid

    names = [name for name, _, _ in over]
    if names[0] == names[1]:
        raise UsageError(f"--over has '{names[0]}' twice")
    surface = f.surface(names, point)
    ends = [(low, high) for _, low, high in over]
    found = grid(surface.value, surface.gradient, ends[0], ends[1])
    figure = contour_figure(program_title(f), names, found)
    return table_reply(
        lambda _: _grid_fields(names, found),
        lambda _: _stationary_tables(names, found),
        above=[plot_text(figure)],
        formats={**plot_formats(figure), "csv": _csv_of(lambda: _values(names, found))},
    )


def _order(text: str) -> int:
    """One of the orders of `--taylor`."""
    if text.strip().isdecimal() and int(text) <= _MOST_ORDERS:
        return int(text)
    hint = f"write --taylor 5, or --taylor 1,3,5: from 0 to {_MOST_ORDERS}"
    raise UsageError(f"--taylor cannot be '{text}'", hint=hint)


def _interval(text: str) -> Interval:
    """`x=-3:3` as a name and its ends."""
    between = re.fullmatch(r"\s*(.+?)\s*<=?\s*([^\W\d]\w*)\s*<=?\s*(.+?)\s*", text)
    if between is not None:
        hint = f"write --over {between[2]}={between[1]}:{between[3]}"
        raise UsageError(f"cannot read '{text}' as an interval", hint=hint)
    name, equals, ends = text.partition("=")
    low, colon, high = ends.partition(":")
    if not equals or not colon:
        typed = re.fullmatch(r"\s*(.+?)\s*(?::|\.\.+|;)\s*(.+?)\s*", ends or name)
        low, high = typed.groups() if typed is not None else ("-3", "3")
        hint = f"write --over {name if equals else 'x'}={low}:{high}"
        raise UsageError(f"cannot read '{text}' as an interval", hint=hint)
    found = read_name(name), read_number("--over", low), read_number("--over", high)
    if not (math.isfinite(found[1]) and math.isfinite(found[2]) and found[1] < found[2]):
        least, most = sorted(found[1:])
        raise UsageError(
            f"'{text}' is no interval: its lower end comes first, and both are finite",
            hint=f"write --over {name}={least:g}:{most:g}" if least < most < math.inf else None,
        )
    if not math.isfinite(found[2] - found[1]):
        raise UsageError(f"the interval '{text}' is wider than a double can say")
    return found


def _feature_tables(name: str, curve: Curve, most: int | None) -> Sequence[Table]:
    from adcli.render.tables.curve_and_backend_tables import feature_table

    return [feature_table(name, curve.features, most)]


def _stationary_tables(names: Sequence[str], found: Grid) -> Sequence[Table]:
    from adcli.render.tables.curve_and_backend_tables import stationary_table

    return [stationary_table(names, found.stationary)]


def _points(name: str, curve: Curve, polynomials: Sequence[Polynomial]) -> Table:
    from adcli.render.tables.curve_and_backend_tables import points_table

    return points_table(name, curve, polynomials)


def _values(names: Sequence[str], found: Grid) -> Table:
    from adcli.render.tables.curve_and_backend_tables import grid_table

    return grid_table(names, found)


def _csv_of(table: Callable[[], Table]) -> Callable[[Page], str]:
    """A plot as CSV: one table, of the points."""

    def written(page: Page) -> str:
        from adcli.render.tables import as_csv

        return as_csv.write([table()], page.digits)

    return written


def _curve_fields(name: str, curve: Curve, polynomials: Sequence[Polynomial]) -> dict[str, object]:
    return {
        "backend": "forward",
        "over": name,
        "curves": [
            {"order": k, "points": [[x, None if math.isnan(y) else y] for x, y in points]}
            for k, points in enumerate(curve.orders)
        ],
        "features": [
            {"kind": f.kind, name: f.x, "value": None if math.isnan(f.value) else f.value}
            for f in curve.features
        ],
        "polynomials": [
            {"about": p.about, "coefficients": list(p.coefficients)} for p in polynomials
        ],
    }


def _grid_fields(names: Sequence[str], found: Grid) -> dict[str, object]:
    from adcli.render.plots.function_plots import levels

    return {
        "backend": "forward",
        "over": list(names),
        names[0]: list(found.xs),
        names[1]: list(found.ys),
        "values": [[v if math.isfinite(v) else None for v in row] for row in found.values],
        "levels": levels(found),
        "features": [
            {"kind": p.kind, names[0]: p.at[0], names[1]: p.at[1], "value": value}
            for p, value in found.stationary
        ],
        "gradients": [{"at": list(at), "gradient": list(g)} for at, g in found.gradients],
    }
