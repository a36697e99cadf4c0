"""The trace tables as text: primal and derivative side by side, as in Baydin et al. 2018.

Invariant: nothing is cut.  The widest layout that fits is chosen; the narrowest breaks formulas
over lines.  An adjoint row stands beside the operation that contributes to it, so adjoints are read
upwards.  The rows of a program stand under its lines: a heading says which line ran and in which
iterations of the loops around it.  The rows of a called function are indented.

A table is lines of words, each with a style; a pipe gets the words without styles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from adcli.render.text_width import cell_width, pad, shortened, wrap
from adcli.render.trace_notation import Notation
from adcli.render.trace_words import Equation, Half, Words, symbols
from adcli.trace.row_selection import EVERYTHING, Choice
from adcli.trace.tables import FORWARD, Trace

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


def plain_text(
    *traces: Trace, digits: int | None = None, choice: Choice = EVERYTHING, ascii: bool = False
) -> str:
    """The trace for a pipe: values with all digits or with so many, lines of any length."""
    lines = _Drawing(traces, digits, choice, ascii, exact=True).lines(None)
    return "".join([_text(line) + "\n" for line in lines])


def table(*traces: Trace, digits: int | None = None, choice: Choice = EVERYTHING) -> TraceTable:
    """The traces of a run for a Rich console, fitted to its width."""
    return TraceTable(traces, digits, choice)


class TraceTable:
    """Draws itself at the width of the console, in ASCII if its encoding asks for that."""

    def __init__(self, traces: Sequence[Trace], digits: int | None, choice: Choice) -> None:
        self.traces = traces
        self.digits = digits
        self.choice = choice

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.segment import Segment

        styles = {name: console.get_style(style or "none") for name, style in STYLES.items()}
        drawing = _Drawing(self.traces, self.digits, self.choice, options.ascii_only, exact=False)
        for line in drawing.lines(options.max_width):
            room = len(_text(line))
            for text, style in line:
                # spaces at the end of a line disturb those who copy it
                if room > 0:
                    yield Segment(text[:room], styles[style])
                room -= len(text)
            yield Segment.line()


class _Drawing:
    """Arranges the words of traces in a layout."""

    def __init__(
        self,
        traces: Sequence[Trace],
        digits: int | None,
        choice: Choice,
        ascii: bool,
        *,
        exact: bool,
    ) -> None:
        notation = Notation(symbols(traces), digits, ascii=ascii)
        self.words = Words(traces, notation, choice, exact=exact)
        self.has_numbers = all(t.mode == FORWARD for t in traces)
        self.plain = exact or ascii

    # -- laying out ------------------------------------------------------------------------------

    def lines(self, width: int | None) -> list[Line]:
        """The lines of the widest layout that fits; a pipe, whose width is None, takes any."""
        for layout in _LAYOUTS:
            if self.has_numbers and not layout.numbers:
                continue
            room = width if layout.breaks == OPEN else None
            lines = self.drawn(layout, room)
            if width is None or max([cell_width(_text(line)) for line in lines]) <= width:
                break
        return lines

    def drawn(self, layout: Layout, room: int | None) -> list[Line]:
        halves = [_Columns(half, layout, room) for half in self.words.halves]
        if layout.beside:
            return self._joined(halves)
        empty: Line = [("", "quiet")]
        found = self._joined(halves[:1])
        for half in halves[1:]:
            found += [empty, *self._joined([half])]
        return found

    def _joined(self, halves: list[_Columns]) -> list[Line]:
        """The lines of halves set side by side."""
        words = self.words
        bar = " | " if self.plain else " │ "
        width = sum([half.width for half in halves]) + len(bar) * (len(halves) - 1)
        title: Line = []
        for half in halves:
            if half is not halves[0]:
                title.append((bar, "quiet"))
            title.append((pad(half.title, half.width), "title"))
        lines = [title]
        if not words.exact:
            lines.append([(self._rule(halves), "quiet")])
        before = -1
        for row, index in enumerate(words.kept):
            lines += [[(shortened(text, width), "quiet")] for text in words.above(index, before)]
            before = index
            height = max([len(half.rows[row]) for half in halves])
            for i in range(height):
                line: Line = []
                for half in halves:
                    if half is not halves[0]:
                        line.append((bar, "quiet"))
                    line += half.line(row, i)
                lines.append(line)
        return [*lines, *[[(text, "quiet")] for text in words.after(before)]]

    def _rule(self, halves: list[_Columns]) -> str:
        rule, cross = ("-", "-+-") if self.plain else ("─", "─┼─")
        return cross.join([rule * half.width for half in halves])


def _text(line: Line) -> str:
    return "".join([text for text, _ in line]).rstrip()


class _Columns:
    """A half with aligned columns: for each row its lines, and for each line its words."""

    def __init__(self, half: Half, layout: Layout, room: int | None) -> None:
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
