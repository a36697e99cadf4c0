"""Extrapolation of difference quotients to step zero: errors, and the step to take next.

Invariant: this is arithmetic on measured numbers; nothing here evaluates a program.  The rows of a
tableau are quotients for falling steps; Neville's scheme extrapolates them to step zero,
and of all entries the one with the least estimated error is believed (Ridders 1982; Press et al.,
*Numerical Recipes*, section 5.7).  The steps are chosen from what the errors so far say (Gill,
Murray & Wright, *Practical Optimization*, 1981, section 8.6).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

#: An entry is trusted to be about the derivative at all if its relative error is below this.
SETTLED = 1e-2

#: Differences of this many times the rounding error expected of them may be rounding; an entry
#: whose error is so many times that is as good as its step allows.
NOISE, LIMITED = 10.0, 4.0

#: The most columns of the tableau: beyond, only rounding is extrapolated.
ORDER = 6

#: An entry that seems settled is confirmed by a step at which rounding is this part of it.
CONFIRMS = 1e-5


class Tableau(NamedTuple):
    """The rows for one result, by falling steps.  `rounding` is how far rounding inside the program
    was measured to move the result, `noises` how far that moves the quotients."""

    steps: list[float]
    quotients: list[float]
    bends: list[float]
    sizes: list[float]
    rounding: list[float]
    noises: list[float]

    def raised(self, rounding: float) -> Tableau:
        """The same with noises that allow for so much rounding of the results."""
        pairs = zip(self.noises, self.steps, strict=True)
        return self._replace(noises=[max(noise, rounding / step) for noise, step in pairs])

    def doubted(self, best: Estimate) -> Tableau:
        """The same with noises as large as the error of an entry allows."""
        return self.raised(best.error * self.steps[best.row])


class Estimate(NamedTuple):
    """An entry of the tableau: made from the rows `top` to `row`, the last of the smallest step."""

    value: float
    error: float
    top: int
    row: int

    @property
    def is_settled(self) -> bool:
        return self.error <= SETTLED * abs(self.value)

    @property
    def rank(self) -> tuple[int, float]:
        """The least is the best: by relative error, or, where nothing is known yet, by error."""
        if self.is_settled:
            return 0, self.error / abs(self.value) if self.value else 0.0
        return 1, self.error


def extrapolate(tableau: Tableau, power: int) -> Estimate:
    """The best entry of Neville's tableau in steps to a power.

    An entry's error is taken to be its greatest distance from those it could be replaced by, and no
    less than the rounding in it: two of them may agree by chance.
    """
    steps, quotients, noises = tableau.steps, tableau.quotients, tableau.noises
    best = Estimate(quotients[0], math.inf, 0, 0)
    previous: list[float] = []
    for i, quotient in enumerate(quotients):
        current = [quotient]
        for k in range(1, min(i, ORDER) + 1):
            ratio = min(steps[i - k] / steps[i], 1e100) ** power
            current.append(current[k - 1] + (current[k - 1] - previous[k - 1]) / (ratio - 1))
        for k, value in enumerate(current):
            if k == i < 2:  # one row has nothing to agree with, nor has the line through two
                continue
            others = [*current[max(k - 1, 0) : k], *previous[max(k - 1, 0) : k + 1]]
            error = max([abs(value - other) for other in others]) + noises[i]
            if Estimate(value, error, i - k, i).rank < best.rank:
                found = Estimate(value, error + _scatter(tableau, value, i - k, i), i - k, i)
                found = found._replace(error=max(found.error, _refuted(tableau, found)))
                best = min(best, found, key=lambda e: e.rank)
        previous = current
    return best


def _scatter(tableau: Tableau, value: float, top: int, row: int) -> float:
    """The rounding at the step of an entry that would explain how far quotients of smaller steps
    miss its value.

    If the value is right, they miss it by rounding, and by truncation no more than the quotients
    from which it was made.  This detects large steps on a function that oscillates, which may agree
    by chance, and rounding that is greater than the size of the results suggests.
    """
    scatter = 0.0
    for j in range(row + 1, len(tableau.steps)):
        excess = _excess(tableau, value, top, row, j)
        scatter = max(scatter, excess * (tableau.steps[j] / tableau.steps[row]))
    return scatter


def _refuted(tableau: Tableau, entry: Estimate) -> float:
    """How far quotients of smaller steps lie from an entry, where rounding does not explain it."""
    value, _, top, row = entry
    below = range(row + 1, len(tableau.steps))
    excesses = [(_excess(tableau, value, top, row, j), tableau.noises[j]) for j in below]
    return max([excess for excess, noise in excesses if excess > NOISE * noise], default=0.0)


def _excess(tableau: Tableau, value: float, top: int, row: int, small: int) -> float:
    """By how much a quotient of a smaller step misses an entry beyond truncation, which falls at
    least as fast as the step does."""
    steps, quotients = tableau.steps, tableau.quotients
    truncations = [
        abs(quotients[i] - value) * (steps[small] / steps[i]) for i in range(top, row + 1)
    ]
    return max(0.0, abs(quotients[small] - value) - max(truncations))


def wish(
    tableau: Tableau, best: Estimate, goal: float, may_grow: bool, leap: float = 0.0
) -> float | None:
    """The step that would help a result most; None if it is known well enough, or none would.
    Where rounding is all that is seen, it may be a `leap` to a greater step."""
    step = _wish(tableau, best, goal, may_grow, leap)
    return _confirming(tableau, best) if step is None else step


def _wish(
    tableau: Tableau, best: Estimate, goal: float, may_grow: bool, leap: float
) -> float | None:
    steps, quotients, noises = tableau.steps, tableau.quotients, tableau.noises
    last = len(steps) - 1
    rough = _rough(tableau.doubted(best))
    below = None if rough is None else _below(steps, rough)
    if below:
        return below
    if best.error <= goal:
        return None
    if not best.is_settled:
        return _audible(tableau, may_grow, leap)
    if best.error <= LIMITED * noises[best.row]:
        first = best.top
        while first > 0 and abs(quotients[first] - best.value) <= 0.1 * abs(best.value):
            first -= 1
        gap = _gap(steps, max(min(first, best.top - 1), 0), best.row)
        reaches_top = best.top == 0 or abs(quotients[0] - best.value) <= NOISE * noises[0]
        if gap or not (reaches_top and may_grow):
            return gap
        return steps[0] * min(max(best.error / goal, 4.0), 64.0)
    is_exhausted = abs(quotients[last] - quotients[last - 1]) <= NOISE * noises[last]
    if not is_exhausted:
        return steps[last] / (2 if last - best.row <= 2 else 8)
    gap = _gap(steps, best.top, min(best.row + 1, last))
    if gap or not (may_grow and best.top <= 1):
        return gap
    return 4 * steps[0]


def _audible(tableau: Tableau, may_grow: bool, leap: float) -> float | None:
    """A step where nothing is settled: smaller ones while more than rounding is seen there, greater
    ones where it is not."""
    steps = tableau.steps
    last = len(steps) - 1
    heard = [i for i in range(last + 1) if abs(tableau.quotients[i]) > NOISE * tableau.noises[i]]
    if not heard:
        return max(4 * steps[0], leap) if may_grow else None
    if heard[-1] < last:
        return _below(steps, heard[-1])
    gap = _gap(steps, 0, last, 64.0)
    return gap or steps[last] / min(32.0, 2 * steps[last - 1] / steps[last])


def _below(steps: Sequence[float], row: int) -> float | None:
    """A step between that of a row and the next smaller one; None if they are close."""
    if row == len(steps) - 1:
        return steps[row] / 32
    wide, narrow = steps[row], steps[row + 1]
    return max(wide / 32, math.sqrt(wide * narrow)) if wide > 2.9 * narrow else None


def _confirming(tableau: Tableau, best: Estimate) -> float | None:
    """A step so small that it would show the slope of a ripple on a large function; None if there
    is one already."""
    step = CONFIRMS * tableau.steps[0]
    if best.is_settled:
        step = tableau.rounding[best.row] / (CONFIRMS * abs(best.value)) if best.value else math.inf
    return step if 8 * step < tableau.steps[-1] else None


def _gap(steps: Sequence[float], first: int, last: int, least: float = 2.9) -> float | None:
    """The middle of the widest gap between the rows `first` and `last`, if one is wide."""
    width, i = max(((steps[i] / steps[i + 1], i) for i in range(first, last)), default=(1.0, 0))
    return math.sqrt(steps[i] * steps[i + 1]) if width > least else None


def _clear(tableau: Tableau, numbers: Sequence[float]) -> list[tuple[float, float]]:
    """The steps whose numbers are more than rounding, with these numbers; none if the numbers of
    smaller steps are rounding only, though such a number would be visible there."""
    rows = list(zip(tableau.steps, numbers, tableau.noises, strict=True))
    found = [(step, number) for step, number, noise in rows if abs(number) > NOISE * noise]
    if not found:
        return []
    least, number = found[-1]
    if any(step < least and 2 * NOISE * noise < abs(number) for step, _, noise in rows):
        return []
    return found


def is_coarse(tableau: Tableau) -> bool:
    """Whether the value changes as much over the smallest step as over a thousand times as great
    ones, and by far more than by rounding: then no step is small enough, as for sin at 1e20."""
    changes = [abs(q) * step for q, step in zip(tableau.quotients, tableau.steps, strict=True)]
    least, rounding = tableau.steps[-1], tableau.noises[-1] * tableau.steps[-1]
    far = sorted([c for c, step in zip(changes, tableau.steps, strict=True) if step > 1e3 * least])
    return len(far) > 2 and changes[-1] > max(1e3 * rounding, 0.1 * far[len(far) // 2])


def grows(tableau: Tableau, numbers: Sequence[float]) -> bool:
    """Whether the numbers grow like a negative power of the step, down to the smallest steps."""
    clear = _clear(tableau, numbers)[-6:]
    if len(clear) < 6 or clear[0][0] < 1e3 * clear[-1][0]:
        return False
    powers = []
    for (wide, before), (narrow, after) in pairwise(clear):
        if (before > 0) != (after > 0):
            return False
        growth = math.log(abs(after)) - math.log(abs(before))
        powers.append(growth / math.log(wide / narrow))
    return min(powers) > 0.05 and max(powers) - min(powers) < 0.1


def _stays(wide: tuple[float, float], narrow: tuple[float, float]) -> bool:
    """Whether a number does not fall as the step does."""
    falls: float = (wide[0] / narrow[0]) ** -0.25
    return narrow[1] / wide[1] > falls


def _rough(tableau: Tableau) -> int | None:
    """The row of the smallest step at which the slopes to both sides differ visibly, if their
    difference does not fall with the step.  None also where that lasts over many steps: it is a
    kink, and enough is known."""
    clear = _clear(tableau, tableau.bends)
    if len(clear) < 2 or not _stays(*clear[-2:]):
        return None
    least, bend = clear[-1]
    same = [step for step, other in clear if abs(other / bend - 1) < 0.1]
    return tableau.steps.index(least) if max(same) < 1e8 * least else None


def kink(tableau: Tableau) -> float | None:
    """How much the slopes to the right and left differ however small the step; None if they do
    not."""
    best = _bend(tableau)
    return best.value if best.is_settled else None


def gap(tableau: Tableau) -> float:
    """How far the value at the point seems to lie from the mean of those to both sides."""
    best = _bend(tableau)
    return abs(best.value) * tableau.steps[best.row]


def _bend(tableau: Tableau) -> Estimate:
    """What the slopes to the right and left differ by, extrapolated to step zero."""
    noises = [2 * noise for noise in tableau.noises]
    return extrapolate(tableau._replace(quotients=tableau.bends, noises=noises), 1)
