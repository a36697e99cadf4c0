"""The width of formulas in LaTeX, beside what TeX measures."""

from __future__ import annotations

import pytest

from adcli.render.latex_width import width

#: Widths in pt that TeX has in display style at 10 pt.
MEASURED = {
    r"\sin(x) + x \cos(x)": 72.3,
    r"x^{2}": 10.2,
    r"\frac{x^{3} (x^{5} + x + 4) e^{x}}{(x^{4} + 1)^{2}}": 75.4,
    r"\frac{\mathrm{d}}{\mathrm{d}x}\left[x^{5} \tan^{3}(x) - \frac{e^{x}}{x}\right]": 94.5,
    r"u^{v} = e^{v \ln u}": 47.3,
    r"\text{derivative of sinh}": 75.1,
    r"\sqrt{2 + e^{12 x + 14}}": 59.0,
}


@pytest.mark.parametrize("latex", MEASURED)
def test_a_formula_is_about_as_wide_as_in_tex(latex: str) -> None:
    """Within a seventh."""
    assert 6 / 7 < width(latex) / MEASURED[latex] < 7 / 6


def test_nothing_and_deep_groups() -> None:
    assert width("") == 0
    assert width("{" * 10_000 + "x" + "}" * 10_000) == width("x")
