"""Programs in the words of other frameworks, and how their runs are reported."""

from __future__ import annotations

import importlib.util
import math
import shutil
import sys
from types import SimpleNamespace
from typing import Any

import pytest

import adcli
from adcli.backend_comparison import compare, straight_line
from adcli.errors import LimitError, MissingExtra, Unsupported, UsageError
from adcli.frameworks.framework_process import run, source
from adcli.frameworks.registry import FRAMEWORKS
from adcli.ops.composition import Composition
from adcli.ops.operations_in_other_libraries import AUTOGRAD, JAX, MPMATH, PYTORCH, multiprecision
from adcli.ops.registry import TABLE

EXPRESSION, POINT = "log(x1)+x1*x2-sin(x2)", {"x1": 2, "x2": 5}


def _code(text: str, point: dict[str, Any], name: str) -> str:
    return source(name, straight_line(adcli.load(text).at(point))[0])


def test_the_papers_example_in_pytorch() -> None:
    """Names count as in a trace, and nothing is imported that is not used."""
    code = _code(EXPRESSION, POINT, "pytorch")
    expected = """\
import torch


def f(x1, x2):
    v1 = torch.log(x1)
    v2 = x1 * x2
    v3 = torch.sin(x2)
    v4 = v1 + v2
    v5 = v4 - v3
    return v5
"""
    assert code.startswith(expected)


@pytest.mark.parametrize("name", FRAMEWORKS)
@pytest.mark.parametrize(
    ("text", "point"),
    [
        (EXPRESSION, POINT),
        ("max(x, 2)*abs(y - 3)^2.5 + sec(x)/-y", {"x": 1.5, "y": 0.25}),
        ("norm(x)*lambda_ + v1", {"x": [1.0, 2.0], "lambda_": 3.0, "v1": 0.5}),
        ("hypot(x, y) + atan2(y, x) + cbrt(x*0.5)", {"x": 3.0, "y": -4.0}),
    ],
)
def test_the_code_computes_the_value(name: str, text: str, point: dict[str, Any]) -> None:
    """With Python's math in place of the framework the function gives the program's value."""
    if (name, "cbrt" in text) == ("autograd", True):
        pytest.skip("autograd has no cube root")
    code = _code(text, point, name).partition("\n\n\ndef f")[2].partition("\n\n\n")[0]
    spoken = SimpleNamespace(
        **{n: getattr(math, n) for n in dir(math) if n[0] != "_"},
        abs=abs,
        maximum=max,
        minimum=min,
        arctan2=math.atan2,
        tensor=lambda value, dtype: value,
        float64=float,
        sign=lambda value: math.copysign(1.0, value),
    )
    names: dict[str, Any] = dict.fromkeys(["torch", "jnp", "np"], spoken)
    exec("def f" + code, names)
    module, numbers = straight_line(adcli.load(text).at(point))
    assert module.main.params
    assert names["f"](*numbers) == pytest.approx(adcli.load(text)(**point), rel=1e-14)


@pytest.mark.parametrize("library", [MPMATH, PYTORCH, JAX, AUTOGRAD], ids=lambda lib: lib.prefix)
def test_the_lists_name_rows_of_the_table(library: Any) -> None:
    """No name stands there that the table does not have."""
    assert {*library.same, *library.others} <= set(TABLE)


def _known_to_mpmath() -> list[str]:
    pytest.importorskip("mpmath")
    return sorted(n for n in {*MPMATH.same, *MPMATH.others} if n not in ("regular", "factorial"))


@pytest.mark.parametrize("name", _known_to_mpmath() if importlib.util.find_spec("mpmath") else [])
def test_mpmath_agrees_with_the_rows(name: str) -> None:
    """In the middle of its range an operation has the value that Python computes."""
    row = TABLE[name]
    ranges = row.samples
    point = [low + (high - low) * 0.37 for low, high in ranges]
    point = [round(x) if i in row.integers else x for i, x in enumerate(point)]
    found = multiprecision(row)(*point)
    assert float(found) == pytest.approx(float(row.function(*point)), rel=1e-12)


def test_compositions_are_written_by_their_bodies() -> None:
    """No composition needs a line of its own."""
    pytest.importorskip("mpmath")
    for name in ("sec", "logit", "acoth"):
        row = TABLE[name]
        assert isinstance(row, Composition)
        point = 3.0 if name == "acoth" else 0.3
        assert float(multiprecision(row)(point)) == pytest.approx(row.function(point), rel=1e-13)


def test_mistakes_are_told() -> None:
    """An unknown framework, an operation that one lacks, a run that is too long, no framework."""
    module, _ = straight_line(adcli.load("gamma(x)").at({"x": 3.0}))
    with pytest.raises(UsageError, match="unknown framework 'tensorflow'"):
        source("tensorflow", module)
    with pytest.raises(Unsupported, match="PyTorch has no gamma"):
        source("pytorch", module)
    long = adcli.load("sum([sin(t) for t in x])")
    module, _ = straight_line(long.at({"x": [0.1] * 2000}))
    with pytest.raises(LimitError, match="too many for straight-line code"):
        source("jax", module)
    module, numbers = straight_line(adcli.load("x^2").at({"x": 3.0}))
    if importlib.util.find_spec("autograd") is None:
        with pytest.raises(MissingExtra, match="autograd is not installed"):
            run("autograd", module, numbers, None)
    with pytest.raises(UsageError, match="cannot run"):
        run("autograd", module, numbers, "/no/such/python")
    with pytest.raises(UsageError, match="did not run the program of autograd"):
        run("autograd", module, numbers, shutil.which("echo"))


FAKE = '''
"""A stand-in for autograd that differentiates by differences."""
import json


def value_and_grad(f):
    def both(point):
        h = 1e-6
        slopes = []
        for i in range(len(point)):
            ahead, behind = list(point), list(point)
            ahead[i] += h
            behind[i] -= h
            slopes.append((f(ahead) - f(behind)) / (2 * h))
        return f(point), slopes

    return both
'''


def test_a_framework_runs_in_its_own_process(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its value, gradient, version and times come back, by input; another one is missing."""
    package = tmp_path / "autograd"
    package.mkdir()
    (package / "__init__.py").write_text(FAKE)
    (package / "numpy.py").write_text("from math import *\narray = list\n")
    info = tmp_path / "autograd-9.9.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: autograd\nVersion: 9.9\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "torch.py").write_text("raise ImportError('this one is not there')")
    found = compare(adcli.load(EXPRESSION), POINT, None, ["autograd", "pytorch"], sys.executable)
    row, missing = found.frameworks
    assert missing.message.startswith("PyTorch is not installed: ImportError: this one")
    assert row.run is not None
    assert row.run.version == "9.9"
    assert row.run.value == pytest.approx(11.652071455223084)
    assert row.run.gradient == pytest.approx([5.5, 1.7163378145367738], rel=1e-8)
    assert max(row.ulps) > 1
    assert row.run.first > 0
    assert "np.log(x1)" in row.run.source


def _installed() -> list[str]:
    return [name for name, made in FRAMEWORKS.items() if importlib.util.find_spec(made.package)]


@pytest.mark.slow("a process for each framework")
@pytest.mark.parametrize("name", _installed())
def test_frameworks_agree_with_reverse_mode(name: str) -> None:
    """To a few units in the last place."""
    found = compare(adcli.load(EXPRESSION), POINT, None, [name])
    assert max(found.frameworks[0].ulps) <= 4
