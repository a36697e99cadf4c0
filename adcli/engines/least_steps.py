"""Least steps: how many steps a run has at least, found without running it.

Statements outside loops are followed with the integers and the lengths that are known, and a body
of a loop stands for all its iterations.  What is not known is a symbol plus a constant, so that the
difference of two bounds may be known where they are not.

Invariant: the answer depends on the module and the arguments alone, and is no more than what a run
counts that does not fail, as long as no array that was passed changes its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from adcli.engines.interface import trip_count
from adcli.engines.step_limit_accounting import StepCounts
from adcli.expr import App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ops.arithmetic import add, sub
from adcli.ops.primitive import Primitive

#: So many statements are followed at most.
MOST = 20_000

#: What is known of variables: integers, lengths of arrays, and arrays that were passed.
Environment = dict[str, Any]


class Known(NamedTuple):
    """An integer: the number of a symbol, 0 if there is none, and what is added to that."""

    symbol: int
    offset: int


class _Ended(Exception):
    """The run fails, or enough is known."""


def least_steps(module: ir.Module, args: Sequence[Any], enough: int) -> int:
    """How many steps a run has at least; if that is more than `enough`, any number above it.  Of a
    module without loops, or one with recursion, nothing is known."""
    bodies = [f.body for f in module.functions.values()]
    if not any([isinstance(s, ir.For) for body in bodies for s in ir.control(body)]):
        return 0
    counter = _Counter(module, enough)
    if counter.counts.is_recursive:
        return 0
    main = module.main
    known = {p: _passed(value) for p, value in zip(main.params, args, strict=True)}
    counter.steps = counter.counts.of_call(main)
    with suppress(_Ended):
        counter.block(main.body, known, 1)
    return counter.steps


def _passed(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return Known(0, value)
    return value if isinstance(value, list | tuple) else None


class _Counter:
    def __init__(self, module: ir.Module, enough: int) -> None:
        self.functions = module.functions
        self.counts = StepCounts(module)
        self.enough = enough
        self.steps = 0
        self.left = MOST
        self._symbols = 0

    def block(self, body: Sequence[ir.Stmt], known: Environment, times: int) -> None:
        """Follow a block that runs so often."""
        for stmt in body:
            self.left -= 1
            if self.left < 0 or self.steps > self.enough:
                raise _Ended
            match stmt:
                case ir.Let(target, expr):
                    known[target] = self.value(expr, known)
                case ir.Length(target, array):
                    known[target] = self.length(known.get(array))
                case ir.Load(target, array, index):
                    known[target] = self.entry(known.get(array), self.integer(index, known))
                case ir.Alloc(target, size):
                    known[target] = self.integer(size, known)
                    self.count(known[target], times)
                case ir.If(condition, then, orelse):
                    self.branch(known.get(condition), then, orelse, known, times)
                case ir.For():
                    self.loop(stmt, known, times)
                case ir.While(_, inner):
                    self.forget(inner, known)
                case ir.Call():
                    self.call(stmt, known, times)
                case ir.Raise():
                    self.steps = 0
                    raise _Ended
                case ir.Append(array) | ir.Take(array):
                    known[array] = None
                case _:
                    for name in ir.assigned(stmt):
                        known[name] = None

    def count(self, number: Known, times: int) -> None:
        """Count a number of steps, if it is known."""
        if not number.symbol:
            self.steps += max(0, number.offset) * times

    def branch(
        self, condition: Any, then: ir.Block, orelse: ir.Block, known: Environment, times: int
    ) -> None:
        """Follow the arm that runs; if that is not known, neither."""
        if isinstance(condition, bool):
            self.block(then if condition else orelse, known, times)
            return
        for arm in (then, orelse):
            self.forget(arm, known)

    def loop(self, stmt: ir.For, known: Environment, times: int) -> None:
        (a, start), (b, stop), (c, step) = (
            self.integer(e, known) for e in (stmt.start, stmt.stop, stmt.step)
        )
        self.forget((stmt,), known)
        if a != b or c or step == 0:
            return
        count = trip_count(start, stop, step)
        self.steps += count * self.counts.of(stmt.body) * times
        if count and any(isinstance(s, ir.For | ir.Call | ir.Alloc) for s in ir.control(stmt.body)):
            self.block(stmt.body, known, times * count)
            self.forget((stmt,), known)

    def call(self, stmt: ir.Call, known: Environment, times: int) -> None:
        callee = self.functions[stmt.function]
        if stmt.status:
            self.forget((stmt,), known)
            return
        inner = {p: self.value(a, known) for p, a in zip(callee.params, stmt.args, strict=True)}
        self.block(callee.body, inner, times)
        for target, name in zip(stmt.targets, callee.results, strict=True):
            known[target] = inner.get(name)

    def forget(self, body: Sequence[ir.Stmt], known: Environment) -> None:
        """What a block assigns or makes longer is not known."""
        for stmt in ir.walk(body):
            names = ir.assigned(stmt)
            for name in (*names, stmt.array) if isinstance(stmt, ir.Append | ir.Take) else names:
                known.pop(name, None)

    # -- values ----------------------------------------------------------------------------------

    def integer(self, expr: Expr, known: Environment) -> Known:
        found = self.value(expr, known)
        if isinstance(found, Known):
            return found
        self._symbols += 1
        found = Known(self._symbols, 0)
        if isinstance(expr, Var):
            known[expr.name] = found
        return found

    def length(self, array: Any) -> Any:
        """The length of an array that was passed, or of one that was made with a size."""
        if array is None or isinstance(array, Known):
            return array
        return Known(0, len(array))

    def entry(self, array: Any, index: Known) -> Any:
        """A row of an array that was passed."""
        if array is None or isinstance(array, Known) or index.symbol:
            return None
        if not -len(array) <= index.offset < len(array):
            return None
        row = array[index.offset]
        return row if isinstance(row, list | tuple) else None

    def value(self, expr: Expr, known: Environment) -> Any:
        match expr:
            case Num(bool() as value):
                return value
            case Num(int() as value):
                return Known(0, value)
            case Var(name):
                return known.get(name)
            case App(Primitive() as op, args):
                return self.applied(op, [self.value(a, known) for a in args], args, known)
        return None

    def applied(
        self, op: Primitive, values: list[Any], args: Sequence[Expr], known: Environment
    ) -> Any:
        """The result of an operation on integers."""
        if op in (add, sub) and any([isinstance(v, Known) for v in values]):
            (a, x), (b, y) = (self.integer(e, known) for e in args)
            if not b or (op is add and not a):
                return Known(a or b, x + y if op is add else x - y)
            return Known(0, x - y) if a == b and op is sub else None
        if not all(
            [isinstance(v, bool) or (isinstance(v, Known) and not v.symbol) for v in values]
        ):
            return None
        try:
            found: Any = op.value(*[v if isinstance(v, bool) else v.offset for v in values])
        except (ArithmeticError, ValueError, TypeError):
            return None
        return found if isinstance(found, bool) else _passed(found)
