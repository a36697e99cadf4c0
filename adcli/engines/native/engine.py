"""The native engine: modules as machine code, which LLVM makes.

Invariant: what it returns is what the `python` engine returns, to the last bit if it is to be
precise and both call the same C library.  Where a run meets anything that has no value (or an
integer beyond 64 bits) it only says so, and the `python` engine runs the module again: it knows
what went wrong, where, and in which words.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from adcli.engines.interface import Limits, Runner, run_by
from adcli.engines.interpreter import Interpreter
from adcli.engines.native.compile_options import CompileOptions
from adcli.engines.native.declared_capabilities import CAPABILITIES
from adcli.engines.native.llvm_types import Unsuited
from adcli.engines.native.loaded_module import LoadedModule, PreparedRun, Recompile
from adcli.engines.native.object_module import (
    TOO_LONG,
    CompiledModule,
    cached_module,
    compile_module,
)
from adcli.engines.python_engine import PythonEngine
from adcli.engines.step_limit_accounting import is_recursive
from adcli.ir import nodes as ir

#: Straight-line programs of more statements than this are not made into machine code.
LONG_STRAIGHT = 20_000


class NativeEngine:
    """Compiles a module, and runs machine code.

    Unoptimised code comes first.  When its runs together took as long as a third of what optimising
    takes (measured: 60 µs for a line of text, 0.6 ns for a statement), optimised code follows.
    """

    name = "native"
    capabilities = CAPABILITIES

    #: So many statements for each line of its text run unoptimised; 0: code is optimised at once.
    optimise_after = 30_000

    def __init__(self) -> None:
        self.steps = 0
        self.notes: tuple[str, ...] = ()
        #: whether runs are known to be long
        self.is_long = False

    def load(self, module: ir.Module, limits: Limits) -> Runner:
        if limits.propagate and not self.capabilities.propagates:
            return run_by(PythonEngine(), module, limits, self)
        options = self._options(limits)
        known = self._kept(module, options)
        if known is None and is_long_and_straight(module):
            self.notes = (TOO_LONG,)
            return run_by(Interpreter(), module, limits, self)
        try:
            loaded = self.loaded(module, limits, options, known, is_long=self.is_long)
        except Unsuited as why:
            self.notes = why.args
            return run_by(PythonEngine(), module, limits, self)
        return _NativeRunner(self, loaded)

    def loaded(
        self,
        module: ir.Module,
        limits: Limits,
        options: CompileOptions,
        compiled: CompiledModule | None = None,
        *,
        is_long: bool,
    ) -> LoadedModule:
        compiled = compiled or compile_module(module, options)
        return LoadedModule(module, limits, options, compiled, self.optimise_after, is_long=is_long)

    def knows(self, module: ir.Module, limits: Limits) -> bool:
        """Whether machine code for a module is in the cache."""
        return self._kept(module, self._options(limits)) is not None

    def _options(self, limits: Limits) -> CompileOptions:
        return CompileOptions(limits.precise, optimise=self.optimise_after <= 0, cache=limits.cache)

    def _kept(self, module: ir.Module, options: CompileOptions) -> CompiledModule | None:
        """What is in the cache; optimised code only if it has the same bits as unoptimised code, as
        the numbers must not depend on what ran before."""
        best = cached_module(module, options._replace(optimise=True)) if options.precise else None
        return best or cached_module(module, options)

    def prepared(self, module: ir.Module, limits: Limits, args: Sequence[Any]) -> PreparedRun:
        """A run of optimised code without the way in and out, to be measured."""
        options = CompileOptions(limits.precise, optimise=True, cache=limits.cache)
        loaded = LoadedModule(module, limits, options, compile_module(module, options))
        return PreparedRun(loaded, args)


class _NativeRunner:
    """Runs a loaded module, and compiles it again if a run asks for that."""

    def __init__(self, engine: NativeEngine, loaded: LoadedModule) -> None:
        self.engine = engine
        self.loaded = loaded

    @cached_property
    def fallback(self) -> Runner:
        """What runs the module where machine code gives up."""
        return run_by(PythonEngine(), self.loaded.module, self.loaded.limits, self.engine)

    def __call__(self, args: Sequence[Any]) -> tuple[Any, ...]:
        while True:
            loaded = self.loaded
            try:
                found = loaded.run(args)
            except Recompile as wanted:
                try:
                    self.loaded = self.engine.loaded(
                        loaded.module, loaded.limits, wanted.options, is_long=loaded.is_long
                    )
                except Unsuited:
                    return self.fallback(args)
                continue
            if found is None:
                if loaded.is_long:
                    from adcli.engines.native.failure_diagnosis import raise_failure

                    optimise = not loaded.compiled.can_be_optimised
                    raise_failure(loaded.module, loaded.limits, args, optimise=optimise)
                return self.fallback(args)
            self.engine.steps = loaded.steps
            return found


def is_long_and_straight(module: ir.Module) -> bool:
    """Whether a module is so long that compiling it takes seconds, while each statement runs once
    or a few times."""
    size = sum([len(f.body) for f in module.functions.values()])
    if size <= LONG_STRAIGHT:
        return False
    inside = [s for f in module.functions.values() for s in ir.control(f.body)]
    return not any(isinstance(s, ir.For | ir.While) for s in inside) and not is_recursive(module)
