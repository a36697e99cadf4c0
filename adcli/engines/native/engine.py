"""The native engine: modules as machine code.

Invariant: what it returns is what the `python` engine returns, to the last bit where both call the
same C library.  Where a run meets anything that has no value (or an integer beyond 64 bits) it
only says so, and the `python` engine runs the module again: it knows what went wrong, where, and in
which words.
"""

from __future__ import annotations

import ctypes
import math
import os
import struct
import threading
import weakref
from array import array
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any

from adcli.engines.failure import out_of_memory, step_limit, tape_full
from adcli.engines.generated_python import PythonEngine
from adcli.engines.interface import Engine, Limits, Runner
from adcli.engines.interpreter import Interpreter
from adcli.engines.native.compiled import (
    TOO_LONG,
    Image,
    Order,
    addresses_of_vectors,
    image_of,
    known_image,
    text_of,
)
from adcli.engines.native.compiler import Loaded
from adcli.engines.native.llvm_module import LlvmModule
from adcli.engines.native.llvm_types import Unsuited, called_back
from adcli.engines.native.module_context import Caution
from adcli.engines.native.run_status import Status
from adcli.engines.step_counts import is_recursive
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL, element, is_array
from adcli.nested_lists import flatten_all
from adcli.ops.registry import TABLE

#: The stacks that machine code may get where a function calls itself, the first that there is
#: memory for; the last one is for other code.
STACKS = 512 << 20, 64 << 20, 16 << 20

#: What the system keeps of a stack for itself.
SPARE = 8 << 20

#: What may be used of the stack that a process has from the start.
MAIN_ROOM = 4 << 20

#: Straight programs of more statements than this are not made into machine code.
LONG_STRAIGHT = 20_000

#: Runs of no more statements than this are over before anybody wants to stop them.
SHORT = 10_000_000

#: No run gets to so many statements.
MOST = 1 << 62

#: So often, in seconds, the host looks whether the user wants to stop.
PULSE = 0.05

_CODES = {REAL: ("d", 8), INT: ("q", 8), BOOL: ("b", 1)}


class NativeEngine:
    """Turns a module into machine code, once, and runs that.

    Plain code comes first.  When its runs together took as long as a third of what optimising takes
    (measured: 60 µs for a line of text, 0.6 ns for a statement), optimised code follows.
    """

    name = "native"

    #: Plain code runs no more statements than this for each line of its text.
    patience = 30_000

    def __init__(self) -> None:
        self.steps = 0
        self.notes: tuple[str, ...] = ()
        #: whether runs are known to be long
        self.is_long = False

    def load(self, module: ir.Module, limits: Limits) -> Runner:
        fallback: list[tuple[Engine, Runner]] = []

        def again(args: Sequence[Any], kind: type[Engine] = PythonEngine) -> tuple[Any, ...]:
            if not fallback:
                made = kind()
                fallback.append((made, made.load(module, limits)))
            engine, runner = fallback[0]
            try:
                return runner(args)
            finally:
                self.steps = engine.steps

        if limits.propagate:
            return again  # nan may stand where an integer should
        order = self._order(limits)
        known = self._known(module, order)
        if known is None and is_long_and_straight(module):
            self.notes = (TOO_LONG,)
            return partial(again, kind=Interpreter)

        def made(order: Order, image: Image | None, *, is_long: bool) -> _Program:
            image = image or image_of(module, order)
            return _Program(module, limits, order, image, self.patience, is_long=is_long)

        try:
            program = made(order, known, is_long=self.is_long)
        except Unsuited as why:
            self.notes = why.args
            return again

        def run(args: Sequence[Any]) -> tuple[Any, ...]:
            nonlocal program
            while True:
                try:
                    found = program.run(args)
                except _Remake as wanted:
                    try:
                        program = made(wanted.order, None, is_long=program.is_long)
                    except Unsuited:
                        return again(args)
                    continue
                if found is None:
                    if program.is_long:
                        tell(module, limits, args, plain=program.image.improvable)
                    return again(args)
                self.steps = program.steps
                return found

        return run

    def knows(self, module: ir.Module, limits: Limits) -> bool:
        """Whether there is machine code for a module that was kept."""
        return self._known(module, self._order(limits)) is not None

    def _order(self, limits: Limits) -> Order:
        return Order(limits.precise, Caution.NONE, self.patience > 0, limits.cache)

    def _known(self, module: ir.Module, order: Order) -> Image | None:
        """What is in the store; optimised code only if it has the same bits as plain code, for what
        ran before must not be seen in the numbers."""
        best = known_image(module, order._replace(plain=False)) if order.precise else None
        return best or known_image(module, order)

    def prepared(self, module: ir.Module, limits: Limits, args: Sequence[Any]) -> Prepared:
        """A run of optimised code without the way in and out: to measure what machine code takes by
        itself."""
        order = Order(limits.precise, cache=limits.cache)
        return Prepared(_Program(module, limits, order, image_of(module, order)), args)


def is_long_and_straight(module: ir.Module) -> bool:
    """Whether a module is so long that compiling it takes seconds, while each statement runs once
    or a few times."""
    size = sum([len(f.body) for f in module.functions.values()])
    if size <= LONG_STRAIGHT:
        return False
    inside = [s for f in module.functions.values() for s in ir.control(f.body)]
    return not any(isinstance(s, ir.For | ir.While) for s in inside) and not is_recursive(module)


def _called_back(row: str) -> Callable[..., float]:
    """What machine code calls for a row: an integer that no double equals is no result."""
    function = TABLE[row].value

    def call(*args: Any) -> float:
        value = function(*args)
        found = float(value)
        return found if found == value or value != value else math.nan

    return call


def tell(module: ir.Module, limits: Limits, args: Sequence[Any], *, plain: bool = False) -> None:
    """Raise what a long run that fails is to raise, if machine code finds out: another engine may
    take minutes to get there."""
    from adcli.engines.native.diagnosis import raise_failure

    order = Order(limits.precise, Caution.REPORT_FAILURE, plain, limits.cache)
    try:
        program = _Program(module, limits, order, image_of(module, order))
    except Unsuited:
        return
    try:
        place = program.place() if program.status(args) == Status.NO_RESULT else 0
        if place:
            stmt, function = program.text.places[place - 1], program.text.owners[place - 1]
            raise_failure(module, function, stmt, program.words(), program.value)
    except (struct.error, OverflowError):  # an integer beyond 64 bits
        pass
    finally:
        program.clear()


class _Remake(Exception):
    """A run met what its code was not made for, or took so long that better code pays: it is to be
    made once more, to this order."""

    def __init__(self, order: Order) -> None:
        self.order = order


class _Program:
    """Machine code with what is needed to run it."""

    def __init__(
        self,
        module: ir.Module,
        limits: Limits,
        order: Order,
        image: Image,
        patience: int = MOST,
        *,
        is_long: bool = False,
    ) -> None:
        self.module = module
        self.limits = limits
        self.order = order
        self.image = image
        self.is_long = is_long
        self.max_steps = min(limits.steps, MOST)
        #: the statements that may run before better code is made
        self.left = min(patience * image.lines, 2 * MOST) if image.improvable else 2 * MOST
        self.takes_arrays = any(map(is_array, image.params))
        self.gives_arrays = any(map(is_array, image.results))
        self.taken, self.given = _slots(image.params), _slots(image.results)
        self.inside = ctypes.create_string_buffer(max(8, self.taken.size))
        self.outside = ctypes.create_string_buffer(max(8, self.given.size))
        self.callbacks = {}
        types: dict[str, Any] = {REAL: ctypes.c_double, INT: ctypes.c_int64}
        for name in image.imports:
            if back := called_back(name):
                row, kinds = back
                kind = ctypes.CFUNCTYPE(ctypes.c_double, *[types[k] for k in kinds])
                self.callbacks[name[1:]] = kind(_called_back(row))
        addresses = {
            n: ctypes.cast(f, ctypes.c_void_p).value or 0 for n, f in self.callbacks.items()
        }
        self.code = Loaded(image.code, addresses | addresses_of_vectors(image, order))
        number, place = ctypes.c_int64, ctypes.c_void_p
        self.enter = self.code.function(
            "adcli.run", ctypes.c_int32, [place, place, number, number, number, number]
        )
        self.full = self.code.function("adcli.full", number)
        self.tape_memory = limits.tape_memory or quarter_of_memory()
        self.stop = self.code.function("adcli.stop")
        self.counted = self.code.function("adcli.steps", number)
        self.place = self.code.function("adcli.place", number)
        self.array = self.code.function("adcli.array", place, [number, number])
        self.clear = self.code.function("adcli.clear")
        self.pin = self.code.function("adcli.pin")
        weakref.finalize(self, _released, self.code)

    @cached_property
    def text(self) -> LlvmModule:
        """What the code was made from: needed to tell where a run failed."""
        return text_of(self.module, self.order)

    def run(self, args: Sequence[Any]) -> tuple[Any, ...] | None:
        """The results; None if another engine has to say what is wrong."""
        try:
            status = self.status(args)
            if status == Status.OK:
                found = self.given.unpack_from(self.outside)
                if self.gives_arrays:
                    pairs = zip(found, self.image.results, strict=True)
                    found = tuple([self.value(w, k) if is_array(k) else w for w, k in pairs])
                numbers = flatten_all(found) if self.gives_arrays else found
                return None if any([v - v for v in numbers]) else found
            if status in (Status.ALIASED, Status.OUT_OF_BOUNDS):
                is_aliased = status == Status.ALIASED
                caution = Caution.MAY_ALIAS if is_aliased else Caution.CHECK_EACH_ACCESS
                raise _Remake(self.order._replace(caution=caution))
            if status == Status.STOPPED:
                self.raise_limit()
            if status == Status.OUT_OF_MEMORY:
                place = self.place()
                span = self.text.places[place - 1].span if place else None
                error = tape_full(span) if self.full() else out_of_memory(span)
                _released(self.code)  # the next run shares the room out in its own way
                raise error
            return None
        except (struct.error, OverflowError):  # an integer beyond 64 bits
            return None
        finally:
            if self.image.has_arrays:
                self.clear()

    def status(self, args: Sequence[Any]) -> int:
        """Run, here if that is short, else in a thread of its own.

        Ctrl-C while machine code calls back would be lost in the callback, which then returns 0,
        so that such code has a thread as well.
        """
        depth, most = self.limits.max_depth, min(self.max_steps, self.left)
        self.take(args)
        if not (self.image.is_recursive or self.callbacks or self.is_long):
            short = min(SHORT, most)
            status: int = self.enter(self.inside, self.outside, short, depth, 0, self.tape_memory)
            self.is_long = status == Status.STOPPED and short < self.max_steps
            if not self.is_long or short == self.left:
                return self.done(status)
            if self.takes_arrays:
                self.clear()
                self.take(args)  # the first run may have changed its arrays
        stacks = STACKS if self.image.is_recursive else STACKS[-1:]
        found = _listening(
            lambda room: self.enter(self.inside, self.outside, most, depth, room, self.tape_memory),
            self.stop,
            stacks,
        )
        return self.done(Status.OUT_OF_MEMORY if found is None else found)

    def done(self, status: int) -> int:
        """The status of a run, if that may be the last one of this code."""
        if status == Status.STOPPED and self.left < self.max_steps:
            raise _Remake(self.order._replace(plain=False))
        self.left -= self.steps
        if status == Status.OK:
            self.is_long = self.is_long and self.steps > SHORT
        return status

    @property
    def steps(self) -> int:
        """The statements that ran."""
        found: int = self.counted()
        return found

    def raise_limit(self) -> None:
        place = self.place()
        span = self.text.places[place - 1].span if place else None
        raise step_limit(self.max_steps, span)

    def words(self) -> list[int]:
        """What the variables of a function held where it failed."""
        size = max([len(f.types) for f in self.text.owners])
        found = self.code.function("adcli.dump", ctypes.c_void_p)()
        return list((ctypes.c_int64 * size).from_address(found))

    # -- in and out ------------------------------------------------------------------------------

    def take(self, args: Sequence[Any]) -> None:
        """Put the arguments where machine code finds them."""
        if self.takes_arrays:
            args = [self.word(v, k) for v, k in zip(args, self.image.params, strict=True)]
        self.taken.pack_into(self.inside, 0, *args)

    def word(self, value: Any, kind: str) -> Any:
        """An argument as it stands in its slot."""
        return self.made(value, kind) if is_array(kind) else value

    def made(self, value: Sequence[Any], kind: str) -> int:
        """An array of the machine's own with the numbers of a list."""
        inner = element(kind)
        if is_array(inner):
            entries = array("q", [self.made(v, inner) for v in value])
        else:
            code, _ = _CODES[inner]
            entries = array(code, value)
        head: int = self.array(len(entries), entries.itemsize)
        if not head:
            raise out_of_memory(self.module.main.span)
        base = _word(head + 16)
        address, _ = entries.buffer_info()
        ctypes.memmove(base, address, len(entries) * entries.itemsize)
        return head

    def value(self, word: int, kind: str) -> list[Any]:
        """An array of the machine's own as a list."""
        inner = element(kind)
        length, base = _word(word), _word(word + 16)
        code, size = ("q", 8) if is_array(inner) else _CODES[inner]
        entries = array(code)
        entries.frombytes(ctypes.string_at(base, length * size))
        if is_array(inner):
            return [self.value(w, inner) for w in entries]
        return list(map(bool, entries)) if inner == BOOL else entries.tolist()


def quarter_of_memory() -> int:
    """A quarter of the machine's memory in bytes, where that is known."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4
    except (AttributeError, OSError, ValueError):
        return 1 << 30


class Prepared:
    """A module at a point: its arguments stay where the machine code finds them.  A call runs it;
    the status is 0 if all went well."""

    def __init__(self, program: _Program, args: Sequence[Any]) -> None:
        self.program = program
        program.taken.pack_into(program.inside, 0, *map(program.word, args, program.image.params))
        program.pin()
        number, place = ctypes.c_int64, ctypes.c_void_p
        again = program.code.function(
            "adcli.again", ctypes.c_int32, [place, place, number, number, number, number]
        )
        given = [ctypes.addressof(program.inside), ctypes.addressof(program.outside)]
        limits = [program.max_steps, program.limits.max_depth, MAIN_ROOM, program.tape_memory]
        self.run: partial[int] = partial(again, *map(place, given), *map(number, limits))

    def results(self) -> tuple[Any, ...]:
        """What the last run found."""
        program = self.program
        found = program.given.unpack_from(program.outside)
        pairs = zip(found, program.image.results, strict=True)
        return tuple([program.value(w, k) if is_array(k) else w for w, k in pairs])


def _slots(kinds: Sequence[str]) -> struct.Struct:
    """Values of these types in slots of eight bytes."""
    codes = {REAL: "d", INT: "q", BOOL: "?7x"}
    return struct.Struct("=" + "".join([codes.get(kind, "q") for kind in kinds]))


def _released(code: Loaded) -> None:
    code.function("adcli.release")()


def _word(address: int) -> int:
    found: int = ctypes.c_int64.from_address(address).value
    return found


def _listening(
    call: Callable[[int], int], stop: Callable[[], None], stacks: Sequence[int]
) -> int | None:
    """The status of a call in a thread with the first of the stacks that it can have, while this
    one listens: Ctrl-C stops the call and is raised here when it has come back.  The call is given
    what it may use of its stack; None if there is no memory for any."""
    found: list[int] = []
    done = threading.Event()

    def body(room: int) -> None:
        try:
            found.append(call(room))
        finally:
            done.set()

    before = threading.stack_size()
    try:
        for size in stacks:
            threading.stack_size(size)
            thread = threading.Thread(target=body, args=(size - SPARE,), daemon=True)
            try:
                thread.start()
                break
            except RuntimeError:  # "can't start new thread"
                continue
        else:
            return None
    finally:
        threading.stack_size(before)
    interrupt: KeyboardInterrupt | None = None
    while not done.is_set():
        try:
            if interrupt is not None:
                stop()
            done.wait(PULSE if interrupt is None else PULSE / 10)
        except KeyboardInterrupt as error:  # and whoever presses again waits as well
            interrupt = error
    if interrupt is not None:
        raise interrupt
    thread.join()
    return found[0]
