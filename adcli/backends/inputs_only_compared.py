"""Notes on inputs that act by comparisons alone, as the number of which a bisection takes the root.

In `if m*m > k: hi = m` within a loop, k decides which halves are kept and is added to nothing.  The
derivative of the path taken is 0, although the result of many such choices moves with k.

Invariant: nothing here changes a number.  An input that data flow may carry to a result, see
`adcli.passes.activity_analysis`, has no note.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adcli.backends.interface import Question
from adcli.expr import App, Var
from adcli.ir import nodes as ir
from adcli.nested_lists import flatten
from adcli.ops.comparisons_logic_and_choice import COMPARISONS
from adcli.passes.activity_analysis import Activity


def inputs_in_comparisons_only(
    question: Question, jacobian: Sequence[Sequence[float]]
) -> tuple[str, ...]:
    """A note that names the inputs whose derivatives are 0 because a loop only compares them."""
    names = [n for n in _with_zero_columns(question, jacobian) if _only_steers(question.module, n)]
    if not names:
        return ()
    listed = ", ".join(names)
    return (
        f"a loop compares numbers with {listed}, and nothing else carries {listed} to the result: "
        "0 is the derivative of the path taken; --backend finite-difference tells how the result "
        "moves",
    )


def _with_zero_columns(question: Question, jacobian: Sequence[Sequence[float]]) -> Iterator[str]:
    start = 0
    for name, value in zip(question.wrt, question.active_values, strict=True):
        end = start + len(flatten(value))
        if end > start and not any(any(row[start:end]) for row in jacobian):
            yield name
        start = end


def _only_steers(module: ir.Module, name: str) -> bool:
    activity = Activity(module, [name])
    return not activity.results(module.main) and any(
        stmt.__class__ is ir.Let
        and stmt.expr.__class__ is App
        and stmt.expr.op in COMPARISONS
        and any(isinstance(a, Var) and a.name in activity.of(function) for a in stmt.expr.args)
        for function, stmt in _repeated(module)
    )


def _repeated(module: ir.Module) -> Iterator[tuple[str, ir.Stmt]]:
    """The statements in loops, and those of functions that loops call, with their functions."""
    called: list[str] = []
    for function in module.functions.values():
        for loop in ir.control(function.body):
            if isinstance(loop, ir.For | ir.While):
                for block in ir.blocks(loop):
                    for stmt in ir.walk(block):
                        yield function.name, stmt
                        if isinstance(stmt, ir.Call) and stmt.function not in called:
                            called.append(stmt.function)
    for name in called:
        for stmt in ir.walk(module.functions[name].body):
            yield name, stmt
            if isinstance(stmt, ir.Call) and stmt.function not in called:
                called.append(stmt.function)
