"""Shared lists: the check that no function mutates a constant of the file or a default.

Python shares such a list between all calls.

Invariant: here a function makes such a list anew where it uses it; that makes no difference as long
as nobody changes one.  What may refer to one is found by following every copy, call and entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from adcli.errors import TypeFault
from adcli.expr import Var
from adcli.ir import nodes as ir
from adcli.ir.types import is_array

#: A variable of a function.
_Place = tuple[str, str]


def check_shared(
    functions: Mapping[str, ir.Function], shared: Mapping[_Place, str], making: Sequence[ir.Stmt]
) -> None:
    """Raise `TypeFault` where a list may be changed that calls would share.

    `shared` has the variables that such lists are made in, and what to call these lists; `making`
    are the statements that make them.
    """
    makers = set(ir.walk(making))
    known = dict(shared)  # what refers to one, or to a part of one
    holders: dict[_Place, str] = {}  # arrays of our own that hold one
    grown = -1
    while grown != len(known) + len(holders):
        grown = len(known) + len(holders)
        for function in functions.values():
            for stmt in ir.walk(function.body):
                for here, there, is_held in _flows(functions, function, stmt):
                    if here in known:
                        (holders if is_held else known).setdefault(there, known[here])
                    if here in holders:
                        kept = known if isinstance(stmt, ir.Load | ir.Take) else holders
                        kept.setdefault(there, holders[here])
    for name, function in functions.items():
        for stmt in ir.walk(function.body):
            if isinstance(stmt, ir.Store | ir.Append | ir.Take):
                what = known.get((name, stmt.array))
                if what is not None and stmt not in makers:
                    raise TypeFault(
                        f"{what} is changed here, and all calls would share it",
                        span=stmt.span,
                        hint="change a copy: [v for v in xs], or xs[:]",
                    )


def _flows(
    functions: Mapping[str, ir.Function], function: ir.Function, stmt: ir.Stmt
) -> Iterator[tuple[_Place, _Place, bool]]:
    """From which place to which a statement hands a reference on, and whether it puts it
    into an array there."""
    name, types = function.name, function.types
    match stmt:
        case ir.Let(target, source):
            if isinstance(source, Var) and is_array(types[target]):
                yield (name, source.name), (name, target), False
        case ir.Load(target, array, _) | ir.Take(array, target):
            if is_array(types[target]):
                yield (name, array), (name, target), False
        case ir.Store(array, _, value) | ir.Append(array, value):
            if isinstance(value, Var) and is_array(types[value.name]):
                yield (name, value.name), (name, array), True
        case ir.Call():
            yield from _call_flows(functions, function, stmt)
        case ir.Alloc() | ir.Length() | ir.If() | ir.While() | ir.For() | ir.Push() | ir.Pop():
            pass
        case ir.Raise():
            pass
        case _:
            assert_never(stmt)


def _call_flows(
    functions: Mapping[str, ir.Function], function: ir.Function, call: ir.Call
) -> Iterator[tuple[_Place, _Place, bool]]:
    """From arguments to parameters, and from results to targets."""
    callee = functions.get(call.function)
    if callee is None:
        return
    for arg, param in zip(call.args, callee.params, strict=True):
        if isinstance(arg, Var) and is_array(function.types[arg.name]):
            yield (function.name, arg.name), (callee.name, param), False
    for target, result in zip(call.targets, callee.results, strict=True):
        yield (callee.name, result), (function.name, target), False
