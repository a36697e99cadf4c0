"""Plots of applications: the path of a minimisation, its values, data with a fitted curve."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from adcli.applications.fit_result import Fit
from adcli.applications.iteration_history import Iteration
from adcli.applications.minimisation_result import Minimum
from adcli.errors import EvaluationError
from adcli.render.number_format import for_reader
from adcli.render.plots.contours import contour, labelled
from adcli.render.plots.figure import Axis, Figure, Line, Mark, Note, Points, Rule
from adcli.render.plots.function_plots import grid, levels

#: The part of the path's extent that is shown around it, and the points of a curve.
_MARGIN, _POINTS = 0.3, 201

#: The part of the plot, in each direction, that a text needs.
_ROOM = (0.1, 0.08)

#: Values are on a logarithmic axis if they span so many powers of ten.
_DECADES = 2


def path_figure(title: str, found: Minimum) -> Figure:
    """The path of a search with two variables, over contour lines of the function."""
    steps = found.steps
    path = [(s.vector[0], s.vector[1]) for s in steps if all(map(math.isfinite, s.vector))]
    ends = [_around([p[k] for p in path]) for k in (0, 1)]
    grid_of = grid(_or_nan(found.value_at), lambda x, y: (math.nan, math.nan), ends[0], ends[1])
    marks: list[Mark] = []
    sizes = ends[0][1] - ends[0][0], ends[1][1] - ends[1][0]
    taken = [path[0], path[-1]]
    for level in levels(grid_of):
        lines = contour(grid_of.xs, grid_of.ys, grid_of.values, level)
        marks += labelled(lines, for_reader(level, 3), 0, sizes, taken)
    marks = _without_crowds(marks, ends)
    marks.append(Line(path, "path", 1))
    marks += [Points([path[0]], "start", 1), Points([path[-1]], "end", 2)]
    axes = [Axis(name, limits=pair) for name, pair in zip(found.names, ends, strict=True)]
    place = ", ".join([f"{n} = {for_reader(v, 5)}" for n, v in zip(
        found.names, path[-1], strict=True)])  # fmt: skip
    summary = f"contour lines and the path of {found.iterations} iterations to {place}"
    return Figure(title, axes[0], axes[1], marks, summary)


def _without_crowds(
    marks: Sequence[Mark], ends: Sequence[tuple[float, float]]
) -> list[Mark]:  # fmt: skip
    """The marks without texts that would stand on others."""
    sizes = [high - low for low, high in ends]
    found: list[Mark] = []
    taken: list[tuple[float, float]] = []
    for mark in marks:
        if isinstance(mark, Note):
            x, y = mark.at[0] / sizes[0], mark.at[1] / sizes[1]
            if any(abs(x - a) < _ROOM[0] and abs(y - b) < _ROOM[1] for a, b in taken):
                continue
            taken.append((x, y))
        found.append(mark)
    return found


def _or_nan(value: Callable[[Sequence[float]], float]) -> Callable[[float, float], float]:
    def function(x: float, y: float) -> float:
        try:
            return value([x, y])
        except EvaluationError:
            return math.nan

    return function


def _around(numbers: Sequence[float]) -> tuple[float, float]:
    low, high = min(numbers), max(numbers)
    margin = _MARGIN * (high - low) or 0.5 * (abs(low) or 1.0)
    return low - margin, high + margin


def values_figure(title: str, steps: Sequence[Iteration]) -> Figure:
    """The value against the iteration."""
    points = [(float(s.number), s.value) for s in steps if math.isfinite(s.value)]
    values = [v for _, v in points]
    positive = bool(values) and min(values) > 0
    is_wide = positive and math.log10(max(values) / min(values)) > _DECADES
    last = f"{for_reader(values[-1], 5)}" if values else "none"
    return Figure(
        title, Axis("iteration"), Axis("value", logarithmic=is_wide), [Line(points, "", 0)],
        f"the value against the iteration, in the end {last}",
    )  # fmt: skip


def fit_figures(title: str, fit: Fit) -> list[Figure]:
    """The data with the fitted curve, where there is one predictor, and the residuals."""
    observed, predictors = fit.data.observed, fit.data.predictors
    name, xs = next(iter(predictors.items()), ("row", list(range(1, len(observed) + 1))))
    marks: list[Mark] = [Points(list(zip(xs, observed, strict=True)), "data", 1)]
    if len(predictors) == 1:
        low, high = min(xs), max(xs)
        grid_of = [low + (high - low) * k / (_POINTS - 1) for k in range(_POINTS)]
        marks.append(Line(_curve(fit, name, grid_of), "fit", 0))
    else:
        marks.append(Points(list(zip(xs, fit.fitted, strict=True)), "fit", 1))
    y = fit.data.observed_name
    data = Figure(title, Axis(name), Axis(y), marks, f"data and fit of {y} against {name}")
    rest: list[Mark] = [
        Points(list(zip(xs, fit.residuals, strict=True)), "residuals", 2),
        Rule(0.0, False),
    ]
    axis = Axis(f"{y} - fit")
    return [data, Figure("residuals", Axis(name), axis, rest, "the residuals of the fit")]


def _curve(fit: Fit, name: str, xs: Sequence[float]) -> list[tuple[float, float]]:
    """The model between the data; where it has no value, nothing."""
    found = []
    try:
        return list(zip(xs, fit.predict({name: xs}).value, strict=True))
    except EvaluationError:
        pass
    for x in xs:
        try:
            found.append((x, fit.predict({name: [x]}).value[0]))
        except EvaluationError:
            found.append((x, math.nan))
    return found
