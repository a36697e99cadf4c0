"""Data with gaps: what is computed with NaN and then left out has no part in derivatives."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import adcli

#: Residuals of all data, of which those that are numbers count; `{n}` data, every third is NaN.
TEXT = """
import numpy as np

t = np.arange({n}) / {n}
data = np.where(np.arange({n}) % 3 == 0, np.nan, t + 1.0)
good = np.isfinite(data)


def masked(m, s):
    r = (data - m * t) / s
    return np.sum(r[good] ** 2) + np.log(s)


def in_a_loop(m, s):
    total = 0.0
    for value, u in zip(data, t):
        r = (value - m * u) / s
        if not np.isnan(r):
            total = total + r * r
    return total + np.log(s)


def left_out_by_name(m, s):
    r = (data - m * t) / s
    return np.nansum(r * r) + np.log(s)


def given(m, s):
    r = (data[good] - m * t[good]) / s
    return np.sum(r * r) + np.log(s)
"""


@pytest.mark.slow("arrays with gaps")
@pytest.mark.parametrize("count", [5, pytest.param(40, marks=pytest.mark.slow("40 entries"))])
@pytest.mark.parametrize("name", ["masked", "in_a_loop", "left_out_by_name"])
def test_gaps(tmp_path: Path, name: str, count: int) -> None:
    file = tmp_path / "gaps.py"
    file.write_text(TEXT.format(n=count))
    point = {"m": 0.75, "s": 1.5}
    right, found = adcli.load(f"{file}:given"), adcli.load(f"{file}:{name}")
    for backend in ("forward", "reverse"):
        gradient = found.gradient(**point, backend=backend)
        assert gradient == pytest.approx(right.gradient(**point), rel=1e-12)
    hessian = found.hessian(**point)
    for one, row in right.hessian(**point).items():
        assert hessian[one] == pytest.approx(row, rel=1e-12)


def test_a_result_that_is_nan_has_the_derivative_nan(tmp_path: Path) -> None:
    """Here the weight 0 stands for "leave out", and does not leave NaN out."""
    file = tmp_path / "weighted.py"
    file.write_text(
        "from math import nan\n\n"
        "def weighted(x):\n"
        "    total = 0.0\n"
        "    for value, weight in zip([1.0, nan, 3.0], [1.0, 0.0, 1.0]):\n"
        "        total += weight * (value * x)\n"
        "    return total\n"
    )
    program = adcli.load(f"{file}:weighted")
    for backend in ("forward", "reverse"):
        answer = program.gradient(x=2.0, backend=backend)
        assert math.isnan(answer["x"]), backend
