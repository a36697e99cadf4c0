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
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from itertools import pairwise
from typing import Any, NamedTuple

from adcli.backends.finite import FIRST, Entry, FiniteDifference
from adcli.backends.one_sided.answers import derivative
from adcli.backends.question import Matrix, Question, units
from adcli.backends.registry import backend
from adcli.backends.rounding_noise import EPSILON, PATTERNS, Noise, distance
from adcli.backends.sweeps import ADJOINT, TANGENT, Seed, Sweeps
from adcli.engines.interface import Engine, Limits
from adcli.errors import AdcliError, NotDifferentiable, Unsupported
from adcli.ir import nodes as ir
from adcli.nested_lists import entry_names, flatten_all, rebuilt_all
from adcli.passes.forward_mode import forward
from adcli.passes.reverse_mode import reverse
from adcli.passes.stochastic_rounding import perturbed

#: What two roads may differ by, as a share of the derivative and of the largest one, beside what
#: rounding does to it.
EXACT, BESIDE = 1e-10, 1e-12

#: So many times its estimated error may an estimate be off.
ROOM = 10.0

#: Differences that are not known better than to this share are helped by the complex step.
CLOSE = 1e-5

#: Another first step for a second search, as a part of |x|.
SECOND = 0.03712649581713

#: How often the step of the remainder is halved, and by how much it falls where there is no value.
_HALVINGS, _LEAP = 100, 16.0


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
    """The Jacobian of reverse mode at one point, and tests of it.  `kinks` are the notes on a kink
    at the point."""

    def __init__(
        self,
        question: Question,
        engine: Engine,
        limits: Limits,
        seed: int = 0,
        kinks: Sequence[str] = (),
    ) -> None:
        self.question = question
        self.engine = engine
        self.limits = limits
        self.random = random.Random(seed)
        self.kinks = kinks
        answer = self.answer("reverse")
        self.values = flatten_all(answer.values)
        self.jacobian: Matrix = answer.jacobian
        self.run = engine.load(question.module, limits)
        self.noise = Noise(question.module, engine, limits, question.point, self.values)
        #: what differences say of each entry, where they say something
        self.estimates: dict[tuple[int, int], Entry] = {}

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

    @cached_property
    def spread(self) -> list[list[float]]:
        """How far rounding moves each entry of the Jacobian, in the program and in its sweeps."""
        found = [[0.0] * len(row) for row in self.jacobian]
        question, count = self.question, len(self.question.module.main.results)
        forms = question.results(self.engine, self.limits)
        for pattern in range(2 * PATTERNS):  # a few moves may cancel by chance
            try:
                module = perturbed(reverse(question.module, question.wrt), pattern)
                run = self.engine.load(module, self.limits)
                for row, here, seed in zip(found, self.jacobian, units(forms), strict=True):
                    moved = flatten_all(run((*question.point, *seed))[count:])
                    row[:] = map(max, row, map(distance, moved, here))
            except AdcliError:
                continue
        return found

    # -- against other backends ------------------------------------------------------------------

    def backends(self) -> Iterator[Verdict]:
        """Reverse mode against each of the others."""
        for name in ("forward", "symbolic"):
            try:
                other: Matrix = self.answer(name).jacobian
            except AdcliError as error:
                is_ours = isinstance(error, Unsupported)
                for input_, entries, _ in self.inputs():
                    yield Verdict(input_, name, is_ours, entries[0], None, None, error.message)
                continue
            compare = partial(self.same, other)
            for input_, entries, columns in self.inputs():
                yield from self.worst(input_, name, entries, columns, compare)
        yield from self.differences()

    def worst(
        self,
        input_: str,
        test: str,
        entries: Sequence[str],
        columns: slice,
        compare: Callable[[int, int], tuple[float, float, str]],
    ) -> Iterator[Verdict]:
        """The verdict on the worst entry of an input.  `compare` gives the number that an entry was
        held against, how far off it is as a share of what it may be, and a note."""
        found = [
            (compare(i, j), i, j)
            for i in range(len(self.jacobian))
            for j in range(columns.start, columns.stop)
        ]
        if found:
            (wanted, excess, note), i, j = max(found, key=lambda f: _order(f[0][1]))
            entry = entries[j - columns.start]
            yield Verdict(input_, test, excess <= 1, entry, self.jacobian[i][j], wanted, note)

    def room(self, i: int, j: int) -> float:
        """What rounding may do to an entry on the way."""
        scale = max([abs(v) for v in self.jacobian[i] if math.isfinite(v)], default=0.0)
        entry = self.jacobian[i][j]
        return EXACT * abs(entry) + BESIDE * scale + 2 * ROOM * self.spread[i][j] + 1e-300

    def same(self, other: Matrix, i: int, j: int) -> tuple[float, float, str]:
        found, wanted = self.jacobian[i][j], other[i][j]
        excess = 0.0 if is_same(found, wanted) else abs(found - wanted) / self.room(i, j)
        return wanted, excess, ""

    def differences(self, test: str = "finite-difference") -> Iterator[Verdict]:
        """Against differences, each input alone."""
        for input_, entries, columns in self.inputs():
            try:
                self.search(input_, columns)
            except AdcliError as error:
                # differences have nothing to say at a jump
                is_ours = isinstance(error, NotDifferentiable)
                yield Verdict(input_, test, is_ours, entries[0], None, None, error.message)
                continue
            yield from self.worst(input_, test, entries, columns, self.judged)

    def search(self, input_: str, columns: slice, start: float = FIRST) -> None:
        """Differences along the entries of an input."""
        asked = Question(self.question.module, self.question.point, (input_,))
        _, found = FiniteDifference(start=start).columns(asked, self.engine, self.limits)
        for j, column in zip(range(columns.start, columns.stop), found, strict=True):
            for i, entry in enumerate(column):
                self.estimates[i, j] = entry

    def judged(self, i: int, j: int) -> tuple[float, float, str]:
        """An entry of the Jacobian against differences.  What they exclude is excluded, unless a
        second search with other steps says that the first was wrong."""
        found, first = self.jacobian[i][j], self.estimates[i, j]
        if first.value != first.value:
            return first.value, 0.0, ""
        excess = self.excess(i, j, first)
        note = f"not smooth here: {first.note}" if first.bend and first.note else ""
        if excess > 1 and self.kinks:
            return first.value, self.kinked(i, j, first), self.kinks[0]
        if excess > 1:
            second = self.again(i, j)
            if second is not None and abs(second.value - first.value) > ROOM * first.error:
                return second.value, self.excess(i, j, second), note
            return first.value, excess, note
        if not first.bend and first.error * ROOM > CLOSE * abs(found):
            note = f"differences are known to {ROOM * first.error:.1e} only"
        return first.value, excess, note

    def excess(self, i: int, j: int, estimate: Entry) -> float:
        """How far an entry is from an estimate, or at a kink from what lies between both slopes, as
        a share of what it may be."""
        half = abs(estimate.bend) / 2 * (1 + CLOSE)
        room = ROOM * (estimate.error - half) + self.room(i, j)
        return max(0.0, abs(self.jacobian[i][j] - estimate.value) - half) / room

    def kinked(self, i: int, j: int, estimate: Entry) -> float:
        """The same where the point is known to be a kink: a choice between its slopes is right, and
        where differences see none it is one on the point alone."""
        return self.excess(i, j, estimate) if estimate.bend else 0.0

    def again(self, i: int, j: int) -> Entry | None:
        """What a second search says."""
        names = [(n, c) for n, _, c in self.inputs() if c.start <= j < c.stop]
        (input_, columns), kept = names[0], dict(self.estimates)
        try:
            self.search(input_, columns, SECOND)
            return self.estimates[i, j]
        except AdcliError:
            return None
        finally:
            self.estimates = kept

    # -- products --------------------------------------------------------------------------------

    def products(self) -> Iterator[Verdict]:
        """w . (J u) by forward mode against (J^T w) . u by reverse mode, u along one input."""
        question, count = self.question, len(self.question.module.main.results)
        try:
            ahead, back = self.sweeps(forward), self.sweeps(reverse)
        except Unsupported as error:
            for name, entries, _ in self.inputs():
                yield Verdict(name, "dot product", True, entries[0], None, None, error.message)
            return
        forms = question.results(self.engine, self.limits)
        w = [self.random.uniform(-1, 1) for _ in self.values]
        try:
            seed = Seed(ADJOINT, rebuilt_all(iter(w), forms))
            adjoints = flatten_all(back(len(question.wrt), seed)[1])
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
            seed = Seed(TANGENT, direction, question.active)
            tangents = flatten_all(ahead(count, seed)[1])
            left = [a * b for a, b in zip(w, tangents, strict=True)]
            right = [a * b for a, b in zip(adjoints, u, strict=True)]
            scale = max([abs(v) for v in (*left, *right)], default=0.0)
            found, wanted = math.fsum(left), math.fsum(right)
            room = EXACT * scale + math.fsum(
                [2 * ROOM * abs(a * s * u[j]) for a, row in zip(w, self.spread, strict=True)
                 for j, s in enumerate(row)]
            )  # fmt: skip
            ok = is_same(found, wanted) or abs(found - wanted) <= room
            yield Verdict(name, "dot product", ok, name, found, wanted)

    def sweeps(self, transform: Callable[..., ir.Module]) -> Sweeps:
        """What runs a derivative program at the point."""
        question = self.question
        run = self.engine.load(transform(question.module, question.wrt), self.limits)
        return Sweeps(question.module, run, self.engine, question.point)

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
            found = self.falling(direction, w)
            order = _fall(found)
            if order is None:
                yield Verdict(name, "Taylor", True, name, None, 2.0, "linear here")
                continue
            ok, note = not _is_first(found) or self.is_right_elsewhere(direction, w), ""
            if not ok and self.kinks:
                ok, note = True, self.kinks[0]
            elif not ok and self.is_excluded(found[-1], direction, w):
                ok, note = True, "differences exclude so great an error"
            elif not ok and self.is_bent(columns):
                ok, note = True, "not smooth here, as differences see it"
            elif not ok and not self.has_estimates(columns):
                ok, note = True, "no step is small enough to tell"
            yield Verdict(name, "Taylor", ok, name, order, 2.0, note)

    def is_right_elsewhere(self, direction: Sequence[float], w: Sequence[float]) -> bool:
        """Whether the remainder clearly falls faster the other way, or on the inputs' own scale: a
        kink may be so close that all steps to one side cross it."""
        place = flatten_all(self.question.active)
        near = [
            math.copysign(abs(x), d) if d else 0.0 for x, d in zip(place, direction, strict=True)
        ]
        for line in ([-d for d in direction], near, [-d for d in near]):
            found = self.falling(line, w)
            if len(found) > 3 and not _is_first(found) and (_fall(found) or 0.0) > 1.2:
                return True
        return False

    def is_bent(self, columns: slice) -> bool:
        """Whether differences see a kink along an input, and all derivatives between its slopes."""
        inside = [(i, j) for i, j in self.estimates if columns.start <= j < columns.stop]
        is_kink = any(self.estimates[place].bend for place in inside)
        return is_kink and all(self.judged(i, j)[1] <= 1 for i, j in inside)

    def has_estimates(self, columns: slice) -> bool:
        """Whether differences say something of some derivative by an input."""
        return any(columns.start <= j < columns.stop for _, j in self.estimates)

    def falling(self, direction: Sequence[float], w: Sequence[float]) -> list[tuple[float, float]]:
        """Steps and the remainders there, as long as they are more than rounding."""
        lines = [[p * d for p, d in zip(row, direction, strict=True)] for row in self.jacobian]
        slope = math.fsum([a * p for a, row in zip(w, lines, strict=True) for p in row])
        loose = math.fsum(
            [abs(a * s * d) for a, row in zip(w, self.spread, strict=True)
             for s, d in zip(row, direction, strict=True)]
        )  # fmt: skip
        here = self.noise.here or [0.0] * len(w)
        found: list[tuple[float, float]] = []
        h, quiet = 0.25, 0
        for _ in range(_HALVINGS):
            moved = self.moved(direction, h)
            if moved is None:
                h /= _LEAP
                continue
            parts = [a * (b - c) for a, b, c in zip(w, moved, self.values, strict=True)]
            remainder = abs(math.fsum([*parts, -h * slope]))
            beside = self.noise.beside(self.args(direction, h), moved) or here
            rounding = [
                abs(a) * (max(n, m) + EPSILON * (abs(b) + abs(c)))
                for a, n, m, b, c in zip(w, here, beside, moved, self.values, strict=True)
            ]
            if remainder > 4 * (math.fsum(rounding) + h * (EPSILON * abs(slope) + 2 * loose)):
                found.append((h, remainder))
                quiet = 0
            else:
                quiet += 1
                if quiet == 3:
                    break
            h /= 2
        return found

    def is_excluded(
        self, last: tuple[float, float], direction: Sequence[float], w: Sequence[float]
    ) -> bool:
        """Whether differences are so sure of the derivatives that the remainder at the last step
        cannot come from an error in them."""
        h, remainder = last
        room = 0.0
        for i, a in enumerate(w):
            for j, d in enumerate(direction):
                if d and (i, j) not in self.estimates:
                    return False
                if d:
                    entry = self.estimates[i, j]
                    off = abs(self.jacobian[i][j] - entry.value)
                    room += abs(a * d) * (off + ROOM * entry.error + self.room(i, j))
        return remainder / h > 2 * room

    def args(self, direction: Sequence[float], step: float) -> list[Any]:
        """The arguments at x + step*direction."""
        question = self.question
        place = flatten_all(question.active)
        numbers = iter([x + step * d for x, d in zip(place, direction, strict=True)])
        active = dict(zip(question.wrt, rebuilt_all(numbers, question.active), strict=True))
        names = question.module.main.params
        return [active.get(n, v) for n, v in zip(names, question.point, strict=True)]

    def moved(self, direction: Sequence[float], step: float) -> list[float] | None:
        """The results at x + step*direction; None if there are none."""
        try:
            found = flatten_all(self.run(self.args(direction, step)))
        except AdcliError:
            return None
        return found if len(found) == len(self.values) else None


def is_same(a: float, b: float) -> bool:
    """Whether two numbers are equal, or both are none."""
    return a == b or (a != a and b != b)


def _order(excess: float) -> float:
    """Makes what is no number the worst."""
    return excess if excess == excess else math.inf


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


def differs(found: float, wanted: float, noise: float) -> bool:
    """Whether a claimed number is wrong, given what round-off may do to it here."""
    if not math.isfinite(found):
        return math.isfinite(wanted)
    return abs(found - wanted) > 1e-9 * max(abs(found), abs(wanted)) + noise
