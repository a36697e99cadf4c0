"""The operations on Puiseux series: with these the interpreter runs a program on series.

A row of the table says what is special about it here; the others are analytic where smooth.

Invariant: an operation none of whose arguments depends on t is computed by its own row.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from adcli.backends.one_sided.puiseux_series import NoSeries, PuiseuxSeries, Value
from adcli.backends.one_sided.series_analytic_functions import AnalyticFunctions
from adcli.backends.one_sided.series_arithmetic import SeriesArithmetic
from adcli.backends.one_sided.series_conditions import SeriesConditions, SidedTruth
from adcli.backends.one_sided.series_powers_and_logarithms import Powers
from adcli.backends.one_sided.series_step_functions import StepFunctions
from adcli.engines.interface import Limits
from adcli.expr import Op, Var
from adcli.ops.comparisons_logic_and_choice import steady
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.primitive import Primitive


class SeriesOperations:
    """The operations of the table on series of `size` coefficients; at most `most` of them.

    The run stops at the first tie whose order of contact is at most `stop`.
    """

    def __init__(self, size: int, limits: Limits, most: int, stop: Fraction | None = None) -> None:
        self.size = size
        self.most = most
        self.count = 0
        self.arithmetic = SeriesArithmetic(size)
        self.conditions = SeriesConditions(self.arithmetic, stop)
        self.functions = AnalyticFunctions(self.arithmetic, self.operation, limits)
        self._made: dict[Op, Callable[..., Value]] = {}
        self.steps = StepFunctions(self.arithmetic, self.operation)
        self.powers = Powers(self.arithmetic, self.functions)

    def operation(self, row: Any) -> Callable[..., Value]:
        """What computes an operation on the numbers of a run."""
        if row is steady:
            return self.conditions.note_tie
        if isinstance(row, FusedOperation):
            return lambda *args: self.functions.instance(
                row.lean, dict(zip(row.parameters, args, strict=True))
            )
        if row not in self._made:
            own = row.overloads.puiseux

            def compute(*args: Value) -> Value:
                if any([a.__class__ is PuiseuxSeries or a.__class__ is SidedTruth for a in args]):
                    self._spend()
                    try:
                        return self._on_series(row, args) if own is None else own(self, *args)
                    except (ValueError, ArithmeticError):
                        raise NoSeries from None
                return row.function(*args)

            self._made[row] = compute
        return self._made[row]

    def _on_series(self, row: Primitive, args: tuple[Value, ...]) -> Value:
        """A row without an operation of its own on series: its body, or an analytic function."""
        places = dict(zip(row.parameters, args, strict=True))
        body = row.expanded(tuple(map(Var, places)))
        if body is None:
            return self.functions.apply(row, args)
        return self.functions.instance(body, places)

    def _spend(self) -> None:
        """Count an operation on series; long series count for more."""
        self.count += 1 + self.size * self.size // 400
        if self.count > self.most:
            raise NoSeries
