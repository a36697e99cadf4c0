"""Numerical mathematics: interpolation, polynomials, integrals, convolutions."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS
from adcli.ir import nodes as ir
from adcli.ir.types import INT, REAL
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.array_manipulation import reshaped, transposed
from adcli.lowering.arrays.creation import counted
from adcli.lowering.arrays.lazy_expressions import Operand
from adcli.lowering.arrays.ndarray import Arraylike, NDArray, made
from adcli.lowering.arrays.numpy_function_registry import (
    Does,
    array,
    axes_of,
    axis_of,
    is_true,
    operand,
    row,
)
from adcli.lowering.arrays.operators import mapped, of_two, truncated
from adcli.lowering.arrays.reduction_functions import as_reals
from adcli.lowering.arrays.reductions import reduced
from adcli.lowering.lists import Slice
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.number_values import Number, as_integer, as_real
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def of_integers(name: str, signature: str) -> Callable[[Does], Does]:
    """A row whose function computes with real numbers, and gives integers where it is given no real
    ones."""

    def added(does: Does) -> Does:
        count = signature.partition(";")[0].count(",") + 1

        @row(name, signature)
        def whole(f: Frame, node: ast.AST, *given: Value | None) -> Value:
            kinds = [operand(f, v, node).kind for v in given[:count] if v is not None]
            found = does(f, node, *given)
            if REAL in kinds:
                return found
            return truncated(f, operand(f, found, node), INT, node)

        return does

    return added


def line(f: Frame, value: Value, node: ast.AST) -> NDArray:
    """An argument as an array of real numbers with one axis."""
    found = array(f, as_reals(f, operand(f, value, node), node), node).stored(f, node)
    if found.rank != 1:
        raise Refusal("an array with more than one dimension here", node)
    found.storage(f, node)
    return found


def spread(f: Frame, value: NDArray, node: ast.AST) -> list[Value]:
    """A line as arguments of a function of our library: list, place, step, and length."""
    return [value.data, value.offset, value.steps(f, node)[0], value.shape[0]]


@row("interp", "x, xp, fp; left, right, period")
def _interp(
    f: Frame, node: ast.AST, x: Value, xp: Value, fp: Value, left: Value | None,
    right: Value | None, period: Value | None,
) -> Value:  # fmt: skip
    if period is not None:
        args = [x, xp, fp, period]  # `left` and `right` are not used then
        return f.session.library_call(f, "interp_periodic", args, node, inlined=True)
    places, heights = line(f, xp, node), line(f, fp, node)
    message = "fp and xp are not of the same length."
    sizes.check_equal(f, places.shape[0], heights.shape[0], "ValueError", message, node)
    last = sizes.minus(f, heights.shape[0], f.known(1), node)
    ends = [
        as_real(f, f.number(given, node), node)
        if given is not None
        else f.number(heights.row(f, at, node), node)
        for given, at in ((left, f.known(0)), (right, last))
    ]

    def what(g: Frame, v: Number, at: ast.AST) -> Number:
        args = [as_real(g, v, at), *spread(g, places, at), *spread(g, heights, at)[:3], *ends]
        return g.number(g.session.library_call(g, "interpolated", args, at), at)

    return mapped(f, REAL, what, [operand(f, x, node)], node)


@of_integers("polyval", "p, x")
def _polyval(f: Frame, node: ast.AST, p: Value, x: Value) -> Value:
    coefficients = line(f, p, node)
    value = as_reals(f, operand(f, x, node), node)
    count = coefficients.shape[0]
    if count.is_known:
        found: Operand = f.known(0.0)
        for i in range(count.known):
            number = f.number(coefficients.row(f, f.known(i), node), node)
            found = operand(f, of_two(f, "*", found, value, node), node) if i else found
            found = operand(f, of_two(f, "+", found, number, node), node) if i else number
        return found if count.known != 1 or isinstance(value, Number) else mapped(
            f, REAL, lambda g, c, v, at: c, [found, value], node)  # fmt: skip

    def what(g: Frame, v: Number, at: ast.AST) -> Number:
        args = [*spread(g, coefficients, at), v]
        return g.number(g.session.library_call(g, "horner", args, at), at)

    return mapped(f, REAL, what, [value], node)


@of_integers("polyder", "p; m")
def _polyder(f: Frame, node: ast.AST, p: Value, m: Value | None) -> Value:
    if m is not None and m.known_value() != 1:
        raise Refusal("a higher derivative of a polynomial", node)
    found = line(f, p, node)
    degree = sizes.minus(f, found.shape[0], f.known(1), node)
    powers = counted(
        f, degree, REAL,
        lambda i: as_real(f, sizes.minus(f, degree, i, node), node), node,
    )  # fmt: skip
    head = array(f, found.item(f, Slice([NONE, f.known(-1), NONE]), node), node)
    return of_two(f, "*", head, powers, node)


@row("trapezoid trapz", "y; x, dx, axis")
def _trapezoid(
    f: Frame, node: ast.AST, y: Value, x: Value | None, dx: Value | None, axis: Value | None
) -> Value:
    heights = array(f, y, node).stored(f, node)
    last = heights.rank - 1
    place = last if axis is None else axis_of(f, axis, heights.rank, node)
    places = None if x is None else array(f, x, node)
    if places is not None and places.rank > 1 and places.rank != heights.rank:
        raise Refusal("np.trapezoid between places of another number of axes", node)
    if place != last:
        order = [i for i in range(heights.rank) if i != place] + [place]
        heights = transposed(f, heights, order, node)
        if places is not None and places.rank > 1:
            places = transposed(f, places.stored(f, node), order, node)

    def ends(value: NDArray) -> list[Arraylike]:
        before: list[Value] = [Slice([NONE] * 3)] * (value.rank - 1)
        return [
            array(f, value.item(f, Tuple([*before, Slice(b)]), node), node)
            for b in ([f.known(1), NONE, NONE], [NONE, f.known(-1), NONE])
        ]

    def of_ends(symbol: str, pair: list[Arraylike]) -> Value:
        return of_two(f, symbol, pair[0], pair[1], node)

    if places is not None:
        widths = operand(f, of_ends("-", ends(places.stored(f, node))), node)
    else:
        widths = f.known(1.0) if dx is None else operand(f, dx, node)
    both = operand(f, of_ends("+", ends(heights)), node)
    area = operand(f, of_two(f, "*", widths, both, node), node)
    found = operand(f, of_two(f, "/", area, f.known(2.0), node), node)
    return reduced(f, "sum", found, node, [last])


@of_integers("convolve", "a, v; mode")
def _convolve(f: Frame, node: ast.AST, a: Value, v: Value, mode: Value | None) -> Value:
    how = "full" if mode is None else getattr(mode, "value", None)
    one, other = line(f, a, node), line(f, v, node)
    n, m = one.shape[0], other.shape[0]
    whole = sizes.minus(f, sizes.plus(f, n, m, node), f.known(1), node)
    most, least = sizes.greatest(f, n, m, node), sizes.least(f, n, m, node)
    if how == "full":
        start, count = f.known(0), whole
    elif how == "same":
        cut = sizes.minus(f, least, f.known(1), node)
        start, count = sizes.quotient(f, cut, f.known(2), node), most
    elif how == "valid":
        start = sizes.minus(f, least, f.known(1), node)
        count = sizes.plus(f, sizes.minus(f, most, least, node), f.known(1), node)
    else:
        raise Refusal("a mode of np.convolve that is not known", node)
    target = made(f, REAL, [sizes.natural(count)], node)
    target.storage(f, node)
    args = [target.data, count, start, *spread(f, one, node), *spread(f, other, node)]
    f.session.library_call(f, "convolved", args, node)
    return target


@of_integers("correlate", "a, v; mode")
def _correlate(f: Frame, node: ast.AST, a: Value, v: Value, mode: Value | None) -> Value:
    """The convolution with the second line turned round, whose mode is 'valid' by default."""
    one, other = line(f, a, node), line(f, v, node)
    fits = f.apply(OPERATORS[">="], (one.shape[0], other.shape[0]), node)
    message = "np.correlate whose first line is the shorter one"
    sizes.check(f, fits, ir.REFUSED, message, node)
    turned = other.item(f, Slice([NONE, NONE, f.known(-1)]), node)
    return _convolve(f, node, one, turned, mode or Constant("valid"))


@row("gradient", "*args; axis, edge_order")
def _gradient(
    f: Frame, node: ast.AST, axis: Value | None, edge_order: Value | None, args: list[Value]
) -> Value:
    if not args:
        raise f.raises("TypeError", "gradient() missing 1 required argument: 'f'", node)
    if edge_order is not None and edge_order.known_value() != 1:
        raise Refusal("np.gradient with another edge_order than 1", node)
    values, *varargs = array(f, args[0], node), *args[1:]
    if values.rank == 1 and len(varargs) < 2:
        return _slopes(f, node, values, varargs)
    axes = axes_of(f, axis, values.rank, node)
    steps = varargs or [f.known(1.0)]
    if len(steps) == 1:
        steps = steps * len(axes)
    if len(steps) != len(axes):
        raise f.raises("TypeError", "invalid number of arguments", node)
    held = values.stored(f, node)
    found = [
        f.session.library_call(f, "gradient_along", [held, step, f.known(i)], node, inlined=True)
        for i, step in zip(axes, steps, strict=True)
    ]
    return found[0] if len(found) == 1 else Tuple(found)


def _slopes(f: Frame, node: ast.AST, values: Value, varargs: list[Value]) -> Value:
    """The gradient of a line."""
    heights = line(f, values, node)
    step = operand(f, varargs[0], node) if varargs else f.known(1.0)
    target = made(f, REAL, heights.shape, node)
    target.storage(f, node)
    message = (
        "Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) "
        "elements are required."
    )
    fits = f.apply(OPERATORS[">="], (heights.shape[0], f.known(2)), node)
    sizes.check(f, fits, "ValueError", message, node)
    if isinstance(step, Number):
        args = [target.data, *spread(f, heights, node), as_real(f, step, node)]
        f.session.library_call(f, "slopes", args, node)
        return target
    places = line(f, step, node)
    args = [target.data, *spread(f, heights, node), *spread(f, places, node)[:3]]
    f.session.library_call(f, "slopes_between", args, node)
    return target


@row("meshgrid", "*xi; indexing, sparse, copy")
def _meshgrid(
    f: Frame, node: ast.AST, indexing: Value | None, sparse: Value | None, copy: Value | None,
    xi: list[Value],
) -> Value:  # fmt: skip
    lines = [reshaped(f, array(f, v, node), [f.known(-1)], node) for v in xi]
    rank = len(lines)
    way = "xy" if indexing is None else indexing.value if isinstance(indexing, Constant) else None
    if way not in ("xy", "ij"):
        raise f.raises("ValueError", "Valid values for `indexing` are 'xy' and 'ij'.", node)
    order = [1, 0, *range(2, rank)] if rank > 1 and way == "xy" else list(range(rank))
    shape = [lines[i].shape[0] for i in order]
    from adcli.lowering.arrays.creation import copied

    is_sparse = is_true(f, sparse, node)
    if copy is not None and not is_true(f, copy, node) and not is_sparse:
        raise Refusal("meshgrid without copies", node)
    found: list[Value] = []
    for number, one in enumerate(lines):
        if is_sparse:
            sizes_here = [f.known(1)] * rank
            sizes_here[order.index(number)] = f.known(-1)
            found.append(reshaped(f, copied(f, one, node), sizes_here, node))
            continue
        steps = [f.known(0)] * rank
        steps[order.index(number)] = one.steps(f, node)[0]
        found.append(copied(f, one.view(one.offset, shape, steps), node))
    return f.new_list(found, node)


@of_integers("vander", "x; N, increasing")
def _vander(f: Frame, node: ast.AST, x: Value, n: Value | None, increasing: Value | None) -> Value:
    found = line(f, x, node)
    count = found.shape[0] if n is None else as_integer(f, n, "N", node)
    target = made(f, REAL, [found.shape[0], sizes.natural(count)], node)
    target.storage(f, node)
    name = "vandermonde_up" if is_true(f, increasing, node) else "vandermonde_down"
    f.session.library_call(f, name, [target.data, count, *spread(f, found, node)], node)
    return target


@of_integers("polyadd", "a1, a2")
def _polyadd(f: Frame, node: ast.AST, a1: Value, a2: Value) -> Value:
    one, other = line(f, a1, node), line(f, a2, node)
    known = sizes.known_sizes([one.shape[0], other.shape[0]])
    if known is None:
        raise Refusal("np.polyadd of polynomials whose degrees are not known", node)
    parts: list[list[Value]] = [
        [part.row(f, f.known(i), node) for i in range(n)]
        for part, n in zip((one, other), known, strict=True)
    ]
    most = max(known)
    padded = [[f.known(0.0)] * (most - len(p)) + p for p in parts]
    sums = [f.binary("+", a, b, node) for a, b in zip(*padded, strict=True)]
    return f.arrays.of_entries(f, REAL, [most], sums)


@of_integers("polymul", "a1, a2")
def _polymul(f: Frame, node: ast.AST, a1: Value, a2: Value) -> Value:
    return _convolve(f, node, a1, a2, None)


@row("isscalar", "element")
def _isscalar(f: Frame, node: ast.AST, element: Value) -> Value:
    is_text = isinstance(element, Constant) and isinstance(element.value, str)
    return f.known(isinstance(element, Number) or is_text)


@row("ndim", "a")
def _ndim(f: Frame, node: ast.AST, a: Value) -> Value:
    found = operand(f, a, node)
    return f.known(found.rank if isinstance(found, Arraylike) else 0)


@row("shape", "a")
def _shape(f: Frame, node: ast.AST, a: Value) -> Value:
    found = operand(f, a, node)
    return Tuple(list(found.shape) if isinstance(found, Arraylike) else [])


@row("size", "a; axis")
def _size(f: Frame, node: ast.AST, a: Value, axis: Value | None) -> Value:
    found = operand(f, a, node)
    if isinstance(found, Number):
        return f.known(1)
    if axis is not None:
        return found.shape[axis_of(f, axis, found.rank, node)]
    return found.size(f, node)


@row("iterable", "y")
def _iterable(f: Frame, node: ast.AST, y: Value) -> Value:
    return f.known(not isinstance(y, Number | Constant))


@row("ix_", "*args")
def _ix(f: Frame, node: ast.AST, args: list[Value]) -> Value:
    found: list[Value] = []
    for number, value in enumerate(args):
        one = array(f, value, node).stored(f, node)
        shape = [one.shape[0] if i == number else f.known(1) for i in range(len(args))]
        found.append(reshaped(f, one, shape, node))
    return Tuple(found)


@row("apply_along_axis", "func1d, axis, arr")
def _apply(f: Frame, node: ast.AST, func1d: Value, axis: Value, arr: Value) -> Value:
    found = array(f, arr, node).stored(f, node)
    if found.rank != 2:
        raise Refusal("np.apply_along_axis of an array that has not two dimensions", node)
    if axis_of(f, axis, 2, node) == 0:
        found = f.arrays.transposed(f, found, [1, 0], node)
    rows = found.iterate(f, node).items
    if rows is None:
        raise Refusal("np.apply_along_axis of an array whose length is not known", node)
    parts = [func1d.call(f, [r], {}, node) for r in rows]
    return array(f, Tuple(parts), node)
