"""Kinks and numbers that are not finite: one documented choice, and a note that says what there is
to see."""

from __future__ import annotations

import itertools
import math
import re
from typing import Any

import pytest
from engine_names import ENGINE_NAMES

from adcli.engines.interface import Limits
from adcli.engines.registry import choices as engines
from adcli.errors import AdcliError
from adcli.expr import App, Var
from adcli.loading import load_expression, load_program
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.expression_text import write
from adcli.ops.primitive import Primitive
from adcli.ops.registry import TABLE
from adcli.program import Program
from adcli.source import Source

EXACT = ("forward", "reverse", "symbolic")
PROPAGATE = Limits(propagate=True)

#: Where kinks are looked for, for each argument.
GRID = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0)


def expression(text: str) -> Program:
    return load_expression(Source(text))


def program(text: str) -> Program:
    return load_program(Source(text))


def ties() -> list[Any]:
    """For each row that is not smooth everywhere the points of the grid where it is not, if it has
    a finite derivative there."""
    found = []
    for row in TABLE.values():
        if row.domain.smooth is None or row.spelling.inner:
            continue
        names = row.parameters
        condition = FusedOperation(row.domain.smooth(*map(Var, names)))
        for args in itertools.product(GRID, repeat=row.arity):
            if math.isfinite(row.value(*args)) and not condition.value(*args):
                found.append(pytest.param(row, args, id=f"{row.name}{args}"))
    return found


@pytest.mark.slow("every kink in every backend")
@pytest.mark.parametrize(("row", "args"), ties())
def test_every_backend_makes_the_same_choice(row: Primitive, args: tuple[float, ...]) -> None:
    """At each kink of each operation all backends and engines say the same, and the one-sided
    derivatives in the note are those of difference quotients."""
    names = row.parameters
    f = expression(write(App(row, tuple(map(Var, names)))))
    point = dict(zip(names, args, strict=True))
    outcomes = set()
    for backend, engine in itertools.product(EXACT, engines()):
        try:
            found = f.differentiate(point, backend=backend, engine=engine)
        except AdcliError as error:
            outcomes.add((type(error), error.message))
        else:
            outcomes.add((tuple(found.by_input().items()), found.notes))
    assert len(outcomes) == 1, outcomes
    (outcome,) = outcomes
    if isinstance(outcome[0], type):
        return
    gradient, notes = outcome
    h = 2.0**-30
    for name, given in gradient:
        slopes, sides = [], []
        for sign in (-1, 1):
            try:
                there = f(**{**point, name: point[name] + sign * h})
            except AdcliError:
                break
            slopes.append(sign * (there - f(**point)) / h)
            sides.append(there)
        if len(slopes) < 2:
            continue
        said = [fact for note in notes for fact in note.split("; ") if fact.startswith(f"{name}:")]
        jump = max(abs(s - f(**point)) for s in sides) > 1e-6
        left, right = slopes
        if jump:
            (fact,) = said
            numbers = re.findall(r"the value jumps from (\S+) to (\S+)", fact)
            assert [*map(float, *numbers)] == pytest.approx(sides, rel=1e-3, abs=1e-6)
        elif abs(left - right) > 1e-6:
            (fact,) = said
            numbers = re.findall(r"the slope is (\S+) to the left and (\S+) to the right", fact)
            assert [*map(float, *numbers)] == pytest.approx(slopes, rel=1e-3, abs=1e-6)
            assert min(left, right) - 1e-6 <= given <= max(left, right) + 1e-6
        else:
            assert not said
            assert given == pytest.approx(left, abs=1e-6)


MAXIMUM = """\
def best(xs):
    found = xs[0]
    for v in xs:
        if v > found:
            found = v
    return found
"""
LAYER = """\
def unit(v):
    return max(0, v)

def net(w, x):
    total = 0
    for i, wi in enumerate(w):
        total += unit(wi*x[i])
    return total
"""
STEPS = """\
def grow(t, h=0.25):
    s = 0.0
    x = 1.0
    while s < t:
        x = x + h*x
        s += h
    return x
"""
CASES = [
    (
        MAXIMUM,
        {"xs": [1.0, 3.0, 3.0, 2.0]},
        "kink at line 4, column 12: 3.0 > 3.0; "
        "xs[1]: the slope is 0 to the left and 1 to the right; "
        "xs[2]: the slope is 0 to the left and 1 to the right",
    ),
    (
        LAYER,
        {"w": [1.0, 0.0], "x": [3.0, 4.0]},
        "kink at line 2, column 12: max(0.0, 0.0); "
        "w[1]: the slope is 0 to the left and 4 to the right",
    ),
    (
        STEPS,
        {"t": 1.0},
        "kink at line 4, column 11: 1.0 < 1.0; t: the value jumps from 2.441 to 3.052; "
        "h: the value jumps from 3.052 to 2.441",
    ),
    (
        "def f(x):\n    return 2*x if x != 1 else 2.0",
        {"x": 1.0},
        "removable singularity at line 2, column 19: 1.0 != 1; "
        "the derivative is that of the limit; x: the slope is 2 to both sides",
    ),
    (
        "def f(x, n: int):\n    s = 0\n    for i in range(n): s += abs(x - i)\n    return s",
        {"x": 2.0, "n": 4},
        "kink at line 3, column 29: abs(0.0), in iteration i = 2; "
        "x: the slope is 0 to the left and 2 to the right",
    ),
    (
        "def f(x):\n    return floor(x)*x",
        {"x": 2.0},
        "kink at line 2, column 12: floor(2.0); x: the value jumps from 2 to 4",
    ),
    (
        "def f(x, y):\n    return [x*y, abs(x - y)]",
        {"x": 1.0, "y": 1.0},
        "kink at line 2, column 18: abs(0.0); "
        "value[1]/x: the slope is -1 to the left and 1 to the right; "
        "value[1]/y: the slope is -1 to the left and 1 to the right",
    ),
    (
        "def f(x, xs):\n    return x*sum([v for v in xs if v > sum(xs)])",
        {"x": 2.0, "xs": [1.0, 0.0]},
        "kink at line 2, column 36: 1.0 > 1.0; xs[1]: the value jumps from 2 to 0",
    ),
    (
        "def f(xs):\n    return [v for v in xs if v > 1]",
        {"xs": [1.0, 2.0]},
        "kink at line 2, column 30: 1.0 > 1; xs[0]: the result has other lengths close by",
    ),
]


@pytest.mark.parametrize("engine", ENGINE_NAMES)
@pytest.mark.parametrize("backend", EXACT)
@pytest.mark.parametrize(("text", "point", "note"), CASES)
def test_a_kink_in_a_program_is_told(
    text: str, point: dict[str, Any], note: str, backend: str, engine: str
) -> None:
    found = program(text).differentiate(point, backend=backend, engine=engine)
    assert found.notes[-1:] == (note,)


def test_many_facts_are_cut() -> None:
    notes = expression("sum(abs(xs))").differentiate({"xs": [0.0] * 9}).notes
    assert notes[0].count("slope") == 6
    assert notes[0].endswith("; and 3 more")


SILENT: list[tuple[str, dict[str, float]]] = [
    ("abs(x)", {"x": 0.25}),
    ("x*abs(x)", {"x": 0.0}),
    ("max(x, x)", {"x": 1.0}),
    ("0*abs(x)", {"x": 0.0}),
    ("x if x <= 0 else sin(x)", {"x": 0.0}),
    ("x*y if x == x else y", {"x": 1.0, "y": 2.0}),
    ("sqrt(x)", {"x": 4.0}),
    ("y + (1 if 2.0 >= 2 else 0)", {"y": 1.0}),
    ("sin(x)/x if x != 0 else 1", {"x": 0.0}),
]


@pytest.mark.parametrize(("text", "point"), SILENT)
def test_nothing_is_said_where_both_sides_agree(text: str, point: dict[str, float]) -> None:
    assert expression(text).differentiate(point).notes == ()


def test_every_operator_tells() -> None:
    """Products too; second derivatives also of a kink that only the first derivative has."""
    f = expression("x*abs(x)*y")
    point = {"x": 0.0, "y": 1.0}
    assert f.tangents([{"x": 1.0}], point).notes == ()
    slope = (
        "kink at line 1, column 3: abs(0.0); x/x: the slope is -2 to the left and 2 to the right"
    )
    for found in (
        f.differentiate_twice(point),
        f.differentiate_twice(point, backend="symbolic"),
    ):
        assert found.notes == (slope,)
    product = f.second_products([{"x": 1.0}], point)
    assert product.notes == (slope.replace("x/x:", "x along the direction:"),)
    g = expression("abs(x)")
    first = "kink at line 1, column 1: abs(0.0); x: the slope is -1 to the left and 1 to the right"
    along = first.replace("; x:", "; along the direction:")
    assert g.tangents([{"x": 1.0}], {"x": 0.0}).notes == (along,)
    for found in (
        g.adjoints([1.0], {"x": 0.0}),
        g.sparse_jacobian({"x": 0.0}),
    ):
        assert found.notes == (first,)


LOOP = """\
def total(x, n: int):
    s = 0.0
    u = x
    for i in range(n):
        u = u - 0.1
        s += log(u)
    return s
"""
ORIGINS = [
    (
        LOOP,
        {"x": 0.25, "n": 20},
        "a value first became nan at line 6, column 14: log(u), u = -0.05000000000000002, "
        "in iteration i = 2",
    ),
    (
        "def f(x, y):\n    return sin(x*y/(x - 1))",
        {"x": 1.0, "y": 2.0},
        "a value first became inf at line 2, column 16: x*y/(x - 1), which is 2.0/0.0",
    ),
    (
        "def f(x):\n    return exp(x)*x",
        {"x": 1000.0},
        "a value first became inf at line 2, column 12: exp(x), x = 1000.0",
    ),
]


@pytest.mark.parametrize("engine", engines())
@pytest.mark.parametrize(("text", "point", "note"), ORIGINS)
def test_the_first_number_that_is_not_finite(
    text: str, point: dict[str, Any], note: str, engine: str
) -> None:
    f = program(text)
    assert f.evaluate(point, engine=engine, limits=PROPAGATE).notes == (note,)
    for backend in (*EXACT, "finite-difference"):
        found = f.differentiate(point, backend=backend, engine=engine, limits=PROPAGATE)
        assert note in found.notes
        assert not all(math.isfinite(v) for v in found.values)


def test_a_derivative_that_is_not_finite() -> None:
    note = "the derivative first became inf at line 1, column 3: sqrt(x), x = 0.0"
    f, point = expression("2*sqrt(x)"), {"x": 0.0}
    assert f.differentiate(point, limits=PROPAGATE).notes == (note,)
    assert f.tangents([{"x": 1.0}], point, limits=PROPAGATE).notes == (note,)
    assert f.adjoints([1.0], point, limits=PROPAGATE).notes == (note,)
    assert f.differentiate_twice(point, limits=PROPAGATE).notes == (note,)
    assert f.second_products([{"x": 1.0}], point, limits=PROPAGATE).notes == (note,)


def test_an_infinite_input_began_nowhere() -> None:
    """Nothing in the program made it."""
    found = expression("2*x").differentiate({"x": math.inf}, limits=PROPAGATE)
    assert found.values == (math.inf,)
    assert found.notes == ()


CHOICES = [
    ("log(x) if x > 0 else x", {"x": -1.0}, 1.0),
    ("x if x < 0 else sqrt(x)", {"x": -4.0}, 1.0),
    ("0 if x == 0 else sin(x)/x", {"x": 0.0}, 0.0),
    ("sum([v*log(v) if v > 0 else 0 for v in [x, -x]])", {"x": 2.0}, math.log(2) + 1),
    ("sum([1/v if v != 0 else 2*v for v in [x, 0*x]])", {"x": 2.0}, -0.25),
    ("exp(x) if x < 100 else x", {"x": 1000.0}, 1.0),
    ("(acos(x) if x <= 1 else 0)*0 + x", {"x": 3.0}, 1.0),
]


@pytest.mark.parametrize("limits", [Limits(), PROPAGATE], ids=["strict", "propagate"])
@pytest.mark.parametrize("engine", ENGINE_NAMES)
@pytest.mark.parametrize(("text", "point", "slope"), CHOICES)
def test_the_side_not_taken_leaks_nothing(
    text: str, point: dict[str, float], slope: float, limits: Limits, engine: str
) -> None:
    """Neither nan nor an error comes out of a branch that is not taken."""
    f = expression(text)
    for backend in (*EXACT, "finite-difference"):
        if backend == "finite-difference" and "==" in text:
            continue  # its neighbours take the other branch
        found = f.differentiate(point, backend=backend, engine=engine, limits=limits)
        assert found.by_input()["x"] == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize("limits", [Limits(), PROPAGATE], ids=["strict", "propagate"])
@pytest.mark.parametrize(("text", "point"), [case[:2] for case in CHOICES])
def test_the_side_not_taken_leaks_nothing_at_higher_orders(
    text: str, point: dict[str, float], limits: Limits
) -> None:
    f = expression(text)
    for backend in (*EXACT, "auto"):
        second = f.differentiate_twice(point, backend=backend, limits=limits)
        assert math.isfinite(second.matrix[0][0])
    assert math.isfinite(f.second_products([{"x": 1.0}], point, limits=limits).products[0][0])
    assert all(map(math.isfinite, f.expand(point, order=3, limits=limits).derivatives[0]))


def test_a_direction_is_looked_along() -> None:
    """Where each input alone sees no kink, and where the slope is another than theirs."""
    f = expression("min(abs(x), abs(y))")
    notes = f.tangents([{"x": 1.0, "y": 1.0}], {"x": 0.0, "y": 0.0}).notes
    assert notes[0].endswith("along the direction: the slope is -1 to the left and 1 to the right")
    notes = expression("max(x, y)").tangents([{"x": 1.0, "y": 2.0}], {"x": 0.0, "y": 0.0}).notes
    assert notes[0].endswith("along the direction: the slope is 1 to the left and 2 to the right")


def test_what_a_value_does_is_told_with_enough_digits() -> None:
    notes = expression("x if x == y else x*y").differentiate({"x": 2.0, "y": 2.0}).notes
    assert "x: the value is 4 to both sides and 2 here" in notes[0]
    notes = expression("1e8 + floor(x)").differentiate({"x": 3.0}).notes
    assert notes[0].endswith("x: the value jumps from 100000002 to 100000003")
    assert expression("atan2(0*x, x)").differentiate({"x": -1.0}).notes == ()


def test_linear_algebra_keeps_its_own_branches_to_itself() -> None:
    """A determinant is a polynomial, whatever its rule looks at."""
    point = {"A": [[1.0, 2.0], [2.0, 4.0]]}
    assert expression("det(A)").differentiate_twice(point).notes == ()


def test_series_tell_where_numbers_stopped_being_finite() -> None:
    found = expression("2*log(x)").expand({"x": 0.0}, order=2, limits=PROPAGATE)
    assert found.notes == ("a value first became -inf at line 1, column 3: log(x), x = 0.0",)
    mixed = expression("sqrt(x)*y").mixed_partial(
        {"x": 0.0, "y": 1.0}, ["x", "y"], limits=PROPAGATE
    )
    (note,) = mixed.notes
    assert note.startswith("the derivative first became infinite or nan at line 1, column 1")
