"""Finite differences as a backend: derivatives from values alone, with estimates of their errors.

Invariant: nothing here differentiates or transforms the module; it is evaluated at real points (at
complex ones for the complex step) as a black box.  So its answers judge those of other backends.

The default is Ridders' method: central differences for falling steps, extrapolated to step zero by
Neville's scheme in the square of the step.  Of all entries of that tableau the one with the least
estimated error is the answer.  Steps need not fall by a constant factor: they are chosen where the
errors so far ask for them, smaller ones while truncation prevails, larger ones while rounding does:
`tableau.wish` is that strategy.

C. J. F. Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Adv. Eng. Software 4(2), 1982.
Press, Teukolsky, Vetterling & Flannery, *Numerical Recipes*, section 5.7 (its error estimate).
Gill, Murray & Wright, *Practical Optimization*, 1981, section 8.6 (the choice of steps).
Squire & Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review
40(1), 1998.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from adcli.backends import extrapolation
from adcli.backends.question import Answer, Question, transposed
from adcli.backends.registry import SCHEMES
from adcli.backends.rounding_noise import EPSILON, PATTERNS, Noise
from adcli.engines.interface import Engine, Limits, Runner
from adcli.engines.interpreter import Interpreter
from adcli.errors import EvaluationError, LimitError, NotDifferentiable, Unsupported, UsageError
from adcli.expr import App, Op
from adcli.ir import nodes as ir
from adcli.nested_lists import entry_names, flatten_all, rebuilt_all

LEAST = math.ulp(0.0)
SMALL = 1e-300

#: The first step of the default scheme, as a part of |x|.  No short fraction of anything, nor of a
#: power of ten: a step that is a whole number of periods would see a constant.
FIRST = 0.18472367905531

#: The relative error at which the default scheme is content.
GOAL = 1e-11

#: A side that reaches so much farther than the other is tried alone if both tell little; rounding
#: that moves the value so much more than it does close by hides something.
WIDE, HIDDEN = 100.0, 100.0

#: The most rows (pairs of evaluations) that are spent on an input, and how often steps may grow.
ROWS, GROWTHS = 26, 8

UNBOUNDED = "the difference quotients grow without bound"

#: The complex step, as a part of |x|.
TINY = 1e-20


class Entry(NamedTuple):
    """A derivative, its estimated error, and what the user should know about it; at a kink, by how
    much the slope to the right is greater, which the error covers too."""

    value: float
    error: float
    note: str | None = None
    bend: float = 0.0


class FiniteDifference:
    """Evaluates only.

    `scheme`  `forward`, `central`, `richardson` or `complex-step`.
    `step`    the step of every input (for `richardson`: the first one); None: by the point.
    `start`   the first step of `richardson` as a part of |x|, if no step is given.
    """

    name = "finite-difference"

    def __init__(
        self, scheme: str = "richardson", step: float | None = None, start: float = FIRST
    ) -> None:
        if scheme not in SCHEMES:
            raise UsageError(f"unknown scheme '{scheme}'", hint=f"there are {', '.join(SCHEMES)}")
        if step is not None and not 0 < step < math.inf:
            raise UsageError(f"a step must be a positive number, not {step}")
        self.scheme = scheme
        self.step = step
        self.start = start

    def derivative(self, question: Question, engine: Engine, limits: Limits) -> Answer:
        values, columns = self.columns(question, engine, limits)
        return _answer(values, columns)

    def columns(
        self, question: Question, engine: Engine, limits: Limits
    ) -> tuple[tuple[Any, ...], list[list[Entry]]]:
        """The results, and for each entry of the inputs the derivatives of theirs."""
        module = question.module
        run = engine.load(module, limits)
        values = tuple(run(question.point))
        inputs = _active_entries(question)
        if inputs and self.scheme == "complex-step":
            run = _complex_runner(module, limits)
        noise = Noise(module, engine, limits, question.point, flatten_all(values))
        columns = []
        for index in inputs:
            line = _Line(run, question, values, index, inputs, limits.propagate, noise)
            line.start = self.start
            columns.append(_SCHEMES[self.scheme](line, self.step))
        return values, columns


def _active_entries(question: Question) -> dict[int, str]:
    """Where the entries to differentiate by stand among those of all inputs, and their names."""
    places: dict[str, list[tuple[int, str]]] = {}
    start = 0
    for param, value in zip(question.module.main.params, question.point, strict=True):
        places[param] = list(enumerate(entry_names(param, value), start))
        start += len(places[param])
    return dict([place for name in question.wrt for place in places[name]])


def _answer(values: tuple[Any, ...], columns: Sequence[Sequence[Entry]]) -> Answer:
    count = len(flatten_all(values))
    notes = [entry.note for column in columns for entry in column if entry.note]
    return Answer(
        values,
        transposed([[e.value for e in column] for column in columns], count),
        transposed([[e.error for e in column] for column in columns], count),
        tuple(dict.fromkeys(notes)),
    )


# The results as functions of one entry of the inputs.


class _Row(NamedTuple):
    """What one step tells about every result: the difference quotients; the slope to the right less
    that to the left (zero if only one side is known); the greatest value that was differenced, and
    how far rounding moves it."""

    step: float
    quotients: tuple[float, ...]
    bends: tuple[float, ...]
    sizes: tuple[float, ...]
    noises: tuple[float, ...]


class _Line:
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
        propagate: bool,
        noise: Noise,
    ) -> None:
        self.run = run
        self.name = names[index]
        self.span = question.module.main.span
        self.like = question.point
        self.point = flatten_all(question.point)
        self.index = index
        self.active = list(names)
        self.x = self.point[index] = float(self.point[index])
        self.values = tuple([_real(v) for v in flatten_all(values)])
        self.noise = noise
        #: the first step as a part of |x|
        self.start = FIRST
        #: how far there are values to the right and to the left
        self.reached = {1: 0.0, -1: 0.0}
        #: the results that have a derivative to look for
        self.live = [i for i, v in enumerate(self.values) if math.isfinite(v + self.x)]
        if not propagate and len(self.live) < len(self.values):
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

    def args(self, x: complex) -> list[Any]:
        """The arguments for a number of the line."""
        point = [*self.point]
        point[self.index] = x
        return rebuilt_all(iter(point), self.like)

    def evaluate(self, x: complex) -> tuple[Any, ...]:
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
            found = tuple([_real(v) for v in self.evaluate(x)])
        except EvaluationError:
            return None
        if any(not math.isfinite(found[i]) for i in self.live):
            return None
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
        noises = self.moved(self.x + right, above) if right else self.moved(self.x + left, below)
        return _Row(step, tuple(quotients), bends, sizes, noises)

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

    def is_far(self, row: _Row, gap: float, result: int) -> bool:
        """Whether a step that is great beside the point is so far from it that it sees another
        function, as beside a pole: the value at the point is not among those at the step, and
        rounding moves it far more."""
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

    def table(self, rows: Sequence[_Row], result: int) -> extrapolation.Table:
        """What rows of falling steps tell about one result."""
        steps, rounding = [row.step for row in rows], self.rounding(rows, result)
        return extrapolation.Table(
            steps,
            [row.quotients[result] for row in rows],
            [row.bends[result] for row in rows],
            [row.sizes[result] for row in rows],
            rounding,
            [moved / step for moved, step in zip(rounding, steps, strict=True)],
        )

    @staticmethod
    def rounding(rows: Sequence[_Row], result: int) -> list[float]:
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


def _real(value: Any) -> float:
    """A result as a double; integers may be too large for one."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


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
        found.append(_bent(line, Entry(table.quotients[0], error, note), extrapolation.kink(table)))
    return line.entries(found)


# The search for steps.


class _Ridders:
    """The search along one line: rows of falling steps, shared by all results."""

    def __init__(self, line: _Line, step: float | None, side: int, first: float) -> None:
        self.line = line
        self.side = side
        self.growths = 0 if step is None else GROWTHS
        self.rows: list[_Row] = []
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
        """Whether there is a new row for a step.  Where a smaller step has no value, the rows
        before are forgotten: they look at the function beyond a gap."""
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

    def estimate(self, result: int) -> tuple[extrapolation.Table, extrapolation.Estimate]:
        table = self.line.table(self.rows, result)
        return table, extrapolation.extrapolate(table, 2 if self.side == 0 else 1)

    def floor(self, table: extrapolation.Table, best: extrapolation.Estimate) -> float:
        """The error that rounding of the result makes of a change of the input by itself, or by 1
        if that is greater: to ask for less is to ask for much."""
        return table.rounding[best.row] / max(1.0, abs(self.line.x))

    def wish(self, result: int) -> float | None:
        table, best = self.estimate(result)
        floor = self.floor(table, best) * (1 if best.is_settled else 16)
        goal = max(GOAL * abs(best.value), floor, SMALL)
        leap = min(FIRST, math.sqrt(self.rows[0].step * self.ceiling))
        return extrapolation.wish(table, best, goal, self.growths < GROWTHS, leap)

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
        """Whether the estimate is good to some digits, or as good as can be asked for."""
        table, best = self.estimate(result)
        return best.error <= max(1e-4 * abs(best.value), 16 * self.floor(table, best))

    def entry(self, result: int) -> Entry:
        line = self.line
        table, best = self.estimate(result)
        if extrapolation.grows(table, table.bends):
            raise line.refusal(UNBOUNDED)
        if line.is_far(self.rows[best.row], extrapolation.gap(table), result):
            self.rows = [row for row in self.rows if row.step <= abs(line.x)]
            table, best = self.estimate(result)
        if not best.is_settled and extrapolation.grows(table, table.quotients):
            raise line.refusal(UNBOUNDED)
        if not best.is_settled and best.error > extrapolation.NOISE * table.noises[best.row]:
            sizes = [abs(q) for q in table.quotients]
            vanishes = sizes[-1] < 1e-3 * sizes[0] and sizes == sorted(sizes, reverse=True)
            if best.error > 1e5 * self.floor(table, best) and not vanishes:
                raise line.refusal("the difference quotients do not settle")
        if extrapolation.is_coarse(table):
            raise line.refusal(
                "neighbouring numbers are too far apart to see how the value changes"
            )
        is_lost = table.rounding[best.row] > 0.1 * table.sizes[best.row]
        if is_lost and line.noise.is_saturated(result):
            raise line.refusal("rounding inside the program moves the value all over its range")
        is_past_edge = bool(self.side) and line.reached[-self.side] > 0
        if is_past_edge and best.error > abs(best.value) > 0:
            raise line.refusal("an edge of the domain is nearer than any step that tells")
        entry = Entry(best.value, best.error, line.side_note(self.side))
        return _bent(line, entry, extrapolation.kink(table.doubted(best)))


def _richardson(line: _Line, step: float | None) -> list[Entry]:
    if not line.live:
        return line.entries([])
    both = _Ridders(line, step, *line.sides(step or line.start * line.scale))
    both.search()
    unknown = [i for i in line.live if not both.is_known(i)]
    if both.side or not unknown or not line.wide:
        return line.entries([both.entry(i) for i in line.live])
    one = _Ridders(line, step, *line.wide)
    one.search()
    found = []
    for i in line.live:
        is_one = i in unknown and one.estimate(i)[1].rank < both.estimate(i)[1].rank
        inwards = one.entry(i) if i in unknown else None
        found.append(inwards if inwards is not None and is_one else both.entry(i))
    return line.entries(found)


def _bent(line: _Line, entry: Entry, bend: float | None) -> Entry:
    """The entry at a kink: an error that covers the slopes of both sides, and a note."""
    if bend is None or abs(bend) <= entry.error:
        return entry
    left, right = entry.value - bend / 2, entry.value + bend / 2
    note = f"{line.name}: the slope is {left:.4g} to the left and {right:.4g} to the right"
    return Entry(entry.value, entry.error + abs(bend) / 2, note, bend)


# The complex step.


def _complex_runner(module: ir.Module, limits: Limits) -> Runner:
    found = _without_complex(module)
    if found is not None:
        stmt, op = found
        raise Unsupported(
            f"the complex step needs {op.name} for complex arguments, and there is none",
            span=stmt.span,
            hint="use another scheme, such as richardson",
        )
    # the row's own function for complex arguments knows nothing of nan and inf
    return Interpreter(numbers="analytic").load(module, Limits(limits.max_steps, limits.max_depth))


def is_analytic(module: ir.Module) -> bool:
    """Whether the complex step can be taken: all operations are known for complex arguments."""
    return _without_complex(module) is None


def _without_complex(module: ir.Module) -> tuple[ir.Stmt, Op] | None:
    """A statement and its operation that is not known for complex arguments."""
    for function in module.functions.values():
        for stmt in ir.walk(function.body):
            if isinstance(stmt, ir.Let):
                todo = [stmt.expr]
                while todo:
                    expr = todo.pop()
                    if isinstance(expr, App):
                        if getattr(expr.op, "analytic", None) is None:
                            return stmt, expr.op
                        todo.extend(reversed(expr.args))
    return None


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
