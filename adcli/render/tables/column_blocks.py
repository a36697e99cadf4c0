"""Tables that are wider than a page, broken into blocks of columns that stand below each other.

Invariant: the blocks have the columns of the table in their order, and each column once, but for
the key columns, which every block begins with.  The columns of a group stay together.  Without keys
only groups are set apart, since other columns do not say what their rows are about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from adcli.render.tables.table import Row, Section, Table, plain


def blocks(table: Table, fits: Callable[[Table], bool]) -> list[Table]:
    """As few blocks as there can be, each of which fits unless it is one group or one column."""
    apart = table.keys or all([plain(column.group) for column in table.columns])
    if not apart or fits(table):
        return [table]
    keys = list(range(table.keys))
    taken: list[list[int]] = []
    for unit in _units(table):
        if taken and fits(_with_columns(table, [*keys, *taken[-1], *unit])):
            taken[-1] += unit
        else:
            taken.append(list(unit))
    found = [_with_columns(table, [*keys, *columns]) for columns in taken]
    if found:
        found[0].title, found[-1].notes = table.title, table.notes
    return found or [table]


def _units(table: Table) -> Iterator[list[int]]:
    """The columns behind the keys that stay together: those of a group, or each one alone."""
    unit: list[int] = []
    for i in range(table.keys, len(table.columns)):
        group = table.columns[i].group
        if unit and not (plain(group) and table.columns[unit[-1]].group == group):
            yield unit
            unit = []
        unit.append(i)
    if unit:
        yield unit


def _with_columns(table: Table, chosen: Sequence[int]) -> Table:
    """The table with these columns, without its title and its notes."""
    return Table(
        [table.columns[i] for i in chosen],
        list(_rows(table, chosen)),
        footers=[[row[i] for i in chosen] for row in table.footers],
        keys=table.keys,
    )


def _rows(table: Table, chosen: Sequence[int]) -> Iterator[Row]:
    """The rows that say something in the chosen columns, and the sections.  A section whose rows
    are all left out is left out too."""
    waiting: list[Section] = []
    has_rows = False
    for row in table.rows:
        if isinstance(row, Section):
            if has_rows and waiting:
                waiting.pop()
            waiting.append(row)
            has_rows = False
            continue
        has_rows = True
        if any([row[i] not in (None, "") for i in chosen[table.keys :]]):
            yield from waiting
            waiting.clear()
            yield [row[i] for i in chosen]
    yield from waiting[: len(waiting) - has_rows]
