"""What arrays may have in common where an iteration of a loop begins."""

from __future__ import annotations

import pytest

from adcli.ir import nodes as ir
from adcli.ir.parser import parse_module
from adcli.passes.alias_analysis import Aliasing, Pairs, aliasing_in_loops

HEAD = """module entry f
function f(x, n) -> result
  real: x, r, result
  int: n, i, j
  bool: b
  real[]: u, v, t
  real[][]: A, B
  u = array(2)
  v = array(2)
  A = array(0)
  B = array(0)
"""


def last_loop(text: str, more: str = "") -> Aliasing:
    module = parse_module(f"{HEAD}{text}  result = x\n{more}")
    known = aliasing_in_loops(module)
    loops = [s for s in module.main.body if isinstance(s, ir.For)]
    return known[loops[-1]]


def pairs(text: str, more: str = "") -> Pairs:
    """Those of variables that live from iteration to iteration, each once."""
    return {(a, b) for a, b in last_loop(text, more).pairs if a <= b and "t" not in (a, b)}


def test_arrays_that_change_places_stay_apart() -> None:
    assert pairs("  for i in 0..n by 1:\n    t = u\n    u = v\n    v = t\n") == set()


def test_two_names_of_one_array_are_a_pair() -> None:
    assert pairs("  v = u\n  for i in 0..n by 1:\n    u[0] = x\n") == {("u", "v")}


def test_an_array_made_anew_is_a_pair_no_more() -> None:
    assert pairs("  v = u\n  u = array(2)\n  for i in 0..n by 1:\n    u[0] = x\n") == set()


def test_what_a_later_turn_brings_together_counts() -> None:
    assert pairs("  for i in 0..n by 1:\n    u[0] = x\n    v = u\n") == {("u", "v")}


def test_what_one_arm_brings_together_counts() -> None:
    text = "  for i in 0..n by 1:\n    if b:\n      v = u\n    else:\n      v = array(2)\n"
    assert pairs(text) == {("u", "v")}


ROWS = "  for j in 0..n by 1:\n    t = array(2)\n    append A t\n"


def test_rows_made_one_by_one_are_different() -> None:
    assert pairs(f"{ROWS}  for i in 0..n by 1:\n    x = 1.0\n") == set()


def test_a_row_that_is_there_twice_makes_a_pair_with_itself() -> None:
    text = "  append A u\n  append A u\n  for i in 0..n by 1:\n    x = 1.0\n"
    assert pairs(text) == {("A", "A"), ("A", "u")}
    assert ("A", "A") in pairs(f"{ROWS}  for i in 0..n by 1:\n    t = A[0]\n    A[1] = t\n")


def test_arrays_that_hold_one_row_are_a_pair() -> None:
    text = "  append A u\n  append B u\n  for i in 0..n by 1:\n    x = 1.0\n"
    assert pairs(text) == {("A", "B"), ("A", "u"), ("B", "u")}


CALLEES = {
    "joins them": ("g(p, q)", "  append p q\n", "call g(A, u)", {("A", "A"), ("A", "u")}),
    "fills one": ("g(p, q)", "  q[0] = 1.0\n", "call g(A, u)", set()),
}


@pytest.mark.parametrize("case", CALLEES)
def test_calls_do_what_their_bodies_do(case: str) -> None:
    head, body, call, wanted = CALLEES[case]
    callee = f"function {head}\n  real[][]: p\n  real[]: q\n{body}"
    assert pairs(f"  for i in 0..n by 1:\n    {call}\n", callee) == wanted


def test_a_change_is_known_by_the_names_of_the_beginning() -> None:
    """Whatever the array is called when it happens, in the loop or behind it."""
    loop = "  for i in 0..n by 1:\n    t = u\n    u = v\n    v = array(2)\n"
    assert last_loop(f"{loop}    t[0] = x\n").changed == {"u"}
    assert last_loop(f"{loop}  t = v\n  v = array(2)\n  t[0] = x\n").changed == {"v"}
