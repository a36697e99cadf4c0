"""NumPy's random generators with a known seed: NumPy's numbers as constants, or a refusal."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from adcli.errors import NotFollowed
from adcli.loading import load_python
from adcli.program import Program
from adcli.source import Source

HEAD = "import numpy as np\nfrom numpy.random import default_rng\n"

#: Bodies of functions of x, an array of four numbers.
DRAWN = [
    """rng = np.random.default_rng(3)
    a, b = rng.normal(size=4), rng.uniform(-1.0, 2.0, size=(2, 2))
    return np.sum(x * a) + np.sum(b) + rng.random() + rng.integers(5) * x[1]""",
    """rng = default_rng(7)
    return np.sum(rng.normal(x, 0.5)) + rng.normal(x[0], x[1])""",
    """rng = np.random.default_rng(3)
    order = rng.permutation(len(x))
    return np.sum(x[order] * np.arange(4)) + np.sum(rng.permutation(x) * np.arange(4))""",
    """rng = np.random.RandomState(42)
    product = np.sum(rng.rand(2, 2) @ x[:2])
    return x[0] * rng.randint(3) + product + np.sum(rng.randn(4) * x) + rng.exponential(2.0)""",
    """rng = np.random.default_rng(0)
    n = rng.normal(size=200)
    return np.mean((x[0] + x[1] * n) ** 2)""",
    """rng = np.random.default_rng(9)
    few = rng.choice(4, 2, replace=False)
    three = rng.choice(x, 3)
    return np.sum(x[few]) + np.sum(three * np.arange(3)) + rng.choice([1.0, 5.0]) * x[1]""",
    "return np.sum(WEIGHTS * x[:2]) + helper(RNG(1), 4) @ x",
]

HELPERS = """
WEIGHTS = np.random.default_rng(5).normal(size=(3, 2))
RNG = np.random.default_rng

def helper(rng, n):
    first = rng.normal(size=n)
    return first + rng.normal(size=n)
"""

REFUSED = [
    ("rng = default_rng(3)\n    return sum([rng.normal() for _ in range(len(x))]) * x[0]",
     "order is not known"),
    ("rng = np.random.default_rng(3)\n    a = rng.normal() if x[0] > 1 else 1.0"
     "\n    return rng.normal() * a", "order is not known"),
    ("return x[sorted(range(4), key=x.__getitem__)[0]]", "'__getitem__' of an array"),
    ("return np.random.default_rng().normal() * x[0]", "without a seed"),
    ("return np.random.rand() * x[0]", "depend on what ran before"),
]  # fmt: skip


def program(body: str) -> Program:
    text = f"{HEAD}{HELPERS}\ndef f(x):\n    {body}\n"
    return load_python(Source(text, "random_numbers.py"), "f")


@pytest.mark.slow("NumPy is imported, and arrays are lowered")
@pytest.mark.parametrize("body", DRAWN)
def test_numbers_are_numpys(body: str) -> None:
    """The value is NumPy's, and the slope that of differences with the same numbers."""
    np = pytest.importorskip("numpy")
    names: dict[str, Any] = {}
    exec(f"{HEAD}{HELPERS}\ndef f(x):\n    {body}\n", names)
    x = [1.5, 2.0, 0.5, 1.0]
    assert program(body)(x=x) == pytest.approx(names["f"](np.array(x)), rel=1e-14)
    slopes = program(body).gradient(x=x)["x"]
    for i in range(4):
        ends = [names["f"](np.array(x) + h * np.eye(4)[i]) for h in (1e-6, -1e-6)]
        assert slopes[i] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6, abs=1e-7)


@pytest.mark.slow("arrays are lowered")
@pytest.mark.parametrize(("body", "why"), REFUSED)
def test_what_is_not_known_is_refused(body: str, why: str) -> None:
    with pytest.raises(NotFollowed, match=why):
        program(body)(x=[1.5, 2.0, 0.5, 1.0])


@pytest.mark.slow("arrays are lowered")
def test_without_numpy_random_numbers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy.random", None)
    with pytest.raises(NotFollowed, match="NumPy is not installed"):
        program(DRAWN[0])(x=[1.5, 2.0, 0.5, 1.0])
