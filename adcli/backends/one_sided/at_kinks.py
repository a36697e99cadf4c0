"""Derivatives where a program meets a tie, or where a derivative program fails: what is seen to
both sides decides.

Invariant: where both sides of a line agree, the number is theirs.  Where they part, it is the
documented choice that the derivative program made if that lies between the sides, else their mean;
and a note says where they part, and how.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from adcli.backends.nonfinite_notes import place_of
from adcli.backends.one_sided.along_line import MOST_STEPS, Beside, Line
from adcli.backends.one_sided.kink_notes import MOST_TOLD, MOST_TRIED, is_ours, jump, kink_facts
from adcli.backends.one_sided.puiseux_series import NoSeries
from adcli.backends.question import Question
from adcli.engines.interface import Engine, Limits
from adcli.errors import NotDifferentiable
from adcli.nested_lists import entry_names, flatten_all

#: Numbers are the same if they differ by this, relative to the greater one; values beside the point
#: and at it are.
SAME, SAME_VALUE = 1e-9, 1e-12

#: So many times the steps may be taken where there is no number otherwise.
PATIENCE = 4

#: A direction: a number for each entry of the inputs.
Direction = tuple[float, ...]

#: A number and what may be rounding in it.
Known = tuple[float, float]

_ORDINALS = ("", "", "second ", "third ", "fourth ", "fifth ", "sixth ")


class Fact(NamedTuple):
    """What is remarkable along a direction; `is_limit` of a number that is the limit's."""

    direction: Direction
    text: str
    is_limit: bool = False


class Kinks:
    """Looks to both sides of a point along lines, corrects numbers and collects facts.

    `met` is the tie that the program met, or, if it `failed`, how its derivative program did.  A
    number that is not known yet is None; raises `NoSeries` if it stays so.
    """

    def __init__(
        self,
        question: Question,
        names: Sequence[str],
        order: int,
        met: NotDifferentiable,
        engine: Engine,
        limits: Limits,
        *,
        failed: bool = False,
    ) -> None:
        self.question = question
        self.names = names
        self.order = order
        self.met = met
        self.engine = engine
        self.limits = limits
        pairs = zip(names, question.results(engine, limits), strict=True)
        self.here = {
            n: v
            for name, value in pairs
            for n, v in zip(entry_names(name, value), flatten_all([value]), strict=True)
        }
        inputs = zip(question.wrt, question.active, strict=True)
        self.inputs = [n for name, value in inputs for n in entry_names(name, value)]
        most = MOST_STEPS * (PATIENCE if failed else 1)
        self.beside = Beside(question, names, order, limits, most)
        self.facts: dict[Fact, None] = {}
        self.unseen: dict[Direction, str] = {}
        self.left_out = 0
        self.seen: dict[Direction, Line | None] = {}

    def look(self, name: str, direction: Sequence[float], *, is_needed: bool) -> Line | None:
        """What is seen along a line.  None if it does not bear on the derivatives, or cannot be
        seen; then numbers that are given stand."""
        key = tuple(direction)
        if key not in self.seen:
            try:
                line = self.beside.line(key)
            except NoSeries:
                self.seen[key] = None
                self.left_out += 1
                if len(self.unseen) < MOST_TRIED:
                    self.unseen[key] = name
            else:
                self.seen[key] = line if self.is_continuous(name, key, line) else None
        found = self.seen[key]
        if is_needed and found is None:
            raise NoSeries
        return found

    def is_continuous(self, name: str, direction: Direction, line: Line) -> bool:
        """Whether the results tend to what they are at the point, on each side where they have a
        value; what they do else is told."""
        sides = [side for side in line if side is not None]
        if not sides:
            self.tell(direction, f"{name}: there is no value to either side")
        elif any([side.entries.keys() != self.here.keys() for side in sides]):
            self.tell(direction, f"{name}: the result has other lengths close by")
        else:
            before = len(self.facts)
            for entry, value in self.here.items():
                left, right = both_sides(line, entry, 0)
                if not (is_close(left, value) and is_close(right, value)):
                    text = jump(left[0], value, right[0])
                    self.tell(direction, f"{self.label(entry, name)}: {text}")
            if len(self.facts) > before:
                return False
            if self.order > 1:
                for entry in self.here:
                    left, right = both_sides(line, entry, 1)
                    if not agree(left, right):
                        self.tell(direction, f"{self.label(entry, name)}: {_parted(left, right)}")
            return True
        return False

    def compare(
        self,
        label: str,
        direction: Sequence[float],
        line: Line,
        given: float | None,
        found: float,
        left: Known,
        right: Known,
        order: int = 1,
    ) -> None:
        """Tell if the sides part, or if the number is that of a limit."""
        if not math.isfinite(found):
            return  # infinite numbers have a note of their own
        if line.left is None or line.right is None:
            if found != given or any([side.turned for side in line if side is not None]):
                here, nothing = ("right", "left") if line.left is None else ("left", "right")
                what = _named(order)
                text = f"{label}: {what} is {right[0]:.4g} to the {here}, and there is no value to"
                self.tell(direction, f"{text} the {nothing}")
        elif not agree(left, right):
            self.tell(direction, f"{label}: {_parted(left, right, order)}")
        elif not math.isfinite(right[0]):
            self.tell(direction, f"{label}: {_named(order)} is {right[0]:.4g} to both sides")
        elif found != (given or 0.0) and line.left.turned and line.right.turned:
            text = f"{label}: {_named(order)} is {found:.4g} to both sides"
            self.tell(direction, text, is_limit=True)

    def label(self, entry: str, name: str) -> str:
        """What a derivative of an entry of the results along a line is called."""
        return f"{entry}{' ' if ' ' in name else '/'}{name}" if len(self.here) > 1 else name

    def tell(self, direction: Sequence[float], text: str, *, is_limit: bool = False) -> None:
        self.facts[Fact(tuple(direction), text, is_limit)] = None

    # -- the note ----------------------------------------------------------------------------------

    def notes(self) -> tuple[str, ...]:
        """The note on all facts."""
        facts = [*self.facts, *self.facts_unseen()]
        is_open = self.left_out > (MOST_TRIED if self.order == 1 else 0)
        if not facts and not is_open:
            return ()
        tie = (self.beside.tie(facts[0].direction) if facts else None) or self.met
        if is_ours(tie, self.question):
            return ()  # linear algebra looks for zeros, and all roads lead to one number
        head = ", ".join([f"at {place_of(tie)}: {tie.message}", *tie.notes])
        if not facts:
            head = f"tie {head}"
        elif all([fact.is_limit for fact in facts]):
            head = f"removable singularity {head}; the derivative is that of the limit"
        else:
            head = f"kink {head}"
        more = [f"and {len(facts) - MOST_TOLD} more"] if len(facts) > MOST_TOLD else []
        if is_open:
            more.append(
                f"too long to be followed to both sides along {self.left_out} of "
                f"{len(self.inputs)} inputs, whose derivatives are those of the branch taken"
            )
        return ("; ".join([head, *[fact.text for fact in facts[:MOST_TOLD]], *more]),)

    def facts_unseen(self) -> Iterator[Fact]:
        """What first derivatives to one side tell of lines along which there were no series."""
        question, names = self.question, self.names
        for direction, text in kink_facts(
            question, names, self.unseen, self.order, self.engine, self.limits
        ):
            yield Fact(direction, text)


def both_sides(line: Line, entry: str, order: int) -> tuple[Known, Known]:
    """A derivative of an entry of the results to the left and to the right; where there is only one
    side, that."""
    left, right = line.left or line.right, line.right or line.left
    assert left is not None
    assert right is not None
    return left.entries[entry][order], right.entries[entry][order]


def chosen(given: float | None, left: Known, right: Known) -> float:
    """The derivative; see the invariant above."""
    (a, e), (b, f) = left, right
    both = a if a == b else (a + b) / 2
    if agree(left, right) and math.isfinite(both):
        return given if given is not None and agree((given, 0.0), (both, e + f)) else both + 0.0
    if given is None:
        if not (math.isfinite(a) and math.isfinite(b)):
            raise NoSeries
        return both
    slack = SAME * max(abs(a), abs(b)) + e + f
    is_between = min(a, b) - slack <= given <= max(a, b) + slack
    return given if is_between or not math.isfinite(both) else both


def agree(left: Known, right: Known) -> bool:
    (a, e), (b, f) = left, right
    if not math.isfinite(a - b):
        return a == b
    return abs(a - b) <= SAME * max(abs(a), abs(b)) + e + f


def is_close(beside: Known, value: float) -> bool:
    number, error = beside
    return number == value or abs(number - value) <= SAME_VALUE * abs(value) + error


def _named(order: int) -> str:
    """What a derivative along a line is called."""
    if order == 1:
        return "the slope"
    return f"the {_ORDINALS[order]}derivative" if order < len(_ORDINALS) else f"derivative {order}"


def _parted(left: Known, right: Known, order: int = 1) -> str:
    """A derivative to both sides."""
    a, b = left[0] + 0.0, right[0] + 0.0
    return f"{_named(order)} is {a:.4g} to the left and {b:.4g} to the right"
