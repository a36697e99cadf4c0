"""Newton's method in a trust region, with exact Hessians, in a box.

Each step p makes the quadratic model ∇fᵀp + ½ pᵀHp small where |p| is at most the radius Δ; the
unit of an entry is its size at the start (Dennis & Schnabel, *Numerical Methods for Unconstrained
Optimization and Nonlinear Equations*, 1996, section 7.1).  Of few variables the step is exact,
(H + λI) p = -∇f with the least λ >= 0 for which H + λI is positive semidefinite and |p| <= Δ
(Nocedal & Wright, *Numerical Optimization*, 2006, theorem 4.1 and section 4.3); of many it is
Steihaug's, by conjugate gradients (algorithm 7.2).  Δ grows and shrinks by how well the model
predicts f (algorithm 4.1).  Entries that press against a bound are held, the others are projected
to the box (Bertsekas, "Projected Newton methods", 1982).

Invariant: values fall from each iteration to the next, and a step to where there is no value or no
gradient is a bad one, so Δ shrinks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from adcli.applications.dense_linear_algebra import (
    EPS,
    Vector,
    dot,
    eigen,
    matvec,
    norm,
    transposed,
)
from adcli.applications.gradient_descent import Descent, free_gradient
from adcli.applications.iteration_history import CONVERGED, LIMIT, UNBOUNDED, Iteration, Path
from adcli.applications.objective import FAR, Objective
from adcli.errors import EvaluationError, NotDifferentiable

#: Up to so many free variables a step is exact.
_FEW = 30

#: The gradient has become short when it is below this, relative to that of the start if that is
#: below 1; a search leaves the last digits to the judgement of its end.
_SHORT = 1e-10

#: A step is taken if f falls by this part of what the model predicts; Δ shrinks below the second
#: one and grows above the third.
_ENOUGH, _POOR, _GOOD = 1e-4, 0.25, 0.75

STUCK = "no step lowers the value, as at a kink or at the edge of the domain"

#: From a vector to the Hessian times it.
Product = Callable[[Sequence[float]], Vector]


#: The unit of an entry is at least this part of the length of the start.
_LEAST_UNIT = 1e-6


def trust_region_newton(
    objective: Objective, start: Sequence[float], how: Descent, radius: float = 1.0
) -> Path:
    """The path of Newton's method in a trust region from a start; `radius` is a factor of the first
    radius."""
    return _Search(objective, list(start), how, radius).run()


class _Search:
    """The state of a search: the point, the gradient there, and the radius."""

    def __init__(self, objective: Objective, start: Vector, how: Descent, radius: float) -> None:
        self.objective, self.how = objective, how
        self.rows: list[Iteration] = []
        self.vector = start
        self.value, self.slopes = objective.gradient(start)
        size = norm(start) or 1.0
        self.units = [max(abs(x), _LEAST_UNIT * size) if x else size for x in start]
        self.radius = radius * math.sqrt(len(start)) * max(0.1, min(1.0, 1 / size))
        self.floor = self.value - FAR * (1 + abs(self.value))
        self.short = _SHORT * min(1.0, norm(self._reduced()) or 1.0)

    def _reduced(self) -> Vector:
        how = self.how
        return free_gradient(self.vector, self.slopes, how.lower, how.upper)

    def run(self) -> Path:
        for number in range(self.how.limit + 1):
            reduced = self._reduced()
            length = norm(reduced)
            step = None
            if self.value < self.floor:
                return self._ended(number, length, UNBOUNDED, "the values fall without end")
            if length <= self.short:
                return self._ended(number, length, CONVERGED, "the gradient is short")
            if number < self.how.limit:
                step = self._step([j for j, slope in enumerate(reduced) if slope or self._moves(j)])
                if step is None:
                    return self._ended(number, length, CONVERGED, STUCK)
                self.rows.append(Iteration(number, *step))
        return self._ended(self.how.limit, length, LIMIT, "")

    def _moves(self, j: int) -> bool:
        """Whether an entry without a slope is inside its bounds."""
        return self.how.lower[j] < self.vector[j] < self.how.upper[j]

    def _ended(self, number: int, length: float, status: str, message: str) -> Path:
        self.rows.append(Iteration(number, self.vector, self.value, length, None))
        return Path(self.rows, status, message)

    # -- steps -----------------------------------------------------------------------------------

    def _step(self, free: Sequence[int]) -> tuple[Vector, float, float, float] | None:
        """Take the next step by the free entries; what there was before, and the length of the
        step.  None if none lowers the value."""
        before = self.vector, self.value, norm(self._reduced())
        model = _Model(self.objective, self.vector, self.slopes, free, self.units)
        is_rejected = False
        while self.radius > EPS**2:
            step = model.least(self.radius)
            inside = self._in_box(model, step)
            moved = [x + s for x, s in zip(self.vector, inside, strict=True)]
            predicted = -model.change(inside)
            is_rounding = predicted <= EPS / 2 * abs(self.value) or moved == self.vector
            if is_rounding and inside == step:
                if is_rejected or self._length(step) < 0.9 * self.radius:
                    return None
                self.radius *= 10
                continue
            ratio = -math.inf if is_rounding else self._tried(moved, predicted)
            is_rejected = is_rejected or ratio <= _ENOUGH
            if ratio < _POOR:
                self.radius = min(self.radius, self._length(step)) / 4
            elif ratio > _GOOD and self._length(inside) > 0.9 * self.radius:
                self.radius *= 3
            if ratio > _ENOUGH:
                return (*before, norm(inside))
        return None

    def _length(self, step: Sequence[float]) -> float:
        """The length of a step in the units of the entries."""
        return norm([s / unit for s, unit in zip(step, self.units, strict=True)])

    def _in_box(self, model: _Model, step: Vector) -> Vector:
        """A step projected to the box, or cut where it leaves the box if that is better."""
        lower, upper = self.how.lower, self.how.upper
        places = zip(self.vector, step, lower, upper, strict=True)
        projected = [min(max(x + s, a), b) - x for x, s, a, b in places]
        if projected == step:
            return step
        parts = [p / s for p, s in zip(projected, step, strict=True) if s]
        shortest = min([part for part in parts if part > 0], default=0.0)
        cut = [shortest * s for s in step]
        best = min((projected, cut), key=model.change)
        places = zip(self.vector, best, lower, upper, strict=True)
        return [min(max(x + s, a), b) - x for x, s, a, b in places]

    def _tried(self, moved: Vector, predicted: float) -> float:
        """The ratio of the fall of the value and what was predicted, and the point moved if it is
        good enough."""
        try:
            value = self.objective.value(moved)
            ratio = (self.value - value) / predicted
            if not ratio > _ENOUGH:
                return -math.inf if math.isnan(ratio) else ratio
            value, slopes = self.objective.gradient(moved)
        except (EvaluationError, NotDifferentiable):
            return -math.inf
        if not all(map(math.isfinite, slopes)):
            return -math.inf
        self.vector, self.value, self.slopes = moved, value, slopes
        return ratio


class _Model:
    """The quadratic model ∇fᵀp + ½ pᵀHp about a point, for steps of the free entries, which are
    counted in units."""

    def __init__(
        self,
        objective: Objective,
        vector: Vector,
        slopes: Vector,
        free: Sequence[int],
        units: Vector,
    ) -> None:
        self.objective, self.vector, self.free = objective, vector, free
        self.units = [units[j] for j in free]
        self.slopes = [slopes[j] * units[j] for j in free]
        self.product = self._flat
        if len(free) <= _FEW:
            self._decompose()

    def _flat(self, step: Sequence[float]) -> Vector:
        """The Hessian times a step, by the free entries; 0 where there is none."""
        try:
            found = self.objective.hessian_product(self.vector, self._spread(step))
        except (EvaluationError, NotDifferentiable):
            return [0.0] * len(self.free)
        return [found[j] * unit for j, unit in zip(self.free, self.units, strict=True)]

    def _spread(self, step: Sequence[float]) -> Vector:
        """A step of the free entries as one of all entries, without units."""
        whole = [0.0] * len(self.vector)
        for j, s, unit in zip(self.free, step, self.units, strict=True):
            whole[j] = s * unit
        return whole

    def _decompose(self) -> None:
        size = len(self.free)
        rows = [self._flat([float(i == j) for j in range(size)]) for i in range(size)]
        matrix = [[(rows[i][j] + rows[j][i]) / 2 for j in range(size)] for i in range(size)]
        if not all(math.isfinite(h) for row in matrix for h in row):
            matrix = [[0.0] * size for _ in range(size)]
        self.product = lambda step: matvec(matrix, step)
        self.curvatures, self.axes = eigen(matrix)
        self.parts = matvec(self.axes, self.slopes)

    def change(self, step: Sequence[float]) -> float:
        """The change of f that the model predicts."""
        part = [step[j] / unit for j, unit in zip(self.free, self.units, strict=True)]
        return dot(self.slopes, part) + dot(part, self.product(part)) / 2

    def least(self, radius: float) -> Vector:
        """The step where the model is least within a radius, by all entries."""
        few = len(self.free) <= _FEW
        return self._spread(self._exact(radius) if few else self._steihaug(radius))

    def _exact(self, radius: float) -> Vector:
        """By the eigenvalues h of H: the parts along the eigenvectors are -g / (h + λ).  If they
        are short where H + λI is singular, the boundary is reached along its null vector."""
        least = min(self.curvatures)

        def along(damping: float) -> Vector:
            pairs = zip(self.parts, self.curvatures, strict=True)
            return [-g / (h + damping) if h + damping > 0 else -g * math.inf if g else 0.0
                    for g, h in pairs]  # fmt: skip

        low = max(0.0, -least)
        found = along(low)
        if not norm(found) <= radius:
            found = along(_damping(along, low, low + norm(self.parts) / radius, radius))
        step = matvec(transposed(self.axes), found)
        if least < -EPS * max(self.curvatures) and norm(step) < 0.9 * radius:
            axis = self.axes[self.curvatures.index(least)]
            return _to_boundary(step, axis, radius)
        return step

    def _steihaug(self, radius: float) -> Vector:
        """By conjugate gradients, to the boundary where the curvature is negative."""
        step = [0.0] * len(self.free)
        rest = list(self.slopes)
        direction = [-r for r in rest]
        square = dot(rest, rest)
        enough = min(0.5, norm(rest) ** 0.5) * norm(rest)
        for _ in range(2 * len(step)):
            product = self.product(direction)
            curvature = dot(direction, product)
            length = square / curvature if curvature > 0 else math.inf
            ahead = [s + length * d for s, d in zip(step, direction, strict=True)]
            if curvature <= 0 or norm(ahead) >= radius:
                return _to_boundary(step, direction, radius)
            step = ahead
            rest = [r + length * p for r, p in zip(rest, product, strict=True)]
            if norm(rest) <= enough:
                break
            before, square = square, dot(rest, rest)
            direction = [square / before * d - r for d, r in zip(direction, rest, strict=True)]
        return step


def _damping(along: Callable[[float], Vector], low: float, high: float, radius: float) -> float:
    """The λ between two for which a step is at most as long as the radius, and hardly shorter."""
    while high > low:
        middle = low + (high - low) / 2
        if middle in (low, high) or 0.95 * radius <= norm(along(high)):
            break
        if norm(along(middle)) <= radius:
            high = middle
        else:
            low = middle
    return high


def _to_boundary(step: Vector, direction: Vector, radius: float) -> Vector:
    """The step and so much of a direction that its length is the radius."""
    unit = norm(direction)
    along = dot(step, direction) / unit
    more = math.sqrt(max(0.0, along**2 + (radius - norm(step)) * (radius + norm(step)))) - along
    return [s + more / unit * d for s, d in zip(step, direction, strict=True)]
