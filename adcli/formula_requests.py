"""Answers that are formulas, for a program whose inputs may be left open.

Invariant: a point, or the integers and the shapes of one, is needed only where the program's course
depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from adcli.backends.expression_swell import SwellRow, swell
from adcli.backends.formulas_with_derivations import Formulas, Request, formulas
from adcli.engines.interface import Limits
from adcli.errors import UsageError, suggestion
from adcli.rank_specialisation import Point, Specialisation, one_of
from adcli.recursion_limit import deep
from adcli.source import EXPRESSION
from adcli.symbolic.simplification_budgets import EFFORTS


@deep()
def derivative_formulas(
    program: Specialisation,
    point: Point,
    wrt: Iterable[str] | None,
    order: int,
    *,
    mixed: bool,
    effort: str,
    steps: bool,
    limits: Limits | None,
) -> Formulas:
    """The formulas that `Program.formulas` returns."""
    asked = [] if wrt is None else list(wrt)
    absent = [name for name in asked if program.is_absent(name)]
    names = program.reals if wrt is None else program.check_wrt(asked, absent)
    known = program.partly_bound(point)
    request = Request(order, mixed, EFFORTS[one_of(effort, tuple(EFFORTS), "effort")], steps)
    found = formulas(program.module, names, known, request, limits=limits)
    found.inputs = program.inputs
    chosen = found.on_path or any(program.shapes_formulas(name) for name in point)
    found.ignore_point = bool(point) and not chosen
    if len(program.result_names) == len(found.rows):  # an array among them has many rows
        found.names = program.result_names
    found.notes += program.notes
    found.notes += tuple([_absence(name, program.inputs) for name in dict.fromkeys(absent)])
    if program.source.name == EXPRESSION:
        found.notes += _joined_names(
            [name for name in program.inputs if name not in asked], program.source.text
        )
    return found


def _joined_names(inputs: Sequence[str], text: str) -> tuple[str, ...]:
    """Notes on inputs that look like products or calls written as one word: xy, πx, xe^x, sinx.

    Where a point is wanted its names tell; a formula would be that of another function."""
    if all([len(name) == 1 for name in inputs]):
        return ()
    from adcli.front.mistakes.joined_names import call, product

    found = []
    if {"dy", "dx"} <= {*inputs}:
        found.append("'dy' and 'dx' are names; adcli implicit finds dy/dx of an equation")
    if {"df", "dx"} <= {*inputs}:
        found.append("'df' and 'dx' are names; adcli diff finds df/dx of the formula of f")
    for name in inputs:
        made = product(name)
        if name.endswith("e"):  # that of e^x
            made = made if re.search(rf"\b{name}\s*(?:\^|\*\*)", text) else ""
        if made.endswith("*x") and f"{name[:-1]}y" in inputs and name[0] in "kmn":
            made = ""  # the parts of a vector
        if made:
            found.append(f"'{name}' is one name; a product is {made}")
        elif called := call(name):
            found.append(f"'{name}' is one name; a call is {called}")
    return tuple(found)


def _absence(name: str, inputs: tuple[str, ...]) -> str:
    """That a derivative is 0 because the program has nothing of that name."""
    note = f"'{name}' does not occur in the program, so the derivative by it is 0"
    return ": ".join(filter(None, [note, suggestion(name, inputs)]))


def swell_row(
    program: Specialisation,
    point: Point,
    wrt: Iterable[str] | None,
    parameter: str,
    number: int,
    limits: Limits | None,
) -> SwellRow:
    """The row that `Program.swell` returns."""
    known = program.partly_bound(point)
    names = program.reals if wrt is None else program.check_wrt(wrt)
    if parameter in (wrt or ()):
        raise UsageError(f"'{parameter}' cannot be both the integer and differentiated by")
    names = tuple(name for name in names if name != parameter)
    if not names:
        raise UsageError("there is no real input to differentiate by")
    return swell(program.module, names[0], known, parameter, number, limits=limits)
