"""What a loop reads in each iteration, always the same, is saved once."""

from __future__ import annotations

from typing import Any

import pytest
from optimised import Optimised
from strategies import Case, Measured, outcome

from adcli.engines.interface import Limits
from adcli.engines.interpreter import Execution, Interpreter
from adcli.engines.native.engine import NativeEngine
from adcli.engines.python_engine import PythonEngine
from adcli.ir import nodes as ir
from adcli.passes.reverse_mode import reverse

#: Rows are put behind others, so that they may not be read again from where they were.
HISTORY = """\
def f(x: list[float], w: float, steps: int):
    rows = [x]
    for i in range(steps):
        new = [0.0] * len(x)
        for j in range(i + 1):
            for k in range(len(x)):
                new[k] = sin(new[k] + w * rows[j][k])
        rows.append(new)
    return sum(rows[-1])
"""


def heights(module: ir.Module, *args: Any) -> dict[str, int]:
    machine = Execution(module, Limits(), Interpreter())
    machine.tapes = {name: Measured() for name in machine.tapes}
    machine.start(args)
    return {name: t.height for name, t in machine.tapes.items()}  # type: ignore[attr-defined]


def test_a_row_is_saved_once_for_an_inner_loop() -> None:
    """Numbers are saved in each iteration, references once for each row that an inner loop has."""
    derived = reverse(Case(HISTORY, {}).program().module, ("x", "w"))
    small, large = (heights(derived, [0.5] * n, 0.25, 4, 1.0) for n in (3, 30))
    assert small["real.array.tape^"] == large["real.array.tape^"]
    assert large["real.tape^"] - small["real.tape^"] >= 27 * 10


def test_what_is_the_same_in_all_turns_is_saved_behind_them() -> None:
    text = "def f(x, n: int):\n    s = 1.0\n    for i in range(n):\n        s = s * exp(x)\n"
    derived = reverse(Case(text + "    return s\n", {}).program().module, ("x",))
    assert heights(derived, 0.1, 100, 1.0) == {"real.tape^": 100}


LOOPS = """\
def f(a: list[list[float]], x: float, row: int, n: int, m: int):
    s = 1.0
    for i in range(m):
        for j in range(n):
            s = s * x + a[row + i][1] * s
    return s
"""


@pytest.mark.parametrize("engine", [Interpreter, PythonEngine, NativeEngine, Optimised])
@pytest.mark.parametrize(("row", "n", "m"), [(7, 0, 2), (7, 3, 0), (7, 3, 2), (1, 2, 2), (0, 2, 2)])
def test_a_loop_without_turns_reads_nothing(engine: type, row: int, n: int, m: int) -> None:
    """The gradient fails where the value does, with the same words, and not before."""
    f = Case(LOOPS, {}).program()
    point = ([[0.5, 0.25], [1.5, 0.75]], 0.5, row, n, m)
    wanted = outcome(lambda: engine().load(f.module, Limits())(point))
    derived = reverse(f.module, ("a", "x"))
    found = outcome(lambda: engine().load(derived, Limits())((*point, 1.0)))
    assert found[:1] == wanted[:1] if not isinstance(wanted[0], str) else found == wanted


def test_a_row_that_is_read_twice_has_one_name() -> None:
    """Its entries too are read once."""
    text = "def f(a: list[list[float]], n: int):\n    s = 1.0\n    for i in range(n):\n"
    text += "        s = s * a[0][i] + exp(a[0][i]) * a[0][i]\n    return s\n"
    derived = reverse(Case(text, {}).program().module, ("a",))
    origins = {s.origin for s in ir.walk(derived.main.body) if isinstance(s, ir.Load)} - {None}
    assert sum(isinstance(s, ir.Load) for s in origins) == 2
