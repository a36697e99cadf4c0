"""Clones of functions that declare their derivatives, one for each choice of active arguments.

Activity analysis joins over all calls of a function.  A function with a declared derivative is one
step of the chain rule, so a copy of it for each choice of active arrays costs nothing, and the
adjoint of an argument that does not vary is never computed.

Invariant: for each call that takes part in derivatives, the active arrays among the arguments are
those of the parameters of the function that it calls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.ir import nodes as ir
from adcli.ir.call_graph import calls_of, differentiated
from adcli.passes.statement_rebuilding import with_blocks, with_body

if TYPE_CHECKING:
    from adcli.passes.activity_analysis import Activity


def with_active_arguments(
    module: ir.Module,
    wrt: Sequence[str],
    analysed: Callable[[ir.Module, Sequence[str]], Activity],
) -> tuple[ir.Module, Activity]:
    """The module with such copies, and its activity as the analysis finds it."""
    while True:
        activity = analysed(module, wrt)
        copies: dict[ir.Stmt, ir.Function] = {}
        for name in {module.entry: None} | dict.fromkeys(sorted(differentiated(module))):
            for call in calls_of(module.functions[name]):
                callee = module.functions[call.function]
                if callee.rule is not None and activity.is_active_call(call, name):
                    found = activity.active_array_params(call, name)
                    if found != activity.arrays(callee.name).intersection(callee.params):
                        copies[call] = _copy(callee, found)
        if not copies:
            return module, activity
        functions = {n: _with_calls(f, copies) for n, f in module.functions.items()}
        functions |= {f.name: f for f in copies.values()}
        module = ir.Module(functions, module.entry, module.tapes, normal=module.normal)


def _copy(function: ir.Function, active: set[str]) -> ir.Function:
    """A function under the name that says which of its arrays are active."""
    stem = function.name.partition(_MARK)[0]
    name = _MARK.join([stem, *[p for p in function.params if p in active]])
    name += _MARK * (not active)
    old = function
    return ir.Function(
        name, old.params, old.results, old.types, old.body, old.span, old.rule, old.routine
    )


#: Before each parameter in the name of a copy.
_MARK = ".for."


def _with_calls(function: ir.Function, copies: dict[ir.Stmt, ir.Function]) -> ir.Function:
    """A function that calls copies."""
    if not any([call in copies for call in calls_of(function)]):
        return function

    def block(body: Sequence[ir.Stmt]) -> list[ir.Stmt]:
        return [changed(stmt) for stmt in body]

    def changed(stmt: ir.Stmt) -> ir.Stmt:
        if isinstance(stmt, ir.Call) and stmt in copies:
            return ir.Call(
                stmt.targets, copies[stmt].name, stmt.args, stmt.status,
                span=stmt.span, origin=stmt.origin, role=stmt.role,
            )  # fmt: skip
        return with_blocks(stmt, block)

    return with_body(function, block(function.body), function.types)
