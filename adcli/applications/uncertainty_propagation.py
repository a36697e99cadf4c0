"""Propagation of uncertainties through a program, with its exact gradient and Hessian.

First order: u²(f) = gᵀ C g with the gradient g and the covariances C of the inputs (JCGM 100:2008
(GUM), equation 13).  Second order, for normal inputs: E f = f + ½ tr(H C) and a further variance of
½ tr(H C H C) with the Hessian H (Wang & Iyer, "On higher-order corrections for propagating
uncertainties", *Metrologia* 42, 2005).  Monte Carlo: JCGM 101:2008.

Invariant: no uncertainty is squared.  With the standard uncertainties u, the correlations R = L Lᵀ
and D = diag(u), C is D R D; so u(f) is the length of Lᵀ D g, and with M = Lᵀ D H D L the second
order has the bias ½ tr M and the standard deviation ‖M‖/√2.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypedDict

from adcli.applications.data_table_reading import DataTable
from adcli.applications.data_table_reading import table as as_table
from adcli.applications.dense_linear_algebra import (
    EPS,
    Matrix,
    Vector,
    cholesky,
    dot,
    matmul,
    matvec,
    norm,
    transposed,
)
from adcli.applications.fit_data import used_columns
from adcli.applications.flat_vector_function import DifferentiatedFunction
from adcli.applications.monte_carlo import Sampled, sampled
from adcli.applications.propagation_result import Component, Propagated
from adcli.applications.uncertain_numbers import Uncertain, as_uncertain
from adcli.backends.registry import FORWARD
from adcli.derivatives_at_point import ProgramAtPoint
from adcli.engines.interface import Limits
from adcli.errors import EvaluationError, NotDifferentiable, TypeFault, UsageError
from adcli.nested_lists import flatten, rebuilt
from adcli.rank_specialisation import Specialisations, hint_for

#: Of more inputs the Hessian is found only if it is asked for.
_MANY = 50

#: Of changes that cancel, so much of the largest is due to rounding, of data too; and by so much
#: a correlation of 1 is off.
_ROUNDING, _FULL = 64 * EPS, 8 * EPS

#: What to do about an observation that is no number: without its row the others stay pairs.
_REMEDY = "leave the row out of the file"


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
    _check_once(correlations or (), covariances or ())
    remarks: tuple[str, ...] = ()
    if data is not None:
        data = as_table(data)
        point, seen = _with_observations(program, point, data)
        remarks = _about_few(data.rows, seen, {**(correlations or {}), **(covariances or {})})
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
    bound = ProgramAtPoint(one, values, names, "auto", Limits(precise=True))
    function = DifferentiatedFunction(bound)
    sizes = [u for n in names for u in given[n][1]]
    together = _correlations(function.names, sizes, correlations or {}, covariances or {})
    lower = cholesky(together)
    if lower is None:
        raise UsageError("no variables have these correlations: their matrix is not positive "
                         "semidefinite")  # fmt: skip
    found, kinks = _components(function, sizes, lower, order)
    drawn: Sequence[Sampled | None] = [None] * len(found)
    if samples and names:
        drawn = sampled(one, function, sizes, lower, samples, seed)
    return Propagated(function, sizes, found, drawn, order=order, kinks=kinks, remarks=remarks)


def _with_observations(
    program: Specialisations, point: Mapping[str, Any], found: DataTable
) -> tuple[dict[str, Any], dict[tuple[str, str], float]]:
    """The point with the means of the columns that are inputs, and the correlations of these."""
    names = used_columns(program, found)
    means, correlations = from_observations(
        {name: found.numbers(name, remedy=_REMEDY) for name in names}
    )
    for name in means:
        if name in point:
            raise UsageError(f"'{name}' is given a value, and it is a column of {found.name}")
    return {**point, **means}, correlations


def _about_few(
    rows: int, seen: Mapping[tuple[str, str], float], given: Mapping[tuple[str, str], float]
) -> tuple[str, ...]:
    """A note on the correlations of two observations, which are 1 or -1 whatever these are."""
    pairs = [(a, b) for a, b in seen if (a, b) not in given and (b, a) not in given]
    if rows > 2 or not pairs:
        return ()
    options = " ".join([f"--correlation {a},{b}=0" for a, b in pairs])
    return (f"two observations are always fully correlated: {options} takes the inputs as "
            "independent",)  # fmt: skip


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


def _check_once(
    correlations: Collection[tuple[str, str]], covariances: Collection[tuple[str, str]]
) -> None:
    """Refuse a pair of inputs whose correlation is given twice over."""
    for pair in covariances:
        if pair in correlations or pair[::-1] in correlations:
            both = f"'{pair[0]}' and '{pair[1]}' have both a correlation and a covariance"
            raise UsageError(both, hint="leave one of them out: it follows from the other")


def _correlations(
    names: Sequence[str],
    sizes: Sequence[float],
    correlations: Mapping[tuple[str, str], float],
    covariances: Mapping[tuple[str, str], float],
) -> Matrix:
    """The correlations of the uncertain entries."""
    place = {name: i for i, name in enumerate(names)}
    found = [[float(i == j) for j in range(len(sizes))] for i in range(len(sizes))]
    for pairs, are_covariances in ((correlations, False), (covariances, True)):
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
            part = _correlation(number, sizes[i], sizes[j]) if are_covariances else number
            if not -1 <= part <= 1:
                raise UsageError(
                    f"a covariance of {number:g} is more than the uncertainties of '{pair[0]}' and "
                    f"'{pair[1]}' allow"
                    if are_covariances
                    else f"a correlation lies between -1 and 1, not at {part:g}"
                )
            found[i][j] = found[j][i] = part
    return found


def _correlation(covariance: float, first: float, second: float) -> float:
    """A covariance over two uncertainties; one that differs from 1 by rounding is 1."""
    if covariance == 0:
        return 0.0
    small, large = sorted([first, second])
    found = covariance / large / small if small else math.copysign(math.inf, covariance)
    return math.copysign(1.0, found) if abs(abs(found) - 1) <= 4 * EPS else found


def _components(
    function: DifferentiatedFunction, sizes: Vector, lower: Matrix, order: int
) -> tuple[list[Component], tuple[str, ...]]:
    """For each entry of the results its value, its gradient and, where it is known, its second
    order; and notes on kinks."""
    values, rows, kinks = function.at_start(FORWARD)
    curved = order == 2 or (len(rows) == 1 and len(function.names) <= _MANY)
    second = _second_order(function, sizes, lower, required=order == 2) if curved else None
    upper = transposed(lower)
    found = []
    for value, row in zip(values, rows, strict=True):
        changes = [d * u for d, u in zip(row, sizes, strict=True)]
        independent = [_without_rounding(part, changes) for part in upper]
        uncertainty = norm(independent)
        if not math.isfinite(uncertainty):
            raise UsageError("the uncertainty of the result is too large for a double",
                             hint="take another unit")  # fmt: skip
        rounding = _ROUNDING * max(map(abs, changes), default=0.0)
        if not uncertainty and second is not None and max(map(abs, second)) <= rounding:
            second = (0.0, 0.0)
        shares = [0.0] * len(row)
        if uncertainty:
            parts = matvec(lower, [p / uncertainty for p in independent])
            shares = [c / uncertainty * p for c, p in zip(changes, parts, strict=True)]
        found.append(Component(value, row, independent, uncertainty, shares, second))
    return found, kinks


def _without_rounding(part: Vector, changes: Vector) -> float:
    """How much an independent variable changes the result, by its part of each input; 0 where all
    that is left of changes that cancel is rounding."""
    found = dot(part, changes)
    largest = max([abs(c) for p, c in zip(part, changes, strict=True) if p], default=0.0)
    return 0.0 if math.isfinite(found) and abs(found) <= _ROUNDING * largest else found


def _second_order(
    function: DifferentiatedFunction, sizes: Vector, lower: Matrix, *, required: bool
) -> tuple[float, float] | None:
    """The bias and the standard deviation of second order, infinite where one is too large for a
    double; None if there are none."""
    try:
        function.bound.require_number("an uncertainty of second order")
        hessian = function.hessian(function.start)
    except (EvaluationError, NotDifferentiable, TypeFault):
        if required:
            raise
        return None
    changes = [
        [_product(h, u, v) for h, v in zip(row, sizes, strict=True)]
        for row, u in zip(hessian, sizes, strict=True)
    ]
    moved = matmul(matmul(transposed(lower), changes), lower) if changes else []
    bias = sum([row[i] for i, row in enumerate(moved)]) / 2
    deviation = norm([m for row in moved for m in row]) / math.sqrt(2)
    if math.isfinite(bias) and math.isfinite(deviation):
        return bias, deviation
    if required:
        raise UsageError("the second order is too large for a double", hint="take another unit")
    return math.inf, math.inf


def _product(*factors: float) -> float:
    """A product without overflow or underflow on the way."""
    parts = [math.frexp(f) for f in factors]
    try:
        return math.ldexp(math.prod([m for m, _ in parts]), sum([e for _, e in parts]))
    except OverflowError:
        return math.inf


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
        size = norm(deviations[name]) / math.sqrt(count * (count - 1))
        means[name] = Uncertain(mean, size)
    correlations = {}
    names = list(columns)
    for i, a in enumerate(names):
        for b in names[:i]:
            product = math.fsum([x * y for x, y in zip(deviations[a], deviations[b], strict=True)])
            lengths = math.hypot(*deviations[a]) * math.hypot(*deviations[b])
            if lengths:
                found = product / lengths
                is_full = abs(found) > 1 - _FULL  # else sqrt(1 - r^2) would be 1e-8
                correlations[b, a] = math.copysign(1.0, found) if is_full else found
    return means, correlations
