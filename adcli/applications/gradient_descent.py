"""Gradient descent and Adam, as the textbooks have them.

Gradient descent steps against the gradient, θₜ₊₁ = θₜ - η ∇f(θₜ); with momentum it keeps a part of
the last step, vₜ₊₁ = μ vₜ - η ∇f(θₜ), θₜ₊₁ = θₜ + vₜ₊₁ (Goodfellow, Bengio & Courville, *Deep
Learning*, 2016, algorithms 8.1 and 8.2).  Adam divides running means of the gradient by those of
its squares (Kingma & Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1).

Invariant: each operation is the one that the formula has, in its order, so that plain Python that
spells the formula out gets the same bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from adcli.applications.dense_linear_algebra import Vector, norm
from adcli.applications.iteration_history import (
    CONVERGED,
    LIMIT,
    NO_PROGRESS,
    UNBOUNDED,
    Iteration,
    Path,
)
from adcli.errors import EvaluationError, NotDifferentiable

#: A value below this, or an entry beyond it, is on its way to infinity.
_FAR = 1e100

#: Adam's decay rates of the means, and what keeps its divisor from 0.
_BETA1, _BETA2, _EPSILON = 0.9, 0.999, 1e-8

#: From a vector to the value and the gradient.
Gradient = Callable[[Sequence[float]], tuple[float, Vector]]

#: From the number of the step to a factor of the rate.
SCHEDULES: dict[str, Callable[[int, int], float]] = {
    "constant": lambda t, limit: 1.0,
    "inverse": lambda t, limit: 1 / (1 + t),
    "inverse-sqrt": lambda t, limit: 1 / math.sqrt(1 + t),
    "cosine": lambda t, limit: (1 + math.cos(math.pi * t / limit)) / 2,
}


class Descent(NamedTuple):
    """How to descend: the rate η, the momentum μ, the schedule by name, when to stop, and the box
    to which each step is projected."""

    rate: float
    momentum: float
    schedule: str
    tolerance: float
    limit: int
    lower: Vector
    upper: Vector


def gradient_descent(gradient: Gradient, start: Sequence[float], how: Descent) -> Path:
    """The path of gradient descent from a start."""
    velocity = [0.0] * len(start)
    schedule = SCHEDULES[how.schedule]

    def step(t: int, slopes: Vector) -> Vector:
        rate = how.rate * schedule(t, how.limit)
        for j, slope in enumerate(slopes):
            velocity[j] = how.momentum * velocity[j] - rate * slope
        return velocity

    return _descended(gradient, start, step, how)


def adam(gradient: Gradient, start: Sequence[float], how: Descent) -> Path:
    """The path of Adam from a start."""
    first, second = [0.0] * len(start), [0.0] * len(start)
    schedule = SCHEDULES[how.schedule]

    def step(t: int, slopes: Vector) -> Vector:
        rate = how.rate * schedule(t, how.limit)
        found = []
        for j, slope in enumerate(slopes):
            first[j] = _BETA1 * first[j] + (1 - _BETA1) * slope
            second[j] = _BETA2 * second[j] + (1 - _BETA2) * (slope * slope)
            mean = first[j] / (1 - _BETA1 ** (t + 1))
            square = second[j] / (1 - _BETA2 ** (t + 1))
            found.append(-rate * mean / (math.sqrt(square) + _EPSILON))
        return found

    return _descended(gradient, start, step, how)


def _descended(
    gradient: Gradient, start: Sequence[float], step: Callable[[int, Vector], Vector], how: Descent
) -> Path:
    """Step until the gradient is short."""
    vector = _projected(start, how)
    value, slopes = gradient(vector)
    rows: list[Iteration] = []
    for t in range(how.limit + 1):
        length = norm(free_gradient(vector, slopes, how.lower, how.upper))
        if length <= how.tolerance or t == how.limit:
            rows.append(Iteration(t, vector, value, length, None))
            return Path(rows, CONVERGED if length <= how.tolerance else LIMIT)
        moved = _projected([x + s for x, s in zip(vector, step(t, slopes), strict=True)], how)
        moving = norm([a - b for a, b in zip(moved, vector, strict=True)])
        rows.append(Iteration(t, vector, value, length, moving))
        if moved == vector:
            return Path(rows, NO_PROGRESS, "the step is too short to change the point")
        try:
            value, slopes = gradient(moved)
        except (EvaluationError, NotDifferentiable) as error:
            return Path(rows, NO_PROGRESS, f"the next point has no gradient: {error.message}; a "
                        "smaller --rate may help")  # fmt: skip
        vector = moved
        if value < -_FAR or max(map(abs, vector)) > _FAR:
            rows.append(Iteration(t + 1, vector, value, norm(slopes), None))
            reason = "the values fall without end" if value < -_FAR else (
                "the points run away; a smaller --rate may help"
            )  # fmt: skip
            return Path(rows, UNBOUNDED if value < -_FAR else NO_PROGRESS, reason)
    raise AssertionError("the loop returns")


def _projected(vector: Sequence[float], how: Descent) -> Vector:
    """The nearest vector in the box."""
    bounds = zip(vector, how.lower, how.upper, strict=True)
    return [min(max(x, low), high) for x, low, high in bounds]


def free_gradient(
    vector: Sequence[float], slopes: Sequence[float], lower: Vector, upper: Vector
) -> Vector:
    """The gradient without the entries that press against a bound."""
    return [
        0.0 if (x <= low and slope > 0) or (x >= high and slope < 0) else slope
        for x, slope, low, high in zip(vector, slopes, lower, upper, strict=True)
    ]
