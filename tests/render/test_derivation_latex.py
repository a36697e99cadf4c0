"""Derivations as LaTeX."""

from __future__ import annotations

from adcli.render.derivation_latex import align, text


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
