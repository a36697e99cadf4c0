"""Vector forward mode: the program runs once, with tangents along several directions side by side.

Invariant: along each direction the tangents are those of `forward`, computed by the same operations
in the same order.  Griewank & Walther, *Evaluating Derivatives*, section 3.1 (vector mode).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from adcli.expr import variables
from adcli.ir import nodes as ir
from adcli.ir.dataflow import used_variables
from adcli.ir.types import REAL, base
from adcli.passes.forward_mode import forward
from adcli.passes.normalise import normalise
from adcli.passes.statement_rebuilding import Renaming, with_blocks
from adcli.passes.tangent_adjoint_marks import TANGENT_MARK, new_mark


def vector_forward(module: ir.Module, wrt: Sequence[str], directions: int) -> ir.Module:
    """Like `forward` with so many tangents for each variable.

    Parameters: those of the entry, then the tangents of `wrt` along the first direction, along the
    second, ...; results likewise.
    """
    module = normalise(module)
    mark = new_mark(module, TANGENT_MARK)
    return _Widening(forward(module, wrt), mark, directions).module()


class _Widening:
    """Repeats all that is done to tangents, with the number of the direction in their names."""

    def __init__(self, old: ir.Module, mark: str, directions: int) -> None:
        self.old = old
        self.mark = mark
        self.directions = range(1, directions + 1)
        #: the types of the function that is being rewritten
        self.types: dict[str, str] = {}
        #: for each direction, from names of tangents to those of its own
        self.renamings = [
            Renaming(along, along)
            for along in (partial(self.name, direction=d) for d in self.directions)
        ]

    def module(self) -> ir.Module:
        old = self.old
        functions = {name: self.function(f) for name, f in old.functions.items()}
        tapes = {t: kind for tape, kind in old.tapes.items() for t in self.names([tape])}
        return ir.Module(functions, old.entry, tapes)

    def is_tangent(self, name: str) -> bool:
        """Whether a variable or a tape has a marked name; lengths and indices are of no direction,
        whatever their names."""
        return name.endswith(self.mark) and base(self.types.get(name, REAL)) == REAL

    def name(self, name: str, direction: int) -> str:
        """What a name becomes along a direction: another one only if it is a tangent's."""
        return f"{name}@{direction}" if self.is_tangent(name) else name

    def names(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those of the program, then those of tangents, direction by direction."""
        own = [n for n in names if not self.is_tangent(n)]
        marked = [n for n in names if self.is_tangent(n)]
        return (*own, *[self.name(n, d) for d in self.directions for n in marked])

    def function(self, old: ir.Function) -> ir.Function:
        self.types = old.types
        types = {n: kind for name, kind in old.types.items() for n in self.names([name])}
        params, results = self.names(old.params), self.names(old.results)
        body = self.block(old.body)
        return ir.Function(old.name, params, results, types, body, old.span, old.rule)

    def block(self, body: Sequence[ir.Stmt]) -> list[ir.Stmt]:
        return [made for stmt in body for made in self.statement(stmt)]

    def statement(self, stmt: ir.Stmt) -> list[ir.Stmt]:
        match stmt:
            case ir.If() | ir.While() | ir.For():
                return [with_blocks(stmt, self.block)]
            case ir.Call(_, function, _) if function.endswith(self.mark):
                return [self.wide_call(stmt)]
        if self.mentions_tangents(stmt):
            return [renaming.statement(stmt) for renaming in self.renamings]
        return [stmt]

    def wide_call(self, stmt: ir.Call) -> ir.Call:
        """A call of a function that was widened too: which arguments are tangents, its parameters
        tell."""
        params = self.old.functions[stmt.function].params
        own = [a for a, p in zip(stmt.args, params, strict=True) if not self.is_tangent(p)]
        marked = [a for a, p in zip(stmt.args, params, strict=True) if self.is_tangent(p)]
        wide = [renaming.atom(a) for renaming in self.renamings for a in marked]
        about = stmt.status, stmt.span, stmt.origin, stmt.role
        return ir.Call(self.names(stmt.targets), stmt.function, (*own, *wide), *about)

    def mentions_tangents(self, stmt: ir.Stmt) -> bool:
        names = [*ir.assigned(stmt), *used_variables(stmt)]
        if isinstance(stmt, ir.Let):
            names += variables(stmt.expr)
        elif isinstance(stmt, ir.Push | ir.Pop):
            names.append(stmt.tape)
        return any(map(self.is_tangent, names))
