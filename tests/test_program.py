"""The Python interface."""

from __future__ import annotations

import math

import pytest

import adcli
from adcli.errors import DomainError, NameFault, TypeFault, UsageError
from adcli.program import load_program
from adcli.source import Source

PAPER = "log(x1)+x1*x2-sin(x2)"


def program(text: str) -> adcli.Program:
    return load_program(Source(text))


def test_value_and_first_derivatives() -> None:
    """The running example of the textbooks."""
    f = adcli.load(PAPER)
    assert f.inputs == f.reals == ("x1", "x2")
    assert f(x1=2, x2=5) == math.log(2) + 2 * 5 - math.sin(5)
    assert f.gradient(x1=2, x2=5) == {"x1": 5.5, "x2": 2 - math.cos(5)}
    assert f.gradient(x1=2, x2=5, wrt=["x2"]) == {"x2": 2 - math.cos(5)}
    assert f.jacobian(x1=2, x2=5) == [f.gradient(x1=2, x2=5)]


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
        ({"x": 1.0, "y": "2"}, "'y' must be a number, not text"),
        ({"x": 1.0, "y": [1.0]}, "'y' must be a number, not an array"),
        ({"x": 1.0, "y": True}, "'y' must be a number, not a truth value"),
        ({"x": 1.0, "y": 10**400}, "'y' is too large for a double"),
    ],
)
def test_a_point_that_does_not_fit(point: dict[str, float], message: str) -> None:
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


def test_a_gradient_needs_one_result() -> None:
    """Several results have a Jacobian."""
    f = program("def f(x):\n    return x, x*x\n")
    with pytest.raises(TypeFault, match="there are 2"):
        f.gradient(x=1.0)
    with pytest.raises(TypeFault, match="there are 2"):
        f.hessian(x=1.0)
    assert f.jacobian(x=3.0) == [{"x": 1.0}, {"x": 6.0}]


def test_formulas() -> None:
    """Derivatives as text that can be typed in again."""
    found = adcli.load(PAPER).formulas()
    texts = found.by_name(lambda text: text.text)
    assert texts == {"x1": "1/x1 + x2", "x2": "x1 - cos(x2)"}
    assert adcli.load(texts["x1"])(x1=2.0, x2=5.0) == 5.5
