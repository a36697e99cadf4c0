"""Exceptions in the IR: the numbers of classes, `raise` and protected calls as text, verified."""

from __future__ import annotations

import builtins
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcli.errors import SyntaxFault
from adcli.expr import Num, Var
from adcli.ir import exception_classes
from adcli.ir import nodes as ir
from adcli.ir.dataflow import definitely_assigned, live_in, operands
from adcli.ir.message_templates import filled, message, places
from adcli.ir.parser import parse_module
from adcli.ir.printer import print_module, statement_text
from adcli.ir.verify import IRError, verify

TEXT = """\
module entry f
function f(x) -> r
  real: x, y, r
  int: c, status
  bool: b
  y = call g(x) status c
  call h(x) status status
  b = c == 0
  if b:
    raise ValueError(7) "x is {0:.3f}, \\"{1}\\"\\n" (x, 2)
  else:
    raise mine.Error(c) "" ()
  r = y
function g(x) -> s
  real: x, s
  s = x
function h(x)
  real: x
  pass
"""


def test_every_number_is_that_of_one_class_and_each_base_is_python_s() -> None:
    numbers = set()
    for number in range(1, exception_classes.FIRST_OF_PROGRAM):
        name = exception_classes.name_of(number)
        if name:
            numbers.add(exception_classes.number_of(name))
            bases = list(exception_classes.bases_of(name))
            assert bases == [c.__name__ for c in getattr(builtins, name).__mro__[:-1]]
    assert len(numbers) > 20
    assert not exception_classes.is_built_in("MyError")


def test_the_text_reads_back() -> None:
    module = parse_module(TEXT)
    verify(module)
    assert print_module(module) == TEXT
    first, second = module.main.body[:2]
    assert ir.assigned(first) == ("y", "c")
    assert ir.assigned(second) == ("status",)


@pytest.mark.slow("texts are drawn")
@given(st.text())
def test_every_message_reads_back(text: str) -> None:
    stmt = ir.Raise("KeyError", Num(11), text, ())
    module = ir.Module({"f": ir.Function("f", (), (), {}, [stmt])}, "f")
    (found,) = parse_module(print_module(module)).main.body
    assert isinstance(found, ir.Raise)
    assert found.message == text


def test_what_is_no_message_is_a_fault() -> None:
    for bad, fault in (("KeyError(11) x ()", "a text"), ('KeyError(11) "\\q" ()', "escape")):
        text = f"module entry f\nfunction f()\n  raise {bad}\n"
        with pytest.raises(SyntaxFault, match=fault):
            parse_module(text)


def test_a_protected_call_may_leave_its_targets_as_they_were() -> None:
    call = ir.Call(("y",), "g", (Var("x"),), "c")
    assert definitely_assigned([call]) == {"c"}
    assert live_in([call, ir.Let("z", Var("y"))]) == {"x", "y"}
    assert operands(ir.Raise("E", Var("c"), "{0}", (Var("x"), Num(1)))) == ["c", "x"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("int: c, status", "int: status\n  bool: c", "a status is int, not bool"),
        ("y = call g(x) status c", "y = call g(x) status k", "k is not declared"),
        ("status c", "status y", "a status is int, not real"),
        ("y = call g(x) status c", "r = call g(x) status c", "the result `r` is assigned by a"),
        ("ValueError(7)", "ValueError(x)", "the number of a class is int, not real"),
        ("(x, 2)", "(x)", r"there is no value for \{1\}"),
        ("{0:.3f}", "{x}", "no template"),
        ("{0:.3f}", "{", "no template"),
        ("{0:.3f}", "{0.__class__}", "no template"),
        ("{0:.3f}", "{0:{1}}", "no template"),
    ],
)
def test_faults(old: str, new: str, fault: str) -> None:
    assert old in TEXT
    with pytest.raises(IRError, match=fault):
        verify(parse_module(TEXT.replace(old, new, 1)))


def test_values_that_do_not_fit_leave_the_message_as_it_is_written() -> None:
    assert filled("{0:.1f} K", [3.25]) == "3.2 K"
    assert filled("{0:d} K", [3.25]) == "{0:d} K"
    assert filled("{0:99999999999} K", [3.25]) == "{0:99999999999} K"
    assert filled("2000000 {0!r}", [math.inf]) == "2000000 inf"
    assert places("{1} {0:.3f} {{}}") == [1, 0]
    assert message(ir.Raise("E", Num(1000), "", ()), []) == "E"


def test_a_raise_is_written_on_one_line() -> None:
    stmt = ir.Raise("raise", Var("inf"), "a\nb", (Num(1.0), Var("x[0]")))
    assert statement_text(stmt) == 'raise \\raise(\\inf) "a\\nb" (1.0, \\x[0])'
