"""What a notebook shows of programs, formulas, traces and results: HTML, LaTeX and text.

Invariant: nothing is laid out here; `adcli.render` writes the tables and formulas.  LaTeX is such
as MathJax knows: `aligned` and `array`, no packages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any

from adcli.applications.result_report import Table as ReportTable
from adcli.backends.formulas_with_derivations import DerivedFormula, Formulas
from adcli.backends.named_results import Result
from adcli.errors import AdcliError
from adcli.program import Program
from adcli.python_result_types import Answer
from adcli.render.tables.table import Formula, Numbers, Section, Table
from adcli.trace.evaluation_traces import Trace


def write(format: str, shown: Any) -> str | None:
    """An object in the format `text`, `html` or `latex`; None where it has no such form."""
    written = _WRITERS.get(format, {})
    return next((w(shown) for kind, w in written.items() if isinstance(shown, kind)), None)


# -- formulas ------------------------------------------------------------------------------------


def _program_latex(program: Program) -> str | None:
    """The formula that a program is; None for one whose course depends on a point."""
    try:
        found = program.formulas(order=0, effort="none")
    except AdcliError:
        return None
    return _formulas_latex(found)


def _formulas_latex(found: Formulas) -> str:
    from adcli.render.formula_formats import latex

    if any(formula.lines for _, formula in found.named()):
        return latex(found, whole=True)
    return _displayed(latex(found, whole=False).splitlines())


def _derived_latex(formula: DerivedFormula) -> str:
    from adcli.symbolic.node_text import to_latex

    if formula.lines:
        return _formulas_latex(_alone(formula))
    return _displayed([to_latex(formula.node)])


def _alone(formula: DerivedFormula) -> Formulas:
    """One formula, as formulas."""
    return Formulas([{"": formula}], (), {"": None}, {"": []})


def _displayed(lines: Sequence[str]) -> str:
    if len(lines) == 1:
        return rf"$\displaystyle {lines[0]}$"
    rows = [line.replace(" = ", " &= ", 1) for line in lines]
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"


def _formulas_text(found: Formulas) -> str:
    from adcli.render.formula_formats import derivation, lines

    if any(formula.lines for _, formula in found.named()):
        return "\n".join([derivation(head, formula) for head, formula in found.named()])
    return "\n".join(lines(found, cse=False))


def _formulas_html(found: Formulas) -> str:
    """A row for each formula, or for each line of a derivation, as MathML."""
    rows = [row for head, formula in found.named() for row in _formula_rows(head, formula)]
    return f"<table>{''.join(rows)}</table>"


def _formula_rows(head: str, formula: DerivedFormula) -> Iterator[str]:
    from adcli.render.formula_formats import conditions, rule
    from adcli.render.latex_to_mathml import mathml
    from adcli.symbolic.node_text import to_latex

    said = [(rule(line), line.node) for line in formula.lines] or [("", formula.node)]
    for i, (by, node) in enumerate(said):
        cells = [escape(head) if i == 0 else "", mathml(to_latex(node)), escape(by)]
        yield _row(cells)
    asked = conditions(formula)
    if asked:
        yield _row(["", "", escape(f"for {' and '.join(asked)}")])


def _row(cells: Sequence[str]) -> str:
    left = ' style="text-align: left"'
    return f"<tr>{''.join([f'<td{left}>{cell}</td>' for cell in cells])}</tr>"


# -- traces and numbers --------------------------------------------------------------------------


def _trace_table(trace: Trace) -> Table:
    from adcli.render.tables.trace import trace_table
    from adcli.trace.row_selection import EVERYTHING

    return trace_table([trace], EVERYTHING, None, "")


def _trace_text(trace: Trace) -> str:
    from adcli.render.trace_table import plain_text

    return plain_text(trace)


def _html(tables: Sequence[Table]) -> str:
    from adcli.render.tables.as_html import write as write_html

    return write_html(tables, None)


def _array(table: Table) -> str:
    r"""A table as an `array`, which MathJax sets."""
    texts = iter(Numbers().texts(table))
    rows = [_line([table.heading(i) for i, _ in enumerate(table.columns)]) + r" \hline"]
    for row in table.rows:
        if isinstance(row, Section):
            rows.append(_line([row.text]))
            continue
        pairs = zip(row, next(texts), strict=True)
        rows.append(_line([c if isinstance(c, Formula) else t for c, t in pairs]))
    body = "\n".join(rows)
    return f"$$\\begin{{array}}{{{'l' * len(table.columns)}}}\n{body}\n\\end{{array}}$$"


def _line(cells: Sequence[str | Formula]) -> str:
    return " & ".join(map(_cell, cells)) + r" \\"


def _cell(cell: str | Formula) -> str:
    if isinstance(cell, Formula):
        return cell.latex
    return rf"\text{{{_words(cell)}}}" if cell else ""


def _words(text: str) -> str:
    from adcli.render.derivation_latex import words

    return words(text)


def _result_html(found: Result) -> str:
    from adcli.render.tables.results import named_numbers

    notes = "".join([f"<p>{escape(note)}</p>" for note in found.notes])
    return _html([named_numbers(found.shown_rows())]) + notes


def _report_html(shown: Any) -> str:
    from adcli.render.tables.application_reports import report_table

    parts = shown.report().parts
    return "".join([
        _html([report_table(part)]) if isinstance(part, ReportTable)
        else f"<pre>{escape(part)}</pre>"
        for part in parts
    ])  # fmt: skip


_WRITERS: dict[str, dict[type, Callable[[Any], str | None]]] = {
    "text": {Formulas: _formulas_text, DerivedFormula: lambda f: f.text, Trace: _trace_text},
    "latex": {
        Program: _program_latex,
        Formulas: _formulas_latex,
        DerivedFormula: _derived_latex,
        Trace: lambda trace: _array(_trace_table(trace)),
    },
    "html": {
        Formulas: _formulas_html,
        DerivedFormula: lambda f: _formulas_html(_alone(f)),
        Trace: lambda trace: _html([_trace_table(trace)]),
        Answer: lambda answer: _result_html(answer.found),
        Result: _result_html,
        object: lambda shown: _report_html(shown) if hasattr(shown, "report") else None,
    },
}
