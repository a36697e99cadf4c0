"""Forward mode as dual numbers: each row computes with a + bε, where ε² = 0.

The coefficient of ε is the tangent (Baydin et al. 2018, section 3.1.1; Clifford 1873).  Beside each
operation stands its rule, such as (a + bε) × (c + dε) = a × c + (b × c + d × a)ε.

Invariant: a rule is the tangent row's own formula with letters for its operands, so that it says
what forward mode computes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property

from adcli.expr import App, Var, variables
from adcli.render.number_format import for_pipe
from adcli.render.trace_equations import DERIVED, PRIMAL, Equation, Half, Words
from adcli.render.trace_notation import Notation
from adcli.trace.evaluation_traces import Trace, TraceRow
from adcli.trace.row_selection import Choice

#: The real and the dual part of the operands of a rule.
_LETTERS = (("a", "b"), ("c", "d"), ("p", "q"), ("r", "s"))


class DualWords(Words):
    """The words of a forward trace as dual numbers, and the rules of its operations."""

    def _halves(self) -> list[Half]:
        trace = self.trace
        rows = [(trace.primal[i], trace.derived[i], self.depth(i)) for i in self.kept]
        seeds = ", ".join(self.seeds(trace))
        title = f"dual numbers {self.arrow(down=True)}" + (f", {seeds}" if seeds else "")
        values = [[self._computed(*row)] for row in rows]
        rules = [[Equation("", "", self._rule(*row[:2]), "", "")] for row in rows]
        return [Half(title, PRIMAL, values), Half("rule", DERIVED, rules)]

    def _computed(self, step: TraceRow, tangent: TraceRow, depth: int) -> Equation:
        plain = self.equation(step, self.trace, depth)
        duals = {n: self._dual(value, self.tangents[n]) for n, value in step.operands.items()}
        is_copy = isinstance(step.formula, Var)
        brackets = _CLEAN if is_copy else _brackets(self.notation)
        numbers = self.notation.over(step.formula, lambda n: brackets.format(duals[n]))
        numbers = single(numbers)
        value = self._dual(step.value, tangent.value)
        if self.exact:
            digits = self.notation.digits
            value = self._dual(step.value, tangent.value, lambda x: for_pipe(x, digits))
        return plain._replace(numbers="" if numbers == value else numbers, value=value, number=None)

    @cached_property
    def tangents(self) -> dict[str, float]:
        """The tangents of all variables of the trace."""
        trace = self.trace
        rows = zip(trace.primal, trace.derived, strict=True)
        found = {row.target: tangent.value for row, tangent in rows}
        return found | {name.removesuffix(trace.mark): seed for name, seed in trace.seeds.items()}

    def _dual(self, real: float, dual: float, text: Callable[[float], str] | None = None) -> str:
        """0.693 + 0.5ε, its numbers by `text` or as those of a trace."""
        notation = self.notation
        number = text or notation.number
        sign = notation.minus if dual < 0 else "+"
        part = number(abs(dual))
        return f"{number(real)} {sign} {part}{_epsilon(notation)}"

    def _rule(self, step: TraceRow, tangent: TraceRow) -> str:
        """(a + bε) × (c + dε) = a × c + (b × c + d × a)ε; nothing for a row that copies."""
        formula = step.formula
        if not isinstance(formula, App):
            return ""
        notation, mark, epsilon = self.notation, self.trace.mark, _epsilon(self.notation)
        moving = set(variables(tangent.formula))
        letters: dict[str, str] = {}
        duals: dict[str, str] = {}
        brackets = _brackets(notation)
        for name, (real, dual) in zip(dict.fromkeys(variables(formula)), _LETTERS, strict=False):
            letters |= {name: real, name + mark: dual}
            has_dual = name + mark in moving
            duals[name] = brackets.format(f"{real} + {dual}{epsilon}") if has_dual else real
        if len(letters) < 2 * len(set(variables(formula))):
            return ""
        left = single(notation.over(formula, duals.__getitem__))
        value = notation.over(formula, letters.__getitem__)
        letters[step.target] = value if len(value) == 1 else brackets.format(value)
        right = single(notation.over(tangent.formula, letters.__getitem__))
        part = right if len(right) == 1 else brackets.format(right)
        return f"{left} = {value} + {part}{epsilon}"


_CLEAN = "{}"
_DOUBLE = re.compile(r"\(\(([^()]*)\)\)")
_DOUBLE_LATEX = re.compile(r"\\left\(\\left\(((?:(?!\\left|\\right).)*)\\right\)\\right\)")


def single(text: str) -> str:
    """A text without brackets that stand in brackets."""
    return _DOUBLE_LATEX.sub(r"\\left(\1\\right)", _DOUBLE.sub(r"(\1)", text))


def _brackets(notation: Notation) -> str:
    return r"\left({}\right)" if notation.is_latex else "({})"


def _epsilon(notation: Notation) -> str:
    return r" \varepsilon" if notation.is_latex else " eps" if notation.ascii else "ε"


def words_of(
    traces: Sequence[Trace], notation: Notation, choice: Choice, *, exact: bool, dual: bool
) -> Words:
    """The words of the traces of a run; with `dual` those of a forward trace as dual numbers."""
    kind = DualWords if dual else Words
    return kind(traces, notation, choice, exact=exact)
