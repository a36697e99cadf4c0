"""The text for LLVM: what it holds, and that values are known where they are used."""

from __future__ import annotations

import re
from typing import Any

import llvmlite.binding as llvm
import pytest
from optimised import Optimised

from adcli.engines.interface import Limits
from adcli.engines.native.compile_options import Caution
from adcli.engines.native.engine import NativeEngine
from adcli.engines.native.hoistable_bounds_checks import hoistable_accesses
from adcli.engines.native.llvm_jit import LATE
from adcli.engines.native.llvm_module import LlvmModule
from adcli.engines.native.run_status import Status
from adcli.engines.python_engine import PythonEngine
from adcli.ir import nodes as ir
from adcli.loading import load_program
from adcli.passes.reverse_mode import reverse
from adcli.source import Source

BRANCHES = """\
def f(x, n: int):
    s = 0.0
    for i in range(n):
        if x > i:
            u = x * i
        else:
            u = -x
        for j in range(i):
            if j > 1:
                v = u * j
                s += v
            s += u * v if j > 1 else u
        w = s
        while w > 10:
            w = w / 2
            last = w
        s += w
    return s + last if n > 9 else s
"""

PROTECTED = """\
import math


def g(x):
    if x < 0:
        raise ValueError("less")
    return math.sqrt(x)


def f(x, n: int):
    s = x
    for i in range(n):
        try:
            t = g(x - i)
        except ValueError:
            s += 1.0
        else:
            s += t
    return s
"""

ARRAYS = """\
def f(x: list[float]):
    rows = []
    for a in x:
        rows.append([a, a * a])
    s = 0.0
    for row in rows:
        for b in row:
            s += b * row[0]
    return s
"""


def module(text: str) -> ir.Module:
    found = load_program(Source(text, "f.py")).module
    return reverse(found, (found.main.params[0],))


def lines(text: str) -> list[str]:
    return LlvmModule(module(text)).text.splitlines()


@pytest.mark.parametrize("caution", Caution)
@pytest.mark.parametrize("text", [BRANCHES, PROTECTED, ARRAYS], ids=["branches", "try", "arrays"])
def test_each_value_is_computed_before_it_is_used(text: str, caution: Caution) -> None:
    whole = LlvmModule(module(text), caution=caution).text
    llvm.parse_assembly(whole.partition(LATE)[0]).verify()


@pytest.mark.parametrize(
    ("text", "at"),
    [
        (BRANCHES, {"x": 3.25, "n": 12}),
        (BRANCHES, {"x": 3.25, "n": 4}),
        (PROTECTED, {"x": 2.5, "n": 5}),
        (ARRAYS, {"x": [1.5, -0.5, 2.0]}),
    ],
)
@pytest.mark.slow("each program is compiled")
def test_what_is_known_is_what_would_be_loaded(text: str, at: dict[str, object]) -> None:
    """Values that are passed on to where they are used are the ones of the other engine."""
    derivative = module(text)
    arguments = (*load_program(Source(text, "f.py")).at(at).arguments, 1.0)
    native, optimised, python = (
        engine.load(derivative, Limits(precise=True, cache=False))(arguments)
        for engine in (NativeEngine(), Optimised(), PythonEngine())
    )
    assert native == optimised == python


def test_a_value_is_not_loaded_where_it_is_known() -> None:
    """Neither that of an intermediate variable nor a parameter has memory."""
    found = lines("def f(x):\n    a = x * x\n    b = a * x\n    return b * a\n")
    start = next(i for i, line in enumerate(found) if line.startswith("define") and "@f0(" in line)
    inside = found[start : found.index("}", start)]
    assert not [line for line in inside if re.search(r"%v\d+ = alloca|ptr %v\d+$", line)]


def test_an_exception_of_the_program_leaves_no_variables_behind() -> None:
    """Only code that reports failures does: it takes the place of what failed before."""
    checked = module(
        "def f(x):\n    if x < 0:\n        raise ValueError('less')\n    return x * x\n"
    )
    dumps = [r"store .* ptr %t\d+", "@dump, i64"]
    for caution, expected in ((Caution.NONE, False), (Caution.REPORT_FAILURE, True)):
        text = LlvmModule(checked, caution=caution).text
        assert all(re.search(pattern, text) for pattern in dumps) == expected


def test_checks_before_a_loop_share_a_branch() -> None:
    """One for all bounds, and one for all arrays that must be different ones."""
    text = "def f(x: list[float], y: list[float]):\n    s = 0.0\n    for i in range(len(x)):\n"
    program = load_program(Source(f"{text}        s += x[i] * y[i]\n    return s\n", "f.py"))
    found = LlvmModule(program.module).text
    body = found[found.index("define internal { i32, double } @f0(") :]
    status = f"%leave.{Status.OUT_OF_BOUNDS:d}"
    (label,) = re.findall(rf"^(F\d+):\n  br label {status}\n", body, re.MULTILINE)
    assert len(re.findall(rf"br i1 %t\d+, label %{label},", body)) == 1
    assert len(re.findall(r"^  ret ", body[: body.index("\n}")], re.MULTILINE)) <= 4


def test_the_program_is_optimised_once() -> None:
    """And not again where its function was inlined."""
    text = LlvmModule(module("def f(x):\n    return x * x\n")).text
    assert len(re.findall(r"= call .* @f0\(.*\) alwaysinline$", text, re.MULTILINE)) == 1


@pytest.mark.parametrize("depth", [2, 3])
def test_rows_become_an_array_without_checks_of_entries(depth: int) -> None:
    """Forth and back: the bounds of all entries of a row are checked before its loop."""
    text = "import numpy as np\n\ndef f(a):\n    return np.asarray(a) * 2.0\n"
    point: list[Any] = [0.5, 1.5, 2.5]
    for _ in range(depth - 1):
        point = [point, point]
    program = load_program(Source(text, "f.py")).for_point({"a": point})
    both = program.module, reverse(program.module, ("a",), terse=True)
    for function in [f for m in both for f in m.functions.values()]:
        loops = [s for s in ir.walk(function.body) if isinstance(s, ir.For)]
        innermost = [s for s in loops if not any(isinstance(i, ir.For) for i in ir.walk(s.body))]
        for loop in innermost:
            if not any(isinstance(s, ir.Append) for s in loop.body):
                assert hoistable_accesses(loop, function.types) is not None
