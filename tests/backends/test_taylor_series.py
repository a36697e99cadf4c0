"""Taylor series: each row against mpmath, programs against what they are, cost by counting."""

from __future__ import annotations

import itertools
import math
import random
from pathlib import Path
from typing import Any

import mpmath
import oracle
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from mpmath import mp, mpf
from strategies import Case, applications, cases, straight

import adcli
from adcli.backends.taylor_series_propagation import Box, Propagation, Series
from adcli.engines.interface import Limits
from adcli.errors import (
    AdcliError,
    LimitError,
    NotDifferentiable,
    OverflowFault,
    Unsupported,
    UsageError,
)
from adcli.expr import App, Num, Var
from adcli.ir import nodes as ir
from adcli.loading import load_program
from adcli.nested_lists import flatten_all
from adcli.ops.primitive import BOOL, Primitive
from adcli.ops.registry import TABLE
from adcli.source import Source

CONTROL = {"select", "defined", "regular", "matched", "compensation", "compensated"}
ROWS = [row for row in TABLE.values() if row.kind != BOOL and row.name not in CONTROL]

#: To which order the series of rows are compared.
ORDER = 6


def path(row: Primitive, args: tuple[float, ...]) -> ir.Module:
    """One application, its integer arguments as literals."""
    atoms = [Num(a) if isinstance(a, int) else Var(f"x{i}") for i, a in enumerate(args)]
    names = tuple(a.name for a in atoms if isinstance(a, Var))
    types = dict.fromkeys([*names, "v"], "real")
    body = [ir.Let("v", App(row, tuple(atoms)))]
    return ir.Module({"f": ir.Function("f", names, ("v",), types, body)}, "f", normal=True)


def propagation(row: Primitive, args: tuple[float, ...], order: int) -> Propagation:
    return Propagation(path(row, args), Box((order,)), Limits())


def samples(row: Primitive, count: int) -> list[tuple[float, ...]]:
    rng = random.Random(row.name)
    return [
        tuple(
            rng.randint(a, b) if isinstance(a, int) else rng.uniform(a, b) for a, b in row.samples
        )
        for _ in range(count)
    ]


def reference(row: Primitive, args: tuple[float, ...], direction: list[float]) -> list[mpf]:
    """The coefficients along a direction of the real arguments, by mpmath's differences.

    30 digits are enough for the 12 that are asked, and it works with seven times as many."""
    reals = [i for i, a in enumerate(args) if isinstance(a, float)]
    slopes = dict(zip(reals, direction, strict=True))

    def line(t: mpf) -> mpf:
        moving = [mpf(a) + t * slopes.get(i, 0) for i, a in enumerate(args)]
        return oracle.FUNCTIONS[row.name](*moving)

    with mp.workdps(30):
        return list(mpmath.taylor(line, 0, ORDER))


@pytest.mark.parametrize(
    "count", [1, pytest.param(4, marks=pytest.mark.slow("mpmath's differences of sixth order"))]
)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_has_its_series(row: Primitive, count: int) -> None:
    """To order 6 along one argument and along all, at the row's own samples."""
    for args in samples(row, count):
        reals = [i for i, a in enumerate(args) if isinstance(a, float)]
        point = [args[i] for i in reals]
        exact: list[mpf] = []
        for slopes in ([1.0] * len(reals), [0.5 * (-1) ** i for i in range(len(reals))]):
            moves = {f"x{i}": (1, s) for i, s in zip(reals, slopes, strict=True)}
            (found,) = propagation(row, args, ORDER).run(point, moves)
            if exact and len(reals) == 1:
                exact = [c * slopes[0] ** k for k, c in enumerate(exact)]
            else:
                exact = reference(row, args, slopes)
            scale = max(abs(c) for c in exact)
            for k, (ours, theirs) in enumerate(zip(found, exact, strict=True)):
                error = abs(ours - theirs)
                assert error <= 1e-12 * abs(theirs) + 1e-13 * scale, (args, k, ours, float(theirs))


@pytest.mark.slow("twenty orders")
def test_twenty_orders_keep_their_digits() -> None:
    """exp(sin(x)) to order 20 within 1e-12 of exact derivatives."""
    for x in (0.1, 0.7, 2.0, -1.3):
        found = adcli.load("exp(sin(x))").taylor(20, x=x)
        with mp.workdps(60):
            exact = mpmath.taylor(lambda t: mpmath.exp(mpmath.sin(t)), mpf(x), 20)
            for k, (ours, theirs) in enumerate(zip(found, exact, strict=True)):
                assert abs(ours - theirs * mpmath.factorial(k)) <= 1e-12 * abs(
                    theirs * mpmath.factorial(k)
                )


def counted(row: Primitive, args: tuple[float, ...], order: int) -> int:
    found = propagation(row, args, order)
    point = [a for a in args if isinstance(a, float)]
    found.run(point, {f"x{i}": (1, 1.0) for i in range(len(args))})
    return found.count


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_cost_of_a_row_grows_as_it_says(row: Primitive) -> None:
    """Twice the order takes four times the multiplications in the end, or eight times in a row that
    says so; and none says so for nothing."""
    args = samples(row, 1)[0]
    first = 10 if row.calculus.growth == 2 else 5
    counts = [counted(row, args, first * 2**k) for k in range(4)]
    factor = 2**row.calculus.growth
    assert counts[3] <= 1.025 * factor * counts[2], counts
    assert counts[3] <= (1.075 * factor) ** 3 * counts[0], counts
    if row.calculus.growth > 2:
        assert counts[3] > 0.8 * factor * counts[2], counts


def test_the_cost_of_a_chain_grows_with_the_square_of_the_order() -> None:
    """The ratio comes near 4, from below."""
    f = adcli.load("exp(sin(x))*atan(x)/(1+x^2)")
    counts = []
    for order in (20, 40, 80, 160):
        body = [s for s in f.module.main.body if isinstance(s, ir.Let)]
        assert len(body) == len(f.module.main.body)
        found = Propagation(f.module, Box((order,)), Limits())
        found.run([0.3], {"x": (1, 1.0)})
        counts.append(found.count)
    ratios = [b / a for a, b in itertools.pairwise(counts)]
    assert ratios == sorted(ratios)
    assert 3.8 < ratios[-1] < 4, ratios


@pytest.mark.parametrize(
    ("text", "point", "derivatives"),
    [
        ("x^5", {"x": 0}, [0, 0, 0, 0, 0, 120, 0]),
        ("x^-2", {"x": -1}, [1, 2, 6, 24, 120, 720, 5040]),
        ("(-2)^2*x", {"x": 0}, [0, 4, 0, 0, 0, 0, 0]),
        ("x^0", {"x": 0}, [1, 0, 0, 0, 0, 0, 0]),
        ("abs(x)^3", {"x": -2}, [8, -12, 12, -6, 0, 0, 0]),
        ("max(x^2, x)", {"x": 1}, [1, 2, 2, 0, 0, 0, 0]),
        ("relu(x)", {"x": 0}, [0, 0, 0, 0, 0, 0, 0]),
        ("x % 2", {"x": 5.5}, [1.5, 1, 0, 0, 0, 0, 0]),
        ("x^2 if x > 0 else x", {"x": 3}, [9, 6, 2, 0, 0, 0, 0]),
        ("7", {}, [7, 0, 0, 0, 0, 0, 0]),
    ],
)
def test_series_that_are_known(
    text: str, point: dict[str, float], derivatives: list[float]
) -> None:
    """Powers at 0, and at kinks the choice that first-order forward mode makes."""
    assert adcli.load(text).taylor(6, **point) == derivatives


def test_a_small_power_keeps_its_digits() -> None:
    """x^1.7 is 0 at 1e-200, its derivative is not."""
    found = adcli.load("x^1.7").taylor(1, x=1e-200)
    assert found[0] == 0
    assert found[1] == pytest.approx(1.7e-140)


LOOP = """
def f(x, A, n):
    rows = []
    for i in range(n):
        total = 0.0
        for j in range(len(x)):
            total += A[i][j]*x[j]*x[j]
        rows.append(total if total > 0 else -total)
    return rows, x[0]
"""


def program(text: str) -> adcli.Program:
    return load_program(Source(text, "test.py"))


def test_a_program_with_loops_and_arrays() -> None:
    """Results have their shapes, the orders are innermost; directions have the inputs' shapes."""
    f = program(LOOP)
    point: dict[str, Any] = {"x": [1.0, 2.0], "A": [[1.0, 2.0], [-3.0, 0.5]], "n": 2}
    rows, first = f.taylor(3, {"x": [1, -1]}, **point)
    # A_i0 (1+t)^2 + A_i1 (2-t)^2
    assert rows == [[9, -6, 6, 0], [1, 8, 5, 0]]
    assert first == [1, 1, 0, 0]
    assert f.taylor(3, wrt="A[1,0]", **point)[0] == [[9, 0, 0, 0], [1, -1, 0, 0]]
    assert f.taylor(3, wrt="A[1][0]", **point)[0] == [[9, 0, 0, 0], [1, -1, 0, 0]]
    assert f.partial(["x[1]", "A[0,1]", "x[1]"], **point) == ([2, 0], 0)


def test_order_by_order_as_nested_forward_mode() -> None:
    """Newton's iteration, differentiated once and twice."""
    f = adcli.load(str(Path(__file__).parents[2] / "samples/newton.py"))
    value, slope, curvature = f.taylor(2, a=2)
    assert value == f(a=2)
    assert slope == pytest.approx(f.gradient(a=2)["a"], rel=1e-14)
    assert curvature == pytest.approx(f.hessian(a=2)["a"]["a"], rel=1e-13)


@pytest.mark.slow("each row to several orders by two methods")
@given(st.one_of(cases(), straight(), applications()), st.lists(st.integers(-8, 8), min_size=6))
def test_low_orders_are_those_of_the_passes(case: Case, weights: list[int]) -> None:
    """Of any program: f' is forward mode's, f'' that of forward over reverse mode; and where
    forward mode has a derivative, so has this."""
    f = case.program()
    direction = {x: (w + 0.5) / 8 for x, w in zip(f.reals, weights, strict=False)}
    assume(len(direction) == len(f.reals))
    try:
        first = f.tangents([direction], case.point)
    except AdcliError:
        assume(False)
    found = f.expand(case.point, order=1, direction=direction)
    assert found.values == first.values
    tangents = flatten_all(first.products[0])
    for ours, theirs in zip(found.series, tangents, strict=True):
        assert ours[1] == pytest.approx(theirs, rel=1e-9, abs=1e-9)
    if found.is_number:
        try:
            product = f.second_products([direction], case.point).named()[0]
            found = f.expand(case.point, order=2, direction=direction)
        except AdcliError:
            assume(False)
        terms = [product[x] * d for x, d in direction.items()]
        scale = max(1.0, *map(abs, terms))
        assert found.derivative_list[0][2] == pytest.approx(sum(terms), rel=0, abs=1e-8 * scale)


@pytest.mark.parametrize(
    ("text", "wrt", "exact"),
    [
        ("x^3*y^2", "xxy", 24.0),
        ("x^3*y^2", "yxx", 24.0),
        ("x^3*y^2", "xxxyy", 12.0),
        ("x^3*y^2", "xxxx", 0.0),
        ("exp(x*y)", "xy", 3 * math.exp(2)),
        ("1/(x+y)", "xxxyyy", 720 / 3**7),
        ("x^y", "xy", 1 + 2 * math.log(1)),
        ("sin(x)*exp(y)", "xyy", math.cos(1) * math.exp(2)),
    ],
)
def test_mixed_partials(text: str, wrt: str, exact: float) -> None:
    """In any order of the names."""
    assert adcli.load(text).partial(list(wrt), x=1, y=2) == pytest.approx(exact, rel=1e-13)


def test_mixed_partials_of_three_variables_against_mpmath() -> None:
    """A function in which all of them meet."""
    text = "sqrt(x+y*z)*atan2(x, y+z)/log(1+x*y*z)"
    found = adcli.load(text).partial(list("xxyzz"), x=1.1, y=0.7, z=1.9)

    def function(x: mpf, y: mpf, z: mpf) -> mpf:
        return mpmath.sqrt(x + y * z) * mpmath.atan2(x, y + z) / mpmath.log(1 + x * y * z)

    with mp.workdps(60):
        exact = mpmath.diff(function, (mpf(1.1), mpf(0.7), mpf(1.9)), (2, 1, 2))
    assert found == pytest.approx(float(exact), rel=1e-11)


@pytest.mark.parametrize(
    ("text", "x", "order"),
    [("sqrt(x)", 0, 1), ("x^2.5", 0, 3), ("asin(x)", 1, 1), ("1/x", 1e-150, 2)],
)
def test_a_derivative_that_is_not_finite(text: str, x: float, order: int) -> None:
    """An error at the first order that does not exist; those below are found."""
    f = adcli.load(text)
    with pytest.raises(NotDifferentiable):
        f.taylor(order, x=x)
    assert len(f.taylor(order - 1, x=x)) == order


def test_a_power_with_two_moving_parts_at_zero() -> None:
    """x^y has derivatives below order y, and no others."""
    f = adcli.load("x^y")
    assert f.taylor(1, {"x": 1, "y": 1}, x=0, y=1) == [0, 1]
    with pytest.raises(NotDifferentiable):
        f.taylor(2, {"x": 1, "y": 1}, x=0, y=1)
    with pytest.raises(NotDifferentiable):
        f.partial(["x", "y"], x=0, y=1)
    assert f.partial(["x", "y"], x=0, y=2) == f.hessian(x=0, y=2)["x"]["y"] == 0
    assert f.taylor(2, {"x": 1, "y": 1}, x=0, y=2) == [0, 0, 2]
    with pytest.raises(NotDifferentiable):
        f.partial(["x", "x", "y"], x=0, y=2)


def test_what_does_not_move_needs_no_derivative() -> None:
    """sqrt(x) at 0 is a constant along y."""
    assert adcli.load("sqrt(x)+y").taylor(1, wrt="y", x=0, y=3) == [3, 1]


def test_derivatives_that_overflow() -> None:
    """The coefficient is a double, k! times it is not."""
    f = adcli.load("1/(1-x)")
    found = f.expand({"x": 0.5}, order=160, limits=Limits(propagate=True))
    assert found.coefficients[0][160] == 2.0**161
    assert found.derivatives[0][160] == math.inf
    with pytest.raises(OverflowFault, match=r"derivative 1[0-9]+ is too large"):
        f.taylor(160, x=0.5)


def test_high_orders() -> None:
    """Where k! is no double, a small coefficient still has its derivative."""
    found = adcli.load("exp(x/4)").taylor(400, x=0)
    assert found[200] == pytest.approx(4.0**-200, rel=1e-12)


def test_a_long_propagation_stops() -> None:
    """Multiplications count as steps."""
    with pytest.raises(LimitError):
        adcli.load("exp(sin(x))").expand({"x": 1}, order=2000, limits=Limits(max_steps=1000))
    with pytest.raises(LimitError):
        adcli.load("x").taylor(10**12, x=1)
    names = [f"x{i}" for i in range(30)]
    with pytest.raises(LimitError, match="products for each operation"):
        adcli.load("*".join(names)).partial(names, **dict.fromkeys(names, 1))


@pytest.mark.parametrize(
    ("wrt", "message"),
    [
        ("z", "no input 'z'"),
        ("n", "'n' is an integer"),
        ("A", "'A' is an array"),
        ("x[2]", "no entry 'x"),
        ("A[0]", "no entry 'A"),
    ],
)
def test_names_that_cannot_be(wrt: str, message: str) -> None:
    """Names and entries are checked alike by both questions."""
    f = program(LOOP)
    point: dict[str, Any] = {"x": [1.0, 2.0], "A": [[1.0, 2.0], [-3.0, 0.5]], "n": 2}
    with pytest.raises(UsageError, match=message):
        f.taylor(2, wrt=wrt, **point)
    with pytest.raises(UsageError, match=message):
        f.partial([wrt], **point)


def test_usage() -> None:
    """What is asked must be one question."""
    f = adcli.load("x*y")
    with pytest.raises(UsageError, match="one line, and there are 2"):
        f.taylor(2, x=1, y=2)
    with pytest.raises(UsageError, match="exclude"):
        f.taylor(2, {"x": 1}, wrt="x", x=1, y=2)
    with pytest.raises(UsageError, match="no input to differentiate"):
        f.partial([], x=1, y=2)
    with pytest.raises(UsageError, match="order"):
        f.taylor(-1, wrt="x", x=1, y=2)
    assert f.taylor(0, wrt="x", x=1, y=2) == [2]


def test_a_declared_derivative_is_not_passed_by() -> None:
    """Series go by operations; what the program declares may differ from them."""
    f = program(
        "from adcli import derivative\ndef slope(x):\n    return 2*x\n"
        "@derivative(x=slope)\ndef g(x):\n    return x*x\ndef f(x):\n    return g(x) + 1\n"
    )
    with pytest.raises(Unsupported, match="g declares"):
        f.taylor(2, x=1)


def test_functions_of_matrices_have_series() -> None:
    """det goes by elimination: x^3 - 2."""
    found = adcli.load("det([[x, 1], [2, x^2]])").taylor(4, x=3)
    assert found == pytest.approx([25, 27, 18, 6, 0], abs=1e-12)


@pytest.mark.parametrize("order", [100_000, 10**7, 10**18])
@pytest.mark.parametrize(
    "text", ["exp(sin(x))", "sin(x)", "x*x + 3", "1/(2 + x)", "x^2.5", "x^7", "sqrt(x)", "atan(x)"]
)
def test_what_takes_too_long_does_not_begin(
    text: str, order: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Products of series are weighed before one is computed, and the message names the limit."""
    computed: list[int] = []
    at = Series.at
    monkeypatch.setattr(Series, "at", lambda self, k: computed.append(k) or at(self, k))
    with pytest.raises(LimitError, match="more than 50,000,000 steps") as error:
        adcli.load(text).taylor(order, x=0.5)
    assert error.value.hint is not None
    assert "--max-steps" in error.value.hint
    assert len(computed) <= 4 * 100_000  # 2 + x is no product


@pytest.mark.parametrize("text", ["x", "3*x", "x + 1", "5 - 2*x/7"])
def test_a_line_of_any_order_counts_its_numbers(text: str) -> None:
    """No products of series, and yet an order of which there are too many numbers to show."""
    f = adcli.load(text)
    assert f.taylor(1000, x=0.5)[2:] == [0.0] * 999
    with pytest.raises(LimitError, match="more than 50,000,000 steps"):
        f.taylor(10_000_000, x=0.5)


def test_the_limit_can_be_moved() -> None:
    """Both ways."""
    f = adcli.load("sin(x)")
    point = {"x": 0.5}
    with pytest.raises(LimitError, match="more than 100 steps"):
        f.expand(point, order=20, limits=Limits(max_steps=100))
    assert len(f.expand(point, order=20, limits=Limits(max_steps=10_000)).series[0]) == 21


def test_what_a_mixed_derivative_takes_is_known_before() -> None:
    """The closed forms count what the sums over all indices have."""
    for orders in ((0,), (7,), (1, 1), (3, 2), (2, 0, 3), (1, 2, 1, 1)):
        box = Box(orders)
        below = [box._below(k) for k in range(box.size)]
        assert box.all_pairs == sum([len(b) - 1 for b in below])


@pytest.mark.slow("derivatives of order 1,000")
@pytest.mark.parametrize(
    ("text", "x", "order"),
    [
        ("sin(x)", 0.7, 180),
        ("sin(x)", 0.7, 1000),
        ("exp(x)", 0.7, 400),
        ("sin(x/10)", 7.0, 180),
        ("1e300*sin(x)", 0.7, 200),
        ("1e300*sin(x)", 0.7, 250),
        ("sin(x) + x/1e305", 0.7, 190),
    ],
)
def test_high_derivatives_are_right_where_coefficients_are_below_all_doubles(
    text: str, x: float, order: int
) -> None:
    """A coefficient 1/200! is no double, and 200! times it is 1."""
    found = adcli.load(text).taylor(order, x=x)
    scale, rate, phase = {
        "exp(x)": (1, 1, None),
        "sin(x/10)": (1, mpf(1) / 10, 1),
        "1e300*sin(x)": (mpf(1e300), 1, 1),
    }.get(text, (1, 1, 1))
    for k in range(2, order + 1):
        base = mp.exp(mpf(x)) if phase is None else mp.sin(rate * mpf(x) + k * mp.pi / 2)
        wanted = scale * rate**k * base
        assert abs(found[k] - wanted) <= 1e-12 * abs(scale * rate**k), k


@pytest.mark.slow("order 200, and integrals to 50 digits")
def test_bessel_functions_have_high_derivatives() -> None:
    """The derivative of order 200 is an integral, of cos(t)^200 cos(x cos(t)) / pi from 0 to pi."""
    found = adcli.load("j0(x)").taylor(200, x=0.7)
    for k in (150, 176, 188, 200):
        sign = (-1) ** (k // 2)
        wanted = sign * mp.quad(
            lambda t, k=k: mp.cos(t) ** k * mp.cos(mpf(0.7) * mp.cos(t)),
            mp.linspace(0, mp.pi, 9),
        )
        assert abs(found[k] - wanted / mp.pi) < 1e-11


@pytest.mark.slow("order 185")
def test_series_with_gaps_and_mixed_derivatives_of_high_order_are_right() -> None:
    """Coefficient 50 is 1e-150 and coefficient 150 is 1e-450/6; one of a mixed derivative."""
    found = adcli.load("sin((x/1000)^50)").taylor(150, x=0)[150]
    wanted = float(-mp.factorial(150) / 6 / mpf(10) ** 450)
    assert found == pytest.approx(wanted, rel=1e-12)
    f = adcli.load("sin(x)*exp(y)")
    mixed = f.mixed_partial({"x": 0.7, "y": 0.0}, ["x"] * 180 + ["y"] * 5).partials[0]
    assert mixed == pytest.approx(math.sin(0.7), rel=1e-12)


@pytest.mark.slow("high orders")
def test_a_derivative_lost_to_underflow_is_refused() -> None:
    """Coefficients of sin up to order 4000 span more than the range of doubles in any unit; zeros
    of a function whose other derivatives are large are none of underflow."""
    f = adcli.load("sin(x)")
    with pytest.raises(LimitError, match=r"derivative \d+ is lost") as error:
        f.taylor(2000, x=0.7)
    assert error.value.hint == "ask for a lower order"
    passed = f.expand({"x": 0.7}, order=2000, limits=Limits(propagate=True)).derivatives[0]
    assert math.isnan(passed[2000])
    assert passed[1000] == pytest.approx(math.sin(0.7), rel=1e-12)


def test_what_is_negligible_may_underflow() -> None:
    """In no unit do the coefficients of both sines stay in range; the second ones decide."""
    found = adcli.load("sin(x/1000) + sin(50*x)").taylor(170, x=0.0)
    assert found[2::2] == [0.0] * 85
    assert found[169] == pytest.approx(50.0**169, rel=1e-12)
