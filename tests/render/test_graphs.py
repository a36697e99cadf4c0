"""Graphs: what is drawn is the computation, nothing overlaps, and each format is well formed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from adcli.cli.point_reading import read_point
from adcli.loading import load
from adcli.nested_lists import entry_names, flatten
from adcli.program import Program
from adcli.render.graphs.as_dot import write as dot
from adcli.render.graphs.as_mermaid import write as mermaid
from adcli.render.graphs.as_svg import Placed, placed
from adcli.render.graphs.as_svg import write as svg
from adcli.render.graphs.expression_tree import tree_diagram, tree_lines
from adcli.render.graphs.graph_text import graph_lines
from adcli.render.graphs.layered_layout import Box, Size, layered
from adcli.render.graphs.trace_diagram import trace_diagram
from adcli.render.trace_notation import Notation
from adcli.trace.computational_graph import ComputationalGraph, computational_graph

Golden = Callable[[str, str], None]

ROOT = Path(__file__).parents[2]
SAMPLES = [
    "baydin",
    "collatz",
    "four_routes",
    "helmholtz",
    "hinge",
    "horner",
    "kepler",
    "logistic",
    "newton",
    "piecewise",
    "polar",
    "rosenbrock",
    "speelpenning",
]


def sample(name: str) -> tuple[Program, dict[str, Any]]:
    (path,) = (ROOT / "samples").glob(f"{name}.*")
    (point,) = re.findall("^# at: (.*)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return load(str(path)), dict(read_point([point], str))


def drawn_program(seed: int) -> tuple[Program, dict[str, Any]]:
    """An expression of 5 to 40 operations on three inputs, whose parts are used again and again."""
    rng = random.Random(seed)
    parts = ["x", "y", "z"]
    for _ in range(rng.randrange(5, 40)):
        a, b = rng.choice(parts[-8:]), rng.choice(parts)
        made = rng.choice([f"({a} + {b})", f"({a} * {b})", f"sin({a})", f"({a} - 2.5)", f"{a}^2"])
        parts.append(made if len(made) < 300 else f"cos({rng.choice(parts[:6])})")
    f = load(" + ".join(parts[-3:]))
    return f, {n: v for n, v in {"x": 0.5, "y": -1.25, "z": 2.0}.items() if n in f.inputs}


def graph_of(f: Program, point: dict[str, Any], mode: str = "reverse") -> ComputationalGraph:
    return computational_graph(f.trace(point, mode=mode))


def diagram_of(graph: ComputationalGraph, *, unroll: bool = False) -> Placed:
    notation = Notation(graph.trace.symbols)
    return placed(trace_diagram(graph, [graph.trace], notation, unroll=unroll))


def overlaps(found: Placed) -> list[str]:
    """Boxes and labels that overlap, and arrows that run through a box or another's label."""
    boxes = [("node " + n.name, b) for n, b in zip(*found_nodes(found), strict=True)]
    arrows = list(zip(found.diagram.arrows, found.layout.routes, strict=True))
    boxes += [(f"label {i}", r.label) for i, (_, r) in enumerate(arrows) if r.label is not None]
    wrong = [
        f"{a} on {b}"
        for i, (a, first) in enumerate(boxes)
        for b, second in boxes[:i]
        if first.x < second.x + second.width
        and second.x < first.x + first.width
        and first.y < second.y + second.height
        and second.y < first.y + first.height
    ]
    for i, (arrow, route) in enumerate(arrows):
        own = {f"node {arrow.source}", f"node {arrow.target}", f"label {i}"}
        points = list(_along(route.points))
        wrong += [
            f"arrow {arrow.source} to {arrow.target} through {name}"
            for name, box in boxes
            if name not in own and any(_inside(point, box) for point in points)
        ]
    return wrong


def found_nodes(found: Placed) -> tuple[Any, Any]:
    return found.diagram.nodes, found.layout.nodes


def _along(points: tuple[tuple[float, float], ...]) -> Iterator[tuple[float, float]]:
    """Points of an arrow: of its straight parts and of the curves between layers."""
    for i in range(len(points) - 1):
        (x, y), (u, v) = points[i : i + 2]
        for k in range(9):
            t = k / 8
            ease = t * t * (3 - 2 * t) if i % 2 else t
            yield x + (u - x) * ease, y + (v - y) * t


def _inside(point: tuple[float, float], box: Box) -> bool:
    x, y = point
    return box.x < x < box.x + box.width and box.y < y < box.y + box.height


@pytest.mark.parametrize(
    "unroll", [False, pytest.param(True, marks=pytest.mark.slow("hundreds of nodes"))]
)
@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_overlaps_in_samples(name: str, unroll: bool) -> None:
    assert overlaps(diagram_of(graph_of(*sample(name)), unroll=unroll)) == []


@pytest.mark.slow("20 graphs are drawn")
@pytest.mark.parametrize("seed", range(20))
def test_nothing_overlaps_in_drawn_programs(seed: int) -> None:
    assert overlaps(diagram_of(graph_of(*drawn_program(seed)))) == []


def test_a_drawing_with_overlaps_is_noticed() -> None:
    """The check sees a box that is moved onto its neighbour."""
    found = diagram_of(graph_of(*sample("baydin")))
    first, second, *rest = found.layout.nodes
    moved = found.layout._replace(nodes=(first, second._replace(x=first.x, y=first.y), *rest))
    assert overlaps(found._replace(layout=moved))


@pytest.mark.slow("all paths of a graph")
@pytest.mark.parametrize("case", [*SAMPLES[:1], "helmholtz", "rosenbrock", 3, 7])
def test_paths_give_the_gradient(case: str | int) -> None:
    """The sum over all paths of the products of their partials is the derivative."""
    f, point = sample(case) if isinstance(case, str) else drawn_program(case)
    graph = graph_of(f, point)
    rows = graph.trace.primal
    adjoints = [0.0] * len(rows)
    adjoints[-1] = 1.0
    for edge in sorted(graph.edges, key=lambda e: -e.target):
        factor = 1.0 if edge.partial is None else edge.value
        assert factor is not None
        adjoints[edge.source] += adjoints[edge.target] * factor
    wanted = {
        entry: number
        for name, value in f.gradient(**point).items()
        for entry, number in zip(entry_names(name, value), flatten(value), strict=True)
    }
    found = {row.target: a for row, a in zip(rows, adjoints, strict=True) if row.target in wanted}
    assert found == pytest.approx(wanted, rel=1e-12)


def test_layouts_of_odd_graphs() -> None:
    """None, one node, two apart, and one arrow twice."""
    size = Size(10, 10)
    assert layered([], [], []).nodes == ()
    assert len(layered([size], [], []).nodes) == 1
    a, b = layered([size, size], [], []).nodes
    assert (a.x, a.y) != (b.x, b.y)
    twice = layered([size, size], [(0, 1), (0, 1)], [size, size])
    first, second = [route.label for route in twice.routes]
    assert first is not None
    assert second is not None
    assert abs(first.x - second.x) >= first.width


def test_gutters_as_they_are(golden: Golden) -> None:
    """For people with Unicode and without."""
    for name in ("baydin", "rosenbrock", "logistic"):
        graph = graph_of(*sample(name))
        text = ""
        for ascii in (False, True):
            notation = Notation(graph.trace.symbols, ascii=ascii)
            lines = graph_lines(graph, [graph.trace], notation, columns=100)
            text += "".join([f"{line}\n" for line in lines]) + "\n"
        golden(f"graph-{name}.txt", text)


def test_trees_stand_with_their_root_at_the_top() -> None:
    """A parent is above its operands, which keep their order; no two branches cross."""
    node = next(iter(load("sin(x)^2*(y - 3)").formulas(order=0, effort="none").named()))[1].node
    diagram = tree_diagram(node, "f")
    found = placed(diagram, tree=True)
    assert overlaps(found) == []
    places = dict(zip([n.name for n in diagram.nodes], found.layout.nodes, strict=True))
    for arrow in diagram.arrows:
        assert places[arrow.target].y < places[arrow.source].y
    assert next(tree_lines(node)) == "×"
    by_parent: dict[str, list[float]] = {}
    for arrow in diagram.arrows:
        by_parent.setdefault(arrow.target, []).append(places[arrow.source].x)
    assert all(xs == sorted(xs) for xs in by_parent.values())


def test_formats_are_well_formed() -> None:
    """SVG is XML with type of 8 pt or more; DOT and Mermaid have a line for each node and arrow."""
    f = load("a_b*x")
    graph = graph_of(f, {"a_b": 2.0, "x": 3.0})
    diagram = trace_diagram(graph, [graph.trace], Notation(graph.trace.symbols), title='<"&')
    root = ElementTree.fromstring(svg([diagram]))
    sizes = [float(t.attrib["font-size"]) for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert min(sizes) >= 8
    assert len(re.findall(r"\[label=", dot([diagram]))) == len(diagram.nodes) + 2
    assert mermaid([diagram]).count("-->") == len(diagram.arrows)
    two = [diagram, diagram]
    assert dot(two).count("subgraph") == mermaid(two).count("subgraph") == 2
    assert mermaid(two, tree=True).count("direction BT") == 2


def test_partial_derivatives_are_written_as_people_do() -> None:
    """2 x, not 2 x^(2 - 1)."""
    graph = graph_of(load("x^2"), {"x": 3.0})
    labels = trace_diagram(graph, [], Notation(graph.trace.symbols)).arrows
    assert any("2 × v₀" in arrow.told and "^" not in arrow.told for arrow in labels)
