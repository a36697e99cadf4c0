"""Diagrams: nodes with words and arrows between them, as data for all formats of graphs."""

from __future__ import annotations

from typing import NamedTuple

#: What a node is; formats draw each kind in its own way.
INPUT, CONSTANT, OPERATION, RESULT, LOOP = "input", "constant", "operation", "result", "loop"


class Words(NamedTuple):
    """A line of a node: its text, and whether it is about the primal or a derivative."""

    text: str
    style: str = ""


class DiagramNode(NamedTuple):
    """A node: its name in the diagram, its kind, and its lines."""

    name: str
    kind: str
    lines: tuple[Words, ...]


class Arrow(NamedTuple):
    """An arrow from an operand to what is computed with it; `label` stands beside it, and `told` is
    what a reader learns by pointing at it."""

    source: str
    target: str
    label: str = ""
    told: str = ""


class Diagram(NamedTuple):
    """Nodes and arrows in the order of computation, below a title."""

    title: str
    nodes: tuple[DiagramNode, ...]
    arrows: tuple[Arrow, ...]
