"""Derivatives that a user claims, compared with those of a program.

Invariant: a claim is right if it agrees at all points with the derivative that reverse mode gives,
but for what rounding of the point does to either.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from adcli.backends.registry import REVERSE
from adcli.domain_sampler import DomainSampler
from adcli.engines.interface import Limits
from adcli.errors import AdcliError, EvaluationError, TypeFault, UsageError, suggestion
from adcli.nested_lists import entry_names, flatten, flatten_all
from adcli.program import Program
from adcli.rank_specialisation import Point, Specialisation

#: How many points a claim is tested at.
POINTS = 50


class Claim(NamedTuple):
    """What came out for a claimed derivative by one input: at how many points it was right, and
    the first point where it is wrong, with the number claimed and the one that is right."""

    input: str
    ok: bool
    points: int
    entry: str = ""
    point: Mapping[str, Any] | None = None
    claimed: float | None = None
    derivative: float | None = None
    note: str = ""


def checked_claims(
    program: Program, point: Point, claims: Mapping[str, Program] | Program, limits: Limits
) -> Iterator[Claim]:
    """What came out for every claim, at points of the domain of which `point` is the first.

    Raises `TypeFault` for a program whose result is not one number.
    """
    there = program.for_point(point)
    there.check_names(point)
    there.require_number("a claim")
    claimed = _by_input(there, claims)
    for name, (claim, _) in claimed.items():
        for other in claim.inputs:
            if other not in there.inputs:
                raise UsageError(
                    f"the claim for '{name}' has an input '{other}' that the program has not",
                    hint=suggestion(other, there.inputs)
                    or f"the inputs are {', '.join(there.inputs)}",
                )
    points = [dict(point)]
    for drawn in DomainSampler(program, point, limits).points(moving=list(there.inputs)):
        points.append(drawn)
        if len(points) >= POINTS:
            break
    for name, (claim, index) in claimed.items():
        yield _Comparison(program, there, name, claim, index, limits).verdict(points)


def judged(program: Program, name: str, claim: Program) -> Claim:
    """What comes out for one claim, of a program of which no input is given, at drawn points."""
    limits = Limits()
    place = DomainSampler(program, {}, limits, [name]).first()
    (found,) = checked_claims(program, place, {name: claim}, limits)
    return found


def _by_input(
    program: Specialisation, claims: Mapping[str, Program] | Program
) -> dict[str, tuple[Program, int | None]]:
    """For each input the program that has its derivative, and which result it is."""
    reals = program.reals
    if isinstance(claims, Program):
        if len(reals) == 1:
            return {reals[0]: (claims, None)}
        if claims.results > 1 and set(claims.result_names) <= set(reals):
            return {name: (claims, i) for i, name in enumerate(claims.result_names)}
        return {name: (claims, i) for i, name in enumerate(reals)}
    program.check_wrt(claims)
    return {name: (claim, None) for name, claim in claims.items()}


class _Comparison:
    """The derivative of a program by one input, and what is claimed for it: result `index` of
    another program, or its only result."""

    def __init__(
        self,
        program: Program,
        there: Specialisation,
        name: str,
        claim: Program,
        index: int | None,
        limits: Limits,
    ) -> None:
        self.program = program
        self.reals = there.reals
        self.name = name
        self.claim = claim
        self.index = index
        self.limits = limits

    def verdict(self, points: Sequence[Point]) -> Claim:
        """Whether both agree at all points; if not, the first where they differ."""
        name = self.name
        for number, place in enumerate(points):
            right = self.derivative(place)
            entries = entry_names(name, place[name])
            try:
                found = self.claimed(place)
            except EvaluationError as error:
                return Claim(
                    name, False, number, entries[0], place, None, right[0],
                    f"the claim has no value here: {error.message}",
                )  # fmt: skip
            if len(found) != len(right):
                raise TypeFault(
                    f"the claim for '{name}' has {len(found)} numbers, "
                    f"its derivative has {len(right)}",
                    span=self.claim.for_point(place).module.main.span,
                )
            rounding = self.rounding(place)
            for entry, a, b in zip(entries, found, right, strict=True):
                if _differs(a, b, rounding):
                    return Claim(name, False, number, entry, place, a, b)
        return Claim(name, True, len(points))

    def derivative(self, place: Point) -> list[float]:
        """The derivative by reverse mode."""
        found = self.program.differentiate(place, wrt=[self.name], backend=REVERSE)
        return flatten(found.by_input()[self.name])

    def claimed(self, place: Point) -> list[float]:
        """The numbers that the claim has for it."""
        claim = self.claim.for_point(place)
        point = {n: v for n, v in place.items() if n in claim.inputs}
        values = self.claim.evaluate(point, limits=self.limits).values
        if self.index is not None:
            if self.index >= len(values):
                each = [f"{name}=..." for name in self.reals]
                raise TypeFault(
                    f"the claim is one for {len(values)} of the inputs {', '.join(self.reals)}",
                    span=claim.module.main.span,
                    hint=f"write --claim {' --claim '.join(each)}, or --wrt for one of them",
                )
            values = (values[self.index],)
        return flatten_all(values)

    def rounding(self, place: Point) -> float:
        """What a change of the point in its last digits does to both sides: more than that cannot
        be asked of them."""
        changes: list[float] = []
        try:
            here = [*self.claimed(place), *self.derivative(place)]
            for share in (2.0**-51, -(2.0**-50), 2.0**-49, -(2.0**-48)):
                moved = {n: _moved(v, share) if n in self.reals else v for n, v in place.items()}
                beside = [*self.claimed(moved), *self.derivative(moved)]
                changes += [abs(a - b) for a, b in zip(beside, here, strict=True)]
        except AdcliError:
            return 0.0
        return 100 * max(changes, default=0.0)


def _moved(value: Any, share: float) -> Any:
    """Numbers changed by a share of themselves."""
    if isinstance(value, list | tuple):
        return [_moved(v, share) for v in value]
    return value * (1 + share)


def _differs(found: float, wanted: float, rounding: float) -> bool:
    """Whether a claimed number is wrong, given what round-off may do to it here."""
    if not math.isfinite(found):
        return math.isfinite(wanted)
    return abs(found - wanted) > 1e-9 * max(abs(found), abs(wanted)) + rounding
