"""Second derivatives: every backend's own road leads to the same Hessian."""

from __future__ import annotations

import math

import pytest

from adcli.backends.registry import SECOND_ORDER, choices
from adcli.errors import DomainError, NotDifferentiable, TypeFault, UsageError
from adcli.loading import load_expression, load_program
from adcli.program import Program
from adcli.source import Source

FUNCTIONS: list[tuple[str, dict[str, float]]] = [
    ("log(x)+x*y-sin(y)", {"x": 2.0, "y": 5.0}),
    ("x^2*y^3 + exp(x*y)/z", {"x": 0.3, "y": -1.2, "z": 0.7}),
    ("x^y", {"x": 1.7, "y": 0.4}),
    ("erf(x) + lgamma(2 + y*y) + 3*z", {"x": 0.3, "y": 0.5, "z": 1.0}),
    ("7.5", {}),
]


def program(text: str) -> Program:
    return load_program(Source(text))


@pytest.mark.parametrize("backend", choices(SECOND_ORDER))
@pytest.mark.parametrize(("text", "point"), FUNCTIONS)
def test_all_agree(text: str, point: dict[str, float], backend: str) -> None:
    """With the Hessian of forward over reverse mode; it is symmetric."""
    f = load_expression(Source(text))
    wanted = f.differentiate_twice(point).matrix
    found = f.differentiate_twice(point, backend=backend)
    assert found.values == (f(**point),)
    assert len(found.matrix) == len(point)
    tolerance = 1e-8 if backend == "finite-difference" else 1e-12
    for row, other in zip(found.matrix, wanted, strict=True):
        assert row == pytest.approx(other, rel=tolerance, abs=tolerance)


def test_by_hand() -> None:
    """The Hessian of the textbooks' example, and which backend it was."""
    f = load_expression(Source("log(x1)+x1*x2-sin(x2)"))
    result = f.differentiate_twice({"x1": 2, "x2": 5})
    assert (result.backend, result.sweeps) == ("forward-over-reverse", 2)
    assert result.hessian == {
        "x1": {"x1": -0.25, "x2": 1.0},
        "x2": {"x1": 1.0, "x2": math.sin(5)},
    }
    assert f.hessian(x1=2, x2=5, wrt=["x2"], backend="reverse") == {"x2": {"x2": math.sin(5)}}


def test_errors_of_differences_are_estimated() -> None:
    """An operation without a complex form has differences of differences."""
    for text in ("exp(x)*y", "erf(x)*y"):
        found = load_expression(Source(text)).differentiate_twice(
            {"x": 0.5, "y": 2.0}, backend="finite-difference"
        )
        assert found.errors is not None
        assert 0 <= found.errors["x"]["x"] < 1e-6


def test_what_has_no_hessian() -> None:
    """Several results, arrays, inputs that are not real, kinks in the value's own domain."""
    with pytest.raises(TypeFault, match="a Hessian belongs to one result, and there are 2"):
        program("def f(x):\n    return x, x\n").hessian(x=1.0)
    with pytest.raises(TypeFault, match="a Hessian belongs to one number, and the result is an ar"):
        program("def f(x):\n    return [x, x]\n").hessian(x=1.0)
    with pytest.raises(UsageError, match="'n' is an integer"):
        program("def f(x, n):\n    for i in range(n):\n        x = x*x\n    return x\n").hessian(
            x=1.0, n=2, wrt=["n"]
        )
    for backend in choices(SECOND_ORDER):
        with pytest.raises(DomainError):
            load_expression(Source("log(x)")).hessian(x=-1.0, backend=backend)
        with pytest.raises(NotDifferentiable):
            load_expression(Source("x^1.5")).hessian(x=0.0, backend=backend)


@pytest.mark.slow("Hessians of arrays")
def test_arrays() -> None:
    """The Hessian by x and A has the shape of x, then that of A."""
    f = program("def f(x, A):\n    return x[0]*A[0][1]*A[1][0] + x[1]^2*A[1][1]\n")
    point = {"x": [2.0, 3.0], "A": [[1.0, 5.0], [7.0, 11.0]]}
    for backend in [b for b in choices(SECOND_ORDER) if b != "symbolic"]:
        found = f.hessian(**point, backend=backend)
        assert found["x"]["x"][1] == pytest.approx([0.0, 22.0], abs=1e-7)
        assert found["x"]["A"][0][1] == pytest.approx([5.0, 0.0], abs=1e-7)
        assert found["x"]["A"][1][1] == pytest.approx([0.0, 6.0], abs=1e-7)
        assert found["A"]["x"][0][1] == pytest.approx([7.0, 0.0], abs=1e-7)
        assert found["A"]["A"][0][1][1] == pytest.approx([2.0, 0.0], abs=1e-7)
