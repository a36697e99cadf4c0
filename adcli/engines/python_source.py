"""Python source: from a module of the IR to the text of a Python module.

Three-address code is kept as it is: in CPython a local variable costs a nanosecond or two, and
`x - x` (zero, which is false, just for finite x) is the cheapest test for a finite number.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any, NamedTuple, assert_never

from adcli.engines.absorbed_infinities import absorbed_operands, mentions_infinity
from adcli.engines.exception_semantics import tapes_pushed
from adcli.engines.interface import Limits
from adcli.engines.step_limit_accounting import StepCounts
from adcli.expr import App, Expr, Num, Var, variables
from adcli.ir import nodes as ir
from adcli.ir.dataflow import surely_assigned, used_variables
from adcli.ir.types import element, is_array
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.expression_text import write
from adcli.ops.primitive import INT, Primitive

#: So many calls inside one another need no thought.
_FEW_CALLS = 100

#: What a number holds before it is assigned, by its type.
_ZEROS = {"real": "0.0", "int": "0", "bool": "False"}


class SourceLine(NamedTuple):
    """What a line of the source comes from: a statement, its function, the loops around it."""

    stmt: ir.Stmt | None
    function: str
    loops: tuple[str, ...]


class PythonSource:
    """The source of a module.

    `functions`  the names of functions in the source, `variables` those of each one's variables.
    `namespace`  what the source needs of its surroundings.
    """

    def __init__(self, module: ir.Module, limits: Limits, predicts_limit: bool) -> None:
        self.module = module
        self.counts = StepCounts(module)
        self.predicts_limit = predicts_limit
        self.propagate = limits.propagate
        self.checks_infinity = not limits.propagate and not mentions_infinity(module)
        self.max_depth = limits.max_depth
        #: whether calls may nest deeper than a run may go: each then passes on how deep it is
        self.counts_calls = _nested_calls(module) > min(limits.max_depth, _FEW_CALLS)
        self.functions = {name: f"f{i}" for i, name in enumerate(module.functions)}
        self.tapes = {tape: i for i, tape in enumerate(module.tapes)}
        self.variables: dict[str, dict[str, str]] = {}
        self.namespace: dict[str, Any] = {"inf": float("inf"), "nan": float("nan")}
        self._lines: list[tuple[ir.Stmt | None, str, tuple[str, ...]]] = [(None, "", ())]
        self._text: list[str] = []
        self._open_loops: tuple[str, ...] = ()

    def text(self) -> str:
        for name, function in self.module.functions.items():
            self.function(name, function)
        return "\n".join(self._text) + "\n"

    def origin(self, line: int) -> SourceLine:
        """What a line comes from; the first line has number 1."""
        return SourceLine._make(self._lines[line])

    def line(self, depth: int, text: str, stmt: ir.Stmt | None = None) -> None:
        self._text.append(" " * depth + text)
        self._lines.append((stmt, self._owner, self._open_loops))

    def function(self, name: str, function: ir.Function) -> None:
        self._owner = name
        self.types = function.types
        self.names = self.variables[name] = {v: f"v{i}" for i, v in enumerate(function.types)}
        params = ["depth"] if self.counts_calls else []
        params += [self.names[p] for p in function.params]
        self.line(0, f"def {self.functions[name]}({', '.join(params)}):")
        self.line(1, "global steps")
        if self.counts_calls:
            self.line(1, f"if depth > {self.max_depth}: raise DepthLimit")
        unset = _unset(function)
        for kind, value in _ZEROS.items():
            zeros = [self.names[v] for v in unset if function.types[v] == kind]
            if zeros:
                self.line(1, " = ".join([*zeros, value]))
        nothing = [self.names[v] for v in unset if is_array(function.types[v])]
        if nothing:
            self.line(1, " = ".join([*nothing, "None"]))
        if amount := self.counts.of_call(function):
            self.charge(1, str(amount), next(iter(function.body), None))
        self.block(function.body, 1)
        results = ", ".join(self.names[r] for r in function.results)
        self.line(1, f"return {results}" if function.results else "return ()")

    def charge(self, depth: int, amount: str, stmt: ir.Stmt | None) -> None:
        """Count statements before they run."""
        self.line(depth, f"steps += {amount}", stmt)
        self.line(depth, "if steps > max_steps: raise StepLimit", stmt)

    # -- statements ------------------------------------------------------------------------------

    def block(self, body: Sequence[ir.Stmt], depth: int) -> None:
        if not body:
            self.line(depth, "pass")
        for stmt in body:
            self.statement(stmt, depth)

    def statement(self, stmt: ir.Stmt, depth: int) -> None:
        match stmt:
            case ir.Let():
                self.let(stmt, depth)
            case ir.If():
                self.branch(stmt, depth)
            case ir.While(condition, body):
                self.line(depth, f"while {self.names[condition]}:", stmt)
                self.charge(depth + 1, str(self.counts.of_iteration(body)), stmt)
                self.block(body, depth + 1)
            case ir.For():
                self.loop(stmt, depth)
            case ir.Call():
                if stmt.status:
                    self.protected_call(stmt, depth)
                else:
                    self.call(stmt, depth)
            case ir.Raise(exception, code):
                ends = exception in (ir.REFUSED, ir.UNSUPPORTED)
                number = "0" if ends else self.atom(code)
                self.line(depth, f"raise Raised({number})", stmt)
            case ir.Load(target, array, index):
                self.line(
                    depth, f"{self.names[target]} = {self.names[array]}[{self.atom(index)}]", stmt
                )
            case ir.Store(array, index, value):
                self.line(
                    depth, f"{self.names[array]}[{self.atom(index)}] = {self.atom(value)}", stmt
                )
            case ir.Alloc():
                self.alloc(stmt, depth)
            case ir.Append(array, value):
                self.line(depth, f"{self.names[array]}.append({self.atom(value)})", stmt)
            case ir.Take(array, target):
                self.line(depth, f"{self.names[target]} = {self.names[array]}.pop()", stmt)
            case ir.Length(target, array):
                self.line(depth, f"{self.names[target]} = len({self.names[array]})", stmt)
            case ir.Push(tape, value):
                self.line(depth, f"push{self.tapes[tape]}({self.atom(value)})", stmt)
            case ir.Pop(tape, target):
                self.line(depth, f"{self.names[target]} = pop{self.tapes[tape]}()", stmt)
            case _:
                assert_never(stmt)

    def branch(self, stmt: ir.If, depth: int) -> None:
        condition = self.names[stmt.condition]
        if stmt.then:
            self.line(depth, f"if {condition}:", stmt)
            self.block(stmt.then, depth + 1)
            if stmt.orelse:
                self.line(depth, "else:", stmt)
                self.block(stmt.orelse, depth + 1)
        elif stmt.orelse:
            self.line(depth, f"if not {condition}:", stmt)
            self.block(stmt.orelse, depth + 1)
        else:
            self.line(depth, "pass", stmt)

    def loop(self, stmt: ir.For, depth: int) -> None:
        body = stmt.body
        bounds = ", ".join(self.atom(b) for b in (stmt.start, stmt.stop, stmt.step))
        self.charge(depth, f"trip_count({bounds}) * {self.counts.of(body)}", stmt)
        if not body:
            return
        predicts = self.predicts_limit and depth == 1 and any(map(_repeats, body))
        if predicts:
            self.line(depth, "before = steps", stmt)
        self.line(depth, f"for {self.names[stmt.var]} in range({bounds}):", stmt)
        self._open_loops = (*self._open_loops, stmt.var)
        self.block(body, depth + 1)
        if predicts:
            used = f"(steps - before) * trip_count({bounds})"
            first = f"{self.names[stmt.var]} == {self.atom(stmt.start)}"
            self.line(depth + 1, f"if {first} and {used} > max_steps: raise StepLimit", stmt)
        self._open_loops = self._open_loops[:-1]

    def call(self, stmt: ir.Call, depth: int) -> None:
        given = ["depth + 1"] if self.counts_calls else []
        given += [self.atom(a) for a in stmt.args]
        call = f"{self.functions[stmt.function]}({', '.join(given)})"
        targets = ", ".join(self.names[t] for t in stmt.targets)
        self.line(depth, f"{targets} = {call}" if targets else call, stmt)

    def protected_call(self, stmt: ir.Call, depth: int) -> None:
        """A call whose failure is a number; what it pushed to tapes is taken off them then."""
        status = self.names[stmt.status]
        tapes = [self.tapes[tape] for tape in tapes_pushed(self.module, stmt.function)]
        for i in tapes:
            self.line(depth, f"height{i} = len(tape{i})", stmt)
        self.line(depth, "try:", stmt)
        self.call(stmt, depth + 1)
        self.line(depth + 1, f"{status} = 0", stmt)
        self.line(depth, "except Failures as error:", stmt)
        self.line(depth + 1, f"{status} = handled(error)", stmt)
        for i in tapes:
            self.line(depth + 1, f"del tape{i}[height{i}:]", stmt)

    def alloc(self, stmt: ir.Alloc, depth: int) -> None:
        zero = _ZEROS.get(element(self.types[stmt.target]))
        name, size = self.names[stmt.target], self.atom(stmt.size)
        if zero is None:
            self.line(depth, f"{name} = []", stmt)
        else:
            self.charge(depth, size, stmt)
            self.line(depth, f"{name} = [{zero}] * size({size})", stmt)

    def let(self, stmt: ir.Let, depth: int) -> None:
        if self.checks_infinity and stmt.origin is None:  # nearly all in derivatives have one
            for operand in absorbed_operands(stmt, self.types):
                name = self.names[operand]
                self.line(depth, f"if {name} - {name}: raise Nonfinite", stmt)
        self.line(depth, f"{self.names[stmt.target]} = {self.value(stmt)}", stmt)

    # -- expressions -----------------------------------------------------------------------------

    def value(self, stmt: ir.Let) -> str:
        expr = stmt.expr
        if not isinstance(expr, App):
            return self.atom(expr)
        if self.propagate and not any(isinstance(a, App) for a in expr.args):
            name = f"op{len(self.namespace)}"
            self.namespace[name] = expr.op.value
            return f"{name}({', '.join(self.atom(a) for a in expr.args)})"
        whole = (
            expr.op.expand(expr.args, lean=True) if isinstance(expr.op, FusedOperation) else expr
        )
        if not isinstance(whole, App):
            return self.atom(whole)
        self.use(whole)
        if self.types[stmt.target] == INT and isinstance(whole.op, Primitive):
            return self.integer(whole)
        return write(whole, "python", variable=self.names.__getitem__, number=repr)

    def integer(self, expr: Expr) -> str:
        """An expression of integers."""
        if not isinstance(expr, App):
            return self.atom(expr)
        assert isinstance(expr.op, Primitive)
        return expr.op.python.integer.template.format(*[f"({self.integer(a)})" for a in expr.args])

    def use(self, app: App) -> None:
        """Make the functions that an expression's text names known."""
        todo: list[Expr] = [app]
        while todo:
            node = todo.pop()
            if isinstance(node, App):
                assert isinstance(node.op, Primitive)
                self.namespace |= node.op.python.calls
                todo.extend(node.args)

    def atom(self, expr: Expr) -> str:
        if isinstance(expr, Var):
            return self.names[expr.name]
        assert isinstance(expr, Num)
        return repr(expr.value)


def _repeats(stmt: ir.Stmt) -> bool:
    """Whether other statements may run many times where this one runs once."""
    return isinstance(stmt, ir.For | ir.While | ir.Call) or any(
        [_repeats(inner) for block in ir.blocks(stmt) for inner in block]
    )


def _nested_calls(module: ir.Module) -> float:
    """How deep calls may be nested, the entry's included; infinity if there is recursion."""
    callees = {
        name: {stmt.function for stmt in ir.control(function.body) if isinstance(stmt, ir.Call)}
        for name, function in module.functions.items()
    }
    level, found = {module.entry}, 0
    while level and found <= len(module.functions):
        level, found = set().union(*[callees[name] for name in level]), found + 1
    return inf if level else found


def _unset(function: ir.Function) -> list[str]:
    """The variables that some path may read before it assigns them: they start at zero."""
    inside: dict[str, None] = {}
    known = set(function.params)
    for stmt in function.body:
        for name in _uses(stmt):
            if name not in known:
                inside[name] = None
        for block in ir.blocks(stmt):
            for inner in ir.walk(block):
                inside.update(dict.fromkeys(n for n in _uses(inner) if n not in known))
        known.update(surely_assigned(stmt))
    inside.update(dict.fromkeys(r for r in function.results if r not in known))
    return [name for name in inside if name not in function.params]


def _uses(stmt: ir.Stmt) -> list[str]:
    """The variables that a statement itself uses; its expression may be a tree here."""
    return variables(stmt.expr) if isinstance(stmt, ir.Let) else used_variables(stmt)
