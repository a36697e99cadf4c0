"""Conditions on Puiseux series: comparisons and logic, at the point and on one side of it.

Invariant: a branch goes the way that the program takes for small t > 0, and the run remembers
where that is not the way it takes at the point.

Griewank & Walther, *Evaluating Derivatives*, chapter 14 (one side of a tie).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from adcli.backends.one_sided.puiseux_series import Value, value_of
from adcli.backends.one_sided.series_arithmetic import SeriesArithmetic


class SidedTruth:
    """The truth value of a condition: `at_point`, and `on_side` of it.  `contact` is the order of
    contact in t of two numbers that are equal at the point, if that decided the condition."""

    __slots__ = ("at_point", "conditions", "contact", "on_side")

    def __init__(
        self,
        conditions: SeriesConditions,
        at_point: bool,
        on_side: bool,
        contact: Fraction | None,
    ) -> None:
        self.conditions = conditions
        self.at_point = at_point
        self.on_side = on_side
        self.contact = contact

    def __bool__(self) -> bool:
        """Take the branch that the program takes on this side of the point."""
        if self.at_point != self.on_side:
            self.conditions.branch_differs = True
        return self.on_side


def holds_on_side(condition: Any) -> bool:
    """Whether a condition of a row, not of the program, holds on this side of the point."""
    return bool(condition.on_side if isinstance(condition, SidedTruth) else condition)


class SeriesConditions:
    """Comparisons and logic on the numbers of a run.

    `branch_differs` says that a condition held on this side and not at the point, or the other way
    round; `contact` is the least order of contact at a tie.  The run stops at the first tie whose
    order of contact is at most `stop`.
    """

    def __init__(self, arithmetic: SeriesArithmetic, stop: Fraction | None) -> None:
        self.arithmetic = arithmetic
        self.stop = stop
        self.branch_differs = False
        self.contact: Fraction | None = None

    def compared(self, function: Callable[[Any, Any], bool], a: Value, b: Value) -> SidedTruth:
        """A comparison; `function` makes it of numbers."""
        at_point, on_side, contact = self.arithmetic.compare(a, b, matters=True)
        return SidedTruth(self, function(at_point, 0), function(on_side, 0), contact)

    def at_point(self, holds: Callable[[Any], bool], a: Value) -> bool:
        """A condition on a number that is the same at the point and beside it."""
        return holds(value_of(a))

    def at_single_points(self, holds: Callable[[Any], bool], a: Value) -> SidedTruth | bool:
        """A condition on a number that holds at some doubles and nowhere else; `holds` tells of a
        number."""
        here = value_of(a)
        if not holds(here):
            return False
        _, side, contact = self.arithmetic.compare(a, here, matters=True)
        return SidedTruth(self, True, side == 0, contact)

    def real(self, a: Value) -> Value:
        """A truth value as a number; a number as it is."""
        return float(bool(a)) if isinstance(a, SidedTruth) else a

    def truth(self, a: Any) -> SidedTruth:
        return a if isinstance(a, SidedTruth) else SidedTruth(self, a, a, None)

    def both(self, a: Any, b: Any) -> SidedTruth:
        a, b = self.truth(a), self.truth(b)
        contacts = [x.contact for x in (a, b) if x.contact is not None]
        at_point, on_side = a.at_point and b.at_point, a.on_side and b.on_side
        return SidedTruth(self, at_point, on_side, min(contacts, default=None))

    def either(self, a: Any, b: Any) -> SidedTruth:
        return self.opposite(self.both(self.opposite(a), self.opposite(b)))

    def opposite(self, a: Any) -> SidedTruth:
        a = self.truth(a)
        return SidedTruth(self, not a.at_point, not a.on_side, a.contact)

    def note_tie(self, a: SidedTruth | bool) -> bool:
        """Note the order of contact of a tie, see `adcli.passes.smoothness_checks`."""
        if isinstance(a, SidedTruth) and not a.at_point and a.contact is not None:
            if self.contact is None or a.contact < self.contact:
                self.contact = a.contact
            if self.stop is not None and a.contact <= self.stop:
                raise ValueError("a tie")
        return True
