"""The Levenberg-Marquardt method: a sum of squares made small, with exact Jacobians and bounds.

A step minimises |f + J p| where |D p| <= delta; D holds the largest lengths that the columns of J
have had.  Bounds: an entry that stands at its bound and would leave is held, and a step is cut at
the box.  Trial points without a value count as bad steps.

Own code rather than scipy's: problems of this kind are small and dense, a base installation can
fit, the bits are the same on every machine, and the last steps go on until rounding alone is left,
where MINPACK stops at a tolerance that certified digits do not survive.

Sources: Moré, "The Levenberg-Marquardt algorithm: implementation and theory" (1978), for the step
and the trust region; Bates & Watts, *Nonlinear Regression Analysis and Its Applications* (1988),
section 2.2.3, for the relative offset, by which convergence is judged; Kanzow, Yamashita &
Fukushima (2004) for the projected step.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from adcli.applications.dense_linear_algebra import QR, Matrix, Vector, dot, norm, transposed
from adcli.errors import EvaluationError, NotDifferentiable

#: How a search can end.
CONVERGED, LIMIT, NO_PROGRESS, SINGULAR = "converged", "limit", "no-progress", "singular"

#: Below this relative offset the parameters are at the minimum, as for R's `nls`.
_OFFSET = 1e-5

#: The search goes on until the offset is below this, or until it no longer falls.
_BEST_OFFSET = 1e-13

#: A reduction predicted to be smaller, relative to the sum of squares, is rounding.
_NOISE = 1e-13

#: Residuals that are smaller, relative to what is fitted, are rounding; steps to the parameters.
_EXACT, _SMALL_STEP = 1e-13, 1e-8

#: The parts of a last step that are tried.
_PARTS = (1.0, 0.5, 0.25, 0.125)

#: From a vector to the residuals; and to these with the rows of their Jacobian.
Residuals = Callable[[Sequence[float]], Vector]
Linearisation = Callable[[Sequence[float]], tuple[Vector, Matrix]]


class Problem(NamedTuple):
    """Residuals, their linearisation, the box, and the size of what is fitted (the length of the
    weighted observations)."""

    residuals: Residuals
    linearise: Linearisation
    lower: Vector
    upper: Vector
    size: float


class Solution(NamedTuple):
    """Where a search has ended, with the QR factors of the Jacobian there.

    `offset` is the relative offset; `dependent` are entries without which the Jacobian has full
    rank, `at_bound` those that are held at a bound.
    """

    vector: Vector
    residuals: Vector
    jacobian: Matrix
    qr: QR
    status: str
    iterations: int
    offset: float
    dependent: tuple[int, ...]
    at_bound: tuple[int, ...]

    @property
    def sum_of_squares(self) -> float:
        return math.fsum([r * r for r in self.residuals])


def least_squares(
    problem: Problem, start: Sequence[float], *, radius: float = 100.0, limit: int = 1000
) -> Solution:
    """The vector near `start` with the smallest sum of squares; `radius` is the first trust radius
    in units of the start's length.  Raises `EvaluationError` if there is no value at the start."""
    return _Search(problem, start, radius).run(limit)


class _Search:
    """The state of a search: the vector, and everything linear at it."""

    def __init__(self, problem: Problem, start: Sequence[float], radius: float) -> None:
        self.problem = problem
        self.vector = self._within(start)
        self.scale = [0.0] * len(start)
        self._linearise(self.vector)
        self.delta = radius * (self._length(self.vector) or 1.0)
        self.iterations = 0

    def run(self, limit: int) -> Solution:
        """Step until nothing is gained; a limit counts steps."""
        while self.iterations < limit:
            self.iterations += 1
            step = self.newton_step()
            if self.offset <= _BEST_OFFSET or not self.free:
                return self._ended(CONVERGED)
            if step is not None and self.predicted(step) < _NOISE:
                if self._polish(step):
                    continue
                return self._ended(self._verdict(step))
            if not self._descend(step):
                return self._ended(self._verdict(step))
        return self._ended(LIMIT)

    # -- what is linear at the vector ------------------------------------------------------------

    def _linearise(self, vector: Sequence[float]) -> None:
        self.residuals, self.jacobian = self.problem.linearise(vector)
        columns = transposed(self.jacobian)
        self.cost = norm(self.residuals)
        self.scale = [max(s, norm(c)) for s, c in zip(self.scale, columns, strict=True)]
        slopes = [dot(c, self.residuals) for c in columns]
        self.free = [j for j, slope in enumerate(slopes) if not self._held(j, slope)]
        self.qr = QR([columns[j] for j in self.free])
        self.projected = [-r for r in self.qr.project(self.residuals)]
        self.offset = self._relative_offset()

    def _held(self, j: int, slope: float) -> bool:
        """Whether an entry stands at a bound and descent would lead out of the box."""
        x, low, high = self.vector[j], self.problem.lower[j], self.problem.upper[j]
        return (x <= low and slope > 0) or (x >= high and slope < 0) or low == high

    def _relative_offset(self) -> float:
        """The tangential part of the residuals over the rest, each by its degrees of freedom."""
        size, count = len(self.free), len(self.residuals)
        inside, outside = norm(self.projected[:size]), norm(self.projected[size:])
        if inside == 0 or count <= size:
            return 0.0 if inside <= _EXACT * self.problem.size else math.inf
        if outside == 0:
            return math.inf
        return (inside / math.sqrt(size)) / (outside / math.sqrt(count - size))

    def newton_step(self) -> Vector | None:
        """The Gauss-Newton step of the free entries; None if the Jacobian is singular."""
        if self.qr.rank < len(self.free):
            return None
        return self._spread(self.qr.solve(self.projected))

    def _spread(self, part: Sequence[float]) -> Vector:
        """A step of all entries, of which the held ones stay."""
        step = [0.0] * len(self.vector)
        for j, value in zip(self.free, part, strict=True):
            step[j] = value
        return step

    def predicted(self, step: Sequence[float]) -> float:
        """The reduction of the sum of squares by a step if all were linear, relative to it."""
        if self.cost == 0:
            return 0.0
        moved = [dot(row, step) for row in self.jacobian]
        gain = -2 * dot(self.residuals, moved) - dot(moved, moved)
        return gain / (self.cost * self.cost)

    # -- steps -----------------------------------------------------------------------------------

    def _descend(self, newton: Vector | None) -> bool:
        """Step where the sum of squares falls as the linear model says; whether there is such a
        step."""
        smallest = 1e-15 * (self._length(self.vector) or 1e-300)
        while self.delta > smallest:
            step, damping = self._trust_step(newton)
            trial = self._within([x + s for x, s in zip(self.vector, step, strict=True)])
            step = [t - x for t, x in zip(trial, self.vector, strict=True)]
            gain = self.predicted(step)
            if not gain > _NOISE / 10:  # which a number that is none is not
                return False
            cost = self._cost(trial)
            ratio = (1 - (cost / self.cost) ** 2) / gain if cost < 10 * self.cost else -1.0
            self._resize(ratio, self._length(step), damping)
            if ratio >= 1e-4 and self._moved(trial):
                return True
        return False

    def _moved(self, trial: Vector) -> bool:
        """Go to a vector, unless the derivatives fail there."""
        before, self.vector = self.vector, trial
        try:
            self._linearise(trial)
        except (EvaluationError, NotDifferentiable):
            self.vector = before
            self._linearise(before)
            self.delta /= 4
            return False
        return True

    def _resize(self, ratio: float, length: float, damping: float) -> None:
        """The trust radius after a step, by how well the linear model foretold its gain."""
        if ratio < 0.25:
            self.delta = min(self.delta, length or self.delta) * (0.5 if ratio >= 0 else 0.1)
        elif ratio > 0.75 or damping == 0:
            self.delta = 2 * length

    def _polish(self, step: Vector) -> bool:
        """A Gauss-Newton step that gains less than rounding in the sum of squares, but something in
        the offset; whether it does."""
        before, offset = self.vector, self.offset
        for part in _PARTS:  # where residuals are large, a whole step goes too far
            trial = self._within([x + part * s for x, s in zip(before, step, strict=True)])
            if trial == before:
                return False
            if self._moved(trial) and self.offset < 0.9 * offset:
                return True
            self.vector = before
            self._linearise(before)
        return False

    def _trust_step(self, newton: Vector | None) -> tuple[Vector, float]:
        """The best step within the trust region, and its damping, 0 for a Gauss-Newton step."""
        if newton is not None and self._length(newton) <= 1.1 * self.delta:
            return newton, 0.0
        scale = [self.scale[j] or 1.0 for j in self.free]
        slopes = [0.0] * len(self.free)
        for k, column in enumerate(self.qr.order):
            r = [self.qr.r[i][k] for i in range(len(self.free))]
            slopes[column] = dot(r, self.projected[: len(self.free)]) / scale[column]
        upper = norm(slopes) / self.delta
        damping, lower = 0.0, 0.0
        step: Vector = []
        for _ in range(30):
            if not lower < damping < upper:
                damping = max(1e-3 * upper, math.sqrt(lower * upper)) or 1e-300
            factors, step = self._damped(damping, scale)
            scaled = [s * d for s, d in zip(step, scale, strict=True)]
            length = norm(scaled)
            excess = length - self.delta
            if abs(excess) <= 0.1 * self.delta or (excess < 0 and damping <= 1e-300):
                break
            lower, upper = (max(lower, damping), upper) if excess > 0 else (lower, damping)
            weights = [d * s / length for d, s in zip(scale, scaled, strict=True)]
            inner = norm(factors.solve_transposed(weights))
            damping += (excess / self.delta) / (inner * inner)
        return self._spread(step), damping

    def _damped(self, damping: float, scale: Vector) -> tuple[QR, Vector]:
        """The step that minimises |f + J p|² + damping |D p|², and the factors by which."""
        size = len(self.free)
        root = math.sqrt(damping)
        columns: list[Vector] = [[] for _ in range(size)]
        for k, column in enumerate(self.qr.order):
            below = [0.0] * size
            below[column] = root * scale[column]
            columns[column] = [self.qr.r[i][k] for i in range(size)] + below
        factors = QR(columns)
        return factors, factors.solve(factors.project([*self.projected[:size], *[0.0] * size]))

    # -- values ----------------------------------------------------------------------------------

    def _cost(self, vector: Sequence[float]) -> float:
        """The length of the residuals; infinite where there is no value."""
        try:
            return norm(self.problem.residuals(vector))
        except EvaluationError:
            return math.inf

    def _within(self, vector: Sequence[float]) -> Vector:
        bounds = zip(vector, self.problem.lower, self.problem.upper, strict=True)
        return [min(max(x, low), high) for x, low, high in bounds]

    def _length(self, vector: Sequence[float]) -> float:
        return norm([(d or 1.0) * x for d, x in zip(self.scale, vector, strict=True)])

    # -- the end ---------------------------------------------------------------------------------

    def _verdict(self, step: Vector | None) -> str:
        """What it means that nothing is gained any more."""
        if step is None:
            return SINGULAR
        if self.offset <= _OFFSET:
            return CONVERGED
        pairs = zip(step, self.vector, strict=True)
        is_still = all(abs(s) <= _SMALL_STEP * abs(x) for s, x in pairs if s)
        is_exact = self.cost <= 1e-10 * self.problem.size
        return CONVERGED if is_still and is_exact else NO_PROGRESS

    def _ended(self, status: str) -> Solution:
        held = set(range(len(self.vector))) - set(self.free)
        dependent = tuple([self.free[k] for k in self.qr.dependent()])
        if dependent and status in (CONVERGED, NO_PROGRESS):
            status = SINGULAR
        return Solution(
            self.vector, self.residuals, self.jacobian, self.qr, status, self.iterations,
            self.offset, dependent, tuple(sorted(held)),
        )  # fmt: skip
