"""The interface of engines: they run a module on numbers, within limits."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from adcli.errors import LimitError
from adcli.ir import nodes as ir

if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object  # a protocol takes as long to make as three classes, and is for types alone

#: No tape takes fewer bytes, however little is on it (`adcli.grow` in native/runtime.ll).
SMALLEST_TAPE = 4096

#: The default limit of steps, which are statements that run: machine code takes some seconds for
#: so many.
DEFAULT_STEPS = 10_000_000_000

#: The default where each step is recorded, as for traces: so many take some gigabytes.
RECORDED_STEPS = 5_000_000

#: The default where steps are unfolded into formulas; each may leave a node or two.
UNFOLDED_STEPS = 1_000_000


class TapeFull(LimitError):
    """The tapes of a run would take more memory than they may."""


class Limits:
    """How far a run may go, and what becomes of numbers outside a domain.

    `max_steps`    statements that may run, and entries that new arrays may have; None: the same
                   number for all engines, `DEFAULT_STEPS`, or less where steps are kept.
    `max_depth`    calls inside calls.
    `propagate`    give nan and inf as IEEE 754 has them, where otherwise an error is raised.
    `tape_memory`  bytes that the tapes of machine code may take together; None: a quarter of the
                   machine's memory.
    `cache`        whether machine code may be kept between runs of the command.
    `precise`      whether machine code has the bits of the other engines: it computes sin, exp and
                   their like one at a time, where functions for several numbers at once are faster,
                   adds in the program's order, and rounds each operation.
    """

    __slots__ = ("cache", "max_depth", "max_steps", "precise", "propagate", "tape_memory")

    def __init__(
        self,
        max_steps: int | None = None,
        max_depth: int = 5_000,
        propagate: bool = False,
        cache: bool = True,
        tape_memory: int | None = None,
        precise: bool = False,
    ) -> None:
        self.max_steps = max_steps
        self.max_depth = max_depth
        self.propagate = propagate
        self.cache = cache
        self.tape_memory = tape_memory
        self.precise = precise

    @property
    def steps(self) -> int:
        """The statements that may run."""
        return self.max_steps or DEFAULT_STEPS

    @property
    def tape_bytes(self) -> int:
        """The bytes that tapes may take together."""
        return self.tape_memory or _quarter_of_memory()

    def within(self, max_steps: int | None) -> Limits:
        """The same with another limit of steps."""
        rest = self.propagate, self.cache, self.tape_memory, self.precise
        return Limits(max_steps, self.max_depth, *rest)


def _quarter_of_memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4
    except (AttributeError, OSError, ValueError):  # the system does not say
        return 1 << 30


def trip_count(start: int, stop: int, step: int) -> int:
    """How many iterations a loop over `range(start, stop, step)` has; the step is not 0."""
    one = 1 if step > 0 else -1
    return max(0, (stop - start + step - one) // step)


def private_copy(value: Any) -> Any:
    """An argument that a run may change: a number, or a copy of an array."""
    if not isinstance(value, list | tuple):
        return value
    if value and isinstance(value[0], list | tuple):
        return [private_copy(inner) for inner in value]
    return list(value)


#: A loaded module: from the entry's arguments to its results.  Arrays are nested lists; those among
#: the arguments are left as they are.
Runner = Callable[[Sequence[Any]], tuple[Any, ...]]


class EngineCapabilities:
    """What an engine can do and what it costs, as it declares itself; times are nanoseconds.

    `run`             to run a statement.
    `load`            to load a module, beside `load_statement` for each of its statements.
    `propagates`      it gives nan and inf where operations have no value, see `Limits.propagate`;
                      an engine that does not lets another one run the module.
    """

    __slots__ = ("load", "load_statement", "propagates", "run")

    def __init__(
        self, run: int, load: int = 0, load_statement: int = 0, propagates: bool = True
    ) -> None:
        self.run = run
        self.load = load
        self.load_statement = load_statement
        self.propagates = propagates


class Engine(Protocol):
    """Runs modules.  Errors are those of `adcli.errors`, the same from every engine.

    `steps` counts the statements of the last run; `notes` are sentences for the user.
    """

    name: str
    steps: int
    notes: tuple[str, ...]

    def load(self, module: ir.Module, limits: Limits) -> Runner:
        """Prepare a module; the runner may be used many times."""
        raise NotImplementedError


def run_by(other: Engine, module: ir.Module, limits: Limits, owner: Engine) -> Runner:
    """A module loaded by another engine than its owner, which counts the steps as its own."""
    runner = other.load(module, limits)

    def run(args: Sequence[Any]) -> tuple[Any, ...]:
        try:
            return runner(args)
        finally:
            owner.steps = other.steps

    return run
