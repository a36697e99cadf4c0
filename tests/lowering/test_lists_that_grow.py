"""Lists of arrays and functions that grow in loops: a loop of few turns is written out for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import adcli
from adcli.errors import NotFollowed

TEXT = """
import numpy as np


class Filter:
    def __init__(self, state):
        self.state = state
        self.history = []

    def update(self, z, gain):
        self.state = self.state + gain * (z - self.state)
        self.history.append(self.state.copy())


def rows(x):
    found = [np.array([x, i]) for i in range(3)]
    table = np.array(found)
    table[0, 0] = 9
    return table.sum() * found[0][0]


def history(x):
    filter = Filter(np.array([0.0, x]))
    for z in np.array([0.4, 0.5, 0.3]) * x:
        filter.update(z, x / 2)
    return np.stack(filter.history)[:, 1].sum() + len(filter.history)


def late_binding(x):
    functions = [lambda y: y * i for i in range(3)]
    return sum(f(x) for f in functions)


def entries_are_read_at_their_turn(x):
    values = np.array([x, 1.0, 1.0])
    kept = []
    for i, v in enumerate(values):
        if i < 2:
            values[i + 1] = values[i + 1] * 2 + v
        kept.append(np.array([v, i]))
    return np.array(kept)[:, 0].sum()


def nested(x):
    kept = []
    for i in range(2):
        for j in range(2):
            if i <= j:
                kept.append(np.array([i + x, j * x]))
    return np.vstack(kept).prod(axis=1).sum()


def many(x):
    kept = []
    for i in range(100000):
        kept.append(np.array([x, i]))
    return kept[0][0]
"""

POINT = 1.25
NAMES = (
    "rows", "history", "late_binding", "entries_are_read_at_their_turn", "nested",
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = tmp_path / "grow.py"
    file.write_text(TEXT)
    return str(file)


@pytest.mark.parametrize("name", NAMES)
def test_turns_are_written_out(name: str, path: str) -> None:
    pytest.importorskip("numpy")
    names: dict[str, Any] = {}
    exec(compile(TEXT, path, "exec"), names)
    function, found = names[name], adcli.load(f"{path}:{name}")
    assert found(POINT) == pytest.approx(float(function(POINT)), rel=1e-14)
    h = 1e-5
    slope = float(function(POINT + h) - function(POINT - h)) / (2 * h)
    for backend in ("forward", "reverse"):
        assert found.gradient(POINT, backend=backend)["x"] == pytest.approx(slope, rel=1e-8)


def test_a_long_loop_says_what_to_write(path: str) -> None:
    with pytest.raises(NotFollowed, match="grows in a loop and holds other things") as caught:
        adcli.load(f"{path}:many")(POINT)
    assert "make an array before the loop" in str(caught.value)


@pytest.mark.slow("a budget is used up")
def test_turns_of_loops_in_loops_are_counted_together(tmp_path: Path) -> None:
    (tmp_path / "deep.py").write_text(
        "import numpy as np\n\ndef f(x):\n    kept = []\n    for i in range(30):\n"
        "        for j in range(30):\n            for k in range(30):\n"
        "                kept.append(np.array([x*i, x*j]))\n    return kept[0][0]\n"
    )
    with pytest.raises(NotFollowed, match="grows in a loop and holds other things"):
        adcli.load(f"{tmp_path / 'deep.py'}:f")(POINT)


def test_a_list_of_two_paths_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "kept.py").write_text(
        "import numpy as np\n\ndef f(x):\n    kept = []\n    for i in range(5):\n"
        "        kept.append(np.array([x, x*i]))\n        if x*i > 6:\n            break\n"
        "    return sum(a[0]*a[1] for a in kept)\n"
    )
    with pytest.raises(NotFollowed, match="a list that differs on two paths is used"):
        adcli.load(f"{tmp_path / 'kept.py'}:f")(POINT)


def test_places_along_no_axis_are_refused(tmp_path: Path) -> None:
    (tmp_path / "along.py").write_text(
        "import numpy as np\n\ndef f(x):\n    a = np.array([[x, 2.0], [3*x, 1.0]])\n"
        "    return np.take_along_axis(a, np.array([1, 0]), axis=None).sum()\n"
    )
    with pytest.raises(NotFollowed, match=r"write axis=-1, or np.ravel"):
        adcli.load(f"{tmp_path / 'along.py'}:f")(POINT)
