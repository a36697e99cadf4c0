"""Traces as a table: a group of columns for the primal trace and for each trace beside it.

Invariant: columns that are empty in every row are left out, and an adjoint row stands beside the
operation that contributes to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from adcli.render.number_format import for_reader
from adcli.render.tables.table import (
    DECIMAL,
    Cell,
    Column,
    Formula,
    Row,
    Section,
    Table,
    trace_number,
)
from adcli.render.trace_dual_numbers import words_of
from adcli.render.trace_equations import INDENT, Equation, Half, Words, symbols
from adcli.render.trace_latex import LatexNotation
from adcli.render.trace_notation import Notation
from adcli.trace.evaluation_traces import Trace
from adcli.trace.row_selection import Choice

_FORMS = ("name", "chain", "formula", "numbers")
_HEADINGS = ("name", "chain rule", "formula", "numbers")

#: A row with the equations of one half: what is written, and the same in LaTeX.
_Pair = tuple[Equation, Equation]


def trace_table(
    traces: Sequence[Trace],
    choice: Choice,
    digits: int | None,
    program: str,
    *,
    dual: bool = False,
) -> Table:
    """The traces of one run side by side; `program` says what ran, if that is known."""
    names = symbols(traces)
    words, mathematics = [
        words_of(traces, notation, choice, exact=False, dual=dual)
        for notation in (Notation(names, digits), LatexNotation(names, digits))
    ]
    halves = [_Part(*pair) for pair in zip(words.halves, mathematics.halves, strict=True)]
    columns = [column for half in halves for column in half.columns()]
    point = point_text(traces[0].arguments)
    title = " ".join(
        ["Evaluation trace", *([f"of {program}"] * bool(program)), *([f"at {point}"] * bool(point))]
    )
    return Table(columns, list(_rows(words, halves)), title=title)


def point_text(point: Mapping[str, object]) -> str:
    """The point in the title of a table or a picture: x = −5, y = [1, 2]."""
    return ", ".join([f"{name} = {_value(value)}" for name, value in point.items()])


def _value(value: object) -> str:
    """A value of the point, as `--at` takes it."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return for_reader(value) if isinstance(value, int | float) else str(value)


class _Part:
    """The columns of one half."""

    def __init__(self, words: Half, mathematics: Half) -> None:
        rows = zip(words.rows, mathematics.rows, strict=True)
        self.rows = [list(zip(*row, strict=True)) for row in rows]
        self.title = Formula(words.title, _title(mathematics.title))
        self.has_values = any(e.value for row in words.rows for e in row)
        self.forms = [
            (form, heading)
            for form, heading in zip(_FORMS, _HEADINGS, strict=True)
            if any(getattr(e, form) for row in words.rows for e in row)
        ]

    def columns(self) -> Iterator[Column]:
        for _, heading in self.forms:
            yield Column(heading, group=self.title)
        if self.has_values:
            yield Column("value", DECIMAL, self.title, number=trace_number)

    def cells(self, row: int, line: int) -> list[Cell]:
        """The cells of a line of a row; empty beyond the row's last."""
        pairs: list[_Pair] = self.rows[row]
        if line >= len(pairs):
            return [None] * (len(self.forms) + self.has_values)
        text, latex = pairs[line]
        cells: list[Cell] = []
        for form, _ in self.forms:
            said, set_ = getattr(text, form), getattr(latex, form)
            depth = len(said) - len(said.lstrip())
            indent = r"\quad " * (depth // len(INDENT))
            cells.append(Formula(said, indent + (set_.strip() or "{}")) if said else None)
        value = Formula(text.value, latex.value) if text.number is None else text.number
        return [*cells, value] if self.has_values else cells


def _title(latex: str) -> str:
    r"""A title in LaTeX: its words as `\text`, and the equations of its seeds as they are."""
    head, *rest = latex.split(", ")  # an index, such as [0,1], has commas without blanks
    arrows = {"↓": r" }\downarrow", "↑": r" }\uparrow"}
    found = rf"\text{{{head.rstrip(' ↓↑')}" + arrows.get(head[-1:], "}")
    for part in rest:
        found += rf",\ {part}" if "=" in part else rf"\text{{, {part}}}"
    return found


def _rows(words: Words, halves: Sequence[_Part]) -> Iterator[Row]:
    before = -1
    for row, index in enumerate(words.kept):
        yield from map(Section, words.above(index, before, spaces=False))
        before = index
        for line in range(max([1, *[len(half.rows[row]) for half in halves]])):
            yield [cell for half in halves for cell in half.cells(row, line)]
    yield from map(Section, words.after(before))
