"""Propagation of uncertainties through a program, with its exact gradient and Hessian.

First order: u²(f) = gᵀ C g with the gradient g and the covariances C of the inputs (JCGM 100:2008
(GUM), equation 13).  Second order, for normal inputs: E f = f + ½ tr(H C) and a further variance of
½ tr(H C H C) with the Hessian H (Wang & Iyer, "On higher-order corrections for propagating
uncertainties", *Metrologia* 42, 2005).  Monte Carlo: JCGM 101:2008.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from adcli.applications.data_table import DataTable
from adcli.applications.data_table import table as as_table
from adcli.applications.dense_linear_algebra import (
    Matrix,
    Vector,
    cholesky,
    dot,
    matmul,
    matvec,
)
from adcli.applications.differentiated_function import DifferentiatedFunction
from adcli.applications.fit_data import used_columns
from adcli.applications.monte_carlo import Sampled, sampled
from adcli.applications.propagated import Component, Propagated
from adcli.applications.uncertain_numbers import Uncertain, as_uncertain
from adcli.backends.registry import FORWARD
from adcli.bound_program import BoundProgram
from adcli.engines.interface import Limits
from adcli.errors import EvaluationError, NotDifferentiable, TypeFault, UsageError
from adcli.nested_lists import flatten, rebuilt
from adcli.specialisation import Specialisations, hint_for

#: Of more inputs the Hessian is found only if it is asked for.
_MANY = 50


class PropagationChoices(TypedDict, total=False):
    """How to propagate.

    `correlations`  for pairs of inputs, or entries of them, their correlation.
    `covariances`   the same with covariances.
    `data`          a table: inputs that are columns of it are repeated observations.
    `order`         1, or 2 for the bias and the variance of second order.
    `samples`, `seed`  so many samples of Monte Carlo beside, drawn by a seed.
    """

    correlations: Mapping[tuple[str, str], float]
    covariances: Mapping[tuple[str, str], float]
    data: Any
    order: int
    samples: int
    seed: int


def propagate(
    program: Specialisations,
    point: Mapping[str, Any],
    *,
    correlations: Mapping[tuple[str, str], float] | None = None,
    covariances: Mapping[tuple[str, str], float] | None = None,
    data: Any = None,
    order: int = 1,
    samples: int = 0,
    seed: int = 0,
) -> Propagated:
    """The results with their uncertainties, see `adcli.program.Program.propagate`."""
    if order not in (1, 2):
        raise UsageError("the order is 1 or 2")
    if data is not None:
        point, seen = _with_observations(program, point, as_table(data))
        correlations = {**seen, **(correlations or {})}
    given = {n: _read(n, value) for n, value in point.items()}
    values = {n: value for n, (value, _) in given.items()}
    uncertain = [n for n, (_, sizes) in given.items() if any(sizes)]
    one = program.for_point(values)
    names = [n for n in one.inputs if n in uncertain]
    refused = [n for n in uncertain if n not in one.reals]
    if refused:
        what = "is an integer" if refused[0] in one.inputs else "is no input"
        raise UsageError(
            f"'{refused[0]}' has an uncertainty but {what}",
            hint=hint_for(refused[0], one.reals, "the real inputs are"),
        )
    bound = BoundProgram(one, values, names, "auto", Limits(precise=True))
    function = DifferentiatedFunction(bound)
    sizes = [u for n in names for u in given[n][1]]
    covariance = _covariance(function.names, sizes, correlations or {}, covariances or {})
    found, kinks = _components(function, covariance, order)
    drawn: Sequence[Sampled | None] = [None] * len(found)
    if samples and names:
        drawn = sampled(one, function, covariance, samples, seed)
    return Propagated(function, sizes, covariance, found, drawn, order=order, kinks=kinks)


def _with_observations(
    program: Specialisations, point: Mapping[str, Any], found: DataTable
) -> tuple[dict[str, Any], dict[tuple[str, str], float]]:
    """The point with the means of the columns that are inputs, and the correlations of these."""
    names = used_columns(program, found)
    means, correlations = from_observations(
        {name: found.numbers(name, remedy=None) for name in names}
    )
    for name in means:
        if name in point:
            raise UsageError(f"'{name}' is given a value, and it is a column of {found.name}")
    return {**point, **means}, correlations


def _read(name: str, given: Any) -> tuple[Any, list[float]]:
    """The value of an input, in its shape, and the uncertainties of its entries."""
    given = given.tolist() if hasattr(given, "tolist") else given
    if isinstance(given, list):
        parts = [as_uncertain(f"{name}[{i}]", v) for i, v in enumerate(flatten(given))]
        return rebuilt(iter([p.value for p in parts]), given), [p.uncertainty for p in parts]
    if isinstance(given, bool | None) or (isinstance(given, str) and not _has_digit(given)):
        return given, []  # an option of a Python program
    if isinstance(given, int):
        return given, [0.0]
    found = as_uncertain(name, given)
    return found.value, [found.uncertainty]


def _has_digit(text: str) -> bool:
    return any(c.isdigit() for c in text)


def _covariance(
    names: Sequence[str],
    sizes: Sequence[float],
    correlations: Mapping[tuple[str, str], float],
    covariances: Mapping[tuple[str, str], float],
) -> Matrix:
    """The covariances of the uncertain entries.  Raises `UsageError` for those that no variables
    have."""
    place = {name: i for i, name in enumerate(names)}
    for name, u in zip(names, sizes, strict=True):
        if u and not 0 < u * u < math.inf:
            raise UsageError(
                f"the square of the uncertainty {u:g} of '{name}' is too "
                f"{'large' if u > 1 else 'small'} for a double",
                hint="take another unit",
            )
    found = [[u * u if i == j else 0.0 for j in range(len(sizes))] for i, u in enumerate(sizes)]
    for pairs, scaled in ((correlations, True), (covariances, False)):
        for pair, number in pairs.items():
            for name in pair:
                if name not in place:
                    raise UsageError(
                        f"'{name}' has a correlation but no uncertainty",
                        hint=hint_for(name, names, "those that have one are"),
                    )
            i, j = place[pair[0]], place[pair[1]]
            if i == j:
                raise UsageError(f"'{pair[0]}' is correlated with itself")
            if scaled and not -1 <= number <= 1:
                raise UsageError(f"a correlation lies between -1 and 1, not at {number:g}")
            found[i][j] = found[j][i] = number * (sizes[i] * sizes[j] if scaled else 1.0)
    if cholesky(found) is None:
        raise UsageError("no variables have these correlations: their matrix is not positive "
                         "semidefinite")  # fmt: skip
    return found


def _components(
    function: DifferentiatedFunction, covariance: Matrix, order: int
) -> tuple[list[Component], tuple[str, ...]]:
    """For each entry of the results its value, its gradient and, where it is known, its second
    order; and notes on kinks."""
    values, rows, kinks = function.at_start(FORWARD)
    curved = order == 2 or (len(rows) == 1 and len(function.names) <= _MANY)
    second = _second_order(function, covariance, required=order == 2) if curved else None
    found = []
    for value, row in zip(values, rows, strict=True):
        products = matvec(covariance, row)
        variance = max(0.0, dot(row, products))
        parts = [d * p for d, p in zip(row, products, strict=True)]
        found.append(Component(value, row, variance, parts, second))
    return found, kinks


def _second_order(
    function: DifferentiatedFunction, covariance: Matrix, *, required: bool
) -> tuple[float, float] | None:
    """The bias and the variance of second order; None if there are none."""
    try:
        function.bound.require_number("an uncertainty of second order")
        hessian = function.hessian(function.start)
    except (EvaluationError, NotDifferentiable, TypeFault):
        if required:
            raise
        return None
    product = matmul(hessian, covariance) if hessian else []
    trace = sum([product[i][i] for i in range(len(product))])
    squares = sum([dot(row, [r[i] for r in product]) for i, row in enumerate(product)])
    return trace / 2, max(0.0, squares / 2)


def from_observations(
    columns: Mapping[str, Sequence[float]],
) -> tuple[dict[str, Uncertain], dict[tuple[str, str], float]]:
    """Means of repeated observations with their standard uncertainties s/√n, and the correlations
    of these (GUM 4.2 and 5.2.3)."""
    means: dict[str, Uncertain] = {}
    deviations: dict[str, Vector] = {}
    for name, cells in columns.items():
        count = len(cells)
        if count < 2:
            raise UsageError(f"'{name}' has {count} observations: an uncertainty needs two")
        mean = math.fsum(cells) / count
        deviations[name] = [c - mean for c in cells]
        variance = math.fsum([d * d for d in deviations[name]]) / (count * (count - 1))
        means[name] = Uncertain(mean, math.sqrt(variance))
    correlations = {}
    names = list(columns)
    for i, a in enumerate(names):
        for b in names[:i]:
            product = math.fsum([x * y for x, y in zip(deviations[a], deviations[b], strict=True)])
            lengths = math.hypot(*deviations[a]) * math.hypot(*deviations[b])
            if lengths:
                correlations[b, a] = max(-1.0, min(1.0, product / lengths))
    return means, correlations
