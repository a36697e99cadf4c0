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
from adcli.rank_specialisation import Point

#: How many points a claim is tested at.
POINTS = 50


class Claim(NamedTuple):
    """What came out for a claimed derivative by one input: at how many points it was right, and
    the first point where it is wrong, with the number claimed and the one that is right.  `result`
    is the number that they are derivatives of, if the program has several."""

    input: str
    ok: bool
    points: int
    entry: str = ""
    point: Mapping[str, Any] | None = None
    claimed: float | None = None
    derivative: float | None = None
    note: str = ""
    result: str = ""


#: The verdicts on an answer.
RIGHT, WRONG, UNREAD, MISSING = "right", "wrong", "not read", "none"


class JudgedAnswer(NamedTuple):
    """What came out for the answer of one of many: the first claim in it that is wrong, or why it
    is not read."""

    name: str
    line: int
    answer: str
    verdict: str
    claim: Claim | None = None
    error: AdcliError | None = None
    #: the answer in the language, if it was written otherwise
    read_as: str = ""

    def fields(self) -> dict[str, object]:
        """The answer for JSON."""
        found: dict[str, object] = {
            "name": self.name,
            "line": self.line,
            "answer": self.answer,
            "verdict": self.verdict,
        }
        if self.read_as:
            found["read_as"] = self.read_as
        if self.claim is not None:
            found["claim"] = self.claim._asdict()
        if self.error is not None:
            found |= {"message": self.error.message, "hint": self.error.hint}
        return found


class ClaimJudge:
    """Judges claims about one program, all at the same points of its domain."""

    def __init__(self, program: Program, point: Point, limits: Limits) -> None:
        """`point` is the first of the points; the others are drawn."""
        self.program = program
        self.limits = limits
        self.there = program.for_point(point)
        self.there.check_names(point)
        self._known: dict[tuple[str, int], tuple[list[str], list[float]]] = {}
        self.points = [dict(point)]
        for drawn in DomainSampler(program, point, limits).points(moving=list(self.there.inputs)):
            self.points.append(drawn)
            if len(self.points) >= POINTS:
                break

    def verdicts(
        self, claims: Mapping[str, Program] | Program, wrt: Sequence[str] | None = None
    ) -> Iterator[Claim]:
        """What came out for every claim.  One program for the derivatives by all inputs in `wrt`
        has a result for each, or one list of them: the gradient, or the Jacobian by rows."""
        inputs = self.there.inputs
        claimed = _by_input(claims, self.there.reals if wrt is None else wrt)
        for name, (claim, _) in claimed.items():
            for other in claim.inputs:
                if other not in inputs:
                    raise UsageError(
                        f"the claim for '{name}' has an input '{other}' that the program has not",
                        hint=suggestion(other, inputs) or f"the inputs are {', '.join(inputs)}",
                    )
        for name, (claim, together) in claimed.items():
            found = _Comparison(
                self.program, self.there.reals, name, claim, together, self.limits, self._known
            )
            yield found.verdict(self.points)


def judged(program: Program, name: str, claim: Program) -> Claim:
    """What comes out for one claim, of a program of which no input is given, at drawn points."""
    limits = Limits()
    place = DomainSampler(program, {}, limits, [name]).first()
    (found,) = ClaimJudge(program, place, limits).verdicts({name: claim})
    return found


def _by_input(
    claims: Mapping[str, Program] | Program, names: Sequence[str]
) -> dict[str, tuple[Program, Sequence[str]]]:
    """For each input the program that has its derivative, and the inputs by which it has others
    beside."""
    if not isinstance(claims, Program):
        return {name: (claim, ()) for name, claim in claims.items()}
    if len(names) == 1:
        return {names[0]: (claims, ())}
    if claims.results > 1 and set(claims.result_names) <= set(names):
        return dict.fromkeys(claims.result_names, (claims, claims.result_names))
    return dict.fromkeys(names, (claims, names))


class _Comparison:
    """The derivative of a program by one input, and what is claimed for it: by a program for this
    input, or by one for all those in `together`."""

    def __init__(
        self,
        program: Program,
        reals: Sequence[str],
        name: str,
        claim: Program,
        together: Sequence[str],
        limits: Limits,
        known: dict[tuple[str, int], tuple[list[str], list[float]]],
    ) -> None:
        """`known` keeps the derivatives at the points, for other claims."""
        self.program = program
        self.reals = reals
        self.name = name
        self.claim = claim
        self.together = together
        self.limits = limits
        self.known = known

    def verdict(self, points: Sequence[Point]) -> Claim:
        """Whether both agree at all points; if not, the first where they differ."""
        name = self.name
        for number, place in enumerate(points):
            results, right = self.right(number, place)
            entries = entry_names(name, place[name])
            try:
                found = self.claimed(place, len(right))
            except EvaluationError as error:
                return Claim(
                    name, False, number, entries[0], place, None, right[0],
                    f"the claim has no value here: {error.message}",
                )  # fmt: skip
            if len(found) != len(right):
                have = "1 number" if len(found) == 1 else f"{len(found)} numbers"
                raise TypeFault(
                    f"the claim for '{name}' has {have}, its derivative has {len(right)}",
                    span=self.claim.for_point(place).module.main.span,
                )
            whose = [(result, entry) for result in results for entry in entries]
            for (result, entry), a, b in zip(whose, found, right, strict=True):
                if _differs(a, b, 0.0) and _differs(a, b, self.rounding(place)):
                    of = result if len(results) > 1 else ""
                    return Claim(name, False, number, entry, place, a, b, result=of)
        return Claim(name, True, len(points))

    def right(self, number: int, place: Point) -> tuple[list[str], list[float]]:
        """The derivative at the point of this number, as `derivative` has it."""
        key = self.name, number
        if key not in self.known:
            self.known[key] = self.derivative(place)
        return self.known[key]

    def derivative(self, place: Point) -> tuple[list[str], list[float]]:
        """The names of the results, and the derivative of each by reverse mode."""
        found = self.program.differentiate(place, wrt=[self.name], backend=REVERSE)
        return found.row_names(), flatten(found.by_input()[self.name])

    def claimed(self, place: Point, wanted: int) -> list[float]:
        """The numbers that the claim has for it; there should be so many."""
        claim = self.claim.for_point(place)
        point = {n: v for n, v in place.items() if n in claim.inputs}
        values = self.claim.evaluate(point, limits=self.limits).values
        if not self.together:
            return flatten_all(values)
        index, count = self.together.index(self.name), len(self.together)
        if len(values) == count:
            return flatten(values[index])
        numbers = flatten_all(values)
        is_matrix = not any([isinstance(place[n], list | tuple) for n in self.together])
        if is_matrix and len(numbers) == count * wanted:
            return numbers[index::count]
        each = [f"{name}=..." for name in self.together]
        raise TypeFault(
            f"the claim is one for {len(values)} of the inputs {', '.join(self.together)}",
            span=claim.module.main.span,
            hint=f"write --claim {' --claim '.join(each)}, or --wrt for one of them",
        )

    def rounding(self, place: Point) -> float:
        """What a change of the point in its last digits does to both sides: more than that cannot
        be asked of them."""
        changes: list[float] = []
        try:
            here = self.both(place)
            for share in (2.0**-51, -(2.0**-50), 2.0**-49, -(2.0**-48)):
                moved = {n: _moved(v, share) if n in self.reals else v for n, v in place.items()}
                changes += [abs(a - b) for a, b in zip(self.both(moved), here, strict=True)]
        except AdcliError:
            return 0.0
        return 100 * max(changes, default=0.0)

    def both(self, place: Point) -> list[float]:
        """The numbers that are claimed and those that are right."""
        _, right = self.derivative(place)
        return [*self.claimed(place, len(right)), *right]


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
