"""Work sheets: exercises, and solutions with derivations, as text, Markdown, LaTeX and HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from adcli.ops.expression_latex import name_latex
from adcli.render.derivation_latex import document
from adcli.render.formula_formats import derivation, latex

if TYPE_CHECKING:
    from adcli.backends.formulas_with_derivations import Formulas
    from adcli.exercises import Exercise

_TITLE, _SOLUTIONS = "Derivatives", "Solutions"

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }}
pre {{ overflow-x: auto; }}
@media print {{ .solutions {{ break-before: page; }} }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


class Solved(NamedTuple):
    """An exercise with the formula itself, and its derivatives with their derivations."""

    exercise: Exercise
    formula: Formulas
    derivatives: Formulas

    @property
    def variables(self) -> list[str]:
        """What it is to be differentiated by."""
        return list(self.derivatives.rows[0])

    @property
    def task(self) -> str:
        """What is to be found."""
        return f"by {' and '.join(self.variables)}"

    def answer(self, columns: int | None = None) -> str:
        """The derivations as text."""
        parts = [derivation(head, f, columns) for head, f in self.derivatives.named()]
        return "\n".join(parts)


class Parts(NamedTuple):
    """What a sheet has: exercises, solutions, or both."""

    exercises: bool = True
    solutions: bool = True


def _heading(seed: int, parts: Parts) -> str:
    """The heading of the solutions, with the number of the sheet where that stands alone."""
    return _SOLUTIONS if parts.exercises else f"{_SOLUTIONS} (Sheet {seed})"


def _task(seed: int) -> str:
    return f"Differentiate, and simplify. (Sheet {seed})"


def text(sheet: Sequence[Solved], seed: int, parts: Parts) -> str:
    """The sheet for terminals and pipes."""
    blocks = []
    if parts.exercises:
        lines = [f"{i:>2}. {s.exercise.expression}   {s.task}" for i, s in enumerate(sheet, 1)]
        blocks.append("\n".join([_task(seed), "", *lines]))
    if parts.solutions:
        blocks.append(_heading(seed, parts))
        for i, solved in enumerate(sheet, 1):
            blocks.append(f"{i:>2}. {solved.exercise.expression}\n{solved.answer(80)}")
    return "\n\n".join(blocks) + "\n"


def markdown(sheet: Sequence[Solved], seed: int, parts: Parts) -> str:
    """The sheet as Markdown: formulas are code, so that every reader shows them alike."""
    out = [f"# {_TITLE}"]
    if parts.exercises:
        out += ["", _task(seed), ""]
        out += [f"{i}. `{s.exercise.expression}` {s.task}" for i, s in enumerate(sheet, 1)]
    if parts.solutions:
        out += ["", f"## {_heading(seed, parts)}"]
        for i, solved in enumerate(sheet, 1):
            out += ["", f"{i}. `{solved.exercise.expression}`", "", "   ```text"]
            out += [f"   {line}".rstrip() for line in solved.answer(80).splitlines()]
            out += ["   ```"]
    return "\n".join(out) + "\n"


def html(sheet: Sequence[Solved], seed: int, parts: Parts) -> str:
    """The sheet as a page; printed, the solutions begin a new sheet of paper."""
    tasks = [
        f"<li><code>{escape(s.exercise.expression)}</code> {escape(s.task)}</li>" for s in sheet
    ]
    answers = [
        f"<h3>{i}. <code>{escape(s.exercise.expression)}</code></h3>\n"
        f'<pre tabindex="0">{escape(s.answer(80))}</pre>'
        for i, s in enumerate(sheet, 1)
    ]
    body = []
    if parts.exercises:
        body += [f"<p>{_task(seed)}</p>", "<ol>", *tasks, "</ol>"]
    if parts.solutions:
        begin = '<section class="solutions">' if parts.exercises else "<section>"
        body += [begin, f"<h2>{_heading(seed, parts)}</h2>", *answers, "</section>"]
    return _PAGE.format(title=_TITLE, body="\n".join(body))


def tex(sheet: Sequence[Solved], seed: int, parts: Parts, *, whole: bool) -> str:
    """The sheet as LaTeX: a document, or its body."""
    out = []
    formulas = [latex(solved.formula, whole=False) for solved in sheet]
    if parts.exercises:
        out += [rf"\section*{{{_TITLE}}}", _task(seed), r"\begin{enumerate}"]
        for solved, formula in zip(sheet, formulas, strict=True):
            names = " and ".join([f"${name_latex(name)}$" for name in solved.variables])
            out.append(rf"\item $\displaystyle {formula}$ \quad by {names}")
        out.append(r"\end{enumerate}")
    if parts.solutions:
        out += [r"\clearpage"] * parts.exercises + [rf"\section*{{{_heading(seed, parts)}}}"]
        for i, (solved, formula) in enumerate(zip(sheet, formulas, strict=True), 1):
            out += [rf"\subsection*{{{i}. ${formula}$}}", latex(solved.derivatives, whole=True)]
    body = "\n".join(out)
    return document(body) if whole else body + "\n"
