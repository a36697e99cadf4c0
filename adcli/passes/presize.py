"""Lists that a loop fills one entry a turn are made in their length and filled in place.

    a = array(0); for i in 0..n: ...; append a v
    becomes
    a = array(n); for i in 0..n: ...; a[i] = v

That is what a comprehension of numbers is.  Its adjoint is then read entry by entry where it would
have been taken apart from its end, and the turns of the loop do not wait for each other.

Invariant: the module computes the same numbers; nothing mentions the list before it is full.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from adcli.expr import App, Expr, Num, Var
from adcli.ir.nodes import (
    Alloc,
    Append,
    For,
    Function,
    If,
    Length,
    Let,
    Module,
    Stmt,
    Store,
    While,
    assigned,
    walk,
)
from adcli.ir.types import INT, element, is_array
from adcli.ops.elementary import max_
from adcli.passes.recompute import assignments, mentioned_arrays


def presized(module: Module) -> Module:
    """The module with such lists made in their length."""
    functions = {
        name: _Filling(f).function() if any(isinstance(s, Append) for s in walk(f.body)) else f
        for name, f in module.functions.items()
    }
    return Module(functions, module.entry, module.tapes, normal=module.normal)


class _Filling:
    """One function while its lists are found."""

    def __init__(self, old: Function) -> None:
        self.old = old
        self.types = dict(old.types)
        self.makers = assignments(old.body)
        #: what is no less than zero
        self.lengths = {
            s.target
            for s in walk(old.body)
            if isinstance(s, Length) and self.makers[s.target] == 1 and s.target not in old.params
        }

    def function(self) -> Function:
        old, body = self.old, self.block(self.old.body)
        return Function(old.name, old.params, old.results, self.types, body, old.span, old.rule)

    def block(self, body: Sequence[Stmt]) -> list[Stmt]:
        #: what was made empty in this block and not mentioned since
        empty: dict[str, Alloc] = {}
        out: list[Stmt] = []
        for stmt in body:
            if isinstance(stmt, For):
                for append in self.filled(stmt, empty):
                    made = empty.pop(append.array)
                    out.remove(made)
                    out += self.made(made, stmt)
                    stmt = _storing(stmt, append)
            for inner in walk([stmt]):
                for name in (*mentioned_arrays(inner), *assigned(inner)):
                    empty.pop(name, None)
            if isinstance(stmt, Alloc) and self.is_empty(stmt):
                empty[stmt.target] = stmt
            out.append(self.inside(stmt))
        return out

    def inside(self, stmt: Stmt) -> Stmt:
        span, origin, role = stmt.span, stmt.origin, stmt.role
        match stmt:
            case If(condition, then, orelse):
                return If(condition, self.block(then), self.block(orelse), span, origin, role)
            case While(condition, body):
                return While(condition, self.block(body), span, origin, role)
            case For(var, start, stop, step, body):
                return For(var, start, stop, step, self.block(body), span, origin, role)
        return stmt

    def is_empty(self, stmt: Alloc) -> bool:
        """Whether a list of numbers is made, without entries, and its name is its own."""
        kind = element(self.types[stmt.target])
        if is_array(kind) or self.makers[stmt.target] > 1 or stmt.target in self.old.params:
            return False
        return isinstance(stmt.size, Num) and stmt.size.value == 0

    def filled(self, loop: For, empty: dict[str, Alloc]) -> list[Append]:
        """Where each turn of a loop appends to an empty list, once, and does nothing else to it."""
        match loop:
            case For(_, Num(0), _, Num(1), body) if empty:
                met = Counter([n for s in walk(body) for n in mentioned_arrays(s) if n in empty])
                return [s for s in body if isinstance(s, Append) and met[s.array] == 1]
        return []

    def made(self, empty: Alloc, loop: For) -> list[Stmt]:
        """The list with as many entries as the loop has turns."""
        span, origin, role = empty.span, empty.origin, empty.role
        size = loop.stop
        before: list[Stmt] = []
        if not (isinstance(size, Var) and size.name in self.lengths):
            size = Var(self.fresh(f"{empty.target}.size"))
            before.append(Let(size.name, App(max_, (loop.stop, Num(0))), span, origin, role))
        return [*before, Alloc(empty.target, size, span, origin, role)]

    def fresh(self, name: str) -> str:
        while name in self.types:
            name += "'"
        self.types[name] = INT
        return name


def _storing(loop: For, append: Append) -> For:
    """The loop with a store in place of an append."""
    at: Expr = Var(loop.var)
    store = Store(append.array, at, append.value, append.span, append.origin, append.role)
    body = [store if s is append else s for s in loop.body]
    span, origin, role = loop.span, loop.origin, loop.role
    return For(loop.var, loop.start, loop.stop, loop.step, body, span, origin, role)
