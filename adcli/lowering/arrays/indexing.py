"""Indices: what is between the brackets of an array, read and written.

NumPy, "Indexing on ndarrays": integers, slices, None and `...` give a view, which shares its
entries with the array; arrays of integers and of truth values give a copy, see
`adcli.lowering.arrays.advanced_indexing`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.ir.types import BOOL
from adcli.lowering.arrays import advanced_indexing, sizes
from adcli.lowering.arrays.array_manipulation import reshaped
from adcli.lowering.arrays.basic_indexing import FULL, view
from adcli.lowering.arrays.lazy_expressions import Operand
from adcli.lowering.arrays.list_conversion import is_sequence, operand_of
from adcli.lowering.arrays.ndarray import DTYPES, Arraylike, NDArray, is_whole
from adcli.lowering.arrays.numpy_function_registry import array
from adcli.lowering.arrays.numpy_scalars import numpy_scalar
from adcli.lowering.arrays.operators import assign, converted, of_two
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number, as_integer, wider
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def item(f: Frame, array: NDArray, index: Value, node: ast.AST) -> Value:
    """`array[index]`."""
    if isinstance(index, Union):
        return f.choose(index, node, lambda v: item(f, array, v, node))
    parts = _parts(f, array, index, node)
    if any([_is_array(f, p) for p in parts]):
        return advanced_indexing.gathered(f, array, parts, node)
    if len(parts) == 1 and isinstance(parts[0], Number) and not parts[0].is_known:
        place = as_integer(f, parts[0], "array indices", node)
        if array.rank == 1 and is_whole(f, array):
            return numpy_scalar(array.load(f, place, node, is_inside=False))
    found = view(f, array, parts, node)
    return found if found.rank else numpy_scalar(found.load(f, found.offset, node))


def item_of_number(f: Frame, number: Number, index: Value, node: ast.AST) -> Value:
    """`x[index]` for a scalar of NumPy or an array without axes: `...`, `None` and truth values
    are its indices."""
    parts = index.items if isinstance(index, Tuple) else [index]
    masks = [p for p in parts if isinstance(p, Number) and p.kind == BOOL]
    names = [p.value for p in parts if isinstance(p, Constant)]
    axes = [f.known(1) for name in names if name is None]
    others = [p for p in parts if not isinstance(p, Constant) and p not in masks]
    if others or len(masks) > 1 or (masks and axes):
        message = "invalid index to scalar variable."
        if number.is_zero_dimensional:
            message = f"too many indices: array is 0-dimensional, but {len(others)} were indexed"
        raise f.raises("IndexError", message, node)
    line = array(f, number.of_python(), node)
    if masks:
        return item(f, line.stored(f, node), array(f, masks[0].of_python(), node), node)
    if not axes:
        return number
    return reshaped(f, line, axes, node)


def set_item(f: Frame, array: NDArray, index: Value, value: Value, node: ast.AST) -> None:
    """`array[index] = value`."""
    if isinstance(index, Union):
        raise Refusal("an index of several kinds where an entry is set", node)
    if isinstance(value, Union):
        raise Refusal("an entry that is one of several kinds", node)
    operand = operand_of(f, value, node)
    if operand is None:
        raise Refusal(f"{value.what} as an entry of an array", node)
    array.check_changeable(f, node)
    parts = _parts(f, array, index, node)
    if any([_is_array(f, p) for p in parts]):
        advanced_indexing.scatter(f, array, parts, operand, node)
        return
    is_single = all([isinstance(p, Number) for p in parts]) and len(parts) == array.rank
    if is_single:
        entry = operand if isinstance(operand, Number) else operand.scalar(f, node)
        entry = sizes.check_int64(f, converted(f, entry, array.kind, node), node)
        is_line = array.rank == 1 and is_whole(f, array)
        if is_line and isinstance(parts[0], Number) and not parts[0].is_known:
            place = as_integer(f, parts[0], "array indices", node)
            array.store(f, place, entry, node, is_inside=False)
            return
        found = view(f, array, parts, node)
        array.store(f, found.offset, entry, node)
        return
    assign(f, view(f, array, parts, node), operand, node)


def changed_at(
    f: Frame, array: NDArray, index: Value, symbol: str, value: Operand, node: ast.AST
) -> None:
    """`array[index] = array[index] + value`, once more for each time that an entry is named."""
    if wider(value.kind, array.kind) != array.kind:
        raise Refusal(f"{DTYPES[value.kind]} added to an array of {DTYPES[array.kind]}", node)
    parts = _parts(f, array, index, node)
    if any([_is_array(f, p) for p in parts]):
        advanced_indexing.scatter(f, array, parts, value, node, symbol)
        return
    old = operand_of(f, item(f, array, index, node), node)
    assert old is not None
    set_item(f, array, index, of_two(f, symbol, old, value, node), node)


def _is_array(f: Frame, part: Value) -> bool:
    if isinstance(part, Number):
        return part.kind == BOOL
    return isinstance(part, Arraylike) or (is_sequence(f, part))


def _parts(f: Frame, array: NDArray, index: Value, node: ast.AST) -> list[Value]:
    """The parts of an index, one for each axis but for None; `...` is written out."""
    given = list(index.items) if isinstance(index, Tuple) else [index]
    dots = [i for i, p in enumerate(given) if isinstance(p, Constant) and p.value is ...]
    if len(dots) > 1:
        message = "an index can only have a single ellipsis ('...')"
        raise f.raises("IndexError", message, node)
    taken = 0
    for part in given:
        if isinstance(part, Constant) and (part.value is None or part.value is ...):
            continue
        is_mask = isinstance(part, Arraylike) and part.kind == BOOL
        taken += part.rank if is_mask and isinstance(part, Arraylike) else 1
    if taken > array.rank:
        raise f.raises(
            "IndexError",
            f"too many indices for array: array is {array.rank}-dimensional, "
            f"but {taken} were indexed",
            node,
        )
    missing: list[Value] = [FULL] * (array.rank - taken)
    if dots:
        return [*given[: dots[0]], *missing, *given[dots[0] + 1 :]]
    return given if all([_is_array(f, p) for p in given]) and taken == array.rank else [
        *given, *missing
    ]  # fmt: skip
