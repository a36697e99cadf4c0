"""Diagrams as Mermaid flowcharts, which GitHub and others draw in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adcli.render.graphs.diagram import CONSTANT, INPUT, LOOP, RESULT, Diagram, DiagramNode

#: What stands around the text of a node of each kind.
_SHAPES = {INPUT: ("([", "])"), CONSTANT: ("(", ")"), RESULT: ("[[", "]]"), LOOP: ("{{", "}}")}

#: What Mermaid or Markdown would take for its own, as entities.
_ENTITIES = {c: f"#{ord(c)};" for c in '"#<>&`*_|{}[]()'}


def write(diagrams: Sequence[Diagram], *, tree: bool = False) -> str:
    """The diagrams as one flowchart, each in a subgraph if there are several; a tree has its root
    at the top."""
    lines = ["flowchart BT" if tree else "flowchart TD"]
    numbered = list(enumerate(diagrams))
    for i, diagram in reversed(numbered):  # Mermaid puts what comes later to the left
        if len(diagrams) == 1:
            lines += [f"  {line}" for line in _lines(diagram, "")]
        else:
            lines += [f'  subgraph s{i}["{_text(diagram.title)}"]']
            lines += ["    direction BT"] * tree
            lines += [f"    {line}" for line in _lines(diagram, f"g{i}_")]
            lines += ["  end"]
    return "\n".join(lines) + "\n"


def _lines(diagram: Diagram, prefix: str) -> Iterator[str]:
    for node in diagram.nodes:
        before, after = _SHAPES.get(node.kind, ("[", "]"))
        yield f'{prefix}{node.name}{before}"{_words(node)}"{after}'
    for arrow in diagram.arrows:
        label = f'|"{_text(arrow.label)}"|' if arrow.label else ""
        yield f"{prefix}{arrow.source} -->{label} {prefix}{arrow.target}"


def _words(node: DiagramNode) -> str:
    return "<br/>".join([_text(line.text) for line in node.lines])


def _text(text: str) -> str:
    return "".join([_ENTITIES.get(c, c) for c in text])
