"""Tables of what was found over intervals, over step sizes, and by backends and frameworks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.backends.step_size_errors import CENTRAL, COMPLEX, FORWARD, RICHARDSON
from adcli.render.comparison_sentences import sentences
from adcli.render.number_format import for_reader
from adcli.render.tables.table import DECIMAL, RIGHT, Cell, Column, Formula, Row, Section, Table

if TYPE_CHECKING:
    from adcli.backend_comparison import BackendRow, Comparison
    from adcli.backends.adaptive_curve_sampling import Curve
    from adcli.backends.poles_jumps_holes import Feature
    from adcli.backends.stationary_points import StationaryPoint
    from adcli.backends.step_size_errors import Scheme, StepSizeErrors
    from adcli.render.plots.function_plots import Grid, Polynomial

#: A table has a column for each derivative up to so many; of more it shows the largest error only.
_COLUMNS = 3

#: How truncation and round-off grow with the step.
_ORDERS: dict[str, tuple[Cell, Cell]] = {
    FORWARD: (Formula("h", "h"), Formula("1/h", "1/h")),
    CENTRAL: (Formula("h^2", "h^2"), Formula("1/h", "1/h")),
    RICHARDSON: (Formula("h^4", "h^4"), Formula("1/h", "1/h")),
    COMPLEX: (Formula("h^2", "h^2"), "none"),
}


#: A relative error that is rounding.
_EXACT = 2.0**-50


def _two_digits(value: float, digits: int | None, minus: str) -> str:
    """An error or a time, of which two digits tell enough."""
    return for_reader(value, digits or 2, minus=minus)


def convergence_table(found: StepSizeErrors) -> Table:
    """The best step of each scheme, its error there, and how its errors grow."""
    columns = [
        Column("scheme"),
        Column("best h", RIGHT, number=_two_digits),
        Column("error", RIGHT, number=_two_digits),
        Column("truncation"),
        Column("round-off"),
        Column("evaluations", RIGHT),
    ]
    rows: list[Row] = [
        (s.name, s.best_step, s.best_error, *_growth(s, found), s.evaluations)
        for s in found.schemes
    ]
    return Table(columns, rows, keys=1)


def _growth(scheme: Scheme, found: StepSizeErrors) -> tuple[Cell, Cell]:
    """How truncation and round-off grow with the step; where the largest step has no error there is
    no truncation, as of a straight line."""
    truncation, rounding = _ORDERS[scheme.name]
    _, error = scheme.points[0]
    return ("none here" if error <= _EXACT * abs(found.derivative) else truncation), rounding


def feature_table(name: str, features: Sequence[Feature], most: int | None = None) -> Table:
    """Zeros, extrema and the like of a function of an input, at most so many of them; nothing if
    there are none."""
    if not features:
        return Table([], [])
    columns = [Column("feature"), Column(name, DECIMAL), Column("f", DECIMAL)]
    rows: list[Row] = [
        (f.kind, f.x, f.value if math.isfinite(f.value) else None) for f in features[:most]
    ]
    if len(features) > len(rows):
        rows.append(Section(f"… {len(features) - len(rows):,} more; with --json there are all …"))
    return Table(columns, rows, keys=1)


def points_table(name: str, curve: Curve, polynomials: Sequence[Polynomial] = ()) -> Table:
    """The points of a function of an input, its derivatives and polynomials beside it; an empty
    cell in a gap.  Where a derivative jumps it has no value, though the function may have one."""
    orders = [{x: y for x, y in points if math.isfinite(y)} for points in curve.orders]
    for values, points in zip(orders[1:], curve.orders[1:], strict=True):
        for x, y in points:
            if not math.isfinite(y):
                values.pop(x, None)
    heads = ["f" + "'" * order for order in range(len(orders))] + [p.label for p in polynomials]
    columns = [Column(name, DECIMAL), *[Column(head, DECIMAL) for head in heads]]
    rows: list[Row] = [
        (x, *[values.get(x, "") for values in orders], *[p(x) for p in polynomials])
        for x in sorted({x for x, _ in curve.orders[0]})
    ]
    return Table(columns, rows)


def grid_table(names: Sequence[str], found: Grid) -> Table:
    """The values of a function of two inputs on a grid, a row for each place."""
    columns = [Column(name, DECIMAL) for name in (*names, "f")]
    rows: list[Row] = [
        (x, y, value if math.isfinite(value) else "")
        for y, values in zip(found.ys, found.values, strict=True)
        for x, value in zip(found.xs, values, strict=True)
    ]
    return Table(columns, rows)


def stationary_table(
    names: Sequence[str], points: Sequence[tuple[StationaryPoint, float]]
) -> Table:
    """Minima, maxima and saddles of a function of two inputs; nothing if there are none."""
    if not points:
        return Table([], [])
    columns = [Column("feature"), *[Column(name, DECIMAL) for name in (*names, "f")]]
    return Table(columns, [(p.kind, *p.at, value) for p, value in points], keys=1)


def backend_table(found: Comparison) -> Table:
    """What each backend finds, and what it costs."""
    shown = found.entries if len(found.entries) <= _COLUMNS else ()
    columns = [
        Column("backend"),
        Column("scheme"),
        *[Column(entry, DECIMAL, group="derivative by") for entry in shown],
        Column("error", RIGHT, number=_two_digits),
        Column("evals", RIGHT),
        Column("ops", RIGHT),
        Column("tape", RIGHT),
        Column("time", RIGHT, unit="s", number=_two_digits),
    ]
    rows = [_backend_cells(row, len(shown)) for row in found.backends]
    return Table(columns, rows, notes=sentences(found), keys=2)


def _backend_cells(row: BackendRow, count: int) -> list[Cell]:
    name: list[Cell] = [row.backend, row.scheme or ""]
    if row.found is None:
        return [*name, *[None] * (count + 5)]
    slopes = row.found.matrix[0][:count]
    costs = row.evaluations, row.operations, row.tape, row.seconds
    return [*name, *slopes, row.error, *costs]


def framework_table(found: Comparison) -> Table:
    """What each framework finds, and how far that is from reverse mode."""
    shown = found.entries if len(found.entries) <= _COLUMNS else ()
    columns = [
        Column("framework"),
        Column("version"),
        *[Column(entry, DECIMAL, group="derivative by") for entry in shown],
        Column("ulps", RIGHT, number=_two_digits),
        Column("first call", RIGHT, unit="s", number=_two_digits),
        Column("later", RIGHT, unit="s", number=_two_digits),
    ]
    rows: list[list[Cell]] = []
    for row in found.frameworks:
        if row.run is None:
            rows.append([row.framework, *[None] * (len(shown) + 4)])
            continue
        run = row.run
        slopes = list(run.gradient)[: len(shown)]
        most = max(row.ulps, default=None)
        rows.append([row.framework, run.version, *slopes, most, run.first, run.later])
    return Table(columns, rows, keys=1)
