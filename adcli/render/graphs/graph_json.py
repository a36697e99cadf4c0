"""Computational graphs as fields for JSON."""

from __future__ import annotations

from collections.abc import Sequence

from adcli.render.trace_json import plain_name, span_data
from adcli.render.trace_notation import Notation
from adcli.trace.computational_graph import ComputationalGraph, partial_formula
from adcli.trace.evaluation_traces import FORWARD, Trace


def graph_fields(
    graph: ComputationalGraph, beside: Sequence[Trace], notation: Notation
) -> dict[str, object]:
    """`nodes` and `edges`; nodes refer to each other by plain names such as `v-1` and `v5`."""
    trace = graph.trace
    totals = [(each.mode, each.totals()) for each in beside]
    names = [plain_name(trace.symbols[step.target]) for step in trace.primal]
    nodes = [
        {
            "name": names[i],
            "operation": step.operation,
            "formula": notation.formula(step.formula),
            "value": None if step.value != step.value else step.value,
            **{
                "tangent" if mode == FORWARD else "adjoint": derivatives[i]
                for mode, derivatives in totals
            },
            "span": span_data(step.span),
        }
        for i, step in enumerate(trace.primal)
    ]
    edges = []
    for edge in graph.edges:
        partial = partial_formula(edge, trace)
        edges.append(
            {
                "from": names[edge.source],
                "to": names[edge.target],
                "partial": None if edge.value != edge.value else edge.value,
                "formula": None if partial is None else notation.formula(partial),
            }
        )
    return {"nodes": nodes, "edges": edges}
