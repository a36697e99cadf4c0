"""Every engine handles the failures that CPython does, and no others."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from adcli.engines.interface import Limits
from adcli.engines.native.engine import NativeEngine
from adcli.engines.registry import engine
from adcli.errors import (
    AdcliError,
    DomainError,
    EvaluationError,
    LimitError,
    NotFollowed,
    OverflowFault,
    RaisedError,
)
from adcli.expr import App, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.exception_classes import number_of
from adcli.ir.parser import parse_module
from adcli.ir.verify import verify, verify_normal
from adcli.ops.comparisons_logic_and_choice import Check
from adcli.ops.primitive import Primitive
from adcli.ops.registry import TABLE
from adcli.passes.normalise import normalise

ENGINES = ("interpreter", "python", "native")


def module_of(text: str) -> ir.Module:
    module = parse_module(text)
    verify(module)
    module = normalise(module)
    verify_normal(module)
    return module


def outcome(name: str, module: ir.Module, *args: Any, **limits: Any) -> Any:
    """The results of a run, or its error."""
    try:
        return engine(name, module).load(module, Limits(cache=False, **limits))(args)
    except AdcliError as error:
        return error


def status_of(name: str, body: str, *args: float, **limits: Any) -> Any:
    """The status of a protected call of a function with these statements."""
    text = "module entry f\nfunction f(x, y) -> r, s\n  real: x, y, r, z\n  int: c, s\n"
    text += "  z = 7.0\n  z = call g(x, y) status c\n  r = z\n  s = c\n"
    text += "function g(x, y) -> r\n  real: x, y, r, z, w\n  int: i, k\n  bool: b\n  real[]: a\n"
    text += "".join(f"  {line}\n" for line in body.split("\n")) + "  r = z\n"
    found = outcome(name, module_of(text), *args, **limits)
    if isinstance(found, AdcliError):
        return found
    if found[1]:
        assert found[0] == 7.0
    return found[1]


def python_status(function: Callable[[float, float], Any], x: float, y: float) -> int:
    """The number of the class that CPython raises."""
    try:
        function(x, y)
    except Exception as error:
        return number_of(type(error).__name__)
    return 0


OPERATIONS: dict[str, tuple[Callable[[float, float], Any], list[tuple[float, float]]]] = {
    "z = log(x)": (lambda x, y: math.log(x), [(2.0, 0), (0.0, 0), (-1.0, 0)]),
    "z = sqrt(x)": (lambda x, y: math.sqrt(x), [(0.0, 0), (-1e-300, 0)]),
    "z = acos(x)": (lambda x, y: math.acos(x), [(1.0, 0), (2.0, 0)]),
    "z = x / y": (lambda x, y: x / y, [(1.0, 2.0), (1.0, 0.0), (0.0, -0.0)]),
    "z = x // y": (lambda x, y: x // y, [(1.0, 2.0), (1.0, 0.0)]),
    "z = x % y": (lambda x, y: x % y, [(1.0, 2.0), (1.0, 0.0)]),
    "z = exp(x)": (lambda x, y: math.exp(x), [(700.0, 0), (1000.0, 0)]),
    "z = sinh(x)": (lambda x, y: math.sinh(x), [(700.0, 0), (1000.0, 0)]),
    "z = pow(x, y)": (lambda x, y: x**y, [(2.0, 3.5), (0.0, -1.0), (10.0, 400.0), (-8.0, 3.0)]),
    "z = gamma(x)": (lambda x, y: math.gamma(x), [(3.5, 0), (-1.0, 0), (200.0, 0)]),
    "z = atanh(x)": (lambda x, y: math.atanh(x), [(0.5, 0), (1.0, 0)]),
    "z = log1p(x)": (lambda x, y: math.log1p(x), [(0.5, 0), (-1.0, 0)]),
}


@pytest.mark.slow("machine code")
@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("body", OPERATIONS)
def test_a_failure_has_the_class_that_cpython_raises(name: str, body: str) -> None:
    function, points = OPERATIONS[body]
    for x, y in points:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert status_of(name, body, x, y) == python_status(function, x, y)


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize(
    ("body", "raised"),
    [
        ("a = array(2)\nz = a[2]", "IndexError"),
        ("a = array(2)\nz = a[-3]", "IndexError"),
        ("a = array(2)\na[5] = x", "IndexError"),
        ("a = array(0)\ntake a z", "IndexError"),
        ("z = defined(x, b)", "UnboundLocalError"),
        ("for i in 0..3 by k:\n  z = x", "ValueError"),
        ('raise KeyError(11) "no {0}" (x)', "KeyError"),
    ],
)
def test_other_failures(name: str, body: str, raised: str) -> None:
    assert status_of(name, body, 2.0, 1.0) == number_of(raised)


@pytest.mark.parametrize("name", ENGINES)
def test_what_no_program_handles_ends_the_run(name: str) -> None:
    """A power that is complex in Python, limits, checks of adcli alone, a refusal."""
    complex_ = status_of(name, "z = pow(x, y)", -8.0, 0.5)
    assert isinstance(complex_, DomainError)
    endless = "b = x == x\nwhile b:\n  b = x == x"
    assert isinstance(status_of(name, endless, 1.0, 1.0, max_steps=1000), LimitError)
    assert isinstance(status_of(name, "z = regular(y)", 1.0, 0.0), DomainError)
    refused = status_of(name, 'raise refused(1) "this is no {0}" (x)', 1.0, 1.0)
    assert isinstance(refused, NotFollowed)
    assert refused.message == "this is no {0}"
    assert refused.span is not None
    assert refused.span.text == 'raise refused(1) "this is no {0}" (x)'


@pytest.mark.parametrize("name", ENGINES)
def test_an_exception_that_nothing_handles_is_an_error_at_its_place(name: str) -> None:
    text = 'module entry f\nfunction f(t) -> r\n  real: t, r\n  raise ValueError(7) "temperature '
    text += '{0} is below {1:d}" (t, 0)\n  r = t\n'
    found = outcome(name, module_of(text), -3.0)
    assert isinstance(found, RaisedError)
    assert found.message == "ValueError: temperature -3.0 is below 0"
    assert found.kind == "raised"
    assert found.span is not None
    assert found.span.line == 4


REPEATED = """\
module entry f
function f(x) -> r
  real: x, y, r
  int: c, d
  bool: ok, mine
  y = call g(x) status c
  ok = c == 0
  if ok:
    y = y * 2.0
  else:
    y = call g(-5.0) status d
    mine = c == 1003
    if mine:
      y = 5.0
    else:
      raise Again(c) "" ()
  r = y
function g(x) -> r
  real: x, y, r
  bool: b
  b = x == 3.0
  if b:
    raise Mine(1003) "three" ()
  y = log(x)
  r = y
"""


@pytest.mark.parametrize("name", ENGINES)
def test_a_failure_that_is_raised_again_is_told_as_it_was_first(name: str) -> None:
    module = module_of(REPEATED)
    assert outcome(name, module, 3.0) == (5.0,)
    assert outcome(name, module, 2.0) == (2 * math.log(2.0),)
    found = outcome(name, module, -1.0)
    assert isinstance(found, DomainError)
    assert found.span is not None
    assert found.span.text == "y = log(x)"


@pytest.mark.parametrize("name", ENGINES)
def test_infinity_that_is_no_exception_in_python_is_none_here(name: str) -> None:
    """sin(inf) is a ValueError; where the infinity that it came from is used, the run ends."""
    infinite = "w = x * 1e308\nz = w * 10.0\n"
    for failing in ("w = sin(z)", "w = log(-1.0)"):
        assert status_of(name, infinite + failing, 5.0, 1.0) == number_of("ValueError")
    for using in ("w = z", "w = 1.0 / z\nz = w"):
        found = status_of(name, infinite + using, 5.0, 1.0)
        assert isinstance(found, OverflowFault)
        assert found.span is not None
        assert found.span.text == "w = x * 1e308"


@pytest.mark.parametrize("name", ENGINES)
def test_operations_raise_inside_a_protected_call_even_where_nan_is_asked_for(name: str) -> None:
    assert status_of(name, "z = log(x)", -1.0, 0.0, propagate=True) == number_of("ValueError")
    assert status_of(name, "w = pow(x, y)\nz = log(y)", -8.0, -0.5, propagate=True) == 7
    text = "module entry f\nfunction f(x) -> r\n  real: x, y, r, z\n  int: c\n  y = log(x)\n"
    text += "  z = call g(x) status c\n  r = y + z\nfunction g(x) -> r\n  real: x, r\n  r = x\n"
    (value,) = outcome(name, module_of(text), -1.0, propagate=True)
    assert math.isnan(value)


TAPED = """\
module entry f
tape T: real
tape U: int
function f(x, n) -> r, s, m
  real: x, y, r, t, s, u, v
  int: n, i, c, m, k
  bool: ok
  push T x
  push U n
  for i in 0..n by 1:
    u = x - real(i)
    t = call g(u, 3) status c
    ok = c == 0
    if ok:
      pop T v
      y = y + v
    else:
      k = k + c
  pop T u
  pop U i
  r = y
  s = u
  m = k
function g(x, n) -> r
  real: x, y, z, r
  int: n, m
  bool: deep
  push T 5.0
  push U 3
  deep = n > 0
  y = log(x)
  if deep:
    m = n - 1
    z = x - 1.0
    y = call g(z, m)
    pop T z
  pop T y
  pop U m
  push T y
  r = y
"""


@pytest.mark.parametrize("name", ENGINES)
def test_tapes_are_as_they_were_before_a_call_that_failed(name: str) -> None:
    """Also where the failure comes deep in a recursion, and in a loop of such calls."""
    found = outcome(name, module_of(TAPED), 6.5, 8)
    assert found == (20.0, 6.5, 28)


@pytest.mark.parametrize("name", ["interpreter", "python"])
def test_steps_are_counted_alike(name: str) -> None:
    module = module_of(TAPED)
    used = engine("interpreter", module)
    used.load(module, Limits())((6.5, 8))
    other = engine(name, module)
    other.load(module, Limits())((6.5, 8))
    assert other.steps == used.steps > 0


LARGE = (-1e308, -2.0, -0.5, -0.0, 0.0, 1.0, 2.5, 171.7, 710.5, 1e308)
SMALL = (-8.0, -1.0, 0.0, 0.5, 2.0, 1e300)


def rows() -> list[Primitive]:
    """The rows that take one or two real numbers."""
    found = [row for row in TABLE.values() if row.arity < 3 and not row.integers]
    return [row for row in found if row.kind != "bool" and not isinstance(row, Check)]


def choosing_module() -> ir.Module:
    """A module whose entry computes one of the rows, in a protected call, and returns the value
    and the status."""
    functions: dict[str, ir.Function] = {}
    body: list[ir.Stmt] = []
    types = {"x": "real", "y": "real", "k": "int", "v": "real", "c": "int", "r": "real"}
    for i, row in enumerate(rows()):
        args = (Var("x"), Var("y"))[: row.arity]
        kind = "int" if row.kind == "int" else "real"
        inner = {"x": "real", "y": "real", "w": kind, "v": "real", "r": "real"}
        value = App(TABLE["real"], (Var("w"),)) if kind == "int" else Var("w")
        computed = [ir.Let("w", App(row, args)), ir.Let("v", value), ir.Let("r", Var("v"))]
        functions[row.name] = ir.Function(row.name, ("x", "y"), ("r",), inner, computed)
        types[f"b{i}"] = "bool"
        body.append(ir.Let(f"b{i}", App(TABLE["eq"], (Var("k"), Num(i)))))
        call = ir.Call(("v",), row.name, (Var("x"), Var("y")), "c")
        body.append(ir.If(f"b{i}", [call]))
    types["s"] = "int"
    body += [ir.Let("r", Var("v")), ir.Let("s", Var("c"))]
    functions["entry"] = ir.Function("entry", ("x", "y", "k"), ("r", "s"), types, body)
    return ir.Module(functions, "entry", normal=True)


@pytest.mark.slow("machine code for all rows")
def test_all_engines_tell_the_same_class_for_every_row() -> None:
    module = choosing_module()
    verify_normal(module)
    runners = [engine(name, module).load(module, Limits(precise=True)) for name in ENGINES]

    def outcome_of(runner: Any, *args: Any) -> Any:
        try:
            return repr(runner(args))
        except AdcliError as error:
            return type(error)

    failed = 0
    for i, row in enumerate(rows()):
        pairs = [(x, 0.0) for x in LARGE]
        if row.arity == 2:
            pairs = [(x, y) for x in SMALL for y in SMALL]
        for x, y in pairs:
            first, *others = [outcome_of(runner, x, y, i) for runner in runners]
            assert all(other == first for other in others), (row.name, x, y)
            failed += isinstance(first, str) and not first.endswith(", 0)")
    assert failed > 50


@pytest.mark.parametrize("text", ["repeated", "taped"])
def test_machine_code_handles_exceptions_itself(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No other engine runs the module."""

    def refuse(*asked: object) -> None:
        raise AssertionError(f"another engine was asked: {asked}")

    module = module_of({"repeated": REPEATED, "taped": TAPED}[text])
    args = {"repeated": (3.0,), "taped": (6.5, 8)}[text]
    expected = outcome("interpreter", module, *args)
    runner = engine("native", module)
    loaded = runner.load(module, Limits(cache=False))
    steps = engine("interpreter", module)
    steps.load(module, Limits())(args)
    monkeypatch.setattr("adcli.engines.native.engine.run_by", refuse)
    assert loaded(args) == expected
    assert runner.steps == steps.steps


@pytest.mark.parametrize("x", [-1.0, 3.5])
def test_long_runs_tell_what_failed(x: float) -> None:
    """Machine code leaves behind what it knows, or another engine finds out."""
    text = REPEATED.replace("raise Again(c)", "raise Again(7)") if x > 0 else REPEATED
    module = module_of(text.replace("x == 3.0", "x == 3.5").replace("c == 1003", "c == 1"))
    used = NativeEngine()
    used.is_long = True
    with pytest.raises(EvaluationError) as error:
        used.load(module, Limits(cache=False))((x,))
    expected = outcome("interpreter", module, x)
    assert str(error.value) == str(expected)
    assert error.value.span == expected.span
