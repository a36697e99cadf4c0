"""The interpreter: runs a module statement by statement, and tells an observer what happens.

Invariant: the first operation on finite numbers whose result is not finite is the one reported.
An observer sees every assignment with the values it was made from; traces are built on that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, assert_never

from adcli.engines.interface import EngineCapabilities, Limits, Runner, private_copy, trip_count
from adcli.engines.step_limit_accounting import StepCounts
from adcli.expr import App, Compute, Expr, Num, Op, Var
from adcli.ir import nodes as ir
from adcli.ir.call_graph import calls_of, has_protected_calls
from adcli.ir.types import element
from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.primitive import BOOL, INT, REAL, Primitive
from adcli.passes.ties_and_while_loops import has_loops
from adcli.recursion_limit import ENOUGH, deep
from adcli.source import Span

Environment = dict[str, Any]

#: What a number holds before it is assigned; an array's name refers to nothing until then.
ZEROS: dict[str, Any] = {REAL: 0.0, INT: 0, BOOL: False}

#: From an operation to the function that computes it, on numbers of some kind.
Arithmetic = Callable[[Op], Compute]

#: The nanoseconds that preparing a statement takes an engine that does so, at least (measured for
#: generated Python).
_PREPARING = 3_000

if TYPE_CHECKING:
    from adcli.engines.exception_semantics import CaughtFailure

#: Python frames that one call of a program takes, a few nested blocks included.
_FRAMES = 16


class Observer:
    """Hears of what runs; this one ignores all of it.  An environment holds the variables of one
    call of a function."""

    def begin(self, env: Environment) -> None:
        """Before the entry runs; `env` holds its parameters."""

    def assign(self, stmt: ir.Let, env: Environment, value: Any) -> None:
        """After `stmt` has given its target a value."""

    def access(self, stmt: ir.ArrayStmt, env: Environment, value: Any) -> None:
        """After `stmt` has made, read or changed an array; `value` is what went in or came out."""

    def iteration(self, loop: ir.For | ir.While, env: Environment, number: int) -> None:
        """Before an iteration of a loop, the first being number 0."""

    def fail(self, call: ir.Call, env: Environment, failure: CaughtFailure) -> None:
        """After a protected call has failed, instead of `leave` for it and for those inside."""

    def done(self, loop: ir.For | ir.While) -> None:
        """After the last iteration of a loop, if it had any."""

    def enter(self, call: ir.Call, env: Environment, callee: Environment) -> None:
        """Before the body of a called function runs; `callee` holds its parameters."""

    def leave(
        self, call: ir.Call, env: Environment, callee: Environment, results: Sequence[str]
    ) -> None:
        """After it has run and its results, by name, were assigned to the call's targets."""


class Interpreter:
    """Walks the IR."""

    name = "interpreter"
    notes: tuple[str, ...] = ()

    #: Measured: 1 µs to walk a statement.
    capabilities = EngineCapabilities(run=1_000)

    def __init__(
        self, observer: Observer | None = None, *, arithmetic: Arithmetic | None = None
    ) -> None:
        """`arithmetic` computes on other numbers than real ones, such as `complex_arithmetic`."""
        self.observer = observer
        self.arithmetic = arithmetic
        self.steps = 0

    @classmethod
    def suits(cls, module: ir.Module, runs: int) -> bool:
        """Whether no other engine would be faster: whether walking each statement so many times
        takes less time than preparing it for another engine."""
        cost = runs * cls.capabilities.run
        if cost > _PREPARING or has_loops(module):
            return False
        if len(module.functions) == 1 and not calls_of(module.main):
            return True
        counts = StepCounts(module)
        statements = sum([1 for f in module.functions.values() for _ in ir.walk(f.body)])
        return not counts.is_recursive and (
            cost * counts.of(module.main.body) <= _PREPARING * statements
        )

    def load(self, module: ir.Module, limits: Limits) -> Runner:
        def run(args: Sequence[Any]) -> tuple[Any, ...]:
            execution = Execution(module, limits, self)
            try:
                if execution.has_protected_calls:
                    found: tuple[Any, ...] = _protected_calls().start(execution, args)
                    return found
                return execution.start(args)
            finally:
                self.steps = execution.steps

        return run


class Execution:
    """The state of one run."""

    def __init__(self, module: ir.Module, limits: Limits, owner: Interpreter) -> None:
        self.module = module
        self.limits = limits
        self.max_steps = limits.steps
        self.counts = StepCounts(module)
        calls = len(module.functions) > 1 or self.counts.is_recursive
        self.has_protected_calls = calls and has_protected_calls(module)
        self.observer = owner.observer
        self.arithmetic = owner.arithmetic
        #: the attribute of an operation that computes it on real numbers
        self.column = "value" if limits.propagate else "function"
        self.checks = not limits.propagate and self.arithmetic is None
        #: what operations and accesses raise; TypeError where nan stands for an integer
        self.raised: tuple[type[Exception], ...] = (ValueError, ArithmeticError, IndexError)
        if limits.propagate:
            self.raised += (TypeError,)
        #: whether infinity in operands that may make it vanish ends the run
        self.guards = False
        #: the last failure of each class that was handled, if they are wanted in words
        self.words: dict[int, Exception] | None = None
        self.templates: dict[str, Environment] = {}
        self.reset()

    def reset(self) -> None:
        """What a run begins with."""
        self.steps = 0
        self.depth = 0
        #: how many of the open calls are protected
        self.protected = 0
        self.loops: list[tuple[str, Any]] = []
        #: for each open call the statement and the loops around it
        self.calls: list[tuple[ir.Call | None, list[tuple[str, Any]]]] = []
        self.running = self.module.main
        self.tapes: dict[str, list[Any]] = {tape: [] for tape in self.module.tapes}

    def start(self, args: Sequence[Any]) -> tuple[Any, ...]:
        with deep(ENOUGH + _FRAMES * self.limits.max_depth):
            env = self.call(self.module.main, [private_copy(a) for a in args], None, {})
            return tuple([env[r] for r in self.module.main.results])

    def call(
        self, function: ir.Function, args: Sequence[Any], call: ir.Call | None, caller: Environment
    ) -> Environment:
        """Run a function; returns its variables as they are at the end."""
        self.depth += 1
        if self.depth > self.limits.max_depth:
            raise _failure_messages().depth_limit(self.limits.max_depth, function.span)
        env = self.zeros(function)
        env.update(zip(function.params, args, strict=True))
        if self.observer is not None:
            if call is None:
                self.observer.begin(env)
            else:
                self.observer.enter(call, caller, env)
        self.calls.append((call, self.loops))
        self.loops = []
        before, self.running = self.running, function
        if function.body:
            self.charge(self.counts.of_call(function), function.body[0])
        self.block(function.body, env)
        self.running = before
        _, self.loops = self.calls.pop()
        self.depth -= 1
        return env

    def charge(self, amount: int, stmt: ir.Stmt) -> None:
        """Count statements before they run."""
        self.steps += amount
        if self.steps > self.max_steps:
            raise _failure_messages().step_limit(self.max_steps, self.place(stmt))

    def zeros(self, function: ir.Function) -> Environment:
        """The variables of a function before it starts."""
        found: Environment | None = self.templates.get(function.name)
        if found is None:
            found = dict.fromkeys(function.types, 0.0)
            if set(function.types.values()) != {REAL}:
                found.update((n, ZEROS.get(k)) for n, k in function.types.items() if k != REAL)
            if len(self.module.functions) == 1:
                return found  # nobody calls it again
            self.templates[function.name] = found
        return found.copy()

    def block(self, body: Sequence[ir.Stmt], env: Environment) -> None:
        """Run a block.

        A gradient of 100,000 terms spends its time here, so assignments come first and call as
        little as possible.
        """
        column, checks, observer, guards = self.column, self.checks, self.observer, self.guards
        evaluate, arithmetic = self.evaluate, self.arithmetic
        stmt: Any
        for stmt in body:
            if stmt.__class__ is not ir.Let:
                self.other(stmt, env)
                continue
            expr = stmt.expr
            if expr.__class__ is App:
                if guards:
                    _protected_calls().look_for_infinity(stmt, env, self.running.types)
                try:
                    function = (
                        getattr(expr.op, column) if arithmetic is None else arithmetic(expr.op)
                    )
                    args = expr.args
                    if len(args) == 2:
                        a, b = args
                        x = env[a.name] if a.__class__ is Var else evaluate(a, env)
                        y = env[b.name] if b.__class__ is Var else evaluate(b, env)
                        value = function(x, y)
                    elif len(args) == 1:
                        a = args[0]
                        value = function(env[a.name] if a.__class__ is Var else evaluate(a, env))
                    elif len(args) == 3:
                        a, b, c = args
                        x = env[a.name] if a.__class__ is Var else evaluate(a, env)
                        y = env[b.name] if b.__class__ is Var else evaluate(b, env)
                        z = env[c.name] if c.__class__ is Var else evaluate(c, env)
                        value = function(x, y, z)
                    else:
                        value = function(
                            *[env[a.name] if a.__class__ is Var else evaluate(a, env) for a in args]
                        )
                except self.raised as error:
                    value = self.handled(stmt, env, error)
                except MemoryError:
                    raise _failure_messages().out_of_memory(self.place(stmt)) from None
                if checks and value - value:
                    self.nonfinite(stmt, env, value)
            else:
                value = env[expr.name] if expr.__class__ is Var else evaluate(expr, env)
            env[stmt.target] = value
            if observer is not None:
                observer.assign(stmt, env, value)

    def other(self, stmt: ir.NotLet, env: Environment) -> None:
        """Run a statement that is not an assignment."""
        if isinstance(stmt, ir.ArrayStmt):
            try:
                value = self.array(stmt, env)
            except self.raised as error:
                raise self.failure(stmt, env, isinstance(error, OverflowError)) from None
            except MemoryError:
                raise _failure_messages().out_of_memory(self.place(stmt)) from None
            if self.observer is not None:
                self.observer.access(stmt, env, value)
            return
        match stmt:
            case ir.If(condition, then, orelse):
                arm = then if env[condition] else orelse
                if arm:
                    self.block(arm, env)
            case ir.For():
                self.count(stmt, env)
            case ir.While(condition, body):
                number = 0
                while env[condition]:
                    self.charge(self.counts.of_iteration(body), stmt)
                    if self.observer is not None:
                        self.observer.iteration(stmt, env, number)
                        number += 1
                    self.block(body, env)
                if number and self.observer is not None:
                    self.observer.done(stmt)
            case ir.Call():
                if stmt.status:
                    _protected_calls().call(self, stmt, env)
                elif self.protected and stmt.role != ir.PRIMAL:
                    _protected_calls().derivative_call(self, stmt, env)
                else:
                    self.run_call(stmt, env)
            case ir.Push(tape, value):
                self.tapes[tape].append(self.evaluate(value, env))
            case ir.Pop(tape, target):
                env[target] = self.tapes[tape].pop()
            case ir.Raise():
                raise self.failure(stmt, env, False)
            case _:
                assert_never(stmt)

    def run_call(self, stmt: ir.Call, env: Environment) -> None:
        callee = self.module.functions[stmt.function]
        inner = self.call(callee, [self.evaluate(a, env) for a in stmt.args], stmt, env)
        for target, result in zip(stmt.targets, callee.results, strict=True):
            env[target] = inner[result]
        if self.observer is not None:
            self.observer.leave(stmt, env, inner, callee.results)

    def array(self, stmt: ir.ArrayStmt, env: Environment) -> Any:
        """Make, read or change an array; returns the value that went in or came out."""
        value: Any
        match stmt:
            case ir.Load(target, array, index):
                value = env[target] = env[array][self.evaluate(index, env)]
            case ir.Store(array, index, value):
                value = env[array][self.evaluate(index, env)] = self.evaluate(value, env)
            case ir.Alloc(target, size):
                value = env[target] = self.zeros_of(stmt, self.evaluate(size, env))
            case ir.Append(array, value):
                value = self.evaluate(value, env)
                env[array].append(value)
            case ir.Take(array, target):
                value = env[target] = env[array].pop()
            case ir.Length(target, array):
                value = env[target] = len(env[array])
            case _:
                assert_never(stmt)
        return value

    def zeros_of(self, stmt: ir.Alloc, size: int) -> list[Any]:
        self.charge(size, stmt)
        if size < 0:
            raise IndexError
        kind = self.running.types[stmt.target]
        return [ZEROS.get(element(kind))] * size

    def count(self, stmt: ir.For, env: Environment) -> None:
        start, stop, step = (self.evaluate(b, env) for b in (stmt.start, stmt.stop, stmt.step))
        if step == 0 or any(isinstance(b, float) for b in (start, stop, step)):
            raise self.failure(stmt, env, False)
        self.charge(trip_count(start, stop, step) * self.counts.of(stmt.body), stmt)
        self.loops.append((stmt.var, start))
        for i in range(start, stop, step) if stmt.body else ():
            env[stmt.var] = i
            self.loops[-1] = (stmt.var, i)
            if self.observer is not None:
                self.observer.iteration(stmt, env, (i - start) // step)
            self.block(stmt.body, env)
        if self.observer is not None and stmt.body and trip_count(start, stop, step):
            self.observer.done(stmt)
        self.loops.pop()

    def evaluate(self, expr: Expr, env: Environment) -> Any:
        if isinstance(expr, Var):
            return env[expr.name]
        if isinstance(expr, Num):
            return expr.value
        op, args = expr.op, expr.args
        if op is select:
            condition, then, otherwise = args
            return self.evaluate(then if self.evaluate(condition, env) else otherwise, env)
        arithmetic = self.arithmetic
        function = getattr(op, self.column) if arithmetic is None else arithmetic(op)
        return function(*[self.evaluate(a, env) for a in args])

    def nonfinite(self, stmt: ir.Let, env: Environment, value: float) -> None:
        """Raise if this statement makes infinity out of finite numbers, or nan out of numbers,
        unless its function asks whether the result is finite."""
        assert isinstance(stmt.expr, App)
        if stmt.target in _asked(self.running):
            return
        values = [self.evaluate(a, env) for a in stmt.expr.args]
        is_nan = value != value
        if not any(v != v if is_nan else v - v for v in values):
            raise self.error(stmt, env, not is_nan or not any(v - v for v in values))

    def handled(self, stmt: ir.Let, env: Environment, error: Exception) -> Any:
        """The value of an operation that raised an exception, if it has one all the same."""
        if self.protected and self.limits.propagate:
            return _protected_calls().propagated(self, stmt, env, error)
        raise self.failure(stmt, env, isinstance(error, OverflowError)) from None

    def failure(self, stmt: ir.Stmt, env: Environment, overflow: bool) -> Exception:
        """What a statement that failed raises: an exception that a protected call handles, or an
        error that ends the run."""
        if self.protected or isinstance(stmt, ir.Raise):
            exception: Exception | None = _protected_calls().exception(self, stmt, env, overflow)
            if exception is not None:
                return exception
        return self.error(stmt, env, overflow)

    def error(self, stmt: ir.Stmt, env: Environment, overflow: bool) -> Exception:
        """The error that a statement that failed is to the user."""
        loops = self.loops
        for call, outer in reversed(self.calls):
            if stmt.span is not None or call is None:
                break
            loops = outer
            if call.span is not None:
                break
        error: Exception = _failure_messages().explain(
            stmt, self.look_up(env), overflow, loop_notes(loops), self.place(stmt)
        )
        return error

    def look_up(self, env: Environment) -> Callable[[str], Any]:
        """The value of a variable; KeyError of one that the running function never assigns."""
        function = self.running
        known = {*function.params, *[n for s in ir.walk(function.body) for n in ir.assigned(s)]}
        return lambda name: env[name if name in known else ""]

    def place(self, stmt: ir.Stmt) -> Span | None:
        """Where a statement stands in the user's text, or the call that led to it."""
        if stmt.span is not None:
            return stmt.span
        spans = [call.span for call, _ in reversed(self.calls) if call is not None and call.span]
        return spans[0] if spans else None


def run_statement(
    module: ir.Module,
    function: ir.Function,
    stmt: ir.Stmt,
    known: Environment,
    loops: Sequence[str],
) -> None:
    """Run one statement of a function, with these values of variables and these loops around it.

    Raises what the statement itself raises; it does not check whether a number is infinite.
    """
    execution = Execution(module, Limits(), Interpreter())
    execution.running, execution.checks = function, False
    env = execution.zeros(function) | known
    execution.loops = [(var, env[var]) for var in loops]
    execution.block([stmt], env)


def _asked(function: ir.Function) -> set[str]:
    """The variables of which a function asks whether they are finite."""
    return {
        arg.name
        for stmt in ir.walk(function.body)
        if isinstance(stmt, ir.Let) and isinstance(stmt.expr, App)
        if isinstance(stmt.expr.op, Primitive) and stmt.expr.op.numerics.asks
        for arg in stmt.expr.args
        if isinstance(arg, Var)
    }


def complex_arithmetic(op: Any) -> Compute:
    """An operation on complex numbers.  If no argument is complex it is that on real ones, so that
    an integer stays an integer."""
    return lambda *values: (
        op.analytic if any(v.__class__ is complex for v in values) else op.function
    )(*values)


def protected_complex_arithmetic(op: Any) -> Compute:
    """The same for a module with protected calls: it fails where the operation on real numbers
    does."""
    compute = complex_arithmetic(op)

    def computed(*values: Any) -> Any:
        op.function(*[v.real for v in values])
        return compute(*values)

    return computed


def _protected_calls() -> ModuleType:
    """The module that runs protected calls; a program without them does not import it."""
    from adcli.engines import interpreter_protected_calls

    return interpreter_protected_calls


def _failure_messages() -> ModuleType:
    """The module that words failures; a run that goes well does not import it."""
    from adcli.engines import failure_messages

    return failure_messages


def loop_notes(loops: Sequence[tuple[str, Any]]) -> list[str]:
    """In which iterations of the user's loops a run stands: `in iteration i = 12`.  A variable's
    name begins with the one that the user gave, see `adcli.front.lower`."""
    return [f"in iteration {var.split('.')[0]} = {i}" for var, i in loops if var[:1] != "%"]
