"""The plot of error over step size: logarithmic axes, the best step of each scheme, its regimes."""

from __future__ import annotations

import math

from adcli.backends.step_size_errors import Scheme, StepSizeErrors
from adcli.render.plots.figure import Axis, Figure, Line, Mark, Note, Points, Rule

#: Errors are drawn down to this part of the derivative; no double is closer to it.
_FLOOR = 2.0**-56


def error_figure(title: str, found: StepSizeErrors) -> Figure:
    """The errors of all schemes.  The words truncation and round-off stand to both sides of the
    best step of the first scheme."""
    floor = _FLOOR * (abs(found.derivative) or 1.0)
    marks: list[Mark] = []
    for series, scheme in enumerate(found.schemes):
        marks.append(Line([(h, max(e, floor)) for h, e in scheme.points], scheme.name, series))
        if scheme.best_step is not None and scheme.best_error is not None:
            label = "" if any([isinstance(m, Points) for m in marks]) else "best h"
            marks.append(Points([(scheme.best_step, max(scheme.best_error, floor))], label, series))
    first = found.schemes[0]
    if first.best_step is not None:
        marks += [Rule(first.best_step), *_regimes(first, first.best_step)]
    return Figure(
        title,
        Axis("step h", logarithmic=True),
        Axis("error", logarithmic=True),
        marks,
        _summary(found),
    )


def _regimes(scheme: Scheme, best: float) -> list[Note]:
    """The names of the two regimes, above their parts of the curve."""
    steps = [h for h, e in scheme.points if not math.isnan(e)]
    errors = [e for _, e in scheme.points if e > 0]
    if not errors:
        return []
    height = max(errors) / 3
    left, right = math.sqrt(best * min(steps)), math.sqrt(best * max(steps))
    return [Note((left, height), "← round-off"), Note((right, height), "truncation →")]


def _summary(found: StepSizeErrors) -> str:
    parts = [
        f"{s.name}: error {s.best_error:.0e} at h = {s.best_step:.0e}"
        for s in found.schemes
        if s.best_step is not None and s.best_error is not None
    ]
    return "; ".join(parts)
