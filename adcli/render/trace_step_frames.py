"""A trace one row after the other: frames for a terminal, each with the rows that have been seen.

Invariant: a frame has as many columns and lines as the terminal at most, and rows stand where they
stand when all are shown.  Steps come in the order of execution: primal rows with their tangents
downwards, then adjoint rows with their tangents upwards.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.render.terminal import styled
from adcli.render.text_width_and_wrapping import shortened
from adcli.render.trace_table import STYLES, Drawing, Place
from adcli.trace.evaluation_traces import FORWARD, Trace
from adcli.trace.row_selection import Choice

_KEYS = "space or → next   ← back   home, end   q quit"
_ASCII_KEYS = "space: next   b: back   home, end   q: quit"

#: Lines of a frame that are no rows: the title, its rule, and the keys.
_FRAME = 4


class Steps:
    """The steps through the traces of a run, and a frame for each number of them."""

    def __init__(
        self,
        traces: Sequence[Trace],
        digits: int | None,
        choice: Choice,
        *,
        ascii: bool,
        dual: bool,
    ) -> None:
        self.drawing = Drawing(traces, digits, choice, ascii, exact=False, dual=dual)
        self.keys = _ASCII_KEYS if ascii else _KEYS
        halves = self.drawing.words.halves
        upwards = [False, *[t.mode != FORWARD for t in traces]] if not dual else [False, False]
        self.groups = [
            *self._groups([h for h, up in enumerate(upwards) if not up], down=True),
            *self._groups([h for h, up in enumerate(upwards) if up], down=False),
        ]
        assert len(upwards) == len(halves)

    def _groups(self, halves: Sequence[int], *, down: bool) -> list[list[Place]]:
        """Places of equations that are shown together, one of each half."""
        all_halves = self.drawing.words.halves
        found = []
        for row in range(len(self.drawing.words.kept)) if halves else ():
            most = max([len(all_halves[h].rows[row]) for h in halves])
            for k in range(most):
                found.append([(h, row, k) for h in halves if k < len(all_halves[h].rows[row])])
        return found if down else found[::-1]

    def __len__(self) -> int:
        return len(self.groups)

    def frame(self, count: int, columns: int, lines: int) -> str:
        """The first so many steps, the last of them highlighted, with colours for a terminal."""
        seen = {step for group in self.groups[:count] for step in group}
        current = set(self.groups[count - 1])
        drawn = self.drawing.lines(columns, seen, current)
        head, body = drawn[:2], drawn[2:]
        room = max(1, lines - _FRAME)
        at = next((i for i, line in enumerate(body) if any(s == "current" for _, s in line)), 0)
        first = max(0, min(at - room // 2, len(body) - room))
        where = f"step {count} of {len(self)}   {self.keys}"
        shown = [*head, *body[first : first + room], [], [(shortened(where, columns), "quiet")]]
        return "\n".join([styled([(t, STYLES[s]) for t, s in line]) for line in shown])
