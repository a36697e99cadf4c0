"""Diagnosis of a failed run: compile the program again so that it reports where it fails.

The run may be so long that another engine would take minutes.  Invariant: the words are those of
the other engines, for the interpreter runs the statement that failed, on the values that the
variables had there.  What it cannot tell alone (a number that became infinite before, an integer
beyond 64 bits, a statement without a place) is left to a run by another engine.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from adcli.engines.interface import Limits
from adcli.engines.interpreter import Environment, run_statement
from adcli.engines.native.argument_marshalling import from_array
from adcli.engines.native.compile_options import Caution, CompileOptions
from adcli.engines.native.llvm_types import Unsuited
from adcli.engines.native.loaded_module import LoadedModule
from adcli.engines.native.object_module import compile_module
from adcli.engines.native.run_status import RAISED, Status
from adcli.expr import Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import used_variables
from adcli.ir.types import BOOL, REAL, is_array


def raise_failure(
    module: ir.Module, limits: Limits, args: Sequence[Any], *, optimise: bool = True
) -> None:
    """Run once more with code that reports failures, and raise the error, if it finds one."""
    options = CompileOptions(limits.precise, Caution.REPORT_FAILURE, optimise, limits.cache)
    try:
        loaded = LoadedModule(module, limits, options, compile_module(module, options))
    except Unsuited:
        return
    try:
        status = loaded.status(args)
        if (status == Status.NO_RESULT or status > RAISED) and loaded.place():
            stmt, function = loaded.failed_statement()
            _raise_from(module, function, stmt, loaded.words())
    except (struct.error, OverflowError):  # an integer beyond 64 bits
        pass
    finally:
        loaded.clear()


def _raise_from(
    module: ir.Module, function: ir.Function, stmt: ir.Stmt, words: Sequence[int]
) -> None:
    """Raise what a statement raises, if it does, when the variables of its function hold these
    words."""
    # a statement without a span stands for a call that counts, about which nothing is known here
    if stmt.span is None or ir.blocks(stmt) or isinstance(stmt, ir.Call):
        return
    if isinstance(stmt, ir.Raise) and isinstance(stmt.code, Var):
        return  # what is raised again happened elsewhere
    used = set(used_variables(stmt))
    known: Environment = {}
    for word, (name, kind) in zip(words, function.types.items(), strict=False):
        if not is_array(kind):
            known[name] = _number(word, kind)
        elif word and name in used:
            known[name] = from_array(word, kind)
    around = _loops_around(function.body, stmt) or ()
    run_statement(module, function, stmt, known, [loop.var for loop in around])


def _number(word: int, kind: str) -> float | int | bool:
    if kind == REAL:
        found: float = struct.unpack("=d", struct.pack("=q", word))[0]
        return found
    return bool(word) if kind == BOOL else word


def _loops_around(body: Sequence[ir.Stmt], stmt: ir.Stmt) -> list[ir.For] | None:
    """The `for` loops around a statement of a block, the outermost first; None if the statement is
    not in the block."""
    for other in body:
        if other is stmt:
            return []
        for block in ir.blocks(other):
            found = _loops_around(block, stmt)
            if found is not None:
                return [other, *found] if isinstance(other, ir.For) else found
    return None
