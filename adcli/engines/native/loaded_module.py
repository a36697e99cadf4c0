"""Loaded modules: machine code in memory, with what is needed to run it.

Invariant: a run either has all results that the other engines have, or raises a limit that it met,
or says that another engine has to run the module.
"""

from __future__ import annotations

import ctypes
import struct
import weakref
from collections.abc import Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from adcli.engines.failure_messages import out_of_memory, step_limit, tape_full
from adcli.engines.interface import Limits
from adcli.engines.native import blas_symbols
from adcli.engines.native.argument_marshalling import Slots
from adcli.engines.native.callbacks import Callbacks
from adcli.engines.native.compile_options import Caution, CompileOptions
from adcli.engines.native.interruptible_call import STACKS, call_in_thread
from adcli.engines.native.llvm_jit import LinkedCode
from adcli.engines.native.object_module import (
    CompiledModule,
    llvm_module,
    vector_addresses,
)
from adcli.engines.native.run_status import Status
from adcli.ir import nodes as ir
from adcli.nested_lists import flatten_all
from adcli.source import Span

if TYPE_CHECKING:
    from adcli.engines.native.llvm_module import LlvmModule

#: The part of the process's own stack that code without recursion may use.
_MAIN_STACK = 4 << 20

#: Runs of no more statements than this are over before anybody wants to stop them.
SHORT = 10_000_000

#: No run gets to so many statements.
NEVER = 1 << 62

_WORD, _POINTER = ctypes.c_int64, ctypes.c_void_p

#: The parameters of the entry: where the arguments and the results lie, and how many statements
#: may run, how many calls inside calls, and how many bytes of stack and of tapes may be used.
_ENTRY = [_POINTER, _POINTER, _WORD, _WORD, _WORD, _WORD]


class Recompile(Exception):
    """A run met what its code was not made for, or took so long that better code pays: the module
    is to be compiled once more, with these options."""

    def __init__(self, options: CompileOptions) -> None:
        self.options = options


class LoadedModule:
    """A compiled module that can be run.

    `optimise_after`  unoptimised code runs so many statements for each line of its text before it
                      asks for optimised code.
    `is_long`         whether runs are known to be long.
    """

    def __init__(
        self,
        module: ir.Module,
        limits: Limits,
        options: CompileOptions,
        compiled: CompiledModule,
        optimise_after: int = NEVER,
        *,
        is_long: bool = False,
    ) -> None:
        self.module = module
        self.limits = limits
        self.options = options
        self.compiled = compiled
        self.is_long = is_long
        self.max_steps = min(limits.steps, NEVER)
        self.tape_bytes = limits.tape_bytes
        #: the statements that may run before optimised code is made
        self.steps_left = 2 * NEVER
        if compiled.can_be_optimised:
            self.steps_left = min(optimise_after * compiled.lines, 2 * NEVER)
        self.arguments = Slots(compiled.params)
        self.results = Slots(compiled.results)
        self.callbacks = Callbacks(compiled.imports)
        addresses = self.callbacks.addresses | vector_addresses(compiled, options)
        addresses |= blas_symbols.addresses(compiled.imports)
        self.code = code = LinkedCode(compiled.code, addresses)
        self._enter = code.function("adcli.run", ctypes.c_int32, _ENTRY)
        self._stop = code.function("adcli.stop")
        self._counted = code.function("adcli.steps", _WORD)
        self._new_array = code.function("adcli.array", _POINTER, [_WORD, _WORD])
        self._is_tape_full = code.function("adcli.full", _WORD)
        self._place = code.function("adcli.place", _WORD)
        #: gives the memory of all arrays back
        self.clear = code.function("adcli.clear")
        weakref.finalize(self, _release, code)

    @cached_property
    def text(self) -> LlvmModule:
        """The text that the code was made from: needed to tell where a run failed."""
        return llvm_module(self.module, self.options)

    def run(self, args: Sequence[Any]) -> tuple[Any, ...] | None:
        """The results; None if another engine has to run the module."""
        try:
            return self._results(self.status(args))
        except (struct.error, OverflowError):  # an integer beyond 64 bits
            return None
        finally:
            if self.compiled.has_arrays:
                self.clear()

    def _results(self, status: int) -> tuple[Any, ...] | None:
        if status == Status.OK:
            found = self.results.values()
            numbers = flatten_all(found) if self.results.has_arrays else found
            return None if any([v - v for v in numbers]) else found
        if status == Status.ALIASED:
            raise Recompile(self.options._replace(caution=Caution.MAY_ALIAS))
        if status == Status.OUT_OF_BOUNDS:
            raise Recompile(self.options._replace(caution=Caution.CHECK_EACH_ACCESS))
        if status == Status.STOPPED:
            raise step_limit(self.max_steps, self._span())
        if status == Status.OUT_OF_MEMORY:
            span = self._span()
            error = tape_full(span) if self._is_tape_full() else out_of_memory(span)
            _release(self.code)  # the next run shares the memory out in its own way
            raise error
        return None

    # -- running ---------------------------------------------------------------------------------

    def status(self, args: Sequence[Any]) -> int:
        """Run, in this thread if the run is short, else in a thread of its own.

        Ctrl-C while machine code calls back would be lost in the callback, which then returns 0,
        so code with callbacks always gets a thread.
        """
        most = min(self.max_steps, self.steps_left)
        self.put(args)
        if not (self.compiled.is_recursive or self.callbacks or self.is_long):
            short = min(SHORT, most)
            status = self._entered(short, 0)
            self.is_long = status == Status.STOPPED and short < self.max_steps
            if not self.is_long or short == self.steps_left:
                return self._finished(status)
            if self.arguments.has_arrays:
                self.clear()
                self.put(args)  # the first run may have changed its arrays
        stacks = STACKS if self.compiled.is_recursive else STACKS[-1:]
        found = call_in_thread(partial(self._entered, most), self._stop, stacks)
        return self._finished(Status.OUT_OF_MEMORY if found is None else found)

    def put(self, args: Sequence[Any]) -> None:
        """Copy the arguments to where machine code finds them."""
        try:
            self.arguments.put(args, self._new_array)
        except MemoryError:
            raise out_of_memory(self.module.main.span) from None

    def _entered(self, most: int, stack: int) -> int:
        """The status of a run of no more statements than this."""
        limits = most, self.limits.max_depth, stack, self.tape_bytes
        status: int = self._enter(self.arguments.memory, self.results.memory, *limits)
        return status

    def _finished(self, status: int) -> int:
        """The status of a run, unless optimised code is to run instead."""
        if status == Status.STOPPED and self.steps_left < self.max_steps:
            raise Recompile(self.options._replace(optimise=True))
        self.steps_left -= self.steps
        if status == Status.OK:
            self.is_long = self.is_long and self.steps > SHORT
        return status

    @property
    def steps(self) -> int:
        """The statements of the last run."""
        found: int = self._counted()
        return found

    # -- where a run failed ----------------------------------------------------------------------

    def _span(self) -> Span | None:
        place = self.place()
        return self.text.places[place - 1].span if place else None

    def place(self) -> int:
        """The number of the statement that failed; 0 if that is not known."""
        found: int = self._place()
        return found

    def failed_statement(self) -> tuple[ir.Stmt, ir.Function]:
        """The statement with that number, and its function."""
        place = self.place() - 1
        return self.text.places[place], self.text.owners[place]

    def words(self) -> list[int]:
        """What the variables of a function held where it failed."""
        size = max([len(f.types) for f in self.text.owners])
        found = self.code.function("adcli.dump", _POINTER)()
        return list((ctypes.c_int64 * size).from_address(found))


class PreparedRun:
    """A loaded module at a point: its arguments stay where machine code finds them.

    `run` runs it and returns the status: to measure what machine code takes by itself.
    """

    def __init__(self, loaded: LoadedModule, args: Sequence[Any]) -> None:
        self._loaded = loaded
        loaded.put(args)
        loaded.code.function("adcli.pin")()  # the arrays that there are stay when others go
        again = loaded.code.function("adcli.again", ctypes.c_int32, _ENTRY)
        slots = [ctypes.addressof(s.memory) for s in (loaded.arguments, loaded.results)]
        numbers = loaded.max_steps, loaded.limits.max_depth, _MAIN_STACK, loaded.tape_bytes
        self.run: partial[int] = partial(again, *map(_POINTER, slots), *map(_WORD, numbers))

    def results(self) -> tuple[Any, ...]:
        """What the last run found."""
        return self._loaded.results.values()


def _release(code: LinkedCode) -> None:
    """Give all memory back."""
    code.function("adcli.release")()
