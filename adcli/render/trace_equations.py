"""The equations of a trace: those of each operation, one below the other for each column.

Invariant: a column is about the same rows as all others.  The words do not depend on how they are
laid out; `adcli.render.trace_table` draws them for terminals and pipes, `adcli.render.tables.trace`
makes a table of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from adcli.render.number_format import for_pipe
from adcli.render.trace_notation import Notation
from adcli.trace.evaluation_traces import FORWARD, REVERSE, SECOND, Symbol, Trace, TraceRow
from adcli.trace.row_selection import EVERYTHING, Choice, shown

#: The styles of the names in primal and in derived rows.
PRIMAL, DERIVED = "primal", "derived"

_TITLES = {
    FORWARD: "tangent trace",
    REVERSE: "adjoint trace",
    SECOND: "tangents of adjoints",
}

#: What the title of adjoints ends in.
UPWARDS = ", read upwards"

#: The indentation of the rows of a call.
INDENT = "  "


class Equation(NamedTuple):
    """A row as text: name = chain = formula = numbers = value; the middle parts may be empty."""

    name: str
    chain: str
    formula: str
    numbers: str
    value: str
    number: float | None = None


class Half:
    """One of the traces that stand side by side: its title and, for each row, its equations from
    top to bottom."""

    def __init__(self, title: str, style: str, rows: list[list[Equation]]) -> None:
        self.title = title
        self.style = style
        self.rows = rows


class Words:
    """The words of traces of one run: its primal rows, and beside them those of each trace."""

    def __init__(
        self,
        traces: Sequence[Trace],
        notation: Notation,
        choice: Choice = EVERYTHING,
        *,
        exact: bool = False,
    ) -> None:
        self.trace = trace = traces[0]
        self.notation = notation
        self.exact = exact
        self.kept = shown(trace, choice)
        self.traces = traces
        self.halves = self._halves()

    def _halves(self) -> list[Half]:
        trace = self.trace
        primal = [[self.equation(trace.primal[i], trace, self.depth(i))] for i in self.kept]
        return [
            Half(f"primal trace {self.arrow(down=True)}", PRIMAL, primal),
            *[Half(self._title(each), DERIVED, self._derived_rows(each)) for each in self.traces],
        ]

    def depth(self, row: int) -> int:
        """How many calls deep a row is indented."""
        place = self.trace.places.get(self.trace.primal[row].target)
        return len(place.calls) if place is not None and self.has_lines else 0

    @cached_property
    def has_lines(self) -> bool:
        """Whether the program has more than one line, so that rows stand under them."""
        spans = [step.span for step in self.trace.primal if step.span is not None]
        return bool(spans) and "\n" in spans[0].source.text.strip()

    def equation(self, step: TraceRow, trace: Trace, depth: int = 0) -> Equation:
        """A row as text, without forms that say no more than the value."""
        notation, formula = self.notation, step.formula
        value = notation.number(step.value)
        symbolic = notation.formula(formula)
        numbers = notation.numbers(formula, step.operands)
        return Equation(
            INDENT * depth + notation.name(step.target),
            notation.chain(step, trace.mark),
            "" if symbolic == value else symbolic,
            "" if numbers in (value, symbolic) else numbers,
            for_pipe(step.value, notation.digits) if self.exact else value,
            step.value,
        )

    def _derived_rows(self, trace: Trace) -> list[list[Equation]]:
        rows: dict[int, list[Equation]] = {i: [] for i in self.kept}
        # adjoints stand in the order of execution from the bottom up
        for step in trace.derived if trace.mode == FORWARD else reversed(trace.derived):
            if step.beside in rows:
                rows[step.beside].append(self.equation(step, trace))
        return list(rows.values())

    def seeds(self, trace: Trace) -> list[str]:
        """The seeds of a trace that are not 0, as equations."""
        name = self.notation.name
        return [
            f"{name(v)} = {self.notation.number(seed)}"
            for v, seed in trace.seeds.items()
            if seed != 0
        ]

    def _title(self, trace: Trace) -> str:
        chosen = self.seeds(trace)
        is_forward = trace.mode == FORWARD
        seeds = f", {', '.join(chosen)}" if chosen else ""
        way = "" if is_forward else UPWARDS
        return f"{_TITLES[trace.mode]} {self.arrow(down=is_forward)}{seeds}{way}"

    def arrow(self, *, down: bool) -> str:
        if self.notation.ascii:
            return "(down)" if down else "(up)"
        return "↓" if down else "↑"

    # -- lines across all columns ------------------------------------------------------------------

    def gap(self, count: int) -> str:
        """What stands for rows that are left out."""
        dots = "..." if self.notation.ascii else "…"
        rows = "row" if count == 1 else "rows"
        return f"{dots} {count:,} {rows} left out {dots}"

    def above(self, index: int, before: int, *, spaces: bool = True) -> list[str]:
        """What stands above a row, if the row before it is `before` (-1: none): how many rows are
        left out, and the line of the program that runs here.  Its parts are set apart by spaces, or
        by a colon and a comma where several spaces would become one."""
        gap = [self.gap(index - before - 1)] if index > before + 1 else []
        heading = self._heading(index, before, "   " if spaces else ": ", "   " if spaces else ", ")
        return [*gap, heading] if heading else gap

    def after(self, last: int) -> list[str]:
        """What stands behind the last row."""
        left_out = len(self.trace.primal) - 1 - last
        return [self.gap(left_out)] if left_out else []

    def _heading(self, row: int, before: int, colon: str, comma: str) -> str:
        """The heading above a row: the line that runs here, unless the row before has the same."""
        if not self.has_lines:
            return ""
        group = self._group(row)
        if before >= 0 and group == self._group(before):
            return ""
        line, iterations, calls = group
        if line is None:
            return ""
        span = self.trace.primal[row].span
        assert span is not None
        where = f"line {line}" + (f" of {calls[-1]}" if calls else "")
        text = span.source.line(line).strip()
        what = comma.join([part for part in (text, ", ".join(iterations)) if part])
        return INDENT * len(calls) + (where + colon + what if what else where)

    def _group(self, row: int) -> tuple[int | None, list[str], tuple[str, ...]]:
        """A row's line, the iterations of the loops around it, and the calls that led there."""
        step = self.trace.primal[row]
        line = None if step.span is None else step.span.line
        place = self.trace.places.get(step.target)
        if place is None:
            return line, [], ()
        iterations = [
            f"{t.name} = {t.value}" if t.name else f"iteration {t.number}" for t in place.iterations
        ]
        return line, iterations, place.calls


def symbols(traces: Sequence[Trace]) -> dict[str, Symbol]:
    """What the variables of all traces are called."""
    found: dict[str, Symbol] = {}
    for trace in traces:
        found |= trace.symbols
    return found
