"""A program of a framework, run in a process of its own.

Invariant: the program is one that adcli wrote itself; what comes back is read as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from adcli.errors import LimitError, MissingExtra, Unsupported, UsageError
from adcli.frameworks.registry import FRAMEWORKS, Framework
from adcli.ir import nodes as ir

#: A framework compiles the code, which takes minutes from some thousand operations on.
_MOST = 3_000

#: How often the gradient is computed again to be timed.
_REPEATS = 20

#: Finds out whether the package is there, times the first call and later ones, prints JSON.
_HARNESS = """
import importlib.metadata as _metadata
import json as _json
import time as _time

_point = {point!r}
_start = _time.perf_counter()
_value, _slopes = gradient(_point)
_first = _time.perf_counter() - _start
_times = []
for _ in range({repeats}):
    _start = _time.perf_counter()
    gradient(_point)
    _times.append(_time.perf_counter() - _start)
_report = {{"value": _value, "gradient": _slopes, "first": _first}}
_report |= {{"later": sorted(_times)[{middle}], "version": _metadata.version({package!r})}}
print(_json.dumps(_report))
"""


class FrameworkRun(NamedTuple):
    """What a framework found: the value, the derivatives by the inputs in order, the seconds of
    the first call and of a later one; and the program that it ran."""

    framework: str
    version: str
    value: float
    gradient: Sequence[float]
    first: float
    later: float
    source: str


def framework(name: str) -> Framework:
    """The framework of a name.  Raises `UsageError` if there is none."""
    if name not in FRAMEWORKS:
        raise UsageError(f"unknown framework '{name}'", hint=f"there are {', '.join(FRAMEWORKS)}")
    return FRAMEWORKS[name]


def source(name: str, module: ir.Module) -> str:
    """The program of a framework for a recorded run."""
    operations = len(module.main.body)
    if operations > _MOST:
        raise LimitError(
            f"the run has {operations:,} operations, too many for straight-line code",
            hint=f"choose a point where the program takes at most {_MOST:,}",
        )
    return framework(name).source(module)


def run(name: str, module: ir.Module, point: Sequence[float], python: str | None) -> FrameworkRun:
    """Run a recorded program in a framework.

    Raises `MissingExtra` if it is not installed in that Python, by default the one that adcli runs
    in; `Unsupported` if the framework fails; `UsageError` for a file that is no Python.
    """
    chosen, text = framework(name), source(name, module)
    harness = _HARNESS.format(
        point=list(point), repeats=_REPEATS, middle=_REPEATS // 2, package=chosen.package
    )
    with tempfile.TemporaryDirectory(prefix="adcli-") as folder:
        path = Path(folder) / "program.py"
        path.write_text(text + harness, encoding="utf-8")
        try:
            done = subprocess.run(
                [python or sys.executable, str(path)],
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
            )
        except OSError as error:
            raise UsageError(f"cannot run {python}: {error.strerror}") from None
    if done.returncode:
        raise _failure(chosen, done.stderr)
    try:
        found = json.loads(done.stdout.rstrip().rpartition("\n")[2])
    except ValueError:
        raise UsageError(
            f"{python or sys.executable} did not run the program of {chosen.title}",
            hint="--python takes the Python interpreter of an environment",
        ) from None
    return FrameworkRun(
        name,
        found["version"],
        found["value"],
        found["gradient"],
        found["first"],
        found["later"],
        text,
    )


def _failure(chosen: Framework, stderr: str) -> MissingExtra | Unsupported:
    lines = stderr.strip().splitlines()
    last = lines[-1] if lines else "no message"
    if last.startswith(("ModuleNotFoundError", "ImportError")):
        return MissingExtra(
            f"{chosen.title} is not installed: {last}",
            hint=f"pip install {chosen.package}, or name a Python that has it with --python",
        )
    return Unsupported(f"{chosen.title} fails: {last}")
