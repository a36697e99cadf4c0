"""Points of a program's domain, drawn at random, for tests of its derivatives.

Invariant: a point has a value and a derivative; points are drawn with a fixed seed, so a check
gives the same verdict each time.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from adcli.backends.registry import REVERSE
from adcli.engines.interface import Limits
from adcli.errors import AdcliError, TypeFault, UsageError
from adcli.expr import App, Num
from adcli.ir import nodes as ir
from adcli.ir.types import INT, base, rank
from adcli.program import Program
from adcli.rank_specialisation import Point

#: How many points are tried to find the ones that are asked for.
TRIES = 1000

#: How large the numbers of points are, in turn.
_SIZES = (1.0, 3.0, 0.1, 10.0)

#: Beside numbers of the program that are larger, up to this one, points are drawn too; beside so
#: many at most.
_LARGEST, _MOST_LITERALS = 1e6, 5


class DomainSampler:
    """Draws points of the domain: numbers of several sizes and both signs, also of the sizes of
    numbers in the program, and of integers small ones, as far as a point leaves them open.  Arrays
    have the lengths that the point has."""

    def __init__(
        self, program: Program, point: Point, limits: Limits, naming: Iterable[str] = ()
    ) -> None:
        """Names in `naming` are inputs too, if they could be."""
        there = program.for_point(point, naming)
        self.program = program
        self.point = dict(point)
        self.limits = limits
        self.random = random.Random(20)
        known = there.partly_bound(point)
        kinds = there.module.main.types
        self.large = _large_literals(there.module)
        #: the inputs that the point leaves open, and the values of those that have defaults
        self.open = [n for n in there.inputs if n not in known]
        defaults = there.default_values(point)
        self.defaults = {n: defaults[n] for n in self.open if n in defaults}
        self.kinds = {n: kinds[n] for n in there.inputs}

    def first(self) -> dict[str, Any]:
        """A point with a value and a derivative; inputs have their defaults, unless there is no
        derivative at these."""
        drawn = [name for name in self.open if name not in self.defaults]
        for moving in dict.fromkeys((tuple(drawn), tuple(self.open))):
            for place in self.points(moving):
                return place
        raise UsageError(
            "no point was found where the program has a derivative", hint="give one with --at"
        )

    def points(self, moving: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Points with a value and a derivative; the inputs in `moving` are drawn."""
        for number in range(TRIES if moving else 1):
            place = self.point | self.defaults
            place.update((n, self.value(n, number)) for n in moving)
            try:
                self.program.differentiate(place, backend=REVERSE, limits=self.limits)
            except TypeFault:
                raise
            except AdcliError:
                continue
            yield place

    def value(self, name: str, number: int) -> Any:
        """A value for an input, for the point with that number."""
        kind, model = self.kinds[name], self.point.get(name)
        if base(kind) == INT and model is not None:
            return model
        if rank(kind):
            return self.shaped(
                model if model is not None else _square(rank(kind)), base(kind), number
            )
        return self.number(base(kind), number)

    def shaped(self, model: Any, kind: str, number: int) -> Any:
        """Numbers in the shape of a value."""
        if isinstance(model, list | tuple):
            return [self.shaped(part, kind, number) for part in model]
        return self.number(kind, number)

    def number(self, kind: str, number: int) -> float | int:
        if kind == INT:
            return self.random.randint(1, 6)
        turn = number // len(_SIZES)
        size = _SIZES[number % len(_SIZES)]
        if self.large and turn > 1 and number % 2:
            size = 2 * self.large[turn % len(self.large)]
        # of every two points one has positive numbers only, for logarithms and roots: those of
        # each size in turn
        low = 0.01 if (number + turn) % 2 else -1.0
        return size * self.random.uniform(low, 1.0)


def _large_literals(module: ir.Module) -> list[float]:
    """The sizes of numbers in a program that are above those of the points."""
    found = {
        abs(float(atom.value))
        for function in module.functions.values()
        for stmt in ir.walk(function.body)
        if isinstance(stmt, ir.Let)
        for atom in (stmt.expr.args if isinstance(stmt.expr, App) else (stmt.expr,))
        if isinstance(atom, Num)
    }
    return sorted([size for size in found if max(_SIZES) < size <= _LARGEST])[:_MOST_LITERALS]


def _square(ranks: int) -> Any:
    """An array of so many indices with three entries along each."""
    return 0.0 if ranks == 0 else [_square(ranks - 1) for _ in range(3)]
