"""Derivatives where a program meets a tie, or where a derivative program fails: what is seen to
both sides decides.

Invariant: where both sides of a line agree, the number is theirs.  Where they part, it is the
documented choice that the derivative program made if that lies between the sides, else their mean;
and a note says where they part, and how.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

from adcli.backends.base import Question, unit
from adcli.backends.puiseux import NoSeries
from adcli.backends.remarks import MOST_TOLD, MOST_TRIED, is_ours, jump, kink_facts, place_of
from adcli.backends.sides import MOST_STEPS, Beside, Line
from adcli.engines.base import Engine, Limits
from adcli.errors import NotDifferentiable
from adcli.nested import entry_names, flatten_all

#: Numbers are the same if they differ by this, relative to the greater one; values beside the point
#: and at it are.
SAME, SAME_VALUE = 1e-9, 1e-12

#: So many times the steps may be taken where there is no number otherwise.
PATIENCE = 4

#: Of more inputs second derivatives come from gradients to both sides, where these agree.
FEW = 6

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

    # -- numbers -----------------------------------------------------------------------------------

    def jacobian(self, given: Sequence[Sequence[float]] | None) -> list[list[float]]:
        """The derivatives of each entry of the results by each of the inputs."""
        size, rows = len(self.inputs), len(self.here)
        tried: Collection[int] = range(size)
        if size > MOST_TRIED and rows == 1:
            gradient, tried = self.gradient(None if given is None else given[0])
            given = [gradient]
        columns: list[list[Any]] = []
        for j, name in enumerate(self.inputs):
            old: list[Any] = [None] * rows if given is None else [row[j] for row in given]
            is_looked_at = j in tried and not (given and self.leaves_out(j))
            columns.append(self.along(name, unit(size, j), old) if is_looked_at else old)
        return [[column[i] for column in columns] for i in range(rows)]

    def gradient(self, given: Sequence[float] | None) -> tuple[list[float], Collection[int]]:
        """The gradient of the one result with respect to many inputs, and the entries that are to
        be looked at one by one: some, and those that differ to both sides of the point along a
        direction that is like no other."""
        (value,) = self.here.values()
        golden = (math.sqrt(5) - 1) / 2
        direction = [1 + (j * golden) % 1 for j in range(1, len(self.inputs) + 1)]
        try:
            sides = self.beside.gradients(direction, 0)
        except NoSeries:
            if given is None:
                raise
            return list(given), range(len(self.inputs))
        (left, *below), (right, *above) = [[orders[0] for orders in side] for side in sides]
        if given is None:
            if not (_is_close(left, value) and _is_close(right, value)):
                raise NoSeries
            given = [_number(None, a, b) for a, b in zip(below, above, strict=True)]
        found, tried = list(given), set(range(MOST_TRIED))
        for j, (a, b, number) in enumerate(zip(below, above, given, strict=True)):
            if not (_agree(a, b) and _agree(a, (number, 0.0))):
                tried.add(j)
                found[j] = _number(number, a, b)
        return found, tried

    def leaves_out(self, j: int) -> bool:
        """Whether an entry of the inputs is not looked at any more: some are in any case."""
        if j < MOST_TRIED or not self.beside.is_spent:
            return False
        self.left_out += 1
        return True

    def along(
        self, name: str, direction: Sequence[float], given: Sequence[float | None]
    ) -> list[Any]:
        """The derivatives of each entry of the results along a line."""
        line = self.look(name, direction, is_needed=None in given)
        if line is None:
            return list(given)
        found = []
        for entry, old in zip(self.here, given, strict=True):
            left, right = _sides(line, entry, 1)
            found.append(_number(old, left, right))
            self.compare(self.label(entry, name), direction, line, old, found[-1], left, right)
        return found

    def weighted(self, seeds: Sequence[float], given: Sequence[float] | None) -> list[Any]:
        """The derivatives of a weighted sum of the results by each entry of the inputs."""
        found: list[Any] = []
        if len(seeds) == 1 and seeds[0] and len(self.inputs) > MOST_TRIED:
            weight = seeds[0]
            slopes = None if given is None else [[g / weight for g in given]]
            return [weight * slope for slope in self.jacobian(slopes)[0]]
        for j, name in enumerate(self.inputs):
            old = None if given is None else given[j]
            if given and self.leaves_out(j):
                found.append(old)
                continue
            direction = unit(len(self.inputs), j)
            line = self.look(name, direction, is_needed=old is None)
            if line is None:
                found.append(old)
                continue
            pairs = [_sides(line, entry, 1) for entry in self.here]
            left, right = (_added(seeds, [pair[side] for pair in pairs]) for side in (0, 1))
            found.append(_number(old, left, right))
            self.compare(name, direction, line, old, found[-1], left, right)
        return found

    def hessian(self, given: Sequence[Sequence[float]] | None) -> list[list[Any]]:
        """The second derivatives of the one result."""
        size = len(self.inputs)
        matrix: list[list[Any]] = (
            [[None] * size for _ in range(size)] if given is None else [*map(list, given)]
        )
        if given and size > MOST_TRIED and self.beside.is_spent:
            self.left_out = size
            return matrix
        units = [unit(size, i) for i in range(size)]
        slopes = [self.slopes(axis) if size > FEW else None for axis in units]
        for i, name in enumerate(self.inputs):
            matrix[i][i] = self.twice(f"{name}/{name}", name, units[i], matrix[i][i], 1.0)
            for j, other in enumerate(self.inputs[:i]):
                sides = _joint(slopes[i], slopes[j], i, j)
                if sides is not None:
                    found = _number(matrix[i][j], *sides)
                else:
                    found = self.mixed((name, units[i]), (other, units[j]), matrix[i][j])
                matrix[i][j] = matrix[j][i] = found
        return matrix

    def slopes(self, direction: Sequence[float]) -> list[tuple[Known, Known]] | None:
        """The derivatives of the gradient along a line, to both sides.  A tie that stays one along
        the line keeps its choice there."""
        try:
            left, right = self.beside.gradients(direction, 1)
        except NoSeries:
            return None
        return [(a[1], b[1]) for a, b in zip(left[1:], right[1:], strict=True)]

    def hessian_times(
        self, name: str, direction: Sequence[float], given: Sequence[float] | None
    ) -> list[Any]:
        """The Hessian of the one result times a direction."""
        size = len(self.inputs)
        found: list[Any] = [None] * size if given is None else list(given)
        for i, entry in enumerate(self.inputs):
            axis = unit(size, i)
            if not any(direction):
                found[i] = 0.0
            elif [d for d in direction if d] == [direction[i]]:
                label = f"{entry} {name}"
                found[i] = self.twice(label, name, direction, found[i], 1 / direction[i])
            else:
                found[i] = self.mixed((entry, axis), (name, direction), found[i])
        return found

    def twice(
        self,
        label: str,
        name: str,
        direction: Sequence[float],
        given: float | None,
        scale: float,
    ) -> Any:
        """A multiple of the second derivative of the one result along a line."""
        line = self.look(name, direction, is_needed=given is None)
        if line is None:
            return given
        (entry,) = self.here
        left, right = [(scale * d, abs(scale) * e) for d, e in _sides(line, entry, 2)]
        found = _number(given, left, right)
        self.compare(label, direction, line, given, found, left, right)
        return found

    def mixed(
        self,
        one: tuple[str, Sequence[float]],
        other: tuple[str, Sequence[float]],
        given: float | None,
    ) -> Any:
        """The derivative of the one result along two directions, from second derivatives along
        both, their sum and their difference: one number for each quadrant, that all must be."""
        (name, u), (name2, w) = one, other
        lines = [
            self.look(name, u, is_needed=given is None),
            self.look(name2, w, is_needed=given is None),
        ]
        known, unseen = dict(self.facts), (dict(self.unseen), self.left_out)
        lines += [
            self.look(
                f"{name} {sign} {name2}",
                [a + (b if sign == "+" else -b) for a, b in zip(u, w, strict=True)],
                is_needed=given is None,
            )
            for sign in "+-"
        ]
        self.unseen, self.left_out = unseen
        if known:  # those along the two directions will do
            self.facts = known
        if None in lines:
            return given
        (entry,) = self.here
        along_u, along_w, along_sum, along_difference = [
            _sides(line, entry, 2) for line in lines if line is not None
        ]
        quadrants: dict[tuple[int, int], Known] = {}
        for i, j in product((0, 1), repeat=2):
            terms = (along_sum if i == j else along_difference)[i], along_u[i], along_w[j]
            (a, _), (b, _), (c, _) = terms
            number = (a - b - c) / 2 * (1 if i == j else -1)
            if not math.isfinite(number):
                if given is None:
                    raise NoSeries
                return given
            quadrants[i, j] = number, sum([e + 1e-13 * abs(d) for d, e in terms])
        return self.one_of(quadrants, one, other, given, lines)

    def one_of(
        self,
        quadrants: dict[tuple[int, int], Known],
        one: tuple[str, Sequence[float]],
        other: tuple[str, Sequence[float]],
        given: float | None,
        lines: Sequence[Line | None],
    ) -> Any:
        """The number that all quadrants have, or a choice and a fact."""
        label = f"{one[0]}{' ' if ' ' in other[0] else '/'}{other[0]}"
        reverse = f"{other[0]}/{one[0]}"
        q, line = quadrants, lines[2]
        assert line is not None
        least, greatest = min(q.values()), max(q.values())
        found = _number(given, least, greatest)
        if _agree(q[0, 0], q[1, 0]) and _agree(q[0, 1], q[1, 1]):
            self.compare(label, other[1], line, given, found, q[0, 0], q[0, 1])
        elif _agree(q[0, 0], q[0, 1]) and _agree(q[1, 0], q[1, 1]):
            self.compare(reverse, one[1], line, given, found, q[0, 0], q[1, 0])
        else:
            ways = f"{one[0]}, {other[0]}, their sum and their difference"
            text = f"{label}: no number fits the second derivatives along {ways}"
            self.tell(other[1], text)
        return found

    def series(
        self, name: str, direction: Sequence[float], given: Sequence[Sequence[float]] | None
    ) -> list[list[Any]]:
        """For each entry of the results the value and the derivatives along a line."""
        line = self.look(name, direction, is_needed=given is None)
        if line is None:
            assert given is not None
            return [*map(list, given)]
        found: list[list[Any]] = []
        for i, (entry, value) in enumerate(self.here.items()):
            found.append([value])
            told = False
            for k in range(1, self.order + 1):
                old = None if given is None else given[i][k]
                left, right = _sides(line, entry, k)
                found[-1].append(_number(old, left, right))
                if not told:
                    label, before = self.label(entry, name), len(self.facts)
                    self.compare(label, direction, line, old, found[-1][-1], left, right, k)
                    told = len(self.facts) > before or not _agree(left, right)
        return found

    def partial(
        self, factors: Sequence[tuple[str, Sequence[float]]], given: Sequence[float] | None
    ) -> list[Any]:
        """The derivatives of all results along several directions, one after the other, from those
        along the sums of the directions with either sign (the polarisation formula)."""
        order, names = len(factors), [name for name, _ in factors]
        label = ",".join(names)
        lines: list[tuple[str, list[float], float, Line]] = []
        for weight, direction in _polarised([axis for _, axis in factors]):
            name = label if len(set(names)) == 1 else _spelled(direction, self.inputs)
            line = self.look(name, direction, is_needed=given is None)
            if line is None:
                assert given is not None
                return list(given)
            lines.append((name, direction, weight, line))
        found = []
        for i, entry in enumerate(self.here):
            old = None if given is None else given[i]
            weights = [weight for _, _, weight, _ in lines]
            sides = [_sides(line, entry, order) for *_, line in lines]
            left, right = [_added(weights, [pair[k] for pair in sides]) for k in (0, 1)]
            found.append(_number(old, left, right))
            parting = [k for k, pair in enumerate(sides) if not _agree(*pair)]
            name, direction, _, line = lines[parting[0] if parting else 0]
            if parting:
                left, right = sides[parting[0]]
            name = self.label(entry, name if parting else label)
            self.compare(name, direction, line, old, found[-1], left, right, order)
        return found

    # -- what is seen ------------------------------------------------------------------------------

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
                left, right = _sides(line, entry, 0)
                if not (_is_close(left, value) and _is_close(right, value)):
                    text = jump(left[0], value, right[0])
                    self.tell(direction, f"{self.label(entry, name)}: {text}")
            if len(self.facts) > before:
                return False
            if self.order > 1:
                for entry in self.here:
                    left, right = _sides(line, entry, 1)
                    if not _agree(left, right):
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
        elif not _agree(left, right):
            self.tell(direction, f"{label}: {_parted(left, right, order)}")
        elif not math.isfinite(right[0]):
            self.tell(direction, f"{label}: {_named(order)} is {right[0]:.4g} to both sides")
        elif found != given and line.left.turned and line.right.turned:
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


def _sides(line: Line, entry: str, order: int) -> tuple[Known, Known]:
    """A derivative of an entry of the results to the left and to the right; where there is only one
    side, that."""
    left, right = line.left or line.right, line.right or line.left
    assert left is not None
    assert right is not None
    return left.entries[entry][order], right.entries[entry][order]


def _number(given: float | None, left: Known, right: Known) -> float:
    """The derivative; see the invariant above."""
    (a, e), (b, f) = left, right
    both = a if a == b else (a + b) / 2
    if _agree(left, right) and math.isfinite(both):
        return given if given is not None and _agree((given, 0.0), (both, e + f)) else both + 0.0
    if given is None:
        if not (math.isfinite(a) and math.isfinite(b)):
            raise NoSeries
        return both
    slack = SAME * max(abs(a), abs(b)) + e + f
    is_between = min(a, b) - slack <= given <= max(a, b) + slack
    return given if is_between or not math.isfinite(both) else both


def _joint(
    one: Sequence[tuple[Known, Known]] | None,
    two: Sequence[tuple[Known, Known]] | None,
    i: int,
    j: int,
) -> tuple[Known, Known] | None:
    """Derivative i, j from the slopes of the gradient along both inputs, if all of them agree."""
    if one is None or two is None:
        return None
    (a, b), (c, d) = one[j], two[i]
    return (a, c) if _agree(a, b) and _agree(c, d) and _agree(a, c) else None


def _agree(left: Known, right: Known) -> bool:
    (a, e), (b, f) = left, right
    if not math.isfinite(a - b):
        return a == b
    return abs(a - b) <= SAME * max(abs(a), abs(b)) + e + f


def _is_close(beside: Known, value: float) -> bool:
    number, error = beside
    return number == value or abs(number - value) <= SAME_VALUE * abs(value) + error


def _added(weights: Sequence[float], numbers: Sequence[Known]) -> Known:
    """A weighted sum, with its rounding."""
    pairs = [(w, n) for w, n in zip(weights, numbers, strict=True) if w]
    rounding = [abs(w) * (e + 1e-15 * abs(d)) for w, (d, e) in pairs]
    return sum([w * d for w, (d, _) in pairs]), sum(rounding)


def _polarised(factors: Sequence[Sequence[float]]) -> Iterator[tuple[float, list[float]]]:
    """Weights and directions: the weighted sum of the derivatives of that order along these is the
    derivative along the factors, one after the other."""
    order = len(factors)
    if all([axis == factors[0] for axis in factors]):
        yield 1.0, list(factors[0])
        return
    for signs in product((1, -1), repeat=order - 1):
        moves = [[s * d for d in axis] for s, axis in zip((1, *signs), factors, strict=True)]
        direction = [sum(numbers) for numbers in zip(*moves, strict=True)]
        if any(direction):
            yield math.prod(signs) / (math.factorial(order) * 2 ** (order - 1)), direction


def _named(order: int) -> str:
    """What a derivative along a line is called."""
    if order == 1:
        return "the slope"
    return f"the {_ORDINALS[order]}derivative" if order < len(_ORDINALS) else f"derivative {order}"


def _parted(left: Known, right: Known, order: int = 1) -> str:
    """A derivative to both sides."""
    a, b = left[0] + 0.0, right[0] + 0.0
    return f"{_named(order)} is {a:.4g} to the left and {b:.4g} to the right"


def _spelled(direction: Sequence[float], names: Sequence[str]) -> str:
    """A direction as a sum: `x - 2 y`."""
    text = ""
    for number, name in zip(direction, names, strict=True):
        if number:
            sign = " - " if number < 0 else " + "
            size = "" if abs(number) == 1 else f"{abs(number):.4g} "
            text += f"{sign}{size}{name}"
    return text.removeprefix(" + ").removeprefix(" ")
