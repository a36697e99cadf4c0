"""`adcli graph`: the computational graph of a program, or the trees of a formula and of its
derivative."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import click

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.point_reading import Point
from adcli.cli.reply import Page, Reply
from adcli.engines.interface import Limits
from adcli.errors import LimitError, UsageError
from adcli.program import Program
from adcli.trace.computational_graph import ComputationalGraph, computational_graph, open_trace
from adcli.trace.evaluation_traces import FORWARD, RESULT, REVERSE, Symbol, Trace

if TYPE_CHECKING:
    from adcli.expr import Expr
    from adcli.render.graphs.diagram import Diagram

SVG, DOT, MERMAID = "svg", "dot", "mermaid"

#: A terminal shows this many rows; a picture has no more boxes than this.
_ROWS, _MOST = 40, 3000

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
nodes?: [{
    name: text
    operation: text
    formula: text
    value: number
    tangent?: number
    adjoint?: number
    span: span | null
}]
edges?: [{from: text, to: text, partial: number, formula: text | null}]
trees?: [{name: text, tree: any}]  # a name, a number, or a list of an operation and its operands
"""


@command(formats=(SVG, DOT, MERMAID), fields=_FIELDS)
@options.program_and_point
@options.wrt_option
@click.option("--tangents", is_flag=True, help="Write the tangent of each node, along --wrt.")
@click.option("--adjoints", is_flag=True, help="Write the adjoint of each node.")
@click.option(
    "--of",
    "result",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Take adjoints from the N-th result.",
)
@click.option("--unroll", is_flag=True, help="Draw the operations of loops, not a box for each.")
@click.option(
    "--expression-tree",
    is_flag=True,
    help="Draw the tree of the formula and that of its derivative, as symbolic differentiation "
    "has them.",
)
@options.trace_limit_options
@options.digits_option
def reply(
    f: Program,
    point: Point,
    wrt: list[str] | None,
    tangents: bool,
    adjoints: bool,
    result: int,
    unroll: bool,
    expression_tree: bool,
    limits: Limits,
) -> Reply:
    """Draw the computational graph of PROGRAM: values on nodes, partial derivatives on edges.

    Each operation that ran is a node.  In the terminal it is a row, and branches in the gutter lead
    from each value to the rows that read it.  In a picture inputs and constants are drawn beside
    each use, and a loop is a box.  Without --at an expression is drawn with its partial derivatives
    as formulas.

    \b
    adcli graph "sin(x1)+x1*x2" --at x1=2,x2=5 --adjoints
    adcli graph "sin(x1)+x1*x2" --at x1=2,x2=5 --adjoints -o graph.svg
    adcli graph "x*sin(x)" --expression-tree
    """
    if expression_tree:
        if tangents or adjoints or unroll:
            raise UsageError("--expression-tree draws formulas, which have no runs to be drawn")
        return _trees(f, point, wrt)
    has_values = bool(point) or not f.inputs
    if not has_values and (tangents or adjoints):
        raise UsageError("tangents and adjoints need a point", hint="give one with --at")

    def traced(mode: str) -> Trace:
        return f.trace(point, mode=mode, wrt=wrt, result=result - 1, limits=limits)

    if has_values:
        modes = [FORWARD] * tangents + [REVERSE] * adjoints
        beside = [traced(mode) for mode in modes]
        trace = beside[0] if beside else traced(REVERSE if result > 1 else FORWARD)
    else:
        beside, trace = [], open_trace(f.module)
    drawn = _Graph(computational_graph(trace), beside, has_values, unroll, _title(f, point))
    return Reply(
        drawn.fields,
        drawn.text,
        notes=trace.notes,
        formats={name: drawn.format(name) for name in (SVG, DOT, MERMAID)},
    )


def _title(f: Program, point: Point) -> str:
    from adcli.render.tables.trace import point_text
    from adcli.source import EXPRESSION

    program = f.source.text.strip() if f.source.name == EXPRESSION else f.source.name
    where = point_text(point)
    title = f"{program} at {where}" if where else program
    return title if len(title) < 80 else program


class _Graph(NamedTuple):
    """A graph, the traces whose derivatives its nodes have, and how it is drawn."""

    graph: ComputationalGraph
    beside: list[Trace]
    has_values: bool
    unroll: bool
    title: str

    def symbols(self) -> dict[str, Symbol]:
        """What the variables of the graph and of its derivatives are called."""
        found = dict(self.graph.trace.symbols)
        for trace in self.beside:
            found |= trace.symbols
        return found

    def text(self, page: Page) -> Iterator[str]:
        from adcli.render.graphs.graph_text import graph_lines
        from adcli.render.trace_notation import Notation

        notation = Notation(self.symbols(), page.digits, ascii=page.ascii)
        limit = _ROWS if page.is_terminal else None
        yield from graph_lines(
            self.graph,
            self.beside,
            notation,
            limit=limit,
            columns=page.columns,
            values=self.has_values,
        )

    def format(self, name: str) -> Callable[[Page], str]:
        def written(page: Page) -> str:
            return _drawn([self.diagram(page)], name)

        return written

    def diagram(self, page: Page) -> Diagram:
        from adcli.render.graphs.trace_diagram import trace_diagram
        from adcli.render.trace_notation import Notation

        found = trace_diagram(
            self.graph,
            self.beside,
            Notation(self.symbols(), page.digits),
            unroll=self.unroll,
            values=self.has_values,
            title=self.title,
        )
        if len(found.nodes) > _MOST:
            raise LimitError(
                f"a picture of {len(found.nodes):,} nodes is too large: {_MOST:,} are the most",
                hint=None if not self.unroll else "without --unroll a loop is one node",
            )
        return found

    def fields(self, page: Page) -> Mapping[str, object]:
        from adcli.render.graphs.graph_json import graph_fields
        from adcli.render.trace_notation import Notation

        rows = self.graph.trace.primal
        values = [row.value for row in rows if row.operation == RESULT] if self.has_values else []
        found = graph_fields(self.graph, self.beside, Notation(self.symbols(), page.digits))
        return {
            "backend": self.beside[0].mode if len(self.beside) == 1 else None,
            "engine": "interpreter" if self.has_values else None,
            "value": values[0] if len(values) == 1 else values or None,
            **found,
        }


# -- trees -----------------------------------------------------------------------------------------


def _trees(f: Program, point: Point, wrt: list[str] | None) -> Reply:
    """The tree of the formula beside those of its derivatives, by the rules of calculus alone."""
    formula = f.formulas(point, order=0, effort="none")
    derived = f.formulas(point, wrt=wrt, effort="none")
    named = [("f", part.node) for _, part in formula.named()]
    named += [(f"∂f/∂{head}" if head else "f'", part.node) for head, part in derived.named()]
    return Reply(
        lambda _: {"backend": "symbolic", "engine": None, "value": None, **_tree_fields(named)},
        lambda page: _tree_text(named, page),
        formats={name: _tree_format(named, name) for name in (SVG, DOT, MERMAID)},
    )


def _tree_text(named: list[tuple[str, Expr]], page: Page) -> Iterator[str]:
    from adcli.render.graphs.expression_tree import tree_lines
    from adcli.render.graphs.graph_text import side_by_side

    _check(named)
    blocks = [(title, list(tree_lines(node, ascii=page.ascii))) for title, node in named]
    yield from side_by_side(blocks, page.columns)


def _tree_format(named: list[tuple[str, Expr]], format: str) -> Callable[[Page], str]:
    def written(_: Page) -> str:
        from adcli.render.graphs.expression_tree import tree_diagram

        _check(named)
        return _drawn([tree_diagram(node, title) for title, node in named], format, tree=True)

    return written


def _tree_fields(named: list[tuple[str, Expr]]) -> dict[str, object]:
    from adcli.render.graphs.expression_tree import nested

    _check(named)
    return {"trees": [{"name": title, "tree": nested(node)} for title, node in named]}


def _check(named: list[tuple[str, Expr]]) -> None:
    from adcli.render.graphs.expression_tree import size

    if any(size(node, _MOST) > _MOST for _, node in named):
        raise LimitError(f"a tree of more than {_MOST:,} nodes is too large to be drawn")


def _drawn(diagrams: list[Diagram], format: str, *, tree: bool = False) -> str:
    from importlib import import_module

    writer = import_module(f"adcli.render.graphs.as_{format}")
    text: str = writer.write(diagrams, tree=tree)
    return text
