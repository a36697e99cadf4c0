"""Symbolic execution: from a module to a graph, with loops unrolled and functions inlined.

Invariant: the nodes of the results compute what the module computes, for all real inputs.  Whatever
does not depend on these is known, and the execution follows it: it decides branches and counts
loops.  A branch on an input becomes a choice, in whose arms the condition is known.  A loop or a
recursion that an input ends has no formula: `DataDependent` says where.  An arm that surely raises
an exception is left out, and its condition noted.

Arrays are lists of values, and names refer to them as they do when the program runs.  A function
that declares its derivative has that in the graph, see `adcli.symbolic.declared_derivative_nodes`.

King, "Symbolic execution and program testing", CACM 19 (1976).  The caller words the exceptions;
nothing here runs an engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, assert_never

from adcli.expr import Expr
from adcli.ir import nodes as ir
from adcli.ir.types import REAL, base, element, is_array
from adcli.nested_lists import entry_names, flatten, flatten_all, rebuilt
from adcli.source import Span
from adcli.symbolic.declared_derivative_nodes import DeclaredDerivatives, with_leaves
from adcli.symbolic.path_merging import PathMerging
from adcli.symbolic.shared_expression_graph import Graph
from adcli.symbolic.symbolic_values import (
    AlwaysFails,
    Contents,
    DataDependent,
    Environment,
    Failed,
    SymbolicEvaluator,
    SymbolicValue,
)


class Unfolded(NamedTuple):
    """`results` are the nodes of the numbers in the entry's results, `spans` the places in the text
    that nodes come from.  `evaluated` are the operations with a domain that every run evaluates,
    whether or not a result needs them, `required` the conditions without which it raises an
    exception."""

    results: list[Expr]
    spans: dict[Expr, Span | None]
    evaluated: list[Expr]
    required: list[Expr]


class OutOfSteps(Exception):
    """More statements than allowed; with `deep` more nested calls."""

    def __init__(self, span: Span | None, *, deep: bool = False) -> None:
        super().__init__(span)
        self.span = span
        self.deep = deep


def unfold(
    graph: Graph, module: ir.Module, given: Mapping[str, Any], max_steps: int, max_depth: int
) -> Unfolded:
    """The results of the entry as nodes over its real parameters, an array's entries one by one.
    `given` has the integers, and the shapes of the arrays of reals."""
    run = _SymbolicExecution(graph, module, max_steps, max_depth)
    main = module.main
    found = run.results_of(main, [run.argument(p, main.types[p], given) for p in main.params])
    results = flatten_all([with_leaves(f) for f in found])
    evaluator = run.evaluator
    nodes = [v.node for v in results]
    return Unfolded(nodes, evaluator.spans, evaluator.evaluated, evaluator.required)


class _SymbolicExecution:
    """One execution of a module."""

    def __init__(self, graph: Graph, module: ir.Module, max_steps: int, max_depth: int) -> None:
        self.module = module
        self.max_steps = max_steps
        self.max_depth = max_depth
        self.steps = 0
        self.stack: list[str] = []
        self.tapes: dict[str, list[Contents]] = {tape: [] for tape in module.tapes}
        #: all arrays that there are
        self.heap: list[list[Contents]] = []
        self.evaluator = SymbolicEvaluator(graph)
        self.merging = PathMerging(module, self.evaluator, self.heap, self.block)
        self.declared = DeclaredDerivatives(module, self.evaluator, self.results_of, self.keep)

    def argument(self, name: str, kind: str, given: Mapping[str, Any]) -> Contents:
        """A parameter of the entry: variables of the graph where it is real, else what is given."""
        graph, number = self.evaluator.graph, self.evaluator.number
        if kind == REAL:
            return SymbolicValue(graph.variable(name))
        if not is_array(kind):
            return number(given[name])
        names = entry_names(name, given[name])
        leaves = [SymbolicValue(graph.variable(n)) for n in names]
        if base(kind) != REAL:
            leaves = [number(v) for v in flatten(given[name])]
        array: Contents = rebuilt(iter(leaves), given[name])
        self.keep(array)
        return array

    def keep(self, contents: Contents) -> None:
        """Note new arrays, those inside others too."""
        if isinstance(contents, list):
            self.heap.append(contents)
            for part in contents:
                self.keep(part)

    # -- functions -------------------------------------------------------------------------------

    def results_of(self, function: ir.Function, args: Sequence[Contents]) -> list[Contents]:
        """Run a function."""
        if len(self.stack) >= self.max_depth:
            raise OutOfSteps(function.span, deep=True)
        self.stack.append(function.name)
        env: Environment = dict(zip(function.params, args, strict=True))
        try:
            self.block(function.body, env, function)
        finally:
            self.stack.pop()
        return [self.evaluator.read(env, function, r) for r in function.results]

    def inline(self, stmt: ir.Call, env: Environment, function: ir.Function) -> None:
        if self.evaluator.arms and stmt.function in self.stack:
            raise DataDependent(stmt.span)
        callee = self.module.functions[stmt.function]
        args = [self.evaluator.contents(a, env, function, stmt) for a in stmt.args]
        found = self.results_of(callee, args)
        if callee.rule is not None:
            found = self.declared.marked(callee, callee.rule, args, found, stmt)
        env.update(zip(stmt.targets, found, strict=True))

    # -- statements ------------------------------------------------------------------------------

    def block(self, body: Sequence[ir.Stmt], env: Environment, function: ir.Function) -> None:
        """Run statements."""
        self.spend(len(body), body[0].span if body else None)
        evaluator = self.evaluator
        for stmt in body:
            if isinstance(stmt, ir.Let):
                env[stmt.target] = evaluator.contents(stmt.expr, env, function, stmt)
            else:
                self.other(stmt, env, function)

    def spend(self, steps: int, span: Span | None) -> None:
        """Count steps."""
        self.steps += steps
        if self.steps > self.max_steps:
            raise OutOfSteps(span)

    def other(self, stmt: ir.NotLet, env: Environment, function: ir.Function) -> None:
        """A statement that is not an assignment."""
        if isinstance(stmt, ir.ArrayStmt):
            try:
                self.array(stmt, env, function)
            except IndexError:
                if self.evaluator.arms:  # the program may never reach it
                    raise DataDependent(stmt.span) from None
                raise Failed(stmt, env, False) from None
            return
        match stmt:
            case ir.If():
                self.branch(stmt, env, function)
            case ir.While():
                self.loop(stmt, env, function)
            case ir.For():
                self.counted_loop(stmt, env, function)
            case ir.Call():
                if stmt.status:  # whether it fails may depend on the inputs
                    raise DataDependent(stmt.span)
                self.inline(stmt, env, function)
            case ir.Push(tape, value):
                self.tapes[tape].append(self.evaluator.contents(value, env, function, stmt))
            case ir.Pop(tape, target):
                env[target] = self.tapes[tape].pop()
            case ir.Raise():
                if self.evaluator.arms:
                    raise AlwaysFails(stmt.span)
                raise Failed(stmt, env, False)
            case _:
                assert_never(stmt)

    def array(self, stmt: ir.ArrayStmt, env: Environment, function: ir.Function) -> None:
        match stmt:
            case ir.Load(target, array, index):
                env[target] = _array(env, array)[self.index(index, env, function, stmt)]
            case ir.Store(array, index, value):
                place = self.index(index, env, function, stmt)
                _array(env, array)[place] = self.evaluator.contents(value, env, function, stmt)
            case ir.Alloc(target, size):
                count = self.index(size, env, function, stmt)
                if count < 0:
                    raise IndexError
                self.spend(count, stmt.span)
                zeros: list[Contents] = [self.evaluator.zero(element(function.types[target]))]
                env[target] = zeros * count
                self.heap.append(_array(env, target))
            case ir.Append(array, value):
                _array(env, array).append(self.evaluator.contents(value, env, function, stmt))
            case ir.Take(array, target):
                env[target] = _array(env, array).pop()
            case ir.Length(target, array):
                env[target] = self.evaluator.number(len(_array(env, array)))
            case _:
                assert_never(stmt)

    def index(self, expr: Expr, env: Environment, function: ir.Function, stmt: ir.Stmt) -> int:
        known = self.evaluator.value(expr, env, function, stmt).known
        if not isinstance(known, int):
            raise DataDependent(stmt.span)
        return known

    def branch(self, stmt: ir.If, env: Environment, function: ir.Function) -> None:
        condition = self.evaluator.scalar(env, function, stmt.condition)
        if condition.known is None:
            self.merging.branch(stmt, condition.node, env, function)
            return
        arm = stmt.then if condition.known else stmt.orelse
        if arm:
            self.block(arm, env, function)

    def loop(self, stmt: ir.While, env: Environment, function: ir.Function) -> None:
        while True:
            condition = self.evaluator.scalar(env, function, stmt.condition)
            if condition.known is None:
                raise DataDependent(stmt.span)
            if not condition.known:
                return
            self.steps += 1
            self.block(stmt.body, env, function)

    def counted_loop(self, stmt: ir.For, env: Environment, function: ir.Function) -> None:
        evaluator = self.evaluator
        bounds = [
            evaluator.value(b, env, function, stmt).known
            for b in (stmt.start, stmt.stop, stmt.step)
        ]
        known = [b for b in bounds if isinstance(b, int)]
        if len(known) < 3:
            raise DataDependent(stmt.span)
        if known[2] == 0:
            raise Failed(stmt, env, False)
        for i in range(*known) if stmt.body else ():
            env[stmt.var] = evaluator.number(i)
            self.block(stmt.body, env, function)


def _array(env: Environment, name: str) -> list[Contents]:
    """The array that a variable refers to."""
    found = env[name]
    assert isinstance(found, list)
    return found
