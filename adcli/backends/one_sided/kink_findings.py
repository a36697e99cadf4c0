"""The observer of kinks: it follows a program to both sides of a tie or a derivative that fails.

Invariant: nothing here changes a number.  Each line is followed once, and what is remarkable along
it becomes a finding, which the note tells.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from adcli.backends.interface import Question
from adcli.backends.one_sided.along_line import LineRuns, TwoSidedResults
from adcli.backends.one_sided.differences_between_sides import MOST_TRIED, jump
from adcli.backends.one_sided.first_tie import MOST_STEPS
from adcli.backends.one_sided.puiseux_series import NoSeries
from adcli.backends.one_sided.reconcile_sides import Estimate, agree, is_close
from adcli.engines.interface import Engine, Limits
from adcli.nested_lists import entry_names, flatten_all

#: After a derivative program failed there is no other number, so runs may take so many times the
#: steps.
_FACTOR_AFTER_FAILURE = 4

#: A direction: a number for each entry of the inputs.
Direction = tuple[float, ...]

_ORDINALS = ("", "", "second ", "third ", "fourth ", "fifth ", "sixth ")


class Finding(NamedTuple):
    """A sentence on the derivatives along a direction; `is_limit` says that it is about a number
    that is the limit's."""

    direction: Direction
    text: str
    is_limit: bool = False


class KinkObserver:
    """Follows a program along lines through its point, and collects findings.

    `failed` says that there is no number from a derivative program.  `unfollowed` has directions
    along which there were no series, by name; `left_out` counts all of them.
    """

    def __init__(
        self,
        question: Question,
        names: Sequence[str],
        order: int,
        engine: Engine,
        limits: Limits,
        *,
        failed: bool = False,
    ) -> None:
        self.question = question
        self.names = names
        self.order = order
        pairs = zip(names, question.results(engine, limits), strict=True)
        #: the value of each entry of the results at the point
        self.values = {
            n: v
            for name, value in pairs
            for n, v in zip(entry_names(name, value), flatten_all([value]), strict=True)
        }
        inputs = zip(question.wrt, question.active_values, strict=True)
        self.inputs = [n for name, value in inputs for n in entry_names(name, value)]
        most = MOST_STEPS * (_FACTOR_AFTER_FAILURE if failed else 1)
        self.runs = LineRuns(question, names, order, limits, most)
        self.findings: dict[Finding, None] = {}
        self.unfollowed: dict[Direction, str] = {}
        self.left_out = 0
        self._known: dict[Direction, TwoSidedResults | None] = {}

    def follow(
        self, name: str, direction: Sequence[float], *, is_needed: bool
    ) -> TwoSidedResults | None:
        """The results to both sides along a direction.  None if they say nothing on derivatives, or
        cannot be had; then a number that is given stands, and `NoSeries` is raised if one
        `is_needed`."""
        key = tuple(direction)
        if key not in self._known:
            try:
                line = self.runs.line(key)
            except NoSeries:
                self._known[key] = None
                self.left_out += 1
                if len(self.unfollowed) < MOST_TRIED:
                    self.unfollowed[key] = name
            else:
                self._known[key] = line if self._is_continuous(name, key, line) else None
        found = self._known[key]
        if is_needed and found is None:
            raise NoSeries
        return found

    def leaves_out(self, j: int) -> bool:
        """Whether the runs are used up and an entry of the inputs is not followed any more; the
        first entries always are."""
        if j < MOST_TRIED or not self.runs.is_spent:
            return False
        self.left_out += 1
        return True

    def _is_continuous(self, name: str, direction: Direction, line: TwoSidedResults) -> bool:
        """Whether the results tend to what they are at the point, on each side where they have a
        value; if not, a finding says what they do."""
        sides = line.sides
        if not sides:
            self.add(direction, f"{name}: there is no value to either side")
            return False
        if any([side.entries.keys() != self.values.keys() for side in sides]):
            self.add(direction, f"{name}: the result has other lengths close by")
            return False
        before = len(self.findings)
        for entry, value in self.values.items():
            left, right = line.both(entry, 0)
            if not (is_close(left, value) and is_close(right, value)):
                text = jump(left[0], value, right[0])
                self.add(direction, f"{self.label(entry, name)}: {text}")
        if len(self.findings) > before:
            return False
        for entry in self.values if self.order > 1 else ():
            left, right = line.both(entry, 1)
            if not agree(left, right):
                self.add(direction, f"{self.label(entry, name)}: {_difference(left, right)}")
        return True

    def compare(
        self,
        label: str,
        direction: Sequence[float],
        line: TwoSidedResults,
        given: float | None,
        found: float,
        left: Estimate,
        right: Estimate,
        order: int = 1,
    ) -> None:
        """Add a finding if the sides differ, or if the number that was found is that of a limit."""
        if not math.isfinite(found):
            return  # infinite numbers have a note of their own
        if line.left is None or line.right is None:
            if found != given or any([side.branch_differs for side in line.sides]):
                here, nothing = ("right", "left") if line.left is None else ("left", "right")
                what = _derivative(order)
                text = f"{label}: {what} is {right[0]:.4g} to the {here}, and there is no value to"
                self.add(direction, f"{text} the {nothing}")
        elif not agree(left, right):
            self.add(direction, f"{label}: {_difference(left, right, order)}")
        elif not math.isfinite(right[0]):
            self.add(direction, f"{label}: {_derivative(order)} is {right[0]:.4g} to both sides")
        elif found != (given or 0.0) and line.left.branch_differs and line.right.branch_differs:
            text = f"{label}: {_derivative(order)} is {found:.4g} to both sides"
            self.add(direction, text, is_limit=True)

    def label(self, entry: str, name: str) -> str:
        """What a derivative of an entry of the results along a line is called."""
        return f"{entry}{' ' if ' ' in name else '/'}{name}" if len(self.values) > 1 else name

    def add(self, direction: Sequence[float], text: str, *, is_limit: bool = False) -> None:
        self.findings[Finding(tuple(direction), text, is_limit)] = None


def _derivative(order: int) -> str:
    """What a derivative along a line is called."""
    if order == 1:
        return "the slope"
    return f"the {_ORDINALS[order]}derivative" if order < len(_ORDINALS) else f"derivative {order}"


def _difference(left: Estimate, right: Estimate, order: int = 1) -> str:
    """A derivative that differs to both sides, in words."""
    a, b = left[0] + 0.0, right[0] + 0.0
    return f"{_derivative(order)} is {a:.4g} to the left and {b:.4g} to the right"
