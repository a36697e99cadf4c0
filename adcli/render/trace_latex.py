r"""How the rows of a trace are written in LaTeX: `\dot{v}_{2} = \dot{v}_{-1} v_{0} + \dots`.

Invariant: a formula stands for the same expression as that of `adcli.render.trace_notation`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from adcli.expr import App, Expr, Num
from adcli.ir import nodes as ir
from adcli.ops.expression_latex import latex, name_latex
from adcli.render.number_format import for_trace
from adcli.render.tables.as_latex import number
from adcli.render.trace_notation import Notation, is_long, with_logarithms
from adcli.trace.evaluation_traces import Symbol, TraceRow

_ACCENTS = {ir.TANGENT: r"\dot", ir.ADJOINT: r"\bar"}
_HEAD = re.compile(r"(\\?[^\W\d_]+(?:\{(?:[^{}]|\{[^{}]*\})*\})?)(.*)", re.DOTALL)


class LatexNotation(Notation):
    """Names, formulas and numbers as LaTeX for math mode."""

    is_latex = True

    def __init__(self, symbols: dict[str, Symbol], digits: int | None = None) -> None:
        super().__init__(symbols, digits)
        self.minus = "-"

    def name(self, variable: str) -> str:
        found = self._names.get(variable)
        if found is None:
            found = self._names[variable] = symbol_latex(self.symbols[variable])
        return found

    def number(self, value: float) -> str:
        return number(for_trace(value, self.digits, minus="-"))

    def over(self, expr: Expr, variable: Callable[[str], str]) -> str:
        return latex(self._shortened(with_logarithms(expr)), variable=variable)

    def numbers(self, expr: Expr, values: dict[str, float]) -> str:
        rounded = {name: self._rounded(value) for name, value in values.items()}
        return latex(self._filled(self._shortened(expr), rounded))

    def _shortened(self, expr: Expr) -> Expr:
        """The formula with the digits of a result in its long numbers."""
        match expr:
            case Num(value) if is_long(value):
                return Num(self._rounded(value))
            case App(op, args):
                return App(op, tuple([self._shortened(a) for a in args]))
        return expr

    def _rounded(self, value: float) -> float:
        return float(for_trace(value, self.digits, minus="-"))

    def _factor(self, op: object, argument: Expr) -> Expr:
        """The argument as it is: the writer sets brackets itself."""
        return argument

    def chain(self, step: TraceRow, mark: str) -> str:
        if step.chain is None:
            return ""
        above, below = [self.name(v) for v in step.chain]
        before = f"{self.name(step.target)} + " if step.target in step.operands else ""
        adjoint = self.name(step.chain[0] + mark)
        return rf"{before}{adjoint} \frac{{\partial {above}}}{{\partial {below}}}"


def symbol_latex(symbol: Symbol) -> str:
    r"""`v_{-1}`, `\dot{x}_{1}`, `\bar{y}`."""
    letter = name_latex(symbol.letter)
    for mark in symbol.mark.split():
        found = _HEAD.fullmatch(letter)
        head, rest = found.groups() if found else (letter, "")
        letter = f"{_ACCENTS[mark]}{{{head}}}{rest}"
    return letter if symbol.number is None else f"{letter}_{{{symbol.number}}}"
