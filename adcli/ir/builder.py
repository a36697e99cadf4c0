"""Builder of functions: fresh names, and statements in order."""

from __future__ import annotations

from adcli.expr import App, Atom, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import REAL, type_of
from adcli.ops.primitive import SAME
from adcli.ops.registry import TABLE
from adcli.source import Span


class Builder:
    """Collects the statements of one function."""

    def __init__(self) -> None:
        self.types: dict[str, str] = {}
        self.code: list[ir.Stmt] = []
        self.has_arrays = False
        self._numbers: dict[str, int] = {}
        self._count = 0

    def fresh(self, hint: str = "%") -> str:
        """A name not used before: `%1`, `%2`, ...; for a hint `x` it is `x`, `x.2`, `x.3`, ..."""
        if hint == "%":
            self._count += 1
            return f"%{self._count}"
        number = self._numbers.get(hint, 0) + 1
        self._numbers[hint] = number
        return hint if number == 1 else f"{hint}.{number}"

    def type_of(self, expr: Expr) -> str:
        return type_of(expr, self.types)

    def name(self, expr: Expr, span: Span | None, hint: str = "%") -> Atom:
        """An expression as an atom: itself, or a fresh variable that is assigned it."""
        if not isinstance(expr, App):
            return expr
        target, types = self.fresh(hint), self.types
        kind = expr.op.kind
        if kind == SAME:
            for arg in expr.args:
                if arg.__class__ is Var and types[arg.name] == REAL:
                    kind = REAL
                    break
            else:
                kind = type_of(expr, types)
        types[target] = kind
        self.code.append(ir.Let(target, expr, span))
        return Var(target)

    @staticmethod
    def real(atom: Expr) -> Expr:
        """An integer atom as a real expression; a literal that no double equals fails when it runs,
        as a variable does."""
        if isinstance(atom, Num) and float(atom.value) == atom.value:
            return Num(float(atom.value))
        return TABLE["real"](atom)
