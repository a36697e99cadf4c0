"""Tables as Markdown: pipe tables, as GitHub Flavored Markdown and Pandoc read them.

Invariant: every character of a cell stands for itself: what Markdown would read as its own is
escaped.  Markdown has no cells across columns, so that a section is a row whose first cell has the
text, and the heading of a group stands before that of its first column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from adcli.render.tables.table import (
    CENTRE,
    DECIMAL,
    LEFT,
    RIGHT,
    Numbers,
    Section,
    Table,
    plain,
)

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~$&])")
_RULES = {LEFT: "---", CENTRE: ":---:", RIGHT: "---:", DECIMAL: "---:"}


def write(tables: Sequence[Table], digits: int | None) -> str:
    return "\n".join([_written(table, digits) for table in tables])


def escape(text: str) -> str:
    """Text that stands for itself."""
    return _SPECIAL.sub(r"\\\1", text)


def _written(table: Table, digits: int | None) -> str:
    numbers = Numbers(digits)
    out = [f"**{escape(plain(table.title))}**", ""] if plain(table.title) else []
    out.append(_line([_heading(table, i) for i in range(len(table.columns))]))
    out.append(_line([_RULES[column.align] for column in table.columns]))
    for row in (*table.rows, *table.footers):
        if isinstance(row, Section):
            out.append(_line([f"*{escape(row.text.strip())}*", *[""] * (len(table.columns) - 1)]))
        else:
            cells = zip(row, table.columns, strict=True)
            out.append(_line([escape(numbers.text(cell, column)) for cell, column in cells]))
    for note in table.notes:
        out += ["", escape(note)]
    return "\n".join(out) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _heading(table: Table, index: int) -> str:
    """The heading; the first one of a group has the group's heading before it."""
    groups = [plain(c.group) for c in table.columns]
    begins = index == 0 or groups[index] != groups[index - 1]
    words = [groups[index] if begins else "", plain(table.heading(index))]
    return escape(": ".join([word for word in words if word]))
