"""Loops of the IR over whole arrays: an array of zeros like another, a copy, a sum.

Invariant: the loops run over the lengths that the arrays have, level by level, so an array of
arrays may have any shape, and a row that is there twice is met twice.
"""

from __future__ import annotations

from collections.abc import Callable

from adcli.expr import App, Atom, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import INT, REAL, array_of, element, rank
from adcli.ops.comparisons_logic_and_choice import matched
from adcli.source import Span


class WholeArrayStatements:
    """Writes such statements for one function; `fresh` declares a new variable of a type."""

    def __init__(self, fresh: Callable[[str], str], role: str, span: Span | None) -> None:
        self.fresh = fresh
        self.role = role
        self.span = span

    def zeros(self, target: str, array: str, kind: str, out: list[ir.Stmt]) -> None:
        """Make `target` a new array of real zeros of the shape of `array`; `kind` is its type."""
        size: Atom = Num(0)
        if rank(kind) == 1:
            size = self.length(array, out)
        out.append(ir.Alloc(target, size, self.span, None, self.role))
        if rank(kind) > 1:
            kind = element(kind)
            row, copy = self.fresh(kind), self.fresh(array_of(REAL, rank(kind)))
            index, body = self.over(array, out)
            body.append(ir.Load(row, array, index, self.span, None, self.role))
            self.zeros(copy, row, kind, body)
            body.append(ir.Append(target, Var(copy), self.span, None, self.role))

    def copy(self, target: str, array: str, kind: str, out: list[ir.Stmt]) -> None:
        """Make `target` a new array with the numbers of `array`; `kind` is the type of both."""
        is_flat = rank(kind) == 1
        size: Atom = self.length(array, out) if is_flat else Num(0)
        out.append(ir.Alloc(target, size, self.span, None, self.role))
        index, body = self.over(array, out)
        entry = self.fresh(element(kind))
        body.append(ir.Load(entry, array, index, self.span, None, self.role))
        if is_flat:
            body.append(ir.Store(target, index, Var(entry), self.span, None, self.role))
            return
        copy = self.fresh(element(kind))
        self.copy(copy, entry, element(kind), body)
        body.append(ir.Append(target, Var(copy), self.span, None, self.role))

    def with_same_rows(self, array: str, kind: str, out: list[ir.Stmt]) -> str:
        """Another array that holds the same rows: its innermost arrays are those of `array`, so
        that both change together; the arrays that hold arrays are new."""
        if rank(kind) == 1:
            return array
        target, row = self.fresh(kind), self.fresh(element(kind))
        out.append(ir.Alloc(target, Num(0), self.span, None, self.role))
        index, body = self.over(array, out)
        body.append(ir.Load(row, array, index, self.span, None, self.role))
        held = self.with_same_rows(row, element(kind), body)
        body.append(ir.Append(target, Var(held), self.span, None, self.role))
        return target

    def add(self, target: str, array: str, kind: str, out: list[ir.Stmt]) -> None:
        """Add the entries of `array` to those of `target`; both are of the type `kind`, and it is
        an error if they are not of one shape."""
        kind = element(kind)
        mine, other = self.fresh(kind), self.fresh(kind)
        sizes = (self.length(target, out), self.length(array, out))
        same = self.fresh(INT)
        out.append(ir.Let(same, App(matched, sizes), self.span, None, self.role))
        index, body = self.over(target, out)
        body.append(ir.Load(mine, target, index, self.span, None, self.role))
        body.append(ir.Load(other, array, index, self.span, None, self.role))
        if kind == REAL:
            total = self.fresh(REAL)
            body.append(ir.Let(total, Var(mine) + Var(other), self.span, None, self.role))
            body.append(ir.Store(target, index, Var(total), self.span, None, self.role))
        else:
            self.add(mine, other, kind, body)

    def over(self, array: str, out: list[ir.Stmt]) -> tuple[Var, list[ir.Stmt]]:
        """A loop over the indices of an array: its variable and its body, still empty."""
        size, index = self.length(array, out), Var(self.fresh(INT))
        body: list[ir.Stmt] = []
        out.append(ir.For(index.name, Num(0), size, Num(1), body, self.span, None, self.role))
        return index, body

    def length(self, array: str, out: list[ir.Stmt]) -> Var:
        size = Var(self.fresh(INT))
        out.append(ir.Length(size.name, array, self.span, None, self.role))
        return size
