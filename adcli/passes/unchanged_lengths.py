"""Lengths that a loop cannot change: whether a list is still as long as before is not asked again.

    n = len(a); for i in 0..n: ...; m = len(a); ok = m == n; if ok: pass else: raise ...
    becomes
    n = len(a); for i in 0..n: ...

A loop over a list asks that behind each iteration that appends to some list.  Once that list has
its length at once (see `adcli.passes.list_preallocation`), nothing becomes longer, and the
iterations are free of choices.

Invariant: the module computes the same numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from adcli.expr import App, Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import definition_counts, used_variables
from adcli.ops.comparisons_logic_and_choice import eq
from adcli.passes.statement_rebuilding import with_blocks, with_body


def without_length_checks(module: ir.Module) -> ir.Module:
    """The module without the checks of lengths that stay."""
    functions = {
        name: _Rewriting(f).function()
        if sum(isinstance(s, ir.Length) for s in ir.walk(f.body)) > 1
        else f
        for name, f in module.functions.items()
    }
    return ir.Module(functions, module.entry, module.tapes, normal=module.normal)


class _Known(NamedTuple):
    """What is known at one place of a function."""

    #: for arrays: the variable with their length
    lengths: dict[str, str]
    #: for variables with a length: the first one that holds the same
    same: dict[str, str]

    def after(self, stmt: ir.Stmt) -> _Known:
        """What is still known when a statement has run, or may have run in part."""
        inner = list(ir.walk([stmt]))
        if any(isinstance(s, ir.Append | ir.Take | ir.Call) for s in inner):
            return _Known({}, self.same)
        lost = {name for s in inner for name in ir.assigned(s)}
        return _Known(
            {a: n for a, n in self.lengths.items() if not {a, n} & lost},
            {m: n for m, n in self.same.items() if not {m, n} & lost},
        )


class _Rewriting:
    """Rewrites one function."""

    def __init__(self, old: ir.Function) -> None:
        self.old = old
        self.definitions = definition_counts(old.body)
        self.uses = Counter([n for s in ir.walk(old.body) for n in used_variables(s)])

    def function(self) -> ir.Function:
        nothing = _Known({}, {})
        return with_body(self.old, self.block(self.old.body, nothing), self.old.types)

    def block(self, body: Sequence[ir.Stmt], known: _Known) -> list[ir.Stmt]:
        out: list[ir.Stmt] = []
        holds: set[str] = set()  # the comparisons of this block that are true
        for stmt in body:
            before, known = known, known.after(stmt)
            if isinstance(stmt, ir.If) and stmt.condition in holds:
                self.drop(stmt.condition, out)
                out += self.block(stmt.then, before)
                continue
            out.append(with_blocks(stmt, partial(self.block, known=known)))
            match stmt:
                case ir.Length(target, array) if self.is_own(target):
                    first = before.lengths.get(array, target)
                    known = _Known(known.lengths | {array: first}, known.same | {target: first})
                case ir.Let(target, App(op, (Var(a), Var(b)))) if op is eq and self.is_own(target):
                    if a in known.same and known.same[a] == known.same.get(b):
                        holds.add(target)
        return out

    def is_own(self, name: str) -> bool:
        return self.definitions[name] == 1 and name not in (*self.old.params, *self.old.results)

    def drop(self, name: str, out: list[ir.Stmt]) -> None:
        """Take a use of a variable away, and with the last one what computes it."""
        self.uses[name] -= 1
        made = [s for s in out if isinstance(s, ir.Let | ir.Length) and s.target == name]
        if self.uses[name] or not made:
            return
        out.remove(made[0])
        if isinstance(made[0], ir.Let):
            for other in used_variables(made[0]):
                self.drop(other, out)
