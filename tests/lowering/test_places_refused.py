"""Functions of NumPy about places in arrays: what is refused says what can be written."""

from __future__ import annotations

from pathlib import Path

import pytest

import adcli
from adcli.errors import NotFollowed

CALLS = {
    "np.pad(x, 1, mode='linear_ramp')": "'constant', 'edge', 'wrap', 'reflect' and 'symmetric'",
    "np.partition(x, 1)": "np.sort can be followed",
    "np.loadtxt('data.txt')": "hand the array over as an argument",
    "np.add.at(np.zeros(2, int), [0, 1, 1], x)": "float64 added to an array of int64",
    "np.gradient(x, edge_order=2)": "another edge_order than 1",
    "np.bincount([0, 5], [1.0, x[0]], 3)": "not below minlength",
}


@pytest.mark.parametrize("call", CALLS)
def test_what_is_refused(call: str, tmp_path: Path) -> None:
    file = tmp_path / "f.py"
    file.write_text(f"import numpy as np\ndef f(x):\n    y = {call}\n    return x[0]\n")
    with pytest.raises(NotFollowed, match=CALLS[call]):
        adcli.load(str(file))(x=[1.0, 2.0, 3.0])
