"""Preallocation: lists that a loop fills by one entry an iteration get their length at once.

    a = array(0); for i in 0..n: ...; append a v
    becomes
    a = array(n); for i in 0..n: ...; a[i] = v

That is what a comprehension of numbers is.  Its adjoint is then read entry by entry where it would
have been taken apart from its end, and the iterations of the loop do not wait for each other.

Invariant: the module computes the same numbers; nothing mentions the list before it is full.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from adcli.expr import App, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import definition_counts, used_variables
from adcli.ir.types import INT, element, is_array
from adcli.ops.elementary_functions import max_
from adcli.passes.statement_rebuilding import with_blocks, with_body


def preallocated(module: ir.Module) -> ir.Module:
    """The module with such lists allocated in their length."""
    functions = {
        name: _Preallocating(f).function()
        if any(isinstance(s, ir.Append) for s in ir.walk(f.body))
        else f
        for name, f in module.functions.items()
    }
    return ir.Module(functions, module.entry, module.tapes, normal=module.normal)


class _Preallocating:
    """Rewrites one function."""

    def __init__(self, old: ir.Function) -> None:
        self.old = old
        self.types = dict(old.types)
        self.definitions = definition_counts(old.body)
        #: variables that are no less than zero
        self.lengths = {
            s.target
            for s in ir.walk(old.body)
            if isinstance(s, ir.Length)
            and self.definitions[s.target] == 1
            and s.target not in old.params
        }

    def function(self) -> ir.Function:
        return with_body(self.old, self.block(self.old.body), self.types)

    def block(self, body: Sequence[ir.Stmt]) -> list[ir.Stmt]:
        #: the lists that were made empty in this block and not mentioned since
        empty: dict[str, ir.Alloc] = {}
        out: list[ir.Stmt] = []
        for stmt in body:
            if isinstance(stmt, ir.For):
                for append in self.only_appends(stmt, empty):
                    made = empty.pop(append.array)
                    out.remove(made)
                    out += self.allocated(made, stmt)
                    stmt = _storing(stmt, append)
            for inner in ir.walk([stmt]):
                for name in (*used_variables(inner), *ir.assigned(inner)):
                    empty.pop(name, None)
            if isinstance(stmt, ir.Alloc) and self.is_empty(stmt):
                empty[stmt.target] = stmt
            out.append(with_blocks(stmt, self.block))
        return out

    def is_empty(self, stmt: ir.Alloc) -> bool:
        """Whether a list of numbers is made, without entries, and its name is its own."""
        kind = element(self.types[stmt.target])
        if is_array(kind) or self.definitions[stmt.target] > 1 or stmt.target in self.old.params:
            return False
        return isinstance(stmt.size, Num) and stmt.size.value == 0

    def only_appends(self, loop: ir.For, empty: dict[str, ir.Alloc]) -> list[ir.Append]:
        """Where each iteration of a loop appends to an empty list, once, and does nothing else to
        it."""
        match loop:
            case ir.For(_, Num(0), _, Num(1), body) if empty:
                met = Counter([n for s in ir.walk(body) for n in used_variables(s) if n in empty])
                return [s for s in body if isinstance(s, ir.Append) and met[s.array] == 1]
        return []

    def allocated(self, empty: ir.Alloc, loop: ir.For) -> list[ir.Stmt]:
        """The list with as many entries as the loop has iterations."""
        span, origin, role = empty.span, empty.origin, empty.role
        size = loop.stop
        before: list[ir.Stmt] = []
        if not (isinstance(size, Var) and size.name in self.lengths):
            size = Var(self.fresh(f"{empty.target}.size"))
            before.append(ir.Let(size.name, App(max_, (loop.stop, Num(0))), span, origin, role))
        return [*before, ir.Alloc(empty.target, size, span, origin, role)]

    def fresh(self, name: str) -> str:
        while name in self.types:
            name += "'"
        self.types[name] = INT
        return name


def _storing(loop: ir.For, append: ir.Append) -> ir.For:
    """The loop with a store in place of an append."""
    at = Var(loop.var)
    store = ir.Store(append.array, at, append.value, append.span, append.origin, append.role)
    body = [store if s is append else s for s in loop.body]
    span, origin, role = loop.span, loop.origin, loop.role
    return ir.For(loop.var, loop.start, loop.stop, loop.step, body, span, origin, role)
