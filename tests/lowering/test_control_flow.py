"""Branches, loops and jumps whose conditions are found when the program runs."""

from __future__ import annotations

import pytest
from engine_names import PRECISE
from lowering.conftest import bits, by_cpython, followed

PROGRAMS = {
    "early return": """
        def f(x, y):
            if x > y:
                w = x
            else:
                w = y
                if y < 0:
                    return -1.0
            return w * 2
    """,
    "break": """
        def f(x, y):
            z = x
            while abs(z) < 10:
                z = z + y
                if abs(z) > 8:
                    break
            return z
    """,
    "continue and else": """
        def f(x, y):
            s = 0
            for i in range(7):
                if i % 2 == 1:
                    continue
                s += x ** i
                if s > 40:
                    break
            else:
                s = -s
            return s + y
    """,
    "an integer that becomes real": """
        def f(x, y):
            a, b, c = 0, 0, 0
            for i in range(4):
                c = b
                b = a
                a = a + x
            return a + b + c + y
    """,
    "return from two loops": """
        def f(x, y):
            for i in range(3):
                for j in range(3):
                    if i * j > x:
                        return i + j * y
            return y
    """,
    "swap": """
        def f(x, y):
            for i in range(3):
                x, y = y, x + y
            return x - y
    """,
    "known options": """
        def f(x, y, method=None, order=0):
            if method is None:
                method = "first" if order == 0 else "second"
            if method == "first":
                return x - y
            return undefined(x)
    """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_values_are_those_of_cpython(name: str, engine: str) -> None:
    """An accepted program has CPython's value to the last bit on every path."""
    for x, y in [(1.5, 2.0), (2.0, 1.5), (-1.0, -2.0), (-2.0, -1.0), (3.0, 0.25), (0.5, 7.5)]:
        wanted = by_cpython(PROGRAMS[name], "f", x=x, y=y)
        found = (
            followed(PROGRAMS[name])
            .evaluate({"x": x, "y": y}, engine=engine, limits=PRECISE)
            .values
        )
        assert bits(found) == bits([wanted])


@pytest.mark.parametrize("name", PROGRAMS)
def test_both_modes_agree(name: str) -> None:
    """Forward and reverse mode give one gradient."""
    program, point = followed(PROGRAMS[name]), {"x": 1.5, "y": 2.0}
    forward = program.gradient(backend="forward", **point)
    reverse = program.gradient(backend="reverse", **point)
    assert forward == pytest.approx(reverse, rel=1e-14)
