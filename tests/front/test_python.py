"""CPython is the judge of Python files: the same value, or a refusal, never another number."""

# ruff: noqa: E501 -- short programs are easier to compare one on a line than in pieces

from __future__ import annotations

import math
from copy import deepcopy
from typing import Any

import pytest

from adcli.errors import AdcliError
from adcli.loading import load_program
from adcli.source import Source

#: Programs whose names, signs and references mean something else than they seem to.
SAME: list[tuple[str, dict[str, Any]]] = [
    ('e = 1.6e-19\nfrom math import sqrt, e\ndef f(x):\n    return e*x\n', {'x': 2.0}),
    ('from math import e\ne = 1.6\ndef f(x):\n    return e*x\n', {'x': 2.0}),
    ('def sin(x):\n    return 7*x\nfrom math import *\ndef f(x):\n    return sin(x)\n', {'x': 2.0}),
    ('from math import *\ndef sin(x):\n    return 7*x\ndef f(x):\n    return sin(x)\n', {'x': 2.0}),
    ('from math import *\ndef f(x):\n    return sin(x)\ndef sin(x):\n    return 7*x\ndef h(x):\n    return f(x)\n', {'x': 2.0}),
    ('def g(x):\n    return 2*x\ndef h(x):\n    return g(x)\ndef g(x):\n    return 3*x\ndef f(x):\n    return h(x)\n', {'x': 2.0}),
    ('k = 1\nk = 2\ndef f(x):\n    return k*x\n', {'x': 2.0}),
    ('k = 1\nm = k + 1\nk = 5\ndef f(x):\n    return k*x + 10*m\n', {'x': 2.0}),
    ('k = 1\ndef g(x):\n    return k*x\na = g(2)\nk = 5\ndef f(x):\n    return a*x + 100*g(x)\n', {'x': 2.0}),
    ('k = 3\ndef g(x, a=k):\n    return a*x\nk = 5\ndef f(x):\n    return g(x) + 100*k\n', {'x': 2.0}),
    ('a, b = 1, 2\na, b = b, a\ndef f(x):\n    return a*x + 10*b\n', {'x': 2.0}),
    ('from math import sin as cos\ndef f(x):\n    return cos(x)\n', {'x': 2.0}),
    ('from math import cos\nfrom math import sin as cos\ndef f(x):\n    return cos(x)\n', {'x': 2.0}),
    ('import math as m\nm = 3\ndef f(x):\n    return m*x\n', {'x': 2.0}),
    ('m = 3\nimport math as m\ndef f(x):\n    return m.sin(x)\n', {'x': 2.0}),
    ('def math(x):\n    return 2*x\nimport math\ndef f(x):\n    return math.cos(x)\n', {'x': 2.0}),
    ('from math import pow\ndef f(x):\n    return pow(3, 40) % 1000 * x\n', {'x': 2.0}),
    ('from math import *\ndef f(x):\n    return pow(3, 40) % 1000 * x\n', {'x': 2.0}),
    ('def f(x):\n    return pow(3, 40) % 1000 * x\n', {'x': 2.0}),
    ('from math import *\ndef pow(a, b):\n    return a + b\ndef f(x):\n    return pow(3, 4) * x\n', {'x': 2.0}),
    ('def abs(x):\n    return 5*x\ndef f(x):\n    return abs(-x)\n', {'x': 2.0}),
    ('def range(n):\n    return [5.0, 6.0]\ndef f(x):\n    s = 0.0\n    for i in range(3):\n        s = s + i*x\n    return s\n', {'x': 2.0}),
    ('def len(u):\n    return 9\ndef f(x):\n    return len([1, 2])*x\n', {'x': 2.0}),
    ('def sum(u):\n    return 9\ndef f(x):\n    return sum([1, 2])*x\n', {'x': 2.0}),
    ('sqrt = 4\nfrom math import sqrt\ndef f(x):\n    return sqrt(x)\n', {'x': 2.0}),
    ('from math import sqrt\nsqrt = 4\ndef f(x):\n    return sqrt*x\n', {'x': 2.0}),
    ('from math import pi\ndef f(x, pi):\n    return pi*x\n', {'x': 2.0, 'pi': 3.0}),
    ('from math import sin\ndef f(sin):\n    return sin*2\n', {'sin': 2.0}),
    ('from math import sin\ndef f(x):\n    sin = 3\n    return sin*x\n', {'x': 2.0}),
    ('from math import sin, pi\ndef f(x):\n    u = [sin(pi) for pi in [x, 2*x]]\n    return u[0] + 10*u[1] + pi\n', {'x': 2.0}),
    ('k = 2\ndef f(x):\n    u = [k*x for k in [1.0, 5.0]]\n    return k*x + u[1]\n', {'x': 2.0}),
    ('k = 2\ndef f(x):\n    for k in range(3):\n        x = x + k\n    return k*x\n', {'x': 2.0}),
    ('def g(x):\n    return k*x\nk = 4\ndef f(x):\n    return g(x)\n', {'x': 2.0}),
    ('a = abs(-3)\ndef abs(x):\n    return 100\ndef f(x):\n    return a*x + abs(x)\n', {'x': 2.0}),
    ('def f(x):\n    return 1\ndef g(x):\n    return x*x\ndef f(x):\n    return 3*g(x)\n', {'x': 2.0}),
    ('def g(x):\n    return x\nfrom math import sin as g\ndef f(x):\n    return g(x)\n', {'x': 2.0}),
    ('u = [1.0, 2.0]\nu = [3.0, 4.0]\ndef f(x):\n    return u[0]*x\n', {'x': 2.0}),
    ('u = [1.0, 2.0]\nv = [u[0], 5.0]\nu = [3.0, 4.0]\ndef f(x):\n    return u[0]*x + v[0]\n', {'x': 2.0}),
    ('def f(x, n: int):\n    return (n + 1 ^ 2) * x\n', {'x': 2.0, 'n': 5}),
    ('def f(x, n: int):\n    return (-n ^ 2 ** 3) * x\n', {'x': 2.0, 'n': 5}),
    ('def f(x, n: int):\n    return (n ^ n ^ 7) * x + (2**70 ^ n) % 1000\n', {'x': 2.0, 'n': 5}),
    ('def f(x, n: int):\n    if n ^ 4 == 1:\n        return x\n    return 2*x\n', {'x': 2.0, 'n': 5}),
    ('def f(x, n: int):\n    if (n ^ 4) == 1:\n        return x\n    return 2*x\n', {'x': 2.0, 'n': 5}),
    ('def f(x):\n    return 2 ^ 3\n', {'x': 2.0}),
    ('def f(x):\n    return -2 ^ 3\n', {'x': 2.0}),
    ('def f(x):\n    return 2 ** 3 ^ 1\n', {'x': 2.0}),
    ('def f(x, n: int):\n    u = [1, 2, 3]\n    u[n] ^= 6\n    return u[0]*x + u[1] + u[2]\n', {'x': 2.0, 'n': 1}),
    ('def f(x, n: int):\n    for i in range(n):\n        n ^= 3\n        x = x + n\n    return x\n', {'x': 2.0, 'n': 5}),
    ('def f(x):\n    u = [x, 2*x]\n    v = u\n    for i in range(2):\n        v[i] = v[i] + u[0]\n    return u[0] + 10*u[1]\n', {'x': 2.0}),
    ('def f(x):\n    u = [[0.0]*2]*2\n    u[0][0] = x\n    return u[1][0]\n', {'x': 2.0}),
    ('def f(x):\n    u = [x, 2*x, 3*x]\n    v = u[:]\n    v[0] = 7.0\n    w = u[1:]\n    w[0] = 5.0\n    return u[0] + 10*u[1]\n', {'x': 2.0}),
    ('def f(x):\n    r = [x, 1.0]\n    rows = [r, r]\n    rows[0][0] = 5.0\n    return rows[1][0] + r[0]\n', {'x': 2.0}),
    ('def g(u):\n    u[0] = 9.0\ndef f(x):\n    u = [x]\n    g(u)\n    return u[0]\n', {'x': 2.0}),
    ('def f(x, n: int):\n    return n // 2 + n % 3 - (-n) // 2 + (-n) % 3 + x\n', {'x': 2.0, 'n': 7}),
    ('def f(x, n: int):\n    return n / 2 * x + 7 // -2 + int(-3.7)\n', {'x': 2.0, 'n': 7}),
    ('def f(x, n: int):\n    return -n ** 2 + 2 ** 3 ** 2 + x\n', {'x': 2.0, 'n': 7}),
    ('def f(x):\n    a = 1\n    b = 1\n    for i in range(90):\n        a, b = b, a + b\n    return x + a % 1000\n', {'x': 2.0}),
    ('def f(x, n: int):\n    k = n\n    while k > 0:\n        n = n * 3 + 1\n        k -= 1\n    return x * (n % 1000007)\n', {'x': 2.0, 'n': 60}),
    ('def f(x):\n    return x if x > 0 > -1 else -x\n', {'x': 2.0}),
    ('def f(x):\n    for i in range(3):\n        if i == 1:\n            continue\n        x = x * (i + 1)\n    return x + i\n', {'x': 2.0}),
    ('def q(a):\n    if len(a) <= 1:\n        return a\n    p = a[0]\n    lo = [v for v in a[1:] if v < p]\n    hi = [v for v in a[1:] if v >= p]\n    return q(lo) + [p] + q(hi)\ndef f(x):\n    return q([3*x, x, 2*x])[1]\n', {'x': 2.0}),
    ('def s(a):\n    if len(a) == 0:\n        return 0.0\n    return a[0] + s(a[1:])\ndef f(x):\n    return s([x, x*x, 3.0])\n', {'x': 2.0}),
    ('e = 2\nfrom math import e\ny = e*x\n', {'x': 2.0}),
    ('from math import e\ny = e*x\ne = 2\ny = y + e\n', {'x': 2.0}),
    ('pi = 3\nfrom math import *\ny = pi*x\n', {'x': 2.0}),
    ('def f(x):\n    return x * (True ^ 1)\n', {'x': 2.0}),
    ('def f(x):\n    return not x > 3 and 1.0 or 2.0\n', {'x': 2.0}),
    ('sin = 2\ny = sin*x\nfrom math import sin\ny = y + sin(x)\n', {'x': 2.0}),
]  # fmt: skip

#: Programs that CPython stops at, or that it takes for more than the language has; and what is said.
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ('import math\nmath = 3\ndef f(x):\n    return math.sin(x)\n', {'x': 2.0}, "an integer has no attribute 'sin' here"),
    ('abs = 3\ndef f(x):\n    return abs(-x)\n', {'x': 2.0}, "TypeError: 'int' object is not callable"),
    ('range = 4\ndef f(x):\n    s = 0.0\n    for i in range(3):\n        s = s + i*x\n    return s\n', {'x': 2.0}, "TypeError: 'int' object is not callable"),
    ('from math import sqrt\nsqrt = 4\ndef f(x):\n    return sqrt(x)\n', {'x': 2.0}, "TypeError: 'int' object is not callable"),
    ('from math import sin\ndef f(x):\n    y = sin(x)\n    sin = 3\n    return sin*y\n', {'x': 2.0}, "UnboundLocalError: cannot access local variable 'sin' where it is not associated with a value"),
    ('k = 2\ndef f(x):\n    if x > 9:\n        k = 3\n    return k*x\n', {'x': 2.0}, "UnboundLocalError: cannot access local variable 'k' where it is not associated with a value"),
    ('a = b\nb = 3\ndef f(x):\n    return a*x\n', {'x': 2.0}, "'*' of a, and the file raises NameError: name 'b' is not defined"),
    ('a = e\ne = 3\ndef f(x):\n    return a*x\n', {'x': 2.0}, "'*' of a, and the file raises NameError: name 'e' is not defined"),
    ('def f(x):\n    return x ^ 2\n', {'x': 2.0}, "'^' is Python's exclusive or, which only integers have"),
    ('def f(x):\n    for i in range(0):\n        x = 5.0\n    return i*x\n', {'x': 2.0}, "UnboundLocalError: cannot access local variable 'i' where it is not associated with a value"),
]  # fmt: skip


def by_python(text: str, point: dict[str, Any]) -> Any:
    """What CPython makes of a file with a function `f`, or of a script that computes `y`."""
    if "def f" not in text:
        names = deepcopy(point)
        exec(text, names)
        return names["y"]
    names = {name: getattr(math, name) for name in ("sin", "cos", "sqrt")}
    exec(text, names)
    return names["f"](**deepcopy(point))


def entry(text: str) -> str | None:
    return "f" if "def f" in text else None


@pytest.mark.parametrize(("text", "point"), SAME)
def test_a_file_means_what_it_means_in_python(text: str, point: dict[str, Any]) -> None:
    """The value is CPython's, and the gradient is the slope of CPython's values."""
    f = load_program(Source(text, "file.py"), entry(text))
    assert f(**deepcopy(point)) == by_python(text, point)
    (name, at), *_ = point.items()
    h = 1e-6
    above, below = (by_python(text, {**point, name: at + s * h}) for s in (1, -1))
    found = f.gradient(**deepcopy(point)).get(name, 0.0)
    assert found == pytest.approx((above - below) / (2 * h), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("text", "point", "message"), REFUSED)
def test_what_is_not_understood_is_refused(text: str, point: dict[str, Any], message: str) -> None:
    """Where the language has less than Python the file is refused."""
    with pytest.raises(AdcliError) as caught:
        load_program(Source(text, "file.py"), entry(text))(**deepcopy(point))
    assert caught.value.message == message


def test_a_script_of_ours_has_powers() -> None:
    """In an expression or an .ad script `^` is a power, in a file for Python exclusive or."""
    for name in ("<expression>", "a.ad"):
        assert load_program(Source("y = 2 ^ 3 * x\ny ^= 2\ny", name))(x=1) == 64
    assert load_program(Source("y = 2 ^ 3\ny ^= 2\ny * x", "a.py"))(x=1) == 3
