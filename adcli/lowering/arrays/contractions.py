"""`np.einsum` and `np.tensordot`: products summed over shared axes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.array_manipulation import items_of, reshaped, transposed
from adcli.lowering.arrays.ndarray import NDArray
from adcli.lowering.arrays.numpy_function_registry import (
    array,
    axes_of,
    known_integer,
    operand,
    row,
)
from adcli.lowering.arrays.operators import of_two
from adcli.lowering.arrays.reductions import reduced
from adcli.lowering.arrays.vector_and_matrix_products import contracted
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


@row("einsum", "subscripts; *operands")
def _einsum(f: Frame, node: ast.AST, subscripts: Value, operands: list[Value]) -> Value:
    text = subscripts.value if isinstance(subscripts, Constant) else None
    if not isinstance(text, str) or "." in text:
        raise Refusal("np.einsum with subscripts of another form than 'ij,jk->ik'", node)
    given, arrow, out = text.replace(" ", "").partition("->")
    parts = given.split(",")
    if len(parts) != len(operands):
        message = "more operands provided to einstein sum function than specified in the subscripts"
        raise f.raises("ValueError", message, node)
    letters = sorted(set("".join(parts)))
    if not arrow:
        out = "".join([c for c in letters if given.count(c) == 1])
    summed = [c for c in letters if c not in out]
    order = [*out, *summed]
    lengths: dict[str, Number] = {}
    found: Value | None = None
    for part, value in zip(parts, operands, strict=True):
        one = _spread(f, part, order, value, lengths, node)
        found = one if found is None else of_two(f, "*", operand(f, found, node), one, node)
    assert found is not None
    axes = list(range(len(out), len(order)))
    return reduced(f, "sum", operand(f, found, node), node, axes) if axes else found


def _spread(
    f: Frame, part: str, order: list[str], value: Value, lengths: dict[str, Number], node: ast.AST
) -> NDArray:
    """An operand with one axis for each letter, in their order; those that it lacks have length
    1."""
    found = array(f, value, node).stored(f, node)
    if len(part) != found.rank:
        message = (
            "einstein sum subscripts string contains too many subscripts for operand"
            if len(part) > found.rank
            else "operand has more dimensions than subscripts given in einstein sum"
        )
        raise f.raises("ValueError", message, node)
    steps = found.steps(f, node)
    shape: list[Number] = []
    strides: list[Number] = []
    for letter in order:
        axes = [i for i, c in enumerate(part) if c == letter]
        step = f.known(0)
        for axis in axes:
            size = found.shape[axis]
            known = lengths.setdefault(letter, size)
            message = f"operands could not be broadcast together: axis {letter} has two lengths"
            sizes.check_equal(f, known, size, "ValueError", message, node)
            step = sizes.plus(f, step, steps[axis], node)
        shape.append(lengths[letter] if axes else f.known(1))
        strides.append(step)
    return found.view(found.offset, shape, strides)


@row("tensordot", "a, b; axes")
def _tensordot(f: Frame, node: ast.AST, a: Value, b: Value, axes: Value | None) -> Value:
    one, other = array(f, a, node).stored(f, node), array(f, b, node).stored(f, node)
    if axes is None or isinstance(axes, Number):
        count = 2 if axes is None else known_integer(f, axes, "axes", node)
        left, right = [max(i, 0) for i in range(one.rank - count, one.rank)], list(range(count))
    else:
        pair = items_of(f, axes, node)
        sides = [v if isinstance(v, Number) else Tuple(items_of(f, v, node)) for v in pair]
        left, right = axes_of(f, sides[0], one.rank, node), axes_of(f, sides[1], other.rank, node)
    if max(left, default=0) >= one.rank or max(right, default=0) >= other.rank:
        raise f.raises("ValueError", "tuple index out of range", node)
    kept = [i for i in range(one.rank) if i not in left]
    rest = [i for i in range(other.rank) if i not in right]
    for i, j in zip(left, right, strict=True):
        message = "shape-mismatch for sum"
        sizes.check_equal(f, one.shape[i], other.shape[j], "ValueError", message, node)
    if not left:
        raise Refusal("np.tensordot over no axes", node, "np.multiply.outer can be followed")
    moved = [transposed(f, one, [*kept, *left], node), transposed(f, other, [*right, *rest], node)]
    count = len(left)
    shapes = [[*moved[0].shape[: len(kept)], f.known(-1)], [f.known(-1), *moved[1].shape[count:]]]
    flat = [
        m if count == 1 else reshaped(f, m, s, node) for m, s in zip(moved, shapes, strict=True)
    ]
    return contracted(f, flat[0], flat[1], node)
