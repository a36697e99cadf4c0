"""Evaluation traces as data: the rows of Tables 2 and 3 of Baydin et al. 2018.

A program that ran at a point was recorded as straight-line code.  The derivative passes turn that
code into code with tangents or adjoints; the interpreter runs it; each row here is one statement of
it with its value.  Nothing is differentiated here.

Invariant: a row's formula mentions only rows above it (below it, for adjoints as they are printed),
and its numbers are those that the mentioned quantities had when the row was computed.

Names: inputs count backwards to v0, operations count from v1 in the order of evaluation, results
come last (Baydin et al. 2018, section 2; Griewank & Walther, *Evaluating Derivatives*, section
2.2).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, assert_never

from adcli import display_hooks
from adcli.backends.scaled_sweeps import ScaledSweeps, Seed
from adcli.engines.interface import Limits
from adcli.engines.interpreter import Environment, Interpreter, Observer
from adcli.engines.straight_line_recording import Place
from adcli.errors import NotDifferentiable
from adcli.expr import App, Expr, Num, Var, variables
from adcli.ir import nodes as ir
from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.expression_as_operation import FusedOperation
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse
from adcli.source import Span

FORWARD, REVERSE, SECOND = "forward", "reverse", "second"

#: What a row stands for, where it is not an operation of the table.
INPUT, RESULT = "input", "result"


class Symbol(NamedTuple):
    """What a quantity is called: a letter or a name, its number, and whether it is a derivative.

    `mark` is "", `TANGENT` or `ADJOINT`; of the tangent of an adjoint it has both, with a space.
    """

    letter: str
    number: int | None = None
    mark: str = ""


class TraceRow:
    """A row: `target = expr`, which gave `value`.

    `operands`   the values of the variables that `expr` mentions.
    `operation`  the name of the operation, or `INPUT` or `RESULT`.
    `beside`     the index of the primal row that this one belongs to.
    `chain`      of an adjoint row the variables w and v of its partial derivative ∂w/∂v.
    """

    __slots__ = ("beside", "chain", "expr", "operands", "operation", "span", "target", "value")

    def __init__(
        self,
        target: str,
        expr: Expr,
        operands: dict[str, float],
        value: float,
        operation: str,
        beside: int,
        span: Span | None = None,
        chain: tuple[str, str] | None = None,
    ) -> None:
        self.target = target
        self.expr = expr
        self.operands = operands
        self.value = value
        self.operation = operation
        self.beside = beside
        self.span = span
        self.chain = chain

    @property
    def formula(self) -> Expr:
        """The right-hand side as the textbook has it; of a choice the side that was taken."""
        return taken(unfolded(self.expr), self.operands)


class Trace(NamedTuple):
    """A primal trace and the trace of its derivative.

    `symbols` names the variables of all rows; `mark` is what a variable's name and that of its
    derivative differ by.  `derived` has a tangent for each primal row, or the adjoint rows in the
    order of execution.  `seeds` are the tangents of the inputs or the adjoints of the results that
    it starts from, by variable.  `places` has by a row's target where in the program's course the
    operation ran; without it rows have their lines only.
    `lost` has the derivatives at the end, by name, that are not what the rows say: numbers on the
    way are too small for a double.  `arguments` are the inputs as the program takes them, `notes`
    sentences to be read beside the rows.  `is_one_path` says that other inputs may take another
    path: the program compares or rounds real numbers.
    """

    mode: str
    inputs: dict[str, float]
    symbols: dict[str, Symbol]
    mark: str
    primal: list[TraceRow]
    derived: list[TraceRow]
    seeds: dict[str, float]
    places: Mapping[str, Place] = MappingProxyType({})
    lost: Mapping[str, float] = MappingProxyType({})
    arguments: Mapping[str, Any] = MappingProxyType({})
    notes: tuple[str, ...] = ()
    is_one_path: bool = False

    def __repr__(self) -> str:
        results = [
            (self.symbols[r.target].letter, r.value) for r in self.primal if r.operation == RESULT
        ]
        rows = f"{self.mode} mode, {len(self.primal)} rows"
        return display_hooks.line(self, [*self.inputs.items(), *results], rows)

    def __str__(self) -> str:
        return display_hooks.text(self)

    def _repr_html_(self) -> str | None:
        return display_hooks.html(self)

    def _repr_latex_(self) -> str | None:
        return display_hooks.latex(self)

    def totals(self) -> list[float | None]:
        """For each primal row its tangent, or its adjoint after the last row that adds to it; None
        where no adjoint was computed."""
        found = self.seeds | {step.target: step.value for step in self.derived}
        return [
            found.get(_input(step.target) + self.mark, found.get(step.target + self.mark))
            for step in self.primal
        ]


def forward_trace(
    recorded: ir.Module, point: Sequence[float], seeds: Sequence[float], limits: Limits
) -> Trace:
    """The primal and the tangent trace of a recorded program along the direction `seeds`."""
    params = recorded.main.params
    moving = tuple([p for p, seed in zip(params, seeds, strict=True) if seed != 0])
    try:
        return _forward_trace(recorded, point, seeds, limits, params)
    except NotDifferentiable:
        # 0 times a derivative that is not finite: an input that stands still may still be left out
        if moving == params:
            raise
        return _forward_trace(recorded, point, seeds, limits, moving)


def _forward_trace(
    recorded: ir.Module,
    point: Sequence[float],
    seeds: Sequence[float],
    limits: Limits,
    wrt: Sequence[str],
) -> Trace:
    """The same with formulas in which only the inputs `wrt` have tangents."""
    params = recorded.main.params
    chosen = [seed for p, seed in zip(params, seeds, strict=True) if p in wrt]
    moving = [x for p, x in zip(params, point, strict=True) if p in wrt]
    module = forward(recorded, wrt)
    mark = module.entry.removeprefix(recorded.entry)
    primal = input_rows(params, point)
    tangents = {
        p + mark: _copy(p + mark, _input(p) + mark, seed, i)
        for i, (p, seed) in enumerate(zip(params, seeds, strict=True))
    }
    for stmt, operands, value in executed(module, (*point, *chosen), limits):
        if stmt.role == ir.TANGENT:
            row = len(primal) - 1
            tangents[stmt.target] = TraceRow(
                stmt.target, stmt.expr, operands, value, primal[row].operation, row, stmt.span
            )
        else:
            primal.append(primal_row(recorded.main, stmt, operands, value, len(primal)))
    for row, step in enumerate(primal):
        # what depends on no input has no statement for its tangent
        name = step.target + mark
        none = TraceRow(name, Num(0.0), {}, 0.0, step.operation, row, step.span)
        tangents.setdefault(name, none)
    return Trace(
        FORWARD,
        dict(zip(params, point, strict=True)),
        symbols(recorded.main, mark, ir.TANGENT),
        mark,
        primal,
        [tangents[step.target + mark] for step in primal],
        {_input(p) + mark: seed for p, seed in zip(params, seeds, strict=True)},
        lost=_lost(module, recorded.main.results, Seed(ir.TANGENT, chosen, moving), point, limits),
    )


def reverse_trace(
    recorded: ir.Module,
    point: Sequence[float],
    seeds: Sequence[float],
    limits: Limits,
    wrt: Sequence[str] | None = None,
) -> Trace:
    """The primal trace of a recorded program and the adjoints back to `wrt` (None: all inputs), for
    the adjoints `seeds` of its results."""
    main = recorded.main
    names = main.params if wrt is None else wrt
    module = reverse(recorded, names)
    mark = module.entry.removeprefix(recorded.entry)
    primal = input_rows(main.params, point)
    rows = {step.target: i for i, step in enumerate(primal)}
    adjoints: list[TraceRow] = []
    for stmt, operands, value in executed(module, (*point, *seeds), limits):
        if stmt.role == ir.ADJOINT:
            adjoints.append(_adjoint_row(stmt, operands, value, mark, rows))
        else:
            rows[stmt.target] = len(primal)
            primal.append(primal_row(recorded.main, stmt, operands, value, len(primal)))
    return Trace(
        REVERSE,
        dict(zip(main.params, point, strict=True)),
        symbols(recorded.main, mark, ir.ADJOINT),
        mark,
        primal,
        adjoints,
        {r + mark: seed for r, seed in zip(main.results, seeds, strict=True)},
        lost=_lost(
            module, main.params if wrt is None else wrt, Seed(ir.ADJOINT, seeds), point, limits
        ),
    )


def _lost(
    module: ir.Module, names: Sequence[str], seed: Seed, point: Sequence[float], limits: Limits
) -> dict[str, float]:
    """The derivatives at the end of a derivative program, by name, where its rows have others."""
    engine = Interpreter()
    run = engine.load(module, limits)
    rows = run((*point, *seed.parts))[-len(names) :] if names else ()
    _, right = ScaledSweeps(module, run, engine, point)(len(names), seed)
    return {
        name: number
        for name, number, row in zip(names, right, rows, strict=True)
        if not math.isclose(number, row, rel_tol=1e-9, abs_tol=0.0) and number == number
    }


def executed(
    module: ir.Module, args: Sequence[float], limits: Limits
) -> Iterator[tuple[ir.Let, dict[str, float], float]]:
    """The statements of straight-line code with the values of their operands and their own."""
    values = _Values()
    Interpreter(values).load(module, limits)(args)
    env = dict(zip(module.main.params, args, strict=True))
    for stmt, value in values.seen:
        yield stmt, {name: env[name] for name in variables(stmt.expr)}, value
        env[stmt.target] = value


class _Values(Observer):
    """Observes the assignments of a run."""

    def __init__(self) -> None:
        self.seen: list[tuple[ir.Let, float]] = []

    def assign(self, stmt: ir.Let, env: Environment, value: Any) -> None:
        self.seen.append((stmt, value))


def _input(name: str) -> str:
    """The variable for an input itself; its own name is that of the first v that copies it."""
    return f"in.{name}"


def input_rows(params: Sequence[str], point: Sequence[float]) -> list[TraceRow]:
    return [
        _copy(p, _input(p), value, i)
        for i, (p, value) in enumerate(zip(params, point, strict=True))
    ]


def _copy(target: str, source: str, value: float, row: int) -> TraceRow:
    return TraceRow(target, Var(source), {source: value}, value, INPUT, row)


def primal_row(
    main: ir.Function, stmt: ir.Let, operands: dict[str, float], value: float, row: int
) -> TraceRow:
    is_result = stmt.target in main.results
    operation = RESULT if is_result else _operation(stmt.expr)
    span = None if is_result else stmt.span
    return TraceRow(stmt.target, stmt.expr, operands, value, operation, row, span)


def _operation(expr: Expr) -> str:
    return expr.op.name if isinstance(expr, App) else "copy"


def _adjoint_row(
    stmt: ir.Let, operands: dict[str, float], value: float, mark: str, rows: dict[str, int]
) -> TraceRow:
    origin = stmt.origin
    if not isinstance(origin, ir.Let):
        # an output of the derived program: the adjoint of an input
        name = stmt.target.removeprefix("out.").removesuffix(mark)
        target = _input(name) + mark
        return TraceRow(target, stmt.expr, operands, value, INPUT, rows[name])
    operation = _operation(origin.expr) if isinstance(origin.expr, App) else RESULT
    span = None if operation == RESULT else stmt.span
    chain = _chain(origin, stmt.target.removesuffix(mark))
    row = rows[origin.target]
    return TraceRow(stmt.target, stmt.expr, operands, value, operation, row, span, chain)


def _chain(origin: ir.Let, argument: str) -> tuple[str, str] | None:
    """The variables of the partial derivative that an adjoint row applies; None where an operation
    takes an argument twice, so that one row holds a part of its partial derivative only."""
    match origin.expr:
        case App(_, args):
            times = sum(1 for a in args if isinstance(a, Var) and a.name == argument)
            return (origin.target, argument) if times == 1 else None
    return None


def symbols(main: ir.Function, mark: str, kind: str) -> dict[str, Symbol]:
    """What each variable of a straight-line program and of its derivative is called."""
    plain: dict[str, Symbol] = {}
    for i, name in enumerate(main.params):
        plain[name] = Symbol("v", i + 1 - len(main.params))
        plain[_input(name)] = Symbol(name)
    letter = _result_letter(main.params)
    several = len(main.results) > 1
    for i, name in enumerate(main.results, 1):
        plain[name] = Symbol(letter, i if several else None)
    count = 0
    for stmt in main.body:
        if isinstance(stmt, ir.Let) and stmt.target not in plain:
            count += 1
            plain[stmt.target] = Symbol("v", count)
    marked = {name + mark: symbol._replace(mark=kind) for name, symbol in plain.items()}
    return plain | marked


def _result_letter(inputs: Sequence[str]) -> str:
    """y, or a letter that no input is called by."""
    taken_letters = {name.rstrip("0123456789") for name in inputs}
    letters = (c for c in ("y", "f", "z", "w", "result") if c not in taken_letters)
    return next(letters, "result_")


def unfolded(expr: Expr) -> Expr:
    """A derived statement's formula with its arguments in place."""
    if isinstance(expr, App) and isinstance(expr.op, FusedOperation):
        return expr.op.expand(expr.args)
    return expr


def taken(expr: Expr, values: dict[str, float]) -> Expr:
    """The expression with each choice replaced by the side that was taken."""
    match expr:
        case App(op, (condition, then, otherwise)) if op is select:
            return taken(then if evaluated(condition, values) else otherwise, values)
        case App(op, args):
            return App(op, tuple([taken(a, values) for a in args]))
    return expr


def evaluated(expr: Expr, values: dict[str, float]) -> Any:
    """The value of an expression of variables that have values."""
    match expr:
        case Var(name):
            return values[name]
        case Num(value):
            return value
        case App(op, args):
            return op.value(*[evaluated(a, values) for a in args])
        case _:
            assert_never(expr)
