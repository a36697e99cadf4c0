"""The computational graph in a terminal: branches in a gutter beside the rows of the trace, as
`git log --graph` has them.

Invariant: a value has a lane of the gutter from its row to the last row that reads it.  The mark of
a row stands in its lane, and a line joins it with the lanes of its operands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from adcli.trace.computational_graph import ComputationalGraph


class _Signs(NamedTuple):
    """What is drawn: a lane, a row's mark, a line across, a lane that is crossed, a lane that a
    line leaves to the right or the left, and one that ends so."""

    lane: str
    mark: str
    across: str
    crossed: str
    right: str
    left: str
    last_right: str
    last_left: str


_UNICODE = _Signs("│", "●", "─", "┼", "├", "┤", "╰", "╯")
_ASCII = _Signs("|", "*", "-", "+", "+", "+", "'", "'")


def gutter(graph: ComputationalGraph, kept: Sequence[int], *, ascii: bool = False) -> list[str]:
    """What stands beside each of the rows that are kept, all of the same width."""
    signs = _ASCII if ascii else _UNICODE
    operands: dict[int, list[int]] = {}
    last: dict[int, int] = {}
    for edge in graph.edges:
        operands.setdefault(edge.target, []).append(edge.source)
        last[edge.source] = max(last.get(edge.source, 0), edge.target)
    lanes: list[int | None] = []
    found: list[str] = []
    wanted = set(kept)
    for row in range(len(graph.trace.primal)):
        sources = list(dict.fromkeys(operands.get(row, [])))
        at = [lanes.index(source) for source in sources]
        ending = [lane for lane, source in zip(at, sources, strict=True) if last[source] == row]
        free = [i for i, value in enumerate(lanes) if value is None]
        mine = min(ending, default=min(free, default=len(lanes)))
        if mine == len(lanes):
            lanes.append(None)
        if row in wanted:
            found.append(_line(lanes, mine, at, set(ending), signs))
        for lane in ending:
            lanes[lane] = None
        lanes[mine] = row if row in last else None
        while lanes and lanes[-1] is None:
            lanes.pop()
    width = max(map(len, found), default=0)
    return [text.ljust(width) for text in found]


def _line(
    lanes: Sequence[int | None], mine: int, at: Sequence[int], ending: set[int], signs: _Signs
) -> str:
    """The gutter beside a row whose mark is in the lane `mine` and whose operands are in `at`."""
    joined = [*at, mine]
    low, high = min(joined), max(joined)
    out = []
    for i, value in enumerate(lanes):
        inside = low <= i < high
        if i == mine:
            sign = signs.mark
        elif i in at:
            to_right = i < mine
            if i in ending:
                sign = signs.last_right if to_right else signs.last_left
            else:
                sign = signs.right if to_right else signs.left
            if low < i < high:
                sign = signs.crossed
        elif value is not None:
            sign = signs.crossed if low < i < high else signs.lane
        else:
            sign = signs.across if low < i < high else " "
        out.append(sign + (signs.across if inside else " "))
    return "".join(out)
