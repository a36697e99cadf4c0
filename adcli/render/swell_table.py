"""The table of expression swell: on a terminal as in Baydin et al. (2018), Table 1, else lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.errors import LimitError
from adcli.ops.expression_latex import spellings
from adcli.render.tables.table import Formula
from adcli.render.terminal import Cell
from adcli.render.text_width_and_wrapping import wrap, wrap_formula
from adcli.symbolic.formula_shortening import OMITTED, elided
from adcli.symbolic.node_text import names, operations, to_latex, to_text

if TYPE_CHECKING:
    from rich.table import Table

    from adcli.backends.expression_swell import SwellRow
    from adcli.backends.formulas_with_derivations import DerivedFormula
    from adcli.expr import Expr

#: A window with fewer columns has no room for three columns of formulas beside each other.
NARROW = 110

#: People get no longer formulas than this; others keep so many operations, the most that fit.
_LONGEST, _OPERATIONS = 400, (96, 72, 54, 40, 28, 18, 8)


def text(formula: DerivedFormula) -> str | None:
    """A formula's text; None if it would be longer than the limit."""
    try:
        return formula.text
    except LimitError:
        return None


def row_fields(row: SwellRow) -> dict[str, object]:
    """A row for JSON.  A formula that is too long to be written is null; its operations count."""
    parts = {
        "expression": row.expression,
        "derivative": row.derivative,
        "simplified": row.simplified,
    }
    counts = {name: formula.operations for name, formula in parts.items()}
    counts |= {"graph": row.graph, "forward": row.forward, "reverse": row.reverse}
    texts = {name: text(formula) for name, formula in parts.items()}
    return {"number": row.number, **texts, "operations": counts}


def lines(parameter: str, row: SwellRow, columns: int | None = None) -> str:
    """A row as lines of name, operations and formula, broken if there is a terminal with so many
    columns."""
    head = f"{parameter} = {row.number}"
    parts = {
        "expression": row.expression,
        "derivative": row.derivative,
        "simplified": row.simplified,
    }
    shared = f"shared graph {row.graph}, forward mode {row.forward}, reverse mode {row.reverse}"
    found = [head]
    for name, formula in parts.items():
        text = f"  {name}  {formula.operations:>6}  "
        if columns is None:
            found.append(text + _short(formula))
        else:
            indent = min(len(text), columns // 4) * " "
            found += wrap_formula(text + _short(formula), columns, indent)
    text = f"  operations          {shared}"
    found += [text] if columns is None else wrap(text, columns, columns // 4 * " ")
    return "\n".join(found)


def table(parameter: str, rows: Sequence[SwellRow]) -> Table:
    """The rows under each other, with the count of operations behind each formula."""
    from rich import box
    from rich.table import Table

    def cell(formula: DerivedFormula) -> Cell:
        return Cell(_short(formula), wrap_formula)

    made = Table(box=box.SIMPLE_HEAD, show_lines=False, padding=(0, 1))
    made.add_column(parameter, justify="right")
    for name in ("expression", "derivative", "simplified"):
        made.add_column(name, ratio=1)
        made.add_column("", justify="right", style="cyan")
    for name in ("graph", "fwd", "rev"):
        made.add_column(name, justify="right", style="cyan")
    for row in rows:
        cells: list[Cell | str] = [str(row.number)]
        for formula in (row.expression, row.derivative, row.simplified):
            cells += [cell(formula), str(formula.operations)]
        made.add_row(*cells, str(row.graph), str(row.forward), str(row.reverse))
    return made


def _short(formula: DerivedFormula) -> str:
    return to_text(shortened(formula))


def shortened(formula: DerivedFormula) -> Expr:
    """A formula, without the middle of sums and products where it is long."""
    if operations(formula.node) <= _LONGEST and len(formula.text) <= _LONGEST:
        return formula.node
    found = [elided(formula.node, most) for most in _OPERATIONS]
    return next((node for node in found if len(to_text(node)) <= _LONGEST), found[-1])


def written(formula: DerivedFormula) -> Formula:
    """The shortened formula as text and as LaTeX."""
    node = shortened(formula)
    spelled = spellings(names([node])) | {OMITTED.name: r"\cdots"}
    return Formula(to_text(node), to_latex(node, variable=spelled.__getitem__))
