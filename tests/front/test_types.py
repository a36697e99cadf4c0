"""Types are found for every program, or it is refused: no search for them is endless."""

# ruff: noqa: E501 -- short programs are easier to compare one on a line than in pieces

from __future__ import annotations

from typing import Any

import pytest
from strategies import Case

from adcli.errors import TypeFault

#: Programs whose types are found in several rounds, with a point.
FOUND: list[tuple[str, dict[str, Any]]] = [
    ('def f(x, n: int, u: list[int]):\n    for k in u:\n        u[1] += x\n        r = u[n % len(u)]\n    return r\n', {'x': 0.5, 'n': 4, 'u': [1, 2, 3]}),
    ('def f(x, n: int, u):\n    r = 0\n    for k in u:\n        u[1] += x\n        r = u[n % len(u)]\n    return r\n', {'x': 0.5, 'n': 4, 'u': [1, 2, 3]}),
    ('def g(u, x, n):\n    for k in u:\n        u[1] += x\n        r = u[n % len(u)]\n    return r\ndef f(x, n: int):\n    return g([1, 2, 3], x, n)\n', {'x': 0.5, 'n': 4}),
    ('def f(x, n: int):\n    u = [i for i in range(4)]\n    for k in u:\n        u[1] += x\n        r = u[n % len(u)]\n    return r\n', {'x': 0.5, 'n': 3}),
    ('def f(x, n: int):\n    u = [[1, 2], [3, 4]]\n    for k in u:\n        k[1] += x\n        r = k[n % len(k)]\n    return r\n', {'x': 0.5, 'n': 3}),
    ('def f(a: list[int], x):\n    a[0] = x\n    return a[0] * x\n', {'a': [1, 2], 'x': 0.5}),
    ('def f(a: list[int]):\n    if len(a) <= 1:\n        return a\n    b = f(a[1:])\n    a[0] = b[0]\n    return a\n', {'a': [3, 1]}),
    ('def f(a):\n    if len(a) <= 1:\n        return a\n    b = f(a[1:])\n    a[0] = b[0]\n    return a\n', {'a': [3.0, 1.0]}),
    ('def f(a: list[int]):\n    if len(a) <= 1:\n        return a\n    b = f(a[1:])\n    a[0] = b[0] + 1\n    return a + [7]\n', {'a': [3, 1, 2]}),
    ('def f(a: list[int], x):\n    if len(a) <= 1:\n        return a\n    b = f(a[1:], x)\n    a[0] = b[0] * x\n    return a\n', {'a': [3, 1], 'x': 0.5}),
    ('def f(a, b, c, n: int):\n    if n == 0:\n        return a + b + c\n    return f(b, c, 1, n - 1)\n', {'a': 1.0, 'b': 2.0, 'c': 3.0, 'n': 2}),
    ('def f(a, b, c, d, e, g, h, n: int):\n    if n == 0:\n        return a + b + c\n    return f(b, c, d, e, g, h, 1, n - 1) + f(b, c, d, e, g, h, a, n - 1)\n', {'a': 1.0, 'b': 2.0, 'c': 3.0, 'd': 1.0, 'e': 1.0, 'g': 1.0, 'h': 1.0, 'n': 2}),
    ('def g(n: int, x):\n    if n == 0:\n        return 0\n    return h(n - 1, x)\ndef h(n: int, x):\n    if n == 0:\n        return x\n    return g(n - 1, x) + 1\ndef f(n: int, x):\n    return g(n, x)\n', {'n': 5, 'x': 0.5}),
    ('def f(n: int):\n    if n < 2:\n        return n\n    return f(n - 1) + f(n - 2)\n', {'n': 20}),
    ('def f(n: int, x):\n    u = [0]\n    v = [0]\n    w = [0]\n    for i in range(n):\n        w[0] = v[0]\n        v[0] = u[0]\n        u[0] = x\n    return w[0]\n', {'n': 4, 'x': 0.5}),
    ('def f(n: int, x):\n    a = b = c = d = 0\n    for i in range(n):\n        for j in range(n):\n            for k in range(n):\n                d = c\n                c = b\n                b = a\n                a = x\n    return d\n', {'n': 4, 'x': 0.5}),
    ('def rev(a: list[int]):\n    if len(a) == 0:\n        return []\n    return rev(a[1:]) + [a[0]]\ndef f(a: list[int], x):\n    b = rev(a)\n    return b[0] * x\n', {'a': [3, 1], 'x': 0.5}),
    ('def qs(a):\n    if len(a) <= 1:\n        return a\n    p = a[0]\n    return qs([v for v in a[1:] if v < p]) + [p] + qs([v for v in a[1:] if v >= p])\ndef f(x):\n    return qs([3, x, 2])[1]\n', {'x': 0.5}),
    ('def f(a: list[int]):\n    if len(a) <= 1:\n        return a\n    m = len(a) // 2\n    l = f(a[:m])\n    r = f(a[m:])\n    c = []\n    i = j = 0\n    while i < len(l) and j < len(r):\n        if l[i] <= r[j]:\n            c.append(l[i])\n            i += 1\n        else:\n            c.append(r[j])\n            j += 1\n    c.extend(l[i:])\n    c.extend(r[j:])\n    return c\n', {'a': [3, 1, 2]}),
    ('def f(a: list[int], x):\n    for i in range(len(a)):\n        a[i] = a[i] / 2\n    return a[0] * x\n', {'a': [3, 1], 'x': 0.5}),
    ('def g(a):\n    a[0] = a[0] / 2\n    return a\ndef f(x):\n    u = [1, 2]\n    v = g(u)\n    return u[0] + v[1] * x\n', {'x': 0.5}),
    ('def f(n: int, a: list[int]):\n    if n == 0:\n        return a\n    a[0] = a[0] / 2\n    return f(n - 1, a)\n', {'n': 2, 'a': [4, 2]}),
    ('def f(n: int, a: list[int]):\n    if n > 0:\n        return f(n - 1, [v / 2 for v in a])\n    return a\n', {'n': 2, 'a': [4, 2]}),
    ('def f(n: int, a: list[int]):\n    if n == 0:\n        return a\n    b = f(n - 1, a + [n])\n    b[0] = b[1]\n    return b\n', {'n': 2, 'a': [4, 2]}),
    ('def f(x):\n    u = [1, 2]\n    v = u\n    w = [u, v]\n    for k in w:\n        k[0] = k[0] / 2\n        for j in k:\n            v[1] += j\n    return u[1] * x\n', {'x': 0.5}),
    ('def merge(a, b):\n    if len(a) == 0:\n        return b\n    if len(b) == 0:\n        return a\n    if a[0] < b[0]:\n        return [a[0]] + merge(a[1:], b)\n    return [b[0]] + merge(a, b[1:])\ndef f(x):\n    return merge([1, 3], [x, 4])[1]\n', {'x': 0.5}),
    ('def f(a: list[int], n: int):\n    if n == 0:\n        return a[0]\n    a[0] = f(a, n - 1) / 2\n    return a[0]\n', {'a': [8, 1], 'n': 2}),
]  # fmt: skip

#: Programs for which there are none, and what is said.
REFUSED = [
    ('def f(a):\n    return f([a])\n', 'ever other types'),
    ('def f(a, n: int):\n    if n == 0:\n        return 1.0\n    return f([a, a], n - 1)\n', 'ever other types'),
    ('def f(a):\n    return f(a[0])\n', "'a' of f is a matrix, this is not"),
    ('def g(a):\n    return a[0]\ndef f(x):\n    return g(3.0)*x\n', "'a' of g is an array, this is not"),
    ('def f(n: int, x):\n    u = []\n    for i in range(n):\n        u.append(u)\n    return x\n', 'put into itself'),
    ('def f(n: int, x):\n    u = [x]\n    for i in range(n):\n        u = [u]\n    return x\n', 'matrix in one place'),
    ('def g(a, n: int):\n    if n == 0:\n        return a\n    return [g(a, n - 1)]\ndef f(x):\n    return g([x], 0)[0]\n', 'matrix in one place'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "point"), FOUND)
def test_types_are_found(text: str, point: dict[str, Any]) -> None:
    """Recursion, loops over what they change, and chains of names give CPython's value."""
    case = Case(text, point)
    assert case.program().evaluate(point).values == case.python()


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_has_no_types_is_refused(text: str, message: str) -> None:
    """Arrays of ever more indices, and calls with ever other arguments, end in a message."""
    with pytest.raises(TypeFault, match=message) as caught:
        _ = Case(text, {}).program().module
    assert caught.value.span is not None


def test_constants_of_constants_are_worked_out_once() -> None:
    """A chain of constants, each twice the one before, takes as many statements as it has links."""
    lines = ["a0 = 1.5", *[f"a{i} = a{i - 1} + a{i - 1}" for i in range(1, 60)]]
    text = "\n".join([*lines, "def f(x):\n    return a59 * x\n"])
    found = Case(text, {}).program()
    assert found(x=1.0) == 1.5 * 2.0**59
    assert len(found.module.main.body) < 70


def test_constants_are_there_before_what_is_made_of_them() -> None:
    """Numbers, arrays and calls in the values of constants, used in branches and functions."""
    text = (
        "k = 2.0 * 3\nu = [k, 1.0 + k]\nm = u[0] + k if k > 1 else u[1]\n"
        "def g(x):\n    return m * x + u[1]\n"
        "z = g(k)\n"
        "def f(x):\n    if x > 1:\n        x = x * z\n    return g(x) + z * m\n"
    )
    case = Case(text, {"x": 1.5})
    assert case.program().evaluate(case.point).values == case.python()
