"""Why a long run has no result, found by machine code.

Invariant: the words are those of the other engines, for the interpreter runs the statement that
failed, on what the variables held there.  What it cannot say alone (a number that became infinite
before, an integer beyond 64 bits, a statement without a place) is left to a run by another engine.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

from adcli.engines.interpreter import run_statement
from adcli.ir import nodes as ir
from adcli.ir.dataflow import used_variables
from adcli.ir.types import BOOL, REAL, is_array


def raise_failure(
    module: ir.Module,
    function: ir.Function,
    stmt: ir.Stmt,
    words: Sequence[int],
    value: Callable[[int, str], Any],
) -> None:
    """Raise what the statement raises, if it does, when the variables of the function hold these
    words; `value` reads an array."""
    # without a place it is that of a call that counts, of which nothing is known here
    if stmt.span is None or ir.blocks(stmt) or isinstance(stmt, ir.Call):
        return
    mentioned, known = set(used_variables(stmt)), {}
    for word, (name, kind) in zip(words, function.types.items(), strict=False):
        if not is_array(kind):
            known[name] = _number(word, kind)
        elif word and name in mentioned:
            known[name] = value(word, kind)
    around = _loops_around(function.body, stmt) or ()
    run_statement(module, function, stmt, known, [loop.var for loop in around])


def _number(word: int, kind: str) -> Any:
    if kind == REAL:
        return struct.unpack("=d", struct.pack("=q", word))[0]
    return bool(word) if kind == BOOL else word


def _loops_around(body: Sequence[ir.Stmt], stmt: ir.Stmt) -> list[ir.For] | None:
    """The counting loops that a statement of a block stands in, from the outside; None if it is not
    there."""
    for other in body:
        if other is stmt:
            return []
        for block in ir.blocks(other):
            found = _loops_around(block, stmt)
            if found is not None:
                return [other, *found] if isinstance(other, ir.For) else found
    return None
