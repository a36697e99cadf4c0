"""Traces as fields for JSON.

Invariant: numbers are those of the trace with all digits; formulas are text for people, in the
notation of the tables.  Rows refer to each other by plain names such as `v-1` and `v5`.
"""

from __future__ import annotations

from typing import Any

from adcli.expr import App, Expr, Num, Var
from adcli.render.trace_dual_numbers import words_of
from adcli.render.trace_notation import Notation
from adcli.source import Span
from adcli.trace.evaluation_traces import FORWARD, REVERSE, Symbol, Trace, TraceRow
from adcli.trace.row_selection import EVERYTHING, Choice, shown


def trace_fields(
    *traces: Trace,
    digits: int | None = None,
    choice: Choice = EVERYTHING,
    dual: bool = False,
) -> dict[str, object]:
    """`inputs`, `seeds`, `rows`, and of a reverse trace `adjoints` in the order of execution.

    Of several traces of one run each row has the fields of all.  With `dual` the rows of a forward
    trace have their dual numbers and rules.
    """
    first, *others = [_Fields(trace, digits).data(choice) for trace in traces]
    for other in others:
        first = {**first, **other, **_merged(first, other)}
    if dual:
        _add_duals(first, traces[0], digits, choice)
    return first


def _merged(first: dict[str, Any], other: dict[str, Any]) -> dict[str, object]:
    """The seeds, rows and adjoints of two traces of one run."""
    found: dict[str, object] = {"seeds": {**first["seeds"], **other["seeds"]}}
    for name in ("rows", "adjoints"):
        if name in first and name in other:
            pairs = zip(first[name], other[name], strict=True)
            found[name] = [{**one, **two} for one, two in pairs]
    return found


def _add_duals(data: dict[str, Any], trace: Trace, digits: int | None, choice: Choice) -> None:
    words = words_of([trace], Notation(trace.symbols, digits), choice, exact=True, dual=True)
    values, rules = words.halves
    for row, (value,), (rule,) in zip(data["rows"], values.rows, rules.rows, strict=True):
        row["dual"] = value.value
        row["rule"] = rule.formula or None


class _Fields:
    def __init__(self, trace: Trace, digits: int | None) -> None:
        self.trace = trace
        self.notation = Notation(trace.symbols, digits)

    def data(self, choice: Choice) -> dict[str, object]:
        trace = self.trace
        chosen = shown(trace, choice)
        left_out = len(trace.primal) - len(chosen)
        totals = trace.totals()
        data: dict[str, object] = {
            "inputs": trace.inputs,
            "seeds": {self.name(v): seed for v, seed in trace.seeds.items()},
            "rows": [self.row(i, totals[i]) for i in chosen],
        }
        if trace.mode != FORWARD:
            rows = set(chosen)
            entry = self.adjoint if trace.mode == REVERSE else self.tangent_of_adjoint
            data["adjoints"] = [entry(s) for s in trace.derived if s.beside in rows]
        if left_out:
            data["left_out"] = left_out
        return data

    def name(self, variable: str) -> str:
        return plain_name(self.trace.symbols[variable])

    def row(self, index: int, total: float | None) -> dict[str, object]:
        """A primal row with its derivative."""
        step = self.trace.primal[index]
        row = {
            **self.texts(step),
            "args": self.arguments(step.expr),
            "value": step.value,
            "span": span_data(step.span),
        }
        place = self.trace.places.get(step.target)
        if place is not None:
            row["turns"] = [{"name": t.name or None, "value": t.value} for t in place.iterations]
            row["calls"] = list(place.calls)
        if self.trace.mode != FORWARD:
            key = "adjoint" if self.trace.mode == REVERSE else "adjoint_tangent"
            return {**row, key: total}
        texts = self.texts(self.trace.derived[index])
        return {
            **row,
            "tangent": total,
            "tangent_formula": texts["formula"],
            "tangent_numbers": texts["numbers"],
        }

    def adjoint(self, step: TraceRow) -> dict[str, object]:
        """An adjoint row; `from` is the primal row that contributes to it."""
        return {
            **self.texts(step),
            "from": self.name(self.trace.primal[step.beside].target),
            "chain": self.notation.chain(step, self.trace.mark) or None,
            "value": step.value,
            "span": span_data(step.span),
        }

    def tangent_of_adjoint(self, step: TraceRow) -> dict[str, object]:
        """The tangent of an adjoint row, beside the fields of that row."""
        formula = step.formula
        return {
            "tangent_formula": self.notation.formula(formula),
            "tangent_numbers": self.notation.numbers(formula, step.operands),
            "tangent": step.value,
        }

    def texts(self, step: TraceRow) -> dict[str, object]:
        formula = step.formula
        return {
            "name": self.name(step.target),
            "symbol": self.notation.name(step.target),
            "operation": step.operation,
            "formula": self.notation.formula(formula),
            "numbers": self.notation.numbers(formula, step.operands),
        }

    def arguments(self, expr: Expr) -> list[str | float]:
        """The operands of a primal row: names of rows or inputs, and literals."""
        operands = expr.args if isinstance(expr, App) else (expr,)
        found: list[str | float] = []
        for operand in operands:
            match operand:
                case Var(name):
                    found.append(self.name(name))
                case Num(value):
                    found.append(value)
        return found


def plain_name(symbol: Symbol) -> str:
    """v-1, v5, x1, y; a derivative has the name of its variable."""
    return symbol.letter if symbol.number is None else f"{symbol.letter}{symbol.number}"


def span_data(span: Span | None) -> dict[str, object] | None:
    """The place in the text that a row comes from."""
    if span is None:
        return None
    return {
        "line": span.line,
        "column": span.column,
        "end_column": span.end_column,
        "text": span.text,
    }
