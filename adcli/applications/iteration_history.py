"""The history of a search: a row for each iteration, and how searches end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

#: How a search can end.
CONVERGED, LIMIT, NO_PROGRESS = "converged", "limit", "no-progress"
UNBOUNDED, SADDLE, INFEASIBLE = "unbounded", "saddle", "infeasible"


class Iteration(NamedTuple):
    """The vector after so many steps, the value and the length of the gradient there, and the
    length of the step that comes next (None after the last one)."""

    number: int
    vector: Sequence[float]
    value: float
    gradient_norm: float
    step: float | None


class Path(NamedTuple):
    """The iterations of a search, how it ended, and whether its steps are what is to be seen, so
    that nothing is added to them."""

    iterations: list[Iteration]
    status: str
    message: str = ""
    is_own: bool = False

    @property
    def vector(self) -> Sequence[float]:
        return self.iterations[-1].vector
