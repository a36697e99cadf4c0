"""Forward mode along several directions at once: the program runs once, its tangents side by side.

Invariant: along each direction the tangents are those of `forward`, computed by the same operations
in the same order.  Griewank & Walther, *Evaluating Derivatives*, section 3.1 (vector mode).
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import App, Atom, Expr, Var
from adcli.ir import nodes as ir
from adcli.passes.forward_mode import forward
from adcli.passes.normalise import normalise
from adcli.passes.shadow_names import TANGENT_MARK, new_mark


def forward_along(module: ir.Module, wrt: Sequence[str], directions: int) -> ir.Module:
    """Like `forward` with so many tangents for each variable.

    Parameters: those of the entry, then the tangents of `wrt` along the first direction, along the
    second, ...; results likewise.
    """
    module = normalise(module)
    mark = new_mark(module, TANGENT_MARK)
    return _Widened(forward(module, wrt), mark, directions).module()


class _Widened:
    """Repeats all that is done to tangents, with a number in their names."""

    def __init__(self, old: ir.Module, mark: str, directions: int) -> None:
        self.old = old
        self.mark = mark
        self.directions = range(1, directions + 1)

    def module(self) -> ir.Module:
        old = self.old
        functions = {name: self.function(f) for name, f in old.functions.items()}
        tapes = {t: kind for tape, kind in old.tapes.items() for t in self.names([tape])}
        return ir.Module(functions, old.entry, tapes)

    def is_tangent(self, name: str) -> bool:
        return name.endswith(self.mark)

    def name(self, name: str, direction: int) -> str:
        return f"{name}@{direction}" if self.is_tangent(name) else name

    def names(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those of the program, then those of tangents, direction by direction."""
        own = [n for n in names if not self.is_tangent(n)]
        marked = [n for n in names if self.is_tangent(n)]
        return (*own, *[self.name(n, d) for d in self.directions for n in marked])

    def function(self, old: ir.Function) -> ir.Function:
        types = {n: kind for name, kind in old.types.items() for n in self.names([name])}
        params, results = self.names(old.params), self.names(old.results)
        body = self.block(old.body)
        return ir.Function(old.name, params, results, types, body, old.span, old.rule)

    def block(self, body: Sequence[ir.Stmt]) -> list[ir.Stmt]:
        return [made for stmt in body for made in self.statement(stmt)]

    def statement(self, stmt: ir.Stmt) -> list[ir.Stmt]:
        span, origin, role = stmt.span, stmt.origin, stmt.role
        match stmt:
            case ir.If(condition, then, orelse):
                return [ir.If(condition, self.block(then), self.block(orelse), span, origin, role)]
            case ir.While(condition, body):
                return [ir.While(condition, self.block(body), span, origin, role)]
            case ir.For(var, start, stop, step, body):
                return [ir.For(var, start, stop, step, self.block(body), span, origin, role)]
            case ir.Call(targets, function, args) if function.endswith(self.mark):
                return [self.derived(stmt, targets, function, args)]
        copies = [self.along(stmt, d) for d in self.directions]
        return [stmt] if copies[0] is None else [c for c in copies if c is not None]

    def derived(
        self, stmt: ir.Stmt, targets: tuple[str, ...], function: str, args: tuple[Atom, ...]
    ) -> ir.Call:
        """A call of a function that was widened too: which arguments are tangents, its parameters
        tell."""
        params = self.old.functions[function].params
        own = [a for a, p in zip(args, params, strict=True) if not self.is_tangent(p)]
        marked = [a for a, p in zip(args, params, strict=True) if self.is_tangent(p)]
        wide = [self.atom(a, d) for d in self.directions for a in marked]
        return ir.Call(
            self.names(targets), function, (*own, *wide), stmt.span, stmt.origin, stmt.role
        )

    def atom(self, atom: Atom, direction: int) -> Atom:
        return Var(self.name(atom.name, direction)) if isinstance(atom, Var) else atom

    def expression(self, expr: Expr, direction: int) -> Expr:
        if isinstance(expr, App):
            return App(expr.op, tuple([self.expression(a, direction) for a in expr.args]))
        return self.atom(expr, direction)

    def along(self, stmt: ir.Stmt, d: int) -> ir.Stmt | None:
        """The statement for a direction; None if it has nothing to do with tangents."""
        about = (stmt.span, stmt.origin, stmt.role)
        made: ir.Stmt
        match stmt:
            case ir.Let(target, expr):
                made = ir.Let(self.name(target, d), self.expression(expr, d), *about)
            case ir.Alloc(target, size):
                made = ir.Alloc(self.name(target, d), size, *about)
            case ir.Load(target, array, index):
                made = ir.Load(self.name(target, d), self.name(array, d), index, *about)
            case ir.Store(array, index, value):
                made = ir.Store(self.name(array, d), index, self.atom(value, d), *about)
            case ir.Append(array, value):
                made = ir.Append(self.name(array, d), self.atom(value, d), *about)
            case ir.Take(array, target):
                made = ir.Take(self.name(array, d), self.name(target, d), *about)
            case ir.Length(target, array):
                made = ir.Length(self.name(target, d), self.name(array, d), *about)
            case ir.Push(tape, value):
                made = ir.Push(self.name(tape, d), self.atom(value, d), *about)
            case ir.Pop(tape, target):
                made = ir.Pop(self.name(tape, d), self.name(target, d), *about)
            case ir.Call(targets, function, args):
                values = tuple([self.atom(a, d) for a in args])
                made = ir.Call(tuple([self.name(t, d) for t in targets]), function, values, *about)
            case _:
                raise TypeError(f"unknown statement {stmt!r}")
        return made if self.mentions(stmt) else None

    def mentions(self, stmt: ir.Stmt) -> bool:
        names: list[str] = []
        for slot in ("target", "array", "tape"):
            names.append(getattr(stmt, slot, ""))
        for slot in ("expr", "value"):
            names += _variables(getattr(stmt, slot, None))
        if isinstance(stmt, ir.Call):
            names += [*stmt.targets, *[n for a in stmt.args for n in _variables(a)]]
        return any(map(self.is_tangent, names))


def _variables(expr: Expr | None) -> list[str]:
    if isinstance(expr, Var):
        return [expr.name]
    return [n for a in expr.args for n in _variables(a)] if isinstance(expr, App) else []
