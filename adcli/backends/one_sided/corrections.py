"""Jacobians, Hessians, products and series from what is seen to both sides of a point.

Invariant: a number that is given stays as it is, to the bit, unless both sides agree on another or
it lies outside of them.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from itertools import product
from typing import Any

from adcli.backends.one_sided.along_line import Line
from adcli.backends.one_sided.at_kinks import Kinks, Known, agree, both_sides, chosen, is_close
from adcli.backends.one_sided.kink_notes import MOST_TRIED
from adcli.backends.one_sided.puiseux_series import NoSeries
from adcli.backends.question import unit

#: Of more inputs second derivatives come from gradients to both sides, where these agree.
FEW = 6


class Corrected(Kinks):
    """What a derivative program found, corrected.  A number that it did not find is None; raises
    `NoSeries` if it stays so."""

    def jacobian(self, given: Sequence[Sequence[float]] | None) -> list[list[float]]:
        """The derivatives of each entry of the results by each of the inputs."""
        size, rows = len(self.inputs), len(self.here)
        tried: Collection[int] = range(size)
        if size > MOST_TRIED and rows == 1:
            gradient, tried = self.gradient(None if given is None else given[0])
            given = [gradient]
        columns: list[list[Any]] = []
        for j, name in enumerate(self.inputs):
            old: list[Any] = [None] * rows if given is None else [row[j] for row in given]
            is_looked_at = j in tried and not (given and self.leaves_out(j))
            columns.append(self.along(name, unit(size, j), old) if is_looked_at else old)
        return [[column[i] for column in columns] for i in range(rows)]

    def gradient(self, given: Sequence[float] | None) -> tuple[list[float], Collection[int]]:
        """The gradient of the one result with respect to many inputs, and the entries that are to
        be looked at one by one: some, and those that differ to both sides of the point along a
        direction that is like no other."""
        (value,) = self.here.values()
        golden = (math.sqrt(5) - 1) / 2
        direction = [1 + (j * golden) % 1 for j in range(1, len(self.inputs) + 1)]
        try:
            sides = self.beside.gradients(direction, 0)
        except NoSeries:
            if given is None:
                raise
            return list(given), range(len(self.inputs))
        (left, *below), (right, *above) = [[orders[0] for orders in side] for side in sides]
        if given is None:
            if not (is_close(left, value) and is_close(right, value)):
                raise NoSeries
            given = [chosen(None, a, b) for a, b in zip(below, above, strict=True)]
        found, tried = list(given), set(range(MOST_TRIED))
        for j, (a, b, number) in enumerate(zip(below, above, given, strict=True)):
            if not (agree(a, b) and agree(a, (number, 0.0))):
                tried.add(j)
                found[j] = chosen(number, a, b)
        return found, tried

    def leaves_out(self, j: int) -> bool:
        """Whether an entry of the inputs is not looked at any more: some are in any case."""
        if j < MOST_TRIED or not self.beside.is_spent:
            return False
        self.left_out += 1
        return True

    def along(
        self, name: str, direction: Sequence[float], given: Sequence[float | None]
    ) -> list[Any]:
        """The derivatives of each entry of the results along a line."""
        line = self.look(name, direction, is_needed=None in given)
        if line is None:
            return list(given)
        found = []
        for entry, old in zip(self.here, given, strict=True):
            left, right = both_sides(line, entry, 1)
            found.append(chosen(old, left, right))
            self.compare(self.label(entry, name), direction, line, old, found[-1], left, right)
        return found

    def weighted(self, seeds: Sequence[float], given: Sequence[float] | None) -> list[Any]:
        """The derivatives of a weighted sum of the results by each entry of the inputs."""
        found: list[Any] = []
        if len(seeds) == 1 and seeds[0] and len(self.inputs) > MOST_TRIED:
            weight = seeds[0]
            slopes = None if given is None else [[g / weight for g in given]]
            return [weight * slope for slope in self.jacobian(slopes)[0]]
        for j, name in enumerate(self.inputs):
            old = None if given is None else given[j]
            if given and self.leaves_out(j):
                found.append(old)
                continue
            direction = unit(len(self.inputs), j)
            line = self.look(name, direction, is_needed=old is None)
            if line is None:
                found.append(old)
                continue
            pairs = [both_sides(line, entry, 1) for entry in self.here]
            left, right = (_added(seeds, [pair[side] for pair in pairs]) for side in (0, 1))
            found.append(chosen(old, left, right))
            self.compare(name, direction, line, old, found[-1], left, right)
        return found

    def hessian(self, given: Sequence[Sequence[float]] | None) -> list[list[Any]]:
        """The second derivatives of the one result."""
        size = len(self.inputs)
        matrix: list[list[Any]] = (
            [[None] * size for _ in range(size)] if given is None else [*map(list, given)]
        )
        if given and size > MOST_TRIED and self.beside.is_spent:
            self.left_out = size
            return matrix
        units = [unit(size, i) for i in range(size)]
        slopes = [self.slopes(axis) if size > FEW else None for axis in units]
        for i, name in enumerate(self.inputs):
            matrix[i][i] = self.twice(f"{name}/{name}", name, units[i], matrix[i][i], 1.0)
            for j, other in enumerate(self.inputs[:i]):
                sides = _joint(slopes[i], slopes[j], i, j)
                if sides is not None:
                    found = chosen(matrix[i][j], *sides)
                else:
                    found = self.mixed((other, units[j]), (name, units[i]), matrix[i][j])
                matrix[i][j] = matrix[j][i] = found
        return matrix

    def slopes(self, direction: Sequence[float]) -> list[tuple[Known, Known]] | None:
        """The derivatives of the gradient along a line, to both sides.  A tie that stays one along
        the line keeps its choice there."""
        try:
            left, right = self.beside.gradients(direction, 1)
        except NoSeries:
            return None
        return [(a[1], b[1]) for a, b in zip(left[1:], right[1:], strict=True)]

    def hessian_times(
        self, name: str, direction: Sequence[float], given: Sequence[float] | None
    ) -> list[Any]:
        """The Hessian of the one result times a direction."""
        size = len(self.inputs)
        found: list[Any] = [None] * size if given is None else list(given)
        for i, entry in enumerate(self.inputs):
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
        line = self.look(name, direction, is_needed=given is None)
        if line is None:
            return given
        (entry,) = self.here
        left, right = [(scale * d, abs(scale) * e) for d, e in both_sides(line, entry, 2)]
        found = chosen(given, left, right)
        self.compare(label, direction, line, given, found, left, right)
        return found

    def mixed(
        self,
        one: tuple[str, Sequence[float]],
        other: tuple[str, Sequence[float]],
        given: float | None,
    ) -> Any:
        """The derivative of the one result along two directions, from second derivatives along
        both, their sum and their difference: one number for each quadrant, that all must be."""
        (name, u), (name2, w) = one, other
        lines = [
            self.look(name, u, is_needed=given is None),
            self.look(name2, w, is_needed=given is None),
        ]
        known, unseen = dict(self.facts), (dict(self.unseen), self.left_out)
        lines += [
            self.look(
                f"{name} {sign} {name2}",
                [a + (b if sign == "+" else -b) for a, b in zip(u, w, strict=True)],
                is_needed=given is None,
            )
            for sign in "+-"
        ]
        self.unseen, self.left_out = unseen
        if known:  # those along the two directions will do
            self.facts = known
        if None in lines:
            return given
        (entry,) = self.here
        self.compare_sum(entry, one, other, lines)
        along_u, along_w, along_sum, along_difference = [
            both_sides(line, entry, 2) for line in lines if line is not None
        ]
        quadrants: dict[tuple[int, int], Known] = {}
        for i, j in product((0, 1), repeat=2):
            terms = (along_sum if i == j else along_difference)[i], along_u[i], along_w[j]
            (a, _), (b, _), (c, _) = terms
            number = (a - b - c) / 2 * (1 if i == j else -1)
            if not math.isfinite(number):
                if given is None:
                    raise NoSeries
                return given
            quadrants[i, j] = number, sum([e + 1e-13 * abs(d) for d, e in terms])
        return self.one_of(quadrants, one, other, given, lines)

    def compare_sum(
        self,
        entry: str,
        one: tuple[str, Sequence[float]],
        other: tuple[str, Sequence[float]],
        lines: Sequence[Line | None],
    ) -> None:
        """Tell if slopes do not add up, though each is the same to both sides."""
        a, b, c = [both_sides(line, entry, 1) for line in lines[:3] if line is not None]
        if not (agree(*a) and agree(*b) and agree(*c)):
            return
        (x, e), (y, f), (z, g) = a[0], b[0], c[0]
        if not agree((x + y, e + f + 1e-13 * (abs(x) + abs(y))), (z, g)):
            text = f"the slope is {z + 0.0:.4g}, not the sum of {x + 0.0:.4g} and {y + 0.0:.4g}"
            self.tell(other[1], f"{one[0]} + {other[0]}: {text}")

    def one_of(
        self,
        quadrants: dict[tuple[int, int], Known],
        one: tuple[str, Sequence[float]],
        other: tuple[str, Sequence[float]],
        given: float | None,
        lines: Sequence[Line | None],
    ) -> Any:
        """The number that all quadrants have, or a choice and a fact."""
        label = f"{one[0]}{' ' if ' ' in other[0] else '/'}{other[0]}"
        reverse = f"{other[0]}/{one[0]}"
        q, line = quadrants, lines[2]
        assert line is not None
        least, greatest = min(q.values()), max(q.values())
        found = chosen(given, least, greatest)
        if agree(q[0, 0], q[1, 0]) and agree(q[0, 1], q[1, 1]):
            self.compare(label, other[1], line, given, found, q[0, 0], q[0, 1])
        elif agree(q[0, 0], q[0, 1]) and agree(q[1, 0], q[1, 1]):
            self.compare(reverse, one[1], line, given, found, q[0, 0], q[1, 0])
        else:
            ways = f"{one[0]}, {other[0]}, their sum and their difference"
            text = f"{label}: no number fits the second derivatives along {ways}"
            self.tell(other[1], text)
        return found

    def series(
        self, name: str, direction: Sequence[float], given: Sequence[Sequence[float]] | None
    ) -> list[list[Any]]:
        """For each entry of the results the value and the derivatives along a line."""
        line = self.look(name, direction, is_needed=given is None)
        if line is None:
            assert given is not None
            return [*map(list, given)]
        found: list[list[Any]] = []
        for i, (entry, value) in enumerate(self.here.items()):
            found.append([value])
            told = False
            for k in range(1, self.order + 1):
                old = None if given is None else given[i][k]
                left, right = both_sides(line, entry, k)
                found[-1].append(chosen(old, left, right))
                if not told:
                    label, before = self.label(entry, name), len(self.facts)
                    self.compare(label, direction, line, old, found[-1][-1], left, right, k)
                    told = len(self.facts) > before or not agree(left, right)
        return found

    def partial(
        self, factors: Sequence[tuple[str, Sequence[float]]], given: Sequence[float] | None
    ) -> list[Any]:
        """The derivatives of all results along several directions, one after the other, from those
        along the sums of the directions with either sign (the polarisation formula)."""
        order, names = len(factors), [name for name, _ in factors]
        label = ",".join(names)
        lines: list[tuple[str, list[float], float, Line]] = []
        for weight, direction in _polarised([axis for _, axis in factors]):
            name = label if len(set(names)) == 1 else _spelled(direction, self.inputs)
            line = self.look(name, direction, is_needed=given is None)
            if line is None:
                assert given is not None
                return list(given)
            lines.append((name, direction, weight, line))
        found = []
        for i, entry in enumerate(self.here):
            old = None if given is None else given[i]
            weights = [weight for _, _, weight, _ in lines]
            sides = [both_sides(line, entry, order) for *_, line in lines]
            left, right = [_added(weights, [pair[k] for pair in sides]) for k in (0, 1)]
            found.append(chosen(old, left, right))
            parting = [k for k, pair in enumerate(sides) if not agree(*pair)]
            name, direction, _, line = lines[parting[0] if parting else 0]
            if parting:
                left, right = sides[parting[0]]
            name = self.label(entry, name if parting else label)
            self.compare(name, direction, line, old, found[-1], left, right, order)
        return found


def _added(weights: Sequence[float], numbers: Sequence[Known]) -> Known:
    """A weighted sum, with its rounding."""
    pairs = [(w, n) for w, n in zip(weights, numbers, strict=True) if w]
    rounding = [abs(w) * (e + 1e-15 * abs(d)) for w, (d, e) in pairs]
    return sum([w * d for w, (d, _) in pairs]), sum(rounding)


def _polarised(factors: Sequence[Sequence[float]]) -> Iterator[tuple[float, list[float]]]:
    """Weights and directions: the weighted sum of the derivatives of that order along these is the
    derivative along the factors, one after the other."""
    order = len(factors)
    if all([axis == factors[0] for axis in factors]):
        yield 1.0, list(factors[0])
        return
    for signs in product((1, -1), repeat=order - 1):
        moves = [[s * d for d in axis] for s, axis in zip((1, *signs), factors, strict=True)]
        direction = [sum(numbers) for numbers in zip(*moves, strict=True)]
        if any(direction):
            yield math.prod(signs) / (math.factorial(order) * 2 ** (order - 1)), direction


def _joint(
    one: Sequence[tuple[Known, Known]] | None,
    two: Sequence[tuple[Known, Known]] | None,
    i: int,
    j: int,
) -> tuple[Known, Known] | None:
    """Derivative i, j from the slopes of the gradient along both inputs, if all of them agree."""
    if one is None or two is None:
        return None
    (a, b), (c, d) = one[j], two[i]
    return (a, c) if agree(a, b) and agree(c, d) and agree(a, c) else None


def _spelled(direction: Sequence[float], names: Sequence[str]) -> str:
    """A direction as a sum: `x - 2 y`."""
    text = ""
    for number, name in zip(direction, names, strict=True):
        if number:
            sign = " - " if number < 0 else " + "
            size = "" if abs(number) == 1 else f"{abs(number):.4g} "
            text += f"{sign}{size}{name}"
    return text.removeprefix(" + ").removeprefix(" ")
