"""Tiered execution: start in generated Python, switch to machine code when the run is long.

Invariant: which of the two ran is told by `name` after a run and makes no difference to errors, nor
to numbers but in their last bits, and not in these if they are to be precise.  Most long runs are
known to be so before they begin, and a loop tells how many iterations it will have before it runs,
so in most cases nothing runs twice.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any
from zlib import crc32

from adcli.engines.interface import Limits, Runner, run_by
from adcli.engines.native import disk_cache
from adcli.engines.native.declared_capabilities import CAPABILITIES as NATIVE
from adcli.engines.python_engine import PythonEngine
from adcli.errors import LimitError
from adcli.ir import nodes as ir

#: Running so many statements as generated Python takes as long as making machine code, which takes
#: longer for a module that has many statements.
SWITCH_AFTER = NATIVE.load // PythonEngine.capabilities.run
SWITCH_AFTER_EACH = NATIVE.load_statement // PythonEngine.capabilities.run

#: A note after a run of more statements without llvmlite says what that would bring.
LONG = 20_000_000

#: Modules of more statements than this are not made into machine code: that takes too long.
LARGE = 10_000


class TieredEngine:
    """Runs what is short as generated Python, what is long as machine code if llvmlite is there."""

    def __init__(self) -> None:
        #: the engine that ran last
        self.name = PythonEngine.name
        self.steps = 0
        self.notes: tuple[str, ...] = ()
        #: the statements that ran as Python, in all runs
        self.spent = 0
        self.switch_after = SWITCH_AFTER
        #: whether runs are known to be long
        self.is_long = False

    def load(self, module: ir.Module, limits: Limits) -> Runner:
        if limits.propagate and not NATIVE.propagates:
            return self._in_python(module, limits)
        if self.spent > self.switch_after:
            return self._as_machine_code(module, limits)
        python = PythonEngine()

        @cache
        def switch_after() -> int:
            self.switch_after = max(self.switch_after, SWITCH_AFTER_EACH * _statements(module))
            return self.switch_after

        @cache
        def short() -> Runner:
            switch_after()
            python.predicts_limit = limits.steps > self.switch_after
            return python.load(module, limits.within(min(self.switch_after, limits.steps)))

        long = cache(lambda: self._as_machine_code(module, limits))
        is_kept = bool(module.key) and limits.cache
        is_first = True

        def is_surely_long(args: Sequence[Any]) -> bool:
            """Whether a run, the first one, has too many steps for generated Python."""
            from adcli.engines.least_steps import least_steps

            nonlocal is_first
            was_first, is_first = is_first, False
            most = switch_after()
            return was_first and most < min(limits.steps, least_steps(module, args, most))

        def run(args: Sequence[Any]) -> tuple[Any, ...]:
            description = (module.key, *map(_digest, args)) if is_kept else ()
            if self.spent <= self.switch_after and is_kept and disk_cache.was_long(*description):
                self.spent, self.is_long = self.switch_after + 1, True
            elif self.spent <= self.switch_after and is_surely_long(args):
                self.spent, self.is_long = self.switch_after + 1, True
                if is_kept:
                    disk_cache.remember_long(*description)
            if self.spent <= self.switch_after:
                try:
                    return short()(args)
                except LimitError:
                    if limits.steps <= self.switch_after:
                        raise
                    self.spent, self.is_long = self.switch_after, True
                    if is_kept:
                        disk_cache.remember_long(*description)
                finally:
                    self.steps = python.steps
                    self.spent += python.steps
            return long()(args)

        return run

    def _as_machine_code(self, module: ir.Module, limits: Limits) -> Runner:
        from adcli.engines.native.llvm_jit import trouble

        if trouble() is not None:
            return self._in_python(module, limits)
        from adcli.engines.native.engine import NativeEngine

        engine = NativeEngine()
        engine.is_long = self.is_long
        if not engine.knows(module, limits) and _statements(module) > LARGE:
            return self._in_python(module, limits)
        runner = run_by(engine, module, limits, self)

        def run(args: Sequence[Any]) -> tuple[Any, ...]:
            self.name = engine.name
            return runner(args)

        return run

    def _in_python(self, module: ir.Module, limits: Limits) -> Runner:
        runner = run_by(PythonEngine(), module, limits, self)

        def run(args: Sequence[Any]) -> tuple[Any, ...]:
            try:
                return runner(args)
            finally:
                if self.steps > LONG and not self.notes:
                    self.notes = _what_would_help()

        return run


def _what_would_help() -> tuple[str, ...]:
    """A note after a long run as Python, if machine code could not be had."""
    from adcli.engines.native.llvm_jit import trouble

    found = trouble()
    if found is None:
        return ()
    if found.is_broken:
        return (f"this ran as Python: machine code {found.text} ({found.hint})",)
    return (
        f"this ran as Python: with llvmlite ({found.hint}) it runs as machine code, some fifty "
        "times as fast",
    )


def _statements(module: ir.Module) -> int:
    return sum([1 for f in module.functions.values() for _ in ir.walk(f.body)])


def _digest(value: Any) -> Any:
    """An argument in short.  All its numbers count: how long a run takes may depend on each, and a
    run may not have other digits because another one was long."""
    if not isinstance(value, list | tuple):
        return hex(value) if isinstance(value, int) else value
    try:
        if value and isinstance(value[0], list | tuple):
            numbers = array("d", chain.from_iterable(value))
            return crc32(array("q", map(len, value)), crc32(numbers))
        return crc32(array("d", value))
    except (TypeError, OverflowError):  # deeper lists, or an integer beyond all doubles
        return crc32(repr(list(map(_digest, value))).encode())
