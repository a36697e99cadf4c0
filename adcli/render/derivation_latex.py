r"""Derivations as LaTeX.

The output needs the package amsmath; `\allowdisplaybreaks` in the preamble lets long derivations
break over pages.
"""

from __future__ import annotations

from collections.abc import Iterable

from adcli.ops.expression_latex import escape

#: What the preamble of a document needs to show formulas and derivations.
PREAMBLE = "\\usepackage{amsmath}\n\\allowdisplaybreaks\n"

#: Characters in rule names that LaTeX has in formulas only.
_SIGNS = {
    "×": r"\times",
    "·": r"\cdot",
    "−": "-",
    "∂": r"\partial",
    "√": r"\surd",
    "→": r"\to",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\neq",
    "∞": r"\infty",
    "π": r"\pi",
    "′": "'",
    "²": "^2",
    "³": "^3",
    "<": "<",
    ">": ">",
    "|": "|",
    "↓": r"\downarrow",
    "↑": r"\uparrow",
    "…": r"\dots",
    "ε": r"\varepsilon",
}


def document(formulas: str) -> str:
    """A document with formulas, each in a line of its own, or with derivations."""
    lines = formulas.splitlines()
    if not formulas.startswith(r"\begin"):
        lines = [rf"\[{line}\]" for line in lines]
    body = "\n".join(lines)
    layout = "\\usepackage[a4paper, margin=2cm]{geometry}\n"
    return (
        f"\\documentclass{{article}}\n\\usepackage[T1]{{fontenc}}\n{layout}{PREAMBLE}"
        f"\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )


def align(lines: Iterable[tuple[str, str, str]]) -> str:
    """Equations as an `align*` block, each given by its left side, its right side and a remark in
    LaTeX (`text` makes it of words), which may be empty.  No equations make no block: TeX has no
    empty one."""
    rows = [_row(*line) for line in lines]
    if not rows:
        return ""
    return "\n".join([r"\begin{align*}", " \\\\\n".join(rows), r"\end{align*}"])


def text(said: str) -> str:
    """Words as text within a formula."""
    return rf"\text{{{words(said)}}}"


def words(said: str) -> str:
    """Words as text; what LaTeX has in formulas only is set as a formula."""
    return "".join([f"${_SIGNS[c]}$" if c in _SIGNS else escape(c) for c in said])


def _row(left: str, right: str, remark: str) -> str:
    row = f"  {left} &= {right}" if left else f"  &= {right}"
    return f"{row} && {remark}" if remark else row
