"""Cells of tables: which are numbers, which are missing, and what to write for the others.

Invariant: a cell that can be read as two numbers is read as none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from adcli.source import ascii_minus

#: Cells that hold no number, in lower case: of R, pandas, spreadsheets, and by hand.
MISSING = (
    *("", "na", "n/a", "nan", "-nan", "null", "none", ".", "-", "--", "---"),
    *("#n/a", "#n/a n/a", "#na", "<na>"),
)

#: A number with a comma in it, and one whose comma may stand between thousands.
_WITH_COMMA = re.compile(r"[-+]?\d*,\d+(?:[eE][-+]?\d+)?")
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+")
_WITH_POINT = re.compile(r"[-+]?\d*\.\d+(?:[eE][-+]?\d+)?|[-+]?\d+\.")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ].*)?|\d{1,2}:\d{2}(?::\d{2}.*)?")
#: A number and its unit.  A prefix alone (`5k`) is a factor, and `0x1F` is a number.
_WITH_UNIT = re.compile(
    r"(?![-+]?0[xX])([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*"
    r"(?![kMGnu\u00b5\u03bc]\Z)(?:[^\W\d_]|[°%])[^,;]*"
)
#: A number of Fortran.
_DOUBLE = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+))[dD]([-+]?\d+)")
_UNIT_ALONE = re.compile(r"\[.*\]|\(.*\)")

#: Numbers in which points group thousands, if they are no decimal points, and in which commas do.
_POINT_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:\.\d{3})+")
_COMMA_GROUPS = re.compile(r"[-+]?\d{1,3}(?:(?:,\d{3}){2,}|(?:,\d{3})+\.\d+)")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+\.\d+|[-+]?\d{1,3}(?:\.\d{3})+,\d+")


def as_number(cell: Any) -> float | None:
    """A cell as a number; None if it is none."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        try:
            return float(cell)
        except OverflowError:
            return None
    try:
        return float(ascii_minus(str(cell).strip()))
    except ValueError:
        return None


def is_missing(cell: Any) -> bool:
    """Whether a cell is empty or says that there is nothing."""
    if isinstance(cell, float):
        return math.isnan(cell)
    return cell is None or str(cell).strip().lower() in MISSING


def hint_for_cell(cell: Any, others: Iterable[Any] = ()) -> str | None:
    """What to write for a cell that is neither a number nor missing, in a table with others."""
    text = ascii_minus(str(cell).strip())
    if "\n" in text:
        return "remove the line break in the cell, or the quotation mark before it"
    if _THOUSANDS.fullmatch(text):
        whole, decimal = text.replace(",", ""), text.replace(",", ".")
        if text.count(",") > 1:
            return f"write {whole}"
        return f"write {decimal} if the comma is a decimal comma, {whole} if it groups thousands"
    if _WITH_COMMA.fullmatch(text):
        return f"write {text.replace(',', '.')}: numbers have decimal points{_beside(others)}"
    if _DATE.fullmatch(text):
        return "make a column of numbers of it, such as days or seconds since the first row"
    if _GROUPED.fullmatch(text):
        *groups, decimals = re.split(r"[.,]", text)
        rest = "" if _COMMA_GROUPS.fullmatch(text) else _beside(others)
        return f"write {''.join(groups)}.{decimals}{rest}"
    if found := _DOUBLE.fullmatch(text):
        return f"write {found[1]}e{found[2]}"
    if found := _WITH_UNIT.fullmatch(text):
        return f"write {found[1]}: a unit stands in the heading, as in Time (s)"
    if _UNIT_ALONE.fullmatch(text):
        return "a unit stands in the heading, as in Time (s), and not in a row of its own"
    return None


def _beside(others: Iterable[Any]) -> str:
    """What is to be done, beside decimal commas, about a point that may group thousands."""
    for cell in others:
        text = ascii_minus(cell.strip()) if isinstance(cell, str) else ""
        if _POINT_THOUSANDS.fullmatch(text):
            return f"; and {text.replace('.', '')} for {text} if its point groups thousands"
    return ""


def with_decimal_points(rows: Iterable[Sequence[str]]) -> list[list[str]] | None:
    """The rows of a table with decimal commas, with points for them; None for another table.

    A table has decimal commas if a number in it can be read in no other way (`0,5`), none has a
    point, and in none commas group thousands (`1,112,345`).
    """
    table = [list(row) for row in rows]
    cells = [ascii_minus(cell.strip()) for row in table for cell in row]
    commas = [cell for cell in cells if _WITH_COMMA.fullmatch(cell)]
    if all([_THOUSANDS.fullmatch(cell) for cell in commas]):
        return None
    if any([_WITH_POINT.fullmatch(cell) or _COMMA_GROUPS.fullmatch(cell) for cell in cells]):
        return None
    return [
        [c.replace(",", ".") if _WITH_COMMA.fullmatch(ascii_minus(c.strip())) else c for c in row]
        for row in table
    ]
