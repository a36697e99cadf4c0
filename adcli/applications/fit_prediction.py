"""The model of a fit at further rows: values, their errors, and the intervals of one more
observation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from adcli.applications.data_table_reading import DataTable
from adcli.applications.dense_linear_algebra import Matrix, dot, norm, transposed
from adcli.applications.result_report import Report, Table

if TYPE_CHECKING:
    from adcli.applications.fit_result import Fit


class Prediction(NamedTuple):
    """For each row the value of the model, its standard error, the interval of confidence for the
    model's value, and that of prediction for one more observation."""

    fit: Fit
    columns: Mapping[str, Sequence[float]]
    value: list[float]
    standard_error: list[float | None]
    confidence: list[tuple[float, float] | None]
    prediction: list[tuple[float, float] | None]
    table: str

    @property
    def notes(self) -> tuple[str, ...]:
        unknown = self.fit.converged and self.value and not any(self.prediction)
        if not unknown or not any(self.confidence):
            return self.fit.notes
        return (
            *self.fit.notes,
            f"no interval of prediction: {self.table} does not say '{self.fit.data.sigma_name}', "
            "which differs between the rows of the fit",
        )

    @property
    def converged(self) -> bool:
        return self.fit.converged

    def report(self) -> Report:
        """A row for each row of the data."""
        percent = f"{100 * self.fit.level:g} %"
        head = [*self.columns, self.fit.data.observed_name, "standard error",
                f"{percent} confidence from", "to", f"{percent} prediction from", "to"]  # fmt: skip
        none = (None, None)
        numbers = zip(
            *self.columns.values(), self.value, self.standard_error,
            [pair or none for pair in self.confidence],
            [pair or none for pair in self.prediction], strict=True,
        )  # fmt: skip
        return Report([Table(head, [[*row[:-2], *row[-2], *row[-1]] for row in numbers])])

    def __str__(self) -> str:
        return self.report().text()

    def fields(self) -> dict[str, Any]:
        """The fit as JSON has it, and the predictions."""
        names = ("value", "standard_error", "confidence", "prediction")
        return {
            **self.fit.fields(),
            "predictions": {**self.columns, **{n: getattr(self, n) for n in names}},
        }


def predicted(fit: Fit, table: DataTable) -> Prediction:
    """The model at the rows of a table: the variance of a value is gᵀ C g with its gradient g (the
    delta method), that of one more observation has the variance of the observation besides."""
    columns = {n: table.numbers(n) for n in fit.data.predictors}
    values, jacobian = fit.jacobian_at(columns, table.rows)
    errors = _value_errors(fit, jacobian)
    wide = _with_noise(fit, errors, fit.data.sigma_of(table))
    return Prediction(fit, columns, values, errors, _bands(fit, values, errors),
                      _bands(fit, values, wide), table.name)  # fmt: skip


def _value_errors(fit: Fit, jacobian: Matrix) -> list[float | None]:
    """The standard error of each value, from its gradient."""
    deviation, roots = fit.deviation, transposed(list(fit.roots.values()))
    if deviation is None or not roots:
        return [None] * len(jacobian)
    slopes = [[row[j] for j in fit.roots] for row in jacobian]
    return [deviation * norm([dot(row, root) for root in roots]) for row in slopes]


def _with_noise(
    fit: Fit, errors: Sequence[float | None], sigma: Sequence[float] | None
) -> list[float | None]:
    """The standard deviations of one more observation about the values."""
    deviation = fit.deviation
    if deviation is None or sigma is None:
        return [None] * len(errors)
    return [
        None if e is None else math.hypot(e, deviation * s)
        for e, s in zip(errors, sigma, strict=True)
    ]


def _bands(
    fit: Fit, values: Sequence[float], errors: Sequence[float | None]
) -> list[tuple[float, float] | None]:
    half = fit.quantile
    return [
        None if e is None else (v - half * e, v + half * e)
        for v, e in zip(values, errors, strict=True)
    ]
