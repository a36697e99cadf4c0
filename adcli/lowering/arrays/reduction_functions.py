"""Sums, means and their like, as functions of NumPy."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS
from adcli.ir import nodes as ir
from adcli.ir.types import INT, REAL
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.broadcasting import chosen
from adcli.lowering.arrays.creation import as_dtype, widened
from adcli.lowering.arrays.lazy_expressions import Operand
from adcli.lowering.arrays.ndarray import Arraylike
from adcli.lowering.arrays.numpy_function_registry import (
    TABLE,
    axes_of,
    claim_array,
    is_true,
    kind_of_dtype,
    operand,
    row,
)
from adcli.lowering.arrays.operators import mapped, of_two
from adcli.lowering.arrays.reductions import reduced
from adcli.lowering.number_values import Number, as_number, as_real, wider
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: What is left out by `where` counts as this.
_NEUTRAL = {"sum": 0, "prod": 1, "any": False, "all": True}


def _check_start(f: Frame, name: str, value: Operand, start: Operand, node: ast.AST) -> None:
    """Refuse what `initial` does to arrays that are empty, or of a kind that it does not have."""
    if not isinstance(start, Number) or wider(start.kind, value.kind) != value.kind:
        raise Refusal(f"the argument 'initial' of {name} of another kind than the array", node)
    for size in value.shape if isinstance(value, Arraylike) else []:
        fits = f.apply(OPERATORS[">"], (size, f.known(0)), node)
        message = f"the argument 'initial' of {name} of an empty array is not followed"
        sizes.check(f, fits, ir.REFUSED, message, node)


def _reduction(names: str, name: str) -> None:
    @row(names, "a; axis, dtype, out, keepdims, initial, where")
    def does(
        f: Frame, node: ast.AST, a: Value, axis: Value | None, dtype: Value | None,
        keepdims: Value | None, initial: Value | None, where: Value | None,
    ) -> Value:  # fmt: skip
        value = operand(f, a, node)
        start = None if initial is None else operand(f, initial, node)
        is_extreme = name in ("max", "min")
        if is_extreme and start is not None:
            _check_start(f, name, value, start, node)
        if where is not None:
            if name not in _NEUTRAL and start is None:
                raise Refusal(f"the argument 'where' of {name} without 'initial'", node)
            neutral = start if name not in _NEUTRAL else f.known(_NEUTRAL[name])
            assert neutral is not None
            value = chosen(f, operand(f, where, node), value, neutral, node)
        if axis is not None:
            claim_array(f, value)
        kind = None
        if dtype is not None and name in ("sum", "prod"):
            kind = kind_of_dtype(dtype, node)
            value = as_dtype(f, value, dtype, node)
        elif dtype is not None:
            raise Refusal(f"the argument 'dtype' of {name}", node)
        rank = value.rank if isinstance(value, Arraylike) else 0
        axes = axes_of(f, axis, rank, node) if rank else []
        found = reduced(f, name, value, node, axes, keeps=is_true(f, keepdims, node), kind=kind)
        if is_extreme and start is not None:
            return TABLE[f"{name}imum"].call(f, [found, start], {}, node)
        if start is not None:
            symbol = {"sum": "+", "prod": "*"}.get(name)
            if symbol is None:
                raise Refusal(f"the argument 'initial' of {name}", node)
            return of_two(f, symbol, operand(f, found, node), start, node)
        return found


for _names, _name in (
    ("sum", "sum"), ("prod product", "prod"), ("max amax", "max"), ("min amin", "min"),
    ("any", "any"), ("all", "all"),
):  # fmt: skip
    _reduction(_names, _name)


@row("count_nonzero", "a; axis, keepdims")
def _count_nonzero(
    f: Frame, node: ast.AST, a: Value, axis: Value | None, keepdims: Value | None
) -> Value:
    value = operand(f, a, node)

    def what(g: Frame, x: Number, at: ast.AST) -> Number:
        return as_number(g, x.truth(g, at), at)

    found = mapped(f, INT, what, [value], node)
    rank = value.rank if isinstance(value, Arraylike) else 0
    axes = axes_of(f, axis, rank, node) if rank else []
    return reduced(f, "sum", found, node, axes, keeps=is_true(f, keepdims, node))


def as_reals(f: Frame, value: Operand, node: ast.AST) -> Operand:
    if value.kind == REAL:
        return value
    return mapped(f, REAL, lambda g, x, at: as_real(g, x, at), [value], node)


def _count(f: Frame, value: Operand, axes: list[int], node: ast.AST) -> Number:
    """How many entries are reduced to one."""
    if isinstance(value, Number):
        return f.known(1)
    return sizes.product(f, [value.shape[i] for i in axes], node)


def mean_of(f: Frame, value: Operand, axes: list[int], keeps: bool, node: ast.AST) -> Operand:
    total = reduced(f, "sum", as_reals(f, value, node), node, axes, keeps=keeps)
    count = _count(f, value, axes, node)
    if not count.is_known or count.known == 0:
        fits = f.apply(OPERATORS[">"], (count, f.known(0)), node)
        sizes.check(f, fits, "ValueError", "the mean of an empty array is not a number", node)
    return operand(f, of_two(f, "/", operand(f, total, node), count, node), node)


@row("mean", "a; axis, dtype, out, keepdims")
def _mean(
    f: Frame, node: ast.AST, a: Value, axis: Value | None, dtype: Value | None,
    keepdims: Value | None,
) -> Value:  # fmt: skip
    value = widened(f, as_reals(f, operand(f, a, node), node), dtype, node)
    axes = axes_of(f, axis, value.rank, node) if isinstance(value, Arraylike) else []
    return mean_of(f, value, axes, is_true(f, keepdims, node), node)


@row("average", "a; axis, weights, returned, keepdims")
def _average(
    f: Frame, node: ast.AST, a: Value, axis: Value | None, weights: Value | None,
    returned: Value | None, keepdims: Value | None,
) -> Value:  # fmt: skip
    if weights is None:
        return _mean(f, node, a, axis, None, keepdims)
    value, weight = operand(f, a, node), operand(f, weights, node)
    if is_true(f, returned, node):
        raise Refusal("np.average with 'returned'", node)
    rank = value.rank if isinstance(value, Arraylike) else 0
    if isinstance(weight, Arraylike) and weight.rank == 1 < rank and axis is not None:
        args = [value.forced(f, node), weight.forced(f, node), axis]
        weight = operand(f, f.session.library_call(f, "along", args, node, inlined=True), node)
    if isinstance(weight, Arraylike) and weight.rank != rank:
        raise Refusal("np.average with weights of another rank", node)
    axes = axes_of(f, axis, rank, node)
    keeps = is_true(f, keepdims, node)
    scale = reduced(f, "sum", as_reals(f, weight, node), node, axes, keeps=keeps)
    product = operand(f, of_two(f, "*", value, weight, node), node)
    total = reduced(f, "sum", as_reals(f, product, node), node, axes, keeps=keeps)
    return of_two(f, "/", operand(f, total, node), operand(f, scale, node), node)


def variance(
    f: Frame, value: Operand, axes: list[int], ddof: Number, keeps: bool, node: ast.AST
) -> Operand:
    """The sum of squares of differences from the mean, by the count less `ddof`."""
    middle = mean_of(f, value, axes, True, node) if isinstance(value, Arraylike) else value
    off = of_two(f, "-", as_reals(f, value, node), middle, node)
    difference = operand(f, off, node)
    if isinstance(difference, Arraylike):
        difference = difference.stored(f, node)
    squares = operand(f, of_two(f, "*", difference, difference, node), node)
    total = reduced(f, "sum", squares, node, axes, keeps=keeps)
    count = sizes.minus(f, _count(f, value, axes, node), ddof, node)
    return operand(f, of_two(f, "/", operand(f, total, node), count, node), node)


def _spread(name: str) -> None:
    @row(name, "a; axis, dtype, out, ddof, keepdims")
    def does(
        f: Frame, node: ast.AST, a: Value, axis: Value | None, dtype: Value | None,
        ddof: Value | None, keepdims: Value | None,
    ) -> Value:  # fmt: skip
        value = operand(f, a, node)
        widened(f, as_reals(f, value, node), dtype, node)
        axes = axes_of(f, axis, value.rank, node) if isinstance(value, Arraylike) else []
        less = f.known(0) if ddof is None else f.number(ddof, node)
        found = variance(f, value, axes, less, is_true(f, keepdims, node), node)
        if name == "var":
            return found
        root = FUNCTIONS["sqrt"]
        return mapped(f, REAL, lambda g, x, at: g.apply(root, (x,), at), [found], node)


_spread("var")
_spread("std")


@row("ptp", "a; axis, out, keepdims")
def _ptp(f: Frame, node: ast.AST, a: Value, axis: Value | None, keepdims: Value | None) -> Value:
    value = operand(f, a, node)
    axes = axes_of(f, axis, value.rank, node) if isinstance(value, Arraylike) else []
    ends = [
        operand(f, reduced(f, n, value, node, axes, keeps=is_true(f, keepdims, node)), node)
        for n in ("max", "min")
    ]
    return of_two(f, "-", ends[0], ends[1], node)


@row("allclose", "a, b; rtol, atol, equal_nan")
def _allclose(f: Frame, node: ast.AST, a: Value, b: Value, *tolerances: Value | None) -> Value:
    from adcli.lowering.arrays.numpy_function_registry import TABLE

    names = ("rtol", "atol", "equal_nan")
    given = {n: v for n, v in zip(names, tolerances, strict=True) if v is not None}
    return reduced(f, "all", TABLE["isclose"].call(f, [a, b], given, node), node)


@row("array_equal", "a1, a2")
def _array_equal(f: Frame, node: ast.AST, a1: Value, a2: Value) -> Value:
    from adcli.lowering.arrays.operators import compared

    one, other = operand(f, a1, node), operand(f, a2, node)
    shapes = [o.shape if isinstance(o, Arraylike) else () for o in (one, other)]
    if len(shapes[0]) != len(shapes[1]):
        return f.known(False)
    if not sizes.are_equal(f, shapes[0], shapes[1]):
        if all([n.is_known for s in shapes for n in s]):
            return f.known(False)
        raise Refusal("np.array_equal of arrays whose shapes are not known", node)
    return reduced(f, "all", compared(f, "==", one, other, node), node)
