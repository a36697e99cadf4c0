"""Robust losses: large residuals count less than their squares.

A loss ρ(r) is written as the square of another residual, sign(r) √ρ(r), so that a least-squares
search serves all.  Huber, "Robust estimation of a location parameter" (1964); Charbonnier's loss
is the soft L1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple


class Loss(NamedTuple):
    """The residual whose square is the loss, and its derivative, for a residual and a scale beyond
    which residuals count as large."""

    residual: Callable[[float, float], float]
    slope: Callable[[float, float], float]
    is_linear: bool = False


def _huber(r: float, scale: float) -> float:
    size = abs(r)
    if size <= scale:
        return r
    return math.copysign(math.sqrt(scale * (2 * size - scale)), r)


def _huber_slope(r: float, scale: float) -> float:
    size = abs(r)
    return 1.0 if size <= scale else scale / math.sqrt(scale * (2 * size - scale))


def _soft_l1(r: float, scale: float) -> float:
    root = math.hypot(1.0, r / scale)
    # 2 (root - 1), without cancellation for small r
    return r * math.sqrt(2 / (root + 1))


def _soft_l1_slope(r: float, scale: float) -> float:
    if r == 0:
        return 1.0
    return r / (math.hypot(1.0, r / scale) * _soft_l1(r, scale))


LOSSES = {
    "linear": Loss(lambda r, _: r, lambda r, _: 1.0, is_linear=True),
    "huber": Loss(_huber, _huber_slope),
    "soft-l1": Loss(_soft_l1, _soft_l1_slope),
}
