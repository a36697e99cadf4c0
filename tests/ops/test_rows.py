"""Walk the table: whatever a row says about its operation is held against mpmath and Python."""

from __future__ import annotations

import itertools
import keyword
import math
import random
import re
import subprocess
import sys
from typing import Any

import mpmath
import oracle
import pytest

import adcli
from adcli.expr import App, Expr, Num, Var, lift
from adcli.ops.comparisons_logic_and_choice import Check
from adcli.ops.compensated_sum import Rounding
from adcli.ops.primitive import BOOL, EVEN, NOT_NEGATIVE, POSITIVE, Primitive
from adcli.ops.registry import FUNCTIONS, TABLE

#: Rows without a derivative of their own: truth values, and the passing on of a chosen value.
CONTROL = {"select"} | {n for n, row in TABLE.items() if isinstance(row, Check | Rounding)}
ROWS = [row for row in TABLE.values() if row.kind != BOOL and row.name not in CONTROL]
RESULT = "result"

#: How many points are drawn for each row: in the fast gear enough for a gross mistake.
COUNTS = pytest.mark.parametrize(
    "count",
    [10, pytest.param(100, marks=pytest.mark.slow("mpmath differentiates each row 100 times"))],
)


def _names(rows: list[Primitive]) -> Any:
    return pytest.mark.parametrize("row", rows, ids=lambda row: row.name)


def _integer(row: Primitive, index: int) -> bool:
    """Whether an argument is an integer without a derivative."""
    return isinstance(row.samples[index][0], int)


def _draw(row: Primitive, count: int, seed: int = 1) -> list[tuple[float, ...]]:
    rng = random.Random(seed)
    return [
        tuple(
            rng.randint(a, b) if isinstance(a, int) else rng.uniform(a, b) for a, b in row.samples
        )
        for _ in range(count)
    ]


def _evaluate(expr: Expr, point: dict[str, Any]) -> Any:
    """The value in doubles, only the chosen side of a choice evaluated."""
    match expr:
        case Num(value):
            return value
        case Var(name):
            return point[name]
        case App(op, (condition, then, other)) if op is TABLE["select"]:
            return _evaluate(then if _evaluate(condition, point) else other, point)
        case App(op, args):
            return TABLE[op.name].function(*[_evaluate(a, point) for a in args])
    raise AssertionError(expr)


def _derivative(expr: Expr, name: str) -> Expr:
    """The chain rule over the table, and nothing else."""
    match expr:
        case Var(other):
            return lift(1 if name == other else 0)
        case App(op, (condition, then, other)) if op is TABLE["select"]:
            return op(condition, _derivative(then, name), _derivative(other, name))
        case App(op, args):
            total: Expr = lift(0)
            for i, inner in enumerate(_derivative(a, name) for a in args):
                partial = TABLE[op.name].partial(i, expr, args)
                if partial is not None and not (isinstance(inner, Num) and inner.value == 0):
                    total = total + partial * inner
            return total
    return lift(0)


def _point(row: Primitive, args: tuple[float, ...]) -> dict[str, Any]:
    return dict(zip(row.parameters, args, strict=True)) | {RESULT: row.value(*args)}


def _partial(row: Primitive, index: int, args: tuple[float, ...]) -> float:
    """A partial as engines compute it: from the result and the arguments."""
    expr = row.partial(index, Var(RESULT), tuple(map(Var, row.parameters)))
    assert expr is not None
    return float(_evaluate(expr, _point(row, args)))


def _order(row: Primitive, *indices: int) -> tuple[int, ...]:
    return tuple(indices.count(i) for i in range(row.arity))


def _real(row: Primitive) -> list[int]:
    return [i for i in range(row.arity) if not _integer(row, i)]


def _condition(row: Primitive, index: int, args: tuple[float, ...]) -> float:
    """How much a relative error of the arguments grows in the partial."""
    slope = oracle.derivative(row.name, _order(row, index), *args)
    found = [
        args[i] * oracle.derivative(row.name, _order(row, index, i), *args) / slope
        for i in _real(row)
    ]
    return max(1.0, *(abs(float(c)) for c in found))


def _assert_partial(row: Primitive, index: int, args: tuple[float, ...], digits: int = 50) -> None:
    """Within 4 ulp, and what the C library's own error in the result adds (gamma, cbrt: 5, 3)."""
    exact = oracle.derivative(row.name, _order(row, index), *args, digits=digits)
    if abs(exact) < 1e-40 and digits == 50:
        exact = oracle.mpf(0)  # a difference of equal numbers
    result = oracle.ulps(row.value(*args), oracle.value(row.name, *args, digits=digits))
    allowed = 4 + 2 * min(result, 6)
    error = oracle.ulps(_partial(row, index, args), exact)
    if error > allowed and digits == 50:
        allowed *= _condition(row, index, args) / 2
    assert error <= allowed, (row.name, index, args, float(exact))


def test_every_row_has_a_reference() -> None:
    """No operation escapes the tests below."""
    assert {row.name for row in ROWS} == set(oracle.FUNCTIONS)


@_names(ROWS)
def test_value_agrees_with_the_reference(row: Primitive) -> None:
    """Our own values are right to 3 ulp, polygamma's to one more for each order."""
    for args in _draw(row, 100):
        exact = oracle.value(row.name, *args)
        if row.name == "lgamma":  # the C library's is good to an absolute 1e-16 near 1 and 2
            assert row.value(*args) == pytest.approx(float(exact), rel=1e-15, abs=1e-15)
        elif row.name in ("digamma", "gamma"):
            assert row.value(*args) == pytest.approx(float(exact), rel=1.2e-15, abs=1e-16)
        else:
            orders = args[0] if row.name == "polygamma" else 0
            assert oracle.ulps(row.value(*args), exact) <= 3 + orders, args


@COUNTS
@_names(ROWS)
def test_partials_agree_with_the_reference(row: Primitive, count: int) -> None:
    """First derivatives keep all their digits."""
    for args in _draw(row, count):
        for index in _real(row):
            _assert_partial(row, index, args)


@_names([row for row in ROWS if row.calculus.textbook])
def test_textbook_forms_are_the_partials(row: Primitive) -> None:
    """What a reader sees is what is computed, but for rounding."""
    assert row.calculus.textbook is not None
    names = [Var(name) for name in row.parameters]
    forms = row.calculus.textbook(Var(RESULT), *names)
    for args in _draw(row, 100):
        point = _point(row, args)
        for index in _real(row):
            form = forms[index]
            assert form is not None
            partial = row.partial(index, Var(RESULT), tuple(names))
            assert partial is not None
            wanted = _evaluate(partial, point)
            assert _evaluate(lift(form), point) == pytest.approx(wanted, rel=1e-12, abs=1e-14)


@_names([row for row in ROWS if row.algebra.parity or row.algebra.sign])
def test_signs_and_symmetry(row: Primitive) -> None:
    """A row is even, odd, positive or not negative where it says so."""
    for args in _draw(row, 100):
        value = row.value(*args)
        if row.algebra.parity:
            (x,) = args
            assert row.value(-x) == (value if row.algebra.parity == EVEN else -value)
        if row.algebra.sign == POSITIVE:
            assert value > 0
        elif row.algebra.sign == NOT_NEGATIVE:
            assert value >= 0


_NEAR_1 = 0.99999987654321
_EXTREME: dict[str, list[tuple[float, ...]]] = {
    "acot": [(1e-300,), (-1e150,), (1e160,), (1e300,)],
    "acoth": [(1 + 2.0**-50,), (-1 - 2.0**-50,), (1e150,), (-1e150,)],
    "acsc": [(1 + 2.0**-50,), (-1 - 2.0**-50,), (1.99,), (2.01,), (1e150,)],
    "acsch": [(1e-300,), (-1e-300,), (1e150,)],
    "asec": [(1 + 2.0**-50,), (-1 - 2.0**-50,), (1e150,), (-1e150,)],
    "asech": [(1e-307,), (1e-10,), (_NEAR_1,)],
    "cot": [(1e-150,), (1.5707963267,), (3.1415926,), (-1e-150,)],
    "coth": [(1e-150,), (20.0,), (-300.0,)],
    "csc": [(1e-150,), (3.1415926,), (-1e-150,)],
    "csch": [(1e-150,), (0.999,), (1.001,), (40.0,), (-700.0,)],
    "sec": [(1e-300,), (1.5707963267,), (-1.5707963267,)],
    "acos": [(_NEAR_1,), (-_NEAR_1,), (1e-300,)],
    "acosh": [(1 + 2.0**-50,), (1e160,), (1e300,)],
    "asin": [(_NEAR_1,), (-_NEAR_1,), (1e-300,)],
    "asinh": [(1e-300,), (1e160,), (-1e300,)],
    "atan": [(1e-300,), (-1e150,), (1e160,), (1e300,)],
    "atan2": [(1e300, 1e300), (1e-300, -1e-300), (1e300, 1e-300), (-1e-300, 1e100)],
    "atanh": [(_NEAR_1,), (-_NEAR_1,), (1e-300,)],
    "cbrt": [(1e-200,), (-1e300,)],
    "cosh": [(700.0,), (-700.0,), (1e-300,)],
    "digamma": [(1e-150,), (1e150,), (1e300,)],
    "div": [(1.0, 1e200), (1e-200, 1e100), (1e300, 1e200)],
    "erf": [(1e-300,), (5.123456789,), (-10.987654321,), (25.123456789,)],
    "erfc": [(1e-300,), (5.123456789,), (-10.987654321,), (25.123456789,)],
    "exp": [(700.0,), (-700.0,)],
    "exp2": [(1000.0,), (-1000.0,)],
    "expm1": [(1e-300,), (-40.0,), (700.0,)],
    "gamma": [(1e-150,), (170.0,)],
    "gauss": [(1e-300,), (5.123456789,), (-26.0123456789,)],
    "hypot": [(1e300, 1e300), (3e-300, 4e-300), (1e-200, 1e100)],
    "lgamma": [(1e-300,), (1e300,)],
    "log": [(1e-307,), (1e307,)],
    "log10": [(1e-307,), (1e307,), (1.7e308,)],
    "log1p": [(-_NEAR_1,), (1e-300,), (1e300,)],
    "log2": [(1e-307,), (1e307,)],
    "polygamma": [(0, 1e-150), (0, 1e300), (3, 1e-50), (3, 1e50), (60, 1e4)],
    "pow": [(1e-200, 2.0), (1e200, 1.5), (1e300, -1.0), (2.0, -1000.0)],
    "sech": [(1e-300,), (300.0,), (-700.0,)],
    "sigmoid": [(40.0,), (-40.0,), (700.0,), (-700.0,)],
    "sinh": [(1e-300,), (700.0,), (-700.0,)],
    "softplus": [(40.0,), (-40.0,), (700.0,), (-700.0,)],
    "sqrt": [(1e-300,), (1e300,)],
    "tan": [(1e-300,), (1.5707963267,)],
    "tanh": [(1e-300,), (20.0,), (-300.0,)],
}


@pytest.mark.parametrize(
    ("name", "args"), [(name, args) for name, points in _EXTREME.items() for args in points]
)
def test_partials_at_extreme_points(name: str, args: tuple[float, ...]) -> None:
    """Nothing overflows or loses digits before the derivative itself does."""
    digits = 60 if name in ("gamma", "lgamma", "digamma", "polygamma") else 800
    for index in _real(TABLE[name]):
        _assert_partial(TABLE[name], index, args, digits=digits)


@pytest.mark.parametrize(
    ("name", "x", "slope"),
    [
        ("asec", 1e300, 0.0),
        ("coth", 1e300, 0.0),
        ("csch", -1e300, 0.0),
        ("erf", 1e300, 0.0),
        ("erfc", -1e300, 0.0),
        ("gauss", 30.0, 0.0),
        ("gauss", -1e300, 0.0),
        ("sech", 1e300, 0.0),
        ("sigmoid", -1e300, 0.0),
        ("softplus", -1e300, 0.0),
        ("softplus", 1e300, 1.0),
        ("tanh", -1e300, 0.0),
    ],
)
def test_partials_far_out(name: str, x: float, slope: float) -> None:
    """Where a function is flat or straight its derivative is too, without an overflow."""
    assert _partial(TABLE[name], 0, (x,)) == slope


@pytest.mark.parametrize("name", ["gamma", "lgamma", "digamma"])
def test_partials_left_of_zero(name: str) -> None:
    """Reflection keeps the digits that the point's condition leaves."""
    rng = random.Random(3)
    for low in (-1, -3, -20):
        for _ in range(20):
            _assert_partial(TABLE[name], 0, (low + rng.random(),))


@pytest.mark.parametrize(
    ("a", "b", "by_base"),
    [
        (0.0, 0.0, 0.0),
        (0.0, 1.0, 1.0),
        (0.0, 2.0, 0.0),
        (0.0, 1.5, 0.0),
        (-2.0, 3.0, 12.0),
        (-2.0, -1.0, -0.25),
        (-2.0, 0.0, 0.0),
        (-2.0, 3, 12.0),
        (0.0, 1, 1.0),
    ],
)
def test_power_by_base(a: float, b: float, by_base: float) -> None:
    """x^n has its derivative at 0 and at negative x."""
    assert _partial(TABLE["pow"], 0, (a, b)) == by_base


def test_power_by_exponent_at_zero() -> None:
    """0^y is 0 for positive y, and so is its derivative."""
    assert _partial(TABLE["pow"], 1, (0.0, 2.0)) == 0.0


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("pow", (0.0, 0.5)),
        ("sqrt", (0.0,)),
        ("cbrt", (0.0,)),
        ("asin", (1.0,)),
        ("acos", (-1.0,)),
        ("acosh", (1.0,)),
        ("hypot", (0.0, 0.0)),
        ("atan2", (0.0, 0.0)),
    ],
)
def test_infinite_derivatives_are_errors(name: str, args: tuple[float, ...]) -> None:
    """Where no number is the derivative, its expression has no value."""
    with pytest.raises((ZeroDivisionError, ValueError)):
        _partial(TABLE[name], 0, args)


@pytest.mark.parametrize(
    ("name", "args", "partials"),
    [
        ("abs", (0.0,), (0,)),
        ("relu", (0.0,), (0,)),
        ("max", (1.5, 1.5), (1, 0)),
        ("min", (1.5, 1.5), (1, 0)),
        ("sign", (0.0,), (0,)),
        ("floor", (2.0,), (0,)),
        ("ceil", (2.0,), (0,)),
        ("trunc", (-2.0,), (0,)),
        ("copysign", (0.0, 2.0), (0, 0)),
        ("mod", (4.0, 2.0), (1, -2)),
        ("fmod", (-4.0, 2.0), (1, 2)),
        ("remainder", (3.0, 2.0), (1, -2)),
        ("floordiv", (4.0, 2.0), (0, 0)),
    ],
)
def test_choice_at_a_kink(name: str, args: tuple[float, ...], partials: tuple[float, ...]) -> None:
    """`smooth` knows the kink, and the partials give the documented choice there."""
    row = TABLE[name]
    assert row.domain.smooth is not None
    assert not _evaluate(row.domain.smooth(*map(lift, args)), {})
    assert tuple(_partial(row, i, args) for i in range(row.arity)) == partials


@_names([row for row in ROWS if row.domain.smooth or row.domain.condition])
def test_samples_are_inside(row: Primitive) -> None:
    """Tests draw where there is a value and a derivative."""
    for args in _draw(row, 100):
        for condition in (row.domain.condition, row.domain.smooth):
            assert condition is None or _evaluate(condition(*map(lift, args)), {}), args


@pytest.mark.parametrize(
    "count", [1, pytest.param(4, marks=pytest.mark.slow("mpmath's differences of third order"))]
)
@_names(ROWS)
def test_higher_derivatives(row: Primitive, count: int) -> None:
    """Partials have partials: the second and third derivatives come out of the same rows."""
    variables = tuple(map(Var, row.parameters))
    for order in (2, 3):
        for indices in itertools.combinations_with_replacement(_real(row), order):
            expr: Expr = App(row, variables)
            for i in indices:
                expr = _derivative(expr, row.parameters[i])
            for args in _draw(row, count, seed=order):
                exact = float(oracle.derivative(row.name, _order(row, *indices), *args))
                found = _evaluate(expr, _point(row, args))
                assert found == pytest.approx(exact, rel=1e-10, abs=1e-10), (indices, args)


_GRID = [
    *(0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, -2.5, 7.25, -7.25, 171.0, -171.5),
    *(1 + 2.0**-40, 1 - 2.0**-40, -1 + 2.0**-40, -1 - 2.0**-40, 1e-9, -1e-9, 1e17, -1e17),
    *(5e-324, -5e-324, 1e-300, -1e-300, 1e300, -1e300, 1.7e308, -1.7e308),
]
_ORDERS = [-2, -1, 0, 1, 2, 3, 7, 30]


def _grid(row: Primitive, reals: list[float]) -> list[tuple[float, ...]]:
    places = [_ORDERS if _integer(row, i) else reals for i in range(row.arity)]
    return list(itertools.product(*places))


@_names(ROWS)
def test_function_raises_exactly_outside_the_domain(row: Primitive) -> None:
    """The domain is neither wider nor narrower than the function; overflow is another matter."""
    for args in _grid(row, _GRID):
        inside = row.domain.condition is None or _evaluate(
            row.domain.condition(*map(lift, args)), {}
        )
        try:
            row.function(*args)
        except OverflowError:
            assert inside, args
        except (ValueError, ZeroDivisionError):
            assert not inside, args
        else:
            assert inside, args


@_names(ROWS)
def test_value_never_raises(row: Primitive) -> None:
    """The IEEE value exists everywhere, and of nan comes nan unless a choice drops it."""
    for args in _grid(row, [*_GRID, math.inf, -math.inf, math.nan]):
        value = row.value(*args)
        if row.arity == 1 and math.isnan(args[0]) and row.name != "frexp_exponent":  # 0 in CPython
            assert math.isnan(value)


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("log", (0.0,), -math.inf),
        ("log", (-1.0,), math.nan),
        ("log1p", (-1.0,), -math.inf),
        ("atanh", (-1.0,), -math.inf),
        ("atanh", (2.0,), math.nan),
        ("asech", (0.0,), math.inf),
        ("asech", (2.0,), math.nan),
        ("sqrt", (-1.0,), math.nan),
        ("exp", (1000.0,), math.inf),
        ("sinh", (-1000.0,), -math.inf),
        ("cosh", (-1000.0,), math.inf),
        ("sin", (math.inf,), math.nan),
        ("div", (1.0, 0.0), math.inf),
        ("div", (1.0, -0.0), -math.inf),
        ("div", (0.0, 0.0), math.nan),
        ("pow", (0.0, -1.0), math.inf),
        ("pow", (-0.0, -1.0), -math.inf),
        ("pow", (-1e200, 3.0), -math.inf),
        ("pow", (-1e200, 2.0), math.inf),
        ("pow", (-8.0, 1 / 3), math.nan),
        ("pow", (2, -1), math.nan),
        ("mod", (1.0, 0.0), math.nan),
        ("floor", (math.inf,), math.inf),
        ("gamma", (0.0,), math.inf),
        ("gamma", (-0.0,), -math.inf),
        ("gamma", (-3.0,), math.nan),
        ("gamma", (-math.inf,), math.nan),
        ("gamma", (172.0,), math.inf),
        ("gamma", (-1e-310,), -math.inf),
        ("lgamma", (-3.0,), math.inf),
        ("digamma", (0.0,), -math.inf),
        ("digamma", (-1.0,), math.nan),
        ("polygamma", (1, -1.0), math.inf),
        ("polygamma", (2, 0.0), -math.inf),
        ("polygamma", (2, -1.0), math.nan),
        ("polygamma", (3, 1e-200), math.inf),
        ("polygamma", (-1, 1.0), math.nan),
        ("ldexp", (-1.0, 5000), -math.inf),
    ],
)
def test_ieee_values(name: str, args: tuple[float, ...], expected: float) -> None:
    """Where Python raises, the row says what IEEE 754 and the C library have."""
    assert TABLE[name].value(*args) == pytest.approx(expected, nan_ok=True)


@_names([row for row in TABLE.values() if row.name not in CONTROL | {"and", "or", "not"}])
def test_absorbed_infinities(row: Primitive) -> None:
    """`absorbs` names exactly the arguments whose infinity can leave a finite result."""
    reals = [0.5, -0.5, 1.0, 0.0, 3.0, -2.0]
    for index in range(row.arity):
        finite = False
        for args in _grid(row, reals):
            for infinity in (math.inf, -math.inf):
                probe = (*args[:index], infinity, *args[index + 1 :])
                if not _integer(row, index):
                    finite = finite or math.isfinite(row.value(*probe))
        assert finite == (index in row.numerics.absorbs), index


def _words(template: str) -> set[str]:
    return {w for w in re.findall(r"[A-Za-z_]\w*", template) if not keyword.iskeyword(w)}


@_names(list(TABLE.values()))
def test_python_forms(row: Primitive) -> None:
    """Generated code names only what the row provides, and means what `function` does."""
    for form in (row.python.form, row.python.integer):
        assert _words(form.template) <= set(row.python.calls)
    for args in _draw(row, 10):
        if row.kind != BOOL and row.name not in CONTROL:
            written = row.python.form.template.format(*(f"({x!r})" for x in args))
            assert eval(written, dict(row.python.calls)) == row.function(*args)


@_names(list(TABLE.values()))
def test_text_forms(row: Primitive) -> None:
    """What is printed as input means the operation again."""
    for form in (row.spelling.text, row.spelling.trace, row.python.form):
        assert len(form.operands) == row.arity
        assert set(re.findall(r"\{(\d)\}", form.template)) == {str(i) for i in range(row.arity)}
    names = {name: known.function for name, known in FUNCTIONS.items()}
    is_read = row.kind != BOOL and row.name not in CONTROL and not row.spelling.inner
    for args in _draw(row, 10) if is_read else []:
        written = row.spelling.text.template.format(*(f"({x!r})" for x in args)).replace("^", "**")
        assert eval(written, names) == pytest.approx(row.function(*args), rel=1e-14)


def test_language_names() -> None:
    """All that DESIGN promises, and every function of Python's math with a derivative."""
    promised = """log ln log2 log10 log1p exp expm1 sqrt cbrt sin cos tan asin acos atan atan2 sinh
        cosh tanh asinh acosh atanh hypot abs sign min max floor ceil erf erfc gamma lgamma sigmoid
        softplus relu exp2 fabs pow fmod remainder trunc copysign radians degrees ldexp"""
    assert set(promised.split()) <= set(FUNCTIONS)


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) & set(vars(math))))
def test_names_of_math_are_maths(name: str) -> None:
    """A program means under adcli what it means under Python."""
    row = FUNCTIONS[name]
    for args in _draw(row, 20):
        assert row.function(*args) == getattr(math, name)(*args)


def test_trace_forms() -> None:
    """Trace tables write functions as the paper does."""
    assert TABLE["log"].spelling.trace.template == "ln {0}"
    assert TABLE["sin"].spelling.trace.template == "sin {0}"
    assert TABLE["sqrt"].spelling.trace.template == "√{0}"
    assert TABLE["abs"].spelling.trace.template == "|{0}|"


def test_digamma_near_its_root() -> None:
    """The absolute error is below 1e-16 where the value vanishes."""
    rng = random.Random(4)
    for x in [1.4616321449683622, *(rng.uniform(1.3, 1.6) for _ in range(200))]:
        assert abs(TABLE["digamma"].function(x) - oracle.value("digamma", x)) < 1e-16


@pytest.mark.parametrize("n", [1, 2, 5, 12, 20, 40])
def test_polygamma_of_high_order(n: int) -> None:
    """Each order costs at most half a unit in the last place."""
    rng = random.Random(n)
    for x in [rng.uniform(0.01, 80) for _ in range(50)]:
        exact = oracle.value("polygamma", n, x)
        assert oracle.ulps(TABLE["polygamma"].function(n, x), exact) <= 4 + n / 2, x


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_polygamma_left_of_zero(n: int) -> None:
    """Reflection costs the power of a cotangent, and next to a zero what the condition takes."""
    rng = random.Random(n)
    for x in [rng.uniform(-30, 0) for _ in range(50)]:
        exact = oracle.value("polygamma", n, x)
        condition = abs(x * oracle.value("polygamma", n + 1, x) / exact)
        assert oracle.ulps(TABLE["polygamma"].function(n, x), exact) <= 4 + n + condition, x


def test_start_does_not_wait_for_complex_functions() -> None:
    """The table loads without the module of the complex step."""
    code = (
        "import sys, adcli.ops.registry; print('adcli.ops.complex_step_operations' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("defined", (2.5, True), (2.5, False)),
        ("matched", (3, 3), (3, 2)),
        ("regular", (-0.5,), (0.0,)),
        ("steady", (True,), (False,)),
    ],
)
def test_checks(name: str, good: tuple[Any, ...], bad: tuple[Any, ...]) -> None:
    """A check gives back what it looks at, or raises; also where numbers may be infinite."""
    row = TABLE[name]
    assert isinstance(row, Check)
    assert row.function(*good) == row.value(*good) == good[0]
    for way in (row.function, row.value):
        with pytest.raises(ValueError):  # noqa: PT011
            way(*bad)


def test_every_check_is_tested() -> None:
    """Whoever adds a check adds it above."""
    assert {n for n, row in TABLE.items() if isinstance(row, Check)} == {
        "defined",
        "matched",
        "regular",
        "steady",
    }


#: For these mpmath needs no digits beyond those of the result.
BESSEL = ("j0", "j1", "y0", "y1", "i0", "i1")


def _near(low: float, high: float) -> list[float]:
    rng = random.Random(9)
    return [rng.choice((-1, 1)) * 10 ** rng.uniform(low, high) for _ in range(60)]


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("acot", _near(-300, 300)),
        ("acoth", [x + math.copysign(1, x) for x in _near(-15, 0)] + _near(0.1, 300)),
        ("acsc", [x + math.copysign(1, x) for x in _near(-15, 0)] + _near(0.1, 300)),
        ("acsch", _near(-307, 300)),
        ("asec", [x + math.copysign(1, x) for x in _near(-15, 0)] + _near(0.1, 300)),
        ("asech", [abs(x) for x in _near(-307, 0)] + [1 - abs(x) for x in _near(-15, -1)]),
        ("cot", _near(-300, 5)),
        ("coth", _near(-300, 3)),
        ("csc", _near(-300, 5)),
        ("csch", _near(-300, 2.8)),
        ("sec", _near(-300, 5)),
        ("bell", _near(-300, 1.5)),
        ("erfinv", [math.copysign(min(abs(x), 1 - 2.0**-53), x) for x in _near(-300, 0)]),
        ("erfinv", [1 - abs(x) for x in _near(-15, -0.5)]),
        ("logit", [abs(x) for x in _near(-300, 0)] + [1 - abs(x) for x in _near(-15, -1)]),
        ("j0", [*_near(-300, 15), 2.404825557695773, 5.520078110286311, 62.048469190227166]),
        ("j1", [*_near(-300, 15), 3.8317059702075125, 7.015586669815619, 63.61135669848124]),
        ("y0", [abs(x) for x in _near(-300, 15)] + [0.8935769662791675, 3.957678419314858]),
        ("y1", [abs(x) for x in _near(-300, 15)] + [2.197141326031017, 5.429681040794135]),
        ("i0", _near(-300, 2.84)),
        ("i1", _near(-300, 2.84)),
        ("logit", [0.5 + x for x in _near(-16, -0.7)]),
        ("ndtr", _near(-300, 1.56)),
    ],
)
@pytest.mark.parametrize(
    "every", [pytest.param(1, marks=pytest.mark.slow("mpmath with 700 digits at 60 points")), 8]
)
def test_values_to_the_edges(name: str, points: list[float], every: int) -> None:
    """Right to four units in the last place near the ends of the domain and far out."""
    for x in points[::-every]:
        digits = 60 if name in BESSEL else 700
        assert oracle.ulps(TABLE[name].value(x), oracle.value(name, x, digits=digits)) <= 4, x


@pytest.mark.parametrize("x", [1e-17, -1e-9, 0.3, -0.7, 1 - 1e-9])
@pytest.mark.parametrize("name", ["asin", "acos", "atanh"])
def test_second_derivatives_from_0_to_1(name: str, x: float) -> None:
    """They have their digits near 0, where they vanish, and near 1, where they are large."""
    with mpmath.workdps(60):
        square = 1 - mpmath.mpf(x) ** 2
        formulas = {"asin": x / square**1.5, "acos": -x / square**1.5, "atanh": 2 * x / square**2}
        wanted = float(formulas[name])
    found = adcli.load(f"{name}(x)").hessian(x=x)["x"]["x"]
    assert found == pytest.approx(wanted, rel=4e-15)
