"""The minimisers of scipy.optimize, with exact gradients, Hessians and Jacobians of constraints.

Nocedal & Wright, *Numerical Optimization* (2006): BFGS (section 6.1), limited-memory BFGS (7.2,
with bounds: Byrd, Lu, Nocedal & Zhu 1995), Newton's method by conjugate gradients (7.1), trust
regions (4.1 to 4.3; with constraints 18.5 and 19.5), sequential quadratic programming (18), and the
simplex method of Nelder and Mead (9.5).

Invariant: scipy is imported only here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from adcli.applications.constraints import BoundConstraint
from adcli.applications.dense_linear_algebra import Vector, norm
from adcli.applications.flat_vector_function import DifferentiatedFunction
from adcli.applications.iteration_history import CONVERGED, LIMIT, UNBOUNDED, Iteration, Path
from adcli.applications.objective import FAR, Objective
from adcli.errors import EvaluationError, MissingExtra, NotDifferentiable

#: The methods by the names that scipy has for them.
METHODS = {
    "bfgs": "BFGS",
    "l-bfgs": "L-BFGS-B",
    "newton": "Newton-CG",
    "trust": "trust-exact",
    "sqp": "SLSQP",
    "nelder-mead": "Nelder-Mead",
}

#: What takes bounds, and what takes constraints; `trust` with either is `trust-constr`.
WITH_BOUNDS = ("l-bfgs", "trust", "sqp", "nelder-mead")
WITH_CONSTRAINTS = ("trust", "sqp")


class _Unbounded(Exception):
    """The values fall without end."""


def scipy_path(objective: Objective, start: Sequence[float], method: str, limit: int) -> Path:
    """The path of one of `METHODS`.  Raises `MissingExtra` without scipy."""
    try:
        from scipy import optimize
    except ImportError:
        raise MissingExtra(
            f"the method {method} needs scipy",
            hint="pip install 'adcli[optimize]'; gradient-descent, adam and damped-newton do not",
        ) from None
    search = _Search(objective, start)
    name = METHODS[method]
    if method == "trust" and (objective.is_boxed or objective.constraints):
        name = "trust-constr"
    keywords = _keywords(optimize, objective, search, name)
    try:
        found = _quiet(
            lambda: optimize.minimize(
                search.value, start, method=name, callback=search.iterated,
                options=_options(name, limit), **keywords,
            )
        )  # fmt: skip
    except _Unbounded:
        return Path(search.rows(), UNBOUNDED, "the values fall without end")
    search.note([float(x) for x in found.x])
    status = LIMIT if getattr(found, "nit", 0) >= limit else CONVERGED
    return Path(search.rows(), status, str(found.message))


def _quiet(run: Callable[[], Any]) -> Any:
    """What a search finds, without the warnings of numpy and scipy about it: the end is judged by
    its gradient and its Hessian."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return run()


def _keywords(optimize: Any, objective: Objective, search: _Search, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if name != "Nelder-Mead":
        found["jac"] = search.gradient
    if name == "trust-exact":
        found["hess"] = search.hessian
    elif name in ("Newton-CG", "trust-constr"):
        found["hessp"] = lambda x, p: objective.hessian_product(_listed(x), _listed(p))
    if objective.is_boxed:
        found["bounds"] = list(zip(objective.lower, objective.upper, strict=True))
    if objective.constraints:
        found["constraints"] = [
            _constraint(optimize, objective.function, c, name) for c in objective.constraints
        ]
    return found


def _constraint(
    optimize: Any, function: DifferentiatedFunction, constraint: BoundConstraint, name: str
) -> Any:
    def values(x: Any) -> Vector:
        return constraint.values(function.by_input(_listed(x)))

    def jacobian(x: Any) -> list[Vector]:
        return constraint.jacobian(function.by_input(_listed(x)), function.names)

    if name == "trust-constr":
        upper = 0.0 if constraint.is_equation else math.inf
        return optimize.NonlinearConstraint(values, 0.0, upper, jac=jacobian)
    return {"type": "eq" if constraint.is_equation else "ineq", "fun": values, "jac": jacobian}


def _options(name: str, limit: int) -> dict[str, Any]:
    """Tolerances that let a search go on until rounding stops it."""
    return {
        "BFGS": {"maxiter": limit, "gtol": 1e-10},
        "L-BFGS-B": {"maxiter": limit, "maxfun": 20 * limit, "ftol": 1e-16, "gtol": 1e-10},
        "Newton-CG": {"maxiter": limit, "xtol": 1e-10},
        "trust-exact": {"maxiter": limit, "gtol": 1e-10, "max_trust_radius": 1e100},
        "trust-constr": {"maxiter": limit, "gtol": 1e-10, "xtol": 1e-12},
        "SLSQP": {"maxiter": limit, "ftol": 1e-15},
        "Nelder-Mead": {"maxiter": limit, "maxfev": 20 * limit, "xatol": 1e-10, "fatol": 1e-14},
    }[name]


def _listed(x: Any) -> Vector:
    return [float(v) for v in x]


class _Search:
    """The function as scipy calls it: values where there are none are infinite, and the last
    gradients are kept."""

    def __init__(self, objective: Objective, start: Sequence[float]) -> None:
        self.objective = objective
        self.vectors: list[Vector] = []
        self.kept: dict[tuple[float, ...], tuple[float, Vector]] = {}
        value, _ = self._found(list(start))
        self.floor = value - FAR * (1 + abs(value))
        self.note(list(start))

    def _found(self, vector: Vector) -> tuple[float, Vector]:
        key = tuple(vector)
        if key not in self.kept:
            if len(self.kept) > 100:
                self.kept.clear()
            self.kept[key] = self.objective.gradient(vector)
        return self.kept[key]

    def value(self, x: Any) -> float:
        try:
            found = self.objective.value(_listed(x))
        except EvaluationError:
            return math.inf
        if found < self.floor:
            self.note(_listed(x))
            raise _Unbounded
        return found

    def gradient(self, x: Any) -> Any:
        import numpy as np

        try:
            return np.array(self._found(_listed(x))[1])
        except (EvaluationError, NotDifferentiable):
            return np.full(len(x), math.nan)

    def hessian(self, x: Any) -> Any:
        """scipy asks for it before it looks whether there is a value: without one it is 0."""
        import numpy as np

        try:
            return np.array(self.objective.hessian(_listed(x)))
        except (EvaluationError, NotDifferentiable):
            return np.zeros((len(x), len(x)))

    def iterated(self, x: Any, *_: Any) -> None:
        """scipy calls this after each iteration."""
        self.note(_listed(x))

    def note(self, vector: Vector) -> None:
        if not self.vectors or self.vectors[-1] != vector:
            self.vectors.append(vector)

    def rows(self) -> list[Iteration]:
        """The iterations with their gradients."""
        found = []
        for i, vector in enumerate(self.vectors):
            step = None
            if i + 1 < len(self.vectors):
                step = norm([a - b for a, b in zip(self.vectors[i + 1], vector, strict=True)])
            try:
                value, slopes = self._found(vector)
            except (EvaluationError, NotDifferentiable):
                value, slopes = self.value(vector), [math.nan]
            found.append(Iteration(i, vector, value, norm(slopes), step))
        return found
