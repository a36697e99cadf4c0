"""Fusion of forward and backward sweeps: a loop of independent iterations becomes one loop.

A sum over data is the commonest loop there is.  When all that an iteration hands on is what it adds
to sums, the adjoints of the sums are the same in all iterations, so each can be reversed as soon as
it has run: nothing is kept from iteration to iteration, and what an iteration has read is still at
hand.  Hascoët, Fidanova and Held, *Adjoining independent computations* (2002).

    head, LOOP, tail   becomes   head, tail, adjoint of the tail, LOOP with its adjoint,
                                 what the tail makes of the sums, adjoint of the head

Invariant: the statements that depend on the loop are plain assignments whose adjoints mention
nothing that the loop makes; nothing else in the tail changes what the loop reads or assigns; and
what an iteration takes from the one before is never put back by the adjoint of an iteration.  Of
two errors, one in the loop and one behind it, the latter may be told.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.ir import nodes as ir
from adcli.ir.dataflow import definition_counts, live_in, operands, used_variables
from adcli.ir.types import is_array
from adcli.passes.running_sums import running_sums
from adcli.passes.side_effects_of_iterations import ArrayEffects


class FusibleLoop:
    """A loop whose two sweeps may become one, as far as the program tells.

    `given` is what it reads and does not assign, `assigned` what it assigns, `carried` what it
    reads of the iteration before, `late` has the statements behind it that depend on it.
    """

    def __init__(self, loop: ir.For) -> None:
        self.loop = loop
        self.assigned = {name for stmt in ir.walk([loop]) for name in ir.assigned(stmt)}
        self.given = {n for stmt in ir.walk([loop]) for n in used_variables(stmt)} - self.assigned
        self.carried = live_in(loop.body) & (self.assigned - {loop.var})
        #: what one statement of an iteration assigns, once in the iteration
        self.once = _assigned_once(loop)
        self.late: list[ir.Let] = []
        self.assigned_late: set[str] = set()
        #: what the loop assigns and the tail reads
        self.handed_on: set[str] = set()

    def find_late(self, tail: Sequence[ir.Stmt]) -> bool:
        """Find the statements that depend on the loop; whether all are assignments."""
        depending = set(self.assigned)
        for stmt in tail:
            names = {n for inner in ir.walk([stmt]) for n in used_variables(inner)}
            if depending.isdisjoint(names):
                assigned = {n for inner in ir.walk([stmt]) for n in ir.assigned(inner)}
                if not assigned.isdisjoint(depending):
                    return False
            elif isinstance(stmt, ir.Let):
                self.handed_on |= names & self.assigned
                self.late.append(stmt)
                self.assigned_late.add(stmt.target)
                depending.add(stmt.target)
            else:
                return False
        return True

    def depending(self) -> set[str]:
        """The variables that depend on the loop."""
        return self.assigned | self.assigned_late


def fusible_loops(
    module: ir.Module, function: ir.Function, active: set[str]
) -> dict[ir.For, FusibleLoop]:
    """The loops of a function's own block that may become one with their adjoints, as far as the
    program tells; what their adjoints need is not known yet."""
    found: dict[ir.For, FusibleLoop] = {}
    loops = [stmt for stmt in function.body if isinstance(stmt, ir.For)]
    if not loops or any(isinstance(s, ir.Push | ir.Pop) for s in ir.walk(function.body)):
        return found
    effects = ArrayEffects(module)
    for loop in loops:
        place = function.body.index(loop)
        tail = function.body[place + 1 :]
        candidate = FusibleLoop(loop)
        if (
            candidate.find_late(tail)  # first: it mostly ends at once, and the others look at all
            and effects.stay_in_iterations(function, loop.body, tail)
            and _hands_on_sums_only(candidate, function, tail, active)
            and _late_operands_keep_values(candidate, function)
        ):
            found[loop] = candidate
    return found


def _hands_on_sums_only(
    found: FusibleLoop, function: ir.Function, tail: Sequence[ir.Stmt], active: set[str]
) -> bool:
    """Whether the active numbers that leave an iteration are sums, and no array does."""
    leaving = found.carried | (found.assigned & (live_in(tail) | set(function.results)))
    sums = running_sums(found.loop.body, function)
    return not any(
        is_array(function.types[name]) or (name in active and name not in sums) for name in leaving
    )


def _late_operands_keep_values(found: FusibleLoop, function: ir.Function) -> bool:
    """Whether what the late statements read beside the loop's sums still holds behind the loop: it
    is a parameter, or assigned before the loop only, or by one statement of the function's own
    block."""
    definitions = definition_counts(function.body)
    place = function.body.index(found.loop)
    behind = {n for stmt in ir.walk(function.body[place:]) for n in ir.assigned(stmt)}
    own = {name for stmt in function.body if not ir.blocks(stmt) for name in ir.assigned(stmt)}

    def keeps_value(name: str) -> bool:
        if name not in behind or name in found.depending():
            return True
        return definitions[name] == 1 and name in own and name not in function.params

    return all(
        (definitions[stmt.target] == 1 or stmt.target in found.assigned)
        and all(map(keeps_value, operands(stmt)))
        for stmt in found.late
    )


def _assigned_once(loop: ir.For) -> set[str]:
    """The variables that one statement of a loop assigns, and no loop inside it."""
    definitions = definition_counts(loop.body)
    own: set[str] = set()
    todo: list[Sequence[ir.Stmt]] = [loop.body]
    while todo:
        for stmt in todo.pop():
            own.update(ir.assigned(stmt))
            if isinstance(stmt, ir.If):
                todo += [stmt.then, stmt.orelse]
    return {name for name in own if definitions[name] == 1}
