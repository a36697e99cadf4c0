"""The widths of columns: as wide as their cells, or narrower where the page has no room; and the
text of cells broken into lines of such a width.

Widths are in the unit of a measure: characters of a terminal or points of a picture.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.render.tables.table import Cell, Formula, Table, plain
from adcli.render.text_width_and_wrapping import Measure, wrap, wrap_formula


def fitted(natural: Sequence[float], least: Sequence[float], room: float) -> list[float]:
    """Widths that add up to at most `room` where that is possible.

    Narrow columns keep their natural width, and the wide ones share what is left; none is made
    narrower than its least width, that of its longest word.
    """
    widths = list(natural)
    open_ = [i for i in range(len(widths)) if natural[i] > least[i]]
    while open_ and sum(widths) > room:
        left = room - sum(widths) + sum([widths[i] for i in open_])
        share = left / len(open_)
        settled = [i for i in open_ if natural[i] <= share or least[i] >= share]
        if not settled:
            for i in open_:
                widths[i] = share
            break
        for i in settled:
            widths[i] = min(max(share, least[i]), natural[i])
        done = set(settled)
        open_ = [i for i in open_ if i not in done]
    return widths


def widened(widths: Sequence[float], table: Table, gap: float, measure: Measure) -> list[float]:
    """The widths, the last one of each group with what the group's heading needs beyond its
    columns and the gaps between them."""
    found = list(widths)
    first = 0
    for group, count in table.groups():
        have = sum(found[first : first + count]) + gap * (count - 1)
        found[first + count - 1] += max(0, measure(plain(group)) - have)
        first += count
    return found


def broken(cell: Cell, text: str, width: float, measure: Measure) -> list[str]:
    """A cell's text in lines of that width."""
    if measure(text) <= width:
        return [text]
    breaking = wrap_formula if isinstance(cell, Formula) else wrap
    return breaking(text, width, measure=measure)
