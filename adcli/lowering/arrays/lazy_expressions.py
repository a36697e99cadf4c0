"""Elementwise expressions: arrays that are computed entry by entry where they are used.

An expression such as `a * x + y` becomes one loop, without arrays in between, in whoever consumes
it: a new array, an assignment to a slice, or a sum.

Invariant: an elementwise expression is consumed in the statement that makes it, before anything
that it reads changes; all arrays in it have its shape.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from adcli.expr import Num
from adcli.ir import nodes as ir
from adcli.ir.types import INT
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.ndarray import (
    MOST_ENTRIES,
    MOST_KNOWN,
    Arraylike,
    NDArray,
    made,
    of_entries,
)
from adcli.lowering.arrays.numpy_scalars import numpy_scalar
from adcli.lowering.number_values import Number
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: An operand: an array, an elementwise expression, or a number that stands for all entries.
Operand = Arraylike | Number

#: What an entry of an expression is, given ways to the entries of its operands.
Rule = Callable[["Frame", "Entry", Sequence[Operand], ast.AST], Number]


class Elementwise(Arraylike):
    """An array whose entries are what a rule gives for the entries of operands."""

    __slots__ = ("args", "rule")
    is_lazy = True

    def __init__(
        self, kind: str, shape: Sequence[Number], rule: Rule, args: Sequence[Operand]
    ) -> None:
        self.kind = kind
        self.shape = tuple(shape)
        self.rule = rule
        self.args = tuple(args)

    def forced(self, f: Frame, node: ast.AST) -> Value:
        """The array with its entries computed; without indices it is a number."""
        if not self.shape:
            return numpy_scalar(Entry(f, {}, node).of(self))
        return self.stored(f, node)

    def stored(self, f: Frame, node: ast.AST) -> NDArray:
        known = sizes.known_sizes(self.shape)
        if known is not None and is_written_out(f, self):
            entries = [entry_at(f, self, index, node) for index in indices_of(known)]
            return of_entries(f, self.kind, known, entries)
        target = made(f, self.kind, self.shape, node)
        fill(f, target, self, node)
        return target


class Entry:
    """One entry of elementwise expressions: where it is in each array, and what was computed."""

    def __init__(self, f: Frame, places: dict[int, Number], node: ast.AST) -> None:
        self.f = f
        self.places = places
        self.node = node
        self._seen: dict[int, Number] = {}

    def of(self, operand: Operand) -> Number:
        """The entry of an operand."""
        if isinstance(operand, Number):
            return operand
        found = self._seen.get(id(operand))
        if found is None:
            if isinstance(operand, NDArray):
                found = operand.load(self.f, self.places[id(operand)], self.node)
            else:
                assert isinstance(operand, Elementwise)
                found = operand.rule(self.f, self, operand.args, self.node)
            self._seen[id(operand)] = found
        return found

    def chosen(self, held: Number, one: Operand, other: Operand, kind: str) -> Number:
        """The entry of one of two operands; only that one is computed."""
        f = self.f
        if held.is_known:
            return as_entry(f, self.of(one if held.known else other), kind, self.node)
        target = f.fresh(kind)
        arms: list[list[ir.Stmt]] = []
        for operand in (one, other):
            code: list[ir.Stmt] = []
            seen, self._seen = self._seen, dict(self._seen)
            with f.code_into(code):
                value = as_entry(f, self.of(operand), kind, self.node)
                f.add(ir.Let(target.name, value.atom, f.span(self.node)))
                f.made_of.setdefault(target.name, []).append(value.atom)
            self._seen = seen
            arms.append(code)
        f.add(ir.If(f.condition(held, self.node), arms[0], arms[1], f.span(self.node)))
        return Number(target, kind)


def as_entry(f: Frame, value: Number, kind: str, node: ast.AST) -> Number:
    """A number as an entry of a kind, as NumPy's `astype` converts it upwards."""
    from adcli.lowering.number_values import as_kind

    return as_kind(f, value, kind, node)


def leaves(operand: Operand) -> Iterator[NDArray]:
    """The arrays that an expression reads, each as often as it is read."""
    if isinstance(operand, NDArray):
        yield operand
    elif isinstance(operand, Elementwise):
        for arg in operand.args:
            yield from leaves(arg)


def distinct(operands: Sequence[Operand]) -> list[NDArray]:
    found = {id(a): a for operand in operands for a in leaves(operand)}
    return list(found.values())


# -- written out -----------------------------------------------------------------------------------


def is_written_out(f: Frame, operand: Arraylike) -> bool:
    """Whether the entries of an array of known shape are computed one by one."""
    known = sizes.known_sizes(operand.shape)
    if known is None:
        return False
    count = 1
    for size in known:
        count *= size
    if count <= MOST_ENTRIES:
        return True
    return f.variant is None and count <= MOST_KNOWN


def indices_of(shape: Sequence[int]) -> list[tuple[int, ...]]:
    """All indices of a shape, in C order."""
    found: list[tuple[int, ...]] = [()]
    for size in shape:
        found = [(*index, i) for index in found for i in range(size)]
    return found


def entry_at(f: Frame, operand: Operand, index: Sequence[int], node: ast.AST) -> Number:
    """The entry at known indices."""
    numbers = [f.known(i) for i in index]
    return entry_of(f, operand, numbers, node)


def entry_of(f: Frame, operand: Operand, index: Sequence[Number], node: ast.AST) -> Number:
    """The entry at indices that are inside."""
    places = {id(a): a.position(f, index, node) for a in distinct([operand])}
    return Entry(f, places, node).of(operand)


# -- loops -----------------------------------------------------------------------------------------


def loop(f: Frame, count: Number, body: Callable[[Number], None], node: ast.AST) -> None:
    """Do something for each number below a count."""
    counter = f.fresh(INT, "%i")
    code: list[ir.Stmt] = []
    with f.code_into(code):
        body(Number(counter, INT, is_natural=True))
    f.add(ir.For(counter.name, Num(0), count.atom, Num(1), code, f.span(node)))


def each_entry(
    f: Frame,
    shape: Sequence[Number],
    arrays: Sequence[NDArray],
    body: Callable[[Entry], None],
    node: ast.AST,
) -> None:
    """Do something for each index of a shape, which all arrays have, in C order."""
    for array in arrays:
        array.storage(f, node)
    walks = walks_of(f, arrays, node)
    if len(shape) > 1 and all([a.is_packed for a in arrays]):
        shape = [sizes.product(f, shape, node)]
        walks = {id(a): (a.offset, (f.known(1),)) for a in arrays}

    def inner(walks: Walks) -> None:
        body(Entry(f, {key: place for key, (place, _) in walks.items()}, node))

    nest(f, shape, walks, inner, node)


#: For each array by its identity: a place in it, and the strides of the loops that are left.
Walks = dict[int, tuple[Number, Sequence[Number]]]


def walks_of(f: Frame, arrays: Sequence[NDArray], node: ast.AST) -> Walks:
    """The walks that start at the first entries of arrays of one shape."""
    return {id(a): (a.offset, a.steps(f, node)) for a in arrays}


def nest(
    f: Frame, shape: Sequence[Number], walks: Walks, body: Callable[[Walks], None], node: ast.AST
) -> None:
    """Loops over the first axes of walks, in C order; `body` is given what is left of them."""
    if not shape:
        body(walks)
        return

    def turn(i: Number) -> None:
        inner: Walks = {}
        for key, (place, steps) in walks.items():
            at = sizes.plus(f, place, sizes.times(f, i, steps[0], node), node)
            inner[key] = (at, steps[1:])
        nest(f, shape[1:], inner, body, node)

    loop(f, shape[0], turn, node)


def fill(f: Frame, target: NDArray, value: Operand, node: ast.AST) -> None:
    """Give the entries of an array those of an operand of its shape, whose kind it can hold, and
    which reads nothing that is changed meanwhile."""
    known = sizes.known_sizes(target.shape)
    if known is not None and is_written_out(f, target):
        index = indices_of(known)
        for at, entry in [(i, entry_at(f, value, i, node)) for i in index]:
            place = target.position(f, [f.known(i) for i in at], node)
            target.store(f, place, as_entry(f, entry, target.kind, node), node)
        return
    target.check_changeable(f, node)
    arrays = distinct([value])
    if all([a is not target for a in arrays]):
        arrays.append(target)

    def body(entry: Entry) -> None:
        found = as_entry(f, entry.of(value), target.kind, node)
        target.store(f, entry.places[id(target)], found, node)

    each_entry(f, target.shape, arrays, body, node)
