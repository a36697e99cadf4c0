"""MathML from LaTeX: what is written, and that all that adcli writes becomes well-formed XML."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

import adcli
from adcli.ops.expression_latex import latex as expression_latex
from adcli.ops.registry import TABLE
from adcli.render.formula_formats import latex
from adcli.render.latex_to_mathml import mathml


def _inside(text: str) -> str:
    found = mathml(text)
    return found.partition(">")[2].removesuffix("</math>")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", "<mi>x</mi>"),
        ("2.5", "<mn>2.5</mn>"),
        (r"\frac{1}{x}", "<mfrac><mn>1</mn><mi>x</mi></mfrac>"),
        (r"\text{for } x", "<mrow><mtext>for\u00a0</mtext><mi>x</mi></mrow>"),
        (r"\ln u", '<mrow><mi>ln</mi><mspace width="0.17em"/><mi>u</mi></mrow>'),
        (
            r"x \ln(u)",
            '<mrow><mi>x</mi><mspace width="0.17em"/><mi>ln</mi>'
            "<mrow><mo>(</mo><mi>u</mi><mo>)</mo></mrow></mrow>",
        ),
        (r"\sqrt{x}", "<msqrt><mi>x</mi></msqrt>"),
        (r"\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
        ("x_{1}^{2}", "<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>"),
        ("e^{-x}", "<msup><mi>e</mi><mrow><mo>−</mo><mi>x</mi></mrow></msup>"),
        (r"\operatorname{erf}", "<mi>erf</mi>"),
        (r"\pi \cdot \infty", "<mrow><mi>π</mi><mo>⋅</mo><mi>∞</mi></mrow>"),
        (r"\text{if } a", "<mrow><mtext>if\u00a0</mtext><mi>a</mi></mrow>"),
        ("a < b", "<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>"),
    ],
)
def test_what_is_written(text: str, expected: str) -> None:
    """Each construct has its element."""
    assert _inside(text) == expected


def test_cases_are_a_table() -> None:
    """With a row for each case, and a cell for each part."""
    text = r"\begin{cases} 0 & \text{if } x < 1 \\ 1 & \text{otherwise} \end{cases}"
    root = ElementTree.fromstring(mathml(text))
    assert [len(row) for row in root.iter("mtr")] == [2, 2]


@pytest.mark.parametrize(
    "text",
    ["sin(x)^sin(x)", "abs(x)/sqrt(1+x^2)", "max(x, 2)*floor(x)", "erf(x)*gamma(x)*log(x, 10)"],
)
def test_derivations_are_well_formed(text: str) -> None:
    """No command of LaTeX is left in what is shown."""
    found = latex(adcli.load(text).formulas(steps=True), whole=False)
    made = mathml(found)
    ElementTree.fromstring(made)
    assert "\\" not in made


def test_every_row_is_well_formed() -> None:
    """The form of each operation can be translated."""
    from adcli.expr import App, Var

    for row in TABLE.values():
        written = expression_latex(App(row, tuple(map(Var, row.parameters))))
        assert "\\" not in mathml(written), row.name
