"""Functions that change shapes: views where NumPy gives views, new arrays where it copies."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS, Atom
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.broadcasting import common_shape, stretched_array
from adcli.lowering.arrays.creation import at_least, copied, widened
from adcli.lowering.arrays.lazy_expressions import fill
from adcli.lowering.arrays.ndarray import Arraylike, NDArray, made
from adcli.lowering.arrays.numpy_function_registry import (
    array,
    axes_of,
    axis_of,
    is_none,
    known_integer,
    left_out,
    operand,
    row,
    sizes_of,
)
from adcli.lowering.arrays.operators import assign
from adcli.lowering.lists import Slice
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.number_values import Number, as_integer, wider
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def reshaped(f: Frame, value: Arraylike, shape: Sequence[Number], node: ast.AST) -> NDArray:
    """An array with the same entries in C order; one size may be -1."""
    found = value.stored(f, node)
    total = found.size(f, node)
    wanted = list(shape)
    open_ = [i for i, n in enumerate(wanted) if n.is_known and n.known == -1]
    values: list[Atom] = []
    told = sizes.shape_text(wanted, values)
    message = f"cannot reshape array of size {{{len(values)}}} into shape {told}"
    values.append(total.atom)
    if len(open_) > 1:
        raise f.raises("ValueError", "can only specify one unknown dimension", node)
    if open_:
        rest = sizes.product(f, [n for i, n in enumerate(wanted) if i not in open_], node)
        if rest.is_known and rest.known == 0:
            raise f.raises("ValueError", message, node, values)
        wanted[open_[0]] = sizes.natural(sizes.quotient(f, total, rest, node))
    product = sizes.product(f, wanted, node)
    sizes.check_equal(f, product, total, "ValueError", message, node, values)
    return _in_shape(f, found, [sizes.natural(n) for n in wanted], node)


def _in_shape(f: Frame, value: NDArray, shape: Sequence[Number], node: ast.AST) -> NDArray:
    """The entries of an array in another shape of the same size: a view, or what NumPy copies.
    Where it may be either, the copy must not be changed."""
    if value.is_packed:
        return value.view(value.offset, shape, None)
    if value.rank == 1:
        steps = [value.steps(f, node)[0]]
        for size in list(shape)[:0:-1]:
            steps.insert(0, sizes.times(f, steps[0], size, node))
        return value.view(value.offset, shape, steps[: len(shape)])
    found = copied(f, value, node)
    if not _is_surely_copied(value):
        f.session.unsure_copies.add(found.data.number)
    return found.view(found.offset, shape, None)


def _is_surely_copied(value: NDArray) -> bool:
    """Whether no strides lead through a matrix in C order."""
    known = sizes.known_sizes([*value.shape, *(value.strides or ())])
    if known is None or value.rank != 2:
        return False
    rows, columns, step_row, step = known
    return rows > 1 and columns > 1 and step_row != columns * step


@row("reshape", "a, shape; order, newshape, copy")
def _reshape(
    f: Frame, node: ast.AST, a: Value, shape: Value, order: Value | None, *others: Value | None
) -> Value:
    _check_order(order, node)
    left_out("reshape", node, newshape=others[0], copy=others[1])
    return reshaped(f, array(f, a, node), sizes_of(f, shape, node), node).without_rank(f, node)


def _check_order(order: Value | None, node: ast.AST) -> None:
    if order is not None and order.known_value() is None and getattr(order, "value", "C") != "C":
        raise Refusal("an order of entries other than 'C'", node)


@row("ravel", "a; order")
def _ravel(f: Frame, node: ast.AST, a: Value, order: Value | None) -> Value:
    _check_order(order, node)
    return reshaped(f, array(f, a, node), [f.known(-1)], node)


def transposed(f: Frame, value: Arraylike, order: Sequence[int], node: ast.AST) -> NDArray:
    found = value.stored(f, node)
    if list(order) == list(range(found.rank)):
        return found
    steps = found.steps(f, node)
    return found.view(found.offset, [found.shape[i] for i in order], [steps[i] for i in order])


@row("transpose permute_dims", "a; axes")
def _transpose(f: Frame, node: ast.AST, a: Value, axes: Value | None) -> Value:
    found = array(f, a, node)
    order = list(range(found.rank))[::-1]
    return transposed(f, found, axes_of(f, axes, found.rank, node) if axes else order, node)


@row("swapaxes", "a, axis1, axis2")
def _swapaxes(f: Frame, node: ast.AST, a: Value, axis1: Value, axis2: Value) -> Value:
    found = array(f, a, node)
    i, j = [axis_of(f, v, found.rank, node) for v in (axis1, axis2)]
    order = list(range(found.rank))
    order[i], order[j] = order[j], order[i]
    return transposed(f, found, order, node)


@row("moveaxis", "a, source, destination")
def _moveaxis(f: Frame, node: ast.AST, a: Value, source: Value, destination: Value) -> Value:
    found = array(f, a, node)
    come, go = [axes_of(f, v, found.rank, node) for v in (source, destination)]
    if len(come) != len(go):
        message = "`source` and `destination` arguments must have the same number of elements"
        raise f.raises("ValueError", message, node)
    order = [i for i in range(found.rank) if i not in come]
    for place, axis in sorted(zip(go, come, strict=True)):
        order.insert(place, axis)
    return transposed(f, found, order, node)


@row("squeeze", "a; axis")
def _squeeze(f: Frame, node: ast.AST, a: Value, axis: Value | None) -> Value:
    found = array(f, a, node).stored(f, node)
    axes = range(found.rank) if axis is None else axes_of(f, axis, found.rank, node)
    gone = [i for i in axes if found.shape[i].is_known and found.shape[i].known == 1]
    if axis is None:
        for size in found.shape:
            if not size.is_known:
                other = f.apply(OPERATORS["!="], (size, f.known(1)), node)
                message = "an axis whose length is 1 only when the program runs is squeezed out"
                sizes.check(f, other, ir.REFUSED, message, node)
    if axis is not None and len(gone) < len(list(axes)):
        message = "cannot select an axis to squeeze out which has size not equal to one"
        raise f.raises("ValueError", message, node)
    kept = [i for i in range(found.rank) if i not in gone]
    if not kept:
        return found.load(f, found.offset, node)
    steps = found.steps(f, node)
    return found.view(found.offset, [found.shape[i] for i in kept],
                      None if found.is_packed else [steps[i] for i in kept])  # fmt: skip


@row("expand_dims", "a, axis")
def _expand_dims(f: Frame, node: ast.AST, a: Value, axis: Value) -> Value:
    found = array(f, a, node).stored(f, node) if not isinstance(a, Number) else None
    if found is None:
        return array(f, a, node)
    items = axis.items if isinstance(axis, Tuple) else [axis]
    rank = found.rank + len(items)
    at = [axis_of(f, v, rank, node) for v in items]
    shape, steps = list(found.shape), list(found.steps(f, node))
    for place in sorted(at):
        shape.insert(place, f.known(1))
        steps.insert(place, f.known(0))
    return found.view(found.offset, shape, None if found.is_packed else steps)


@row("broadcast_to", "array, shape; subok")
def _broadcast_to(f: Frame, node: ast.AST, a: Value, shape: Value, *_: object) -> Value:
    found = array(f, a, node).stored(f, node)
    wanted = tuple(sizes_of(f, shape, node))
    if found.rank > len(wanted):
        message = "input operand has more dimensions than allowed by the axis remapping"
        raise f.raises("ValueError", message, node)
    common_shape(f, [found.shape, wanted], node)
    for own, size in zip(found.shape, wanted[len(wanted) - found.rank :], strict=True):
        if not (own.is_known and own.known == 1):  # the array is not stretched the other way
            message = "operands could not be broadcast together with the requested shape"
            sizes.check_equal(f, own, size, "ValueError", message, node)
    return stretched_array(f, found, wanted, node)


@row("broadcast_arrays", "*args")
def _broadcast_arrays(f: Frame, node: ast.AST, args: list[Value]) -> Value:
    found = [operand(f, v, node) for v in args]
    arrays = [a.stored(f, node) for a in found if isinstance(a, Arraylike)]
    if not arrays:
        return Tuple(found)
    shape = common_shape(f, [a.shape for a in arrays], node)
    wide = [array(f, v, node).stored(f, node) for v in found]
    return Tuple([stretched_array(f, a, shape, node) for a in wide])


# -- joined ----------------------------------------------------------------------------------------


def items_of(f: Frame, value: Value, node: ast.AST) -> list[Value]:
    items = value.iterate(f, node).items
    if items is None:
        raise Refusal("a row of arrays whose number is not known", node)
    return list(items)


def concatenated(f: Frame, arrays: Sequence[Arraylike], axis: int, node: ast.AST) -> NDArray:
    """Arrays one behind the other along an axis."""
    first = arrays[0]
    kind = BOOL
    total = f.known(0)
    for one in arrays:
        kind = wider(kind, one.kind)
        if one.rank != first.rank:
            message = (
                "all the input array dimensions except for the concatenation axis must match "
                "exactly"
            )
            raise f.raises("ValueError", message, node)
        for i, (a, b) in enumerate(zip(first.shape, one.shape, strict=True)):
            if i != axis:
                message = (
                    "all the input array dimensions except for the concatenation axis must match "
                    f"exactly, but along dimension {i} they do not"
                )
                sizes.check_equal(f, a, b, "ValueError", message, node)
        total = sizes.plus(f, total, one.shape[axis], node)
    shape = [total if i == axis else n for i, n in enumerate(first.shape)]
    target = made(f, kind, [sizes.natural(n) for n in shape], node)
    at = f.known(0)
    steps = target.steps(f, node)
    for one in arrays:
        offset = sizes.plus(f, target.offset, sizes.times(f, at, steps[axis], node), node)
        part = target.view(offset, one.shape, None if axis == 0 else steps)
        fill(f, part, one, node)
        at = sizes.plus(f, at, one.shape[axis], node)
    return target


@row("concatenate concat", "arrays; axis|None, out, dtype, casting")
def _concatenate(
    f: Frame, node: ast.AST, arrays: Value, axis: Value | None, dtype: Value | None, _: object
) -> Value:
    found = [widened(f, operand(f, v, node), dtype, node) for v in items_of(f, arrays, node)]
    parts = [a for a in found if isinstance(a, Arraylike)]
    if len(parts) < len(found) or not parts:
        message = (
            "zero-dimensional arrays cannot be concatenated" if found
            else "need at least one array to concatenate"
        )  # fmt: skip
        raise f.raises("ValueError", message, node)
    if is_none(axis):
        flat = [reshaped(f, p, [f.known(-1)], node) for p in parts]
        return concatenated(f, flat, 0, node)
    place = 0 if axis is None else axis_of(f, axis, parts[0].rank, node)
    return concatenated(f, parts, place, node)


@row("stack", "arrays; axis, out")
def _stack(f: Frame, node: ast.AST, arrays: Value, axis: Value | None) -> Value:
    parts = [operand(f, v, node) for v in items_of(f, arrays, node)]
    if all([isinstance(p, Number) for p in parts]):
        from adcli.lowering.arrays.list_conversion import array_of_value

        return array_of_value(f, Tuple(parts), node)
    widened = []
    for part in parts:
        whole = array(f, part, node)
        place = f.known(0) if axis is None else axis
        widened.append(array(f, _expand_dims(f, node, whole, place), node))
    place_ = 0 if axis is None else axis_of(f, axis, widened[0].rank, node)
    return concatenated(f, widened, place_, node)


def _stacker(name: str, rank: int, axis: int) -> None:
    @row(name, "tup; dtype, casting")
    def does(f: Frame, node: ast.AST, tup: Value, dtype: Value | None, _: object) -> Value:
        parts: list[Arraylike] = []
        for item in items_of(f, tup, node):
            found = at_least(f, widened(f, operand(f, item, node), dtype, node), rank, node)
            assert isinstance(found, Arraylike)
            if name == "column_stack":
                was = operand(f, item, node)
                if not isinstance(was, Arraylike) or was.rank < 2:
                    found = transposed(f, found, [1, 0], node)
            parts.append(found)
        along = 0 if name == "hstack" and parts[0].rank == 1 else axis
        return concatenated(f, parts, along, node)


for _name, _rank, _axis in (("vstack", 2, 0), ("hstack", 1, 1), ("column_stack", 2, 1)):
    _stacker(_name, _rank, _axis)


@row("append", "arr, values; axis")
def _append(f: Frame, node: ast.AST, arr: Value, values: Value, axis: Value | None) -> Value:
    parts = [array(f, v, node) for v in (arr, values)]
    if axis is None:
        flat = [reshaped(f, p, [f.known(-1)], node) for p in parts]
        return concatenated(f, flat, 0, node)
    return concatenated(f, parts, axis_of(f, axis, parts[0].rank, node), node)


@row("flip", "m; axis")
def _flip(f: Frame, node: ast.AST, m: Value, axis: Value | None) -> Value:
    found = array(f, m, node).stored(f, node)
    axes = axes_of(f, axis, found.rank, node)
    index = [Slice([NONE, NONE, f.known(-1) if i in axes else NONE]) for i in range(found.rank)]
    return found.item(f, Tuple(index), node)


@row("fliplr", "m")
def _fliplr(f: Frame, node: ast.AST, m: Value) -> Value:
    return _flip(f, node, m, f.known(1))


@row("flipud", "m")
def _flipud(f: Frame, node: ast.AST, m: Value) -> Value:
    return _flip(f, node, m, f.known(0))


@row("roll", "a, shift; axis")
def _roll(f: Frame, node: ast.AST, a: Value, shift: Value, axis: Value | None) -> Value:
    found = array(f, a, node).stored(f, node)
    if axis is None and found.rank > 1:
        flat = array(f, _roll(f, node, reshaped(f, found, [f.known(-1)], node), shift, None), node)
        return reshaped(f, flat, found.shape, node)
    place = 0 if axis is None else axis_of(f, axis, found.rank, node)
    size = found.shape[place]
    by = as_integer(f, shift, "shift", node)
    if size.is_known and size.known == 0:
        return copied(f, found, node)
    by = f.apply(OPERATORS["%"], (by, size), node)
    cut = sizes.minus(f, size, by, node)
    full = Slice([NONE, NONE, NONE])
    before: list[Value] = [full] * place
    head = found.item(f, Tuple([*before, Slice([NONE, sizes.natural(cut), NONE])]), node)
    tail = found.item(f, Tuple([*before, Slice([sizes.natural(cut), NONE, NONE])]), node)
    assert isinstance(head, NDArray)
    assert isinstance(tail, NDArray)
    target = made(f, found.kind, found.shape, node)
    first = target.item(f, Tuple([*before, Slice([NONE, sizes.natural(by), NONE])]), node)
    rest = target.item(f, Tuple([*before, Slice([sizes.natural(by), NONE, NONE])]), node)
    assert isinstance(first, NDArray)
    assert isinstance(rest, NDArray)
    assign(f, first, tail, node)
    assign(f, rest, head, node)
    return target


def _at_least(rank: int) -> None:
    @row(f"atleast_{rank}d", "*arys")
    def run(f: Frame, node: ast.AST, arys: list[Value]) -> Value:
        found = [at_least(f, operand(f, value, node), rank, node) for value in arys]
        return found[0] if len(found) == 1 else Tuple([v.forced(f, node) for v in found])


for _rank in (1, 2):
    _at_least(_rank)


@row("tile", "A, reps")
def _tile(f: Frame, node: ast.AST, a: Value, reps: Value) -> Value:
    counts = sizes_of(f, reps, node)
    found = at_least(f, array(f, a, node), len(counts), node)
    assert isinstance(found, Arraylike)
    counts = [f.known(1)] * (found.rank - len(counts)) + counts
    source = found.stored(f, node)
    shape: list[Number] = []
    steps: list[Number] = []
    for count, size, step in zip(counts, source.shape, source.steps(f, node), strict=True):
        shape += [sizes.natural(count), size]
        steps += [f.known(0), step]
    spread = copied(f, source.view(source.offset, shape, steps), node)
    final = [sizes.times(f, a_, b, node) for a_, b in zip(shape[::2], shape[1::2], strict=True)]
    return spread.view(spread.offset, [sizes.natural(n) for n in final], None)


@row("repeat", "a, repeats; axis")
def _repeat(f: Frame, node: ast.AST, a: Value, repeats: Value, axis: Value | None) -> Value:
    count = operand(f, repeats, node)
    if not isinstance(count, Number):
        args = [a, repeats, NONE if axis is None else axis]
        return f.session.library_call(f, "repeat_each", args, node, inlined=True)
    times = as_integer(f, count, "repeats", node)
    found = array(f, a, node)
    if axis is None:
        found = reshaped(f, found, [f.known(-1)], node)
    place = 0 if axis is None else axis_of(f, axis, found.rank, node)
    source = found.stored(f, node)
    shape, steps = list(source.shape), list(source.steps(f, node))
    shape.insert(place + 1, sizes.natural(times))
    steps.insert(place + 1, f.known(0))
    spread = copied(f, source.view(source.offset, shape, steps), node)
    final = list(source.shape)
    final[place] = sizes.natural(sizes.times(f, final[place], times, node))
    return spread.view(spread.offset, final, None)


@row("split vsplit", "ary, indices_or_sections; axis")
def _split(f: Frame, node: ast.AST, ary: Value, parts: Value, axis: Value | None) -> Value:
    found = array(f, ary, node).stored(f, node)
    place = 0 if axis is None else axis_of(f, axis, found.rank, node)
    bounds: list[Value]
    if isinstance(parts, Number):
        count = known_integer(f, parts, "the number of sections", node)
        size = found.shape[place]
        width = sizes.quotient(f, size, f.known(count), node)
        whole = sizes.times(f, width, f.known(count), node)
        message = "array split does not result in an equal division"
        sizes.check_equal(f, whole, size, "ValueError", message, node)
        bounds = [sizes.natural(sizes.times(f, width, f.known(i), node)) for i in range(1, count)]
    else:
        bounds = items_of(f, parts, node)
    return _cut(f, found, place, bounds, node)


@row("array_split", "ary, indices_or_sections; axis")
def _array_split(f: Frame, node: ast.AST, ary: Value, parts: Value, axis: Value | None) -> Value:
    if not isinstance(parts, Number):
        return _split(f, node, ary, parts, axis)
    found = array(f, ary, node).stored(f, node)
    place = 0 if axis is None else axis_of(f, axis, found.rank, node)
    count = known_integer(f, parts, "the number of sections", node)
    size = found.shape[place]
    width = sizes.quotient(f, size, f.known(count), node)
    extra = sizes.minus(f, size, sizes.times(f, width, f.known(count), node), node)
    bounds: list[Value] = []
    for i in range(1, count):  # the first ones are longer by one
        more = sizes.least(f, f.known(i), extra, node)
        end = sizes.plus(f, sizes.times(f, width, f.known(i), node), more, node)
        bounds.append(sizes.natural(end))
    return _cut(f, found, place, bounds, node)


def _cut(f: Frame, found: NDArray, place: int, bounds: Sequence[Value], node: ast.AST) -> Value:
    """The parts of an array between places on an axis, as views."""
    full = Slice([NONE, NONE, NONE])
    cuts = [NONE, *bounds, NONE]
    pieces: list[Value] = []
    for start, stop in pairwise(cuts):
        index = [*([full] * place), Slice([start, stop, NONE])]
        pieces.append(found.item(f, Tuple(index), node))
    return f.new_list(pieces, node)
