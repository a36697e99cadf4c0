"""Programs with protected calls, drawn at random, and what they compute, by other means.

A program is drawn as IR.  `value_and_slope` runs it by Python's own exceptions on dual numbers, and
shares no code with engines and passes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

from adcli.expr import App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.exception_classes import number_of
from adcli.ops.comparisons_logic_and_choice import eq, lt
from adcli.ops.registry import TABLE

REALS = ("a", "b", "c", "d")
STATUSES = ("m", "n")
UNARY = ("sin", "log", "sqrt", "atan", "exp", "asin")
BINARY = ("add", "sub", "mul", "div", "pow")


def drawn_module(seed: int, *, arrays: bool = True) -> ir.Module:
    """A module whose entry `f` takes two reals and returns two."""
    random = Random(seed)
    count = random.randint(2, 5)
    names = ["f", *[f"g{i}" for i in range(1, count)]]
    functions = {
        n: _Draft(random, n, names[i + 1 :], arrays).function() for i, n in enumerate(names)
    }
    return ir.Module(functions, "f", normal=True)


class _Draft:
    def __init__(self, random: Random, name: str, callees: Sequence[str], arrays: bool) -> None:
        self.random = random
        self.name = name
        self.callees = callees
        self.arrays = arrays
        self.types = dict.fromkeys(("x", "y", *REALS, "r", "s"), "real")
        self.types |= dict.fromkeys(STATUSES, "int")
        self.fresh = 0

    def function(self) -> ir.Function:
        params = ("x", "y")
        body: list[ir.Stmt] = [ir.Let("a", Var("x")), ir.Let("b", Var("y"))]
        body += [ir.Let("c", Num(0.75)), ir.Let("d", Num(1.25))]
        if self.arrays:
            self.types["v"] = "real[]"
            if self.name == "f":
                body.append(ir.Alloc("v", Num(3)))
                body += [ir.Store("v", Num(i), Var(("x", "y", "a")[i])) for i in range(3)]
            else:
                params = ("x", "y", "v")
        body += self.block(self.random.randint(4, 9), 0, ())
        body += [ir.Let("r", Var("a")), ir.Let("s", Var(self.real()))]
        return ir.Function(self.name, params, ("r", "s"), self.types, body)

    def name_of(self, kind: str) -> str:
        self.fresh += 1
        name = f"%{kind}{self.fresh}"
        self.types[name] = kind
        return name

    def real(self, *others: str) -> str:
        return self.random.choice([n for n in ("x", "y", *REALS) if n not in others])

    def target(self) -> str:
        return self.random.choice(REALS)

    def block(self, size: int, depth: int, loops: tuple[str, ...]) -> list[ir.Stmt]:
        return [s for _ in range(size) for s in self.statements(depth, loops)]

    def statements(self, depth: int, loops: tuple[str, ...]) -> list[ir.Stmt]:
        random = self.random
        choice = random.random()
        if choice < 0.4 or (depth > 1 and choice < 0.75):
            return self.assignment()
        if choice < 0.55 and self.arrays:
            return self.array_statement(loops)
        if choice < 0.75 and self.callees:
            return self.call()
        if choice < 0.85:
            return self.branch(depth, loops)
        if choice < 0.9 and depth < 2:
            var = self.name_of("int")
            body = self.block(random.randint(1, 4), depth + 1, (*loops, var))
            return [ir.For(var, Num(0), Num(random.randint(1, 3)), Num(1), body)]
        if choice < 0.95:
            return self.raising()
        return self.assignment()

    def assignment(self) -> list[ir.Stmt]:
        target = self.target()
        if self.random.random() < 0.4:
            op = TABLE[self.random.choice(UNARY)]
            return [ir.Let(target, App(op, (Var(self.real(target)),)))]
        op = TABLE[self.random.choice(BINARY)]
        other: Expr = Var(self.real(target))
        if self.random.random() < 0.5:
            other = Num(self.random.choice([0.5, 2.0, -1.0, 1.5, 0.25]))
        return [ir.Let(target, App(op, (Var(self.real(target)), other)))]

    def array_statement(self, loops: tuple[str, ...]) -> list[ir.Stmt]:
        random = self.random
        index: Any = Num(random.choice([0, 0, 1, 1, 2, 2, 3, -1]))
        if loops and random.random() < 0.5:
            index = Var(random.choice(loops))
        match random.randint(0, 9):
            case 0:
                return [ir.Append("v", Var(self.real()))]
            case 1:
                return [ir.Take("v", self.target())]
            case 2 | 3 | 4 | 5:
                return [ir.Store("v", index, Var(self.real()))]
        return [ir.Load(self.target(), "v", index)]

    def call(self) -> list[ir.Stmt]:
        random = self.random
        first, second = random.sample(REALS, 2)
        args: list[Any] = [Var(self.real(first, second)), Var(self.real(first, second))]
        args += [Var("v")] if self.arrays else []
        callee = random.choice(self.callees)
        if random.random() < 0.15:
            return [ir.Call((first, second), callee, tuple(args))]
        status = random.choice(STATUSES)
        out: list[ir.Stmt] = [ir.Call((first, second), callee, tuple(args), status)]
        if random.random() < 0.7:
            number = random.choice([0, 0, 7, 4, 1000])
            condition = self.name_of("bool")
            out.append(ir.Let(condition, eq(Var(status), number)))
            arms = [self.block(random.randint(0, 2), 2, ()) for _ in range(2)]
            if random.random() < 0.2:
                arms[number == 0].append(ir.Raise("Again", Var(status), "", ()))
            out.append(ir.If(condition, *arms))
        return out

    def branch(self, depth: int, loops: tuple[str, ...]) -> list[ir.Stmt]:
        condition = self.name_of("bool")
        test = lt(Var(self.real()), Var(self.real()))
        arms = [self.block(self.random.randint(0, 3), depth + 1, loops) for _ in range(2)]
        return [ir.Let(condition, test), ir.If(condition, *arms)]

    def raising(self) -> list[ir.Stmt]:
        condition = self.name_of("bool")
        number = self.random.choice([7, 1000])
        arm = [ir.Raise("Mine", Num(number), "{0}", (Var(self.real()),))]
        return [ir.Let(condition, lt(Var(self.real()), Num(0.3))), ir.If(condition, arm)]


# -- what a program computes -----------------------------------------------------------------------


class Dual(NamedTuple):
    """A number and its derivative."""

    value: float
    slope: float


class Failure(Exception):
    """A failure that a program can handle, with the number of its class."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class NoValue(Exception):
    """The run has no value, whatever is handled: a complex power, a derivative that is infinite."""


def value_and_slope(
    module: ir.Module, args: Sequence[float], direction: Sequence[float]
) -> tuple[list[Dual], int]:
    """The results with their directional derivatives, and how many calls have failed."""
    machine = _Machine(module)
    given = [Dual(a, d) for a, d in zip(args, direction, strict=True)]
    return machine.call(module.main, given), machine.failed


class _Machine:
    def __init__(self, module: ir.Module) -> None:
        self.module = module
        self.failed = 0

    def call(self, function: ir.Function, args: Sequence[Any]) -> list[Any]:
        zeros = {"real": Dual(0.0, 0.0), "int": 0, "bool": False}
        env = {n: zeros.get(k) for n, k in function.types.items()}
        env.update(zip(function.params, args, strict=True))
        self.block(function.body, env)
        return [env[r] for r in function.results]

    def block(self, body: Sequence[ir.Stmt], env: dict[str, Any]) -> None:
        for stmt in body:
            try:
                self.statement(stmt, env)
            except (ValueError, ArithmeticError, IndexError) as error:
                raise Failure(number_of(type(error).__name__)) from None

    def statement(self, stmt: ir.Stmt, env: dict[str, Any]) -> None:
        match stmt:
            case ir.Let(target, expr):
                env[target] = self.evaluate(expr, env)
            case ir.Alloc(target, size):
                env[target] = [Dual(0.0, 0.0)] * self.evaluate(size, env)
            case ir.Load(target, array, index):
                env[target] = env[array][self.evaluate(index, env)]
            case ir.Store(array, index, value):
                env[array][self.evaluate(index, env)] = self.evaluate(value, env)
            case ir.Append(array, value):
                env[array].append(self.evaluate(value, env))
            case ir.Take(array, target):
                env[target] = env[array].pop()
            case ir.If(condition, then, orelse):
                self.block(then if env[condition] else orelse, env)
            case ir.For(var, _, stop, _, body):
                for i in range(self.evaluate(stop, env)):
                    env[var] = i
                    self.block(body, env)
            case ir.Raise(_, code):
                raise Failure(self.evaluate(code, env))
            case ir.Call(targets, name, args, status):
                given = [self.evaluate(a, env) for a in args]
                try:
                    found = self.call(self.module.functions[name], given)
                except Failure as error:
                    if not status:
                        raise
                    self.failed += 1
                    env[status] = error.number
                else:
                    env.update(zip(targets, found, strict=True))
                    if status:
                        env[status] = 0
            case _:
                raise TypeError(stmt)

    def evaluate(self, expr: Expr, env: dict[str, Any]) -> Any:
        if isinstance(expr, Var):
            return env[expr.name]
        if isinstance(expr, Num):
            value = expr.value
            return Dual(value, 0.0) if isinstance(value, float) else value
        assert isinstance(expr, App)
        args = [self.evaluate(a, env) for a in expr.args]
        if expr.op is eq:
            return args[0] == args[1]
        if expr.op is lt:
            return args[0].value < args[1].value
        return OPERATIONS[expr.op.name](*args)


def _dual(value: float, slope: Any) -> Dual:
    """A number with a slope, which is computed only once the number is known."""
    try:
        found = Dual(value, slope())
    except (ValueError, ArithmeticError):
        raise NoValue from None
    if not (math.isfinite(found.value) and math.isfinite(found.slope)):
        raise NoValue
    return found


def _power(a: Dual, b: Dual) -> Dual:
    value = a.value**b.value
    if isinstance(value, complex):
        raise NoValue

    def slope() -> float:
        found = 0.0
        if a.slope:
            found += b.value * a.value ** (b.value - 1) * a.slope
        if b.slope and (a.value != 0 or b.value <= 0):
            found += value * math.log(a.value) * b.slope
        return found

    return _dual(value, slope)


OPERATIONS: dict[str, Any] = {
    "add": lambda a, b: _dual(a.value + b.value, lambda: a.slope + b.slope),
    "sub": lambda a, b: _dual(a.value - b.value, lambda: a.slope - b.slope),
    "mul": lambda a, b: _dual(a.value * b.value, lambda: a.slope * b.value + a.value * b.slope),
    "div": lambda a, b: _dual(
        a.value / b.value, lambda: (a.slope - a.value / b.value * b.slope) / b.value
    ),
    "pow": _power,
    "sin": lambda a: _dual(math.sin(a.value), lambda: math.cos(a.value) * a.slope),
    "log": lambda a: _dual(math.log(a.value), lambda: a.slope / a.value),
    "sqrt": lambda a: _dual(
        math.sqrt(a.value), lambda: a.slope / (2 * math.sqrt(a.value)) if a.slope else 0.0
    ),
    "atan": lambda a: _dual(math.atan(a.value), lambda: a.slope / (1 + a.value**2)),
    "exp": lambda a: _dual(math.exp(a.value), lambda: math.exp(a.value) * a.slope),
    "asin": lambda a: _dual(
        math.asin(a.value), lambda: a.slope / math.sqrt(1 - a.value**2) if a.slope else 0.0
    ),
}
