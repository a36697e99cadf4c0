"""The data of a fit: the observations, their weights, and the predictors of the model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from adcli.applications.data_table_reading import DataTable
from adcli.applications.equation_parsing import expression
from adcli.applications.model_over_table_rows import over_rows, row_arguments
from adcli.derivatives_at_point import ProgramAtPoint
from adcli.engines.interface import Limits
from adcli.errors import EvaluationError, UsageError
from adcli.rank_specialisation import Specialisation, Specialisations, hint_for

#: The column that is fitted if nobody says which.
_OBSERVED = "y"


class FitData(NamedTuple):
    """`observed` and `sigma` have a number for each row (`sigma` is None without weights), and so
    has each of the `predictors`; `observed_name` and `sigma_name` are what was asked for."""

    table: DataTable
    predictors: Mapping[str, Sequence[float]]
    observed: Sequence[float]
    observed_name: str
    sigma: Sequence[float] | None
    sigma_name: str | None

    def sigma_of(self, table: DataTable) -> list[float] | None:
        """The standard deviations of observations in the rows of another table: its columns say
        them, or all rows of the fit had the same; None where neither is so."""
        if self.sigma is None or self.sigma_name is None:
            return [1.0] * table.rows
        if set(_columns_of(self.sigma_name, self.table)) <= table.columns.keys():
            return _weights(table, self.sigma_name)
        same = min(self.sigma) == max(self.sigma)
        return [self.sigma[0]] * table.rows if same else None


def used_columns(model: Specialisations, table: DataTable) -> list[str]:
    """The columns that are inputs of a model."""
    place = {name: 1.0 for name in table.columns if name.isidentifier()}
    inputs = model.for_point(place).inputs
    return [name for name in inputs if name in table.columns]


def fit_data(
    model: Specialisations, table: DataTable, observed: str | None, sigma: str | None, missing: str
) -> FitData:
    """The data that a fit takes from a table; `missing` is `raise` or `drop`."""
    predictors = used_columns(model, table)
    observed, sigma = observed and table.named(observed), sigma and table.named(sigma)
    name = observed or _the_observed(table, predictors, sigma)
    if missing == "drop":
        table = table.complete(
            [*predictors, *_columns_of(name, table), *(_columns_of(sigma, table) if sigma else [])]
        )
    columns = {n: table.numbers(n) for n in predictors}
    found = FitData(table, columns, column(name, table), name, _weights(table, sigma), sigma)
    if not found.observed:
        raise UsageError(f"{table.name} has no rows of data")
    return found


def column(text: str, table: DataTable) -> list[float]:
    """A column, or an expression of columns, as numbers."""
    if text in table.columns or text.isidentifier():
        return table.numbers(text)  # whose error says what columns there are
    one = expression(text).for_point(dict.fromkeys(_columns_of(text, table), 1.0))
    parts = {n: table.numbers(n) for n in one.inputs}
    rows = over_rows(one, parts)
    bound = ProgramAtPoint(rows, row_arguments(parts, one, table.rows), [], "auto", Limits())
    try:
        return [float(v) for v in bound.evaluate().values[0]]
    except EvaluationError as error:
        raise in_row(error, one, parts, {}, table) from None


def in_row(
    error: EvaluationError,
    program: Specialisation,
    columns: Mapping[str, Sequence[float]],
    rest: Mapping[str, object],
    table: DataTable,
) -> EvaluationError:
    """The error of a model with the row of the table in which it occurs."""
    for row in range(table.rows):
        place = {**rest, **{n: cells[row] for n, cells in columns.items() if n in program.inputs}}
        try:
            ProgramAtPoint(program, place, [], "auto", Limits()).evaluate()
        except EvaluationError as found:
            line = f", line {table.lines[row]}" if table.lines else ""
            found.notes += (f"in row {row + 1} of {table.name}{line}",)
            return found
    return error


def _columns_of(text: str, table: DataTable) -> list[str]:
    """The columns that an expression uses."""
    if text in table.columns:
        return [text]
    return [] if text.isidentifier() else used_columns(expression(text), table)


def _the_observed(table: DataTable, predictors: Sequence[str], sigma: str | None) -> str:
    """The column to fit if nobody says which: y, or the only one that is left."""
    rest = [n for n in table.columns if n not in predictors and n != sigma]
    if _OBSERVED in rest:
        return _OBSERVED
    if len(rest) == 1:
        return rest[0]
    raise UsageError(
        "which column is fitted?", hint=f"say --y COLUMN: there are {', '.join(table.columns)}"
    )


def _weights(table: DataTable, name: str | None) -> list[float] | None:
    if name is None:
        return None
    found = column(name, table)
    for row, value in enumerate(found):
        if not (value > 0 and math.isfinite(value)):
            raise table.error(f"the sigma of a row is {value}, not above 0", row, name)
    return found


def checked_names(given: Mapping[str, object], names: Sequence[str], what: str) -> None:
    """Refuse a start, a bound or a fixed value of what is no parameter."""
    for name in given:
        if name not in names:
            raise UsageError(
                f"{what} '{name}' is no parameter of the model",
                hint=hint_for(name, names, "the parameters are"),
            )
