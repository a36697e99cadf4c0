"""Formulas and derivations as HTML with MathML: to put into a page, or a page of its own.

Invariant: what is shown is what LaTeX gets; a page needs no network and no script.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from adcli.render.formula_formats import derivation_equations, latex
from adcli.render.latex_to_mathml import mathml

if TYPE_CHECKING:
    from adcli.backends.formulas_with_derivations import Formulas


def write(found: Formulas, *, whole: bool, cse: bool) -> str:
    """The formulas, a paragraph for each; with `whole` the derivations, a table for each."""
    if not whole:
        return "".join([f"<p>{mathml(line)}</p>\n" for line in latex(found, whole=False, cse=cse)
                        .splitlines()])  # fmt: skip
    tables = enumerate(derivation_equations(found), 1)
    return "".join([f"{line}\n" for i, rows in tables for line in _table(f"derivation {i}", rows)])


def document(found: Formulas, title: str, *, whole: bool, cse: bool) -> str:
    """A page of its own."""
    from adcli.render.tables.as_html import page

    return page(title, write(found, whole=whole, cse=cse))


def _table(head: str, rows: list[tuple[str, str, str]]) -> Iterator[str]:
    """A derivation: each line with its rule beside it."""
    yield f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(head)}">'
    yield "<table>"
    for left, right, rule in rows:
        cells = (mathml(left) if left else "", mathml(f"= {right}"), mathml(rule) if rule else "")
        yield f"<tr>{''.join([f'<td>{cell}</td>' for cell in cells])}</tr>"
    yield "</table>"
    yield "</div>"
