"""Builder of functions whose types are found: what is wider in one place is wider everywhere.

Invariant: within one pass over a program a name has one type.  Where a later statement needs a
wider one, that is noted for the next pass (`changed`), which begins with it.  Types only grow wider
and are bounded, so there is a last pass.  The types of arrays that share their numbers are unified
(Robinson's unification, with its occurs check).
"""

from __future__ import annotations

from collections.abc import Callable

from adcli.expr import App, Atom, Expr, Var
from adcli.ir import nodes as ir
from adcli.ir.builder import Builder
from adcli.ir.types import INT, MOST_INDICES, REAL, array_of, is_array, join, rank
from adcli.source import Span


class InfiniteType(Exception):
    """An array is put into itself, so its type would have no end."""


class _Dropped(list[ir.Stmt]):
    """A block of statements that nobody wants."""

    def append(self, stmt: ir.Stmt) -> None:
        pass

    def extend(self, code: object) -> None:
        pass


class TypedBuilder(Builder):
    """Collects the statements of one function, or its types alone."""

    def __init__(self, stable: dict[str, str], *, types_alone: bool) -> None:
        """`stable` holds the types that earlier passes came to, and takes those of this one."""
        super().__init__()
        self.stable = stable
        self.types_alone = types_alone
        self.code = self.new_block()
        self.changed = False
        #: arrays that nobody may change, with what messages call them
        self.read_only: dict[str, str] = {}
        #: the statements that make these arrays
        self.read_only_makers: list[ir.Stmt] = []
        #: what variables are computed from, noted for types alone
        self.made_of: dict[str, tuple[Expr, ...]] = {}
        #: functions to call when the type of an array is widened: callers and callees must know
        self.on_widening: dict[str, Callable[[str], None]] = {}
        #: for each array those that its type is unified with: (other, how many indices more lead
        #: to the numbers of the other)
        self._unified: dict[str, list[tuple[str, int]]] = {}
        self._guessed: set[str] = set()

    def new_block(self) -> list[ir.Stmt]:
        return _Dropped() if self.types_alone else []

    def name(self, expr: Expr, span: Span | None, hint: str = "%") -> Atom:
        found = super().name(expr, span, hint)
        if self.types_alone and isinstance(expr, App):
            assert isinstance(found, Var)
            self.made_of[found.name] = expr.args
        return found

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
            if not name[1:].isdecimal():  # such names stand for other things in the next pass
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
        wide = self._widened(target, kind)
        self.stable[target] = wide
        if wide == REAL and kind == INT:
            expr = self.real(self.name(expr, span))
        if isinstance(expr, App) and any(
            isinstance(a, Var) and a.name == target for a in expr.args
        ):
            expr = self.name(expr, span)
        self.code.append(ir.Let(target, expr, span))

    def _widened(self, target: str, kind: str) -> str:
        """The type of a variable for numbers that is assigned one of a type."""
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
        return wide
