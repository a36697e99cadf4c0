"""Programs with arrays as formulas."""

# ruff: noqa: E501 -- short programs are easier to compare one on a line than in pieces

from __future__ import annotations

from typing import Any

import pytest

from adcli.errors import Unsupported
from adcli.loading import load_program
from adcli.source import Source

PROGRAMS: dict[str, tuple[str, dict[str, Any]]] = {
    "in place": ("def f(x):\n    for i in range(1, len(x)):\n        x[i] = x[i] * x[i - 1]\n    return x[-1]\n",
                 {"x": [1.5, 0.5, 2.5]}),
    "rows": ("def f(A):\n    r = A[0]\n    r[1] = A[1][0] * r[0]\n    return A[0][1] * A[1][1]\n",
             {"A": [[1.5, 0.5], [2.5, 0.75]]}),
    "append and pop": ("def f(x):\n    v = []\n    for i in range(4):\n        v.append(x ** i)\n    t = v.pop()\n    return sum(v) * t\n",
                       {"x": 1.5}),
    "a choice of stores": ("def f(x):\n    v = [0.0, 1.0]\n    if x > 1:\n        v[0] = x * x\n    else:\n        v[1] = sin(x)\n    return v[0] * 2 + v[1]\n",
                           {"x": 1.5}),
    "a choice by what is called": ("def put(v, x):\n    v[0] = x\n\ndef f(x):\n    v = [0.0]\n    if x > 1:\n        put(v, x * x)\n    return v[0]\n",
                                   {"x": 1.5}),
    "a new array in each arm": ("def f(x):\n    if x > 1:\n        v = [x, x * x]\n    else:\n        v = [x]\n    return sum(v)\n",
                                {"x": 1.5}),
    "an index from an input": ("def f(x, v):\n    return v[int(x)] * x\n", {"x": 1.5, "v": [1.0, 2.0]}),
    "two names": ("def f(x):\n    y = x\n    y[0] = x[1] * 3\n    return x[0] * y[1]\n", {"x": [1.5, 2.5]}),
    "results": ("def f(x, a):\n    return [a * v for v in x], a * a\n", {"x": [1.5, 2.5], "a": 0.5}),
    "linear algebra": ("def f(A, b):\n    return dot(solve(A, b), A @ b) * det(A)\n",
                       {"A": [[2.0, 1.0], [0.5, 3.0]], "b": [1.0, 2.0]}),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_numbers_are_those_of_forward_mode(name: str) -> None:
    """Each entry has a formula of its own, and its value is right."""
    text, point = PROGRAMS[name]
    f = load_program(Source(text), "f")
    found, other = (f.jacobian(backend=b, **point) for b in ("symbolic", "forward"))
    assert _flat(found) == pytest.approx(_flat(other), rel=1e-13)


def _flat(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [n for part in value.values() for n in _flat(part)]
    return [n for part in value for n in _flat(part)] if isinstance(value, list) else [value]


def test_formulas_of_entries() -> None:
    """The text of a derivative names entries as the language does, and parses back."""
    f = load_program(Source("def f(A, x):\n    return dot(A @ x, x)\n"), "f")
    point = {"A": [[1.0, 2.0], [3.0, 4.0]], "x": [0.5, 0.25]}
    found = f.formulas(point).by_name(lambda text: text.text)
    assert found["x"][0] == "2*A[0,0]*x[0] + x[1]*(A[0,1] + A[1,0])"
    again = load_program(Source(found["x"][0]))
    assert again(**point) == f.gradient(**point)["x"][0]


def test_a_shape_is_needed() -> None:
    """Without a point nobody knows how many formulas there are."""
    f = load_program(Source("def f(x):\n    return sum(x)\n"), "f")
    with pytest.raises(Unsupported, match="an array whose size shapes the formula"):
        f.formulas()


def test_declared_derivatives_are_taken() -> None:
    """A rule is the derivative here too, to any order, and the value is the function's own."""
    text = (
        "def slope(x):\n    return 3 * x\n\n@derivative(x=slope)\ndef g(x):\n    return x ** 2\n\n"
        "def f(x):\n    return g(x) * x\n"
    )
    f = load_program(Source(text), "f")
    assert f.gradient(x=2.0, backend="symbolic") == f.gradient(x=2.0, backend="reverse")
    (row,) = f.formulas(order=2).rows
    assert load_program(Source(row["x"].text))(x=2.0) == f.hessian(x=2.0)["x"]["x"]
