"""Finite differences as a backend: derivatives from values alone, with estimates of their errors.

Invariant: nothing here differentiates or transforms the module; it is evaluated at real points (at
complex ones for the complex step) as a black box.  So its answers judge those of other backends.

The default is Ridders' method: central differences for falling steps, extrapolated to step zero by
Neville's scheme in the square of the step.  Of all entries of that tableau the one with the least
estimated error is the answer.  Steps need not fall by a constant factor: they are chosen where the
errors so far ask for them, smaller ones while truncation prevails, larger ones while rounding does:
`_wish` is that strategy.

C. J. F. Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Adv. Eng. Software 4(2), 1982.
Press, Teukolsky, Vetterling & Flannery, *Numerical Recipes*, section 5.7 (its error estimate).
Gill, Murray & Wright, *Practical Optimization*, 1981, section 8.6 (the choice of steps).
Squire & Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review
40(1), 1998.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from adcli.backends.base import Answer, Question, transposed
from adcli.engines.base import Engine, Limits, Runner
from adcli.engines.interpret import Interpreter
from adcli.errors import EvaluationError, LimitError, NotDifferentiable, Unsupported, UsageError
from adcli.expr import App, Expr
from adcli.ir.nodes import Let, Module, walk

SCHEMES = ("forward", "central", "richardson", "complex-step")

EPSILON = 2.0**-52
LEAST = math.ulp(0.0)
SMALL = 1e-300

#: The first step of the default scheme, as a part of |x|.  No short fraction of anything: a step
#: that is a whole number of periods would see a constant.
FIRST = 0.1847

#: The relative error at which the default scheme is content.
GOAL = 1e-11

#: An entry is trusted to be about the derivative at all if its relative error is below this.
SETTLED = 1e-2

#: Differences of this many times the rounding error expected of them may be rounding.
NOISE = 30.0

#: The most rows (pairs of evaluations) that are spent on an input, and how often steps may grow.
ROWS, GROWTHS = 26, 8

#: So many rows go down where nothing settles, before larger steps are tried.
DEEP = 13

#: The most columns of the tableau: beyond, only rounding is extrapolated.
ORDER = 6

#: Rounding makes a result a staircase: how high its steps may be beside the result, and how wide
#: beside what they would be by its slope.  Ripples on a large function are wider.
STAIR_HEIGHT, STAIR_WIDTH = 1e-5, 30.0

UNBOUNDED = "the difference quotients grow without bound"

#: The complex step, as a part of |x|.
TINY = 1e-20


class Entry(NamedTuple):
    """A derivative, its estimated error, and what the user should know about it."""

    value: float
    error: float
    note: str | None = None


class FiniteDifference:
    """Evaluates only.

    `scheme`  `forward`, `central`, `richardson` or `complex-step`.
    `step`    the step of every input (for `richardson`: the first one); None: by the point.
    """

    name = "finite-difference"

    def __init__(self, scheme: str = "richardson", step: float | None = None) -> None:
        if scheme not in SCHEMES:
            raise UsageError(f"unknown scheme '{scheme}'", hint=f"there are {', '.join(SCHEMES)}")
        if step is not None and not 0 < step < math.inf:
            raise UsageError(f"a step must be a positive number, not {step}")
        self.scheme = scheme
        self.step = step

    def derivative(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        module, point, wrt = question.module, question.point, question.wrt
        run = engine.load(module, limits)
        values = run(point)
        if not wrt:
            return Answer(values, ((),) * len(values), ((),) * len(values))
        if self.scheme == "complex-step":
            run = _complex_runner(module, limits)
        columns = []
        for name in wrt:
            line = _Line(run, question, values, name, limits.propagate)
            columns.append(_SCHEMES[self.scheme](line, self.step))
        return _answer(values, columns)


def _answer(values: tuple[Any, ...], columns: Sequence[Sequence[Entry]]) -> Answer:
    count = len(values)
    notes = [entry.note for column in columns for entry in column if entry.note]
    return Answer(
        values,
        transposed([[e.value for e in column] for column in columns], count),
        transposed([[e.error for e in column] for column in columns], count),
        tuple(dict.fromkeys(notes)),
    )


# The results as functions of one input.


class _Row(NamedTuple):
    """What one step tells about every result: the difference quotients; the slope to the right less
    that to the left (zero if only one side is known); the greatest value that was differenced."""

    step: float
    quotients: tuple[float, ...]
    bends: tuple[float, ...]
    sizes: tuple[float, ...]


class _Line:
    """The results on the line through the point along one input."""

    def __init__(
        self, run: Runner, question: Question, values: tuple[Any, ...], name: str, propagate: bool
    ) -> None:
        main = question.module.main
        self.run = run
        self.name = name
        self.span = main.span
        self.point = list(question.point)
        self.index = main.params.index(name)
        self.active = [main.params.index(n) for n in question.wrt]
        self.x = self.point[self.index] = float(self.point[self.index])
        self.values = tuple([_real(v) for v in values])
        #: the step that a search began with
        self.first = math.inf
        #: what all values seen of a result are multiples of
        self.grains = [_grain(v) for v in self.values]
        #: the results that have a derivative to look for
        self.live = [i for i, v in enumerate(self.values) if math.isfinite(v + self.x)]
        if not propagate and len(self.live) < len(values):
            raise self.refusal("the value is not finite")

    @property
    def scale(self) -> float:
        return abs(self.x) or 1.0

    @property
    def least(self) -> float:
        """A step below which the input's own rounding is all there is."""
        return 8 * math.ulp(self.x) if self.x else 1e-290

    def refusal(self, why: str) -> NotDifferentiable:
        return NotDifferentiable(
            f"no derivative by {self.name} at {self.name} = {self.x!r}: {why}", span=self.span
        )

    def evaluate(self, x: complex) -> tuple[Any, ...]:
        point = [*self.point]
        point[self.index] = x
        return self.run(point)

    def at(self, offset: float) -> tuple[float, tuple[float, ...]] | None:
        """The offset as it is after rounding, and the results there; None if one has no value."""
        x = self.x + offset
        if x == self.x or not math.isfinite(x):
            return None
        try:
            found = tuple([_real(v) for v in self.evaluate(x)])
        except EvaluationError:
            return None
        if any(not math.isfinite(found[i]) for i in self.live):
            return None
        self.grains = [min(g, _grain(v)) for g, v in zip(self.grains, found, strict=True)]
        return x - self.x, found

    def row(self, step: float, side: int) -> _Row | None:
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
        return _Row(step, tuple(quotients), bends, sizes)

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
        """Whether to look to both sides (0) or one (1, -1), and how far one can."""
        right, left = self.reach(1, step), self.reach(-1, step)
        if right and left:
            return 0, min(right, left)
        if not (right or left):
            raise self.refusal("there are no values close by on either side")
        return (1, right) if right else (-1, left)

    def side_note(self, side: int) -> str | None:
        if side == 0:
            return None
        seen, other = ("right", "left") if side > 0 else ("left", "right")
        return f"{self.name}: from the {seen} only, there are no values to the {other}"

    def entries(self, found: Sequence[Entry]) -> list[Entry]:
        """One entry for each result: those found for the live ones, nan for the others."""
        every = [Entry(math.nan, math.nan)] * len(self.values)
        for i, entry in zip(self.live, found, strict=True):
            every[i] = entry
        return every

    def table(self, rows: Sequence[_Row], result: int) -> _Table:
        """What rows of falling steps tell about one result."""
        moved, grain = EPSILON * abs(self.x), self.grains[result]
        table = _Table(
            [row.step for row in rows],
            [row.quotients[result] for row in rows],
            [row.bends[result] for row in rows],
            [row.sizes[result] for row in rows],
            [
                (EPSILON * row.sizes[result] + moved * abs(row.quotients[result]) + LEAST)
                / row.step
                for row in rows
            ],
        )
        coarse = grain if grain < 1e-3 * max(table.sizes) else 0.0
        rounding = max(_amplified(table, self.first), coarse)
        return table.raised(rounding)._replace(rounding=rounding)


def _real(value: Any) -> float:
    """A result as a double; integers may be too large for one."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _grain(value: float) -> float:
    """The greatest power of 2 that a number is a multiple of: its own rounding or, as after a
    cancellation, a coarser one."""
    if value == 0 or not math.isfinite(value):
        return math.inf
    numerator, denominator = value.as_integer_ratio()
    return (numerator & -numerator) / denominator


class _Table(NamedTuple):
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

    def raised(self, rounding: float) -> _Table:
        """With noises that allow for this much rounding of the results."""
        pairs = zip(self.noises, self.steps, strict=True)
        return self._replace(noises=[max(noise, rounding / step) for noise, step in pairs])

    def doubted(self, best: _Estimate) -> _Table:
        """With as much noise as the error of an entry leaves room for."""
        return self.raised(best.error * self.steps[best.row])


def _amplified(table: _Table, first: float) -> float:
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


# One step.


def _plain_forward(line: _Line, step: float | None) -> list[Entry]:
    """(f(x + h) - f(x)) / h, whose truncation error is about twice the change when h is halved."""
    return _plain(line, step or math.sqrt(EPSILON) * line.scale, 1)


def _plain_central(line: _Line, step: float | None) -> list[Entry]:
    """(f(x + h) - f(x - h)) / 2h, whose truncation error is 4/3 of the change when h is halved."""
    return _plain(line, step or math.cbrt(EPSILON) * line.scale, 0)


def _plain(line: _Line, step: float, side: int) -> list[Entry]:
    if not line.live:
        return line.entries([])
    note = None
    row = line.row(step, side)
    if row is None:
        side, reached = line.sides(step)
        note = line.side_note(side) or f"{line.name}: the step was reduced to {reached:.1e}"
        step = reached
        row = line.row(step, side)
    half = line.row(step / 2, side)
    if row is None or half is None:
        raise line.refusal("the differences are not finite")
    rows = (row, half)
    factor = 4 / 3 if side == 0 else 2.0
    found = []
    for i in line.live:
        table = line.table(rows, i)
        error = factor * abs(table.quotients[0] - table.quotients[1]) + table.noises[0]
        found.append(_bent(line, Entry(table.quotients[0], error, note), _kink(table)))
    return line.entries(found)


# Extrapolation.


class _Estimate(NamedTuple):
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


def _extrapolate(table: _Table, power: int) -> _Estimate:
    """The best entry of Neville's tableau in steps to a power.

    An entry's error is taken to be its greatest distance from those it could be replaced by, and no
    less than the rounding in it: two of them may agree by chance.
    """
    steps, quotients, noises = table.steps, table.quotients, table.noises
    best = _Estimate(quotients[0], math.inf, 0, 0)
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
            if _Estimate(value, error, i - k, i).rank < best.rank:
                found = _Estimate(value, error + _scatter(table, value, i - k, i), i - k, i)
                if not found.is_settled:
                    found = found._replace(error=max(found.error, _refuted(table, found)))
                best = min(best, found, key=lambda e: e.rank)
        previous = current
    return best


def _scatter(table: _Table, value: float, top: int, row: int) -> float:
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


def _refuted(table: _Table, entry: _Estimate) -> float:
    """How far quotients of smaller steps lie from an entry, where rounding does not explain it."""
    distances = [abs(q - entry.value) for q in table.quotients]
    truncation = max(distances[entry.top : entry.row + 1])
    below = range(entry.row + 1, len(distances))
    clear = [distances[j] for j in below if distances[j] > truncation + NOISE * table.noises[j]]
    return max(clear, default=0.0)


# The choice of steps.


def _wish(table: _Table, best: _Estimate, goal: float, may_grow: bool) -> float | None:
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


def _probe(table: _Table, best: _Estimate) -> float | None:
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


class _Ridders:
    """The search along one line: rows of falling steps, shared by all results."""

    def __init__(self, line: _Line, step: float | None) -> None:
        self.line = line
        self.side, first = line.sides(step or FIRST * line.scale)
        line.first = first
        self.growths = 0 if step is None else GROWTHS
        self.rows: list[_Row] = []
        self.spent = 0
        self.begin(first)

    def begin(self, step: float) -> None:
        """The first three rows.  Where a smaller step has no value, those before it are forgotten:
        they look at the function beyond a gap."""
        while len(self.rows) < 3:
            if step < self.line.least or self.spent >= ROWS:
                raise self.line.refusal("the differences are not finite")
            if not self.add(step):
                self.rows.clear()
            step /= 2

    def add(self, step: float) -> bool:
        self.spent += 1
        row = self.line.row(step, self.side) if step >= self.line.least else None
        if row is not None:
            self.rows.append(row)
            self.rows.sort(key=lambda row: -row.step)
        return row is not None

    def estimate(self, result: int) -> tuple[_Table, _Estimate]:
        table = self.line.table(self.rows, result)
        return table, _extrapolate(table, 2 if self.side == 0 else 1)

    def floor(self, table: _Table, best: _Estimate) -> float:
        """The error that rounding of the result makes of a change of the input by itself, or by 1
        if that is greater: to ask for less is to ask for much."""
        return EPSILON * table.sizes[best.row] / max(1.0, abs(self.line.x))

    def wish(self, result: int) -> float | None:
        table, best = self.estimate(result)
        floor = self.floor(table, best) * (1 if best.is_settled else 16)
        goal = max(GOAL * abs(best.value), floor, SMALL)
        return _wish(table, best, goal, self.growths < GROWTHS)

    def search(self) -> None:
        """Add rows until no result asks for one that can be had."""
        waiting = list(self.line.live)
        while waiting and self.spent < ROWS:
            step = self.wish(waiting[-1])
            if step is None:
                waiting.pop()
                continue
            grows = step > self.rows[0].step
            self.growths += grows
            if not self.add(step):
                if not grows:
                    waiting.pop()
                self.growths = GROWTHS

    def entry(self, result: int) -> Entry:
        table, best = self.estimate(result)
        entry = Entry(best.value, best.error, self.line.side_note(self.side))
        if _grows(table, table.bends):
            raise self.line.refusal(UNBOUNDED)
        if not best.is_settled and best.error > NOISE * table.noises[best.row]:
            if _grows(table, table.quotients):
                raise self.line.refusal(UNBOUNDED)
            sizes = [abs(q) for q in table.quotients]
            vanishes = sizes[-1] < 1e-3 * sizes[0] and sizes == sorted(sizes, reverse=True)
            if best.error > 1e5 * self.floor(table, best) and not vanishes:
                note = f"{self.line.name}: the difference quotients do not settle"
                entry = entry._replace(note=note)
        if best.error > 1e-4 * abs(best.value) and table.is_amplified:
            note = f"{self.line.name}: changes of {table.rounding:.1e} are taken to be rounding"
            entry = entry._replace(note=entry.note or note)
        return _bent(self.line, entry, _kink(table.doubted(best)))


def _richardson(line: _Line, step: float | None) -> list[Entry]:
    if not line.live:
        return line.entries([])
    ridders = _Ridders(line, step)
    ridders.search()
    return line.entries([ridders.entry(i) for i in line.live])


# Where there is no derivative.


def _clear(table: _Table, numbers: Sequence[float]) -> list[tuple[float, float]]:
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


def _grows(table: _Table, numbers: Sequence[float]) -> bool:
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


def _is_rough(table: _Table) -> bool:
    """Whether the smallest steps still do not see a smooth function: what the slopes to the right
    and left differ by does not fall.  Where that lasts, it is a kink, and enough is known."""
    clear = _clear(table, table.bends)
    if len(clear) < 2 or not _stays(*clear[-2:]):
        return False
    least, bend = clear[-1]
    same = [step for step, other in clear if abs(other / bend - 1) < 0.1]
    return max(same) < 1e8 * least


def _kink(table: _Table) -> float | None:
    """How much the slopes to the right and left differ however small the step; None: not."""
    clear = _clear(table, table.bends)[-3:]
    if len(clear) < 2 or not all(_stays(*pair) for pair in pairwise(clear)):
        return None
    (wide, before), (narrow, after) = clear[-2:]
    if not 0.8 < after / before < 1.2:
        return after
    return after + (after - before) / (wide / narrow - 1)


def _bent(line: _Line, entry: Entry, bend: float | None) -> Entry:
    """The entry at a kink: an error that covers the slopes of both sides, and a note."""
    if bend is None or abs(bend) <= entry.error:
        return entry
    left, right = entry.value - bend / 2, entry.value + bend / 2
    note = f"{line.name}: the slope is {left:.4g} to the left and {right:.4g} to the right"
    return Entry(entry.value, entry.error + abs(bend) / 2, note)


# The complex step.


def _complex_runner(module: Module, limits: Limits) -> Runner:
    for function in module.functions.values():
        for stmt in walk(function.body):
            if isinstance(stmt, Let):
                _require_analytic(stmt, stmt.expr)
    # the row's own function for complex arguments knows nothing of nan and inf
    return Interpreter(numbers="analytic").load(module, Limits(limits.max_steps, limits.max_depth))


def _require_analytic(stmt: Let, expr: Expr) -> None:
    if not isinstance(expr, App):
        return
    if getattr(expr.op, "analytic", None) is None:
        raise Unsupported(
            f"the complex step needs {expr.op.name} for complex arguments, and there is none",
            span=stmt.span,
            hint="use another scheme, such as richardson",
        )
    for arg in expr.args:
        _require_analytic(stmt, arg)


def _complex_step(line: _Line, step: float | None) -> list[Entry]:
    """Im f(x + ih) / h; the error from a neighbour a few units in the last place away."""
    h = step or TINY * line.scale
    slopes = _slopes(line, line.x, h)
    if slopes is None:
        raise line.refusal("the complex step has no finite value")
    near = [s for sign in (1, -1) if (s := _slopes_nearby(line, h, sign))]
    found = []
    for i in line.live:
        value = slopes[i]
        error = max([abs(value - s[i]) for s in near], default=0.0) + 4 * EPSILON * abs(value)
        note = None
        if error > 1e-3 * abs(value):
            _check_bounded(line, h, i)
            note = f"{line.name}: the slope is another at neighbouring numbers"
        is_seen = error > 1e-6 * abs(line.values[i]) / line.scale + 1e-12
        found.append(Entry(value, error, note if is_seen else None))
    return line.entries(found)


def _slopes(line: _Line, x: float, h: float) -> list[float] | None:
    try:
        found = line.evaluate(complex(x, h))
    except EvaluationError:
        return None
    slopes = [v.imag / h for v in found]
    return slopes if all(math.isfinite(slopes[i]) for i in line.live) else None


def _slopes_nearby(line: _Line, h: float, sign: int) -> list[float] | None:
    """The slopes for another step, where the inputs have moved by a few units in their last place;
    None where there are none."""
    point = line.point
    line.point = list(point)
    for k, i in enumerate(line.active):
        line.point[i] += sign * (3 + k % 3) * math.ulp(point[i]) if point[i] else 0.0
    line.point[line.index] = line.point[line.index] or sign * h
    try:
        return _slopes(line, line.point[line.index], h * 2.0**-20)
    except LimitError:
        return None
    finally:
        line.point = point


def _check_bounded(line: _Line, h: float, result: int) -> None:
    """Refuse a derivative that grows as the complex step falls."""
    sizes = []
    for k in range(3):
        slopes = _slopes(line, line.x, h * 2.0 ** (-20 * k))
        if slopes is None:
            raise line.refusal("the complex step has no finite value")
        sizes.append(abs(slopes[result]))
    if 0 < 1.5 * sizes[0] < sizes[1] and 1.5 * sizes[1] < sizes[2]:
        raise line.refusal(UNBOUNDED)


_SCHEMES: dict[str, Callable[[_Line, float | None], list[Entry]]] = {
    "forward": _plain_forward,
    "central": _plain_central,
    "richardson": _richardson,
    "complex-step": _complex_step,
}
