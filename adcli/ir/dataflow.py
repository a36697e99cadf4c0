"""Dataflow: what statements use and define, and which variables are live.

Invariant: all answers are safe for every path through a block.  A variable that may be read is
live, one that is surely assigned is definitely assigned; no condition is looked at.  The text of
structured programs is followed directly, so one pass over a loop's body is enough.  Aho, Lam, Sethi
and Ullman, *Compilers* (2006), section 9.2 (live variables); definite assignment: *The Java
Language Specification*, chapter 16.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from adcli.expr import App, Expr, Var
from adcli.ir import nodes as ir


def operands(stmt: ir.Stmt) -> list[str]:
    """The variables among the operands of a statement itself, as often as they stand there: its
    atoms, not the array that it reads, changes or measures."""
    return [atom.name for atom in _ATOMS[stmt.__class__](stmt) if isinstance(atom, Var)]


#: By kind of statement the atoms among its operands.  Passes ask for them some ten thousand times;
#: a dictionary takes half of the time of a `match`.
_ATOMS: dict[type, Callable[[Any], Sequence[Expr]]] = {
    ir.Let: lambda s: s.expr.args if s.expr.__class__ is App else (s.expr,),
    ir.Call: lambda s: s.args,
    ir.Raise: lambda s: (s.code, *s.values),
    ir.Load: lambda s: (s.index,),
    ir.Alloc: lambda s: (s.size,),
    ir.Store: lambda s: (s.index, s.value),
    ir.If: lambda s: (Var(s.condition),),
    ir.While: lambda s: (Var(s.condition),),
    ir.For: lambda s: (s.start, s.stop, s.step),
    ir.Append: lambda s: (s.value,),
    ir.Push: lambda s: (s.value,),
    ir.Take: lambda s: (),
    ir.Length: lambda s: (),
    ir.Pop: lambda s: (),
}


def used_variables(stmt: ir.Stmt) -> list[str]:
    """The variables that a statement itself uses: its operands, and the array that it reads,
    changes or measures."""
    if isinstance(stmt, _TOUCHING):
        return [stmt.array, *operands(stmt)]
    return operands(stmt)


#: The statements that read, change or measure an array.
_TOUCHING = (ir.Load, ir.Store, ir.Append, ir.Take, ir.Length)


def surely_assigned(stmt: ir.Stmt) -> tuple[str, ...]:
    """The variables that a statement itself assigns in any case: not the targets of a protected
    call."""
    if stmt.__class__ is ir.Call and stmt.status:
        return (stmt.status,)
    return ir.assigned(stmt)


def definition_counts(body: Sequence[ir.Stmt]) -> Counter[str]:
    """How many statements of a block, and of those inside it, assign each variable."""
    return Counter([name for stmt in ir.walk(body) for name in ir.assigned(stmt)])


def reassigned_variables(function: ir.Function) -> set[str]:
    """The variables that may hold more than one value in a run: parameters that are assigned, what
    is assigned twice, and what is read at its start, as zero, and then assigned."""
    reassigned: set[str] = set()
    if isinstance(function.body, ir.SingleAssignments):
        return reassigned
    _note_reassigned(function.body, dict.fromkeys(function.params), reassigned)
    return reassigned


def _note_reassigned(body: Sequence[ir.Stmt], seen: dict[str, None], reassigned: set[str]) -> None:
    """Add what a block reads and assigns to `seen`, and to `reassigned` what it assigns that was
    seen before.  The arms of a branch exclude each other; the body of a loop assigns again what it
    assigned before."""
    for stmt in body:
        if stmt.__class__ is ir.Let:
            expr = stmt.expr
            for atom in expr.args if expr.__class__ is App else (expr,):
                if atom.__class__ is Var:
                    seen[atom.name] = None
            if stmt.target in seen:
                reassigned.add(stmt.target)
            else:
                seen[stmt.target] = None
        elif isinstance(stmt, ir.If):
            seen[stmt.condition] = None
            before = len(seen)
            _note_reassigned(stmt.then, seen, reassigned)
            first = [seen.popitem()[0] for _ in range(len(seen) - before)]  # the last ones added
            _note_reassigned(stmt.orelse, seen, reassigned)
            seen.update(dict.fromkeys(first))
        elif isinstance(stmt, ir.While | ir.For):
            seen.update(dict.fromkeys(operands(stmt)))
            for inner in ir.walk(stmt.body):
                names = () if isinstance(inner, ir.For) else ir.assigned(inner)
                seen.update(dict.fromkeys([*operands(inner), *names]))
                reassigned.update(names)
        else:
            seen.update(dict.fromkeys(operands(stmt)))
            for name in ir.assigned(stmt):
                if name in seen:
                    reassigned.add(name)
                seen[name] = None


def live_in(body: Sequence[ir.Stmt]) -> set[str]:
    """The variables whose values before a block it may read (upward-exposed uses)."""
    return _flow(body, {})[0]


def definitely_assigned(body: Sequence[ir.Stmt]) -> set[str]:
    """The variables that a block assigns on every path."""
    return _flow(body, {})[1]


def live_at_iteration_ends(function: ir.Function) -> dict[ir.Stmt, set[str]]:
    """For each loop the variables that are live where an iteration ends: they may be read behind
    the loop or by its next iteration.  Some are named that are not: assignments behind the loop
    take none away."""
    found: dict[ir.Stmt, set[str]] = {}
    known: dict[ir.Stmt, _Flow] = {}

    def visit(body: Sequence[ir.Stmt], live_out: set[str]) -> None:
        live = set(live_out)
        for stmt in reversed(body):
            if isinstance(stmt, ir.For | ir.While):
                found[stmt] = live | _flow(stmt.body, known)[0]
                visit(stmt.body, found[stmt])
            elif isinstance(stmt, ir.If):
                visit(stmt.then, live)
                visit(stmt.orelse, live)
            live |= _flow([stmt], known)[0]

    visit(function.body, set(function.results))
    return found


#: What a block or a statement may read of what was before it, and what it definitely assigns.
_Flow = tuple[set[str], set[str]]


def _flow(body: Sequence[ir.Stmt], known: dict[ir.Stmt, _Flow]) -> _Flow:
    """That of a block; `known` keeps those of the statements in it."""
    exposed: set[str] = set()
    defined: set[str] = set()
    for stmt in body:
        inner_exposed, inner_defined = known.get(stmt) or _statement_flow(stmt, known)
        exposed |= inner_exposed - defined
        defined |= inner_defined
    return exposed, defined


def _statement_flow(stmt: ir.Stmt, known: dict[ir.Stmt, _Flow]) -> _Flow:
    exposed, defined = set(used_variables(stmt)), set(surely_assigned(stmt))
    match stmt:
        case ir.If(_, then, orelse):
            (first, one), (second, other) = _flow(then, known), _flow(orelse, known)
            exposed, defined = exposed | first | second, one & other
        case ir.For(var, _, _, _, body):
            exposed, defined = exposed | (_flow(body, known)[0] - {var}), set()
        case ir.While(_, body):
            exposed |= _flow(body, known)[0]
    known[stmt] = exposed, defined
    return exposed, defined
