r"""Derivations as LaTeX.

What comes out needs amsmath; `\allowdisplaybreaks` in the preamble lets long ones break over pages.
"""

from __future__ import annotations

from collections.abc import Iterable

from adcli.ops.latex import escape

#: What a document says that shows formulas and derivations.
PREAMBLE = "\\usepackage{amsmath}\n\\allowdisplaybreaks\n"

#: The signs of our remarks that text in LaTeX does not have by itself.
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
}


def align(lines: Iterable[tuple[str, str, str]]) -> str:
    """Equations under each other as an `align*` block: of each its left side, its right side
    and a remark, all in LaTeX; `text` makes it of words.  They may be empty; of no equations there
    is no block, since TeX has no empty one."""
    rows = [_row(*line) for line in lines]
    if not rows:
        return ""
    return "\n".join([r"\begin{align*}", " \\\\\n".join(rows), r"\end{align*}"])


def text(words: str) -> str:
    """Words as text within a formula."""
    signs = [f"${_SIGNS[c]}$" if c in _SIGNS else escape(c) for c in words]
    return rf"\text{{{''.join(signs)}}}"


def _row(left: str, right: str, remark: str) -> str:
    row = f"  {left} &= {right}" if left else f"  &= {right}"
    return f"{row} && {remark}" if remark else row
