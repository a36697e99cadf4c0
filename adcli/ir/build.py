"""Build a function: fresh names, types that grow until they are stable, blocks in the making.

Invariant: within one round a name has one type; where a later statement needs a wider one, the
round is marked and the function is built once more, with that type from the start.
"""

from __future__ import annotations

from adcli.expr import App, Expr, Num, Var
from adcli.ir.nodes import Let, Stmt
from adcli.ir.types import INT, REAL, join, type_of
from adcli.ops.primitive import SAME
from adcli.ops.registry import TABLE
from adcli.source import Span


class Builder:
    """Collects the statements of one function."""

    def __init__(self, stable: dict[str, str]) -> None:
        """`stable` holds the types that earlier rounds settled on, and takes those of this one."""
        self.stable = stable
        self.types: dict[str, str] = {}
        self.code: list[Stmt] = []
        self.changed = False
        self._guessed: set[str] = set()
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

    def declare(self, hint: str, kind: str | None) -> str:
        """A fresh variable of a type that may grow; None: its first assignment tells."""
        name = self.fresh(hint)
        known = self.stable.get(name)
        if known is None:
            self.types[name] = kind or ""
        else:
            self.types[name] = known if kind is None else join(known, kind) or kind
        return name

    def guess(self, name: str) -> None:
        """A variable is read before the text assigns it: until that is met, it is an integer."""
        if self.types[name] == "":
            self.types[name] = INT
            self._guessed.add(name)

    def type_of(self, expr: Expr) -> str:
        return type_of(expr, self.types)

    def name(self, expr: Expr, span: Span, hint: str = "%") -> Expr:
        """An expression as an atom: itself, or a fresh variable that is assigned it."""
        if not isinstance(expr, App):
            return expr
        target, types = self.fresh(hint), self.types
        kind = expr.op.kind  # type: ignore[attr-defined]
        if kind == SAME:
            for arg in expr.args:
                if arg.__class__ is Var and types[arg.name] == REAL:
                    kind = REAL
                    break
            else:
                kind = type_of(expr, types)
        types[target] = kind
        self.code.append(Let(target, expr, span))
        return Var(target)

    def assign(self, target: str, expr: Expr, span: Span) -> None:
        """Assign a declared variable, widening its type or the value's as need be."""
        if isinstance(expr, Var) and expr.name == target:
            return
        kind = self.type_of(expr)
        if self.types[target] == "" or target in self._guessed:
            self.changed |= target in self._guessed
            self._guessed.discard(target)
            self.types[target] = kind
        wide = join(self.types[target], kind)
        if wide is None:
            raise TypeError(f"{target} is {self.types[target]} and {kind}")
        if wide != self.types[target]:
            self.types[target] = wide
            self.changed = True
        self.stable[target] = wide
        if wide == REAL and kind == INT:
            expr = self.real(self.name(expr, span))
        if isinstance(expr, App) and any(
            isinstance(a, Var) and a.name == target for a in expr.args
        ):
            expr = self.name(expr, span)
        self.code.append(Let(target, expr, span))

    @staticmethod
    def real(atom: Expr) -> Expr:
        """An integer atom as a real expression; a literal that no double equals fails when it runs,
        as a variable does."""
        if isinstance(atom, Num) and float(atom.value) == atom.value:
            return Num(float(atom.value))
        return TABLE["real"](atom)
