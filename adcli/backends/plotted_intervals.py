"""An interval worth looking at, for a plot of which nobody says over which interval.

Zeros, extrema, poles and the like are looked for in intervals of growing width; what is chosen
shows those that are close to the centre, where there are so few that each can be seen, and leaves
out where the function has no value.

Invariant: what is chosen depends on the function and the centre only; few curves are computed.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from adcli.backends.adaptive_curve_sampling import Curve
from adcli.backends.poles_jumps_holes import OVERFLOW

#: From the ends of an interval to the curve over it.
Curves = Callable[[float, float], Curve]

#: Half of the widths that are looked at, and how wide a plot is if nothing is to be seen.
_HALVES, _HALF = (5.0, 20.0, 100.0), 5.0

#: So many features can be told apart on a picture.
_MOST = 8

#: What is shown to both sides of features, as a part of the range in which they are.
_MARGIN = 0.6


def chosen_interval(curves: Curves, about: float | None = None) -> tuple[float, float]:
    """The ends of an interval with what is to be seen around a number, and with the number if there
    is one, else around 0."""
    centre = about or 0.0
    places: list[float] = []
    domain = (-math.inf, math.inf)
    for half in _HALVES:
        low, high = centre - half, centre + half
        curve = curves(low, high)
        xs = [x for x, y in curve.orders[0] if math.isfinite(y)]
        found = sorted({f.x for f in curve.features if f.kind != OVERFLOW})
        if xs:
            step = (high - low) / 100
            domain = (
                xs[0] if xs[0] > low + step else -math.inf,
                xs[-1] if xs[-1] < high - step else math.inf,
            )
        if len(found) > _MOST:
            if places:  # it goes on and on like that
                return _rounded(max(centre - _HALF, domain[0]), min(centre + _HALF, domain[1]))
            places = sorted(sorted(found, key=lambda x: abs(x - centre))[:_MOST])
            break
        places = found
        if xs and places and half > _HALF:
            break
    if about is not None and places:
        places = sorted([*places, about])
    return _rounded(*_around(places, centre, *domain))


def _around(places: list[float], centre: float, least: float, most: float) -> tuple[float, float]:
    """An interval with the places and some room beside them, within the domain."""
    if places:
        width = places[-1] - places[0]
        margin = max(_MARGIN * width, 1.0) if width else _HALF
        low, high = places[0] - margin, places[-1] + margin
    else:
        low, high = centre - _HALF, centre + _HALF
    if low < least:
        low, high = least, max(high, least + (_HALF if most == math.inf else 0.0))
    if high > most:
        low, high = min(low, most - (_HALF if least == -math.inf else 0.0)), most
    return low, high


def _rounded(low: float, high: float) -> tuple[float, float]:
    """The ends as numbers with few digits, further apart."""
    size = 10.0 ** math.floor(math.log10((high - low) / 10))
    step = size * max(k for k in (1, 2, 5) if k * size <= (high - low) / 10 * (1 + 1e-9))
    ends = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return float(f"{ends[0]:.6g}"), float(f"{ends[1]:.6g}")
