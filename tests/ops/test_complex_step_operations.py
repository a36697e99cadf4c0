"""The complex step: both parts of f(x + ih) against mpmath."""

from __future__ import annotations

import math
import random
from typing import Any

import oracle
import pytest

from adcli.ops.comparisons_logic_and_choice import Check
from adcli.ops.compensated_sum import Rounding
from adcli.ops.primitive import BOOL, Primitive
from adcli.ops.registry import TABLE

STEP = 1e-100
#: Rows with a truth value, or with an argument that is one.
LOGIC = {row.name for row in TABLE.values() if row.kind == BOOL} | {"select"}
LOGIC |= {row.name for row in TABLE.values() if isinstance(row, Check | Rounding)}
#: Rows of integers alone.
INTEGERS = {row.name for row in TABLE.values() if len(row.integers) == row.arity}
#: Rows that are not known for complex arguments; there the complex step refuses.
UNKNOWN = {"j0", "j1", "jn", "y0", "y1", "i0", "i1", "iv", "sincn", "polygamma_gain"}
ROWS = [row for row in TABLE.values() if row.name not in LOGIC and row.analytic is not None]
STEPS = ("floor", "ceil", "trunc", "floordiv", "sign")


def _draw(row: Primitive, count: int) -> list[tuple[float, ...]]:
    rng = random.Random(7)
    return [
        tuple((rng.randint if isinstance(a, int) else rng.uniform)(a, b) for a, b in row.samples)
        for _ in range(count)
    ]


def _assert_step(row: Primitive, index: int, args: tuple[float, ...], digits: int = 50) -> None:
    assert row.analytic is not None
    moved: list[Any] = list(args)
    moved[index] = complex(args[index], STEP)
    found = row.analytic(*moved)
    order = tuple(int(i == index) for i in range(row.arity))
    value = float(oracle.value(row.name, *args, digits=digits))
    slope = float(oracle.derivative(row.name, order, *args, digits=digits))
    loss = 2e-14 if row.name in ("gamma", "lgamma", "beta", "betaln") else 3e-15
    assert found.real == pytest.approx(value, rel=loss, abs=loss), args
    assert found.imag / STEP == pytest.approx(slope, rel=loss, abs=1e-14), args


@pytest.mark.parametrize(
    "count", [10, pytest.param(100, marks=pytest.mark.slow("each row at 100 points, by mpmath"))]
)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_value_and_derivative(row: Primitive, count: int) -> None:
    """No imaginary part is lost, and none comes from the table's own rules."""
    for args in _draw(row, count):
        for index in range(row.arity):
            if not isinstance(row.samples[index][0], int):
                _assert_step(row, index, args)


def test_every_other_row_has_a_complex_form() -> None:
    """They are few, and who adds one says so here."""
    found = {row.name for row in TABLE.values() if row.analytic is None}
    found -= LOGIC | INTEGERS
    new, gone = found - UNKNOWN, UNKNOWN - found
    assert not new, f"give {new} a function `complex` in the group `overloads`, or add to UNKNOWN"
    assert not gone, f"{gone} have a complex form now: remove them from UNKNOWN"


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("acosh", [1.0000001, 1e10, 1e150]),
        ("asin", [1e-10, 0.9999999, -0.9999999]),
        ("asinh", [1e-20, -1e5, 1e10]),
        ("atan", [1e-20, -1e5, 1e10]),
        ("cbrt", [-1e10, 1e-10]),
        ("digamma", [-0.5, -3.7, -200.3, 1e5]),
        ("erf", [1.2, 1.3, -2.0, 5.0, 8.0]),
        ("erfc", [1.2, 1.3, -2.0, 5.0, 20.0]),
        ("expm1", [1e-20, -40.0]),
        ("gamma", [-0.5, -3.7, 50.0, 100.0]),
        ("lgamma", [-0.5, -3.7, -300.2, 1e5]),
        ("log", [1e-10, 1 + 1e-10]),
        ("log1p", [1e-20, -0.9999999]),
        ("sech", [300.0, -40.0]),
        ("sigmoid", [40.0, -700.0]),
        ("softplus", [40.0, -700.0]),
        ("tan", [1.5707963, 1e-20]),
        ("tanh", [20.0, -20.0, 1e-20]),
    ],
)
def test_delicate_points(name: str, points: list[float]) -> None:
    """Near singularities, far out and close to zero the imaginary part keeps its digits."""
    row = TABLE[name]
    assert row.analytic is not None
    for x in points:
        found = row.analytic(complex(x, STEP)).imag / STEP
        slope = float(oracle.derivative(name, (1,), x, digits=100))
        assert found == pytest.approx(slope, rel=1e-13), x


def test_integer_powers_of_negative_bases() -> None:
    """x^n has its derivative left of zero, for large n too."""
    power = TABLE["pow"].analytic
    assert power is not None
    for n in (-3, 2, 7.0, 101.0):
        found = power(complex(-1.25, STEP), n).imag / STEP
        assert found == pytest.approx(n * (-1.25) ** (n - 1), rel=1e-14)


@pytest.mark.parametrize("n", [0, 1, 2, 5, 12])
def test_polygamma_left_of_zero(n: int) -> None:
    """Reflection serves complex arguments."""
    row = TABLE["polygamma"]
    assert row.analytic is not None
    for x in (-0.3, -3.7, -200.4):
        found = row.analytic(n, complex(x, STEP)).imag / STEP
        assert found == pytest.approx(float(oracle.value("polygamma", n + 1, x)), rel=1e-13)


@pytest.mark.parametrize("name", ["lt", "le", "gt", "ge", "eq", "ne"])
def test_comparisons_take_the_real_part(name: str) -> None:
    """The path through a program is that of the real point."""
    row = TABLE[name]
    assert row.analytic is not None
    for a, b in ((1.0, 2.0), (2.0, 1.0), (1.0, 1.0)):
        assert row.analytic(complex(a, STEP), complex(b, -STEP)) == row.function(a, b)


@pytest.mark.parametrize(
    ("name", "args", "slope"),
    [
        ("abs", (0.0,), 0.0),
        ("relu", (0.0,), 0.0),
        ("max", (1.0, 1.0), 1.0),
        ("min", (1.0, 1.0), 1.0),
    ],
)
def test_choice_at_a_kink(name: str, args: tuple[float, ...], slope: float) -> None:
    """The same choice as the partials make."""
    row = TABLE[name]
    assert row.analytic is not None
    assert row.analytic(complex(args[0], STEP), *args[1:]).imag == slope * STEP


@pytest.mark.parametrize("name", STEPS)
def test_steps_have_no_imaginary_part(name: str) -> None:
    """A step is constant around a point."""
    row = TABLE[name]
    assert row.analytic is not None
    assert row.analytic(complex(1.3, STEP), *[0.7] * (row.arity - 1)).imag == 0


@pytest.mark.parametrize("name", ["gamma", "lgamma", "beta", "betaln"])
def test_values_on_the_axis_are_those_of_the_row(name: str) -> None:
    """Also where the number of recurrence steps changes, which must not show as a jump."""
    row, h = TABLE[name], 1e-20
    for x in (0.7, 1.0, 2.0 - 2.0**-50, 2.0, 2.0 + 2.0**-50, 3.5, 12.0):
        others = (0.8,) * (row.arity - 1)
        assert row.analytic is not None
        found = row.analytic(complex(x, h), *others).real
        assert found == pytest.approx(row.function(x, *others), rel=5e-16, abs=0)


def test_the_gradient_of_beta_does_not_jump() -> None:
    """A difference of complex steps took noise for structure where a + b passes 2."""
    beta, h = TABLE["beta"].analytic, 1e-20
    assert beta is not None
    slopes = [beta(complex(0.7, h), 1.3 + k * 2.0**-52).imag / h for k in range(-8, 9)]
    assert max(slopes) - min(slopes) < 8 * math.ulp(max(map(abs, slopes)))
