"""Constraints of a minimum: `x + y <= 1`, `g(x, y) >= 0`, `x*y = 2`, with exact Jacobians."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from adcli.applications.dense_linear_algebra import Vector
from adcli.applications.equation_parsing import expression
from adcli.applications.flat_vector_function import DifferentiatedFunction
from adcli.derivatives_at_point import ProgramAtPoint
from adcli.engines.interface import Limits
from adcli.errors import UsageError
from adcli.rank_specialisation import Specialisations, hint_for

_RELATION = re.compile(r"<=|>=|==|(?<![<>=!])=(?!=)|<|>")


class Constraint(NamedTuple):
    """`function >= 0`, or `function = 0` if it is an equation; `text` is what was asked.

    A function may give several numbers, all of which are constrained.
    """

    text: str
    functions: Sequence[Specialisations]
    signs: Sequence[float]
    is_equation: bool

    def bound(
        self, point: Mapping[str, Any], names: Sequence[str], inputs: Sequence[str]
    ) -> BoundConstraint:
        """The constraint as a function of the inputs `names` that vary."""
        parts = []
        for function in self.functions:
            used = function.for_point(point)
            unknown = [n for n in used.inputs if n not in point]
            if unknown:
                raise UsageError(
                    f"'{unknown[0]}' in the constraint '{self.text}' is no input",
                    hint=hint_for(unknown[0], tuple(inputs), "the inputs are"),
                )
            place = {n: point[n] for n in used.names if n in point}
            wrt = [n for n in names if n in used.reals]
            parts.append(
                DifferentiatedFunction(
                    ProgramAtPoint(used, place, wrt, "auto", Limits(precise=True))
                )
            )
        return BoundConstraint(self, parts)


class BoundConstraint:
    """A constraint as a function of a vector, see `Constraint`."""

    def __init__(self, constraint: Constraint, parts: Sequence[DifferentiatedFunction]) -> None:
        self.text, self.is_equation = constraint.text, constraint.is_equation
        self._signs = constraint.signs
        self._parts = parts

    def values(self, point: Mapping[str, Any]) -> Vector:
        """The numbers that are at least 0, or 0."""
        found = [part.values(_vector(part, point)) for part in self._parts]
        return self._summed(found)

    def jacobian(self, point: Mapping[str, Any], names: Sequence[str]) -> list[Vector]:
        """Their Jacobian by the entries `names`."""
        rows = []
        for part in self._parts:
            _, matrix = part.jacobian(_vector(part, point))
            rows.append(
                [
                    [dict(zip(part.names, row, strict=True)).get(name, 0.0) for name in names]
                    for row in matrix
                ]
            )
        columns = [self._summed([matrix_column(m, k) for m in rows]) for k in range(len(names))]
        return [list(row) for row in zip(*columns, strict=True)]

    def _summed(self, parts: Sequence[Vector]) -> Vector:
        """The difference of both sides; a side of one number counts for all of the other."""
        size = max(map(len, parts))
        wide = [part * size if len(part) == 1 else part for part in parts]
        if any(len(part) != size for part in wide):
            raise UsageError(f"the sides of '{self.text}' have different numbers of entries")
        return [sum([s * v for s, v in zip(self._signs, row, strict=True)])
                for row in zip(*wide, strict=True)]  # fmt: skip

    def violation(self, point: Mapping[str, Any]) -> float:
        """By how much the constraint fails, 0 if it holds."""
        values = self.values(point)
        return max([abs(v) if self.is_equation else max(0.0, -v) for v in values], default=0.0)


def matrix_column(matrix: Sequence[Sequence[float]], k: int) -> Vector:
    return [row[k] for row in matrix]


def _vector(part: DifferentiatedFunction, point: Mapping[str, Any]) -> Vector:
    from adcli.nested_lists import flatten_all

    return flatten_all([point[name] for name in part.inputs])


def constraint(text: str, function: Callable[[str], Specialisations] = expression) -> Constraint:
    """The constraint of a text; `function` makes a function of each side."""
    relations = _RELATION.findall(text)
    if len(relations) != 1:
        hint = "a constraint is of the form x + y <= 1, x*y >= 2 or x = y"
        if len(relations) == 2 and relations[0][0] == relations[1][0] != "=":
            first, middle, last = [part.strip() for part in _RELATION.split(text)]
            hint = f"write two: {first} {relations[0]} {middle} and {middle} {relations[1]} {last}"
        raise UsageError(f"'{text}' is no constraint", hint=hint)
    left, _, right = text.partition(relations[0])
    if not left.strip() or not right.strip():
        raise UsageError(f"'{text}' is no constraint: a side is missing")
    sign = -1.0 if relations[0][0] == "<" else 1.0
    functions = function(left.strip()), function(right.strip())
    return Constraint(text, functions, (sign, -sign), relations[0][0] == "=")
