"""How far rounding inside a program moves its results: measured, not guessed from their size.

Invariant: nothing here differentiates.  The program runs again with every operation's result moved
by a last digit (`adcli.passes.stochastic_rounding`).  That shows what its own roundings may do even
where results are small because large numbers cancel, as in log(1 + x) at 1e-14.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from typing import Any

from adcli.engines.interface import Engine, Limits, Runner
from adcli.errors import AdcliError
from adcli.ir import nodes as ir
from adcli.nested_lists import flatten_all
from adcli.passes.stochastic_rounding import perturbed

EPSILON = 2.0**-52

#: How many patterns of roundings there are; at the point itself all are tried.
PATTERNS = 4


class Noise:
    """Runs of a module with other roundings, and what they do to its values at a point."""

    def __init__(
        self,
        module: ir.Module,
        engine: Engine,
        limits: Limits,
        point: Sequence[Any],
        values: Sequence[float],
    ) -> None:
        def load(pattern: int, scale: int) -> Runner:
            return engine.load(perturbed(module, pattern, scale), limits)

        self.runner: Callable[[int, int], Runner] = cache(load)
        self.point = point
        self.values = values
        self.used = 0

    @cached_property
    def here(self) -> list[float] | None:
        """How far rounding moves each value at the point."""
        return self.at(self.point, self.values, range(PATTERNS))

    @cached_property
    def magnified(self) -> list[float] | None:
        """The same if every rounding were 16 times as great."""
        return self.at(self.point, self.values, range(PATTERNS), 16)

    def is_saturated(self, result: int) -> bool:
        """Whether rounding moves a value all over its range, so that more rounding moves it no
        farther."""
        if self.here is None or self.magnified is None:
            return False
        return self.magnified[result] < 1.5 * self.here[result]

    def beside(self, args: Sequence[Any], values: Sequence[float]) -> list[float] | None:
        """How far rounding moves each value at other arguments, by the next pattern."""
        self.used += 1
        return self.at(args, values, [self.used % PATTERNS])

    def at(
        self,
        args: Sequence[Any],
        values: Sequence[float],
        patterns: Iterable[int],
        scale: int = 1,
    ) -> list[float] | None:
        """How far each value is moved at most; None if none of the patterns has values there."""
        found: list[list[float]] = []
        for pattern in patterns:
            try:
                moved = flatten_all(self.runner(pattern, scale)(args))
            except AdcliError:
                continue
            if len(moved) == len(values):
                found.append([distance(a, b) for a, b in zip(moved, values, strict=True)])
        return [max(column) for column in zip(*found, strict=True)] if found else None


def distance(a: Any, b: Any) -> float:
    """How far two numbers are apart; 0 if one of them is not finite."""
    try:
        apart = abs(float(a) - float(b))
    except OverflowError:
        return 0.0
    return apart if math.isfinite(apart) else 0.0
