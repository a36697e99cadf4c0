"""Reading once what is read twice: loads of the same entry of an array that nobody changes.

Invariant: the module computes the same numbers.  Its adjoint adds to an entry of an array of
adjoints once where it would have done so for each load.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import Num, Var
from adcli.ir.nodes import For, Function, If, Let, Load, Module, Stmt, While, assigned, walk
from adcli.passes.activity import Activity
from adcli.passes.recompute import Frozen


def merged(module: Module, activity: Activity) -> Module:
    """The module with copies in place of loads that were there before in the same block."""
    frozen = Frozen(module, activity)
    functions = {
        name: _merged(function, frozen) if _may_gain(function) else function
        for name, function in module.functions.items()
    }
    return Module(functions, module.entry, module.tapes, normal=module.normal)


def _may_gain(function: Function) -> bool:
    loads = [(s.array, _key(s)) for s in walk(function.body) if isinstance(s, Load)]
    return len(set(loads)) < len(loads)


def _key(stmt: Load) -> object:
    index = stmt.index
    if isinstance(index, Var):
        return index.name
    return index.value if isinstance(index, Num) else None


def _merged(old: Function, frozen: Frozen) -> Function:
    body = _block(old.body, old, frozen)
    return Function(old.name, old.params, old.results, old.types, body, old.span, old.rule)


def _block(body: Sequence[Stmt], function: Function, frozen: Frozen) -> list[Stmt]:
    out: list[Stmt] = []
    known: dict[tuple[str, object], str] = {}
    for stmt in body:
        span, origin, role = stmt.span, stmt.origin, stmt.role
        match stmt:
            case Load(target, array, _) if frozen.holds(function, array):
                first = known.get((array, _key(stmt)))
                if first is not None and target not in function.results:
                    stmt = Let(target, Var(first), span, origin, role)
            case If(condition, then, orelse):
                arms = [_block(arm, function, frozen) for arm in (then, orelse)]
                stmt = If(condition, arms[0], arms[1], span, origin, role)
            case While(condition, inner):
                stmt = While(condition, _block(inner, function, frozen), span, origin, role)
            case For(var, start, stop, step, inner):
                inside = _block(inner, function, frozen)
                stmt = For(var, start, stop, step, inside, span, origin, role)
        out.append(stmt)
        lost = {name for inner in walk([stmt]) for name in assigned(inner)}
        if known and lost:
            known = {
                (array, index): name
                for (array, index), name in known.items()
                if not lost & {array, index, name}
            }
        if isinstance(stmt, Load) and frozen.holds(function, stmt.array):
            known[stmt.array, _key(stmt)] = stmt.target
    return out
