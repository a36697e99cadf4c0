"""Roots of a program, and how they move with its parameters.

By the implicit function theorem the root x*(p) of f(x, p) = 0 moves with dx*/dp = -J_x^-1 J_p, with
the Jacobians of f at the root (Krantz & Parks, *The Implicit Function Theorem*, 2003, theorem
3.3.1).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, TypedDict

from adcli.applications.dense_linear_algebra import QR, Vector, transposed
from adcli.applications.flat_vector_function import DifferentiatedFunction
from adcli.applications.iteration_history import CONVERGED
from adcli.applications.newton_and_brackets import (
    FLAT,
    RootSearch,
    RootStep,
    at_end,
    bracketed,
    newton,
)
from adcli.applications.root_result import Root
from adcli.backends.registry import FORWARD
from adcli.derivatives_at_point import ProgramAtPoint
from adcli.engines.interface import Limits
from adcli.errors import EvaluationError, NotDifferentiable, UsageError
from adcli.rank_specialisation import Specialisations

#: The parts of an interval in which roots are looked for.
PARTS = 1000

#: The iterations after which a search stops if nobody says so.  Bisection of any two doubles takes
#: fewer than 1100, and Brent's method at most some times as many.
_LIMIT, _LIMIT_BRACKET = 200, 3000


class RootChoices(TypedDict, total=False):
    """How to look for roots.

    `wrt`          the unknowns; by default the real inputs that the start gives, if there are as
                   many as equations.
    `bracket`      for one unknown two values at which the signs differ.
    `every`        all roots between the two values.
    `sensitivity`  the parameters by which to differentiate the root.
    `limit`        the most iterations.
    `parts`        into how many parts to divide the interval, with `every`.
    """

    wrt: Sequence[str] | None
    bracket: Mapping[str, tuple[float, float]] | None
    every: bool
    sensitivity: Sequence[str]
    limit: int | None
    parts: int


def root(
    program: Specialisations,
    start: Mapping[str, Any],
    *,
    wrt: Sequence[str] | None = None,
    bracket: Mapping[str, tuple[float, float]] | None = None,
    every: bool = False,
    sensitivity: Sequence[str] = (),
    limit: int | None = None,
    parts: int = PARTS,
) -> Root:
    """The root of a program, see `adcli.program.Program.root`."""
    bracket = dict(bracket or {})
    if len(bracket) > 1:
        raise UsageError("a bracket is for one unknown")
    if every and not bracket:
        raise UsageError("all roots of what interval?", hint="say it by a bracket: x=0:10")
    for name, (low, high) in bracket.items():
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise UsageError(f"the bracket of '{name}' is no interval of finite numbers")
        if math.isinf(high - low):
            raise UsageError(f"the bracket of '{name}' is wider than a double can say")
    place = {**{name: low for name, (low, _) in bracket.items()}, **start}
    unknowns = list(bracket) if wrt is None and bracket else wrt
    one = program.for_point(place, [*(unknowns or ()), *sensitivity])
    bound = ProgramAtPoint(one, place, unknowns, "auto", Limits(precise=True))
    try:
        bound = _with_unknowns(bound, unknowns, sensitivity)
    except EvaluationError as error:
        raise (at_end(error, *[low for low, _ in bracket.values()]) if bracket else error) from None
    function = DifferentiatedFunction(bound)
    most = limit or (_LIMIT_BRACKET if bracket else _LIMIT)
    searches = _searches(function, bracket, most, parts, every=every)
    ends = bracket.get(function.names[0]) if bracket else None
    slopes = _slopes(bound, searches[:1], sensitivity)
    return Root(function, searches, slopes, every=every, ends=ends, parts=parts)


def _with_unknowns(
    bound: ProgramAtPoint, wrt: Sequence[str] | None, sensitivity: Sequence[str]
) -> ProgramAtPoint:
    """The same with as many unknowns as there are equations."""
    program = bound.program
    names = list(wrt or [n for n in program.varied(bound.point) if n not in sensitivity])
    for name in sensitivity:
        if name in names:
            raise UsageError(f"'{name}' is an unknown, no parameter")
    bound.program.check_wrt([*names, *sensitivity])
    found = ProgramAtPoint(bound.program, bound.point, names, "auto", bound.limits)
    function = DifferentiatedFunction(found)
    equations = len(function.values(function.start))
    if equations != len(function.names):
        raise UsageError(
            f"there {_counted(equations, 'equation')} for {len(function.names)} unknowns, "
            f"{', '.join(function.names) or 'none'}"
            if len(function.names) != 1
            else f"there {_counted(equations, 'equation')} for 1 unknown, {function.names[0]}",
            hint="name the unknowns with --wrt: there must be as many as equations",
        )
    return found


def _counted(count: int, what: str) -> str:
    return f"is 1 {what}" if count == 1 else f"are {count} {what}s"


def _searches(
    function: DifferentiatedFunction,
    bracket: Mapping[str, tuple[float, float]],
    limit: int,
    parts: int,
    *,
    every: bool,
) -> list[RootSearch]:
    if not bracket:
        return [newton(function, function.start, limit)]
    if len(function.names) > 1:
        raise UsageError("a bracket is for one unknown")
    ((low, high),) = bracket.values()
    if every:
        return all_roots(function, low, high, limit, parts)
    found = bracketed(function, low, high, limit)
    if found is None:
        raise UsageError(
            f"the function has the same sign at both ends, {low:g} and {high:g}",
            hint="take other ends, start Newton's method with --at, or look for --all roots",
        )
    return [found]


def all_roots(
    function: DifferentiatedFunction, low: float, high: float, limit: int, parts: int
) -> list[RootSearch]:
    """The roots between two numbers that a division of the interval shows: by changes of the sign
    of f, and of f' where f may touch 0."""
    grid = [low + (high - low) * k / parts for k in range(parts)] + [high]
    samples = [_sample(function, x) for x in grid]
    found: list[RootSearch] = []
    flat: float | None = None  # where the function has become 0 all along
    for (x, right), (here, there) in zip(pairwise(grid), pairwise(samples), strict=True):
        if here is None or there is None:
            continue
        if here[0] == there[0] == 0 and function.value([x + (right - x) / 2]) == 0:
            if flat is None:
                flat = x
                found.append(RootSearch([RootStep(0, [x], 0.0, None)], FLAT))
            note = f"the function is 0 from {flat:g} to {right:g}"
            found[-1] = found[-1]._replace(note=note)
            continue
        if flat is not None:
            flat = None  # the last 0 belongs to what is flat
        elif here[0] == 0:
            found.append(RootSearch([RootStep(0, [x], 0.0, None)], CONVERGED))
        elif there[0] != 0 and (here[0] > 0) != (there[0] > 0):
            search = bracketed(function, x, right, limit)
            found += [search] if search is not None and search.status == CONVERGED else []
        elif here[1] * here[0] < 0 < there[1] * there[0]:  # |f| falls, then rises
            found += _touching(function, x, right, limit)
    if samples[-1] is not None and samples[-1][0] == 0 and flat is None:
        found.append(RootSearch([RootStep(0, [high], 0.0, None)], CONVERGED))
    return found


def _touching(
    function: DifferentiatedFunction, low: float, high: float, limit: int
) -> list[RootSearch]:
    """The roots between two numbers where |f| has a minimum: two that are close, one of even
    multiplicity, or none."""
    middle = _minimum(function, low, high)
    value = function.value([middle])
    if value != 0 and (value > 0) != (function.value([low]) > 0):
        both = [bracketed(function, low, middle, limit), bracketed(function, middle, high, limit)]
        return [search for search in both if search is not None and search.status == CONVERGED]
    if abs(value) <= 64 * function.noise([middle])[0]:
        note = "a root of even multiplicity: the function touches 0"
        return [RootSearch([RootStep(0, [middle], abs(value), None)], CONVERGED, note, 2)]
    return []


def _minimum(function: DifferentiatedFunction, low: float, high: float) -> float:
    """Where the slope changes its sign, by bisection."""
    slope = function.gradient([low])[1][0]
    while True:
        middle = low + (high - low) / 2
        if middle in (low, high):
            return middle
        found = function.gradient([middle])[1][0]
        if found == 0:
            return middle
        if (found > 0) == (slope > 0):
            low = middle
        else:
            high = middle


def _sample(function: DifferentiatedFunction, x: float) -> tuple[float, float] | None:
    """The value and the slope; None where there is none."""
    try:
        values, rows = function.jacobian([x])
    except (EvaluationError, NotDifferentiable):
        return None
    return values[0], rows[0][0]


def _slopes(
    bound: ProgramAtPoint, searches: Sequence[RootSearch], names: Sequence[str]
) -> dict[str, Vector] | None:
    """For each entry of the parameters the derivatives of the unknowns by it; None if they are not
    known, since the Jacobian is singular or there is no root."""
    if not names or not searches or searches[0].status != CONVERGED:
        return {} if not names else None
    function = DifferentiatedFunction(bound)
    point = function.point(searches[0].vector)
    program, limits = bound.program, bound.limits
    here = DifferentiatedFunction(ProgramAtPoint(program, point, bound.wrt, "auto", limits))
    _, matrix, _ = here.at_start(FORWARD)
    qr = QR(transposed(matrix))
    if qr.rank < len(matrix):
        return None
    by = DifferentiatedFunction(ProgramAtPoint(program, point, list(names), "auto", limits))
    _, rows, _ = by.at_start(FORWARD)
    columns = transposed(rows)
    return {
        name: qr.solve(qr.project([-d for d in column]))
        for name, column in zip(by.names, columns, strict=True)
    }
