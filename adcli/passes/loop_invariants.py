"""What is the same in all turns of a loop: saved once behind it, it is not saved in each.

A row `a[i]` that an inner loop over j reads is made anew in each turn of that, always the same.
Moved out of the loop it would be read where there are no turns, too, and an error would come early;
so it stays where it is, and only the tape knows.  (Loop-invariant computations: Aho, Lam, Sethi and
Ullman, *Compilers* (2006), section 9.5.)

Invariant: whatever turns assign such a variable, they assign it one value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from adcli.ir import nodes as ir
from adcli.ir.dataflow import used_variables
from adcli.passes.rematerialisation import Frozen


def steady(loop: ir.Stmt, function: ir.Function, makers: Counter[str], frozen: Frozen) -> set[str]:
    """The variables that a loop alone assigns, and always the same."""
    (body,) = ir.blocks(loop)
    inside = list(ir.walk(body))
    moving = {name for stmt in (loop, *inside) for name in ir.assigned(stmt)}
    found: set[str] = set()
    for stmt in inside:
        if not isinstance(stmt, ir.Let | ir.Load | ir.Length) or makers[stmt.target] > 1:
            continue
        if stmt.target in function.params or not moving.isdisjoint(used_variables(stmt)):
            continue
        if isinstance(stmt, ir.Let) or not _may_change(stmt.array, inside, function, frozen):
            found.add(stmt.target)
            moving.discard(stmt.target)
    return found


def _may_change(
    array: str, inside: Sequence[ir.Stmt], function: ir.Function, frozen: Frozen
) -> bool:
    """Whether an array may be changed by some statements, or by what they call."""
    if not frozen.is_changed(function, array):
        return False
    kind = function.types[array]
    return any(
        isinstance(s, ir.Call)
        or (isinstance(s, ir.Store | ir.Append | ir.Take) and function.types[s.array] == kind)
        for s in inside
    )
