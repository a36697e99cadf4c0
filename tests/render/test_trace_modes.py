"""Traces side by side: both modes, dual numbers, tangents of adjoints, and one row after the other.

The numbers are those of gradients and Hessians, which other code computes.
"""

from __future__ import annotations

import io
import json
import os
import re
import select
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rich.console import Console

from adcli.loading import load, load_text
from adcli.program import Program
from adcli.render.text_width_and_wrapping import cell_width
from adcli.render.trace_json import trace_fields
from adcli.render.trace_step_frames import Steps
from adcli.render.trace_table import plain_text, table
from adcli.source import Source
from adcli.trace.evaluation_traces import Trace
from adcli.trace.row_selection import EVERYTHING

Golden = Callable[[str, str], None]

BAYDIN = ("log(x1)+x1*x2-sin(x2)", {"x1": 2.0, "x2": 5.0})
BRANCHES = (
    "def f(x, y, n: int):\n    for i in range(n):\n        x = x*y + sin(x)/y\n"
    "    return x*exp(x/9)\n",
    {"x": 0.5, "y": 1.25, "n": 3},
)
MODES = {"both": ["forward", "reverse"], "second": ["forward", "reverse", "second"]}


def opened(text: str) -> Program:
    return load_text(Source(text)) if "def " in text else load(text)


def traces(case: tuple[str, dict[str, Any]], mode: str) -> list[Trace]:
    text, point = case
    f = opened(text)
    return [f.trace(point, mode=each) for each in MODES[mode]]


def printed(made: list[Trace], width: int, *, dual: bool = False) -> str:
    file = io.StringIO()
    Console(file=file, width=width).print(table(*made, dual=dual))
    return file.getvalue()


@pytest.mark.parametrize("width", [40, 80, 120, 200])
@pytest.mark.parametrize("mode", ["both", "second", "dual"])
def test_traces_stand_side_by_side(golden: Golden, mode: str, width: int) -> None:
    """As wide as the window at most; only a narrow one has them below each other."""
    dual = mode == "dual"
    made = traces(BAYDIN, "both")[:1] if dual else traces(BAYDIN, mode)
    text = printed(made, width, dual=dual)
    golden(f"trace-{mode}-{width}.txt", text)
    assert max(map(cell_width, text.splitlines())) <= width
    assert ("│" in text) == (width > {"dual": 40, "both": 80, "second": 120}[mode])


@pytest.mark.parametrize("width", [60, 70, 80, 120])
@pytest.mark.parametrize("mode", ["both", "second"])
def test_formulas_can_be_read(mode: str, width: int) -> None:
    """Traces stand below each other rather than beside each other without their formulas."""
    text = printed(traces(("x^x", {"x": 2.0}), mode), width)
    assert "ln v₀" in text
    assert "..." not in text


@pytest.mark.parametrize("case", [BAYDIN, BRANCHES, ("x*x*x*y + x^y", {"x": 1.5, "y": 2.5})])
def test_tangents_of_adjoints_are_a_column_of_the_hessian(case: tuple[str, dict[str, Any]]) -> None:
    """They end in the Hessian times the direction, and there is one for each adjoint row."""
    made = traces(case, "second")
    f = opened(case[0])
    (first, *_) = f.reals
    found = {row.target: row.value for row in made[2].derived}
    wanted = f.hessian(**case[1])[first]
    mark = made[1].mark + made[2].mark
    assert {n: found[f"in.{n}{mark}"] for n in f.reals} == pytest.approx(wanted, rel=1e-12)
    targets = [row.target.removesuffix(made[2].mark) for row in made[2].derived]
    assert targets == [row.target for row in made[1].derived]


def test_the_fields_of_two_modes() -> None:
    """Each row has its tangent and its adjoint, each adjoint row its tangent."""
    data = json.loads(json.dumps(trace_fields(*traces(BAYDIN, "second"))))
    assert data["seeds"] == {"x1": 1.0, "x2": 0.0, "y": 1.0}
    row = data["rows"][2]
    assert (row["value"], row["tangent"], row["adjoint"]) == (0.6931471805599453, 0.5, 1.0)
    assert data["adjoints"][-2]["tangent"] == -0.25
    assert data["adjoints"][-2]["value"] == 5.5


def test_dual_numbers_have_the_rules_of_their_operations() -> None:
    """Among them those of x²y + y, which is 20 + 12ε at (3 + ε, 2)."""
    f = load("x*x*y + y")
    text = plain_text(f.trace({"x": 3, "y": 2}), dual=True)
    assert "= 20.0 + 12.0ε" in text.splitlines()[-1]
    assert "(a + bε) × (c + dε) = a × c + (b × c + d × a)ε" in text
    rules = {"exp(x)": "exp (a + bε) = exp a + (b × (exp a))ε", "-x": "−(a + bε) = −a + (−b)ε"}
    for expression, rule in rules.items():
        rows = trace_fields(load(expression).trace({"x": 0.5}), dual=True)["rows"]
        assert rule in [row["rule"] for row in rows]  # type: ignore[attr-defined]


def test_steps_come_in_the_order_of_execution() -> None:
    """Downwards, then upwards; every frame fits, and the last one shows what the table shows."""
    made = traces(BAYDIN, "both")
    steps = Steps(made, None, EVERYTHING, ascii=False, dual=False)
    assert len(steps) == len(made[0].primal) + len(made[1].derived)
    frames = [_bare(steps.frame(i + 1, 100, 12)) for i in range(len(steps))]
    for frame in frames:
        assert len(frame) <= 12
        assert max(map(cell_width, frame)) <= 100
    assert "v₀" not in "".join(frames[0])
    assert "ȳ" not in "".join(frames[7][1:])
    whole = _bare(steps.frame(len(steps), 100, 60))[:-2]
    assert [line.rstrip() for line in whole] == printed(made, 100).splitlines()


def _bare(frame: str) -> list[str]:
    return re.sub(r"\x1b\[[\d;]*m", "", frame).split("\n")


@pytest.fixture
def terminal() -> Iterator[Callable[[str], str]]:
    """`adcli trace --step-through` on a terminal: send keys, get the screen's last line."""
    pty = pytest.importorskip("pty")
    termios = pytest.importorskip("termios")
    child, file = pty.fork()
    if child == 0:
        os.environ |= {"COLUMNS": "100", "LINES": "20", "TERM": "xterm"}
        call = ["trace", BAYDIN[0], "--at", "x1=2,x2=5", "--mode", "both", "--step-through"]
        os.execv(sys.executable, [sys.executable, "-m", "adcli", *call])

    def send(keys: str) -> str:
        # what is typed before the terminal gives single keys is lost
        while termios.tcgetattr(file)[3] & termios.ICANON:
            time.sleep(0.01)
        os.write(file, keys.encode())
        return read("step ") if keys != "q" else read("\x1b[?1049l")

    def read(wanted: str) -> str:
        text, end = "", time.monotonic() + 30
        while wanted not in text and time.monotonic() < end:
            if select.select([file], [], [], 0.5)[0]:
                text += os.read(file, 1 << 16).decode("utf-8", "replace")
        found = re.findall(r"step \d+ of \d+", text)
        return found[-1] if found and wanted == "step " else text

    assert read("step ") == "step 1 of 19"
    yield send
    os.close(file)
    os.waitpid(child, 0)


def test_keys_go_forwards_and_backwards(terminal: Callable[[str], str]) -> None:
    """By letters, space and arrows; not beyond the ends; q ends it and gives the screen back."""
    assert terminal(" ") == "step 2 of 19"
    assert terminal("\x1b[C") == "step 3 of 19"
    assert terminal("\x1b[D") == "step 2 of 19"
    assert terminal("bb") == "step 1 of 19"
    assert terminal("G") == "step 19 of 19"
    assert terminal("n") == "step 19 of 19"
    assert "\x1b[?1049l" in terminal("q")
