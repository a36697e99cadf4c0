"""Results: lines of name and number in a pipe, aligned numbers on a terminal."""

from __future__ import annotations

import io

from rich.console import Console

from adcli.render.named_number_text import plain_text, table

ROWS = [("value", 11.652071455223084), ("x1", 5.5), ("x2", -1.7163378145367738)]


def printed(encoding: str) -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    Console(file=file, width=40).print(table(ROWS, 5))
    file.flush()
    return file.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined,no-any-return]


def test_plain_text() -> None:
    """The number is the last word of its line, in full."""
    text = plain_text(ROWS)
    assert text == "value 11.652071455223084\nx1    5.5\nx2    -1.7163378145367738\n"
    assert [float(line.split()[-1]) for line in text.splitlines()] == [v for _, v in ROWS]
    assert plain_text([]) == ""


def test_table() -> None:
    """Decimal points stand below each other; ASCII where the stream has no more."""
    assert printed("utf-8") == "value  11.652\nx1      5.5\nx2     −1.7163\n"
    assert printed("ascii") == "value  11.652\nx1      5.5\nx2     -1.7163\n"


def test_integers_longer_than_the_window_keep_their_digits() -> None:
    """They go on in the next line, and those beside them stay where they can be seen."""
    rows = [("value[0]", 2**200), ("value[1]", 1)]
    file = io.StringIO()
    Console(file=file, width=40).print(table(rows))
    lines = file.getvalue().splitlines()
    assert all(len(line) <= 40 for line in lines)
    first, last = lines[:-1], lines[-1]
    assert "".join(line[10:] for line in first) == str(2**200)
    assert last == "value[1]  1"
