"""Scales: from numbers to places on an axis, and the ticks of the axis.

Ticks of linear axes: Heckbert, "Nice numbers for graph labels", Graphics Gems (1990).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable

from adcli.ops.operation_notation import superscript
from adcli.render.plots.figure import Arrows, Axis, Figure, Line, Note, Points
from adcli.source import MINUS

#: A tick: its place between 0 and 1, and its text.
Tick = tuple[float, str]

#: The largest double.
_LARGEST = sys.float_info.max

#: How far the data stay from the ends of an axis, as a part of its length.
_MARGIN = 0.04

#: The distances of ticks within a power of ten, and of decades on a logarithmic axis.
_NICE, _DECADES = (1, 2, 5, 10), (1, 2, 3, 4, 5, 10, 20, 50, 100, 200)


class Scale:
    """An axis with its ends."""

    def __init__(self, axis: Axis, numbers: Iterable[float]) -> None:
        self.logarithmic = axis.logarithmic
        self.label = axis.label
        self.whole = axis.whole
        low, high = axis.limits or self._range(numbers)
        low, high = max(low, -_LARGEST), min(high, _LARGEST)
        self.low, self.high = self._position(low), self._position(high)

    def unit(self, number: float) -> float:
        """The place of a number: 0 at the lower end, 1 at the upper; nan where it has none."""
        place, low, high = self._position(number), self.low, self.high
        if math.isinf(high - low):  # the distance of two doubles may be none
            place, low, high = place / 2, low / 2, high / 2
        at = (place - low) / (high - low)
        return at if math.isfinite(at) else math.nan

    def ticks(self, most: int, *, ascii: bool = False) -> list[Tick]:
        """At most so many ticks (and two, if that is fewer) from the lower end to the upper."""
        most = max(most, 2)
        found = self._decades(most, ascii) if self.logarithmic else []
        if len(found) < 2:
            found = self._linear(most, ascii)
        return found

    def _position(self, number: float) -> float:
        if not self.logarithmic:
            return number
        return math.log10(number) if number > 0 else math.nan

    def _range(self, numbers: Iterable[float]) -> tuple[float, float]:
        """Ends that hold all numbers, with a margin."""
        places = [p for p in map(self._position, numbers) if math.isfinite(p)]
        low, high = (min(places), max(places)) if places else (0.0, 1.0)
        if low == high:
            width = 1.0 if self.logarithmic else abs(low) or 1.0
            low, high = low - width / 2, high + width / 2
        # halved first: the distance of two doubles may be none
        margin = 2 * _MARGIN * (high / 2 - low / 2)
        low, high = low - margin, high + margin
        if self.logarithmic:
            return 10.0 ** max(low, -323), 10.0 ** min(high, 308)
        return low, high

    def _decades(self, most: int, ascii: bool) -> list[Tick]:
        first, last = math.ceil(self.low - 1e-9), math.floor(self.high + 1e-9)
        step = next((s for s in _DECADES if (last - first) // s < most), 400)
        exponents = range(-(-first // step) * step, last + 1, step)
        return [((e - self.low) / (self.high - self.low), power_text(e, ascii)) for e in exponents]

    def _linear(self, most: int, ascii: bool) -> list[Tick]:
        low, high = self.low, self.high
        if self.logarithmic:
            low, high = 10.0**low, 10.0**high
        rough = high / most - low / most
        power = math.floor(math.log10(max(rough, 1.0) if self.whole else rough))
        nice = next(n for n in (*_NICE, 20) if n * 10.0**power >= rough * (1 - 1e-9))
        step = nice * 10.0**power
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        multiples = range(first, last + 1)
        values = [k * step for k in multiples]
        texts = tick_texts(values, power + (nice >= 10) + (nice >= 100), ascii)
        return [(self.unit(v), text) for v, text in zip(values, texts, strict=True)]


def tick_texts(values: list[float], power: int, ascii: bool) -> list[str]:
    """Numbers that are multiples of a power of ten, all with the decimals that these need."""
    largest = max(map(abs, values), default=0.0)
    if largest >= 1e6 or power < -5:
        digits = max(0, math.floor(math.log10(largest)) - power) if largest else 0
        texts = [f"{v:.{digits}e}" if v else "0" for v in values]
        texts = [_short_exponent(text) for text in texts]
    else:
        texts = [f"{v + 0.0:.{max(0, -power)}f}" for v in values]
    return texts if ascii else [text.replace("-", MINUS) for text in texts]


def _short_exponent(text: str) -> str:
    """2e6 for 2e+06."""
    mantissa, letter, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if letter else text


def power_text(exponent: int, ascii: bool) -> str:
    """10⁻⁸, or 1e-8."""
    return f"1e{exponent}" if ascii else f"10{superscript(exponent)}"


def scales(figure: Figure) -> tuple[Scale, Scale]:
    """The scales of a figure's x and y: those of its lines and points where the axes leave them
    open."""
    points = [p for mark in figure.marks if isinstance(mark, Line | Points) for p in mark.points]
    for mark in figure.marks:
        if isinstance(mark, Arrows):
            points += [tail for tail, _ in mark.arrows]
        elif isinstance(mark, Note):
            points.append(mark.at)
    seen = [p for p in points if all(map(math.isfinite, p))]
    return Scale(figure.x, [x for x, _ in seen]), Scale(figure.y, [y for _, y in seen])


def pieces(
    points: Iterable[tuple[float, float]], x: Scale, y: Scale
) -> list[list[tuple[float, float]]]:
    """A line in places between 0 and 1: the pieces between gaps, cut at the edges of the plot."""
    found: list[list[tuple[float, float]]] = [[]]
    before: tuple[float, float] | None = None
    for point in points:
        place = x.unit(point[0]), y.unit(point[1])
        if not all(map(math.isfinite, place)):
            before = None
            found.append([])
            continue
        part = clipped(before, place) if before is not None else None
        if part is not None:
            if not found[-1] or found[-1][-1] != part[0]:
                found.append([part[0]])
            found[-1].append(part[1])
        before = place
    return [piece for piece in found if piece]


def clipped(
    start: tuple[float, float], end: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The part of a segment inside the unit square; None if there is none (Liang & Barsky, "A new
    concept and method for line clipping", 1984)."""
    first, last = 0.0, 1.0
    for a, b in zip(start, end, strict=True):
        for delta, room in ((a - b, a), (b - a, 1 - a)):
            if delta == 0:
                if room < 0:
                    return None
            elif delta < 0:
                first = max(first, room / delta)
            else:
                last = min(last, room / delta)
    if first > last:
        return None
    (x0, y0), (x1, y1) = start, end

    def at(t: float) -> tuple[float, float]:
        if t in (0.0, 1.0):
            return end if t else start
        return x0 + t * (x1 - x0), y0 + t * (y1 - y0)

    return at(first), at(last)
