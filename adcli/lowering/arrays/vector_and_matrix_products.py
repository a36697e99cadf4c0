"""Products of vectors and matrices, and their like."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.array_manipulation import reshaped, transposed
from adcli.lowering.arrays.lazy_expressions import (
    Operand,
    Walks,
    as_entry,
    entry_at,
    nest,
)
from adcli.lowering.arrays.ndarray import (
    MOST_ENTRIES,
    Arraylike,
    NDArray,
    made,
    of_entries,
    read_only,
)
from adcli.lowering.arrays.numpy_function_registry import array, axis_of, operand, row
from adcli.lowering.arrays.operators import of_two
from adcli.lowering.arrays.reductions import reduced
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.number_values import Number, as_integer, wider
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def _kind(a: Operand, b: Operand) -> str:
    both = wider(a.kind, b.kind)
    return INT if both == BOOL else both


def contracted(f: Frame, a: Arraylike, b: Arraylike, node: ast.AST) -> Value:
    """The sum over the last axis of one array and the first axis of another one."""
    kind = _kind(a, b)
    left, right = a.stored(f, node), b.stored(f, node)
    inner = left.shape[-1]
    shape = [*left.shape[:-1], *right.shape[1:]]
    known = sizes.known_sizes([*shape, inner])
    if known is not None and _volume(known) <= 4 * MOST_ENTRIES:
        return _written_out(f, kind, left, right, node)
    if kind == left.kind == right.kind == REAL and left.rank == right.rank == 2:
        from adcli.lowering.arrays.matrices_as_lists import product

        return product(f, left, right, node)
    for one in (left, right):
        one.storage(f, node)
    walks: Walks = {
        id(left): (left.offset, [*left.steps(f, node)[:-1], *[f.known(0)] * (right.rank - 1)]),
        id(right): (right.offset, [*[f.known(0)] * (left.rank - 1), *right.steps(f, node)[1:]]),
    }
    last, first = left.steps(f, node)[-1], right.steps(f, node)[0]

    def total(places: Walks) -> Number:
        (start_a, _), (start_b, _) = places[id(left)], places[id(right)]
        found = f.fresh(kind, "%total")
        f.add(ir.Let(found.name, f.known(0.0 if kind == REAL else 0).atom, f.span(node)))

        def body(inside: Walks) -> None:
            x = left.load(f, inside[id(left)][0], node)
            y = right.load(f, inside[id(right)][0], node)
            pair = (as_entry(f, x, kind, node), as_entry(f, y, kind, node))
            term = f.apply(OPERATORS["*"], pair, node)
            value = f.apply(OPERATORS["+"], (Number(found, kind), term), node)
            f.add(ir.Let(found.name, value.atom, f.span(node)))
            f.made_of.setdefault(found.name, []).append(value.atom)

        nest(f, [inner], {id(left): (start_a, [last]), id(right): (start_b, [first])}, body, node)
        return sizes.check_int64(f, Number(found, kind), node)

    if not shape:
        return total(walks)
    target = made(f, kind, shape, node)
    target.storage(f, node)
    walks[id(target)] = (target.offset, target.steps(f, node))

    def each(places: Walks) -> None:
        place, _ = places[id(target)]
        target.store(f, place, total(places), node)

    nest(f, shape, walks, each, node)
    return target


def _volume(known: Sequence[int]) -> int:
    found = 1
    for size in known:
        found *= size
    return found


def _written_out(f: Frame, kind: str, a: NDArray, b: NDArray, node: ast.AST) -> Value:
    from adcli.lowering.arrays.lazy_expressions import indices_of

    outer = sizes.known_sizes(a.shape[:-1]) or []
    behind = sizes.known_sizes(b.shape[1:]) or []
    found: list[Number] = []
    for i in indices_of(outer):
        for j in indices_of(behind):
            total: Number | None = None
            for k in range(a.shape[-1].known):
                pair = (entry_at(f, a, (*i, k), node), entry_at(f, b, (k, *j), node))
                sides = [as_entry(f, x, kind, node) for x in pair]
                term = f.apply(OPERATORS["*"], sides, node)
                total = term if total is None else f.apply(OPERATORS["+"], (total, term), node)
            total = total or f.known(0.0 if kind == REAL else 0)
            found.append(sizes.check_int64(f, total, node))
    return of_entries(f, kind, [*outer, *behind], found) if outer or behind else found[0]


def matmul(f: Frame, a: Operand, b: Operand, node: ast.AST) -> Value:
    """`a @ b` of vectors and matrices."""
    if isinstance(a, Number) or isinstance(b, Number):
        message = "matmul: Input operand does not have enough dimensions"
        raise f.raises("ValueError", message, node)
    if a.rank > 2 or b.rank > 2:
        return _of_stacks(f, a, b, node)
    _check_inner(f, a, b, "matmul", node)
    return contracted(f, a, b, node)


def _of_stacks(f: Frame, a: Arraylike, b: Arraylike, node: ast.AST) -> Value:
    """Products of stacks of matrices, whose other axes are broadcast."""
    inner = b.shape[0] if b.rank == 1 else b.shape[-2]
    values = [inner.atom, a.shape[-1].atom]
    message = (
        "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
        "(n?,k),(k,m?)->(n?,m?) (size {0} is different from {1})"
    )
    sizes.check_equal(f, a.shape[-1], inner, "ValueError", message, node, values)
    return f.session.library_call(f, "products", [a.forced(f, node), b.forced(f, node)], node,
                                  inlined=True)  # fmt: skip


def _check_inner(f: Frame, a: Arraylike, b: Arraylike, name: str, node: ast.AST) -> None:
    values = [a.shape[-1].atom, b.shape[0].atom]
    if name == "dot":
        values = []
        one, other = [sizes.shape_text(x.shape, values) for x in (a, b)]
        message = f"shapes {one} and {other} not aligned"
    else:
        message = (
            "matmul: Input operand 1 has a mismatch in its core dimension 0 "
            "(size {1} is different from {0})"
        )
    sizes.check_equal(f, a.shape[-1], b.shape[0], "ValueError", message, node, values)


@row("matmul", "x1, x2; out")
def _matmul(f: Frame, node: ast.AST, x1: Value, x2: Value) -> Value:
    return matmul(f, operand(f, x1, node), operand(f, x2, node), node)


@row("dot", "a, b; out")
def _dot(f: Frame, node: ast.AST, a: Value, b: Value) -> Value:
    one, other = operand(f, a, node), operand(f, b, node)
    if isinstance(one, Number) or isinstance(other, Number):
        return of_two(f, "*", one, other, node)
    if other.rank > 2:
        raise Refusal("np.dot with an array of more than two dimensions", node)
    _check_inner(f, one, other, "dot", node)
    return contracted(f, one, other, node)


@row("vdot", "a, b")
def _vdot(f: Frame, node: ast.AST, a: Value, b: Value) -> Value:
    flat = [reshaped(f, array(f, v, node), [f.known(-1)], node) for v in (a, b)]
    _check_inner(f, flat[0], flat[1], "dot", node)
    return contracted(f, flat[0], flat[1], node)


@row("inner", "a, b")
def _inner(f: Frame, node: ast.AST, a: Value, b: Value) -> Value:
    one, other = operand(f, a, node), operand(f, b, node)
    if isinstance(one, Number) or isinstance(other, Number):
        return of_two(f, "*", one, other, node)
    if other.rank > 1:
        other = transposed(f, other, [other.rank - 1, *range(other.rank - 1)], node)
    _check_inner(f, one, other, "dot", node)
    return contracted(f, one, other, node)


@row("outer", "a, b; out")
def _outer(f: Frame, node: ast.AST, a: Value, b: Value) -> Value:
    flat = [reshaped(f, array(f, v, node), [f.known(-1)], node) for v in (a, b)]
    one, other = flat
    column = reshaped(f, one, [one.shape[0], f.known(1)], node)
    return of_two(f, "*", column, other, node)


@row("trace", "a; offset, axis1, axis2, dtype, out")
def _trace(f: Frame, node: ast.AST, a: Value, offset: Value | None, *others: Value | None) -> Value:
    *axes, dtype = others
    if dtype is not None:
        raise Refusal("the argument 'dtype' of trace", node)
    if isinstance(a, Arraylike) and (a.rank > 2 or axes != [None, None]):
        args = [NONE if v is None else v for v in (offset, *axes)]
        return f.session.library_call(f, "traces", [a.forced(f, node), *args], node, inlined=True)
    return reduced(f, "sum", diagonal(f, array(f, a, node), offset, node), node)


def diagonal(f: Frame, value: Arraylike, offset: Value | None, node: ast.AST) -> NDArray:
    """A diagonal of a matrix, as a view."""
    if value.rank != 2:
        raise Refusal("a diagonal of an array that has not two dimensions", node)
    found = value.stored(f, node)
    shift = f.known(0) if offset is None else as_integer(f, offset, "an offset", node)
    if not shift.is_known:
        raise Refusal("a diagonal with an offset that is not known", node)
    rows, columns = found.shape
    step_row, step = found.steps(f, node)
    away, place = shift.known, found.offset
    if away >= 0:
        columns = sizes.minus(f, columns, f.known(away), node)
        place = sizes.plus(f, place, sizes.times(f, f.known(away), step, node), node)
    else:
        rows = sizes.plus(f, rows, f.known(away), node)
        place = sizes.plus(f, place, sizes.times(f, f.known(-away), step_row, node), node)
    count = sizes.least(f, rows, columns, node)
    if away:
        count = sizes.greatest(f, count, f.known(0), node)
    stride = sizes.plus(f, step_row, step, node)
    return found.view(place, [sizes.natural(count)], [stride])


@row("diagonal", "a; offset, axis1, axis2")
def _diagonal(
    f: Frame, node: ast.AST, a: Value, offset: Value | None, *axes: Value | None
) -> Value:
    matrix = array(f, a, node)
    if axes != (None, None):
        rows, columns = [
            i if axis is None else axis_of(f, axis, matrix.rank, node)
            for i, axis in enumerate(axes)
        ]
        if matrix.rank == 2 and (rows, columns) == (1, 0):
            matrix = transposed(f, matrix, [1, 0], node)
    return read_only(diagonal(f, matrix, offset, node))


@row("diag", "v; k")
def _diag(f: Frame, node: ast.AST, v: Value, k: Value | None) -> Value:
    from adcli.lowering.arrays.operators import assign

    found = array(f, v, node)
    if found.rank > 1:
        return read_only(diagonal(f, found, k, node))
    shift = 0 if k is None else as_integer(f, k, "k", node).known
    size = sizes.natural(sizes.plus(f, found.shape[0], f.known(abs(shift)), node))
    target = made(f, found.kind, [size, size], node)
    assign(f, diagonal(f, target, f.known(shift), node), found, node)
    return target


@row("cross", "a, b; axisa, axisb, axisc, axis")
def _cross(f: Frame, node: ast.AST, a: Value, b: Value, *axes: Value | None) -> Value:
    """Of vectors of three in the last axis; of vectors of two the one number."""
    one, other = array(f, a, node).stored(f, node), array(f, b, node).stored(f, node)
    last = (-1, max(one.rank, other.rank) - 1)
    if any([x is not None and x.known_value() not in last for x in axes]):
        raise Refusal("np.cross along another axis than the last one", node)
    p, q = _components(f, one, node), _components(f, other, node)
    if len(p) == len(q) == 2:
        return _difference(f, p, q, 0, 1, node)
    zero: Operand = f.known(0.0)
    p, q = [side if len(side) == 3 else [*side, zero] for side in (p, q)]
    parts = [_difference(f, p, q, i, j, node) for i, j in ((1, 2), (2, 0), (0, 1))]
    if all([isinstance(x, Number) for x in parts]):
        return of_entries(f, _kind(one, other), [3], parts)
    return f.arrays.function(f, "stack", node).call(f, [Tuple(parts), f.known(-1)], {}, node)


def _components(f: Frame, value: NDArray, node: ast.AST) -> list[Operand]:
    """The entries along the last axis, of which there are two or three."""
    size = value.shape[-1]
    message = "incompatible dimensions for cross product\n(dimension must be 2 or 3)"
    if not size.is_known or size.known not in (2, 3):
        sizes.check_equal(f, size, f.known(3), "ValueError", message, node)
    count = size.known if size.is_known else 3
    steps = value.steps(f, node)
    found: list[Operand] = []
    for i in range(count):
        place = sizes.plus(f, value.offset, sizes.times(f, f.known(i), steps[-1], node), node)
        if value.rank == 1:
            found.append(value.load(f, place, node))
        else:
            found.append(value.view(place, value.shape[:-1], steps[:-1]))
    return found


def _difference(
    f: Frame, p: Sequence[Operand], q: Sequence[Operand], i: int, j: int, node: ast.AST
) -> Value:
    first, second = of_two(f, "*", p[i], q[j], node), of_two(f, "*", p[j], q[i], node)
    return of_two(f, "-", operand(f, first, node), operand(f, second, node), node)


@row("kron", "a, b")
def _kron(f: Frame, node: ast.AST, a: Value, b: Value) -> Value:
    one, other = array(f, a, node).stored(f, node), array(f, b, node).stored(f, node)
    if one.rank != other.rank:
        raise Refusal("np.kron of arrays of different rank", node)
    shape_a, shape_b, shape = [], [], []
    for n, m in zip(one.shape, other.shape, strict=True):
        shape_a += [n, f.known(1)]
        shape_b += [f.known(1), m]
        shape.append(sizes.natural(sizes.times(f, n, m, node)))
    spread = [
        reshaped(f, one, shape_a, node), reshaped(f, other, shape_b, node)
    ]  # fmt: skip
    product = of_two(f, "*", spread[0], spread[1], node)
    assert isinstance(product, Arraylike)
    return reshaped(f, product, shape, node)


def _triangle(name: str) -> None:
    @row(name, "m; k")
    def does(f: Frame, node: ast.AST, m: Value, k: Value | None) -> Value:
        found = array(f, m, node)
        if found.rank != 2:
            raise Refusal(f"np.{name} of an array that has not two dimensions", node)
        shift = f.known(0) if k is None else as_integer(f, k, "k", node)
        symbol = "<=" if name == "tril" else ">="
        indices = index_grid(f, found.shape, node)
        difference = operand(f, of_two(f, "-", indices[1], indices[0], node), node)
        from adcli.lowering.arrays.broadcasting import chosen
        from adcli.lowering.arrays.operators import compared

        held = compared(f, symbol, difference, shift, node)
        zero = f.known({REAL: 0.0, INT: 0, BOOL: False}[found.kind])
        return chosen(f, held, found, zero, node)


def index_grid(f: Frame, shape: Sequence[Number], node: ast.AST) -> list[NDArray]:
    """For each axis an array of its indices, of a shape that is broadcast to the whole one."""
    from adcli.lowering.arrays.creation import counted

    found = []
    for axis, size in enumerate(shape):
        line = counted(f, size, INT, lambda i: i, node)
        own = [size if i == axis else f.known(1) for i in range(len(shape))]
        found.append(line.view(line.offset, own, None))
    return found


_triangle("tril")
_triangle("triu")
