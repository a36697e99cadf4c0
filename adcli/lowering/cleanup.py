"""Clean a module: leave out variables that nothing mentions, functions that nothing calls, and
assignments that nothing reads."""

from __future__ import annotations

from adcli.expr import App, Var, variables
from adcli.ir import nodes as ir
from adcli.ir.dataflow import used_variables


def cleaned(module: ir.Module) -> ir.Module:
    """The same module without what is left over from lowering loops and functions again."""
    functions: dict[str, ir.Function] = {}
    todo = [module.entry]
    while todo:
        name = todo.pop()
        if name in functions:
            continue
        function = functions[name] = _cleaned(module.functions[name])
        todo += [s.function for s in ir.walk(function.body) if isinstance(s, ir.Call)]
    order = [name for name in module.functions if name in functions]
    return ir.Module({n: functions[n] for n in order}, module.entry, normal=True)


def _cleaned(function: ir.Function) -> ir.Function:
    mentioned = {*function.params, *function.results}
    for stmt in ir.walk(function.body):
        mentioned.update(ir.assigned(stmt))
        mentioned.update(variables(stmt.expr) if isinstance(stmt, ir.Let) else used_variables(stmt))
    types = {
        n: k if k[:1] != "[" else "int" + k for n, k in function.types.items() if n in mentioned
    }
    return ir.Function(
        function.name, function.params, function.results, types, function.body, function.span,
        function.rule,
    )  # fmt: skip


__all__ = ["App", "Var", "cleaned"]
