"""Arrays of NumPy as values: a flat list of numbers, and how indices lead into it.

Invariant: an array itself never changes; what a program changes is the flat list, which is an
object of the heap, and which all views of an array share.  The kind of the entries and the number
of indices are known; the shape, the strides and the offset are integers, known or not.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import Var
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL, array_of
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.numpy_scalars import numpy_scalar
from adcli.lowering.heap_objects import Reference, new, replace
from adcli.lowering.list_entry_types import OF_NUMPY
from adcli.lowering.lists import Array, Items, array_of_list
from adcli.lowering.number_values import Number, as_int64
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Iteration, Leaf, Maker, Moves, Owned, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: An array of at most so many entries is known entry by entry.
MOST_ENTRIES = 16

#: What a module computes is known entry by entry up to here.
MOST_KNOWN = 10_000

#: How NumPy names the kinds of entries.
DTYPES = {REAL: "float64", INT: "int64", BOOL: "bool"}


class Arraylike(Value):
    """An array, or the elementwise expression of one."""

    __slots__ = ("kind", "shape")
    what = "an array"
    is_arraylike = True
    kind: str
    shape: sizes.Shape

    @property
    def rank(self) -> int:
        return len(self.shape)

    def size(self, f: Frame, node: ast.AST) -> Number:
        """The number of entries."""
        return sizes.product(f, self.shape, node)

    def type_name(self) -> str:
        return "numpy.ndarray"

    def stored(self, f: Frame, node: ast.AST) -> NDArray:
        """The array itself, whose entries are in a list."""
        raise NotImplementedError

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return f.arrays.binary(f, symbol, self, other, node)

    def reflected(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return f.arrays.binary(f, symbol, other, self, node)

    def unary(self, f: Frame, symbol: str, node: ast.AST) -> Value:
        return f.arrays.unary(f, symbol, self, node)

    def truth(self, f: Frame, node: ast.AST) -> Number:
        size = self.size(f, node)
        why = (
            "The truth value of an array with more than one element is ambiguous. "
            "Use a.any() or a.all()"
        )
        sizes.check_equal(f, size, f.known(1), "ValueError", why, node)
        return self.scalar(f, node).truth(f, node)

    def scalar(self, f: Frame, node: ast.AST) -> Number:
        """The one entry of an array that has one."""
        if not self.shape:
            return f.number(self.forced(f, node), node)
        message = "only length-1 arrays can be converted to Python scalars"
        sizes.check_equal(f, self.size(f, node), f.known(1), "TypeError", message, node)
        array = self.stored(f, node)
        return array.load(f, array.offset, node)

    def contains(self, f: Frame, item: Value, node: ast.AST) -> Number:
        found = f.arrays.compare(f, "==", self, item, node)
        return f.number(f.arrays.reduced(f, "any", found, node), node)

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        return f.arrays.attribute(f, self, name, node)

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        return as_int64(f.arrays.item(f, self.stored(f, node), index, node))

    def length(self, f: Frame, node: ast.AST) -> Value:
        return self.shape[0]

    def iterate(self, f: Frame, node: ast.AST) -> Iteration:
        count = self.shape[0]
        if count.is_known and count.known <= MOST_ENTRIES:
            array = self.stored(f, node)
            return Iteration([array.row(f, f.known(i), node) for i in range(count.known)])
        return self.lazily(f, node)

    def lazily(self, f: Frame, node: ast.AST) -> Iteration:
        array = self.stored(f, node)
        array.storage(f, node)
        return Iteration(stop=self.shape[0].atom, at=lambda g, i: array.row(g, i, node))

    def hashable(self, f: Frame) -> bool | None:
        return False


class NDArray(Arraylike):
    """An array: entry (i, j, ...) is at `offset + i * strides[0] + j * strides[1] + ...` of a flat
    list.  Without strides it is packed: in C order, with no gaps."""

    __slots__ = ("data", "offset", "strides")

    def __init__(
        self,
        data: Value,
        kind: str,
        offset: Number,
        shape: Sequence[Number],
        strides: Sequence[Number] | None = None,
    ) -> None:
        assert isinstance(data, Reference)
        self.data = data
        self.kind = kind
        self.offset = offset
        self.shape = tuple(shape)
        self.strides = None if strides is None else tuple(strides)

    @property
    def is_packed(self) -> bool:
        return self.strides is None

    def steps(self, f: Frame, node: ast.AST) -> sizes.Shape:
        """The strides, of packed arrays too."""
        if self.strides is not None:
            return self.strides
        found = [f.known(1)]
        for size in self.shape[:0:-1]:
            found.append(sizes.times(f, found[-1], size, node))
        return tuple(found[: self.rank][::-1])

    def stored(self, f: Frame, node: ast.AST) -> NDArray:
        return self

    def view(
        self, offset: Number, shape: Sequence[Number], strides: Sequence[Number] | None
    ) -> NDArray:
        """Another array with the same list."""
        return self.__class__(self.data, self.kind, offset, shape, strides)

    def without_rank(self, f: Frame, node: ast.AST) -> Value:
        """The number that an array without indices is; any other stays an array."""
        return self if self.shape else self.load(f, self.offset, node)

    # -- entries -----------------------------------------------------------------------------------

    def storage(self, f: Frame, node: ast.AST) -> Array:
        """The flat list as an array of the IR."""
        return array_of_list(f, self.data, node, array_of(self.kind))

    def known_entries(self, f: Frame) -> bool:
        """Whether the list is known entry by entry."""
        return isinstance(f.object(self.data.number), Items)

    def load(self, f: Frame, position: Number, node: ast.AST, *, is_inside: bool = True) -> Number:
        """The number at a place of the list."""
        thing = f.object(self.data.number)
        if isinstance(thing, Items) and position.is_known:
            return f.number(thing.items[position.known], node)
        target = f.fresh(self.kind)
        storage = self.storage(f, node)
        if is_inside:
            f.fallibility.sure.add(target.name)
        f.add(ir.Load(target.name, storage.variable.name, position.atom, f.span(node)))
        f.made_of[target.name] = [storage.variable]
        return Number(target, self.kind)

    def store(
        self, f: Frame, position: Number, value: Number, node: ast.AST, *, is_inside: bool = True
    ) -> None:
        """Change the number at a place of the list; `value` is of the kind of the entries."""
        thing = f.object(self.data.number)
        self.check_changeable(f, node)
        if isinstance(thing, Items) and position.is_known:
            items = list(thing.items)
            items[position.known] = value
            replace(f, self.data, Items(items, thing.site), node)
            return
        storage = self.storage(f, node)
        stmt = ir.Store(storage.variable.name, position.atom, value.atom, f.span(node))
        if is_inside:
            f.fallibility.sure_stores[id(stmt)] = stmt
        f.add(stmt)

    def check_changeable(self, f: Frame, node: ast.AST) -> None:
        if self.data.number not in f.state.heap:
            raise Refusal("an array of a module is changed here, and all calls share it", node,
                          "change a copy")  # fmt: skip
        if self.data.number in f.session.unsure_copies:
            raise Refusal("a reshaped array is changed that NumPy may have copied or not", node,
                          "reshape a copy")  # fmt: skip
        if any([s.is_known and s.known == 0 and not (n.is_known and n.known == 1)
                for s, n in zip(self.strides or (), self.shape, strict=False)]):  # fmt: skip
            raise f.raises("ValueError", "assignment destination is read-only", node)

    def position(self, f: Frame, indices: Sequence[Number], node: ast.AST) -> Number:
        """Where the entry of some indices is, all of which are inside."""
        found = self.offset
        for index, step in zip(indices, self.steps(f, node), strict=True):
            found = sizes.plus(f, found, sizes.times(f, index, step, node), node)
        return found

    def row(self, f: Frame, index: Number, node: ast.AST) -> Value:
        """The part for an index that is inside; of one dimension the number."""
        steps = self.steps(f, node)
        at = sizes.plus(f, self.offset, sizes.times(f, index, steps[0], node), node)
        if self.rank == 1:
            return numpy_scalar(as_int64(self.load(f, at, node)))
        return self.view(at, self.shape[1:], None if self.is_packed else steps[1:])

    def set_item(self, f: Frame, index: Value, value: Value, node: ast.AST) -> None:
        f.arrays.set_item(f, self, index, value, node)

    def inplace(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return f.arrays.inplace(f, symbol, self, other, node)

    def as_result(self, f: Frame, node: ast.AST) -> Value:
        return f.arrays.as_list(f, self, node)

    # -- shapes and joins --------------------------------------------------------------------------

    def contents(self) -> Sequence[Value]:
        return (self.data, self.offset, *self.shape, *(self.strides or ()))

    def same_kind(self, parts: Sequence[Value]) -> NDArray:
        data, offset, *rest = parts
        numbers = [n for n in rest if isinstance(n, Number)]
        assert isinstance(offset, Number)
        shape, strides = numbers[: self.rank], numbers[self.rank :]
        return self.__class__(data, self.kind, offset, shape, None if self.is_packed else strides)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        self.storage(f, _here(f))
        parts = [v.flatten(f, leaves) for v in self.contents()]
        return (self.__class__, self.kind, self.rank, self.is_packed, *parts)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        _, kind, rank, is_packed, *parts = shape
        data, offset, *rest = [part[0].rebuilt(f, part, make) for part in parts]
        return cls(data, kind, offset, rest[:rank], None if is_packed else rest[rank:])

    def is_plain(self, f: Frame) -> bool:
        self.storage(f, _here(f))
        return True

    def is_same(self, other: Value) -> bool:
        return self is other or (
            isinstance(other, NDArray)
            and (self.kind, self.rank, self.is_packed) == (other.kind, other.rank, other.is_packed)
            and all([a.is_same(b) for a, b in zip(self.contents(), other.contents(), strict=True)])
        )

    def goes_with(self, f: Frame, other: Value) -> bool:
        return isinstance(other, NDArray) and other.kind == self.kind and other.rank == self.rank

    def template(self, f: Frame, other: Value, owned: Owned, hint: str) -> Value:
        assert isinstance(other, NDArray)
        me = self
        if self.is_packed and not other.is_packed:
            steps = [f.known(1)] * self.rank if other.strides is None else other.strides
            me = self.view(self.offset, self.shape, steps)
        parts: list[Value] = [f.template(me.data, other.data, owned, hint)]
        count = 1 + self.rank + (0 if me.is_packed else self.rank)
        theirs = other.contents()
        for i in range(1, count + 1):
            mine = me.contents()[i]
            if i < len(theirs) and not (me is not self and i > self.rank + 1):
                parts.append(f.template(mine, theirs[i], owned, "%"))
            else:
                is_owned = (
                    owned is not None
                    and isinstance(mine, Number)
                    and (isinstance(mine.atom, Var) and mine.atom.name in owned)
                )
                parts.append(mine if is_owned else Number(f.fresh(INT, "%", owned), INT))
        if me is self and all([a is b for a, b in zip(parts, self.contents(), strict=True)]):
            return self
        return me.same_kind(parts)

    def moves(self, f: Frame, value: Value, into: Moves, node: ast.AST) -> None:
        assert isinstance(value, NDArray)
        theirs: list[Value] = [value.data, value.offset, *value.shape]
        if not self.is_packed:
            theirs += value.steps(f, node)
        for target, part in zip(self.contents(), theirs, strict=True):
            f.moves(target, part, into, node)

    def freshened(self, f: Frame, owned: Owned, hint: str) -> Value:
        return self.same_kind([v.freshened(f, owned, hint) for v in self.contents()])


class ReadOnlyView(NDArray):
    """A view that NumPy does not let change, as `np.diag(a)` is."""

    __slots__ = ()

    def check_changeable(self, f: Frame, node: ast.AST) -> None:
        raise f.raises("ValueError", "assignment destination is read-only", node)


def read_only(array: NDArray) -> ReadOnlyView:
    return ReadOnlyView(array.data, array.kind, array.offset, array.shape, array.strides)


def _here(f: Frame) -> ast.AST:
    """The function that is being lowered, as the place of what belongs to no statement of it."""
    return f.scope.text.node if f.scope.text is not None else ast.Pass()


# -- new arrays ------------------------------------------------------------------------------------


def is_whole(f: Frame, array: NDArray) -> bool:
    """Whether an array is all of its list, in C order."""
    shape = f.session.list_shapes.get(array.data.number, ())
    is_at_start = array.is_packed and array.offset.is_known and array.offset.known == 0
    return is_at_start and sizes.are_equal(f, shape, array.shape)


def of_entries(f: Frame, kind: str, shape: Sequence[int], entries: Sequence[Value]) -> NDArray:
    """An array that is known entry by entry."""
    data = new(f, Items(entries, (OF_NUMPY, next(f.session.modules.numbers))))
    return NDArray(data, kind, f.known(0), [f.known(n) for n in shape])


def made(f: Frame, kind: str, shape: Sequence[Number], node: ast.AST) -> NDArray:
    """A new array of zeros."""
    size = sizes.product(f, shape, node)
    is_small = size.is_known and (size.known <= MOST_ENTRIES or f.variant is None)
    known = sizes.known_sizes(shape)
    if is_small and known is not None and size.known <= MOST_KNOWN:
        zero = f.known({REAL: 0.0, INT: 0, BOOL: False}[kind])
        return of_entries(f, kind, known, [zero] * size.known)
    variable = f.fresh(array_of(kind), "%array")
    f.add(ir.Alloc(variable.name, size.atom, f.span(node)))
    data = new(f, Array(variable, array_of(kind)))
    f.session.own_arrays.add(data.number)
    f.session.list_shapes[data.number] = tuple(shape)
    return NDArray(data, kind, f.known(0), shape)
