"""Loops whose turns do not depend on each other: their two sweeps become one loop.

A sum over data is the commonest loop there is.  When all that a turn hands on is what it adds to
sums, the adjoints of the sums are the same in all turns, so each turn can be reversed as soon as it
has run: nothing is kept from turn to turn, and what the turn has read is still at hand.  Hascoët,
Fidanova and Held, *Adjoining independent computations* (2002).

    head, LOOP, tail   becomes   head, tail, adjoint of the tail, LOOP with its adjoint,
                                 what the tail makes of the sums, adjoint of the head

Invariant: the statements that depend on the loop are plain assignments whose adjoints mention
nothing that the loop makes; nothing else in the tail changes what the loop reads or assigns; and
what a turn takes from the turn before is never put back by the adjoint of a turn.  Of two errors,
one in the loop and one behind it, the latter may be told.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.call_graph import with_callers
from adcli.ir.dataflow import definition_counts, live_in, operands, used_variables
from adcli.ir.types import is_array
from adcli.ops.arithmetic import add, sub
from adcli.passes.mutation_analysis import ArrayUses


class FusibleLoop:
    """A loop whose two sweeps may become one.

    `given` is what it reads and does not assign, `assigned` what it assigns, `carried` what it
    reads of the turn before, `late` has the statements behind it that depend on it.
    """

    def __init__(self, loop: ir.For) -> None:
        self.loop = loop
        self.assigned = {name for stmt in ir.walk([loop]) for name in ir.assigned(stmt)}
        self.given = {n for stmt in ir.walk([loop]) for n in used_variables(stmt)} - self.assigned
        self.carried = live_in(loop.body) & (self.assigned - {loop.var})
        #: what one statement of a turn assigns, once in the turn
        self.once = _assigned_once(loop)
        self.late: list[ir.Let] = []
        self.made_late: set[str] = set()
        #: what the loop assigns and the tail reads
        self.handed_on: set[str] = set()

    def follow(self, tail: Sequence[ir.Stmt]) -> bool:
        """Find what depends on the loop; whether only assignments do."""
        tainted = set(self.assigned)
        for stmt in tail:
            names = {n for inner in ir.walk([stmt]) for n in used_variables(inner)}
            if tainted.isdisjoint(names):
                made = {n for inner in ir.walk([stmt]) for n in ir.assigned(inner)}
                if not made.isdisjoint(tainted):
                    return False
            elif isinstance(stmt, ir.Let):
                self.handed_on |= names & self.assigned
                self.late.append(stmt)
                self.made_late.add(stmt.target)
                tainted.add(stmt.target)
            else:
                return False
        return True

    def depends(self) -> set[str]:
        return self.assigned | self.made_late


def fusible_loops(
    module: ir.Module, function: ir.Function, active: set[str]
) -> dict[ir.For, FusibleLoop]:
    """The loops of a function's own block that may become one with their adjoints, as far as the
    program tells; what their adjoints need is not known yet."""
    found: dict[ir.For, FusibleLoop] = {}
    loops = [stmt for stmt in function.body if isinstance(stmt, ir.For)]
    if not loops or any(isinstance(s, ir.Push | ir.Pop) for s in ir.walk(function.body)):
        return found
    writers = Writers(module)
    for loop in loops:
        place = function.body.index(loop)
        tail = function.body[place + 1 :]
        candidate = FusibleLoop(loop)
        if (
            writers.are_harmless(function, loop.body, tail)
            and _hands_on_sums_only(candidate, function, tail, active)
            and candidate.follow(tail)
            and _stay(candidate, function)
        ):
            found[loop] = candidate
    return found


def _hands_on_sums_only(
    found: FusibleLoop, function: ir.Function, tail: Sequence[ir.Stmt], active: set[str]
) -> bool:
    """Whether the active numbers that leave a turn are sums, and no array does."""
    leaving = found.carried | (found.assigned & (live_in(tail) | set(function.results)))
    return not any(
        is_array(function.types[name])
        or (name in active and not _is_sum(name, found.loop.body, function))
        for name in leaving
    )


def _is_sum(name: str, body: Sequence[ir.Stmt], function: ir.Function) -> bool:
    """Whether a loop only adds to a number, `t = name + a; name = t - b`, and reads it, and what it
    becomes on the way, nowhere else."""
    totals: set[str] = set()
    for stmt in ir.walk(body):
        ours = {n for n in operands(stmt) if n == name or n in totals}
        match stmt:
            case ir.Let(target, Var(source)) if target == name:
                if source not in totals:
                    return False
                continue
            case ir.Let(total, App(op, args)) if ours and op in (add, sub):
                met = [i for i, a in enumerate(args) if isinstance(a, Var) and a.name in ours]
                if len(met) > 1 or (op is sub and met == [1]):
                    return False
                if total != name:
                    totals.add(total)
                continue
        if ours or name in ir.assigned(stmt):
            return False
    makers = [t for stmt in ir.walk(function.body) for t in ir.assigned(stmt) if t in totals]
    return len(makers) == len(totals)


def _stay(found: FusibleLoop, function: ir.Function) -> bool:
    """Whether what the late statements read beside the loop's sums still holds behind the loop: it
    is a parameter, or made before the loop only, or by one statement of the function's own block.
    """
    makers = definition_counts(function.body)
    place = function.body.index(found.loop)
    behind = {n for stmt in ir.walk(function.body[place:]) for n in ir.assigned(stmt)}
    own = {name for stmt in function.body if not ir.blocks(stmt) for name in ir.assigned(stmt)}

    def stays(name: str) -> bool:
        if name not in behind or name in found.depends():
            return True
        return makers[name] == 1 and name in own and name not in function.params

    return all(
        (makers[stmt.target] == 1 or stmt.target in found.assigned)
        and all(map(stays, operands(stmt)))
        for stmt in found.late
    )


def _assigned_once(loop: ir.For) -> set[str]:
    makers = definition_counts(loop.body)
    own: set[str] = set()
    todo: list[Sequence[ir.Stmt]] = [loop.body]
    while todo:
        for stmt in todo.pop():
            own.update(ir.assigned(stmt))
            if isinstance(stmt, ir.If):
                todo += [stmt.then, stmt.orelse]
    return {name for name in own if makers[name] == 1}


class Writers:
    """Which statements change arrays that others may see."""

    def __init__(self, module: ir.Module) -> None:
        writing = {
            name
            for name, f in module.functions.items()
            if not all(_is_own(f, f.body, array) for array in _changed(f.body))
        }
        self.writing = with_callers(module, writing)

    def are_harmless(
        self, function: ir.Function, body: Sequence[ir.Stmt], tail: Sequence[ir.Stmt]
    ) -> bool:
        """Whether the turns of a loop change no array that is seen outside of a turn, and nothing
        behind the loop changes one."""
        for stmt in (*ir.walk(body), *ir.walk(tail)):
            if isinstance(stmt, ir.Call) and stmt.function in self.writing:
                return False
        return not _changed(tail) and all(
            _is_own(function, body, array) or _is_filled_anew(function, body, array)
            for array in _changed(body)
        )


def _changed(body: Sequence[ir.Stmt]) -> set[str]:
    return {s.array for s in ir.walk(body) if isinstance(s, ir.Store | ir.Append | ir.Take)}


def _is_own(function: ir.Function, body: Sequence[ir.Stmt], array: str) -> bool:
    """Whether a block makes an array itself and changes it only while nobody else sees it."""
    makers = [s for s in ir.walk(function.body) if array in ir.assigned(s)]
    inside = set(ir.walk(body))
    if not makers or not all(isinstance(s, ir.Alloc) and s in inside for s in makers):
        return False
    if array in function.params or array in function.results:
        return False
    is_hidden = all(_only_looks(s, array, function) for s in ir.walk(function.body))
    return is_hidden or ArrayUses(function).are_after_construction(array)


def _only_looks(stmt: ir.Stmt, array: str, function: ir.Function) -> bool:
    """Whether a statement keeps no reference to an array."""
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
    """Whether each turn of a loop fills all of an array before it reads any of it, and nobody else
    does: the first statement that mentions it runs through all its entries and stores there."""
    makers = [s for s in ir.walk(function.body) if array in ir.assigned(s)]
    users = [s for s in ir.walk(function.body) if array in used_variables(s)]
    inside = set(ir.walk(body))
    if len(makers) != 1 or not isinstance(makers[0], ir.Alloc) or makers[0] in inside:
        return False
    if not all(s in inside and _only_looks(s, array, function) for s in users):
        return False
    if any(isinstance(s, ir.Append | ir.Take) for s in users):
        return False
    first = next(s for s in body if any(inner in users for inner in ir.walk([s])))
    match first, [s for s in ir.walk([first]) if s in users]:
        case ir.For(var, Num(0), stop, Num(1), inner), [ir.Store(_, Var(index), _) as store]:
            is_whole = _is_same(stop, makers[0].size, function)
            return is_whole and index == var and store in inner
    return False


def _is_same(a: Expr, b: Expr, function: ir.Function) -> bool:
    """Whether two atoms have the same value throughout a function."""
    if isinstance(a, Num) and isinstance(b, Num):
        return a.value == b.value
    if isinstance(a, Var) and isinstance(b, Var) and a.name == b.name:
        makers = [s for s in ir.walk(function.body) if a.name in ir.assigned(s)]
        return len(makers) <= (a.name not in function.params)
    return False
