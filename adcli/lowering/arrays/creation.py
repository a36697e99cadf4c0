"""Functions that make arrays: `np.array`, `np.zeros`, `np.arange`, `np.linspace` and their like."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS
from adcli.ir import nodes as ir
from adcli.ir.types import INT, REAL
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.lazy_expressions import Elementwise, Entry, Operand, loop
from adcli.lowering.arrays.list_conversion import array_of_value
from adcli.lowering.arrays.ndarray import DTYPES, Arraylike, NDArray, made, of_entries
from adcli.lowering.arrays.numpy_function_registry import (
    TABLE,
    array,
    is_none,
    is_true,
    kind_of_dtype,
    kind_or,
    operand,
    row,
    sizes_of,
)
from adcli.lowering.arrays.operators import converted, mapped, truncated
from adcli.lowering.arrays.zero_dimensional import ZeroDimensional, zero_dimensional
from adcli.lowering.number_values import Number, as_integer, as_real, wider
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def copied(f: Frame, value: Arraylike, node: ast.AST) -> NDArray:
    """A new array with the same entries."""
    if not isinstance(value, NDArray):
        return value.stored(f, node)

    def rule(g: Frame, entry: Entry, args: Sequence[Operand], at: ast.AST) -> Number:
        return entry.of(args[0])

    return Elementwise(value.kind, value.shape, rule, [value]).stored(f, node)


def as_dtype(f: Frame, value: Operand, dtype: Value | None, node: ast.AST) -> Operand:
    if dtype is None or kind_of_dtype(dtype, node) == value.kind:
        return value
    kind = kind_of_dtype(dtype, node)
    if wider(value.kind, kind) == kind and isinstance(value, Arraylike):
        from adcli.lowering.arrays.lazy_expressions import as_entry

        return mapped(f, kind, lambda g, x, at: as_entry(g, x, kind, at), [value], node)
    return truncated(f, value, kind, node)


def widened(f: Frame, value: Operand, dtype: Value | None, node: ast.AST) -> Operand:
    """An operand as one of a `dtype`, where NumPy casts it in the safe direction only."""
    if dtype is not None and wider(value.kind, kind_of_dtype(dtype, node)) == value.kind:
        if kind_of_dtype(dtype, node) == value.kind:
            return value
        raise Refusal(f"{DTYPES[value.kind]} with the argument 'dtype' of a narrower kind", node)
    return as_dtype(f, value, dtype, node)


@row("array", "object; dtype, copy|None, order, subok, ndmin")
def _array(
    f: Frame, node: ast.AST, value: Value, dtype: Value | None, copy: Value | None,
    *others: Value | None,
) -> Value:  # fmt: skip
    found = as_dtype(f, array_of_value(f, value, node), dtype, node)
    if copy is not None and not is_none(copy) and not is_true(f, copy, node):
        if found is not value:
            raise Refusal("np.array with copy=False where a copy is needed", node)
    elif is_none(copy) and found is value:
        pass
    elif isinstance(found, Arraylike) and (isinstance(value, Arraylike) or found is not value):
        found = copied(f, found, node) if found is value else found.stored(f, node)
    least = others[2]
    if least is not None:
        found = at_least(f, found, as_integer(f, least, "ndmin", node).known, node)
    return zero_dimensional(f, found)


@row("asarray asanyarray ascontiguousarray asfarray asarray_chkfinite require",
     "a; dtype, order")  # fmt: skip
def _asarray(f: Frame, node: ast.AST, a: Value, dtype: Value | None, order: Value | None) -> Value:
    found = as_dtype(f, array_of_value(f, a, node), dtype, node)
    return found if isinstance(found, ZeroDimensional) else zero_dimensional(f, found)


@row("copy", "a; order")
def _copy(f: Frame, node: ast.AST, a: Value, order: Value | None) -> Value:
    found = operand(f, a, node)
    return copied(f, found, node) if isinstance(found, Arraylike) else zero_dimensional(f, found)


def at_least(f: Frame, value: Operand, rank: int, node: ast.AST) -> Operand:
    """An array with axes of length 1 in front, if it has too few."""
    found = array(f, value, node) if isinstance(value, Number) and rank else value
    if isinstance(found, Number) or found.rank >= rank:
        return found
    stored = found.stored(f, node)
    more = rank - stored.rank
    steps = None if stored.is_packed else [f.known(0)] * more + list(stored.steps(f, node))
    return stored.view(stored.offset, [f.known(1)] * more + list(stored.shape), steps)


# -- filled ----------------------------------------------------------------------------------------


def filled(f: Frame, shape: Sequence[Number], value: Operand, kind: str, node: ast.AST) -> Value:
    """A new array of a shape whose entries are a number, or a value that is broadcast."""
    if not shape:
        if isinstance(value, Arraylike):
            raise Refusal("an array without axes is filled with an array", node)
        return zero_dimensional(f, converted(f, value, kind, node))
    for size in shape:
        if not size.is_natural:
            fits = f.apply(OPERATORS[">="], (size, f.known(0)), node)
            sizes.check(f, fits, "ValueError", "negative dimensions are not allowed", node)
    target = made(f, kind, [sizes.natural(s) for s in shape], node)
    if not (isinstance(value, Number) and value.is_known and value.known == 0):
        from adcli.lowering.arrays.operators import assign

        assign(f, target, value, node)
    return target


def _constant(name: str, number: float) -> None:
    @row(name, "shape; dtype, order, like")
    def does(f: Frame, node: ast.AST, shape: Value, dtype: Value | None, *_: object) -> Value:
        kind = kind_or(dtype, REAL, node)
        return filled(f, sizes_of(f, shape, node), f.known(number), kind, node)

    @row(f"{name}_like", "a; dtype, order, subok, shape")
    def like(f: Frame, node: ast.AST, a: Value, dtype: Value | None, *more: Value | None) -> Value:
        shape = more[-1]
        found = operand(f, a, node)
        kind = kind_or(dtype, found.kind, node)
        wanted = found.shape if isinstance(found, Arraylike) else ()
        if shape is not None:
            wanted = tuple(sizes_of(f, shape, node))
        value = truncated(f, f.known(number), kind, node)
        return filled(f, wanted, value, kind, node)


for _name, _number in (("zeros", 0.0), ("ones", 1.0), ("empty", 0.0)):
    _constant(_name, _number)


@row("full", "shape, fill_value; dtype, order")
def _full(
    f: Frame, node: ast.AST, shape: Value, fill_value: Value, dtype: Value | None, order: object
) -> Value:
    value = operand(f, fill_value, node)
    return filled(f, sizes_of(f, shape, node), value, kind_or(dtype, value.kind, node), node)


@row("full_like", "a, fill_value; dtype, order, subok, shape")
def _full_like(
    f: Frame, node: ast.AST, a: Value, fill_value: Value, dtype: Value | None, *more: Value | None
) -> Value:
    found, value = operand(f, a, node), operand(f, fill_value, node)
    shape: Sequence[Number] = found.shape if isinstance(found, Arraylike) else ()
    if more[-1] is not None:
        shape = sizes_of(f, more[-1], node)
    return filled(f, shape, value, kind_or(dtype, found.kind, node), node)


@row("eye", "N; M, k, dtype, order")
def _eye(
    f: Frame, node: ast.AST, rows: Value, columns: Value | None, k: Value | None,
    dtype: Value | None, order: object,
) -> Value:  # fmt: skip
    n = as_integer(f, rows, "a size", node)
    m = n if columns is None else as_integer(f, columns, "a size", node)
    shift = f.known(0) if k is None else as_integer(f, k, "k", node)
    kind = kind_or(dtype, REAL, node)
    target = made(f, kind, [sizes.natural(n), sizes.natural(m)], node)
    one = truncated(f, f.known(1.0), kind, node)
    assert isinstance(one, Number)
    if n.is_known and m.is_known and shift.is_known and target.known_entries(f):
        for i in range(n.known):
            if 0 <= i + shift.known < m.known:
                place = f.known(i * m.known + i + shift.known)
                target.store(f, place, one, node)
        return target
    zero = f.known(0)
    first = f.apply(FUNCTIONS["max"], (shift, zero), node)
    below = f.apply(FUNCTIONS["max"], (sizes.minus(f, zero, shift, node), zero), node)
    least = sizes.least(f, sizes.minus(f, n, below, node), sizes.minus(f, m, first, node), node)
    start = sizes.plus(f, sizes.times(f, below, m, node), first, node)
    step = sizes.plus(f, m, f.known(1), node)

    def turn(i: Number) -> None:
        place = sizes.plus(f, start, sizes.times(f, i, step, node), node)
        target.store(f, place, one, node)

    loop(f, least, turn, node)
    return target


@row("identity", "n; dtype")
def _identity(f: Frame, node: ast.AST, n: Value, dtype: Value | None) -> Value:
    return _eye(f, node, n, None, None, dtype, None)


# -- ranges ----------------------------------------------------------------------------------------


def counted(f: Frame, count: Number, kind: str, what: object, node: ast.AST) -> NDArray:
    """An array whose entry i is what a function makes of i."""
    target = made(f, kind, [sizes.natural(count)], node)
    assert callable(what)
    if target.known_entries(f):
        for i in range(count.known):
            target.store(f, f.known(i), what(f.known(i)), node)
        return target
    loop(f, count, lambda i: target.store(f, i, what(i), node), node)
    return target


@row("arange", "start; stop, step, dtype")
def _arange(
    f: Frame, node: ast.AST, start: Value, stop: Value | None, step: Value | None,
    dtype: Value | None,
) -> Value:  # fmt: skip
    given = [operand(f, v, node) for v in (start, stop, step) if v is not None]
    numbers = [f.number(v, node) for v in given]
    if stop is None:
        numbers.insert(0, f.known(0))
    if step is None:
        numbers.append(f.known(1))
    first, last, by = numbers
    kind = INT
    for one in numbers:
        kind = wider(kind, one.kind)
    if kind == INT:
        if by.is_known and by.known == 1:
            count = sizes.greatest(f, sizes.minus(f, last, first, node), f.known(0), node)
            count = last if first.is_known and first.known == 0 and last.is_natural else count
        else:
            found = f.session.library_call(f, "range_length", [first, last, by], node)
            count = f.number(found, node)
    else:
        first, last, by = [as_real(f, n, node) for n in numbers]
        width = f.apply(OPERATORS["-"], (last, first), node)
        ratio = f.apply(OPERATORS["/"], (width, by), node)
        count = f.apply(FUNCTIONS["ceil"], (ratio,), node)
        count = sizes.greatest(f, count, f.known(0), node)
    if kind == REAL:
        # NumPy's `arange` computes the second entry and takes the difference for the step
        second = f.apply(OPERATORS["+"], (first, by), node)
        delta = f.apply(OPERATORS["-"], (second, first), node)

        def real(i: Number) -> Number:
            more = f.apply(OPERATORS["*"], (as_real(f, i, node), delta), node)
            return f.apply(OPERATORS["+"], (first, more), node)

        found_array = counted(f, count, REAL, real, node)
    else:
        found_array = counted(
            f, count, INT,
            lambda i: sizes.plus(f, first, sizes.times(f, i, by, node), node), node,
        )  # fmt: skip
    return as_dtype(f, found_array, dtype, node)


@row("linspace", "start, stop; num, endpoint, retstep, dtype, axis")
def _linspace(
    f: Frame, node: ast.AST, start: Value, stop: Value, num: Value | None,
    endpoint: Value | None, retstep: Value | None, dtype: Value | None, axis: Value | None,
) -> Value:  # fmt: skip
    first, last = [operand(f, v, node) for v in (start, stop)]
    if not isinstance(first, Number) or not isinstance(last, Number) or axis is not None:
        raise Refusal("np.linspace between arrays", node)
    first, last = as_real(f, first, node), as_real(f, last, node)
    count = f.known(50) if num is None else as_integer(f, num, "num", node)
    closed = endpoint is None or is_true(f, endpoint, node)
    parts = sizes.minus(f, count, f.known(1), node) if closed else count
    width = f.apply(OPERATORS["-"], (last, first), node)
    if count.is_known and parts.known == 0:
        found = of_entries(f, REAL, [count.known], [first] * count.known)
        step = width
    else:
        step = f.apply(OPERATORS["/"], (width, as_real(f, parts, node)), node)

        def entry(i: Number) -> Number:
            more = f.apply(OPERATORS["*"], (as_real(f, i, node), step), node)
            return f.apply(OPERATORS["+"], (more, first), node)

        found = counted(f, count, REAL, entry, node)
        if closed and count.is_known and count.known > 1:
            found.store(f, parts, last, node)
        elif closed and not count.is_known:
            message = "np.linspace of no points, a number that is known when the program runs"
            fits = f.apply(OPERATORS[">="], (parts, f.known(0)), node)
            sizes.check(f, fits, ir.REFUSED, message, node)
            found.store(f, parts, last, node)
    result: Operand = found
    if dtype is not None and kind_of_dtype(dtype, node) == INT:
        # entries that are not whole go down, not towards zero
        result = operand(f, TABLE["floor"].call(f, [found], {}, node), node)
    result = as_dtype(f, result, dtype, node)
    return Tuple([result, step]) if is_true(f, retstep, node) else result


@row("logspace", "start, stop; num, endpoint, base")
def _logspace(
    f: Frame, node: ast.AST, start: Value, stop: Value, num: Value | None,
    endpoint: Value | None, base: Value | None,
) -> Value:  # fmt: skip
    exponents = _linspace(f, node, start, stop, num, endpoint, None, None, None)
    number = operand(f, base, node) if base is not None else f.known(10.0)
    assert isinstance(exponents, NDArray)
    return mapped(f, REAL, lambda g, x, b, at: g.apply(
        OPERATORS["**"], (as_real(g, b, at), x), at), [exponents, number], node)  # fmt: skip


@row("geomspace", "start, stop; num, endpoint")
def _geomspace(
    f: Frame, node: ast.AST, start: Value, stop: Value, num: Value | None, endpoint: Value | None
) -> Value:
    ends = [as_real(f, f.number(v, node), node) for v in (start, stop)]
    logs = [f.apply(FUNCTIONS["log10"], (e,), node) for e in ends]
    found = _logspace(f, node, logs[0], logs[1], num, endpoint, None)
    target = found.stored(f, node) if isinstance(found, Arraylike) else None
    assert target is not None
    count = target.shape[0]
    if count.is_known and count.known == 0:
        return target
    some = f.apply(OPERATORS[">"], (count, f.known(0)), node)
    sizes.check(f, some, ir.REFUSED, "np.geomspace of no points", node)
    if endpoint is None or is_true(f, endpoint, node):
        target.store(f, sizes.minus(f, count, f.known(1), node), ends[1], node)
    target.store(f, f.known(0), ends[0], node)
    return target
