"""What is to be seen on a curve, and where a curve has no value at one place only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from adcli.backends.plotted_curve_noise import Rounding, Sample

ZERO, MINIMUM, MAXIMUM, INFLECTION = "zero", "minimum", "maximum", "inflection"
POLE, JUMP, KINK, VERTICAL = "pole", "jump", "kink", "vertical tangent"
OVERFLOW, HOLE = "overflow", "hole"

#: Between neighbouring samples a change by this part of a curve's height may be a jump.
STEEP = 0.02

#: Values that are not finite over this part of the way between two samples have a width.
WIDE = 1e-6


class Feature(NamedTuple):
    """A place of the curve, and the function's value there; nan where it has none."""

    kind: str
    x: float
    value: float


def first_places(low: float, high: float, count: int) -> list[float]:
    """Where a curve is sampled at first: at equal distances, and at integers instead of their
    neighbours, as most holes and poles are there."""
    last = count - 1
    # divided first: the length of the interval may be more than a double
    xs = [low * ((last - k) / last) + high * (k / last) for k in range(count)]
    if high - low < last / 4:
        for n in range(math.ceil(low), math.floor(high) + 1):
            xs[round((n - low) / (high - low) * last)] = float(n)
    xs[0], xs[-1] = low, high
    return xs


def at_single_places(
    rounding: Rounding,
    samples: Sequence[Sample],
    height: float,
    is_far: Callable[[float], bool],
    width: float,
) -> Iterator[Feature]:
    """Poles, jumps and holes where the function has no finite value at one place only."""
    known = [k for k, sample in enumerate(samples) if math.isfinite(sample[1][0])]
    for first, last in pairwise(known):
        gap = samples[first + 1 : last]
        if gap and gap[-1][0] - gap[0][0] <= WIDE * width:
            kind = _kind(rounding, samples[first], gap, samples[last], height, is_far)
            if kind is not None:
                x = min([x for x, _ in gap], key=lambda x: len(repr(x)))
                yield Feature(kind, x, math.nan)


def _kind(
    rounding: Rounding,
    left: Sample,
    gap: Sequence[Sample],
    right: Sample,
    height: float,
    is_far: Callable[[float], bool],
) -> str | None:
    """What a gap of one place is, by the values beside it; None if these do not tell."""
    ends = left[1][0], right[1][0]
    if any([math.isinf(values[0]) for _, values in gap]) or any(map(is_far, ends)):
        return POLE
    slopes = abs(left[1][1]), abs(right[1][1])
    expected = (right[0] - left[0]) * max(slopes)
    if not expected <= STEEP * height:
        return None
    if abs(ends[1] - ends[0]) <= 2 * expected or rounding.hides(left, right, 0):
        return HOLE
    return JUMP if abs(ends[1] - ends[0]) > STEEP * height else None
