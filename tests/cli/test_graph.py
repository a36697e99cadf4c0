"""`adcli graph`: computational graphs and expression trees on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_examples import ROOT


def test_the_command(adcli: Any, tmp_path: Path) -> None:
    """JSON has values, partials and adjoints; files go by their names; errors say what to do."""
    call = ("graph", "sin(x1)+x1*x2", "--at", "x1=2,x2=5", "--adjoints")
    data = json.loads(adcli(*call, "--json")[1])
    assert data["nodes"][0]["adjoint"] == pytest.approx(4.583853163452858)
    assert {"from": "v0", "to": "v2", "partial": 2.0, "formula": "v₋₁"} in data["edges"]
    for name, start in {"g.svg": "<svg", "g.dot": "digraph", "g.mmd": "flowchart"}.items():
        assert adcli(*call, "-o", str(tmp_path / name))[0] == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    code, out, _ = adcli("graph", "x*sin(y)", "--format", "dot")
    assert code == 0
    assert 'label="cos v₀"' in out
    assert adcli("graph", "x", "--tangents")[0] == 2
    assert adcli("graph", "x", "--expression-tree", "--unroll")[0] == 2
    looped = adcli("graph", str(ROOT / "samples/logistic.py"))
    assert (looped[0], "--at" in looped[2]) == (2, True)
    tree = json.loads(adcli("graph", "x*sin(x)", "--expression-tree", "--json")[1])
    assert tree["trees"][0]["tree"] == ["mul", "x", ["sin", "x"]]


def test_the_title_has_the_point_as_the_trace_does(adcli: Any, tmp_path: Path) -> None:
    """Whole numbers without a point, and a minus sign that is one."""
    file = tmp_path / "graph.svg"
    assert adcli("graph", "x*y", "--at", "x=-5,y=2.5", "-o", str(file))[0] == 0
    assert "x*y at x = −5, y = 2.5" in file.read_text(encoding="utf-8")
