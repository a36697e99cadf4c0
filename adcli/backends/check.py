"""Is a derivative right?  Three tests that share nothing but the program.

All backends give the Jacobian, and finite differences, which know no rule, are the judge.  The
dot-product test holds forward against reverse mode, w . (J u) = (J^T w) . u, with no step size at
all.  The Taylor-remainder test halves a step and looks how fast |f(x + h d) - f(x) - h J d| falls:
as h^2 if J is right, as h if it is not, whatever the scale of the problem (Farrell, Ham, Funke &
Rognes, "Automated derivation of the adjoint of high-level transient finite element programs", SIAM
J. Sci. Comput. 35 (2013), section 4).

Invariant: a verdict is about one input, and names its worst entry.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from adcli.backends.base import Matrix, Question
from adcli.backends.choose import backend
from adcli.backends.mended import derivative
from adcli.engines.base import Engine, Limits
from adcli.errors import AdcliError, NotDifferentiable, Unsupported
from adcli.nested import entry_names, flatten_all, rebuilt_all
from adcli.passes.forward import forward
from adcli.passes.reverse import reverse

#: What two roads may differ by, as a share of the largest derivative; finite differences lose half
#: of the digits at worst, or what they themselves estimate.
EXACT, LOOSE = 1e-10, 1e-6

_EPS = 2.0**-52
_HALVINGS = 45


class Verdict(NamedTuple):
    """What a test says of one input: `entry` is its worst number, `found` and `wanted` are the
    figures that were compared, `note` says more where there is more to say."""

    input: str
    test: str
    ok: bool
    entry: str
    found: float | None
    wanted: float | None
    note: str = ""


class Judge:
    """The Jacobian of reverse mode at one point, and tests of it.  `trusted` is the module without
    declared derivatives, whose values alone count."""

    def __init__(self, question: Question, engine: Engine, limits: Limits, seed: int = 0) -> None:
        self.question = question
        self.engine = engine
        self.limits = limits
        self.random = random.Random(seed)
        answer = self.answer("reverse")
        self.values = flatten_all(answer.values)
        self.jacobian: Matrix = answer.jacobian
        self.run = engine.load(question.module, limits)

    def answer(self, name: str) -> Any:
        """What a backend says, at a kink as `grad` has it."""
        names = self.question.module.main.results
        return derivative(backend(name, 1, 1), self.question, names, self.engine, self.limits)

    def inputs(self) -> Iterator[tuple[str, list[str], slice]]:
        """Each input with its entries and their columns in the Jacobian."""
        start = 0
        for name, value in zip(self.question.wrt, self.question.active, strict=True):
            entries = entry_names(name, value)
            yield name, entries, slice(start, start + len(entries))
            start += len(entries)

    # -- against other backends ------------------------------------------------------------------

    def backends(self) -> Iterator[Verdict]:
        """Reverse mode against each of the others."""
        for name in ("forward", "symbolic", "finite-difference"):
            try:
                answer = self.answer(name)
            except AdcliError as error:
                # differences have nothing to say at a jump
                is_judge = name == "finite-difference" and isinstance(error, NotDifferentiable)
                is_ours = is_judge or isinstance(error, Unsupported)
                for input_, entries, _ in self.inputs():
                    yield Verdict(input_, name, is_ours, entries[0], None, None, error.message)
                continue
            share = LOOSE if name == "finite-difference" else EXACT
            yield from self.compared(name, answer.jacobian, answer.errors, share)

    def compared(
        self, name: str, other: Matrix, errors: Matrix | None, share: float
    ) -> Iterator[Verdict]:
        for input_, entries, columns in self.inputs():
            worst, at = -1.0, (0, columns.start)
            for i, row in enumerate(self.jacobian):
                scale = max([abs(v) for v in row], default=0.0)
                for j in range(columns.start, columns.stop):
                    room = share * max(scale, abs(row[j]), 1e-300)
                    if errors is not None:
                        room += 10 * abs(errors[i][j])
                    is_same = row[j] == other[i][j] or (
                        row[j] != row[j] and other[i][j] != other[i][j]
                    )
                    excess = 0.0 if is_same else abs(row[j] - other[i][j]) / room
                    if not excess <= worst:
                        worst, at = excess, (i, j)
            if not entries:
                continue
            i, j = at
            found, wanted = self.jacobian[i][j], other[i][j]
            ok, note = worst <= 1, ""
            if not ok and name == "finite-difference" and self.is_kink(j, i):
                ok, note = True, "not smooth here: the slopes to both sides differ"
            yield Verdict(input_, name, ok, entries[j - columns.start], found, wanted, note)

    def is_kink(self, column: int, row: int) -> bool:
        """Whether the difference quotients to both sides tend to different numbers."""
        size = len(flatten_all(self.question.active))
        direction = [float(j == column) for j in range(size)]
        x = abs(flatten_all(self.question.active)[column])
        slopes: list[list[float]] = []
        for h in (1e-5 * max(x, 1.0), 1e-6 * max(x, 1.0)):
            pair = []
            for step in (h, -h):
                moved = self.moved(direction, step)
                if moved is None:
                    return False
                pair.append((moved[row] - self.values[row]) / step)
            slopes.append(pair)
        (a, b), (c, d) = slopes
        gap = abs(c - d)
        return gap > 1e-3 * max(abs(c), abs(d)) and gap > 0.5 * abs(a - b)

    # -- products --------------------------------------------------------------------------------

    def products(self) -> Iterator[Verdict]:
        """w . (J u) by forward mode against (J^T w) . u by reverse mode, u along one input."""
        question, count = self.question, len(self.question.module.main.results)
        try:
            ahead = self.engine.load(forward(question.module, question.wrt), self.limits)
            back = self.engine.load(reverse(question.module, question.wrt), self.limits)
        except Unsupported as error:
            for name, entries, _ in self.inputs():
                yield Verdict(name, "dot product", True, entries[0], None, None, error.message)
            return
        forms = question.results(self.engine, self.limits)
        w = [self.random.uniform(-1, 1) for _ in self.values]
        try:
            adjoints = flatten_all(back((*question.point, *rebuilt_all(iter(w), forms)))[count:])
        except NotDifferentiable as error:  # what holds there is seen from the sides only
            for name, entries, _ in self.inputs():
                yield Verdict(name, "dot product", True, entries[0], None, None, error.message)
            return
        for name, entries, columns in self.inputs():
            if not entries:
                continue
            u = [0.0] * len(adjoints)
            for j in range(columns.start, columns.stop):
                u[j] = self.random.uniform(0.5, 1) * self.random.choice((-1, 1))
            direction = rebuilt_all(iter(u), question.active)
            tangents = flatten_all(ahead((*question.point, *direction))[count:])
            left = [a * b for a, b in zip(w, tangents, strict=True)]
            right = [a * b for a, b in zip(adjoints, u, strict=True)]
            scale = max([abs(v) for v in (*left, *right)], default=0.0)
            found, wanted = math.fsum(left), math.fsum(right)
            ok = is_same(found, wanted) or abs(found - wanted) <= EXACT * scale
            yield Verdict(name, "dot product", ok, name, found, wanted)

    # -- the remainder ---------------------------------------------------------------------------

    def remainders(self) -> Iterator[Verdict]:
        """The order at which the remainder of the first-order expansion falls: 2."""
        w = [self.random.uniform(0.5, 1) for _ in self.values]
        for name, entries, columns in self.inputs():
            if not entries:
                continue
            direction = [0.0] * (len(self.jacobian[0]) if self.jacobian else 0)
            place = flatten_all(self.question.active)
            for j in range(columns.start, columns.stop):
                size = max(abs(place[j]), 1e-2)
                direction[j] = size * self.random.uniform(0.5, 1) * self.random.choice((-1, 1))
            order = self.order(direction, w)
            if order is None:
                yield Verdict(name, "Taylor", True, name, None, 2.0, "linear here")
            else:
                ok = order > 1.8
                note = ""
                if not ok and any(self.is_kink(j, i) for j in range(columns.start, columns.stop)
                                  for i in range(len(self.values))):  # fmt: skip
                    ok, note = True, "not smooth here"
                yield Verdict(name, "Taylor", ok, name, order, 2.0, note)

    def order(self, direction: Sequence[float], w: Sequence[float]) -> float | None:
        """log2 of the ratio of remainders at h and h/2, where neither the next order nor round-off
        is in the way: the steadiest run of ratios.  None if the remainder is all round-off."""
        slope = math.fsum(
            [a * math.fsum([p * d for p, d in zip(row, direction, strict=True)])
             for a, row in zip(w, self.jacobian, strict=True)]
        )  # fmt: skip
        here = math.fsum([a * v for a, v in zip(w, self.values, strict=True)])
        size = math.fsum([abs(a * v) for a, v in zip(w, self.values, strict=True)])
        found: list[float] = []
        for k in range(_HALVINGS):
            h = 0.25 * 0.5**k
            moved = self.moved(direction, h)
            if moved is None:
                continue
            there = math.fsum([a * v for a, v in zip(w, moved, strict=True)])
            remainder = abs(there - here - h * slope)
            if remainder <= 200 * _EPS * max(size, abs(there), abs(h * slope)):
                break
            found.append(remainder)
        ratios = [math.log2(a / b) for a, b in pairwise(found)]
        if len(ratios) < 3:
            return None if not ratios else ratios[-1] if len(found) > 2 else None
        steady = min(range(len(ratios) - 2), key=lambda i: _spread(ratios[i : i + 3]))
        return sorted(ratios[steady : steady + 3])[1]

    def moved(self, direction: Sequence[float], step: float) -> list[float] | None:
        """The results at x + step*direction; None if there are none."""
        question = self.question
        place = flatten_all(question.active)
        numbers = iter([x + step * d for x, d in zip(place, direction, strict=True)])
        active = dict(zip(question.wrt, rebuilt_all(numbers, question.active), strict=True))
        names = question.module.main.params
        args = [active.get(n, v) for n, v in zip(names, question.point, strict=True)]
        try:
            found = flatten_all(self.run(args))
        except AdcliError:
            return None
        return found if len(found) == len(self.values) else None


def is_same(a: float, b: float) -> bool:
    """Whether two numbers are equal, or both are none."""
    return a == b or (a != a and b != b)


def _spread(numbers: Sequence[float]) -> float:
    return max(numbers) - min(numbers)


def differs(found: float, wanted: float, noise: float) -> bool:
    """Whether a claimed number is wrong, given what round-off may do to it here."""
    if not math.isfinite(found):
        return math.isfinite(wanted)
    return abs(found - wanted) > 1e-9 * max(abs(found), abs(wanted)) + noise
