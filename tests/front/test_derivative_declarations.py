"""Functions that declare their own derivative: `@derivative(x=slope)`."""

# ruff: noqa: E501 -- short programs are easier to compare one on a line than in pieces

from __future__ import annotations

import itertools
from typing import Any

import pytest
from strategies import Measured

from adcli.engines.interface import Limits
from adcli.engines.interpreter import Execution, Interpreter
from adcli.errors import AdcliError, Unsupported
from adcli.ir.parser import parse_module
from adcli.ir.printer import print_module
from adcli.ir.verify import verify
from adcli.loading import load_program
from adcli.program import Program
from adcli.source import Source

#: Twice the derivative that is right, so that it shows who takes it.
TWICE = """\
def slope(x, n):
    return 2 * n * x ** (n - 1)

@derivative(x=slope)
def power(x, n: int):
    return x ** n

def f(x):
    return power(x, 3) + x
"""
ARRAYS = """\
from adcli import derivative

def by_x(x, k):
    return [k * v for v in x]

def by_k(x, k):
    return 0.5 * sum([v * v for v in x])

@derivative(x=by_x, k=by_k)
def energy(x, k):
    s = 0.0
    for v in x:
        s = s + k * v * v / 2
    return s

def f(x, k):
    return energy(x, k) ** 2 * x[0]
"""
WAYS = """\
def ahead(x, a, y, dx, da):
    return [u * a + v * da for u, v in zip(dx, x)]

def back(x, a, y, g):
    return [a * v for v in g], sum([u * v for u, v in zip(x, g)])

@derivative(forward=ahead, reverse=back)
def scaled(x, a):
    return [a * v for v in x]

def f(x, a):
    y = scaled(x, a)
    y[0] = y[0] * y[1]
    x[1] = 0.5
    return y[0] + scaled(y, a * a)[1] * x[1]
"""
#: Calls that differ in what varies; what they were given and have returned is changed later.
MIXED = (
    WAYS.partition("def f")[0]
    + """\
def f(x, a):
    y = [v * v for v in x]
    fixed = [1.0, 2.0]
    s = scaled(fixed, a)
    t = scaled(y, 3.0)
    none = scaled(fixed, 2.0)
    both = scaled(y, a)
    fixed[0] = x[1]
    y[1] = y[0] * a
    total = 0.0
    for i in range(3):
        row = scaled(fixed, total + a)
        fixed = [row[0] * x[0], none[1]]
        total = total + row[0] * s[1] + t[1]
    t[0] = s[0] * total
    return t[0] * both[1] + scaled(y, none[0])[1]
"""
)
POINT = {"x": [1.5, 2.5], "k": 0.75}


def program(text: str) -> Program:
    return load_program(Source(text), "f")


@pytest.mark.parametrize("backend", ["forward", "reverse"])
def test_the_declared_derivative_is_the_one_that_is_taken(backend: str) -> None:
    """Forward and reverse mode take a declared derivative for what it says."""
    assert program(TWICE).gradient(x=2.0, backend=backend) == {"x": 25.0}


@pytest.mark.parametrize("text", [ARRAYS, WAYS, MIXED])
def test_all_backends_agree(text: str) -> None:
    """Declared derivatives of arrays, also where arrays are changed after the call."""
    f = program(text)
    point = dict(zip(f.inputs, POINT.values(), strict=True))
    found = [f.gradient(backend=b, **point) for b in ("forward", "reverse", "finite-difference")]
    for name in f.inputs:
        for other in found[1:]:
            assert other[name] == pytest.approx(found[0][name], rel=1e-9)


@pytest.mark.slow("derivatives of derivatives, compiled")
@pytest.mark.parametrize("text", [ARRAYS, WAYS, MIXED, TWICE, "det(A)*x", "dot(solve(A, b), b)"])
@pytest.mark.parametrize("passes", [*itertools.product(["forward", "reverse"], repeat=3)])
def test_rules_are_differentiated_in_turn(text: str, passes: tuple[str, ...]) -> None:
    """Passes in any order leave modules that are well-formed and print as they parse."""
    module = (
        program(text).transformed(passes)
        if "def" in text
        else load_program(Source(text)).transformed(passes)
    )
    verify(module)
    assert print_module(parse_module(print_module(module))) == print_module(module)


def test_adjoints_of_constants_are_not_computed() -> None:
    """A rule runs only as far as the arguments that vary need it: here the rest would fail."""
    text = WAYS.partition("def f")[0].replace("a * v for v in g", "log(a - 9) for v in g")
    f = program(f"from math import log\n{text}def f(x, a):\n    return sum(scaled(x, a))\n")
    point = {"x": [1.5, 2.5], "a": 0.75}
    assert f.gradient(backend="reverse", wrt="a", **point) == {"a": 4.0}
    with pytest.raises(AdcliError, match="log"):
        f.gradient(backend="reverse", wrt="x", **point)


def test_a_derivative_of_zero_stops_activity() -> None:
    """What only varies with a result whose declared derivative is zero has no adjoints at all."""
    held = "def none(x, y, g):\n    return [0.0] * len(x)\n\n"
    text = (
        held
        + "@derivative(forward=none, reverse=none)\ndef held(x):\n    return [v for v in x]\n\n"
    )
    f = program(
        text + "def f(x):\n    y = held(x)\n    y[0] = y[0] * y[1]\n    return y[0] * x[1]\n"
    )
    for backend in ("forward", "reverse"):
        assert f.gradient(x=[2.0, 3.0], backend=backend) == {"x": [0.0, 6.0]}
    reverse = f.transformed(["reverse"])
    assert "none" in reverse.functions
    assert [name for name in reverse.functions if "^" in name] == ["f^"]


def test_second_derivatives() -> None:
    """A Hessian by rules is symmetric and that of finite differences."""
    f = program(ARRAYS)
    found = f.hessian(**POINT)
    other = f.hessian(backend="finite-difference", **POINT)
    assert found["x"]["k"] == pytest.approx(found["k"]["x"], rel=1e-14)
    assert found["k"]["k"] == pytest.approx(other["k"]["k"], rel=1e-6)
    for row, wanted in zip(found["x"]["x"], other["x"]["x"], strict=True):
        assert row == pytest.approx(wanted, rel=1e-6)


def test_python_runs_the_file() -> None:
    """The decorator is one in Python, too."""
    namespace: dict[str, Any] = {}
    exec(ARRAYS, namespace)
    assert namespace["f"](**POINT) == program(ARRAYS)(**POINT)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@other\ndef f(x):\n    return x\n", "the only decorator"),
        ("@derivative\ndef f(x):\n    return x\n", "needs the functions"),
        ("@derivative(y=f)\ndef f(x):\n    return x\n", "no parameter 'y'"),
        ("@derivative(x=g)\ndef f(x):\n    return x\n", "the name of a function"),
        ("def g(x):\n    return x\n@derivative(x=g)\ndef f(x, y):\n    return x\n", "by 'y' is missing"),
        ("def g(x):\n    return x\n@derivative(x=g)\ndef f(x):\n    return x, x\n", "one number as its result"),
        ("def g(x, y):\n    return x\n@derivative(x=g)\ndef f(x):\n    return x\n", "called without 'y'"),
        ("def g(x):\n    return x\n@derivative(forward=g)\ndef f(x):\n    return x\n", "takes 1 parameters"),
        ("def g(x, y, t):\n    return t, t\n@derivative(forward=g)\ndef f(x):\n    return x\n", "does not return"),
        ("def g(x):\n    return [1.0]\n@derivative(x=g)\ndef f(x):\n    x[0] = 1.0\n    return x[0]\n", "must not change 'x'"),
    ],
)  # fmt: skip
def test_faults(text: str, message: str) -> None:
    """A declaration that cannot be meant so is an error with a place."""
    with pytest.raises(AdcliError, match=message) as caught:
        program(text).module  # noqa: B018
    assert caught.value.span is not None


def test_a_mode_that_is_not_declared() -> None:
    """A rule for one mode only says so when the other is asked for."""
    f = program("def g(x, y, t):\n    return t\n@derivative(forward=g)\ndef f(x):\n    return x\n")
    assert f.gradient(x=1.0, backend="forward") == {"x": 1.0}
    with pytest.raises(Unsupported, match="reverse"):
        f.gradient(x=1.0, backend="reverse")


def test_a_gradient_of_the_wrong_length_is_refused() -> None:
    """A declared gradient with an entry too many is no gradient."""
    text = "def g(x):\n    return [1.0, 1.0, 1.0]\n@derivative(x=g)\ndef f(x):\n    return sum(x)\n"
    for backend in ("forward", "reverse"):
        with pytest.raises(AdcliError, match="lengths"):
            program(text).gradient(x=[1.0, 2.0], backend=backend)


# -- linear algebra ------------------------------------------------------------------------------

A = [[4.0, -2.0, 1.0, 0.5], [1.0, 3.5, -1.0, 2.0], [0.25, 1.0, -5.0, 1.5], [2.0, -0.5, 1.0, 3.0]]
B = [1.0, -2.0, 0.5, 3.0]


#: Elimination with partial pivoting as a program of its own, which is differentiated as it stands.
LOOPS = """\
def eliminated(A, b):
    n = len(A)
    U = [row[:] for row in A]
    y = b[:]
    d = 1.0
    for k in range(n):
        p = k
        for i in range(k + 1, n):
            if abs(U[i][k]) > abs(U[p][k]):
                p = i
        if p != k:
            U[k], U[p] = U[p], U[k]
            y[k], y[p] = y[p], y[k]
            d = -d
        above = U[k]
        d = d * above[k]
        for i in range(k + 1, n):
            row = U[i]
            q = row[k] / above[k]
            for j in range(k + 1, n):
                row[j] = row[j] - q * above[j]
            y[i] = y[i] - q * y[k]
    return U, y, d

def determinant(A):
    U, y, d = eliminated(A, [0.0] * len(A))
    return d

def solution(A, b):
    U, x, d = eliminated(A, b)
    for i in range(len(A) - 1, -1, -1):
        for j in range(i + 1, len(A)):
            x[i] = x[i] - U[i][j] * x[j]
        x[i] = x[i] / U[i][i]
    return x
"""


def loops(result: str) -> Program:
    return program(f"{LOOPS}\ndef f(A, b):\n    return {result}\n")


@pytest.mark.slow("matrices of 48 rows")
@pytest.mark.parametrize(
    ("rule", "by_loops", "share"),
    [
        ("sum(solve(A, b))", "sum(solution(A, b))", 0.49),
        ("det(A)*b[0]", "determinant(A)*b[0]", 1.15),
    ],
)
def test_rules_of_linear_algebra(rule: str, by_loops: str, share: float) -> None:
    """Derivatives by rules are those of finite differences and of the loops themselves.  Those of
    `solve` take less than half of the statements; the adjugate takes as many multiplications as the
    adjoint of an elimination, but neither of the rules saves numbers on a tape."""
    f, g = program(f"def f(A, b):\n    return {rule}\n"), loops(by_loops)
    found, other = f.gradient(A=A, b=B), g.gradient(A=A, b=B)
    judge = f.gradient(A=A, b=B, backend="finite-difference")
    for i in range(4):
        assert found["A"][i] == pytest.approx(other["A"][i], rel=1e-12)
        assert found["A"][i] == pytest.approx(judge["A"][i], rel=1e-8, abs=1e-10)
    assert found["b"] == pytest.approx(other["b"], rel=1e-12)
    big = [[3.0 * (i == j) + 1.0 / (1 + i + 2 * j) for j in range(48)] for i in range(48)]
    point = {"A": big, "b": [1.0] * 48}
    (steps, saved), (other_steps, other_saved) = _cost(f, point), _cost(g, point)
    assert steps < share * other_steps
    assert saved < 100 < 48**3 / 3 < other_saved


def _cost(f: Program, point: dict[str, Any]) -> tuple[int, int]:
    """The statements that a gradient runs, and the numbers that its tapes hold."""
    machine = Execution(f.transformed(["reverse"]), Limits(), Interpreter())
    machine.tapes = {name: Measured() for name in machine.tapes}
    machine.start((*f.at(point).arguments, 1.0))
    return machine.steps, sum([tape.height for tape in machine.tapes.values()])  # type: ignore[attr-defined]
