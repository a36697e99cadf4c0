"""From a module to a graph: loops unrolled, functions inlined, integers worked out.

Invariant: the nodes of the results compute what the module computes, for all real inputs.  What
does not depend on them is known and is followed: it decides branches and counts loops.  A branch on
an input becomes a choice; within its arms the condition is known.  A loop or a recursion that an
input ends has no formula: `Dependent` says where.

Arrays are lists of nodes, and names refer to them as they do when the program runs; both arms of a
choice work on them as they were before, and what they leave is put together entry by entry.  A
function that declares its derivative has that here: to its value are attached the partials that the
declared rule gives, and what its body would give is held back.

This is symbolic execution with merged paths: King, "Symbolic execution and program testing", CACM
19 (1976).  The exceptions are for the caller to word; nothing here runs an engine.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, NamedTuple, assert_never

from adcli.expr import App, Expr, Num, Scalar, Var
from adcli.ir import nodes as ir
from adcli.ir.types import REAL, base, element, is_array
from adcli.nested_lists import entry_names, flatten, flatten_all, rebuilt
from adcli.ops.arithmetic import real
from adcli.ops.comparisons import and_, defined, not_, or_, select
from adcli.ops.composite import Formula
from adcli.ops.primitive import BOOL, Calculus, Primitive
from adcli.source import Span
from adcli.symbolic.graph import Graph

#: A number made of more operations than this is written as its value.
_LARGEST_NUMBER = 32


class Value(NamedTuple):
    """What a variable holds: a node, and the number that it is if that is known."""

    node: Expr
    known: Scalar | None = None


#: What a name refers to: a value, or a list of such things.
Held = Any
Environment = MutableMapping[str, Held]

#: attached(y, p, x) is y, and its derivative by x is p; held(y) is y, and has no derivative.
attached = Primitive(
    "attached",
    lambda y, p, x: y,
    arity=3,
    calculus=Calculus(lambda v, y, p, x: (1, 0, p), rule="declared derivative"),
)
held = Primitive("held", lambda y: y, calculus=Calculus(lambda v, y: (0,)))


class Unfolded(NamedTuple):
    """The nodes of the numbers in the entry's results, where in the text nodes come from, and the
    operations that every run evaluates and that have no value everywhere, used or not."""

    results: list[Expr]
    spans: dict[Expr, Span | None]
    evaluated: list[Expr]


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

    def __init__(self, stmt: ir.Stmt, env: Mapping[str, Value], overflow: bool) -> None:
        super().__init__(stmt)
        self.stmt = stmt
        self.env = env
        self.overflow = overflow


def unfold(
    graph: Graph, module: ir.Module, given: Mapping[str, Any], max_steps: int, max_depth: int
) -> Unfolded:
    """The results of the entry as nodes over its real parameters, an array's entries one by one.
    `given` has the integers, and of arrays of reals the shapes."""
    machine = _Machine(graph, module, max_steps, max_depth)
    main = module.main
    env = machine.call(main, [machine.argument(p, main.types[p], given) for p in main.params])
    results = flatten_all([_listed(machine.read(env, main, r)) for r in main.results])
    return Unfolded([v.node for v in results], machine.spans, machine.evaluated)


def _listed(value: Held) -> Any:
    """A value as lists of values that `flatten` goes through."""
    return [_listed(v) for v in value] if isinstance(value, list) else _Leaf(value)


class _Leaf:
    """A value, hidden from what takes tuples for lists."""

    __slots__ = ("node", "value")

    def __init__(self, value: Value) -> None:
        self.value = value
        self.node = value.node


class _Machine:
    """The state of one unfolding."""

    def __init__(self, graph: Graph, module: ir.Module, max_steps: int, max_depth: int) -> None:
        self.graph = graph
        self.module = module
        self.max_steps = max_steps
        self.max_depth = max_depth
        self.steps = 0
        self.spans: dict[Expr, Span | None] = {}
        self.evaluated: list[Expr] = []
        #: truth values that are known inside the arms that are being unfolded
        self.facts: dict[Expr, bool] = {}
        self.arms = 0
        self.stack: list[str] = []
        self.tapes: dict[str, list[Value]] = {tape: [] for tape in module.tapes}
        self.sizes: dict[Expr, int] = {}
        #: the arrays there are
        self.heap: list[list[Held]] = []
        self._changing: dict[str, bool] = {}

    # -- values ----------------------------------------------------------------------------------

    def argument(self, name: str, kind: str, given: Mapping[str, Any]) -> Held:
        """A parameter of the entry: symbols where it is real, else what is given."""
        if kind == REAL:
            return Value(self.graph.variable(name))
        if not is_array(kind):
            return self.number(given[name])
        names = entry_names(name, given[name])
        leaves = [Value(self.graph.variable(n)) for n in names]
        if base(kind) != REAL:
            leaves = [self.number(v) for v in flatten(given[name])]
        array = rebuilt(iter(leaves), given[name])
        self.keep(array)
        return array

    def keep(self, array: Held) -> None:
        if isinstance(array, list):
            self.heap.append(array)
            for part in array:
                self.keep(part)

    def number(self, value: Scalar) -> Value:
        return Value(self.graph.number(value), value)

    def read(self, env: Environment, function: ir.Function, name: str) -> Held:
        """What a variable holds; zero if nothing was assigned."""
        found = env.get(name)
        if found is None:
            return self.zero(function.types[name])
        if isinstance(found, list):
            return found
        if found.known is None and found.node in self.facts:
            return self.number(self.facts[found.node])
        return found

    def zero(self, kind: str) -> Value:
        return self.number(False if kind == BOOL else 0.0 if kind == REAL else 0)

    def value(self, expr: Expr, env: Environment, function: ir.Function, stmt: ir.Stmt) -> Held:
        if isinstance(expr, Var):
            return self.read(env, function, expr.name)
        if isinstance(expr, Num):
            return self.number(expr.value)
        if isinstance(expr.op, Formula):
            whole = expr.op.expand(expr.args, lean=True)
            return self.value(whole, env, function, stmt)
        assert isinstance(expr.op, Primitive)
        values = [self.value(a, env, function, stmt) for a in expr.args]
        if expr.op.domain.condition and not self.arms and expr is getattr(stmt, "expr", None):
            self.evaluated.append(self.graph.make(expr.op, tuple([v.node for v in values])))
        return self.operation(expr.op, values, env, stmt)

    def operation(
        self, op: Primitive, values: list[Value], env: Environment, stmt: ir.Stmt
    ) -> Value:
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
        self, op: Primitive, values: Sequence[Any], env: Environment, stmt: ir.Stmt
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

    def call(self, function: ir.Function, args: Sequence[Held]) -> Environment:
        """Run a function; its variables at the end."""
        if len(self.stack) >= self.max_depth:
            raise OutOfSteps(function.span, deep=True)
        self.stack.append(function.name)
        env: Environment = dict(zip(function.params, args, strict=True))
        self.block(function.body, env, function)
        self.stack.pop()
        return env

    def block(self, body: Sequence[ir.Stmt], env: Environment, function: ir.Function) -> None:
        self.steps += len(body)
        if self.steps > self.max_steps:
            raise OutOfSteps(body[0].span)
        for stmt in body:
            if isinstance(stmt, ir.Let):
                env[stmt.target] = self.value(stmt.expr, env, function, stmt)
            else:
                self.other(stmt, env, function)

    def other(self, stmt: ir.NotLet, env: Environment, function: ir.Function) -> None:
        """A statement that is not an assignment."""
        if isinstance(stmt, ir.ArrayStmt):
            try:
                self.array(stmt, env, function)
            except IndexError:
                if self.arms:  # it may never be reached
                    raise Dependent(stmt.span) from None
                raise Failed(stmt, env, False) from None
            return
        match stmt:
            case ir.If():
                self.branch(stmt, env, function)
            case ir.While():
                self.loop(stmt, env, function)
            case ir.For():
                self.count(stmt, env, function)
            case ir.Call():
                self.inline(stmt, env, function)
            case ir.Push(tape, value):
                self.tapes[tape].append(self.value(value, env, function, stmt))
            case ir.Pop(tape, target):
                env[target] = self.tapes[tape].pop()
            case _:
                assert_never(stmt)

    def array(self, stmt: ir.ArrayStmt, env: Environment, function: ir.Function) -> None:
        match stmt:
            case ir.Load(target, array, index):
                env[target] = env[array][self.index(index, env, function, stmt)]
            case ir.Store(array, index, value):
                place = self.index(index, env, function, stmt)
                env[array][place] = self.value(value, env, function, stmt)
            case ir.Alloc(target, size):
                count = self.index(size, env, function, stmt)
                if count < 0:
                    raise IndexError
                self.steps += count
                if self.steps > self.max_steps:
                    raise OutOfSteps(stmt.span)
                zero = self.zero(element(function.types[target]))
                env[target] = [zero] * count
                self.heap.append(env[target])
            case ir.Append(array, value):
                env[array].append(self.value(value, env, function, stmt))
            case ir.Take(array, target):
                env[target] = env[array].pop()
            case ir.Length(target, array):
                env[target] = self.number(len(env[array]))
            case _:
                assert_never(stmt)

    def index(self, expr: Expr, env: Environment, function: ir.Function, stmt: ir.Stmt) -> int:
        known = self.value(expr, env, function, stmt).known
        if not isinstance(known, int):
            raise Dependent(stmt.span)
        return known

    def loop(self, stmt: ir.While, env: Environment, function: ir.Function) -> None:
        while True:
            going = self.read(env, function, stmt.condition)
            if going.known is None:
                raise Dependent(stmt.span)
            if not going.known:
                return
            self.steps += 1
            self.block(stmt.body, env, function)

    def count(self, stmt: ir.For, env: Environment, function: ir.Function) -> None:
        bounds = [self.value(b, env, function, stmt) for b in (stmt.start, stmt.stop, stmt.step)]
        known = [b.known for b in bounds if isinstance(b.known, int)]
        if len(known) < 3:
            raise Dependent(stmt.span)
        if known[2] == 0:
            raise Failed(stmt, env, False)
        for i in range(*known) if stmt.body else ():
            env[stmt.var] = self.number(i)
            self.block(stmt.body, env, function)

    def inline(self, stmt: ir.Call, env: Environment, function: ir.Function) -> None:
        if self.arms and stmt.function in self.stack:
            raise Dependent(stmt.span)
        callee = self.module.functions[stmt.function]
        args = [self.value(a, env, function, stmt) for a in stmt.args]
        found = self.returned(callee, args)
        if callee.rule is not None:
            found = self.ruled(callee, callee.rule, args, found, stmt)
        env.update(zip(stmt.targets, found, strict=True))

    def returned(self, callee: ir.Function, args: Sequence[Held]) -> list[Held]:
        inner = self.call(callee, args)
        return [self.read(inner, callee, r) for r in callee.results]

    def ruled(
        self, callee: ir.Function, rule: ir.Rule, args: list[Held], found: list[Held], stmt: ir.Stmt
    ) -> list[Held]:
        """Results with the derivatives that a rule declares."""
        if not rule.forward:
            raise Dependent(stmt.span)
        forward = self.module.functions[rule.forward]
        reals = [a for a, p in zip(args, callee.params, strict=True) if self.is_real(callee, p)]
        results = [r for r in callee.results if self.is_real(callee, r)]
        whole = [_listed(f) for f, r in zip(found, callee.results, strict=True) if r in results]
        values = [leaf.value for leaf in flatten_all(whole)]
        made = [Value(self.graph.make(held, (v.node,))) if v.known is None else v for v in values]
        zeros = [_zeros(_listed(a), self.number(0.0)) for a in reals]
        for place, argument in enumerate(reals):
            for number, leaf in enumerate(flatten(_listed(argument))):
                if leaf.value.known is not None:
                    continue
                seeds: list[Held] = list(zeros)
                seeds[place] = self.unit(argument, number)
                tangents = self.returned(forward, [*args, *found, *seeds])
                slopes = [t.value for t in flatten_all([_listed(t) for t in tangents])]
                for i, slope in enumerate(slopes):
                    if slope.known != 0:
                        parts = (made[i].node, slope.node, leaf.node)
                        made[i] = Value(self.graph.make(attached, parts))
        numbers = iter(made)
        return [
            self.kept(rebuilt(numbers, _listed(f)) if r in results else f)
            for f, r in zip(found, callee.results, strict=True)
        ]

    def kept(self, value: Held) -> Held:
        self.keep(value)
        return value

    @staticmethod
    def is_real(function: ir.Function, name: str) -> bool:
        return base(function.types[name]) == REAL

    def unit(self, argument: Held, number: int) -> Held:
        """The direction of one number of an argument."""
        shaped = _listed(argument)
        leaves = [self.number(float(i == number)) for i in range(len(flatten(shaped)))]
        return self.kept(rebuilt(iter(leaves), shaped))

    # -- branches --------------------------------------------------------------------------------

    def branch(self, stmt: ir.If, env: Environment, function: ir.Function) -> None:
        condition = self.read(env, function, stmt.condition)
        if condition.known is not None:
            arm = stmt.then if condition.known else stmt.orelse
            if arm:
                self.block(arm, env, function)
            return
        if any(isinstance(s, ir.Push | ir.Pop) for s in ir.control([stmt])):
            raise Dependent(stmt.span)
        arrays = list(self.heap) if self.changes([stmt]) else []
        before = [list(a) for a in arrays]
        then = self.arm(stmt.then, env, function, condition.node, True)
        after = [list(a) for a in arrays]
        for array, entries in zip(arrays, before, strict=True):
            array[:] = entries
        otherwise = self.arm(stmt.orelse, env, function, condition.node, False)
        for array, entries in zip(arrays, after, strict=True):
            if len(array) != len(entries):
                raise Dependent(stmt.span)
            pairs = zip(entries, list(array), strict=True)
            array[:] = [self.merged(condition.node, a, b, stmt) for a, b in pairs]
        for name in {**then, **otherwise}:
            if is_array(function.types[name]) and name not in env:
                if name in then and name in otherwise:
                    raise Dependent(stmt.span)
                # what only one arm makes is its own, or is asked for where that arm was taken
                env[name] = then[name] if name in then else otherwise[name]
                continue
            first, second = (
                arm[name] if name in arm else self.read(env, function, name)
                for arm in (then, otherwise)
            )
            env[name] = self.merged(condition.node, first, second, stmt)

    def changes(self, body: Sequence[ir.Stmt]) -> bool:
        """Whether statements may change an array, themselves or by what they call."""
        for stmt in ir.control(body):
            if isinstance(stmt, ir.Store | ir.Append | ir.Take):
                return True
            if isinstance(stmt, ir.Call):
                name = stmt.function
                if name not in self._changing:
                    self._changing[name] = False  # for a call of itself
                    self._changing[name] = self.changes(self.module.functions[name].body)
                if self._changing[name]:
                    return True
        return False

    def arm(
        self,
        body: Sequence[ir.Stmt],
        env: Environment,
        function: ir.Function,
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

    def merged(self, condition: Expr, then: Held, otherwise: Held, stmt: ir.Stmt) -> Held:
        if isinstance(then, list) or isinstance(otherwise, list):
            if then is not otherwise:
                raise Dependent(stmt.span)
            return then
        if then.node is otherwise.node:
            return then
        first = self.decided(condition, then.node, True)
        second = self.decided(condition, otherwise.node, False)
        node = self.graph.apply(select, (condition, first, second))
        known = node.value if isinstance(node, Num) and isinstance(node.value, bool) else None
        return Value(node, known)

    def decided(self, condition: Expr, arm: Expr, truth: bool) -> Expr:
        return self.graph.number(truth) if arm is condition else arm


def _zeros(value: Any, zero: Value) -> Held:
    return [_zeros(v, zero) for v in value] if isinstance(value, list) else zero


def released(graph: Graph, nodes: Sequence[Expr]) -> list[Expr]:
    """The nodes without what `held` and `attached` say of derivatives, which are taken by now."""
    plain: dict[Expr, Expr] = {}
    for node in graph.below(nodes):
        if not isinstance(node, App):
            plain[node] = node
        elif node.op is held or node.op is attached:
            plain[node] = plain[node.args[0]]
        else:
            args = tuple([plain[a] for a in node.args])
            plain[node] = node if args == node.args else graph.apply(node.op, args)
    return [plain[node] for node in nodes]
