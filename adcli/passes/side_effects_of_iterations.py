"""Side effects of iterations: which changes to arrays are seen outside of an iteration.

Invariant: if the effects of a loop stay in its iterations, running its iterations later, or once
more, changes no array that another statement reads.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.call_graph import with_callers
from adcli.ir.dataflow import used_variables
from adcli.ir.types import is_array
from adcli.passes.array_mutation_analysis import ArrayUses


class ArrayEffects:
    """Which functions of a module change arrays that others may see."""

    def __init__(self, module: ir.Module) -> None:
        changing = {
            name
            for name, f in module.functions.items()
            if not changed_arrays(f.body) <= own_arrays(f, f.body)
        }
        self._changing = with_callers(module, changing)

    def stay_in_iterations(
        self, function: ir.Function, body: Sequence[ir.Stmt], tail: Sequence[ir.Stmt]
    ) -> bool:
        """Whether the iterations of a loop change no array that is seen outside of an iteration,
        and nothing behind the loop changes one."""
        for stmt in (*ir.walk(body), *ir.walk(tail)):
            if isinstance(stmt, ir.Call) and stmt.function in self._changing:
                return False
        if changed_arrays(tail):
            return False
        others = changed_arrays(body) - own_arrays(function, body)
        return all(_is_filled_anew(function, body, array) for array in others)


def changed_arrays(body: Sequence[ir.Stmt]) -> set[str]:
    """The variables by which a block changes arrays."""
    return {s.array for s in ir.walk(body) if isinstance(s, ir.Store | ir.Append | ir.Take)}


def own_arrays(function: ir.Function, body: Sequence[ir.Stmt]) -> set[str]:
    """Of the arrays that a block changes those that it makes itself and changes only while nobody
    else sees them."""
    arrays = changed_arrays(body).difference(function.params, function.results)
    if not arrays:
        return arrays
    inside = set(ir.walk(body))
    made, shared = set(), set()
    for stmt in ir.walk(function.body):
        for name in arrays.intersection(ir.assigned(stmt)):
            made.add(name)
            if not isinstance(stmt, ir.Alloc) or stmt not in inside:
                arrays.discard(name)
        for name in arrays.intersection(used_variables(stmt)):
            if not _keeps_no_reference(stmt, name, function):
                shared.add(name)
    found = arrays & made
    if found & shared:
        uses = ArrayUses(function)
        found -= {a for a in found & shared if not uses.are_after_construction(a)}
    return found


def _keeps_no_reference(stmt: ir.Stmt, array: str, function: ir.Function) -> bool:
    """Whether an array has no other name once a statement has used it."""
    if array not in used_variables(stmt):
        return True
    match stmt:
        case ir.Load() | ir.Length() | ir.Take():
            return True
        case ir.Store(name, _, value) | ir.Append(name, value):
            return name == array and not (isinstance(value, Var) and value.name == array)
        case ir.Call(targets, _, _):
            return not any(is_array(function.types[t]) for t in targets)
    return False


def _is_filled_anew(function: ir.Function, body: Sequence[ir.Stmt], array: str) -> bool:
    """Whether each iteration of a loop fills all of an array before it reads any of it, and nobody
    else does: the first statement that uses it runs through all its entries and stores there."""
    definitions = [s for s in ir.walk(function.body) if array in ir.assigned(s)]
    users = [s for s in ir.walk(function.body) if array in used_variables(s)]
    inside = set(ir.walk(body))
    if len(definitions) != 1:
        return False
    (alloc,) = definitions
    if not isinstance(alloc, ir.Alloc) or alloc in inside:
        return False
    if not all(s in inside and _keeps_no_reference(s, array, function) for s in users):
        return False
    if any(isinstance(s, ir.Append | ir.Take) for s in users):
        return False
    first = next(s for s in body if any(inner in users for inner in ir.walk([s])))
    match first, [s for s in ir.walk([first]) if s in users]:
        case ir.For(var, Num(0), stop, Num(1), inner), [ir.Store(_, Var(index), _) as store]:
            is_whole = _is_same_throughout(stop, alloc.size, function)
            return is_whole and index == var and store in inner
    return False


def _is_same_throughout(a: Expr, b: Expr, function: ir.Function) -> bool:
    """Whether two atoms have the same value throughout a function."""
    if isinstance(a, Num) and isinstance(b, Num):
        return a.value == b.value
    if isinstance(a, Var) and isinstance(b, Var) and a.name == b.name:
        definitions = [s for s in ir.walk(function.body) if a.name in ir.assigned(s)]
        return len(definitions) <= (a.name not in function.params)
    return False
