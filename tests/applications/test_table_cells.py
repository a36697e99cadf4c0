"""Cells of tables that could be read as another number than is meant."""

from __future__ import annotations

from pathlib import Path

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
