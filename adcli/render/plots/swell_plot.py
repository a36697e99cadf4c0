"""The plot of expression swell: operations over the integer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.render.plots.figure import Axis, Figure, Line, Mark

if TYPE_CHECKING:
    from adcli.backends.expression_swell import SwellRow

#: From here on the axis of operations is logarithmic.
_LARGE = 200

#: Fewer rows show no growth.
FEWEST = 3


def swell_figure(parameter: str, rows: Sequence[SwellRow]) -> Figure:
    """How the operations of formulas and of derivative programs grow."""
    counts = {
        "derivative": [row.derivative.operations for row in rows],
        "simplified": [row.simplified.operations for row in rows],
        "graph": [row.graph for row in rows],
        "forward mode": [row.forward for row in rows],
        "reverse mode": [row.reverse for row in rows],
    }
    lines: dict[tuple[int, ...], str] = {}
    for label, numbers in counts.items():
        same = tuple(numbers)
        lines[same] = f"{lines[same]}, {label}" if same in lines else label
    marks: list[Mark] = [
        Line([(row.number, n) for row, n in zip(rows, numbers, strict=True)], label, series)
        for series, (numbers, label) in enumerate(lines.items())
    ]
    most = max([n for numbers in counts.values() for n in numbers])
    ends = rows[0].number, rows[-1].number
    return Figure(
        "operations",
        Axis(parameter, limits=ends, whole=True),
        Axis("", logarithmic=most > _LARGE),
        marks,
        f"operations of the derivative grow to {most:,}",
    )
