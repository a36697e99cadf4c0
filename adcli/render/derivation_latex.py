r"""Derivations as LaTeX.

The output needs the package amsmath; `\allowdisplaybreaks` in the preamble lets long derivations
break over pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from adcli.ops.expression_latex import escape
from adcli.render.latex_width import width

#: What the preamble of a document needs to show formulas and derivations.
PREAMBLE = "\\usepackage{amsmath}\n\\allowdisplaybreaks\n"

#: How wide a line's formula may be in pt behind its =, and a formula with its remark together, in a
#: text of 345 pt, which is that of an article at 10 pt.
_LINE, _LINE_WITH_REMARK = 315, 300

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


def document(body: str) -> str:
    """A document with formulas, each in a line of its own, or with what begins with a command of
    its own, such as derivations."""
    if not body.startswith((r"\begin", r"\section")):
        body = "\n".join([rf"\[{_paragraph(line)}\]" for line in body.splitlines()])
    layout = "\\usepackage[a4paper, margin=2cm]{geometry}\n"
    return (
        f"\\documentclass{{article}}\n\\usepackage[T1]{{fontenc}}\n{layout}{PREAMBLE}"
        f"\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )


#: An environment of equations within mathematics, as Markdown has it, where TeX breaks no line.
ALIGNED = "aligned"


def align(lines: Iterable[tuple[str, str, str]], environment: str = "align*") -> str:
    """Equations as an `align*` block, each given by its left side, its right side and a remark in
    LaTeX (`text` makes it of words), which may be empty.  No equations make no block: TeX has no
    empty one.

    Remarks stand beside the equations.  Where one of them would be too long for its line, all of
    them stand between the equations instead.
    """
    rows = [*lines]
    if not rows:
        return ""
    lefts, rights, remarks = (max(map(width, column)) for column in zip(*rows, strict=True))
    fits = lefts + rights + remarks <= _LINE_WITH_REMARK
    line, gap = (str, r"\qquad ") if environment == ALIGNED else (_paragraph, "")
    written = [
        part for row in rows for part in ([_row(*row, gap)] if fits else _apart(*map(line, row)))
    ]
    begin, end = rf"\begin{{{environment}}}", rf"\end{{{environment}}}"
    return "\n".join([begin, " \\\\\n".join(written), end])


def text(said: str) -> str:
    """Words as text within a formula."""
    return rf"\text{{{words(said)}}}"


def words(said: str) -> str:
    """Words as text; what LaTeX has in formulas only is set as a formula."""
    written = [f"${_SIGNS[c]}$" if c in _SIGNS else escape(c) for c in said]
    return "".join(written).replace("...", r"\dots{}")


def _row(left: str, right: str, remark: str, gap: str) -> str:
    row = f"  {left} &= {right}" if left else f"  &= {right}"
    return f"{row} && {gap}{remark}" if remark else row


def _apart(left: str, right: str, remark: str) -> Iterator[str]:
    """The lines of an equation whose remark stands above its right side."""
    if left:
        yield rf"  & {left}"
    if remark:
        yield rf"  & \qquad {remark}"
    yield rf"  &= {right}"


def _paragraph(formula: str) -> str:
    r"""A formula that is too long for a line, as a paragraph whose lines TeX breaks, which it does
    not do between \left and \right, nor in a fraction."""
    if width(formula) <= _LINE:
        return formula
    formula = _sloped(formula)
    for command, bracket in _BRACKETS:
        formula = formula.replace(command, bracket)
    return rf"\parbox[t]{{0.9\linewidth}}{{\raggedright $\displaystyle {formula}$}}"


def _sloped(formula: str) -> str:
    """The formula with a slash for each fraction that is wider than a line."""
    head, command, rest = formula.partition(r"\frac{")
    if not command:
        return formula
    above, rest = _group(rest)
    below, rest = _group(rest.removeprefix("{"))
    parts = _sloped(above), _sloped(below)
    if max(map(width, (above, below))) > _LINE:
        written = r" /\allowbreak ".join([rf"\left({part}\right)" for part in parts])
    else:
        written = rf"\frac{{{parts[0]}}}{{{parts[1]}}}"
    return head + written + _sloped(rest)


def _group(text: str) -> tuple[str, str]:
    """What stands before the brace that closes a group, and what is behind it."""
    depth, escaped = 1, False
    for i, c in enumerate(text):
        depth += 0 if escaped else (c == "{") - (c == "}")
        if not depth:
            return text[:i], text[i + 1 :]
        escaped = c == "\\" and not escaped
    return text, ""


_BRACKETS = ((r"\left(", "("), (r"\right)", ")"), (r"\left[", "["), (r"\right]", "]"))
