"""Higher derivatives at a kink: Taylor series and mixed partials, corrected by both sides.

Invariant: a number that is given stays as it is, to the bit, unless both sides agree on another
number or it lies outside of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from adcli.backends.one_sided.along_line import TwoSidedResults
from adcli.backends.one_sided.kink_findings import KinkObserver
from adcli.backends.one_sided.reconcile_sides import agree, reconciled, weighted_sum


class HigherDerivatives:
    """Corrects what a derivative program found.  A number that it did not find is None; raises
    `NoSeries` if it stays so."""

    def __init__(self, observer: KinkObserver) -> None:
        self.observer = observer

    def series(
        self, name: str, direction: Sequence[float], given: Sequence[Sequence[float]] | None
    ) -> list[list[Any]]:
        """For each entry of the results the value and the derivatives along a line."""
        line = self.observer.follow(name, direction, is_needed=given is None)
        if line is None:
            assert given is not None
            return [*map(list, given)]
        found: list[list[Any]] = []
        for i, (entry, value) in enumerate(self.observer.values.items()):
            found.append([value])
            is_compared = False
            for k in range(1, self.observer.order + 1):
                old = None if given is None else given[i][k]
                left, right = line.both(entry, k)
                found[-1].append(reconciled(old, left, right))
                if not is_compared:
                    observer, number = self.observer, found[-1][-1]
                    label, before = observer.label(entry, name), len(observer.findings)
                    observer.compare(label, direction, line, old, number, left, right, k)
                    is_compared = len(observer.findings) > before or not agree(left, right)
        return found

    def partial(
        self, factors: Sequence[tuple[str, Sequence[float]]], given: Sequence[float] | None
    ) -> list[Any]:
        """The derivatives of all results along several directions, one after the other, from those
        along the sums of the directions with either sign (the polarisation formula)."""
        order, names = len(factors), [name for name, _ in factors]
        label = ",".join(names)
        lines: list[tuple[str, list[float], float, TwoSidedResults]] = []
        for weight, direction in _polarised([axis for _, axis in factors]):
            name = label if len(set(names)) == 1 else _spelled(direction, self.observer.inputs)
            line = self.observer.follow(name, direction, is_needed=given is None)
            if line is None:
                assert given is not None
                return list(given)
            lines.append((name, direction, weight, line))
        found = []
        for i, entry in enumerate(self.observer.values):
            old = None if given is None else given[i]
            weights = [weight for _, _, weight, _ in lines]
            sides = [line.both(entry, order) for *_, line in lines]
            left, right = [weighted_sum(weights, [pair[k] for pair in sides]) for k in (0, 1)]
            found.append(reconciled(old, left, right))
            differing = [k for k, pair in enumerate(sides) if not agree(*pair)]
            name, direction, _, line = lines[differing[0] if differing else 0]
            if differing:
                left, right = sides[differing[0]]
            name = self.observer.label(entry, name if differing else label)
            self.observer.compare(name, direction, line, old, found[-1], left, right, order)
        return found


def _polarised(factors: Sequence[Sequence[float]]) -> Iterator[tuple[float, list[float]]]:
    """Weights and directions of the polarisation formula: the weighted sum of the derivatives of
    that order along these directions is the derivative along all factors, one after the other."""
    order = len(factors)
    if all([axis == factors[0] for axis in factors]):
        yield 1.0, list(factors[0])
        return
    for signs in product((1, -1), repeat=order - 1):
        moves = [[s * d for d in axis] for s, axis in zip((1, *signs), factors, strict=True)]
        direction = [sum(numbers) for numbers in zip(*moves, strict=True)]
        if any(direction):
            yield math.prod(signs) / (math.factorial(order) * 2 ** (order - 1)), direction


def _spelled(direction: Sequence[float], names: Sequence[str]) -> str:
    """A direction as a sum: `x - 2 y`."""
    text = ""
    for number, name in zip(direction, names, strict=True):
        if number:
            sign = " - " if number < 0 else " + "
            size = "" if abs(number) == 1 else f"{abs(number):.4g} "
            text += f"{sign}{size}{name}"
    return text.removeprefix(" + ").removeprefix(" ")
