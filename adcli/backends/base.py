"""What a backend is: something that answers a derivative question about a module."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from adcli.engines.base import Engine, Limits
from adcli.ir.nodes import Module

Matrix = tuple[tuple[float, ...], ...]


class Question:
    """The Jacobian of the entry's results by some of its inputs, at a point.

    `point` holds a value for every parameter of the entry, in order; `wrt` names the real
    parameters to differentiate by.
    """

    __slots__ = ("module", "point", "wrt")

    def __init__(self, module: Module, point: tuple[Any, ...], wrt: tuple[str, ...]) -> None:
        self.module = module
        self.point = point
        self.wrt = wrt


class Answer:
    """`values[i]` is result i; `jacobian[i][j]` its derivative by input j of the question's `wrt`.

    `errors` estimates the error of each entry of the Jacobian, where the backend can.
    `notes` are sentences that the user should read beside the numbers.
    """

    __slots__ = ("errors", "jacobian", "notes", "values")

    def __init__(
        self,
        values: tuple[float, ...],
        jacobian: Matrix,
        errors: Matrix | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        self.values = values
        self.jacobian = jacobian
        self.errors = errors
        self.notes = notes


class Backend(Protocol):
    """Raises `Unsupported`, with a place, for what it cannot do."""

    name: str

    def derivative(self, question: Question, engine: Engine, limits: Limits) -> Answer: ...


def unit(size: int, index: int) -> list[float]:
    """The seed that picks one direction."""
    seed = [0.0] * size
    seed[index] = 1.0
    return seed


def transposed(columns: Sequence[Sequence[float]], rows: int) -> tuple[tuple[float, ...], ...]:
    """The rows of a matrix given by its columns."""
    return tuple(tuple([c[i] for c in columns]) for i in range(rows))
