"""The results as functions of one entry of the inputs, sampled beside the point.

Invariant: a step is what it is after rounding, the difference of two doubles; the program is
evaluated as a black box, and every difference comes with how far rounding moves it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from adcli.backends import step_zero_extrapolation
from adcli.backends.interface import Question
from adcli.backends.rounding_noise import EPSILON, PATTERNS, Noise
from adcli.engines.interface import Runner
from adcli.errors import EvaluationError, NotDifferentiable
from adcli.nested_lists import flatten_all, rebuilt_all

LEAST = math.ulp(0.0)

#: One side reaches much farther than the other if it reaches this many times as far.
WIDE = 100.0

#: Rounding hides the value at the point if it moves it so many times as far as the values around.
HIDDEN = 100.0

UNBOUNDED = "the difference quotients grow without bound"


class Entry(NamedTuple):
    """A derivative, its estimated error, and a note for the user; at a kink `bend`, by how much the
    slope to the right is greater than that to the left, which the error covers too."""

    value: float
    error: float
    note: str | None = None
    bend: float = 0.0


class DifferenceRow(NamedTuple):
    """The differences of one step, for every result: the quotient; the slope to the right less that
    to the left (0 if only one side is known); the greatest of the values that were subtracted; and
    how far rounding moves it."""

    step: float
    quotients: tuple[float, ...]
    bends: tuple[float, ...]
    sizes: tuple[float, ...]
    noises: tuple[float, ...]


class SampledLine:
    """The entries of the results on the line through the point along one entry of the inputs.

    `point` holds the entries of all inputs, `index` and `active` count among them.
    """

    def __init__(
        self,
        run: Runner,
        question: Question,
        values: tuple[Any, ...],
        index: int,
        names: dict[int, str],
        noise: Noise,
        start: float,
        *,
        propagate: bool,
    ) -> None:
        self.run = run
        self.name = names[index]
        self.span = question.module.main.span
        self.arguments = question.point
        self.point = flatten_all(question.point)
        self.index = index
        self.active = list(names)
        self.x = self.point[index] = float(self.point[index])
        self.values = tuple([real_number(v) for v in flatten_all(values)])
        self.noise = noise
        #: the first step as a part of |x|
        self.start = start
        #: how far there are values to the right and to the left
        self.reached = {1: 0.0, -1: 0.0}
        #: the results that may have a derivative: they and the point are finite
        self.live = [i for i, v in enumerate(self.values) if math.isfinite(v + self.x)]
        if not propagate and len(self.live) < len(self.values):
            raise self.refusal("the value is not finite")

    @property
    def scale(self) -> float:
        return abs(self.x) or 1.0

    @property
    def least(self) -> float:
        """The smallest step that is more than rounding of the input."""
        return 8 * math.ulp(self.x) if self.x else 1e-290

    def refusal(self, why: str) -> NotDifferentiable:
        """The error for a derivative that cannot be found."""
        return NotDifferentiable(
            f"no derivative by {self.name} at {self.name} = {self.x!r}: {why}", span=self.span
        )

    def args(self, x: complex) -> list[Any]:
        """The arguments for a number of the line."""
        point = [*self.point]
        point[self.index] = x
        return rebuilt_all(iter(point), self.arguments)

    def evaluate(self, x: complex) -> tuple[Any, ...]:
        """The entries of the results at a number of the line."""
        found = tuple(flatten_all(self.run(self.args(x))))
        if len(found) != len(self.values):
            raise EvaluationError("the result has other lengths close by", span=self.span)
        return found

    def at(self, offset: float) -> tuple[float, tuple[float, ...]] | None:
        """The offset as it is after rounding, and the results there; None if one has no value."""
        x = self.x + offset
        if x == self.x or not math.isfinite(x):
            return None
        try:
            found = tuple([real_number(v) for v in self.evaluate(x)])
        except EvaluationError:
            return None
        if any(not math.isfinite(found[i]) for i in self.live):
            return None
        return x - self.x, found

    def row(self, step: float, side: int) -> DifferenceRow | None:
        """Central differences; one-sided ones where `side` is 1 or -1."""
        first = self.at(step if side == 0 else side * step)
        second = self.at(-step) if side == 0 else (0.0, self.values)
        if first is None or second is None:
            return None
        (right, above), (left, below) = first, second
        quotients = [(a - b) / (right - left) for a, b in zip(above, below, strict=True)]
        if any(not math.isfinite(quotients[i]) for i in self.live):
            return None
        bends = (0.0,) * len(quotients)
        if side == 0:
            triples = zip(above, self.values, below, strict=True)
            bends = tuple([(a - v) / right - (v - b) / -left for a, v, b in triples])
        sizes = tuple([max(map(abs, t)) for t in zip(above, self.values, below, strict=True)])
        noises = self.moved(self.x + right, above) if right else self.moved(self.x + left, below)
        return DifferenceRow(step, tuple(quotients), bends, sizes, noises)

    def reach(self, sign: int, step: float) -> float:
        """The largest step that has values on one side, within a factor of 4; 0 if none has."""
        if self.at(sign * step) is not None:
            return step
        good, bad = self.least, step
        if good >= bad or self.at(sign * good) is None:
            return 0.0
        while bad > 4 * good:
            middle = math.sqrt(good) * math.sqrt(bad)
            if self.at(sign * middle) is None:
                bad = middle
            else:
                good = middle
        return good

    def sides(self, step: float) -> tuple[int, float]:
        """To which sides there are values, both (0), right (1) or left (-1), and how far."""
        right, left = self.reach(1, step), self.reach(-1, step)
        self.reached = {1: max(right, self.reached[1]), -1: max(left, self.reached[-1])}
        if right and left:
            return 0, min(right, left)
        if not (right or left):
            raise self.refusal("there are no values close by on either side")
        return (1, right) if right else (-1, left)

    @property
    def wide(self) -> tuple[int, float] | None:
        """The side to which values reach much farther than to the other, and how far."""
        side = max(self.reached, key=self.reached.__getitem__)
        is_wide = self.reached[side] > WIDE * self.reached[-side]
        return (side, self.reached[side]) if is_wide else None

    def is_far(self, row: DifferenceRow, gap: float, result: int) -> bool:
        """Whether a step that is larger than |x| reaches a part of the function that says nothing
        about the point, as beside a pole: the value at the point lies apart from those at the step,
        and rounding moves it far more."""
        here = self.noise.here
        if here is None or not self.x or row.step <= 2 * abs(self.x):
            return False
        if gap <= 8 * here[result]:
            return False
        around = 0.0
        for offset in (row.step, -row.step):
            there = self.at(offset)
            if there is not None:
                moved = self.noise.at(self.args(self.x + offset), there[1], range(PATTERNS))
                around = max(around, moved[result] if moved else 0.0)
        return here[result] > HIDDEN * (around + LEAST)

    def side_note(self, side: int) -> str | None:
        """A note where differences are taken to one side only."""
        if side == 0:
            return None
        seen, other = ("right", "left") if side > 0 else ("left", "right")
        reached = self.reached[-side]
        what = f"values to the {other} end {reached:.1e} away"
        if not reached:
            what = f"there are no values to the {other}"
        return f"{self.name}: from the {seen} only, {what}"

    def entries(self, found: Sequence[Entry]) -> list[Entry]:
        """One entry for each result: those found for the live ones, nan for the others."""
        every = [Entry(math.nan, math.nan)] * len(self.values)
        for i, entry in zip(self.live, found, strict=True):
            every[i] = entry
        return every

    def moved(self, x: float, found: Sequence[float]) -> tuple[float, ...]:
        """How far rounding moves each result at a number of the line, or at the point if it moves
        them farther there."""
        beside = self.noise.beside(self.args(x), found)
        known = [m for m in (self.noise.here, beside) if m is not None]
        rounded = [EPSILON * abs(v) + LEAST for v in found]
        return tuple([max(numbers) for numbers in zip(rounded, *known, strict=True)])

    def tableau(
        self, rows: Sequence[DifferenceRow], result: int
    ) -> step_zero_extrapolation.Tableau:
        """The tableau of one result, for rows of falling steps."""
        steps, rounding = [row.step for row in rows], self.rounding(rows, result)
        return step_zero_extrapolation.Tableau(
            steps,
            [row.quotients[result] for row in rows],
            [row.bends[result] for row in rows],
            [row.sizes[result] for row in rows],
            rounding,
            [moved / step for moved, step in zip(rounding, steps, strict=True)],
        )

    @staticmethod
    def rounding(rows: Sequence[DifferenceRow], result: int) -> list[float]:
        """How far rounding moves a result in each row.  A single run may find too little by chance:
        it is no less than in the next smaller step, nor than half the share of the next greater."""
        found = [row.noises[result] for row in rows]
        for i in range(1, len(rows)):
            wide, row = rows[i - 1], rows[i]
            share = row.step / wide.step
            if wide.sizes[result]:
                share = min(share, row.sizes[result] / wide.sizes[result])
            found[i] = max(found[i], wide.noises[result] * share / 2)
        for i in range(len(rows) - 1, 0, -1):
            found[i - 1] = max(found[i - 1], found[i])
        return found

    def at_kink(self, entry: Entry, bend: float | None) -> Entry:
        """The entry; where the slopes to both sides differ by `bend`, its error covers them, and a
        note names them."""
        if bend is None or abs(bend) <= entry.error:
            return entry
        left, right = entry.value - bend / 2, entry.value + bend / 2
        note = f"{self.name}: the slope is {left:.4g} to the left and {right:.4g} to the right"
        return Entry(entry.value, entry.error + abs(bend) / 2, note, bend)


def real_number(value: Any) -> float:
    """A result as a double; integers may be too large for one."""
    try:
        return float(value)
    except OverflowError:
        return math.inf
