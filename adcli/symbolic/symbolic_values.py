"""Values of symbolic execution, and the evaluation of expressions to graph nodes.

Invariant: a value that is known is the number that the program computes, whatever its real inputs
are; its node is that number, or a short formula of numbers with that value.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple, Union

from adcli.expr import App, Expr, Num, Scalar, Var
from adcli.ir import nodes as ir
from adcli.ir.types import REAL
from adcli.ops.arithmetic import nearest_real, real
from adcli.ops.comparisons_logic_and_choice import OPPOSITE, and_, defined, not_, or_, select
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.primitive import BOOL, Primitive
from adcli.source import Span
from adcli.symbolic.shared_expression_graph import Graph

#: A known number that more operations than this lead to is written as its value.
_LARGEST_NUMBER = 32


class SymbolicValue(NamedTuple):
    """A node, and the number that it is if that is known."""

    node: Expr
    known: Scalar | None = None


#: What a variable refers to: a value, or an array as a list of contents.
Contents = Union[SymbolicValue, "list[Contents]"]
Environment = MutableMapping[str, Contents]


class DataDependent(Exception):
    """The control flow depends on the real inputs here."""

    def __init__(self, span: Span | None) -> None:
        super().__init__(span)
        self.span = span


def opposite(graph: Graph, condition: Expr) -> Expr:
    """The condition that holds where another one does not."""
    match condition:
        case App(op, (a, b)) if op in OPPOSITE:
            return graph.make(OPPOSITE[op], (a, b))
        case App(op, (inner,)) if op is not_:
            return inner
        case App(op, (a, b)) if op in (and_, or_):
            other = or_ if op is and_ else and_
            return graph.apply(other, (opposite(graph, a), opposite(graph, b)))
    return graph.apply(not_, (condition,))


class AlwaysFails(DataDependent):
    """In an arm of a choice: whatever takes this path ends with an exception."""


class Failed(Exception):
    """A statement has no value on numbers that are known."""

    def __init__(self, stmt: ir.Stmt, env: Mapping[str, Contents], overflow: bool) -> None:
        super().__init__(stmt)
        self.stmt = stmt
        self.env = env
        self.overflow = overflow


class SymbolicEvaluator:
    """Evaluates expressions on one path of the program.

    `facts` are the truth values of conditions that are known in the present arm, `arms` says how
    many arms of choices the path is inside of.  `spans` has the place in the text of each node,
    `evaluated` the operations with a domain that every run evaluates, `required` the conditions
    that hold wherever no exception ends the run; `otherwise` is true outside the present arms.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.facts: dict[Expr, bool] = {}
        self.arms = 0
        self.spans: dict[Expr, Span | None] = {}
        self.evaluated: list[Expr] = []
        self.required: list[Expr] = []
        self.otherwise: Expr = graph.number(False)
        self._sizes: dict[Expr, int] = {}

    def number(self, value: Scalar) -> SymbolicValue:
        return SymbolicValue(self.graph.number(value), value)

    def zero(self, kind: str) -> SymbolicValue:
        return self.number(False if kind == BOOL else 0.0 if kind == REAL else 0)

    def read(self, env: Environment, function: ir.Function, name: str) -> Contents:
        """The contents of a variable; zero if nothing was assigned."""
        found = env.get(name)
        if found is None:
            return self.zero(function.types[name])
        if isinstance(found, list):
            return found
        if found.known is None and found.node in self.facts:
            return self.number(self.facts[found.node])
        return found

    def scalar(self, env: Environment, function: ir.Function, name: str) -> SymbolicValue:
        """The value of a variable that is no array."""
        found = self.read(env, function, name)
        assert isinstance(found, SymbolicValue)
        return found

    def contents(
        self, expr: Expr, env: Environment, function: ir.Function, stmt: ir.Stmt
    ) -> Contents:
        """What an expression refers to: a variable may be an array."""
        if isinstance(expr, Var):
            return self.read(env, function, expr.name)
        return self.value(expr, env, function, stmt)

    def value(
        self, expr: Expr, env: Environment, function: ir.Function, stmt: ir.Stmt
    ) -> SymbolicValue:
        """The value of an expression of a statement."""
        if isinstance(expr, Var):
            return self.scalar(env, function, expr.name)
        if isinstance(expr, Num):
            return self.number(expr.value)
        if isinstance(expr.op, FusedOperation):
            whole = expr.op.expand(expr.args, lean=True)
            return self.value(whole, env, function, stmt)
        assert isinstance(expr.op, Primitive)
        values = [self.value(a, env, function, stmt) for a in expr.args]
        if expr.op.domain.condition and not self.arms and expr is getattr(stmt, "expr", None):
            self.evaluated.append(self.graph.make(expr.op, tuple([v.node for v in values])))
        return self._operation(expr.op, values, env, stmt)

    def _operation(
        self, op: Primitive, values: list[SymbolicValue], env: Environment, stmt: ir.Stmt
    ) -> SymbolicValue:
        if op is defined and values[1].known is None:
            raise DataDependent(stmt.span)
        if op is select and values[0].known is not None:
            return values[1] if values[0].known else values[2]
        if op.algebra.answer is not None and values[0].known is None:
            return self.number(op.algebra.answer)
        if op in (and_, or_):
            for side, other in (values, values[::-1]):
                if side.known is not None:
                    return side if side.known == (op is or_) else other
        numbers = [v.known for v in values if v.known is not None]
        if len(numbers) == len(values):
            known = self._computed(op, numbers, env, stmt)
            if known is not None:
                return self._constant(op, values, known)
        node = self.graph.apply(op, tuple([v.node for v in values]))
        if isinstance(node, App):
            self.spans.setdefault(node, stmt.span)
        if isinstance(node, Num) and isinstance(node.value, bool):
            return SymbolicValue(node, node.value)
        return self.number(self.facts[node]) if node in self.facts else SymbolicValue(node)

    def _computed(
        self, op: Primitive, values: Sequence[Scalar], env: Environment, stmt: ir.Stmt
    ) -> Scalar | None:
        """An operation on known numbers.  In an arm of a choice the program may never reach a
        failure, so there the evaluation of the graph decides."""
        overflow = True
        try:
            known: Scalar = op.function(*values)
            if math.isfinite(known) or not all(map(math.isfinite, values)):
                return known
        except (ValueError, ArithmeticError) as error:
            overflow = isinstance(error, OverflowError)
        if self.arms:
            return None
        raise Failed(stmt, env, overflow)

    def _constant(self, op: Primitive, values: list[SymbolicValue], known: Scalar) -> SymbolicValue:
        """A known number; a real one keeps the operations that lead to it while they are few."""
        if not isinstance(known, float) or op in (real, nearest_real):
            return self.number(known)
        size = 1 + sum(self._sizes.get(v.node, 0) for v in values)
        if size > _LARGEST_NUMBER:
            return self.number(known)
        node = self.graph.apply(op, tuple([v.node for v in values]))
        if isinstance(node, App):
            self._sizes[node] = size
        return SymbolicValue(node, known)

    @contextmanager
    def inside(self, condition: Expr, truth: bool) -> Iterator[None]:
        """Evaluate in an arm of a choice."""
        outer = self.facts, self.otherwise
        self.facts = dict(self.facts)
        self.assume(condition, truth)
        outside = opposite(self.graph, condition) if truth else condition
        self.otherwise = self.graph.apply(or_, (self.otherwise, outside))
        self.arms += 1
        try:
            yield
        finally:
            self.arms -= 1
            self.facts, self.otherwise = outer

    def require(self, condition: Expr, truth: bool) -> None:
        """Take the truth value of a condition for a fact from here on: where it is the other one,
        the run ends with an exception."""
        self.assume(condition, truth)
        held = condition if truth else opposite(self.graph, condition)
        self.required.append(self.graph.apply(or_, (self.otherwise, held)))

    def assume(self, condition: Expr, truth: bool) -> None:
        """Take the truth value of a condition for a fact, and those that follow for its parts."""
        todo = [(condition, truth)]
        while todo:
            node, holds = todo.pop()
            self.facts[node] = holds
            match node:
                case App(op, (inner,)) if op is not_:
                    todo.append((inner, not holds))
                case App(op, args) if op is (and_ if holds else or_):
                    todo.extend((a, holds) for a in args)
