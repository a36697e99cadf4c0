"""Formulas in lines: where they are broken."""

from __future__ import annotations

import pytest

from adcli.render.text_width_and_wrapping import wrap_formula


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (60, ["a*cos(x - 3*y) + b*sin(x - 3*y)"]),
        (27, ["a*cos(x - 3*y) +", "  b*sin(x - 3*y)"]),
        (19, ["a*cos(x - 3*y) +", "  b*sin(x - 3*y)"]),
    ],
)
def test_terms_are_kept_whole_where_they_can_be(width: int, lines: list[str]) -> None:
    """A line ends between terms rather than in a product, and in as few brackets as it can."""
    found = wrap_formula("a*cos(x - 3*y) + b*sin(x - 3*y)", width, "  ")
    assert all(len(line) <= width for line in found)
    assert found == lines


def test_the_first_line_keeps_its_indent() -> None:
    assert wrap_formula("    f(x) + g(x)", 40, "  ") == ["    f(x) + g(x)"]
    assert wrap_formula("", 40) == [""]


def test_the_indent_of_the_first_line_counts() -> None:
    """It may not be longer by what stands before its formula."""
    text = "    = f(x)*g(x) + h(x)"
    for width in range(12, len(text)):
        assert all(len(line) <= width for line in wrap_formula(text, width, "  ")), width
