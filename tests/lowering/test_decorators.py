"""Decorators: those that change nothing, those of the program, and those that are not known."""

from __future__ import annotations

import pytest
from lowering.agreement import POINTS, assert_cpythons_bits, assert_refused

PROGRAMS = {
    "functions that are kept": """
        from functools import lru_cache, cache, wraps
        import functools
        @lru_cache(maxsize=None)
        def g(v, n=2):
            return v ** n + 1
        @functools.cache
        def h(v):
            return (v, 2 * v)
        @lru_cache
        def fib(n):
            return n if n < 2 else fib(n - 1) + fib(n - 2)
        def f(x, y):
            a, b = h(y)
            return g(abs(x)) + g(y, n=3) + a * b + g(abs(x)) + fib(12)
    """,
    "functions of the program": """
        from functools import wraps
        def scaled(k):
            def outer(function):
                @wraps(function)
                def inner(*args, **keywords):
                    return k * function(*args, **keywords)
                return inner
            return outer
        def shifted(function):
            def inner(v, *rest):
                return function(v + 1, *rest)
            return inner
        @scaled(3.0)
        @shifted
        def g(v, w):
            return v * w
        class P:
            def __init__(self, v):
                self.v = v
            @scaled(2.0)
            def go(self, w):
                return self.v - w
        def f(x, y):
            return g(x, y) + P(x).go(y)
    """,
    "a decorator that is not known, of a function that is not called": """
        import not_there
        @not_there.compiled
        def g(v):
            return v
        @not_there.route("/x")
        class P:
            pass
        def f(x, y):
            return x * y
    """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_values_are_those_of_cpython(name: str, engine: str) -> None:
    """A program with decorators has CPython's bits."""
    text = PROGRAMS[name]
    if "not_there" not in text:
        assert_cpythons_bits(text, engine, POINTS)
        return
    without = "\n".join(line for line in text.splitlines() if "not_there" not in line)
    assert_cpythons_bits(text, engine, POINTS, by=without)


@pytest.mark.parametrize(("why", "text"), [
    ("@not_there.compiled cannot be followed", """
        import not_there
        @not_there.compiled
        def g(v):
            return v
        def f(x, y):
            return g(x) * y
     """),
    ("keeps for all its calls", """
        from functools import lru_cache
        @lru_cache
        def g(n):
            return [0.0] * n
        def f(x, y):
            g(3)[0] = x
            return g(3)[0] * y
     """),
    ("unhashable", """
        from functools import lru_cache
        @lru_cache
        def g(v):
            return v[0]
        def f(x, y):
            return g([x]) * y
     """),
])  # fmt: skip
def test_refusals(why: str, text: str) -> None:
    """What cannot be followed is refused, by the name of the decorator."""
    assert_refused(text, why)
