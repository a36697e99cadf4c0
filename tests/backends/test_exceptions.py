"""Every backend answers for a program that handles exceptions, and all agree on the path taken."""

from __future__ import annotations

from typing import Any

import pytest
from exception_programs import PROGRAMS, module_of

from adcli.derivative_checks import check
from adcli.front.lowered_program import Input, Lowered
from adcli.ir import nodes as ir
from adcli.program import Program
from adcli.source import Source

#: For each program a point at which calls fail, and around which the path is the same.
PLACES = {"else and finally": 2, "solver": 2, "survivors": 2, "nested": 2, "ways out": 1}
PLACES |= {"recursive": 0, "arrays": 1}


def program_of(module: ir.Module) -> Program:
    """A program whose module is this one."""
    main = module.main
    lowered = Lowered(
        module,
        tuple([Input(p, main.types[p], None) for p in main.params]),
        main.results,
        frozenset(),
        lambda name: None,
        is_script=False,
        notes=(),
        loses_integers=False,
    )
    return Program(Source("f", "f.ir"), lambda ranks, exact=False: lowered, lambda: main.params)


@pytest.fixture(params=PLACES)
def case(request: pytest.FixtureRequest) -> tuple[Program, dict[str, Any], float]:
    """A program, a point, and the value there."""
    title: str = request.param
    drawn = PROGRAMS[title]
    point = drawn.points[PLACES[title]]
    module = drawn.module
    named = dict(zip(module.main.params, point, strict=True))
    return program_of(module), named, drawn.function(*point)


def test_first_derivatives(case: tuple[Program, dict[str, Any], float]) -> None:
    program, point, value = case
    assert program(**point) == value
    expected = program.gradient(backend="forward", **point)
    for backend in ("reverse", "symbolic"):
        assert program.gradient(backend=backend, **point) == pytest.approx(expected, rel=1e-13)
    for scheme in ("central", "richardson", "complex-step"):
        found = program.differentiate(point, backend="finite-difference", scheme=scheme)
        assert found.by_input() == pytest.approx(expected, rel=1e-4, abs=1e-5)
    sparse = program.sparse_jacobian(point).jacobian.values[0]
    assert list(sparse.values()) == pytest.approx([g for g in expected.values() if g], rel=1e-13)
    assert program.differentiate(point).notes == ()


@pytest.mark.slow("programs are derived to several orders")
def test_higher_derivatives(case: tuple[Program, dict[str, Any], float]) -> None:
    program, point, value = case
    first, second = program.reals[0], program.reals[-1]
    gradient = program.gradient(**point)
    expected = program.hessian(backend="forward-over-reverse", **point)
    for backend, share in (
        ("forward", 1e-12),
        ("reverse", 1e-12),
        ("symbolic", 1e-12),
        ("finite-difference", 1e-3),
    ):
        found = program.hessian(backend=backend, **point)
        for row, numbers in expected.items():
            assert found[row] == pytest.approx(numbers, rel=share, abs=10 * share)
    series = program.taylor(2, wrt=first, **point)
    assert series == pytest.approx([value, gradient[first], expected[first][first]], rel=1e-12)
    mixed = program.partial([first, second], **point)
    assert mixed == pytest.approx(expected[first][second], rel=1e-12, abs=1e-12)


def test_traces(case: tuple[Program, dict[str, Any], float]) -> None:
    """What a failed call has computed before it failed is there."""
    program, point, value = case
    gradient = program.gradient(**point)
    trace = program.trace(point, mode="forward")
    assert trace.primal[-1].value == value
    assert trace.derived[-1].value == pytest.approx(gradient[program.reals[0]], rel=1e-13)
    back = program.trace(point, mode="reverse")
    assert back.primal[-1].value == value
    totals = [total or 0.0 for total in back.totals()][: len(gradient)]
    assert totals == pytest.approx(list(gradient.values()), rel=1e-13)


@pytest.mark.slow("a check by each method")
def test_every_check_passes(case: tuple[Program, dict[str, Any], float]) -> None:
    program, point, _ = case
    report = check(program, point)
    assert report.ok
    assert report.tests


EDGE = """\
module entry f
function f(x, k) -> r
  real: x, k, y, r
  int: c
  bool: failed
  y = call g(x, k) status c
  failed = c != 0
  if failed:
    y = x * x
  r = y
function g(x, k) -> r
  real: x, k, v, w, r
  v = log(x)
  w = 1.0 / k
  v = v * w
  r = v
"""


def test_a_note_where_the_program_would_not_fail_close_by() -> None:
    program = program_of(module_of(EDGE))
    found = program.differentiate({"x": 0.0, "k": 2.0}, wrt=["x"])
    assert found.by_input() == {"x": 0.0}
    (note,) = found.notes
    assert note == (
        "the program handles an exception at line 13, column 3: log(0.0) has no value here, close "
        "by it has one; the derivative is that of the path taken"
    )
    assert program.differentiate({"x": -3.0, "k": 2.0}, wrt=["x"]).notes == ()
    assert program.differentiate({"x": 2.0, "k": 0.0}, wrt=["x"]).notes == ()
    (note,) = program.differentiate({"x": 2.0, "k": 0.0}).notes
    assert "1.0/0.0 has no value here" in note
