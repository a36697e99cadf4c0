"""Program slicing: functions cut down to some of their results, without what only others need.

Weiser, "Program slicing" (ICSE 1981).

Invariant: a function that is cut down computes the results that are kept as before, changes the
same arrays, and has the same `raise` statements and smoothness checks; another operation that
nothing needs may fail no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adcli.expr import variables
from adcli.ir import nodes as ir
from adcli.ir.call_graph import calls_of, with_callers
from adcli.ir.dataflow import used_variables
from adcli.passes.side_effects_of_iterations import changed_arrays, own_arrays
from adcli.passes.statement_rebuilding import with_blocks

#: Between the name of a function and the numbers of its results, where it is cut down to them.
_MARK = ".to."


class Reduction:
    """Functions of a module that are cut down, by their new names.  `checking` are those that have
    smoothness checks."""

    def __init__(self, module: ir.Module, checking: Iterable[str] = ()) -> None:
        self.module = module
        self.functions: dict[str, ir.Function] = {}
        raising = {n for n, f in module.functions.items() if any(map(_exits, ir.control(f.body)))}
        self._acting = with_callers(module, raising.union(checking)) | _changing(module)

    def reduced(self, name: str, kept: Iterable[int]) -> ir.Function:
        """A function that returns some of the results only, and takes what these need; the function
        itself if it needs all."""
        old = self.module.functions[name]
        results = tuple([old.results[i] for i in kept])
        made = name + _MARK + (".".join(results) or "nothing")
        if made not in self.functions:
            self.functions[made] = old  # for calls of itself, which stay as they are
            found = _CutDown(self, old, results)
            if results != old.results or len(found.params) < len(old.params):
                self.functions[made] = found.function(made)
        return self.functions[made]

    def acts(self, call: ir.Call) -> bool:
        """Whether a call may do more than return results."""
        return call.function in self._acting or bool(call.status)


class _CutDown:
    """What is needed of a function."""

    def __init__(self, reduction: Reduction, old: ir.Function, results: tuple[str, ...]) -> None:
        self.reduction = reduction
        self.old = old
        self.results = results
        self.own = own_arrays(old, old.body)
        #: the calls as they will be
        self.calls: dict[ir.Stmt, ir.Call] = {}
        self.needed, before = set(results), -1
        while len(self.needed) > before:
            before = len(self.needed)
            self.spread(old.body)
        self.params = tuple([p for p in old.params if p in self.needed])

    def spread(self, body: Sequence[ir.Stmt]) -> bool:
        """Add what the needed statements of a block use; whether there are any."""
        found = False
        for stmt in reversed(body):
            inside = [self.spread(block) for block in ir.blocks(stmt)]
            if any(inside) or self.is_needed(stmt):
                found = True
                if isinstance(stmt, ir.Call):
                    self.calls[stmt] = self.call(stmt)
                if stmt.role == ir.SMOOTHNESS_CHECK:
                    self.needed.update(checked_variables(stmt))
                self.needed.update(used_variables(self.calls.get(stmt, stmt)))
        return found

    def is_needed(self, stmt: ir.Stmt) -> bool:
        """Whether a statement itself is needed, not one inside it."""
        match stmt:
            case ir.Let(role=ir.SMOOTHNESS_CHECK):
                return True
            case ir.Let() | ir.Alloc() | ir.Load() | ir.Length():
                return not self.needed.isdisjoint(ir.assigned(stmt))
            case ir.Store(array) | ir.Append(array):
                return array in self.needed or array not in self.own
            case ir.Call(targets):
                return self.reduction.acts(stmt) or not self.needed.isdisjoint(targets)
        return not isinstance(stmt, ir.If | ir.For)

    def call(self, call: ir.Call) -> ir.Call:
        """A call of a function that is cut down too."""
        callee = self.reduction.module.functions[call.function]
        if call.status or callee.rule is not None or callee.routine:
            return call
        kept = [i for i, target in enumerate(call.targets) if target in self.needed]
        made = self.reduction.reduced(callee.name, kept)
        if made is callee:
            return call
        args = dict(zip(callee.params, call.args, strict=True))
        targets = tuple([call.targets[i] for i in kept])
        return ir.Call(
            targets, made.name, tuple([args[p] for p in made.params]),
            span=call.span, origin=call.origin, role=call.role,
        )  # fmt: skip

    def function(self, name: str) -> ir.Function:
        old = self.old
        body = self.block(old.body)
        return ir.Function(name, self.params, self.results, old.types, body, old.span)

    def block(self, body: Sequence[ir.Stmt]) -> list[ir.Stmt]:
        kept: list[ir.Stmt] = []
        for stmt in body:
            if stmt.block_fields:
                stmt = with_blocks(stmt, self.block)
            if self.is_needed(stmt) or any(ir.blocks(stmt)):
                kept.append(self.calls.get(stmt, stmt))
        return kept


def checked_variables(stmt: ir.Stmt) -> list[str]:
    """The variables that decide a check, which is an operation on an operation."""
    return variables(stmt.expr) if isinstance(stmt, ir.Let) else []


def _exits(stmt: ir.Stmt) -> bool:
    """Whether a statement may end the run, or uses a tape."""
    return isinstance(stmt, ir.Raise | ir.Push | ir.Pop)


def _changing(module: ir.Module) -> set[str]:
    """The functions that change arrays that they are given; none with a rule does."""
    found = {
        name
        for name, f in module.functions.items()
        if f.rule is None and not changed_arrays(f.body) <= own_arrays(f, f.body)
    }
    while True:
        more = {
            name
            for name, f in module.functions.items()
            if f.rule is None and any([call.function in found for call in calls_of(f)])
        }
        if more <= found:
            return found
        found |= more
