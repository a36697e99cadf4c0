"""Formulas without their middle: what is left is a formula, and no longer than it may be."""

from __future__ import annotations

import pytest

from adcli.expr import Expr
from adcli.loading import load, load_text
from adcli.render.swell_table import written
from adcli.source import Source
from adcli.symbolic.formula_shortening import elided
from adcli.symbolic.node_text import operations, to_text


def node(text: str) -> Expr:
    return next(iter(load(text).formulas(order=0, effort="none").named()))[1].node


@pytest.mark.parametrize(
    ("text", "most", "wanted"),
    [
        ("a + b*c + d - f", 4, "a + b*c + d - f"),
        ("a + b + c + d + g - sin(f)", 4, "a + b + c + ... - sin(f)"),
        ("a*b*c*d*f*g", 3, "a*b*...*g"),
        ("exp(a + b + c + d + f + g)", 4, "exp(a + b + ... + g)"),
        ("a*b*c*sin(sin(sin(sin(x))))", 4, "a*b*c*sin(...)"),
    ],
)
def test_terms_and_factors_in_the_middle_are_left_out(text: str, most: int, wanted: str) -> None:
    found = elided(node(text), most)
    assert to_text(found) == wanted
    assert operations(found) <= most + 1


@pytest.mark.parametrize("number", [6, pytest.param(14, marks=pytest.mark.slow("4**14 terms"))])
def test_what_is_left_of_a_swollen_formula_is_mathematics(number: int) -> None:
    """Also of one that nobody could write in full."""
    f = load_text(
        Source("def f(x, n: int):\n    for _ in range(n):\n        x = 4*x*(1 - x)\n    return x\n")
    )
    found = written(f.swell("n", number).derivative)
    assert 50 < len(found.text) <= 400
    assert found.text.startswith(f"{4**number}*(1 - x)")
    assert found.latex.startswith(f"{4**number} (1 - x)") or r"\left(1 - x\right)" in found.latex
    assert (" + ... " in found.text, r" + \cdots " in found.latex) == (True, True)
