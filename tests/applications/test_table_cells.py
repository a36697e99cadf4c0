"""Cells of tables that could be read as another number than is meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import adcli
from adcli.applications.table_cells import hint_for_cell
from adcli.errors import UsageError


def refusal(tmp_path: Path, text: str) -> UsageError:
    """What is wrong with a table as data of a fit."""
    file = tmp_path / "data.csv"
    file.write_text(text)
    with pytest.raises(UsageError) as caught:
        adcli.load("a*x").fit(file, y="y")
    return caught.value


def test_a_line_break_makes_no_number_of_two(tmp_path: Path) -> None:
    """A cell in quotes may hold one; it is not left out."""
    error = refusal(tmp_path, 'x;y\n1;"2\n3"\n2;4\n')
    assert error.message == "the value of 'y' is not a number: '2\\n3'"
    assert error.span is not None
    assert error.span.line == 2
    assert "remove the line break" in (error.hint or "")


def test_lines_are_counted_over_line_breaks_in_cells(tmp_path: Path) -> None:
    """An error of a later row is in its own line, at its own cell."""
    error = refusal(tmp_path, 'x;y;note\n1;2;"two\nlines"\n2;four;\n')
    assert error.span is not None
    assert (error.span.line, error.span.column) == (4, 3)
    error = refusal(tmp_path, 'x;y;note\n1;2;"two\nlines"\n2;4\n')
    assert error.message == "there are 2 cells for 3 columns"
    assert error.span is not None
    assert error.span.line == 4


def test_a_line_break_in_a_heading_is_a_space(tmp_path: Path) -> None:
    """Spreadsheets break long headings so."""
    file = tmp_path / "data.csv"
    file.write_text('x;"mean\nvoltage"\n1;2\n2;4\n')
    assert adcli.load("a*x").fit(file, y="mean_voltage").parameters["a"].estimate == 2.0


def test_a_line_break_in_a_matrix(adcli_command: Any, tmp_path: Path) -> None:
    file = tmp_path / "matrix.csv"
    file.write_text('a;b\n1;"2\n3"\n2;4\n')
    code, _, err = adcli_command("eval", "A[0]", "--at", f"A=@{file}")
    assert (code, "row 2 is not made of numbers: '2\\n3'" in err) == (2, True)


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("1D3", "write 1e3"), ("-1.5d-03", "write -1.5e-03"), (".5D+2", "write .5e+2"),
        ("0x1F", None), ("0XFF", None), ("5k", None), ("5 M", None), ("5µ", None), ("5μ", None),
        ("5 km", "write 5: a unit stands in the heading, as in Time (s)"),
        ("5m", "write 5: a unit stands in the heading, as in Time (s)"),
        ("0 x", "write 0: a unit stands in the heading, as in Time (s)"),
    ],
)  # fmt: skip
def test_a_hint_keeps_the_number(cell: str, hint: str | None) -> None:
    """An exponent, a prefix or a base is no unit."""
    assert hint_for_cell(cell) == hint


@pytest.mark.parametrize("large", ["1,112,345", "1,112.5"])
def test_commas_that_group_thousands_are_no_decimal_commas(tmp_path: Path, large: str) -> None:
    """12,345 is then no 12.345."""
    error = refusal(tmp_path, f"x;y\n12,345;1,5\n112,345;2,5\n{large};3,5\n")
    assert "'12,345'" in error.message
    assert error.hint == (
        "write 12.345 if the comma is a decimal comma, 12345 if it groups thousands"
    )


@pytest.mark.parametrize(("y", "number"), [("2,5", "2.5"), ("1.002,5", "1002.5")])
def test_points_that_may_group_thousands_beside_decimal_commas(
    tmp_path: Path, y: str, number: str
) -> None:
    """Who follows the hint for y only would have x at 1."""
    error = refusal(tmp_path, f"x;y\n1.000;{y}\n2.000;{y}\n")
    assert (error.hint or "").startswith(f"write {number}")
    assert (error.hint or "").endswith("; and 1000 for 1.000 if its point groups thousands")
