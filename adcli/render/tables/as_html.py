"""Tables as HTML: a `<table>` to put into a page, or a page of its own.

Invariant: a table is read aloud well: headings have a scope, the title is a caption, and nothing is
said by colour alone.  A page needs no network and follows the reader's light or dark scheme.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from adcli.render.number_format import align
from adcli.render.tables.table import (
    CENTRE,
    DECIMAL,
    RIGHT,
    Cell,
    Column,
    Formula,
    Numbers,
    Section,
    Table,
    plain,
)

#: As wide as a digit where digits are all alike.
_FIGURE_SPACE = "\u2007"

_STYLE = """\
:root { color-scheme: light dark; }
body { font: 16px/1.4 system-ui, sans-serif; margin: 1.5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; border-block: 2px solid; margin-block: 1rem; }
caption { text-align: start; font-weight: 600; padding-block: .3rem; }
th, td { padding: .15rem .7rem; text-align: start; vertical-align: top; }
thead tr:last-child th, tfoot tr:first-child td { border-bottom: 1px solid; }
tfoot tr:first-child td { border-bottom: 0; border-top: 1px solid; }
.group { border-bottom: 1px solid; }
.section { font-weight: 400; font-style: italic; border-top: 1px solid; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.right { text-align: end; }
.centre { text-align: center; }
.math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", serif; }
"""


def write(tables: Sequence[Table], digits: int | None) -> str:
    """The tables one below the other, to put into a page."""
    return _body(tables, digits, captions=True)


def document(tables: Sequence[Table], digits: int | None) -> str:
    """A page of its own."""
    title = next((plain(t.title) for t in tables if plain(t.title)), "adcli")
    body = _body(tables, digits, captions=len(tables) > 1)
    return page(title, body)


def page(title: str, body: str) -> str:
    """A page with a heading."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n{body}</main>\n</body>\n</html>\n"
    )


def _body(tables: Sequence[Table], digits: int | None, *, captions: bool) -> str:
    """The tables; each is a region that can be scrolled and has a name of its own."""
    lines = []
    for i, table in enumerate(tables, 1):
        label = plain(table.title) or f"table {i}"
        lines += [*_lines(table, digits, captions, escape(label))]
    return "".join([f"{line}\n" for line in lines])


def _lines(table: Table, digits: int | None, caption: bool, label: str) -> Iterator[str]:
    yield f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">'
    yield "<table>"
    if caption and plain(table.title):
        yield f"<caption>{escape(plain(table.title))}</caption>"
    yield from _head(table)
    numbers = Numbers(digits)
    shown = iter(_rows(table, numbers))
    yield "<tbody>"
    for row in table.rows:
        if isinstance(row, Section):
            span = len(table.columns)
            yield f'<tr><td class="section" colspan="{span}">{escape(row.text)}</td></tr>'
        else:
            yield next(shown)
    yield "</tbody>"
    if table.footers:
        yield "<tfoot>"
        yield from shown
        yield "</tfoot>"
    yield "</table>"
    yield "</div>"
    for note in table.notes:
        yield f"<p>{escape(note)}</p>"


def _head(table: Table) -> Iterator[str]:
    groups = table.groups()
    if not groups and not table.has_headings:
        return
    yield "<thead>"
    if groups:
        cells = [
            f'<th class="group" scope="colgroup" colspan="{span}">{_inner(group)}</th>'
            if plain(group)
            else f'<td colspan="{span}"></td>'
            for group, span in groups
        ]
        yield f"<tr>{''.join(cells)}</tr>"
    if table.has_headings:
        cells = []
        for i, column in enumerate(table.columns):
            kind = _kind("", column)
            heading = table.heading(i)
            tag = "th" if plain(heading) else "td"
            scope = ' scope="col"' if tag == "th" else ""
            cells.append(f"<{tag}{scope}{_class(kind)}>{_inner(heading)}</{tag}>")
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</thead>"


def _rows(table: Table, numbers: Numbers) -> Iterator[str]:
    """The rows of body and footer; numbers of a column with points are padded in front."""
    texts = numbers.texts(table)
    for i, column in enumerate(table.columns):
        if column.align == DECIMAL:
            for row, padded in zip(texts, align([row[i] for row in texts]), strict=True):
                row[i] = padded.replace(" ", _FIGURE_SPACE) if row[i] else ""
    for cells, row in zip(table.lines(), texts, strict=True):
        shown = zip(cells, row, table.columns, strict=True)
        written = [f"<td{_class(_kind(c, col))}>{escape(text)}</td>" for c, text, col in shown]
        yield f"<tr>{''.join(written)}</tr>"


def _kind(cell: Cell, column: Column) -> str:
    words = ["right"] * (column.align == RIGHT) + ["centre"] * (column.align == CENTRE)
    words += ["math"] * isinstance(cell, Formula)
    return " ".join([*words, *["number"] * isinstance(cell, int | float)])


def _class(words: str) -> str:
    return f' class="{words}"' if words else ""


def _inner(heading: str | Formula) -> str:
    text = escape(plain(heading))
    return f'<span class="math">{text}</span>' if isinstance(heading, Formula) else text
