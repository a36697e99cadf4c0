"""Passes that look for ties change nothing where there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from array_programs import array_cases
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import Case, cases

from adcli.engines.interface import Limits
from adcli.engines.python_engine import PythonEngine
from adcli.errors import AdcliError, NotDifferentiable
from adcli.expr import App
from adcli.ir import nodes as ir
from adcli.ir.verify import verify
from adcli.loading import load, load_file
from adcli.nested_lists import flatten_all, rebuilt_all
from adcli.passes.forward_mode import forward
from adcli.passes.normalise import normalise
from adcli.passes.one_sided_forward_mode import one_sided_forward
from adcli.passes.smoothness_checks import smoothness_checks_alone, with_smoothness_checks


def tie_in(run: Callable[[ir.Module], object], module: ir.Module) -> tuple[object, ...] | None:
    """Where and what the first tie is that a run meets."""
    try:
        run(module)
    except NotDifferentiable as tie:
        return tie.span, tie.message
    return None


@pytest.mark.slow("drawn programs")
@given(st.one_of(cases(), array_cases()), st.lists(st.integers(-8, 8), min_size=9, max_size=9))
def test_both_agree_with_what_they_are_made_of(case: Case, weights: Sequence[int]) -> None:
    """Without a tie the checked program is the program and one side is as good as the other."""
    try:
        program = case.program()
        args, module, wrt = program.at(case.point).arguments, program.module, program.reals
        inputs = [v for v, p in zip(args, program.inputs, strict=True) if p in wrt]
        numbers = [(weights[i % 9] + 0.5) / 8 for i in range(len(flatten_all(inputs)))]
        direction = rebuilt_all(iter(numbers), inputs)

        def run(made: object, *seeds: object) -> tuple[object, ...]:
            return PythonEngine().load(made, Limits(max_steps=200_000))((*args, *seeds))  # type: ignore[arg-type]

        values = run(module)
        tangents = run(forward(module, wrt), *direction)
    except AdcliError:
        assume(False)
    checked = with_smoothness_checks(module, wrt)
    aside = one_sided_forward(module, wrt)
    alone = smoothness_checks_alone(module, wrt)
    for made in (checked, alone, aside, normalise(aside)):
        verify(made)
    tie = tie_in(run, checked)
    assert tie_in(run, alone) == tie
    if tie is None:
        assert run(checked) == values
        assert run(aside, *direction) == tangents


def test_checks_alone_leave_out_what_decides_nothing(tmp_path: Path) -> None:
    """Of a sum of maxima neither the sum is computed nor what goes into it besides."""
    text = "s = 0\nfor i in range(len(x)):\n    s = s + max(x[i], 1)*exp(x[i])\nreturn s\n"
    path = tmp_path / "s.ad"
    path.write_text(text)
    module = load_file(str(path)).for_point({"x": [2.0, 1.0]}).module
    alone = smoothness_checks_alone(module, ["x"])
    ops = [s.expr.op.name for s in ir.walk(alone.main.body)
           if isinstance(s, ir.Let) and isinstance(s.expr, App)]  # fmt: skip
    assert ops == ["steady"]
    with pytest.raises(NotDifferentiable):
        PythonEngine().load(alone, Limits())(([2.0, 1.0],))
    assert PythonEngine().load(alone, Limits())(([2.0, 3.0],)) == ()


def test_a_small_jump_is_a_jump() -> None:
    """To the left of 0 the program tends to the greatest remainder, to the right to 0."""
    module = one_sided_forward(load("x % 5e-12").module, ["x"])
    run = PythonEngine().load(module, Limits())
    value, slope = run((0.0, -1.0))
    assert (value, slope) == (pytest.approx(5e-12, rel=0.2), -1.0)
    assert run((0.0, 1.0)) == (0.0, 1.0)


@pytest.mark.parametrize("text", ["x*y + exp(x)", "sin(x)^2/y"])
def test_smooth_programs_stay_as_they_are(text: str) -> None:
    module = load(text).module
    assert with_smoothness_checks(module, ["x", "y"]) is module
