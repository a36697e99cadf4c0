"""First derivatives at a kink: Jacobians and products with vectors, corrected by both sides.

Invariant: a number that is given stays as it is, to the bit, unless both sides agree on another
number or it lies outside of them.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any

from adcli.backends.interface import unit
from adcli.backends.one_sided.differences_between_sides import MOST_TRIED
from adcli.backends.one_sided.kink_findings import KinkObserver
from adcli.backends.one_sided.puiseux_series import NoSeries
from adcli.backends.one_sided.reconcile_sides import agree, is_close, reconciled, weighted_sum


def generic_direction(size: int) -> list[float]:
    """A direction that no tie is likely to lie along."""
    golden = (math.sqrt(5) - 1) / 2
    return [1 + (j * golden) % 1 for j in range(1, size + 1)]


class FirstDerivatives:
    """Corrects what a derivative program found.  A number that it did not find is None; raises
    `NoSeries` if it stays so."""

    def __init__(self, observer: KinkObserver) -> None:
        self.observer = observer

    def jacobian(self, given: Sequence[Sequence[float]] | None) -> list[list[float]]:
        """The derivatives of each entry of the results by each of the inputs."""
        size, rows = len(self.observer.inputs), len(self.observer.values)
        followed: Collection[int] = range(size)
        if size > MOST_TRIED and rows == 1:
            gradient, followed = self.gradient(None if given is None else given[0])
            given = [gradient]
        columns: list[list[Any]] = []
        for j, name in enumerate(self.observer.inputs):
            old: list[Any] = [None] * rows if given is None else [row[j] for row in given]
            is_followed = j in followed and not (given and self.observer.leaves_out(j))
            columns.append(self.along(name, unit(size, j), old) if is_followed else old)
        return [[column[i] for column in columns] for i in range(rows)]

    def gradient(self, given: Sequence[float] | None) -> tuple[list[float], Collection[int]]:
        """The gradient of the one result by many inputs, and the inputs to follow one by one: the
        first ones, and those by which the derivative differs to both sides of the point along one
        direction that no tie is likely to lie along."""
        (value,) = self.observer.values.values()
        direction = generic_direction(len(self.observer.inputs))
        try:
            sides = self.observer.runs.gradients(direction, 0)
        except NoSeries:
            if given is None:
                raise
            return list(given), range(len(self.observer.inputs))
        (left, *below), (right, *above) = [[number[0] for number in side] for side in sides]
        if given is None:
            if not (is_close(left, value) and is_close(right, value)):
                raise NoSeries
            given = [reconciled(None, a, b) for a, b in zip(below, above, strict=True)]
        found, followed = list(given), set(range(MOST_TRIED))
        for j, (a, b, number) in enumerate(zip(below, above, given, strict=True)):
            if not (agree(a, b) and agree(a, (number, 0.0))):
                followed.add(j)
                found[j] = reconciled(number, a, b)
        return found, followed

    def along(
        self, name: str, direction: Sequence[float], given: Sequence[float | None]
    ) -> list[Any]:
        """The derivatives of each entry of the results along a line."""
        line = self.observer.follow(name, direction, is_needed=None in given)
        if line is None:
            return list(given)
        found = []
        for entry, old in zip(self.observer.values, given, strict=True):
            left, right = line.both(entry, 1)
            found.append(reconciled(old, left, right))
            label = self.observer.label(entry, name)
            self.observer.compare(label, direction, line, old, found[-1], left, right)
        return found

    def weighted(self, seeds: Sequence[float], given: Sequence[float] | None) -> list[Any]:
        """The derivatives of a weighted sum of the results by each entry of the inputs."""
        found: list[Any] = []
        if len(seeds) == 1 and seeds[0] and len(self.observer.inputs) > MOST_TRIED:
            weight = seeds[0]
            slopes = None if given is None else [[g / weight for g in given]]
            return [weight * slope for slope in self.jacobian(slopes)[0]]
        for j, name in enumerate(self.observer.inputs):
            old = None if given is None else given[j]
            if given and self.observer.leaves_out(j):
                found.append(old)
                continue
            direction = unit(len(self.observer.inputs), j)
            line = self.observer.follow(name, direction, is_needed=old is None)
            if line is None:
                found.append(old)
                continue
            pairs = [line.both(entry, 1) for entry in self.observer.values]
            left, right = (weighted_sum(seeds, [pair[side] for pair in pairs]) for side in (0, 1))
            found.append(reconciled(old, left, right))
            self.observer.compare(name, direction, line, old, found[-1], left, right)
        return found
