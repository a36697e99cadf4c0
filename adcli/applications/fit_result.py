"""What a fit has found: estimates with their errors, goodness of fit, warnings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from adcli import display_hooks
from adcli.applications.data_table_reading import table as as_table
from adcli.applications.dense_linear_algebra import QR, Matrix, Vector, dot, norm, transposed
from adcli.applications.distribution_quantiles import normal_quantile, student_quantile
from adcli.applications.fit_data import FitData
from adcli.applications.flat_vector_function import DifferentiatedFunction
from adcli.applications.levenberg_marquardt import CONVERGED, LIMIT, SINGULAR, Solution
from adcli.applications.model_over_table_rows import over_rows, row_arguments
from adcli.applications.result_report import Cell, Report, Table
from adcli.derivatives_at_point import ProgramAtPoint
from adcli.engines.interface import Limits
from adcli.rank_specialisation import Specialisation

if TYPE_CHECKING:
    from adcli.applications.fit_prediction import Prediction

#: Two parameters that are correlated more closely than this can hardly be told apart.
_CLOSE = 0.9999


class Estimate(NamedTuple):
    """A parameter: its unit is that of the parameter; `None` where there is no such number."""

    estimate: float
    standard_error: float | None
    t: float | None
    interval: tuple[float, float] | None


class Fit:
    """The result of a fit.

    `status` is `converged`, or says why not: `limit` (of iterations), `no-progress`, `singular`
    (some parameters cannot be told apart, or do not matter).
    """

    def __init__(
        self,
        one: Specialisation,
        point: Mapping[str, Any],
        data: FitData,
        function: DifferentiatedFunction,
        solution: Solution,
        box: tuple[Sequence[float], Sequence[float]],
        fixed: Mapping[str, Any],
        *,
        loss: str,
        absolute_sigma: bool,
        level: float,
        notes: tuple[str, ...],
    ) -> None:
        self.data, self.fixed, self.loss, self.level = data, dict(fixed), loss, level
        self.status = solution.status
        self.iterations = solution.iterations
        self.names = function.names
        self.point = {**point, **function.by_input(solution.vector)}
        self._one, self._function, self._solution = one, function, solution
        self._absolute = absolute_sigma
        self._box = box
        self._notes = notes

    @property
    def converged(self) -> bool:
        """Whether the parameters are those of a minimum."""
        return self.status == CONVERGED

    # -- numbers ---------------------------------------------------------------------------------

    @cached_property
    def fitted(self) -> list[float]:
        """The model's value for each row."""
        return self._function.values(self._solution.vector)

    @cached_property
    def residuals(self) -> list[float]:
        """What is observed less the model's value, for each row."""
        return [y - f for y, f in zip(self.data.observed, self.fitted, strict=True)]

    @cached_property
    def _weighted(self) -> list[float]:
        sigma = self.data.sigma or [1.0] * len(self.residuals)
        return [r / s for r, s in zip(self.residuals, sigma, strict=True)]

    @cached_property
    def sum_of_squares(self) -> float:
        """That of the residuals, each divided by its sigma."""
        return math.fsum([r * r for r in self._weighted])

    @property
    def degrees_of_freedom(self) -> int:
        """The number of rows less that of the parameters that are free."""
        return len(self.residuals) - len(self.names) + len(self._solution.at_bound)

    @property
    def residual_standard_deviation(self) -> float | None:
        """√(sum of squares / degrees of freedom); None without degrees of freedom."""
        degrees = self.degrees_of_freedom
        return math.sqrt(self.sum_of_squares / degrees) if degrees > 0 else None

    @cached_property
    def roots(self) -> dict[int, Vector]:
        """For each parameter that has an error, by its place in `names`, a vector: the covariance
        of two parameters is the inner product of theirs times s².  So no error is squared."""
        free = [j for j in range(len(self.names)) if j not in self._solution.at_bound]
        columns = transposed(self._solution.jacobian)
        if self.status == SINGULAR:
            free = [j for j in free if norm(columns[j]) > 0]
        rows = QR([columns[j] for j in free]).inverse_rows() if free else []
        if rows is None or self.deviation is None:
            return {}
        return dict(zip(free, rows, strict=True))

    @property
    def deviation(self) -> float | None:
        """The standard deviation s of an observation of sigma 1."""
        return 1.0 if self._absolute else self.residual_standard_deviation

    @cached_property
    def parameters(self) -> dict[str, Estimate]:
        """Every parameter that was fitted, by its name; entries of arrays as `b[0]`."""
        found = {}
        for j, name in enumerate(self.names):
            value, error = self._solution.vector[j], self._error(j)
            interval = t = None
            if error is not None:
                half = self.quantile * error
                interval = (value - half, value + half)
                t = value / error if error else None
            found[name] = Estimate(value, error, t, interval)
        return found

    def _error(self, j: int) -> float | None:
        if self.deviation is None or j not in self.roots:
            return None
        return self.deviation * norm(self.roots[j])

    @cached_property
    def quantile(self) -> float:
        """That of Student's t; of the normal distribution where sigma is known."""
        if self._absolute:
            return normal_quantile((1 + self.level) / 2)
        return student_quantile((1 + self.level) / 2, max(1, self.degrees_of_freedom))

    @property
    def correlation(self) -> dict[str, dict[str, float]]:
        """The correlations of the parameters that have errors."""
        units = {j: _unit(root) for j, root in self.roots.items()}
        return {
            self.names[j]: {
                self.names[k]: 1.0 if j == k else dot(one, other) for k, other in units.items()
            }
            for j, one in units.items()
        }

    @property
    def r_squared(self) -> float | None:
        """1 - (residual sum of squares) / (that about the weighted mean)."""
        sigma = self.data.sigma or [1.0] * len(self.residuals)
        observed, least = self.data.observed, min(sigma)
        weights = [(least / s) ** 2 for s in sigma]
        mean = sum([w * y for w, y in zip(weights, observed, strict=True)]) / sum(weights)
        total = math.fsum([((y - mean) / s) ** 2 for s, y in zip(sigma, observed, strict=True)])
        return 1 - self.sum_of_squares / total if total else None

    @property
    def _log_likelihood(self) -> float | None:
        """Of normal errors: of variance sigma**2 where that is known, else of the variance that
        maximises it, as R's `logLik` has it."""
        count = len(self.residuals)
        if self.loss != "linear":
            return None
        logs = -2 * math.fsum([math.log(s) for s in self.data.sigma or ()])
        if self._absolute:
            return 0.5 * (logs - count * math.log(2 * math.pi) - self.sum_of_squares)
        if self.sum_of_squares == 0:
            return None
        of_squares = math.log(2 * math.pi) + 1 - math.log(count) + math.log(self.sum_of_squares)
        return 0.5 * (logs - count * of_squares)

    def _criterion(self, penalty: float) -> float | None:
        likelihood = self._log_likelihood
        free = len(self.names) - len(self._solution.at_bound) + (not self._absolute)
        return None if likelihood is None else penalty * free - 2 * likelihood

    @property
    def aic(self) -> float | None:
        """Akaike's information criterion; a variance that is not known counts as a parameter, as
        in R."""
        return self._criterion(2)

    @property
    def bic(self) -> float | None:
        """Schwarz's information criterion."""
        return self._criterion(math.log(len(self.residuals)))

    # -- words -----------------------------------------------------------------------------------

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to beware of."""
        return (*self._notes, *self._about_the_end(), *self._about_parameters())

    def _about_the_end(self) -> list[str]:
        if self.status == CONVERGED:
            return []
        if self.status == LIMIT:
            return [f"not converged: {self.iterations} iterations were not enough"]
        if self.status == SINGULAR:
            return self._about_singularity()
        return [
            "not converged: no step makes the sum of squares smaller, though this is no minimum "
            f"(relative offset {self._solution.offset:.1e}); another --start may help"
        ]

    def _about_singularity(self) -> list[str]:
        """Which parameters do not matter, and which cannot be told apart from others."""
        jacobian, names = self._solution.jacobian, self.names
        unused = [j for j in self._solution.dependent if not any(row[j] for row in jacobian)]
        found = [f"not determined: the model does not depend on {names[j]} here" for j in unused]
        confused = [names[j] for j in self._solution.dependent if j not in unused]
        if confused:
            found.append(
                f"not converged: the Jacobian is singular, since {', '.join(confused)} cannot be "
                "told apart from the other parameters here; another --start may help"
            )
        return found

    def _about_parameters(self) -> list[str]:
        held = [self.names[j] for j in self._solution.at_bound]
        found = [f"{name} is at its bound, so it has no standard error" for name in held]
        names = list(self.correlation)
        for i, one in enumerate(names):
            for other in names[:i]:
                if abs(self.correlation[one][other]) > _CLOSE:
                    found.append(f"{other} and {one} can hardly be told apart: their correlation "
                                 f"is {self.correlation[one][other]:.6f}")  # fmt: skip
        if self.degrees_of_freedom <= 0 and not self._absolute:
            found.append("there are no more rows than parameters, so there are no standard errors")
        elif self.converged and self.sum_of_squares == 0:
            found.append("the fit is exact: standard errors of 0 tell nothing of what is measured")
        if self.loss != "linear":
            found.append(f"with the loss {self.loss} standard errors are approximate")
        return found

    def predict(self, data: Any) -> Prediction:
        """The model at the rows of another table, with intervals by the same covariance."""
        from adcli.applications.fit_prediction import predicted

        return predicted(self, as_table(data))

    def jacobian_at(
        self, columns: Mapping[str, Sequence[float]], count: int
    ) -> tuple[Vector, Matrix]:
        """The model at so many rows of predictors, and its derivatives by the parameters."""
        rows = over_rows(self._one, columns)
        place = {**self.point, **row_arguments(columns, self._one, count)}
        bound = ProgramAtPoint(rows, place, self._function.inputs, "auto", Limits(precise=True))
        return DifferentiatedFunction(bound).jacobian(self._solution.vector)

    # -- reports ---------------------------------------------------------------------------------

    def report(self) -> Report:
        """What people read."""
        percent = f"{100 * self.level:g} %"
        columns = ["", "estimate", "standard error", "t", f"{percent} from", "to"]
        rows: list[list[Cell]] = [
            [n, p.estimate, p.standard_error, p.t, *(p.interval or (None, None))]
            for n, p in self.parameters.items()
        ]
        facts: list[list[Cell]] = [
            ["residual standard deviation", self.residual_standard_deviation],
            ["degrees of freedom", self.degrees_of_freedom],
            ["sum of squares", self.sum_of_squares],
            ["R²", self.r_squared],
            ["AIC", self.aic],
            ["BIC", self.bic],
            ["iterations", self.iterations],
            ["status", self.status],
        ]
        rows += [[f"{name} (fixed)", value, None, None, None, None]
                 for name, value in self.fixed.items()]  # fmt: skip
        parts: list[Table | str] = [Table(columns, rows), Table(["", ""], facts)]
        if len(self.correlation) > 1:
            names = list(self.correlation)
            parts.append(
                Table(["", *names], [[n, *self.correlation[n].values()] for n in names],
                      "correlation")
            )  # fmt: skip
        return Report(parts)

    def __repr__(self) -> str:
        return display_hooks.line(self, [(n, self.point[n]) for n in self.names], self.status)

    _repr_html_ = display_hooks.html

    def __str__(self) -> str:
        return self.report().text()

    def fields(self) -> dict[str, Any]:
        """The result as JSON has it."""
        return {
            "parameters": {name: p._asdict() for name, p in self.parameters.items()},
            "fixed": self.fixed,
            "observed": self.data.observed_name,
            "residual_standard_deviation": self.residual_standard_deviation,
            "degrees_of_freedom": self.degrees_of_freedom,
            "sum_of_squares": self.sum_of_squares,
            "r_squared": self.r_squared,
            "aic": self.aic,
            "bic": self.bic,
            "correlation": self.correlation,
            "status": self.status,
            "iterations": self.iterations,
            "level": self.level,
        }


def _unit(vector: Vector) -> Vector:
    """A vector brought to length 1."""
    length = norm(vector)
    return [x / length for x in vector] if length else vector
