"""Tables as CSV (RFC 4180, with lines that end in a line feed): a line of headings, then the rows.

Invariant: numbers have all digits unless fewer were asked for; formulas are text.  Of several
tables each has its own headings, behind an empty line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from adcli.render.tables.table import Numbers, Table, plain


def write(tables: Sequence[Table], digits: int | None) -> str:
    return "\n".join([_written(table, digits) for table in tables])


def _written(table: Table, digits: int | None) -> str:
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    if table.has_headings:
        lines.writerow([_heading(table, i) for i in range(len(table.columns))])
    lines.writerows(Numbers(digits, "-", exact=True).texts(table))
    return out.getvalue()


def _heading(table: Table, index: int) -> str:
    """The heading with that of its group, so that no two columns are called alike."""
    group = plain(table.columns[index].group).partition(",")[0]
    return " ".join([w for w in (group, plain(table.heading(index))) if w])
