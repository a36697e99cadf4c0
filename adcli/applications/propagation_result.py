"""What a propagation of uncertainties has found."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from adcli import display_hooks
from adcli.applications.dense_linear_algebra import dot
from adcli.applications.flat_vector_function import DifferentiatedFunction
from adcli.applications.monte_carlo import Sampled
from adcli.applications.result_report import Cell, Report, Table
from adcli.applications.uncertain_numbers import rounded

#: A bias above this part of the uncertainty, or a change of the uncertainty by this part, is told.
_DISAGREES = 0.05

#: Samples disagree where they are so many of their standard errors away.
_ERRORS = 4


class Component(NamedTuple):
    """An entry of the results: its value, its derivatives by the uncertain inputs, its changes by
    independent variables of variance 1, its standard uncertainty of first order, which is the
    length of these, the share of each input in the square of that, and the bias and the standard
    deviation of second order."""

    value: float
    gradient: Sequence[float]
    independent: Sequence[float]
    uncertainty: float
    shares: Sequence[float]
    second: tuple[float, float] | None


class Propagated:
    """Results with their standard uncertainties, each in the unit of the result.

    `value` and `uncertainty` are those of the order that was asked for: of order 2 the value has
    the bias added.  `budget` has for each input its share of the variance of first order.  With
    several results these are lists.
    """

    def __init__(
        self,
        function: DifferentiatedFunction,
        sizes: Sequence[float],
        components: Sequence[Component],
        samples: Sequence[Sampled | None],
        *,
        order: int,
        kinks: tuple[str, ...] = (),
        remarks: tuple[str, ...] = (),
    ) -> None:
        self._kinks, self._remarks = kinks, remarks
        self._function, self._sizes = function, sizes
        self._components, self._samples = components, samples
        self.order = order
        self.names = function.names
        results = function.bound.program.result_names
        single = len(components) == 1
        self.result_names = ["value"] if single else [
            results[i] if len(results) == len(components) else f"value[{i}]"
            for i in range(len(components))
        ]  # fmt: skip

    # -- numbers ---------------------------------------------------------------------------------

    def _of_order(self, c: Component) -> tuple[float, float]:
        if self.order == 1 or c.second is None:
            return c.value, c.uncertainty
        bias, more = c.second
        return c.value + bias, math.hypot(c.uncertainty, more)

    @property
    def value(self) -> Any:
        return self._single([self._of_order(c)[0] for c in self._components])

    @property
    def uncertainty(self) -> Any:
        return self._single([self._of_order(c)[1] for c in self._components])

    @property
    def measurements(self) -> list[tuple[float, float]]:
        """The value and the uncertainty of each result."""
        return [self._of_order(c) for c in self._components]

    @property
    def budget(self) -> Any:
        """For each input its share of the variance; with correlations a share may be negative."""
        return self._single(
            [dict(zip(self.names, c.shares, strict=True)) for c in self._components]
        )

    @property
    def covariance(self) -> list[list[float]]:
        """The covariances of the results, of first order: J C Jᵀ."""
        rows = [c.independent for c in self._components]
        return [[dot(a, b) for b in rows] for a in rows]

    @property
    def monte_carlo(self) -> Sampled | None:
        """What samples tell, if there are any."""
        return self._samples[0] if self._samples else None

    def _single(self, parts: list[Any]) -> Any:
        return parts[0] if len(parts) == 1 else parts

    @property
    def converged(self) -> bool:
        return True

    # -- words -----------------------------------------------------------------------------------

    @property
    def notes(self) -> tuple[str, ...]:
        found: list[str] = [*self._remarks, *self._kinks]
        if self._kinks:
            found.append("at a kink the first order is not to be trusted; see --samples")
        for c, drawn in zip(self._components, self._samples, strict=True):
            found += self._about_curvature(c)
            if drawn is not None:
                found += self._about_samples(c, drawn)
        return tuple(found)

    def _about_curvature(self, c: Component) -> list[str]:
        if self.order == 2 or c.second is None:
            return []
        bias, more = c.second
        size = c.uncertainty
        if more == 0 and bias == 0:
            return []
        both = math.hypot(size, more)
        if abs(bias) <= _DISAGREES * size and both <= math.sqrt(1 + _DISAGREES) * size:
            return []
        what = (
            f"moves the value by {bias:.3g} and makes the uncertainty {both:.3g} instead of "
            f"{size:.3g}; see --order 2 and --samples"
            if math.isfinite(bias)
            else "is too large for a double"
        )
        return [f"the program is not linear over these uncertainties: the second order {what}"]

    def _about_samples(self, c: Component, drawn: Sampled) -> list[str]:
        found = []
        value, size = self._of_order(c)
        off = abs(drawn.deviation - size) > _ERRORS * drawn.deviation_error + 1e-9 * size
        moved = abs(drawn.mean - value) > _ERRORS * drawn.mean_error + 1e-9 * abs(value)
        if off or moved:
            order = "first" if self.order == 1 else "second"
            found.append(
                f"Monte Carlo does not agree with the {order} order: {drawn.mean:.6g} ± "
                f"{drawn.deviation:.3g}, not {value:.6g} ± {size:.3g}"
            )
        if drawn.failures:
            found.append(f"the program has no finite value at {drawn.failures:,} of "
                         f"{drawn.samples + drawn.failures:,} samples")  # fmt: skip
        return found

    # -- reports ---------------------------------------------------------------------------------

    def report(self) -> Report:
        """What people read: the results, rounded, and the budget of each."""
        parts: list[Table | str] = []
        for name, c, drawn in zip(self.result_names, self._components, self._samples, strict=True):
            parts.append(f"{name} = {rounded(*self._of_order(c))}")
            parts.append(self._other_ways(c, drawn))
            parts.append(self._budget_table(c))
        return Report(parts)

    def _other_ways(self, c: Component, drawn: Sampled | None) -> Table | str:
        """The results of all orders and of samples, if there are several."""
        rows: list[Sequence[Cell]] = [("first order", c.value, c.uncertainty)]
        if self.order == 2 and c.second is not None:
            rows.append(("second order", *self._of_order(c)))
        if drawn is not None:
            rows.append((f"Monte Carlo ({drawn.samples:,})", drawn.mean, drawn.deviation))
        return Table(["", "value", "uncertainty"], rows) if len(rows) > 1 else ""

    def _budget_table(self, c: Component) -> Table | str:
        if not self.names:
            return "no input has an uncertainty"
        entries = zip(
            self.names, self._function.start, self._sizes, c.gradient, c.shares, strict=True
        )
        rows: list[Sequence[Cell]] = [
            (n, v, u, d, f"{100 * p:.1f} %")
            for n, v, u, d, p in sorted(entries, key=lambda e: -abs(e[4]))
        ]
        return Table(["input", "value", "uncertainty", "derivative", "share"], rows)

    def __repr__(self) -> str:
        named = [("value", self.value), ("uncertainty", self.uncertainty)]
        return display_hooks.line(self, named)

    _repr_html_ = display_hooks.html

    def __str__(self) -> str:
        return self.report().text()

    def fields(self) -> dict[str, Any]:
        """The result as JSON has it."""
        found: dict[str, Any] = {
            "value": self.value,
            "uncertainty": self.uncertainty,
            "rounded": self._single([rounded(*self._of_order(c)) for c in self._components]),
            "budget": self.budget,
            "gradient": self._single(
                [dict(zip(self.names, c.gradient, strict=True)) for c in self._components]
            ),
            "order": self.order,
        }
        if len(self._components) > 1:
            found["results"] = self.result_names
            found["covariance"] = self.covariance
        elif self._components[0].second is not None:
            bias, more = self._components[0].second
            found["second_order"] = {"bias": bias, "variance": more * more}
        if self.monte_carlo is not None:
            found["monte_carlo"] = self.monte_carlo._asdict()
        return found
