"""The trace tables as text: primal and derivative side by side, as in Baydin et al. 2018.

Invariant: no number is cut.  The widest layout that fits is chosen.  In a wide window long formulas
are shortened, as far as most of them can still be read, before traces are set below each other; in
a narrow one formulas are broken over lines.  An adjoint row stands beside the operation that
contributes to it, so adjoints are read upwards.  The rows of a program stand under its lines: a
heading says which line ran and in which iterations of the loops around it.  The rows of a called
function are indented.

A table is lines of words, each with a style; a pipe gets the words without styles.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from adcli.render.text_width_and_wrapping import cell_width, pad, shortened, wrap
from adcli.render.trace_dual_numbers import words_of
from adcli.render.trace_equations import UPWARDS, Equation, Half, symbols
from adcli.render.trace_notation import Notation
from adcli.trace.evaluation_traces import FORWARD, Trace
from adcli.trace.row_selection import EVERYTHING, Choice

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

#: A word and its style; a line of them.
Word = tuple[str, str]
Line = list[Word]

#: A place of an equation: the number of its half, of its row, and its own in the row.
Place = tuple[int, int, int]

STYLES = {
    "current": "reverse",
    "title": "bold",
    "primal": "cyan",
    "derived": "magenta",
    "form": "",
    "numbers": "dim",
    "value": "bold",
    "quiet": "dim",
}

#: How an equation is broken: not at all; numbers on a second line; not at all, but its formula is
#: shortened and it has no numbers; each form on its own line.
ONE_LINE, TWO_LINES, SHORT, OPEN = range(4)

#: Formulas are shortened in windows with at least so many columns, to so many characters.
_SIDE_BY_SIDE, _FORMULA = 80, range(60, 27, -4)


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
    Layout(breaks=SHORT, chain=False, numbers=False),
    Layout(beside=False),
    Layout(beside=False, breaks=TWO_LINES),
    Layout(beside=False, breaks=OPEN),
)


def plain_text(
    *traces: Trace,
    digits: int | None = None,
    choice: Choice = EVERYTHING,
    ascii: bool = False,
    dual: bool = False,
) -> str:
    """The traces of a run for a pipe: values with all digits or with so many, lines of any length.
    With `dual` a forward trace is written as dual numbers."""
    lines = Drawing(traces, digits, choice, ascii, exact=True, dual=dual).lines(None)
    return "".join([_text(line) + "\n" for line in lines])


def table(
    *traces: Trace, digits: int | None = None, choice: Choice = EVERYTHING, dual: bool = False
) -> TraceTable:
    """The traces of a run for a Rich console, fitted to its width."""
    return TraceTable(traces, digits, choice, dual)


class TraceTable:
    """Draws itself at the width of the console, in ASCII if its encoding asks for that."""

    def __init__(
        self, traces: Sequence[Trace], digits: int | None, choice: Choice, dual: bool
    ) -> None:
        self.traces = traces
        self.digits = digits
        self.choice = choice
        self.dual = dual

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.segment import Segment

        styles = {name: console.get_style(style or "none") for name, style in STYLES.items()}
        drawing = Drawing(
            self.traces, self.digits, self.choice, options.ascii_only, exact=False, dual=self.dual
        )
        for line in drawing.lines(options.max_width):
            room = len(_text(line))
            for text, style in line:
                # spaces at the end of a line disturb those who copy it
                if room > 0:
                    yield Segment(text[:room], styles[style])
                room -= len(text)
            yield Segment.line()


class Drawing:
    """Arranges the words of traces in a layout."""

    def __init__(
        self,
        traces: Sequence[Trace],
        digits: int | None,
        choice: Choice,
        ascii: bool,
        *,
        exact: bool,
        dual: bool = False,
    ) -> None:
        notation = Notation(symbols(traces), digits, ascii=ascii)
        self.words = words_of(traces, notation, choice, exact=exact, dual=dual)
        self.has_numbers = all(t.mode == FORWARD for t in traces)
        self.plain = exact or ascii
        self.seen: Container[Place] | None = None
        self.current: Container[Place] = ()

    # -- laying out ------------------------------------------------------------------------------

    def lines(
        self,
        width: int | None,
        seen: Container[Place] | None = None,
        current: Container[Place] = (),
    ) -> list[Line]:
        """The lines of the widest layout that fits; a pipe, whose width is None, takes any.

        Of the equations only those at the places in `seen` are shown, if it is given; those in
        `current` are highlighted.
        """
        self.seen, self.current = seen, current
        for layout in _LAYOUTS:
            if self.has_numbers and layout == Layout(numbers=False):
                continue
            if layout.breaks == SHORT and (width is None or width < _SIDE_BY_SIDE):
                continue
            rooms = (
                _FORMULA if layout.breaks == SHORT else [width if layout.breaks == OPEN else None]
            )
            for room in rooms:
                lines = self.drawn(layout, room)
                if width is None or max([cell_width(_text(line)) for line in lines]) <= width:
                    return lines
        return lines

    def drawn(self, layout: Layout, room: int | None) -> list[Line]:
        halves = [
            _Columns(half, layout, room, partial(self._shown, i))
            for i, half in enumerate(self.words.halves)
        ]
        if layout.beside:
            return self._joined(halves)
        empty: Line = [("", "quiet")]
        found = self._joined(halves[:1])
        for half in halves[1:]:
            found += [empty, *self._joined([half])]
        return found

    def _shown(self, half: int, row: int, k: int, line: Line) -> Line:
        """A line of an equation: as it is, empty, or highlighted."""
        place = (half, row, k)
        if self.seen is not None and place not in self.seen:
            return []
        return [(text, "current") for text, _ in line] if place in self.current else line

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

    def __init__(
        self,
        half: Half,
        layout: Layout,
        room: int | None,
        shown: Callable[[int, int, Line], Line],
    ) -> None:
        self.title = half.title
        if layout.breaks == SHORT:
            self.title = self.title.removesuffix(UPWARDS)
        names = max([cell_width(e.name) for row in half.rows for e in row], default=0)
        space = room
        if room is not None and layout.breaks == OPEN:
            space = max(1, room - names - 3)
        rows = [
            [
                (k, line)
                for k, e in enumerate(row)
                for line in _equation_lines(e, half.style, layout, space)
            ]
            for row in half.rows
        ]
        count = max([len(line) for row in rows for _, line in row], default=0)
        self.widths = [0] * count
        for row in rows:
            for _, line in row:
                for i, (text, _) in enumerate(line):
                    self.widths[i] = max(self.widths[i], cell_width(text))
        self.rows = [[shown(i, k, line) for k, line in row] for i, row in enumerate(rows)]
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
    if not equation.value:
        # words that are no equation, or none yet
        yield from _plain_lines(equation.formula, layout, space)
        return
    name: Word = (equation.name, style)
    value: Word = (equation.value, "value")
    has_chain = layout.chain and style == "derived"
    is_short = layout.breaks == SHORT
    has_numbers = (layout.numbers or style == "primal") and not is_short
    forms = [(f, "form") for f in (equation.chain * has_chain, equation.formula) if f]
    if is_short:
        forms = [(shortened(text, space), style) for text, style in forms if space]
    numbers = [(equation.numbers, "numbers")] if has_numbers and equation.numbers else []
    if layout.breaks == OPEN:
        yield from _open_lines(name, [*forms, *numbers, value], space or 1)
    elif layout.breaks in (ONE_LINE, SHORT):
        words = [_equals(word) for word in [*forms, *numbers]]
        blanks: Line = [("", "form")] * (1 + has_chain + has_numbers - len(words))
        yield [name, *words, *blanks, _equals(value)]
    else:
        joined = " = ".join([text for text, _ in forms])
        first: Word = _equals((joined, "form")) if forms else ("", "form")
        yield [name, first] if numbers else [name, first, _equals(value)]
        if numbers:
            yield [("", style), _equals(numbers[0]), _equals(value)]


def _plain_lines(text: str, layout: Layout, space: int | None) -> Iterator[Line]:
    """Words without a name and a value."""
    if layout.breaks == SHORT:
        text = shortened(text, 2 * (space or 1))
    pieces = wrap(text, space or 1) if layout.breaks == OPEN else [text]
    for piece in pieces:
        yield [("", "form"), (piece, "form")]


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
