r"""LaTeX as one sets it by hand: `(` where nothing must grow, slashes in exponents."""

from __future__ import annotations

import pytest

from adcli.ops.latex_brackets_and_fractions import typeset

CASES = {
    r"\sin\left(x\right)": r"\sin(x)",
    r"\left(\left(x + 1\right)^{2} + 1\right)^{2}": r"((x + 1)^{2} + 1)^{2}",
    # what is higher than a line keeps brackets that grow, and so do those around it
    r"\left(\left(x\right) \frac{1}{x}\right)": r"\left((x) \frac{1}{x}\right)",
    r"\ln\left(\sqrt{x}\right)": r"\ln\left(\sqrt{x}\right)",
    r"\left(\left(\begin{cases} 1 \end{cases}\right) x\right) + \left(y\right)": (
        r"\left(\left(\begin{cases} 1 \end{cases}\right) x\right) + (y)"
    ),
    r"\frac{\mathrm{d}}{\mathrm{d}x}\left[x^{2}\right]": r"\frac{\mathrm{d}}{\mathrm{d}x}[x^{2}]",
    r"x^{\frac{2}{3}}": "x^{2/3}",
    r"e^{-\frac{x^{2}}{2}}": "e^{-x^{2}/2}",
    r"e^{-\frac{\left(x - y\right)^{2}}{2 s^{2}}}": "e^{-(x - y)^{2}/(2 s^{2})}",
    r"e^{\frac{1 - x}{2}} x": "e^{(1 - x)/2} x",
    r"x^{\frac{1}{2} + \frac{x}{3}}": "x^{1/2 + x/3}",
    # a slash would be misread, or is one too many
    r"e^{\frac{x}{2} y}": r"e^{\frac{x}{2} y}",
    r"e^{\frac{e^{\frac{x}{2}}}{2}}": r"e^{\frac{e^{\frac{x}{2}}}{2}}",
    r"e^{\left(a + \frac{b}{2}\right) c}": r"e^{\left(a + \frac{b}{2}\right) c}",
    r"\frac{x}{2}": r"\frac{x}{2}",
    r"\{x^{2}\}": r"\{x^{2}\}",
}


@pytest.mark.parametrize("latex", CASES)
def test_a_formula_is_set_as_by_hand(latex: str) -> None:
    assert typeset(latex) == CASES[latex]


def test_what_is_set_stays() -> None:
    """Formulas are put together of parts that are set already."""
    assert [typeset(found) for found in CASES.values()] == list(CASES.values())


def test_deep_brackets() -> None:
    """Neither recursion nor a square of the depth."""
    deep = r"\left(" * 100_000 + "x" + r"\right)" * 100_000
    assert typeset(deep) == "(" * 100_000 + "x" + ")" * 100_000
