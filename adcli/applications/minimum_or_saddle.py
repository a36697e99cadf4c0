"""Judgement of the point at which a search has ended: is it a minimum, a saddle, at a bound?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from adcli.applications.dense_linear_algebra import Vector, dot, eigenvalues, norm, solve
from adcli.applications.gradient_descent import free_gradient
from adcli.applications.iteration_history import (
    CONVERGED,
    INFEASIBLE,
    NO_PROGRESS,
    SADDLE,
    UNBOUNDED,
    Path,
)
from adcli.applications.kkt_conditions import conditions
from adcli.applications.objective import Objective
from adcli.applications.trust_region_newton import STUCK
from adcli.errors import EvaluationError, NotDifferentiable

#: What kind of point it is.
MINIMUM, FLAT, AT_BOUND, AT_CONSTRAINT = "minimum", "flat", "at a bound", "at a constraint"

#: Of more variables the Hessian is not looked at.
_MANY = 30

#: Newton steps after a search that stopped before rounding did.
_POLISHING = 30

#: How far beside a point that is flat the value is looked at, and along how many entries.
_BESIDE, _MANY_FLAT = 1e-4, 10

#: A curvature below this, relative to the greatest one, is none.
_NO_CURVATURE = 1e-14

#: A gain below this, relative to the value, is rounding.
_ROUNDING = 1e-15

#: What helps where no step lowers the value.
_AT_KINK = (
    "; at a kink write the pieces as constraints: minimize t with t >= x and t >= -x for abs(x)"
)


class Judgement(NamedTuple):
    """The vector after the last polishing step, the value and the length of the gradient there, how
    the search ended, what kind of point it is, the eigenvalues of the Hessian of the free entries
    (None: not looked at), sentences, and the multipliers of active constraints."""

    vector: Sequence[float]
    value: float
    gradient_norm: float
    status: str
    kind: str | None
    curvatures: Sequence[float] | None
    notes: tuple[str, ...]
    multipliers: Mapping[str, float] = MappingProxyType({})

    @property
    def condition(self) -> float | None:
        """The ratio of the greatest and the smallest curvature."""
        if not self.curvatures:
            return None
        sizes = [abs(c) for c in self.curvatures]
        return max(sizes) / min(sizes) if min(sizes) else None


def judged(objective: Objective, path: Path, tolerance: float) -> Judgement:
    """What a search has found.  A vector close to a minimum is polished by Newton steps first,
    unless the method is one that shows its steps."""
    vector = list(path.vector)
    if path.status in (UNBOUNDED, NO_PROGRESS):
        last = path.iterations[-1]
        return Judgement(vector, last.value, last.gradient_norm, path.status, None, None,
                         _message(path))  # fmt: skip
    if objective.constraints:
        return _at_constraints(objective, path)
    return _Point(objective, path, tolerance).judgement()


def _message(path: Path) -> tuple[str, ...]:
    return (f"{path.status}: {path.message}",) if path.message else ()


def _at_constraints(objective: Objective, path: Path) -> Judgement:
    """By the conditions of Karush, Kuhn and Tucker."""
    last = path.iterations[-1]
    vector = list(last.vector)
    value, slopes = objective.gradient(vector)
    found = conditions(objective, vector, slopes)
    kind = AT_CONSTRAINT if found.multipliers else None
    if found.broken:
        status = INFEASIBLE
        notes = [
            f"the constraint {text} does not hold: another start or a bound may help"
            for text in found.broken
        ]
    elif found.downward is not None:
        status, kind = SADDLE, SADDLE
        notes = ["this is no minimum: the value falls along the constraints, with the curvature "
                 f"{found.downward:.3g}; another start may help"]  # fmt: skip
    elif found.holds:
        status = CONVERGED
        notes = [f"{text} is active: its multiplier is {m:.6g}"
                 for text, m in found.multipliers.items()]  # fmt: skip
    elif found.falls:
        status = NO_PROGRESS
        notes = ["not converged: the gradient is short, but the inputs are of so different sizes "
                 "that the value still falls along the constraints by about its own size; a bound, "
                 "another start or other units may help"]  # fmt: skip
    else:
        status = NO_PROGRESS if path.status == CONVERGED else path.status
        notes = [f"not converged: {path.message or 'the iterations were not enough'}"]
    return Judgement(vector, value, found.length, status, kind, None, tuple(notes),
                     found.multipliers)  # fmt: skip


class _Point:
    """A point, its gradient and its Hessian by the entries that are free to move."""

    def __init__(self, objective: Objective, path: Path, tolerance: float) -> None:
        self.objective, self.path, self.tolerance = objective, path, tolerance
        self.vector = list(path.vector)
        #: whether the last polishing step left a smaller curvature, as where it vanishes
        self.is_flattening = False
        self._look()

    def _look(self) -> None:
        objective = self.objective
        self.value, self.slopes = objective.gradient(self.vector)
        self.reduced = free_gradient(self.vector, self.slopes, objective.lower, objective.upper)
        self.free = [
            j
            for j, (x, low, high) in enumerate(
                zip(self.vector, objective.lower, objective.upper, strict=True)
            )
            if low < x < high or self.reduced[j]
        ]
        self.length = norm(self.reduced)

    def _curvature(self) -> list[Vector] | None:
        """The Hessian of the free entries; None if it is not looked at, or there is none."""
        if len(self.free) > _MANY:
            return None
        try:
            whole = self.objective.hessian(self.vector)
        except (EvaluationError, NotDifferentiable):
            return None
        return [[whole[i][j] for j in self.free] for i in self.free]

    def judgement(self) -> Judgement:
        matrix = self._curvature()
        step: Vector | None = None
        for _ in range(_POLISHING):
            step = self._newton(matrix)
            if step is None or not self._polished(step):
                break
            before, matrix = matrix, self._curvature()
            self.is_flattening = _falls(before, matrix)
        curvatures = None if matrix is None else eigenvalues(matrix)
        status, notes = self._status(matrix, curvatures, step)
        kind = self._kind(curvatures, step)
        if kind == FLAT and status == CONVERGED and (name := self._inflected()) is not None:
            kind = status = SADDLE
            notes = (f"this is no minimum: the value falls along '{name}', where the curvature is "
                     "0; another start or a bound may help",)  # fmt: skip
        return Judgement(self.vector, self.value, self.length, status, kind, curvatures, notes)

    def _inflected(self) -> str | None:
        """The entry along which the value falls to one side as a third power does; None if there is
        none, or the value falls towards a minimum close by."""
        for j in self.free[:_MANY_FLAT]:
            size = _BESIDE * (1 + abs(self.vector[j]))
            for sign in (-size, size):
                near, far = self._fall(j, sign), self._fall(j, 10 * sign)
                if near > 64 * 2.0**-52 * abs(self.value) and far > 50 * near:
                    return self.objective.function.names[j]
        return None

    def _fall(self, j: int, step: float) -> float:
        """How far the value falls by a step of an entry."""
        trial = list(self.vector)
        trial[j] += step
        if not self.objective.lower[j] <= trial[j] <= self.objective.upper[j]:
            return 0.0
        try:
            return self.value - self.objective.value(trial)
        except EvaluationError:
            return 0.0

    def _newton(self, matrix: list[Vector] | None) -> Vector | None:
        """The Newton step of the free entries, where it leads downwards."""
        if not matrix:
            return None
        slopes = [self.slopes[j] for j in self.free]
        step = solve(matrix, [-s for s in slopes])
        if step is None or dot(step, slopes) > 0:
            return None
        return step

    def _polished(self, step: Vector) -> bool:
        """Take a Newton step if it shortens the gradient and does not raise the value."""
        if not self.is_polishing or self.length == 0:
            return False
        before = self.vector, self.value, self.length
        trial = list(self.vector)
        for j, s in zip(self.free, step, strict=True):
            trial[j] = min(max(trial[j] + s, self.objective.lower[j]), self.objective.upper[j])
        try:
            self.vector = trial
            self._look()
        except (EvaluationError, NotDifferentiable):
            self.length = math.inf
        noise = 4 * 2.0**-52 * abs(before[1])
        if self.length < 0.7 * before[2] and self.value <= before[1] + noise:
            return True
        self.vector = before[0]
        self._look()
        return False

    @property
    def is_polishing(self) -> bool:
        """Whether the search left its last digits to us: one of own code shows each step."""
        return not self.path.is_own

    def _status(
        self, matrix: list[Vector] | None, curvatures: Vector | None, step: Vector | None
    ) -> tuple[str, tuple[str, ...]]:
        if curvatures and self._has_downward(curvatures) and self._is_short(step):
            return SADDLE, (
                "this is no minimum: the value falls along a direction of negative curvature "
                f"({curvatures[0]:.3g}); another start may help",
            )
        if self._is_short(step):
            if step is not None and norm(step) > 1e-3 * (1 + norm(self.vector)):
                return NO_PROGRESS, (
                    "the gradient is short, but one more Newton step would move the point by "
                    f"{norm(step):.2g}: the minimum may be far away, or at infinity",
                )
            return CONVERGED, ()
        if self.path.status != CONVERGED:
            return self.path.status, ("not converged: the iterations were not enough",)
        return NO_PROGRESS, (
            f"not converged: the method stopped ({self.path.message}) where the gradient still has "
            f"the length {self.length:.2g}" + _AT_KINK * (self.path.message == STUCK),
        )

    def _has_downward(self, curvatures: Vector) -> bool:
        largest = max(abs(curvatures[0]), abs(curvatures[-1]))
        return curvatures[0] < -1e-8 * largest

    def _is_short(self, step: Vector | None) -> bool:
        """Whether the gradient is short: by its length, or since a Newton step gains nothing."""
        if self.length <= self.tolerance:
            return True
        if step is None or not self.is_polishing:
            return False
        gain = -dot(step, [self.slopes[j] for j in self.free]) / 2
        return gain <= _ROUNDING * abs(self.value)

    def _kind(self, curvatures: Vector | None, step: Vector | None) -> str | None:
        if not self._is_short(step):
            return None
        if len(self.free) < len(self.vector):
            return AT_BOUND
        if not curvatures:
            return None
        largest = max(abs(curvatures[0]), abs(curvatures[-1]))
        if self._has_downward(curvatures):
            return SADDLE
        is_flat = self.is_flattening or curvatures[0] <= _NO_CURVATURE * largest
        return FLAT if is_flat else MINIMUM


def _falls(before: list[Vector] | None, after: list[Vector] | None) -> bool:
    """Whether the least curvature falls.  Close to a minimum where it is above 0 a Newton step
    hardly changes it."""
    if not before or not after or len(before) != len(after):
        return False
    return eigenvalues(after)[0] < 0.75 * eigenvalues(before)[0]
