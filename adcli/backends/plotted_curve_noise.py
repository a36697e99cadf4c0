"""What rounding does to a curve: which of its numbers and changes are no more than that.

Near a removable singularity, as that of (x^2 - 1)/(x - 1) at 1, and wherever terms cancel, the
derivatives of a smooth function go up and down in their last digits.  Nothing is to be seen there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import median

Function = Callable[[float], Sequence[float]]
Sample = tuple[float, Sequence[float]]

#: A value that rounding moves by more than this part of a curve's height is not drawn.
_BLUR = 1e-3

#: At so many places the noise of a whole curve is measured.
_PLACES = 9


class Rounding:
    """How far rounding moves a function and its derivatives, by `moves`: from x to f, f', ..."""

    def __init__(self, moves: Function) -> None:
        self._moves = moves

    def is_noise(self, sample: Sample, order: int) -> bool:
        """Whether a derivative at a sample may as well be 0."""
        return abs(sample[1][order]) <= self._moves(sample[0])[order]

    def is_blurred(self, sample: Sample, height: float) -> bool:
        """Whether rounding moves the value so far that a reader would see it."""
        return self._moves(sample[0])[0] > _BLUR * max(height, abs(sample[1][0]))

    def hides(self, a: Sample, b: Sample, order: int) -> bool:
        """Whether the change between two samples may be due to rounding."""
        moved = self._moves(a[0])[order] + self._moves(b[0])[order]
        return abs(b[1][order] - a[1][order]) <= moved

    def is_flat(self, samples: Sequence[Sample], order: int, height: float) -> bool:
        """Whether a curve of this height is a constant but for rounding."""
        known = [x for x, values in samples if math.isfinite(values[order])]
        places = known[:: max(len(known) // _PLACES, 1)]
        return bool(places) and height <= median([self._moves(x)[order] for x in places])
