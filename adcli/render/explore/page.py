"""The page of `adcli explore`, one file without network.

Invariant: whatever comes from the user's program is data: JSON in which no tag can end, or text
with its markup escaped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from adcli.errors import AdcliError
from adcli.render.explore.program_data import ProgramData
from adcli.render.latex_to_mathml import mathml

if TYPE_CHECKING:
    from adcli.backends.formulas_with_derivations import Formulas
    from adcli.trace.evaluation_traces import Trace

#: What the page does, in the order in which it runs: the derivatives, the trace, the graph, steps.
_SCRIPTS = ("program.js", "trace.js", "graph.js", "interaction.js")

#: No derivation on a page has more characters of LaTeX.
_LONGEST = 20_000


class ExplorePage:
    """The page for a program: its title, its source, a forward trace along all inputs, and its
    derivations, if there are any."""

    def __init__(self, title: str, source: str, trace: Trace, derivations: Formulas | None) -> None:
        self.data = ProgramData(trace)
        self._title = title
        self._source = source.splitlines() or [""]
        self._derivations = derivations
        self.notes = [*trace.notes, *self._own_notes()]

    def _own_notes(self) -> list[str]:
        notes = []
        if self.data.left_out:
            count = self.data.left_out
            rows = "row in the middle is" if count == 1 else "rows in the middle are"
            notes.append(f"{count:,} {rows} left out, but computed.")
        if self.data.frozen:
            names = ", ".join(self.data.frozen)
            notes.append(f"The page cannot compute {names}: such rows keep their numbers.")
        return notes

    def html(self) -> str:
        """The text of the page."""
        fields = self.data.fields(self._source, self.notes)
        data = json.dumps(
            fields, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        ).replace("<", "\\u003c")
        operations = ",\n".join(self.data.operations)
        script = "\n".join(
            [
                '"use strict";\n(() => {',
                _file("special_functions.js"),
                f"const OPERATIONS = [\n{operations}\n];",
                *map(_file, _SCRIPTS),
                "})();",
            ]
        )
        parts = {
            "title": escape(self._title),
            "style": _file("page.css"),
            "derivations": _derivations(self._derivations),
            "data": data,
            "script": script,
        }
        text = _file("page.html")
        for name, part in parts.items():
            before, _, behind = text.partition("{{" + name + "}}")
            text = (
                before + part + (behind.replace("{{title}}", part) if name == "title" else behind)
            )
        return text


def _file(name: str) -> str:
    return files("adcli.render.explore").joinpath(name).read_text(encoding="utf-8")


def _derivations(found: Formulas | None) -> str:
    """The derivations as tables of MathML: a formula and the rule that led to it in each row."""
    if found is None:
        return ""
    parts = []
    for head, rows in _tables(found):
        lines = [f"<tr><td>{remark}</td><td>{formula}</td></tr>" for formula, remark in rows]
        body = "\n".join(lines)
        parts.append(
            f"<details open><summary>{head}</summary>"
            f'<div class="scroll" tabindex="0" role="region" aria-label="Steps: {head}">'
            f"<table><tbody>\n{body}\n</tbody></table></div></details>"
        )
    if not parts:
        return ""
    inside = "\n".join(parts)
    return (
        '<section class="derivations" aria-labelledby="derivations-title">\n'
        f'<h2 id="derivations-title">Derivation</h2>\n{inside}\n</section>'
    )


def _tables(found: Formulas) -> list[tuple[str, list[tuple[str, str]]]]:
    """For each derivative its name and its rows."""
    from adcli.render.formula_formats import derivation_equations

    heads = [head for head, _ in found.named()]
    try:
        derivations = derivation_equations(found)
    except AdcliError:
        return []
    size = sum([len(part) for rows in derivations for row in rows for part in row])
    if len(derivations) != len(heads) or size > _LONGEST:
        return []
    return [
        (f"Derivative by {escape(head)}" if head else "Derivative", list(_rows(equations)))
        for head, equations in zip(heads, derivations, strict=True)
    ]


def _rows(equations: Sequence[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    for left, right, remark in equations:
        if left:
            yield mathml(left), ""
        yield mathml("= " + right), mathml(remark) if remark else ""
