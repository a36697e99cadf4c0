"""Ridders' method: central differences for falling steps, extrapolated to step zero.

Neville's scheme in the square of the step fills a tableau; of all its entries the one with the
least estimated error is the answer.  Steps need not fall by a constant factor: they are chosen
where the errors so far ask for them, smaller ones while truncation prevails, larger ones while
rounding does, see `extrapolation.wish`.

Invariant: the rows of a search are sorted by falling steps, and all results share them.

C. J. F. Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Adv. Eng. Software 4(2), 1982.
Press, Teukolsky, Vetterling & Flannery, *Numerical Recipes*, section 5.7 (its error estimate).
Gill, Murray & Wright, *Practical Optimization*, 1981, section 8.6 (the choice of steps).
"""

from __future__ import annotations

import math

from adcli.backends import step_zero_extrapolation
from adcli.backends.difference_quotient_samples import UNBOUNDED, DifferenceRow, Entry, SampledLine

SMALL = 1e-300

#: The first step of the default scheme, as a part of |x|.  No short fraction of anything, nor of a
#: power of ten: a step that is a whole number of periods would see a constant.
FIRST = 0.18472367905531

#: The relative error at which the search ends.
GOAL = 1e-11

#: The most rows (pairs of evaluations) that are spent on an input, and how often steps may grow.
ROWS, GROWTHS = 26, 8


class StepSearch:
    """The search for steps along one line: rows of falling steps, shared by all results."""

    def __init__(self, line: SampledLine, step: float | None, side: int, first: float) -> None:
        self.line = line
        self.side = side
        self.growths = 0 if step is None else GROWTHS
        self.rows: list[DifferenceRow] = []
        self.spent = 0
        #: a step that has no values
        self.ceiling = math.inf
        self.begin(first)

    def begin(self, step: float) -> None:
        """The first three rows."""
        while len(self.rows) < 3:
            if step < self.line.least or self.spent >= ROWS:
                raise self.line.refusal("the differences are not finite")
            self.add(step)
            step /= 2

    def add(self, step: float) -> bool:
        """Add a row for a step; whether there is a new one.  Where a step has no value, the rows of
        greater steps are dropped: they lie beyond a gap in the domain."""
        self.spent += 1
        is_new = all([abs(step / row.step - 1) > 0.01 for row in self.rows])
        if not is_new or step < self.line.least:
            return False
        row = self.line.row(step, self.side)
        if row is None:
            self.rows = [r for r in self.rows if r.step < step]
            return False
        self.rows.append(row)
        self.rows.sort(key=lambda row: -row.step)
        return True

    def estimate(
        self, result: int
    ) -> tuple[step_zero_extrapolation.Tableau, step_zero_extrapolation.Estimate]:
        """The tableau of a result and its best entry."""
        tableau = self.line.tableau(self.rows, result)
        return tableau, step_zero_extrapolation.extrapolate(tableau, 2 if self.side == 0 else 1)

    def floor(
        self, tableau: step_zero_extrapolation.Tableau, best: step_zero_extrapolation.Estimate
    ) -> float:
        """The error that rounding of the result causes in a difference over |x|, or over 1 if that
        is greater: it is hard to do better."""
        return tableau.rounding[best.row] / max(1.0, abs(self.line.x))

    def wish(self, result: int) -> float | None:
        """The step that would help a result most; None if it needs none."""
        tableau, best = self.estimate(result)
        floor = self.floor(tableau, best) * (1 if best.is_settled else 16)
        goal = max(GOAL * abs(best.value), floor, SMALL)
        leap = min(FIRST, math.sqrt(self.rows[0].step * self.ceiling))
        return step_zero_extrapolation.wish(tableau, best, goal, self.growths < GROWTHS, leap)

    def search(self) -> None:
        """Add rows until no result needs another one that can be computed."""
        waiting = list(self.line.live)
        while waiting and self.spent < ROWS:
            step = self.wish(waiting[-1])
            if step is None:
                waiting.pop()
                continue
            grows = step > self.rows[0].step
            self.growths += grows
            if self.add(max(step, self.line.least)):
                continue
            if len(self.rows) < 3:
                self.begin(step / 2)
            elif not grows:
                waiting.pop()
            elif 16 * self.rows[0].step < step < math.inf:
                self.ceiling = step
                if not self.is_known(waiting[-1]):
                    self.line.sides(step)
            else:
                self.growths = GROWTHS

    def is_known(self, result: int) -> bool:
        """Whether the estimate is good to some digits, or as good as rounding allows."""
        tableau, best = self.estimate(result)
        return best.error <= max(1e-4 * abs(best.value), 16 * self.floor(tableau, best))

    def entry(self, result: int) -> Entry:
        """The derivative of a result.

        Raises `NotDifferentiable` where the rows show that there is none, or none that can be
        found.
        """
        line = self.line
        tableau, best = self.estimate(result)
        if step_zero_extrapolation.grows(tableau, tableau.bends):
            raise line.refusal(UNBOUNDED)
        if line.is_far(self.rows[best.row], step_zero_extrapolation.gap(tableau), result):
            self.rows = [row for row in self.rows if row.step <= abs(line.x)]
            tableau, best = self.estimate(result)
        if not best.is_settled and step_zero_extrapolation.grows(tableau, tableau.quotients):
            raise line.refusal(UNBOUNDED)
        if (
            not best.is_settled
            and best.error > step_zero_extrapolation.NOISE * tableau.noises[best.row]
        ):
            sizes = [abs(q) for q in tableau.quotients]
            vanishes = sizes[-1] < 1e-3 * sizes[0] and sizes == sorted(sizes, reverse=True)
            if best.error > 1e5 * self.floor(tableau, best) and not vanishes:
                raise line.refusal("the difference quotients do not settle")
        if step_zero_extrapolation.is_coarse(tableau):
            raise line.refusal(
                "neighbouring numbers are too far apart to see how the value changes"
            )
        is_lost = tableau.rounding[best.row] > 0.1 * tableau.sizes[best.row]
        if is_lost and line.noise.is_saturated(result):
            raise line.refusal("rounding inside the program moves the value all over its range")
        is_past_edge = bool(self.side) and line.reached[-self.side] > 0
        if is_past_edge and best.error > abs(best.value) > 0:
            raise line.refusal("an edge of the domain is nearer than any step that tells")
        entry = Entry(best.value, best.error, line.side_note(self.side))
        return line.at_kink(entry, step_zero_extrapolation.kink(tableau.doubted(best)))


def richardson(line: SampledLine, step: float | None) -> list[Entry]:
    """The derivatives along a line by Ridders' method.  Where a search to both sides finds too
    little and values reach much farther to one side, that side is searched alone too."""
    if not line.live:
        return line.entries([])
    both = StepSearch(line, step, *line.sides(step or line.start * line.scale))
    both.search()
    unknown = [i for i in line.live if not both.is_known(i)]
    if both.side or not unknown or not line.wide:
        return line.entries([both.entry(i) for i in line.live])
    one = StepSearch(line, step, *line.wide)
    one.search()
    found = []
    for i in line.live:
        is_one = i in unknown and one.estimate(i)[1].rank < both.estimate(i)[1].rank
        inwards = one.entry(i) if i in unknown else None
        found.append(inwards if inwards is not None and is_one else both.entry(i))
    return line.entries(found)
