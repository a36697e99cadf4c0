"""What the two sweeps of a function agree on: what is saved, undone, computed again, fused."""

from __future__ import annotations

from adcli.ir import nodes as ir
from adcli.ir.dataflow import reassigned_variables
from adcli.ir.parser import parse_module
from adcli.passes.activity_analysis import Activity
from adcli.passes.adjoint_variables import AdjointVariables
from adcli.passes.array_mutation_analysis import Mutations
from adcli.passes.reversal_plan import ReversalPlan
from adcli.passes.reversal_planning import plan_reversal

HEAD = """module entry f
function f(x, n) -> y
  real: x, y, s, t, u
  int: n, m, k, i
  bool: c
  real[]: a
"""


def plan_of(*lines: str, is_split: bool = False) -> tuple[ReversalPlan, ir.Function]:
    """The plan for a function with these statements and the result `s`."""
    module = parse_module(HEAD + "".join(f"  {line}\n" for line in (*lines, "y = s")))
    activity = Activity(module, ["x"])
    variables = AdjointVariables(module, "f", "^", activity)
    reassigned = reassigned_variables(module.main)
    plan = plan_reversal(
        variables, reassigned, lambda: Mutations(module, activity), is_split=is_split
    )
    return plan, module.main


def statement(function: ir.Function, target: str) -> ir.Stmt:
    """The last statement that assigns a variable."""
    return [s for s in ir.walk(function.body) if target in ir.assigned(s)][-1]


def test_a_value_that_a_partial_needs_is_saved_before_it_is_overwritten() -> None:
    """The product needs both factors, the sum neither of its terms."""
    plan, f = plan_of("s = sin(x)", "t = s * x", "s = t + x")
    assert plan.saved_before == {statement(f, "s"): ("s",)}
    plan, _ = plan_of("s = sin(x)", "t = s + x", "s = t + x")
    assert plan.saved_before == {}


def test_a_cheap_value_of_an_iteration_is_computed_again() -> None:
    """The loop saves its state, not the step in between."""
    plan, f = plan_of("s = x", "for i in 0..n by 1:", "  t = s * s", "  u = sin(t)", "  s = u")
    assert set(plan.saved_before.values()) == {("s",)}
    sine = statement(f, "u")
    assert plan.repeated_before == {sine: [statement(f, "t")]}
    assert {"t", "u"} <= set(plan.block_local)


def test_an_integer_step_is_undone() -> None:
    """The old value comes from the new one, without a tape."""
    plan, f = plan_of(
        "s = x",
        "c = n > 0",
        "while c:",
        "  t = sin(s)",
        "  s = t",
        "  k = m + 1",
        "  m = k",
        "  u = s * m",
        "  s = u",
        "  c = m < n",
    )
    assert statement(f, "m") in plan.undone
    assert list(plan.counters.values()) == ["%r1^"]


def test_a_sum_over_independent_iterations_is_fused() -> None:
    """And what depends on the sum is postponed."""
    plan, f = plan_of("s = 0.0", "for i in 0..n by 1:", "  t = x * i", "  u = s + t", "  s = u")
    (loop,) = plan.fused
    assert plan.postponed == {loop, f.body[-1]}
    plan, _ = plan_of("s = x", "for i in 0..n by 1:", "  t = sin(s)", "  s = t")
    assert not plan.fused
    assert not plan.postponed


def test_a_loop_is_not_fused_if_its_sweeps_are_two_functions() -> None:
    """The forward sweep has to run it for the sum, so the backward sweep takes from tapes."""
    lines = ("s = 0.0", "for i in 0..n by 1:", "  t = x * i", "  u = s + t", "  s = u")
    assert plan_of(*lines)[0].fused
    assert not plan_of(*lines, is_split=True)[0].fused


def test_sweeps_in_two_functions_save_what_they_need_at_the_end() -> None:
    """In one function nothing is overwritten, so nothing is saved."""
    lines = ("t = exp(x)", "s = t * x")
    assert not plan_of(*lines)[0].saved_at_end
    plan, _ = plan_of(*lines, is_split=True)
    assert list(plan.saved_at_end) == ["x", "t"]
    assert not plan.saved_before
