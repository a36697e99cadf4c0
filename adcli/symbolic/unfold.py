"""From a module to a graph: loops unrolled, functions inlined, integers worked out.

Invariant: the nodes of the results compute what the module computes, for all real inputs.  What
does not depend on them is known and is followed: it decides branches and counts loops.  A branch on
an input becomes a choice; within its arms the condition is known.  A loop or a recursion that an
input ends has no formula: `Dependent` says where.

This is symbolic execution with merged paths: King, "Symbolic execution and program testing", CACM
19 (1976).  The exceptions are for the caller to word; nothing here runs an engine.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, NamedTuple

from adcli.expr import App, Expr, Num, Scalar, Var
from adcli.ir.nodes import Call, For, Function, If, Let, Module, Pop, Push, Stmt, While, control
from adcli.ir.types import REAL
from adcli.ops.arithmetic import real
from adcli.ops.compare import and_, defined, not_, or_, select
from adcli.ops.formula import Formula
from adcli.ops.primitive import BOOL, Primitive
from adcli.source import Span
from adcli.symbolic.graph import Graph

#: A number made of more operations than this is written as its value.
_LARGEST_NUMBER = 8


class Value(NamedTuple):
    """What a variable holds: a node, and the number that it is if that is known."""

    node: Expr
    known: Scalar | None = None


Environment = MutableMapping[str, Value]


class Unfolded(NamedTuple):
    """The nodes of the entry's results, and where in the text nodes come from."""

    results: list[Expr]
    spans: dict[Expr, Span | None]


class Dependent(Exception):
    """Which way the program takes here depends on its real inputs."""

    def __init__(self, span: Span | None) -> None:
        super().__init__(span)
        self.span = span


class OutOfSteps(Exception):
    """More statements than allowed; `deep`: more calls inside one another."""

    def __init__(self, span: Span | None, *, deep: bool = False) -> None:
        super().__init__(span)
        self.span = span
        self.deep = deep


class Failed(Exception):
    """A statement has no value on numbers that are known."""

    def __init__(self, stmt: Stmt, env: Mapping[str, Value], overflow: bool) -> None:
        super().__init__(stmt)
        self.stmt = stmt
        self.env = env
        self.overflow = overflow


def unfold(
    graph: Graph, module: Module, integers: Mapping[str, int], max_steps: int, max_depth: int
) -> Unfolded:
    """The results of the entry as nodes over its real parameters; `integers` are the others."""
    machine = _Machine(graph, module, max_steps, max_depth)
    main = module.main
    args = [
        Value(graph.variable(p)) if main.types[p] == REAL else machine.number(integers[p])
        for p in main.params
    ]
    env = machine.call(main, args)
    return Unfolded([machine.read(env, main, r).node for r in main.results], machine.spans)


class _Machine:
    """The state of one unfolding."""

    def __init__(self, graph: Graph, module: Module, max_steps: int, max_depth: int) -> None:
        self.graph = graph
        self.module = module
        self.max_steps = max_steps
        self.max_depth = max_depth
        self.steps = 0
        self.spans: dict[Expr, Span | None] = {}
        #: truth values that are known inside the arms that are being unfolded
        self.facts: dict[Expr, bool] = {}
        self.arms = 0
        self.stack: list[str] = []
        self.tapes: dict[str, list[Value]] = {tape: [] for tape in module.tapes}
        self.sizes: dict[Expr, int] = {}

    # -- values ----------------------------------------------------------------------------------

    def number(self, value: Scalar) -> Value:
        return Value(self.graph.number(value), value)

    def read(self, env: Environment, function: Function, name: str) -> Value:
        """The value of a variable; zero if nothing was assigned."""
        found = env.get(name)
        if found is None:
            kind = function.types[name]
            return self.number(False if kind == BOOL else 0.0 if kind == REAL else 0)
        if found.known is None and found.node in self.facts:
            return self.number(self.facts[found.node])
        return found

    def value(self, expr: Expr, env: Environment, function: Function, stmt: Stmt) -> Value:
        if isinstance(expr, Var):
            return self.read(env, function, expr.name)
        if isinstance(expr, Num):
            return self.number(expr.value)
        assert isinstance(expr, App)
        if isinstance(expr.op, Formula):
            whole = expr.op.expand(expr.args, lean=True)
            return self.value(whole, env, function, stmt)
        assert isinstance(expr.op, Primitive)
        values = [self.value(a, env, function, stmt) for a in expr.args]
        return self.operation(expr.op, values, env, stmt)

    def operation(self, op: Primitive, values: list[Value], env: Environment, stmt: Stmt) -> Value:
        if op is defined and values[1].known is None:
            raise Dependent(stmt.span)
        if op is select and values[0].known is not None:
            return values[1] if values[0].known else values[2]
        if all([v.known is not None for v in values]):
            known = self.compute(op, [v.known for v in values], env, stmt)
            if known is not None:
                return self.constant(op, values, known)
        node = self.graph.apply(op, tuple([v.node for v in values]))
        if isinstance(node, App):
            self.spans.setdefault(node, stmt.span)
        if isinstance(node, Num) and isinstance(node.value, bool):
            return Value(node, node.value)
        return self.number(self.facts[node]) if node in self.facts else Value(node)

    def compute(
        self, op: Primitive, values: Sequence[Any], env: Environment, stmt: Stmt
    ) -> Scalar | None:
        """An operation on known numbers.  In the arm of a choice a failure may be never reached, so
        there it is left to the evaluation."""
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

    def constant(self, op: Primitive, values: list[Value], known: Scalar) -> Value:
        """A known number; a real one keeps the form it was written in while that is short."""
        if not isinstance(known, float) or op is real:
            return self.number(known)
        size = 1 + sum(self.sizes.get(v.node, 0) for v in values)
        if size > _LARGEST_NUMBER:
            return self.number(known)
        node = self.graph.apply(op, tuple([v.node for v in values]))
        if isinstance(node, App):
            self.sizes[node] = size
        return Value(node, known)

    # -- statements ------------------------------------------------------------------------------

    def call(self, function: Function, args: Sequence[Value]) -> Environment:
        """Run a function; its variables at the end."""
        if len(self.stack) >= self.max_depth:
            raise OutOfSteps(function.span, deep=True)
        self.stack.append(function.name)
        env: Environment = dict(zip(function.params, args, strict=True))
        self.block(function.body, env, function)
        self.stack.pop()
        return env

    def block(self, body: Sequence[Stmt], env: Environment, function: Function) -> None:
        self.steps += len(body)
        if self.steps > self.max_steps:
            raise OutOfSteps(body[0].span)
        for stmt in body:
            if isinstance(stmt, Let):
                env[stmt.target] = self.value(stmt.expr, env, function, stmt)
            else:
                self.other(stmt, env, function)

    def other(self, stmt: Stmt, env: Environment, function: Function) -> None:
        """A statement that is not an assignment."""
        match stmt:
            case If():
                self.branch(stmt, env, function)
            case While():
                self.loop(stmt, env, function)
            case For():
                self.count(stmt, env, function)
            case Call():
                self.inline(stmt, env, function)
            case Push(tape, value):
                self.tapes[tape].append(self.value(value, env, function, stmt))
            case Pop(tape, target):
                env[target] = self.tapes[tape].pop()

    def loop(self, stmt: While, env: Environment, function: Function) -> None:
        while True:
            going = self.read(env, function, stmt.condition)
            if going.known is None:
                raise Dependent(stmt.span)
            if not going.known:
                return
            self.steps += 1
            self.block(stmt.body, env, function)

    def count(self, stmt: For, env: Environment, function: Function) -> None:
        bounds = [self.value(b, env, function, stmt) for b in (stmt.start, stmt.stop, stmt.step)]
        known = [b.known for b in bounds if isinstance(b.known, int)]
        if len(known) < 3:
            raise Dependent(stmt.span)
        if known[2] == 0:
            raise Failed(stmt, env, False)
        for i in range(*known) if stmt.body else ():
            env[stmt.var] = self.number(i)
            self.block(stmt.body, env, function)

    def inline(self, stmt: Call, env: Environment, function: Function) -> None:
        if self.arms and stmt.function in self.stack:
            raise Dependent(stmt.span)
        callee = self.module.functions[stmt.function]
        inner = self.call(callee, [self.value(a, env, function, stmt) for a in stmt.args])
        for target, result in zip(stmt.targets, callee.results, strict=True):
            env[target] = self.read(inner, callee, result)

    # -- branches --------------------------------------------------------------------------------

    def branch(self, stmt: If, env: Environment, function: Function) -> None:
        condition = self.read(env, function, stmt.condition)
        if condition.known is not None:
            arm = stmt.then if condition.known else stmt.orelse
            if arm:
                self.block(arm, env, function)
            return
        if any(isinstance(s, Push | Pop) for s in control([stmt])):
            raise Dependent(stmt.span)
        then = self.arm(stmt.then, env, function, condition.node, True)
        otherwise = self.arm(stmt.orelse, env, function, condition.node, False)
        for name in {**then, **otherwise}:
            first, second = (
                arm[name] if name in arm else self.read(env, function, name)
                for arm in (then, otherwise)
            )
            env[name] = self.merged(condition.node, first, second)

    def arm(
        self,
        body: Sequence[Stmt],
        env: Environment,
        function: Function,
        condition: Expr,
        truth: bool,
    ) -> dict[str, Value]:
        """What one arm assigns."""
        if not body:
            return {}
        facts, self.facts = self.facts, dict(self.facts)
        self.assume(condition, truth)
        self.arms += 1
        inside = dict(env)
        self.block(body, inside, function)
        self.arms -= 1
        self.facts = facts
        return {name: value for name, value in inside.items() if env.get(name) is not value}

    def assume(self, condition: Expr, truth: bool) -> None:
        """Note a condition, and what follows from it for its parts."""
        todo = [(condition, truth)]
        while todo:
            node, holds = todo.pop()
            self.facts[node] = holds
            match node:
                case App(op, (inner,)) if op is not_:
                    todo.append((inner, not holds))
                case App(op, args) if op is (and_ if holds else or_):
                    todo.extend((a, holds) for a in args)

    def merged(self, condition: Expr, then: Value, otherwise: Value) -> Value:
        if then.node is otherwise.node:
            return then
        first = self.decided(condition, then.node, True)
        second = self.decided(condition, otherwise.node, False)
        node = self.graph.apply(select, (condition, first, second))
        known = node.value if isinstance(node, Num) and isinstance(node.value, bool) else None
        return Value(node, known)

    def decided(self, condition: Expr, arm: Expr, truth: bool) -> Expr:
        return self.graph.number(truth) if arm is condition else arm
