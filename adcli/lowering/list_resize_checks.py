"""Lengths of lists while a loop runs over them: Python's loops look again how long a list is.

Invariant: a loop that goes on over a list that has become longer or shorter is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.ir import nodes as ir
from adcli.ir.types import is_array
from adcli.lowering.environment_and_heap import CONTINUED, RUNS
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.number_values import Number, is_one_of
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Iteration, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: Calls are followed so deep to see whether they change a list.
MOST_CALLS = 8


def check_lengths(f: Frame, over: Iteration, code: Sequence[ir.Stmt], node: ast.AST) -> None:
    """Refuse a loop that goes on behind the code of an iteration that has changed the length of a
    list that it runs over."""
    if not over.watched or f.state.is_dead:
        return
    goes_on = is_one_of(f, f.how(), [RUNS, CONTINUED], node)

    def check() -> Value:
        for length, before in over.watched:
            f.branch(_keeps(f, length, before, code, node), node, lambda: NONE, refuse)
        return NONE

    def refuse() -> Value:
        raise Refusal("a list that changes while a loop runs over it", node, "use a copy")

    if not goes_on.is_known or goes_on.known:
        # not the loop itself: behind that fewer names are live than at its head
        f.branch(goes_on, getattr(node, "iter", node), check, lambda: NONE)


def _keeps(
    f: Frame, length: Callable[[Frame], Value], before: Number, code: Sequence[ir.Stmt],
    node: ast.AST,
) -> Number:  # fmt: skip
    """Whether a list is as long as it was."""
    probe: list[ir.Stmt] = []
    with f.code_into(probe):
        now = f.number(length(f), node)
    if not now.is_known and not _may_resize(f, code):
        return f.known(True)
    f.build.code.extend(probe)
    return f.compare("==", now, before, node)


def _may_resize(f: Frame, code: Sequence[ir.Stmt], depth: int = 0) -> bool:
    """Whether statements may make a list longer or shorter."""
    for stmt in ir.walk(code):
        if isinstance(stmt, ir.Append | ir.Take | ir.Alloc):
            return True
        if isinstance(stmt, ir.Let) and is_array(f.build.types.get(stmt.target, "")):
            return True
        if isinstance(stmt, ir.Call):
            callee = f.session.functions.get(stmt.function)
            if callee is None or depth > MOST_CALLS or _may_resize(f, callee.body, depth + 1):
                return True
    return False
