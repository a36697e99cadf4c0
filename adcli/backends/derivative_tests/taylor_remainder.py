"""The Taylor-remainder test: |f(x + h d) - f(x) - h J d| falls as h^2 if J is right, as h if not.

That holds whatever the scale of the problem (Farrell, Ham, Funke & Rognes, "Automated derivation of
the adjoint of high-level transient finite element programs", SIAM J. Sci. Comput. 35 (2013),
section 4).

Invariant: a remainder counts only as long as it is more than rounding, and is that of the step by
which the rounded arguments were moved.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from adcli.backends.derivative_tests.finite_difference_test import Differences
from adcli.backends.derivative_tests.jacobian_under_test import JacobianUnderTest, Verdict
from adcli.backends.rounding_noise import EPSILON
from adcli.errors import AdcliError
from adcli.nested_lists import flatten_all, rebuilt_all

#: How often the step is halved, and by how much it falls where the program has no value.
_HALVINGS, _LEAP = 100, 16.0

#: Steps that the rounding of the arguments changes by a greater share tell no order.
_OFF = 1 / 64


class Remainders:
    """Remainders of the first-order expansion, along one input after the other.  Where they fall as
    the step does, `differences` may still excuse the Jacobian."""

    def __init__(self, tested: JacobianUnderTest, differences: Differences) -> None:
        self.tested = tested
        self.differences = differences
        self.run = tested.engine.load(tested.question.module, tested.limits)

    def verdicts(self) -> Iterator[Verdict]:
        """The order at which the remainder of the first-order expansion falls: 2."""
        w = [self.tested.random.uniform(0.5, 1) for _ in self.tested.values]
        for name, entries, columns in self.tested.inputs():
            if not entries:
                continue
            direction = [0.0] * (len(self.tested.jacobian[0]) if self.tested.jacobian else 0)
            place = flatten_all(self.tested.question.active_values)
            for j in range(columns.start, columns.stop):
                size = max(abs(place[j]), 1e-2)
                direction[j] = (
                    size * self.tested.random.uniform(0.5, 1) * self.tested.random.choice((-1, 1))
                )
            found = self.falling(direction, w)
            order = _fall(found)
            if order is None:
                yield Verdict(name, "Taylor", True, name, None, 2.0, "linear here")
                continue
            ok, note = not _is_first(found) or self.is_right_elsewhere(direction, w), ""
            if not ok and self.tested.kinks:
                ok, note = True, self.tested.kinks[0]
            elif not ok and self.differences.excludes(found[-1], direction, w):
                ok, note = True, "differences exclude so great an error"
            elif not ok and self.differences.are_bent(columns):
                ok, note = True, "not smooth here, as differences see it"
            elif not ok and not self.differences.has_estimates(columns):
                ok, note = True, "no step is small enough to tell"
            yield Verdict(name, "Taylor", ok, name, order, 2.0, note)

    def is_right_elsewhere(self, direction: Sequence[float], w: Sequence[float]) -> bool:
        """Whether the remainder clearly falls faster the other way, or on the inputs' own scale: a
        kink may be so close that all steps to one side cross it."""
        place = flatten_all(self.tested.question.active_values)
        near = [
            math.copysign(abs(x), d) if d else 0.0 for x, d in zip(place, direction, strict=True)
        ]
        for line in ([-d for d in direction], near, [-d for d in near]):
            found = self.falling(line, w)
            if len(found) > 3 and not _is_first(found) and (_fall(found) or 0.0) > 1.2:
                return True
        return False

    def falling(self, direction: Sequence[float], w: Sequence[float]) -> list[tuple[float, float]]:
        """Steps and the remainders there, as long as they are more than rounding."""
        columns = [
            [a * row[j] if d else 0.0 for a, row in zip(w, self.tested.jacobian, strict=True)]
            for j, d in enumerate(direction)
        ]
        slopes = list(map(math.fsum, columns))
        sizes = [math.fsum(map(abs, column)) for column in columns]
        loose = math.fsum(
            [abs(a * s * d) for a, row in zip(w, self.tested.spread, strict=True)
             for s, d in zip(row, direction, strict=True)]
        )  # fmt: skip
        here = self.tested.noise.here or [0.0] * len(w)
        found: list[tuple[float, float]] = []
        h, quiet = 0.25, 0
        for _ in range(_HALVINGS):
            moved, steps = self.moved(direction, h), self.steps(direction, h)
            if moved is None or not all(map(math.isfinite, steps)):
                h /= _LEAP
                continue
            rounded = [abs(s - h * d) for s, d in zip(steps, direction, strict=True)]
            if any([r > _OFF * h * abs(d) for r, d in zip(rounded, direction, strict=True)]):
                break
            rises = [p * s for p, s in zip(slopes, steps, strict=True)]
            parts = [a * (b - c) for a, b, c in zip(w, moved, self.tested.values, strict=True)]
            remainder = abs(math.fsum([*parts, *map(operator.neg, rises)]))
            beside = self.tested.noise.beside(self.args(direction, h), moved) or here
            rounding = [
                abs(a) * (max(n, m) + EPSILON * (abs(b) + abs(c)))
                for a, n, m, b, c in zip(w, here, beside, moved, self.tested.values, strict=True)
            ]
            rounding += [EPSILON * p * abs(s) for p, s in zip(sizes, steps, strict=True)]
            if remainder > 4 * (math.fsum(rounding) + 2 * h * loose):
                found.append((h, remainder))
                quiet = 0
            else:
                quiet += 1
                if quiet == 3:
                    break
            h /= 2
        return found

    def steps(self, direction: Sequence[float], step: float) -> list[float]:
        """How far each argument is really moved: x + step*direction is rounded, which near a root
        is more than the rounding of the result."""
        place = flatten_all(self.tested.question.active_values)
        return [(x + step * d) - x for x, d in zip(place, direction, strict=True)]

    def args(self, direction: Sequence[float], step: float) -> list[Any]:
        """The arguments at x + step*direction."""
        question = self.tested.question
        place = flatten_all(question.active_values)
        numbers = iter([x + step * d for x, d in zip(place, direction, strict=True)])
        active = dict(zip(question.wrt, rebuilt_all(numbers, question.active_values), strict=True))
        names = question.module.main.params
        return [active.get(n, v) for n, v in zip(names, question.point, strict=True)]

    def moved(self, direction: Sequence[float], step: float) -> list[float] | None:
        """The results at x + step*direction; None if there are none."""
        try:
            found = flatten_all(self.run(self.args(direction, step)))
        except AdcliError:
            return None
        return found if len(found) == len(self.tested.values) else None


def _ratios(found: Sequence[tuple[float, float]]) -> list[float]:
    """At which orders the remainders fall from each step to the next."""
    return [math.log(a / b) / math.log(h / k) for (h, a), (k, b) in pairwise(found) if a > 0 < b]


def _is_first(found: Sequence[tuple[float, float]]) -> bool:
    """Whether the remainder falls as the step does, down to rounding.  That of x^1.1 at 0 falls
    with an order of its own, which stays the same."""
    last = _ratios(found)[-4:]
    if len(last) < 3 or not all([0.8 < r < 1.2 for r in last]):
        return False
    return not (min(last) > 1.005 and max(last) - min(last) < 1e-4)


def _fall(found: Sequence[tuple[float, float]]) -> float | None:
    """The order at which the remainder falls, where neither the next order nor rounding is in the
    way: the steadiest run, or the last one if it is of order 1.  None if all is rounding."""
    ratios = _ratios(found)
    if len(ratios) < 3:
        return ratios[-1] if len(ratios) > 1 else None
    if _is_first(found):
        return sorted(ratios[-3:])[1]
    runs = [sorted(ratios[i : i + 3]) for i in range(len(ratios) - 2)]
    return min(runs, key=lambda run: run[2] - run[0])[1]
