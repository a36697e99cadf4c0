"""Reading once what is read twice: entries of an array that were read, or stored, just before.

Invariant: the module computes the same numbers.  Its adjoint adds to an entry of an array of
adjoints once where it would have done so for each load, and an array that was read while it was
being filled may have become one that is filled first (see `adcli.passes.recompute`).
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import Expr, Num, Var
from adcli.ir.nodes import (
    Append,
    Call,
    For,
    Function,
    If,
    Let,
    Load,
    Module,
    Stmt,
    Store,
    Take,
    While,
    assigned,
    walk,
)
from adcli.ir.types import element, is_array
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
    met = [(s.array, _key(s.index)) for s in walk(function.body) if isinstance(s, Load | Store)]
    return len(set(met)) < len(met)


def _key(index: Expr) -> object:
    if isinstance(index, Var):
        return index.name
    return index.value if isinstance(index, Num) else None


def _merged(old: Function, frozen: Frozen) -> Function:
    body = _block(old.body, old, frozen)
    return Function(old.name, old.params, old.results, old.types, body, old.span, old.rule)


def _block(body: Sequence[Stmt], function: Function, frozen: Frozen) -> list[Stmt]:
    out: list[Stmt] = []
    types = function.types
    known: dict[tuple[str, object], Expr] = {}
    for stmt in body:
        span, origin, role = stmt.span, stmt.origin, stmt.role
        match stmt:
            case Load(target, array, index):
                first = known.get((array, _key(index)))
                if first is not None and target not in function.results:
                    stmt = Let(target, first, span, origin, role)
            case If(condition, then, orelse):
                arms = [_block(arm, function, frozen) for arm in (then, orelse)]
                stmt = If(condition, arms[0], arms[1], span, origin, role)
            case While(condition, inner):
                stmt = While(condition, _block(inner, function, frozen), span, origin, role)
            case For(var, start, stop, step, inner):
                inside = _block(inner, function, frozen)
                stmt = For(var, start, stop, step, inside, span, origin, role)
        out.append(stmt)
        if known:
            lost = {name for inner in walk([stmt]) for name in assigned(inner)}
            changed = _changed_kinds(stmt, function)
            known = {
                (array, index): value
                for (array, index), value in known.items()
                if not lost & {array, index, value.name if isinstance(value, Var) else None}
                and (types[array] not in changed or frozen.holds(function, array))
            }
        match stmt:
            case Load(target, array, index):
                known[array, _key(index)] = Var(target)
            case Store(array, index, Var(name) as value) if types[name] == element(types[array]):
                known[array, _key(index)] = value
    return out


def _changed_kinds(stmt: Stmt, function: Function) -> set[str]:
    """The types of the arrays that a statement may change."""
    kinds: set[str] = set()
    for inner in walk([stmt]):
        if isinstance(inner, Store | Append | Take):
            kinds.add(function.types[inner.array])
        elif isinstance(inner, Call):
            kinds.update(kind for kind in function.types.values() if is_array(kind))
    return kinds
