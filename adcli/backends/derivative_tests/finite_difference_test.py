"""The Jacobian against finite differences, which know no rule of differentiation.

Invariant: an entry is wrong only where differences exclude it: where it lies outside of what they
give by more than their estimated error, or at a kink outside of what lies between both slopes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adcli.backends.derivative_tests.jacobian_under_test import ROOM, JacobianUnderTest, Verdict
from adcli.backends.difference_quotient_samples import Entry
from adcli.backends.finite_differences import FiniteDifference
from adcli.backends.interface import Question
from adcli.backends.ridders import FIRST
from adcli.errors import AdcliError, NotDifferentiable

#: Differences that are not known better than to this share are helped by the complex step.
CLOSE = 1e-5

#: Another first step for a second search, as a part of |x|.
SECOND = 0.03712649581713

#: Begins the note on an entry that passes because rounding moves it.
NOTHING = "tells nothing"


class Differences:
    """What differences estimate for each entry of the Jacobian, and verdicts by it."""

    def __init__(self, tested: JacobianUnderTest) -> None:
        self.tested = tested
        #: the estimates that there are, by row and column
        self.estimates: dict[tuple[int, int], Entry] = {}

    def verdicts(self, test: str = "finite-difference") -> Iterator[Verdict]:
        """Against differences, each input alone."""
        for input_, entries, columns in self.tested.inputs():
            try:
                self.search(input_, columns)
            except AdcliError as error:
                # differences have nothing to say at a jump
                is_ours = isinstance(error, NotDifferentiable)
                yield Verdict(input_, test, is_ours, entries[0], None, None, error.message)
                continue
            for found in self.tested.worst(input_, test, entries, columns, self.compared):
                yield found._replace(tells=not (found.ok and found.note.startswith(NOTHING)))

    def search(self, input_: str, columns: slice, start: float = FIRST) -> None:
        """Differences along the entries of an input."""
        asked = Question(self.tested.question.module, self.tested.question.point, (input_,))
        _, found = FiniteDifference(start=start).columns(
            asked, self.tested.engine, self.tested.limits
        )
        for j, column in zip(range(columns.start, columns.stop), found, strict=True):
            for i, entry in enumerate(column):
                self.estimates[i, j] = entry

    def compared(self, i: int, j: int) -> tuple[float, float, str]:
        """An entry of the Jacobian against differences.  What they exclude is excluded, unless a
        second search with other steps says that the first was wrong."""
        found, first = self.tested.jacobian[i][j], self.estimates[i, j]
        if first.value != first.value:
            return first.value, 0.0, ""
        excess = self.excess(i, j, first)
        note = f"not smooth here: {first.note}" if first.bend and first.note else ""
        if excess > 1 and self.tested.kinks:
            return first.value, self.excess_at_kink(i, j, first), self.tested.kinks[0]
        if excess > 1:
            second = self.again(i, j)
            if second is not None and abs(second.value - first.value) > ROOM * first.error:
                return second.value, self.excess(i, j, second), note
            return first.value, excess, note
        if self.rounding_excuses(i, j, first):
            note = f"{NOTHING}: rounding moves this derivative by {self.tested.spread[i][j]:.1e}"
        elif not first.bend and first.error * ROOM > CLOSE * abs(found):
            note = f"differences are known to {ROOM * first.error:.1e} only"
        return first.value, excess, note

    def rounding_excuses(self, i: int, j: int, estimate: Entry) -> bool:
        """Whether an entry passes only because rounding moves it so far, as where terms cancel."""
        off = abs(self.tested.jacobian[i][j] - estimate.value)
        surely = max(ROOM * estimate.error, CLOSE * abs(estimate.value))
        return not estimate.bend and off > surely and self.tested.spread[i][j] > CLOSE * off

    def excess(self, i: int, j: int, estimate: Entry) -> float:
        """How far an entry is from an estimate, or at a kink from what lies between both slopes, as
        a share of what it may be."""
        half = abs(estimate.bend) / 2 * (1 + CLOSE)
        room = ROOM * (estimate.error - half) + self.tested.room(i, j)
        return max(0.0, abs(self.tested.jacobian[i][j] - estimate.value) - half) / room

    def excess_at_kink(self, i: int, j: int, estimate: Entry) -> float:
        """The same where the point is known to be a kink: a choice between its slopes is right, and
        where differences see none it is one on the point alone."""
        return self.excess(i, j, estimate) if estimate.bend else 0.0

    def again(self, i: int, j: int) -> Entry | None:
        """What a second search says."""
        names = [(n, c) for n, _, c in self.tested.inputs() if c.start <= j < c.stop]
        (input_, columns), kept = names[0], dict(self.estimates)
        try:
            self.search(input_, columns, SECOND)
            return self.estimates[i, j]
        except AdcliError:
            return None
        finally:
            self.estimates = kept

    # -- products --------------------------------------------------------------------------------

    def are_bent(self, columns: slice) -> bool:
        """Whether differences see a kink along an input, and all derivatives between its slopes."""
        inside = [(i, j) for i, j in self.estimates if columns.start <= j < columns.stop]
        is_kink = any(self.estimates[place].bend for place in inside)
        return is_kink and all(self.compared(i, j)[1] <= 1 for i, j in inside)

    def has_estimates(self, columns: slice) -> bool:
        """Whether differences say something of some derivative by an input."""
        return any(columns.start <= j < columns.stop for _, j in self.estimates)

    def excludes(
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
                    off = abs(self.tested.jacobian[i][j] - entry.value)
                    room += abs(a * d) * (off + ROOM * entry.error + self.tested.room(i, j))
        return remainder / h > 2 * room
