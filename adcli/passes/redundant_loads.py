"""Redundant-load elimination: an entry that was just read or stored is not read again.

Invariant: the module computes the same numbers.  Its adjoint adds to an entry of an array of
adjoints once where it would have done so for each load, and an array that was read while it was
being filled may have become one that is filled first (see `adcli.passes.array_mutation_analysis`).
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import definition_counts
from adcli.ir.types import element, is_array
from adcli.passes.activity_analysis import Activity
from adcli.passes.array_mutation_analysis import Mutations
from adcli.passes.statement_rebuilding import with_blocks, with_body


def without_redundant_loads(module: ir.Module, activity: Activity) -> ir.Module:
    """The module with copies in place of loads that were there before in the same block."""
    mutations = Mutations(module, activity)
    functions = {
        name: _Rewriting(function, mutations).function() if _may_gain(function) else function
        for name, function in module.functions.items()
    }
    return ir.Module(functions, module.entry, module.tapes, normal=module.normal)


def _may_gain(function: ir.Function) -> bool:
    met = [
        (s.array, _key(s.index))
        for s in ir.walk(function.body)
        if isinstance(s, ir.Load | ir.Store)
    ]
    return len(set(met)) < len(met)


def _key(index: Expr) -> object:
    if isinstance(index, Var):
        return index.name
    return index.value if isinstance(index, Num) else None


class _Rewriting:
    """Rewrites one function."""

    def __init__(self, old: ir.Function, mutations: Mutations) -> None:
        self.old = old
        self.mutations = mutations
        self.definitions = definition_counts(old.body)
        #: for rows that were read before, the variable that each was first read into
        self.first: dict[str, str] = {}

    def function(self) -> ir.Function:
        return with_body(self.old, self.block(self.old.body), self.old.types)

    def block(self, body: Sequence[ir.Stmt]) -> list[ir.Stmt]:
        out: list[ir.Stmt] = []
        known: dict[tuple[str, object], Expr] = {}
        outside = self.first
        self.first = dict(outside)
        for old in body:
            stmt = self.statement(old, known)
            if stmt is None:
                continue
            out.append(stmt)
            if known:
                self.forget(known, stmt)
            self.learn(known, stmt)
        self.first = outside
        return out

    def statement(self, stmt: ir.Stmt, known: dict[tuple[str, object], Expr]) -> ir.Stmt | None:
        """What becomes of a statement; None: it would read what its target already holds."""
        span, origin, role = stmt.span, stmt.origin, stmt.role
        match stmt:
            case ir.Load(target, array, index):
                array = self.first.get(array, array)
                first = known.get((array, _key(index)))
                if first is None or target in self.old.results:
                    return ir.Load(target, array, index, span, origin, role)
                if isinstance(first, Var) and first.name == target:
                    return None
                row = self.first.get(first.name) if isinstance(first, Var) else None
                if row is not None and self.is_assigned_once(target):
                    self.first[target] = row
                return ir.Let(target, first, span, origin, role)
            case ir.Store(array, index, value) if array in self.first:
                return ir.Store(self.first[array], index, value, span, origin, role)
            case ir.Length(target, array) if array in self.first:
                return ir.Length(target, self.first[array], span, origin, role)
        return with_blocks(stmt, self.block)

    def is_assigned_once(self, name: str) -> bool:
        return self.definitions[name] == 1 and name not in self.old.params

    def forget(self, known: dict[tuple[str, object], Expr], stmt: ir.Stmt) -> None:
        """Forget what a statement changes.  An array that keeps its entries once it is read may
        have been stored to before: then by its own name."""
        types = self.old.types
        lost = {name for inner in ir.walk([stmt]) for name in ir.assigned(inner)}
        changed = _changed_kinds(stmt, self.old)
        stored = [s for s in ir.walk([stmt]) if isinstance(s, ir.Store | ir.Take)]
        for (array, index), value in list(known.items()):
            names = {array, index, value.name if isinstance(value, Var) else None}
            is_changed = types[array] in changed and (
                not self.mutations.keeps_entries(self.old, array)
                or any([s.array == array and _may_hit(s, index) for s in stored])
            )
            if lost & names or is_changed:
                del known[array, index]

    def learn(self, known: dict[tuple[str, object], Expr], stmt: ir.Stmt) -> None:
        types = self.old.types
        match stmt:
            case ir.Load(target, array, index):
                known[array, _key(index)] = Var(target)
                if is_array(types[target]) and self.is_assigned_once(target):
                    self.first[target] = target
            case ir.Store(array, index, Var(name) as value) if types[name] == element(types[array]):
                known[array, _key(index)] = value


def _may_hit(stmt: ir.Store | ir.Take, place: object) -> bool:
    """Whether a statement may change an entry.  Numbers that are not negative name different ones,
    while -1 may be 0."""
    at = _key(stmt.index) if isinstance(stmt, ir.Store) else None
    if not (isinstance(at, int) and isinstance(place, int)):
        return True
    return at == place or at < 0 or place < 0


def _changed_kinds(stmt: ir.Stmt, function: ir.Function) -> set[str]:
    """The types of the arrays that a statement may change."""
    kinds: set[str] = set()
    for inner in ir.walk([stmt]):
        if isinstance(inner, ir.Store | ir.Append | ir.Take):
            kinds.add(function.types[inner.array])
        elif isinstance(inner, ir.Call):
            kinds.update(kind for kind in function.types.values() if is_array(kind))
    return kinds
