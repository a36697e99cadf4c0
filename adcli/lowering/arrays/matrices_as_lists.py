"""Matrices as the functions of our library take and give them: lists with nothing else in them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.ir.types import REAL
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.creation import copied
from adcli.lowering.arrays.ndarray import Arraylike, NDArray, is_whole
from adcli.lowering.heap_objects import Reference
from adcli.lowering.number_values import Number
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def whole(f: Frame, value: Arraylike, node: ast.AST) -> NDArray:
    """An array that is all of its list."""
    found = value.stored(f, node)
    found = found if is_whole(f, found) else copied(f, found, node)
    found.storage(f, node)
    return found


def of_list(f: Frame, data: Value, shape: Sequence[Number]) -> NDArray:
    """The array of a list of reals that nobody else has, in C order."""
    assert isinstance(data, Reference)
    f.session.own_arrays.add(data.number)
    f.session.list_shapes[data.number] = tuple(shape)
    return NDArray(data, REAL, f.known(0), shape)


def product(f: Frame, left: NDArray, right: NDArray, node: ast.AST) -> NDArray:
    """The product of two matrices of reals."""
    a, ta = _factor(f, left, node)
    b, tb = _factor(f, right, node)
    (n, k), m = left.shape, right.shape[1]
    args = [a.data, b.data, ta, tb, n, k, m]
    return of_list(f, f.session.library_call(f, "matrix_product", args, node), [n, m])


def _factor(f: Frame, value: NDArray, node: ast.AST) -> tuple[NDArray, Number]:
    """A matrix or its transpose, whichever is all of its list, and 1 if it is the transpose."""
    (rows, columns), steps = value.shape, value.strides
    if steps is not None and steps[0].known_value() == 1 and sizes.is_equal(f, steps[1], rows):
        turned = value.view(value.offset, [columns, rows], None)
        if is_whole(f, turned):
            turned.storage(f, node)
            return turned, f.known(1)
    return whole(f, value, node), f.known(0)
