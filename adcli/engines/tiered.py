"""The engine that changes horses: generated Python first, machine code where that pays.

Invariant: which of the two ran is told by `name` after a run and makes no difference to errors, nor
to numbers but in their last bits, and not in these if they are to be precise.  A loop tells how
often it will run before it does, so that mostly nothing runs twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from adcli.engines.generated_python import PythonEngine
from adcli.engines.interface import Limits, Runner
from adcli.engines.native import disk_cache
from adcli.errors import LimitError
from adcli.ir import nodes as ir

#: So many statements of generated Python take as long as making machine code (measured: 10 ns each
#: against 30 to 60 ms).
PATIENCE = 3_000_000

#: The same for each statement of a long module (measured: 50 µs).
PATIENCE_EACH = 5_000

#: Where a run took so many without llvmlite, a note says what that would bring.
LONG = 20_000_000

#: Modules of more statements than this are not made into machine code: that takes too long.
LARGE = 10_000


class AutoEngine:
    """Runs what is short as generated Python, what is long as machine code if llvmlite is there."""

    def __init__(self) -> None:
        self.name = PythonEngine.name
        self.steps = self.spent = 0
        self.patience = PATIENCE
        self.is_long = False
        self.notes: tuple[str, ...] = ()

    def load(self, module: ir.Module, limits: Limits) -> Runner:
        if limits.propagate:
            return self._patient(module, limits)
        if self.spent > self.patience:
            return self._fast(module, limits)
        engine = PythonEngine()

        @cache
        def quick() -> Runner:
            self.patience = max(self.patience, PATIENCE_EACH * _statements(module))
            engine.foresight = limits.steps > self.patience
            return engine.load(module, limits.within(min(self.patience, limits.steps)))

        fast = cache(lambda: self._fast(module, limits))
        is_kept = bool(module.key) and limits.cache

        def run(args: Sequence[Any]) -> tuple[Any, ...]:
            about = module.key, *map(_size, args)
            if self.spent <= self.patience and is_kept and disk_cache.was_long(*about):
                self.spent, self.is_long = self.patience + 1, True
            if self.spent <= self.patience:
                try:
                    return quick()(args)
                except LimitError:
                    if limits.steps <= self.patience:
                        raise
                    self.spent, self.is_long = self.patience, True
                    if is_kept:
                        disk_cache.tell_long(*about)
                finally:
                    self.steps = engine.steps
                    self.spent += engine.steps
            return fast()(args)

        return run

    def _fast(self, module: ir.Module, limits: Limits) -> Runner:
        from adcli.engines.native.compiler import trouble

        if trouble() is not None:
            return self._patient(module, limits)
        from adcli.engines.native.engine import NativeEngine

        engine = NativeEngine()
        engine.is_long = self.is_long
        if not engine.knows(module, limits) and _statements(module) > LARGE:
            return self._patient(module, limits)
        runner = engine.load(module, limits)

        def run(args: Sequence[Any]) -> tuple[Any, ...]:
            self.name = engine.name
            try:
                return runner(args)
            finally:
                self.steps = engine.steps

        return run

    def _patient(self, module: ir.Module, limits: Limits) -> Runner:
        engine = PythonEngine()
        runner = engine.load(module, limits)

        def run(args: Sequence[Any]) -> tuple[Any, ...]:
            try:
                return runner(args)
            finally:
                self.steps = engine.steps
                if engine.steps > LONG and not self.notes:
                    self.notes = _what_would_help()

        return run


def _what_would_help() -> tuple[str, ...]:
    """A note after a long run as Python, if machine code could not be had."""
    from adcli.engines.native.compiler import trouble

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


def _size(value: Any) -> Any:
    """What is known of the work from an argument without looking at real numbers."""
    if isinstance(value, list | tuple):
        return len(value), _size(value[0]) if value else 0
    return value if isinstance(value, int) and value.bit_length() < 64 else 0
