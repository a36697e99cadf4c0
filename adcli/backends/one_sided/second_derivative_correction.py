"""Second derivatives at a kink: Hessians and their products with vectors, corrected by both sides.

Invariant: a number that is given stays as it is, to the bit, unless both sides agree on another
number or it lies outside of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import Any

from adcli.backends.interface import unit
from adcli.backends.one_sided.along_line import TwoSidedResults
from adcli.backends.one_sided.differences_between_sides import MOST_TRIED
from adcli.backends.one_sided.kink_findings import KinkObserver
from adcli.backends.one_sided.puiseux_series import NoSeries
from adcli.backends.one_sided.reconcile_sides import Estimate, agree, reconciled

#: By more inputs than this, second derivatives come from gradients to both sides if these agree.
FEW = 6

#: What a line is called, and its direction.
NamedDirection = tuple[str, Sequence[float]]


class SecondDerivatives:
    """Corrects second derivatives of the one result that a derivative program found.  A number that
    it did not find is None; raises `NoSeries` if it stays so."""

    def __init__(self, observer: KinkObserver) -> None:
        self.observer = observer

    def hessian(self, given: Sequence[Sequence[float]] | None) -> list[list[Any]]:
        """The second derivatives of the one result."""
        size = len(self.observer.inputs)
        matrix: list[list[Any]] = (
            [[None] * size for _ in range(size)] if given is None else [*map(list, given)]
        )
        if given and size > MOST_TRIED and self.observer.runs.is_spent:
            self.observer.left_out = size
            return matrix
        units = [unit(size, i) for i in range(size)]
        slopes = [self.slopes(axis) if size > FEW else None for axis in units]
        for i, name in enumerate(self.observer.inputs):
            matrix[i][i] = self.twice(f"{name}/{name}", name, units[i], matrix[i][i], 1.0)
            for j, other in enumerate(self.observer.inputs[:i]):
                sides = _joint(slopes[i], slopes[j], i, j)
                if sides is not None:
                    found = reconciled(matrix[i][j], *sides)
                else:
                    found = self.mixed((other, units[j]), (name, units[i]), matrix[i][j])
                matrix[i][j] = matrix[j][i] = found
        return matrix

    def slopes(self, direction: Sequence[float]) -> list[tuple[Estimate, Estimate]] | None:
        """The derivatives of the gradient along a line, to both sides.  Where numbers are equal all
        along the line, the documented choice stays."""
        try:
            left, right = self.observer.runs.gradients(direction, 1)
        except NoSeries:
            return None
        return [(a[1], b[1]) for a, b in zip(left[1:], right[1:], strict=True)]

    def hessian_times(
        self, name: str, direction: Sequence[float], given: Sequence[float] | None
    ) -> list[Any]:
        """The Hessian of the one result times a direction."""
        size = len(self.observer.inputs)
        found: list[Any] = [None] * size if given is None else list(given)
        for i, entry in enumerate(self.observer.inputs):
            axis = unit(size, i)
            if not any(direction):
                found[i] = 0.0
            elif [d for d in direction if d] == [direction[i]]:
                label = f"{entry} {name}"
                found[i] = self.twice(label, name, direction, found[i], 1 / direction[i])
            else:
                found[i] = self.mixed((entry, axis), (name, direction), found[i])
        return found

    def twice(
        self,
        label: str,
        name: str,
        direction: Sequence[float],
        given: float | None,
        scale: float,
    ) -> Any:
        """A multiple of the second derivative of the one result along a line."""
        line = self.observer.follow(name, direction, is_needed=given is None)
        if line is None:
            return given
        (entry,) = self.observer.values
        left, right = [(scale * d, abs(scale) * e) for d, e in line.both(entry, 2)]
        found = reconciled(given, left, right)
        self.observer.compare(label, direction, line, given, found, left, right)
        return found

    def mixed(
        self,
        one: NamedDirection,
        other: NamedDirection,
        given: float | None,
    ) -> Any:
        """The derivative of the one result along two directions, from second derivatives along
        both, their sum and their difference: each quadrant has a number, and all must agree."""
        lines = self.mixed_lines(one, other, is_needed=given is None)
        if len(lines) < 4:
            return given
        (entry,) = self.observer.values
        self.compare_sum(entry, one, other, lines)
        along_u, along_w, along_sum, along_difference = [line.both(entry, 2) for line in lines]
        quadrants: dict[tuple[int, int], Estimate] = {}
        for i, j in product((0, 1), repeat=2):
            terms = (along_sum if i == j else along_difference)[i], along_u[i], along_w[j]
            (a, _), (b, _), (c, _) = terms
            number = (a - b - c) / 2 * (1 if i == j else -1)
            if not math.isfinite(number):
                if given is None:
                    raise NoSeries
                return given
            quadrants[i, j] = number, sum([e + 1e-13 * abs(d) for d, e in terms])
        found = self.common_number(quadrants, one, other, given, lines[2])
        if agree(min(quadrants.values()), max(quadrants.values())):
            self.compare_oblique(one, other, lines, quadrants)
        return found

    def compare_oblique(
        self,
        one: NamedDirection,
        other: NamedDirection,
        lines: Sequence[TwoSidedResults],
        quadrants: dict[tuple[int, int], Estimate],
    ) -> None:
        """Add a finding if the second derivative along a fifth line is not that of the matrix which
        fits the other four, as at the origin of x*y*(x^2-y^2)/(x^2+y^2)."""
        observer, (name, u), (name2, w) = self.observer, one, other
        is_told = bool(observer.findings)
        direction = [a + 2 * b for a, b in zip(u, w, strict=True)]
        (line,) = self.between([(f"{name} + 2 {name2}", direction)], is_needed=False)
        if is_told or line is None:
            return
        (entry,) = observer.values
        for side, found in enumerate(line.both(entry, 2)):
            terms = [(1.0, lines[0].both(entry, 2)[side]), (4.0, lines[1].both(entry, 2)[side])]
            terms.append((4.0, quadrants[side, side]))
            wanted = sum([k * d for k, (d, _) in terms])
            error = sum([k * (e + 1e-13 * abs(d)) for k, (d, e) in terms])
            if math.isfinite(wanted) and not agree((wanted, error), found):
                label = f"{name}{' ' if ' ' in name2 else '/'}{name2}"
                ways = f"{name}, {name2}, their sum, their difference and {name} + 2 {name2}"
                observer.add(w, f"{label}: no number fits the second derivatives along {ways}")
                return

    def mixed_lines(
        self, one: NamedDirection, other: NamedDirection, *, is_needed: bool
    ) -> list[TwoSidedResults]:
        """The results along two directions, their sum and their difference; without those that
        cannot be had."""
        observer, (name, u), (name2, w) = self.observer, one, other
        lines = [
            observer.follow(name, u, is_needed=is_needed),
            observer.follow(name2, w, is_needed=is_needed),
        ]
        sums = [
            (f"{name} {sign} {name2}", [a + way * b for a, b in zip(u, w, strict=True)])
            for sign, way in (("+", 1), ("-", -1))
        ]
        lines += self.between(sums, is_needed=is_needed)
        return [line for line in lines if line is not None]

    def between(
        self, directions: Sequence[NamedDirection], *, is_needed: bool
    ) -> list[TwoSidedResults | None]:
        """The results along lines between two directions.  Which of them cannot be had is not
        told, and where there are findings along the two directions, these are enough."""
        observer = self.observer
        known = dict(observer.findings)
        unfollowed, left_out = dict(observer.unfollowed), observer.left_out
        found = [observer.follow(name, u, is_needed=is_needed) for name, u in directions]
        observer.unfollowed, observer.left_out = unfollowed, left_out
        if known:
            observer.findings = known
        return found

    def compare_sum(
        self,
        entry: str,
        one: NamedDirection,
        other: NamedDirection,
        lines: Sequence[TwoSidedResults],
    ) -> None:
        """Add a finding if slopes do not add up, though each is the same to both sides."""
        a, b, c = [line.both(entry, 1) for line in lines[:3]]
        if not (agree(*a) and agree(*b) and agree(*c)):
            return
        (x, e), (y, f), (z, g) = a[0], b[0], c[0]
        if not agree((x + y, e + f + 1e-13 * (abs(x) + abs(y))), (z, g)):
            text = f"the slope is {z + 0.0:.4g}, not the sum of {x + 0.0:.4g} and {y + 0.0:.4g}"
            self.observer.add(other[1], f"{one[0]} + {other[0]}: {text}")

    def common_number(
        self,
        quadrants: dict[tuple[int, int], Estimate],
        one: NamedDirection,
        other: NamedDirection,
        given: float | None,
        line: TwoSidedResults,
    ) -> Any:
        """The number that all quadrants have, or a choice and a finding; `line` is that of the sum
        of both directions."""
        label = f"{one[0]}{' ' if ' ' in other[0] else '/'}{other[0]}"
        reverse = f"{other[0]}/{one[0]}"
        q = quadrants
        least, greatest = min(q.values()), max(q.values())
        found = reconciled(given, least, greatest)
        if agree(q[0, 0], q[1, 0]) and agree(q[0, 1], q[1, 1]):
            self.observer.compare(label, other[1], line, given, found, q[0, 0], q[0, 1])
        elif agree(q[0, 0], q[0, 1]) and agree(q[1, 0], q[1, 1]):
            self.observer.compare(reverse, one[1], line, given, found, q[0, 0], q[1, 0])
        else:
            ways = f"{one[0]}, {other[0]}, their sum and their difference"
            text = f"{label}: no number fits the second derivatives along {ways}"
            self.observer.add(other[1], text)
        return found


def _joint(
    one: Sequence[tuple[Estimate, Estimate]] | None,
    two: Sequence[tuple[Estimate, Estimate]] | None,
    i: int,
    j: int,
) -> tuple[Estimate, Estimate] | None:
    """Derivative i, j from the slopes of the gradient along both inputs, if all of them agree."""
    if one is None or two is None:
        return None
    (a, b), (c, d) = one[j], two[i]
    return (a, c) if agree(a, b) and agree(c, d) and agree(a, c) else None
