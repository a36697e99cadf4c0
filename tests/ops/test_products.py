"""Products of seeds and partials over the whole range of doubles, against mpmath, for every row."""

from __future__ import annotations

import math
import random
from typing import Any

import oracle
import pytest
from mpmath import mp, mpf

from adcli.expr import Expr, Num, lift
from adcli.ops.comparisons_logic_and_choice import Check
from adcli.ops.compensated_sum import Rounding
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.primitive import BOOL, Primitive
from adcli.ops.registry import TABLE
from adcli.passes.chain_rule import adjoint_formula

pytestmark = pytest.mark.slow("mpmath with hundreds of digits")

CONTROL = {"select"} | {n for n, row in TABLE.items() if isinstance(row, Check | Rounding)}
ROWS = [row for row in TABLE.values() if row.kind != BOOL and row.name not in CONTROL]
TINY, HUGE = 2.0**-1022, 2.0**1023

#: What the C library or our own series cost at extreme arguments, in units of the last place.
LOOSE = {
    "gamma": 400,
    "lgamma": 40,
    "digamma": 40,
    "polygamma": 60,
    "pow": 24,
    "logaddexp": 400,  # a - b is rounded before exp: half of |a - b| units
}

#: Rows of which arguments left of 0 are close to poles.
POSITIVE = {"gamma", "lgamma", "digamma", "polygamma"}


#: Rows whose reference at huge arguments would take minutes.
OSCILLATING = {"j0", "j1", "jn", "y0", "y1", "i0", "i1", "iv"}

#: Rows whose reference takes a second a point, since it cancels: fewer points are drawn.
CANCELLING = {"beta", "betaln", "polygamma_gain"}


def _integer(row: Primitive, index: int) -> bool:
    return isinstance(row.samples[index][0], int)


def _drawn(row: Primitive, index: int, rng: random.Random) -> float:
    """An argument: of any magnitude, of the range that the row names, or far out in that."""
    low, high = row.samples[index]
    if _integer(row, index):
        return rng.randint(int(low), int(high))
    choice = rng.random() / (2 if row.name in OSCILLATING else 1)
    if choice < 0.3:
        return rng.uniform(low, high)
    if choice < 0.5:
        return rng.uniform(low, high) * 10 ** rng.uniform(0, 3)
    x = math.ldexp(rng.uniform(1, 2), rng.randint(-1022, 1022))
    return x if row.name in POSITIVE else rng.choice((-1, 1)) * x


def _points(row: Primitive, count: int) -> list[tuple[float, ...]]:
    """Arguments inside the domain at which the value is a normal double, away from kinks."""
    rng = random.Random(row.name)
    found: list[tuple[float, ...]] = []
    for _ in range(50 * count):
        args = tuple(_drawn(row, i, rng) for i in range(row.arity))
        for condition in (row.domain.condition, row.domain.smooth):
            if condition is not None and not _holds(condition(*map(lift, args))):
                break
        else:
            value = row.value(*args)
            if TINY <= abs(value) < HUGE or value == 0 == args[0]:
                found.append(args)
        if len(found) == count:
            break
    return found


def _holds(condition: Expr) -> bool:
    return bool(FusedOperation(condition).function()) if not isinstance(condition, Num) else True


def _seeds(index: int, args: tuple[float, ...], value: float) -> list[float]:
    """The tangent of an argument that changes by a share of itself, the adjoint of a result whose
    logarithm is asked for, and one."""
    found = [1.0, args[index] * 0.7, args[index] * -3e-12, args[index] * 2e9]
    if value:
        found += [0.3 / value, -5e9 / value, 7e-11 / value]
    return [s for s in found if TINY <= abs(s) < HUGE]


def _product(row: Primitive, index: int, seed: float, args: tuple[float, ...]) -> float:
    """As reverse mode computes it."""
    shape = adjoint_formula(row, index, (None,) * row.arity if row.algebra.folds else (), False)
    if shape is None:
        return 0.0
    given: list[Any] = [row.function(*args), seed, 0.0, *args]
    return float(shape.formula.function(*[e.value for e in shape.pick(list(map(Num, given)))]))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_products_keep_their_digits(row: Primitive) -> None:
    """Wherever seed, value and product are normal doubles, the product is right; for rows that form
    the partial first, where that is one too."""
    points = _points(row, 15 if row.name in CANCELLING else 60)
    assert len(points) > (10 if row.name in CANCELLING else 20)
    for args in points:
        value = row.value(*args)
        for index in range(row.arity):
            if _integer(row, index):
                continue
            digits = 60 if row.name in POSITIVE | OSCILLATING else 800
            order = tuple(int(i == index) for i in range(row.arity))
            slope = oracle.derivative(row.name, order, *args, digits=digits)
            for seed in _seeds(index, args, value):
                with mp.workdps(50):
                    exact = mpf(seed) * slope
                formed = abs(slope) if row.calculus.products is None else abs(exact)
                if not 4 * TINY <= min(formed, abs(exact)) <= max(formed, abs(exact)) < HUGE / 4:
                    continue
                error = oracle.ulps(_product(row, index, seed, args), exact)
                assert error <= LOOSE.get(row.name, 12), (args, index, seed, float(exact))
