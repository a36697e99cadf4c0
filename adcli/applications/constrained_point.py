"""Judgement of a point under constraints, by the conditions of Karush, Kuhn and Tucker.

At a minimum the gradient is a combination of those of the active constraints, ∇f = Σ λᵢ ∇cᵢ with
λᵢ >= 0 for inequalities cᵢ >= 0 (Nocedal & Wright, *Numerical Optimization*, 2006, theorem 12.1).
The multipliers λ are found by least squares; what is left is the gradient of the Lagrangian.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from adcli.applications.dense_linear_algebra import QR, Vector, norm
from adcli.applications.objective import Objective

#: A constraint that fails by less holds; one that holds by less is active.
_FEASIBLE = 1e-6

#: The gradient of the Lagrangian is short if it is below this part of that of the function.
_SHORT = 1e-5


class Active(NamedTuple):
    """A constraint or a bound that holds with equality: its name, its gradient, and whether its
    multiplier may have either sign."""

    name: str
    gradient: Vector
    is_equation: bool


class KKT(NamedTuple):
    """The constraints that fail, the multipliers of the active ones, the length of the gradient of
    the Lagrangian, and whether all conditions hold."""

    broken: list[str]
    multipliers: dict[str, float]
    length: float
    holds: bool


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
    # that of an equation says how the value of the program grows with its right side
    signed = {a.name: objective.sign * m if a.is_equation else m for a, m in pairs}
    return KKT(broken, signed, norm(rest), holds)


def _active(objective: Objective, vector: Sequence[float]) -> list[Active]:
    function = objective.function
    place, size = function.by_input(vector), len(vector)
    found = []
    for c in objective.constraints:
        values = c.values(place)
        rows = c.jacobian(place, function.names)
        for k, (value, row) in enumerate(zip(values, rows, strict=True)):
            if c.is_equation or abs(value) <= _FEASIBLE:
                name = c.text if len(values) == 1 else f"{c.text} [{k}]"
                found.append(Active(name, row, c.is_equation))
    for j, x in enumerate(vector):
        for bound, sign in ((objective.lower[j], 1.0), (objective.upper[j], -1.0)):
            if abs(x - bound) <= _FEASIBLE * (1 + abs(x)):
                unit = [0.0] * size
                unit[j] = sign
                relation = ">=" if sign > 0 else "<="
                found.append(Active(f"{function.names[j]} {relation} {bound:g}", unit, False))
    return found[:size] if len(found) > size else found
