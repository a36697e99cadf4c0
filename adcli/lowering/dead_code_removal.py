"""Leave out dead code: variables that nothing mentions, functions that nothing calls, and
assignments that nothing reads."""

from __future__ import annotations

from adcli.expr import App, Var, variables
from adcli.ir import nodes as ir
from adcli.ir.dataflow import used_variables
from adcli.ir.types import BOOL
from adcli.ops.primitive import Primitive
from adcli.passes.statement_rebuilding import with_blocks


def cleaned(module: ir.Module) -> ir.Module:
    """The same module without what is left over from lowering loops and functions again."""
    functions: dict[str, ir.Function] = {}
    todo = [module.entry]
    while todo:
        name = todo.pop()
        if name in functions:
            continue
        function = functions[name] = _cleaned(module.functions[name])
        if function.rule is not None:
            todo += [n for n in (function.rule.forward, function.rule.reverse) if n]
        todo += [s.function for s in ir.walk(function.body) if isinstance(s, ir.Call)]
    order = [name for name in module.functions if name in functions]
    return ir.Module({n: functions[n] for n in order}, module.entry, normal=True)


def _cleaned(function: ir.Function) -> ir.Function:
    body = _without(function, _unread_truths(function))
    mentioned = {*function.params, *function.results}
    for stmt in ir.walk(body):
        mentioned.update(ir.assigned(stmt))
        mentioned.update(variables(stmt.expr) if isinstance(stmt, ir.Let) else used_variables(stmt))
    types = {
        n: k if k[:1] != "[" else "int" + k for n, k in function.types.items() if n in mentioned
    }
    return ir.Function(
        function.name, function.params, function.results, types, body, function.span,
        function.rule, function.routine,
    )  # fmt: skip


def _unread_truths(function: ir.Function) -> set[str]:
    """The truth values on which nothing depends: most of those that say whether a number is an
    integer or a real."""
    types = function.types
    reads: dict[str, list[str]] = {}
    todo: list[str] = [*function.params, *function.results]
    for stmt in ir.walk(function.body):
        if isinstance(stmt, ir.Let) and types.get(stmt.target) == BOOL and _never_fails(stmt):
            reads.setdefault(stmt.target, []).extend(variables(stmt.expr))
        else:
            todo += used_variables(stmt)
            todo += variables(stmt.expr) if isinstance(stmt, ir.Let) else ()
    needed: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in needed:
            needed.add(name)
            todo += reads.get(name, ())
    return reads.keys() - needed


def _never_fails(stmt: ir.Let) -> bool:
    op = stmt.expr.op if isinstance(stmt.expr, App) else None
    return op is None or (isinstance(op, Primitive) and op.numerics.total)


def _without(function: ir.Function, names: set[str]) -> ir.Block:
    """The body without the assignments to some variables."""
    if not names:
        return function.body

    def block(body: ir.Block) -> list[ir.Stmt]:
        kept: list[ir.Stmt] = []
        for stmt in body:
            if isinstance(stmt, ir.Let) and stmt.target in names:
                continue
            if stmt.block_fields:
                stmt = with_blocks(stmt, block)
            if not isinstance(stmt, ir.If) or stmt.then or stmt.orelse:
                kept.append(stmt)
        return kept

    return block(function.body)


__all__ = ["App", "Var", "cleaned"]
