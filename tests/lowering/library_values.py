"""Programs that call functions of NumPy and SciPy, held against the libraries themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import adcli


def assert_values_and_slopes(path: Path, at: float) -> None:
    """The function `f` of a file has the library's value, and in both modes the slope that central
    differences of the library's values have."""
    names: dict[str, Any] = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    f, found = names["f"], adcli.load(str(path))
    assert found(x=at) == pytest.approx(float(f(at)), rel=1e-12)
    h = 1e-5
    slope = float(f(at + h) - f(at - h)) / (2 * h)
    for backend in ("forward", "reverse"):
        gradient = found.gradient(x=at, backend=backend)
        assert gradient["x"] == pytest.approx(slope, rel=1e-7, abs=1e-8)
