"""What statements use and define, and which variables are live."""

from __future__ import annotations

import pytest

from adcli.ir import nodes as ir
from adcli.ir.call_graph import prune, with_callers
from adcli.ir.dataflow import (
    definitely_assigned,
    definition_counts,
    live_at_iteration_ends,
    live_in,
    operands,
    reassigned_variables,
    used_variables,
)
from adcli.ir.parser import parse_module

HEAD = """module entry f
tape T: real
function f(x, n, k) -> y
  real: x, y, s, t, u
  int: n, k, i
  bool: c
  real[]: a
"""


def function(*lines: str) -> ir.Function:
    """A function with these statements and a result."""
    return parse_module(HEAD + "".join(f"  {line}\n" for line in (*lines, "y = s"))).main


@pytest.mark.parametrize(
    ("line", "read", "used"),
    [
        ("s = t * t", ["t", "t"], ["t", "t"]),
        ("s = t", ["t"], ["t"]),
        ("s = 1.0", [], []),
        ("a = array(n)", ["n"], ["n"]),
        ("s = a[i]", ["i"], ["a", "i"]),
        ("a[i] = t", ["i", "t"], ["a", "i", "t"]),
        ("append a t", ["t"], ["a", "t"]),
        ("take a s", [], ["a"]),
        ("i = len(a)", [], ["a"]),
        ("push T t", ["t"], ["t"]),
        ("pop T s", [], []),
        ("s = call f(t, n, 2)", ["t", "n"], ["t", "n"]),
    ],
)
def test_operands_and_the_array(line: str, read: list[str], used: list[str]) -> None:
    """Operands are what is read as a number or a reference; an array that is indexed is used."""
    stmt = function(line).body[0]
    assert operands(stmt) == read
    assert used_variables(stmt) == used


def test_branches_and_loops_read_conditions_and_bounds() -> None:
    """Not what their blocks read."""
    branch, loop, count = function(
        "if c:", "  s = t", "while c:", "  s = t", "for i in k..n by 2:", "  s = t"
    ).body[:3]
    assert operands(branch) == operands(loop) == ["c"]
    assert operands(count) == ["k", "n"]


def test_liveness_of_a_branch() -> None:
    """What one arm assigns is still live before the branch; what both assign is not."""
    body = function("if c:", "  s = t", "  u = x", "else:", "  u = s", "t = u").body
    assert live_in(body) == {"c", "t", "x", "s"}
    assert definitely_assigned(body) == {"u", "t", "y"}


def test_liveness_of_a_loop() -> None:
    """It may not run, so it definitely assigns nothing; its own variable is not live."""
    body = function("for i in 0..n by 1:", "  u = a[i]", "  t = t + u", "  s = u").body
    assert live_in(body) == {"n", "a", "t", "s"}
    assert definitely_assigned(body) == {"y"}


def test_what_is_live_where_an_iteration_ends() -> None:
    """What the next iteration reads, and what is read behind the loop; not what each iteration
    assigns first."""
    f = function("for i in 0..n by 1:", "  u = a[i]", "  t = t + u", "  s = x")
    (live,) = live_at_iteration_ends(f).values()
    assert live >= {"a", "t", "x", "s"}
    assert "u" not in live


def test_definitions_are_counted_in_blocks() -> None:
    """The variable of a loop counts as assigned by it."""
    f = function("s = x", "for i in 0..n by 1:", "  s = t", "  t = s")
    assert definition_counts(f.body) == {"s": 2, "i": 1, "t": 1, "y": 1}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["s = x", "t = s"], set()),
        (["x = t"], {"x"}),
        (["s = x", "s = t"], {"s"}),
        (["u = s", "s = x"], {"s"}),
        (["if c:", "  s = x", "else:", "  s = t"], set()),
        (["if c:", "  s = x", "s = t"], {"s"}),
        (["for i in 0..n by 1:", "  s = x"], {"s"}),
        (["pop T s", "pop T s"], {"s"}),
    ],
)
def test_reassigned_variables(lines: list[str], expected: set[str]) -> None:
    """Parameters that are assigned, what is assigned twice, what is read as zero before, and what a
    loop assigns; the arms of a branch exclude each other."""
    assert reassigned_variables(function(*lines)) == expected


CALLS = """module entry f
tape T: real
tape U: real
function f(x) -> y
  real: x, y, t
  t = call g(x)
  y = t
function g(x) -> y reverse h
  real: x, y
  push T x
  pop T y
function h(x, y, s) -> r
  real: x, y, s, r
  r = s
function k(x) -> y
  real: x, y, t
  push U x
  t = call f(x)
  y = t
"""


def test_callers_of_callers() -> None:
    """All that call a function, directly or not."""
    assert with_callers(parse_module(CALLS), {"g"}) == {"g", "f", "k"}


def test_what_the_entry_does_not_reach_goes() -> None:
    """With the tapes of that; a declared derivative stays with its function."""
    kept = prune(parse_module(CALLS))
    assert set(kept.functions) == {"f", "g", "h"}
    assert set(kept.tapes) == {"T"}
