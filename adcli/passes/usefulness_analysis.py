"""Usefulness: active numbers on which no result depends, such as those that are only compared.

They need no adjoints, and their partials need no values.  Hascoët & Pascual, *The Tapenade
Automatic Differentiation Tool* (2013), section 4.1 (varied and useful variables).

Invariant: a number that is not named here may be useful.
"""

from __future__ import annotations

from adcli.ir import nodes as ir
from adcli.ir.dataflow import operands
from adcli.ir.types import is_array


def useless_numbers(function: ir.Function, active: set[str]) -> set[str]:
    """The active numbers that are assigned by operations, and only go into numbers that have no
    adjoints, or that are useless too."""
    kept = {*function.params, *function.results}
    found: set[str] = set()
    read_by: dict[str, set[str]] = {}
    for stmt in ir.walk(function.body):
        if isinstance(stmt, ir.Let) and not is_array(function.types[stmt.target]):
            found.add(stmt.target)
            read_by.setdefault(stmt.target, set()).update(operands(stmt))
        else:
            kept.update(operands(stmt), ir.assigned(stmt))
    found = (found & active) - kept
    todo = list(active - found)
    while todo:
        useful = [name for name in read_by.get(todo.pop(), ()) if name in found]
        found.difference_update(useful)
        todo += useful
    return found
