"""NaN among numbers that NumPy orders: it is the greatest and the least, and comes last."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

import adcli

HEAD = (
    "import numpy as np\n\ndef f(x):\n    a = np.array([7.0, float('nan'), x, 5.0, np.nan, 1.0])\n"
)

#: What a program does with the array, and what NumPy 2.4 gives at x = 2.
GIVEN = {
    "return np.max(a)": math.nan,
    "return a.min() + x": math.nan,
    "return np.ptp(a)": math.nan,
    "return np.max(np.reshape(a, (2, 3)), axis=0)[2]": 2.0,
    "return np.max(a.reshape(2, 3), axis=1)[1]": math.nan,
    "return np.max(a[2:4])": 5.0,
    "return np.argmax(a)*x": 2.0,
    "return np.argmin(a)*x": 2.0,
    "s = np.sort(a)\n    return s[0] + 10*s[1] + 100*s[2] + 1000*s[3]": 7521.0,
    "return np.sum(np.argsort(a)*np.array([1e5, 1e4, 1e3, 100, 10, 1]))*x": 1046028.0,
    "return np.median(a)": math.nan,
    "return np.quantile(a, 0.3)": math.nan,
    "return np.median(a[2:4])": 3.5,
    "b = np.full(3, x)\n    for i in (0, 1, 2):\n        b[i] = a[i]\n    return b.max()": math.nan,
}


@pytest.mark.parametrize("engine", ["interpreter", "python", "native"])
@pytest.mark.parametrize("text", GIVEN)
def test_values(text: str, engine: Any, tmp_path: Path) -> None:
    (tmp_path / "f.py").write_text(f"{HEAD}    {text}\n")
    found = adcli.load(f"{tmp_path / 'f.py'}:f").evaluate({"x": 2.0}, engine=engine)
    assert found.values[0] == pytest.approx(GIVEN[text], abs=0, rel=0, nan_ok=True)


def test_the_slope_is_that_of_the_entry(tmp_path: Path) -> None:
    (tmp_path / "f.py").write_text(
        "import numpy as np\n\ndef f(a):\n    return np.max(a) + 2*np.min(a) + np.sort(a)[1]*10\n"
    )
    found = adcli.load(f"{tmp_path / 'f.py'}:f").gradient(a=[1.0, 3.0, 2.0])
    assert list(found["a"]) == [2.0, 1.0, 10.0]
