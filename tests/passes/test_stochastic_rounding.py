"""Moved roundings: what they move, and that what comes out is a program like others."""

from __future__ import annotations

import math

import pytest

from adcli.engines.interface import Limits
from adcli.engines.registry import engine
from adcli.errors import DomainError
from adcli.ir import nodes as ir
from adcli.ir.verify import verify, verify_normal
from adcli.loading import load_expression, load_program
from adcli.passes.forward_mode import forward
from adcli.passes.stochastic_rounding import perturbed
from adcli.source import Source


def _value(module: ir.Module, *args: float, name: str = "python") -> float:
    found: float = engine(name, module).load(module, Limits())(args)[0]
    return found


def _moved(text: str, x: float) -> float:
    """How far the patterns move a value at most."""
    module = load_expression(Source(text)).module
    here, moved = _value(module, x), []
    for pattern in range(4):
        try:
            moved.append(abs(_value(perturbed(module, pattern), x) - here))
        except DomainError:
            continue
    return max(moved)


@pytest.mark.parametrize(
    ("text", "x", "least", "most"),
    [
        ("log(1+x)", 1e-14, 2e-16, 1e-15),
        ("cos(x)-1", 1e-8, 2e-16, 1e-15),
        ("sin(x)", 1e5, 5e-18, 1e-16),
        ("sin(2*pi*x)", 1e5, 1e-11, 1e-9),
        ("log(x/3)", 3.0, 2e-16, 1e-15),
        ("acosh(1+x)^2", 0.0, 4e-16, 2e-15),
        ("sqrt(exp(x)-1)", 0.0, 1e-8, 1e-7),
        ("(x^2)^0.5", 1e-170, 1e-162, 1e-161),
    ],
)
def test_rounding_inside_is_found(text: str, x: float, least: float, most: float) -> None:
    """The size of the value does not tell it: what cancels, overflows at an edge, underflows."""
    assert least <= _moved(text, x) <= most


@pytest.mark.parametrize("text", ["-abs(x)", "2*x", "x/4", "max(x, 3) if x > 0 else floor(x)"])
def test_what_is_exact_stays(text: str) -> None:
    """Signs, choices and powers of two round nothing."""
    assert _moved(text, 1.2345) == 0


def test_patterns_are_the_same_every_time_and_differ() -> None:
    """A pattern is a number, nothing is left to chance."""
    module = load_expression(Source("sin(x)*exp(x) + log(x)/x")).module
    found = [_value(perturbed(module, pattern), 1.5) for pattern in (0, 1, 2, 3)]
    assert found == [_value(perturbed(module, pattern), 1.5) for pattern in (0, 1, 2, 3)]
    assert len(set(found)) > 1
    here = _value(module, 1.5)
    assert found[0] - here == pytest.approx(here - found[1], rel=0.1)


PROGRAM = """
def g(a, n: int):
    s = 0.0
    for i in range(n):
        s = s + sin(a*i)/(i + 1)
    while s > 1:
        s = s/3
    return s if n > 2 else a

def f(x):
    return g(x, 5)*x
"""


@pytest.mark.parametrize("name", ["interpreter", "python", "native"])
def test_programs(name: str) -> None:
    """Loops, branches and calls; the result is in normal form, and can be differentiated."""
    module = load_program(Source(PROGRAM)).module
    moved = perturbed(module, 2)
    verify(moved)
    verify_normal(moved)
    here, there = _value(module, 0.7, name=name), _value(moved, 0.7, name=name)
    assert 0 < abs(there - here) < 1e-14
    slopes = [
        engine(name, m).load(forward(m, ["x"]), Limits())((0.7, 1.0)) for m in (module, moved)
    ]
    assert slopes[1][1] == pytest.approx(slopes[0][1], rel=1e-13)
    assert math.isfinite(slopes[1][1])
