"""Rows that no formula names, through the backends: values and derivatives of one application.

Rows of functions that the language offers are walked in `tests/ops/test_table_walk.py`.
"""

from __future__ import annotations

import random
from typing import Any

import oracle
import pytest

from adcli.backends.interface import Question
from adcli.backends.one_sided.puiseux_operation_dispatch import SeriesOperations
from adcli.backends.one_sided.puiseux_series import NoOneSidedValue, PuiseuxSeries
from adcli.backends.registry import FIRST_ORDER, capabilities, first_order
from adcli.engines.interface import Limits
from adcli.engines.interpreter import Interpreter
from adcli.engines.native.engine import NativeEngine
from adcli.engines.python_engine import PythonEngine
from adcli.errors import NotDifferentiable, OverflowFault
from adcli.expr import App, Var
from adcli.ir import nodes as ir
from adcli.ir.parser import parse_module
from adcli.ir.types import INT, REAL
from adcli.ops.compensated_sum import Rounding
from adcli.ops.primitive import Primitive
from adcli.ops.registry import TABLE
from adcli.passes.smoothness_checks import with_smoothness_checks

ENGINES = (Interpreter, PythonEngine, NativeEngine)

#: Rows that are functions of real numbers.
ROWS = [
    row
    for row in TABLE.values()
    if row.spelling.inner and row.kind == REAL and not isinstance(row, Rounding)
    if 0 not in row.integers
]


def module_of(row: Primitive) -> ir.Module:
    """f(x, ...) = x^2 + row(x, ...)."""
    kinds = {f"a{i}": INT if i in row.integers else REAL for i in range(row.arity)}
    args = tuple(map(Var, kinds))
    types = {**kinds, "v": REAL, "s": REAL, "y": REAL}
    body = (
        ir.Let("v", App(row, args)),
        ir.Let("s", App(TABLE["mul"], (Var("a0"), Var("a0")))),
        ir.Let("y", App(TABLE["add"], (Var("s"), Var("v")))),
    )
    return ir.Module({"f": ir.Function("f", tuple(kinds), ("y",), types, body)}, "f", normal=True)


def draws(row: Primitive, count: int) -> list[tuple[Any, ...]]:
    rng = random.Random(row.name)
    return [
        tuple((rng.randint if isinstance(a, int) else rng.uniform)(a, b) for a, b in row.samples)
        for _ in range(count)
    ]


def slopes(row: Primitive, args: tuple[Any, ...]) -> list[float]:
    """The derivatives by the real arguments, from mpmath's differences."""
    found = []
    for i in reals(row):
        order = tuple(int(j == i) for j in range(row.arity))
        found.append(float(oracle.derivative(row.name, order, *args)) + 2 * args[0] * (i == 0))
    return found


def reals(row: Primitive) -> list[int]:
    return [i for i in range(row.arity) if i not in row.integers]


def question(row: Primitive, args: tuple[Any, ...]) -> Question:
    return Question(module_of(row), args, tuple(f"a{i}" for i in reals(row)))


@pytest.mark.slow("machine code for each row")
@pytest.mark.parametrize("backend", FIRST_ORDER)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_backend_and_engine_has_the_derivative(row: Primitive, backend: str) -> None:
    """Finite differences too, and the complex step where the row has a complex form."""
    estimates = capabilities(backend).estimates_errors
    for args in draws(row, 3):
        wanted = slopes(row, args)
        for engine in ENGINES:
            found = first_order(backend).derivative(question(row, args), engine(), Limits())
            loose = 1e-6 if estimates else 1e-12
            assert found.jacobian[0] == pytest.approx(wanted, rel=loose, abs=loose), args
        if estimates and row.analytic is not None:
            step = first_order(backend, scheme="complex-step")
            found = step.derivative(question(row, args), Interpreter(), Limits())
            assert found.jacobian[0] == pytest.approx(wanted, rel=1e-11, abs=1e-11), args


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_one_sided_series(row: Primitive) -> None:
    """On a series that starts with a number, the row's value and its derivative there."""
    for args in draws(row, 3):
        wanted = slopes(row, args)
        for place, i in enumerate(reals(row)):
            moving: list[Any] = list(args)
            moving[i] = PuiseuxSeries(0, [args[i], 1.0, 0.0], [abs(args[i]), 1.0, 0.0])
            found = SeriesOperations(3, Limits(), 10_000).operation(row)(*moving)
            here = found.c if isinstance(found, PuiseuxSeries) else [found, 0.0]
            slope = wanted[place] - 2 * args[0] * (i == 0)
            assert here[:2] == pytest.approx([row.function(*args), slope], rel=1e-11, abs=1e-12)


#: A row, its arguments at a jump, and its values below and above.
JUMPS = [
    ("round", (2.5,), 2, 3),
    ("round", (-0.5,), -1, 0),
    ("round_decimals", (0.125, 2), 0.12, 0.13),
    ("round_decimals", (-0.375, 2), -0.38, -0.37),
    ("round_decimals", (25.0, -1), 20.0, 30.0),
    ("frexp_exponent", (2.0,), 1, 2),
    ("frexp_exponent", (-2.0,), 2, 1),
    ("modf_whole", (3.0,), 2.0, 3.0),
    ("modf_whole", (-3.0,), -3.0, -2.0),
    ("ulp", (1.0,), 2.0**-53, 2.0**-52),
]


@pytest.mark.parametrize(("name", "args", "below", "above"), JUMPS)
def test_jumps_are_known(name: str, args: tuple[Any, ...], below: float, above: float) -> None:
    """A jump is no place to differentiate at, and each side has its value there."""
    row = TABLE[name]
    for sign, wanted in ((-1.0, below), (1.0, above)):
        start = PuiseuxSeries(0, [args[0], sign, 0.0], [abs(args[0]), 1.0, 0.0])
        found = SeriesOperations(3, Limits(), 10_000).operation(row)(start, *args[1:])
        assert found == wanted
    checked = with_smoothness_checks(module_of(row), ["a0"])
    for engine in ENGINES:
        run = engine().load(checked, Limits())
        with pytest.raises(NotDifferentiable):
            run(args)
        run((args[0] + 0.01, *args[1:]))


@pytest.mark.parametrize("name", ["frexp_exponent", "frexp_mantissa"])
def test_an_exponent_has_no_limit_at_zero(name: str) -> None:
    """So nothing is said about the sides of 0."""
    start = PuiseuxSeries(0, [0.0, 1.0, 0.0], [0.0, 1.0, 0.0])
    with pytest.raises(NoOneSidedValue):
        SeriesOperations(3, Limits(), 10_000).operation(TABLE[name])(start)


def test_a_double_beside_a_decimal_tie_is_no_jump() -> None:
    """2.675 is no double; the one that is closest to it is below."""
    run = Interpreter().load(
        with_smoothness_checks(module_of(TABLE["round_decimals"]), ["a0"]), Limits()
    )
    assert run((2.675, 2)) == (2.675**2 + 2.67,)


ASKS = """\
module entry f
function f(x) -> y
  bool: c
  real: x, v, y
  v = x * x
  c = isinf(v)
  y = 1.0 if c else 0.0
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_who_asks_about_infinity_may_meet_it(engine: Any) -> None:
    """A number that overflows is no error where the function asks whether it is finite."""
    for name, near, far in (("isinf", 0.0, 1.0), ("isfinite", 1.0, 0.0), ("isnan", 0.0, 0.0)):
        run = engine().load(parse_module(ASKS.replace("isinf", name)), Limits())
        assert run((2.0,)) == (near,)
        assert run((1e200,)) == (far,)


@pytest.mark.parametrize("engine", ENGINES)
def test_overflow_stays_an_error_where_nobody_asks(engine: Any) -> None:
    """To ask about one number says nothing of another."""
    run = engine().load(parse_module(ASKS.replace("isinf(v)", "isinf(x)")), Limits())
    assert run((2.0,)) == (0.0,)
    other = ASKS.replace("isinf(v)", "isinf(x)").replace("1.0 if c else 0.0", "1.0 / v")
    with pytest.raises(OverflowFault):
        engine().load(parse_module(other), Limits())((1e200,))
