"""Inlined functions: the same numbers and errors, and no calls where loops could have none."""

from __future__ import annotations

import textwrap

import pytest
from engine_names import ENGINE_NAMES, PRECISE

from adcli.engines.registry import engine as engine_called
from adcli.errors import AdcliError
from adcli.ir import nodes as ir
from adcli.ir.call_graph import calls_of
from adcli.ir.verify import verify
from adcli.loading import load_python
from adcli.passes.reverse_mode import reverse
from adcli.passes.small_function_inlining import LARGEST, with_inlined_functions
from adcli.program import Program
from adcli.source import Source

PROGRAMS = {
    "a function of one number": """
        from math import erf, sqrt
        def normal(x):
            return 0.5 * (1 + erf(x / sqrt(2.0)))
        def f(x: list[float], y):
            total = 0.0
            for i in range(len(x)):
                total += normal(x[i]) * normal(y - total)
            return total
    """,
    "functions that call each other, with two results": """
        from math import exp, sin
        def swap(a, b):
            return b * a, a - b
        def twice(a, b):
            c, d = swap(b, a)
            a = c * 2
            return swap(a, sin(d))
        def f(x: list[float], y):
            a, b = y, 1.0
            for i in range(len(x)):
                b, a = twice(a, b + x[i])
                a, b = swap(b, a)
            return exp(-a * a) + b
    """,
    "a branch that leaves what it does not assign": """
        def part(a, k):
            if a > 0.5:
                r = a * a
                if k > 1:
                    r = r + k
            else:
                r = -a
            return r * 3
        def f(x: list[float], y):
            s = y
            for k in range(len(x)):
                s = part(s * x[k], k) + part(0.25, k)
            return s
    """,
    "an array that is read": """
        def entry(a, i):
            return a[i] ** 2 + len(a)
        def f(x: list[float], y):
            s = y
            for i in range(len(x)):
                for j in range(i, len(x)):
                    s = s + entry(x, j) * s / (1 + i)
            return s
    """,
}

STAY = {
    "it calls itself": """
        def power(a, n):
            if n < 1:
                return 1.0
            return a * power(a, n - 1)
        def f(x: list[float], y):
            s = 0.0
            for i in range(len(x)):
                s = s + power(x[i], i + 1) * y
            return s
    """,
    "it changes an array": """
        def put(a, i, v):
            a[i] = a[i] * v
        def f(x: list[float], y):
            for i in range(len(x)):
                put(x, i, y)
            return x[0] + x[1] * x[2]
    """,
    "it has a loop": """
        def summed(v):
            s = 0.0
            for i in range(3):
                s = s + v ** i
            return s
        def f(x: list[float], y):
            t = y
            for i in range(len(x)):
                t = t + summed(x[i] * t)
            return t
    """,
    "its call may fail": """
        from math import log
        def part(a):
            return log(a)
        def f(x: list[float], y):
            s = 0.0
            for i in range(len(x)):
                try:
                    s = s + part(x[i] - 0.4)
                except ValueError:
                    s = s * y
            return s
    """,
    "it is too large": "def large(a):\n"
    + "".join([f"    a = a * 1.0{i} + 0.{i}\n" for i in range(1, LARGEST + 1)])
    + "    return a\n"
    + "def f(x: list[float], y):\n"
    + "    s = y\n    for i in range(len(x)):\n        s = s + large(x[i] * s)\n    return s\n",
}

POINT = {"x": [0.3, 0.7, 1.25], "y": 0.6}


def program(text: str) -> Program:
    return load_python(Source(textwrap.dedent(text), "program.py"), "f")


def calls(module: ir.Module) -> int:
    return sum([len(calls_of(f)) for f in module.functions.values()])


@pytest.mark.parametrize("name", PROGRAMS)
def test_calls_in_loops_are_gone(name: str) -> None:
    module = program(PROGRAMS[name]).module
    inlined = with_inlined_functions(module)
    verify(inlined)
    assert calls(module) > calls(inlined) == 0
    verify(reverse(module, ("x", "y"), terse=True))


@pytest.mark.parametrize("name", STAY)
def test_other_calls_stay(name: str) -> None:
    module = program(STAY[name]).module
    assert with_inlined_functions(module) is module


@pytest.mark.parametrize("engine", ENGINE_NAMES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_numbers_are_those_of_the_program(name: str, engine: str) -> None:
    f = program(PROGRAMS[name])
    inlined = with_inlined_functions(f.module)
    args = [POINT["x"], POINT["y"]]
    load = engine_called(engine, inlined).load
    assert load(inlined, PRECISE)(args) == load(f.module, PRECISE)(args)
    forward, backward = (f.gradient(POINT, backend=b) for b in ("forward", "reverse"))
    assert backward["x"] == pytest.approx(forward["x"], rel=1e-13)
    assert backward["y"] == pytest.approx(forward["y"], rel=1e-13)


def test_an_error_has_its_place_in_the_function() -> None:
    f = program("""
        from math import log
        def part(a):
            return log(a)
        def f(x: list[float], y):
            s = y
            for i in range(len(x)):
                s = s + part(x[i])
            return s
    """)
    with pytest.raises(AdcliError, match=r"program.py:4") as caught:
        f.gradient({"x": [1.0, -1.0], "y": 0.0}, backend="reverse")
    assert caught.value.span is not None
    assert caught.value.span.text == "log(a)"
