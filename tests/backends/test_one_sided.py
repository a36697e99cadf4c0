"""Both sides of a tie: the derivative where they agree, else the documented choice and a note that
says at which order they part."""

from __future__ import annotations

import math
from typing import Any

import pytest
from engine_names import ENGINE_NAMES

from adcli.backends.derivative_tests.dot_product import dot_products
from adcli.backends.derivative_tests.jacobian_under_test import JacobianUnderTest
from adcli.backends.derivative_tests.other_backends import other_backends
from adcli.backends.interface import Question
from adcli.backends.one_sided.along_line import LineRuns
from adcli.engines.interface import Limits, Runner
from adcli.engines.registry import engine
from adcli.engines.tiered_execution import TieredEngine
from adcli.errors import NotDifferentiable
from adcli.ir.nodes import Module
from adcli.loading import load_expression, load_program
from adcli.nested_lists import flatten_all
from adcli.program import Program
from adcli.source import Source

EXACT = ("forward", "reverse", "symbolic")
SECOND = ("auto", *EXACT)


def load(text: str) -> Program:
    source = Source(text)
    return load_program(source) if text.startswith(("def", "from")) else load_expression(source)


def gradient(f: Program, point: dict[str, Any], backend: str, running: str = "auto") -> Any:
    found = f.differentiate(point, backend=backend, engine=running)
    return list(found.matrix[0]), found.notes


def hessian(f: Program, point: dict[str, Any], backend: str) -> Any:
    found = f.differentiate_twice(point, backend=backend)
    return [list(row) for row in found.matrix], found.notes


# -- first derivatives -----------------------------------------------------------------------------

ORIGIN = {"x": 0.0, "y": 0.0}
ONES = {"x": 1.0, "y": 1.0}
SOFT = "max(x,y) + log1p(exp(-abs(x-y)))"

#: Where both sides agree, though a derivative program fails or takes a side.
AGREE = [
    (SOFT, ONES, [0.5, 0.5]),
    ("min(x,y) - log1p(exp(-abs(x-y)))", ONES, [0.5, 0.5]),
    ("(x + y + abs(x-y))/2 - max(x,y)", ONES, [0.0, 0.0]),
    ("max(x, y) + min(x, y)", {"x": 2.0, "y": 2.0}, [1.0, 1.0]),
    ("abs(x) - sqrt(x^2)", {"x": 0.0}, [0.0]),
    ("relu(x) - relu(-x)", {"x": 0.0}, [1.0]),
    ("norm(x-y)^2", {"x": [1.0, 2.0], "y": [1.0, 2.0]}, [0.0] * 4),
    ("norm(x)^2*3 + sum(x)", {"x": [0.0, 0.0, 0.0]}, [1.0] * 3),
    ("hypot(x,y)^2 + x", ORIGIN, [1.0, 0.0]),
    ("hypot(x^2,y^2)", ORIGIN, [0.0, 0.0]),
    ("sqrt(x^4)", {"x": 0.0}, [0.0]),
    ("cos(sqrt(x^2))", {"x": 0.0}, [0.0]),
    ("cbrt(x)^3", {"x": 0.0}, [1.0]),
    ("cbrt(x^3)", {"x": 0.0}, [1.0]),
    ("sqrt(max(0, x^2-z^2))", {"x": 1.0, "z": 2.0}, [0.0, 0.0]),
    ("sqrt(relu(x))*x", {"x": -1.0}, [0.0]),
    ("sqrt(min(0, x)*0)", {"x": 1.0}, [0.0]),
    ("sqrt(clip(x, 0, 1))", {"x": -3.0}, [0.0]),
]
CLIP = "def clip(x, a, b):\n    return min(max(x, a), b)\ndef f(x):\n    return sqrt(clip(x, 0, 1))"


@pytest.mark.parametrize("running", ENGINE_NAMES)
@pytest.mark.parametrize(("text", "point", "wanted"), AGREE)
def test_the_gradient_is_that_of_both_sides(
    text: str, point: dict[str, Any], wanted: list[float], running: str
) -> None:
    f = load(CLIP if "clip" in text else text)
    for backend in EXACT:
        numbers, notes = gradient(f, point, backend, running)
        assert numbers == pytest.approx(wanted, abs=1e-12)
        assert notes == ()


ROOTS = [
    ("hypot(x,y)", ORIGIN, 1.0),
    ("hypot(x,3*y)", ORIGIN, 1.0),
    ("norm([x,y])", ORIGIN, 1.0),
    ("sqrt(x^2)", {"x": 0.0}, 1.0),
    ("sqrt(x*x)", {"x": 0.0}, 1.0),
    ("(x^2)^0.5", {"x": 0.0}, 1.0),
    ("sqrt(1-cos(x))", {"x": 0.0}, math.sqrt(0.5)),
    ("acos(cos(x))", {"x": 0.0}, 1.0),
    ("acosh(cosh(x))", {"x": 0.0}, 1.0),
]


@pytest.mark.parametrize(("text", "point", "slope"), ROOTS)
def test_the_root_of_a_square_is_a_kink(text: str, point: dict[str, float], slope: float) -> None:
    for backend in EXACT:
        numbers, notes = gradient(load(text), point, backend)
        assert numbers == [0.0] * len(point)
        (note,) = notes
        assert note.startswith("kink at line 1, column 1: ")
        sides = f"x: the slope is {-slope:.4g} to the left and {slope:.4g} to the right"
        assert sides in note


@pytest.mark.parametrize(
    ("text", "x"),
    [("sqrt(x)", 0.0), ("cbrt(x)", 0.0), ("x^0.5", 0.0), ("sqrt(abs(x))", 0.0), ("acos(x)", 1.0)],
)
def test_an_infinite_derivative_stays_an_error(text: str, x: float) -> None:
    for backend in EXACT:
        with pytest.raises(NotDifferentiable):
            load(text).differentiate({"x": x}, backend=backend)


def test_one_side_is_enough_where_there_is_no_other() -> None:
    f, point = load("sqrt(x)^2"), {"x": 0.0}
    numbers, notes = gradient(f, point, "forward")
    assert numbers == [1.0]
    assert notes[0].endswith("x: the slope is 1 to the right, and there is no value to the left")
    assert gradient(load("sqrt(1-x)*sqrt(1-x)"), {"x": 1.0}, "reverse")[0] == [-1.0]


def test_products_see_both_sides() -> None:
    """Along a direction, of a weighted sum of results, and where there are pathways of inputs."""
    f = load(SOFT)
    assert f.tangents([{"x": 1.0, "y": 2.0}], ONES).products[0] == (1.5,)
    assert f.adjoints([2.0], ONES).products[0] == (1.0, 1.0)
    apart = load("[abs(x), -abs(x), x]")
    assert apart.adjoints([[1.0, 1.0, 3.0]], {"x": 0.0}).products[0] == (3.0,)
    distance, point = load("norm(x-y)^2"), {"x": [1.0, 2.0], "y": [1.0, 2.0]}
    assert distance.tangents([{"x": [1.0, 0.0]}], point).products[0] == (0.0,)
    assert flatten_all(distance.adjoints([1.0], point).products[0]) == [0.0] * 4
    sparse = load("[sqrt(x^4) + y, y*norm([x,x])^2]").sparse_jacobian({"x": 0.0, "y": 2.0})
    entries = {(i, j): v for i, j, v in sparse.jacobian.entries() if v}
    assert entries == {(0, 1): 1.0}


def test_nothing_is_propagated_where_the_limit_exists() -> None:
    found = load("norm(x)^2").differentiate({"x": [0.0, 0.0]}, limits=Limits(propagate=True))
    assert found.matrix == ((0.0, 0.0),)


# -- second derivatives ----------------------------------------------------------------------------

TOUCHING = [
    ("abs(-x^2)", {"x": 0.0}, [[2.0]]),
    ("max(-x^2, x^2)", {"x": 0.0}, [[2.0]]),
    ("min(x^2, -x^2, x^4)", {"x": 0.0}, [[-2.0]]),
    ("sqrt(x^4)", {"x": 0.0}, [[2.0]]),
    ("abs(x)^2 + abs(x)^3", {"x": 0.0}, [[2.0]]),
    ("relu(x^2)", {"x": 0.0}, [[2.0]]),
    ("max(0, x)^3", {"x": 0.0}, [[0.0]]),
    ("log1p(abs(x)) - abs(x)", {"x": 0.0}, [[-1.0]]),
    ("cosh(sqrt(x^2))", {"x": 0.0}, [[1.0]]),
    ("abs(1 - cos(x))", {"x": 0.0}, [[1.0]]),
    ("abs((x-y)^2)", ONES, [[2.0, -2.0], [-2.0, 2.0]]),
    ("max(x^2, 2*x*y - y^2)", ONES, [[2.0, 0.0], [0.0, 0.0]]),
    (SOFT, ONES, [[0.25, -0.25], [-0.25, 0.25]]),
    (f"z*({SOFT})", {**ONES, "z": 3.0}, [[0, 0.5, 0.5], [0.5, 0.75, -0.75], [0.5, -0.75, 0.75]]),
    ("sqrt(x^2+y^2)^3", ORIGIN, [[0.0, 0.0], [0.0, 0.0]]),
    ("hypot(x, y)^2", ORIGIN, [[2.0, 0.0], [0.0, 2.0]]),
    ("norm(x)^2*y", {"x": [0.0, 0.0], "y": 2.0}, [[4, 0, 0], [0, 4, 0], [0, 0, 0]]),
]


@pytest.mark.parametrize(("text", "point", "wanted"), TOUCHING)
def test_the_hessian_of_kinks_that_touch(
    text: str, point: dict[str, Any], wanted: list[list[float]]
) -> None:
    f = load(text)
    for backend in SECOND:
        matrix, notes = hessian(f, point, backend)
        for row, right in zip(matrix, wanted, strict=True):
            assert row == pytest.approx(right, abs=1e-12)
        assert notes == ()
    names = [] if any(isinstance(v, list) for v in point.values()) else f.inputs
    for j, name in enumerate(names):
        product = f.second_products([{name: 2.0}], point).products[0]
        assert product == pytest.approx([2 * row[j] for row in wanted], abs=1e-12)
        for i, other in enumerate(names):
            mixed = f.mixed_partial(point, [name, other])
            assert mixed.numbers == pytest.approx([wanted[i][j]], abs=1e-12)


PARTING = [
    ("abs(x)*x", 2, -2.0, 2.0),
    ("relu(x)^2", 2, 0.0, 2.0),
    ("x^2*sign(x)", 2, -2.0, 2.0),
    ("abs(x)^3", 3, -6.0, 6.0),
    ("max(x^3, -x^3)", 3, -6.0, 6.0),
    ("abs(sin(x)^3)", 3, -6.0, 6.0),
    ("sqrt(x^6)", 3, -6.0, 6.0),
    ("(x^2)^1.5", 3, -6.0, 6.0),
    ("hypot(x, 0)^3", 3, -6.0, 6.0),
    ("exp(-abs(x)^3)", 3, 6.0, -6.0),
    ("abs(x^3)*x", 4, -24.0, 24.0),
    ("max(0, x)^4", 4, 0.0, 24.0),
]
ORDINALS = {2: "second ", 3: "third ", 4: "fourth "}


@pytest.mark.parametrize(("text", "order", "left", "right"), PARTING)
def test_a_series_tells_at_which_order_the_sides_part(
    text: str, order: int, left: float, right: float
) -> None:
    f, point = load(text), {"x": 0.0}
    below = f.expand(point, order=order - 1)
    assert below.notes == ()
    assert below.derivative_list[0][1:] == pytest.approx([0.0] * (order - 1), abs=1e-12)
    found = f.expand(point, order=order)
    sides = (
        f"the {ORDINALS[order]}derivative is {left:.4g} to the left and {right:.4g} to the right"
    )
    assert found.notes[0].endswith(f"; x: {sides}")
    assert left <= found.derivative_list[0][order] <= right or left > right
    partial = f.mixed_partial(point, ["x"] * order)
    assert partial.notes[0].endswith(sides)
    for backend in SECOND:
        matrix, notes = hessian(f, point, backend)
        assert bool(notes) == (order == 2)
        assert matrix[0][0] == pytest.approx(0.0, abs=1e-12)


def test_what_no_hessian_fits_is_told() -> None:
    """The second derivatives along two axes and between them are no quadratic form."""
    for backend in SECOND:
        matrix, notes = hessian(load("abs(x*y)"), ORIGIN, backend)
        assert matrix == [[0.0, 0.0], [0.0, 0.0]]
        assert "no number fits the second derivatives" in notes[0]
        _, notes = hessian(load("min(abs(x), abs(y))"), ORIGIN, backend)
        assert "x + y: the slope is -1 to the left and 1 to the right" in notes[0]


def test_mixed_derivatives_that_depend_on_their_order_are_told() -> None:
    """Peano's example: second derivatives along the axes and between them fit the matrix of zeros,
    those along other lines do not."""
    text = "x*y*(x^2 - y^2)/(x^2 + y^2) if x != 0 or y != 0 else 0"
    for backend in SECOND:
        _, notes = hessian(load(text), ORIGIN, backend)
        assert "their difference and x + 2 y" in notes[0] or "and y + 2 x" in notes[0]
        matrix, notes = hessian(
            load("(x + 3*y)^4/(x + 3*y)^2 if x != 0 or y != 0 else 0"), ORIGIN, backend
        )
        assert matrix == [[2.0, 6.0], [6.0, 18.0]]
        assert "no number fits" not in notes[0]


def test_slopes_that_do_not_add_up_are_told() -> None:
    """Partial derivatives exist at the origin, a derivative does not."""
    f = load("0 if x^2 + y^2 == 0 else x^3/(x^2 + y^2)")
    assert gradient(f, ORIGIN, "auto")[0] == [1.0, 0.0]
    for backend in SECOND:
        _, notes = hessian(f, ORIGIN, backend)
        assert notes[0].endswith("x + y: the slope is 0.5, not the sum of 1 and 0")


def test_a_hessian_at_a_kink_is_a_choice_too() -> None:
    for backend in SECOND:
        matrix, notes = hessian(load("norm(x)"), {"x": [0.0, 0.0]}, backend)
        assert matrix == [[0.0, 0.0], [0.0, 0.0]]
        assert "x[1]: the slope is -1 to the left and 1 to the right" in notes[0]


# -- removable singularities -----------------------------------------------------------------------

EXPM1 = (
    "from math import exp\ndef f(x):\n    if x == 0:\n        return 1.0\n    return (exp(x)-1)/x"
)
LOG_MEAN = (
    "from math import log\ndef f(a, b):\n    if a == b:\n        return a\n"
    "    return (a - b)/log(a/b)"
)
SPHEROID = """\
from math import pi, sqrt, acos, acosh
def f(a):
    if a == 1.0:
        return 2*pi
    if a < 1:
        return pi + pi*a*a/sqrt(1 - a*a)*acosh(1/a)
    return pi + pi*a*a/sqrt(a*a - 1)*acos(1/a)
"""
LOOP = """\
def f(x, n: int):
    s = 0.0
    for i in range(n):
        u = x - i
        if u == 0:
            s += 1
        else:
            s += sin(u)/u + u/2
    return s
"""
LIMITS = [
    (EXPM1, {"x": 0.0}, [0.5], [[1 / 3]]),
    (LOG_MEAN, {"a": 2.0, "b": 2.0}, [0.5, 0.5], [[-1 / 12, 1 / 12], [1 / 12, -1 / 12]]),
    (SPHEROID, {"a": 1.0}, [4 * math.pi / 3], [[4 * math.pi / 15]]),
    ("0.5 if x == 0 else (1-cos(x))/x^2", {"x": 0.0}, [0.0], [[-1 / 12]]),
    ("log1p(x)/x if x != 0 else 1", {"x": 0.0}, [-0.5], [[2 / 3]]),
    ("1 if x == 0 else x/expm1(x)", {"x": 0.0}, [-0.5], [[1 / 6]]),
    ("1 if x == 0 else tan(x)/x", {"x": 0.0}, [0.0], [[2 / 3]]),
    ("1 if x == 1 else log(x)/(x-1)", {"x": 1.0}, [-0.5], [[2 / 3]]),
    ("1/a if a == b else (log(a)-log(b))/(a-b)", {"a": 0.5, "b": 0.5}, [-2.0, -2.0], None),
    ("2*a if a == b else (a^2-b^2)/(a-b)", {"a": 0.3, "b": 0.3}, [1.0, 1.0], [[0.0] * 2] * 2),
    ("x if x == y else sqrt(x*y)", {"x": 2.0, "y": 2.0}, [0.5, 0.5], None),
    ("2 if x == 0 else sin(2*x)/x", {"x": 0.0}, [0.0], [[-8 / 3]]),
    ("0 if x == 0 else x^3/(1-cos(x))", {"x": 0.0}, [2.0], [[0.0]]),
    ("0 if x == 0 else exp(-1/x^2) + x", {"x": 0.0}, [1.0], [[0.0]]),
    ("0 if x == 0 else x^2*log(abs(x)) + 3*x", {"x": 0.0}, [3.0], None),
    ("0 if x == 0 else exp(log(x^2))", {"x": 0.0}, [0.0], [[2.0]]),
    ("x*exp(x*log(abs(x))) if x != 0 else 0", {"x": 0.0}, [1.0], None),
    ("0 if x == 0 else x*atan(1/abs(x))", {"x": 0.0}, [math.pi / 2], None),
    ("(x^l - 1)/l if l != 0 else log(x)", {"x": 2.0, "l": 0.0}, [0.5, math.log(2) ** 2 / 2], None),
    ("exp(a) if a == b else (exp(a)-exp(b))/(a-b)", {"a": 0.0, "b": 0.0}, [0.5, 0.5], None),
]


@pytest.mark.parametrize("running", ENGINE_NAMES)
@pytest.mark.parametrize(("text", "point", "first"), [case[:3] for case in LIMITS])
def test_the_limit_beside_a_branch_on_equality(
    text: str, point: dict[str, float], first: list[float], running: str
) -> None:
    f = load(text)
    for backend in EXACT:
        numbers, notes = gradient(f, point, backend, running)
        assert numbers == pytest.approx(first, rel=1e-11, abs=1e-12)
        assert all(note.startswith("removable singularity at line ") for note in notes)
        assert bool(notes) == any(first)


@pytest.mark.parametrize(
    ("text", "point", "second"),
    [(text, point, second) for text, point, _, second in LIMITS if second is not None],
)
def test_the_second_limit_beside_a_branch_on_equality(
    text: str, point: dict[str, float], second: list[list[float]]
) -> None:
    for backend in SECOND:
        matrix, _ = hessian(load(text), point, backend)
        for row, right in zip(matrix, second, strict=True):
            assert row == pytest.approx(right, rel=1e-10, abs=1e-11)


def test_the_note_on_a_limit_says_where_and_what() -> None:
    assert load(EXPM1).differentiate({"x": 0.0}).notes == (
        "removable singularity at line 3, column 8: 0.0 == 0; the derivative is that of the limit; "
        "x: the slope is 0.5 to both sides",
    )
    notes = load(LOOP).differentiate({"x": 2.0, "n": 4}).notes
    assert "0.0 == 0, in iteration i = 2" in notes[0]


def test_a_series_of_a_limit() -> None:
    found = load(EXPM1).expand({"x": 0.0}, order=5)
    assert found.derivative_list[0] == pytest.approx([1.0, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 1 / 6])
    assert found.series[0][2] == pytest.approx(1 / 6)


def test_a_jump_stays_a_jump() -> None:
    """A branch that is not the limit of the other one is a kink, with the values in the note."""
    f = load("0.5 if x == 0 else sin(x)/x")
    numbers, notes = gradient(f, {"x": 0.0}, "auto")
    assert numbers == [0.0]
    assert notes == (
        "kink at line 1, column 8: 0.0 == 0; x: the value is 1 to both sides and 0.5 here",
    )


def test_infinite_slopes_are_told() -> None:
    note = "x: the slope is -inf to the right, and there is no value to the left"
    assert load("0 if x == 0 else x*log(x)").differentiate({"x": 0.0}).notes[0].endswith(note)
    power = load("x^x if x > 0 else 1").differentiate({"x": 0.0}).notes
    assert power[0].endswith("x: the slope is 0 to the left and -inf to the right")
    both = load("0 if x == 0 else x^2*log(abs(x))").differentiate_twice({"x": 0.0}).notes
    assert both[0].endswith("x/x: the slope is -inf to both sides")


@pytest.mark.parametrize(
    ("text", "point"), [(SOFT, ONES), (EXPM1, {"x": 0.0}), ("norm([x, y])^2", ORIGIN)]
)
def test_check_judges_what_grad_prints(text: str, point: dict[str, Any]) -> None:
    f = load(text)
    question = f.at(point).question
    tested = JacobianUnderTest(question, engine("auto", f.module), Limits())
    assert all(verdict.ok for verdict in [*other_backends(tested), *dot_products(tested)])


# -- limits ----------------------------------------------------------------------------------------


def test_long_programs_keep_the_note_on_first_derivatives() -> None:
    """Beyond a number of statements nothing is run on series; the tangents to both sides tell."""
    text = "def f(x, n: int):\n    s = abs(x)\n    for i in range(n): s += sin(s)*x\n    return s"
    found = load(text).differentiate({"x": 0.0, "n": 200_000})
    assert found.notes == (
        "kink at line 2, column 9: abs(0.0); x: the slope is -1 to the left and 1 to the right",
    )


@pytest.mark.slow("a program as long as what is followed")
def test_what_is_too_long_to_be_followed_is_told() -> None:
    """A second derivative is not seen by tangents to both sides, so the note says what it is."""
    text = (
        "def f(x, n: int):\n    s = abs(-x^2)\n    for i in range(n): s += sin(s)*x\n    return s"
    )
    found = load(text).differentiate_twice({"x": 0.0, "n": 200_000})
    assert found.notes == (
        "tie at line 2, column 9: abs(-0.0); too long to be followed to both sides along 1 of 1 "
        "inputs, whose derivatives are those of the branch taken",
    )


MANY = (
    "def f(x):\n    s = norm(x)^2\n"
    "    for v in x: s += max(v, 0) + log1p(exp(-abs(v)))\n    return s"
)
EACH = "def f(x):\n    return sum([abs(v*v) for v in x]) + norm(x - x[0])^2"


@pytest.mark.slow("many directions")
@pytest.mark.parametrize(
    "size", [5, *[pytest.param(n, marks=pytest.mark.slow("many inputs")) for n in (12, 60)]]
)
def test_many_inputs(size: int) -> None:
    """Of many inputs the gradient is seen in one run to each side, and a column of the Hessian."""
    f, point = load(MANY), {"x": [0.0] * size}
    for backend in EXACT:
        numbers, notes = gradient(f, point, backend)
        assert numbers == pytest.approx([0.5] * size)
        assert notes == ()
    assert f.adjoints([2.0], point).products[0] == ([1.0] * size,)
    if size < 20:
        matrix, notes = hessian(f, point, "auto")
        for i, row in enumerate(matrix):
            assert row == pytest.approx([2.25 * (i == j) for j in range(size)], abs=1e-12)
        matrix, notes = hessian(load(EACH), point, "reverse")
        assert matrix[1][:3] == pytest.approx([-2.0, 4.0, 0.0], abs=1e-12)
        assert matrix[0][0] == pytest.approx(2 * size)
        assert notes == ()


def test_a_declared_derivative_counts() -> None:
    """No series looks behind it."""
    f = load(
        "from adcli import derivative\ndef slope(x):\n    return 3\n"
        "@derivative(x=slope)\ndef step(x):\n    return abs(x)\ndef f(x):\n    return step(x)"
    )
    assert f.for_point({}).declared
    assert f.differentiate({"x": 0.0}, backend="forward").matrix == ((3.0,),)


# -- numbers compared with themselves --------------------------------------------------------------

LARGEST = """
def f(x):
    best = x[0]
    for v in x:
        if v > best:
            best = v
    return best
"""


@pytest.mark.parametrize(
    ("text", "x", "meets"),
    [
        (LARGEST, [3.0, 1.0, 2.0], False),
        (LARGEST, [1.0, 3.0, 3.0], True),
        ("abs(x[0] - x[1])", [2.0, 2.0], True),
        ("max(x[0], x[0]) + relu(x[1])", [2.0, 1.0], False),
        ("max(x[0], x[0]) + relu(x[1])", [2.0, 0.0], True),
        ("floor(x[0]) + x[1]", [2.0, 0.0], True),
    ],
)
def test_a_number_compared_with_itself_is_no_tie(text: str, x: list[float], meets: bool) -> None:
    """So a program too long to be followed for each input has no note on one."""
    program = load(text.lstrip())
    question = Question(program.module, program.at({"x": x}).arguments, program.reals)
    runs = LineRuns(question, ["value"], 1, Limits())
    assert runs.meets_ties([1.0 + 0.3 * i for i in range(len(x))]) is meets


@pytest.mark.slow("5000 inputs")
def test_a_long_program_has_no_note_without_a_tie() -> None:
    """The largest of many inputs, the first of which is compared with itself."""
    x = [math.sin(i * i) for i in range(5000)]
    found = load(LARGEST.lstrip()).differentiate({"x": x})
    assert found.notes == ()
    assert found.matrix[0][x.index(max(x))] == 1.0


def test_one_program_finds_a_gradient_and_that_there_is_no_tie(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where there is one, others follow, which find both sides of it."""
    loaded = []
    load_by_engine = TieredEngine.load

    def load_and_count(self: TieredEngine, module: Module, limits: Limits) -> Runner:
        loaded.append(module)
        return load_by_engine(self, module, limits)

    monkeypatch.setattr(TieredEngine, "load", load_and_count)
    text = "def distance(x):\n    s = 0.0\n    for v in x:\n        s += abs(v - 1)\n    return s"
    distance = load(text)
    found = distance.differentiate({"x": [0.0, 3.0]}, backend="reverse")
    assert (found.matrix[0], found.notes, len(loaded)) == ((-1.0, 1.0), (), 1)
    found = distance.differentiate({"x": [0.0, 1.0]}, backend="reverse")
    assert found.matrix[0] == (-1.0, 0.0)
    assert len(found.notes) == 1
    assert len(loaded) > 2
