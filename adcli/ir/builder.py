"""Builder of functions: fresh names, statements in order, and the inference of types.

Invariant: in one round of inference a name has one type.  Where a later statement needs a wider
one, the round is marked as changed, and the front end builds the function again with that type from
the start, until nothing changes: a fixed point, since types only grow wider and are bounded.  The
types of arrays that share their numbers are unified.
"""

from __future__ import annotations

from collections.abc import Callable

from adcli.expr import App, Atom, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import INT, MOST_INDICES, REAL, array_of, is_array, join, rank, type_of
from adcli.ops.primitive import SAME
from adcli.ops.registry import TABLE
from adcli.source import Span


class InfiniteType(Exception):
    """An array is put into itself, so its type would have no end (the occurs check of
    unification)."""


class Builder:
    """Collects the statements of one function."""

    def __init__(self, stable: dict[str, str]) -> None:
        """`stable` holds the types that earlier rounds settled on, and takes those of this one."""
        self.stable = stable
        self.types: dict[str, str] = {}
        self.code: list[ir.Stmt] = []
        self.changed = False
        self.has_arrays = False
        #: arrays that nobody may change, with what messages call them
        self.read_only: dict[str, str] = {}
        #: the statements that make these arrays
        self.read_only_makers: list[ir.Stmt] = []
        #: for each array those that its type is unified with: (other, how many indices more lead
        #: to the numbers of the other)
        self._unified: dict[str, list[tuple[str, int]]] = {}
        #: functions to call when the type of an array is widened: callers and callees must know
        self.on_widening: dict[str, Callable[[str], None]] = {}
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
        """A fresh variable of a type that may be widened; None: its first assignment tells."""
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

    def name(self, expr: Expr, span: Span, hint: str = "%") -> Atom:
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

    def unify(self, one: str, other: str, deeper: int = 0) -> None:
        """Unify the types of two arrays that share their numbers; `deeper` says how many indices
        more lead to the numbers of `other`."""
        self._unified.setdefault(one, []).append((other, deeper))
        self._unified.setdefault(other, []).append((one, -deeper))
        self.widen(other, array_of(self.types[one], deeper))
        self.widen(one, self.types[other].removesuffix(array_of("", deeper)))

    def widen(self, name: str, kind: str) -> None:
        """Widen the type of an array so that it can hold what arrays of another type hold."""
        todo = [(name, kind)]
        while todo:
            name, kind = todo.pop()
            wide = join(self.types[name], kind)
            if wide is None:
                raise TypeError(f"{name} is {self.types[name]} and {kind}")
            if wide == self.types[name]:
                continue
            if rank(wide) > MOST_INDICES:
                raise InfiniteType(name)
            self.types[name] = wide
            self.changed = True
            if not name[1:].isdecimal():  # such names stand for other things in the next round
                self.stable[name] = wide
            if name in self.on_widening:
                self.on_widening[name](wide)
            for other, deeper in self._unified.get(name, ()):
                if deeper >= 0:
                    todo.append((other, array_of(wide, deeper)))
                else:
                    todo.append((other, wide[: 2 * deeper]))

    def assign(self, target: str, expr: Expr, span: Span) -> None:
        """Assign a declared variable, widening its type or the value's as need be."""
        if isinstance(expr, Var) and expr.name == target:
            return
        kind = self.type_of(expr)
        if is_array(kind):
            assert isinstance(expr, Var)
            if not self.types[target]:
                self.types[target] = kind
            self.unify(expr.name, target)
            self.code.append(ir.Let(target, expr, span))
            return
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
        self.code.append(ir.Let(target, expr, span))

    @staticmethod
    def real(atom: Expr) -> Expr:
        """An integer atom as a real expression; a literal that no double equals fails when it runs,
        as a variable does."""
        if isinstance(atom, Num) and float(atom.value) == atom.value:
            return Num(float(atom.value))
        return TABLE["real"](atom)
