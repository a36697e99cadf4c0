"""Where numbers of a run first were not finite, for a user who lets them pass.

Invariant: nothing here changes a number that is reported, and nothing is said where all are finite.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

from adcli.engines.interface import RECORDED_STEPS, Engine, Limits
from adcli.engines.interpreter import Interpreter
from adcli.errors import AdcliError, NotDifferentiable
from adcli.source import Source, Span


def nonfinite_notes(
    numbers: Sequence[float], again: Callable[[Engine, Limits], Any], limits: Limits
) -> tuple[str, ...]:
    """If one of the numbers is not finite, a note that says where that began: `again` computes them
    once more by an engine that checks every step."""
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


def place_of(error: AdcliError, own: Source | None = None) -> str:
    """The place of an error in the text, in words; with the file if that is not the own text."""
    return place_of_span(error.span, own)


def place_of_span(span: Span | None, own: Source | None = None) -> str:
    """A place in the text, in words; with the file if that is not the own text."""
    if span is None:
        return "the program"
    is_own = own is None or span.source.name == own.name
    folder, file = os.path.split(span.source.name)
    if file == "__init__.py":
        file = os.path.join(os.path.basename(folder), file)
    file = "" if is_own else f" of {file}"
    return f"line {span.line}, column {span.column}{file}"
