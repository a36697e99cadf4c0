"""What is minimised: a function or its negative, in a box, subject to constraints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from adcli.applications.constraints import BoundConstraint
from adcli.applications.dense_linear_algebra import Vector
from adcli.applications.flat_vector_function import DifferentiatedFunction

#: A value this much below that of the start is on its way to minus infinity.
FAR = 1e30


class Objective(NamedTuple):
    """What is minimised: `sign` times a function, in a box, subject to constraints."""

    function: DifferentiatedFunction
    sign: float
    lower: Vector
    upper: Vector
    constraints: Sequence[BoundConstraint]

    @property
    def is_boxed(self) -> bool:
        return any(map(math.isfinite, [*self.lower, *self.upper]))

    def value(self, vector: Sequence[float]) -> float:
        return self.sign * self.function.value(vector)

    def gradient(self, vector: Sequence[float]) -> tuple[float, Vector]:
        value, slopes = self.function.gradient(vector)
        return self.sign * value, [self.sign * s for s in slopes]

    def hessian(self, vector: Sequence[float]) -> list[Vector]:
        return [[self.sign * h for h in row] for row in self.function.hessian(vector)]

    def hessian_product(self, vector: Sequence[float], direction: Sequence[float]) -> Vector:
        return [self.sign * h for h in self.function.hessian_product(vector, direction)]
