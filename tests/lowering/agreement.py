"""What holds of accepted programs: they have CPython's bits, and one gradient from both modes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from engine_names import PRECISE
from lowering.conftest import bits, by_cpython, followed

from adcli.errors import AdcliError, NotFollowed

#: Points with both signs, equal arguments, and a zero with a sign.
POINTS: Sequence[tuple[float, float]] = [
    (1.5, 2.0), (2.0, 1.5), (-1.0, -2.0), (-2.0, -1.0), (3.0, 0.25), (0.5, 0.5), (-0.0, 1.0),
]  # fmt: skip


def assert_cpythons_bits(
    text: str, engine: str, points: Sequence[tuple[float, float]], by: str | None = None
) -> None:
    """At each point the value that CPython has, of `by` if it is given, or an error where CPython
    raises."""
    program = followed(text, "f")
    for x, y in points:
        try:
            wanted = by_cpython(by or text, "f", x=x, y=y)
        except Exception:
            wanted = None
        if wanted is None:
            with pytest.raises(AdcliError) as found:
                program.evaluate({"x": x, "y": y}, engine=engine, limits=PRECISE)
            assert not isinstance(found.value, NotFollowed)
            continue
        found_values = program.evaluate({"x": x, "y": y}, engine=engine, limits=PRECISE).values
        expected: Any = list(wanted) if isinstance(wanted, tuple) else [wanted]
        assert bits(list(found_values)) == bits(expected), (x, y)


def assert_modes_agree(text: str) -> None:
    """Forward and reverse mode give one gradient, and differences do not contradict it."""
    program, point = followed(text, "f"), {"x": 1.5, "y": 2.0}
    forward = program.gradient(backend="forward", **point)
    reverse = program.gradient(backend="reverse", **point)
    finite = program.gradient(backend="finite-difference", **point)
    assert forward == pytest.approx(reverse, rel=1e-13, abs=1e-13)
    assert forward == pytest.approx(finite, rel=1e-5, abs=1e-7)


def assert_refused(text: str, why: str) -> None:
    """No number comes out, but a message that has some words in it."""
    with pytest.raises(AdcliError, match=why):
        followed(text, "f").evaluate({"x": 1.5, "y": 2.0})
