"""Loops without effect: whether a loop changes nothing if certain numbers are zero.

Invariant: the answer is yes only if every entry that the loop stores is the one that it read there,
and every variable that may be read behind it, or by its next iteration, keeps what it held.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.expr import App, Expr, Num, Var, is_number
from adcli.ir import nodes as ir
from adcli.ops.arithmetic import add, div, mul, neg, sub
from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.expression_as_operation import expanded

#: What is known of a variable: two of them hold the same if this is equal.
_Known = object

_ZERO: _Known = "zero"


def follow_assignment(stmt: ir.Let, zeros: set[str]) -> None:
    """Note in `zeros` whether an assignment computes a multiple of one of them."""
    if _is_multiple(stmt.expr, zeros):
        zeros.add(stmt.target)
    else:
        zeros.discard(stmt.target)


def has_no_effect(loop: ir.For, zeros: set[str], live_out: set[str]) -> bool:
    """Whether a loop has no effect if the variables in `zeros` are zero; what is in `live_out` may
    be read behind it."""
    values = _Values(zeros)
    if not values.follow([loop]):
        return False
    assigned = {name for stmt in ir.walk([loop]) for name in ir.assigned(stmt)}
    return all(values.is_as_before(name) for name in assigned & live_out)


def _is_multiple(expr: Expr, zeros: set[str]) -> bool:
    """Whether an expression is zero if the variables are."""
    match expanded(expr):
        case Num():
            return is_number(expr, 0)
        case Var(name):
            return name in zeros
        case App(op, args) if op is mul:
            return any(_is_multiple(a, zeros) for a in args)
        case App(op, (first, *_)) if op is div:
            return _is_multiple(first, zeros)
        case App(op, args) if op in (add, sub, neg):
            return all(_is_multiple(a, zeros) for a in args)
        case App(op, (_, then, otherwise)) if op is select:
            return _is_multiple(then, zeros) and _is_multiple(otherwise, zeros)
    return False


class _Values:
    """What the variables hold, as far as it is known, while a loop is followed."""

    def __init__(self, zeros: set[str]) -> None:
        self._before = zeros
        #: what a variable holds that was assigned, or that is zero
        self._values: dict[str, _Known] = dict.fromkeys(zeros, _ZERO)

    def is_as_before(self, name: str) -> bool:
        """Whether a variable holds what it held before everything."""
        return self._value(name) == (_ZERO if name in self._before else ("before", name))

    def follow(self, body: Sequence[ir.Stmt]) -> bool:
        """Follow a block; whether it surely changes no entry."""
        return all(map(self._follow, body))

    def _value(self, name: str) -> _Known:
        return self._values.get(name, ("before", name))

    def _of(self, expr: Expr) -> _Known:
        return self._value(expr.name) if isinstance(expr, Var) else expr

    def _forget(self, names: Sequence[str]) -> None:
        self._values |= {name: object() for name in names}

    def _follow(self, stmt: ir.Stmt) -> bool:
        match stmt:
            case ir.Let(target, expr):
                self._values[target] = self._result(expr)
            case ir.Load(target, array, index):
                self._values[target] = self._entry(array, index)
            case ir.Store(array, index, value):
                return self._of(value) == self._entry(array, index)
            case ir.Length(target, _):
                self._forget([target])
            case ir.For():
                return self._follow_loop(stmt)
            case _:
                return False
        return True

    def _entry(self, array: str, index: Expr) -> _Known:
        place = index.value if isinstance(index, Num) else self._of(index)
        return ("entry", self._value(array), place)

    def _result(self, expr: Expr) -> _Known:
        """The value of an expression: a multiple of zero changes no sum."""
        zeros = {name for name, value in self._values.items() if value is _ZERO}
        if _is_multiple(expr, zeros):
            return _ZERO
        whole = expanded(expr)
        match whole:
            case Var(name):
                return self._value(name)
            case App(op, (first, second)) if op in (add, sub) and _is_multiple(second, zeros):
                return self._result(first)
            case App(op, (first, second)) if op is add and _is_multiple(first, zeros):
                return self._result(second)
        return object()

    def _follow_loop(self, loop: ir.For) -> bool:
        """A loop leaves zero what is zero at both ends of an iteration, and unchanged what an
        iteration leaves unchanged; an iteration may find anything in other variables."""
        inside = [loop, *ir.walk(loop.body)]
        assigned = list(dict.fromkeys(name for stmt in inside for name in ir.assigned(stmt)))
        before = {name: self._value(name) for name in assigned}
        zeros = {name for name in assigned if before[name] is _ZERO}
        while True:
            begin: dict[str, _Known] = {n: _ZERO if n in zeros else object() for n in assigned}
            self._values |= begin
            if not self.follow(loop.body):
                return False
            changed = {name for name in assigned if self._value(name) != begin[name]}
            if zeros.isdisjoint(changed):
                break
            zeros -= changed
        kept = {name: before[name] for name in assigned if name not in changed}
        self._forget(assigned)
        self._values |= kept
        self._forget([loop.var])
        return True
