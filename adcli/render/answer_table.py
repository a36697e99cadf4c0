"""The answers of a class as a table: who is right, and where a wrong answer differs first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adcli.claimed_derivatives import RIGHT as IS_RIGHT
from adcli.claimed_derivatives import JudgedAnswer
from adcli.render.number_format import for_reader
from adcli.render.tables.table import DECIMAL, RIGHT, Cell, Column, Table

#: The point of a difference is read, not copied: so many digits if nobody says how many.
_DIGITS = 6


def answer_table(
    answers: Sequence[JudgedAnswer], digits: int | None, *, is_terminal: bool = False
) -> Table:
    """A row for each answer; lines stand for names where nobody has one.  On a terminal notes stand
    below the table, elsewhere in a column."""
    is_named = any([answer.name for answer in answers])
    who = Column("name") if is_named else Column("line", RIGHT)
    columns = [who, Column("answer"), Column("verdict"), Column("differs at")]
    columns += [Column("claimed", DECIMAL), Column("derivative", DECIMAL), Column("note")]
    rows = [_row(answer, is_named, digits) for answer in answers]
    below = [f"{row[0]}: {row[-1]}" for row in rows if row[-1] is not None] if is_terminal else []
    cells = [(i, [row[i] for row in rows]) for i in range(len(columns) - is_terminal)]
    kept = [i for i, column in cells if i < 3 or any([cell is not None for cell in column])]
    return Table(
        [columns[i] for i in kept], [[row[i] for i in kept] for row in rows], keys=1, notes=below
    )


def _row(answer: JudgedAnswer, is_named: bool, digits: int | None) -> list[Cell]:
    claim, error = answer.claim, answer.error
    found: list[Cell] = [answer.name if is_named else answer.line, answer.answer, answer.verdict]
    read_as = f"read as {answer.read_as}" if answer.read_as else ""
    if claim is not None:
        assert claim.point is not None
        of = " of ".join(filter(None, [claim.entry, claim.result]))
        by = f"by {of}" if len(claim.point) > 1 or of != claim.input else ""
        note = "; ".join(filter(None, [read_as, by, claim.note])) or None
        return [*found, _point(claim.point, digits), claim.claimed, claim.derivative, note]
    note = "; ".join(filter(None, [error.message, error.hint])) if error else read_as or None
    return [*found, None, None, None, note]


def _point(point: Mapping[str, Any], digits: int | None) -> str:
    return ", ".join([f"{name}={_value(value, digits)}" for name, value in point.items()])


def _value(value: Any, digits: int | None) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join([_value(v, digits) for v in value])}]"
    return for_reader(value, digits or _DIGITS, minus="-")


def in_total(answers: Sequence[JudgedAnswer]) -> str:
    """How many answers are right."""
    return f"{sum([a.verdict == IS_RIGHT for a in answers])} of {len(answers)} right"
