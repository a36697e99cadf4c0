"""Diagrams as SVG: boxes in layers, arrows downwards with their labels beside them.

Invariant: type has 9 pt; no label overlaps a box or another label, and no arrow crosses a box.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from adcli.render import svg_frame
from adcli.render.graphs.diagram import CONSTANT, INPUT, LOOP, RESULT, Diagram, DiagramNode
from adcli.render.graphs.layered_layout import (
    Box,
    Layout,
    Route,
    Size,
    layered,
    upside_down,
)

_LEADING, _PADDING, _MARGIN, _BETWEEN = 12.0, 6.0, 10.0, 36.0
_HEAD = 4.5

_STYLE = """\
.node { fill: #f6f8fa; stroke: #57606a; stroke-width: .7; }
.input { fill: #ddf4ff; stroke: #0969da; }
.result { fill: #dafbe1; stroke: #1a7f37; }
.loop { fill: #fff8c5; stroke: #9a6700; }
.constant { fill: none; stroke: none; }
.head { fill: #57606a; }
@media (prefers-color-scheme: dark) {
  .node { fill: #161b22; stroke: #9198a1; }
  .input { fill: #0c2d4b; stroke: #4493f8; }
  .result { fill: #0f2d1a; stroke: #3fb950; }
  .loop { fill: #332a0b; stroke: #d29922; }
  .constant { fill: none; stroke: none; }
  .head { fill: #9198a1; }
}
"""


class Placed(NamedTuple):
    """A diagram with its layout."""

    diagram: Diagram
    layout: Layout


def placed(diagram: Diagram, *, tree: bool = False) -> Placed:
    """A diagram laid out; a tree keeps the order of its nodes and has its root at the top."""
    numbers = {node.name: i for i, node in enumerate(diagram.nodes)}
    arrows = [(numbers[a.source], numbers[a.target]) for a in diagram.arrows]
    labels = [_label_size(a.label) if a.label else None for a in diagram.arrows]
    layout = layered(list(map(_size, diagram.nodes)), arrows, labels, ordered=tree)
    return Placed(diagram, upside_down(layout) if tree else layout)


def _size(node: DiagramNode) -> Size:
    widest = max([svg_frame.text_width(line.text) for line in node.lines], default=0.0)
    padding = 2.0 if node.kind == CONSTANT else _PADDING
    return Size(widest + 2 * padding, len(node.lines) * _LEADING + padding)


def _label_size(label: str) -> Size:
    return Size(svg_frame.text_width(label), svg_frame.TYPE_SIZE + 2)


def write(diagrams: Sequence[Diagram], *, tree: bool = False) -> str:
    """The diagrams beside each other, each below its title."""
    parts: list[str] = []
    x, height = _MARGIN, 0.0
    for diagram in diagrams:
        found = placed(diagram, tree=tree)
        top = _MARGIN
        if diagram.title:
            top += _LEADING + 6
            title = svg_frame.text(x, _MARGIN + svg_frame.TYPE_SIZE, diagram.title, style="strong")
            parts.append(title)
        parts.append(f'<g transform="translate({x:.2f} {top:.2f})">')
        parts += _drawn(found, heads=not tree)
        parts.append("</g>")
        x += max(found.layout.width, svg_frame.text_width(diagram.title)) + _BETWEEN
        height = max(height, top + found.layout.height)
    about = next((d.title for d in diagrams if d.title), "computational graph")
    return svg_frame.document(x - _BETWEEN + _MARGIN, height + _MARGIN, about, parts, _STYLE)


def _drawn(found: Placed, *, heads: bool) -> list[str]:
    diagram, layout = found
    parts = []
    for arrow, route in zip(diagram.arrows, layout.routes, strict=True):
        told = f"<title>{escape(arrow.told)}</title>" if arrow.told else ""
        parts.append(f'<path class="rule" d="{path(route)}">{told}</path>')
        if heads:
            parts.append(_head(route))
        if route.label is not None:
            box = route.label
            parts.append(
                svg_frame.text(box.x, box.y + svg_frame.TYPE_SIZE, arrow.label, style="quiet")
            )
    for node, box in zip(diagram.nodes, layout.nodes, strict=True):
        parts += _box(node, box)
    return parts


def path(route: Route) -> str:
    """An arrow as a path: straight down through layers, in curves between them."""
    (x, y), *points = route.points
    out = [f"M{x:.2f} {y:.2f}"]
    for i, (nx, ny) in enumerate(points):
        if i % 2 == 0 or nx == x:
            out.append(f"L{nx:.2f} {ny:.2f}")
        else:
            middle = (y + ny) / 2
            out.append(f"C{x:.2f} {middle:.2f} {nx:.2f} {middle:.2f} {nx:.2f} {ny:.2f}")
        x, y = nx, ny
    return " ".join(out)


def _head(route: Route) -> str:
    x, y = route.points[-1]
    half = _HEAD / 2
    points = f"{x:.2f},{y:.2f} {x - half:.2f},{y - _HEAD:.2f} {x + half:.2f},{y - _HEAD:.2f}"
    return f'<polygon class="head" points="{points}"/>'


def _box(node: DiagramNode, box: Box) -> list[str]:
    kinds = {INPUT: "node input", RESULT: "node result", LOOP: "node loop"}
    kind = kinds.get(node.kind, "constant" if node.kind == CONSTANT else "node")
    place = f'x="{box.x:.2f}" y="{box.y:.2f}" width="{box.width:.2f}" height="{box.height:.2f}"'
    parts = [f'<rect class="{kind}" {place} rx="4"/>']
    middle = box.x + box.width / 2
    y = box.y + (box.height - len(node.lines) * _LEADING) / 2 - 3
    for line in node.lines:
        y += _LEADING
        parts.append(svg_frame.text(middle, y, line.text, anchor="middle", style=line.style))
    return parts
