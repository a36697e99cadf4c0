"""What a reader should know beside the numbers: one-sided derivatives at a kink, and where numbers
first were not finite.

Invariant: nothing here changes a number that is reported, and nothing is said of a point at which
all is well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from adcli.backends.question import Question
from adcli.engines.interface import RECORDED_STEPS, Engine, Limits, Runner
from adcli.engines.interpreter import Interpreter
from adcli.errors import AdcliError, LimitError, NotDifferentiable
from adcli.ir.lazy_modules import later
from adcli.ir.types import REAL
from adcli.nested_lists import entry_names, flatten_all, rebuilt_all, zeros
from adcli.passes.forward_mode import forward
from adcli.passes.one_sided_forward_mode import one_sided_forward
from adcli.passes.reverse_mode import reverse

#: One-sided derivatives are looked for by so many entries of the inputs, and told by so many.
MOST_TRIED, MOST_TOLD = 32, 6

#: Slopes are the same if they differ by this, relative to the greater one.
SAME = 1e-9

#: Each entry of the results, by name, with its tangent.
_Seen = dict[str, tuple[float, float]]


def _slopes(name: str, left: float, right: float) -> str:
    """The derivatives to both sides along an entry of the inputs."""
    if _is_same(left, right):
        return f"{name}: the slope is {right:.4g} to both sides"
    return f"{name}: the slope is {left:.4g} to the left and {right:.4g} to the right"


# -- kinks -----------------------------------------------------------------------------------------


def kink_facts(
    question: Question,
    result_names: Sequence[str],
    directions: Mapping[tuple[float, ...], str],
    order: int,
    engine: Engine,
    limits: Limits,
) -> Iterator[tuple[tuple[float, ...], str]]:
    """What one-sided tangents show along directions, which have names.  From order 2 on the same is
    asked of the gradient, if the result is one number."""
    if not directions:
        return
    main = question.module.main
    if order > 1 and [main.types[r] for r in main.results] == [REAL]:
        gradient = later(reverse, question.module, question.wrt)
        question = Question(gradient, (*question.point, 1.0), question.wrt)
        result_names = [*result_names, *question.wrt]
    lines = [_Direction(name, list(direction)) for direction, name in directions.items()]
    for index, fact in _facts(question, lines, result_names, engine, limits):
        yield tuple(lines[index].seed), fact


class _Direction(NamedTuple):
    """A line through the point: what it is called, and its direction as flat numbers."""

    name: str
    seed: list[float]


def is_ours(tie: NotDifferentiable, question: Question) -> bool:
    """Whether a tie stands in the prelude, not in the user's text."""
    own = question.module.main.span
    return tie.span is not None and own is not None and tie.span.source is not own.source


def _facts(
    question: Question,
    lines: Sequence[_Direction],
    result_names: Sequence[str],
    engine: Engine,
    limits: Limits,
) -> Iterator[tuple[int, str]]:
    """What is seen to both sides along each line, where it is remarkable, with its number."""
    point, wrt, active = question.point, question.wrt, question.active
    here = engine.load(later(forward, question.module, wrt), limits)
    if isinstance(_run(here, (*point, *map(zeros, active)), result_names), str):
        return
    patience = limits.within(max(10_000, 10 * engine.steps))
    beside = engine.load(later(one_sided_forward, question.module, wrt), patience)
    for index, (name, direction) in enumerate(lines):
        given, left, right = (
            _run(run, (*point, *rebuilt_all(iter(seed), active)), result_names)
            for run, seed in (
                (here, direction),
                (beside, [-s for s in direction]),
                (beside, direction),
            )
        )
        if isinstance(given, str):
            continue
        for side, seen in (("left", left), ("right", right)):
            if isinstance(seen, str):
                yield index, f"{name}: to the {side} it goes another way, which {seen}"
        if not (isinstance(left, str) or isinstance(right, str)):
            for fact in _differences(name, given, left, right):
                yield index, fact


def _differences(name: str, given: _Seen, left: _Seen, right: _Seen) -> Iterator[str]:
    """Where what is seen to the sides of an entry is not what is given at the point."""
    if left.keys() != given.keys() or right.keys() != given.keys():
        yield f"{name}: the result has other lengths close by"
        return
    for result, (value, slope) in given.items():
        if not math.isfinite(slope):
            continue
        between = " " if " " in name else "/"
        label = f"{result}{between}{name}" if len(given) > 1 else name
        below, above = left[result][0] + 0.0, right[result][0] + 0.0
        minus, plus = 0.0 - left[result][1], 0.0 + right[result][1]
        if not (_is_close(below, value) and _is_close(above, value)):
            yield f"{label}: {jump(below, value, above)}"
        elif not (_is_same(minus, plus) and _is_same(plus, slope)):
            yield _slopes(label, minus, plus)


def jump(below: float, value: float, above: float) -> str:
    """What a value does at the point, with as many digits as it takes to see it."""
    digits = 4
    while digits < 17 and len({f"{v:.{digits}g}" for v in {below, value, above}}) < len(
        {below, value, above}
    ):
        digits += 1
    first, here, last = (f"{v:.{digits}g}" for v in (below, value, above))
    if _is_close(below, above):
        return f"the value is {last} to both sides and {here} here"
    return f"the value jumps from {first} to {last}"


def _run(run: Runner, args: Sequence[Any], result_names: Sequence[str]) -> _Seen | str:
    """What is seen by a run; if there is no value, why not."""
    try:
        found = run(args)
    except LimitError:
        return "does not end"
    except AdcliError:
        return "has no value at this point"
    values, tangents = found[: len(result_names)], found[len(result_names) :]
    names = [n for r, v in zip(result_names, values, strict=True) for n in entry_names(r, v)]
    pairs = zip(flatten_all(values), flatten_all(tangents), strict=True)
    return dict(zip(names, pairs, strict=True))


def _is_same(a: float, b: float) -> bool:
    return a == b or abs(a - b) <= SAME * max(abs(a), abs(b)) or a != a or b != b


def _is_close(a: float, b: float) -> bool:
    """Whether values differ by no more than what was looked beside the point."""
    return abs(a - b) <= SAME * max(1.0, abs(a), abs(b)) or a != a or b != b


# -- numbers that are not finite -------------------------------------------------------------------


def nonfinite_notes(
    numbers: Sequence[float], again: Callable[[Engine, Limits], Any], limits: Limits
) -> tuple[str, ...]:
    """If one of the results is not finite, a note that says where that began: `again` computes them
    once more where every step is checked."""
    if not any([n - n for n in numbers]):  # an integer may be larger than any double
        return ()
    try:
        again(Interpreter(), Limits(limits.max_steps or RECORDED_STEPS, limits.max_depth))
    except AdcliError as error:
        if error.operation is None:
            return ()
        what = "the derivative" if isinstance(error, NotDifferentiable) else "a value"
        became = error.operation.became
        if math.isfinite(float(became)):  # it is a derivative of it that is not
            became = "infinite or nan"
        fact = f"{what} first became {became} at {place_of(error)}: {error.operation.text}"
        return (", ".join([fact, *error.notes]),)
    return ()


def place_of(error: AdcliError) -> str:
    span = error.span
    return "the program" if span is None else f"line {span.line}, column {span.column}"
