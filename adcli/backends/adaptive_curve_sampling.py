"""A function of one number and its derivatives over an interval: curves with gaps, and the places
where something happens.

The derivatives are exact, by forward mode over forward mode.  Zeros, extrema and inflections are
where f, f' or f'' changes its sign, found by bisection down to neighbouring doubles.  Where a
change does not get smaller as the interval does, it is a jump: a kink of the order below, or a
pole.  Where values are infinite over a part of the interval, they are too large for a double.

Invariant: a curve is a list of points whose x increase; a point whose y is nan is a gap.  What is
found depends on the function and the interval only.  What may be due to rounding is not found.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Container, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from adcli.backends.plotted_curve_noise import Function, Rounding, Sample
from adcli.backends.poles_jumps_holes import (
    HOLE,
    INFLECTION,
    JUMP,
    KINK,
    MAXIMUM,
    MINIMUM,
    OVERFLOW,
    POLE,
    STEEP,
    VERTICAL,
    WIDE,
    ZERO,
    Feature,
    at_single_places,
    first_places,
)


class Break(NamedTuple):
    """The order that jumps, and the neighbouring samples between which it does; whether it is
    because numbers are too large for a double from here on."""

    order: int
    left: Sample
    right: Sample
    overflows: bool = False


#: Where one of these is a zero too, its value is 0, and what is computed there is rounding.
_ROOTS = (MINIMUM, MAXIMUM, INFLECTION)

#: The samples at first, how often a part between two is halved where the curve bends, and by which
#: part of the curve's height it must bend for that.
_SAMPLES, _HALVINGS, _BEND = 241, 5, 2e-3

#: Values that are so many times as large as the curve is high belong to a pole.
_BEYOND = 1e4

#: A curve that is so many times as high as its middle four fifths is shown without its ends.
_TALL = 30

#: A place so close to 0 may be 0.
_NIL = 1e-14

#: Bisection ends at neighbouring doubles, after as many steps as there are powers of two at most.
_BISECTIONS = 1100


class Curve(NamedTuple):
    """For each order of derivative, from 0, its points; and what is to be seen, by x."""

    orders: Sequence[Sequence[tuple[float, float]]]
    features: Sequence[Feature]
    #: The orders that are constant but for rounding.
    flat: Container[int] = ()

    def drawn(self, order: int) -> Sequence[tuple[float, float]]:
        """The points of an order; what is constant but for rounding is drawn as a constant."""
        points = self.orders[order]
        if order not in self.flat:
            return points
        ys = sorted([y for _, y in points if math.isfinite(y)])
        level = 0.0 if ys[0] <= 0 <= ys[-1] else ys[len(ys) // 2]
        return [(x, level if math.isfinite(y) else y) for x, y in points]

    def visible(self) -> tuple[float, float] | None:
        """The range of y in which the curves are shown: all of it, but the ends towards poles cut
        off; None if there is no value."""
        has_poles = any([feature.kind in (POLE, OVERFLOW) for feature in self.features])
        seen = [s for k in range(len(self.orders)) if (s := _visible(self.drawn(k), has_poles))]
        ys = [f.value for f in self.features if f.kind in (MINIMUM, MAXIMUM)]
        return (min([y for y, _ in seen] + ys), max([y for _, y in seen] + ys)) if seen else None


def curve(function: Function, rounding: Rounding, low: float, high: float, shown: int) -> Curve:
    """The curves of f and of its first `shown` derivatives; `function` gives two at least.

    It gives nan for a derivative where it gives nan for the value."""
    first = _sampled(function, low, high)
    ranges = [_range([(x, ys[k]) for x, ys in first]) for k in range(len(first[0][1]))]
    heights = [min(most - least, sys.float_info.max) for least, most in ranges]
    flat = [k for k, height in enumerate(heights) if rounding.is_flat(first, k, height)]
    # what is constant does not bend, nor does it jump
    heights = [math.inf if k in flat else height for k, height in enumerate(heights)]
    is_far = _far_from(*ranges[0], 0 in flat)
    samples = _refined(
        function, rounding, _without_spikes(function, first, heights), heights, shown
    )
    breaks = [*_breaks(function, rounding, samples, heights, max(shown, 1))]
    found = [
        *_features(function, rounding, samples, is_far),
        *_broken(function, breaks, is_far, heights[0] / (high - low)),
        *at_single_places(rounding, samples, heights[0], is_far, high - low),
    ]
    zeros = {f.x for f in found if f.kind == ZERO}
    found = [f._replace(value=0.0) if f.x in zeros and f.kind in _ROOTS else f for f in found]
    features = _without_repeats(sorted(found, key=lambda f: (f.x, f.kind)), high - low)
    orders = [_with_gaps(samples, breaks, k) for k in range(shown + 1)]
    return Curve(orders, [*features], flat)


def _visible(points: Sequence[tuple[float, float]], has_poles: bool) -> tuple[float, float] | None:
    """Of one curve the range of y: the middle four fifths of the interval decide about the rest."""
    weights: list[tuple[float, float]] = []
    for k, (_, y) in enumerate(points):
        if math.isfinite(y):
            before, after = points[max(k - 1, 0)][0], points[min(k + 1, len(points) - 1)][0]
            weights.append((y, after - before))
    if not weights:
        return None
    weights.sort()
    total, passed = sum([w for _, w in weights]), 0.0
    low = high = None
    for y, weight in weights:
        passed += weight
        if low is None and passed >= 0.1 * total:
            low = y
        if high is None and passed >= 0.9 * total:
            high = y
    least, most = weights[0][0], weights[-1][0]
    if low is None or high is None or high <= low:
        return least, most
    room = high - low
    if has_poles or most - least > _TALL * room:
        least, most = max(least, low - room / 2), min(most, high + room / 2)
    return least, most


def _range(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return _visible(points, has_poles=False) or (0.0, 0.0)


def _far_from(least: float, most: float, is_flat: bool) -> Callable[[float], bool]:
    """Whether a value is so far from this range that it belongs to a pole."""
    middle, height = least / 2 + most / 2, most - least
    if is_flat:
        height = max(height, abs(least), abs(most))
    return lambda y: not abs(y - middle) <= _BEYOND * height


def _sampled(function: Function, low: float, high: float) -> list[Sample]:
    return [(x, function(x)) for x in first_places(low, high, _SAMPLES)]


def _without_spikes(
    function: Function, samples: Sequence[Sample], heights: Sequence[float]
) -> list[Sample]:
    """The samples; where kinks of two operations cancel, as in max(x, 0) - max(-x, 0), derivatives
    at that place alone are those beside it."""
    found = list(samples)
    for k, (before, (x, values), after) in enumerate(
        zip(samples, samples[1:], samples[2:], strict=False), 1
    ):
        step = (after[0] - before[0]) * WIDE
        for order in range(1, len(values)):
            ys = [s[1][order] for s in (before, (x, values), after)]
            least = STEEP * heights[order] / 2
            if (ys[1] - ys[0]) * (ys[1] - ys[2]) <= least * least or not math.isfinite(sum(ys)):
                continue
            left, right = function(x - step), function(x + step)
            if abs(left[order] - right[order]) < 1e-3 * abs(ys[1] - left[order]):
                found[k] = x, [values[0], *left[1:]]
                break
    return found


def _refined(
    function: Function,
    rounding: Rounding,
    samples: Sequence[Sample],
    heights: Sequence[float],
    shown: int,
) -> list[Sample]:
    """More samples where the curves bend, and where the function's domain ends; but none beside
    that end whose value is rounding."""
    found = [samples[0]]

    def between(a: Sample, b: Sample, depth: int) -> None:
        x = a[0] / 2 + b[0] / 2
        if depth and a[0] < x < b[0]:
            middle = x, function(x)
            if any([_bends(a, middle, b, k, heights[k]) for k in range(shown + 1)]):
                between(a, middle, depth - 1)
                found.append(middle)
                between(middle, b, depth - 1)

    for a, b in pairwise(samples):
        if math.isnan(a[1][0]) != math.isnan(b[1][0]):
            starts, count = math.isnan(a[1][0]), len(found)
            edge = _narrowed(function, a, b, _begins if starts else _ends)
            if starts:
                found += edge
                between(edge[1], b, _HALVINGS)
            else:
                between(a, edge[0], _HALVINGS)
                found += edge
            found[count:] = [s for s in found[count:] if not rounding.is_blurred(s, heights[0])]
        else:
            between(a, b, _HALVINGS)
        found.append(b)
    return found


def _begins(values: Sequence[float]) -> bool:
    return not math.isnan(values[0])


def _ends(values: Sequence[float]) -> bool:
    return math.isnan(values[0])


def _bends(a: Sample, middle: Sample, b: Sample, order: int, height: float) -> bool:
    ys = [sample[1][order] for sample in (a, middle, b)]
    finite = [math.isfinite(y) for y in ys]
    if not all(finite):
        return any(finite)
    return abs(ys[1] - (ys[0] / 2 + ys[2] / 2)) > _BEND * height


# -- features ------------------------------------------------------------------------------------


def _features(
    function: Function,
    rounding: Rounding,
    samples: Sequence[Sample],
    is_far: Callable[[float], bool],
) -> Iterator[Feature]:
    for order in range(3):
        for a, b in _certain_sign_changes(rounding, samples, order):
            yield from _at_sign_change(function, a, b, order, is_far)
    step = (samples[-1][0] - samples[0][0]) / 1e6
    for end in _ends_of_domain(samples):
        if _value(end) == 0 and not _is_flat(function, end[0], step, 0):
            yield Feature(ZERO, end[0], 0.0)


def _ends_of_domain(samples: Sequence[Sample]) -> list[Sample]:
    """The first and the last sample, and those beside which the function has no value."""
    known = [False, *[not math.isnan(values[0]) for _, values in samples], False]
    return [s for k, s in enumerate(samples) if known[k + 1] and not (known[k] and known[k + 2])]


def _value(sample: Sample) -> float:
    """The value; 0 where the function is 0 within the last digit of x, as sin is beside pi."""
    x, (y, slope, *_) = sample
    return 0.0 if abs(y) <= abs(slope) * math.ulp(x) < math.inf else y


def _certain_sign_changes(
    rounding: Rounding, samples: Sequence[Sample], order: int
) -> Sequence[tuple[Sample, Sample]]:
    """The sign changes that are left without the samples at which rounding decides the sign."""
    while True:
        changes = [*_sign_changes(samples, order)]
        noise = {s[0] for pair in changes for s in pair if rounding.is_noise(s, order)}
        if not noise:
            return changes
        samples = [s for s in samples if s[0] not in noise]


def _sign_changes(samples: Sequence[Sample], order: int) -> Iterator[tuple[Sample, Sample]]:
    """Neighbours between which a derivative changes its sign; zeros among the samples lie between
    them, and a tip, which has a value but no derivative."""
    before: Sample | None = None
    for sample in samples:
        y = sample[1][order]
        if math.isnan(y):
            before = None if math.isnan(sample[1][0]) else before
        elif y != 0:
            if before is not None and (before[1][order] > 0) != (y > 0):
                yield before, sample
            before = sample


def _at_sign_change(
    function: Function, a: Sample, b: Sample, order: int, is_far: Callable[[float], bool]
) -> Iterator[Feature]:
    """What happens where f (order 0), f' or f'' changes its sign."""
    rises = b[1][order] > 0
    left, right = _narrowed(function, a, b, lambda y: (y[order] > 0) == rises, order)
    ends = abs(left[1][order]), abs(right[1][order])
    if any([is_far(s[1][0]) for s in (left, right)]) and _grows(function, left, right, b[0] - a[0]):
        yield Feature(POLE, _tidy(_shorter(left, right)[0]), math.nan)
        return
    if left is right and _is_flat(function, left[0], (b[0] - a[0]) / 1000, order):
        return
    is_jump = left is not right and max(ends) > 0.5 * max(abs(a[1][order]), abs(b[1][order]))
    if is_jump and order != 1:
        return  # no zero; what else it is, its gap tells
    x, values = _place_of_jump(function, left, right) if is_jump else _best_root(
        function, left, right, order
    )  # fmt: skip
    if order == 0:
        yield Feature(ZERO, x, 0.0)
    elif order == 1:
        yield Feature(MINIMUM if rises else MAXIMUM, x, values[0])
        if abs(values[0]) <= 1e-12 * max(abs(a[1][0]), abs(b[1][0])):
            yield Feature(ZERO, x, 0.0)
    else:
        yield Feature(INFLECTION, x, values[0])


def _grows(function: Function, left: Sample, right: Sample, width: float) -> bool:
    """Whether values grow towards the place between neighbours, as they do to a pole; at the top of
    a narrow bump, however high, they do not."""
    beside = [function(x)[0] for x in (left[0] - 1e-6 * width, right[0] + 1e-6 * width)]
    most = max([abs(y) for y in beside if math.isfinite(y)], default=0.0)
    return max(abs(left[1][0]), abs(right[1][0])) > 2 * most


def _place_of_jump(function: Function, left: Sample, right: Sample) -> Sample:
    """The sample at a jump: at 0 if that lies between, or so close that it may be meant."""
    near = min(abs(left[0]), abs(right[0])) < _NIL
    return (0.0, function(0.0)) if near or left[0] < 0 < right[0] else _shorter(left, right)


def _best_root(function: Function, left: Sample, right: Sample, order: int) -> Sample:
    """The sample nearest to a zero of an order: one of two neighbours, or a number close by that
    has a short text."""
    x = left[0] / 2 + right[0] / 2
    x = 0.0 if abs(x) < _NIL else float(f"{x:.13g}")
    short = x, function(x)
    found = min((short, left, right), key=lambda s: abs(s[1][order]))
    return left if math.isnan(found[1][order]) else found


def _is_flat(function: Function, x: float, step: float, order: int) -> bool:
    """Whether a zero of an order is one of many: the order is 0 around it."""
    return any([function(near)[order] == 0 for near in (x - step, x + step)])


def _shorter(left: Sample, right: Sample) -> Sample:
    """Of two neighbours the one whose number has the shorter text."""
    return min((left, right), key=lambda s: len(repr(s[0])))


def _tidy(x: float) -> float:
    """The place of a pole: a number with a short text if there is one beside it."""
    short = 0.0 if abs(x) < _NIL else float(f"{x:.13g}")
    return short if len(repr(short)) < 12 else x


def _narrowed(
    function: Function,
    a: Sample,
    b: Sample,
    is_right: Callable[[Sequence[float]], bool],
    order: int | None = None,
) -> tuple[Sample, Sample]:
    """Neighbouring samples between which the answer to a question changes; one sample twice where
    the `order` is 0."""
    least = 1e-20 * (b[0] - a[0])
    for _ in range(_BISECTIONS):
        x = a[0] / 2 + b[0] / 2
        if not a[0] < x < b[0] or b[0] - a[0] < least:
            break
        middle = x, function(x)
        if order is not None and middle[1][order] == 0:
            return middle, middle
        if is_right(middle[1]):
            b = middle
        else:
            a = middle
    return a, b


def _broken(
    function: Function,
    breaks: Sequence[Break],
    is_far: Callable[[float], bool],
    slope: float,
) -> Iterator[Feature]:
    """What the jumps of f and f' are to a reader; `slope` is that of the curve on the whole."""
    for order, left, right, overflows in breaks:
        x, values = _place_of_jump(function, left, right)
        ends = left[1][order], right[1][order]
        if overflows:
            if order == 0:
                yield Feature(OVERFLOW, (right if math.isinf(ends[1]) else left)[0], math.nan)
        elif order == 0:
            far = any(map(is_far, ends))
            yield Feature(POLE, _tidy(x), math.nan) if far else Feature(JUMP, x, values[0])
        elif order == 1:
            steep = all([not abs(y) <= 1e6 * slope for y in ends])
            same = (left[1][1] > 0) == (right[1][1] > 0)
            yield Feature(VERTICAL if steep and same else KINK, x, values[0])


def _without_repeats(features: Sequence[Feature], width: float) -> Iterator[Feature]:
    """Features of one kind that are one but for rounding, once; a pole, a jump or a hole hides
    what is beside it."""
    near = 1e-9 * width
    hides = POLE, JUMP, HOLE
    places = [f.x for f in features if f.kind in hides]
    last: dict[str, float] = {}
    for feature in features:
        if feature.kind not in hides and any([abs(feature.x - p) < near for p in places]):
            continue
        if feature.kind not in last or feature.x - last[feature.kind] > near:
            last[feature.kind] = feature.x
            yield feature


# -- gaps ----------------------------------------------------------------------------------------


def _breaks(
    function: Function,
    rounding: Rounding,
    samples: Sequence[Sample],
    heights: Sequence[float],
    most: int,
) -> Iterator[Break]:
    """The orders that jump, each with the neighbours between which it does."""
    for k in range(1, len(samples)):
        for order in range(most + 1):
            a, b = samples[k - 1 : k + 1]
            if not abs(b[1][order] - a[1][order]) > STEEP * heights[order]:
                continue
            if rounding.hides(a, b, order):
                # rounding takes a sample at the jump itself to one side or the other
                a, b = samples[max(k - 2, 0)], samples[min(k + 1, len(samples) - 1)]
            change = abs(b[1][order] - a[1][order])
            if not change > STEEP * heights[order] or rounding.hides(a, b, order):
                continue
            overflow = _overflow(function, a, b, order)
            place = overflow or _jump(function, a, b, order, change)
            if place is not None:
                yield Break(order, *place, overflow is not None)
                break


def _overflow(function: Function, a: Sample, b: Sample, order: int) -> tuple[Sample, Sample] | None:
    """Neighbours of which one is infinite, as are all samples from there to `a` or to `b`; None if
    an order is infinite nowhere, or at one place only, as it is at a pole."""
    ends = math.isinf(a[1][order]), math.isinf(b[1][order])
    if ends[0] == ends[1] or math.isnan(a[1][order] + b[1][order]):
        return None
    left, right = _narrowed(function, a, b, lambda y: math.isinf(y[order]) == ends[1])
    wide = b[0] - right[0] if ends[1] else left[0] - a[0]
    return (left, right) if wide > WIDE * (b[0] - a[0]) else None


def _jump(
    function: Function, a: Sample, b: Sample, order: int, change: float
) -> tuple[Sample, Sample] | None:
    """Neighbours between which an order changes as much as over the whole part."""
    least = 1e-20 * (b[0] - a[0])
    for _ in range(_BISECTIONS):
        x = a[0] / 2 + b[0] / 2
        if not a[0] < x < b[0] or b[0] - a[0] < least:
            break
        middle = x, function(x)
        y = middle[1][order]
        if not math.isfinite(y):
            return middle, middle
        left, right = abs(y - a[1][order]), abs(b[1][order] - y)
        if max(left, right) < 0.4 * change:
            return None
        a, b = (a, middle) if left >= right else (middle, b)
    return a, b


def _with_gaps(
    samples: Sequence[Sample], breaks: Sequence[Break], order: int
) -> list[tuple[float, float]]:
    """The points of an order, with a gap where it or one below it jumps."""
    ys = [(x, values[order]) for x, values in samples]
    found = [(x, y if math.isfinite(y) else math.nan) for x, y in ys]
    for jumps, left, right, _ in breaks:
        if jumps <= order:
            ends = [(s[0], s[1][order]) for s in (left, right) if math.isfinite(s[1][order])]
            found += [*ends[:1], (right[0] if left == right else left[0], math.nan), *ends[1:]]
    return sorted(found, key=lambda point: point[0])
