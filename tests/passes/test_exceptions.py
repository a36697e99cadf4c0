"""Derivatives of programs that handle exceptions are those of the path taken."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

import pytest
from drawn_exceptions import Failure, NoValue, drawn_module, value_and_slope
from engine_names import ENGINE_NAMES
from exception_programs import PROGRAMS, ExceptionProgram, module_of
from hypothesis import given
from hypothesis import strategies as st

from adcli.engines.interface import Limits
from adcli.engines.registry import engine
from adcli.errors import AdcliError, NotDifferentiable, Unsupported
from adcli.ir import nodes as ir
from adcli.ir.types import base
from adcli.ir.verify import verify
from adcli.passes.checkpointing import checkpointed
from adcli.passes.forward_mode import forward
from adcli.passes.normalise import normalise
from adcli.passes.reverse_mode import reverse

#: Each program at each of its points.
CASES = [(name, i) for name, program in PROGRAMS.items() for i in range(len(program.points))]


def run(name: str, module: ir.Module, *args: Any) -> tuple[float, ...]:
    return engine(name, module).load(module, Limits(cache=False, precise=True))(args)


def reals(module: ir.Module) -> list[str]:
    return [p for p in module.main.params if base(module.main.types[p]) == "real"]


def unit(size: int, index: int) -> list[float]:
    return [float(i == index) for i in range(size)]


def slope(program: ExceptionProgram, point: Sequence[float], index: int) -> float | None:
    """The difference quotient of the Python function; None where the sides do not agree."""
    sides = []
    for step in (1e-6, -1e-6):
        moved = list(point)
        moved[index] += step
        sides.append((program.function(*moved) - program.function(*point)) / step)
    return sum(sides) / 2 if abs(sides[0] - sides[1]) < 1e-3 * max(1, abs(sides[0])) else None


@pytest.mark.parametrize("name", ENGINE_NAMES)
@pytest.mark.parametrize(("title", "place"), CASES)
def test_values_have_python_s_bits_and_both_modes_agree(name: str, title: str, place: int) -> None:
    program = PROGRAMS[title]
    module, point = program.module, program.points[place]
    wrt = reals(module)
    ahead, back = forward(module, wrt), reverse(module, wrt)
    verify(ahead)
    verify(back)
    value = program.function(*point)
    gradient = run(name, back, *point, 1.0)
    tangents = [run(name, ahead, *point, *unit(len(wrt), i)) for i in range(len(wrt))]
    assert run(name, module, *point) == gradient[:1] == (value,)
    for i, (found, tangent) in enumerate(zip(gradient[1:], tangents, strict=True)):
        assert tangent[0] == value
        assert found == pytest.approx(tangent[1], rel=1e-15, abs=1e-15)
        difference = slope(program, point, i)
        if difference is not None:
            assert found == pytest.approx(difference, rel=1e-4, abs=1e-4)


@pytest.mark.slow("each program is derived twice in four ways")
@pytest.mark.parametrize("name", ENGINE_NAMES)
@pytest.mark.parametrize(("title", "place"), CASES)
def test_four_roads_to_second_derivatives(name: str, title: str, place: int) -> None:
    program = PROGRAMS[title]
    module, point = program.module, program.points[place]
    wrt = reals(module)
    n = len(wrt)
    ahead, back = forward(module, wrt), reverse(module, wrt)
    roads = []
    for derived, zeros in (
        (forward(back, wrt), 0),
        (reverse(back, wrt), n + 1),
        (reverse(ahead, wrt), 2),
        (forward(ahead, wrt), 0),
    ):
        verify(derived)
        roads.append((derived, zeros))
    for i in range(n):
        seed = unit(n, i)
        first = run(name, roads[0][0], *point, 1.0, *seed)[-n:]
        second = run(name, roads[1][0], *point, 1.0, 0.0, *seed)[-n:]
        third = run(name, roads[2][0], *point, *seed, 0.0, 1.0)[-n:]
        fourth = [run(name, roads[3][0], *point, *seed, *unit(n, j))[-1] for j in range(n)]
        for other in (second, third, fourth):
            assert other == pytest.approx(first, rel=1e-11, abs=1e-11)


def drawn_rows(derived: ir.Module, point: Sequence[float], name: str) -> list[Any] | None:
    """The results for both unit seeds; None if a derivative is infinite, or in reverse mode goes
    back through part of a call."""
    try:
        return [run(name, derived, *point, *unit(2, i)) for i in range(2)]
    except (NotDifferentiable, Unsupported):
        return None


@pytest.mark.slow("programs are drawn for each engine")
@pytest.mark.parametrize("name", ENGINE_NAMES)
@given(st.integers(0, 10**6), st.booleans())
def test_drawn_programs(name: str, seed: int, arrays: bool) -> None:
    """Value and both modes against dual numbers and Python's own exceptions."""
    module = drawn_module(seed, arrays=arrays)
    verify(module)
    wrt = ("x", "y")
    chance = random.Random(seed)
    point = chance.uniform(-1, 3), chance.uniform(-1, 3)
    try:
        expected = [value_and_slope(module, point, unit(2, i))[0] for i in range(2)]
    except Failure:
        with pytest.raises(AdcliError):
            run(name, module, *point)
        return
    except NoValue:
        return
    values = tuple([dual.value for dual in expected[0]])
    assert run(name, module, *point) == values
    columns = drawn_rows(forward(module, wrt), point, name)
    rows = drawn_rows(reverse(module, wrt), point, name)
    for i in range(2):
        slopes = [dual.slope for dual in expected[i]]
        if columns is not None:
            assert columns[i][:2] == values
            assert columns[i][2:] == pytest.approx(slopes, rel=1e-9, abs=1e-9)
        if rows is not None:
            assert rows[i][:2] == values
            assert [row[2 + i] for row in rows] == pytest.approx(slopes, rel=1e-9, abs=1e-9)


KEPT = """\
module entry f
function f(x) -> r
  real: x, y, r
  int: c
  y = x * x
  y = call g(x) status c
  r = y
function g(x) -> r
  real: x, v, r
  v = log(x)
  r = v
"""


@pytest.mark.parametrize("name", ENGINE_NAMES)
def test_targets_keep_their_derivative_where_a_call_fails(name: str) -> None:
    module = module_of(KEPT)
    for x, value, slope in ((-3.0, 9.0, -6.0), (2.0, math.log(2.0), 0.5)):
        assert run(name, forward(module, ["x"]), x, 1.0) == (value, slope)
        assert run(name, reverse(module, ["x"]), x, 1.0) == (value, slope)


CONSTANT = KEPT.replace("  v = log(x)\n  r = v", "  v = log(2.5)\n  r = v").replace(
    "call g(x)", "call g(2.5)"
)


@pytest.mark.parametrize("name", ENGINE_NAMES)
def test_a_call_without_derivatives_clears_them_where_it_returns(name: str) -> None:
    for text, x, slope in (
        (CONSTANT, 3.0, 0.0),
        (CONSTANT.replace("log(2.5)", "log(-2.5)"), 3.0, 6.0),
    ):
        module = module_of(text)
        assert run(name, forward(module, ["x"]), x, 1.0)[1] == slope
        assert run(name, reverse(module, ["x"]), x, 1.0)[1] == slope


INFINITE = KEPT.replace("v = log(x)", "v = sqrt(x)")


@pytest.mark.parametrize("name", ENGINE_NAMES)
def test_no_program_handles_a_failure_of_a_derivative(name: str) -> None:
    """The slope of sqrt at 0 is infinite, also where derivatives are differentiated again."""
    module = module_of(INFINITE)
    assert run(name, module, 0.0) == (0.0,)
    ahead, back = forward(module, ["x"]), reverse(module, ["x"])
    for derived, seeds in (
        (ahead, (1.0,)),
        (back, (1.0,)),
        (forward(ahead, ["x"]), (1.0, 1.0)),
        (reverse(ahead, ["x"]), (1.0, 0.0, 1.0)),
        (forward(back, ["x"]), (1.0, 1.0)),
    ):
        with pytest.raises(AdcliError):
            run(name, derived, 0.0, *seeds)


DECLARED = """\
module entry f
function f(x) -> r
  real: x, y, r
  int: c
  y = 2.0
  y = call g(x) status c
  r = y
function g(x) -> r forward ahead reverse back
  real: x, v, r
  v = sqrt(x)
  r = v
function ahead(x, r, t) -> u
  real: x, r, t, v, u
  v = log(x - 2.0)
  v = v + t
  u = v
function back(x, r, s) -> u
  real: x, r, s, v, u
  v = log(x - 2.0)
  v = v + s
  u = v
"""


@pytest.mark.parametrize("name", ENGINE_NAMES)
def test_no_program_handles_a_failure_of_a_declared_derivative(name: str) -> None:
    module = module_of(DECLARED)
    for derived in (forward(module, ["x"]), reverse(module, ["x"])):
        assert run(name, derived, 3.0, 1.0) == (math.sqrt(3.0), 1.0)
        assert run(name, derived, -3.0, 1.0) == (2.0, 0.0)
        with pytest.raises(AdcliError):
            run(name, derived, 1.0, 1.0)


CHANGED = """\
module entry f
function f(x) -> r
  real: x, y, r
  int: c
  real[]: a
  a = array(2)
  call g(a, x) status c
  y = a[0]
  y = y * y
  r = y
function g(a, x)
  real: x, v
  real[]: a
  a[0] = x
  v = log(x)
  a[1] = v
"""


@pytest.mark.parametrize("name", ENGINE_NAMES)
def test_a_failed_call_that_changed_an_array_is_differentiated_forward_only(name: str) -> None:
    module = module_of(CHANGED)
    assert run(name, forward(module, ["x"]), -3.0, 1.0) == (9.0, -6.0)
    assert run(name, reverse(module, ["x"]), 3.0, 1.0) == (9.0, 6.0)
    with pytest.raises(Unsupported) as error:
        run(name, reverse(module, ["x"]), -3.0, 1.0)
    assert error.value.span is not None
    assert error.value.span.text == "call g(a, x) status c"


def test_normal_form_keeps_what_a_statement_is_for() -> None:
    back = reverse(module_of(KEPT), ["x"])
    again = normalise(back)
    roles = [{s.role for s in ir.walk(m.main.body)} for m in (back, again)]
    assert ir.ADJOINT in roles[0]
    assert roles[0] - {ir.SAVE} <= roles[1]


@pytest.mark.slow("machine code for each piece")
@pytest.mark.parametrize("name", ENGINE_NAMES)
@pytest.mark.parametrize("title", ["survivors", "ways out", "arrays", "solver"])
def test_loops_with_protected_calls_may_be_reversed_in_pieces(name: str, title: str) -> None:
    program = PROGRAMS[title]
    module = program.module
    wrt = reals(module)
    cut, _ = checkpointed(module, 64)
    whole, pieces = reverse(module, wrt), reverse(cut, wrt)
    verify(pieces)
    for point in program.points:
        expected = run(name, whole, *point, 1.0)
        assert run(name, pieces, *point, 1, 1.0) == pytest.approx(expected, rel=1e-14)
