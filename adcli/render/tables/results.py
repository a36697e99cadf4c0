"""Results as tables: names with numbers, matrices, tests, and how formulas grow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.render.tables.table import DECIMAL, RIGHT, Column, Formula, Table

if TYPE_CHECKING:
    from adcli.backends.expression_swell import SwellRow
    from adcli.render.check_report import Row
    from adcli.render.named_number_text import NamedNumbers


def named_numbers(rows: NamedNumbers) -> Table:
    """The rows as a table with headings."""
    columns = [Column("name"), Column("value", DECIMAL)]
    return Table(columns, [(name, value) for name, value in rows], keys=1)


def matrix_table(
    rows: Sequence[str], columns: Sequence[str], matrix: Sequence[Sequence[float]]
) -> Table:
    """A matrix with names for its rows and columns."""
    heads = [Column(), *[Column(name, DECIMAL) for name in columns]]
    return Table(heads, [(name, *row) for name, row in zip(rows, matrix, strict=True)], keys=1)


def check_table(rows: Sequence[Row]) -> Table:
    """The verdicts of `check`."""
    return Table([Column(name) for name in ("input", "test", "verdict", "figures")], rows, keys=2)


def swell_table(parameter: str, rows: Sequence[SwellRow]) -> Table:
    """How a formula and its derivative grow, as in Baydin et al. (2018), Table 1."""
    from adcli.render.swell_table import written

    columns = [Column(parameter, RIGHT)]
    for name in ("expression", "derivative", "simplified"):
        columns += [Column("formula", group=name), Column("ops", RIGHT, name)]
    columns += [Column(name, RIGHT, "operations of") for name in ("graph", "forward", "reverse")]
    lines = []
    for row in rows:
        line: list[int | Formula] = [row.number]
        for formula in (row.expression, row.derivative, row.simplified):
            line += [written(formula), formula.operations]
        lines.append([*line, row.graph, row.forward, row.reverse])
    return Table(columns, lines, keys=1)
