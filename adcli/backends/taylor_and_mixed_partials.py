"""Taylor series of results: derivatives of any order along a direction, and mixed ones.

A run at the point is recorded as straight-line code, through which series are propagated once, see
`adcli.backends.taylor_series_propagation`.  Derivatives are coefficients times factorials.

Invariant: a derivative is computed from a coefficient in the range of doubles, whatever the order,
see `adcli.backends.scaled_series`; what is lost out of that range is refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from adcli.backends.interface import Question
from adcli.backends.named_results import NamedNumbers, Result
from adcli.backends.scaled_series import ScaledSeries, Units
from adcli.backends.taylor_series_propagation import Box, Moves
from adcli.engines.interface import Engine, Limits
from adcli.engines.interpreter import Interpreter
from adcli.engines.straight_line_recording import record
from adcli.errors import (
    LimitError,
    OverflowFault,
    Unsupported,
    UsageError,
)
from adcli.ir import nodes as ir
from adcli.ir.types import REAL, base
from adcli.nested_lists import entry_names, flatten_all, rebuilt_all

NAME = "taylor"

#: Mixed derivatives that need more products for one product of series would fill the memory.
MOST_PRODUCTS = 2_000_000


class Expansion(Result):
    """Taylor coefficients of each entry of the results along a direction: entry i has its numbers
    in `series[i]`, the value first."""

    __slots__ = ("derivative_list", "series")

    def __init__(
        self, found: Result, series: Sequence[list[float]], derivatives: Sequence[list[float]]
    ) -> None:
        super().__init__(*found.about)
        self.series = series
        self.derivative_list = derivatives

    @property
    def coefficients(self) -> list[Any]:
        """For each result, in its shape, the coefficients."""
        return rebuilt_all(iter(self.series), self.values)

    @property
    def derivatives(self) -> list[Any]:
        """For each result, in its shape, the value and the derivatives of order 1, 2, ..."""
        return rebuilt_all(iter(self.derivative_list), self.values)

    def shown_rows(self) -> NamedNumbers:
        return self.order_rows()

    def order_rows(self, letter: str = "d") -> NamedNumbers:
        """The derivatives, or with the letter c the coefficients, by name: `d1`, `value[0]/d1`."""
        numbers = self.derivative_list if letter == "d" else self.series
        rows: NamedNumbers = []
        for (name, value), entries in zip(self.value_rows(), numbers, strict=True):
            head = "" if self.is_number else f"{name}/"
            rows.append((name, value))
            rows += [(f"{head}{letter}{k}", entries[k]) for k in range(1, len(entries))]
        return rows


class MixedPartial(Result):
    """One mixed partial derivative of each entry of the results."""

    __slots__ = ("numbers", "wrt")

    def __init__(self, found: Result, wrt: Sequence[str], numbers: Sequence[float]) -> None:
        super().__init__(*found.about)
        self.wrt = list(wrt)
        self.numbers = numbers

    @property
    def partials(self) -> list[Any]:
        """For each result, in its shape, the derivative."""
        return rebuilt_all(iter(self.numbers), self.values)

    def shown_rows(self) -> NamedNumbers:
        return [*self.value_rows(), *self.partial_rows()]

    def partial_rows(self) -> NamedNumbers:
        """The derivatives by name: `x,x,y`, or `value[0]/x,x,y`."""
        name = ",".join(self.wrt)
        heads = [""] if self.is_number else [f"{row[0]}/" for row in self.value_rows()]
        return [(head + name, n) for head, n in zip(heads, self.numbers, strict=True)]


# -- questions -------------------------------------------------------------------------------------


def slopes_of(
    question: Question, direction: Sequence[Any] | None, wrt: str | None
) -> dict[str, float]:
    """The direction of a line by the entries of the inputs: the one given, or along the entry
    `wrt`, or along the only one that there is."""
    entries = _entries(question)
    if direction is not None:
        return dict(zip(entries, map(float, flatten_all(direction)), strict=True))
    if wrt is not None:
        return dict.fromkeys(entries, 0.0) | {entry(wrt, question): 1.0}
    if len(entries) <= 1:
        return dict.fromkeys(entries, 1.0)
    raise UsageError(
        f"a series goes along one line, and there are {len(entries)} numbers to go along",
        hint=f"give --wrt {entries[0]}, or --direction {question.wrt[0]}=...",
    )


def expansion(
    question: Question,
    names: Sequence[str],
    slopes: Mapping[str, float],
    order: int,
    engine: Engine,
    limits: Limits,
) -> Expansion:
    """The series of the results, which have the names, along a direction."""
    moves = {name: (1, slope) for name, slope in slopes.items() if slope}
    values, found = _propagated(question, Box((order,)), moves, engine, limits)
    factors = list(islice(_factorials(), order + 1))
    series: list[list[float]] = []
    derivatives: list[list[float]] = []
    for i, result in enumerate(found.results):
        numbers = found.derivatives(i, factors)
        if found.other is not None or not all(map(math.isfinite, numbers)):
            for k in range(1, order + 1):
                what = f"derivative {k}"
                numbers[k] = _checked(what, found, i, k, factors[k], question, limits)
        series.append([result[0], *found.coefficients(i)[1:]])
        derivatives.append([result[0], *numbers[1:]])
    return Expansion(Result(values, names, Interpreter.name, NAME), series, derivatives)


def mixed_partial(
    question: Question, names: Sequence[str], wrt: Sequence[str], engine: Engine, limits: Limits
) -> MixedPartial:
    """The derivative of the results, which have the names, by the entries `wrt`."""
    distinct = list(dict.fromkeys(wrt))
    box = Box(tuple([wrt.count(name) for name in distinct]))
    products = math.prod([(a + 1) * (a + 2) // 2 for a in box.orders])
    if len(distinct) > 1 and products > MOST_PRODUCTS:
        raise LimitError(
            f"a mixed derivative of these orders takes {products:,} products for each operation",
            hint=f"the limit is {MOST_PRODUCTS:,}, some 13 different variables",
        )
    moves = {name: (place, 1.0) for name, place in zip(distinct, box.strides, strict=True)}
    values, found = _propagated(question, box, moves, engine, limits)
    factor = math.prod(map(math.factorial, box.orders)), 0
    numbers = [
        _checked("the derivative", found, i, box.size - 1, factor, question, limits)
        for i in range(len(found.results))
    ]
    return MixedPartial(Result(values, names, Interpreter.name, NAME), wrt, numbers)


def _checked(
    what: str,
    found: ScaledSeries,
    result: int,
    k: int,
    factor: tuple[int, int],
    question: Question,
    limits: Limits,
) -> float:
    """Coefficient k of a result times a factor.  What is too large for a double is refused, and so
    is what underflow has spoilt; that is nan if numbers that are not finite may pass."""
    number, span = found.number(result, k, factor), question.module.main.span
    if found.is_lost(result, k, factor):
        if limits.propagate:
            return math.nan
        raise LimitError(
            f"{what} is lost: coefficients of the series are too small for a double",
            span=span,
            hint="ask for a lower order",
        )
    if math.isinf(number) and not math.isinf(found.number(result, k)) and not limits.propagate:
        raise OverflowFault(f"{what} is too large for a double", span=span)
    return number


def entry(name: str, question: Question) -> str:
    """The entry of the inputs that a name such as `x`, `x[3]` or `A[0,1]` means."""
    head, bracket, _ = name.partition("[")
    spelled = name.replace(" ", "").replace("][", ",")
    place = dict(zip(question.module.main.params, question.point, strict=True))
    names = entry_names(head, place[head])
    if spelled in names:
        return spelled
    if bracket:
        raise UsageError(
            f"no entry '{name}' to differentiate by",
            hint=f"'{head}' is a number" if names == [head] else _span_of(names, head),
        )
    if len(names) == 1:
        return names[0]
    raise UsageError(f"'{name}' is an array, and one entry is meant", hint=_span_of(names, name))


def _span_of(names: Sequence[str], head: str) -> str:
    return f"its entries are {names[0]} to {names[-1]}" if names else f"'{head}' has no entries"


def _entries(question: Question) -> list[str]:
    return [
        n
        for name, value in zip(question.wrt, question.active_values, strict=True)
        for n in entry_names(name, value)
    ]


def _propagated(
    question: Question, box: Box, moves: Moves, engine: Engine, limits: Limits
) -> tuple[tuple[Any, ...], ScaledSeries]:
    """The results, and the series of their entries.  At first each variable is measured by the size
    of the entries that move with it, if they are large."""
    _refuse_rules(question.module)
    path = record(question.module, question.point, limits)
    shapes = question.result_shapes(engine, limits)
    point = flatten_all(_reals(question))
    units = dict.fromkeys(box.strides, 0)
    for place, x in zip(_real_entries(question), point, strict=True):
        if place in moves and math.isfinite(x):
            stride = moves[place][0]
            units[stride] = max(units[stride], math.frexp(x)[1] - 1)
    found = Units(path, box, limits, point, moves).found(units)
    return tuple(rebuilt_all(iter([r[0] for r in found.results]), shapes)), found


def _real_entries(question: Question) -> list[str]:
    """The names of the entries of the real inputs."""
    main = question.module.main
    return [
        entry
        for name, value in zip(main.params, question.point, strict=True)
        if base(main.types[name]) == REAL
        for entry in entry_names(name, value)
    ]


def _reals(question: Question) -> list[Any]:
    """The values of the real inputs."""
    types = question.module.main.types
    pairs = zip(question.module.main.params, question.point, strict=True)
    return [value for name, value in pairs if base(types[name]) == REAL]


def _refuse_rules(module: ir.Module) -> None:
    """Refuse derivatives that a user declares: they may not be those of what the function computes.
    Functions of the prelude, named %..., declare their true derivatives."""
    for function in module.functions.values():
        if function.rule is not None and function.name[:1] != "%":
            raise Unsupported(
                f"{function.name} declares its own derivative, and series go by operations",
                span=function.span,
                hint="repeated forward mode goes by it: adcli hess, adcli hvp",
            )


def _factorials() -> Iterator[tuple[int, int]]:
    """0!, 1!, 2!, ... as m*2^e, m of some 128 bits, so that no order overflows."""
    mantissa, exponent, k = 1, 0, 0
    while True:
        yield mantissa, exponent
        k += 1
        mantissa *= k
        spare = max(0, mantissa.bit_length() - 128)
        mantissa >>= spare
        exponent += spare
