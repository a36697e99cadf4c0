"""The statement `match`, and sets."""

from __future__ import annotations

import pytest
from lowering.agreement import POINTS, assert_cpythons_bits, assert_modes_agree, assert_refused

PROGRAMS = {
    "constants and guards": """
        def g(v, kind):
            match kind:
                case "a" | "b":
                    return v
                case None:
                    return -v
                case True:
                    return 7 * v
                case 3 if v > 1:
                    return 3 * v
                case 3 | 4:
                    return 4 * v
                case _:
                    return 0.5
        def f(x, y):
            s = g(x, "a") + 10 * g(y, None) + 100 * g(x, 3) + 1000 * g(y, 4) + g(x, "q") + g(x, 1)
            return s + g(y, True)
    """,
    "unknown numbers": """
        def f(x, y):
            n = int(x)
            match n:
                case 0:
                    s = y
                case 1 | 2:
                    s = 2 * y
                case k if k < 0:
                    s = k * y
                case other:
                    s = other + y
            match (n, y):
                case (1, 2.0):
                    s += 100
                case (a, 2.0 | 1.5 as b):
                    s += 200 * a + b
                case (a, b):
                    s += a * b
            return s + n
    """,
    "sequences": """
        def g(v):
            match v:
                case []:
                    return 0.25
                case [a]:
                    return a
                case [a, [b, *c]]:
                    return a + b * len(c)
                case (a, b) if a > b:
                    return a - b
                case [a, *rest, b]:
                    return a * 2 + b + sum(rest)
        def f(x, y):
            return g([]) + g([x]) + g((x, [y, 1.0])) + g((x, y)) + g([x, y, 3.0, x])
    """,
    "classes and mappings": """
        from dataclasses import dataclass
        @dataclass
        class P:
            x: float
            y: float = 0.0
        class Q:
            __match_args__ = ("a",)
            def __init__(self, a):
                self.a = a
                if a > 1:
                    self.b = a * a
        def g(v):
            match v:
                case P(x, y=0.0):
                    return x
                case P(x=x, y=y):
                    return x * y
                case Q(a, b=b):
                    return a + b * 10
                case Q():
                    return -1.0
                case {"k": float(w), **rest}:
                    return w + len(rest)
                case {}:
                    return 8.0
                case float() | int():
                    return v * 3
                case str(s):
                    return 5.0 if s == "t" else 6.0
        def f(x, y):
            s = g(P(x)) + g(P(x, y)) + g(Q(x)) + g({"k": y, "m": 1}) + g({"z": 1}) + g(x)
            return s + g("t") + g({"k": "none"})
    """,
    "one of two kinds": """
        def f(x, y):
            v = None
            if x > y:
                v = (x, y)
            elif y > 1:
                v = x
            match v:
                case None:
                    return -y
                case (a, b):
                    return a * 2 + b
                case a:
                    return a + 1
    """,
    "sets": """
        NAMES = {"a", "b"}
        def f(x, y):
            s = {1, 2.0, 3} | {True, 4}
            t = s & {2, 4, 9}
            s.add(7)
            s.discard(100)
            s -= {3}
            n = int(x)
            r = len(s) + 10 * len(t) + ("a" in NAMES) * 100 + ("c" in NAMES) * 1000
            if n in s:
                r += y
            if t <= s and not t.isdisjoint({4}) and t == frozenset([2, 4]):
                r += 0.5
            if y in {1.0, 2.0}:
                r *= 2
            return r + len({k % 3 for k in range(10)}) + len(set("aab"))
    """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_values_are_those_of_cpython(name: str, engine: str) -> None:
    """A program with patterns or sets has CPython's bits, and fails where CPython raises."""
    assert_cpythons_bits(PROGRAMS[name], engine, POINTS)


@pytest.mark.parametrize("name", [n for n in PROGRAMS if "unknown" not in n and n != "sets"])
def test_both_modes_agree(name: str) -> None:
    """Forward and reverse mode give one gradient through patterns."""
    assert_modes_agree(PROGRAMS[name])


@pytest.mark.parametrize(("why", "text"), [
    ("the order of a set", """
        def f(x, y):
            s = 0.0
            for k in {"a", "b"}:
                s = s * x + y
            return s
     """),
    ("not known", """
        def f(x, y):
            return len({x, y})
     """),
    ("of a module holds that calls change", """
        S = {1, 2}
        def f(x, y):
            S.add(3)
            return x * len(S)
     """),
])  # fmt: skip
def test_refusals(why: str, text: str) -> None:
    """What cannot be followed is refused: no number comes out."""
    assert_refused(text, why)
