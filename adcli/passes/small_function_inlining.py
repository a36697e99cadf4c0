"""Inlining: in loops the statements of small functions stand in place of their calls.

A call keeps machine code from running several iterations at once, and its sweeps hand every value
over a tape.  Muchnick, *Advanced Compiler Design and Implementation* (1997), section 15.2.

Invariant: the same operations run in the same order, with the places that they have in the text.
What loops, makes or changes arrays, declares its derivative, or may call itself stays a function.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from adcli.expr import Num, Var
from adcli.ir import nodes as ir
from adcli.ir.call_graph import calls_of, prune
from adcli.ir.dataflow import definition_counts, live_in
from adcli.ir.types import BOOL, INT, REAL, is_array
from adcli.passes.statement_rebuilding import Renaming, with_blocks, with_body

#: So many statements a function has at most, with those that it calls.
LARGEST = 60

#: By so many statements a module grows at most.
MOST = 1000

_ZEROS = {REAL: Num(0.0), INT: Num(0), BOOL: Num(False)}

_INLINED = (ir.Let, ir.Load, ir.Length, ir.If, ir.Raise)


def with_inlined_functions(module: ir.Module) -> ir.Module:
    """The module with the statements of small functions in place of their calls in loops; itself
    if there are none."""
    return _Inlining(module).module()


class _Inlining:
    """The new module while it is made."""

    def __init__(self, module: ir.Module) -> None:
        self.old = module
        #: the functions that were looked at, as they are inlined; None: not at all
        self.small: dict[str, ir.Function | None] = {}
        self.room = MOST

    def module(self) -> ir.Module:
        old = self.old
        functions = {name: self.function(f, in_loop=False) for name, f in old.functions.items()}
        if self.room == MOST:
            return old
        return prune(ir.Module(functions, old.entry, old.tapes, normal=old.normal))

    def function(self, old: ir.Function, *, in_loop: bool) -> ir.Function:
        if not calls_of(old):
            return old
        types = dict(old.types)
        return with_body(old, self.block(old.body, types, in_loop=in_loop), types)

    def block(
        self, body: Sequence[ir.Stmt], types: dict[str, str], *, in_loop: bool
    ) -> list[ir.Stmt]:
        out: list[ir.Stmt] = []
        for stmt in body:
            if isinstance(stmt, ir.Call) and in_loop and not stmt.status:
                small = self.as_inlined(stmt.function)
                size = len(list(ir.walk(small.body))) if small else 0
                if small is not None and size <= self.room:
                    self.room -= size
                    out += _in_place_of(stmt, small, types)
                    continue
            inside = in_loop or isinstance(stmt, ir.For | ir.While)
            out.append(with_blocks(stmt, partial(self.block, types=types, in_loop=inside)))
        return out

    def as_inlined(self, name: str) -> ir.Function | None:
        """A function as it is inlined."""
        if name not in self.small:
            self.small[name] = None  # where it calls itself
            old = self.old.functions[name]
            if old.rule is None and not old.routine:
                new = self.function(old, in_loop=True)
                self.small[name] = new if _is_small(new) else None
        return self.small[name]


def _is_small(function: ir.Function) -> bool:
    statements = list(ir.walk(function.body))
    unset = live_in(function.body) - {*function.params}
    return (
        len(statements) <= LARGEST
        and all([isinstance(stmt, _INLINED) for stmt in statements])
        and not any([is_array(function.types[name]) for name in unset])
    )


def _in_place_of(call: ir.Call, callee: ir.Function, types: dict[str, str]) -> list[ir.Stmt]:
    """The statements of a function with the arguments and the targets of a call."""
    names: dict[str, str] = {}
    span, origin, role = call.span, call.origin, call.role

    def renamed(name: str) -> str:
        if name not in names:
            new = f"{callee.name}.{name}"
            while new in types:
                new += "'"
            names[name], types[new] = new, callee.types[name]
        return names[name]

    out: list[ir.Stmt] = []
    assigned = definition_counts(callee.body)
    for parameter, arg in zip(callee.params, call.args, strict=True):
        kind = callee.types[parameter]
        if isinstance(arg, Var) and types[arg.name] == kind and not assigned[parameter]:
            names[parameter] = arg.name
        else:
            out.append(ir.Let(renamed(parameter), arg, span, origin, role))
    taken = {arg.name for arg in call.args if isinstance(arg, Var)}
    behind: list[ir.Stmt] = []
    for result, target in zip(callee.results, call.targets, strict=True):
        if target in taken or types[target] != callee.types[result]:
            behind.append(ir.Let(target, Var(renamed(result)), span, origin, role))
        else:
            names[result] = target
    for name in sorted(live_in(callee.body) - {*callee.params}):
        out.append(ir.Let(renamed(name), _ZEROS[callee.types[name]], span, origin, role))
    renaming = Renaming(renamed)

    def copied(body: Sequence[ir.Stmt]) -> list[ir.Stmt]:
        return [with_blocks(renaming.statement(stmt), copied) for stmt in body]

    return [*out, *copied(callee.body), *behind]
