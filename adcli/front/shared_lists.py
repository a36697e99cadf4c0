"""Lists that Python shares between all calls, and that a function must therefore not change: the
constants of a file, and defaults of parameters.

Invariant: here a function makes such a list anew where it uses it; that makes no difference as long
as nobody changes one.  What may refer to one is found by following every copy, call and entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from adcli.errors import TypeFault
from adcli.expr import Var
from adcli.ir import nodes as ir
from adcli.ir.types import is_array

#: A variable of a function.
_Place = tuple[str, str]


def check_frozen(
    functions: Mapping[str, ir.Function], frozen: Mapping[_Place, str], making: Sequence[ir.Stmt]
) -> None:
    """Raise `TypeFault` where a list may be changed that calls would share; `frozen` has for the
    variables that such lists are made in what to call these, `making` are the statements that make
    them."""
    makers = set(ir.walk(making))
    known = dict(frozen)  # what refers to one, or to a part of one
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
        case ir.Let(target, Var(source)) if is_array(types[target]):
            yield (name, source), (name, target), False
        case ir.Load(target, source, _) | ir.Take(source, target) if is_array(types[target]):
            yield (name, source), (name, target), False
        case ir.Store(array, _, Var(source)) | ir.Append(array, Var(source)) if is_array(
            types[source]
        ):
            yield (name, source), (name, array), True
        case ir.Call(targets, callee, args):
            inner = functions.get(callee)
            if inner is None:
                return
            for arg, param in zip(args, inner.params, strict=True):
                if isinstance(arg, Var) and is_array(types[arg.name]):
                    yield (name, arg.name), (callee, param), False
            for target, result in zip(targets, inner.results, strict=True):
                yield (callee, result), (name, target), False
