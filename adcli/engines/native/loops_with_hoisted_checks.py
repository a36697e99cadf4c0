"""Loops with hoisted checks: their bounds and aliasing checks run before them.

Invariant: when the loop runs, its arrays have all entries that it accesses and, unless the text is
written with caution, those that it changes are none of the others.  Where that is not so, the run
ends with a status that asks for more cautious text.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.engines.native.failure_exits import FailureExits
from adcli.engines.native.hoistable_bounds_checks import (
    InductionIndex,
    LoopAccesses,
    neighbouring_reads,
    window_offsets,
)
from adcli.engines.native.llvm_array_element_access import ArrayMemory, UncheckedEntries
from adcli.engines.native.llvm_builder import LlvmBuilder
from adcli.engines.native.llvm_module_context import ModuleContext
from adcli.engines.native.loop_sum_reductions import Reductions
from adcli.engines.native.run_status import Status
from adcli.engines.native.scalar_replacement import ScalarReplacement
from adcli.ir.types import INT, element

#: In loops with more arrays nobody checks which of them are the same: that takes a comparison for
#: each two of them.
_MOST_ARRAYS = 12

#: Integers that go into sums with small constants stay within this, so that no sum overflows.
_FAR = 1 << 62

#: More iterations could let an induction variable overflow.
_MOST_ITERATIONS = 1 << 40


class HoistedLoop:
    """A loop while its text is written.

    `live` are the variables that are live where an iteration ends; `start` is the loop's first
    index, `iterations` their number, which is 1 or more; `unfilled` are arrays whose entries hold
    anything before the loop, but count as zeros.  `is_reversed` says that the text runs the
    loop from its last iteration to its first.
    """

    def __init__(
        self,
        builder: LlvmBuilder,
        exits: FailureExits,
        memory: ArrayMemory,
        context: ModuleContext,
        accesses: LoopAccesses,
        live: set[str],
        start: str,
        iterations: str,
        unfilled: Sequence[str],
    ) -> None:
        self.builder = builder
        self.exits = exits
        self.memory = memory
        self.context = context
        self.accesses = accesses
        self.start = start
        self.iterations = iterations
        self.unfilled = unfilled
        self.reductions = Reductions(accesses, builder.types, live)
        self.entries = UncheckedEntries(builder, memory)
        self.scalars = ScalarReplacement(builder, self.entries, accesses)
        self.is_reversed = False
        self._heads: dict[str, str] = {}
        self._ranges: dict[str, tuple[str, str]] = {}

    def open(self) -> None:
        """Check all indices, and read what does not change in the loop."""
        builder, accesses, context = self.builder, self.accesses, self.context
        with self.exits.together():
            for array in accesses.subarrays:
                self._head(array)  # even if the loop only reads it for what follows
            self._check_bounds()
        for array, head in self._heads.items():
            self.entries.bases[array] = self.memory.entries(head)
        is_checked = not context.caution and len(self._heads) <= _MOST_ARRAYS
        with self.exits.together():
            for pair in context.must_differ.get(accesses.loop, ()):
                self._check_differ([self._heads.get(a) or builder.load(a) for a in pair])
            if is_checked:
                self._check_aliasing()
        if is_checked:
            offsets = window_offsets(accesses, builder.types, self.unfilled)
            for array in self.unfilled:
                self._fill_beside(array, offsets[array])
            self.scalars.open_windows(self.start, offsets, self.unfilled)
            self.scalars.open_accumulators(self.reductions.accumulated)
            stride = accesses.strides[accesses.loop.var]
            may_reverse = stride < 0 and not context.precise
            self.is_reversed = may_reverse and self.reductions.allow_reversal()
        else:
            self.memory.fill(self.unfilled)

    def _fill_beside(self, array: str, offsets: Sequence[int]) -> None:
        """Fill the entries that the loop's window does not meet with zeros."""
        builder, head = self.builder, self._heads[array]
        low, high = self._range(self.accesses.loop.var)
        first = builder.new(f"add nsw i64 {low}, {offsets[0]}")
        behind = builder.new(f"add nsw i64 {high}, {offsets[-1] + 1}")
        self.memory.fill_part(head, "0", first)
        self.memory.fill_part(head, behind, self.memory.length(head))

    def close(self) -> None:
        """What follows the loop."""
        variable = self.accesses.loop.var
        low, high = self._range(variable)
        if self.is_reversed:
            self.builder.save(variable, low)
        self.scalars.close(high if self.accesses.strides[variable] > 0 else low)

    # -- bounds ----------------------------------------------------------------------------------

    def _check_bounds(self) -> None:
        builder, accesses = self.builder, self.accesses
        variables = {i.variable for _, i in accesses.accesses if isinstance(i, InductionIndex)}
        for variable in sorted(variables | (set(accesses.strides) if accesses.derived else set())):
            check_far_from_overflow(builder, self.exits, self._range(variable))
        for array, index in accesses.accesses:
            self._head(array)
            if isinstance(index, InductionIndex):
                low, high = self._range(index.variable)
                if index.offset:
                    low, high = (builder.new(f"add i64 {v}, {index.offset}") for v in (low, high))
                self._check_inside(low, high, array)
            else:
                place = builder.atom(index, INT)
                self._check_inside(place, place, array)

    def _head(self, array: str) -> str:
        """The head of an array; that of a subarray is read here."""
        builder = self.builder
        if array not in self._heads:
            load = self.accesses.subarrays.get(array)
            if load is None:
                self._heads[array] = builder.load(array)
            else:
                outer = self._head(load.array)
                place = builder.atom(load.index, INT)
                self._check_inside(place, place, load.array)
                self.exits.look()
                kind = element(builder.types[load.array])
                address = self.memory.address(outer, kind, place)
                self._heads[array] = self.memory.read(address, kind)
                builder.save(array, self._heads[array])
        return self._heads[array]

    def _check_inside(self, low: str, high: str, array: str) -> None:
        builder = self.builder
        length = self.memory.length(self._head(array))
        if not low.isdecimal():
            self.exits.fail_if(builder.new(f"icmp slt i64 {low}, 0"), Status.OUT_OF_BOUNDS)
        self.exits.fail_if(builder.new(f"icmp sge i64 {high}, {length}"), Status.OUT_OF_BOUNDS)

    def _range(self, variable: str) -> tuple[str, str]:
        """The least and the greatest value of an induction variable where an iteration begins."""
        builder, stride = self.builder, self.accesses.strides[variable]
        if variable not in self._ranges:
            is_own = variable == self.accesses.loop.var
            first = self.start if is_own else self._first(variable)
            far = builder.new(f"sub i64 {self.iterations}, 1")
            if stride not in (1, -1) or not is_own:
                too_many = builder.new(f"icmp ugt i64 {far}, {_MOST_ITERATIONS}")
                self.exits.fail_if(too_many, Status.OUT_OF_BOUNDS)
            last = builder.new(f"add i64 {first}, {builder.new(f'mul i64 {far}, {stride}')}")
            self._ranges[variable] = (first, last) if stride >= 0 else (last, first)
        return self._ranges[variable]

    def _first(self, variable: str) -> str:
        """The value of an induction variable in the first iteration."""
        builder, shift = self.builder, self.accesses.shifted.get(variable)
        if shift is None:
            return builder.load(variable)
        moving, base = shift.moving, builder.load(shift.base)
        ends = self._range(moving.variable)
        check_far_from_overflow(builder, self.exits, (base, *ends))
        other = ends[0] if self.accesses.strides[moving.variable] >= 0 else ends[1]
        if moving.offset:
            other = builder.new(f"add i64 {other}, {moving.offset}")
        if shift.negates:
            return builder.new(f"sub i64 {other}, {base}")
        return builder.new(f"{'add' if shift.sign > 0 else 'sub'} i64 {base}, {other}")

    # -- aliasing --------------------------------------------------------------------------------

    def _check_differ(self, heads: Sequence[str]) -> None:
        self.exits.fail_if(self.builder.new(f"icmp eq ptr {', '.join(heads)}"), Status.ALIASED)

    def _check_aliasing(self) -> None:
        """Check that what changes is no other array, and tell LLVM so."""
        builder, accesses = self.builder, self.accesses
        outer = {load.array for load in accesses.subarrays.values()}
        arrays = [a for a in self._heads if a not in outer]
        for i, array in enumerate(arrays):
            for other in arrays[:i]:
                is_same_type = builder.types[array] == builder.types[other]
                if is_same_type and {array, other} & accesses.stored:
                    self._check_differ([self._heads[array], self._heads[other]])
        apart: list[str | tuple[str, InductionIndex]] = [*arrays, *neighbouring_reads(accesses)]
        if len(apart) > 1 and (accesses.stored or len(apart) > len(arrays)):
            attached, scopes = self.context.metadata.alias_scopes(len(apart))
            self.entries.scopes = dict(zip(apart, attached, strict=True))
            for scope in scopes:
                builder.line(f"call void @llvm.experimental.noalias.scope.decl(metadata {scope})")


def check_far_from_overflow(
    builder: LlvmBuilder, exits: FailureExits, integers: Sequence[str]
) -> None:
    """Check that sums of these integers and small constants do not overflow."""
    for value in dict.fromkeys(integers):
        if value.removeprefix("-").isdecimal() and abs(int(value)) < _FAR:
            continue
        far = builder.new(f"add i64 {value}, {_FAR}")
        exits.fail_if(builder.new(f"icmp ugt i64 {far}, {2 * _FAR}"), Status.OUT_OF_BOUNDS)
