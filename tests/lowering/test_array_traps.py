"""Traps of NumPy: small functions whose values must be NumPy's, or an error where NumPy has one.

`array_traps/record.py` writes the reference; where NumPy gives numbers they must be equal to a few
units in the last place, and sums to the last bit.
"""

from __future__ import annotations

import ast
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

import adcli
from adcli.errors import AdcliError, NotFollowed

HERE = Path(__file__).parent / "array_traps"
REFERENCE: dict[str, Any] = json.loads((HERE / "reference.json").read_text())

#: Traps that are refused: the program says why.
REFUSED = {
    "broadcasting.size_one_axis_from_slice": "stretched",
    "sums.empty_sum": "truth value",
}


def _point() -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("array_traps_point", HERE / "point.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, Any] = module.POINT
    return found


POINT = _point()


def program(name: str) -> tuple[Any, dict[str, Any]]:
    """A trap and its point."""
    file, function = name.split(".")
    tree = ast.parse((HERE / f"{file}.py").read_text())
    (node,) = [s for s in tree.body if isinstance(s, ast.FunctionDef) and s.name == function]
    at = {a.arg: POINT[a.arg] for a in node.args.args}
    return adcli.load(f"{HERE / file}.py:{function}"), at


def flat(value: Any) -> list[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [x for part in value for x in flat(part)]
    return [float(value)]


@pytest.mark.parametrize("name", REFERENCE)
def test_values(name: str) -> None:
    expected = REFERENCE[name]
    if name in REFUSED:
        f, at = program(name)
        with pytest.raises(AdcliError, match=REFUSED[name]):
            f(**at)
        return
    if isinstance(expected, dict):
        f, at = program(name)
        with pytest.raises(AdcliError) as caught:
            f(**at)
        assert not isinstance(caught.value, NotFollowed)
        return
    f, at = program(name)
    found = flat(f(**at))
    assert found == pytest.approx(flat(expected), rel=5e-16, abs=0)
    if name.startswith("sums.pairwise"):
        assert found == flat(expected)
