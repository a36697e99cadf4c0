"""Index arrays: masks of truth values and arrays of integers between the brackets.

NumPy, "Advanced indexing": what is read is a copy; what is written goes to the entries themselves,
one after the other, so of several values for one entry the last one stays.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS
from adcli.ir.types import BOOL, INT, REAL
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.basic_indexing import inside, view
from adcli.lowering.arrays.broadcasting import together
from adcli.lowering.arrays.lazy_expressions import (
    Entry,
    Operand,
    Walks,
    distinct,
    entry_at,
    indices_of,
    nest,
    walks_of,
)
from adcli.lowering.arrays.list_conversion import array_of_value
from adcli.lowering.arrays.ndarray import Arraylike, NDArray, made, of_entries
from adcli.lowering.lists import Slice
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def positions(f: Frame, mask: Arraylike, node: ast.AST) -> NDArray:
    """Where a mask holds: the numbers of its entries in C order."""
    flat = flattened(f, mask, node)
    flat.storage(f, node)
    count = f.number(
        f.session.library_call(f, "count_true", [flat.data, flat.offset, flat.shape[0]], node), node
    )
    found = made(f, INT, [sizes.natural(count)], node)
    found.storage(f, node)
    args = [found.data, flat.data, flat.offset, flat.shape[0]]
    f.session.library_call(f, "places_true", args, node)
    return found


def flattened(f: Frame, value: Arraylike, node: ast.AST) -> NDArray:
    """An array, or a copy, with one axis."""
    array = value.stored(f, node)
    if not array.is_packed:
        from adcli.lowering.arrays.creation import copied

        array = copied(f, array, node)
    return array.view(array.offset, [array.size(f, node)], None)


class _Index:
    """An index with arrays: the axes that they replace, and those that are left."""

    def __init__(self, f: Frame, array: NDArray, parts: Sequence[Value], node: ast.AST) -> None:
        self.f = f
        self.node = node
        #: arrays of integers, and the size of the axis that each is for
        self.places: list[Operand] = []
        self.steps: list[Number] = []
        self.limits: list[Number] = []
        self.axes: list[int] = []
        basic: list[Value] = []
        first: int | None = None
        axis = 0
        source, parts = self._masked(array, parts)
        for number, part in enumerate(parts):
            if isinstance(part, Constant | Slice):
                basic.append(part)
                axis += not isinstance(part, Constant)
                continue
            found = array_of_value(f, part, node)
            found = self._integers(found)
            self.places.append(found)
            self.limits.append(source.shape[axis])
            self.axes.append(number)
            basic.append(Slice([Constant(None)] * 3))
            axis += 1
            first = number if first is None else first
        if self.axes != list(range(self.axes[0], self.axes[-1] + 1)):
            raise Refusal("index arrays with a slice or None between them", node)
        whole = view(f, source, basic, node)
        steps = whole.steps(f, node)
        start, end = self.axes[0], self.axes[-1] + 1
        self.steps = list(steps[start:end])
        self.shape, self.places = together(f, self.places, node)
        #: the part for index 0 of every array
        self.before = list(whole.shape[:start]), list(steps[:start])
        self.behind = list(whole.shape[end:]), list(steps[end:])
        self.offset = whole.offset
        self.source = source

    def _masked(self, array: NDArray, parts: Sequence[Value]) -> tuple[NDArray, Sequence[Value]]:
        """A mask as an array of integers; one for several axes needs them as one axis."""
        f, node = self.f, self.node
        found: list[Value] = []
        axis = 0
        for part in parts:
            if isinstance(part, Constant | Slice):
                found.append(part)
                axis += isinstance(part, Slice)
                continue
            value = array_of_value(f, part, node)
            if isinstance(value, Number) or value.kind != BOOL:
                if isinstance(value, Number) and value.kind == BOOL:
                    raise Refusal("a truth value as an index", node)
                found.append(value)
                axis += 1
                continue
            for i, size in enumerate(value.shape):
                message = (
                    "boolean index did not match indexed array along axis "
                    f"{axis + i}; size of axis is {{0}} but size of corresponding boolean axis is "
                    "{1}"
                )
                limit = array.shape[axis + i]
                pair = [limit.atom, size.atom]
                sizes.check_equal(f, limit, size, "IndexError", message, node, pair)
            if value.rank > 1:
                array = self._joined(array, axis, value.rank)
            found.append(positions(f, value, node))
            axis += 1
        return array, found

    def _joined(self, array: NDArray, axis: int, count: int) -> NDArray:
        if not array.is_packed:
            raise Refusal("a mask of several dimensions on an array that is not contiguous",
                          self.node, "make a copy first")  # fmt: skip
        joined = sizes.product(self.f, array.shape[axis : axis + count], self.node)
        shape = [*array.shape[:axis], joined, *array.shape[axis + count :]]
        return array.view(array.offset, shape, None)

    def _integers(self, value: Operand) -> Operand:
        f, node = self.f, self.node
        if value.kind == INT:
            return value if isinstance(value, Number) else value.stored(f, node)
        known = sizes.known_sizes(value.shape) if isinstance(value, Arraylike) else None
        if known == [0]:
            return of_entries(f, INT, [0], [])
        if value.kind == REAL and isinstance(value, Arraylike):
            f.claim(entry_at(f, value, [0] * value.rank, node), INT)
        message = "arrays used as indices must be of integer (or boolean) type"
        raise f.raises("IndexError", message, node)

    @property
    def result_shape(self) -> list[Number]:
        return [*self.before[0], *self.shape, *self.behind[0]]

    def walk(self, source: NDArray, body: object, others: Sequence[NDArray]) -> None:
        """Do something for each index of the result: it is given the place in the source, and the
        entry of the others, which have the shape of the result."""
        f, node = self.f, self.node
        assert callable(body)
        zero = f.known(0)
        middle = [zero] * len(self.shape)
        arrays = distinct(self.places)
        for array in [*arrays, *others, source]:
            array.storage(f, node)
        walks: Walks = {0: (self.offset, [*self.before[1], *middle, *self.behind[1]])}
        for array in arrays:
            steps = array.steps(f, node)
            walks[id(array)] = (
                array.offset,
                [*[zero] * len(self.before[0]), *steps, *[zero] * len(self.behind[0])],
            )
        walks.update(walks_of(f, others, node))

        def inner(left: Walks) -> None:
            entry = Entry(f, {key: place for key, (place, _) in left.items()}, node)
            place = left[0][0]
            for part, limit, step, axis in zip(
                self.places, self.limits, self.steps, self.axes, strict=True
            ):
                index = inside(f, entry.of(part), limit, axis, node)
                place = sizes.plus(f, place, sizes.times(f, index, step, node), node)
            body(place, entry)

        nest(f, self.result_shape, walks, inner, node)


def gathered(f: Frame, array: NDArray, parts: Sequence[Value], node: ast.AST) -> Value:
    """`array[index]` with arrays in the index: a copy."""
    index = _Index(f, array, parts, node)
    source = index.source
    shape = index.result_shape
    known = sizes.known_sizes(shape)
    entries = _known_places(f, index)
    if known is not None and entries is not None and source.known_entries(f):
        found = [source.load(f, place, node) for place in entries]
        return of_entries(f, array.kind, known, found)
    target = made(f, array.kind, shape, node)

    def body(place: Number, entry: Entry) -> None:
        value = source.load(f, place, node)
        target.store(f, entry.places[id(target)], value, node)

    index.walk(source, body, [target])
    return target


def _known_places(f: Frame, index: _Index) -> list[Number] | None:
    """The places of the list that an index chooses, if all is known."""
    known = sizes.known_sizes(index.result_shape)
    if known is None or sizes.known_sizes([index.offset, *index.steps, *index.limits]) is None:
        return None
    if not all([isinstance(p, Number) or p.known_entries(f) for p in index.places
                if isinstance(p, Number | NDArray)]):  # fmt: skip
        return None
    found = []
    low, high = len(index.before[0]), len(index.before[0]) + len(index.shape)
    for at in indices_of(known):
        place: int = index.offset.known
        outer = [*index.before[1], *index.behind[1]]
        for i, step in zip([*at[:low], *at[high:]], outer, strict=True):
            place += i * step.known
        for part, limit, step in zip(index.places, index.limits, index.steps, strict=True):
            number = entry_at(f, part, at[low:high], index.node)
            if not number.is_known or not -limit.known <= number.known < limit.known:
                return None
            place += number.known % limit.known * step.known
        found.append(f.known(place))
    return found


def scatter(
    f: Frame, array: NDArray, parts: Sequence[Value], value: Operand, node: ast.AST,
    symbol: str = "",
) -> None:  # fmt: skip
    """`array[index] = value` with arrays in the index; with a symbol the old entry and the value
    are combined, as often as the index names the entry."""
    array.check_changeable(f, node)
    masks = [p for p in parts if isinstance(p, Arraylike) and p.kind == BOOL]
    if (
        not symbol
        and isinstance(value, Number)
        and len(parts) == 1
        and masks
        and masks[0].rank == array.rank
    ):
        _fill_masked(f, array, masks[0], value, node)
        return
    index = _Index(f, array, parts, node)
    target = index.source
    shape = index.result_shape
    if isinstance(value, Arraylike):
        from adcli.lowering.arrays.creation import copied
        from adcli.lowering.arrays.operators import fitted

        value = copied(f, value, node)
        box = NDArray(value.data, value.kind, f.known(0), shape)
        value = fitted(f, box, value, node)
    kind = array.kind

    def body(place: Number, entry: Entry) -> None:
        from adcli.lowering.arrays.operators import converted

        new = converted(f, entry.of(value), kind, node)
        if symbol:
            new = f.apply(OPERATORS[symbol], (target.load(f, place, node), new), node)
        target.store(f, place, new, node)

    others = [value] if isinstance(value, NDArray) else []
    index.walk(target, body, others)


def _fill_masked(f: Frame, array: NDArray, mask: Arraylike, value: Number, node: ast.AST) -> None:
    """`array[mask] = number`."""
    from adcli.lowering.arrays.broadcasting import chosen
    from adcli.lowering.arrays.operators import assign, converted

    for axis, (limit, size) in enumerate(zip(array.shape, mask.shape, strict=True)):
        message = (
            f"boolean index did not match indexed array along axis {axis}; size of axis is {{0}} "
            "but size of corresponding boolean axis is {1}"
        )
        pair = [limit.atom, size.atom]
        sizes.check_equal(f, limit, size, "IndexError", message, node, pair)
    assign(f, array, chosen(f, mask, converted(f, value, array.kind, node), array, node), node)
