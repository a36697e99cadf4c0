"""Nonlinear least squares: the parameters of a model that describe data best, with their errors.

The parameters b minimise Σ ((yᵢ - f(xᵢ, b)) / σᵢ)² by the Levenberg-Marquardt method with the
exact Jacobian J of f.  Their covariance is s² (JᵀJ)⁻¹ with s² = Σ r² / (n - p), intervals are
those of Student's t (Bates & Watts, *Nonlinear Regression Analysis and Its Applications*, 1988,
section 2.3; Seber & Wild, *Nonlinear Regression*, 1989, section 5.1).  Robust losses reweight rows
(Triggs et al., "Bundle adjustment", 2000, section 4.3).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from adcli.applications.data_table_reading import table as as_table
from adcli.applications.dense_linear_algebra import Matrix, Vector, norm
from adcli.applications.fit_data import FitData, checked_names, fit_data, in_row
from adcli.applications.fit_result import Fit
from adcli.applications.flat_vector_function import DifferentiatedFunction
from adcli.applications.levenberg_marquardt import (
    CONVERGED,
    Problem,
    Solution,
    least_squares,
)
from adcli.applications.model_over_table_rows import over_rows, row_arguments
from adcli.applications.robust_losses import LOSSES, Loss
from adcli.derivatives_at_point import ProgramAtPoint
from adcli.engines.interface import Limits
from adcli.errors import EvaluationError, UsageError
from adcli.front.mistakes.joined_names import factors
from adcli.ir.types import is_array
from adcli.rank_specialisation import Specialisation, Specialisations, one_of
from adcli.source import EXPRESSION

#: First trust radii, in units of the start's length: after one that leads astray the next is tried.
_RADII = (100.0, 1.0, 0.01)

#: Where a parameter starts if nobody says where.
_START = 1.0

#: Constants whose names people give to parameters, each with what tells that it is used.
_LIKE_PARAMETERS = (
    ("tau", "2*pi", r"\btau\b"),
    ("e", "2.71828", r"(?<![\w.])e\b(?!\s*(?:\^|\*\*))"),
)


class FitChoices(TypedDict, total=False):
    """How to fit.

    `y`               the column that is fitted, or an expression of columns; by default `y`, or the
                      only column that is left.
    `sigma`           the column with the standard deviations of what is fitted, in its unit.
    `bounds`          for a parameter its least and its greatest value.
    `fixed`           values of parameters that are not fitted.
    `loss`            `linear`, `huber` or `soft-l1`; beyond `loss_scale`, in units of sigma or of
                      what is fitted, a residual counts as large.
    `absolute_sigma`  take sigma as it is; else it only weights rows, and errors are scaled so that
                      the reduced chi-square is 1.
    `missing`         `raise` an error for a missing value, or `drop` its row.
    `level`           that of the intervals, 0.95 by default.
    `limit`           the most iterations.
    """

    y: str | None
    sigma: str | None
    bounds: Mapping[str, tuple[float, float]] | None
    fixed: Mapping[str, Any] | None
    loss: str
    loss_scale: float
    absolute_sigma: bool
    missing: str
    level: float
    limit: int


def fit(
    model: Specialisations,
    data: Any,
    *,
    start: Mapping[str, Any] | None = None,
    y: str | None = None,
    sigma: str | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    fixed: Mapping[str, Any] | None = None,
    loss: str = "linear",
    loss_scale: float = 1.0,
    absolute_sigma: bool = False,
    missing: str = "raise",
    level: float = 0.95,
    limit: int = 1000,
) -> Fit:
    """The fit of a model to a table, see `adcli.program.Program.fit`."""
    one_of(loss, tuple(LOSSES), "loss")
    if not 0 < level < 1:
        hint = f"write {level / 100:g} for {level:g} %" if 1 < level < 100 else None
        raise UsageError(f"a confidence level is between 0 and 1, not {level}", hint=hint)
    if not 0 < loss_scale < math.inf:
        raise UsageError(f"the scale of a loss is above 0 and finite, not {loss_scale:g}")
    if absolute_sigma and sigma is None:
        raise UsageError("absolute sigma needs a column of sigma")
    found = fit_data(model, as_table(data), y, sigma, missing)
    robust = LOSSES[loss], loss_scale
    problem = _FitProblem(model, found, start or {}, fixed or {}, bounds or {}, *robust)
    box = _box(problem.function.names, bounds or {}, problem.function.start)
    solution = _best(problem, *box, limit)
    return Fit(problem.one, problem.point, found, problem.function, solution, box, fixed or {},
               loss=loss, absolute_sigma=absolute_sigma, level=level,
               notes=problem.notes)  # fmt: skip


def _best(problem: _FitProblem, lower: Vector, upper: Vector, limit: int) -> Solution:
    """The first search that converges; else the one with the smallest sum of squares."""
    size = norm(problem.weighted(problem.data.observed))
    if size and not 0 < size * size < math.inf:
        raise UsageError(
            f"the squares of what is fitted are too {'large' if size > 1 else 'small'} for doubles",
            hint='take another unit: --y "y/1e200"',
        )
    task = Problem(problem.residuals, problem.linearise, lower, upper, size)
    found: list[Solution] = []
    for radius in _RADII:
        found.append(least_squares(task, problem.function.start, radius=radius, limit=limit))
        if found[-1].status == CONVERGED:
            return found[-1]
    return min(found, key=lambda s: s.sum_of_squares)


class _FitProblem:
    """The residuals of a model over the rows of a table, and their linearisation."""

    def __init__(
        self,
        model: Specialisations,
        data: FitData,
        start: Mapping[str, Any],
        fixed: Mapping[str, Any],
        bounds: Mapping[str, tuple[float, float]],
        loss: Loss,
        loss_scale: float,
    ) -> None:
        self.data, self.bounds = data, bounds
        self.loss, self.loss_scale = loss, loss_scale
        self.notes: tuple[str, ...] = ()
        self.one, self.point = self._specialised(model, start, fixed)
        names = self._parameters(start, fixed)
        rows = over_rows(self.one, data.predictors)
        place = {**self.point, **row_arguments(data.predictors, self.one, len(data.observed))}
        bound = ProgramAtPoint(rows, place, names, "auto", Limits(precise=True))
        self.function = DifferentiatedFunction(bound)
        count, wanted = len(data.observed), len(self.function.names)
        if count < wanted:
            plural = "" if count == 1 else "s"
            raise UsageError(f"{count} row{plural} of data cannot determine {wanted} parameters")
        self._check_start()

    def _specialised(
        self, model: Specialisations, start: Mapping[str, Any], fixed: Mapping[str, Any]
    ) -> tuple[Specialisation, dict[str, Any]]:
        """The model for one row, and the values of its parameters at the start."""
        both = [n for n in start if n in fixed]
        if both:
            raise UsageError(f"'{both[0]}' is both fixed and given a start")
        row = {n: cells[0] for n, cells in self.data.predictors.items()}
        one = model.for_point({**row, **start, **fixed})
        names = [n for n in one.names if n not in row]
        checked_names(start, names, "the start")
        checked_names(fixed, names, "the fixed")
        point = {**start, **fixed}
        for wanted in one.lowered.inputs:
            name = wanted.name
            if name in point or name in row or wanted.default is not None:
                continue
            if name not in one.reals:
                hint = f"fix it: --fix {name}=..."
                raise UsageError(f"'{name}' is an integer, which no fit can find", hint=hint)
            if is_array(wanted.kind):
                raise _of_unknown_length(name, model.source.text)
            low, high = self.bounds.get(name, (-math.inf, math.inf))
            point[name] = min(max(_START, low), high)
        unsaid = [n for n in point if n not in start and n not in fixed]
        for value in dict.fromkeys([point[n] for n in unsaid]):
            taken = ", ".join([n for n in unsaid if point[n] == value])
            self.notes += (f"no start was given for {taken}: {value:g} is taken",)
        self._tell_constants(model, one)
        self._tell_joined(one)
        return one, point

    def _tell_constants(self, model: Specialisations, one: Specialisation) -> None:
        """Note a constant that may be meant as a parameter, unlike the base of `e^x`."""
        text = model.source.text if model.source.name == EXPRESSION else ""
        for name, value, pattern in _LIKE_PARAMETERS:
            if name not in one.inputs and re.search(pattern, text):
                self.notes += (f"{name} is the constant {value} here; a start makes it a "
                               f"parameter: --start {name}=...",)  # fmt: skip

    def _tell_joined(self, one: Specialisation) -> None:
        """Note a parameter that looks like a product with a column that nothing else uses: ax."""
        unused = self.data.table.columns.keys() - {*one.inputs, self.data.observed_name}
        for name in one.inputs:
            for column in sorted(unused):
                rest = name.removesuffix(column)
                if rest != name and factors(name) == (rest, column):
                    self.notes += (f"{name} is one parameter, and the column {column} is not used: "
                                   f"to multiply, write {rest}*{column}",)  # fmt: skip

    def _parameters(self, start: Mapping[str, Any], fixed: Mapping[str, Any]) -> list[str]:
        found = [
            n for n in self.one.reals if n not in self.data.predictors and n not in fixed
        ]  # fmt: skip
        integers = [n for n in start if n not in found]
        if integers:
            raise UsageError(f"'{integers[0]}' is an integer, which no fit can find",
                             hint=f"fix it: --fix {integers[0]}=...")  # fmt: skip
        if not found:
            raise UsageError("the model has no parameter to fit")
        return found

    def _check_start(self) -> None:
        """Raise the error of the first row that has no value at the start, with its place."""
        try:
            self.function.values(self.function.start)
        except EvaluationError as error:
            raise in_row(
                error, self.one, self.data.predictors, self.point, self.data.table
            ) from None

    # -- residuals -------------------------------------------------------------------------------

    def weighted(self, numbers: Sequence[float]) -> Vector:
        if self.data.sigma is None:
            return list(numbers)
        return [v / s for v, s in zip(numbers, self.data.sigma, strict=True)]

    def _plain(self, values: Sequence[float]) -> Vector:
        return self.weighted([f - y for f, y in zip(values, self.data.observed, strict=True)])

    def residuals(self, vector: Sequence[float]) -> Vector:
        """The weighted residuals, such that the sum of their squares is the loss."""
        plain = self._plain(self.function.values(vector))
        return [self.loss.residual(r, self.loss_scale) for r in plain]

    def linearise(self, vector: Sequence[float]) -> tuple[Vector, Matrix]:
        """The same with their Jacobian."""
        values, rows = self.function.jacobian(vector)
        plain = self._plain(values)
        if self.data.sigma is not None:
            rows = [[d / s for d in r] for r, s in zip(rows, self.data.sigma, strict=True)]
        if self.loss.is_linear:
            return plain, rows
        slopes = [self.loss.slope(r, self.loss_scale) for r in plain]
        return (
            [self.loss.residual(r, self.loss_scale) for r in plain],
            [[d * s for d in row] for row, s in zip(rows, slopes, strict=True)],
        )


def _of_unknown_length(name: str, text: str) -> UsageError:
    """The error for a parameter that is a list, with a start as long as its indices ask for."""
    used = [int(k) for k in re.findall(rf"\b{re.escape(name)}\[(\d{{1,2}})\]", text)]
    ones = ",".join(["1"] * (max(used, default=1) + 1))
    hint = f'give it a start with its length: --start "{name}=[{ones}]"'
    return UsageError(f"the parameter '{name}' is a list of unknown length", hint=hint)


def _box(
    names: Sequence[str], bounds: Mapping[str, tuple[float, float]], start: Sequence[float]
) -> tuple[Vector, Vector]:
    """The least and the greatest value of each entry.  A bound of an array holds for each entry."""
    inputs = {name.partition("[")[0] for name in names}
    checked_names({n: 0 for n in bounds if n not in names}, sorted(inputs), "the bounded")
    lower, upper = [-math.inf] * len(names), [math.inf] * len(names)
    for j, name in enumerate(names):
        pair = bounds.get(name, bounds.get(name.partition("[")[0]))
        if pair is None:
            continue
        lower[j], upper[j] = pair
        if not lower[j] < upper[j]:
            raise UsageError(
                f"the bounds of '{name}' leave nothing between {pair[0]} and {pair[1]}"
            )
        if not lower[j] <= start[j] <= upper[j]:
            raise UsageError(f"'{name}' starts at {start[j]:g}, outside its bounds")
    return lower, upper
