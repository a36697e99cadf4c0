"""The tableau of difference quotients: extrapolation, its errors, and which step to take next.

Invariant: this is arithmetic on numbers that were measured; nothing here evaluates a program.  The
rows of a tableau are quotients for falling steps; Neville's scheme extrapolates them to step zero,
and of all entries the one with the least estimated error is believed (Ridders 1982; Press et al.,
*Numerical Recipes*, section 5.7).  The steps are chosen from what the errors so far say (Gill,
Murray & Wright, *Practical Optimization*, 1981, section 8.6).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

EPSILON = 2.0**-52

#: An entry is trusted to be about the derivative at all if its relative error is below this.
SETTLED = 1e-2

#: Differences of this many times the rounding error expected of them may be rounding.
NOISE = 30.0

#: So many rows go down where nothing settles, before larger steps are tried.
DEEP = 13

#: The most columns of the tableau: beyond, only rounding is extrapolated.
ORDER = 6

#: Rounding makes a result a staircase: how high its steps may be beside the result, and how wide
#: beside what they would be by its slope.  Ripples on a large function are wider.
STAIR_HEIGHT, STAIR_WIDTH = 1e-5, 30.0


def grain(value: float) -> float:
    """The greatest power of 2 that a number is a multiple of: its own rounding or, as after a
    cancellation, a coarser one."""
    if value == 0 or not math.isfinite(value):
        return math.inf
    numerator, denominator = value.as_integer_ratio()
    return (numerator & -numerator) / denominator


class Table(NamedTuple):
    """The rows for one result, by falling steps.  `noises` are the errors that rounding the result,
    and products with the input, brings to the quotients; `rounding` is what is known of the former
    beyond the size of the result."""

    steps: list[float]
    quotients: list[float]
    bends: list[float]
    sizes: list[float]
    noises: list[float]
    rounding: float = 0.0

    @property
    def is_amplified(self) -> bool:
        """Whether rounding is far above that of the result itself."""
        return self.rounding > 1e3 * EPSILON * max(self.sizes)

    def raised(self, rounding: float) -> Table:
        """With noises that allow for this much rounding of the results."""
        pairs = zip(self.noises, self.steps, strict=True)
        return self._replace(noises=[max(noise, rounding / step) for noise, step in pairs])

    def doubted(self, best: Estimate) -> Table:
        """With as much noise as the error of an entry leaves room for."""
        return self.raised(best.error * self.steps[best.row])


def amplified(table: Table, first: float) -> float:
    """The rounding of a result as the quotients show it, if it is far above that of the result
    itself, as in (1 - cos(x))/x^2 for small x; otherwise 0.

    Then quotients of ever smaller steps differ ever more, by changes of the result that are tiny.
    At last they may agree again, on a step of the staircase that the result in truth is; they are
    not to be believed.  Only steps from `first` on count: larger ones may see the whole function.
    """
    begin = sum(step > first for step in table.steps)
    steps, quotients, sizes = table.steps[begin:], table.quotients[begin:], table.sizes[begin:]
    changes = [abs(b - a) for a, b in pairwise(quotients)]
    found = 0.0
    for i in range(2, len(changes)):
        grows = changes[i] > 1.5 * changes[i - 1] > 2.25 * changes[i - 2]
        moved = changes[i] * steps[i + 1]
        fine = steps[i + 1] * abs(quotients[0]) < STAIR_WIDTH * moved
        if grows and fine and moved < STAIR_HEIGHT * sizes[i + 1]:
            found = max(found, moved)
    return found


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


def extrapolate(table: Table, power: int) -> Estimate:
    """The best entry of Neville's tableau in steps to a power.

    An entry's error is taken to be its greatest distance from those it could be replaced by, and no
    less than the rounding in it: two of them may agree by chance.
    """
    steps, quotients, noises = table.steps, table.quotients, table.noises
    best = Estimate(quotients[0], math.inf, 0, 0)
    previous: list[float] = []
    for i, quotient in enumerate(quotients):
        current = [quotient]
        for k in range(1, min(i, ORDER) + 1):
            ratio = (steps[i - k] / steps[i]) ** power
            current.append(current[k - 1] + (current[k - 1] - previous[k - 1]) / (ratio - 1))
        for k, value in enumerate(current):
            if k == i < 2:  # one row has nothing to agree with, nor has the line through two
                continue
            others = [*current[max(k - 1, 0) : k], *previous[max(k - 1, 0) : k + 1]]
            error = max([abs(value - other) for other in others]) + noises[i]
            if Estimate(value, error, i - k, i).rank < best.rank:
                found = Estimate(value, error + _scatter(table, value, i - k, i), i - k, i)
                if not found.is_settled:
                    found = found._replace(error=max(found.error, _refuted(table, found)))
                best = min(best, found, key=lambda e: e.rank)
        previous = current
    return best


def _scatter(table: Table, value: float, top: int, row: int) -> float:
    """If `value` is right, then quotients of smaller steps miss it by rounding, and by truncation
    no more than those it was made from; this is as much rounding at its own step.

    Large steps on a function that oscillates may agree by chance, and rounding may be greater than
    the size of the results tells: this finds out both.
    """
    steps, quotients = table.steps, table.quotients
    truncation = max([abs(q - value) for q in quotients[top : row + 1]])
    scatter = 0.0
    for j in range(row + 1, len(steps)):
        excess = abs(quotients[j] - value) - truncation
        scatter = max(scatter, excess * (steps[j] / steps[row]))
    return scatter


def _refuted(table: Table, entry: Estimate) -> float:
    """How far quotients of smaller steps lie from an entry, where rounding does not explain it."""
    distances = [abs(q - entry.value) for q in table.quotients]
    truncation = max(distances[entry.top : entry.row + 1])
    below = range(entry.row + 1, len(distances))
    clear = [distances[j] for j in below if distances[j] > truncation + NOISE * table.noises[j]]
    return max(clear, default=0.0)


def wish(table: Table, best: Estimate, goal: float, may_grow: bool) -> float | None:
    """The step that would help a result most; None if it is known well enough, or none would."""
    steps, quotients, noises = table.steps, table.quotients, table.noises
    last = len(steps) - 1
    if _is_rough(table.doubted(best)):
        return steps[last] / 32
    if best.error <= goal:
        return None
    if best.error <= NOISE * noises[best.row]:
        first = best.top
        while first > 0 and abs(quotients[first] - best.value) <= 0.1 * abs(best.value):
            first -= 1
        gap = _gap(steps, max(min(first, best.top - 1), 0), best.row)
        reaches_top = best.top == 0 or abs(quotients[0] - best.value) <= NOISE * noises[0]
        if gap or not (reaches_top and may_grow):
            return gap
        return steps[0] * (min(max(best.error / goal, 4.0), 64.0) if best.is_settled else 4.0)
    is_exhausted = abs(quotients[last] - quotients[last - 1]) <= NOISE * noises[last]
    if best.is_settled:
        if not is_exhausted and last - best.row <= 2:
            return steps[last] / 2
        gap = _gap(steps, best.top, min(best.row + 1, last))
        if gap or not (may_grow and best.top <= 1):
            return gap
        return (None if is_exhausted else _probe(table, best)) or 4 * steps[0]
    if (is_exhausted or last >= DEEP) and may_grow and table.is_amplified:
        return 4 * steps[0]
    return None if is_exhausted else steps[last] / min(32.0, 2 * steps[last - 1] / steps[last])


def _probe(table: Table, best: Estimate) -> float | None:
    """Where quotients differ ever more, as they do by rounding: a step so small that a ripple of
    that height on a function of that slope would show its own slope; None: there are two such."""
    steps, quotients = table.steps, table.quotients
    last = len(steps) - 1
    if steps[last - 1] > 4 * steps[last]:
        return steps[last] / 2
    moved = abs(quotients[last] - quotients[last - 1]) * steps[last]
    deep = max(STAIR_WIDTH * moved / abs(best.value), 1e-12 * steps[last])
    return deep if 8 * deep < steps[last] and steps[last] * 1e4 > steps[0] else None


def _gap(steps: Sequence[float], first: int, last: int) -> float | None:
    """The middle of the widest gap between the rows `first` and `last`, if one is wide."""
    width, i = max(((steps[i] / steps[i + 1], i) for i in range(first, last)), default=(1.0, 0))
    return math.sqrt(steps[i] * steps[i + 1]) if width > 2.9 else None


def _clear(table: Table, numbers: Sequence[float]) -> list[tuple[float, float]]:
    """The steps with those of the numbers that are no rounding; nothing if the numbers of smaller
    steps are none of them though they would be seen."""
    rows = list(zip(table.steps, numbers, table.noises, strict=True))
    found = [(step, number) for step, number, noise in rows if abs(number) > NOISE * noise]
    if not found:
        return []
    least, number = found[-1]
    if any(step < least and 2 * NOISE * noise < abs(number) for step, _, noise in rows):
        return []
    return found


def grows(table: Table, numbers: Sequence[float]) -> bool:
    """Whether the numbers grow like a negative power of the step, down to the smallest steps."""
    clear = _clear(table, numbers)[-6:]
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


def _is_rough(table: Table) -> bool:
    """Whether the smallest steps still do not see a smooth function: what the slopes to the right
    and left differ by does not fall.  Where that lasts, it is a kink, and enough is known."""
    clear = _clear(table, table.bends)
    if len(clear) < 2 or not _stays(*clear[-2:]):
        return False
    least, bend = clear[-1]
    same = [step for step, other in clear if abs(other / bend - 1) < 0.1]
    return max(same) < 1e8 * least


def kink(table: Table) -> float | None:
    """How much the slopes to the right and left differ however small the step; None: not."""
    clear = _clear(table, table.bends)[-3:]
    if len(clear) < 2 or not all(_stays(*pair) for pair in pairwise(clear)):
        return None
    (wide, before), (narrow, after) = clear[-2:]
    if not 0.8 < after / before < 1.2:
        return after
    return after + (after - before) / (wide / narrow - 1)
