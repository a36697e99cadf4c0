"""Plots on a terminal: lines of braille dots, or of ASCII where there is nothing else.

Invariant: every line is at most as wide as the window; without colours the letters on lines, which
the legend explains, tell one from another.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, assert_never

from adcli.render.plots.figure import Arrows, Figure, Line, Note, Point, Points, Rule, ordered
from adcli.render.plots.scales import Scale, pieces, scales
from adcli.render.text_width_and_wrapping import cell_width, wrap

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

#: Rows between the axes; the least and the most columns there.
_ROWS, _LEAST, _MOST = 18, 16, 100

#: Where a dot is in a braille character: by its row, then by its column.
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_BRAILLE = 0x2800

#: By series: the colours, the characters of lines in ASCII, and the marks of points.
COLOURS = ("cyan", "magenta", "green", "red", "blue", "yellow")
_ASCII_LINES = "*+.x=%"
_MARKS, _ASCII_MARKS = "●◆■▲▼★", "O#@XVA"

#: Arrows by their direction in eighths of a turn, against the clock from the right.
_ARROWS, _ASCII_ARROWS = "→↗↑↖←↙↓↘", ">/^\\</v\\"

#: A part of a line: its text and its style.
Piece = tuple[str, str]
_Cell = tuple[int, int]


class TerminalPlot:
    """A figure in a window of so many columns."""

    def __init__(self, figure: Figure, columns: int = 80, *, ascii: bool = False) -> None:
        self.lines = list(_laid_out(figure, columns, ascii))

    def text(self) -> str:
        """The plot without colours."""
        return "\n".join(["".join([text for text, _ in line]).rstrip() for line in self.lines])

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.segment import Segment
        from rich.style import Style

        for line in self.lines:
            for text, style in line:
                yield Segment(text, Style.parse(style))
            yield Segment.line()


def _laid_out(figure: Figure, columns: int, ascii: bool) -> Iterator[list[Piece]]:
    x, y = scales(figure)
    y_ticks = y.ticks(_ROWS // 3, ascii=ascii)
    margin = max([cell_width(text) for _, text in y_ticks], default=0)
    room = max(_LEAST, min(_MOST, columns - margin - 3))
    canvas = _Canvas(room, _ROWS, ascii)
    keys = _drawn(figure, x, y, canvas)
    for line in wrap(figure.title, columns):
        yield [(line, "bold")]
    if y.label:
        yield [(y.label, "")]
    at_row = {canvas.row(place): text for place, text in y_ticks}
    edge, tick = "|+" if ascii else "│┤"
    for row in range(_ROWS):
        text = at_row.get(row, "")
        head = " " * (margin - cell_width(text)) + text + " "
        yield [(head + (tick if text else edge), ""), *canvas.pieces(row)]
    yield from _x_axis(x, margin + 1, room, ascii)
    yield from _legend(keys, columns)


def _x_axis(x: Scale, margin: int, room: int, ascii: bool) -> Iterator[list[Piece]]:
    """The axis, the texts of its ticks, its label; texts that would touch are left out."""
    ticks = x.ticks(max(2, room // 10), ascii=ascii)
    corner, across, down = "+-+" if ascii else "└─┬"
    axis, texts = [across] * room, [" "] * (room + margin + 2)
    free = 0
    for place, text in ticks:
        column = min(room - 1, max(0, round(place * (room - 1))))
        start = margin + 1 + column - len(text) // 2
        start = max(0, min(start, len(texts) - len(text)))
        if start < free:
            continue
        axis[column] = down
        texts[start : start + len(text)] = text
        free = start + len(text) + 1
    yield [(" " * margin + corner + "".join(axis), "")]
    yield [("".join(texts).rstrip(), "")]
    if x.label:
        yield [(" " * (margin + 1) + x.label.center(room).rstrip(), "")]


def _legend(keys: Sequence[tuple[str, str, str]], columns: int) -> Iterator[list[Piece]]:
    """The keys with what they mean, as many on a line as fit."""
    line: list[Piece] = []
    width = 0
    for key, label, style in keys:
        entry = cell_width(key) + 1 + cell_width(label)
        if line and width + 3 + entry > columns:
            yield line
            line, width = [], 0
        gap = "   " if line else ""
        line += [(gap, ""), (key, style), (f" {label}", "")]
        width += len(gap) + entry
    if line:
        yield line


def _drawn(figure: Figure, x: Scale, y: Scale, canvas: _Canvas) -> list[tuple[str, str, str]]:
    """Draw the marks; the entries of the legend, each a key, a label and a style."""
    keys: list[tuple[str, str, str]] = []
    lines = sum(isinstance(mark, Line) and bool(mark.label) for mark in figure.marks)
    drawn: list[tuple[str, int]] = []
    for mark in ordered(figure):
        match mark:
            case Rule():
                canvas.rule((x if mark.is_vertical else y).unit(mark.at), mark.is_vertical)
            case Line():
                for piece in pieces(mark.points, x, y):
                    canvas.line(piece, mark.series)
                if mark.label:
                    key = canvas.line_key(mark.series)
                    if lines > 1 and not canvas.ascii:
                        key = chr(ord("a") + len(drawn) % 26)
                        drawn.append((key, mark.series))
                    keys.append((key, mark.label, canvas.colour(mark.series)))
            case Points():
                for point in mark.points:
                    canvas.put(_place(point, x, y), canvas.mark(mark.series), mark.series)
                if mark.label:
                    key = canvas.mark(mark.series)
                    keys.append((key, mark.label, canvas.colour(mark.series)))
            case Arrows():
                for tail, (dx, dy) in mark.arrows:
                    if (dx, dy) != (0, 0):
                        eighth = round(math.atan2(dy, dx) / (math.pi / 4)) % 8
                        sign = (_ASCII_ARROWS if canvas.ascii else _ARROWS)[eighth]
                        canvas.put(_place(tail, x, y), sign, mark.series)
                if mark.label:
                    sign = (_ASCII_ARROWS if canvas.ascii else _ARROWS)[0]
                    keys.append((sign, mark.label, canvas.colour(mark.series)))
            case Note():
                canvas.text(_place(mark.at, x, y), mark.text)
            case _:
                assert_never(mark)
    canvas.tag(drawn)
    return keys


def _place(point: Point, x: Scale, y: Scale) -> Point:
    return x.unit(point[0]), y.unit(point[1])


class _Canvas:
    """Cells between the axes: dots of lines, and characters above them."""

    def __init__(self, columns: int, rows: int, ascii: bool) -> None:
        self.columns, self.rows, self.ascii = columns, rows, ascii
        #: the dots of a cell and the series of the last line there
        self.dots: dict[_Cell, tuple[int, int]] = {}
        #: a character above the dots, and its series
        self.characters: dict[_Cell, tuple[str, int | None]] = {}
        #: the cells through which each series runs, in order
        self.cells: dict[int, list[_Cell]] = {}
        self.rules: dict[_Cell, str] = {}

    def row(self, place: float) -> int:
        """The row of a place on the y axis."""
        return self.rows - 1 - min(self.rows - 1, max(0, math.floor(place * self.rows)))

    def colour(self, series: int) -> str:
        return COLOURS[series % len(COLOURS)]

    def line_key(self, series: int) -> str:
        """What a line looks like in the legend."""
        return _ASCII_LINES[series % len(_ASCII_LINES)] * 2 if self.ascii else "──"

    def mark(self, series: int) -> str:
        marks = _ASCII_MARKS if self.ascii else _MARKS
        return marks[series % len(marks)]

    def rule(self, place: float, is_vertical: bool) -> None:
        if not 0 <= place <= 1:
            return
        sign = (":" if self.ascii else "┊") if is_vertical else ("." if self.ascii else "┈")
        if is_vertical:
            column = min(self.columns - 1, math.floor(place * self.columns))
            self.rules |= {(row, column): sign for row in range(self.rows)}
        else:
            self.rules |= {(self.row(place), column): sign for column in range(self.columns)}

    def line(self, places: Sequence[Point], series: int) -> None:
        """A line through places; as many dots as it is long."""
        wide, high = (1, 1) if self.ascii else (2, 4)
        across, up = self.columns * wide - 1, self.rows * high - 1
        ends = [(place[0] * across, (1 - place[1]) * up) for place in places]
        for (x0, y0), (x1, y1) in zip(ends, ends[1:] or ends, strict=False):
            count = max(1, math.ceil(max(abs(x1 - x0), abs(y1 - y0))))
            for k in range(count + 1):
                t = k / count
                self._dot(round(x0 + t * (x1 - x0)), round(y0 + t * (y1 - y0)), series)

    def _dot(self, x: int, y: int, series: int) -> None:
        cell, bit = (y, x), 1
        if not self.ascii:
            cell, bit = (y // 4, x // 2), _DOTS[y % 4][x % 2]
        before = self.dots.get(cell, (0, series))[0]
        self.dots[cell] = before | bit, series
        run = self.cells.setdefault(series, [])
        if not run or run[-1] != cell:
            run.append(cell)

    def put(self, place: Point, sign: str, series: int | None) -> None:
        """A character in the cell of a place, if that is on the canvas."""
        if all([0 <= p <= 1 for p in place]):
            column = min(self.columns - 1, math.floor(place[0] * self.columns))
            self.characters[self.row(place[1]), column] = sign, series

    def text(self, place: Point, text: str) -> None:
        """A text whose middle is at a place; it stays on the canvas and covers no other text."""
        if not all([0 <= p <= 1 for p in place]) or len(text) > self.columns:
            return
        start = math.floor(place[0] * self.columns) - len(text) // 2
        start = max(0, min(start, self.columns - len(text)))
        middle = self.row(place[1])
        near = sorted(
            range(max(0, middle - 2), min(self.rows, middle + 3)), key=lambda r: abs(r - middle)
        )
        for row in near:
            cells = [(row, start + k) for k in range(len(text))]
            if not any([cell in self.characters for cell in cells]):
                self.characters |= {c: (char, None) for c, char in zip(cells, text, strict=True)}
                return

    def tag(self, lines: Sequence[tuple[str, int]]) -> None:
        """Write the letter of each line on it twice, where the other lines are far."""
        for letter, series in lines:
            run = self.cells.get(series, [])
            for part in (run[: len(run) // 2], run[len(run) // 2 :]):
                taken = [cell for s, cells in self.cells.items() if s != series for cell in cells]
                taken += self.characters
                free = [c for c in part if _distance(c, self.characters) > 1]
                if free:
                    best = max(free, key=lambda cell: _distance(cell, taken))
                    self.characters[best] = letter, series

    def pieces(self, row: int) -> list[Piece]:
        """A row of cells, neighbours of one style together."""
        found: list[Piece] = []
        for column in range(self.columns):
            text, style = self._cell((row, column))
            if found and (found[-1][1] == style or text == " "):
                found[-1] = found[-1][0] + text, found[-1][1]
            else:
                found.append((text, style))
        return found

    def _cell(self, cell: _Cell) -> Piece:
        if cell in self.characters:
            char, series = self.characters[cell]
            return char, "bold" if series is None else f"bold {self.colour(series)}"
        if cell in self.dots:
            bits, series = self.dots[cell]
            if self.ascii:
                return _ASCII_LINES[series % len(_ASCII_LINES)], self.colour(series)
            return chr(_BRAILLE + bits), self.colour(series)
        if cell in self.rules:
            return self.rules[cell], "dim"
        return " ", ""


def _distance(cell: _Cell, others: Iterable[_Cell]) -> int:
    """How far the nearest other cell is; no more than a few cells count."""
    return min([4, *[max(abs(cell[0] - r), abs(cell[1] - c)) for r, c in others]])
