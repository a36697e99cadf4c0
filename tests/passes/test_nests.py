"""Both sweeps of nested loops over rows that have several names."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import assume, given, settings
from nests import nests
from optimised import Optimised
from strategies import Case

from adcli.engines.interface import Limits
from adcli.engines.native.engine import NativeEngine
from adcli.engines.python_engine import PythonEngine
from adcli.errors import AdcliError
from adcli.ir import nodes as ir
from adcli.nested_lists import flatten_all
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse

pytestmark = pytest.mark.slow("many programs, each compiled or compared in every way")

#: Machine code of one takes most of a second to optimise.
few = settings(max_examples=max(1, settings.default.max_examples // 6))

_DIRECTION = [[math.cos(i - 2 * j) for j in range(3)] for i in range(3)], 0.7


def swept(case: Case) -> tuple[ir.Module, tuple[Any, ...], tuple[Any, ...]]:
    """The module for adjoints, its arguments, and what Python finds for them; there may be none, as
    where a row is not there, or a number stands for a row."""
    try:
        module = case.program().module
        back, args = reverse(module, ("A", "w")), (*case.point.values(), 1.0)
        found = PythonEngine().load(back, Limits())(args)
    except AdcliError:
        assume(False)
        raise
    assume(max(map(abs, flatten_all(found))) < 1e6)
    return back, args, found


@given(nests())
def test_both_sweeps_agree(case: Case) -> None:
    """By the dot product."""
    _, _, found = swept(case)
    ahead = forward(case.program().module, ("A", "w"))
    value, slope = PythonEngine().load(ahead, Limits())((*case.point.values(), *_DIRECTION))
    assert found[0] == value
    adjoints = flatten_all(found[1:])
    along = math.fsum(a * b for a, b in zip(adjoints, flatten_all(_DIRECTION), strict=True))
    assert along == pytest.approx(slope, rel=1e-12, abs=1e-12 * max(1.0, *map(abs, adjoints)))


@few
@given(nests())
def test_machine_code_has_the_same_bits(case: Case) -> None:
    """Plain and optimised."""
    back, args, found = swept(case)
    for engine in (NativeEngine(), Optimised()):
        other = engine.load(back, Limits(cache=False, precise=True))(args)
        assert repr(other) == repr(found)
