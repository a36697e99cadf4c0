"""Arrays from Python's numbers, lists and tuples, and back; the arrays that inputs are."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import Var
from adcli.ir.types import BOOL, REAL, base, rank
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.lazy_expressions import (
    Operand,
    entry_at,
    fill,
    indices_of,
    is_written_out,
)
from adcli.lowering.arrays.ndarray import Arraylike, NDArray, made, of_entries
from adcli.lowering.heap_objects import Reference, new
from adcli.lowering.lists import Array, Items
from adcli.lowering.number_values import Number, wider
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_RAGGED = (
    "setting an array element with a sequence. The requested array has an inhomogeneous shape "
    "after {0} dimensions. The detected shape was {1} + inhomogeneous part."
)


def operand_of(f: Frame, value: Value, node: ast.AST) -> Operand | None:
    """A value as an operand of an elementwise operation; None if it can be none."""
    if isinstance(value, Arraylike):
        return value
    if isinstance(value, Number):
        return plain(value)
    if is_sequence(f, value):
        return array_of_value(f, value, node)
    return None


def plain(value: Number) -> Number:
    """A number of which only the kind counts."""
    return value if value.whole is None else Number(value.atom, value.kind, doubt=value.doubt)


def is_sequence(f: Frame, value: Value) -> bool:
    """Whether NumPy makes an array of a value."""
    if isinstance(value, Tuple):
        return True
    return isinstance(value, Reference) and isinstance(f.object(value.number), Items | Array)


def array_of_value(f: Frame, value: Value, node: ast.AST) -> Operand:
    """What `np.array` gives; a number stays a number."""
    if isinstance(value, Arraylike):
        return value
    if isinstance(value, Number):
        return plain(value)
    if isinstance(value, Reference):
        thing = f.object(value.number)
        if isinstance(thing, Array):
            return _of_list(f, thing, value, node)
        if isinstance(thing, Items):
            return _of_items(f, thing.items, node)
    if isinstance(value, Tuple):
        return _of_items(f, value.items, node)
    listed = f.listed(value, node)
    if not is_sequence(f, listed):
        raise Refusal(f"an array of {value.what}", node)
    return array_of_value(f, listed, node)


def _of_items(f: Frame, items: Sequence[Value], node: ast.AST) -> Operand:
    if not items:
        return of_entries(f, REAL, [0], [])
    operands = []
    for item in items:
        found = array_of_value(f, item, node)
        operands.append(found)
    kind = BOOL
    for operand in operands:
        kind = wider(kind, operand.kind)
    if all([isinstance(o, Number) for o in operands]):
        from adcli.lowering.arrays.lazy_expressions import as_entry

        numbers = [as_entry(f, o, kind, node) for o in operands if isinstance(o, Number)]
        return of_entries(f, kind, [len(numbers)], numbers)
    arrays = [o for o in operands if isinstance(o, Arraylike)]
    if len(arrays) < len(operands):
        raise f.raises("ValueError", _RAGGED.format(1, f"({len(operands)},)"), node)
    return stacked(f, arrays, kind, node)


def stacked(f: Frame, arrays: Sequence[Arraylike], kind: str, node: ast.AST) -> NDArray:
    """Arrays of one shape as the rows of another one."""
    first = arrays[0]
    message = _RAGGED.format(1, f"({len(arrays)},)")
    for other in arrays[1:]:
        if other.rank != first.rank:
            raise f.raises("ValueError", message, node)
        for a, b in zip(first.shape, other.shape, strict=True):
            sizes.check_equal(f, a, b, "ValueError", message, node)
    target = made(f, kind, [f.known(len(arrays)), *first.shape], node)
    for i, array in enumerate(arrays):
        row = target.row(f, f.known(i), node)
        assert isinstance(row, NDArray)
        fill(f, row, array, node)
    return target


def _of_list(f: Frame, thing: Array, value: Reference, node: ast.AST) -> NDArray:
    """A copy of a list whose length is not known."""
    if not base(thing.kind):
        return of_entries(f, REAL, [0], [])
    if rank(thing.kind) == 1:
        size = f.number(thing.length(f, value, node), node)
        source = NDArray(value, base(thing.kind), f.known(0), [size])
        target = made(f, base(thing.kind), [size], node)
        fill(f, target, source, node)
        return target
    return flattened(f, value, thing, node)


def flattened(
    f: Frame,
    value: Reference,
    thing: Array,
    node: ast.AST,
    lengths: Sequence[int | None] = (),
) -> NDArray:
    """A list of lists as an array, of which some lengths are known.  Ends the run with NumPy's
    ValueError if it is ragged."""
    depth = rank(thing.kind)
    shape: list[Number] = []
    for level in range(depth):
        known = lengths[level] if level < len(lengths) else None
        if known is not None:
            shape.append(f.known(known))
            continue
        size = f.session.library_call(f, f"length{level}", [value], node, inlined=True)
        shape.append(sizes.natural(f.number(size, node)))
    target = made(f, base(thing.kind), shape, node)
    f.flattened_from[target.storage(f, node).variable.name] = thing.variable
    args = [target.data, value, *shape]
    f.session.library_call(f, f"flatten{depth}", args, node, inlined=True)
    return target


# -- inputs and results ----------------------------------------------------------------------------


def input_array(
    f: Frame, variable: Var, kind: str, lengths: Sequence[int | None], node: ast.AST
) -> NDArray:
    """The array that an input is, which the program is given as a list of a depth, of which some
    lengths are known."""
    data = new(f, Array(variable, kind))
    thing = f.object(data.number)
    assert isinstance(thing, Array)
    if rank(kind) > 1:
        return flattened(f, data, thing, node, lengths)
    if lengths and lengths[0] is not None:
        size = f.known(lengths[0])
    else:
        size = f.number(thing.length(f, data, node), node)
    f.session.list_shapes[data.number] = (size,)
    return NDArray(data, base(kind), f.known(0), [size])


def as_list(f: Frame, array: NDArray, node: ast.AST) -> Value:
    """The list, or list of lists, that an array is as a result, and as `tolist` gives it."""
    known = sizes.known_sizes(array.shape)
    if known is not None and is_written_out(f, array):
        entries = iter([entry_at(f, array, index, node) for index in indices_of(known)])

        def nested(sizes_: Sequence[int]) -> Value:
            if not sizes_:
                return next(entries)
            return f.new_list([nested(sizes_[1:]) for _ in range(sizes_[0])], node)

        if 0 not in known:
            return nested(known)
    array.storage(f, node)
    args = [array.data, array.offset, *array.shape, *array.steps(f, node)]
    return f.session.library_call(f, f"nested{array.rank}", args, node)
