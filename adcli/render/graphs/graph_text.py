"""Graphs for terminals and pipes: rows with a gutter of branches, and trees side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adcli.render.graphs.gutter import gutter
from adcli.render.number_format import for_pipe
from adcli.render.text_width_and_wrapping import cell_width, pad, shortened
from adcli.render.trace_notation import Notation
from adcli.trace import evaluation_traces
from adcli.trace.computational_graph import ComputationalGraph
from adcli.trace.row_selection import Choice, shown

_GAP = "    "


def graph_lines(
    graph: ComputationalGraph,
    beside: Sequence[evaluation_traces.Trace],
    notation: Notation,
    *,
    limit: int | None = None,
    columns: int | None = None,
    values: bool = True,
) -> Iterator[str]:
    """A line for each row: its gutter, formula, value and derivatives."""
    rows = graph.trace.primal
    kept = shown(graph.trace, Choice(limit=limit))
    branches = gutter(graph, kept, ascii=notation.ascii)
    totals = [(trace, trace.totals()) for trace in beside]

    def number(value: float) -> str:
        is_exact = columns is None
        return for_pipe(value, notation.digits) if is_exact else notation.number(value)

    cells = []
    for i in kept:
        step = rows[i]
        found = [notation.name(step.target), f"= {notation.formula(step.formula)}"]
        if values:
            found.append(f"= {number(step.value)}")
        for trace, total in totals:
            amount = total[i]
            name = notation.name(step.target + trace.mark)
            found.append("" if amount is None else f"{name} = {number(amount)}")
        cells.append(found)
    widths = [max(map(cell_width, column)) for column in zip(*cells, strict=True)]
    before = -1
    for i, branch, row in zip(kept, branches, cells, strict=True):
        if i > before + 1:
            yield f"... {i - before - 1:,} rows left out ..."
        before = i
        words = " ".join([pad(cell, width) for cell, width in zip(row, widths, strict=True)])
        line = f"{branch} {words}".rstrip()
        yield line if columns is None else shortened(line, columns)


def side_by_side(blocks: Sequence[tuple[str, Sequence[str]]], columns: int | None) -> Iterator[str]:
    """Blocks of lines below their titles: beside each other, or below if there is no room."""
    blocks = [(title, [title, *lines]) for title, lines in blocks]
    widths = [max(map(cell_width, lines)) for _, lines in blocks]
    if columns is not None and sum(widths) + len(_GAP) * (len(blocks) - 1) > columns:
        for i, (_, lines) in enumerate(blocks):
            yield from [""] * bool(i)
            yield from [shortened(line, columns) for line in lines]
        return
    for i in range(max([len(lines) for _, lines in blocks], default=0)):
        row = [
            pad(lines[i] if i < len(lines) else "", width)
            for (_, lines), width in zip(blocks, widths, strict=True)
        ]
        yield _GAP.join(row).rstrip()
