"""Sensitivity of a program at a point: how much each input matters.

The elasticity x/f ∂f/∂x says by how many per cent f changes if x changes by one; the condition
number of f at x is the greatest relative change of f for a small relative change of the inputs,
‖(xᵢ ∂f/∂xᵢ)‖ / |f| in the sum norm (Higham, *Accuracy and Stability of Numerical Algorithms*, 2002,
section 1.6).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from adcli import display_hooks
from adcli.applications.flat_vector_function import DifferentiatedFunction
from adcli.applications.result_report import Cell, Report, Table
from adcli.backends.registry import REVERSE
from adcli.derivatives_at_point import ProgramAtPoint

#: The characters of the longest bar.
_BAR = 10


class InputSensitivity(NamedTuple):
    """An input: its value, the derivative by it, the elasticity (None where f is 0), and the change
    of f for one per cent of the input, in the unit of f."""

    name: str
    value: float
    derivative: float
    elasticity: float | None
    change: float


class Sensitivity:
    """The inputs, the one that matters most first; `condition` is None where the value is 0."""

    def __init__(self, bound: ProgramAtPoint) -> None:
        bound.require_number("a sensitivity")
        function = DifferentiatedFunction(bound)
        (self.value,), (slopes,), self._kinks = function.at_start(REVERSE)
        f = self.value
        self.inputs = sorted(
            [
                InputSensitivity(n, x, d, x * d / f if f else None, 0.01 * x * d)
                for n, x, d in zip(function.names, function.start, slopes, strict=True)
            ],
            key=lambda i: (-abs(i.change), -abs(i.derivative)),
        )

    @property
    def condition(self) -> float | None:
        """The condition number, Σ |elasticity|."""
        if not self.value:
            return None
        return sum([abs(i.elasticity or 0.0) for i in self.inputs])

    @property
    def converged(self) -> bool:
        return True

    @property
    def notes(self) -> tuple[str, ...]:
        found = [*self._kinks]
        if not self.value:
            found.append("the value is 0, so there are no elasticities")
        zero = [i.name for i in self.inputs if i.value == 0 and i.derivative]
        if zero:
            found.append(f"one per cent of 0 is nothing: look at the derivative by "
                         f"{', '.join(zero)}")  # fmt: skip
        return tuple(found)

    def report(self) -> Report:
        """What people read: a table with bars."""
        longest = max([abs(i.change) for i in self.inputs], default=0.0)
        rows: list[Sequence[Cell]] = [
            (i.name, i.value, i.derivative, i.elasticity, i.change, _bar(i.change, longest))
            for i in self.inputs
        ]
        columns = ["input", "value", "derivative", "elasticity", "per 1 %", ""]
        facts: list[Sequence[Cell]] = [("value", self.value), ("condition", self.condition)]
        return Report([Table(columns, rows), Table(["", ""], facts)])

    def __repr__(self) -> str:
        return display_hooks.line(self, [(i.name, i.derivative) for i in self.inputs])

    _repr_html_ = display_hooks.html

    def __str__(self) -> str:
        return self.report().text()

    def fields(self) -> dict[str, Any]:
        """The result as JSON has it."""
        return {
            "value": self.value,
            "sensitivity": {i.name: {k: v for k, v in i._asdict().items() if k != "name"}
                            for i in self.inputs},
            "condition": self.condition,
        }  # fmt: skip


def _bar(change: float, longest: float) -> str:
    """A bar as long as a change, with its sign."""
    if not longest:
        return ""
    size = round(_BAR * abs(change) / longest)
    return ("+" if change > 0 else "-") * max(size, 1 if change else 0)
