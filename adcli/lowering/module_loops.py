"""Loops in the code of modules, and of functions that it calls: they are run, for all is known.

Invariant: a loop whose condition, count or end is not known is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.expr import Num
from adcli.lowering.environment_and_heap import BROKE, HOW, RAISED, RETURNED, RUNS
from adcli.lowering.expressions import truth_of
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.statements import block
from adcli.lowering.values import Iteration, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def run_while(f: Frame, node: ast.While) -> None:
    """A loop in the code of a module, where all is known."""
    while True:
        held = truth_of(f, node.test)
        if not held.is_known:
            raise Refusal("a loop of a module by a condition that is not known", node.test)
        if not held.known:
            block(f, node.orelse)
            return
        block(f, node.body)
        if f.state.is_dead:
            raise PathEnds
        if not _goes_on(f, node):
            return


def _goes_on(f: Frame, node: ast.AST) -> bool:
    """Whether a loop in the code of a module has another iteration."""
    how = f.how()
    if not how.is_known:
        raise Refusal("a loop of a module that is left by a condition that is not known", node)
    if how.known in (RETURNED, RAISED):
        return False
    f.state.names[f.scope.number, HOW] = f.known(RUNS)
    return bool(how.known != BROKE)


def run_count(
    f: Frame, over: Iteration, turn: Callable[[Value], None], node: ast.AST,
    orelse: Sequence[ast.stmt], *, is_inner: bool,
) -> None:  # fmt: skip
    """A loop by a count in the code of a module, where all is known."""
    bounds = [b.value for b in (over.start, over.stop, over.step) if isinstance(b, Num)]
    if len(bounds) < 3:
        raise Refusal("a loop of a module by a count that is not known", node)
    for i in range(*[int(b) for b in bounds]):
        turn(over.at(f, f.known(i)))
        if f.state.is_dead:
            raise PathEnds
        if is_inner and f.how().is_known and f.how().known in (BROKE, RETURNED, RAISED):
            return
        if not _goes_on(f, node):
            return
    block(f, orelse)
