"""The diagram of a run's computational graph.

Inputs and constants are drawn again beside each use, since arrows to them from far away would hide
the computation.  A loop is one box, unless it is unrolled.

Invariant: each arrow between operations is one local partial derivative; arrows from and to the box
of a loop have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adcli.expr import Num
from adcli.render.graphs.diagram import (
    CONSTANT,
    INPUT,
    LOOP,
    OPERATION,
    RESULT,
    Arrow,
    Diagram,
    DiagramNode,
    Words,
)
from adcli.render.text_width_and_wrapping import shortened
from adcli.render.trace_notation import Notation
from adcli.trace import evaluation_traces
from adcli.trace.computational_graph import ComputationalGraph, Edge, partial_formula

#: The longest label of an arrow, and the longest line of a node.
_LABEL, _LINE = 20, 40


def trace_diagram(
    graph: ComputationalGraph,
    beside: Sequence[evaluation_traces.Trace],
    notation: Notation,
    *,
    unroll: bool = False,
    values: bool = True,
    title: str = "",
) -> Diagram:
    """The diagram of a graph; nodes have the tangents or adjoints of the traces `beside`."""
    return _Maker(graph, beside, notation, unroll=unroll, values=values).diagram(title)


class _Maker:
    def __init__(
        self,
        graph: ComputationalGraph,
        beside: Sequence[evaluation_traces.Trace],
        notation: Notation,
        *,
        unroll: bool,
        values: bool,
    ) -> None:
        self.graph = graph
        self.rows = graph.trace.primal
        self.notation = notation
        self.beside = [(trace, trace.totals()) for trace in beside]
        self.values = values
        self.loops = {} if unroll else dict(self._folded())
        self.leaves: dict[str, DiagramNode] = {}
        self.users: dict[int, list[int]] = {}
        for edge in graph.edges:
            self.users.setdefault(edge.source, []).append(edge.target)

    def _folded(self) -> Iterator[tuple[int, int]]:
        """For each row in a loop the first row of that loop's run, whose box it is in."""
        places = self.graph.trace.places
        first: int | None = None
        before: tuple[object, ...] = ()
        for i, step in enumerate(self.rows):
            place = places.get(step.target)
            if place is None or not place.iterations:
                first = None
                continue
            here = (place.iterations[0].loop, place.calls[:1])
            if first is None or here != before:
                first, before = i, here
            yield i, first

    def diagram(self, title: str) -> Diagram:
        nodes = [self._node(i) for i in self._own_rows()]
        arrows: list[Arrow] = []
        for edge in self.graph.edges:
            arrows += self._arrow(edge)
        for literal in self.graph.literals:
            if literal.target not in self.loops:
                text = self.notation.formula(Num(literal.value))
                leaf = self._leaf(CONSTANT, (Words(text),), f"c{literal.argument}", literal.target)
                arrows.append(Arrow(leaf, self._name(literal.target)))
        order = {node.name: i for i, node in enumerate(nodes)}
        arrows.sort(key=lambda arrow: order[arrow.target])
        return Diagram(title, (*self.leaves.values(), *nodes), tuple(dict.fromkeys(arrows)))

    def _own_rows(self) -> Iterator[int]:
        """The rows that have a node of their own; a folded loop has one."""
        for i, step in enumerate(self.rows):
            if step.operation != evaluation_traces.INPUT and self.loops.get(i, i) == i:
                yield i

    def _name(self, row: int) -> str:
        return f"n{self.loops.get(row, row)}"

    def _node(self, row: int) -> DiagramNode:
        if row in self.loops:
            return self._loop(row)
        step = self.rows[row]
        kind = RESULT if step.operation == evaluation_traces.RESULT else OPERATION
        notation = self.notation
        formula = f"{notation.name(step.target)} = {notation.formula(step.formula)}"
        return DiagramNode(f"n{row}", kind, (Words(shortened(formula, _LINE)), *self._numbers(row)))

    def _numbers(self, row: int) -> Iterator[Words]:
        """The value of a row, and its derivatives."""
        if not self.values:
            return
        notation, step = self.notation, self.rows[row]
        yield Words(f"= {notation.number(step.value)}", "strong")
        for trace, totals in self.beside:
            total = totals[row]
            if total is not None:
                name = notation.name(step.target + trace.mark)
                yield Words(f"{name} = {notation.number(total)}", "derived")

    def _loop(self, first: int) -> DiagramNode:
        rows = [i for i, box in self.loops.items() if box == first]
        places = [self.graph.trace.places[self.rows[i].target] for i in rows]
        numbers = {place.iterations[0].number for place in places}
        span = places[0].span
        line = f"loop in line {span.line}: " if span is not None else "loop: "
        head = f"{line}{len(numbers)} {'iteration' if len(numbers) == 1 else 'iterations'}"
        out = [i for i in rows if any(self.loops.get(t) != first for t in self.users.get(i, ()))]
        lines = [Words(head), Words(f"{len(rows)} operations", "quiet")]
        for i in out:
            name = self.notation.name(self.rows[i].target)
            value, *others = [*self._numbers(i)] or [Words("")]
            lines += [Words(f"{name} {value.text}".strip(), "strong"), *others]
        return DiagramNode(f"n{first}", LOOP, tuple(lines))

    def _arrow(self, edge: Edge) -> Iterator[Arrow]:
        source, target = self._name(edge.source), self._name(edge.target)
        if source == target:
            return
        if self.rows[edge.source].operation == evaluation_traces.INPUT:
            # an operation that takes an input twice has it beside each place, a loop once
            place = "" if edge.target in self.loops else f"a{edge.argument}"
            source = self._leaf(
                INPUT, self._input(edge.source), f"i{edge.source}{place}", edge.target
            )
        if edge.target in self.loops or edge.partial is None:
            yield Arrow(source, target)
            return
        formula = partial_formula(edge, self.graph.trace)
        assert formula is not None
        said = self.notation.formula(formula)
        number = "" if edge.value is None else self.notation.number(edge.value)
        label = number if self.values else said
        names = [self.notation.name(self.rows[i].target) for i in (edge.target, edge.source)]
        told = f"∂{names[0]}/∂{names[1]} = {said}" + (f" = {number}" if self.values else "")
        yield Arrow(source, target, shortened(label, _LABEL), told)

    def _input(self, row: int) -> tuple[Words, ...]:
        step = self.rows[row]
        text = f"{self.notation.name(step.target)} = {self.notation.formula(step.formula)}"
        return (Words(text), *self._numbers(row))

    def _leaf(self, kind: str, lines: tuple[Words, ...], key: str, target: int) -> str:
        """A leaf beside the row that uses it."""
        name = f"{key}_{self._name(target)}"
        self.leaves.setdefault(name, DiagramNode(name, kind, lines))
        return name
