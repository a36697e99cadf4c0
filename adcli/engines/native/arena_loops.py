"""Arena loops: those whose iterations leave no array behind use the same memory in each iteration.

Invariant: no variable, array or result refers to an array that an iteration of such a loop has
made, once the iteration is over.  What tapes refer to is seen when the program runs: where an
iteration has left a tape as it found it, no array of the iteration is there.  Tofte and Talpin,
"Region-based memory management" (1997).
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import Var
from adcli.ir import nodes as ir
from adcli.ir.call_graph import with_callers
from adcli.ir.dataflow import live_at_iteration_ends
from adcli.ir.types import is_array


def arena_loops(module: ir.Module) -> set[ir.Stmt]:
    """The loops of a module whose iterations use the same memory."""
    functions = module.functions
    allocating = {n for n, f in functions.items() if any(map(_allocates, ir.walk(f.body)))}
    keeping = {n for n, f in functions.items() if _lets_escape(f, f.body)}
    allocating, keeping = with_callers(module, allocating), with_callers(module, keeping)
    found: set[ir.Stmt] = set()
    for function in functions.values():
        for loop, live in live_at_iteration_ends(function).items():
            (body,) = ir.blocks(loop)
            if _uses_arena(function, body, live, allocating, keeping):
                found.add(loop)
    return found


def _uses_arena(
    function: ir.Function,
    body: Sequence[ir.Stmt],
    live: set[str],
    allocating: set[str],
    keeping: set[str],
) -> bool:
    """Whether an iteration allocates memory and leaves nothing there that is live at its end;
    `allocating` are functions that allocate, `keeping` those that let arrays escape."""
    is_allocating = False
    for stmt in ir.walk(body):
        if any(is_array(function.types[t]) and t in live for t in ir.assigned(stmt)):
            return False
        if isinstance(stmt, ir.Call):
            if stmt.function in keeping:
                return False
            is_allocating = is_allocating or stmt.function in allocating
        is_allocating = is_allocating or _allocates(stmt)
    return is_allocating and not _lets_escape(function, body)


def _allocates(stmt: ir.Stmt) -> bool:
    return isinstance(stmt, ir.Alloc | ir.Append)


def _lets_escape(function: ir.Function, body: Sequence[ir.Stmt]) -> bool:
    """Whether a block may put an array, or memory for more entries, into an array that it did not
    make itself."""
    escaping: list[ir.Stmt] = []
    _follow(function, body, set(), escaping)
    return bool(escaping)


def _follow(
    function: ir.Function, body: Sequence[ir.Stmt], own: set[str], escaping: list[ir.Stmt]
) -> set[str]:
    """The variables that refer, behind a block, to arrays that the block surely made, from those
    before it; collects the statements that put something into other arrays."""
    for stmt in body:
        match stmt:
            case ir.Alloc(target, _):
                own = own | {target}
            case ir.Let(target, Var(source)) if source in own:
                own = own | {target}
            case ir.If(_, then, orelse):
                own = _follow(function, then, own, escaping) & _follow(
                    function, orelse, own, escaping
                )
            case ir.While(_, inner) | ir.For(_, _, _, _, inner):
                before = None
                while own != before:
                    before, own = own, own & _follow(function, inner, own, escaping)
            case ir.Store() | ir.Append():
                if _puts_array(function, stmt) and stmt.array not in own:
                    escaping.append(stmt)
            case _:
                own = own.difference(ir.assigned(stmt))
    return own


def _puts_array(function: ir.Function, stmt: ir.Store | ir.Append) -> bool:
    """Whether a statement makes an array refer to another, or to memory for more entries."""
    if isinstance(stmt, ir.Append):
        return True
    return isinstance(stmt.value, Var) and is_array(function.types[stmt.value.name])
