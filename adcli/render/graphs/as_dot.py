"""Diagrams in DOT, the language of Graphviz."""

from __future__ import annotations

from collections.abc import Sequence

from adcli.render.graphs.diagram import CONSTANT, INPUT, LOOP, RESULT, Diagram

_SHAPES = {
    CONSTANT: "shape=plain",
    INPUT: 'style="rounded,filled" fillcolor="#ddf4ff"',
    RESULT: 'style="rounded,filled" fillcolor="#dafbe1"',
    LOOP: 'style="rounded,filled" fillcolor="#fff8c5"',
}


def write(diagrams: Sequence[Diagram], *, tree: bool = False) -> str:
    """The diagrams as one graph, each in a cluster if there are several; a tree keeps the
    order of its nodes and has its root at the top."""
    lines = ["digraph {", "  node [shape=box style=rounded fontsize=10]", "  edge [fontsize=9]"]
    if tree:
        lines += ["  rankdir=BT", "  ordering=in", "  edge [dir=none]"]
    for i, diagram in enumerate(diagrams):
        several = len(diagrams) > 1
        indent = "    " if several else "  "
        if several:
            lines += [f"  subgraph cluster_{i} {{", f"    label={_quoted(diagram.title)}"]
        name = f"g{i}_" if several else ""
        for node in diagram.nodes:
            text = "\n".join([line.text for line in node.lines])
            shape = f" {_SHAPES[node.kind]}" if node.kind in _SHAPES else ""
            lines.append(f"{indent}{_quoted(name + node.name)} [label={_quoted(text)}{shape}]")
        for arrow in diagram.arrows:
            ends = f"{_quoted(name + arrow.source)} -> {_quoted(name + arrow.target)}"
            label = f" [label={_quoted(arrow.label)}]" if arrow.label else ""
            lines.append(f"{indent}{ends}{label}")
        if several:
            lines.append("  }")
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
