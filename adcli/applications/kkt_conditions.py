"""The conditions of Karush, Kuhn and Tucker: they judge a point under constraints.

At a minimum the gradient is a combination of those of the active constraints, ∇f = Σ λᵢ ∇cᵢ with
λᵢ >= 0 for inequalities cᵢ >= 0 (Nocedal & Wright, *Numerical Optimization*, 2006, theorem 12.1).
The multipliers λ are found by least squares; what is left is the gradient of the Lagrangian.  At a
minimum the Lagrangian curves upwards along the active constraints (theorem 12.5); its curvatures
there are differences of exact gradients, since only their signs count.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from adcli.applications.dense_linear_algebra import (
    QR,
    Vector,
    dot,
    eigenvalues,
    norm,
    transposed,
)
from adcli.applications.objective import Objective
from adcli.errors import EvaluationError, NotDifferentiable

#: A constraint that fails by less holds; one that holds by less is active.
_FEASIBLE = 1e-6

#: The gradient of the Lagrangian is short if it is below this part of that of the function; also
#: where each variable is measured by its own size, of which less is asked.
_SHORT, _SHORT_BY_SIZE = 1e-5, 1e-3


#: Of more variables the curvatures are not looked at.
_MANY = 30

#: A curvature that is negative by more than this part of the greatest one leads down; the step of
#: the differences; what is left of a direction that constraints hold.
_DOWNWARD, _STEP, _HELD = 1e-5, 1e-5, 1e-8


class Active(NamedTuple):
    """A constraint or a bound that holds with equality: its name, its gradient, whether its
    multiplier may have either sign, and for a constraint its place and which of its numbers."""

    name: str
    gradient: Vector
    is_equation: bool
    place: tuple[int, int] | None = None


class KKT(NamedTuple):
    """The constraints that fail, the multipliers of the active ones, the length of the gradient of
    the Lagrangian, whether all conditions of first order hold, whether they do so but for a
    gradient that is short only beside the sizes of the inputs, and the least curvature along the
    active constraints if it is negative."""

    broken: list[str]
    multipliers: dict[str, float]
    length: float
    holds: bool
    falls: bool
    downward: float | None


def conditions(objective: Objective, vector: Sequence[float], slopes: Vector) -> KKT:
    """The conditions at a vector where the function has the gradient `slopes`."""
    place = objective.function.by_input(vector)
    broken = [c.text for c in objective.constraints if c.violation(place) > _FEASIBLE]
    active = _active(objective, vector)
    qr = QR([a.gradient for a in active])
    multipliers = qr.solve(qr.project(slopes)) if active else []
    pairs = list(zip(active, multipliers, strict=True))
    rest = [
        s - sum([m * a.gradient[j] for a, m in pairs]) for j, s in enumerate(slopes)
    ]  # fmt: skip
    size = 1 + norm(slopes)
    is_pressed = all(a.is_equation or m >= -_SHORT * size for a, m in pairs)
    holds = not broken and is_pressed and norm(rest) <= _SHORT * size
    falls = holds and not _is_short_by_size(vector, slopes, active)
    holds = holds and not falls
    # that of an equation says how the value of the program grows with its right side
    signed = {a.name: objective.sign * m if a.is_equation else m for a, m in pairs}
    downward = _downward(objective, vector, pairs) if holds else None
    return KKT(broken, signed, norm(rest), holds, falls, downward)


def _is_short_by_size(
    vector: Sequence[float], slopes: Sequence[float], active: Sequence[Active]
) -> bool:
    """Whether the gradient of the Lagrangian is short by changes of each variable in its own size.

    Where one variable is large and another small, a direction along the constraints can be all but
    that of the large one: then the gradient is short though the value falls by its own size.
    """
    sizes = [abs(x) or 1.0 for x in vector]
    scaled = [s * size for s, size in zip(slopes, sizes, strict=True)]
    gradients = [[d * size for d, size in zip(a.gradient, sizes, strict=True)] for a in active]
    for unit in _orthonormal([], gradients):
        part = dot(unit, scaled)
        scaled = [s - part * u for s, u in zip(scaled, unit, strict=True)]
    whole = norm([s * size for s, size in zip(slopes, sizes, strict=True)])
    return norm(scaled) <= _SHORT_BY_SIZE * (1 + whole)


def _downward(
    objective: Objective, vector: Sequence[float], pairs: Sequence[tuple[Active, float]]
) -> float | None:
    """The least curvature of the Lagrangian along the active constraints, if it is negative."""
    size = len(vector)
    if size > _MANY:
        return None
    held = _orthonormal([], [a.gradient for a, _ in pairs])
    units = [[float(i == j) for j in range(size)] for i in range(size)]
    free = _orthonormal(held, units)[len(held) :]
    step = _STEP * (1 + norm(vector))
    try:
        changes = []
        for direction in free:
            ends = []
            for sign in (step, -step):
                beside = [x + sign * d for x, d in zip(vector, direction, strict=True)]
                ends.append(_lagrangian_gradient(objective, beside, pairs))
            changes.append([(a - b) / (2 * step) for a, b in zip(*ends, strict=True)])
    except (EvaluationError, NotDifferentiable):
        return None
    matrix = [[dot(change, other) for other in free] for change in changes]
    symmetric = [[(a + b) / 2 for a, b in zip(*rows, strict=True)]
                 for rows in zip(matrix, transposed(matrix), strict=True)]  # fmt: skip
    found = eigenvalues(symmetric)
    if not found or not found[0] < -_DOWNWARD * max(map(abs, found)):
        return None
    return found[0]


def _lagrangian_gradient(
    objective: Objective, vector: Vector, pairs: Sequence[tuple[Active, float]]
) -> Vector:
    """The gradient of the Lagrangian with given multipliers; those of bounds do not change it."""
    _, found = objective.gradient(vector)
    place, names = objective.function.by_input(vector), objective.function.names
    jacobians = {k: objective.constraints[k].jacobian(place, names)
                 for k in {a.place[0] for a, _ in pairs if a.place}}  # fmt: skip
    for active, multiplier in pairs:
        if active.place:
            row = jacobians[active.place[0]][active.place[1]]
            found = [g - multiplier * d for g, d in zip(found, row, strict=True)]
    return found


def _orthonormal(basis: Sequence[Vector], vectors: Sequence[Vector]) -> list[Vector]:
    """A basis, and what vectors add to it, by the method of Gram and Schmidt, twice."""
    found = list(basis)
    for vector in vectors:
        length = norm(vector)
        rest = [x / length for x in vector] if length else vector
        for _ in range(2):
            for one in found:
                part = dot(one, rest)
                rest = [r - part * o for r, o in zip(rest, one, strict=True)]
        left = norm(rest)
        if left > _HELD:
            found.append([r / left for r in rest])
    return found


def _active(objective: Objective, vector: Sequence[float]) -> list[Active]:
    function = objective.function
    place, size = function.by_input(vector), len(vector)
    found = []
    for number, c in enumerate(objective.constraints):
        values = c.values(place)
        rows = c.jacobian(place, function.names)
        for k, (value, row) in enumerate(zip(values, rows, strict=True)):
            if c.is_equation or abs(value) <= _FEASIBLE:
                name = c.text if len(values) == 1 else f"{c.text} [{k}]"
                found.append(Active(name, row, c.is_equation, (number, k)))
    for j, x in enumerate(vector):
        for bound, sign in ((objective.lower[j], 1.0), (objective.upper[j], -1.0)):
            if abs(x - bound) <= _FEASIBLE * (1 + abs(x)):
                unit = [0.0] * size
                unit[j] = sign
                relation = ">=" if sign > 0 else "<="
                found.append(Active(f"{function.names[j]} {relation} {bound:g}", unit, False))
    return found[:size] if len(found) > size else found
