"""Functions that go along one axis: running sums, differences, sorting, searching.

Each is a function of our library on one line of entries, called for every line of an array.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS
from adcli.ir.types import BOOL, INT, REAL
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.advanced_indexing import gathered, positions
from adcli.lowering.arrays.array_manipulation import reshaped, transposed
from adcli.lowering.arrays.creation import as_dtype, copied, filled
from adcli.lowering.arrays.lazy_expressions import Walks, nest
from adcli.lowering.arrays.list_conversion import array_of_value
from adcli.lowering.arrays.ndarray import Arraylike, NDArray, made
from adcli.lowering.arrays.numpy_function_registry import (
    array,
    axis_of,
    is_none,
    is_true,
    known_integer,
    left_out,
    operand,
    row,
)
from adcli.lowering.arrays.operators import mapped, of_two
from adcli.lowering.arrays.reduction_functions import as_reals
from adcli.lowering.arrays.reductions import permuted, reduced
from adcli.lowering.lists import Slice
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.number_values import Number, as_integer, as_number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def of_lines(
    f: Frame,
    library: str,
    value: Arraylike,
    axis: int,
    kind: str,
    length: Number | None,
    node: ast.AST,
    more: Sequence[Value] = (),
) -> Value:
    """What a function of our library gives for each line along an axis: a number, or a line of a
    length in its place."""
    source = value.stored(f, node)
    order = [*[i for i in range(source.rank) if i != axis], axis]
    moved = permuted(f, source, order, node)
    assert isinstance(moved, NDArray)
    moved.storage(f, node)
    outer, count = list(moved.shape[:-1]), moved.shape[-1]
    step = moved.steps(f, node)[-1]

    def call(place: Number, out: Sequence[Value]) -> Value:
        args = [*out, moved.data, place, step, count, *more]
        return f.session.library_call(f, library, args, node)

    if length is None and not outer:
        return call(moved.offset, [])
    target = made(f, kind, outer if length is None else [*outer, length], node)
    target.storage(f, node)
    steps = target.steps(f, node)
    walks: Walks = {
        id(moved): (moved.offset, moved.steps(f, node)),
        id(target): (target.offset, steps),
    }

    def body(inner: Walks) -> None:
        place, out = inner[id(moved)][0], inner[id(target)][0]
        if length is None:
            target.store(f, out, f.number(call(place, []), node), node)
        else:
            call(place, [target.data, out])

    nest(f, outer, walks, body, node)
    if length is None or axis == value.rank - 1:
        return target
    back = list(range(value.rank - 1))
    back.insert(axis, value.rank - 1)
    return transposed(f, target, back, node)


def _flat(f: Frame, value: Value, node: ast.AST) -> NDArray:
    return reshaped(f, array(f, value, node), [f.known(-1)], node)


def _scan(names: str, library: str) -> None:
    @row(names, "a; axis, dtype, out")
    def does(f: Frame, node: ast.AST, a: Value, axis: Value | None, dtype: Value | None) -> Value:
        found = array(f, as_dtype(f, operand(f, a, node), dtype, node), node)
        found = found if axis is not None else _flat(f, found, node)
        place = 0 if axis is None else axis_of(f, axis, found.rank, node)
        if found.kind == BOOL:
            found = array(f, mapped(f, INT, as_number, [found], node), node)
        size = found.shape[place]
        totals = of_lines(f, library, found, place, found.kind, size, node)
        return mapped(f, INT, sizes.check_int64, [operand(f, totals, node)], node) if (
            found.kind == INT) else totals  # fmt: skip


_scan("cumsum cumulative_sum", "cumulative_sum")
_scan("cumprod cumulative_prod", "cumulative_product")


def _extreme_place(names: str, library: str) -> None:
    @row(names, "a; axis, out, keepdims")
    def does(f: Frame, node: ast.AST, a: Value, axis: Value | None, keepdims: object) -> Value:
        if keepdims is not None:
            raise Refusal("the argument 'keepdims' of argmax and argmin", node)
        found = array(f, a, node) if axis is not None else _flat(f, a, node)
        place = 0 if axis is None else axis_of(f, axis, found.rank, node)
        size = found.shape[place]
        name = names.split()[0]
        message = f"attempt to get {name} of an empty sequence"
        fits = f.apply(OPERATORS[">"], (size, f.known(0)), node)
        sizes.check(f, fits, "ValueError", message, node)
        place_found = of_lines(f, library, found, place, INT, None, node)
        if isinstance(place_found, Number):
            return sizes.natural(place_found)
        return place_found


_extreme_place("argmax", "place_of_greatest")
_extreme_place("argmin", "place_of_least")


def _sorter(names: str, library: str, kind: str | None) -> None:
    @row(names, "a; axis|None, kind, order, stable")
    def does(f: Frame, node: ast.AST, a: Value, axis: Value | None, *_: object) -> Value:
        flat = is_none(axis)
        found = _flat(f, a, node) if flat else array(f, a, node)
        place = found.rank - 1 if axis is None or flat else axis_of(f, axis, found.rank, node)
        size = found.shape[place]
        return of_lines(f, library, found, place, kind or found.kind, size, node)


_sorter("sort", "sorted_line", None)
_sorter("argsort", "sorting_places", INT)


@row("diff", "a; n, axis, prepend, append")
def _diff(
    f: Frame, node: ast.AST, a: Value, n: Value | None, axis: Value | None,
    prepend: Value | None, append: Value | None,
) -> Value:  # fmt: skip
    found: Value = array(f, a, node)
    if prepend is not None or append is not None:
        args = [NONE if v is None else v for v in (found.forced(f, node), axis, prepend, append)]
        found = f.session.library_call(f, "with_ends", args, node, inlined=True)
    times = 1 if n is None else known_integer(f, n, "the order of differences", node)
    for _ in range(times):
        held = array(f, found, node).stored(f, node)
        place = held.rank - 1 if axis is None else axis_of(f, axis, held.rank, node)
        before: list[Value] = [Slice([NONE] * 3)] * place
        ends = [
            array(f, held.item(f, Tuple([*before, Slice(bounds)]), node), node)
            for bounds in ([f.known(1), NONE, NONE], [NONE, f.known(-1), NONE])
        ]
        symbol = "!=" if held.kind == BOOL else "-"
        if symbol == "!=":
            raise Refusal("np.diff of truth values", node)
        found = of_two(f, "-", ends[0], ends[1], node)
    return found


@row("median", "a; axis, out, overwrite_input, keepdims")
def _median(f: Frame, node: ast.AST, a: Value, axis: Value | None, *others: object) -> Value:
    if others[1] is not None:
        raise Refusal("the argument 'keepdims' of median", node)
    value = as_reals(f, operand(f, a, node), node)
    found = array(f, value, node) if axis is not None else _flat(f, value, node)
    place = 0 if axis is None else axis_of(f, axis, found.rank, node)
    size = found.shape[place]
    fits = f.apply(OPERATORS[">"], (size, f.known(0)), node)
    sizes.check(f, fits, "ValueError", "the median of an empty array is not a number", node)
    ordered = array(f, of_lines(f, "sorted_line", found, place, REAL, size, node), node)
    return of_lines(f, "middle_of_line", ordered, place, REAL, None, node)


def _quantile(names: str, scale: float) -> None:
    @row(names, "a, q; axis, out, overwrite_input, method, keepdims")
    def does(
        f: Frame, node: ast.AST, a: Value, q: Value, axis: Value | None,
        _: Value | None, method: Value | None, keepdims: Value | None,
    ) -> Value:  # fmt: skip
        is_linear = isinstance(method, Constant) and method.value == "linear"
        left_out(names, node, method=None if is_linear else method, keepdims=keepdims)
        value = as_reals(f, operand(f, a, node), node)
        found = array(f, value, node) if axis is not None else _flat(f, value, node)
        place = 0 if axis is None else axis_of(f, axis, found.rank, node)
        part = operand(f, of_two(f, "/", operand(f, q, node), f.known(scale), node), node)
        size = found.shape[place]
        ordered = array(f, of_lines(f, "sorted_line", found, place, REAL, size, node), node)

        def at(share: Value) -> Value:
            return of_lines(f, "quantile_of_line", ordered, place, REAL, None, node,
                            [f.number(share, node)])  # fmt: skip

        if isinstance(part, Number):
            return at(part)
        shares = part.iterate(f, node).items if part.rank == 1 else None
        if shares is None:
            raise Refusal("quantiles whose number is not known", node)
        return array_of_value(f, Tuple([at(share) for share in shares]), node)


_quantile("percentile", 100.0)
_quantile("quantile", 1.0)


# -- searching -------------------------------------------------------------------------------------


@row("nonzero", "a")
def _nonzero(f: Frame, node: ast.AST, a: Value) -> Value:
    found = array(f, a, node)
    truths = mapped(f, BOOL, lambda g, x, at: x.truth(g, at), [found], node)
    places = positions(f, array(f, truths, node), node)
    parts: list[Value] = []
    rest = places
    for axis in range(found.rank - 1, -1, -1):
        size = found.shape[axis]
        if axis:
            parts.insert(0, of_two(f, "%", rest, size, node).forced(f, node))
            rest = array(f, of_two(f, "//", rest, size, node), node).stored(f, node)
        else:
            parts.insert(0, rest)
    return Tuple(parts)


@row("argwhere", "a")
def _argwhere(f: Frame, node: ast.AST, a: Value) -> Value:
    places = _nonzero(f, node, a)
    return f.arrays.function(f, "stack", node).call(f, [places, f.known(1)], {}, node)


@row("flatnonzero", "a")
def _flatnonzero(f: Frame, node: ast.AST, a: Value) -> Value:
    found = _nonzero(f, node, _flat(f, a, node))
    assert isinstance(found, Tuple)
    return found.items[0]


@row("extract compress", "condition, a")
def _extract(f: Frame, node: ast.AST, condition: Value, a: Value) -> Value:
    mask = mapped(f, BOOL, lambda g, x, at: x.truth(g, at), [_flat(f, condition, node)], node)
    return gathered(f, _flat(f, a, node), [mask], node)


@row("take", "a, indices; axis, out, mode")
def _take(
    f: Frame, node: ast.AST, a: Value, indices: Value, axis: Value | None, mode: Value | None
) -> Value:
    left_out("take", node, mode=mode)
    found = array(f, a, node).stored(f, node) if axis is not None else _flat(f, a, node)
    place = 0 if axis is None else axis_of(f, axis, found.rank, node)
    full = Slice([NONE] * 3)
    part = found.item(f, Tuple([*[full] * place, indices]), node)
    is_view = isinstance(part, NDArray) and part.data.number == found.data.number
    return copied(f, part, node) if is_view and isinstance(part, NDArray) else part


@row("searchsorted", "a, v; side, sorter")
def _searchsorted(
    f: Frame, node: ast.AST, a: Value, v: Value, side: Value | None, sorter: Value | None
) -> Value:
    if sorter is not None:
        raise Refusal("the argument 'sorter' of searchsorted", node)
    return _placed(f, array(f, a, node), operand(f, v, node), _is_right(side, node), node)


def _is_right(side: Value | None, node: ast.AST) -> bool:
    if side is None:
        return False
    if not isinstance(side, Constant) or side.value not in ("left", "right"):
        raise Refusal("a side that is not known", node)
    return bool(side.value == "right")


def _placed(f: Frame, line: Arraylike, value: Value, right: bool, node: ast.AST) -> Value:
    """Where values belong in a sorted line."""
    held = line.stored(f, node)
    held.storage(f, node)
    step, count = held.steps(f, node)[0], held.shape[0]
    name = "place_right" if right else "place_left"

    def what(g: Frame, x: Number, at: ast.AST) -> Number:
        args = [held.data, held.offset, step, count, x]
        return g.number(g.session.library_call(g, name, args, at), at)

    return mapped(f, INT, what, [operand(f, value, node)], node)


@row("digitize", "x, bins; right")
def _digitize(f: Frame, node: ast.AST, x: Value, bins: Value, right: Value | None) -> Value:
    is_right = is_true(f, right, node)
    return _placed(f, array(f, bins, node), operand(f, x, node), not is_right, node)


@row("bincount", "x; weights, minlength")
def _bincount(
    f: Frame, node: ast.AST, x: Value, weights: Value | None, minlength: Value | None
) -> Value:
    index = array(f, x, node).stored(f, node)
    index.storage(f, node)
    kind = INT if weights is None else REAL
    if weights is None:
        ones = filled(f, index.shape, f.known(1), INT, node)
    else:
        ones = as_reals(f, operand(f, weights, node), node)
    weight = array(f, ones, node).stored(f, node)
    weight.storage(f, node)
    if minlength is None:
        most = f.number(reduced(f, "max", index, node), node)
        size = sizes.greatest(f, sizes.plus(f, most, f.known(1), node), f.known(0), node)
    else:
        size = as_integer(f, minlength, "minlength", node)
    target = made(f, kind, [sizes.natural(size)], node)
    target.storage(f, node)
    args = [target.data, size, index.data, index.offset, index.steps(f, node)[0], index.shape[0],
            weight.data, weight.offset, weight.steps(f, node)[0]]  # fmt: skip
    f.session.library_call(f, "weighted_counts", args, node)
    return target
