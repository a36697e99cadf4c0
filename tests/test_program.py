"""The Python interface."""

from __future__ import annotations

import functools
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import adcli
from adcli.cli.entry import run
from adcli.errors import DomainError, NameFault, TypeFault, UsageError
from adcli.loading import load_program
from adcli.nested_lists import flatten_all
from adcli.rank_specialisation import Specialisation
from adcli.source import Source

PAPER = "log(x1)+x1*x2-sin(x2)"
SAMPLE = Path(__file__).parents[1] / "samples/kepler.py"


def program(text: str) -> adcli.Program:
    return load_program(Source(text))


def test_value_and_first_derivatives() -> None:
    """The running example of the textbooks."""
    f = adcli.load(PAPER)
    assert f.inputs == f.reals == ("x1", "x2")
    assert f(x1=2, x2=5) == math.log(2) + 2 * 5 - math.sin(5)
    assert f.gradient(x1=2, x2=5) == {"x1": 5.5, "x2": 2 - math.cos(5)}
    assert f.gradient(x1=2, x2=5, wrt=["x2"]) == {"x2": 2 - math.cos(5)}
    assert f.jacobian(x1=2, x2=5) == f.gradient(x1=2, x2=5)


def test_products_with_vectors() -> None:
    """Jacobian times vector, vector times Jacobian."""
    f = program("def f(x, y):\n    return x*y, x + y\n")
    assert f(x=2.0, y=3.0) == (6.0, 5.0)
    assert f.jvp({"x": 1.0, "y": 10.0}, x=2.0, y=3.0) == (23.0, 11.0)
    assert f.vjp((1.0, 10.0), x=2.0, y=3.0) == {"x": 13.0, "y": 12.0}


def test_second_derivatives() -> None:
    """The Hessian and its product with a vector."""
    f = adcli.load(PAPER)
    hessian = f.hessian(x1=2, x2=5)
    assert hessian == {"x1": {"x1": -0.25, "x2": 1.0}, "x2": {"x1": 1.0, "x2": math.sin(5)}}
    assert f.hvp({"x1": 2.0, "x2": 1.0}, x1=2, x2=5) == {"x1": 0.5, "x2": 2 + math.sin(5)}


def test_integers_and_defaults() -> None:
    """An integer input is not differentiated by; a default may be left out."""
    f = program("def f(x, n, a=2.0):\n    for i in range(n):\n        x = a*x\n    return x\n")
    assert (f.inputs, f.reals) == (("x", "n", "a"), ("x", "a"))
    assert f.gradient(x=1.0, n=3) == {"x": 8.0, "a": 12.0}
    with pytest.raises(UsageError, match="'n' must be an integer"):
        f(x=1.0, n=2.5)
    with pytest.raises(UsageError, match="'n' is an integer and has no derivative"):
        f.gradient(x=1.0, n=2, wrt=["n"])


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ({"x": 1.0}, "the input 'y' has no value"),
        ({"x": 1.0, "y": 1.0, "z": 1.0}, "'z' is given a value but is no input"),
        ({"x": 1.0, "y": math.nan}, "'y' must be a finite number"),
        ({"x": [1.0], "y": 1.0, "z": [1.0]}, "'z' is given a value but is no input"),
        ({"x": 1.0, "y": functools.reduce(lambda v, _: [v], range(99), 1.0)}, "more than 32 indic"),
        ({"x": 1.0, "y": "2"}, "'y' must be a number, not the text '2'"),
        ({"x": 1.0, "y": True}, "'y' must be a number, not a truth value"),
        ({"x": 1.0, "y": 10**400}, "'y' is too large for a double"),
    ],
)
def test_a_point_that_does_not_fit(point: dict[str, Any], message: str) -> None:
    """Each says which input it is about."""
    with pytest.raises(UsageError, match=message):
        adcli.load("x*y")(**point)


def test_errors_are_exceptions_with_their_place() -> None:
    """What the command line prints is in the exception."""
    with pytest.raises(DomainError) as found:
        adcli.load("2 + log(x)")(x=-1)
    span = found.value.span
    assert span is not None
    assert (span.text, span.line, span.column, span.end_column) == ("log(x)", 1, 5, 11)
    assert found.value.hint == "log(x) needs x > 0"
    with pytest.raises(NameFault, match="unknown function 'foo'"):
        adcli.load("foo(x)")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("lambertw(x)", "lambertw(x) needs x >= -1/e"),
        ("beta(x, 1)", "beta(x, y) needs x > 0 and y > 0"),
        ("asec(x/4)", "asec(x) needs x >= 1 or x <= -1"),
        ("gamma(x)", "gamma needs an argument other than 0, -1, -2, ..."),
    ],
)
def test_a_hint_has_the_domain(text: str, hint: str) -> None:
    """As a condition where that is read with ease."""
    with pytest.raises(DomainError) as found:
        adcli.load(text)(x=-2)
    assert found.value.hint == hint


def test_a_gradient_needs_one_result() -> None:
    """Several results have a Jacobian."""
    f = program("def f(x):\n    return x, x*x\n")
    with pytest.raises(TypeFault, match="there are 2"):
        f.gradient(x=1.0)
    with pytest.raises(TypeFault, match="there are 2"):
        f.hessian(x=1.0)
    assert f.jacobian(x=3.0) == {"x": [1.0, 6.0]}


def test_formulas() -> None:
    """Derivatives as text that can be typed in again."""
    found = adcli.load(PAPER).formulas()
    texts = found.by_name(lambda text: text.text)
    assert texts == {"x1": "1/x1 + x2", "x2": "x1 - cos(x2)"}
    assert adcli.load(texts["x1"])(x1=2.0, x2=5.0) == 5.5


ROTATE = """\
def rotate(A, x):
    y = [0.0]*len(A)
    for i in range(len(A)):
        for j in range(len(x)):
            y[i] += A[i][j]*x[j]
    return y
"""


def test_arrays_in_and_out() -> None:
    """Shapes: the result's, then the input's."""
    f = program(ROTATE)
    point = {"A": [[1, 2], [3, 4]], "x": [5, 6]}
    assert f.inputs == f.reals == ("A", "x")
    assert f(**point) == [17.0, 39.0]
    assert f.jacobian(**point) == {
        "A": [[[5.0, 6.0], [0.0, 0.0]], [[0.0, 0.0], [5.0, 6.0]]],
        "x": [[1.0, 2.0], [3.0, 4.0]],
    }
    assert f.jvp({"x": [1.0, 0.0]}, **point) == [1.0, 3.0]
    assert f.vjp([1.0, 10.0], wrt=["x"], **point) == {"x": [31.0, 42.0]}


def test_several_results_of_different_shapes() -> None:
    """A derivative is a list over the results, each in its own shape."""
    f = program("def f(x, a):\n    return [v*a for v in x], sum(x)\n")
    assert f(x=[1.0, 2.0], a=3.0) == ([3.0, 6.0], 3.0)
    assert f.jacobian(x=[1.0, 2.0], a=3.0) == {
        "x": [[[3.0, 0.0], [0.0, 3.0]], [1.0, 1.0]],
        "a": [[1.0, 2.0], 0.0],
    }
    assert f.jvp({"a": 1.0}, x=[1.0, 2.0], a=3.0) == ([1.0, 2.0], 0.0)
    assert f.vjp(([1.0, 0.0], 2.0), x=[1.0, 2.0], a=3.0) == {"x": [5.0, 2.0], "a": 1.0}
    names = f.result_names
    assert f.vjp({names[1]: 2.0}, x=[1.0, 2.0], a=3.0) == {"x": [2.0, 2.0], "a": 0.0}


@pytest.mark.parametrize("backend", ["forward", "reverse", "finite-difference"])
def test_the_matrix_is_that_of_all_entries(backend: str) -> None:
    """Rows are the entries of the results, columns those of the inputs."""
    f = program("def f(x, a):\n    return [v*a for v in x], sum(x)\n")
    found = f.differentiate({"x": [1.0, 2.0], "a": 3.0}, backend=backend)
    wanted = [(3.0, 0.0, 1.0), (0.0, 3.0, 2.0), (1.0, 1.0, 0.0)]
    assert [pytest.approx(row, abs=1e-9) for row in wanted] == list(found.matrix)
    assert found.column_names() == ["x[0]", "x[1]", "a"]
    names = [name for name, _ in found.value_rows()]
    assert names[:2] == [f"{f.result_names[0]}[{i}]" for i in (0, 1)]
    assert found.sweeps == (0 if backend == "finite-difference" else 3)


def test_what_the_text_leaves_open_the_point_says() -> None:
    """The same program is one of numbers and one of arrays."""
    f = adcli.load("x*y")
    assert f(x=2, y=3) == 6.0
    assert f(x=[1, 2], y=3) == [3.0, 6.0]
    assert f.jacobian(x=[1, 2], y=3) == {"x": [[3.0, 0.0], [0.0, 3.0]], "y": [1.0, 2.0]}
    assert f.gradient(x=2, y=3) == {"x": 3.0, "y": 2.0}
    assert f.for_point({"x": [1, 2], "y": 3}) is f.for_point({"x": [3.0], "y": 1.5})


def test_a_program_that_needs_arrays_waits_for_them() -> None:
    """What makes no sense for numbers is an error only where it gets some."""
    f = adcli.load("sum(x*x*x)")
    assert f.gradient(x=[1.0, 2.0]) == {"x": [3.0, 12.0]}
    with pytest.raises((TypeFault, UsageError), match="'x'"):
        f(x=1.0)
    with pytest.raises(TypeFault, match="the result is an array"):
        adcli.load("x*y").gradient(x=[1.0], y=2.0)


def test_what_was_given_stays_as_it_was() -> None:
    """A program may change its arrays; the caller's are not touched, nor those of the next run."""
    f = program("def f(x):\n    x[0] = x[0]*x[1]\n    x.append(1.0)\n    return x[0]*x[0]\n")
    x = [2.0, 3.0]
    for backend in ("forward", "reverse", "finite-difference"):
        found = f.gradient(x=x, backend=backend)
        assert found["x"] == pytest.approx([36.0, 24.0], rel=1e-9)
    assert f.hessian(x=x) == {"x": {"x": [[18.0, 24.0], [24.0, 8.0]]}}
    assert x == [2.0, 3.0]


def test_empty_arrays() -> None:
    """They have no entries and no derivatives; the value is there."""
    f = program("def f(x, a):\n    s = a*a\n    for v in x:\n        s += v\n    return s\n")
    for backend in ("auto", "forward", "reverse", "finite-difference"):
        assert f.gradient(x=[], a=2.0, backend=backend) == {
            "x": [],
            "a": pytest.approx(4.0, rel=1e-9),
        }
        assert f.gradient(x=[], a=2.0, wrt=["x"], backend=backend) == {"x": []}
    assert f.hessian(x=[], a=2.0) == {"x": {"x": [], "a": []}, "a": {"x": [], "a": 2.0}}
    copies = program("def f(x):\n    return [v*v for v in x]\n")
    for backend in ("auto", "forward", "reverse", "finite-difference"):
        assert copies.jacobian(x=[], backend=backend) == {"x": []}


def test_directions_and_seeds_that_do_not_fit() -> None:
    """They have the shapes of inputs and results."""
    f = program(ROTATE)
    point = {"A": [[1, 2], [3, 4]], "x": [5, 6]}
    for call, message in [
        (lambda: f.jvp({"x": [1.0]}, **point), "'x' must have 2 entries as 'x' has, not 1"),
        (lambda: f.jvp({"x": 1.0}, **point), "'x' must be a list of numbers, not a number"),
        (lambda: f.jvp({"z": 1.0}, **point), "no input 'z' to differentiate by"),
        (lambda: f.vjp(1.0, **point), "'value' must be a list of numbers, not a number"),
        (lambda: f.vjp([1.0, 2.0, 3.0], **point), "must have 2 entries as 'value' has, not 3"),
        (lambda: f.vjp({"y": [1.0, 2.0]}, **point), "no result 'y' to give a seed"),
    ]:
        with pytest.raises(UsageError, match=message):
            call()


def test_names_of_choices_are_checked() -> None:
    """Those of backends, engines and efforts; the hint has the nearest."""
    f = program("def f(x):\n    return x*x\n")
    for call, message, hint in [
        (lambda: f.gradient(x=1.0, backend="revers"), "unknown backend 'revers'", "reverse"),
        (lambda: f.evaluate({"x": 1.0}, engine="nativ"), "unknown engine 'nativ'", "native"),
        (lambda: f.formulas(effort="hihg"), "unknown effort 'hihg'", "high"),
    ]:
        with pytest.raises(UsageError, match=message) as caught:
            call()
        assert hint in str(caught.value.hint)


@pytest.mark.parametrize("seed", range(5))
def test_directions_and_seeds_agree(seed: int) -> None:
    """w . (J u) is (J^T w) . u, without a step size; and u . (H v) is v . (H u)."""
    draw = random.Random(seed)

    def vector(size: int) -> list[float]:
        return [draw.uniform(-1, 1) for _ in range(size)]

    f = program(ROTATE)
    point = {"A": [vector(3), vector(3)], "x": vector(3)}
    u = {"A": [vector(3), vector(3)], "x": vector(3)}
    w = vector(2)
    back = f.vjp(w, **point)
    assert dot(w, f.jvp(u, **point)) == pytest.approx(
        dot(flatten_all([*back.values()]), flatten_all([*u.values()]))
    )
    g = program("def g(x):\n    return exp(x[0]*x[1]) + sin(x[2])*x[0]\n")
    x, a, b = vector(3), vector(3), vector(3)
    assert dot(a, g.hvp({"x": b}, x=x)["x"]) == pytest.approx(dot(b, g.hvp({"x": a}, x=x)["x"]))


def dot(a: Sequence[float], b: Sequence[float]) -> float:
    return sum([p * q for p, q in zip(a, b, strict=True)])


@pytest.mark.parametrize(
    ("text", "point", "gradient"),
    [
        ("sum((y-a*x-b)^2)", {"y": [1, 2, 4], "x": [1, 2, 3], "a": 1, "b": 0}, {"a": -6, "b": -2}),
        ("sum(a*x)", {"x": [1, 2], "a": 3}, {"a": 3, "x": [3, 3]}),
        ("sum(x/s)", {"x": [1, 2], "s": 2}, {"s": -0.75, "x": [0.5, 0.5]}),
        ("sum(a^x)", {"x": [1, 2], "a": 3}, {"a": 7}),
        ("norm(a*x)^2", {"x": [1, 2], "a": 3}, {"a": 30}),
        ("sum(A@x*c+b)", {"A": [[1, 2], [3, 4]], "x": [1, 1], "c": 2, "b": 1}, {"c": 10, "b": 2}),
        ("sum(A@x+b)", {"A": [[1, 2], [3, 4]], "x": [1, 1], "b": [1, 2]}, {"b": [1, 1]}),
        ("dot(w, k*x) + b", {"w": [1, 2], "x": [3, 4], "k": 2, "b": 1}, {"k": 11, "b": 1}),
        ("sum(max(0, 1-y*(w*x+b)))", {"y": [1, -1], "x": [2, 3], "w": 1, "b": 0}, {"w": 3, "b": 1}),
        ("sum([(v-m)^2 for v in x])", {"x": [1, 3], "m": 1}, {"m": -4, "x": [0, 4]}),
        ("sum(k*transpose(A)@A*c)", {"A": [[1, 2]], "k": 1, "c": 2}, None),
    ],
)  # fmt: skip
def test_a_point_tells_what_is_a_number(
    text: str, point: dict[str, Any], gradient: dict[str, Any] | None
) -> None:
    """What could be an array is a number where the point has one, whatever stands beside it."""
    f = adcli.load(text)
    assert set(f.inputs) == set(point)
    if gradient is None:  # a sum of the rows of a matrix is none
        with pytest.raises(TypeFault):
            f(**point)
        return
    found = f.gradient(**point)
    assert [type(found[name]) is list for name in gradient] == [
        type(wanted) is list for wanted in gradient.values()
    ]
    entries = flatten_all([found[name] for name in gradient])
    assert entries == pytest.approx(flatten_all(list(gradient.values())))


def test_a_point_does_not_undo_an_annotation() -> None:
    """A parameter that is annotated as a list is one, and so is what can only be a list."""
    f = program("def f(a: list[float], b):\n    return sum(a) * b\n")
    with pytest.raises(UsageError, match="'a' must be a list of numbers, not a number"):
        f(a=1, b=2)
    with pytest.raises(UsageError, match="'x' must be a list of numbers, not a number"):
        adcli.load("sum(x)")(x=1)


@pytest.mark.parametrize(
    ("text", "point", "value"),
    [
        ("(A@x)[0]", {"A": [[1, 2], [3, 4]], "x": [1, 1]}, 3),
        ("A@x@b", {"A": [[1, 2], [3, 4]], "x": [1, 1], "b": [1, 2]}, 17),
        ("dot(A, x)[1]", {"A": [[1, 2], [3, 4]], "x": [1, 1]}, 7),
        ("x if a > 0 else [1, 2]", {"x": [5, 6], "a": 1}, [5, 6]),
        ("sum(A @ x) + A[0][1]", {"A": [[1, 2], [3, 4]], "x": [1, 1]}, 12),
    ],
)
def test_inputs_of_a_program_that_needs_a_point(
    text: str, point: dict[str, Any], value: Any
) -> None:
    """Where only the point makes sense of a program, its inputs are known all the same."""
    f = adcli.load(text)
    assert set(f.inputs) == set(point)
    assert f(**point) == value


@pytest.mark.parametrize("command", ["eval", "grad", "jac", "hess", "trace", "taylor"])
def test_a_point_is_bound_once(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the command line to the engine: the default of an input is evaluated once."""
    bound: list[Any] = []
    bind = Specialisation.bind

    def counted(self: Specialisation, point: Any, **how: Any) -> tuple[Any, ...]:
        bound.append(point)
        return bind(self, point, **how)

    monkeypatch.setattr(Specialisation, "bind", counted)
    more = ["--wrt", "e", "--order", "2"] if command == "taylor" else []
    assert run([command, str(SAMPLE), "--at", "e=0.3,m=1", "--json", *more]) == 0
    assert bound == [{"e": 0.3, "m": 1}]
