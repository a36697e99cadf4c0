"""The Jacobian that is tested, how far rounding moves its entries, and the verdicts on them.

Invariant: the Jacobian is that of reverse mode, at a kink as `adcli grad` gives it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from adcli.backends.interface import Answer, Matrix, Question, refuse_unsupported, units
from adcli.backends.one_sided.answer_correction import derivative
from adcli.backends.registry import REVERSE, first_order
from adcli.backends.rounding_noise import PATTERNS, Noise, distance
from adcli.engines.interface import Engine, Limits
from adcli.errors import AdcliError, NotDifferentiable
from adcli.nested_lists import entry_names, flatten_all
from adcli.passes.reverse_mode import reverse
from adcli.passes.stochastic_rounding import perturbed

#: What two ways may differ by, as a share of the derivative and of the largest one, beside what
#: rounding does to it.
EXACT, BESIDE = 1e-10, 1e-12

#: So many times its estimated error may an estimate be off.
ROOM = 10.0


class Verdict(NamedTuple):
    """What a test says of one input: `entry` is its worst number, `found` and `wanted` are the
    figures that were compared, `note` says more where there is more to say.  What was compared
    `tells` something unless rounding alone lets it pass."""

    input: str
    test: str
    ok: bool
    entry: str
    found: float | None
    wanted: float | None
    note: str = ""
    tells: bool = True


class JacobianUnderTest:
    """The Jacobian of reverse mode at one point.  `kinks` are the notes on a kink at the point;
    random numbers are drawn from `seed`.

    Raises `NotDifferentiable` where a value or a derivative is nan or infinite."""

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
        answer = self.answer(REVERSE)
        self.values = flatten_all(answer.values)
        self.jacobian: Matrix = answer.jacobian
        if not all(map(math.isfinite, (*self.values, *chain.from_iterable(self.jacobian)))):
            raise NotDifferentiable(
                "the value or a derivative is not finite here, so that there is nothing to compare",
                span=question.module.main.span,
            )
        self.run = engine.load(question.module, limits)
        self.noise = Noise(question.module, engine, limits, question.point, self.values)

    def answer(self, name: str) -> Answer:
        """What a backend answers, at a kink as `grad` has it."""
        backend, module = first_order(name), self.question.module
        refuse_unsupported(name, backend.capabilities, module)
        return derivative(backend, self.question, module.main.results, self.engine, self.limits)

    def inputs(self) -> Iterator[tuple[str, list[str], slice]]:
        """Each input with its entries and their columns in the Jacobian."""
        start = 0
        for name, value in zip(self.question.wrt, self.question.active_values, strict=True):
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


def is_same(a: float, b: float) -> bool:
    """Whether two numbers are equal, or both are nan."""
    return a == b or (a != a and b != b)


def _order(excess: float) -> float:
    """Makes nan the worst."""
    return excess if excess == excess else math.inf
