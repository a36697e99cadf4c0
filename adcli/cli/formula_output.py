"""Replies that are formulas, as text, Markdown, LaTeX, Python and JSON.

Invariant: the formulas themselves go to stdout, one to a line and after the names that they use;
the conditions under which they hold go to stderr with the other notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from adcli.cli.formula_options import HTML, LATEX, MARKDOWN, PYTHON, Style
from adcli.cli.reply import PLAIN, Page, Reply
from adcli.errors import UsageError
from adcli.program import Program
from adcli.source import EXPRESSION

if TYPE_CHECKING:
    from adcli.backends.formulas_with_derivations import Formulas

_IGNORED = "the formula is the same at every point: it does not depend on --at"


def formulas_reply(f: Program, found: Formulas, name: str, style: Style) -> Reply:
    """Formulas as text, LaTeX, Python and JSON, where they are called `name`.

    Raises `UsageError` if a point was given for an expression: its formulas never depend on one.
    """
    notes = found.notes
    if found.ignore_point:
        if f.source.name == EXPRESSION:
            hint = "adcli grad, or adcli eval of the formula, has the value at a point"
            raise UsageError(_IGNORED, hint=hint)
        notes = (*notes, _IGNORED)

    def latex(page: Page) -> str:
        from adcli.render import derivation_latex, formula_formats

        written = formula_formats.latex(
            found, whole=style.steps, cse=style.cse, verbose=style.verbose
        )
        return derivation_latex.document(written) if page.is_file else written

    def markdown(_: Page) -> str:
        from adcli.render import formula_formats

        return formula_formats.markdown(
            found, whole=style.steps, cse=style.cse, verbose=style.verbose
        )

    def html(page: Page) -> str:
        from adcli.render import formula_html

        if not page.is_file:
            return formula_html.write(found, whole=style.steps, cse=style.cse)
        title = f"{name.capitalize()} of {' '.join(f.source.text.split())}"
        return formula_html.document(found, title, whole=style.steps, cse=style.cse)

    def python(_: Page) -> str:
        from adcli.render import formula_formats

        return formula_formats.python(found, found.inputs)

    def plain(_: Page) -> str:
        return "".join([formula.text + "\n" for _, formula in found.named()])

    return Reply(
        lambda _: _fields(found, name, style),
        lambda page: _lines(found, style, page),
        notes=notes,
        remarks=lambda: _conditions(found),
        formats={PLAIN: plain, MARKDOWN: markdown, LATEX: latex, HTML: html, PYTHON: python},
    )


def _lines(found: Formulas, style: Style, page: Page) -> Iterator[str]:
    from adcli.render import formula_formats

    if style.steps:
        for head, formula in found.named():
            yield formula_formats.derivation(head, formula, page.columns, verbose=style.verbose)
    else:
        lines = formula_formats.lines(found, style.cse)
        yield "\n".join([formula_formats.broken(line, page.columns) for line in lines])


def _fields(found: Formulas, name: str, style: Style) -> dict[str, object]:
    from adcli.render.formula_formats import conditions, definitions, steps, texts

    fields: dict[str, object] = {"backend": "symbolic", "engine": None, "value": None}
    fields[name] = _alone(found.by_name(texts(found, style.cse)))
    if style.cse:
        fields["definitions"] = definitions(found)
    fields["operations"] = _alone(found.by_name(lambda formula: formula.operations))
    if style.steps:
        fields["steps"] = _alone(found.by_name(steps))
    if any(formula.conditions for _, formula in found.named()):
        fields["conditions"] = _alone(found.by_name(conditions))
    return fields


def _alone(by_name: Mapping[str, object]) -> object:
    """Derivatives by the names of inputs; a formula that is no derivative, whose name is empty."""
    return by_name.get("", by_name)


def _conditions(found: Formulas) -> list[str]:
    """Where the formulas hold; a condition that all of them share stands once."""
    from adcli.render.formula_formats import conditions

    by_head: dict[str, list[str]] = {}
    for head, formula in found.named():
        if formula.conditions:
            told = [f"({c})" if " or " in c else c for c in conditions(formula)]
            by_head.setdefault(" and ".join(told), []).append(head)
    everywhere = len(found.named())
    return [
        f"for {text}" if len(heads) == everywhere else f"{', '.join(heads)}: for {text}"
        for text, heads in by_head.items()
    ]
