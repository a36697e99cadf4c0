"""Differences between sides: where values or slopes to both sides of the point differ, in words.

They serve directions along which Puiseux series cannot be had: one-sided forward mode costs no more
than a small multiple of the program.

Invariant: nothing here changes a number, and nothing is reported on a direction along which the
derivative is the same to both sides.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from adcli.backends.interface import Question
from adcli.engines.interface import Engine, Limits, Runner
from adcli.errors import AdcliError, LimitError
from adcli.ir.lazy_module import lazy_module
from adcli.ir.types import REAL
from adcli.nested_lists import entry_names, flatten_all, rebuilt_all, zeros
from adcli.passes.forward_mode import forward
from adcli.passes.one_sided_forward_mode import one_sided_forward
from adcli.passes.reverse_mode import reverse

#: One-sided derivatives are computed by at most so many entries of the inputs.
MOST_TRIED = 32

#: Slopes are the same if they differ by no more than this, relative to the greater one.
SAME = 1e-9

#: Each entry of the results, by name, with its tangent.
_Slopes = dict[str, tuple[float, float]]


def _slopes(name: str, left: float, right: float) -> str:
    """The derivatives to both sides along an entry of the inputs."""
    if _is_same(left, right):
        return f"{name}: the slope is {right:.4g} to both sides"
    return f"{name}: the slope is {left:.4g} to the left and {right:.4g} to the right"


def differences_by_direction(
    question: Question,
    result_names: Sequence[str],
    directions: Mapping[tuple[float, ...], str],
    order: int,
    engine: Engine,
    limits: Limits,
) -> Iterator[tuple[tuple[float, ...], str]]:
    """For each of the directions, which have names, what one-sided tangents say of a kink.  From
    order 2 on the same for the gradient, if the result is one number."""
    if not directions:
        return
    main = question.module.main
    if order > 1 and [main.types[r] for r in main.results] == [REAL]:
        gradient = lazy_module(reverse, question.module, question.wrt)
        question = Question(gradient, (*question.point, 1.0), question.wrt)
        result_names = [*result_names, *question.wrt]
    lines = [_Direction(name, list(direction)) for direction, name in directions.items()]
    for index, text in _differences_along(question, lines, result_names, engine, limits):
        yield tuple(lines[index].seed), text


class _Direction(NamedTuple):
    """A line through the point: what it is called, and its direction as flat numbers."""

    name: str
    seed: list[float]


def _differences_along(
    question: Question,
    lines: Sequence[_Direction],
    result_names: Sequence[str],
    engine: Engine,
    limits: Limits,
) -> Iterator[tuple[int, str]]:
    """What differs to both sides along each line, with the line's number."""
    point, wrt, active = question.point, question.wrt, question.active_values
    here = engine.load(lazy_module(forward, question.module, wrt), limits)
    if isinstance(_run(here, (*point, *map(zeros, active)), result_names), str):
        return
    budget = limits.within(max(10_000, 10 * engine.steps))
    to_side = engine.load(lazy_module(one_sided_forward, question.module, wrt), budget)
    for index, (name, direction) in enumerate(lines):
        given, left, right = (
            _run(run, (*point, *rebuilt_all(iter(seed), active)), result_names)
            for run, seed in (
                (here, direction),
                (to_side, [-s for s in direction]),
                (to_side, direction),
            )
        )
        if isinstance(given, str):
            continue
        for side, found in (("left", left), ("right", right)):
            if isinstance(found, str):
                yield index, f"{name}: to the {side} it goes another way, which {found}"
        if not (isinstance(left, str) or isinstance(right, str)):
            for text in _differences(name, given, left, right):
                yield index, text


def _differences(name: str, given: _Slopes, left: _Slopes, right: _Slopes) -> Iterator[str]:
    """Where values or slopes to the sides of the point differ from those at the point."""
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
    """How a value jumps at the point, with as many digits as show it."""
    digits = 4
    while digits < 17 and len({f"{v:.{digits}g}" for v in {below, value, above}}) < len(
        {below, value, above}
    ):
        digits += 1
    first, here, last = (f"{v:.{digits}g}" for v in (below, value, above))
    if _is_close(below, above):
        return f"the value is {last} to both sides and {here} here"
    return f"the value jumps from {first} to {last}"


def _run(run: Runner, args: Sequence[Any], result_names: Sequence[str]) -> _Slopes | str:
    """Values and slopes of a run; if there are none, why not."""
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
    """Whether values differ by no more than rounding close to the point may do."""
    return abs(a - b) <= SAME * max(1.0, abs(a), abs(b)) or a != a or b != b
