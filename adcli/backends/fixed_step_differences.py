"""Forward and central differences with one fixed step, and an error estimate from a second step.

Invariant: the error of a quotient is estimated from the quotient at half the step, plus rounding.
"""

from __future__ import annotations

import math

from adcli.backends import step_zero_extrapolation
from adcli.backends.difference_quotient_samples import Entry, SampledLine
from adcli.backends.rounding_noise import EPSILON


def forward_difference(line: SampledLine, step: float | None) -> list[Entry]:
    """(f(x + h) - f(x)) / h, whose truncation error is about twice the change when h is halved."""
    return _fixed_step(line, step or math.sqrt(EPSILON) * line.scale, 1)


def central_difference(line: SampledLine, step: float | None) -> list[Entry]:
    """(f(x + h) - f(x - h)) / 2h, whose truncation error is 4/3 of the change when h is halved."""
    return _fixed_step(line, step or math.cbrt(EPSILON) * line.scale, 0)


def _fixed_step(line: SampledLine, step: float, side: int) -> list[Entry]:
    """The derivatives by a step to one side, or to both (0); a smaller step or another side where
    there are no values."""
    if not line.live:
        return line.entries([])
    note = None
    row = line.row(step, side)
    if row is None:
        side, reached = line.sides(step)
        note = line.side_note(side) or f"{line.name}: the step was reduced to {reached:.1e}"
        step = reached
        row = line.row(step, side)
    half = line.row(step / 2, side)
    if row is None or half is None:
        raise line.refusal("the differences are not finite")
    rows = (row, half)
    factor = 4 / 3 if side == 0 else 2.0
    found = []
    for i in line.live:
        tableau = line.tableau(rows, i)
        error = factor * abs(tableau.quotients[0] - tableau.quotients[1]) + tableau.noises[0]
        found.append(
            line.at_kink(
                Entry(tableau.quotients[0], error, note), step_zero_extrapolation.kink(tableau)
            )
        )
    return line.entries(found)
