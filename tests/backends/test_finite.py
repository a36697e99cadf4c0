"""Finite differences: the order of each scheme, the choice of steps, honest errors, refusals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import mpmath
import pytest
from mpmath import mp

from adcli.backends.finite_differences import FiniteDifference
from adcli.backends.interface import Answer, Question
from adcli.engines.interface import Limits, Runner
from adcli.engines.interpreter import Interpreter
from adcli.engines.python_engine import PythonEngine
from adcli.errors import (
    AdcliError,
    DomainError,
    LimitError,
    NotDifferentiable,
    Unsupported,
    UsageError,
)
from adcli.expr import App, Var
from adcli.ir import nodes as ir
from adcli.loading import load_expression, load_program
from adcli.ops.primitive import Primitive
from adcli.program import Program
from adcli.source import Source, Span


class Counting(PythonEngine):
    """The Python engine, and how often it ran."""

    def __init__(self) -> None:
        self.runs = 0

    def load(self, module: ir.Module, limits: Limits) -> Runner:
        run = super().load(module, limits)

        def counted(args: Sequence[Any]) -> tuple[Any, ...]:
            self.runs += 1
            return run(args)

        return counted


def _ask(program: Program, scheme: str, step: float | None, **point: float) -> tuple[Answer, int]:
    question = Question(program.module, program.at(point).arguments, program.reals)
    engine = Counting()
    answer = FiniteDifference(scheme, step).derivative(question, engine, Limits())
    return answer, engine.runs


def _slope(
    text: str, x: float, scheme: str = "richardson", step: float | None = None
) -> tuple[float, float, tuple[str, ...]]:
    answer, _ = _ask(load_expression(Source(text)), scheme, step, x=x)
    assert answer.errors is not None
    return answer.jacobian[0][0], answer.errors[0][0], answer.notes


#: Functions of x as they are typed and as mpmath has them, with points that are awkward for a step
#: in proportion to x: fast beside x, slow beside x, next to the edge of the domain.
CASES: list[tuple[str, Callable[[Any], Any], float]] = [
    ("exp(x)", mp.exp, 1.3),
    ("x^2/3 - 3/x^2", lambda x: x**2 / 3 - 3 / x**2, 0.97),
    ("cos(8*pi*x)", lambda x: mp.cos(8 * math.pi * x), 0.3),
    ("cos(8*pi*x)", lambda x: mp.cos(8 * math.pi * x), 41.2),
    ("sin(8*pi*x) + x", lambda x: mp.sin(8 * math.pi * x) + x, 0.5),
    ("sin(8*pi*x) + x", lambda x: mp.sin(8 * math.pi * x) + x, 0.0),
    ("exp(1000*x)", lambda x: mp.exp(1000 * x), 0.5),
    ("exp(1000*x)", lambda x: mp.exp(1000 * x), 0.0),
    ("exp(1000*x)", lambda x: mp.exp(1000 * x), 5.6e-9),
    ("exp(x)", mp.exp, 709.5),
    ("sin(x) + 10", lambda x: mp.sin(x) + 10, 1e-8),
    ("3 - 2e6*x", lambda x: 3 - 2e6 * x, 5.6178e-9),
    ("log1p(x/1e-6)", lambda x: mp.log1p(x / 1e-6), 0.0),
    ("sin(x/1e-9)", lambda x: mp.sin(x / 1e-9), 0.0),
    ("sin(x/1e9)", lambda x: mp.sin(x / 1e9), 1.0),
    ("exp(-((x - 1)/1e-4)^2/2)", lambda x: mp.exp(-(((x - 1) / 1e-4) ** 2) / 2), 1.00005),
    ("atan(1e5*(x - 1))", lambda x: mp.atan(1e5 * (x - 1)), 1.0),
    ("log(x)", mp.log, 1e-8),
    ("x*log(x)", lambda x: x * mp.log(x), 1e-12),
    ("asin(x)", mp.asin, 0.999999),
    ("sqrt(x - 1)", lambda x: mp.sqrt(x - 1), 1.0000001),
    ("sqrt(1 - x^2)", lambda x: mp.sqrt(1 - x * x), 0.9999999),
    ("tan(x)", mp.tan, 1.57),
    ("gamma(x)", mp.gamma, 30.0),
    ("gamma(x)", mp.gamma, -2.4999),
    ("x^x^x^x", lambda x: x ** (x ** (x**x)), 1.4),
    ("x^100", lambda x: x**100, 1.5),
    ("log(log(log(x)))", lambda x: mp.log(mp.log(mp.log(x))), 15.2),
    ("erfc(x)", mp.erfc, 20.0),
    ("sin(1/x)", lambda x: mp.sin(1 / x), 1e-3),
    ("1/x", lambda x: 1 / x, 1e-8),
    ("x*1e300", lambda x: x * 1e300, 1e5),
]


def _exact(function: Callable[[Any], Any], x: float) -> float:
    with mp.workdps(60):
        return float(mpmath.diff(function, mp.mpf(x), h=mp.mpf(10) ** -25 * (abs(x) or 1e-9)))


@pytest.mark.parametrize(("text", "function", "x"), CASES)
def test_default_is_right_and_knows_how_right(
    text: str, function: Callable[[Any], Any], x: float
) -> None:
    """To a relative 1e-8 at worst, and the error is no more than ten times the estimate."""
    exact = _exact(function, x)
    value, error, _ = _slope(text, x)
    assert value == pytest.approx(exact, rel=1e-8)
    assert abs(value - exact) <= 10 * error
    assert error <= 1e-5 * abs(exact)


@pytest.mark.parametrize(("text", "function", "x"), CASES)
def test_complex_step_loses_no_digits(text: str, function: Callable[[Any], Any], x: float) -> None:
    """No more than the value itself does: two units of a relative change of x."""
    exact = _exact(function, x)
    value, error, _ = _slope(text, x, "complex-step")
    assert abs(value - exact) <= max(10 * error, 8 * math.ulp(exact))
    assert value == pytest.approx(exact, rel=1e-9)


#: Several inputs: a density, statistical models with small and large parameters, test functions.
GRADIENTS: list[tuple[str, Callable[..., Any], tuple[float, ...]]] = [
    (
        "exp(-((x - m)/s)^2/2)/(s*sqrt(2*pi))",
        lambda x, m, s: mp.exp(-(((x - m) / s) ** 2) / 2) / (s * mp.sqrt(2 * mp.pi)),
        (1.3, 0.4, 0.3125),
    ),
    (
        "a - b*c*exp(-d*x)",
        lambda a, b, c, d, x: a - b * c * mp.exp(-d * x),
        (2.59, 5.6178e-9, 8.0, -0.0577, 250.0),
    ),
    (
        "a*exp(b/(x + c))",
        lambda a, b, x, c: a * mp.exp(b / (x + c)),
        (0.0056096, 6181.3463, 75.0, 345.22363),
    ),
    (
        "20 + x^2 - 10*cos(2*pi*x) + y^2 - 10*cos(2*pi*y)",
        lambda x, y: 20 + x**2 - 10 * mp.cos(2 * mp.pi * x) + y**2 - 10 * mp.cos(2 * mp.pi * y),
        (0.4375, -0.8125),
    ),
    (
        "gamma(a + b)/(gamma(a)*gamma(b))*x^(a - 1)*(1 - x)^(b - 1)",
        lambda a, b, x: (
            mp.gamma(a + b) / mp.gamma(a) / mp.gamma(b) * x ** (a - 1) * (1 - x) ** (b - 1)
        ),
        (2.5, 1.75, 0.375),
    ),
    ("x*exp(-y^4)/(z - y)", lambda x, y, z: x * mp.exp(-(y**4)) / (z - y), (2.4, 2.1, 1.2)),
    ("x^y*sin(z)", lambda x, y, z: x**y * mp.sin(z), (1.7, -2.2, 4.0)),
]


@pytest.mark.parametrize(("text", "function", "point"), GRADIENTS)
@pytest.mark.parametrize(
    ("scheme", "loss"),
    [("richardson", 1e-10), ("complex-step", 1e-13), ("central", 1e-7), ("forward", 1e-5)],
)
def test_gradients(
    text: str, function: Callable[..., Any], point: tuple[float, ...], scheme: str, loss: float
) -> None:
    """Every entry, for inputs of 5.6e-9 to 6e3, with an honest estimate."""
    program = load_expression(Source(text))
    answer, _ = _ask(program, scheme, None, **dict(zip(program.inputs, point, strict=True)))
    assert answer.errors is not None
    for i, found in enumerate(answer.jacobian[0]):
        exact = _exact(lambda t, i=i: function(*point[:i], t, *point[i + 1 :]), point[i])
        assert found == pytest.approx(exact, rel=loss)
        assert abs(found - exact) <= 10 * answer.errors[0][i]


@pytest.mark.parametrize(("scheme", "order"), [("forward", 1), ("central", 2), ("complex-step", 2)])
def test_order(scheme: str, order: int) -> None:
    """Halving a given step divides the error by 2 to the order."""
    exact = math.exp(0.7)
    errors = [abs(_slope("exp(x)", 0.7, scheme, h)[0] - exact) for h in (0.02, 0.01, 0.005, 0.0025)]
    for coarse, fine in pairwise(errors):
        assert coarse / fine == pytest.approx(2**order, rel=0.01)


def test_the_forward_difference_takes_the_root_of_the_rounding_error_for_its_step() -> None:
    """The quotient of x^2 at 1 is 2 + h, here without rounding."""
    assert _slope("x^2", 1.0, "forward")[0] == 2 + 2.0**-26


@pytest.mark.parametrize("scheme", ["forward", "central", "complex-step"])
@pytest.mark.parametrize("step", [1e-1, 1e-3, 1e-5, 1e-7, 1e-9, 1e-11])
def test_estimate_at_any_step(scheme: str, step: float) -> None:
    """Too large a step and too small a one both show in the estimate."""
    value, error, _ = _slope("exp(sin(3*x))", 0.7, scheme, step)
    exact = 3 * math.cos(2.1) * math.exp(math.sin(2.1))
    assert abs(value - exact) <= 10 * error


def test_a_step_for_richardson_is_the_first() -> None:
    """The answer does not depend on it, if only it is sensible."""
    for step in (0.5, 0.01, 1e-4):
        value, error, _ = _slope("exp(x)", 0.7, "richardson", step)
        assert abs(value - math.exp(0.7)) <= 10 * error
        assert value == pytest.approx(math.exp(0.7), rel=1e-9)


# Cancellation.


@pytest.mark.parametrize(
    ("text", "x", "exact"),
    [
        ("(1 - cos(x))/x^2", 1e-3, -1e-3 / 12),
        ("(1 - cos(x))/x^2", 1e-4, -1e-4 / 12),
        ("(exp(x) - 1)/x", 1e-7, 0.5),
        ("sqrt(x^2 + 1) - 1", 1e-5, 1e-5),
        ("sinh(x)/x", 1e-3, 1e-3 / 3),
    ],
)
def test_amplified_rounding(text: str, x: float, exact: float) -> None:
    """Where the value has lost digits, larger steps find the slope that smaller ones cannot see."""
    value, error, _ = _slope(text, x)
    assert value == pytest.approx(exact, rel=1e-2)
    assert abs(value - exact) <= 10 * error + 1e-7 * abs(exact)


@pytest.mark.parametrize(
    ("text", "x", "exact"),
    [
        ("cos(x) - 1", 1e-8, -1e-8),
        ("log(1 + x)", 1e-14, 1.0),
        ("log(1 - x)", 1e-12, -1.0),
        ("exp(x) - 1", 1e-17, 1.0),
        ("sqrt(1 + x) - 1", -1e-15, 0.5),
        ("lgamma(1 - x)", 4e-18, 0.5772156649015329),
        ("(1 + x)^3", 1e-300, 3.0),
        ("log(x/3)", 3.0, 1 / 3),
        ("sin(x)", 1e5, math.cos(1e5)),
        ("exp(-x/1e-9)", 1e-9, -1e9 * math.exp(-1)),
        ("x - x*0.9999999999", 0.0, 1 - 0.9999999999),
        ("sin(2*pi*1e6*x)", 0.5, 2 * math.pi * 1e6),
    ],
)
def test_rounding_inside_is_not_the_slope(text: str, x: float, exact: float) -> None:
    """Steps grow until more is seen than what was rounded inside, and the error says how much."""
    value, error, _ = _slope(text, x)
    assert value == pytest.approx(exact, rel=1e-6)
    assert abs(value - exact) <= 10 * error + 1e-15 * abs(exact)


@pytest.mark.parametrize(
    ("text", "x", "exact", "side"),
    [
        ("acosh(1 + x)^2", 0.0, 2.0, "right"),
        ("acos(1 - x)^2", 0.0, 2.0, "right"),
        ("acos(1 + x)^2", 0.0, -2.0, "left"),
    ],
)
def test_steps_that_vanish_inside(text: str, x: float, exact: float, side: str) -> None:
    """At an edge that only 1 + x knows of, steps below its last digit see a constant: the other
    side tells the slope, and a note how far there are values on this one."""
    value, error, notes = _slope(text, x)
    assert value == pytest.approx(exact, rel=1e-6)
    assert abs(value - exact) <= 10 * error
    assert notes[0].startswith(f"x: from the {side} only")


@pytest.mark.parametrize(
    "text", ["sqrt(exp(x) - 1)", "acosh(1 + x)", "sqrt(log(1 + x))", "acos(1 - x)"]
)
def test_infinite_slopes_behind_a_rounding(text: str) -> None:
    """They are refused though the smallest steps see a constant."""
    with pytest.raises(NotDifferentiable, match="grow without bound"):
        _slope(text, 0.0)


def test_fast_terms_show_at_a_small_step() -> None:
    """A term of tiny amplitude and great slope is not missed."""
    value, error, _ = _slope("x + 1e-9*sin(1e9*x)", 1.0)
    exact = 1 + math.cos(1e9)
    assert abs(value - exact) <= 10 * error
    assert value == pytest.approx(exact, rel=1e-2)


@pytest.mark.parametrize(("text", "x"), [("sin(x)", 1e18), ("tan(x)", 2e16), ("sin(1e25*x)", 3.0)])
def test_what_no_step_can_see(text: str, x: float) -> None:
    """Where even the next number is periods away, there is a reason and no number."""
    with pytest.raises(NotDifferentiable, match=r"do not settle|all over its range"):
        _slope(text, x)


def test_ripples_are_not_rounding() -> None:
    """A small fast term on a large slow one still has its slope."""
    value, error, _ = _slope("x^2 + cos(x)", -5281.25)
    exact = -2 * 5281.25 - math.sin(-5281.25)
    assert value == pytest.approx(exact, rel=1e-9)
    assert abs(value - exact) <= 10 * error


@pytest.mark.parametrize("text", ["x - x", "0*x + 3", "sin(x)^2 + cos(x)^2", "(x^x)^0"])
def test_no_dependence(text: str) -> None:
    """A derivative of zero is found to be that."""
    value, error, notes = _slope(text, 1.4)
    assert abs(value) <= error < 1e-13
    assert notes == ()


# Edges and kinks.


@pytest.mark.parametrize(
    ("text", "x", "exact"),
    [
        ("x^1.5", 0.0, 0.0),
        ("x^2.5 + 3*x", 0.0, 3.0),
        ("exp(x) + 0*sqrt(x)", 0.0, 1.0),
        ("(1 - x)^1.5 - x", 1.0, -1.0),
    ],
)
@pytest.mark.parametrize("scheme", ["richardson", "central", "forward"])
def test_one_side(text: str, x: float, exact: float, scheme: str) -> None:
    """At the edge of the domain the differences look inwards, and say so unless they do anyway."""
    value, error, notes = _slope(text, x, scheme)
    assert abs(value - exact) <= 10 * error
    assert value == pytest.approx(exact, abs=3e-3 if scheme == "central" else 2e-4)
    if scheme != "forward":
        (note,) = notes
        assert note.startswith(f"x: from the {'right' if x == 0 else 'left'} only")


@pytest.mark.slow("many steps")
@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("sqrt(x)", 0.0),
        ("x^(1/3)", 0.0),
        ("cbrt(x)", 0.0),
        ("cbrt(x - 1)", 1.0),
        ("sqrt(abs(x))", 0.0),
        ("asin(x)", 1.0),
        ("acos(x)", -1.0),
        ("sqrt(1 - x^2)", 1.0),
        ("floor(x)", 2.0),
        ("1 if x > 0 else 0", 0.0),
        ("1 if x > 1 else 0", 1.0),
    ],
)
def test_unbounded(text: str, x: float) -> None:
    """An infinite derivative, or a jump, is no number."""
    with pytest.raises(NotDifferentiable, match="grow without bound") as caught:
        _slope(text, x)
    assert caught.value.span is not None


@pytest.mark.parametrize(
    ("text", "x"),
    [("sqrt(x)", 0.0), ("cbrt(x)", 0.0), ("asin(x)", 1.0), ("cbrt(x - 1)", 1.0)],
)
def test_unbounded_for_the_complex_step(text: str, x: float) -> None:
    """The complex step does not take its own size for the answer."""
    with pytest.raises(NotDifferentiable, match="grow without bound"):
        _slope(text, x, "complex-step")


@pytest.mark.parametrize(
    ("text", "x", "left", "right"),
    [
        ("abs(x)", 0.0, -1.0, 1.0),
        ("abs(x - 1)", 1.0, -1.0, 1.0),
        ("max(x, 0)", 0.0, 0.0, 1.0),
        ("max(x, 0) + exp(x)", 0.0, 1.0, 2.0),
        ("x if x > 0 else 2*x", 0.0, 2.0, 1.0),
    ],
)
def test_kinks(text: str, x: float, left: float, right: float) -> None:
    """The mean of both slopes, an error that covers both, and a note that names them."""
    value, error, notes = _slope(text, x)
    assert value == pytest.approx((left + right) / 2, abs=1e-9)
    assert error == pytest.approx(abs(right - left) / 2, rel=1e-3)
    assert notes == (f"x: the slope is {left:.4g} to the left and {right:.4g} to the right",)


def test_kink_for_the_complex_step() -> None:
    """It takes one side, and its neighbours tell of the other."""
    value, error, notes = _slope("abs(x - 1)", 1.0, "complex-step")
    assert abs(value) <= 1 <= abs(value) + error
    assert len(notes) == 1


def test_a_side_that_reaches_farther_is_searched_alone() -> None:
    """Rounding hides the slope as far as the edge: steps away from it find six digits."""
    value, error, notes = _slope("1e6 + sin(x) + 0*sqrt(1e-5 + x)", 1e-8)
    assert abs(value - 1) <= error < 1e-6
    (note,) = notes
    assert note.startswith("x: from the right only, values to the left end ")


def test_between_two_edges_steps_grow_as_far_as_there_are_values() -> None:
    """A step beyond the edges is halved on the way back, so rounding hides less of the slope."""
    value, error, _ = _slope("1e6 + sin(x) + 0*sqrt(1e-5^2 - x^2)", 1e-8)
    assert abs(value - 1) <= error < 0.1


def test_near_a_kink() -> None:
    """The step shrinks until it does not reach across."""
    for x, exact in ((1.001, 1.0), (0.999, -1.0)):
        value, error, notes = _slope("abs(x - 1)", x)
        assert value == pytest.approx(exact, rel=1e-8)
        assert error < 1e-6
        assert notes == ()


def test_gaps_in_the_domain() -> None:
    """Values beyond a gap do not count."""
    value, _, _ = _slope("log(gamma(x))", -3.7)
    assert value == pytest.approx(float(mp.digamma(-3.7)), rel=1e-9)


def test_no_side() -> None:
    """A point on its own has no derivative."""
    with pytest.raises(NotDifferentiable, match="no values close by on either side"):
        _slope("sqrt(x) + sqrt(-x)", 0.0)


def test_overflow_of_the_slope() -> None:
    """A derivative beyond the range of a double is refused."""
    with pytest.raises(NotDifferentiable, match="not finite"):
        _slope("1/x", 1e-300)


@pytest.mark.parametrize("scheme", ["forward", "central", "richardson", "complex-step"])
def test_no_value(scheme: str) -> None:
    """Where there is no value the engine's own error comes through."""
    with pytest.raises(DomainError, match="log is not defined here"):
        _slope("log(x)", -1.0, scheme)


# Programs.

NEWTON = """
def f(a, n: int):
    x = a
    for i in range(n**2 % 30):
        y = 0.5*(x + a/x)
        if abs(y - x) < 1e-14:
            break
        x = y
    return x, n*a, sin(a)*x
"""


@pytest.mark.parametrize("scheme", ["forward", "central", "richardson", "complex-step"])
def test_program(scheme: str) -> None:
    """Loops, branches and integers are only evaluated; all results are differenced at once."""
    answer, _ = _ask(load_program(Source(NEWTON)), scheme, None, a=2.0, n=7)
    root = math.sqrt(2)
    exact = (0.5 / root, 7.0, math.cos(2) * root + math.sin(2) * 0.5 / root)
    assert answer.errors is not None
    assert answer.values == pytest.approx((root, 14.0, math.sin(2) * root), rel=1e-15)
    for (found,), (error,), slope in zip(answer.jacobian, answer.errors, exact, strict=True):
        assert found == pytest.approx(slope, rel=1e-6)
        assert abs(found - slope) <= 10 * error + 1e-15


@pytest.mark.parametrize(
    ("scheme", "most"), [("forward", 6), ("central", 8), ("richardson", 24), ("complex-step", 0)]
)
def test_evaluations(scheme: str, most: int) -> None:
    """So many for each input beside the value itself, a third of them to measure rounding; the
    complex step has an engine of its own."""
    program = load_expression(Source("exp(x)*sin(y) + x/z"))
    _, runs = _ask(program, scheme, None, x=0.7, y=1.2, z=-2.0)
    assert runs - 1 <= 3 * most


def test_results_share_evaluations() -> None:
    """Three results cost hardly more than one."""
    one = load_program(Source("def f(x):\n  return sin(x)\n"))
    three = load_program(Source("def f(x):\n  return sin(x), cos(x), exp(x)\n"))
    assert _ask(three, "richardson", None, x=1.1)[1] <= _ask(one, "richardson", None, x=1.1)[1] + 4


@pytest.mark.parametrize(("text", "x"), [(text, x) for text, _, x in CASES])
def test_evaluations_are_bounded(text: str, x: float) -> None:
    """At most 60 for a hard case."""
    assert _ask(load_expression(Source(text)), "richardson", None, x=x)[1] <= 60


def test_same_answer_every_time() -> None:
    """Nothing is left to chance."""
    assert _slope("sin(1/x)", 1e-3) == _slope("sin(1/x)", 1e-3)


def test_no_inputs() -> None:
    """Nothing to differentiate by: values only."""
    program = load_expression(Source("1 + 2"))
    answer, runs = _ask(program, "richardson", None)
    assert (answer.values, answer.jacobian, runs) == ((3,), ((),), 1)


def test_engines_agree() -> None:
    """The engine does not matter."""
    program = load_expression(Source("exp(x)/(1 + y^2)"))
    question = Question(program.module, (0.3, 1.7), ("x", "y"))
    judge = FiniteDifference()
    first = judge.derivative(question, PythonEngine(), Limits())
    second = judge.derivative(question, Interpreter(), Limits())
    assert (second.jacobian, second.errors) == (first.jacobian, first.errors)


# Refusals and limits.


def _module(row: Primitive) -> tuple[ir.Module, Span]:
    span = Span(Source("mystery(x)"), 0, 10)
    body = [ir.Let("%1", App(row, (Var("x"),)), span), ir.Let("%r", Var("%1"), span)]
    types = {"x": "real", "%1": "real", "%r": "real"}
    return ir.Module({"f": ir.Function("f", ("x",), ("%r",), types, body, span)}, "f"), span


def test_complex_step_refuses_by_name() -> None:
    """An operation without a function for complex arguments is named, at its place."""
    module, span = _module(Primitive("mystery", lambda x: x * x))
    question = Question(module, (3.0,), ("x",))
    with pytest.raises(Unsupported, match="mystery") as caught:
        FiniteDifference("complex-step").derivative(question, Interpreter(), Limits())
    assert caught.value.span is span
    assert caught.value.hint is not None
    answer = FiniteDifference().derivative(question, Interpreter(), Limits())
    assert answer.jacobian[0][0] == pytest.approx(6.0, rel=1e-12)


@pytest.mark.parametrize("scheme", ["richardson", "complex-step"])
def test_limits_are_passed_on(scheme: str) -> None:
    """A run that is too long stops."""
    program = load_program(Source("def f(x):\n  while x > 0:\n    x = x + 1\n  return x\n"))
    question = Question(program.module, (1.0,), ("x",))
    with pytest.raises(LimitError):
        FiniteDifference(scheme).derivative(question, PythonEngine(), Limits(max_steps=1000))


def test_propagate() -> None:
    """A result that is not finite has no slope; the others keep theirs."""
    program = load_program(Source("def f(x):\n  return log(x), x*x\n"))
    question = Question(program.module, (-1.0,), ("x",))
    limits = Limits(propagate=True)
    for scheme in ("forward", "central", "richardson"):
        answer = FiniteDifference(scheme).derivative(question, PythonEngine(), limits)
        assert math.isnan(answer.jacobian[0][0])
        assert answer.jacobian[1][0] == pytest.approx(-2.0, rel=1e-6)
    with pytest.raises(NotDifferentiable, match="the complex step has no finite value"):
        FiniteDifference("complex-step").derivative(question, PythonEngine(), limits)


@pytest.mark.parametrize("step", [0.0, -1.0, math.inf, math.nan])
def test_step_must_be_positive(step: float) -> None:
    """A step is a positive number."""
    with pytest.raises(UsageError, match="step"):
        FiniteDifference("central", step)


def test_unknown_scheme() -> None:
    """A scheme that does not exist is refused, with those that do."""
    with pytest.raises(UsageError, match="simpson") as caught:
        FiniteDifference("simpson")
    error: AdcliError = caught.value
    assert error.hint is not None
    assert "richardson" in error.hint


def test_entries_of_arrays_are_inputs_of_their_own() -> None:
    """Each is perturbed alone, integers never; notes and refusals name the entry."""
    program = load_program(
        Source("def f(x, k: list[int], A):\n    return [abs(x[0])*k[1], x[1]*A[0][1]], A[1][0]\n")
    )
    point = program.at({"x": [0.0, 2.0], "k": [3, 4], "A": [[1.0, 5.0], [7.0, 8.0]]}).arguments
    question = Question(program.module, point, ("A", "x"))
    answer = FiniteDifference("richardson").derivative(question, PythonEngine(), Limits())
    assert answer.values == ([0.0, 10.0], 7.0)
    assert [pytest.approx(row, abs=1e-9) for row in answer.jacobian] == [
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 2.0, 0.0, 0.0, 0.0, 5.0),
        (0.0, 0.0, 1.0, 0.0, 0.0, 0.0),
    ]
    assert answer.notes == ("x[0]: the slope is -4 to the left and 4 to the right",)
    program = load_program(Source("def f(x):\n    return x[0] + cbrt(x[1])\n"))
    question = Question(program.module, ([1.0, 0.0],), ("x",))
    with pytest.raises(NotDifferentiable, match=r"no derivative by x\[1\] at x\[1\] = 0.0"):
        FiniteDifference().derivative(question, PythonEngine(), Limits())
