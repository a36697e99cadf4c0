"""Passes that look for ties change nothing where there is none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from array_programs import array_cases
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import Case, cases

from adcli.engines.interface import Limits
from adcli.engines.python_engine import PythonEngine
from adcli.errors import AdcliError, NotDifferentiable
from adcli.ir.verify import verify
from adcli.loading import load
from adcli.nested_lists import flatten_all, rebuilt_all
from adcli.passes.forward_mode import forward
from adcli.passes.normalise import normalise
from adcli.passes.one_sided_forward_mode import one_sided_forward
from adcli.passes.smoothness_checks import with_smoothness_checks


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
    for made in (checked, aside, normalise(aside)):
        verify(made)
    try:
        assert run(checked) == values
    except NotDifferentiable:
        pass
    else:
        assert run(aside, *direction) == tangents


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
