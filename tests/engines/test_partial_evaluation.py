"""A recording is the straight-line program that ran."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from strategies import Case, cases

from adcli.engines.interface import Limits
from adcli.engines.interpreter import Interpreter
from adcli.engines.straight_line_recording import record
from adcli.errors import AdcliError
from adcli.ir import nodes as ir
from adcli.ir.verify import verify, verify_normal
from adcli.passes.reverse_mode import reverse


@pytest.mark.slow("drawn programs")
@given(cases())
def test_a_recording_has_the_program_s_value_and_gradient(case: Case) -> None:
    """The recording is well-formed straight-line code with the same value to the last bit, and the
    same gradient up to the order in which adjoints are added up."""
    try:
        program = case.program()
        args, wrt = program.at(case.point).arguments, program.reals
        seeds = [1.0] + [0.0] * (program.results - 1)
        expected = Interpreter().load(reverse(program.module, wrt), Limits())((*args, *seeds))
    except AdcliError:
        assume(False)
    recorded = record(program.module, args, Limits())
    verify_normal(recorded)
    assert all(isinstance(s, ir.Let) for s in recorded.main.body)
    reals = tuple(case.point[name] for name in wrt)
    assert recorded.main.params == tuple(wrt)
    values = Interpreter().load(recorded, Limits())(reals)
    assert values == expected[: program.results]
    derived = reverse(recorded, wrt)
    verify(derived)
    gradient = Interpreter().load(derived, Limits())((*reals, *seeds))
    assert gradient == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_integers_and_branches_become_literals() -> None:
    """Only the real operations that ran are left, in their order."""
    text = (
        "def f(x, n: int):\n    for i in range(n):\n        if i % 2 == 1:\n            x = x * i\n"
    )
    program = Case(text + "        else:\n            x = sin(x)\n    return x\n", {}).program()
    recorded = record(program.module, (0.5, 3), Limits())
    shown = [(s.target, repr(s.expr)) for s in recorded.main.body if isinstance(s, ir.Let)]
    assert recorded.main.params == ("x",)
    assert [expr for _, expr in shown][:-1] == [
        "sin(Var('x'))",
        "mul(Var('%1'), Num(1))",
        "sin(Var('%2'))",
    ]
