"""Tables of reports, which applications make, as tables that every format writes."""

from __future__ import annotations

from adcli.applications.result_report import Table as ReportTable
from adcli.render.tables.table import DECIMAL, LEFT, Column, Formula, Table

#: Headings that are mathematics.
_HEADINGS = {"|gradient|": Formula("|gradient|", r"\|\nabla f\|")}


def report_table(table: ReportTable) -> Table:
    """A table of a report: columns of numbers have their decimal points below each other."""
    columns = []
    for k, name in enumerate(table.columns):
        cells = [row[k] for row in table.rows]
        has_numbers = any(isinstance(c, int | float) for c in cells)
        columns.append(Column(_HEADINGS.get(name, name), DECIMAL if has_numbers else LEFT))
    return Table(columns, table.rows, title=table.title, keys=1)
