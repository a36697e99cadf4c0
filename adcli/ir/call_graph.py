"""The call graph: who calls whom, and what the entry reaches.

Invariant: a declared derivative counts as reached with the function that declares it.
"""

from __future__ import annotations

from adcli.ir import nodes as ir


def calls_of(function: ir.Function) -> list[ir.Call]:
    """The calls in a function, in the order of the text."""
    return [stmt for stmt in ir.control(function.body) if isinstance(stmt, ir.Call)]


def has_protected_calls(module: ir.Module) -> bool:
    """Whether some call of a module has a status."""
    return any([call.status for f in module.functions.values() for call in calls_of(f)])


def with_callers(module: ir.Module, found: set[str]) -> set[str]:
    """Some functions, and all that call one of them, directly or not."""
    calls = {
        name: {s.function for s in ir.control(f.body) if isinstance(s, ir.Call)}
        for name, f in module.functions.items()
    }
    found, before = set(found), -1
    while before != len(found):
        before = len(found)
        found |= {name for name, callees in calls.items() if callees & found}
    return found


def differentiated(module: ir.Module) -> set[str]:
    """The functions that the entry reaches and whose statements are differentiated: none that
    declares its derivative, nor what only such functions call."""
    found: set[str] = set()
    todo = [module.entry]
    while todo:
        name = todo.pop()
        function = module.functions[name]
        if name not in found and function.rule is None:
            found.add(name)
            todo += [call.function for call in calls_of(function)]
    return found


def prune(module: ir.Module) -> ir.Module:
    """The module without the functions that its entry never reaches, and the tapes unused then."""
    kept: dict[str, ir.Function] = {}
    used: set[str] = set()
    todo = [module.entry]
    while todo:
        name = todo.pop()
        if name not in kept:
            kept[name] = module.functions[name]
            for stmt in ir.control(kept[name].body):
                if isinstance(stmt, ir.Call):
                    todo.append(stmt.function)
                elif isinstance(stmt, ir.Push | ir.Pop):
                    used.add(stmt.tape)
            if rule := kept[name].rule:
                todo += [f for f in (rule.forward, rule.reverse) if f]
    tapes = {tape: kind for tape, kind in module.tapes.items() if tape in used}
    return ir.Module(kept, module.entry, tapes, normal=module.normal)
