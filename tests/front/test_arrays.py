"""Arrays mean what lists mean in Python; what Python does not have means what it looks like."""

# ruff: noqa: E501 -- short programs are easier to compare one on a line than in pieces

from __future__ import annotations

import math
from typing import Any

import pytest

from adcli.errors import AdcliError
from adcli.loading import load_program
from adcli.source import Source

#: Programs that Python runs too, with their arguments.
PLAIN: list[tuple[str, dict[str, Any]]] = [
    ("def f(x):\n    return [x[0] * 2, x[-1]]\n", {"x": [1.5, 2.5, 4.0]}),
    ("def f(x):\n    v = [0.0] * 3\n    v[1] = x\n    v[-1] = 2 * x\n    return v\n", {"x": 1.5}),
    ("def f(x):\n    return [v * v for v in x if v > 1]\n", {"x": [1.0, 2.0, 3.0]}),
    ("def f(x):\n    return [[u * v for v in x] for u in x]\n", {"x": [1.0, 2.0, 3.0]}),
    ("def f(A):\n    return A[0][1] * A[1][0] - A[-1][-1]\n", {"A": [[1.0, 2.0], [3.0, 4.5]]}),
    ("def f(A):\n    s = 0.0\n    for row in A:\n        for v in row:\n            s += v\n    return s\n",
     {"A": [[1.0, 2.0], [3.0, 4.5]]}),
    ("def f(A):\n    r = A[0]\n    r[0] = 7.0\n    return A[0][0] + A[1][0]\n", {"A": [[1.0, 2.0], [3.0, 4.5]]}),
    ("def f(A):\n    A[0], A[1] = A[1], A[0]\n    return A[0][0] - A[1][0]\n", {"A": [[1.0, 2.0], [3.0, 4.5]]}),
    ("def f(x):\n    y = x\n    y[0] = 3.0\n    return x[0] + y[1]\n", {"x": [1.0, 2.0]}),
    ("def f(x):\n    y = x[:]\n    y[0] = 3.0\n    return x[0] + y[0]\n", {"x": [1.0, 2.0]}),
    ("def f(x):\n    return x[1:3] + [x[0]]\n", {"x": [1.0, 2.0, 3.0, 4.0]}),
    ("def f(x):\n    return [9.0] + x[::-1] + x[-2:] + x[:10] + x[5:]\n", {"x": [1.0, 2.0, 3.0]}),
    ("def f(x):\n    return [0.5] + x[3:0:-1] + x[::2] + x[-100:2] + x[1:-1]\n", {"x": [1.0, 2.0, 3.0, 4.0]}),
    ("def f(x):\n    i = 2\n    return x[i:] + [0.0] + x[-i:] + [0.0] + x[:-i] + [1.0]\n", {"x": [1.0, 2.0, 3.0]}),
    ("def f(x):\n    s = 0.0\n    for i, v in enumerate(x):\n        s += i * v\n    return s\n", {"x": [1.0, 2.0, 3.0]}),
    ("def f(x):\n    s = 0.0\n    for i, v in enumerate(x, 1):\n        s += i * v\n    return s\n", {"x": [1.0, 2.0, 3.0]}),
    ("def f(x, y):\n    s = 0.0\n    for u, v in zip(x, y):\n        s += u * v\n    return s\n",
     {"x": [1.0, 2.0, 3.0], "y": [0.5, 0.25]}),
    ("def f(x, y):\n    s = 0.0\n    for i, (u, v) in enumerate(zip(x, y)):\n        s += i * u * v\n    return s\n",
     {"x": [1.0, 2.0, 3.0], "y": [0.5, 0.25, 1.5]}),
    ("def f(x):\n    s = 0.0\n    for v in reversed(x):\n        s = s / 2 + v\n    return s\n", {"x": [1.0, 2.0, 3.0]}),
    ("def f(x):\n    s = 0.0\n    for i in reversed(range(1, 7, 2)):\n        s = s * x + i\n    return s\n", {"x": 1.5}),
    ("def f(x):\n    return sum(x) + min(x) * max(x) + len(x)\n", {"x": [1.5, -2.0, 3.0]}),
    ("def f(x):\n    return sum(v * v for v in x) + sum([v for v in x], 1.5)\n", {"x": [1.5, -2.0, 3.0]}),
    ("def f(x):\n    v = []\n    for i in range(5):\n        v.append(x ** i)\n    return v\n", {"x": 1.5}),
    ("def f(x):\n    v = [x]\n    v.extend([2.0, x])\n    t = v.pop()\n    w = v.copy()\n    w[0] = t\n    return v + [t] + w\n",
     {"x": 1.5}),
    ("def f(x):\n    k = [2, 0, 1]\n    return [x[i] * k[i] for i in k]\n", {"x": [1.5, 2.5, 3.5]}),
    ("def f(x):\n    c = [0] * 3\n    for i in range(7):\n        c[i % 3] += 1\n    return [x * v for v in c]\n", {"x": 1.5}),
    ("def f(x):\n    c = [0, 0]\n    c[0] = x\n    c[1] = c[0] * 2\n    return c[0] + c[1]\n", {"x": 1.5}),
    ("def fill(v, x):\n    for i in range(len(v)):\n        v[i] = x * i\ndef f(x):\n    v = [0] * 4\n    fill(v, x)\n    return v\n", {"x": 1.5}),
    ("def make(n):\n    return [0] * n\ndef f(x):\n    v = make(3)\n    v[1] = x\n    return v[1] + v[2]\n", {"x": 1.5}),
    ("def both(x):\n    return [x, 2 * x], x * x\ndef f(x):\n    v, s = both(x)\n    return v[0] * v[1] + s\n", {"x": 1.5}),
    ("def f(p):\n    x, y, z = p\n    return x * y + z\n", {"p": [1.5, 2.5, 3.5]}),
    ("def f(x):\n    a, b = 1.0, 2.0\n    x[0], x[1] = x[1], x[0]\n    return x[0] * a + b * x[1]\n", {"x": [1.5, 2.5]}),
    ("W = [0.5, 0.25]\ndef f(x):\n    return sum([w * x for w in W])\n", {"x": 1.5}),
    ("M = [[1.0, 2.0], [3.0, 4.0]]\ndef f(x):\n    s = 0.0\n    for i in range(2):\n        s += M[i][1 - i] * x[i]\n    return s\n", {"x": [1.5, 2.5]}),
    ("def f(x):\n    for k in range(3):\n        w = [x * k, x]\n    return w[0] + w[1]\n", {"x": 1.5}),
    ("def f(x):\n    v = [0.0] * 3\n    for k in range(4):\n        w = [0.0] * 3\n        for i in range(3):\n            w[i] = v[i] + x * i\n        v = w\n    return v\n",
     {"x": 1.5}),
    ("def f(x):\n    if x > 1:\n        v = [x, x * x]\n    else:\n        v = [x]\n    return sum(v)\n", {"x": 1.5}),
    ("def first(v, t):\n    for i in range(len(v)):\n        if v[i] > t:\n            return i\n    return len(v)\ndef f(x):\n    return x[first(x, 1.0)] * 2\n",
     {"x": [0.5, 1.5, 2.5]}),
    ("def f(x):\n    s = 0.0\n    for v in x:\n        x = [v * 3, v]\n        for w in x:\n            x = [w]\n            s += w + x[0]\n    return s\n", {"x": [0.5, 1.5, 2.5]}),
    ("def f(x):\n    for v in x:\n        if v > 1:\n            break\n    return v\n", {"x": [0.5, 1.5, 2.5]}),
    ("def halves(x, n):\n    if n == 0:\n        return [x]\n    return halves(x / 2, n - 1) + [x]\ndef f(x):\n    return halves(x, 4)\n", {"x": 1.5}),
    ("def f(x):\n    T = [[0.0] * 3 for i in range(3)]\n    for i in range(3):\n        for j in range(i + 1):\n            T[i][j] = x ** (i + j)\n    return T\n", {"x": 1.5}),
    ("def f(x):\n    T = []\n    for i in range(3):\n        row = []\n        for j in range(i + 1):\n            row.append(x * j)\n        T.append(row)\n    return T[2][1] + T[0][0]\n", {"x": 1.5}),
    ("def f(x):\n    A = [[x] * 2] * 2\n    A[0][0] = 5.0\n    return A[1][0]\n", {"x": 1.5}),
    ("def f(x, n: int = 3, w=[1.0, 2.0]):\n    return sum([x * w[i % 2] for i in range(n)])\n", {"x": 1.5}),
    ("def f(x):\n    v = [x, 2.0]\n    v[0] += 1\n    v[1] *= v[0]\n    v[1] -= 0.5\n    v[0] **= 2\n    return v\n", {"x": 1.5}),
    ("def f(x):\n    return sum([x[i] for i in range(3)]) + list(range(5))[3]\n", {"x": [1.0, 2.0, 4.0]}),
    ("def f(x):\n    seen = [False] * 3\n    for i in [2, 0, 2]:\n        seen[i] = True\n    s = 0.0\n    for i in range(3):\n        if seen[i]:\n            s += x[i]\n    return s\n", {"x": [1.0, 2.0, 4.0]}),
    ("def f(x):\n    return [-v for v in x] + [abs(v) for v in x]\n", {"x": [1.0, -2.0]}),
    ("def g(u, v):\n    u[0] = u[0] * v[1]\n    return v[0]\ndef f(x):\n    return g(x, x) + x[0]\n", {"x": [2.0, 3.0]}),
    ("def f(x):\n    v = list(x)\n    v[0] = 9.0\n    return v[0] + x[0]\n", {"x": [2.0, 3.0]}),
    ("def f(x, y):\n    points = [(x, y), (y, x)]\n    s = 0.0\n    for a, b in points:\n        s += a * b * a\n    p = (x, s)\n    return p[0] * p[1]\n",
     {"x": 1.5, "y": 2.5}),
    ("def split(x):\n    if len(x) == 1:\n        return x[:], [2.0]\n    a, b = split(x[::2])\n    c, d = split(x[1::2])\n"
     "    return [0.0] + a + d, [b[0] * c[0]] + c\ndef f(x):\n    u, v = split(x)\n    return u + [1.0] + v\n", {"x": [1.0, 2.0, 3.0, 4.0]}),
    ("import math\ndef f(x):\n    return math.sqrt(sum(map_(v) for v in x))\ndef map_(v):\n    return v * v\n", {"x": [2.0, 3.0]}),
]  # fmt: skip


def python(text: str, point: dict[str, Any]) -> Any:
    namespace: dict[str, Any] = {}
    exec(compile(text, "case", "exec"), namespace)
    copy = {k: [list(r) if isinstance(r, list) else r for r in v] if isinstance(v, list) else v for k, v in point.items()}  # fmt: skip
    return namespace["f"](**copy)


@pytest.mark.parametrize("engine", ["interpreter", "python"])
@pytest.mark.parametrize(("text", "point"), PLAIN)
def test_plain_python(text: str, point: dict[str, Any], engine: str) -> None:
    """To the last bit what CPython finds."""
    program = load_program(Source(text), "f")
    (found,) = program.evaluate(point, engine=engine).values
    assert found == python(text, point)


#: What only this language has: a program, a point, the value.
SUGAR: list[tuple[str, dict[str, Any], Any]] = [
    ("dot(x, y)", {"x": [1.0, 2.0], "y": [3.0, 4.0]}, 11.0),
    ("x @ y", {"x": [1.0, 2.0], "y": [3.0, 4.0]}, 11.0),
    ("A @ x", {"A": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, 10.0]}, [21.0, 43.0]),
    ("x @ A", {"A": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, 10.0]}, [31.0, 42.0]),
    ("A @ A", {"A": [[1.0, 2.0], [3.0, 4.0]]}, [[7.0, 10.0], [15.0, 22.0]]),
    ("A @ x - b", {"A": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, 10.0], "b": [1.0, 3.0]}, [20.0, 40.0]),
    ("x + 2*y - x*y", {"x": [1.0, 2.0], "y": [3.0, 4.0]}, [4.0, 2.0]),
    ("-x/2 + 1", {"x": [1.0, 2.0]}, [0.5, 0.0]),
    ("x^2", {"x": [1.0, 2.0]}, [1.0, 4.0]),
    ("2^x", {"x": [1.0, 2.0]}, [2.0, 4.0]),
    ("sqrt(x)", {"x": [1.0, 4.0]}, [1.0, 2.0]),
    ("sqrt(A) + A", {"A": [[1.0, 4.0]]}, [[2.0, 6.0]]),
    ("max(x, 1.5)", {"x": [1.0, 4.0]}, [1.5, 4.0]),
    ("transpose(A)", {"A": [[1.0, 2.0, 3.0]]}, [[1.0], [2.0], [3.0]]),
    ("norm(x)", {"x": [3.0, 4.0]}, 5.0),
    ("norm(A)", {"A": [[3.0], [4.0]]}, 5.0),
    ("A[0, 1] + A[1][0]", {"A": [[1.0, 2.0], [3.0, 4.0]]}, 5.0),
    ("A[:, 1]", {"A": [[1.0, 2.0], [3.0, 4.0]]}, [2.0, 4.0]),
    ("A[1, :]", {"A": [[1.0, 2.0], [3.0, 4.0]]}, [3.0, 4.0]),
    ("A[:1, 1:]", {"A": [[1.0, 2.0], [3.0, 4.0]]}, [[2.0]]),
    ("x * eye(2)[0]", {"x": 3.0}, [3.0, 0.0]),
    ("zeros(2, 3)[1] + ones(3) * x", {"x": 3.0}, [3.0, 3.0, 3.0]),
    ("ones(2, 2)[0] + zeros(2)", {}, [1.0, 1.0]),
    ("2x[0]", {"x": [3.0]}, 6.0),
    ("sum(log(x))", {"x": [1.0, math.e]}, 1.0),
    ("prod(x)", {"x": [2.0, 3.0, 4.0]}, 24.0),
    ("def g(n):\n    if n == 0:\n        return [1.0, 2.0]\n    u = g(n - 1)\n    v = ones(2) + u\n    return v\n"
     "def f(x, n: int):\n    return x*g(n)\n", {"x": 2.0, "n": 3}, [8.0, 10.0]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "point", "value"), SUGAR)
def test_linear_algebra(text: str, point: dict[str, Any], value: Any) -> None:
    """Arrays as vectors and matrices, entry by entry and in products."""
    program = load_program(Source(text))
    (found,) = program.evaluate(point).values
    assert found == value


#: A program, a point, the error's class, its message, and the text that it points to.
FAULTS: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("def f(x):\n    return x[3]\n", {"x": [1.0, 2.0]}, "IndexFault", "index 3 is out of range", "x[3]"),
    ("def f(x):\n    return x[-3]\n", {"x": [1.0, 2.0]}, "IndexFault", "index -3 is out of range", "x[-3]"),
    ("def f(x):\n    x[2] = 1.0\n    return x[0]\n", {"x": [1.0, 2.0]}, "IndexFault", "index 2 is out of range", "x[2] = 1.0"),
    ("def f(x, n: int):\n    v = [0.0] * n\n    return x\n", {"x": 1.0, "n": -2}, "", "size -2", "[0.0] * n"),
    ("def f(x):\n    v = []\n    return x * v.pop()\n", {"x": 1.0}, "IndexFault", "empty", "v.pop()"),
    ("def f(x):\n    return max([v for v in x if v > 5])\n", {"x": [1.0]}, "IndexFault", "empty", "max([v for v in x if v > 5])"),
    ("def f(x):\n    return dot(x, [1.0])\n", {"x": [1.0, 2.0]}, "", "lengths 2 and 1", "dot(x, [1.0])"),
    ("def f(x):\n    a, b = x\n    return a\n", {"x": [1.0, 2.0, 3.0]}, "", "lengths 3 and 2", "x"),
    ("def f(x, y):\n    return x - y\n", {"x": [1.0, 2.0, 3.0], "y": [1.0]}, "", "lengths 3 and 1", "x - y"),
    ("def f(x):\n    A = [[1.0, x], [2.0]]\n    return A[0][1]\n", {"x": 1.0}, "TypeFault", "a row of 1 entries below one of 2", "[2.0]"),
    ("def f(x):\n    return x[0.5]\n", {"x": [1.0]}, "TypeFault", "an index must be an integer", "0.5"),
    ("def f(x):\n    v = [1.0, [2.0]]\n    return x\n", {"x": 1.0}, "TypeFault", "an array among entries that are numbers", "[2.0]"),
    ("def f(x):\n    v = [1.0]\n    if v:\n        return x\n    return 2.0\n", {"x": 1.0}, "TypeFault", "an array where a number is wanted", "v"),
    ("def f(x):\n    v = x > [1.0]\n    return x\n", {"x": 1.0}, "TypeFault", "an array where a number is wanted", "[1.0]"),
    ("def f(x):\n    t = 3\n    return t[0]\n", {"x": 1.0}, "TypeFault", "'t' is a number, not an array", "t"),
    ("def f(x):\n    return x.sort()\n", {"x": [1.0]}, "TypeFault", "arrays have no 'sort' here", "x.sort"),
    ("def f(x):\n    for v in x:\n        x.append(v)\n    return x[0]\n", {"x": [1.0]}, "TypeFault", "the length of an array cannot change", "x.append(v)"),
    ("def f(x):\n    x += [1.0]\n    return x[0]\n", {"x": [1.0]}, "TypeFault", "'+=' changes an array in Python", "x += [1.0]"),
    ("def f(x):\n    t = 3.0\n    return sum(t, 2)*x[0]\n", {"x": [1.0]}, "TypeFault", "'x' of sum is an array, this is not", "sum(t, 2)"),
    ("def f(x):\n    return zeros(x, 2)[0]\n", {"x": [1.0]}, "TypeFault", "'m' of zeros must be an integer", "zeros(x, 2)"),
    ("W = [1.0]\ndef f(x):\n    W[0] = x\n    return W[0]\n", {"x": 1.0}, "TypeFault", "'W' is a constant of the file", "W[0]"),
    ("def f(x):\n    x[1:] = [2.0]\n    return x[0]\n", {"x": [1.0]}, "TypeFault", "a slice cannot be assigned to", "1:"),
    ("def g(v):\n    v[0] = 1.0\ndef f(x):\n    y = g(x)\n    return x[0]\n", {"x": [1.0]}, "TypeFault", "this call gives no value", "g(x)"),
]  # fmt: skip


@pytest.mark.parametrize("engine", ["interpreter", "python"])
@pytest.mark.parametrize(("text", "point", "kind", "message", "place"), FAULTS)
def test_faults(
    text: str, point: dict[str, Any], kind: str, message: str, place: str, engine: str
) -> None:
    """What goes wrong has a place in the text, in both engines the same."""
    with pytest.raises(AdcliError) as caught:
        load_program(Source(text), "f").evaluate(point, engine=engine)
    error = caught.value
    assert message in error.message
    assert not kind or type(error).__name__ == kind
    assert error.span is not None
    assert text[error.span.start : error.span.end] == place


@pytest.mark.parametrize(
    ("text", "ours", "of_python"),
    [("x + y", [3.0], [1.0, 2.0]), ("2 * x", [2.0], [1.0, 1.0])],
)
def test_lists_are_vectors_in_scripts_alone(
    text: str, ours: list[float], of_python: list[float]
) -> None:
    """A file for Python joins and repeats lists; in a script the operators go entry by entry."""
    program = f"def f(x: list[float], y: list[float]):\n    return {text}\n"
    for name, wanted in (("a.ad", ours), ("a.py", of_python)):
        found = load_program(Source(program, name), "f").evaluate({"x": [1.0], "y": [2.0]})
        assert found.values == (wanted,)
