"""What a backend is: something that answers a derivative question about a module.

Invariant: a Jacobian is a plain matrix here.  Its rows are the entries of all results, one result
after the other, its columns those of the inputs asked about; a number is its own only entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from adcli.engines.interface import Engine, Limits
from adcli.ir import nodes as ir
from adcli.ir.types import is_array
from adcli.nested_lists import flatten_all, rebuilt_all

Matrix = tuple[tuple[float, ...], ...]


class Question:
    """The Jacobian of the entry's results by some of its inputs, at a point.

    `point` holds a value for every parameter of the entry, in order, a nested list for an array;
    `wrt` names the real parameters to differentiate by; `values` are the results at the point where
    they are known already.
    """

    __slots__ = ("module", "point", "values", "wrt")

    def __init__(
        self,
        module: ir.Module,
        point: tuple[Any, ...],
        wrt: tuple[str, ...],
        values: tuple[Any, ...] | None = None,
    ) -> None:
        self.module = module
        self.point = point
        self.wrt = wrt
        self.values = values

    @property
    def active(self) -> list[Any]:
        """The values of the inputs to differentiate by."""
        place = dict(zip(self.module.main.params, self.point, strict=True))
        return [place[name] for name in self.wrt]

    def results(self, engine: Engine, limits: Limits) -> tuple[Any, ...]:
        """The results at the point."""
        if self.values is None:
            self.values = tuple(engine.load(self.module, limits)(self.point))
        return self.values

    def result_forms(self, engine: Engine, limits: Limits) -> Sequence[Any]:
        """Values of the same form as the results; those of arrays are known only by running."""
        main = self.module.main
        if not any([is_array(main.types[r]) for r in main.results]):
            return (0.0,) * len(main.results)
        return self.results(engine, limits)


class Checkpointing(NamedTuple):
    """Loops that ran in parts again, for want of memory: the lines they are in, the turns of their
    parts, the snapshots that may be kept at a time, the bytes that tapes had to do with, and the
    statements that ran in all."""

    lines: tuple[int, ...]
    turns: tuple[int, ...]
    snapshots: int
    tape_memory: int
    statements: int


class Answer:
    """`values[i]` is result i, a number or a nested list; `jacobian[i][j]` the derivative of entry
    i of the results by entry j of the inputs in the question's `wrt`.

    `errors` estimates the error of each entry of the Jacobian, where the backend can.
    `notes` are sentences that the user should read beside the numbers.
    `sweeps` counts the runs of a derivative program.
    `checkpointing` tells of loops that ran in parts again.
    """

    __slots__ = ("checkpointing", "errors", "jacobian", "notes", "sweeps", "values")

    def __init__(
        self,
        values: tuple[Any, ...],
        jacobian: Matrix,
        errors: Matrix | None = None,
        notes: tuple[str, ...] = (),
        sweeps: int = 0,
    ) -> None:
        self.values = values
        self.jacobian = jacobian
        self.errors = errors
        self.notes = notes
        self.sweeps = sweeps
        self.checkpointing: Checkpointing | None = None


class Backend(Protocol):
    """Raises `Unsupported`, with a place, for what it cannot do."""

    name: str

    def derivative(self, question: Question, engine: Engine, limits: Limits) -> Answer: ...


def unit(size: int, index: int) -> list[float]:
    """The seed that picks one direction."""
    seed = [0.0] * size
    seed[index] = 1.0
    return seed


def units(like: Sequence[Any]) -> Iterator[list[Any]]:
    """For each entry of some values the seed that picks it, in their form; one after the other, for
    all at once would be the square of their number."""
    size = len(flatten_all(like))
    for index in range(size):
        yield rebuilt_all(iter(unit(size, index)), like)


def transposed(columns: Sequence[Sequence[float]], rows: int) -> tuple[tuple[float, ...], ...]:
    """The rows of a matrix given by its columns."""
    return tuple(tuple([c[i] for c in columns]) for i in range(rows))
