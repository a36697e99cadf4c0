"""Questions about derivatives of a module, the backends that answer them, and their answers.

Invariant: a Jacobian is a matrix of numbers.  Its rows are the entries of all results, one result
after the other, its columns those of the inputs asked about; a number is its own only entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from adcli.engines.interface import Engine, Limits
from adcli.errors import Unsupported
from adcli.ir import nodes as ir
from adcli.ir.types import is_array
from adcli.nested_lists import flatten_all, rebuilt_all

if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object  # as in `adcli.engines.interface`

Matrix = tuple[tuple[float, ...], ...]


class Question:
    """What a backend is asked: the Jacobian of the entry's results by some inputs, at a point.

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
    def active_values(self) -> list[Any]:
        """The values of the inputs to differentiate by."""
        place = dict(zip(self.module.main.params, self.point, strict=True))
        return [place[name] for name in self.wrt]

    def results(self, engine: Engine, limits: Limits) -> tuple[Any, ...]:
        """The results at the point."""
        if self.values is None:
            self.values = tuple(engine.load(self.module, limits)(self.point))
        return self.values

    def result_shapes(self, engine: Engine, limits: Limits) -> Sequence[Any]:
        """Values of the shapes of the results; those of arrays are known only by running."""
        main = self.module.main
        if not any([is_array(main.types[r]) for r in main.results]):
            return (0.0,) * len(main.results)
        return self.results(engine, limits)


class Checkpointing:
    """Loops that were reversed by checkpointing, with names as in JSON: the lines they are in, as
    `turns` the iterations of their parts, the snapshots that are kept at a time, the bytes that
    tapes were limited to, and the statements that ran in all."""

    __slots__ = ("lines", "snapshots", "statements", "tape_memory", "turns")

    def __init__(
        self,
        lines: tuple[int, ...],
        turns: tuple[int, ...],
        snapshots: int,
        tape_memory: int,
        statements: int,
    ) -> None:
        self.lines = lines
        self.turns = turns
        self.snapshots = snapshots
        self.tape_memory = tape_memory
        self.statements = statements

    def fields(self) -> dict[str, Any]:
        """All of it by name, as JSON has it."""
        return {
            "lines": self.lines,
            "turns": self.turns,
            "snapshots": self.snapshots,
            "tape_memory": self.tape_memory,
            "statements": self.statements,
        }


class Answer:
    """`values[i]` is result i, a number or a nested list; `jacobian[i][j]` the derivative of entry
    i of the results by entry j of the inputs in the question's `wrt`.  A backend for Hessians puts
    the Hessian there, which is the Jacobian of the gradient.

    `errors` estimates the error of each entry of the Jacobian, where the backend can.
    `notes` are sentences that the user should read beside the numbers.
    `sweeps` counts the runs of a derivative program.
    `checkpointing` describes loops that were reversed by checkpointing.
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


#: What one sweep of a derivative program finds of a Jacobian.
COLUMN, ROW = "column", "row"


class Capabilities:
    """What a backend can do and what it costs, as it declares itself.

    `runs`              how often it runs the program or its derivative, for a Jacobian of so many
                        columns and rows: an engine is chosen by it.
    `sweep`             `COLUMN` or `ROW` if it finds the Jacobian by sweeps, each of which can find
                        several columns or rows that do not overlap: that is for sparse Jacobians.
    `evaluates_only`    it evaluates the program beside the point, so it sees a kink by itself; what
                        other backends find is corrected there by one-sided derivatives.
    `estimates_errors`  its numbers come with estimates of their errors; those of other backends are
                        right but for rounding.
    `schemes`           the schemes of difference quotients that it takes, as a keyword `scheme`
                        beside `step`.
    `arrays`, `loops`   whether it takes programs that have them; others are refused before.
    """

    __slots__ = (
        "arrays",
        "estimates_errors",
        "evaluates_only",
        "loops",
        "runs",
        "schemes",
        "sweep",
    )

    def __init__(
        self,
        *,
        runs: Callable[[int, int], int] = lambda columns, rows: 1,
        sweep: str | None = None,
        evaluates_only: bool = False,
        estimates_errors: bool = False,
        schemes: tuple[str, ...] = (),
        arrays: bool = True,
        loops: bool = True,
    ) -> None:
        self.runs = runs
        self.sweep = sweep
        self.evaluates_only = evaluates_only
        self.estimates_errors = estimates_errors
        self.schemes = schemes
        self.arrays = arrays
        self.loops = loops


class FirstOrderBackend(Protocol):
    """Finds a Jacobian.  Raises `Unsupported`, with a place, for what it cannot do."""

    capabilities: Capabilities

    def derivative(self, question: Question, engine: Engine, limits: Limits) -> Answer: ...


class SecondOrderBackend(Protocol):
    """Finds the Hessian of one number: the matrix of the answer has a row and a column for each
    entry of the inputs.  Raises `Unsupported` for what it cannot do."""

    capabilities: Capabilities

    def hessian(self, question: Question, engine: Engine, limits: Limits) -> Answer: ...


def refuse_unsupported(backend: str, able: Capabilities, module: ir.Module) -> None:
    """Raise `Unsupported` for a program with arrays or loops that a backend does not take."""
    if able.arrays and able.loops:
        return
    for function in module.functions.values():
        if not able.arrays and any(map(is_array, function.types.values())):
            raise Unsupported(f"the backend {backend} takes no arrays", span=function.span)
        for stmt in ir.walk(function.body):
            if not able.loops and isinstance(stmt, ir.For | ir.While):
                raise Unsupported(f"the backend {backend} takes no loops", span=stmt.span)


def unit(size: int, index: int) -> list[float]:
    """The seed that picks one direction."""
    seed = [0.0] * size
    seed[index] = 1.0
    return seed


def units(values: Sequence[Any]) -> Iterator[list[Any]]:
    """For each entry of some values the seed that picks it, in their form; one after the other, for
    all at once would be the square of their number."""
    size = len(flatten_all(values))
    for index in range(size):
        yield rebuilt_all(iter(unit(size, index)), values)


def transposed(columns: Sequence[Sequence[float]], rows: int) -> tuple[tuple[float, ...], ...]:
    """The rows of a matrix given by its columns."""
    return tuple(tuple([c[i] for c in columns]) for i in range(rows))
