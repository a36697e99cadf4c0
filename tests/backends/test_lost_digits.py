"""Cancellation is told with the digits that are left, and only where digits are lost."""

from __future__ import annotations

from pathlib import Path

import pytest

import adcli
from adcli.backends.suspicious_operations import suspicious_operation


def notes(text: str, **point: float) -> tuple[str, ...]:
    return adcli.load(text).differentiate(point).notes


@pytest.mark.parametrize(
    ("text", "x", "lost"),
    [
        ("(1 - cos(x))/x^2", 1e-8, "of value: none, known to ±2, of x: none"),
        ("(1 - cos(x))/x^2", 1e-3, "of x: about 2"),
        ("exp(x) - 1", 1e-10, "of value: about 5"),
        ("sqrt(x + 1) - sqrt(x)", 1e12, "of value: about 3, of x: about 3"),
        ("(x + 1) - x", 1e16, "of value: none, known to ±"),
        ("log(erfc(x))", 27.0, "of value: about 7"),
    ],
)
def test_lost_digits_are_counted(text: str, x: float, lost: str) -> None:
    (note,) = notes(text, x=x)
    assert lost in note


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("x - 1", 1 + 1e-12),
        ("(x + 1)^2 - 4", 1.0),
        ("x*x - 9", 3.0),
        ("x - remainder(x, 1)", 0.49999999999999994),
        ("x % 1 - x", 0.3),
        ("1 - cos(x)", 1.0),
        ("2*sin(x/2)^2/x^2", 1e-8),
        ("x - x", 2.0),
        ("exp(x) + (exp(x) - exp(x))", 1.0),
        ("1e9 + (sin(x) - 0.5)", 0.5235987755982989),
    ],
)
def test_nothing_is_told_where_no_digits_are_lost(text: str, x: float) -> None:
    assert notes(text, x=x) == ()


def test_the_note_names_the_place() -> None:
    (note,) = notes("x + (cos(x) - 1)*1e9", x=1e-5)
    assert note.startswith("digits are lost at line 1, column 5: -5e-11 is the difference")


def test_a_value_alone_has_the_note_too() -> None:
    (note,) = adcli.load("exp(x) - 1").evaluate({"x": 1e-12}).notes
    assert note.endswith("right digits of value: about 3")


def test_loops_are_not_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "loop.ad"
    file.write_text("s = x\nfor i in range(3):\n    s = s + 1e16\nreturn s - 3e16\n")
    loop = adcli.load(str(file))
    assert suspicious_operation(loop.module, [1.0]) is None
