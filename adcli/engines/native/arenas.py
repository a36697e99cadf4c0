"""Loops whose turns leave no array behind, so that their memory can be used again by the next turn.

Invariant: no variable, array or result refers to an array that a turn of such a loop has made, once
the turn is over.  What tapes refer to is seen when the program runs: where a turn has left a tape
as it found it, nothing of the turn is there.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import Var
from adcli.ir import nodes as ir
from adcli.ir.call_graph import with_callers
from adcli.ir.dataflow import live_at_iteration_ends
from adcli.ir.types import is_array


class Regions:
    """The loops of a module whose turns use memory again."""

    def __init__(self, module: ir.Module) -> None:
        functions = module.functions
        making = {n for n, f in functions.items() if any(map(_makes, ir.walk(f.body)))}
        keeping = {n for n, f in functions.items() if _keeps(f, f.body)}
        self._making = with_callers(module, making)
        self._keeping = with_callers(module, keeping)
        self.loops: set[ir.Stmt] = set()
        for function in functions.values():
            for loop, after in live_at_iteration_ends(function).items():
                (body,) = ir.blocks(loop)
                if self._is_region(function, body, after):
                    self.loops.add(loop)

    def _is_region(self, function: ir.Function, body: Sequence[ir.Stmt], after: set[str]) -> bool:
        is_making = False
        for stmt in ir.walk(body):
            if any(is_array(function.types[t]) and t in after for t in ir.assigned(stmt)):
                return False
            if isinstance(stmt, ir.Call):
                if stmt.function in self._keeping:
                    return False
                is_making = is_making or stmt.function in self._making
            is_making = is_making or _makes(stmt)
        return is_making and not _keeps(function, body)


def _makes(stmt: ir.Stmt) -> bool:
    return isinstance(stmt, ir.Alloc | ir.Append)


def _keeps(function: ir.Function, body: Sequence[ir.Stmt]) -> bool:
    """Whether a block may put an array, or the memory for more entries, where it stays: into an
    array that it did not make itself."""
    keeping: list[ir.Stmt] = []
    _follow(function, body, set(), keeping)
    return bool(keeping)


def _follow(
    function: ir.Function, body: Sequence[ir.Stmt], own: set[str], keeping: list[ir.Stmt]
) -> set[str]:
    """The variables that refer behind a block to arrays that were surely made in it, from those
    before it; statements that put something into other arrays are noted."""
    for stmt in body:
        match stmt:
            case ir.Alloc(target, _):
                own = own | {target}
            case ir.Let(target, Var(source)) if source in own:
                own = own | {target}
            case ir.If(_, then, orelse):
                own = _follow(function, then, own, keeping) & _follow(
                    function, orelse, own, keeping
                )
            case ir.While(_, inner) | ir.For(_, _, _, _, inner):
                before = None
                while own != before:
                    before, own = own, own & _follow(function, inner, own, keeping)
            case ir.Store() | ir.Append():
                if _puts(function, stmt) and stmt.array not in own:
                    keeping.append(stmt)
            case _:
                own = own.difference(ir.assigned(stmt))
    return own


def _puts(function: ir.Function, stmt: ir.Store | ir.Append) -> bool:
    """Whether a statement makes an array refer to another, or to memory for more entries."""
    if isinstance(stmt, ir.Append):
        return True
    return isinstance(stmt.value, Var) and is_array(function.types[stmt.value.name])
