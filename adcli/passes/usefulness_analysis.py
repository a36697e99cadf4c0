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
    readers: dict[str, set[str]] = {}
    for stmt in ir.walk(function.body):
        if isinstance(stmt, ir.Let) and not is_array(function.types[stmt.target]):
            found.add(stmt.target)
            for name in operands(stmt):
                readers.setdefault(name, set()).add(stmt.target)
        else:
            kept.update(operands(stmt), ir.assigned(stmt))
    found = (found & active) - kept
    has_shrunk = True
    while has_shrunk:
        useful = {n for n in found if not readers.get(n, set()) & active <= found}
        has_shrunk = bool(useful)
        found -= useful
    return found
