"""Derivations as LaTeX, and the general rules in them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from adcli.loading import load
from adcli.render.derivation_latex import align, document, text
from adcli.render.formula_formats import latex
from adcli.render.general_rule_text import general_text
from adcli.symbolic.node_text import to_text


def test_lines_stand_under_each_other() -> None:
    """Sides and remarks may be left out; the last line ends nothing."""
    rows = [("y", "x x", text("given")), ("", "x^{2}", text("x*x = x^2")), ("z", "1", "")]
    assert align(rows) == (
        "\\begin{align*}\n"
        "  y &= x x && \\text{given} \\\\\n"
        "  &= x^{2} && \\text{x*x = x\\textasciicircum{}2} \\\\\n"
        "  z &= 1\n"
        "\\end{align*}"
    )
    assert align([]) == ""


def test_words_are_no_commands() -> None:
    """What means something to TeX is taken literally, and signs that it lacks are formulas."""
    assert text(r"50% of a_1 & {b} \ #~$") == (
        r"\text{50\% of a\_1 \& \{b\} \textbackslash{} \#\textasciitilde{}\$}"
    )
    assert text("∂f·x²") == r"\text{$\partial$f$\cdot$x$^2$}"


def test_remarks_of_long_lines_stand_between_them() -> None:
    """A line that is still too long becomes a paragraph, in which TeX may break it."""
    long = " + ".join([rf"\left(x_{{{i}}} \sin\left(y\right)\right)" for i in range(12)])
    short = " + ".join([f"x_{{{i}}}" for i in range(14)])
    rows = align([(short, long, text("sum rule")), ("", "1", "")]).splitlines()
    assert [row.split()[0] for row in rows[1:-1]] == ["&", "&", "&=", "&="]
    assert rows[2] == "  & \\qquad \\text{sum rule} \\\\"
    assert rows[3].startswith("  &= \\parbox")
    assert "\\left" not in rows[3]


@pytest.mark.slow("runs TeX where it is installed")
@pytest.mark.parametrize("verbose", [False, True])
def test_derivations_fit_the_page(tmp_path: Path, verbose: bool) -> None:
    """TeX compiles the document and finds no line that is wider than the text."""
    if shutil.which("pdflatex") is None:
        pytest.skip("no pdflatex")
    texts = []
    for formula in (
        "sin(x)^sin(x)",
        "x*sin(x)",
        "x^2*exp(3x)*log(x)/sqrt(x+1)",
        "exp(sin(x)*log(x) + x^2)/(1 + x^2)^3*cos(x*exp(x))",
    ):
        found = load(formula).formulas(steps=True)
        texts.append(latex(found, whole=True, verbose=verbose))
    (tmp_path / "t.tex").write_text(document("\n".join(texts)), encoding="utf-8")
    run = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "t.tex"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0
    assert b"Overfull" not in done.stdout


def test_general_rules() -> None:
    """Rules of calculus, of rows of the table, and of equal formulas; others say all by name."""
    said = {name: general_text(name, "t", to_text) for name in RULES}
    assert said == RULES


RULES = {
    "product rule": "d/dt[u*v] = u'*v + u*v'",
    "quotient rule": "d/dt[u/v] = (u'*v - u*v')/v^2",
    "power rule": "d/dt[u^n] = n*u^(n - 1)*u'",
    "derivative of sin": "d/dt[sin(u)] = cos(u)*u'",
    "derivative of hypot": "d/dt[hypot(u, v)] = u/hypot(u, v)*u' + v/hypot(u, v)*v'",
    "common factor": "u*v + u*w = u*(v + w)",
    "case by case": "",
}
