"""Notes on a trace that meets a kink, and on rows that end in a number that is not the derivative.

Invariant: rows apply the chain rule to one operation after the other.  Where two operations have
their kinks at the same place, as in max(x, 0) - max(-x, 0), that gives another number than the
derivative; a note tells the derivative.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from adcli.backends.nonfinite_notes import place_of
from adcli.errors import DomainError, NotDifferentiable
from adcli.trace.evaluation_traces import FORWARD, INPUT, RESULT, REVERSE, SECOND, Trace

if TYPE_CHECKING:
    from adcli.backends.named_results import Products
    from adcli.source import Source


def kink_notes(trace: Trace, find: Callable[[], Products], source: Source) -> tuple[str, ...]:
    """The notes on a trace of a program that may meet a tie.

    `find` has the derivatives that the rows should end in, corrected at kinks, with notes of their
    own.  Of several results there are no second derivatives to compare with.
    """
    if trace.mode == SECOND and sum(step.operation == RESULT for step in trace.primal) != 1:
        return ()
    try:
        products = find()
    except (NotDifferentiable, DomainError) as error:
        return (f"at {place_of(error, source)}: {error.message}",)
    ends = _ends(trace)
    notes = [
        f"the rows take one side of each kink: {_said(trace.mode, name)} is {number!r}, "
        f"not {ends[name]!r}"
        for name, number in _named(trace, products)
        if name in ends and not math.isclose(number, ends[name], rel_tol=1e-9, abs_tol=1e-12)
    ]
    return (*products.notes, *([] if trace.lost else notes))


def _ends(trace: Trace) -> dict[str, float]:
    """The derivatives that the rows end in: those of the results by their numbers, or those by the
    entries of the inputs by their names."""
    if trace.mode == FORWARD:
        found = [step.value for step in trace.derived if step.operation == RESULT]
        return {str(i): value for i, value in enumerate(found, 1)}
    return {
        step.target.removeprefix("in.").removesuffix(trace.mark): step.value
        for step in trace.derived
        if step.operation == INPUT
    }


def _named(trace: Trace, products: Products) -> list[tuple[str, float]]:
    """The derivatives with the names that `_ends` has for them."""
    rows = products.product_rows("")
    if trace.mode == FORWARD:
        return [(str(i), number) for i, (_, number) in enumerate(rows, 1)]
    return rows


def _said(mode: str, name: str) -> str:
    if mode == FORWARD:
        return "the tangent" if name == "1" else f"the tangent of result {name}"
    what = "derivative" if mode == REVERSE else "tangent of the derivative"
    return f"the {what} by {name}"
