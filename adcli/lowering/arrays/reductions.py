"""Reductions: sums, products, extremes and their like, over all entries or along axes.

Sums of real numbers are taken in NumPy's order, so that they agree to the last bit: along the axis
whose entries lie side by side by `pairwise` of our library, along others one after the other.
Where any order will do, all are taken one after the other, without an array of what is added up.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from adcli.expr import OPERATORS, App, Var
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.lazy_expressions import (
    Elementwise,
    Entry,
    Operand,
    Walks,
    as_entry,
    distinct,
    entry_at,
    indices_of,
    is_written_out,
    loop,
    nest,
    walks_of,
)
from adcli.lowering.arrays.ndarray import Arraylike, NDArray, made, of_entries
from adcli.lowering.number_values import Number, as_real
from adcli.lowering.values import Value
from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.registry import TABLE

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: What comes of the numbers so far and one more.
Step = Callable[["Frame", Number, Number, ast.AST], Number]


class Reduction(NamedTuple):
    """How numbers become one: the first value (None: the first number), and the next one."""

    start: object
    step: Step
    kind: Callable[[str], str]


def _row(symbol: str) -> Step:
    def step(f: Frame, total: Number, x: Number, node: ast.AST) -> Number:
        return f.apply(OPERATORS[symbol], (total, x), node)

    return step


def _better(symbol: str) -> Step:
    """The first of the least or greatest numbers, or NaN where there is one."""

    def step(f: Frame, best: Number, x: Number, node: ast.AST) -> Number:
        held = x.compare(f, symbol, best, node)
        assert isinstance(held, Number)
        if x.kind == REAL:
            is_nan = f.apply(TABLE["isnan"], (x,), node)
            held = f.apply(OPERATORS["or"], (held, is_nan), node)
        if held.is_known:
            return x if held.known else best
        return f.emit(App(select, (held.atom, x.atom, best.atom)), node)

    return step


def _number(kind: str) -> str:
    return INT if kind == BOOL else kind


REDUCTIONS = {
    "sum": Reduction(0, _row("+"), _number),
    "prod": Reduction(1, _row("*"), _number),
    "max": Reduction(None, _better(">"), lambda kind: kind),
    "min": Reduction(None, _better("<"), lambda kind: kind),
    "any": Reduction(False, _row("or"), lambda kind: BOOL),
    "all": Reduction(True, _row("and"), lambda kind: BOOL),
}

_FULL_NAMES = {"max": "maximum", "min": "minimum"}


def reduced(
    f: Frame, name: str, value: Value, node: ast.AST, axes: Sequence[int] | None = None,
    *, keeps: bool = False, kind: str | None = None,
) -> Value:  # fmt: skip
    """A reduction over axes, by default over all; `keeps` leaves axes of length 1 behind."""
    spec = REDUCTIONS[name]
    if isinstance(value, Number):
        number = value.truth(f, node) if name in ("any", "all") else value
        return as_entry(f, number, kind or spec.kind(number.kind), node)
    assert isinstance(value, Arraylike)
    kind = spec.kind(value.kind) if kind is None else kind
    if name in ("any", "all") and value.kind != BOOL:
        operand: Arraylike = Elementwise(
            BOOL, value.shape, lambda g, e, args, at: e.of(args[0]).truth(g, at), [value]
        )
    elif value.kind != kind:
        operand = Elementwise(
            kind, value.shape, lambda g, e, args, at: as_entry(g, e.of(args[0]), kind, at), [value]
        )
    else:
        operand = value
    over = sorted(range(value.rank) if axes is None else axes)
    if name == "sum" and kind == REAL:
        found = _Sum(f, operand, over, node).found()
    else:
        found = _Loops(f, name, operand, over, node).found()
    return _kept(f, found, value, over, node) if keeps else found


def _kept(f: Frame, found: Value, value: Arraylike, axes: Sequence[int], node: ast.AST) -> Value:
    shape = [f.known(1) if i in axes else n for i, n in enumerate(value.shape)]
    if isinstance(found, Number):
        return of_entries(f, found.kind, [1] * value.rank, [found])
    assert isinstance(found, NDArray)
    return found.view(found.offset, shape, None) if found.is_packed else found


class _Loops:
    """One reduction, as loops over the entries one after the other."""

    def __init__(
        self, f: Frame, name: str, operand: Arraylike, axes: Sequence[int], node: ast.AST
    ) -> None:
        self.f = f
        self.name = name
        self.spec = REDUCTIONS[name]
        self.operand = operand
        self.axes = axes
        self.node = node
        self.kind = operand.kind
        self.kept = [i for i in range(operand.rank) if i not in axes]
        self.shape = [operand.shape[i] for i in self.kept]
        self.over = [operand.shape[i] for i in axes]

    def found(self) -> Value:
        self.check_not_empty()
        known = sizes.known_sizes(self.operand.shape)
        if known is not None and is_written_out(self.f, self.operand):
            return self._written_out(known)
        if not self.shape:
            return self.in_loops(self._total, None)
        target = made(self.f, self.kind, self.shape, self.node)
        self.in_loops(self._total, target)
        return target

    def check_not_empty(self) -> None:
        if self.spec.start is None:
            f, node = self.f, self.node
            full = _FULL_NAMES[self.name]
            message = f"zero-size array to reduction operation {full} which has no identity"
            for size in self.over:
                fits = f.apply(OPERATORS[">"], (size, f.known(0)), node)
                sizes.check(f, fits, "ValueError", message, node)

    def _written_out(self, known: Sequence[int]) -> Value:
        f, node = self.f, self.node
        entries: dict[tuple[int, ...], list[Number]] = {}
        for index in indices_of([known[i] for i in self.kept]):
            entries[index] = []
        for index in indices_of(known):
            entry = entry_at(f, self.operand, index, node)
            entries[tuple([index[i] for i in self.kept])].append(entry)
        found = [self.folded(numbers) for numbers in entries.values()]
        if not self.kept:
            return found[0]
        return of_entries(f, self.kind, [known[i] for i in self.kept], found)

    def folded(self, numbers: Sequence[Number]) -> Number:
        """The total of numbers one after the other."""
        rest = list(numbers)
        if self.spec.start is None or (rest and self.name in ("sum", "prod")):
            total = rest.pop(0)
        else:
            total = self.start()
        for number in rest:
            total = self.spec.step(self.f, total, number, self.node)
        return sizes.check_int64(self.f, total, self.node)

    def start(self) -> Number:
        start = self.spec.start
        return self.f.known(float(start) if self.kind == REAL else start)  # type: ignore[arg-type]

    def in_loops(self, total: Callable[..., Number], target: NDArray | None) -> Number:
        """The total for each index of the axes that are kept, put into a target; without a target
        there are none."""
        f, node = self.f, self.node
        order = [*self.kept, *self.axes]
        moved = permuted(f, self.operand, order, node)
        arrays = distinct([moved])
        for array in arrays:
            array.storage(f, node)
        walks = walks_of(f, arrays, node)
        if target is None:
            if len(self.over) > 1 and all([a.is_packed for a in arrays]):
                self.over = [sizes.product(f, self.over, node)]
                walks = {id(a): (a.offset, (f.known(1),)) for a in arrays}
            return total(moved, walks)
        target.storage(f, node)
        walks[id(target)] = (target.offset, target.steps(f, node))

        def body(inner: Walks) -> None:
            place, _ = inner.pop(id(target))
            target.store(f, place, total(moved, inner), node)

        nest(f, self.shape, walks, body, node)
        return f.known(0)

    def _total(self, operand: Operand, walks: Walks) -> Number:
        f, node = self.f, self.node
        if self.spec.start is None:
            return self._extreme(operand, self.over, walks)
        total = f.fresh(self.kind, "%total")
        self._let(total, self.start())

        def body(inner: Walks) -> None:
            x = _entry(f, inner, node).of(operand)
            self._let(total, self.spec.step(f, Number(total, self.kind), x, node))

        nest(f, self.over, walks, body, node)
        held = Number(total, self.kind)
        return sizes.check_int64(f, held, node) if self.name in ("sum", "prod") else held

    def _extreme(self, operand: Operand, shape: Sequence[Number], walks: Walks) -> Number:
        """The greatest or least entry.  None is compared with itself: that would be a tie."""
        f, node = self.f, self.node
        if not shape:
            return _entry(f, walks, node).of(operand)
        steps = {key: strides[0] for key, (_, strides) in walks.items()}
        best = f.fresh(self.kind, "%best")
        first = {key: (place, strides[1:]) for key, (place, strides) in walks.items()}
        self._let(best, self._extreme(operand, shape[1:], first))

        def turn(i: Number) -> None:
            inner: Walks = {}
            for key, (place, rest) in first.items():
                after = sizes.plus(f, i, f.known(1), node)
                inner[key] = (
                    sizes.plus(f, place, sizes.times(f, after, steps[key], node), node),
                    rest,
                )
            x = self._extreme(operand, shape[1:], inner)
            self._let(best, self.spec.step(f, Number(best, self.kind), x, node))

        loop(f, sizes.minus(f, shape[0], f.known(1), node), turn, node)
        return Number(best, self.kind)

    def _let(self, total: Var, value: Number) -> None:
        self.f.add(ir.Let(total.name, value.atom, self.f.span(self.node)))
        self.f.made_of.setdefault(total.name, []).append(value.atom)


class _Sum(_Loops):
    """A sum of real numbers, in NumPy's order."""

    def __init__(self, f: Frame, operand: Arraylike, axes: Sequence[int], node: ast.AST) -> None:
        super().__init__(f, "sum", operand, axes, node)
        self.inner = self._inner()
        self.is_pairwise = self.inner in axes and not (
            self.operand.shape[self.inner].is_known
            and self.operand.shape[self.inner].known < 8
            and len(axes) == 1
        )

    def _inner(self) -> int:
        """The axis along which entries lie side by side."""
        operand = self.operand
        if isinstance(operand, NDArray) and operand.strides is not None:
            for axis, step in enumerate(operand.strides):
                if step.is_known and abs(step.known) == 1:
                    return axis
        return operand.rank - 1

    def found(self) -> Value:
        f, node = self.f, self.node
        known = sizes.known_sizes(self.operand.shape)
        is_short = known is not None and is_written_out(f, self.operand)
        is_pairwise = self.is_pairwise and not f.session.adds_in_any_order
        if is_short or not self.axes or not is_pairwise:
            return super().found()
        f.session.adds_in_pairs = True
        array = self.operand.stored(f, node)
        array.storage(f, node)
        if not self.shape and array.is_packed:
            return self._pairwise(array, array.offset, f.known(1), array.size(f, node))
        self.operand = array
        self.axes = [a for a in self.axes if a != self.inner]
        last = array.shape[self.inner]
        step = array.steps(f, node)[self.inner]
        if array.is_packed and self.axes == list(range(len(self.kept), self.inner)):
            # the axes that are summed over are one long axis
            last = sizes.product(f, array.shape[len(self.kept) :], node)
            self.axes = []
        self.over = [array.shape[a] for a in self.axes]

        def total(operand: Operand, walks: Walks) -> Number:
            (walk,) = walks.values()
            if not self.axes:
                return self._pairwise(array, walk[0], step, last)
            found = f.fresh(REAL, "%total")
            self._let(found, f.known(0.0))

            def body(inner: Walks) -> None:
                ((place, _),) = inner.values()
                part = self._pairwise(array, place, step, last)
                self._let(found, f.apply(OPERATORS["+"], (Number(found, REAL), part), node))

            nest(f, self.over, walks, body, node)
            return Number(found, REAL)

        if not self.shape:
            return self.in_loops(total, None)
        target = made(f, REAL, self.shape, node)
        self.in_loops(total, target)
        return target

    def _pairwise(self, array: NDArray, at: Number, step: Number, count: Number) -> Number:
        numbers = [as_variable(self.f, n, self.node) for n in (at, step, count)]
        args = [array.data, *numbers]
        return self.f.number(self.f.session.library_call(self.f, "pairwise", args, self.node),
                             self.node)  # fmt: skip

    def folded(self, numbers: Sequence[Number]) -> Number:
        if self.inner in self.axes:
            return self._of_many([as_real(self.f, n, self.node) for n in numbers])
        return super().folded(numbers)

    def _of_many(self, numbers: Sequence[Number]) -> Number:
        """NumPy's `pairwise_sum` of numbers that are known one by one."""
        count = len(numbers)
        if count < 8:
            return super().folded(numbers)
        if count > 128:
            half = count // 2 - count // 2 % 8
            return self._plus(self._of_many(numbers[:half]), self._of_many(numbers[half:]))
        parts = list(numbers[:8])
        whole = count - count % 8
        for i in range(8, whole):
            parts[i % 8] = self._plus(parts[i % 8], numbers[i])
        while len(parts) > 1:
            parts = [self._plus(a, b) for a, b in zip(parts[::2], parts[1::2], strict=True)]
        total = parts[0]
        for number in numbers[whole:]:
            total = self._plus(total, number)
        return total

    def _plus(self, a: Number, b: Number) -> Number:
        return self.f.apply(OPERATORS["+"], (a, b), self.node)


def _entry(f: Frame, walks: Walks, node: ast.AST) -> Entry:
    """The entry where walks have come to."""
    return Entry(f, {key: place for key, (place, _) in walks.items()}, node)


def as_variable(f: Frame, number: Number, node: ast.AST) -> Number:
    """An integer as one that is not known, so that a function has one variant for all of them."""
    if not number.is_known:
        return Number(number.atom, INT)
    held = f.fresh(INT)
    f.add(ir.Let(held.name, number.atom, f.span(node)))
    return Number(held, INT)


def permuted(f: Frame, operand: Operand, order: Sequence[int], node: ast.AST) -> Operand:
    """An operand with its axes in another order."""
    if isinstance(operand, Number) or list(order) == list(range(len(order))):
        return operand
    if isinstance(operand, Elementwise):
        shape = [operand.shape[i] for i in order]
        args = [permuted(f, arg, order, node) for arg in operand.args]
        return Elementwise(operand.kind, shape, operand.rule, args)
    assert isinstance(operand, NDArray)
    steps = operand.steps(f, node)
    return operand.view(
        operand.offset, [operand.shape[i] for i in order], [steps[i] for i in order]
    )
