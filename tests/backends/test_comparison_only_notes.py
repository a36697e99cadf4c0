"""The note on inputs that a loop compares and nothing carries to the result."""

from __future__ import annotations

from typing import Any

import pytest

import adcli

BISECTION = """
def larger(a, b):
    return a > b

def f(k, scale):
    low, high = 0.0, 4.0
    for i in range(60):
        middle = (low + high) / 2
        if larger(middle * middle, k):
            high = middle
        else:
            low = middle
    return low * scale
"""


def notes(text: str, point: dict[str, Any]) -> list[str]:
    from adcli.loading import load_program
    from adcli.source import Source

    found = load_program(Source(text)).differentiate(point)
    return [note for note in found.notes if note.startswith("a loop compares numbers with ")]


def test_a_bisection_is_told() -> None:
    (note,) = notes(BISECTION, {"k": 2.0, "scale": 3.0})
    assert note.startswith("a loop compares numbers with k, and nothing else carries k to ")


@pytest.mark.parametrize(
    "text",
    [
        "def f(k):\n    if k > 1:\n        return 2.0\n    return 3.0\n",
        "def f(k):\n    x = 1.0\n    while abs(x*x - k) > 1e-12:\n        x = x - (x*x - k)/(2*x)\n"
        "    return x\n",
        "def f(k):\n    s = 0.0\n    for i in (0, 1):\n        if s > 1:\n            s = s + 1\n"
        "    return s + 0*k\n",
        "def f(k):\n    s = 0.0\n    for i in range(3):\n        s = s + i\n    return s\n",
    ],
)
def test_other_programs_have_no_note(text: str) -> None:
    assert notes(text, {"k": 2.0}) == []


def test_adaptive_steps_are_told_as_well() -> None:
    text = "def f(k):\n    t = 0.0\n    while t < k:\n        t = t + 0.3\n    return t\n"
    assert len(notes(text, {"k": 1.0})) == 1
    assert adcli.load("x^2").differentiate({"x": 0.0}).notes == ()
