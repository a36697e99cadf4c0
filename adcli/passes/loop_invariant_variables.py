"""Loop-invariant variables: those that get the same value in every iteration of a loop.

An inner loop over j that reads a row `a[i]` reads it anew in each iteration, always the same.
Hoisted out of the loop it would be read where there are no iterations, too, and an error would come
early; so it stays where it is, and only the tape knows: it is saved once behind the loop, not in
each iteration.  Aho, Lam, Sethi and Ullman, *Compilers* (2006), section 9.5 (loop-invariant
computations).

Invariant: whichever iterations assign such a variable, they assign it one value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from adcli.ir import nodes as ir
from adcli.ir.dataflow import used_variables
from adcli.passes.array_mutation_analysis import Mutations


def loop_invariants(
    loop: ir.For | ir.While, function: ir.Function, definitions: Counter[str], mutations: Mutations
) -> set[str]:
    """The variables that a loop alone assigns, and always the same; `definitions` counts the
    statements of the function that assign each."""
    inside = list(ir.walk(loop.body))
    varying = {name for stmt in (loop, *inside) for name in ir.assigned(stmt)}
    found: set[str] = set()
    for stmt in inside:
        if not isinstance(stmt, ir.Let | ir.Load | ir.Length) or definitions[stmt.target] > 1:
            continue
        if stmt.target in function.params or not varying.isdisjoint(used_variables(stmt)):
            continue
        if isinstance(stmt, ir.Let) or not _may_change(stmt.array, inside, function, mutations):
            found.add(stmt.target)
            varying.discard(stmt.target)
    return found


def _may_change(
    array: str, inside: Sequence[ir.Stmt], function: ir.Function, mutations: Mutations
) -> bool:
    """Whether an array may be changed by some statements, or by what they call."""
    if not mutations.is_changed(function, array):
        return False
    kind = function.types[array]
    return any(
        isinstance(s, ir.Call)
        or (isinstance(s, ir.Store | ir.Append | ir.Take) and function.types[s.array] == kind)
        for s in inside
    )
