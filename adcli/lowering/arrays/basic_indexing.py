"""Integers, slices and None in an index, as views."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS, App, Atom
from adcli.ir.types import INT, REAL
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.ndarray import NDArray
from adcli.lowering.lists import Slice
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.number_values import Number, as_integer
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value
from adcli.ops.comparisons_logic_and_choice import select

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

FULL = Slice([NONE, NONE, NONE])


def view(f: Frame, array: NDArray, parts: Sequence[Value], node: ast.AST) -> NDArray:
    """The view for integers, slices and None."""
    offset, steps = array.offset, array.steps(f, node)
    shape: list[Number] = []
    strides: list[Number] = []
    is_packed = array.is_packed
    axis = 0
    for part in parts:
        if isinstance(part, Constant) and part.value is None:
            shape.append(f.known(1))
            strides.append(f.known(0))
            continue
        size, step = array.shape[axis], steps[axis]
        if isinstance(part, Slice):
            if part.bounds == FULL.bounds:
                start, length, by = f.known(0), size, f.known(1)
            else:
                start, length, by = bounds(f, size, part, node)
                is_unit = by.is_known and by.known == 1
                is_packed = is_packed and is_unit and not [
                    n for n in shape if not (n.is_known and n.known == 1)
                ]  # fmt: skip
            shape.append(length)
            strides.append(sizes.times(f, step, by, node))
        else:
            place = _integer(f, part, node)
            start = inside(f, place, size, axis, node)
            is_packed = is_packed and not [
                n for n in shape if not (n.is_known and n.known == 1)
            ]  # fmt: skip
        offset = sizes.plus(f, offset, sizes.times(f, start, step, node), node)
        axis += 1
    return array.view(offset, shape, None if is_packed else strides)


def _integer(f: Frame, part: Value, node: ast.AST) -> Number:
    if isinstance(part, Number) and not (part.is_known and part.kind == REAL):
        return as_integer(f, part, "array indices", node)
    message = (
        "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or "
        "boolean arrays are valid indices"
    )
    raise f.raises("IndexError", message, node)


# -- one axis --------------------------------------------------------------------------------------


def inside(f: Frame, index: Number, size: Number, axis: int, node: ast.AST) -> Number:
    """An index, counted from the end if it is negative, as one that is inside.  Ends the run with
    NumPy's IndexError if it is not."""
    values: list[Atom] = [index.atom, size.atom]
    message = f"index {{0}} is out of bounds for axis {axis} with size {{1}}"
    if index.is_known:
        known = index.known
        if size.is_known:
            if not -size.known <= known < size.known:
                raise f.raises("IndexError", message, node, values)
            return f.known(known % size.known)
        least = f.known(known + 1 if known >= 0 else -known)
        fits = f.apply(OPERATORS[">="], (size, least), node)
        sizes.check(f, fits, "IndexError", message, node, values)
        return index if known >= 0 else sizes.plus(f, size, index, node)
    if sizes.is_inside(f, index, size):
        return index
    place = index
    if not index.is_natural:
        is_negative = f.apply(OPERATORS["<"], (index, f.known(0)), node)
        from_end = f.apply(OPERATORS["+"], (index, size), node)
        place = f.emit(App(select, (is_negative.atom, from_end.atom, index.atom)), node)
    fits = f.apply(OPERATORS["<"], (place, size), node)
    sizes.check(f, fits, "IndexError", message, node, values)
    if not index.is_natural:
        fits = f.apply(OPERATORS[">="], (place, f.known(0)), node)
        sizes.check(f, fits, "IndexError", message, node, values)
    return sizes.natural(place)


def bounds(f: Frame, size: Number, part: Slice, node: ast.AST) -> tuple[Number, Number, Number]:
    """Where a slice of an axis starts, how many entries it has, and its step."""
    given = [_bound(f, b, node) for b in part.bounds]
    known = [b is None or b.is_known for b in given]
    start, stop, step = given
    if step is not None and step.is_known and step.known == 0:
        raise f.raises("ValueError", "slice step cannot be zero", node)
    if size.is_known and all(known):
        chosen = range(size.known)[slice(*[b.known if b is not None else None for b in given])]
        return f.known(chosen.start), f.known(len(chosen)), f.known(chosen.step)
    if step is None or (step.is_known and step.known > 0):
        by = step or f.known(1)
        first, length = _upwards(f, size, start, stop, node)
        if by.known > 1:
            more = sizes.plus(f, length, f.known(by.known - 1), node)
            length = sizes.natural(sizes.quotient(f, more, by, node))
        return first, length, by
    if step.is_known and step.known == -1 and start is None and stop is None:
        return sizes.minus(f, size, f.known(1), node), size, step
    args = [size, *[NONE if b is None else b for b in given]]
    found = f.session.library_call(f, "slice_bounds", args, node)
    assert isinstance(found, Tuple)
    first, last, by = [f.number(v, node) for v in found.items]
    count = f.number(f.session.library_call(f, "range_length", [first, last, by], node), node)
    return first, sizes.natural(count), by


def _bound(f: Frame, value: Value, node: ast.AST) -> Number | None:
    if isinstance(value, Constant) and value.value is None:
        return None
    return as_integer(f, value, "slice indices", node)


def _upwards(
    f: Frame, size: Number, start: Number | None, stop: Number | None, node: ast.AST
) -> tuple[Number, Number]:
    """Where a slice with step 1 starts and how long it is; the same slices of the same sizes are
    computed in the same way.  An empty slice may start behind the end: it has no entries to be
    read, and in loops an index that is a variable and a number is known for what it is."""
    zero = f.known(0)
    start = None if start is not None and start.is_known and start.known == 0 else start
    is_cut_above = stop is None or (stop.is_known and stop.known < 0)
    if (start is None or (start.is_known and start.known > 0)) and is_cut_above:
        above = 0 if stop is None else -stop.known
        below = 0 if start is None else start.known
        first = zero if start is None else start
        if above + below == 0:
            return first, size
        left = sizes.minus(f, size, f.known(above + below), node)
        return first, sizes.natural(sizes.greatest(f, left, zero, node))
    is_natural = start is not None and (start.is_natural or (start.is_known and start.known > 0))
    first = zero if start is None else start if is_natural else _clipped(f, start, size, node)
    last = size if stop is None else _clipped(f, stop, size, node)
    length = sizes.minus(f, last, first, node)
    if start is not None and (stop is not None or is_natural):
        length = sizes.greatest(f, length, zero, node)
    return first, sizes.natural(length)


def _clipped(f: Frame, bound: Number, size: Number, node: ast.AST) -> Number:
    """A bound of a slice with step 1 as a place from 0 to the size."""
    if bound.is_known or bound.is_natural:
        if bound.is_known and bound.known < 0:
            from_end = sizes.plus(f, size, bound, node)
            return sizes.natural(sizes.greatest(f, from_end, f.known(0), node))
        return sizes.natural(sizes.least(f, bound, size, node))
    is_negative = f.apply(OPERATORS["<"], (bound, f.known(0)), node)
    from_end = f.apply(OPERATORS["+"], (bound, size), node)
    place = f.emit(App(select, (is_negative.atom, from_end.atom, bound.atom)), node)
    place = Number(place.atom, INT)
    return sizes.natural(sizes.greatest(f, sizes.least(f, place, size, node), f.known(0), node))
