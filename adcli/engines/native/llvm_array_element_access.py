"""Access to entries and lengths of arrays in LLVM, with a bounds check or without.

An array is a pointer to its head: its length, its capacity, and where its entries lie.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.engines.native.failure_exits import FailureExits
from adcli.engines.native.hoistable_bounds_checks import InductionIndex
from adcli.engines.native.llvm_builder import LlvmBuilder
from adcli.engines.native.llvm_types import ALIASING_CLASSES, in_memory
from adcli.expr import Expr, Num
from adcli.ir.types import INT, element


class ArrayMemory:
    """Accesses that look at the head of the array first."""

    def __init__(self, builder: LlvmBuilder, exits: FailureExits) -> None:
        self.builder = builder
        self.exits = exits

    def length(self, head: str) -> str:
        return self.builder.new(f"load i64, ptr {head}, !tbaa !10")

    def entries(self, head: str) -> str:
        """Where the entries of an array lie."""
        field = self.builder.new(f"getelementptr %Array, ptr {head}, i64 0, i32 2")
        return self.builder.new(f"load ptr, ptr {field}, !tbaa !11")

    def fill(self, arrays: Sequence[str]) -> None:
        """Fill arrays of reals with zeros."""
        for array in arrays:
            head = self.builder.load(array)
            self.fill_part(head, "0", self.length(head))

    def fill_part(self, head: str, start: str, stop: str) -> None:
        """Fill some entries of an array of reals with zeros."""
        self.builder.line(f"call void @adcli.fill(ptr {head}, i64 {start}, i64 {stop})")

    def checked_address(self, array: str, index: Expr) -> str:
        """Where an entry lies, if the array has it; a negative index counts from the end."""
        builder = self.builder
        head, kind = builder.load(array), element(builder.types[array])
        length = self.length(head)
        place = builder.atom(index, INT)
        if not (isinstance(index, Num) and index.value >= 0):
            is_negative = builder.new(f"icmp slt i64 {place}, 0")
            wrapped = builder.new(f"add i64 {place}, {length}")
            place = builder.new(f"select i1 {is_negative}, i64 {wrapped}, i64 {place}")
        is_outside = builder.new(f"icmp uge i64 {place}, {length}")
        self.exits.fail_if(is_outside, raised="IndexError")
        return self.address(head, kind, place)

    def address(self, head: str, kind: str, place: str) -> str:
        """Where an entry lies that the array is known to have."""
        stored, _, _ = in_memory(kind)
        entries = self.entries(head)
        return self.builder.new(f"getelementptr inbounds {stored}, ptr {entries}, i64 {place}")

    def read(self, address: str, kind: str, scope: str = "") -> str:
        """An entry; `scope` is metadata that tells which accesses it does not overlap."""
        builder = self.builder
        stored, _, class_ = in_memory(kind)
        tag = ALIASING_CLASSES[class_] + 10
        value = builder.new(f"load {stored}, ptr {address}, !tbaa !{tag}{scope}")
        return builder.from_memory(value, kind)

    def write(self, address: str, kind: str, value: str, scope: str = "") -> None:
        builder = self.builder
        stored, _, class_ = in_memory(kind)
        tag = ALIASING_CLASSES[class_] + 10
        value = builder.to_memory(value, kind)
        builder.line(f"store {stored} {value}, ptr {address}, !tbaa !{tag}{scope}")


class UncheckedEntries:
    """Entries whose bounds were checked before a loop."""

    def __init__(self, builder: LlvmBuilder, memory: ArrayMemory) -> None:
        self.builder = builder
        self.memory = memory
        #: where the entries of an array lie
        self.bases: dict[str, str] = {}
        #: metadata that tells which other accesses those of an array do not overlap, or those of an
        #: array at one index
        self.scopes: dict[str | tuple[str, InductionIndex], str] = {}

    def address(self, array: str, index: Expr) -> str:
        stored, _, _ = in_memory(self._kind(array))
        place = self.builder.atom(index, INT)
        base = self.bases[array]
        return self.builder.new(f"getelementptr inbounds {stored}, ptr {base}, i64 {place}")

    def address_near(self, array: str, index: str, offset: int) -> str:
        """Where the entry of an array of reals lies that is so far from a place."""
        place = self.builder.new(f"add nsw i64 {index}, {offset}")
        base = self.bases[array]
        return self.builder.new(f"getelementptr inbounds double, ptr {base}, i64 {place}")

    def read(self, array: str, address: str, index: InductionIndex | None = None) -> str:
        """An entry; `index` is where it lies, if that moves with the iterations."""
        scope = self.scopes.get(array, "")
        if index is not None:
            scope = self.scopes.get((array, index), scope)
        return self.memory.read(address, self._kind(array), scope)

    def write(self, array: str, address: str, value: str) -> None:
        self.memory.write(address, self._kind(array), value, self.scopes.get(array, ""))

    def _kind(self, array: str) -> str:
        return element(self.builder.types[array])
