"""Monte Carlo propagation: a program at points drawn from a normal distribution (JCGM 101:2008).

Samples come from Python's Mersenne Twister through the inverse of the normal distribution, so a
seed gives the same ones everywhere.  The program runs over all samples of a batch at once.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from statistics import NormalDist
from typing import NamedTuple

from adcli.applications.dense_linear_algebra import Matrix, Vector, dot
from adcli.applications.flat_vector_function import DifferentiatedFunction
from adcli.applications.model_over_table_rows import over_rows, row_arguments
from adcli.derivatives_at_point import ProgramAtPoint
from adcli.engines.interface import Limits
from adcli.errors import EvaluationError, UsageError
from adcli.rank_specialisation import Specialisation

#: The samples that run at once.
_BATCH = 50_000

#: Of more samples, relative to all, without a finite value there is no result.
_MOST_FAILURES = 0.5


class Sampled(NamedTuple):
    """The mean and the standard deviation of samples, the standard errors of these two, the ends of
    the interval that holds 95 % of them, how many there are, and how many had no
    finite value."""

    mean: float
    deviation: float
    mean_error: float
    deviation_error: float
    interval: tuple[float, float]
    samples: int
    failures: int


def sampled(
    program: Specialisation,
    function: DifferentiatedFunction,
    sizes: Vector,
    lower: Matrix,
    count: int,
    seed: int,
) -> list[Sampled | None]:
    """What samples of a program with one number as its result tell, by the uncertainties of its
    entries and the Cholesky factor of their correlations."""
    if count < 2:
        raise UsageError("Monte Carlo needs two samples at least")
    program.require_number("a Monte Carlo uncertainty")
    values: Vector = []
    failures = 0
    for columns in _draws(function, sizes, lower, count, seed):
        found = _values(program, function, columns)
        failures += len(columns[0]) - len(found)
        values += found
    if failures > _MOST_FAILURES * count or len(values) < 2:
        raise UsageError(f"the program has no finite value at {failures:,} of {count:,} samples")
    return [_summary(values, failures)]


def _draws(
    function: DifferentiatedFunction, sizes: Vector, lower: Matrix, count: int, seed: int
) -> Iterator[list[Vector]]:
    """Batches of samples: for each entry its numbers."""
    draw, normal = random.Random(seed).random, NormalDist().inv_cdf
    tiny = 2.0**-54
    for start in range(0, count, _BATCH):
        batch = min(_BATCH, count - start)
        plain = [[normal(draw() or tiny) for _ in range(batch)] for _ in function.names]
        columns = []
        for mean, size, row in zip(function.start, sizes, lower, strict=True):
            used = [(k, size * factor) for k, factor in enumerate(row) if factor and size]
            if len(used) == 1:
                (k, factor) = used[0]
                columns.append([mean + factor * z for z in plain[k]])
            else:
                factors = [factor for _, factor in used]
                rows = zip(*[plain[k] for k, _ in used], strict=True) if used else [()] * batch
                columns.append([mean + dot(factors, row) for row in rows])
        yield columns


def _values(
    program: Specialisation, function: DifferentiatedFunction, columns: Sequence[Vector]
) -> Vector:
    """The values of the program at the samples where it has a finite one."""
    size = len(columns[0]) if columns else 0
    if all("[" not in name for name in function.names):
        named = dict(zip(function.names, columns, strict=True))
        rows = over_rows(program, named)
        place = {**function.bound.point, **row_arguments(named, program, size)}
        try:
            found = ProgramAtPoint(rows, place, [], "auto", Limits(precise=True)).evaluate()
            return [float(v) for v in found.values[0] if math.isfinite(v)]
        except EvaluationError:
            pass  # some samples have no value: one after the other tells which
    values = []
    for vector in zip(*columns, strict=True):
        try:
            values.append(function.value(vector))
        except EvaluationError:
            continue
    return [v for v in values if math.isfinite(v)]


def _summary(values: Vector, failures: int) -> Sampled:
    count = len(values)
    mean = math.fsum([v / count for v in values])  # a sum of large values would overflow
    # in a power of two as the unit, so that no square is too large or too small for a double
    largest = max([abs(v - mean) for v in values])
    unit = math.ldexp(0.5, math.frexp(largest)[1]) or 1.0
    squares = [((v - mean) / unit) ** 2 for v in values]
    variance = math.fsum(squares) / (count - 1)
    fourth = math.fsum([s * s for s in squares]) / count
    # the variance of a sample variance: (m4 - s^4 (n-3)/(n-1)) / n
    of_variance = max(0.0, (fourth - variance**2 * (count - 3) / (count - 1)) / count)
    error = unit * (math.sqrt(of_variance) / (2 * math.sqrt(variance))) if variance else 0.0
    deviation = unit * math.sqrt(variance)
    ordered = sorted(values)
    ends = ordered[int(0.025 * count)], ordered[min(count - 1, int(0.975 * count))]
    return Sampled(mean, deviation, deviation / math.sqrt(count), error, ends, count, failures)
