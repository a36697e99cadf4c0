"""Second order in a trace: the tangents of adjoints, by forward over reverse mode.

The reverse pass makes code with adjoints, the forward pass differentiates that code, and each row
here is the tangent of one adjoint row: a term of a Hessian-vector product (Griewank & Walther,
*Evaluating Derivatives*, section 5.1).

Invariant: there is a row for each row of the reverse trace, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adcli.engines.interface import Limits
from adcli.expr import App, Expr, Num, Var, variables
from adcli.ir import nodes as ir
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse
from adcli.trace.evaluation_traces import SECOND, Symbol, Trace, TraceRow, executed


def second_order_trace(
    recorded: ir.Module,
    point: Sequence[float],
    tangents: Trace,
    adjoints: Trace,
    limits: Limits,
) -> Trace:
    """The tangents of the adjoints that `adjoints` has, along the direction of `tangents`, for the
    same recorded program at the same point."""
    direction = [tangents.seeds[f"in.{p}{tangents.mark}"] for p in recorded.main.params]
    moving = [p for p, seed in zip(recorded.main.params, direction, strict=True) if seed != 0]
    ends = [row.target for row in adjoints.derived if row.target.startswith("in.")]
    names = [end.removeprefix("in.").removesuffix(adjoints.mark) for end in ends]
    module = forward(reverse(recorded, names), moving)
    mark = module.entry.removeprefix(recorded.entry).removeprefix(adjoints.mark)
    symbols = _symbols(tangents, adjoints, mark)
    args = (*point, *adjoints.seeds.values(), *[seed for seed in direction if seed != 0])
    found = _tangents(_readable(module, args, limits, symbols), mark)
    rows = [
        _row(step, found.get((step.target, count)), mark)
        for step, count in _counted(adjoints.derived)
    ]
    return tangents._replace(
        mode=SECOND, symbols=symbols, mark=mark, derived=rows, seeds={}, lost={}, notes=()
    )


#: A statement: what it assigns, its expression, the values of its operands, its own value.
_Step = tuple[str, Expr, dict[str, float], float]


def _symbols(tangents: Trace, adjoints: Trace, mark: str) -> dict[str, Symbol]:
    both = {
        name + mark: symbol._replace(mark=f"{ir.ADJOINT} {ir.TANGENT}")
        for name, symbol in adjoints.symbols.items()
        if symbol.mark
    }
    return {**tangents.symbols, **adjoints.symbols, **both}


def _readable(
    module: ir.Module, args: Sequence[float], limits: Limits, symbols: dict[str, Symbol]
) -> Iterator[_Step]:
    """The statements that assign what a trace has names for; others are written out in them."""
    values = dict(zip(module.main.params, args, strict=True))
    written: dict[str, Expr] = {}
    for stmt, _, value in executed(module, args, limits):
        expr = _written_out(stmt.expr, written)
        target = stmt.target
        if target.startswith("out."):
            target = f"in.{target.removeprefix('out.')}"
        if target in symbols:
            yield target, expr, {name: values[name] for name in variables(expr)}, value
            written.pop(stmt.target, None)
        else:
            written[stmt.target] = expr
        values[stmt.target] = value


def _written_out(expr: Expr, written: dict[str, Expr]) -> Expr:
    match expr:
        case Var(name):
            return written.get(name, expr)
        case App(op, args):
            return App(op, tuple([_written_out(a, written) for a in args]))
    return expr


def _counted(rows: Sequence[TraceRow]) -> Iterator[tuple[TraceRow, int]]:
    """Rows with how many rows before them assign the same."""
    seen: dict[str, int] = {}
    for row in rows:
        seen[row.target] = seen.get(row.target, -1) + 1
        yield row, seen[row.target]


def _tangents(steps: Iterable[_Step], mark: str) -> dict[tuple[str, int], _Step]:
    """The tangents of adjoints by the adjoint and how many of its assignments came before."""
    found: dict[tuple[str, int], _Step] = {}
    counts: dict[str, int] = {}
    for step in steps:
        target = step[0]
        if target.endswith(mark):
            of = target.removesuffix(mark)
            found[of, counts.get(of, 0)] = step
        else:
            counts[target] = counts.get(target, -1) + 1
    return found


def _row(row: TraceRow, step: _Step | None, mark: str) -> TraceRow:
    """The tangent of an adjoint row, which is 0 where no statement computes it."""
    target, expr, operands, value = step or (row.target + mark, Num(0.0), {}, 0.0)
    return TraceRow(target, expr, operands, value, row.operation, row.beside, row.span)
