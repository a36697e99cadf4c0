"""The table of operations on Puiseux series: with it the interpreter runs a program on series.

Invariant: an operation none of whose arguments depends on t is computed by its own row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ldexp
from typing import Any

from adcli.backends.one_sided.puiseux_series import NoSeries, PuiseuxSeries, Value
from adcli.backends.one_sided.series_arithmetic import SeriesArithmetic
from adcli.backends.one_sided.series_conditions import SeriesConditions, SidedTruth
from adcli.backends.one_sided.series_functions import AnalyticFunctions
from adcli.backends.one_sided.series_powers import Powers
from adcli.backends.one_sided.series_steps import StepFunctions
from adcli.engines.interface import Limits
from adcli.expr import Op
from adcli.ops import arithmetic as ar
from adcli.ops import comparisons as co
from adcli.ops import elementary as el
from adcli.ops.compensated_sum import compensated, compensation
from adcli.ops.composite import Formula


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
        self._on_series = _table(
            self.arithmetic,
            self.conditions,
            StepFunctions(self.arithmetic, self.operation),
            Powers(self.arithmetic, self.functions),
            self.functions,
        )

    def operation(self, row: Any) -> Callable[..., Value]:
        """What computes an operation on the numbers of a run."""
        if row is co.steady:
            return self.conditions.note_tie
        if isinstance(row, Formula):
            return lambda *args: self.functions.instance(
                row.lean, dict(zip(row.parameters, args, strict=True))
            )
        if row not in self._made:
            functions = self.functions
            on_series = self._on_series.get(row) or (lambda *args: functions.apply(row, args))

            def compute(*args: Value) -> Value:
                if any([a.__class__ is PuiseuxSeries or a.__class__ is SidedTruth for a in args]):
                    self._spend()
                    try:
                        return on_series(*args)
                    except (ValueError, ArithmeticError):
                        raise NoSeries from None
                return row.function(*args)

            self._made[row] = compute
        return self._made[row]

    def _spend(self) -> None:
        """Count an operation on series; long series count for more."""
        self.count += 1 + self.size * self.size // 400
        if self.count > self.most:
            raise NoSeries


def _table(
    field: SeriesArithmetic,
    conditions: SeriesConditions,
    steps: StepFunctions,
    powers: Powers,
    functions: AnalyticFunctions,
) -> Mapping[Op, Callable[..., Value]]:
    """What computes each operation that is not an analytic function everywhere."""
    return {
        ar.add: field.add,
        ar.sub: field.subtract,
        ar.neg: field.negate,
        ar.mul: field.multiply,
        ar.div: field.divide,
        ar.pow_: powers.power,
        ar.floordiv: steps.floordiv,
        ar.mod: steps.mod,
        ar.real: lambda a: float(bool(a)) if isinstance(a, SidedTruth) else a,
        el.sqrt: powers.square_root,
        el.cbrt: powers.cube_root,
        el.hypot: powers.hypot,
        el.exp: powers.exponential,
        el.log: lambda a: powers.logarithm(el.log, a, a),
        el.log2: lambda a: powers.logarithm(el.log2, a, a),
        el.log10: lambda a: powers.logarithm(el.log10, a, a),
        el.log1p: lambda a: powers.logarithm(el.log1p, a, field.add(a, 1.0)),
        el.atan2: functions.atan2,
        el.abs_: field.magnitude,
        el.sign: steps.sign,
        el.copysign: steps.copysign,
        el.relu: lambda a: a if field.sign(a) > 0 else 0.0,
        el.max_: lambda a, b: b if field.compare(b, a)[1] > 0 else a,
        el.min_: lambda a, b: b if field.compare(b, a)[1] < 0 else a,
        el.floor: steps.floor,
        el.ceil: steps.ceil,
        el.trunc: steps.trunc,
        el.fmod: steps.fmod,
        el.remainder: steps.remainder,
        el.ldexp: lambda a, n: field.scaled(a, ldexp(1.0, n)),
        co.and_: conditions.both,
        co.or_: conditions.either,
        co.not_: conditions.opposite,
        co.regular: lambda a: field.stripped(a) and a,
        co.select: co.select.function,
        co.defined: co.defined.function,
        compensation: lambda c, s, v: c,
        compensated: lambda s, c: s,
        **{row: conditions.comparison(row) for row in co.COMPARISONS},
    }
