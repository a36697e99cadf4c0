"""Expression swell: how a formula and its derivative grow with an integer input, and what does not.

Invariant: the three formulas of a row are those of `adcli.backends.formulas_with_derivations`: the
program's result, simplified; the derivative of that by the bare rules; and that simplified.  The
other counts are of the program as it stands: the nodes of the graph that shares what is equal, for
value and derivative together, and the operations of forward and reverse mode.

Baydin, Pearlmutter, Radul & Siskind (2018), Table 1; Griewank & Walther, *Evaluating Derivatives*,
section 1.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from adcli.backends.formulas_with_derivations import DerivedFormula, Request, formulas
from adcli.backends.symbolic import unfolded
from adcli.engines.interface import Limits
from adcli.expr import App, Expr, Num, Var, postorder
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, REAL
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.primitive import BOOL as TRUTH
from adcli.ops.primitive import Primitive
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse
from adcli.recursion_limit import deep
from adcli.symbolic.graph_differentiation import Differentiator
from adcli.symbolic.shared_expression_graph import Graph
from adcli.symbolic.simplification_budgets import EFFORTS


class SwellRow(NamedTuple):
    """For one integer: the three formulas, and the operations of the shared graph, of forward mode
    and of reverse mode."""

    number: int
    expression: DerivedFormula
    derivative: DerivedFormula
    simplified: DerivedFormula
    graph: int
    forward: int
    reverse: int


@deep()
def swell(
    module: ir.Module,
    wrt: str,
    point: Mapping[str, Any],
    parameter: str,
    number: int,
    effort: str = "normal",
    limits: Limits | None = None,
) -> SwellRow:
    """The row for `parameter` = `number`; `point` gives the other integers, if there are some."""
    if module.main.types[parameter] == REAL:
        module = _with_literal(module, parameter, number)
        point = {name: value for name, value in point.items() if name != parameter}
    place = {**point, parameter: number}
    asked = EFFORTS[effort]
    value = formulas(module, [wrt], place, Request(0, effort=asked), limits=limits)
    expression = value.rows[0][""]
    short = _straight([expression.node])
    bare = formulas(short, [wrt], {}, Request(effort=EFFORTS["none"]), limits=limits)
    simple = formulas(short, [wrt], {}, Request(effort=asked), limits=limits)
    graph = Graph()
    given = [place.get(name) for name in module.main.params]
    found, _ = unfolded(graph, module, given, limits or Limits())
    slopes = Differentiator(graph).derivatives(found.results, wrt)
    program = _straight(found.results)
    active = [wrt] if wrt in program.main.params else []
    return SwellRow(
        number,
        expression,
        bare.rows[0].get(wrt, expression),
        simple.rows[0].get(wrt, expression),
        sum(isinstance(node, App) for node in graph.below([*found.results, *slopes])),
        operations(forward(program, active)),
        operations(reverse(program, active, terse=True)),
    )


def _with_literal(module: ir.Module, name: str, number: int) -> ir.Module:
    """The module without a real parameter, which is a literal instead."""
    main = module.main
    params = tuple([p for p in main.params if p != name])
    body = [ir.Let(name, Num(float(number))), *main.body]
    made = ir.Function(main.name, params, main.results, main.types, body, main.span, main.rule)
    return ir.Module({**module.functions, module.entry: made}, module.entry, module.tapes)


def _straight(roots: list[Expr]) -> ir.Module:
    """Nodes as a program without control flow: one statement for each operation."""
    names: dict[Expr, Expr] = {}
    types: dict[str, str] = {}
    body: list[ir.Stmt] = []
    params: list[str] = []
    for node in postorder(roots):
        if isinstance(node, App):
            target = f"v{len(body) + 1} "
            assert isinstance(node.op, Primitive)
            types[target] = BOOL if node.op.kind == TRUTH else REAL
            body.append(ir.Let(target, App(node.op, tuple([names[a] for a in node.args]))))
            names[node] = Var(target)
        elif isinstance(node, Num):
            whole = isinstance(node.value, bool)
            names[node] = node if whole else Num(float(node.value))
        else:
            assert isinstance(node, Var)
            params.append(node.name)
            types[node.name] = REAL
            names[node] = node
    results = tuple([f"result{i} " for i in range(len(roots))])
    for result, root in zip(results, roots, strict=True):
        types[result] = REAL
        body.append(ir.Let(result, names[root]))
    main = ir.Function("f", tuple(params), results, types, body)
    return ir.Module({"f": main}, "f")


def operations(module: ir.Module) -> int:
    """The operations of a straight-line module."""
    return sum(_count(stmt.expr) for stmt in module.main.body if isinstance(stmt, ir.Let))


def _count(expr: Expr) -> int:
    """The operations of an expression, those of the passes' formulas one by one."""
    if not isinstance(expr, App):
        return 0
    if isinstance(expr.op, FusedOperation):
        return _count(expr.op.expand(expr.args, lean=True))
    return 1 + sum(map(_count, expr.args))
