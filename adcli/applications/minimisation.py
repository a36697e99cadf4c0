"""Minima of a program with one result, with exact gradients, and what kind of point was found.

How a search ends is judged here, whatever the method: by the gradient, by the gain that one more
Newton step would promise, and by the eigenvalues of the exact Hessian (Nocedal & Wright, *Numerical
Optimization*, 2006, theorems 2.3 and 2.4; Boyd & Vandenberghe, *Convex Optimization*, 2004, section
9.5.1, for the Newton decrement).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypedDict

from adcli.applications.constraints import Constraint, constraint
from adcli.applications.dense_linear_algebra import Vector
from adcli.applications.flat_vector_function import DifferentiatedFunction
from adcli.applications.gradient_descent import SCHEDULES, Descent, adam, gradient_descent
from adcli.applications.iteration_history import CONVERGED, LIMIT, NO_PROGRESS, Path
from adcli.applications.minimisation_result import Minimum
from adcli.applications.minimum_or_saddle import Judgement, judged
from adcli.applications.objective import Objective
from adcli.applications.scipy_minimisers import (
    METHODS as SCIPY_METHODS,
)
from adcli.applications.scipy_minimisers import (
    WITH_BOUNDS,
    WITH_CONSTRAINTS,
    scipy_path,
)
from adcli.applications.trust_region_newton import trust_region_newton
from adcli.derivatives_at_point import ProgramAtPoint
from adcli.errors import EvaluationError, NotDifferentiable, UsageError
from adcli.rank_specialisation import one_of

AUTO = "auto"

#: The methods that step by a rate, with their default rates.
BY_RATE = {"gradient-descent": gradient_descent, "adam": adam}
RATES = {"gradient-descent": 0.01, "adam": 0.001}

DAMPED_NEWTON = "damped-newton"

#: The methods that are own code.
OWN = (*BY_RATE, DAMPED_NEWTON)

METHODS = (AUTO, *OWN, *SCIPY_METHODS)

#: The iterations after which a method stops if nobody says so.
_LIMIT_BY_RATE, _LIMIT_NEWTON, _LIMIT = 10_000, 1_000, 2_000

#: A factor of the first trust radius, for another try where the first step led astray.
_SHORT_RADIUS = 0.1

#: The gradient is short below this.
_TOLERANCE = 1e-6


class MinimumChoices(TypedDict, total=False):
    """How to minimise.

    `method`      one of `METHODS`; `auto` takes damped Newton steps, with constraints sequential
                  quadratic programming by scipy.
    `maximize`    look for a maximum.
    `bounds`      for an input its least and its greatest value.
    `subject_to`  constraints such as `x + y <= 1`.
    `rate`, `momentum`, `schedule`  of gradient descent and Adam.
    `tolerance`   the length of the gradient at which a search ends.
    `limit`       the most iterations.
    `starts`, `seed`  how many starts, and the seed by which those after the first are drawn.
    """

    method: str
    maximize: bool
    bounds: Mapping[str, tuple[float, float]] | None
    subject_to: Iterable[str | Constraint]
    rate: float | None
    momentum: float
    schedule: str
    tolerance: float
    limit: int | None
    starts: int
    seed: int


def minimize(
    bound: ProgramAtPoint,
    *,
    method: str = AUTO,
    maximize: bool = False,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    subject_to: Iterable[str | Constraint] = (),
    rate: float | None = None,
    momentum: float = 0.0,
    schedule: str = "constant",
    tolerance: float = _TOLERANCE,
    limit: int | None = None,
    starts: int = 1,
    seed: int = 0,
) -> Minimum:
    """The minimum near the point of a bound program, see `adcli.program.Program.minimize`."""
    one_of(method, METHODS, "method")
    one_of(schedule, tuple(SCHEDULES), "schedule")
    if not tolerance >= 0:
        raise UsageError(f"a tolerance is from 0 on, not {tolerance:g}")
    bound.require_number("a minimum")
    function = DifferentiatedFunction(bound)
    if not function.names:
        raise UsageError("there is no real input to vary")
    lower, upper = _box(function, bounds or {})
    limits = [constraint(c) if isinstance(c, str) else c for c in subject_to]
    names = bound.program.inputs
    held = [c.bound(_place(function), function.inputs, names) for c in limits]
    sign = -1.0 if maximize else 1.0
    objective = Objective(function, sign, lower, upper, held)
    chosen = _chosen(method, objective)
    _refuse_unsuited(chosen, objective, rate, momentum, schedule)

    def search(start: Vector) -> tuple[Path, Judgement]:
        path = _path(chosen, objective, start, how)
        found = judged(objective, path, tolerance)
        if chosen == DAMPED_NEWTON and limit is None and found.status in (LIMIT, NO_PROGRESS):
            again = trust_region_newton(objective, start, how, _SHORT_RADIUS)
            second = judged(objective, again, tolerance)
            if second.status == CONVERGED:
                return again, second
        return path, found

    how = Descent(
        RATES.get(chosen, 0.0) if rate is None else rate, momentum, schedule, tolerance,
        limit or _default_limit(chosen), lower, upper,
    )  # fmt: skip
    found = _searches(search, objective, starts, seed)
    return Minimum(objective, chosen, found, maximize=maximize, sampled=starts > 1)


def _default_limit(method: str) -> int:
    if method in BY_RATE:
        return _LIMIT_BY_RATE
    return _LIMIT_NEWTON if method == DAMPED_NEWTON else _LIMIT


def _searches(
    search: Callable[[Vector], tuple[Path, Judgement]],
    objective: Objective,
    starts: int,
    seed: int,
) -> list[tuple[Path, Judgement]]:
    """The searches from all starts, the best one first: one that converged before others."""
    found = []
    for k, start in enumerate(_starts(objective, starts, seed)):
        try:
            found.append(search(start))
        except (EvaluationError, NotDifferentiable):
            if k == 0:
                raise
    return sorted(found, key=lambda s: (s[1].status != CONVERGED, s[1].value))


def _starts(objective: Objective, count: int, seed: int) -> Iterable[Vector]:
    """The start that was given, and others: uniform where there are two bounds, else normal about
    it with its size as deviation."""
    if count < 1:
        raise UsageError("there is at least one start")
    given = objective.function.start
    yield _within(given, objective.lower, objective.upper)
    draw = random.Random(seed)
    for _ in range(count - 1):
        vector = []
        for x, low, high in zip(given, objective.lower, objective.upper, strict=True):
            if math.isfinite(low) and math.isfinite(high):
                vector.append(low + (high - low) * draw.random())
            else:
                vector.append(x + max(1.0, abs(x)) * 2 * (2 * draw.random() - 1))
        yield _within(vector, objective.lower, objective.upper)


def _path(method: str, objective: Objective, start: Vector, how: Descent) -> Path:
    if method in BY_RATE:
        return BY_RATE[method](objective.gradient, start, how)._replace(is_own=True)
    if method == DAMPED_NEWTON:
        return trust_region_newton(objective, start, how)
    return scipy_path(objective, start, method, how.limit)


def _chosen(method: str, objective: Objective) -> str:
    if method != AUTO:
        return method
    return "sqp" if objective.constraints else DAMPED_NEWTON


def _refuse_unsuited(
    method: str, objective: Objective, rate: float | None, momentum: float, schedule: str
) -> None:
    """Refuse bounds, constraints and rates where a method knows nothing of them."""
    if objective.constraints and method not in WITH_CONSTRAINTS:
        raise UsageError(
            f"{method} takes no constraints", hint=f"{' and '.join(WITH_CONSTRAINTS)} take them"
        )
    if objective.is_boxed and method not in (*OWN, *WITH_BOUNDS):
        raise UsageError(
            f"{method} takes no bounds", hint=f"{', '.join((*OWN, *WITH_BOUNDS))} take them"
        )
    if method not in BY_RATE and (rate is not None or momentum or schedule != "constant"):
        raise UsageError(
            f"{method} has no rate, momentum or schedule", hint=f"{' and '.join(BY_RATE)} have"
        )
    if method == "adam" and momentum:
        raise UsageError("adam has no --momentum: its means have fixed decay rates")
    if not 0 <= momentum < 1:
        raise UsageError(f"a momentum is from 0 on and below 1, not {momentum:g}")
    if rate is not None and not 0 < rate < math.inf:
        raise UsageError(f"a rate is above 0 and finite, not {rate:g}")


def _place(function: DifferentiatedFunction) -> dict[str, Any]:
    """A value for every input at the start."""
    bound = function.bound
    return {**dict(zip(bound.program.inputs, bound.arguments, strict=True)), **bound.point}


def _box(
    function: DifferentiatedFunction, bounds: Mapping[str, tuple[float, float]]
) -> tuple[Vector, Vector]:
    """The least and the greatest value of each entry; a bound of an array holds for each entry."""
    names = function.names
    for name in bounds:
        if name not in names and name not in function.inputs:
            raise UsageError(
                f"'{name}' is bounded but does not vary",
                hint=f"those that vary are {', '.join(function.inputs)}",
            )
    lower, upper = [], []
    for name in names:
        low, high = bounds.get(name, bounds.get(name.partition("[")[0], (-math.inf, math.inf)))
        if not low <= high:
            raise UsageError(f"the bounds of '{name}' are {low:g} and {high:g}: nothing lies "
                             "between them")  # fmt: skip
        lower.append(low)
        upper.append(high)
    return lower, upper


def _within(vector: Sequence[float], lower: Vector, upper: Vector) -> Vector:
    return [min(max(x, a), b) for x, a, b in zip(vector, lower, upper, strict=True)]
