r"""Tables as LaTeX, with the rules of the package booktabs.

`write` makes `table` environments, and `longtable` ones of tables that are longer than a page;
`document` makes a file that compiles as it is.  The environments need what `PACKAGES` names.

Invariant: no table is wider than the text.  Where the widths of the cells' texts say that it would
be, cells are broken over lines and the type is smaller, down to 8 pt; where that is not enough, its
groups of columns stand below each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import ceil

from adcli.ops.expression_latex import name_latex
from adcli.render.derivation_latex import words
from adcli.render.latex_width import width
from adcli.render.number_format import MINUS
from adcli.render.tables.column_blocks import blocks
from adcli.render.tables.column_widths import fitted
from adcli.render.tables.table import (
    CENTRE,
    DECIMAL,
    LEFT,
    RIGHT,
    Cell,
    Column,
    Formula,
    Numbers,
    Section,
    Table,
    plain,
)
from adcli.render.text_width_and_wrapping import cell_width, shortened, wrap

PACKAGES = ("amsmath", "array", "booktabs", "longtable")

#: A longer table gets pages of its own.
_PAGE = 40

#: Sizes of type, and how many characters of a table fit beside each other at 12 cm.
_SIZES = (
    ("", 66),
    (r"\small\setlength{\tabcolsep}{4pt}", 72),
    (r"\footnotesize\setlength{\tabcolsep}{3pt}", 70),
)

#: What the space between two columns takes, in characters.
_GAP = 2

#: A cell that is broken is at least this wide, in characters, if it has words to break.
_BROKEN = 7

#: A document has room for more, in landscape still more.
_PORTRAIT, _LANDSCAPE = 1.4, 1.9

#: Where TeX breaks a formula, or may do so.
_BREAKS = re.compile(r"(?<= [+-]) |(?<= =) |(?<=\\cdot) |(?<=\)) ")

#: Where TeX is let break a product: behind what is in brackets, as in a(x) b(x).
_PRODUCT, _BREAK = re.compile(r"(?<=\)) (?=\\[a-z]+\b(?<!\\cdot)|\(|[a-z])"), r" \\allowbreak "

#: Numbers and powers in a sentence.
_MATHEMATICS = re.compile(r"(-?\d[\d.]*e[-−]?\d+|\b[a-zA-Z]\^\d+)")

#: The name of an input, unless it is a word.  x_1 is none of them, as x1 is.
_SYMBOL = re.compile(r"[A-Za-zα-ωΑ-Ω](?:\d+|_[a-zA-Z]+)?(?:\[[\d,]+\])*'*")

#: Where formulas do not fit, they are let stand out of columns of so many characters.
_FORMULA = 14

#: A character of the smallest type in pt of the type of 10 pt.
_CHARACTER = 6.2


def write(tables: Sequence[Table], digits: int | None) -> str:
    """Environments to put into a document."""
    needed = f"% needs \\usepackage{{{','.join(PACKAGES)}}}\n"
    return needed + "\n".join([_environment(table, digits, 1.0) for table in tables])


def document(tables: Sequence[Table], digits: int | None) -> str:
    """A whole document, in landscape if a table asks for it."""
    widths = [_Drawing(table, digits, _PORTRAIT).natural for table in tables]
    wide = any(width > _SIZES[-1][1] * _PORTRAIT for width in widths)
    layout = "a4paper, margin=2cm" + ", landscape" * wide
    room = _LANDSCAPE if wide else _PORTRAIT
    body = "\n".join([_environment(table, digits, room) for table in tables])
    return (
        f"\\documentclass{{article}}\n\\usepackage[T1]{{fontenc}}\n"
        f"\\usepackage[{layout}]{{geometry}}\n\\usepackage{{{','.join(PACKAGES)}}}\n"
        f"\\begin{{document}}\n{body}\\end{{document}}\n"
    )


def _environment(table: Table, digits: int | None, room: float) -> str:
    """A table, or its groups of columns below each other."""
    parts = blocks(table, lambda part: _Drawing(part, digits, room).fits)
    drawings = [_Drawing(part, digits, room) for part in parts]
    is_long = len(table.rows) > _PAGE
    caption = [rf"\caption{{{_cell(table.title)}}}"] if plain(table.title) else []
    if is_long:
        lines = [r"\begingroup" + drawings[0].size]
        for i, drawing in enumerate(drawings):
            lines += [drawing.size] * (i > 0 and drawing.size != "")
            lines += drawing.lines("longtable", caption if i == 0 else ())
    else:
        lines = [r"\begin{table}[htbp]", r"\centering" + drawings[0].size, *caption]
        for i, drawing in enumerate(drawings):
            lines += [r"\par\medskip" + drawing.size] * (i > 0) + list(drawing.lines("tabular"))
    lines += [rf"\par\smallskip {_sentence(note)}" for note in table.notes]
    lines.append(r"\endgroup" if is_long else r"\end{table}")
    return "".join([f"{line}\n" for line in lines])


class _Drawing:
    """A table whose columns have their widths: `room` is how wide the text is, in 12 cm."""

    def __init__(self, table: Table, digits: int | None, room: float) -> None:
        self.table = table
        self.numbers = Numbers(digits, MINUS)
        texts = self.numbers.texts(table)
        columns = range(len(table.columns))
        headings = [cell_width(plain(table.heading(i))) for i in columns]
        widths = [max([headings[i], *[cell_width(row[i]) for row in texts]]) for i in columns]
        least = [
            max([headings[i], *[self._least(row, i) for row in table.lines()]]) for i in columns
        ]
        gaps = _GAP * len(widths)
        self.natural = sum(widths) + gaps
        sizes = [(size, most * room) for size, most in _SIZES]
        self.size, most = next((s for s in sizes if self.natural <= s[1]), sizes[-1])
        self.fits = sum(map(min, widths, least)) + gaps <= most
        if not self.fits:
            least = [min(n, max(h, _FORMULA)) for n, h in zip(least, headings, strict=True)]
        self.widths = fitted(widths, least, most - gaps)
        self.broken = [w < n for w, n in zip(self.widths, widths, strict=True)]
        self.share = 1 / most
        formulas = [cell for row in table.lines() for cell in row if isinstance(cell, Formula)]
        if any(r"\frac" in formula.latex for formula in formulas):
            self.size += r"\renewcommand{\arraystretch}{1.3}"

    def _least(self, row: Sequence[Cell], index: int) -> int:
        """How wide a cell's longest word is."""
        cell = row[index]
        text = self.numbers.text(cell, self.table.columns[index])
        if isinstance(cell, int | float):
            return cell_width(text)
        if isinstance(cell, Formula):
            return max([ceil(width(part) / _CHARACTER) for part in _BREAKS.split(cell.latex)])
        return max(map(cell_width, wrap(text, _BROKEN)))

    def lines(self, environment: str, caption: Sequence[str] = ()) -> Iterator[str]:
        """The lines of a `tabular` or a `longtable`, which has its caption within."""
        is_long = environment == "longtable"
        columns = "".join([self._column(i) for i in range(len(self.table.columns))])
        yield rf"\begin{{{environment}}}{{{columns}}}"
        yield from [f"{c} \\\\" for c in caption]
        yield r"\toprule"
        head = list(self._head())
        yield from head
        if head:
            yield r"\midrule"
        if is_long:
            yield r"\endhead"
        yield from self._body()
        yield r"\bottomrule"
        yield rf"\end{{{environment}}}"

    def _column(self, index: int) -> str:
        align = self.table.columns[index].align
        if self.broken[index]:
            share = self.widths[index] * self.share
            return rf">{{\raggedright\arraybackslash}}p{{{share:.3f}\linewidth}}"
        return {LEFT: "l", RIGHT: "r", CENTRE: "c", DECIMAL: "r@{}l"}[align]

    def _span(self, column: Column) -> int:
        """How many columns of the tabular a column takes: before and behind the point."""
        return 2 if column.align == DECIMAL else 1

    def _head(self) -> Iterator[str]:
        table = self.table
        groups = table.groups()
        if groups:
            cells, rules, first, at = [], [], 0, 1
            for group, count in groups:
                span = sum([self._span(c) for c in table.columns[first : first + count]])
                cells.append(rf"\multicolumn{{{span}}}{{c}}{{{_cell(group)}}}")
                if plain(group):
                    rules.append(rf"\cmidrule(lr){{{at}-{at + span - 1}}}")
                first, at = first + count, at + span
            yield " & ".join(cells) + r" \\"
            yield "".join(rules)
        if table.has_headings:
            cells = []
            for i, column in enumerate(table.columns):
                heading = _cell(table.heading(i))
                is_split = column.align == DECIMAL
                cells.append(rf"\multicolumn{{2}}{{c}}{{{heading}}}" if is_split else heading)
            yield " & ".join(cells) + r" \\"

    def _body(self) -> Iterator[str]:
        table = self.table
        count = sum(map(self._span, table.columns))
        for k, row in enumerate((*table.rows, *table.footers)):
            if k == len(table.rows):
                yield r"\midrule"
            if isinstance(row, Section):
                room = min(0.9 / self.share, self.natural)
                said = words(shortened(row.text, int(room)))
                yield rf"\multicolumn{{{count}}}{{l}}{{\itshape {said}}} \\"
            else:
                cells = [self._written(cell, i) for i, cell in enumerate(row)]
                yield " & ".join(cells) + r" \\"

    def _written(self, cell: Cell, index: int) -> str:
        column = self.table.columns[index]
        if isinstance(cell, Formula) and self.broken[index]:
            # TeX breaks no line between \left and \right
            inner = cell.latex.replace(r"\left(", "(").replace(r"\right)", ")")
            return f"${_PRODUCT.sub(_BREAK, inner)}$"
        if not isinstance(cell, int | float) or isinstance(cell, bool):
            text = _cell(cell)
            return rf"\multicolumn{{2}}{{l}}{{{text}}}" if column.align == DECIMAL else text
        text = self.numbers._replace(minus="-").text(cell, column)
        return _split(text) if column.align == DECIMAL else f"${number(text)}$"


def _sentence(note: str) -> str:
    """A note, with its numbers and powers as formulas."""
    parts = _MATHEMATICS.split(note)
    return "".join([f"${_mathematics(p)}$" if i % 2 else words(p) for i, p in enumerate(parts)])


def _mathematics(text: str) -> str:
    base, hat, power = text.partition("^")
    if hat:
        return f"{base}^{{{power}}}"
    mantissa, _, power = text.replace(MINUS, "-").partition("e")
    return number(f"{mantissa}e{int(power)}")


def _split(text: str) -> str:
    """A number as what stands before its point and the rest."""
    cut = min([i for i in (text.find("."), text.find("e"), len(text)) if i >= 0])
    if text in ("inf", "-inf", "nan"):
        cut = len(text)
    head, rest = text[:cut], text[cut:]
    mantissa, e, power = rest.partition("e")
    behind = f"${mantissa}\\cdot 10^{{{power}}}$" if e else mantissa
    return f"${number(head)}$ & {behind}" if head.lstrip("-").isdigit() else f"${number(text)}$ &"


def number(text: str) -> str:
    """A number as LaTeX for math mode."""
    sign, rest = ("-", text[1:]) if text.startswith("-") else ("", text)
    if rest == "inf":
        return sign + r"\infty"
    if rest == "nan":
        return r"\mathrm{nan}"
    mantissa, e, power = rest.partition("e")
    return sign + (rf"{mantissa} \cdot 10^{{{power}}}" if e else rest)


def _cell(cell: Cell) -> str:
    match cell:
        case Formula():
            return f"${cell.latex}$"
        case str() if _SYMBOL.fullmatch(cell):
            return f"${name_latex(cell)}$"
        case str():
            # behind \\ TeX takes a bracket for the beginning of a distance
            return ("{}" if cell[:1] in ("[", "*") else "") + words(cell)
        case None:
            return ""
    return f"${cell}$"
