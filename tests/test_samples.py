"""Every sample, in every backend and engine.

A sample's comment `# at: x=1, y=2` names the point.  A file that is added is tested without a word
here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from engine_names import PRECISE

from adcli.backends.registry import FIRST_ORDER, capabilities
from adcli.cli.point_reading import read_point
from adcli.engines.native.engine import NativeEngine
from adcli.engines.registry import ENGINES
from adcli.loading import load
from adcli.nested_lists import flatten_all
from adcli.program import Program

pytestmark = pytest.mark.slow("many programs, each compiled or compared in every way")

SAMPLES = sorted(Path(__file__).parents[1].joinpath("samples").iterdir())
IDS = [p.name for p in SAMPLES]


def point_of(path: Path) -> dict[str, Any]:
    (line,) = [s for s in path.read_text().splitlines() if s.startswith("# at:")]
    return read_point([line.removeprefix("# at:")], str)


def close(found: dict[str, Any], wanted: dict[str, Any], tolerance: float) -> bool:
    numbers, others = flatten_all([*found.values()]), flatten_all([*wanted.values()])
    scale = max(map(abs, others), default=0.0)
    return found.keys() == wanted.keys() and all(
        math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance * scale)
        for a, b in zip(numbers, others, strict=True)
    )


def test_there_are_enough_samples() -> None:
    """Samples are documentation; eight of each language are the least."""
    for suffix in (".py", ".ad"):
        assert len([p for p in SAMPLES if p.suffix == suffix]) >= 8


@pytest.mark.parametrize("path", SAMPLES, ids=IDS)
@pytest.mark.parametrize("engine", [*ENGINES, "optimised"])
@pytest.mark.parametrize("backend", FIRST_ORDER)
def test_all_agree(path: Path, engine: str, backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The derivative is that of reverse mode in generated Python.  Nothing refuses a sample yet."""
    if engine == "optimised":
        engine = "native"
        monkeypatch.setattr(NativeEngine, "optimise_after", 0)
    program, point = load(path), point_of(path)
    wanted = program.differentiate(point, backend="reverse", engine="python")
    found = program.differentiate(point, backend=backend, engine=engine, limits=PRECISE)
    assert (found.backend, found.engine) == (backend, engine)
    assert found.values == wanted.values
    tolerance = 1e-8 if capabilities(backend).estimates_errors else 1e-12
    for row, other in zip(found.jacobian, wanted.jacobian, strict=True):
        assert close(row, other, tolerance)


@pytest.mark.parametrize("path", [p for p in SAMPLES if p.suffix == ".py"], ids=lambda p: p.name)
def test_cpython_gives_the_same_value(path: Path) -> None:
    """A sample that is Python runs as it stands and gives the same bits, but for NumPy's last."""
    program, point = load(path), point_of(path)
    if "import numpy" in path.read_text():
        pytest.importorskip("numpy")
    scope: dict[str, Any] = {}
    exec(compile(path.read_text(), path.name, "exec"), scope)
    function: Callable[..., Any] = [v for v in scope.values() if hasattr(v, "__code__")][-1]
    integers = set(program.inputs) - set(program.reals)
    given = {k: int(v) if k in integers else v for k, v in point.items()}
    tolerance = 0.0
    if "np" in scope:  # its elementary functions are not those of the C library
        given = {k: scope["np"].asarray(v) for k, v in given.items()}
        tolerance = 1e-15
    found = function(**given)
    values = found if isinstance(found, tuple) else (found,)
    for engine in ENGINES:
        ours = program.evaluate(point, engine=engine, limits=PRECISE).values
        assert list(ours) == pytest.approx(list(values), rel=tolerance, abs=0)


def test_programs_are_loaded_by_path_and_by_name(tmp_path: Path) -> None:
    """A path object, its text, and FILE:NAME."""
    file = tmp_path / "two.py"
    file.write_text("def f(x):\n    return x + 1\ndef g(x):\n    return 2*x\n")
    programs: list[Program] = [load(file), load(str(file)), load(f"{file}:f")]
    assert [p(x=5.0) for p in programs] == [10.0, 10.0, 6.0]
