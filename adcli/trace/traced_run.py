"""From a program and a point to its trace: record the run, then trace the recording.

Invariant: `x` among the inputs to differentiate by means all of its entries, `x[1]` one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adcli.engines.interface import Limits
from adcli.engines.straight_line_recording import Place, record
from adcli.errors import UsageError
from adcli.expr import App, Var
from adcli.ir import nodes as ir
from adcli.ir.types import REAL, base
from adcli.nested_lists import array_name, entry_names, flatten_all
from adcli.trace.evaluation_traces import (
    FORWARD,
    REVERSE,
    SECOND,
    Trace,
    forward_trace,
    reverse_trace,
)
from adcli.trace.second_order_trace import second_order_trace


def traced(
    module: ir.Module,
    arguments: Mapping[str, Any],
    reals: Sequence[str],
    wrt: Sequence[str] | None,
    mode: str,
    result: int,
    limits: Limits,
) -> Trace:
    """The trace of a module for its arguments, of which `reals` are real.

    Forward mode runs along `wrt`, by default the first entry; reverse mode starts from the result
    of that number and goes back to `wrt`, by default to all inputs.
    """
    places: dict[str, Place] = {}
    recorded = record(module, tuple(arguments.values()), limits, places)
    values = {name: arguments[name] for name in reals}
    numbers = [float(v) for v in flatten_all(list(values.values()))]
    entries = _entries(values, reals if wrt is None else wrt)
    if mode == FORWARD:
        names = entries if wrt is not None else entries[:1]
        every = [entry for name, value in values.items() for entry in entry_names(name, value)]
        seeds = [float(entry in names) for entry in every]
        found = forward_trace(recorded, numbers, seeds, limits)
    elif mode == SECOND:
        along, back = [
            traced(module, arguments, reals, wrt, each, result, limits)
            for each in (FORWARD, REVERSE)
        ]
        return second_order_trace(recorded, numbers, along, back, limits)
    else:
        results = len(recorded.main.results)
        if result >= results:
            there = f"there are {results}" if results > 1 else "there is one"
            hint = f"--of 1 to --of {results}" if results > 1 else "leave --of out"
            raise UsageError(f"there is no result {result + 1}: {there}", hint=hint)
        seeds = [float(i == result) for i in range(results)]
        found = reverse_trace(recorded, numbers, seeds, limits, entries)
    notes = tuple([_lost_note(mode, name, number) for name, number in found.lost.items()])
    return found._replace(
        places=places, arguments=arguments, notes=notes, is_one_path=_has_decisions(module)
    )


def _has_decisions(module: ir.Module) -> bool:
    """Whether a real number decides what runs: where one is compared, or made an integer."""
    return any(
        isinstance(stmt, ir.Let)
        and isinstance(stmt.expr, App)
        and base(f.types[stmt.target]) != REAL
        and any(isinstance(a, Var) and base(f.types[a.name]) == REAL for a in stmt.expr.args)
        for f in module.functions.values()
        for stmt in ir.walk(f.body)
    )


def _lost_note(mode: str, name: str, number: float) -> str:
    """That the rows end with another derivative than the one there is."""
    what = "the tangent" if mode == FORWARD else f"the derivative by {name}"
    return f"numbers of this trace are too small for a double: {what} is {number!r}"


def _entries(values: Mapping[str, Any], wrt: Iterable[str]) -> list[str]:
    """The names of the numbers among the inputs that `wrt` means."""
    found: list[str] = []
    for name in wrt:
        array = array_name(name)
        names = entry_names(array, values[array])
        if name != array and name not in names:
            raise UsageError(f"'{array}' has no entry '{name}'")
        found += names if name == array else [name]
    return list(dict.fromkeys(found))
