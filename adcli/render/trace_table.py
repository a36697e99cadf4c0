"""The trace tables as text: primal and derivative side by side, as in Baydin et al. 2018.

Invariant: nothing is cut.  The widest layout that fits is chosen; the narrowest breaks formulas
over lines.  An adjoint row stands beside the operation that contributes to it, so adjoints are read
upwards.  The rows of a program stand under its lines: a heading says which line ran and in which
iterations of the loops around it.  The rows of a called function are indented.

A table is lines of words, each with a style; a pipe gets the words without styles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from adcli.render.number_format import for_pipe
from adcli.render.text_width import cell_width, pad, wrap
from adcli.render.trace_notation import Notation
from adcli.trace.row_selection import EVERYTHING, Choice, shown
from adcli.trace.tables import FORWARD, Trace, TraceRow

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

#: A word and its style; a line of them.
Word = tuple[str, str]
Line = list[Word]

STYLES = {
    "title": "bold",
    "primal": "cyan",
    "derived": "magenta",
    "form": "",
    "numbers": "dim",
    "value": "bold",
    "quiet": "dim",
}

#: How an equation is broken: not at all; numbers on a second line; each form on its own line.
ONE_LINE, TWO_LINES, OPEN = range(3)


#: The indentation of the rows of a call.
_INDENT = "  "


class Layout(NamedTuple):
    """Whether the two traces stand side by side, how equations are broken, and whether adjoint rows
    have the form with ∂ and the form with numbers."""

    beside: bool = True
    breaks: int = ONE_LINE
    chain: bool = True
    numbers: bool = True


#: From wide to narrow.  Table 3 of the paper has no numbers in its adjoint rows.
_LAYOUTS = (
    Layout(),
    Layout(numbers=False),
    Layout(breaks=TWO_LINES),
    Layout(breaks=TWO_LINES, chain=False),
    Layout(beside=False),
    Layout(beside=False, breaks=TWO_LINES),
    Layout(beside=False, breaks=OPEN),
)


class Equation(NamedTuple):
    """A row as text: name = chain = formula = numbers = value; the middle parts may be empty."""

    name: str
    chain: str
    formula: str
    numbers: str
    value: str


def plain_text(
    trace: Trace, *, digits: int | None = None, choice: Choice = EVERYTHING, ascii: bool = False
) -> str:
    """The trace for a pipe: values with all digits or with so many, lines of any length."""
    lines = _Drawing(trace, digits, choice, ascii, exact=True).lines(None)
    return "".join([_text(line) + "\n" for line in lines])


def table(trace: Trace, digits: int | None = None, choice: Choice = EVERYTHING) -> TraceTable:
    """The trace for a Rich console, fitted to its width."""
    return TraceTable(trace, digits, choice)


class TraceTable:
    """Draws itself at the width of the console, in ASCII if its encoding asks for that."""

    def __init__(self, trace: Trace, digits: int | None, choice: Choice) -> None:
        self.trace = trace
        self.digits = digits
        self.choice = choice

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.segment import Segment

        styles = {name: console.get_style(style or "none") for name, style in STYLES.items()}
        drawing = _Drawing(self.trace, self.digits, self.choice, options.ascii_only, exact=False)
        for line in drawing.lines(options.max_width):
            room = len(_text(line))
            for text, style in line:
                # spaces at the end of a line disturb those who copy it
                if room > 0:
                    yield Segment(text[:room], styles[style])
                room -= len(text)
            yield Segment.line()


class _Half:
    """One of the two traces: its title and, for each row, its equations from top to bottom."""

    def __init__(self, title: str, style: str, rows: list[list[Equation]]) -> None:
        self.title = title
        self.style = style
        self.rows = rows


class _Drawing:
    """The words of a trace, which `lines` arranges in a layout."""

    def __init__(
        self, trace: Trace, digits: int | None, choice: Choice, ascii: bool, *, exact: bool
    ) -> None:
        self.trace = trace
        self.notation = Notation(trace.symbols, digits, ascii=ascii)
        self.digits = digits
        self.exact = exact
        self.kept = shown(trace, choice)
        self.primal = _Half(
            f"primal trace {self._arrow(down=True)}",
            "primal",
            [[self.equation(trace.primal[i], self.depth(i))] for i in self.kept],
        )
        self.derived = _Half(self._title(), "derived", self._derived_rows())

    def depth(self, row: int) -> int:
        """How many calls deep a row is indented."""
        place = self.trace.places.get(self.trace.primal[row].target)
        return len(place.calls) if place is not None and self.has_lines else 0

    @cached_property
    def has_lines(self) -> bool:
        """Whether the program has more than one line, so that rows stand under them."""
        spans = [step.span for step in self.trace.primal if step.span is not None]
        return bool(spans) and "\n" in spans[0].source.text.strip()

    def equation(self, step: TraceRow, depth: int = 0) -> Equation:
        """A row as text, without forms that say no more than the value."""
        notation, formula = self.notation, step.formula
        value = notation.number(step.value)
        symbolic = notation.formula(formula)
        numbers = notation.numbers(formula, step.operands)
        return Equation(
            _INDENT * depth + notation.name(step.target),
            notation.chain(step, self.trace.mark),
            "" if symbolic == value else symbolic,
            "" if numbers in (value, symbolic) else numbers,
            for_pipe(step.value, self.digits) if self.exact else value,
        )

    def _derived_rows(self) -> list[list[Equation]]:
        rows: dict[int, list[Equation]] = {i: [] for i in self.kept}
        # adjoints stand in the order of execution from the bottom up
        for step in self.trace.derived if self.is_forward else reversed(self.trace.derived):
            if step.beside in rows:
                rows[step.beside].append(self.equation(step))
        return list(rows.values())

    @property
    def is_forward(self) -> bool:
        return self.trace.mode == FORWARD

    def _title(self) -> str:
        name = self.notation.name
        chosen = [
            f"{name(v)} = {self.notation.number(seed)}"
            for v, seed in self.trace.seeds.items()
            if seed != 0
        ]
        word = "tangent" if self.is_forward else "adjoint"
        seeds = f", {', '.join(chosen)}" if chosen else ""
        way = "" if self.is_forward else ", read upwards"
        return f"{word} trace {self._arrow(down=self.is_forward)}{seeds}{way}"

    def _arrow(self, *, down: bool) -> str:
        if self.notation.ascii:
            return "(down)" if down else "(up)"
        return "↓" if down else "↑"

    # -- laying out ------------------------------------------------------------------------------

    def lines(self, width: int | None) -> list[Line]:
        """The lines of the widest layout that fits; a pipe, whose width is None, takes any."""
        for layout in _LAYOUTS:
            if self.is_forward and not layout.numbers:
                continue
            room = width if layout.breaks == OPEN else None
            lines = self.drawn(layout, room)
            if width is None or max([cell_width(_text(line)) for line in lines]) <= width:
                break
        return lines

    def drawn(self, layout: Layout, room: int | None) -> list[Line]:
        left = _Columns(self.primal, layout, room)
        right = _Columns(self.derived, layout, room)
        if layout.beside:
            return self._joined([left, right])
        empty: Line = [("", "quiet")]
        return [*self._joined([left]), empty, *self._joined([right])]

    def _joined(self, halves: list[_Columns]) -> list[Line]:
        """The lines of halves set side by side."""
        bar = " | " if self.exact or self.notation.ascii else " │ "
        width = sum([half.width for half in halves]) + len(bar) * (len(halves) - 1)
        title: Line = []
        for half in halves:
            if half is not halves[0]:
                title.append((bar, "quiet"))
            title.append((pad(half.title, half.width), "title"))
        lines = [title]
        if not self.exact:
            lines.append([(self._rule(halves), "quiet")])
        before = -1
        for row, index in enumerate(self.kept):
            if index > before + 1:
                lines.append([(self._gap(index - before - 1), "quiet")])
            heading = self._heading(index, before)
            if heading:
                lines.append([(shortened(heading, width), "quiet")])
            before = index
            height = max([len(half.rows[row]) for half in halves])
            for i in range(height):
                line: Line = []
                for half in halves:
                    if half is not halves[0]:
                        line.append((bar, "quiet"))
                    line += half.line(row, i)
                lines.append(line)
        after = len(self.trace.primal) - 1 - before
        if after:
            lines.append([(self._gap(after), "quiet")])
        return lines

    def _rule(self, halves: list[_Columns]) -> str:
        rule, cross = ("-", "-+-") if self.notation.ascii else ("─", "─┼─")
        return cross.join([rule * half.width for half in halves])

    def _gap(self, count: int) -> str:
        dots = "..." if self.notation.ascii else "…"
        rows = "row" if count == 1 else "rows"
        return f"{dots} {count:,} {rows} left out {dots}"

    def _heading(self, row: int, before: int) -> str:
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
        parts = [where, text, ", ".join(iterations)]
        return _INDENT * len(calls) + "   ".join([p for p in parts if p])

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


def shortened(text: str, width: int) -> str:
    """A heading, cut to the width of its table."""
    return text if cell_width(text) <= width else text[: max(1, width - 3)] + "..."


def _text(line: Line) -> str:
    return "".join([text for text, _ in line]).rstrip()


class _Columns:
    """A half with aligned columns: for each row its lines, and for each line its words."""

    def __init__(self, half: _Half, layout: Layout, room: int | None) -> None:
        self.title = half.title
        names = max([cell_width(e.name) for row in half.rows for e in row], default=0)
        space = None if room is None else max(1, room - names - 3)
        rows = [
            [line for e in row for line in _equation_lines(e, half.style, layout, space)]
            for row in half.rows
        ]
        count = max([len(line) for row in rows for line in row], default=0)
        self.widths = [0] * count
        for row in rows:
            for line in row:
                for i, (text, _) in enumerate(line):
                    self.widths[i] = max(self.widths[i], cell_width(text))
        self.rows = rows
        self.width = max(sum(self.widths), cell_width(self.title))

    def line(self, row: int, i: int) -> Line:
        """Line i of a row, padded to the width of the half; empty beyond the row's last."""
        words = self.rows[row][i] if i < len(self.rows[row]) else []
        padded = [
            (pad(text, width), style)
            for (text, style), width in zip(words, self.widths, strict=False)
        ]
        rest = self.width - sum(self.widths[: len(words)])
        return [*padded, (" " * rest, "quiet")]


def _equation_lines(
    equation: Equation, style: str, layout: Layout, space: int | None
) -> Iterator[Line]:
    """The lines of an equation in a layout, each the words of its columns."""
    name: Word = (equation.name, style)
    value: Word = (equation.value, "value")
    has_chain = layout.chain and style == "derived"
    has_numbers = layout.numbers or style == "primal"
    forms = [(f, "form") for f in (equation.chain * has_chain, equation.formula) if f]
    numbers = [(equation.numbers, "numbers")] if has_numbers and equation.numbers else []
    if layout.breaks == OPEN:
        yield from _open_lines(name, [*forms, *numbers, value], space or 1)
    elif layout.breaks == ONE_LINE:
        words = [_equals(word) for word in [*forms, *numbers]]
        blanks: Line = [("", "form")] * (1 + has_chain + has_numbers - len(words))
        yield [name, *words, *blanks, _equals(value)]
    else:
        joined = " = ".join([text for text, _ in forms])
        first: Word = _equals((joined, "form")) if forms else ("", "form")
        yield [name, first] if numbers else [name, first, _equals(value)]
        if numbers:
            yield [("", style), _equals(numbers[0]), _equals(value)]


def _open_lines(name: Word, words: Sequence[Word], space: int) -> Iterator[Line]:
    """One line for each form, or several where there is no room."""
    before: Word = name
    for text, style in words:
        sign = " = "
        for piece in wrap(text, space):
            yield [before, (sign + piece, style)]
            before, sign = ("", name[1]), "   "


def _equals(word: Word) -> Word:
    text, style = word
    return (f" = {text}", style)
