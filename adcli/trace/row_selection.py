"""Which rows of a trace are shown: by line, by iteration of a loop, and how many at most.

Invariant: rows that belong to no line of the program, those of inputs and results, are always
among them, and the order is that of the trace.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from adcli.engines.straight_line_recording import Place
from adcli.trace.evaluation_traces import Trace

#: The last iteration of a loop.
LAST = -1


class Choice(NamedTuple):
    """The rows that are asked for; None means all.

    `lines` are ranges of lines, both ends included.  `iterations` are ranges of the numbers of
    iterations, counted from 0, `LAST` being the last; a row is shown if all loops around it are in
    such an iteration.  `limit` is how many rows there may be: the middle is left out.
    """

    lines: list[tuple[int, int]] | None = None
    iterations: list[tuple[int, int]] | None = None
    limit: int | None = None


#: No choice: all rows.
EVERYTHING = Choice()


def shown(trace: Trace, choice: Choice) -> list[int]:
    """The indices of the primal rows that are wanted."""
    rows = _wanted(trace, choice)
    limit = choice.limit
    if limit is None or len(rows) <= limit:
        return rows
    tail = limit // 2
    return [*rows[: limit - tail], *rows[len(rows) - tail :]]


def chosen(trace: Trace, choice: Choice) -> bool:
    """Whether there are operations among the rows that are wanted."""
    return any(trace.primal[i].target in trace.places for i in _wanted(trace, choice))


def _wanted(trace: Trace, choice: Choice) -> list[int]:
    """The rows of the lines and iterations, however many."""
    last: dict[int, int] = {}
    for place in trace.places.values():
        for one in place.iterations:
            last[one.loop] = max(one.number, last.get(one.loop, 0))
    return [
        i
        for i, step in enumerate(trace.primal)
        if _is_wanted(trace.places.get(step.target), choice, last)
    ]


def _is_wanted(place: Place | None, choice: Choice, last: dict[int, int]) -> bool:
    if place is None:
        return True
    line = None if place.span is None else place.span.line
    if choice.lines is not None and (line is None or not _is_in(line, choice.lines, None)):
        return False
    return choice.iterations is None or all(
        [_is_in(t.number, choice.iterations, last[t.loop]) for t in place.iterations]
    )


def _is_in(number: int, ranges: Iterable[tuple[int, int]], last: int | None) -> bool:
    for first, end in ranges:
        if last is not None:
            first, end = (last if n == LAST else n for n in (first, end))
        if first <= number <= end:
            return True
    return False
