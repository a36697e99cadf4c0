"""Results as tables: names with numbers, matrices, tests, and how formulas grow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.render.tables.table import DECIMAL, RIGHT, Column, Formula, Table

if TYPE_CHECKING:
    from adcli.backends.expression_swell import SwellRow
    from adcli.backends.formulas import DerivedFormula
    from adcli.render.check_report import Row
    from adcli.render.result_tables import NamedNumbers


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
    columns = [Column(parameter, RIGHT)]
    for name in ("expression", "derivative", "simplified"):
        columns += [Column("formula", group=name), Column("ops", RIGHT, name)]
    columns += [Column(name, RIGHT, "operations of") for name in ("graph", "forward", "reverse")]
    lines = []
    for row in rows:
        line: list[int | Formula | str] = [row.number]
        for formula in (row.expression, row.derivative, row.simplified):
            line += [_formula(formula), formula.operations]
        lines.append([*line, row.graph, row.forward, row.reverse])
    return Table(columns, lines, keys=1)


#: Of a formula with more operations than this nothing is set in LaTeX.
_MOST_CUT = 20_000


def _formula(formula: DerivedFormula) -> Formula:
    """A formula, without its middle if it is too long for a page."""
    from adcli.render.swell_table import shortened
    from adcli.symbolic.node_text import to_latex

    text, is_whole = shortened(formula)
    if formula.operations > _MOST_CUT:
        return Formula(text, r"\cdots")
    latex = to_latex(formula.node)
    return Formula(text, latex if is_whole else _without_middle(latex, len(text)))


def _without_middle(latex: str, characters: int) -> str:
    """A formula in LaTeX without its middle, cut between operands."""
    for growing, bracket in ((r"\left(", "("), (r"\right)", ")")):
        latex = latex.replace(growing, bracket)
    words = _words(latex)
    half, begin, end = characters / 2, 0, len(words)
    while begin < end and sum(map(len, words[:begin])) < half:
        begin += 1
    while end > begin and sum(map(len, words[end:])) < half:
        end -= 1
    if any(r"\begin" in word or r"\left" in word for word in (*words[:begin], *words[end:])):
        return r"\dots"
    return " ".join([*words[:begin], r"\cdots", *words[end:]])


def _words(latex: str) -> list[str]:
    """What stands between the spaces outside of braces."""
    found, depth = [""], 0
    for part in latex.split(" "):
        found[-1] += f" {part}" if depth else part
        depth += part.count("{") - part.count("}")
        if not depth:
            found.append("")
    return [word for word in found if word]
